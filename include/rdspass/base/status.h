/*
 * How a function says that it failed, and what it says about it.
 *
 * A function that can fail returns an rp_status, which the compiler does not
 * let a caller drop, and fills a struct rp_error where the fault is seen.
 * Library code neither prints nor exits: src/cmd prints the error and turns
 * its kind into the exit code, by the one table in src/base/status.c.
 */
#ifndef RP_BASE_STATUS_H
#define RP_BASE_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#define RP_MUST_USE __attribute__((warn_unused_result))
#define RP_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

/* A struct, so that it cannot be mixed up with an int or a bool. */
typedef struct {
    int failed;
} rp_status;

#define RP_OK ((rp_status){0})
#define RP_FAILED ((rp_status){1})

static inline bool rp_failed(rp_status status)
{
    return status.failed != 0;
}

/* Says that this failure is dropped on purpose. */
static inline void rp_ignore(rp_status status)
{
    (void)status;
}

/* Leaves the calling function with the status of the call that failed. */
#define RP_TRY(call)                                                                               \
    do {                                                                                           \
        rp_status rp_try_status_ = (call);                                                         \
        if (rp_failed(rp_try_status_))                                                             \
            return rp_try_status_;                                                                 \
    } while (0)

/* What kind of failure it is: it decides the exit code (rdspass(1), EXIT STATUS). */
enum rp_kind {
    RP_KIND_NONE,
    RP_KIND_INTERNAL,       /* our fault, or out of memory */
    RP_KIND_OUTPUT,         /* our output cannot be written */
    RP_KIND_USAGE,          /* the command line is wrong */
    RP_KIND_CONFIG,         /* a file, a region or an endpoint is */
    RP_KIND_NO_CREDENTIALS, /* no AWS credentials were found */
    RP_KIND_CREDENTIALS,    /* some were found and cannot be used */
    RP_KIND_NETWORK,
    RP_KIND_TLS,
    RP_KIND_LOGIN, /* the database refuses */
    RP_KIND_SQL,   /* a statement failed */
    RP_KIND_INTERRUPTED,
    RP_KIND_TERMINATED,
    RP_KIND__COUNT
};

/* What a kind is called in documentation and what the program exits with. */
struct rp_kind_info {
    int exit_code;
    const char *name;
};

const struct rp_kind_info *rp_kind_info(enum rp_kind kind);

enum { RP_ERROR_TEXT_MAX = 640 };

/*
 * An error: one line that says what and why, and perhaps one that says what to
 * do. Neither ends in a newline; neither ever quotes a value that may be
 * secret. Starts as {0}; lives on the stack; owns nothing.
 */
struct rp_error {
    enum rp_kind kind;
    int sys; /* errno, where the system said no; else 0 */
    char msg[RP_ERROR_TEXT_MAX];
    char hint[RP_ERROR_TEXT_MAX]; /* empty where there is none */
};

/*
 * Fills *err (which may be NULL) and returns the failed status, so that a
 * caller can write `return rp_fail(...)`. A former hint is dropped. Control
 * characters and bytes that are not UTF-8 come out escaped as \xNN: names from
 * files and from the environment may hold anything.
 */
rp_status rp_fail(struct rp_error *err, enum rp_kind kind, const char *fmt, ...)
    RP_PRINTF(3, 4) RP_MUST_USE;

/* The same, with ": " and the text of errno added, and err->sys set to it. */
rp_status rp_fail_errno(struct rp_error *err, enum rp_kind kind, const char *fmt, ...)
    RP_PRINTF(3, 4) RP_MUST_USE;

/* Out of memory, in one form of words everywhere. */
rp_status rp_fail_memory(struct rp_error *err) RP_MUST_USE;

/* Whoever reads a caller, a compiler too, sees here that these never succeed. */
#define rp_fail(...) (rp_ignore(rp_fail(__VA_ARGS__)), RP_FAILED)
#define rp_fail_errno(...) (rp_ignore(rp_fail_errno(__VA_ARGS__)), RP_FAILED)
#define rp_fail_memory(err) (rp_ignore(rp_fail_memory(err)), RP_FAILED)

/* Adds or replaces the hint of an error that has been filled. */
void rp_hint(struct rp_error *err, const char *fmt, ...) RP_PRINTF(2, 3);

/* Puts "CONTEXT: " before the message, e.g. the file that was being read. */
void rp_error_prefix(struct rp_error *err, const char *fmt, ...) RP_PRINTF(2, 3);

/*
 * Copies `text` into `out` (of `size` bytes, NUL included; cut where it does
 * not fit) with control characters and bytes that are not UTF-8 escaped.
 */
void rp_escape_text(char *out, size_t size, const char *text);

#endif
