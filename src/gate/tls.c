/* A TLS connection: what each of OpenSSL's answers means to us. */
#include "tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tls_context.h"
#include "tls_seen.h"

static const char protocol[] = "postgresql";

/* --- the beginning ------------------------------------------------------------- */

/* One byte of length, then the name (RFC 7301). It gives 0 on success. */
static bool offer_protocol(SSL *ssl)
{
    unsigned char list[sizeof(protocol)];

    list[0] = sizeof(protocol) - 1;
    memcpy(list + 1, protocol, sizeof(protocol) - 1);
    return SSL_set_alpn_protos(ssl, list, sizeof(list)) == 0;
}

/*
 * The name is looked for in the alternative names alone. A connection inherits
 * such flags from its context only together with a name, so they are set here.
 */
static bool expect_name(SSL *ssl, const char *host)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
                                               X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(param, host, 0) == 1;
}

/* SNI. The library's macro takes no constant. */
static bool name_server(SSL *ssl, const char *host)
{
    char name[RP_HOST_MAX + 1];

    (void)snprintf(name, sizeof(name), "%s", host);
    return SSL_set_tlsext_host_name(ssl, name) == 1;
}

static bool set_up(SSL *ssl, int fd, const char *host, bool direct)
{
    return expect_name(ssl, host) && name_server(ssl, host) && SSL_set_fd(ssl, fd) == 1 &&
           (!direct || offer_protocol(ssl));
}

rp_status rp_tls_start(struct rp_tls_context *context, int fd, const char *host, bool direct,
                       struct rp_tls *out, struct rp_error *err)
{
    SSL *ssl = SSL_new(context->ssl);

    if (ssl == NULL || !set_up(ssl, fd, host, direct)) {
        SSL_free(ssl);
        ERR_clear_error();
        return rp_fail(err, RP_KIND_INTERNAL, "TLS cannot be started");
    }
    SSL_set_connect_state(ssl);
    *out = (struct rp_tls){.ssl = ssl, .direct = direct};
    return RP_OK;
}

void rp_tls_release(struct rp_tls *tls)
{
    if (tls->ssl == NULL)
        return;
    ERR_clear_error();
    if (tls->established && !tls->broken)
        (void)SSL_shutdown(tls->ssl);
    SSL_free(tls->ssl);
    sk_X509_pop_free(tls->refused, X509_free);
    ERR_clear_error();
    *tls = (struct rp_tls){0};
}

/* --- results ----------------------------------------------------------------- */

/*
 * What a call that gave `result` means; `sys` is errno behind it. An end without
 * close_notify is an end: servers close so, and the protocols have ends of their own.
 */
static enum rp_tls_result judge(struct rp_tls *tls, int result, int sys)
{
    switch (SSL_get_error(tls->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return RP_TLS_WANTS_READ;
    case SSL_ERROR_WANT_WRITE:
        return RP_TLS_WANTS_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        return RP_TLS_CLOSED;
    case SSL_ERROR_SYSCALL:
        tls->broken = true;
        errno = sys;
        return sys == 0 ? RP_TLS_CLOSED : RP_TLS_FAILED;
    default:
        tls->broken = true;
        errno = 0;
        return ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING
                   ? RP_TLS_CLOSED
                   : RP_TLS_FAILED;
    }
}

/* --- the handshake ------------------------------------------------------------- */

/* Why it failed, in OpenSSL's words; the first of its errors is the cause of the others. */
static void explain(const struct rp_tls *tls, struct rp_observation *seen)
{
    unsigned long code = ERR_peek_error();
    const char *words = ERR_reason_error_string(code);

    seen->verify = SSL_get_verify_result(tls->ssl);
    if (seen->verify != X509_V_OK)
        words = X509_verify_cert_error_string(seen->verify);
    if (words != NULL)
        (void)snprintf(seen->tls, sizeof(seen->tls), "%s", words);
    else
        (void)snprintf(seen->tls, sizeof(seen->tls), "error %lx", code);
}

/* With TLS first the server must have said that it speaks PostgreSQL behind it. */
static bool is_agreed(const struct rp_tls *tls)
{
    const unsigned char *agreed = NULL;
    unsigned n = 0;

    if (!tls->direct)
        return true;
    SSL_get0_alpn_selected(tls->ssl, &agreed, &n);
    return n == sizeof(protocol) - 1 && memcmp(agreed, protocol, n) == 0;
}

/* OpenSSL refuses by itself what it does not verify; a token is worth a second look. */
static bool is_verified(const struct rp_tls *tls)
{
    return SSL_get_verify_result(tls->ssl) == X509_V_OK &&
           SSL_get0_peer_certificate(tls->ssl) != NULL && SSL_version(tls->ssl) >= TLS1_2_VERSION;
}

static enum rp_tls_result finish(struct rp_tls *tls, struct rp_observation *seen)
{
    const char *why = !is_verified(tls) ? "the server is not verified"
                      : !is_agreed(tls) ? "no application protocol is agreed on (ALPN)"
                                        : NULL;

