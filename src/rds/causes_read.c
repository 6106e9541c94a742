/*
 * Causes: what another client has printed, read for its words and codes. Words come
 * first, since they say more than a code that stands for many things.
 */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "causes_rows.h"

#define NAME_UNKNOWN .stage = RP_STAGE_RESOLVE, .resolver = EAI_NONAME
#define NAME_NO_ANSWER .stage = RP_STAGE_RESOLVE, .resolver = EAI_AGAIN
#define NO_WAY(number) .stage = RP_STAGE_DIAL, .sys = (number)
#define SILENT .stage = RP_STAGE_CLIENT, .seen = RP_SEEN_TIMEOUT
#define NOT_VERIFIED(number) .stage = RP_STAGE_CLIENT, .verify = RP_VERIFY_##number
#define NO_TLS .stage = RP_STAGE_GREETING, .seen = RP_SEEN_NO_TLS
#define OTHER_ENGINE .stage = RP_STAGE_GREETING, .seen = RP_SEEN_OTHER_PROTOCOL
#define ASKS_OTHER .stage = RP_STAGE_LOGIN, .seen = RP_SEEN_ASKS_OTHER
#define LOCAL .stage = RP_STAGE_CLIENT, .code = 2002
#define NOWHERE .stage = RP_STAGE_CLIENT, .code = 2003
#define CUT .stage = RP_STAGE_CLIENT, .seen = RP_SEEN_CLOSED

/*
 * In the words of libpq, libmysqlclient, OpenSSL, Java, Node, Go, Python, .NET and Rust; the first
 * that fits. The words lie in the rows: the loader relocates pointers at each start of the program.
 */
static const struct {
    char words[48];
    enum rp_stage stage;
    enum rp_seen seen;
    int sys;
    int resolver;
    int verify;
    uint16_t code;
} known[] = {
    {"could not translate host name", NAME_UNKNOWN},
    {"unknown mysql server host", NAME_UNKNOWN},
    {"unknown server host", NAME_UNKNOWN},
    {"name or service not known", NAME_UNKNOWN},
    {"nodename nor servname", NAME_UNKNOWN},
    {"unknownhostexception", NAME_UNKNOWN},
    {"no such host", NAME_UNKNOWN},
    {"enotfound", NAME_UNKNOWN},
    {"[errno 11001] getaddrinfo failed", NAME_UNKNOWN},
    {"temporary failure in name", NAME_NO_ANSWER},
    {"eai_again", NAME_NO_ANSWER},
    {":53: ", NAME_NO_ANSWER},
    {"through socket '", LOCAL},
    {"server on socket \"", LOCAL},
    {"connection refused", NO_WAY(ECONNREFUSED)},
    {"econnrefused", NO_WAY(ECONNREFUSED)},
    {"connectionrefusederror", NO_WAY(ECONNREFUSED)},
    {"refused. check that the hostname", NO_WAY(ECONNREFUSED)},
    {"actively refused it", NO_WAY(ECONNREFUSED)},
    {"' (111)", NO_WAY(ECONNREFUSED)},
    {"no route to host", NO_WAY(EHOSTUNREACH)},
    {"ehostunreach", NO_WAY(EHOSTUNREACH)},
    {"network is unreachable", NO_WAY(ENETUNREACH)},
    {"enetunreach", NO_WAY(ENETUNREACH)},
    {"timeout expired", SILENT},
    {"connection timed out", SILENT},
    {"connect timed out", SILENT},
    {"(timed out)", SILENT},
    {"etimedout", SILENT},
    {"timeouterror", SILENT},
    {"i/o timeout", SILENT},
    {"timeout: context deadline exceeded", SILENT},
    {"due to connection timeout", SILENT},
    {"' (110)", SILENT},
    {"' (115)", SILENT},
    {"does not match host name", NOT_VERIFIED(WRONG_NAME)},
    {"hostname mismatch", NOT_VERIFIED(WRONG_NAME)},
    {"ip address mismatch", NOT_VERIFIED(WRONG_NAME)},
    {"hostname/ip does not match", NOT_VERIFIED(WRONG_NAME)},
    {"hostname verification failed", NOT_VERIFIED(WRONG_NAME)},
    {"could not be verified by hostnameverifier", NOT_VERIFIED(WRONG_NAME)},
    {"certificate is valid for", NOT_VERIFIED(WRONG_NAME)},
    {"certificate: notvalidforname", NOT_VERIFIED(WRONG_NAME)},
    {"certificate has expired", NOT_VERIFIED(EXPIRED)},
    {"certificate is not yet valid", NOT_VERIFIED(NOT_YET_VALID)},
    {"certificate verify failed", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"certificate validation failure", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"certificate verification failure", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"unable to get local issuer", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"unable to verify the first certificate", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"in certificate chain", NOT_VERIFIED(SELF_SIGNED_IN_CHAIN)},
    {"self-signed certificate", NOT_VERIFIED(SELF_SIGNED_LEAF)},
    {"self signed certificate", NOT_VERIFIED(SELF_SIGNED_LEAF)},
    {"signed by unknown authority", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"pkix path building failed", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"remote certificate is invalid", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"certificate: unknownissuer", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"server does not support ssl", NO_TLS},
    {"ssl is not enabled on the server", NO_TLS},
    {"server refused tls connection", NO_TLS},
    {"wrong version number", .stage = RP_STAGE_TLS},
    {"no application protocol", .stage = RP_STAGE_TLS},
    {"but the server does not support it", NO_TLS},
    {"but the server doesn't support it", NO_TLS},
    {"invalid response to ssl negotiation", OTHER_ENGINE},
    {"server requested scram", ASKS_OTHER},
    {"scram-server-first-message", ASKS_OTHER},
    {"authentication type 5 is not", ASKS_OTHER},
    {"authentication type 10 is not", ASKS_OTHER},
    {"public key retrieval is not allowed", ASKS_OTHER},
    {"connection attempt failed", NOWHERE},
    {"communications link failure", NOWHERE},
    {"any of the specified mysql hosts", NOWHERE},
    {"server closed the connection unexpectedly", CUT},
    {"connection terminated unexpectedly", CUT},
    {"connection reset by peer", CUT},
    {"econnreset", CUT},
    {"ssl syscall error: eof detected", CUT},
};

