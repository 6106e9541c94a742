/* Unit test of src/rds/trust.c: which roots vouch for what. */
#include "rdspass/rds/trust.h"

#include "rdspass/base/file.h"
#include "rdspass/codec/hex.h"
#include "rdspass/crypto/sha256.h"
#include "tap.h"

#define RDS ".eu-central-1.rds.amazonaws.com"

static size_t count_roots(const struct rp_trust *trust)
{
    size_t all;
    size_t count = 0;
    const struct rp_root *roots = rp_roots(&all);

    for (size_t i = 0; i < all; i++)
        count += rp_trust_has(trust, &roots[i]);
    return count;
}

static void test_table(void)
{
    size_t count;
    const struct rp_root *roots = rp_roots(&count);

    IS_INT(count, 34 * 3 + 5, "three roots for each of 34 regions, and five of Amazon's");
    for (size_t i = 0; i < count; i++) {
        RP_BUF_AUTO struct rp_buf hex = {.max = 2 * RP_SHA256_SIZE};
        uint8_t hash[RP_SHA256_SIZE];
        struct rp_error err = {0};
        const struct rp_span der = {(const char *)rp_root_der(&roots[i]), roots[i].der_size};

        rp_ignore(rp_sha256(der, hash, &err));
        rp_hex_add(&hex, hash, sizeof(hash));
        IS_SPAN(rp_buf_span(&hex), roots[i].fingerprint, roots[i].subject);
        OK(i == 0 || strcmp(roots[i - 1].set, roots[i].set) < 0 ||
               (strcmp(roots[i - 1].set, roots[i].set) == 0 &&
                strcmp(roots[i - 1].key, roots[i].key) <= 0),
           "  is in order");
        OK(strstr(roots[i].subject, "Beta") == NULL && strstr(roots[i].subject, "Preview") == NULL,
           "  is of no test environment");
        OK(strcmp(roots[i].set, "amazon") == 0 || strstr(roots[i].subject, roots[i].set) != NULL,
           "  is of its set");
    }
}

static void test_known(void)
{
    size_t count;
    const struct rp_root *known = rp_known_roots(&count);
    size_t of_gov = 0;

    IS_INT(count, 12, "GovCloud's six, and six of test environments");
    for (size_t i = 0; i < count; i++) {
        bool of_tests = rp_root_is_of_tests(&known[i]);
        of_gov += !of_tests;
        IS_INT(strlen(known[i].fingerprint), 64, known[i].subject);
        OK(of_tests == (strstr(known[i].subject, known[i].set) == NULL), "  is of its set");
        OK(strlen(known[i].not_after) == 10 && known[i].der_size == 0, "  is known alone");
        OK(i == 0 || strcmp(known[i - 1].set, known[i].set) < 0 ||
               (strcmp(known[i - 1].set, known[i].set) == 0 &&
                strcmp(known[i - 1].key, known[i].key) < 0),
           "  is in order");
    }
    IS_INT(of_gov, 6, "six are GovCloud's");
    OK(rp_trust_bundle_url("aws-us-gov") != NULL && rp_trust_bundle_url("aws-iso") == NULL,
       "where their certificates are published");
}

/* An endpoint, what it is trusted by; file NULL: refused. */
static void check(const char *host, const char *region, const char *first, const char *second,
                  const char *file, size_t roots)
{
    struct rp_endpoint endpoint;
    struct rp_trust trust;
    struct rp_error err = {0};

    WORKS(rp_endpoint_parse(rp_span(host), &endpoint, &err), err, host);
    WORKS(rp_trust_choose(&endpoint, rp_span(region), &trust, &err), err, "  its roots");
    if (err.kind != RP_KIND_NONE)
        return;
    IS_STR(trust.sets[0], first, "  first set");
    IS_STR(trust.sets[1], second, "  second set");
    IS_STR(trust.file, file, "  file");
    IS_INT(count_roots(&trust), roots, "  how many");
}

static void check_refused(const char *host, const char *region, const char *msg, const char *hint)
{
    struct rp_endpoint endpoint;
    struct rp_trust trust;
    struct rp_error err = {0};

    WORKS(rp_endpoint_parse(rp_span(host), &endpoint, &err), err, host);
    FAILS(rp_trust_choose(&endpoint, rp_span(region), &trust, &err), RP_KIND_CONFIG, err,
          "  has no roots here");
    OK(strstr(err.msg, msg) != NULL, "  says \"%s\"", msg);
    if (!OK(strstr(err.hint, hint) != NULL, "  hints \"%s\"", hint))
        (void)printf("# %s\n", err.hint);
}

