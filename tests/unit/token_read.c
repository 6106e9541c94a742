/*
 * Unit test of src/rds/token_{read,judge,compare}.c: what a token says, what speaks against it,
 * and what was signed instead. Keys are AWS's published examples.
 */
#include "rdspass/rds/token_read.h"
#include "rdspass/rds/causes.h"
#include "tap.h"

#define HOST "shop.cluster-abc123xyz.eu-central-1.rds.amazonaws.com"
#define DSQL "abcdefghijklmnopqrstuvwxyz.dsql.us-east-2.on.aws"

enum { NOW = 1767323045 /* 2026-01-02T03:04:05Z */ };

static const struct rp_token_purpose any = {.host = "", .user = "", .region = ""};

static void set_keys(struct rp_credentials *out, const char *id, const char *token)
{
    struct rp_error err = {0};

    WORKS(rp_credentials_set(out, "a test", rp_span(id),
                             RP_SPAN("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), rp_span(token),
                             &err),
          err, "keys");
}

/* A good token, for a person to spoil. */
static void make(const char *host, uint16_t port, const char *user, const char *id,
                 const char *session, struct rp_buf *out)
{
    RP_CREDENTIALS_AUTO struct rp_credentials keys = {0};
    RP_TOKEN_AUTO struct rp_token token = {0};
    struct rp_endpoint endpoint;
    struct rp_error err = {0};

    set_keys(&keys, id, session);
    WORKS(rp_endpoint_parse(rp_span(host), &endpoint, &err), err, host);
    const struct rp_token_request request = {.endpoint = &endpoint,
                                             .port = port,
                                             .user = rp_span(user),
                                             .region = rp_span(endpoint.region),
                                             .expires = 900};
    WORKS(rp_token_sign(&request, &keys, NOW, &token, &err), err, "signed");
    rp_buf_clear(out);
    rp_buf_add(out, rp_secret_reveal(&token.text));
}

/* `text` with the first `from` replaced by `to`. */
static void put(const char *text, const char *from, const char *to, struct rp_buf *out)
{
    const char *at = strstr(text, from);

    rp_buf_clear(out);
    if (!OK(at != NULL, "there is \"%s\" to replace", from))
        return;
    rp_buf_add(out, (struct rp_span){text, (size_t)(at - text)});
    rp_buf_add_str(out, to);
    rp_buf_add_str(out, at + strlen(from));
}

/* The ids of all findings, "a b c"; those of remarks in brackets. */
/* Each finding has its row in the table of causes. */
static void has_cause(const struct rp_token_finding *finding)
{
    const struct rp_cause_target nobody = {.user = "", .database = "", .via = "", .region = ""};
    struct rp_observation seen = {.stage = RP_STAGE_TOKEN};
    struct rp_error err = {0};

    (void)snprintf(seen.finding, sizeof(seen.finding), "%s", finding->id);
    OK(strcmp(rp_cause_find(&seen, &nobody, &err)->name, "token-other") != 0, "%s has its cause",
       finding->id);
}

static void ids(const struct rp_token_findings *findings, struct rp_buf *out)
{
    size_t refused = 0;

    rp_buf_clear(out);
    for (size_t i = 0; i < findings->count; i++) {
        const struct rp_token_finding *one = &findings->list[i];
        rp_buf_addf(out, one->refused ? "%s%s" : "%s(%s)", i == 0 ? "" : " ", one->id);
        refused += one->refused ? 1 : 0;
        OK(one->text[0] != '\0', "%s says something", one->id);
        has_cause(one);
    }
    IS_INT(findings->refused, refused, "refusals are counted");
}

static void judged(const char *text, const struct rp_token_purpose *purpose, int64_t now,
                   const char *want)
{
    RP_TOKEN_FACTS_AUTO struct rp_token_facts facts = {0};
    RP_BUF_AUTO struct rp_buf got = {.max = 1024};
    struct rp_token_findings findings;
    struct rp_error err = {0};

    WORKS(rp_token_read(rp_span(text), &facts, &err), err, want);
    rp_token_judge(&facts, purpose, now, &findings);
    ids(&findings, &got);
    IS_STR(rp_buf_str(&got), want, want[0] == '\0' ? "nothing speaks against it" : want);
}

static void test_facts(const char *good)
{
    RP_TOKEN_FACTS_AUTO struct rp_token_facts facts = {0};
    struct rp_error err = {0};

    WORKS(rp_token_read(rp_span(good), &facts, &err), err, "a token");
    IS_STR(facts.host, HOST, "host");
    IS_INT(facts.port, 3306, "port");
    OK(facts.is_endpoint && facts.endpoint.kind == RP_ENDPOINT_CLUSTER, "of a cluster");
    IS_STR(facts.action, "connect", "action");
    IS_STR(facts.user, "o'Brien+a b", "user");
    IS_STR(facts.access_key_id, "AKIAIOSFODNN7EXAMPLE", "key");
    IS_STR(facts.date, "20260102", "date");
    IS_STR(facts.region, "eu-central-1", "region");
    IS_STR(facts.service, "rds-db", "service");
    IS_INT(facts.signed_at, NOW, "when");
    IS_INT(facts.expires, 900, "how long");
    OK(rp_secret_is_empty(&facts.session_token), "no session token");
    IS_INT(strlen(facts.signature), 64, "signature");
    IS_INT(facts.looks, 0, "as it should look");
    IS_INT(facts.length, strlen(good), "length");
    judged(good, &any, NOW, "");
    judged(good, &any, NOW + 899, "");
}

/* What is no token at all. */
static void test_none(void)
{
    static const char *const texts[] = {"",
                                        "\n",
                                        "secret",
                                        "secret?",
                                        "https://example.com/",
                                        "?Action=connect",
                                        HOST ":3306",
                                        HOST ":99999/?Action=connect&DBUser=app",
                                        HOST ":3306/?x=y",
                                        HOST ":3306/?Action=%zz&DBUser=app",
                                        HOST ":3306/?DBUser=a%00b&Action=connect"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        RP_TOKEN_FACTS_AUTO struct rp_token_facts facts = {.port = 7};
        struct rp_error err = {0};
        FAILS(rp_token_read(rp_span(texts[i]), &facts, &err), RP_KIND_CONFIG, err, texts[i]);
        IS_INT(facts.port, 7, "untouched");
        OK(strstr(err.msg, "secret") == NULL, "it is not quoted");
    }
}

static void test_looks(const char *good)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 4096};

    rp_buf_addf(&text, "%.400s\n", good);
    judged(rp_buf_str(&text), &any, NOW, "(line-end)");
    rp_buf_clear(&text);
    rp_buf_addf(&text, "%.400s\r\n", good);
    judged(rp_buf_str(&text), &any, NOW, "white-space (line-end)");
    rp_buf_clear(&text);
    rp_buf_addf(&text, "  %.400s", good);
    judged(rp_buf_str(&text), &any, NOW, "white-space");
    put(good, "&X-Amz-Date", "\n&X-Amz-Date", &text);
    judged(rp_buf_str(&text), &any, NOW, "line-break");
    rp_buf_clear(&text);
    rp_buf_addf(&text, "https://%.400s", good);
    judged(rp_buf_str(&text), &any, NOW, "scheme");
    put(good, "&X-Amz-Date", "&Action=connect&X-Amz-Date", &text);
    judged(rp_buf_str(&text), &any, NOW, "twice");
    put(good, "&X-Amz-Date", "&x=y&X-Amz-Date", &text);
    judged(rp_buf_str(&text), &any, NOW, "(unknown-parameter)");
    put(good, "%2F20260102%2F", "%252F20260102%252F", &text);
    judged(rp_buf_str(&text), &any, NOW, "double-encoding");
    put(good, "DBUser=o%27", "DBUser=o%2527", &text);
    judged(rp_buf_str(&text), &any, NOW, "(user-encoded)");
}

