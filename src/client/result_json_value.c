/* JSON: whether a value of a JSON column is what it should be. */
#include "rdspass/base/utf8.h"
#include "result_json.h"

struct scan {
    const char *p, *end;
    size_t depth;
    bool in_object[RP_RESULT_JSON_DEPTH]; /* what is open, from the outside */
};

static bool take(struct scan *scan, char c)
{
    if (scan->p == scan->end || *scan->p != c)
        return false;
    scan->p++;
    return true;
}

static bool take_word(struct scan *scan, struct rp_span word)
{
    if ((size_t)(scan->end - scan->p) < word.n || memcmp(scan->p, word.p, word.n) != 0)
        return false;
    scan->p += word.n;
    return true;
}

static void skip_blanks(struct scan *scan)
{
    while (take(scan, ' ') || take(scan, '\n') || take(scan, '\r') || take(scan, '\t'))
        continue;
}

static bool take_digits(struct scan *scan)
{
    const char *start = scan->p;

    while (scan->p < scan->end && rp_is_digit(*scan->p))
        scan->p++;
    return scan->p > start;
}

static bool take_number(struct scan *scan)
{
    (void)take(scan, '-');
    if (!take(scan, '0') && !take_digits(scan))
        return false;
    if (take(scan, '.') && !take_digits(scan))
        return false;
    if (!take(scan, 'e') && !take(scan, 'E'))
        return true;
    if (!take(scan, '+'))
        (void)take(scan, '-');
    return take_digits(scan);
}

static bool take_unit(struct scan *scan, unsigned *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, scan->p++) {
        char c = scan->p < scan->end ? rp_lower(*scan->p) : '\0';
        if (!rp_is_digit(c) && (c < 'a' || c > 'f'))
            return false;
        *out = *out << 4 | (unsigned)(rp_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return true;
}

/* What stands behind a backslash. */
static bool take_escape(struct scan *scan)
{
    unsigned high;
    unsigned low;

    if (!take(scan, 'u'))
        return scan->p < scan->end && *scan->p != '\0' && strchr("\"\\/bfnrt", *scan->p++) != NULL;
    if (!take_unit(scan, &high) || (high >= 0xdc00 && high <= 0xdfff))
        return false;
    return high < 0xd800 || high > 0xdfff ||
           (take_word(scan, RP_SPAN("\\u")) && take_unit(scan, &low) && low >= 0xdc00 &&
            low <= 0xdfff);
}

static bool take_text(struct scan *scan)
{
    if (!take(scan, '"'))
        return false;
    while (!take(scan, '"')) {
        if (scan->p == scan->end || (unsigned char)*scan->p < ' ')
            return false;
        if (*scan->p++ == '\\' && !take_escape(scan))
            return false;
    }
    return true;
}

/* The name before a value, where an object is open. */
static bool take_name(struct scan *scan)
{
    if (scan->depth == 0 || !scan->in_object[scan->depth - 1])
        return true;
    if (!take_text(scan))
        return false;
    skip_blanks(scan);
    if (!take(scan, ':'))
        return false;
    skip_blanks(scan);
    return true;
}

static bool take_simple_value(struct scan *scan)
{
    char c = scan->p < scan->end ? *scan->p : '\0';

    if (c == '"')
        return take_text(scan);
    if (c == '-' || rp_is_digit(c))
        return take_number(scan);
    return take_word(scan, RP_SPAN("true")) || take_word(scan, RP_SPAN("false")) ||
           take_word(scan, RP_SPAN("null"));
}

/* An object or array begins: it is open then, unless it is empty. */
static bool open_value(struct scan *scan, bool is_object, bool *out_opened)
{
    skip_blanks(scan);
    *out_opened = !take(scan, is_object ? '}' : ']');
    if (!*out_opened)
        return true;
    if (scan->depth == RP_RESULT_JSON_DEPTH)
        return false;
    scan->in_object[scan->depth++] = is_object;
    return true;
}

/* Behind a value: ends of what is open, then a comma if anything still is. */
static bool take_ends(struct scan *scan)
{
    skip_blanks(scan);
    while (scan->depth > 0 && take(scan, scan->in_object[scan->depth - 1] ? '}' : ']')) {
        scan->depth--;
        skip_blanks(scan);
    }
    if (scan->depth == 0)
        return scan->p == scan->end;
    if (!take(scan, ','))
        return false;
    skip_blanks(scan);
    return true;
}

bool rp_result_json_is_value(struct rp_span text)
{
    struct scan scan = {.p = text.p};
    bool opened;

    if (text.n == 0)
        return false;
    scan.end = text.p + text.n;
    skip_blanks(&scan);
    do {
        opened = false;
        if (!take_name(&scan))
            return false;
        if (take(&scan, '{') || take(&scan, '[')) {
            if (!open_value(&scan, scan.p[-1] == '{', &opened))
                return false;
        } else if (!take_simple_value(&scan)) {
            return false;
        }
        if (!opened && !take_ends(&scan))
            return false;
    } while (scan.depth > 0);
    return rp_utf8_valid(text);
}