static void test_choice(void)
{
    check("db.abc" RDS, "eu-central-1", "eu-central-1", "amazon", "eu-central-1.pem", 8);
    check("db.cluster-abc" RDS, "eu-central-1", "eu-central-1", "amazon", "eu-central-1.pem", 8);
    check("db.cluster-ro-abc" RDS, "", "eu-central-1", "amazon", "eu-central-1.pem", 8);
    check("db.cluster-custom-abc" RDS, "", "eu-central-1", "amazon", "eu-central-1.pem", 8);
    check("db.shardgrp-abc" RDS, "", "eu-central-1", "amazon", "eu-central-1.pem", 8);
    check("db.cluster-abc" RDS, "us-east-1", "eu-central-1", "amazon", "eu-central-1.pem", 8);
    check("db.global-abc.global.rds.amazonaws.com", "us-east-2", "us-east-2", "amazon",
          "us-east-2.pem", 8);
    check("px.proxy-abc" RDS, "eu-central-1", "amazon", NULL, "amazon.pem", 5);
    check("ro.endpoint.proxy-abc" RDS, "eu-central-1", "amazon", NULL, "amazon.pem", 5);
    check("abcdefghijklmnopqrstuvwx12.dsql.us-east-1.on.aws", "us-east-1", "amazon", NULL,
          "amazon.pem", 5);
    check("abcdefghijklmnopqrstuvwx12.dsql-x1.us-east-1.on.aws", "us-east-1", "amazon", NULL,
          "amazon.pem", 5);

    check_refused("db.abc.us-gov-west-1.rds.amazonaws.com", "", "us-gov-west-1",
                  "rdspass ca fetch aws-us-gov -o FILE");
    check_refused("db.abc.rds.cn-north-1.amazonaws.com.cn", "", "cn-north-1",
                  "rdspass ca fetch aws-cn -o FILE");
    check_refused("db.abc.us-iso-east-1.rds.c2s.ic.gov", "", "us-iso-east-1", "--ca-file FILE");
    check_refused("db.abc.eusc-de-east-1.rds.amazonaws.eu", "", "eusc-de-east-1", "--ca-file FILE");
    check_refused("db.abc.eu-north-7.rds.amazonaws.com", "", "eu-north-7",
                  "rdspass ca fetch aws -o FILE");
    check_refused("db.global-abc.global.rds.amazonaws.com", "", "names no region", "--region");
}

static void check_name(const char *name, const char *file, size_t roots)
{
    struct rp_trust trust;
    struct rp_error err = {0};

    WORKS(rp_trust_by_name(name, &trust, &err), err, name);
    IS_STR(trust.file, file, "  file");
    IS_INT(count_roots(&trust), roots, "  how many");
}

static void test_names(void)
{
    static const char *const bad[] = {"",
                                      "nowhere",
                                      "us-gov-west-1",
                                      "cn-north-1",
                                      "eu-north-7",
                                      "Amazon",
                                      "localhost",
                                      "10.0.0.1",
                                      "db.example",
                                      "db.global-abc.global.rds.amazonaws.com",
                                      "beta"};
    struct rp_trust trust;

    check_name("global", "global.pem", 107);
    check_name("amazon", "amazon.pem", 5);
    check_name("us-east-1", "us-east-1.pem", 8);
    check_name("db.abc" RDS, "eu-central-1.pem", 8);
    check_name("px.proxy-abc" RDS, "amazon.pem", 5);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct rp_error err = {0};
        FAILS(rp_trust_by_name(bad[i], &trust, &err), RP_KIND_CONFIG, err, bad[i]);
    }
}

/* The PEM that is printed is that of src/rds/roots, which is that of the installed files. */
static void test_pem(void)
{
    static const char *const files[] = {"src/rds/roots/sa-east-1.pem", "src/rds/roots/amazon.pem"};
    RP_BUF_AUTO struct rp_buf pem = {.max = 1 << 20};
    RP_BUF_AUTO struct rp_buf want = {.max = 1 << 20};
    struct rp_trust trust;
    struct rp_error err = {0};

    for (size_t i = 0; i < 2; i++) {
        bool found = false;
        rp_ignore(rp_file_read(files[i], RP_KIND_CONFIG, &want, &found, &err));
        if (!found) {
            tap_skip("the sources are not there");
            return;
        }
    }
    WORKS(rp_trust_by_name("sa-east-1", &trust, &err), err, "a region's roots");
    rp_trust_add_pem(&trust, &pem);
    OK(rp_span_eq(rp_buf_span(&pem), rp_buf_span(&want)), "  as PEM are what the files hold");
}

int main(void)
{
    test_table();
    test_known();
    test_choice();
    test_names();
    test_pem();
    return tap_done();
}