/* Words that only the one says; host names may hold any. */
static const struct {
    const char *words;
    enum rp_engine engine;
} engines[] = {
    {"fatal:", RP_ENGINE_POSTGRES},     {"psql:", RP_ENGINE_POSTGRES},
    {"pq: ", RP_ENGINE_POSTGRES},       {"pg::", RP_ENGINE_POSTGRES},
    {"pg_hba", RP_ENGINE_POSTGRES},     {"pam authentication", RP_ENGINE_POSTGRES},
    {"scram-s", RP_ENGINE_POSTGRES},    {"server on socket", RP_ENGINE_POSTGRES},
    {"postgresql", RP_ENGINE_POSTGRES}, {"psqlexception", RP_ENGINE_POSTGRES},
    {"psycopg", RP_ENGINE_POSTGRES},    {"asyncpg", RP_ENGINE_POSTGRES},
    {"npgsql", RP_ENGINE_POSTGRES},     {"mysql", RP_ENGINE_MYSQL},
    {"mariadb", RP_ENGINE_MYSQL},       {"using password:", RP_ENGINE_MYSQL},
};

/* What is said without a code, by psql and by many a driver: all of these words, the first row. */
static const struct {
    const char *words[2];
    const char *state;
} states[] = {
    {{"password authentication failed", ""}, "28P01"},
    {{"role \"", "does not exist"}, "28000"},
    {{"database \"", "does not exist"}, "3D000"},
    {{"too many clients", ""}, "53300"},
    {{"remaining connection slots", ""}, "53300"},
    {{"the database system is", ""}, "57P03"},
    {{"permission denied for", ""}, "42501"},
    {{"unrecognized configuration parameter", ""}, "42704"},
    {{"unsupported startup parameter", ""}, "42704"},
    {{"invalid value for parameter", ""}, "22023"},
    {{"in a read-only transaction", ""}, "25006"},
};
static const struct {
    const char *words[2];
    uint16_t code;
} codes[] = {
    {{"access denied for user", "(using password:"}, 1045},
    {{"access denied for user", "to database"}, 1044},
    {{"access denied for user", ""}, 1698},
    {{"unknown database '", ""}, 1049},
    {{"too many connections", ""}, 1040},
    {{"more than 'max_user_connections'", ""}, 1203},
    {{"has exceeded the 'max_", ""}, 1226},
    {{"plugin '", "' is not loaded"}, 1524},
    {{"is blocked because of many", ""}, 1129},
    {{"is not allowed to connect to this", ""}, 1130},
    {{"account is locked", ""}, 3118},
    {{"your password has expired", ""}, 1862},
    {{"insecure transport", ""}, 3159},
    {{"client does not support authentication", ""}, 1251},
    {{"authentication plugin", "cannot be loaded"}, 2059},
    {{"unknown plugin mysql_clear_password", ""}, 2059},
    {{"requires clear text authentication", ""}, 2059},
    {{"authentication method unknown", "mysql_clear_password"}, 2059},
    {{"authentication method unknown", ""}, 1251},
    {{"required for plugin", "mysql_clear_password"}, 2061},
    {{"permit requested plugin", ""}, 5010},
    {{"can't connect to", ""}, 2003},
    {{"lost connection to", ""}, 2013},
    {{"server has gone away", ""}, 2006},
};

