/*
 * What the world outside looks like: environment, time, and where warnings go.
 *
 * They are passed in as small structs of functions so that tests hold them. A
 * struct rp_context is borrowed by everything that gets one.
 */
#ifndef RP_BASE_CONTEXT_H
#define RP_BASE_CONTEXT_H

#include <stdint.h>

#include "rdspass/base/status.h"

/* Looks up an environment variable; NULL where it is not set. */
struct rp_env {
    const char *(*get)(void *self, const char *name);
    void *self;
};

/* Seconds since 1970-01-01T00:00:00Z. */
struct rp_clock {
    int64_t (*now)(void *self);
    void *self;
};

enum rp_log_level {
    RP_LOG_WARNING, /* something a person should know of */
    RP_LOG_TRACE,   /* -v: what was decided and why */
};

/* Takes one line without a newline, escaped as an error message is. */
struct rp_log {
    void (*line)(void *self, enum rp_log_level level, const char *text);
    void *self;
    bool tracing; /* whether RP_LOG_TRACE lines are wanted */
};

struct rp_context {
    struct rp_env env;
    struct rp_clock clock;
    struct rp_log log;
};

/* The value, or NULL where the variable is unset or empty: both mean "not given". */
const char *rp_env_get(const struct rp_context *ctx, const char *name);

/* Whether the variable says "true", in any case of letters (AWS's rule for booleans). */
bool rp_env_is_true(const struct rp_context *ctx, const char *name);

int64_t rp_now(const struct rp_context *ctx);

/* One line each; never given a secret (the type does not fit). */
void rp_warn(const struct rp_context *ctx, const char *fmt, ...) RP_PRINTF(2, 3);
void rp_trace(const struct rp_context *ctx, const char *fmt, ...) RP_PRINTF(2, 3);

/*
 * The environment and the clock of this process. A build with RP_TEST_BUILD
 * adds RP_TEST_CLOCK_OFFSET seconds to the time, or what the file named by
 * RP_TEST_CLOCK_FILE says at that moment; others look at neither.
 */
struct rp_env rp_env_process(void);
struct rp_clock rp_clock_system(void);

#endif