    if (why == NULL) {
        tls->established = true;
        return RP_TLS_DONE;
    }
    tls->broken = true;
    (void)snprintf(seen->tls, sizeof(seen->tls), "%s", why);
    return RP_TLS_FAILED;
}

enum rp_tls_result rp_tls_handshake(struct rp_tls *tls, struct rp_observation *seen)
{
    ERR_clear_error();
    errno = 0;
    tls->seen = seen;
    SSL_set_app_data(tls->ssl, tls);
    int done = SSL_do_handshake(tls->ssl);
    int sys = errno;
    SSL_set_app_data(tls->ssl, NULL);
    tls->seen = NULL;
    seen->stage = RP_STAGE_TLS;
    if (done == 1)
        return finish(tls, seen);
    enum rp_tls_result result = judge(tls, done, sys);
    if (result == RP_TLS_CLOSED || (result == RP_TLS_FAILED && errno != 0)) {
        seen->seen = RP_SEEN_CLOSED;
        seen->sys = errno;
    } else if (result == RP_TLS_FAILED) {
        explain(tls, seen);
    }
    ERR_clear_error();
    return result;
}

/* --- bytes ------------------------------------------------------------------- */

enum rp_tls_result rp_tls_read(struct rp_tls *tls, char *bytes, size_t size, size_t *out_n)
{
    ERR_clear_error();
    errno = 0;
    int done = SSL_read_ex(tls->ssl, bytes, size, out_n);
    tls->drained = done != 1;
    if (done == 1)
        return RP_TLS_DONE;
    enum rp_tls_result result = judge(tls, done, errno);
    ERR_clear_error();
    return result;
}

enum rp_tls_result rp_tls_write(struct rp_tls *tls, const char *bytes, size_t n, size_t *out_n)
{
    *out_n = 0;
    if (n == 0)
        return RP_TLS_DONE;
    ERR_clear_error();
    errno = 0;
    int done = SSL_write_ex(tls->ssl, bytes, n, out_n);
    if (done == 1)
        return RP_TLS_DONE;
    enum rp_tls_result result = judge(tls, done, errno);
    ERR_clear_error();
    return result;
}

bool rp_tls_has_pending(const struct rp_tls *tls)
{
    return tls->ssl != NULL && !tls->drained && SSL_has_pending(tls->ssl) == 1;
}

/* --- what there is to tell ------------------------------------------------------- */

const STACK_OF(X509) * rp_tls_sent(const struct rp_tls *tls)
{
    return tls->refused != NULL ? tls->refused : SSL_get_peer_cert_chain(tls->ssl);
}

const X509 *rp_tls_root(const struct rp_tls *tls)
{
    const STACK_OF(X509) *chain = tls->established ? SSL_get0_verified_chain(tls->ssl) : NULL;

    return chain == NULL ? NULL : sk_X509_value(chain, sk_X509_num(chain) - 1);
}

/* One that is chosen counts, in use or not yet. */
static const SSL_CIPHER *cipher(const struct rp_tls *tls)
{
    const SSL_CIPHER *pending = SSL_get_pending_cipher(tls->ssl);

    return pending != NULL ? pending : SSL_get_current_cipher(tls->ssl);
}

const char *rp_tls_protocol(const struct rp_tls *tls)
{
    return cipher(tls) == NULL ? NULL : SSL_get_version(tls->ssl);
}

const char *rp_tls_cipher(const struct rp_tls *tls)
{
    return cipher(tls) == NULL ? NULL : SSL_CIPHER_get_name(cipher(tls));
}

void rp_tls_facts(const struct rp_tls *tls, struct rp_gate_facts *out)
{
    const X509 *certificate = SSL_get0_peer_certificate(tls->ssl);

    (void)snprintf(out->tls, sizeof(out->tls), "%s", SSL_get_version(tls->ssl));
    (void)snprintf(out->cipher, sizeof(out->cipher), "%s", SSL_get_cipher_name(tls->ssl));
    if (certificate != NULL) {
        rp_tls_name_text(X509_get_issuer_name(certificate), out->issuer, sizeof(out->issuer));
        rp_tls_time_text(X509_get0_notAfter(certificate), out->not_after);
    }
}