/* Cut anywhere: it says so, and does not complain of what is missing for that. */
static void test_cut(const char *good)
{
    for (size_t n = strlen(HOST ":3306/?Action=connect"); n < strlen(good); n++) {
        RP_BUF_AUTO struct rp_buf text = {.max = 4096};
        RP_TOKEN_FACTS_AUTO struct rp_token_facts facts = {0};
        struct rp_token_findings findings;
        struct rp_error err = {0};
        rp_buf_add(&text, (struct rp_span){good, n});
        if (rp_failed(rp_token_read(rp_buf_span(&text), &facts, &err))) {
            OK(false, "cut after %zu bytes: %s", n, err.msg);
            continue;
        }
        rp_token_judge(&facts, &any, NOW, &findings);
        if (findings.count == 0 || strcmp(findings.list[0].id, "truncated") != 0)
            OK(false, "cut after %zu bytes", n);
    }
    OK(true, "cut anywhere");
    judged(HOST ":3306/?Action=connect&DBUser=app&X-Amz-Alg", &any, NOW, "truncated");
}

static void test_whole_encoded(const char *good)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 4096};

    for (const char *c = good; *c != '\0'; c++)
        if (strchr("?&=%:/", *c) != NULL)
            rp_buf_addf(&text, "%%%02X", (unsigned)*c);
        else
            rp_buf_add_char(&text, *c);
    judged(rp_buf_str(&text), &any, NOW, "double-encoding");
}

