/* The cleaned environment that our helpers start with. */
#ifndef RP_IPC_HELPER_ENVIRONMENT_H
#define RP_IPC_HELPER_ENVIRONMENT_H

#include "rdspass/base/buf.h"
#include "rdspass/base/context.h"
#include "rdspass/ipc/helper.h"

enum { RP_HELPER_VARIABLES_MAX = 24 };

/* Starts as {0}; a URL of a proxy may hold a password, so all is wiped. */
struct rp_helper_environment {
    struct rp_buf text;
    const char *list[RP_HELPER_VARIABLES_MAX + 1]; /* for exec: ended by NULL, points into `text` */
};

rp_status rp_helper_environment(const struct rp_context *ctx, enum rp_helper_variables variables,
                                struct rp_helper_environment *out,
                                struct rp_error *err) RP_MUST_USE;
void rp_helper_environment_release(struct rp_helper_environment *environment);

#endif
