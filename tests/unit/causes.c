/* Unit test of src/rds/causes*.c: every row by an observation of its own, and its words. */
#include "rdspass/rds/causes.h"

#include <errno.h>
#include <netdb.h>
#include <openssl/x509_vfy.h>

#include "rds/causes_rows.h"
#include "rdspass/base/utf8.h"
#include "tap.h"

_Static_assert(RP_VERIFY_NO_ISSUER == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "OpenSSL's");
_Static_assert(RP_VERIFY_NOT_YET_VALID == X509_V_ERR_CERT_NOT_YET_VALID, "OpenSSL's");
_Static_assert(RP_VERIFY_EXPIRED == X509_V_ERR_CERT_HAS_EXPIRED, "OpenSSL's");
_Static_assert(RP_VERIFY_SELF_SIGNED_LEAF == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "OpenSSL's");
_Static_assert(RP_VERIFY_SELF_SIGNED_IN_CHAIN == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "OpenSSL's");
_Static_assert(RP_VERIFY_NO_ISSUER_LOCALLY == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
               "OpenSSL's");
_Static_assert(RP_VERIFY_NO_CHAIN == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "OpenSSL's");
_Static_assert(RP_VERIFY_WRONG_NAME == X509_V_ERR_HOSTNAME_MISMATCH, "OpenSSL's");

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

static const struct rp_cause *find(const struct login *login, const struct rp_observation *seen,
                                   struct rp_error *err)
{
    struct rp_endpoint endpoint = endpoint_of(login->host);
    struct rp_cause_target target = {
        .endpoint = &endpoint,
        .port = login->port != 0 ? login->port : rp_engine_port(login->engine),
        .user = "app",
        .database = "shop",
        .via = login->via == NULL ? "" : login->via,
        .region = "eu-central-1",
        .engine = login->engine,
        .ca_file = login->ca_file,
    };
    return rp_cause_find(seen, &target, err);
}

/* --- every row ------------------------------------------------------------------- */

#define AT(s) .stage = RP_STAGE_##s
#define SAW(s) .seen = RP_SEEN_##s
#define NOTHING RP_REMEDY_NONE
#define WAITS RP_REMEDY_WAIT
#define TOKEN RP_REMEDY_TOKEN

static const struct example {
    const char *name;
    enum rp_kind kind;
    enum rp_remedy remedy;
    const struct login *login;
    const struct rp_observation seen;
} examples[] = {
#define NET RP_KIND_NETWORK
#define TLS RP_KIND_TLS
#define REFUSED RP_KIND_LOGIN
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
    {"not-connected", NET, WAITS, &my, {AT(DIAL), .sys = EINVAL}},
    {"no-tls", TLS, NOTHING, &my, {AT(GREETING), SAW(NO_TLS)}},
    {"early-bytes", TLS, NOTHING, &pg, {AT(GREETING), SAW(EARLY_BYTES)}},
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
    {"unknown", NET, NOTHING, &pg, {AT(LOGIN)}},
};

enum { EXAMPLES = sizeof(examples) / sizeof(examples[0]) };

static bool is_clean(const char *text)
{
    return rp_utf8_valid(rp_span(text)) && !rp_utf8_has_control(rp_span(text)) &&
           strchr(text, '{') == NULL && strchr(text, '}') == NULL;
}

static void test_examples(void)
{
    for (size_t i = 0; i < EXAMPLES; i++) {
        const struct example *example = &examples[i];
        struct rp_error err = {0};
        const struct rp_cause *cause = find(example->login, &example->seen, &err);

        IS_STR(cause->name, example->name, example->name);
        IS_INT(cause->kind, example->kind, "  its kind");
        IS_INT(err.kind, example->kind, "  that of the error");
        IS_INT(cause->remedy, example->remedy, "  its remedy");
        OK(err.msg[0] != '\0' && is_clean(err.msg) && is_clean(err.hint),
           "  all words are filled: %s -- %s", err.msg, err.hint);
        OK(strlen(err.msg) < RP_ERROR_TEXT_MAX - 1 && strlen(err.hint) < RP_ERROR_TEXT_MAX - 1,
           "  and fit");
    }
}

/* No row without its example, and none of two rows with one name. */
static void test_rows(void)
{
    size_t count = 0;
    const struct rp_cause *row;

    for (; (row = rp_cause_at(count)) != NULL; count++)
        OK(count < EXAMPLES && strcmp(row->name, examples[count].name) == 0,
           "row %s has its example, in order", row->name);
    IS_INT(count, EXAMPLES, "as many rows as examples");
    OK(rp_cause_at(count + 1000) == NULL, "none far behind the last");
}

/* --- the words ------------------------------------------------------------------- */

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static void test_names(void)
{
    const struct rp_observation seen = {
        AT(TLS), .verify = RP_VERIFY_WRONG_NAME,
        .certificate = {.issuer = "Amazon RDS eu-central-1 Subordinate CA RSA2048 G1.A.1",
                        .names = "one" RDS ", two" RDS,
                        .not_before = "2026-01-01T00:00:00Z",
                        .not_after = "2027-01-01T00:00:00Z"}};
    struct rp_error err = {0};

    (void)find(&my, &seen, &err);
    IS_STR(err.msg,
           "the certificate of " CLUSTER " is for other names: one" RDS ", two" RDS
           " (issued by Amazon RDS eu-central-1 Subordinate CA RSA2048 G1.A.1, valid "
           "2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z)",
           "a wrong name tells names, issuer and dates");
    (void)find(&tunnel, &seen, &err);
    OK(has(err.msg, "--via 127.0.0.1:13306") && has(err.hint, CLUSTER ":3306"),
       "with a tunnel, both its ends");
}

