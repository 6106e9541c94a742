/*
 * JSON: the grammar of RFC 8259, without building anything. cJSON takes control
 * characters, numbers such as "+1", a byte order mark and "\u0000"; depth would
 * cost it stack. What passes here it reads in one way only.
 */
#include "json_scan.h"

#include "rdspass/base/utf8.h"
#include "rdspass/codec/json.h"

enum { NUMBER_LENGTH_MAX = 60 }; /* cJSON cuts numbers of more than 63 characters */

static const char bad_text[] = "a text is malformed";
static const char bad_number[] = "a number is malformed";
static const char cut_short[] = "it ends too early";

struct scan {
    struct rp_span rest;
    char close[RP_JSON_DEPTH_MAX]; /* what ends the objects and arrays that are open */
    size_t depth;
};

static char peek(const struct scan *scan)
{
    return scan->rest.n == 0 ? '\0' : scan->rest.p[0];
}

static bool take(struct scan *scan, char c)
{
    if (scan->rest.n == 0 || scan->rest.p[0] != c)
        return false;
    scan->rest = rp_span_skip(scan->rest, 1);
    return true;
}

static void skip_space(struct scan *scan)
{
    while (take(scan, ' ') || take(scan, '\t') || take(scan, '\n') || take(scan, '\r'))
        continue;
}

/* Four hexadecimal digits. */
static bool take_unit(struct scan *scan, unsigned *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        char c = peek(scan);
        if (!rp_is_digit(c) && !(rp_lower(c) >= 'a' && rp_lower(c) <= 'f'))
            return false;
        *out = *out << 4 | (unsigned)(rp_is_digit(c) ? c - '0' : rp_lower(c) - 'a' + 10);
        scan->rest = rp_span_skip(scan->rest, 1);
    }
    return true;
}

/* What follows "\u": a character, perhaps of two units, but not NUL. */
static bool take_unicode(struct scan *scan)
{
    unsigned unit;
    unsigned second;

    if (!take_unit(scan, &unit) || unit == 0)
        return false;
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    return unit < 0xdc00 && take(scan, '\\') && take(scan, 'u') && take_unit(scan, &second) &&
           second >= 0xdc00 && second <= 0xdfff;
}

static bool take_escape(struct scan *scan)
{
    if (take(scan, 'u'))
        return take_unicode(scan);
    struct rp_span known = RP_SPAN("\"\\/bfnrt");
    if (scan->rest.n == 0 || rp_span_find(known, scan->rest.p[0]) == known.n)
        return false;
    scan->rest = rp_span_skip(scan->rest, 1);
    return true;
}

static const char *scan_text(struct scan *scan)
{
    if (!take(scan, '"'))
        return "a name must be a text";
    while (!take(scan, '"')) {
        if (scan->rest.n == 0)
            return cut_short;
        if (take(scan, '\\')) {
            if (!take_escape(scan))
                return scan->rest.n == 0 ? cut_short : bad_text;
        } else if ((unsigned char)scan->rest.p[0] < 0x20) {
            return "a text holds a control character";
        } else {
            scan->rest = rp_span_skip(scan->rest, 1);
        }
    }
    return NULL;
}

static bool take_digits(struct scan *scan)
{
    size_t before = scan->rest.n;

    while (rp_is_digit(peek(scan)))
        scan->rest = rp_span_skip(scan->rest, 1);
    return scan->rest.n < before;
}

static const char *scan_number(struct scan *scan)
{
    size_t before = scan->rest.n;

    (void)take(scan, '-');
    if (!take(scan, '0') && !take_digits(scan))
        return bad_number;
    if (take(scan, '.') && !take_digits(scan))
        return bad_number;
    if (take(scan, 'e') || take(scan, 'E')) {
        if (!take(scan, '+'))
            (void)take(scan, '-');
        if (!take_digits(scan))
            return bad_number;
    }
    return before - scan->rest.n > NUMBER_LENGTH_MAX ? bad_number : NULL;
}

static const char *scan_word(struct scan *scan)
{
    static const char *const words[] = {"true", "false", "null"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (rp_span_starts(scan->rest, words[i])) {
            scan->rest = rp_span_skip(scan->rest, strlen(words[i]));
            return NULL;
        }
    }
    return scan->rest.n == 0 ? cut_short : "a value is malformed";
}

/* The name and the colon before a value of an object; nothing in an array. */
static const char *scan_name(struct scan *scan)
{
    if (scan->depth == 0 || scan->close[scan->depth - 1] != '}')
        return NULL;
    const char *problem = scan_text(scan);
    if (problem != NULL)
        return problem;
    skip_space(scan);
    if (!take(scan, ':'))
        return "a name has no value";
    skip_space(scan);
    return NULL;
}

/*
 * One value, or the beginning of an object or array that is not empty;
 * *out_opened says so, and a name or an element comes next.
 */
static const char *scan_value(struct scan *scan, bool *out_opened)
{
    char c = peek(scan);

    *out_opened = false;
    if (c == '"')
        return scan_text(scan);
    if (c == '-' || rp_is_digit(c))
        return scan_number(scan);
    if (c != '{' && c != '[')
        return scan_word(scan);
    if (scan->depth == RP_JSON_DEPTH_MAX)
        return "it is nested too deeply";
    char close = c == '{' ? '}' : ']';
    scan->rest = rp_span_skip(scan->rest, 1);
    skip_space(scan);
    if (take(scan, close))
        return NULL;
    scan->close[scan->depth++] = close;
    *out_opened = true;
    return NULL;
}

/* What follows a value: ends of what is open, then a comma, or the end of it all. */
static const char *scan_end(struct scan *scan)
{
    skip_space(scan);
    while (scan->depth > 0 && take(scan, scan->close[scan->depth - 1])) {
        scan->depth--;
        skip_space(scan);
    }
    if (scan->depth == 0)
        return scan->rest.n == 0 ? NULL : "something follows the value";
    if (!take(scan, ','))
        return scan->rest.n == 0 ? cut_short : "a comma is missing";
    skip_space(scan);
    return NULL;
}

const char *rp_json_scan(struct rp_span text)
{
    struct scan scan = {.rest = text};
    const char *problem;
    bool opened = false;

    if (!rp_utf8_valid(text))
        return "it is not UTF-8";
    skip_space(&scan);
    do {
        problem = scan_name(&scan);
        if (problem == NULL)
            problem = scan_value(&scan, &opened);
        if (problem == NULL && !opened)
            problem = scan_end(&scan);
    } while (problem == NULL && scan.depth > 0);
    return problem;
}
