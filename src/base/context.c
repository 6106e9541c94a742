/* Environment, clock and log: the real ones, and the ways to ask them. */
#include "rdspass/base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rdspass/base/span.h"

const char *rp_env_get(const struct rp_context *ctx, const char *name)
{
    const char *value = ctx->env.get(ctx->env.self, name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

bool rp_env_is_true(const struct rp_context *ctx, const char *name)
{
    const char *value = rp_env_get(ctx, name);
    return value != NULL && rp_span_is_nocase(rp_span(value), "true");
}

int64_t rp_now(const struct rp_context *ctx)
{
    return ctx->clock.now(ctx->clock.self);
}

static void say(const struct rp_log *log, enum rp_log_level level, const char *fmt, va_list args)
    RP_PRINTF(3, 0);

static void say(const struct rp_log *log, enum rp_log_level level, const char *fmt, va_list args)
{
    char raw[RP_ERROR_TEXT_MAX];
    char text[RP_ERROR_TEXT_MAX];

    if (vsnprintf(raw, sizeof(raw), fmt, args) < 0)
        return;
    rp_escape_text(text, sizeof(text), raw);
    log->line(log->self, level, text);
}

void rp_warn(const struct rp_context *ctx, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(&ctx->log, RP_LOG_WARNING, fmt, args);
    va_end(args);
}

void rp_trace(const struct rp_context *ctx, const char *fmt, ...)
{
    if (!ctx->log.tracing)
        return;
    va_list args;
    va_start(args, fmt);
    say(&ctx->log, RP_LOG_TRACE, fmt, args);
    va_end(args);
}

static const char *get_process_variable(void *self, const char *name)
{
    (void)self;
    return getenv(name);
}

struct rp_env rp_env_process(void)
{
    return (struct rp_env){.get = get_process_variable};
}

#ifdef RP_TEST_BUILD
/* A file holds the offset for a process that is to see hours pass. */
static int64_t test_offset(void)
{
    const char *offset = getenv("RP_TEST_CLOCK_OFFSET");
    const char *path = getenv("RP_TEST_CLOCK_FILE");
    char text[32] = "";
    FILE *file = path == NULL ? NULL : fopen(path, "re");

    if (file != NULL) {
        if (fgets(text, sizeof(text), file) != NULL)
            offset = text;
        (void)fclose(file);
    }
    return offset == NULL ? 0 : strtoll(offset, NULL, 10);
}
#else
static int64_t test_offset(void)
{
    return 0;
}
#endif

static int64_t now_of_system(void *self)
{
    (void)self;
    return (int64_t)time(NULL) + test_offset();
}

struct rp_clock rp_clock_system(void)
{
    return (struct rp_clock){.now = now_of_system};
}
