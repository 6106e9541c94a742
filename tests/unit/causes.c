/* Unit test of src/rds/causes*.c: every row by an observation of its own, and its words. */
#include "rdspass/rds/causes.h"

#include <openssl/x509_vfy.h>

#include "causes_examples.h"

_Static_assert(RP_VERIFY_NO_ISSUER == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "OpenSSL's");
_Static_assert(RP_VERIFY_NOT_YET_VALID == X509_V_ERR_CERT_NOT_YET_VALID, "OpenSSL's");
_Static_assert(RP_VERIFY_EXPIRED == X509_V_ERR_CERT_HAS_EXPIRED, "OpenSSL's");
_Static_assert(RP_VERIFY_SELF_SIGNED_LEAF == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "OpenSSL's");
_Static_assert(RP_VERIFY_SELF_SIGNED_IN_CHAIN == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "OpenSSL's");
_Static_assert(RP_VERIFY_NO_ISSUER_LOCALLY == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
               "OpenSSL's");
_Static_assert(RP_VERIFY_NO_CHAIN == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "OpenSSL's");
_Static_assert(RP_VERIFY_WRONG_NAME == X509_V_ERR_HOSTNAME_MISMATCH, "OpenSSL's");

static const struct rp_cause *find(const struct login *login, const struct rp_observation *seen,
                                   struct rp_error *err)
{
    struct rp_endpoint endpoint = endpoint_of(login->host);
    struct rp_cause_target target = target_of(login, &endpoint);

    return rp_cause_find(seen, &target, err);
}

static bool is_clean(const char *text)
{
    return rp_utf8_valid(rp_span(text)) && !rp_utf8_has_control(rp_span(text)) &&
           strchr(text, '{') == NULL && strchr(text, '}') == NULL;
}

static void test_examples(void)
{
    for (size_t i = 0; i < EXAMPLES; i++) {
        const struct example *example = example_at(i);
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
        OK(count < EXAMPLES && strcmp(row->name, example_at(count)->name) == 0,
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

/* A route of type blackhole gives EINVAL, which says nothing of one. */
static void test_black_hole(void)
{
    const struct rp_observation seen = {AT(DIAL), .sys = EINVAL};
    struct rp_error err = {0};

    IS_STR(find(&my, &seen, &err)->name, "unreachable", "a black hole");
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
    test_black_hole();
    test_not_protocol();
    test_hostile();
    test_addresses();
    return tap_done();
}
