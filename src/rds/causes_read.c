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
#include "rdspass/base/utf8.h"

#define NAME_UNKNOWN .stage = RP_STAGE_RESOLVE, .resolver = EAI_NONAME
#define NO_WAY(number) .stage = RP_STAGE_DIAL, .sys = (number)
#define SILENT .stage = RP_STAGE_DIAL, .seen = RP_SEEN_TIMEOUT
#define NOT_VERIFIED(number) .stage = RP_STAGE_TLS, .verify = RP_VERIFY_##number
#define NO_TLS .stage = RP_STAGE_GREETING, .seen = RP_SEEN_NO_TLS
#define CUT .stage = RP_STAGE_LOGIN, .seen = RP_SEEN_CLOSED

/*
 * In the words of libpq, libmysqlclient, OpenSSL, Java, Node, Go and Python; the first that fits.
 * The words lie in the rows: the loader relocates pointers at each start of the program.
 */
static const struct {
    char words[48];
    enum rp_stage stage;
    enum rp_seen seen;
    int sys;
    int resolver;
    int verify;
} known[] = {
    {"could not translate host name", NAME_UNKNOWN},
    {"unknown mysql server host", NAME_UNKNOWN},
    {"name or service not known", NAME_UNKNOWN},
    {"nodename nor servname", NAME_UNKNOWN},
    {"unknownhostexception", NAME_UNKNOWN},
    {"no such host", NAME_UNKNOWN},
    {"enotfound", NAME_UNKNOWN},
    {"temporary failure in name", .stage = RP_STAGE_RESOLVE, .resolver = EAI_AGAIN},
    {"connection refused", NO_WAY(ECONNREFUSED)},
    {"econnrefused", NO_WAY(ECONNREFUSED)},
    {"no route to host", NO_WAY(EHOSTUNREACH)},
    {"network is unreachable", NO_WAY(ENETUNREACH)},
    {"timeout expired", SILENT},
    {"timed out", SILENT},
    {"etimedout", SILENT},
    {"does not match host name", NOT_VERIFIED(WRONG_NAME)},
    {"hostname mismatch", NOT_VERIFIED(WRONG_NAME)},
    {"hostname/ip does not match", NOT_VERIFIED(WRONG_NAME)},
    {"certificate is valid for", NOT_VERIFIED(WRONG_NAME)},
    {"certificate has expired", NOT_VERIFIED(EXPIRED)},
    {"certificate is not yet valid", NOT_VERIFIED(NOT_YET_VALID)},
    {"certificate verify failed", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"certificate validation failure", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"unable to get local issuer", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"in certificate chain", NOT_VERIFIED(SELF_SIGNED_IN_CHAIN)},
    {"signed by unknown authority", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"pkix path building failed", NOT_VERIFIED(NO_ISSUER_LOCALLY)},
    {"server does not support ssl", NO_TLS},
    {"ssl is not enabled on the server", NO_TLS},
    {"server closed the connection unexpectedly", CUT},
};

/* Words that only the one says; host names may hold any. */
static const struct {
    const char *words;
    enum rp_engine engine;
} engines[] = {
    {"fatal:", RP_ENGINE_POSTGRES},       {"psql:", RP_ENGINE_POSTGRES},
    {"pg_hba", RP_ENGINE_POSTGRES},       {"pam authentication", RP_ENGINE_POSTGRES},
    {"postgresql", RP_ENGINE_POSTGRES},   {"psqlexception", RP_ENGINE_POSTGRES},
    {"mysql", RP_ENGINE_MYSQL},           {"mariadb", RP_ENGINE_MYSQL},
    {"using password:", RP_ENGINE_MYSQL},
};

/* PostgreSQL's codes, which psql does not print, by its texts: all of these words. */
static const struct {
    const char *words[2];
    const char *state;
} states[] = {
    {{"password authentication failed", ""}, "28P01"}, {{"role \"", "does not exist"}, "28000"},
    {{"database \"", "does not exist"}, "3D000"},      {{"too many clients", ""}, "53300"},
    {{"remaining connection slots", ""}, "53300"},     {{"the database system is", ""}, "57P03"},
    {{"permission denied for", ""}, "42501"},
};

static bool find_words(const char *message, struct rp_observation *out)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcasestr(message, known[i].words) == NULL)
            continue;
        *out = (struct rp_observation){.stage = known[i].stage,
                                       .seen = known[i].seen,
                                       .sys = known[i].sys,
                                       .resolver = known[i].resolver,
                                       .verify = known[i].verify};
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
static uint16_t find_code(const char *message)
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

/* "SQLSTATE 28P01", "SQLState: 28P01", "SQLSTATE[28000]". */
static void find_state(const char *message, char out[static 6])
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *at = strcasestr(message, "sqlstate");

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (strcasestr(message, states[i].words[0]) != NULL &&
            strcasestr(message, states[i].words[1]) != NULL)
            (void)snprintf(out, 6, "%s", states[i].state);
    if (at == NULL)
        return;
    at += strlen("sqlstate");
    at += strspn(at, " :=[(");
    if (strspn(at, digits) != 5)
        return;
    memcpy(out, at, 5);
    out[5] = '\0';
}

void rp_cause_read(const char *message, struct rp_observation *out, enum rp_engine *engine)
{
    struct rp_observation seen = {.stage = RP_STAGE_CLIENT};
    uint16_t code = find_code(message);

    if (!find_words(message, &seen)) {
        seen.mysql_code = code;
        find_state(message, seen.sqlstate);
    }
    if (!find_engine(message, engine) && code != 0)
        *engine = RP_ENGINE_MYSQL;
    (void)snprintf(seen.text, sizeof(seen.text), "%s", message);
    *out = seen;
}

/* The name stands in quotes behind these words, and ends with those. */
static const struct {
    const char *before;
    const char *behind;
} users[] = {
    {"user '", "'@"},
    {"user '", "'"},
    {"user \"", "\""},
    {"role \"", "\""},
};

void rp_cause_read_user(const char *message, char *out, size_t size)
{
    for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        const char *at = strcasestr(message, users[i].before);
        if (at == NULL)
            continue;
        at += strlen(users[i].before);
        const char *end = strstr(at, users[i].behind);
        struct rp_span name = {at, end == NULL ? 0 : (size_t)(end - at)};
        if (name.n == 0 || name.n >= size || !rp_utf8_valid(name) || rp_utf8_has_control(name))
            continue;
        memcpy(out, name.p, name.n);
        out[name.n] = '\0';
        return;
    }
}
