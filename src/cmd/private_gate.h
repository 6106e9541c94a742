/*
 * A private gate: opened for one client of one login, served while the client
 * runs, and gone with it.
 */
#ifndef RP_CMD_PRIVATE_GATE_H
#define RP_CMD_PRIVATE_GATE_H

#include "rdspass/base/job.h"
#include "rdspass/ipc/gate.h"
#include "signer.h"

/*
 * Starts as {.gate = {.channel = {.fd = -1}}}: RP_PRIVATE_GATE_NONE. Not to be moved.
 * Before it is opened, its purpose may be set, and who is told of steps.
 */
struct rp_private_gate {
    struct rp_gate gate;
    struct rp_gate_order order;
    /*
     * Takes each step that the gate tells, and may keep what it has seen (`seen`, then
     * NULL); one that tells any to NULL is refused.
     */
    rp_status (*told)(void *self, struct rp_gate_step *step, struct rp_error *err);
    void *told_self;
    uint16_t tcp; /* the door on loopback; 0: none */
    struct rp_signer signer;
    bool came;                  /* somebody has come to a door */
    bool entered;               /* a login has succeeded, ... */
    int64_t entered_at;         /* ... the last one at this moment (base/deadline.h) */
    struct rp_gate_facts facts; /* of the last one */
    bool gone;                  /* the gate has ended before us */
    struct rp_error failure;    /* of the first login that failed; kind NONE: none did */
};

#define RP_PRIVATE_GATE_NONE                                                                       \
    {                                                                                              \
        .gate = {.channel = {.fd = -1} }                                                           \
    }

/*
 * Chooses the roots, makes a private directory, starts a gate and has it open
 * its doors; `tcp` as in struct rp_gate_order. The login has its target, whose
 * engine is known, and its identity (not for RP_GATE_LOOK, which asks for no
 * token), and is borrowed.
 */
rp_status rp_private_gate_open(const struct rp_context *ctx, const struct rp_args *args,
                               struct rp_login *login, int tcp, struct rp_private_gate *out,
                               struct rp_error *err) RP_MUST_USE;
/* Ends the gate, and removes its directory where it could not. */
void rp_private_gate_release(struct rp_private_gate *gate);
#define RP_PRIVATE_GATE_AUTO __attribute__((cleanup(rp_private_gate_release)))

/* A client of ours, which talks to us as the gate does. */
struct rp_companion {
    struct rp_channel channel;
    rp_status (*hear)(struct rp_companion *self, const struct rp_message *message,
                      struct rp_error *err);
};

/*
 * Answers the gate, and the companion where there is one (else NULL), until the
 * client has ended; *out says how it did.
 */
rp_status rp_private_gate_serve(struct rp_private_gate *gate, struct rp_job *job,
                                struct rp_companion *companion, struct rp_exit *out,
                                struct rp_error *err) RP_MUST_USE;

/*
 * For a client that was refused, where the gate has not said by whom: it says so
 * before the client hears of it, unless it is ending. A client that is cut off by
 * that may be seen to end first, so the gate gets the time to.
 */
void rp_private_gate_hear_end(struct rp_private_gate *gate);

/*
 * Hears what a gate tells that has no client (any more), until `told` has set
 * *enough, or for so many milliseconds; then that is no failure.
 */
rp_status rp_private_gate_hear(struct rp_private_gate *gate, const bool *enough, int timeout,
                               struct rp_error *err) RP_MUST_USE;

#endif
