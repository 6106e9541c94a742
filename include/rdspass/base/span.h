/*
 * A borrowed run of bytes: pointer and length, no NUL assumed. It is valid as
 * long as whoever owns the bytes; nothing here allocates.
 */
#ifndef RP_BASE_SPAN_H
#define RP_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rp_span {
    const char *p;
    size_t n;
};

/* A string literal as a span, without strlen. */
#define RP_SPAN(literal) ((struct rp_span){"" literal, sizeof(literal) - 1})

/* For printf's "%.*s". */
#define RP_SPAN_ARGS(span) ((int)(span).n), ((span).p)

/* The bytes of a C string; NULL gives an empty span. */
struct rp_span rp_span(const char *str);

bool rp_span_eq(struct rp_span a, struct rp_span b);
bool rp_span_is(struct rp_span a, const char *str);
/* ASCII letters compared without case; no locale. */
bool rp_span_is_nocase(struct rp_span a, const char *str);
/* Whether it is one of the words of "one two three"; nothing is none of them. */
bool rp_span_is_word_of(struct rp_span a, const char *words);
bool rp_span_starts(struct rp_span a, const char *prefix);
bool rp_span_ends(struct rp_span a, const char *suffix);

/* Less, equal or greater than 0, byte by byte (unsigned), shorter first. */
int rp_span_cmp(struct rp_span a, struct rp_span b);

/* Whether all of it is printable ASCII, blanks among it. */
bool rp_span_is_printable(struct rp_span a);

/* Index of the first / last `c`, or a.n where there is none. */
size_t rp_span_find(struct rp_span a, char c);
size_t rp_span_find_last(struct rp_span a, char c);

struct rp_span rp_span_first(struct rp_span a, size_t n); /* at most n bytes */
struct rp_span rp_span_skip(struct rp_span a, size_t n);  /* all but n bytes */

/* Without spaces and tabs (and CR) at both ends. */
struct rp_span rp_span_trim(struct rp_span a);

/*
 * Cuts *rest at the first `c`: gives what stands before it and leaves what
 * stands behind it. Without a `c` it gives all and leaves nothing. False only
 * where *rest.p is NULL, which is how the last piece is told from an empty one.
 */
bool rp_span_split(struct rp_span *rest, char c, struct rp_span *out_piece);

/* A decimal number of 1 to 10 digits and nothing else, at most `max`. */
bool rp_span_to_uint(struct rp_span a, uint32_t max, uint32_t *out);

static inline bool rp_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool rp_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char rp_lower(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char)(c - 'A' + 'a') : c;
}

#endif
