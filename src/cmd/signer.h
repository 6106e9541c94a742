/*
 * The signer: answers a gate that asks for tokens, with the credentials of one
 * login, which it keeps alive for as long as the client runs.
 *
 * Host, port and region are the login's own; the gate names the user alone, and
 * another user than the target's is refused.
 */
#ifndef RP_CMD_SIGNER_H
#define RP_CMD_SIGNER_H

#include <sys/stat.h>

#include "renewal.h"

/* Starts by rp_signer_init. */
struct rp_signer {
    const struct rp_context *ctx;
    struct rp_login *login;     /* borrowed; its credentials are replaced by renewed ones */
    struct rp_channel *channel; /* to the gate; borrowed */
    struct rp_renewal renewal;
    struct stat files[RP_FILE__COUNT]; /* the profiles' files as they were read */
    int64_t ahead;                     /* seconds before their end credentials are renewed */
    int64_t rest;                      /* no renewal ahead of need before this moment */
    struct rp_error failure;           /* of the last renewal; kind NONE: it did not fail */
    bool waiting;                      /* a wish that is not answered yet: */
    bool again;                        /* other keys than before are wanted */
    bool patient;                      /* it is worth waiting for a renewal that runs ... */
    int64_t patience;                  /* ... until this moment */
    char user[RP_USER_MAX + 1];
};

void rp_signer_init(struct rp_signer *signer, const struct rp_context *ctx, struct rp_login *login,
                    struct rp_channel *channel);
void rp_signer_release(struct rp_signer *signer);

/* A wish of the gate. It is answered now, or when the credentials have been renewed. */
rp_status rp_signer_take(struct rp_signer *signer, const struct rp_message *wish,
                         struct rp_error *err) RP_MUST_USE;

/* What is due: after each poll(2), whatever ended it. */
rp_status rp_signer_work(struct rp_signer *signer, struct rp_error *err) RP_MUST_USE;

/* What to wait for: a descriptor (-1: none), and milliseconds (-1: no end). */
int rp_signer_fd(const struct rp_signer *signer);
int rp_signer_timeout(const struct rp_signer *signer);

#endif
