/*
 * What speaks against a token: one small function for each thing that a server
 * looks at, in the order of what a person should mend first.
 */
#include <stdarg.h>

#include "rdspass/codec/time.h"
#include "rdspass/rds/token_read.h"

enum { CLOCK_TOLERANCE_S = 300 /* of SigV4 */ };

/* A token, what it is for, when; and where the findings go. */
struct judge {
    const struct rp_token_facts *facts;
    const struct rp_token_purpose *purpose;
    int64_t now;
    struct rp_token_findings *out;
};

static void find(const struct judge *judge, const char *id, bool refused, const char *hint,
                 const char *fmt, ...) RP_PRINTF(5, 6);

static void find(const struct judge *judge, const char *id, bool refused, const char *hint,
                 const char *fmt, ...)
{
    struct rp_token_findings *out = judge->out;
    char raw[sizeof(out->list[0].text)];
    va_list args;

    if (out->count == RP_TOKEN_FINDINGS_MAX)
        return;
    struct rp_token_finding *finding = &out->list[out->count++];
    *finding = (struct rp_token_finding){.id = id, .refused = refused};
    va_start(args, fmt);
    int n = vsnprintf(raw, sizeof(raw), fmt, args);
    va_end(args);
    rp_escape_text(finding->text, sizeof(finding->text), n < 0 ? "" : raw);
    rp_escape_text(finding->hint, sizeof(finding->hint), hint);
    out->refused += refused ? 1 : 0;
}

static bool looks(const struct judge *judge, enum rp_token_look look)
{
    return (judge->facts->looks & (unsigned)look) != 0;
}

/* Whether what is missing is so because the end is. */
static bool is_cut(const struct judge *judge)
{
    return looks(judge, RP_TOKEN_NO_SIGNATURE);
}

static bool is_dsql(const struct judge *judge)
{
    return judge->facts->is_endpoint && rp_endpoint_is_dsql(&judge->facts->endpoint);
}

/* --- its text ------------------------------------------------------------------- */

static void judge_whole(const struct judge *judge)
{
    if (looks(judge, RP_TOKEN_NO_SIGNATURE))
        find(
            judge, "truncated", true,
            "a client or a field cut it: what takes tokens is listed as \"too long for\" above, or "
            "use rdspass exec",
            "it is cut off after %zu bytes: there is no whole X-Amz-Signature at its end",
            judge->facts->length);
    if (looks(judge, RP_TOKEN_QUOTED))
        find(judge, "quotes", true, "give the client what is between them",
             "there are quotes around it, which are no part of the token");
    if (looks(judge, RP_TOKEN_BROKEN_LINE))
        find(judge, "line-break", true, "pass it on one line, without blanks",
             "there are line breaks or blanks inside of it");
    if (looks(judge, RP_TOKEN_WHITE_SPACE))
        find(judge, "white-space", true, "pass it without blanks or carriage returns around it",
             "there are blanks or line ends around it");
    if (looks(judge, RP_TOKEN_ENCODED_TWICE))
        find(judge, "double-encoding", true,
             "give the token as it was printed; only in a URL is it percent-encoded, once",
             "it is percent-encoded once too often");
    if (looks(judge, RP_TOKEN_SCHEME))
        find(judge, "scheme", true, "take \"https://\" away: a token begins with the host",
             "it begins with a scheme, as a URL does");
    if (looks(judge, RP_TOKEN_NAMED_TWICE))
        find(judge, "twice", true, "make a new one", "a parameter stands in it twice");
    if (looks(judge, RP_TOKEN_LINE_END))
        find(judge, "line-end", false,
             "$(...) of a shell takes it away; a program that reads a file whole must do so itself",
             "a line end stands behind it, which is no part of the token");
}

/* --- whom it was made for --------------------------------------------------------- */

