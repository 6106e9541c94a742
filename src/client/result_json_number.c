/* JSON: numbers that a reader does not damage. */
#include <inttypes.h>

#include "result_json.h"

enum {
    ALWAYS_EXACT = 15,  /* significant digits that a double keeps in any case */
    DOUBLE_DIGITS = 17, /* that tell it from all others */
    EXPONENT_MAX = 9999,
    MAGNITUDE_MAX = 300, /* up to there they have all digits, and none is infinite, or zero */
};

static const char whole_max[] = "9007199254740992"; /* 2^53 */

/* A number: 0.DIGITS times ten to the power of `magnitude`. */
struct number {
    bool negative, whole;
    char digits[DOUBLE_DIGITS]; /* the first of them, from one that is not 0 on */
    size_t count;               /* of all */
    size_t significant;         /* of those up to the last that is not 0 */
    int64_t magnitude;
};

static struct rp_span take_digits(struct rp_span *rest)
{
    size_t n = 0;

    while (n < rest->n && rp_is_digit(rest->p[n]))
        n++;
    struct rp_span digits = rp_span_first(*rest, n);
    *rest = rp_span_skip(*rest, n);
    return digits;
}

static bool take_one_of(struct rp_span *rest, const char *chars)
{
    if (rest->n == 0 || rest->p[0] == '\0' || strchr(chars, rest->p[0]) == NULL)
        return false;
    *rest = rp_span_skip(*rest, 1);
    return true;
}

static void add_digits(struct number *number, struct rp_span digits, bool behind_point)
{
    for (size_t i = 0; i < digits.n; i++) {
        if (number->count == 0 && digits.p[i] == '0') {
            number->magnitude -= behind_point ? 1 : 0;
            continue;
        }
        if (number->count < DOUBLE_DIGITS)
            number->digits[number->count] = digits.p[i];
        number->count++;
        number->magnitude += behind_point ? 0 : 1;
        if (digits.p[i] != '0')
            number->significant = number->count;
    }
}

/* The grammar of RFC 8259. */
static bool read_number(struct rp_span text, struct number *out)
{
    uint32_t exponent = 0;

    *out = (struct number){.whole = true};
    out->negative = take_one_of(&text, "-");
    struct rp_span digits = take_digits(&text);
    if (digits.n == 0 || (digits.n > 1 && digits.p[0] == '0'))
        return false;
    add_digits(out, digits, false);
    if (take_one_of(&text, ".")) {
        out->whole = false;
        digits = take_digits(&text);
        if (digits.n == 0)
            return false;
        add_digits(out, digits, true);
    }
    if (take_one_of(&text, "eE")) {
        out->whole = false;
        bool negative = text.n > 0 && text.p[0] == '-';
        (void)take_one_of(&text, "+-");
        if (!rp_span_to_uint(text, EXPONENT_MAX, &exponent))
            return false;
        out->magnitude += negative ? -(int64_t)exponent : (int64_t)exponent;
        text.n = 0;
    }
    return text.n == 0;
}

/* So that it is the same for a reader who has doubles, and for one who has integers. */
static bool is_exact_whole(const struct number *number)
{
    if (number->count == 0)
        return !number->negative;
    return number->count < sizeof(whole_max) - 1 ||
           (number->count == sizeof(whole_max) - 1 &&
            memcmp(number->digits, whole_max, sizeof(whole_max) - 1) <= 0);
}

/* Whether `value`, in so many digits, is the number. No locale has a say: points are skipped. */
static bool has_digits(const struct number *number, double value, int digits)
{
    char text[64];
    size_t at = 0;

    (void)snprintf(text, sizeof(text), "%.*e", digits - 1, value);
    for (const char *p = text; *p != '\0' && *p != 'e'; p++) {
        if (!rp_is_digit(*p))
            continue;
        if (*p != (at < number->significant ? number->digits[at] : '0'))
            return false;
        at++;
    }
    return at >= number->significant;
}

/* Whether the shortest text that means the same double has the same digits. */
static bool is_shortest_double(const struct number *number)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "%.*se%" PRId64, (int)number->significant, number->digits,
                   number->magnitude - (int64_t)number->significant);
    double value = strtod(text, NULL);
    bool is_short = number->significant <= ALWAYS_EXACT;
    for (int digits = is_short ? 1 : ALWAYS_EXACT; digits < (int)number->significant; digits++) {
        (void)snprintf(text, sizeof(text), "%.*e", digits - 1, value);
        if (strtod(text, NULL) == value)
            return false; /* a shorter one does it */
    }
    return has_digits(number, value, (int)number->significant);
}

bool rp_result_json_is_number(struct rp_span text)
{
    struct number number;

    if (!read_number(text, &number))
        return false;
    if (number.whole)
        return is_exact_whole(&number);
    if (number.significant == 0)
        return true;
    if (number.significant > DOUBLE_DIGITS)
        return false;
    bool is_common = number.magnitude >= -MAGNITUDE_MAX && number.magnitude <= MAGNITUDE_MAX;
    return (is_common && number.significant <= ALWAYS_EXACT) || is_shortest_double(&number);
}