static void test_purpose(const char *good)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 4096};
    struct rp_token_purpose purpose = any;

    purpose.host = HOST;
    purpose.port = 3306;
    purpose.user = "o'Brien+a b";
    purpose.region = "us-east-1"; /* less than what the endpoint's name tells */
    purpose.engine = RP_ENGINE_MYSQL;
    judged(good, &purpose, NOW, "");
    purpose.host = "other.cluster-abc123xyz.eu-central-1.rds.amazonaws.com";
    purpose.port = 13306;
    purpose.user = "O'Brien+a b";
    judged(good, &purpose, NOW, "other-host other-port other-user");
    purpose = any;
    purpose.engine = RP_ENGINE_POSTGRES;
    judged(good, &purpose, NOW, "other-port");
    put(good, ":3306", ":6432", &text);
    judged(rp_buf_str(&text), &purpose, NOW, "");
    put(good, ":3306", "", &text);
    judged(rp_buf_str(&text), &any, NOW, "no-port");
    put(good, HOST, "127.0.0.1", &text);
    judged(rp_buf_str(&text), &any, NOW, "host");
    put(good, HOST, "x.cluster-custom-abc123xyz.eu-central-1.rds.amazonaws.com", &text);
    judged(rp_buf_str(&text), &any, NOW, "custom-endpoint");
    put(good, "%2Feu-central-1%2F", "%2Feu-west-1%2F", &text);
    judged(rp_buf_str(&text), &any, NOW, "region");
    put(good, "DBUser=o%27Brien%2Ba%20b&", "", &text);
    judged(rp_buf_str(&text), &any, NOW, "no-user");
    put(good, "Action=connect", "Action=DbConnect", &text);
    judged(rp_buf_str(&text), &any, NOW, "action");
    put(good, "rds-db", "elasticache", &text);
    judged(rp_buf_str(&text), &any, NOW, "service");
}

static void test_times(const char *good)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 4096};

    judged(good, &any, NOW + 900, "expired");
    judged(good, &any, NOW - 60, "(future)");
    judged(good, &any, NOW - 301, "future");
    put(good, "Expires=900", "Expires=3600", &text);
    judged(rp_buf_str(&text), &any, NOW, "life");
    put(good, "&X-Amz-Expires=900", "", &text);
    judged(rp_buf_str(&text), &any, NOW, "no-expiry expired");
    put(good, "Date=20260102T030405Z", "Date=20260102", &text);
    judged(rp_buf_str(&text), &any, NOW, "date");
    put(good, "%2F20260102%2F", "%2F20260101%2F", &text);
    judged(rp_buf_str(&text), &any, NOW, "dates-differ");
}

