/*
 * Resolving a name without blocking the loop: getaddrinfo runs in a thread. All
 * who ask while a lookup runs share its answer. A lookup that does not come back
 * is left behind when those who asked are tired of it; a few of them at most.
 */
#ifndef RP_GATE_RESOLVE_H
#define RP_GATE_RESOLVE_H

#include "address.h"
#include "loop.h"

/* One who asks. Embedded; starts as {0}. */
struct rp_lookup {
    /* `failure`: EAI_..., 0 where there are addresses. May free the lookup's owner. */
    void (*done)(void *self, int failure, const struct rp_addresses *addresses);
    void *self;
    struct rp_lookup *next;
    bool waiting;
};

/* Looks up one name, again and again. */
struct rp_resolver;

/* Borrows `host` (a name or an address). */
rp_status rp_resolver_new(struct rp_loop *loop, const char *host, uint16_t port,
                          struct rp_resolver **out, struct rp_error *err) RP_MUST_USE;
void rp_resolver_free(struct rp_resolver *resolver);

/* Asks; `done` comes from the loop, never from within. An address needs no thread. */
void rp_resolver_ask(struct rp_resolver *resolver, struct rp_lookup *lookup);
/* No longer asks: its deadline is over, or its owner goes. */
void rp_resolver_forget(struct rp_resolver *resolver, struct rp_lookup *lookup);

#endif
