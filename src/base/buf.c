/* Buffers: the one place that grows memory. */
#include "rdspass/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

void rp_buf_init(struct rp_buf *buf, size_t max)
{
    *buf = (struct rp_buf){.max = max};
}

void rp_buf_release(struct rp_buf *buf)
{
    if (buf->data != NULL) {
        explicit_bzero(buf->data, buf->cap);
        free(buf->data);
    }
    rp_buf_init(buf, buf->max);
}

void rp_buf_clear(struct rp_buf *buf)
{
    if (buf->data != NULL)
        explicit_bzero(buf->data, buf->cap);
    buf->len = 0;
    if (buf->state == RP_BUF_TOO_LONG)
        buf->state = RP_BUF_FINE;
}

void rp_buf_drop(struct rp_buf *buf, size_t n)
{
    if (n == 0)
        return;
    size_t left = buf->len - n;
    memmove(buf->data, buf->data + n, left);
    explicit_bzero(buf->data + left, n);
    buf->len = left;
}

char *rp_buf_room(struct rp_buf *buf, size_t n)
{
    if (buf->state != RP_BUF_FINE)
        return NULL;
    if (n > buf->max - buf->len) {
        buf->state = RP_BUF_TOO_LONG;
        return NULL;
    }
    size_t need = buf->len + n + 1; /* and the NUL */
    if (need > buf->cap) {
        size_t cap = buf->cap == 0 ? FIRST_CAPACITY : buf->cap * 2;
        if (cap > buf->max + 1)
            cap = buf->max + 1;
        if (cap < need)
            cap = need;
        char *data = malloc(cap);
        if (data == NULL) {
            buf->state = RP_BUF_NO_MEMORY;
            return NULL;
        }
        data[0] = '\0';
        if (buf->data != NULL) {
            memcpy(data, buf->data, buf->len + 1);
            explicit_bzero(buf->data, buf->cap);
            free(buf->data);
        }
        buf->data = data;
        buf->cap = cap;
    }
    return buf->data + buf->len;
}

void rp_buf_added(struct rp_buf *buf, size_t n)
{
    buf->len += n;
    buf->data[buf->len] = '\0';
}

void rp_buf_add(struct rp_buf *buf, struct rp_span bytes)
{
    if (bytes.n == 0)
        return;
    char *room = rp_buf_room(buf, bytes.n);
    if (room != NULL) {
        memcpy(room, bytes.p, bytes.n);
        rp_buf_added(buf, bytes.n);
    }
}

void rp_buf_add_str(struct rp_buf *buf, const char *str)
{
    rp_buf_add(buf, rp_span(str));
}

void rp_buf_add_char(struct rp_buf *buf, char c)
{
    rp_buf_add(buf, (struct rp_span){&c, 1});
}

void rp_buf_addf(struct rp_buf *buf, const char *fmt, ...)
{
    char text[512];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof(text))
        buf->state = RP_BUF_TOO_LONG;
    else
        rp_buf_add(buf, (struct rp_span){text, (size_t)n});
}

struct rp_span rp_buf_span(const struct rp_buf *buf)
{
    return (struct rp_span){rp_buf_str(buf), buf->len};
}

const char *rp_buf_str(const struct rp_buf *buf)
{
    return buf->data == NULL || buf->len == 0 ? "" : buf->data;
}

rp_status rp_buf_check(const struct rp_buf *buf, enum rp_kind kind, const char *what,
                       struct rp_error *err)
{
    switch (buf->state) {
    case RP_BUF_FINE:
        return RP_OK;
    case RP_BUF_TOO_LONG:
        return rp_fail(err, kind, "%s is longer than %zu bytes", what, buf->max);
    case RP_BUF_NO_MEMORY:
        break;
    }
    return rp_fail_memory(err);
}