static void test_keys(const char *good)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 4096};

    put(good, "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", &text);
    judged(rp_buf_str(&text), &any, NOW, "no-session-token");
    put(good, "&X-Amz-SignedHeaders", "&X-Amz-Security-Token=&X-Amz-SignedHeaders", &text);
    judged(rp_buf_str(&text), &any, NOW, "empty-session-token");
    put(good, "&X-Amz-SignedHeaders", "&X-Amz-Security-Token=abc&X-Amz-SignedHeaders", &text);
    judged(rp_buf_str(&text), &any, NOW, "stray-session-token");
    put(good, "HMAC-SHA256", "ECDSA-P256", &text);
    judged(rp_buf_str(&text), &any, NOW, "method");
    put(good, "SignedHeaders=host", "SignedHeaders=host%3Bdate", &text);
    judged(rp_buf_str(&text), &any, NOW, "method");
    put(good, "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE", "&X-Amz-Credential=", &text);
    judged(rp_buf_str(&text), &any, NOW, "");
}

static void test_dsql(void)
{
    RP_BUF_AUTO struct rp_buf good = {.max = 4096};
    RP_BUF_AUTO struct rp_buf text = {.max = 4096};
    struct rp_token_purpose purpose = any;

    make(DSQL, 0, "", "AKIAIOSFODNN7EXAMPLE", "", &good);
    judged(rp_buf_str(&good), &any, NOW, "");
    purpose.user = "admin";
    judged(rp_buf_str(&good), &purpose, NOW, "dsql-action");
    purpose.user = "app";
    judged(rp_buf_str(&good), &purpose, NOW, "");
    purpose.engine = RP_ENGINE_MYSQL;
    judged(rp_buf_str(&good), &purpose, NOW, "engine");
    put(rp_buf_str(&good), DSQL, DSQL ":5432", &text);
    judged(rp_buf_str(&text), &any, NOW, "port");
    put(rp_buf_str(&good), "Action=DbConnect&", "Action=DbConnect&DBUser=app&", &text);
    judged(rp_buf_str(&text), &any, NOW, "user");
    put(rp_buf_str(&good), "Expires=900", "Expires=604800", &text);
    judged(rp_buf_str(&text), &any, NOW, "");
    put(rp_buf_str(&good), "Expires=900", "Expires=604801", &text);
    judged(rp_buf_str(&text), &any, NOW, "life");
}

/* Compares with the keys of the example, and says what came of it. */
static void compared(const char *text, const struct rp_token_purpose *purpose, const char *session,
                     enum rp_token_signature want, const char *part)
{
    RP_TOKEN_FACTS_AUTO struct rp_token_facts facts = {0};
    RP_CREDENTIALS_AUTO struct rp_credentials keys = {0};
    enum rp_token_signature got = RP_SIGNATURE_UNCHECKED;
    char out[RP_TOKEN_PART_SIZE];
    struct rp_error err = {0};

    set_keys(&keys, "AKIAIOSFODNN7EXAMPLE", session);
    WORKS(rp_token_read(rp_span(text), &facts, &err), err, "read");
    WORKS(rp_token_compare(&facts, purpose, &keys, &got, out, &err), err, "compared");
    IS_INT(got, want, "the signature");
    IS_STR(out, part, part[0] == '\0' ? "nothing to tell" : part);
}

