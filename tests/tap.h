/*
 * Unit tests in the Test Anything Protocol, for prove(1).
 *
 * A test is a program: include this header, check with the macros, end main
 * with `return tap_done();`. A check that fails says where and with what.
 */
#ifndef TAP_H
#define TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rdspass/base/span.h"
#include "rdspass/base/status.h"

static int tap_count;
static int tap_failures;

__attribute__((format(printf, 4, 5))) static inline bool tap_ok(bool good, const char *file,
                                                                int line, const char *fmt, ...)
{
    char name[512];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(name, sizeof(name), fmt, args);
    va_end(args);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '\n' || *c == '#')
            *c = ' ';
    (void)printf("%sok %d - %s\n", good ? "" : "not ", ++tap_count, name);
    if (!good) {
        tap_failures++;
        (void)printf("# failed at %s:%d\n", file, line);
    }
    (void)fflush(stdout);
    return good;
}

/* A condition; the rest names the check, as for printf. */
#define OK(cond, ...) tap_ok((cond), __FILE__, __LINE__, __VA_ARGS__)

static inline bool tap_text(struct rp_span got, struct rp_span want, const char *file, int line,
                            const char *name)
{
    bool good = tap_ok(rp_span_eq(got, want), file, line, "%s", name);
    if (!good) {
        (void)printf("#   got: \"%.*s\"\n#  want: \"%.*s\"\n", RP_SPAN_ARGS(got),
                     RP_SPAN_ARGS(want));
    }
    return good;
}

static inline bool tap_number(intmax_t got, intmax_t want, const char *file, int line,
                              const char *name)
{
    bool good = tap_ok(got == want, file, line, "%s", name);
    if (!good)
        (void)printf("#   got: %jd\n#  want: %jd\n", got, want);
    return good;
}

/* C strings, spans, whole numbers. */
#define IS_STR(got, want, name) tap_text(rp_span(got), rp_span(want), __FILE__, __LINE__, name)
#define IS_SPAN(got, want, name) tap_text(got, rp_span(want), __FILE__, __LINE__, name)
#define IS_INT(got, want, name)                                                                    \
    tap_number((intmax_t)(got), (intmax_t)(want), __FILE__, __LINE__, name)

/* A call that works; one that fails with a kind of error. `err` is a struct rp_error. */
#define WORKS(call, err, name)                                                                     \
    do {                                                                                           \
        if (!tap_ok(!rp_failed(call), __FILE__, __LINE__, "%s", name))                             \
            (void)printf("# error: %s\n", (err).msg);                                              \
    } while (0)
#define FAILS(call, want_kind, err, name)                                                          \
    do {                                                                                           \
        bool failed_ = rp_failed(call);                                                            \
        if (!tap_ok(failed_ && (err).kind == (want_kind), __FILE__, __LINE__, "%s", name))         \
            (void)printf("# failed: %d, kind: %d, error: %s\n", failed_, (int)(err).kind,          \
                         (err).msg);                                                               \
    } while (0)

/* Leaves out a group of checks, saying why. */
static inline void tap_skip(const char *why)
{
    (void)printf("ok %d # SKIP %s\n", ++tap_count, why);
}

static inline int tap_done(void)
{
    (void)printf("1..%d\n", tap_count);
    return tap_failures == 0 ? 0 : 1;
}

#endif
