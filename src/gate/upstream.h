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
    struct rp_lookup lookup;
    struct rp_dial dial;
    int fd;
    struct rp_address address; /* the one that answered */
    struct rp_watch watch;     /* ours until TLS is done, then the session's to use */
    struct rp_tls tls;
    bool secure; /* TLS is complete, and the server verified */
    /* Once for each start: connected, or verified; else *seen tells why not. */
    void (*done)(void *self, const struct rp_observation *seen); /* seen NULL: success */
    void *self;
};

/*
 * Connects: to `address` where it is not NULL (the address of a session), else
 * to the pinned one where a session is in use, else to what the name gives now.
 * For an endpoint with TLS first (DSQL), `done` comes when TLS is complete, too.
 * Deadlines are the caller's, who calls rp_upstream_close.
 */
void rp_upstream_connect(struct rp_upstream *upstream, struct rp_server *server,
                         const struct rp_address *address,
                         void (*done)(void *self, const struct rp_observation *seen), void *self);

/* TLS on the connection; `done` comes again. */
void rp_upstream_secure(struct rp_upstream *upstream);

/*
 * Ends it at whatever stage, and says where it stood (for a timeout): which
 * stage, and the addresses tried. Harmless when nothing is open.
 */
void rp_upstream_close(struct rp_upstream *upstream);
void rp_upstream_where(const struct rp_upstream *upstream, struct rp_observation *out);

/* read(2) and write(2), in clear before `secure` and by TLS after it. */
enum rp_tls_result rp_upstream_read(struct rp_upstream *upstream, char *bytes, size_t size,
                                    size_t *out_n);
enum rp_tls_result rp_upstream_write(struct rp_upstream *upstream, const char *bytes, size_t n,
                                     size_t *out_n);

#endif
