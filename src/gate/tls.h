/*
 * TLS to the endpoint: the one place where a server is verified. TLS 1.2 or
 * later, roots of our own, the name checked in the subject alternative names.
 * Nothing here can be switched off, by option, environment or configuration.
 */
#ifndef RP_GATE_TLS_H
#define RP_GATE_TLS_H

#include <openssl/ssl.h>

#include "rdspass/ipc/gate.h"
#include "rdspass/rds/causes.h"

/*
 * Sets OpenSSL up so that no openssl.cnf counts, nor a variable that names one:
 * before any other call into it. Does nothing when it is done already.
 */
bool rp_tls_init(void);

/* The roots, read once. */
struct rp_tls_context;

/*
 * `roots`: certificates as DER, one behind the other, or as a PEM file.
 * RP_KIND_CONFIG where there is none among them or one cannot be read.
 */
rp_status rp_tls_context_new(struct rp_span roots, bool pem, struct rp_tls_context **out,
                             struct rp_error *err) RP_MUST_USE;
void rp_tls_context_free(struct rp_tls_context *context);

/* A connection. Starts as {0}. */
struct rp_tls {
    SSL *ssl;
    struct rp_observation *seen; /* of a handshake that is going on */
    STACK_OF(X509) * refused;    /* what the server sent, where it was not verified */
    bool direct;
    bool established; /* the server is verified */
    bool broken;      /* nothing can be sent any more */
    bool drained;     /* what waits inside is no whole record */
};

/*
 * `host`: what is sent as SNI and verified. `direct`: TLS comes first, so ALPN
 * names the protocol. The descriptor stays the caller's, is non-blocking, and
 * outlives this.
 */
rp_status rp_tls_start(struct rp_tls_context *context, int fd, const char *host, bool direct,
                       struct rp_tls *out, struct rp_error *err) RP_MUST_USE;
/* Frees; sends close_notify where the handshake was complete and it goes without waiting. */
void rp_tls_release(struct rp_tls *tls);

enum rp_tls_result {
    RP_TLS_DONE,
    RP_TLS_WANTS_READ,
    RP_TLS_WANTS_WRITE,
    RP_TLS_CLOSED, /* the other side ended it */
    RP_TLS_FAILED,
};

/*
 * Goes on with the handshake. Where it fails, *seen tells why (stage, seen,
 * verify, tls, certificate). RP_TLS_DONE: the server is verified.
 */
enum rp_tls_result rp_tls_handshake(struct rp_tls *tls, struct rp_observation *seen);

/* The certificates that the server sent, its own first; NULL where there are none. Borrowed. */
const STACK_OF(X509) * rp_tls_sent(const struct rp_tls *tls);
/* The root that they lead to; NULL where that is not verified. Borrowed. */
const X509 *rp_tls_root(const struct rp_tls *tls);
/* What was agreed on; NULL for a handshake that did not come so far. */
const char *rp_tls_protocol(const struct rp_tls *tls);
const char *rp_tls_cipher(const struct rp_tls *tls);

/* What there is to tell of an established one; the address is not known here. */
void rp_tls_facts(const struct rp_tls *tls, struct rp_gate_facts *out);

/*
 * As read(2) and write(2); *out_n is what was moved where the result is
 * RP_TLS_DONE. RP_TLS_FAILED: errno says why where the system did, else it is 0.
 */
enum rp_tls_result rp_tls_read(struct rp_tls *tls, char *bytes, size_t size, size_t *out_n);
enum rp_tls_result rp_tls_write(struct rp_tls *tls, const char *bytes, size_t n, size_t *out_n);
/* Whether a read gives bytes that wait inside, which no epoll shows. */
bool rp_tls_has_pending(const struct rp_tls *tls);

#endif