static void test_fixes(void)
{
    struct rp_error err = {0};
    const struct login instance = {INSTANCE, PG, 0, "", false};
    const struct rp_observation asks = {AT(LOGIN), SAW(ASKS_OTHER), .asked = "md5"};

    (void)find(&my, &(struct rp_observation){AT(LOGIN), SAW(ASKS_OTHER)}, &err);
    OK(has(err.hint, "'app' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"), "MySQL's account");
    OK(has(err.hint, "modify-db-cluster --db-cluster-identifier demo "), "the cluster's switch");
    (void)find(&my, &(struct rp_observation){AT(LOGIN), .mysql_code = 1044}, &err);
    OK(has(err.hint, "ON `shop`.* TO 'app'"), "the grant on the database");
    (void)find(&pg, &asks, &err);
    OK(has(err.hint, "GRANT rds_iam TO \"app\";"), "PostgreSQL's role");
    OK(has(err.msg, "md5"), "what was asked for");
    (void)find(&instance, &asks, &err);
    OK(has(err.hint, "modify-db-instance --db-instance-identifier one "), "an instance's switch");
    (void)find(&pg, &(struct rp_observation){AT(LOGIN), .sqlstate = "28000"}, &err);
    OK(has(err.hint, "arn:aws:rds-db:eu-central-1:ACCOUNT:dbuser:cluster-ID/app"),
       "the policy's resource");
}

/* What is said before TLS is marked; what is said behind it is the server's. */
static void test_vouching(void)
{
    struct rp_observation seen = {AT(GREETING), .mysql_code = 1040, .text = "Too many connections"};
    struct rp_error err = {0};

    (void)find(&my, &seen, &err);
    OK(has(err.msg, "before TLS, so nobody vouches for it: \"Too many connections\""), "%s",
       err.msg);
    seen.stage = RP_STAGE_LOGIN;
    (void)find(&my, &seen, &err);
    OK(has(err.msg, "the server says: \"Too many connections\"") && !has(err.msg, "vouches"), "%s",
       err.msg);
}

/* PostgreSQL's 'E' in place of TLS may come without a text. */
static void test_early_error(void)
{
    struct rp_observation seen = {AT(GREETING)};
    struct rp_error err = {0};

    IS_STR(find(&pg, &seen, &err)->name, "postgres-error-early", "an error without a text");
    seen.sys = EIO;
    IS_STR(find(&pg, &seen, &err)->name, "unknown",
           "what our system says is no word of the server");
}

/* What a parser of ours says of the bytes is no text of the server. */
static void test_not_protocol(void)
{
    struct rp_observation seen = {AT(GREETING), SAW(NOT_PROTOCOL), .text = "a length that lies"};
    struct rp_error err = {0};

    (void)find(&my, &seen, &err);
    OK(has(err.msg, "sent to it: a length that lies") && !has(err.msg, "said"), "%s", err.msg);
}

static void test_hostile(void)
{
    struct rp_observation seen = {AT(LOGIN), .mysql_code = 1045};
    struct rp_endpoint endpoint = endpoint_of(CLUSTER);
    char user[256];
    struct rp_cause_target target = {
        .endpoint = &endpoint, .user = user, .database = "", .via = "", .region = "", .engine = MY};
    struct rp_error err = {0};

    memset(user, '\'', sizeof(user) - 1);
    user[sizeof(user) - 1] = '\0';
    memset(seen.text, '\x1b', RP_SEEN_TEXT_MAX);
    (void)rp_cause_find(&seen, &target, &err);
    OK(is_clean(err.msg) && has(err.msg, "\\x1b") && has(err.msg, "...\""),
       "a text of escapes is escaped and cut");
    (void)snprintf(seen.text, sizeof(seen.text), "{user} {host} %%s %%n {");
    (void)rp_cause_find(&seen, &target, &err);
    OK(has(err.msg, "\"{user} {host} %s %n {\""), "a text of words is filled with nothing");

    (void)snprintf(user, sizeof(user), "o'brien");
    seen.mysql_code = 1698;
    (void)rp_cause_find(&seen, &target, &err);
    OK(has(err.hint, "'o''brien'"), "a user's quote is doubled in SQL");
    user[0] = '\0';
    (void)rp_cause_find(&seen, &target, &err);
    OK(has(err.msg, "the user") && has(err.hint, "'USER'"), "nobody in particular");
}

static void test_addresses(void)
{
    static const struct {
        const char *addresses;
        const char *cause;
    } cases[] = {
        {"10.255.0.1:1", "timeout-private"},         {"172.31.0.1:1", "timeout-private"},
        {"172.32.0.1:1", "timeout-public"},          {"192.168.0.1:1", "timeout-private"},
        {"192.169.0.1:1", "timeout-public"},         {"100.64.0.1:1", "timeout-private"},
        {"100.128.0.1:1", "timeout-public"},         {"[fd00::1]:1", "timeout-private"},
        {"[2001:db8::1]:1", "timeout-public"},       {"10.0.0.1:1, 8.8.8.8:1", "timeout-public"},
        {"8.8.8.8:1, 10.0.0.1:1", "timeout-public"}, {"", "timeout-public"},
        {"/run/db.sock", "timeout-public"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rp_observation seen = {AT(DIAL), SAW(TIMEOUT)};
        struct rp_error err = {0};

        (void)snprintf(seen.addresses, sizeof(seen.addresses), "%s", cases[i].addresses);
        IS_STR(find(&my, &seen, &err)->name, cases[i].cause, cases[i].addresses);
    }
}

int main(void)
{
    test_examples();
    test_rows();
    test_names();
    test_fixes();
    test_vouching();
    test_early_error();
    test_not_protocol();
    test_hostile();
    test_addresses();
    return tap_done();
}
