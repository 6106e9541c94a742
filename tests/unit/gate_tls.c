/*
 * TLS: which servers are verified, which are not, and what is told of them. The
 * environment is set against it from the first line on.
 */
#include <openssl/pem.h>
#include <signal.h>

#include "rdspass/base/file.h"
#include "rdspass/rds/trust.h"
#include "tap.h"
#include "tls_pair.h"

#define HOST PAIR_HOST

/* Whom the context trusts, whom it does not, and who vouches in between. */
static struct made root, other_root, between;
static struct rp_tls_context *context;

/* --- who is let in ------------------------------------------------------------- */

struct verify_case {
    const char *name;
    struct recipe recipe;
    const struct made *issuer; /* NULL: itself */
    const struct made *via;    /* sent along */
    long verify;               /* 0: the server is verified */
    const char *says_issuer;
    const char *says_names;
};

static const struct verify_case verify_cases[] = {
    {"right name", {.cn = "x", .names = "DNS:" HOST}, &root, NULL, 0, NULL, NULL},
    {"one name of several",
     {.cn = "x", .names = "DNS:a.example,DNS:" HOST ",DNS:b.example"},
     &root,
     NULL,
     0,
     NULL,
     NULL},
    {"capital letters",
     {.cn = "x", .names = "DNS:DB.cluster-ABC.eu-central-1.rds.amazonaws.com"},
     &root,
     NULL,
     0,
     NULL,
     NULL},
    {"wildcard",
     {.cn = "x", .names = "DNS:*.cluster-abc.eu-central-1.rds.amazonaws.com"},
     &root,
     NULL,
     0,
     NULL,
     NULL},
    {"by an intermediate", {.cn = "x", .names = "DNS:" HOST}, &between, &between, 0, NULL, NULL},
    {"2048 bits of RSA",
     {.cn = "x", .names = "DNS:" HOST, .rsa_bits = 2048},
     &root,
     NULL,
     0,
     NULL,
     NULL},
    {"for servers",
     {.cn = "x", .names = "DNS:" HOST, .purpose = "serverAuth"},
     &root,
     NULL,
     0,
     NULL,
     NULL},

    {"wrong name",
     {.cn = HOST, .names = "DNS:a.example,DNS:b.example"},
     &root,
     NULL,
     X509_V_ERR_HOSTNAME_MISMATCH,
     "CN=Root, O=Us",
     "a.example, b.example"},
    {"a name above it",
     {.cn = "x", .names = "DNS:cluster-abc.eu-central-1.rds.amazonaws.com"},
     &root,
     NULL,
     X509_V_ERR_HOSTNAME_MISMATCH,
     "CN=Root, O=Us",
     "cluster-abc.eu-central-1.rds.amazonaws.com"},
    {"wildcard for two labels",
     {.cn = "x", .names = "DNS:*.eu-central-1.rds.amazonaws.com"},
     &root,
     NULL,
     X509_V_ERR_HOSTNAME_MISMATCH,
     "CN=Root, O=Us",
     "*.eu-central-1.rds.amazonaws.com"},
    {"part of a label as wildcard",
     {.cn = "x", .names = "DNS:d*.cluster-abc.eu-central-1.rds.amazonaws.com"},
     &root,
     NULL,
     X509_V_ERR_HOSTNAME_MISMATCH,
     "CN=Root, O=Us",
     "d*.cluster-abc.eu-central-1.rds.amazonaws.com"},
    {"common name alone",
     {.cn = HOST},
     &root,
     NULL,
     X509_V_ERR_HOSTNAME_MISMATCH,
     "CN=Root, O=Us",
     ""},
    {"addresses",
     {.cn = HOST, .names = "IP:127.0.0.1,IP:::1"},
     &root,
     NULL,
     X509_V_ERR_HOSTNAME_MISMATCH,
     "CN=Root, O=Us",
     "127.0.0.1, ::1"},
    {"a NUL in the name",
     {.cn = "x", .raw = {HOST "\0.example", sizeof(HOST "\0.example") - 1}},
     &root,
     NULL,
     X509_V_ERR_HOSTNAME_MISMATCH,
     "CN=Root, O=Us",
     HOST "?.example"},
    {"no subject, other kinds of names",
     {.names = "email:" HOST "@example,URI:https://" HOST},
     &root,
     NULL,
     X509_V_ERR_HOSTNAME_MISMATCH,
     "CN=Root, O=Us",
     ""},

    {"another root",
     {.cn = "x", .names = "DNS:" HOST},
     &other_root,
     NULL,
     X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     "CN=Inspector, O=Them",
     HOST},
    {"another root, sent along",
     {.cn = "x", .names = "DNS:" HOST},
     &other_root,
     &other_root,
     X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
     "CN=Inspector, O=Them",
     HOST},
    {"an intermediate that is not sent",
     {.cn = "x", .names = "DNS:" HOST},
     &between,
     NULL,
     X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     "CN=Between",
     HOST},
    {"self-signed",
     {.cn = HOST, .names = "DNS:" HOST},
     NULL,
     NULL,
     X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "CN=" HOST,
     HOST},
    {"expired",
     {.cn = "x", .names = "DNS:" HOST, .from_days = -9, .to_days = -1},
     &root,
     NULL,
     X509_V_ERR_CERT_HAS_EXPIRED,
     "CN=Root, O=Us",
     HOST},
    {"not yet valid",
     {.cn = "x", .names = "DNS:" HOST, .from_days = 1, .to_days = 9},
     &root,
     NULL,
     X509_V_ERR_CERT_NOT_YET_VALID,
     "CN=Root, O=Us",
     HOST},
    {"for clients",
     {.cn = "x", .names = "DNS:" HOST, .purpose = "clientAuth"},
     &root,
     NULL,
     X509_V_ERR_INVALID_PURPOSE,
     "CN=Root, O=Us",
     HOST},
    {"1024 bits of RSA",
     {.cn = "x", .names = "DNS:" HOST, .rsa_bits = 1024},
     &root,
     NULL,
     X509_V_ERR_EE_KEY_TOO_SMALL,
     "CN=Root, O=Us",
     HOST},
};

