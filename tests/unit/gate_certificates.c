/* Unit test of src/gate/certificates.c: what files of certificates hold, and what is none. */
#include "gate/certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "rdspass/codec/json.h"
#include "rdspass/rds/trust.h"
#include "tap.h"

enum { TEXT_MAX = 1024 * 1024 };

/* --- certificates made here ------------------------------------------------------- */

struct made {
    X509 *x509;
    EVP_PKEY *key;
};

static void add_extension(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    (void)X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

/* Valid from 2001-09-09T01:46:40Z to 2065-01-24T05:20:00Z; signed by `issuer`, or itself. */
static struct made make(const char *name, const struct made *issuer, bool ca)
{
    struct made made = {X509_new(), EVP_EC_gen("P-256")};
    X509_NAME *subject = X509_get_subject_name(made.x509);

    (void)X509_set_version(made.x509, 2);
    (void)X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, (const unsigned char *)"Test", -1,
                                     -1, 0);
    if (name != NULL)
        (void)X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name,
                                         -1, -1, 0);
    (void)X509_set_issuer_name(made.x509,
                               issuer == NULL ? subject : X509_get_subject_name(issuer->x509));
    (void)ASN1_TIME_set(X509_getm_notBefore(made.x509), 1000000000);
    (void)ASN1_TIME_set(X509_getm_notAfter(made.x509), 3000000000);
    (void)X509_set_pubkey(made.x509, made.key);
    add_extension(made.x509, NID_basic_constraints, ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    (void)X509_sign(made.x509, issuer == NULL ? made.key : issuer->key, EVP_sha256());
    return made;
}

static void release(struct made *made)
{
    X509_free(made->x509);
    EVP_PKEY_free(made->key);
}

static void add_pem(struct rp_buf *out, const struct made *made)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;

    (void)PEM_write_bio_X509(bio, made->x509);
    long n = BIO_get_mem_data(bio, &text);
    rp_buf_add(out, (struct rp_span){text, (size_t)n});
    (void)BIO_free(bio);
}

/* --- reading ------------------------------------------------------------------------ */

static struct rp_json *read_all(struct rp_span pem)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_CERTIFICATES_JSON_MAX};
    struct rp_json *json = NULL;
    struct rp_error err = {0};

    WORKS(rp_certificates_read(pem, &out, &err), err, "is read");
    WORKS(rp_json_parse(rp_buf_span(&out), RP_KIND_INTERNAL, "it", &json, &err), err, "is JSON");
    return json;
}

static const char *text_of(const struct rp_json *all, size_t index, const char *name)
{
    const char *text = rp_json_text(rp_json_member(rp_json_element(all, index), name));
    return text == NULL ? "(none)" : text;
}

static bool flag_of(const struct rp_json *all, size_t index, const char *name)
{
    bool flag = false;
    return rp_json_boolean(rp_json_member(rp_json_element(all, index), name), &flag) && flag;
}

static int64_t number_of(const struct rp_json *all, size_t index, const char *name)
{
    int64_t number = -1;

    if (!rp_json_integer(rp_json_member(rp_json_element(all, index), name), &number))
        return -1;
    return number;
}

/* The roots that are compiled in, against what OpenSSL sees in them. */
static void test_roots(void)
{
    RP_BUF_AUTO struct rp_buf pem = {.max = TEXT_MAX};
    struct rp_trust trust;
    struct rp_error err = {0};
    size_t count;
    const struct rp_root *roots = rp_roots(&count);

    WORKS(rp_trust_by_name("global", &trust, &err), err, "all roots");
    rp_trust_add_pem(&trust, &pem);
    RP_JSON_AUTO struct rp_json *all = read_all(rp_buf_span(&pem));
    IS_INT(rp_json_count(all), count, "as many as are compiled in");
    for (size_t i = 0; i < count; i++) {
        OK(strcmp(text_of(all, i, "sha256"), roots[i].fingerprint) == 0 &&
               strcmp(text_of(all, i, "issuer_sha256"), roots[i].fingerprint) == 0 &&
               strcmp(text_of(all, i, "subject"), roots[i].subject) == 0 &&
               strncmp(text_of(all, i, "not_after"), roots[i].not_after, 10) == 0,
           "%s: fingerprint, name and end are those of the table", roots[i].subject);
        OK(flag_of(all, i, "self_signed") && flag_of(all, i, "ca"), "  a root");
    }
}

