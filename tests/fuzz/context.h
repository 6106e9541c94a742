/*
 * A world for fuzzers: variables by a function of the fuzzer's, a time that stands still, and a log
 * whose lines are one line each and steer no terminal.
 */
#ifndef FUZZ_CONTEXT_H
#define FUZZ_CONTEXT_H

#include <stdlib.h>

#include "rdspass/base/context.h"
#include "rdspass/base/utf8.h"

enum { FUZZ_NOW = 1767323045 /* 2026-01-02T03:04:05Z */ };

static int64_t fuzz_now(void *self)
{
    (void)self;
    return FUZZ_NOW;
}

static void fuzz_line(void *self, enum rp_log_level level, const char *text)
{
    (void)self;
    (void)level;
    if (rp_utf8_has_control(rp_span(text)))
        abort();
}

#define FUZZ_CONTEXT(get_variable)                                                                 \
    {                                                                                              \
        .env = {.get = (get_variable)}, .clock = {.now = fuzz_now}, .log = {                       \
            .line = fuzz_line,                                                                     \
            .tracing = true                                                                        \
        }                                                                                          \
    }

#endif
