/* Tokens from the parent: requests queued, one outstanding, each answered once. */
#ifndef RP_GATE_SIGNER_H
#define RP_GATE_SIGNER_H

#include "loop.h"
#include "rdspass/ipc/gate.h"

/* One who asks. Embedded; starts as {0}. */
struct rp_token_wish {
    char user[RP_USER_MAX + 1];
    bool again;
    /* Exactly one of `token` (to be moved from) and `failure` is not NULL. */
    void (*done)(void *self, struct rp_secret *token, const struct rp_error *failure);
    void *self;
    struct rp_token_wish *next;
    bool waiting;
};

/* The channel to the parent, watched. */
struct rp_signer {
    struct rp_loop *loop;
    struct rp_channel channel;
    struct rp_watch watch;
    struct rp_token_wish *first, *last; /* `first` has been sent where `asked` */
    bool asked;
    bool orphan; /* the one that was asked for has been forgotten: drop its answer */
};

/* Takes the channel over. When it ends or breaks, the loop is stopped. */
rp_status rp_signer_init(struct rp_signer *signer, struct rp_loop *loop, struct rp_channel *channel,
                         struct rp_error *err) RP_MUST_USE;
void rp_signer_release(struct rp_signer *signer);

/* Asks; `done` comes from the loop. */
void rp_signer_ask(struct rp_signer *signer, struct rp_token_wish *wish);
void rp_signer_forget(struct rp_signer *signer, struct rp_token_wish *wish);

/* Tells the parent of a login that succeeded, of one that failed. */
void rp_signer_report_entered(struct rp_signer *signer, const struct rp_gate_facts *facts);
void rp_signer_report_failure(struct rp_signer *signer, const struct rp_error *failure);
/* Tells it what was seen on the way. */
void rp_signer_report_step(struct rp_signer *signer, const struct rp_gate_step *step);

#endif