static void test_verify(const struct verify_case *c, const struct made *own, int version)
{
    const struct rp_certificate_seen nothing = {0};
    struct pair pair;

    open_pair(&pair, own, c->via);
    MUST(SSL_CTX_set_max_proto_version(pair.server.context, version) == 1);
    shake_hands(&pair, context, false);
    const struct rp_observation *seen = &pair.seen;
    OK(pair.result == (c->verify == 0 ? RP_TLS_DONE : RP_TLS_FAILED), "%s", c->name);
    IS_INT(seen->verify, c->verify, c->name);
    IS_INT(seen->stage, RP_STAGE_TLS, "stage");
    OK(seen->seen == RP_SEEN_NOTHING && seen->sys == 0, "nothing else");
    if (c->verify == 0) {
        IS_STR(seen->tls, "", "no words");
        OK(memcmp(&seen->certificate, &nothing, sizeof(nothing)) == 0, "no certificate");
        OK(SSL_is_init_finished(pair.server.ssl) == 1, "the server is done, too");
    } else {
        IS_STR(seen->tls, X509_verify_cert_error_string(c->verify), "words");
        IS_STR(seen->certificate.issuer, c->says_issuer, "issuer");
        IS_STR(seen->certificate.names, c->says_names, "names");
        OK(SSL_is_init_finished(pair.server.ssl) == 0, "the server hears of it");
    }
    close_pair(&pair);
}

static void test_all_verify(void)
{
    for (size_t i = 0; i < sizeof(verify_cases) / sizeof(verify_cases[0]); i++) {
        const struct verify_case *c = &verify_cases[i];
        struct made own = made_certificate(&c->recipe, c->issuer);
        test_verify(c, &own, TLS1_2_VERSION);
        test_verify(c, &own, TLS1_3_VERSION);
        made_release(&own);
    }
}

