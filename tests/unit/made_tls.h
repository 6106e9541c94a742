/*
 * Certificates and TLS servers for tests, made when they run: no key is in a
 * file. A failure here is no test's failure: it aborts.
 */
#ifndef MADE_TLS_H
#define MADE_TLS_H

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "rdspass/base/buf.h"

#define MUST(cond)                                                                                 \
    do {                                                                                           \
        if (!(cond))                                                                               \
            abort();                                                                               \
    } while (0)

enum { MADE_DAY = 86400 };

/* What a certificate is to say. Days are counted from now. */
struct recipe {
    const char *cn;
    const char *org;
    const char *names;      /* "DNS:a,IP:127.0.0.1"; NULL: none */
    struct rp_span raw;     /* or one DNS name with any bytes */
    const char *purpose;    /* "clientAuth"; NULL: none is said */
    int from_days, to_days; /* 0, 0: from yesterday to tomorrow */
    int rsa_bits;           /* 0: a key on P-256 */
    const EVP_MD *digest;   /* NULL: SHA-256 */
    bool ca;
};

struct made {
    EVP_PKEY *key;
    X509 *certificate;
};

static inline void made_release(struct made *made)
{
    EVP_PKEY_free(made->key);
    X509_free(made->certificate);
    *made = (struct made){0};
}

static inline void made_add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    MUST(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static inline void made_add_raw_name(X509 *certificate, struct rp_span bytes)
{
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();

    MUST(ASN1_STRING_set(text, bytes.p, (int)bytes.n) == 1);
    GENERAL_NAME_set0_value(name, GEN_DNS, text);
    MUST(sk_GENERAL_NAME_push(names, name) == 1);
    MUST(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0) == 1);
    GENERAL_NAMES_free(names);
}

static inline void made_add_text(X509_NAME *name, const char *field, const char *value)
{
    if (value != NULL)
        MUST(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value,
                                        -1, -1, 0) == 1);
}

static inline void made_set_dates(X509 *certificate, const struct recipe *recipe)
{
    bool usual = recipe->from_days == 0 && recipe->to_days == 0;
    int from = usual ? -1 : recipe->from_days;
    int to = usual ? 1 : recipe->to_days;

    MUST(X509_gmtime_adj(X509_getm_notBefore(certificate), (long)from * MADE_DAY) != NULL);
    MUST(X509_gmtime_adj(X509_getm_notAfter(certificate), (long)to * MADE_DAY) != NULL);
}

/* A certificate with its key, signed by `issuer`; NULL: by itself. */
static inline struct made made_certificate(const struct recipe *recipe, const struct made *issuer)
{
    static long serial;
    struct made made = {.certificate = X509_new()};
    X509 *certificate = made.certificate;
    X509_NAME *name = X509_NAME_new();

    made.key = recipe->rsa_bits > 0 ? EVP_RSA_gen((unsigned)recipe->rsa_bits) : EVP_EC_gen("P-256");
    MUST(made.key != NULL && certificate != NULL && name != NULL);
    made_add_text(name, "CN", recipe->cn);
    made_add_text(name, "O", recipe->org);
    MUST(X509_set_version(certificate, X509_VERSION_3) == 1);
    MUST(ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial) == 1);
    MUST(X509_set_subject_name(certificate, name) == 1);
    MUST(X509_set_issuer_name(
             certificate, issuer == NULL ? name : X509_get_subject_name(issuer->certificate)) == 1);
    MUST(X509_set_pubkey(certificate, made.key) == 1);
    made_set_dates(certificate, recipe);
    made_add_extension(certificate, NID_basic_constraints,
                       recipe->ca ? "critical,CA:TRUE" : "CA:FALSE");
    if (recipe->names != NULL)
        made_add_extension(certificate, NID_subject_alt_name, recipe->names);
    if (recipe->raw.n > 0)
        made_add_raw_name(certificate, recipe->raw);
    if (recipe->purpose != NULL)
        made_add_extension(certificate, NID_ext_key_usage, recipe->purpose);
    MUST(X509_sign(certificate, issuer == NULL ? made.key : issuer->key,
                   recipe->digest == NULL ? EVP_sha256() : recipe->digest) > 0);
    X509_NAME_free(name);
    return made;
}

/* Adds it to roots in the form that a context takes. */
static inline void made_add_der(const struct made *made, struct rp_buf *out)
{
    unsigned char *der = NULL;
    int n = i2d_X509(made->certificate, &der);

    MUST(n > 0);
    rp_buf_add(out, (struct rp_span){(const char *)der, (size_t)n});
    OPENSSL_free(der);
}

/*
 * A server's side of TLS. Its bytes go through memory, so that a test decides
 * how many of them the client gets.
 */
struct tls_server {
    SSL_CTX *context;
    SSL *ssl;
    int fd;      /* the other end of the client's socket; non-blocking */
    size_t left; /* bytes that it still sends before it closes */
    bool cut;    /* it has had more than that to send */
};

static inline struct tls_server tls_server(int fd, const struct made *own,
                                           const struct made *between)
{
    struct tls_server server = {.context = SSL_CTX_new(TLS_server_method()), .fd = fd};

    server.left = SIZE_MAX;
    MUST(server.context != NULL);
    SSL_CTX_set_security_level(server.context, 0);
    MUST(SSL_CTX_set_num_tickets(server.context, 0) == 1);
    MUST(SSL_CTX_use_certificate(server.context, own->certificate) == 1);
    MUST(SSL_CTX_use_PrivateKey(server.context, own->key) == 1);
    if (between != NULL)
        MUST(SSL_CTX_add1_chain_cert(server.context, between->certificate) == 1);
    return server;
}

/* To be called when the context is as it is to be. */
static inline void tls_server_start(struct tls_server *server)
{
    server->ssl = SSL_new(server->context);
    MUST(server->ssl != NULL);
    SSL_set_bio(server->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(server->ssl);
}

/* What the client has sent, to the server. */
static inline void tls_server_take(struct tls_server *server)
{
    char bytes[4096];
    ssize_t n;

    while (server->fd >= 0 && (n = read(server->fd, bytes, sizeof(bytes))) > 0)
        MUST(BIO_write(SSL_get_rbio(server->ssl), bytes, (int)n) == (int)n);
}

/* What the server has to say, to the client: as much as it still sends, and the socket takes. */
static inline void tls_server_give(struct tls_server *server)
{
    char *bytes = NULL;
    BIO *out = SSL_get_wbio(server->ssl);
    size_t n = (size_t)BIO_get_mem_data(out, &bytes);
    size_t some = n < server->left ? n : server->left;

    if (server->fd < 0)
        return;
    ssize_t sent = some == 0 ? 0 : write(server->fd, bytes, some);
    if (sent > 0) {
        char gone[16384];
        for (ssize_t i = sent; i > 0;)
            i -= BIO_read(out, gone, i < (ssize_t)sizeof(gone) ? (int)i : (int)sizeof(gone));
        server->left -= (size_t)sent;
    }
    if (server->left == 0 && n > some) {
        server->cut = true;
        (void)close(server->fd);
        server->fd = -1;
    }
}

/* One turn of the handshake. */
static inline void tls_server_step(struct tls_server *server)
{
    tls_server_take(server);
    (void)SSL_do_handshake(server->ssl);
    tls_server_give(server);
}

static inline void tls_server_release(struct tls_server *server)
{
    SSL_free(server->ssl);
    SSL_CTX_free(server->context);
    if (server->fd >= 0)
        (void)close(server->fd);
    *server = (struct tls_server){.fd = -1};
}

#endif
