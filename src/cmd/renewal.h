/*
 * Renewal: credentials found again while a client runs. A process of its own
 * asks the sources, which may take seconds, so that tokens are signed and
 * signals passed on meanwhile.
 */
#ifndef RP_CMD_RENEWAL_H
#define RP_CMD_RENEWAL_H

#include "login.h"
#include "rdspass/ipc/channel.h"

/* Starts as {0}. */
struct rp_renewal {
    bool running;
    struct rp_child child;
    struct rp_channel channel; /* where it says what it found; for poll(2) */
    int64_t deadline;
};

/* `anew` as in rp_login_renew. */
rp_status rp_renewal_start(const struct rp_context *ctx, const struct rp_login *login, bool anew,
                           struct rp_renewal *renewal, struct rp_error *err) RP_MUST_USE;

/* Whether it is over. Then *out has credentials and *out_failure is {0}, or it says why not. */
bool rp_renewal_is_over(struct rp_renewal *renewal, struct rp_credentials *out,
                        struct rp_error *out_failure);

void rp_renewal_stop(struct rp_renewal *renewal);

#endif