/* Who signs as an authority without being one. */
static void test_not_an_authority(void)
{
    const struct recipe leaf = {.cn = "leaf", .names = "DNS:" HOST};
    struct made false_issuer = made_certificate(&leaf, &root);
    struct made own = made_certificate(&leaf, &false_issuer);
    struct pair pair;

    open_pair(&pair, &own, &false_issuer);
    shake_hands(&pair, context, false);
    OK(pair.result == RP_TLS_FAILED && pair.seen.verify != 0, "signed by a server's certificate");
    close_pair(&pair);
    made_release(&own);
    made_release(&false_issuer);
}

/* --- what a certificate says ----------------------------------------------------- */

static void test_certificate_text(void)
{
    RP_BUF_AUTO struct rp_buf many = {.max = 65536};
    struct recipe recipe = {.cn = "Name \xc3\xa4 with\x01"
                                  "control",
                            .org = "Org"};
    struct pair pair;

    for (int i = 0; i < 500; i++)
        rp_buf_addf(&many, "%sDNS:name-%d.example", i == 0 ? "" : ",", i);
    recipe.names = rp_buf_str(&many);
    struct made own = made_certificate(&recipe, &root);
    open_pair(&pair, &own, NULL);
    shake_hands(&pair, context, false);
    const struct rp_certificate_seen *says = &pair.seen.certificate;
    IS_STR(says->subject,
           "CN=Name \xc3\xa4 with\x01"
           "control, O=Org",
           "subject, as it is");
    OK(rp_span_starts(rp_span(says->names), "name-0.example, name-1.example, "), "first names");
    OK(rp_span_ends(rp_span(says->names), ".example, ..."), "cut between names");
    OK(strlen(says->not_before) == 20 && says->not_before[10] == 'T' && says->not_before[19] == 'Z',
       "a date: %s", says->not_before);
    OK(strcmp(says->not_before, says->not_after) < 0, "another: %s", says->not_after);
    close_pair(&pair);
    made_release(&own);

    recipe = (struct recipe){.cn = "x", .raw = {rp_buf_str(&many), 300}};
    own = made_certificate(&recipe, &root);
    open_pair(&pair, &own, NULL);
    shake_hands(&pair, context, false);
    OK(strlen(pair.seen.certificate.names) == 255, "one name, too long");
    close_pair(&pair);
    made_release(&own);
}

/* --- roots ------------------------------------------------------------------- */

static void test_roots_der(void)
{
    RP_BUF_AUTO struct rp_buf all = {.max = 1 << 20};
    struct rp_tls_context *made = NULL;
    struct rp_error err = {0};
    size_t count = 0;
    const struct rp_root *roots = rp_roots(&count);

    for (size_t i = 0; i < count; i++)
        rp_buf_add(&all, (struct rp_span){(const char *)rp_root_der(&roots[i]), roots[i].der_size});
    WORKS(rp_tls_context_new(rp_buf_span(&all), false, &made, &err), err, "all that are built in");
    rp_tls_context_free(made);
    made = NULL;
    FAILS(rp_tls_context_new(rp_span_first(rp_buf_span(&all), all.len - 1), false, &made, &err),
          RP_KIND_CONFIG, err, "the last is cut");
    FAILS(rp_tls_context_new(RP_SPAN("garbage"), false, &made, &err), RP_KIND_CONFIG, err,
          "garbage");
    OK(made == NULL, "nothing comes of it");
    rp_tls_context_free(NULL);
}

