/* The TLS context: the roots, and the rules that hold for every connection. */
#include "tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tls_seen.h"

enum {
    SECURITY_LEVEL = 2, /* 112 bits: RSA of 2048, no SHA-1; the library's own may be higher */
    CHAIN_DEPTH = 8,
};

/* --- roots ------------------------------------------------------------------- */

static rp_status fail_roots(size_t number, struct rp_error *err)
{
    ERR_clear_error();
    return rp_fail(err, RP_KIND_CONFIG, "roots: certificate number %zu cannot be read", number);
}

/* Takes over `root`. */
static bool add_root(X509_STORE *store, X509 *root)
{
    bool added = X509_STORE_add_cert(store, root) == 1;

    X509_free(root);
    return added;
}

static rp_status add_der(X509_STORE *store, struct rp_span roots, size_t *count,
                         struct rp_error *err)
{
    const unsigned char *at = (const unsigned char *)roots.p;
    const unsigned char *end = at + roots.n;

    while (at < end) {
        X509 *root = d2i_X509(NULL, &at, end - at);
        ++*count;
        if (root == NULL || !add_root(store, root))
            return fail_roots(*count, err);
    }
    return RP_OK;
}

/* Whether reading stopped at the end, and not at something broken. */
static bool is_end_of_pem(void)
{
    unsigned long why = ERR_peek_last_error();
    return ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
}

static rp_status add_pem(X509_STORE *store, struct rp_span roots, size_t *count,
                         struct rp_error *err)
{
    static char no_passphrase[] = ""; /* so that nobody is asked for one */
    BIO *file = roots.n > INT_MAX ? NULL : BIO_new_mem_buf(roots.p, (int)roots.n);
    X509 *root;
    bool added = true;

    if (file == NULL)
        return rp_fail_memory(err);
    ERR_clear_error();
    while (added && (root = PEM_read_bio_X509(file, NULL, NULL, no_passphrase)) != NULL) {
        ++*count;
        added = add_root(store, root);
    }
    bool complete = added && is_end_of_pem();
    BIO_free(file);
    ERR_clear_error();
    return complete ? RP_OK : fail_roots(*count + (added ? 1 : 0), err);
}

static rp_status add_roots(X509_STORE *store, struct rp_span roots, bool pem, struct rp_error *err)
{
    size_t count = 0;

    RP_TRY(pem ? add_pem(store, roots, &count, err) : add_der(store, roots, &count, err));
    if (count == 0) {
        rp_status status = rp_fail(err, RP_KIND_CONFIG, "roots: there is no certificate");
        if (pem)
            rp_hint(err, "a file of roots is PEM: its certificates begin with -----BEGIN "
                         "CERTIFICATE-----");
        return status;
    }
    return RP_OK;
}

/* --- rules ------------------------------------------------------------------- */

/* Changes no verdict; keeps what is refused, which is not to be had later. */
static int see(int good, X509_STORE_CTX *verified)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(verified, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct rp_tls *tls = SSL_get_app_data(ssl);

    if (good == 1 || tls == NULL)
        return good;
    rp_tls_see(verified, &tls->seen->certificate);
    if (tls->refused == NULL)
        tls->refused = X509_chain_up_ref(X509_STORE_CTX_get0_untrusted(verified));
    return good;
}

static bool set_rules(SSL_CTX *ssl)
{
    if (SSL_CTX_get_security_level(ssl) < SECURITY_LEVEL)
        SSL_CTX_set_security_level(ssl, SECURITY_LEVEL);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, see);
    SSL_CTX_set_verify_depth(ssl, CHAIN_DEPTH);
    (void)SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_options(ssl,
                              SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    /* Buffers only while bytes are in them; writes as a non-blocking pump makes them. */
    (void)SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(ssl, 1);
    return SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_purpose(ssl, X509_PURPOSE_SSL_SERVER) == 1;
}

bool rp_tls_init(void)
{
    return OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;
}

/* --- the context --------------------------------------------------------------- */

rp_status rp_tls_context_new(struct rp_span roots, bool pem, struct rp_tls_context **out,
                             struct rp_error *err)
{
    struct rp_tls_context *context = calloc(1, sizeof(*context));

    if (context == NULL)
        return rp_fail_memory(err);
    if (rp_tls_init())
        context->ssl = SSL_CTX_new(TLS_client_method());
    if (context->ssl == NULL || !set_rules(context->ssl)) {
        rp_tls_context_free(context);
        return rp_fail(err, RP_KIND_INTERNAL, "OpenSSL cannot be set up");
    }
    /* The context's store is empty until here, and nothing adds the system's roots. */
    if (rp_failed(add_roots(SSL_CTX_get_cert_store(context->ssl), roots, pem, err))) {
        rp_tls_context_free(context);
        return RP_FAILED;
    }
    *out = context;
    return RP_OK;
}

void rp_tls_context_free(struct rp_tls_context *context)
{
    if (context == NULL)
        return;
    SSL_CTX_free(context->ssl);
    free(context);
}
