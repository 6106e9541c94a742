/*
 * Our helpers: found beside the program (../libexec/rdspass, or in the build
 * tree), started from a directory that only its owner may change, in a cleaned
 * environment.
 */
#ifndef RP_IPC_HELPER_H
#define RP_IPC_HELPER_H

#include "rdspass/base/context.h"
#include "rdspass/base/job.h"

struct rp_helper {
    struct rp_child child;
    int to;   /* its standard input */
    int from; /* its standard output */
};

/*
 * Starts the helper NAME ("rdspass-fetch") between two pipes, with the variables
 * that name proxies; it is killed when we are. Its session is its own: Ctrl-C is
 * for us and for clients. RP_KIND_INTERNAL where it is missing, or everybody may
 * write to its directory or to it, or either belongs to somebody else than root,
 * us and the owner of our own program.
 */
rp_status rp_helper_start(const struct rp_context *ctx, const char *name, struct rp_helper *out,
                          struct rp_error *err) RP_MUST_USE;

/*
 * Closes its pipes and waits for it; ends it where it does not end by itself
 * (*out is then a quiet end). *out says how it ended.
 */
void rp_helper_stop(struct rp_helper *helper, struct rp_exit *out);

/* What of our environment a helper is given; nothing else is in its own. */
enum rp_helper_variables {
    RP_HELPER_NO_VARIABLES,
    RP_HELPER_PROXIES,  /* those that name proxies */
    RP_HELPER_TERMINAL, /* what the terminal is, the language, the home */
};

/* Another way to start one, by the same rules. Descriptors and signal as in struct rp_spawn. */
struct rp_helper_plan {
    const char *name;
    enum rp_helper_variables variables;
    int stdin_fd;
    int stdout_fd;
    int death_signal;
};

rp_status rp_helper_spawn(const struct rp_context *ctx, const struct rp_helper_plan *how,
                          struct rp_child *out, struct rp_error *err) RP_MUST_USE;

/*
 * Starts one in the place of a person's client (base/job.h): on their terminal,
 * and with a channel to us as descriptor 3. A descriptor of -1 is ours.
 */
rp_status rp_helper_job(const struct rp_context *ctx, const struct rp_helper_plan *how,
                        int channel_fd, struct rp_job *out, struct rp_error *err) RP_MUST_USE;

/*
 * Fails with what is to be said of a helper that did not do its work: that it was
 * killed; or, where it was `silent` (it closed, or did not read), how it ended;
 * else what `status` and *err say already.
 */
rp_status rp_helper_explain(const char *name, rp_status status, const struct rp_exit *end,
                            bool silent, struct rp_error *err) RP_MUST_USE;

#endif