static void test_chain(void)
{
    RP_BUF_AUTO struct rp_buf pem = {.max = TEXT_MAX};
    struct made root = make("the root", NULL, true);
    struct made middle = make("be\xc3\xa4tween", &root, true);
    struct made leaf = make(NULL, &middle, false);
    struct made stranger = make("the root", NULL, true);
    struct made orphan = make("orphan", &stranger, true);

    rp_buf_add_str(&pem, "# a title\r\n\r\nsubject = one\n");
    add_pem(&pem, &leaf);
    rp_buf_add_str(&pem, "\n\n");
    size_t at = pem.len;
    add_pem(&pem, &middle);
    size_t size = pem.len - at;
    add_pem(&pem, &root);
    add_pem(&pem, &orphan);
    rp_buf_add_str(&pem, "# the end\n\n");
    RP_JSON_AUTO struct rp_json *all = read_all(rp_buf_span(&pem));
    IS_INT(rp_json_count(all), 4, "four certificates");
    IS_STR(text_of(all, 0, "subject"), "O=Test", "a subject without a common name");
    IS_STR(text_of(all, 0, "issuer"), "be\xc3\xa4tween", "an issuer with one, in UTF-8");
    IS_STR(text_of(all, 1, "not_before"), "2001-09-09T01:46:40Z", "its begin");
    IS_STR(text_of(all, 1, "not_after"), "2065-01-24T05:20:00Z", "its end");
    IS_INT(number_of(all, 1, "pem_at"), at, "where its block begins");
    IS_INT(number_of(all, 1, "pem_size"), size, "and how long it is");
    OK(flag_of(all, 1, "ca") && !flag_of(all, 1, "self_signed"), "an intermediate");
    OK(!flag_of(all, 0, "ca") && !flag_of(all, 0, "self_signed"), "a leaf");
    OK(flag_of(all, 2, "ca") && flag_of(all, 2, "self_signed"), "a root");
    IS_STR(text_of(all, 0, "issuer_sha256"), text_of(all, 1, "sha256"), "who signed the leaf");
    IS_STR(text_of(all, 1, "issuer_sha256"), text_of(all, 2, "sha256"), "and the intermediate");
    IS_STR(text_of(all, 3, "issuer_sha256"), "(none)",
           "one whose issuer has the root's name and not its key is signed by nobody here");
    release(&root);
    release(&middle);
    release(&leaf);
    release(&stranger);
    release(&orphan);
}

static void test_names(void)
{
    RP_BUF_AUTO struct rp_buf pem = {.max = TEXT_MAX};
    struct made made = make("a\x1b]0;x\x07\"b\\", NULL, true);
    char name[65];

    add_pem(&pem, &made);
    release(&made);
    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    made = make(name, NULL, true);
    add_pem(&pem, &made);
    release(&made);
    RP_JSON_AUTO struct rp_json *all = read_all(rp_buf_span(&pem));
    OK(strchr(text_of(all, 0, "subject"), 0x1b) == NULL &&
           strchr(text_of(all, 0, "subject"), 7) == NULL &&
           strstr(text_of(all, 0, "subject"), "]0;x") != NULL,
       "%s: escaped", text_of(all, 0, "subject"));
    IS_STR(text_of(all, 1, "subject"), name, "a long name");
}

/* --- what is no file of certificates -------------------------------------------------- */

static void is_refused(struct rp_span pem, const char *why, const char *name)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_CERTIFICATES_JSON_MAX};
    struct rp_error err = {0};

    FAILS(rp_certificates_read(pem, &out, &err), RP_KIND_CONFIG, err, name);
    OK(strstr(err.msg, why) != NULL, "  %s", err.msg);
}

static void test_refused(void)
{
    RP_BUF_AUTO struct rp_buf one = {.max = TEXT_MAX};
    RP_BUF_AUTO struct rp_buf pem = {.max = TEXT_MAX};
    struct made made = make("one", NULL, true);

    add_pem(&one, &made);
    release(&made);
    struct rp_span block = rp_buf_span(&one);

    is_refused(RP_SPAN(""), "no certificate", "nothing");
    is_refused(RP_SPAN("<html>\n"), "no certificate", "HTML");
    is_refused(rp_span_first(block, block.n - 30), "line 1 does not end", "a block that is cut");
    is_refused(rp_span_skip(block, 5), "ends what has not begun", "one whose begin is damaged");

    rp_buf_add(&pem, rp_span_first(block, block.n - 1));
    rp_buf_add(&pem, block);
    is_refused(rp_buf_span(&pem), "no part of a certificate", "two without a newline between");

    rp_buf_clear(&pem);
    rp_buf_add(&pem, block);
    rp_buf_add_str(&pem, "\nand so on\n");
    is_refused(rp_buf_span(&pem), "behind the last", "text behind the last");

    rp_buf_clear(&pem);
    rp_buf_add(&pem, block);
    rp_buf_add_str(&pem, "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n");
    is_refused(rp_buf_span(&pem), "something else", "a private key");

    rp_buf_clear(&pem);
    rp_buf_add(&pem, block);
    pem.data[sizeof("-----BEGIN CERTIFICATE-----")] = 'N'; /* no longer a sequence */
    is_refused(rp_buf_span(&pem), "no certificate", "a block that is damaged");
    pem.data[100] = '!';
    is_refused(rp_buf_span(&pem), "no part of a certificate", "a block with other characters");

    is_refused(RP_SPAN("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
               "is no certificate", "an empty block");
    is_refused(RP_SPAN("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"),
               "is no certificate", "a block of something");

    rp_buf_clear(&pem);
    for (int i = 0; i <= RP_CERTIFICATES_MAX; i++)
        rp_buf_add(&pem, block);
    is_refused(rp_buf_span(&pem), "more than 1000", "too many");
}

/* DER that goes on behind the certificate: other readers would see it, or not. */
static void test_trailing(void)
{
    struct made made = make("one", NULL, true);
    unsigned char der[4096];
    unsigned char *at = der;
    int n = i2d_X509(made.x509, NULL);

    OK(n > 0 && (size_t)n + 1 < sizeof(der), "a certificate");
    (void)i2d_X509(made.x509, &at);
    *at = 0;
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    (void)PEM_write_bio(bio, "CERTIFICATE", "", der, n + 1);
    long size = BIO_get_mem_data(bio, &text);
    is_refused((struct rp_span){text, (size_t)size}, "is no certificate", "with a byte behind it");
    (void)BIO_free(bio);
    release(&made);
}

int main(void)
{
    test_roots();
    test_chain();
    test_names();
    test_refused();
    test_trailing();
    return tap_done();
}
