/* Errors: the table of kinds and exit codes, and the making of messages. */
#include "rdspass/base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rdspass/base/utf8.h"

enum { CONTEXT_SIZE = 301 }; /* of what is put before a message, with its NUL */

/* Here they are defined. */
#undef rp_fail
#undef rp_fail_errno
#undef rp_fail_memory

/* The table that the EXIT STATUS section of rdspass(1) is tested against. */
static const struct rp_kind_info kinds[] = {
    [RP_KIND_NONE] = {0, "done"},
    [RP_KIND_INTERNAL] = {1, "internal"},
    [RP_KIND_OUTPUT] = {1, "output"},
    [RP_KIND_USAGE] = {2, "usage"},
    [RP_KIND_CONFIG] = {3, "configuration"},
    [RP_KIND_NO_CREDENTIALS] = {4, "no AWS credentials"},
    [RP_KIND_CREDENTIALS] = {5, "AWS credentials unusable"},
    [RP_KIND_NETWORK] = {6, "network"},
    [RP_KIND_TLS] = {7, "TLS"},
    [RP_KIND_LOGIN] = {8, "login refused"},
    [RP_KIND_SQL] = {9, "an SQL statement failed"},
    [RP_KIND_INTERRUPTED] = {130, "interrupted"},
    [RP_KIND_TERMINATED] = {143, "terminated"},
};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == RP_KIND__COUNT, "every kind has its row");

const struct rp_kind_info *rp_kind_info(enum rp_kind kind)
{
    return &kinds[kind < RP_KIND__COUNT ? kind : RP_KIND_INTERNAL];
}

void rp_escape_text(char *out, size_t size, const char *text)
{
    size_t used = 0;
    size_t left = strlen(text);

    if (size == 0)
        return;
    while (left > 0) {
        uint32_t code = 0;
        size_t n = rp_utf8_next((struct rp_span){text, left}, &code);
        bool plain = n > 0 && !rp_utf8_is_control(code);
        size_t need = plain ? n : strlen("\\xNN");

        if (n == 0)
            n = 1; /* not UTF-8: escape this byte, go on with the next */
        if (!plain)
            need *= n;
        if (used + need >= size)
            break;
        if (plain) {
            memcpy(out + used, text, n);
        } else {
            for (size_t i = 0; i < n; i++)
                (void)snprintf(out + used + 4 * i, 5, "\\x%02x", (unsigned char)text[i]);
        }
        used += need;
        text += n;
        left -= n;
    }
    out[used] = '\0';
}

static void format_text(char out[static RP_ERROR_TEXT_MAX], const char *fmt, va_list args)
    RP_PRINTF(2, 0);
static rp_status fill(struct rp_error *err, enum rp_kind kind, int sys, const char *fmt,
                      va_list args) RP_PRINTF(4, 0);

/* Formats into an escaped text; an over-long one is cut, never an error. */
static void format_text(char out[static RP_ERROR_TEXT_MAX], const char *fmt, va_list args)
{
    char raw[RP_ERROR_TEXT_MAX];

    if (vsnprintf(raw, sizeof(raw), fmt, args) < 0)
        raw[0] = '\0';
    rp_escape_text(out, RP_ERROR_TEXT_MAX, raw);
}

static rp_status fill(struct rp_error *err, enum rp_kind kind, int sys, const char *fmt,
                      va_list args)
{
    if (err != NULL) {
        err->kind = kind;
        err->sys = sys;
        err->hint[0] = '\0';
        format_text(err->msg, fmt, args);
        if (sys != 0) {
            size_t used = strlen(err->msg);
            (void)snprintf(err->msg + used, sizeof(err->msg) - used, ": %s", strerror(sys));
        }
    }
    return RP_FAILED;
}

rp_status rp_fail(struct rp_error *err, enum rp_kind kind, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    rp_status status = fill(err, kind, 0, fmt, args);
    va_end(args);
    return status;
}

rp_status rp_fail_errno(struct rp_error *err, enum rp_kind kind, const char *fmt, ...)
{
    int sys = errno;
    va_list args;
    va_start(args, fmt);
    rp_status status = fill(err, kind, sys, fmt, args);
    va_end(args);
    return status;
}

rp_status rp_fail_memory(struct rp_error *err)
{
    return rp_fail(err, RP_KIND_INTERNAL, "out of memory");
}

void rp_hint(struct rp_error *err, const char *fmt, ...)
{
    if (err == NULL)
        return;
    va_list args;
    va_start(args, fmt);
    format_text(err->hint, fmt, args);
    va_end(args);
}

void rp_error_prefix(struct rp_error *err, const char *fmt, ...)
{
    if (err == NULL)
        return;
    char context[RP_ERROR_TEXT_MAX];
    char msg[sizeof(err->msg)];
    va_list args;
    va_start(args, fmt);
    format_text(context, fmt, args);
    va_end(args);
    memcpy(msg, err->msg, sizeof(msg));
    /* Both are escaped; this cuts what does not fit, and no character in two. */
    rp_escape_text(err->msg, CONTEXT_SIZE, context);
    size_t used = strlen(err->msg);
    memcpy(err->msg + used, ": ", sizeof(": "));
    used += strlen(": ");
    rp_escape_text(err->msg + used, sizeof(err->msg) - used, msg);
}
