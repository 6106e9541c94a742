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
    bool client_ended, upstream_ended;
    void (*done)(void *self); /* both ways are over; the caller closes */
    void *self;
};

/*
 * Takes over both descriptors, with bytes that have come already. Fails without
 * memory. `done` comes once, from the loop.
 */
rp_status rp_pump_start(struct rp_pump *pump, struct rp_server *server, struct rp_watch *client,
                        struct rp_upstream *upstream, struct rp_span to_client,
                        struct rp_span to_upstream, void (*done)(void *self), void *self,
                        struct rp_error *err) RP_MUST_USE;
void rp_pump_release(struct rp_pump *pump);

#endif
