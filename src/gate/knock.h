/*
 * A knock: a connection of its own to a server that says nothing where MySQL's would
 * greet. It asks for TLS as PostgreSQL's clients do, to which only PostgreSQL answers
 * with one letter. Nothing else is sent there.
 */
#ifndef RP_GATE_KNOCK_H
#define RP_GATE_KNOCK_H

#include "dial.h"

enum { RP_KNOCK_AFTER_MS = 2000 }; /* of silence: a greeting needs no longer, as a rule */

/* Embedded; starts as {0}. */
struct rp_knock {
    struct rp_loop *loop; /* NULL where none is under way */
    struct rp_address address;
    struct rp_timer timer;
    struct rp_dial dial;
    struct rp_watch watch; /* fd -1: not connected */
    void (*answered)(void *self);
    void *self;
};

/*
 * Begins to wait. `answered` comes from the loop where it is PostgreSQL's server, once,
 * and not at all where anything else comes of it; then the knock is over.
 */
void rp_knock_start(struct rp_knock *knock, struct rp_loop *loop, const struct rp_address *address,
                    void (*answered)(void *self), void *self);
/* Ends it at whatever stage; harmless when none is under way. */
void rp_knock_stop(struct rp_knock *knock);

#endif
