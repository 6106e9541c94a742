/* Spans: comparing, searching and cutting borrowed bytes. */
#include "rdspass/base/span.h"

#include <string.h>

struct rp_span rp_span(const char *str)
{
    return (struct rp_span){str, str == NULL ? 0 : strlen(str)};
}

bool rp_span_eq(struct rp_span a, struct rp_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool rp_span_is(struct rp_span a, const char *str)
{
    return rp_span_eq(a, rp_span(str));
}

bool rp_span_is_nocase(struct rp_span a, const char *str)
{
    for (size_t i = 0; i < a.n; i++)
        if (str[i] == '\0' || rp_lower(a.p[i]) != rp_lower(str[i]))
            return false;
    return str[a.n] == '\0';
}

bool rp_span_is_word_of(struct rp_span a, const char *words)
{
    struct rp_span rest = rp_span(words);
    struct rp_span word = {NULL, 0};

    while (a.n > 0 && rp_span_split(&rest, ' ', &word))
        if (rp_span_eq(a, word))
            return true;
    return false;
}

bool rp_span_starts(struct rp_span a, const char *prefix)
{
    return rp_span_is(rp_span_first(a, strlen(prefix)), prefix);
}

bool rp_span_ends(struct rp_span a, const char *suffix)
{
    size_t n = strlen(suffix);
    return a.n >= n && rp_span_is(rp_span_skip(a, a.n - n), suffix);
}

int rp_span_cmp(struct rp_span a, struct rp_span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (order != 0)
        return order;
    return (a.n > b.n) - (a.n < b.n);
}

bool rp_span_is_printable(struct rp_span a)
{
    for (size_t i = 0; i < a.n; i++)
        if (a.p[i] < ' ' || a.p[i] > '~')
            return false;
    return true;
}

size_t rp_span_find(struct rp_span a, char c)
{
    const char *at = a.n == 0 ? NULL : memchr(a.p, c, a.n);
    return at == NULL ? a.n : (size_t)(at - a.p);
}

size_t rp_span_find_last(struct rp_span a, char c)
{
    const char *at = a.n == 0 ? NULL : memrchr(a.p, c, a.n);
    return at == NULL ? a.n : (size_t)(at - a.p);
}

struct rp_span rp_span_first(struct rp_span a, size_t n)
{
    return (struct rp_span){a.p, n < a.n ? n : a.n};
}

struct rp_span rp_span_skip(struct rp_span a, size_t n)
{
    if (n > a.n)
        n = a.n;
    return n == 0 ? a : (struct rp_span){a.p + n, a.n - n};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct rp_span rp_span_trim(struct rp_span a)
{
    while (a.n > 0 && is_blank(a.p[0]))
        a = rp_span_skip(a, 1);
    while (a.n > 0 && is_blank(a.p[a.n - 1]))
        a.n--;
    return a;
}

bool rp_span_split(struct rp_span *rest, char c, struct rp_span *out_piece)
{
    if (rest->p == NULL)
        return false;
    size_t at = rp_span_find(*rest, c);
    *out_piece = rp_span_first(*rest, at);
    *rest = at == rest->n ? (struct rp_span){NULL, 0} : rp_span_skip(*rest, at + 1);
    return true;
}

bool rp_span_to_uint(struct rp_span a, uint32_t max, uint32_t *out)
{
    uint64_t value = 0;

    if (a.n == 0 || a.n > 10)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (!rp_is_digit(a.p[i]))
            return false;
        value = value * 10 + (uint64_t)(a.p[i] - '0');
    }
    if (value > max)
        return false;
    *out = (uint32_t)value;
    return true;
}
