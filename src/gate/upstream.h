/*
 * One connection to the endpoint: address, connection, TLS. Used by a login and
 * by a cancel request; each attempt takes a new one.
 */
#ifndef RP_GATE_UPSTREAM_H
#define RP_GATE_UPSTREAM_H

#include "dial.h"
#include "server.h"

/* Embedded; starts as {0} with fd -1. */
struct rp_upstream {
    struct rp_server *server;
    int64_t began; /* on the monotonic clock, in milliseconds */
    struct rp_lookup lookup;
    struct rp_dial dial;
    int fd;
    struct rp_address address; /* the one that answered */
    /*
     * The caller's from each successful `done` on, with no events yet; ours again
     * from rp_upstream_secure to the next `done`.
     */
    struct rp_watch watch;
    struct rp_tls tls;
    bool pinned;   /* what is dialled is the address of the sessions in use */
    bool securing; /* TLS is under way */
    bool secure;   /* it is complete, and the server verified */
    /*
     * Once for each start, from the loop: connected, or verified (`seen` NULL);
     * else all is closed, and *seen tells why.
     */
    void (*done)(void *self, const struct rp_observation *seen);
    void *self;
};

/*
 * Connects: to `address` where it is not NULL (the address of a session), else
 * to the pinned one where a session is in use and that is not lost, else to what
 * the name gives now.
 * For an endpoint with TLS first (DSQL), `done` comes when TLS is complete, too.
 * Deadlines are the caller's, who calls rp_upstream_close.
 */
void rp_upstream_connect(struct rp_upstream *upstream, struct rp_server *server,
                         const struct rp_address *address,
                         void (*done)(void *self, const struct rp_observation *seen), void *self);

/* TLS on the connection; `done` comes again. Nothing where it is under way. */
void rp_upstream_secure(struct rp_upstream *upstream);

/* Ends it at whatever stage; `done` does not come. Harmless when nothing is open. */
void rp_upstream_close(struct rp_upstream *upstream);
/* What there is to tell of a connection that is secure. */
void rp_upstream_facts(const struct rp_upstream *upstream, struct rp_gate_facts *out);

/*
 * Where it stands, for a timeout and before it is closed: fills in `stage` and
 * `addresses` (those tried, or the one that answered), and nothing else.
 */
void rp_upstream_where(const struct rp_upstream *upstream, struct rp_observation *out);

/* As rp_tls_read and rp_tls_write; in clear before `secure`. */
enum rp_tls_result rp_upstream_read(struct rp_upstream *upstream, char *bytes, size_t size,
                                    size_t *out_n);
enum rp_tls_result rp_upstream_write(struct rp_upstream *upstream, const char *bytes, size_t n,
                                     size_t *out_n);

#endif
