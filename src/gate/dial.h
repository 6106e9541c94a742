/*
 * Dialling: a connection to the first address that answers. The next one is
 * tried beside it when the one before has not answered for a while (RFC 8305),
 * or has failed, so that a dead address costs no deadline.
 */
#ifndef RP_GATE_DIAL_H
#define RP_GATE_DIAL_H

#include "resolve.h"

enum { RP_DIAL_STAGGER_MS = 250 };

/* A connection under way. */
struct rp_try {
    struct rp_watch watch; /* fd -1: not tried, or failed */
    struct rp_dial *dial;
};

/* Embedded; starts as {0}. */
struct rp_dial {
    struct rp_loop *loop;          /* NULL where nothing is under way */
    struct rp_addresses addresses; /* in the order of the tries: families take turns */
    struct rp_try tries[RP_ADDRESSES_MAX];
    size_t next; /* the address to try next; those before it have been tried */
    size_t open; /* how many are under way */
    struct rp_timer stagger;
    int sys; /* the errno to tell where all fail: the first that is not for want of a route */
    void (*done)(void *self, int fd, const struct rp_address *address, int sys);
    void *self;
};

/*
 * Starts. `done` comes once, from the loop: with a connected, non-blocking
 * descriptor, now the caller's (TCP_NODELAY and keep-alive set), or -1 and an
 * errno. There is no deadline here: the caller has one, and calls rp_dial_stop.
 */
void rp_dial_start(struct rp_dial *dial, struct rp_loop *loop, const struct rp_addresses *addresses,
                   void (*done)(void *self, int fd, const struct rp_address *address, int sys),
                   void *self);
/* Ends what is under way, `done` does not come; harmless when nothing is. */
void rp_dial_stop(struct rp_dial *dial);

#endif
