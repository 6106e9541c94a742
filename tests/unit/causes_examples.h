/* An observation for each row of the table of causes, and whose login it was. */
#ifndef CAUSES_EXAMPLES_H
#define CAUSES_EXAMPLES_H

#include <errno.h>
#include <netdb.h>

#include "rds/causes_rows.h"
#include "rdspass/base/utf8.h"
#include "rdspass/rds/causes.h"
#include "tap.h"

#define RDS ".eu-central-1.rds.amazonaws.com"
#define CLUSTER "demo.cluster-c0ffee123456" RDS
#define INSTANCE "one.c0ffee123456" RDS
#define PROXY "px.proxy-c0ffee123456" RDS
#define PROXY_ENDPOINT "ro.endpoint.proxy-c0ffee123456" RDS
#define DSQL "abcdefghijklmnopqrstuvwxyz.dsql.eu-central-1.on.aws"
#define PRIVATELINK "abcdefghijklmnopqrstuvwxyz.dsql-fnh4.eu-central-1.on.aws"

#define PRIVATE "10.0.3.7:3306, 172.16.9.9:3306"
#define PUBLIC "3.120.4.5:3306"
#define V6 "[2a05:d014::1]:5432"

#define MY RP_ENGINE_MYSQL
#define PG RP_ENGINE_POSTGRES

/* Who is to be logged in where. */
struct login {
    const char *host;
    enum rp_engine engine;
    uint16_t port; /* 0: the engine's */
    const char *via;
    bool ca_file;
};

static const struct login my = {CLUSTER, MY, 0, "", false};
static const struct login pg = {CLUSTER, PG, 0, "", false};
static const struct login my_proxy = {PROXY, MY, 0, "", false};
static const struct login pg_proxy = {PROXY, PG, 0, "", false};
static const struct login odd_proxy = {PROXY, MY, 3307, "", false};
static const struct login proxy_endpoint = {PROXY_ENDPOINT, MY, 0, "", false};
static const struct login dsql = {DSQL, PG, 0, "", false};
static const struct login privatelink = {PRIVATELINK, PG, 0, "", false};
static const struct login own_roots = {CLUSTER, MY, 0, "", true};
static const struct login tunnel = {CLUSTER, MY, 0, "127.0.0.1:13306", false};
static const struct login socket_tunnel = {CLUSTER, MY, 0, "/run/db.sock", false};

static struct rp_endpoint endpoint_of(const char *host)
{
    struct rp_endpoint endpoint = {0};
    struct rp_error err = {0};

    WORKS(rp_endpoint_parse(rp_span(host), &endpoint, &err), err, host);
    return endpoint;
}

/* As the endpoint that was read before. */
static struct rp_cause_target target_of(const struct login *login,
                                        const struct rp_endpoint *endpoint)
{
    return (struct rp_cause_target){
        .endpoint = endpoint,
        .port = login->port != 0 ? login->port : rp_engine_port(login->engine),
        .user = "app",
        .database = "shop",
        .via = login->via == NULL ? "" : login->via,
        .region = endpoint->region,
        .engine = login->engine,
        .ca_file = login->ca_file,
    };
}

/* --- every row ------------------------------------------------------------------- */

#define AT(s) .stage = RP_STAGE_##s
#define SAW(s) .seen = RP_SEEN_##s
#define NOTHING RP_REMEDY_NONE
#define WAITS RP_REMEDY_WAIT
#define TOKEN RP_REMEDY_TOKEN

#define NET RP_KIND_NETWORK
#define TLS RP_KIND_TLS
#define REFUSED RP_KIND_LOGIN
#define CONFIG RP_KIND_CONFIG
#define KEYS RP_KIND_CREDENTIALS

struct example {
    const char *name;
    enum rp_kind kind;
    enum rp_remedy remedy;
    const struct login *login;
    const struct rp_observation seen;
};

#include "causes_examples_beside.h"