/* What no host has: the name of a variable before it, the fields of a password file. */
static bool begins_otherwise(const char *host)
{
    static const char of_hosts[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_";

    return host[0] != '[' && host[strspn(host, of_hosts)] != '\0';
}

static void judge_host(const struct judge *judge)
{
    const struct rp_token_facts *facts = judge->facts;
    struct rp_error err = {0};

    if (facts->is_endpoint) {
        if (rp_failed(rp_endpoint_check_token(&facts->endpoint, &err)))
            find(judge, "custom-endpoint", true, err.hint, "%s", err.msg);
    } else if (begins_otherwise(facts->host)) {
        find(judge, "begin", true, "a token begins with the host: take away what stands before it",
             "it begins with something else than the name of a host");
    } else {
        rp_ignore(rp_endpoint_parse(rp_span(facts->host), &(struct rp_endpoint){0}, &err));
        find(judge, "host", true,
             "sign for the endpoint that AWS gave, and dial the tunnel or the alias with it",
             "it was signed for a host that is no endpoint: %s", err.msg);
    }
    if (judge->purpose->host[0] != '\0' && strcmp(judge->purpose->host, facts->host) != 0)
        find(judge, "other-host", true, "sign for the endpoint that you log in to",
             "it was signed for %s, and is meant for %s", facts->host, judge->purpose->host);
}

static void judge_port(const struct judge *judge)
{
    const struct rp_token_facts *facts = judge->facts;
    uint16_t wanted = judge->purpose->port;
    enum rp_engine engine = judge->purpose->engine;

    if (is_dsql(judge)) {
        if (facts->port != 0)
            find(judge, "port", true, "a token of Aurora DSQL names the host alone",
                 "it names a port (%u), and those of Aurora DSQL name none", facts->port);
        return;
    }
    if (facts->port == 0) {
        find(judge, "no-port", true, "sign for HOST:PORT, with the port of the endpoint",
             "it names no port");
        return;
    }
    if (wanted == 0 && engine != RP_ENGINE_UNKNOWN &&
        facts->port ==
            rp_engine_port(engine == RP_ENGINE_MYSQL ? RP_ENGINE_POSTGRES : RP_ENGINE_MYSQL))
        wanted = rp_engine_port(engine);
    if (wanted != 0 && wanted != facts->port)
        find(judge, "other-port", true,
             "sign for the port of the endpoint itself, not for that of a tunnel",
             "it was signed for port %u, and is meant for port %u", facts->port, wanted);
}

static void judge_user(const struct judge *judge)
{
    const struct rp_token_facts *facts = judge->facts;
    const char *wanted = judge->purpose->user;

    if (is_dsql(judge)) {
        bool admin = strcmp(wanted, "admin") == 0;
        const char *action = admin ? "DbConnectAdmin" : "DbConnect";
        if (facts->user[0] != '\0')
            find(judge, "user", true, "make a token of Aurora DSQL",
                 "it names a user, and those of Aurora DSQL name none");
        if (wanted[0] != '\0' && strcmp(facts->action, action) != 0)
            find(judge, "dsql-action", true,
                 "DbConnectAdmin is for the user admin, DbConnect for all others",
                 "its action is %s, and the user %s needs %s", facts->action, wanted, action);
        return;
    }
    if (facts->user[0] == '\0' && !is_cut(judge))
        find(judge, "no-user", true, "sign with the database user (DBUser)",
             "it names no database user");
    if (facts->user[0] != '\0' && wanted[0] != '\0' && strcmp(facts->user, wanted) != 0)
        find(judge, "other-user", true, "names of users count with their case",
             "it was signed for the user %.100s, and is meant for %.100s", facts->user, wanted);
    if (looks(judge, RP_TOKEN_USER_ENCODED))
        find(judge, "user-encoded", false, "a signer encodes the user once, by itself",
             "its user is %.100s: was the name encoded before it was signed?", facts->user);
}

static void judge_service(const struct judge *judge)
{
    const struct rp_token_facts *facts = judge->facts;
    bool dsql = is_dsql(judge);
    bool known = dsql ? strcmp(facts->action, "DbConnect") == 0 ||
                            strcmp(facts->action, "DbConnectAdmin") == 0
                      : strcmp(facts->action, "connect") == 0;

    if (!known && !(is_cut(judge) && facts->action[0] == '\0'))
        find(judge, "action", true, "make one for this database: rdspass token",
             "its action is %s, and %s wants %s",
             facts->action[0] == '\0' ? "missing" : facts->action, dsql ? "Aurora DSQL" : "RDS",
             dsql ? "DbConnect or DbConnectAdmin" : "connect");
    if (looks(judge, RP_TOKEN_BAD_CREDENTIAL) && is_cut(judge))
        return;
    if (looks(judge, RP_TOKEN_BAD_CREDENTIAL)) {
        find(judge, "credential", true, "make a new one",
             "its X-Amz-Credential is missing, or is none");
        return;
    }
    if (strcmp(facts->service, dsql ? "dsql" : "rds-db") != 0)
        find(judge, "service", true, "make one for this database: rdspass token",
             "it was signed for the service %s, and %s is %s", facts->service,
             dsql ? "that of Aurora DSQL" : "that of RDS", dsql ? "dsql" : "rds-db");
}

static void judge_engine(const struct judge *judge)
{
    const struct rp_token_facts *facts = judge->facts;
    enum rp_engine wanted = judge->purpose->engine;

    if (!facts->is_endpoint || wanted == RP_ENGINE_UNKNOWN ||
        facts->endpoint.engine == RP_ENGINE_UNKNOWN || facts->endpoint.engine == wanted)
        return;
    find(judge, "engine", true, "log in with a client of that engine",
         "%s is an endpoint of %s only, and it is meant for %s", facts->host,
         rp_engine_name(facts->endpoint.engine), rp_engine_name(wanted));
}

static void judge_region(const struct judge *judge)
{
    const struct rp_token_facts *facts = judge->facts;
    const char *wanted = facts->is_endpoint && facts->endpoint.region[0] != '\0'
                             ? facts->endpoint.region
                             : judge->purpose->region;

    if (looks(judge, RP_TOKEN_BAD_CREDENTIAL) || wanted[0] == '\0' ||
        strcmp(wanted, facts->region) == 0)
        return;
    find(judge, "region", true, "sign for the region of the database, whatever AWS_REGION says",
         "it was signed for the region %s, and the database is in %s", facts->region, wanted);
}

/* --- when --------------------------------------------------------------------------- */

static void judge_life(const struct judge *judge)
{
    const struct rp_token_facts *facts = judge->facts;
    uint32_t most = is_dsql(judge) ? (uint32_t)RP_DSQL_TOKEN_LIFE_MAX : (uint32_t)RP_TOKEN_LIFE;

    if (facts->expires == 0 && !is_cut(judge))
        find(judge, "no-expiry", true, "make a new one", "its X-Amz-Expires is missing, or 0");
    if (facts->expires > most)
        find(judge, "life", true, "sign for 900 seconds (Aurora DSQL: up to 604800)",
             "it wants to live for %u seconds, and %u are the most", facts->expires, most);
}

static void judge_time(const struct judge *judge)
{
    const struct rp_token_facts *facts = judge->facts;
    int64_t end = facts->signed_at + facts->expires;
    char text[RP_TIME_ISO_SIZE];

    if (looks(judge, RP_TOKEN_BAD_DATE) && is_cut(judge))
        return;
    if (looks(judge, RP_TOKEN_BAD_DATE)) {
        find(judge, "date", true, "make a new one", "its X-Amz-Date is missing, or is none");
        return;
    }
    if (looks(judge, RP_TOKEN_DATES_DIFFER))
        find(judge, "dates-differ", true, "make a new one",
             "X-Amz-Date and the date in X-Amz-Credential are two days");
    if (judge->now >= end) {
        rp_time_format_iso(end, text);
        find(judge, "expired", true,
             "make a new one for each login; or rdspass exec, which does so by itself",
             "it expired at %s, %lld seconds ago", text, (long long)(judge->now - end));
    } else if (facts->signed_at > judge->now) {
        bool far = facts->signed_at - judge->now > CLOCK_TOLERANCE_S;
        rp_time_format_iso(facts->signed_at, text);
        find(judge, "future", far, "set the clock of the machine that signed it, or of this one",
             "it was signed at %s, which is %lld seconds from now%s", text,
             (long long)(facts->signed_at - judge->now), far ? "" : ": AWS allows five minutes");
    }
}

/* --- who signed ----------------------------------------------------------------------- */

static void judge_keys(const struct judge *judge)
{
    const struct rp_token_facts *facts = judge->facts;
    bool temporary = strncmp(facts->access_key_id, "ASIA", 4) == 0;

    if (looks(judge, RP_TOKEN_OTHER_METHOD) || looks(judge, RP_TOKEN_OTHER_HEADERS))
        find(judge, "method", true, "make one with AWS4-HMAC-SHA256, signing the host alone",
             "it was signed in another way than tokens are");
    if (looks(judge, RP_TOKEN_EMPTY_SESSION))
        find(
            judge, "empty-session-token", true,
            "leave X-Amz-Security-Token out for long-term keys (AWS_SESSION_TOKEN is set, and empty)",
            "its X-Amz-Security-Token is empty");
    else if (temporary && rp_secret_is_empty(&facts->session_token))
        find(judge, "no-session-token", true, "sign with the AWS_SESSION_TOKEN of the keys, too",
             "its key %s is a temporary one, and there is no session token", facts->access_key_id);
    if (!temporary && !rp_secret_is_empty(&facts->session_token) &&
        strncmp(facts->access_key_id, "AKIA", 4) == 0)
        find(judge, "stray-session-token", true,
             "unset AWS_SESSION_TOKEN where the keys are long-term ones",
             "its key %s is a long-term one, and there is a session token of another",
             facts->access_key_id);
    if (looks(judge, RP_TOKEN_UNKNOWN_NAME) && !is_cut(judge))
        find(judge, "unknown-parameter", false, "", "it has parameters that tokens do not have");
}

void rp_token_judge(const struct rp_token_facts *facts, const struct rp_token_purpose *purpose,
                    int64_t now, struct rp_token_findings *out)
{
    static void (*const parts[])(const struct judge *judge) = {
        judge_whole,  judge_host, judge_port, judge_user, judge_engine,
        judge_region, judge_life, judge_time, judge_keys, judge_service,
    };
    const struct judge judge = {facts, purpose, now, out};

    *out = (struct rp_token_findings){.count = 0};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        parts[i](&judge);
}

void rp_token_judge_signature(enum rp_token_signature signature, const char *part,
                              struct rp_token_findings *out)
{
    const struct judge judge = {.out = out};

    if (signature == RP_SIGNATURE_OTHER)
        find(&judge, "signature", true, "make a new one, and give it to the client unchanged",
             "its signature is wrong: %s", part);
    if (signature == RP_SIGNATURE_WRONG)
        find(
            &judge, "signature", true,
            "make a new one with these keys, and give it to the client unchanged",
            "its signature is wrong: the secret key is another, or more than one part was changed");
}

/* --- who takes it ----------------------------------------------------------------------- */

const struct rp_token_limit *rp_token_too_long_for(size_t length, size_t index)
{
    static const struct rp_token_limit limits[] = {
        {"the password prompt of mysql and mariadb", 79},
        {"the password prompt of psql before 14", 99},
        {"pgagroal before 2026", 256},
        {".pgpass of libpq before November 2020", 320},
        {"some ODBC drivers", 1024},
        {"PgBouncer 1.18", 2048},
        {"an option file of MariaDB's clients", 4080},
        {"the password prompt of psql", 4095},
        {"MariaDB as the server", 10240},
        {"PostgreSQL as the server", 65535},
    };

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        if (length > limits[i].bytes && index-- == 0)
            return &limits[i];
    return NULL;
}