static bool has_both(const char *message, const char *const words[2])
{
    return strcasestr(message, words[0]) != NULL && strcasestr(message, words[1]) != NULL;
}

static bool find_words(const char *message, struct rp_observation *out)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcasestr(message, known[i].words) == NULL)
            continue;
        *out = (struct rp_observation){.stage = known[i].stage,
                                       .seen = known[i].seen,
                                       .sys = known[i].sys,
                                       .resolver = known[i].resolver,
                                       .verify = known[i].verify,
                                       .mysql_code = known[i].code};
        if (out->stage == RP_STAGE_TLS)
            (void)snprintf(out->tls, sizeof(out->tls), "%s", known[i].words);
        return true;
    }
    return false;
}

static bool find_engine(const char *message, enum rp_engine *out)
{
    for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
        if (strcasestr(message, engines[i].words) == NULL)
            continue;
        *out = engines[i].engine;
        return true;
    }
    return false;
}

/*
 * "ERROR 1045 (28000): ", "Error Code: 1045", "(1045, \"Access", "[1045]", "error: 1045": four
 * digits by themselves behind one of these. A port stands behind ':' or "port".
 */
static uint16_t find_number(const char *message)
{
    static const char *const before[] = {"error ", "error code: ", "error: ", "errno: ", "(", "["};

    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        const char *at = message;
        while ((at = strcasestr(at, before[i])) != NULL) {
            at += strlen(before[i]);
            long code = strspn(at, "0123456789") == 4 ? strtol(at, NULL, 10) : 0;
            if (code >= 1000)
                return (uint16_t)code;
        }
    }
    return 0;
}

/* Words first: MariaDB's clients say 2002 for what is 2003 to MySQL's. */
static uint16_t find_code(const char *message)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (has_both(message, codes[i].words))
            return codes[i].code;
    return find_number(message);
}

/*
 * By the words, which are PostgreSQL's: PDO says 08006 for whatever it is. Else "SQLSTATE 28P01",
 * "SQLState: 28P01", "SQLSTATE[28000]".
 */
static bool find_state(const char *message, char out[static 6])
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *at = strcasestr(message, "sqlstate");

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (has_both(message, states[i].words)) {
            (void)snprintf(out, 6, "%s", states[i].state);
            return true;
        }
    if (at == NULL)
        return false;
    at += strlen("sqlstate");
    at += strspn(at, " :=[(");
    if (strspn(at, digits) == 5)
        (void)snprintf(out, 6, "%.5s", at);
    return false;
}

/* A line: psql's and Java's are several. */
static void set_text(const char *message, struct rp_observation *out)
{
    (void)snprintf(out->text, sizeof(out->text), "%s", message);
    for (char *c = out->text; *c != '\0'; c++)
        if (*c == '\n' || *c == '\r' || *c == '\t')
            *c = ' ';
}

void rp_cause_read(const char *message, struct rp_observation *out, enum rp_engine *engine)
{
    struct rp_observation seen = {.stage = RP_STAGE_CLIENT};
    uint16_t code = find_code(message);
    bool of_postgres = false;

    if (!find_words(message, &seen)) {
        seen.mysql_code = code;
        of_postgres = find_state(message, seen.sqlstate);
    }
    if (seen.seen == RP_SEEN_TIMEOUT && rp_cause_read_address(message, seen.addresses))
        seen.stage = RP_STAGE_DIAL;
    if (!find_engine(message, engine) && (of_postgres || code != 0))
        *engine = of_postgres ? RP_ENGINE_POSTGRES : RP_ENGINE_MYSQL;
    if (seen.seen == RP_SEEN_ASKS_OTHER)
        (void)snprintf(seen.asked, sizeof(seen.asked), "a password");
    set_text(message, &seen);
    *out = seen;
}
