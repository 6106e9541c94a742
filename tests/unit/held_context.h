/* A world for tests of src/aws: variables, a time, and the log kept as text. */
#ifndef HELD_CONTEXT_H
#define HELD_CONTEXT_H

#include "rdspass/base/buf.h"
#include "rdspass/base/context.h"
#include "tap.h"

struct held {
    const char *const *variables; /* name, value, ..., NULL */
    int64_t now;
    struct rp_buf warnings; /* one line each */
    struct rp_buf traces;
    struct rp_context ctx;
};

static const char *held_get(void *self, const char *name)
{
    const struct held *held = self;

    for (const char *const *v = held->variables; v != NULL && v[0] != NULL; v += 2)
        if (strcmp(v[0], name) == 0)
            return v[1];
    return NULL;
}

static int64_t held_now(void *self)
{
    const struct held *held = self;
    return held->now;
}

static void held_line(void *self, enum rp_log_level level, const char *text)
{
    struct held *held = self;
    struct rp_buf *out = level == RP_LOG_WARNING ? &held->warnings : &held->traces;

    rp_buf_add_str(out, text);
    rp_buf_add_char(out, '\n');
}

/* 2026-01-02T03:04:05Z, and the given variables. */
static void held_init(struct held *held, const char *const *variables)
{
    *held = (struct held){
        .variables = variables, .now = 1767323045, .warnings.max = 1 << 20, .traces.max = 1 << 20};
    held->ctx = (struct rp_context){
        .env = {.get = held_get, .self = held},
        .clock = {.now = held_now, .self = held},
        .log = {.line = held_line, .self = held, .tracing = true},
    };
}

static void held_release(struct held *held)
{
    rp_buf_release(&held->warnings);
    rp_buf_release(&held->traces);
}

/* Whether a text has a part. */
static inline bool held_has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

#endif