static void test_compare(const char *good)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 4096};
    RP_BUF_AUTO struct rp_buf other = {.max = 4096};
    struct rp_token_purpose purpose = any;

    compared(good, &any, "", RP_SIGNATURE_RIGHT, "");
    put(good, "AKIA", "ASIA", &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_UNCHECKED, "");
    put(good, ":3306", ":13306", &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_OTHER, "it was signed for port 3306");
    make(HOST, 5432, "app", "AKIAIOSFODNN7EXAMPLE", "", &other);
    put(rp_buf_str(&other), ":5432", "", &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_OTHER, "it was signed for port 5432");
    make(HOST, 6000, "app", "AKIAIOSFODNN7EXAMPLE", "", &other);
    put(rp_buf_str(&other), ":6000", ":16000", &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_WRONG, "");
    purpose.port = 6000;
    compared(rp_buf_str(&text), &purpose, "", RP_SIGNATURE_OTHER, "it was signed for port 6000");
    put(rp_buf_str(&other), "DBUser=app", "DBUser=App", &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_OTHER, "it was signed for the user app");
    put(rp_buf_str(&other), "DBUser=app", "DBUser=root", &text);
    purpose.user = "app";
    compared(rp_buf_str(&text), &purpose, "", RP_SIGNATURE_OTHER, "it was signed for the user app");
    put(rp_buf_str(&other), "eu-central-1%2F", "us-east-1%2F", &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_OTHER,
             "it was signed for the region eu-central-1");
    put(rp_buf_str(&other), "rds-db", "dsql", &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_OTHER,
             "it was signed for the service rds-db");
    put(rp_buf_str(&other), "Expires=900", "Expires=3600", &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_OTHER, "it was signed for 900 seconds");
    put(rp_buf_str(&other), "shop.", "shop2.", &text);
    purpose.host = HOST;
    compared(rp_buf_str(&text), &purpose, "", RP_SIGNATURE_OTHER,
             "it was signed for the host " HOST);
    put(rp_buf_str(&other), "&X-Amz-SignedHeaders", "&X-Amz-Security-Token=x&X-Amz-SignedHeaders",
        &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_OTHER,
             "the session token was added after it was signed, or signed as an empty one");
    make(HOST, 3306, "app", "AKIAIOSFODNN7EXAMPLE", "one", &other);
    put(rp_buf_str(&other), "Token=one", "Token=two", &text);
    compared(rp_buf_str(&text), &any, "one", RP_SIGNATURE_OTHER,
             "it was signed with another session token than it holds");
    make(HOST, 3306, "a b", "AKIAIOSFODNN7EXAMPLE", "", &other);
    put(rp_buf_str(&other), "a%20b", "a+b", &text);
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_OTHER,
             "the blank in the user's name stands in it as '+', and was signed as %20");
    rp_buf_clear(&text);
    rp_buf_add(&text, (struct rp_span){good, 300});
    compared(rp_buf_str(&text), &any, "", RP_SIGNATURE_UNCHECKED, "");
}

static void test_signature_findings(void)
{
    RP_BUF_AUTO struct rp_buf got = {.max = 256};
    struct rp_token_findings findings = {.count = 0};

    rp_token_judge_signature(RP_SIGNATURE_RIGHT, "", &findings);
    rp_token_judge_signature(RP_SIGNATURE_UNCHECKED, "", &findings);
    IS_INT(findings.count, 0, "nothing");
    rp_token_judge_signature(RP_SIGNATURE_OTHER, "it was signed for port 1", &findings);
    rp_token_judge_signature(RP_SIGNATURE_WRONG, "", &findings);
    ids(&findings, &got);
    IS_STR(rp_buf_str(&got), "signature signature", "both kinds");
}

static void test_limits(void)
{
    size_t before = 0;
    size_t n = 0;

    OK(rp_token_too_long_for(79, 0) == NULL, "79 bytes fit all");
    for (; rp_token_too_long_for(70000, n) != NULL; n++) {
        const struct rp_token_limit *limit = rp_token_too_long_for(70000, n);
        OK(limit->bytes >= before && limit->client[0] != '\0', "in order: %s", limit->client);
        before = limit->bytes;
    }
    IS_INT(n, 10, "clients");
}

int main(void)
{
    RP_BUF_AUTO struct rp_buf good = {.max = 4096};

    make(HOST, 3306, "o'Brien+a b", "AKIAIOSFODNN7EXAMPLE", "", &good);
    test_facts(rp_buf_str(&good));
    test_none();
    test_looks(rp_buf_str(&good));
    test_cut(rp_buf_str(&good));
    test_whole_encoded(rp_buf_str(&good));
    test_purpose(rp_buf_str(&good));
    test_times(rp_buf_str(&good));
    test_keys(rp_buf_str(&good));
    test_dsql();
    test_compare(rp_buf_str(&good));
    test_signature_findings();
    test_limits();
    return tap_done();
}
