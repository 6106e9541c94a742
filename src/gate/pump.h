/*
 * The pump: bytes both ways between a client and a server over TLS, unread and
 * unchanged. A direction whose sink is full is not read until it has room
 * again; memory is held for what could not be written, and for nothing else, so
 * that an idle session costs little.
 */
#ifndef RP_GATE_PUMP_H
#define RP_GATE_PUMP_H

#include "upstream.h"

enum { RP_PUMP_PIECE = 256 * 1024 }; /* what is moved in one go; shared by all */

/* What a sink has not taken yet. */
struct rp_pump_rest {
    char *bytes; /* NULL: nothing */
    size_t at, n;
};

/* Embedded; starts as {0}. */
struct rp_pump {
    struct rp_server *server;
    struct rp_watch *client;
    struct rp_upstream *upstream;
    struct rp_pump_rest to_client, to_upstream;
    bool client_ended;   /* no more is read from there */
    bool upstream_ended; /* the same */
    bool upstream_deaf;  /* it takes nothing any more; what it has said is still delivered */
    uint32_t tls_wants;  /* events that TLS waits for beside the usual ones */
    struct rp_timer again;
    void (*done)(void *self); /* both ways are over; the caller closes */
    void *self;
};

/*
 * Takes over both descriptors, which are watched, with bytes that have come
 * already. Fails without memory. `done` comes once, from the loop, and may free
 * the pump: when either side has ended and the other has what it had said.
 */
rp_status rp_pump_start(struct rp_pump *pump, struct rp_server *server, struct rp_watch *client,
                        struct rp_upstream *upstream, struct rp_span to_client,
                        struct rp_span to_upstream, void (*done)(void *self), void *self,
                        struct rp_error *err) RP_MUST_USE;
/* Forgets what it held; both descriptors stay as they are, watched. */
void rp_pump_release(struct rp_pump *pump);

#endif