static const struct example on_the_way[] = {
    {"name-via-unknown", NET, NOTHING, &tunnel, {AT(RESOLVE), .resolver = EAI_NONAME}},
    {"name-unknown-privatelink", NET, NOTHING, &privatelink, {AT(RESOLVE), .resolver = EAI_NONAME}},
    {"name-unknown", NET, NOTHING, &my, {AT(RESOLVE), .resolver = EAI_NONAME}},
    {"name-without-address", NET, NOTHING, &my, {AT(RESOLVE), .resolver = EAI_NODATA}},
    {"name-no-answer", NET, WAITS, &my, {AT(RESOLVE), .resolver = EAI_AGAIN}},
    {"name-timeout", NET, WAITS, &my, {AT(RESOLVE), SAW(TIMEOUT)}},
    {"name-failed", NET, WAITS, &my, {AT(RESOLVE), .resolver = EAI_SYSTEM, .sys = EIO}},
    {"no-descriptors", RP_KIND_INTERNAL, WAITS, &my, {AT(DIAL), .sys = EMFILE}},
    {"tunnel-no-socket", NET, WAITS, &socket_tunnel, {AT(DIAL), .sys = ENOENT}},
    {"tunnel-down", NET, WAITS, &tunnel, {AT(DIAL), .sys = ECONNREFUSED}},
    {"tunnel-timeout", NET, WAITS, &tunnel, {AT(DIAL), SAW(TIMEOUT)}},
    {"timeout-private", NET, WAITS, &my, {AT(DIAL), SAW(TIMEOUT), .addresses = PRIVATE}},
    {"timeout-public", NET, WAITS, &my, {AT(DIAL), .sys = ETIMEDOUT, .addresses = PUBLIC}},
    {"refused-proxy-port",
     NET,
     NOTHING,
     &odd_proxy,
     {AT(DIAL), .sys = ECONNREFUSED, .addresses = PRIVATE}},
    {"refused", NET, WAITS, &my_proxy, {AT(DIAL), .sys = ECONNREFUSED, .addresses = PRIVATE}},
    {"unreachable-ipv6", NET, WAITS, &dsql, {AT(DIAL), .sys = ENETUNREACH, .addresses = V6}},
    {"unreachable",
     NET,
     WAITS,
     &dsql,
     {AT(DIAL), .sys = EHOSTUNREACH, .addresses = V6 ", " PUBLIC}},
    {"not-allowed", NET, NOTHING, &my, {AT(DIAL), .sys = EPERM}},
    {"reset", NET, WAITS, &my, {AT(DIAL), .sys = ECONNRESET}},
    {"not-connected", NET, WAITS, &my, {AT(DIAL), .sys = EIO}},
    {"no-tls", TLS, NOTHING, &my, {AT(GREETING), SAW(NO_TLS)}},
    {"early-bytes", TLS, NOTHING, &pg, {AT(GREETING), SAW(EARLY_BYTES)}},
    {"other-engine-via", NET, NOTHING, &tunnel, {AT(GREETING), SAW(OTHER_PROTOCOL)}},
    {"other-engine", NET, NOTHING, &my, {AT(GREETING), SAW(OTHER_PROTOCOL)}},
    {"not-protocol",
     TLS,
     NOTHING,
     &my,
     {AT(GREETING), SAW(NOT_PROTOCOL), .text = "a packet of 3 bytes"}},
    {"silent-via", NET, WAITS, &tunnel, {AT(GREETING), SAW(TIMEOUT)}},
    {"silent-mysql", NET, WAITS, &my, {AT(GREETING), SAW(TIMEOUT)}},
    {"silent-postgres", NET, WAITS, &pg, {AT(GREETING), SAW(TIMEOUT)}},
    {"closed-via", NET, WAITS, &tunnel, {AT(GREETING), SAW(CLOSED)}},
    {"closed-early", NET, WAITS, &my, {AT(GREETING), .sys = ECONNRESET}},
    {"postgres-error-early-busy",
     REFUSED,
     WAITS,
     &pg,
     {AT(GREETING), .text = "could not fork new process for connection: Cannot allocate memory"}},
    {"postgres-error-early",
     TLS,
     NOTHING,
     &pg,
     {AT(GREETING), .sqlstate = "28000", .text = "go away"}},

    {"tls-no-roots",
     CONFIG,
     NOTHING,
     &my,
     {AT(TLS), .failed = CONFIG, .text = "the root certificates of RDS in x are not built in"}},
    {"tls-roots",
     CONFIG,
     NOTHING,
     &own_roots,
     {AT(TLS), .failed = CONFIG, .text = "roots: there is no certificate"}},
    {"tls-untrusted-file", TLS, NOTHING, &own_roots, {AT(TLS), .verify = 20}},
    {"tls-other-region",
     TLS,
     NOTHING,
     &my,
     {AT(TLS), .verify = 19,
      .certificate = {.issuer = "Amazon RDS us-east-1 Subordinate CA RSA2048 G1.A.1"}}},
    {"tls-untrusted-via", TLS, NOTHING, &tunnel, {AT(TLS), .verify = 18}},
    {"tls-untrusted", TLS, NOTHING, &my, {AT(TLS), .verify = 21}},
    {"tls-not-yet-valid", TLS, NOTHING, &my, {AT(TLS), .verify = 9}},
    {"tls-expired", TLS, NOTHING, &my, {AT(TLS), .verify = 10}},
    {"tls-wrong-name-via", TLS, NOTHING, &tunnel, {AT(TLS), .verify = 62}},
    {"tls-wrong-name-proxy", TLS, NOTHING, &proxy_endpoint, {AT(TLS), .verify = 62}},
    {"tls-wrong-name-dsql", TLS, NOTHING, &privatelink, {AT(TLS), .verify = 62}},
    {"tls-wrong-name", TLS, NOTHING, &my, {AT(TLS), .verify = 62}},
    {"tls-bad-certificate",
     TLS,
     NOTHING,
     &my,
     {AT(TLS), .verify = 66, .tls = "EE certificate key too weak"}},
    {"tls-version", TLS, NOTHING, &my, {AT(TLS), .tls = "tlsv1 alert protocol version"}},
    {"tls-version-old", TLS, NOTHING, &my, {AT(TLS), .tls = "unsupported protocol"}},
    {"tls-not-tls", TLS, NOTHING, &my, {AT(TLS), .tls = "wrong version number"}},
    {"tls-unrecognized-name", TLS, NOTHING, &dsql, {AT(TLS), .tls = "tlsv1 unrecognized name"}},
    {"tls-no-alpn", TLS, NOTHING, &dsql, {AT(TLS), .tls = "tlsv1 alert no application protocol"}},
    {"tls-handshake", TLS, NOTHING, &my, {AT(TLS), .tls = "sslv3 alert handshake failure"}},
    {"tls-timeout", NET, WAITS, &my, {AT(TLS), SAW(TIMEOUT)}},
    {"tls-closed", NET, WAITS, &my, {AT(TLS), SAW(CLOSED), .tls = "unexpected eof while reading"}},
    {"tls-failed", TLS, NOTHING, &my, {AT(TLS), .tls = "bad signature"}},

    {"asks-other-proxy",
     REFUSED,
     NOTHING,
     &my_proxy,
     {AT(LOGIN), SAW(ASKS_OTHER), .asked = "caching_sha2_password"}},
    {"asks-other-mysql",
     REFUSED,
     NOTHING,
     &my,
     {AT(LOGIN), SAW(ASKS_OTHER), .asked = "mysql_native_password"}},
    {"asks-other-postgres",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), SAW(ASKS_OTHER), .asked = "SCRAM-SHA-256"}},
    {"read-only", REFUSED, WAITS, &my, {AT(LOGIN), SAW(READ_ONLY)}},
    {"other-capabilities", REFUSED, NOTHING, &my, {AT(LOGIN), SAW(CAPABILITIES)}},
    {"resuming",
     REFUSED,
     WAITS,
     &my,
     {AT(LOGIN), .mysql_code = 1105, .text = "The database is Resuming, try again"}},
    {"login-timeout", NET, WAITS, &my, {AT(LOGIN), SAW(TIMEOUT)}},
    {"login-closed", NET, WAITS, &my, {AT(LOGIN), .sys = EPIPE}},
    {"login-not-protocol", REFUSED, NOTHING, &my, {AT(LOGIN), SAW(NOT_PROTOCOL)}},

    {"client-timeout", NET, NOTHING, &my, {AT(CLIENT), SAW(TIMEOUT)}},
    {"client-closed", NET, NOTHING, &pg, {AT(CLIENT), SAW(CLOSED)}},
    {"client-untrusted", TLS, NOTHING, &pg, {AT(CLIENT), .verify = RP_VERIFY_NO_ISSUER_LOCALLY}},
    {"client-wrong-name", TLS, NOTHING, &pg, {AT(CLIENT), .verify = RP_VERIFY_WRONG_NAME}},
    {"client-dates", TLS, NOTHING, &pg, {AT(CLIENT), .verify = RP_VERIFY_EXPIRED}},
    {"client-handshake",
     TLS,
     NOTHING,
     &my,
     {AT(CLIENT), .mysql_code = 2026, .text = "SSL connection error: unsupported protocol"}},
    {"client-no-roots",
     CONFIG,
     NOTHING,
     &pg,
     {AT(CLIENT), .text = "root certificate file \"/root.crt\" does not exist"}},
    {"client-url", CONFIG, NOTHING, &pg, {AT(CLIENT), .text = "invalid percent-encoded token"}},
    {"client-no-password",
     REFUSED,
     NOTHING,
     &pg,
     {AT(CLIENT), .text = "fe_sendauth: no password supplied"}},
    {"client-socket", NET, NOTHING, &my, {AT(CLIENT), .mysql_code = 2002}},
    {"client-connect", NET, NOTHING, &my, {AT(CLIENT), .mysql_code = 2003}},
    {"client-host", NET, NOTHING, &my, {AT(CLIENT), .mysql_code = 2005}},
    {"client-lost-authorization",
     NET,
     NOTHING,
     &my,
     {AT(CLIENT), .mysql_code = 2013,
      .text = "Lost connection to MySQL server at 'reading authorization packet'"}},
    {"client-lost",
     NET,
     NOTHING,
     &my,
     {AT(CLIENT), .mysql_code = 2013,
      .text = "Lost connection to MySQL server at 'reading initial communication packet'"}},
    {"client-tls", TLS, NOTHING, &my, {AT(CLIENT), .mysql_code = 2026}},
    {"client-malformed", NET, NOTHING, &my, {AT(CLIENT), .mysql_code = 2027}},
    {"client-old", REFUSED, NOTHING, &my, {AT(CLIENT), .mysql_code = 2049}},
    {"client-plugin", REFUSED, NOTHING, &my, {AT(CLIENT), .mysql_code = 2059}},
    {"client-plugin-failed", REFUSED, NOTHING, &my, {AT(CLIENT), .mysql_code = 2061}},
    {"client-restricted", REFUSED, NOTHING, &my, {AT(CLIENT), .mysql_code = 5010}},
    {"client-no-token",
     REFUSED,
     NOTHING,
     &my,
     {AT(CLIENT), .mysql_code = 1045,
      .text = "Access denied for user 'app'@'x' (using password: NO)"}},

    {"mysql-proxy-rate",
     REFUSED,
     WAITS,
     &my_proxy,
     {AT(LOGIN), .mysql_code = 1040, .text = "IAM authentication rate limit exceeded"}},
    {"mysql-too-many", REFUSED, WAITS, &my, {AT(GREETING), .mysql_code = 1203}},
    {"mysql-blocked", REFUSED, NOTHING, &my, {AT(GREETING), .mysql_code = 1129}},
    {"mysql-host-unknown", REFUSED, NOTHING, &my, {AT(GREETING), .mysql_code = 1130}},
    {"mysql-shutdown", REFUSED, WAITS, &my, {AT(LOGIN), .mysql_code = 1053}},
    {"mysql-proxy-no-database", REFUSED, WAITS, &my_proxy, {AT(LOGIN), .mysql_code = 9501}},
    {"mysql-error-early", TLS, NOTHING, &my, {AT(GREETING), .mysql_code = 1045}},
    {"mysql-plugin-missing", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 1524}},
    {"mysql-not-iam", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 1045, .no_token = true}},
    {"mysql-token-refused-proxy", REFUSED, TOKEN, &my_proxy, {AT(LOGIN), .mysql_code = 1045}},
    {"mysql-token-refused", REFUSED, TOKEN, &my, {AT(LOGIN), .mysql_code = 1045}},
    {"mysql-plugin-wrong", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 1698}},
    {"mysql-locked", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 4151}},
    {"mysql-password-expired", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 1862}},
    {"mysql-insecure", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 3159}},
    {"mysql-no-database", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 1049}},
    {"mysql-no-grant", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 1044}},
    {"mysql-read-only", REFUSED, WAITS, &my, {AT(LOGIN), .mysql_code = 1836}},
    {"mysql-handshake", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 1043}},
    {"mysql-error", REFUSED, NOTHING, &my, {AT(LOGIN), .mysql_code = 1231}},

    {"proxy-needs-tls",
     REFUSED,
     NOTHING,
     &pg_proxy,
     {AT(LOGIN), .sqlstate = "28000", .text = "This RDS Proxy requires TLS connections"}},
    {"proxy-empty-session",
     REFUSED,
     NOTHING,
     &pg_proxy,
     {AT(LOGIN), .text = "value is missing for X-Amz-Security-Token"}},
    {"proxy-no-credentials",
     REFUSED,
     NOTHING,
     &pg_proxy,
     {AT(LOGIN), .sqlstate = "28000",
      .text = "This RDS proxy has no credentials for the role app"}},
    {"proxy-throttled",
     REFUSED,
     WAITS,
     &pg_proxy,
     {AT(LOGIN), .text = "The IAM authentication failed because of too many competing requests"}},
    {"proxy-auth-mode",
     REFUSED,
     NOTHING,
     &pg_proxy,
     {AT(LOGIN), .text = "RDS supports only IAM or MD5 authentication"}},
    {"proxy-client-option",
     REFUSED,
     NOTHING,
     &pg_proxy,
     {AT(LOGIN), .text = "RDS Proxy currently doesn't support the option geqo"}},
    {"proxy-protocol",
     REFUSED,
     NOTHING,
     &pg_proxy,
     {AT(LOGIN), .sqlstate = "0A000", .text = "RDS Proxy supports only version 3.0"}},
    {"no-replication",
     REFUSED,
     NOTHING,
     &pg_proxy,
     {AT(LOGIN), .text = "RDS Proxy doesn't support streaming replication"}},
    {"dsql-action",
     REFUSED,
     NOTHING,
     &dsql,
     {AT(LOGIN), .sqlstate = "28000",
      .text = "Wrong user to action mapping. user: admin, action: DbConnect"}},
    {"dsql-no-database",
     REFUSED,
     NOTHING,
     &dsql,
     {AT(LOGIN), .sqlstate = "3D000", .text = "database \"shop\" does not exist"}},
    {"dsql-no-role",
     REFUSED,
     NOTHING,
     &dsql,
     {AT(LOGIN), .sqlstate = "28000", .text = "Role app does not exist"}},
    {"dsql-name-missing", REFUSED, NOTHING, &dsql, {AT(LOGIN), .text = "SNI was not received"}},
    {"dsql-refused",
     REFUSED,
     TOKEN,
     &dsql,
     {AT(LOGIN), .sqlstate = "28000", .text = "IAM authentication failed for user"}},
    {"dsql-denied",
     REFUSED,
     TOKEN,
     &dsql,
     {AT(LOGIN), .sqlstate = "08006", .text = "unable to accept connection, access denied"}},
    {"login-cancelled",
     REFUSED,
     WAITS,
     &pg,
     {AT(LOGIN), .sqlstate = "57014", .text = "canceling authentication due to timeout"}},
    {"postgres-token-refused-proxy",
     REFUSED,
     TOKEN,
     &pg_proxy,
     {AT(LOGIN), .sqlstate = "28000", .text = "IAM authentication failed for the role app"}},
    {"postgres-token-refused",
     REFUSED,
     TOKEN,
     &pg,
     {AT(LOGIN), .sqlstate = "28000", .text = "PAM authentication failed for user \"app\""}},
    {"postgres-no-role",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "28000", .text = "role \"app\" does not exist"}},
    {"postgres-no-login",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "28000", .text = "role \"app\" is not permitted to log in"}},
    {"postgres-hba-plain",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "28000",
      .text = "no pg_hba.conf entry for host \"10.0.0.1\", user \"app\", no encryption"}},
    {"postgres-no-hba",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "28000", .text = "no pg_hba.conf entry for host \"10.0.0.1\""}},
    {"postgres-not-iam",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "28P01", .text = "password authentication failed for user \"app\""}},
    {"postgres-refused-unasked",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "28000", .text = "Peer authentication failed", .no_token = true}},
    {"postgres-refused",
     REFUSED,
     TOKEN,
     &pg,
     {AT(LOGIN), .sqlstate = "28000", .text = "PAM-Authentifizierung fehlgeschlagen"}},
    {"postgres-no-database",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "3D000", .text = "database \"shop\" does not exist"}},
    {"postgres-no-grant",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "42501", .text = "permission denied for database \"shop\""}},
    {"postgres-parameter",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "22023", .text = "invalid value for parameter"}},
    {"postgres-parameter-unknown",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "42704", .text = "unrecognized configuration parameter \"x\""}},
    {"postgres-too-many",
     REFUSED,
     WAITS,
     &pg,
     {AT(LOGIN), .sqlstate = "53300", .text = "sorry, too many clients already"}},
    {"postgres-not-ready",
     REFUSED,
     WAITS,
     &pg,
     {AT(LOGIN), .sqlstate = "57P03", .text = "the database system is starting up"}},
    {"postgres-read-only", REFUSED, WAITS, &pg, {AT(LOGIN), .sqlstate = "25006"}},
    {"postgres-connection", REFUSED, NOTHING, &pg, {AT(LOGIN), .sqlstate = "08P01"}},
    {"postgres-connection-lost", REFUSED, WAITS, &pg, {AT(LOGIN), .sqlstate = "08006"}},
    {"postgres-error",
     REFUSED,
     NOTHING,
     &pg,
     {AT(LOGIN), .sqlstate = "XX000", .text = "cache lookup failed"}},
    {"session-query",
     RP_KIND_SQL,
     NOTHING,
     &pg,
     {AT(SESSION), .sqlstate = "42P01", .text = "relation \"x\" does not exist"}},
    {"unknown", NET, NOTHING, &pg, {AT(LOGIN)}},
};

enum {
    BESIDE = sizeof(beside) / sizeof(beside[0]),
    EXAMPLES = BESIDE + sizeof(on_the_way) / sizeof(on_the_way[0]),
};

/* In the order of the rows. */
static inline const struct example *example_at(size_t index)
{
    return index < BESIDE ? &beside[index] : &on_the_way[index - BESIDE];
}

#endif
