/*
 * Our helpers: found beside the program (../libexec/rdspass, or in the build
 * tree), started from a directory that only its owner may change, in a cleaned
 * environment.
 */
#ifndef RP_IPC_HELPER_H
#define RP_IPC_HELPER_H

#include "rdspass/base/context.h"
#include "rdspass/base/spawn.h"

struct rp_helper {
    struct rp_child child;
    int to;   /* its standard input */
    int from; /* its standard output */
};

/*
 * Starts the helper NAME ("rdspass-fetch"), which is killed when we are.
 * RP_KIND_INTERNAL where it is missing, or everybody may write to its directory
 * or to it, or either belongs to somebody else than root, us and the owner of
 * our own program.
 */
rp_status rp_helper_start(const struct rp_context *ctx, const char *name, struct rp_helper *out,
                          struct rp_error *err) RP_MUST_USE;

/*
 * Closes its pipes and waits for it; ends it where it does not end by itself
 * (*out is then a quiet end). *out says how it ended.
 */
void rp_helper_stop(struct rp_helper *helper, struct rp_exit *out);

/*
 * The same start with descriptors and a death signal of the caller's: `how` has
 * them, and its other fields are filled here. A helper that talks to no proxy
 * starts with an empty environment.
 */
rp_status rp_helper_spawn(const struct rp_context *ctx, const char *name, bool with_proxies,
                          struct rp_spawn *how, struct rp_child *out,
                          struct rp_error *err) RP_MUST_USE;

/*
 * What to say of a helper that did not answer: how it ended where that tells
 * (`ended`: its side was closed), else what `status` and *err say already.
 */
rp_status rp_helper_explain(const char *name, rp_status status, const struct rp_exit *end,
                            bool ended, struct rp_error *err) RP_MUST_USE;

#endif