static void test_roots_pem(void)
{
    BIO *file = BIO_new(BIO_s_mem());
    struct rp_tls_context *made = NULL;
    struct rp_error err = {0};
    char *bytes = NULL;

    MUST(BIO_puts(file, "# a comment\n") > 0);
    MUST(PEM_write_bio_PKCS8PrivateKey(file, root.key, EVP_aes_128_cbc(), "secret", 6, NULL,
                                       NULL) == 1);
    struct rp_span keys = {NULL, (size_t)BIO_get_mem_data(file, &bytes)};
    keys.p = bytes;
    FAILS(rp_tls_context_new(keys, true, &made, &err), RP_KIND_CONFIG, err, "a key alone");
    OK(err.hint[0] != '\0', "hint");
    MUST(PEM_write_bio_X509(file, root.certificate) == 1);
    MUST(BIO_puts(file, "between\n") > 0 && PEM_write_bio_X509(file, other_root.certificate) == 1);
    struct rp_span pem = {NULL, (size_t)BIO_get_mem_data(file, &bytes)};
    pem.p = bytes;
    WORKS(rp_tls_context_new(pem, true, &made, &err), err, "two certificates, a key, words");
    rp_tls_context_free(made);
    made = NULL;
    FAILS(rp_tls_context_new(rp_span_first(pem, pem.n - 40), true, &made, &err), RP_KIND_CONFIG,
          err, "the second is cut");
    IS_STR(err.msg, "roots: certificate number 2 cannot be read", "which");
    FAILS(rp_tls_context_new(pem, false, &made, &err), RP_KIND_CONFIG, err, "PEM is no DER");
    OK(made == NULL, "nothing comes of it");
    BIO_free(file);
}

/* --- the environment --------------------------------------------------------------- */

static char config_path[] = "/tmp/rdspass-tls-XXXXXX";

/* Files that OpenSSL reads where it is let: other rules, other roots. */
static void set_environment(void)
{
    static const char config[] = "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\n"
                                 "system_default = weak\n[weak]\nMinProtocol = TLSv1\n"
                                 "MaxProtocol = TLSv1.1\nCipherString = ALL:@SECLEVEL=0\n";
    static char variables[3][64];
    static char *list[] = {variables[0], variables[1], variables[2], NULL};
    struct rp_error err = {0};
    int fd = mkstemp(config_path);

    MUST(!rp_failed(rp_write_all(fd, rp_span(config), "a file", &err)));
    (void)close(fd);
    (void)snprintf(variables[0], sizeof(variables[0]), "OPENSSL_CONF=%s", config_path);
    (void)snprintf(variables[1], sizeof(variables[1]), "SSL_CERT_FILE=%s.roots", config_path);
    (void)snprintf(variables[2], sizeof(variables[2]), "SSL_CERT_DIR=/etc/ssl/certs");
    environ = list;
}

/* The file that SSL_CERT_FILE names; written when there is something to write. */
static void trust_others(bool add)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "%s.roots", config_path);
    if (!add) {
        (void)unlink(path);
        (void)unlink(config_path);
        return;
    }
    BIO *file = BIO_new_file(path, "w");
    MUST(file != NULL && PEM_write_bio_X509(file, other_root.certificate) == 1);
    BIO_free(file);
}

int main(void)
{
    const struct recipe recipes[] = {{.cn = "Root", .org = "Us", .ca = true},
                                     {.cn = "Inspector", .org = "Them", .ca = true},
                                     {.cn = "Between", .ca = true}};
    RP_BUF_AUTO struct rp_buf der = {.max = 65536};
    struct rp_error err = {0};

    set_environment();
    (void)signal(SIGPIPE, SIG_IGN);
    FAILS(rp_tls_context_new(RP_SPAN(""), false, &context, &err), RP_KIND_CONFIG, err, "no roots");
    root = made_certificate(&recipes[0], NULL);
    other_root = made_certificate(&recipes[1], NULL);
    between = made_certificate(&recipes[2], &root);
    trust_others(true);
    made_add_der(&root, &der);
    WORKS(rp_tls_context_new(rp_buf_span(&der), false, &context, &err), err, "a context");

    test_all_verify();
    test_not_an_authority();
    test_certificate_text();
    test_roots_der();
    test_roots_pem();

    trust_others(false);
    rp_tls_context_free(context);
    made_release(&root);
    made_release(&other_root);
    made_release(&between);
    return tap_done();
}
