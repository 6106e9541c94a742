/*
 * The pieces of XML (1.0, fifth edition) that answers are made of. What could
 * mean more than they need is not taken: no document type, so that there are five
 * entities and no others, and names in ASCII.
 */
#include "xml_scan.h"

#include "rdspass/base/utf8.h"

enum { ATTRIBUTES_MAX = 16, REFERENCE_LENGTH_MAX = 10 };

static const char bad_reference[] = "an entity or a character reference is unknown";
static const char bad_declaration[] = "its first line does not declare XML 1.0 in UTF-8";
const char rp_xml_cut_short[] = "it ends too early";

struct attribute {
    struct rp_span name;
    struct rp_span value; /* as written */
};

struct attributes {
    struct attribute list[ATTRIBUTES_MAX];
    size_t count;
};

bool rp_xml_take(struct rp_xml_scan *scan, const char *text)
{
    if (!rp_span_starts(scan->rest, text))
        return false;
    scan->rest = rp_span_skip(scan->rest, strlen(text));
    return true;
}

bool rp_xml_take_space(struct rp_xml_scan *scan)
{
    size_t before = scan->rest.n;

    while (rp_xml_take(scan, " ") || rp_xml_take(scan, "\t") || rp_xml_take(scan, "\n") ||
           rp_xml_take(scan, "\r"))
        continue;
    return scan->rest.n < before;
}

bool rp_xml_take_name(struct rp_xml_scan *scan, struct rp_span *out)
{
    struct rp_span text = scan->rest;
    size_t n = 0;

    while (n < text.n &&
           (rp_is_alpha(text.p[n]) || text.p[n] == '_' || text.p[n] == ':' ||
            (n > 0 && (rp_is_digit(text.p[n]) || text.p[n] == '-' || text.p[n] == '.'))))
        n++;
    *out = rp_span_first(text, n);
    scan->rest = rp_span_skip(text, n);
    return n > 0;
}

/* White space, and what controls no terminal, but for two codes that are no characters. */
static bool is_character(uint32_t code)
{
    if (code == '\t' || code == '\n' || code == '\r')
        return true;
    return !rp_utf8_is_control(code) && code != 0xfffe && code != 0xffff;
}

const char *rp_xml_check_characters(struct rp_span text)
{
    uint32_t code;

    while (text.n > 0) {
        size_t n = rp_utf8_next(text, &code);
        if (n == 0)
            return "it is not UTF-8";
        if (!is_character(code))
            return "it holds a control character";
        text = rp_span_skip(text, n);
    }
    return NULL;
}

/* "#65" or "#x41". */
static bool read_number(struct rp_span text, uint32_t *out)
{
    bool hex = rp_span_starts(text, "#x");

    text = rp_span_skip(text, hex ? 2 : 1);
    if (!hex)
        return rp_span_to_uint(text, 0x10ffff, out);
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = rp_lower(text.p[i]);
        if (!rp_is_digit(c) && (c < 'a' || c > 'f'))
            return false;
        *out = *out << 4 | (uint32_t)(rp_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return text.n > 0 && text.n <= 6;
}

/* What stands between '&' and ';'. */
static bool read_reference(struct rp_span text, uint32_t *out)
{
    static const struct {
        const char *name;
        char character;
    } entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

    if (rp_span_starts(text, "#"))
        return read_number(text, out) && is_character(*out);
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if (rp_span_is(text, entities[i].name)) {
            *out = (uint32_t)entities[i].character;
            return true;
        }
    }
    return false;
}

const char *rp_xml_take_reference(struct rp_xml_scan *scan, struct rp_buf *out)
{
    struct rp_span text = rp_span_first(scan->rest, REFERENCE_LENGTH_MAX);
    size_t n = rp_span_find(text, ';');
    char bytes[RP_UTF8_SIZE_MAX];
    uint32_t code;

    if (n == text.n)
        return n == scan->rest.n ? rp_xml_cut_short : bad_reference;
    size_t size = read_reference(rp_span_first(text, n), &code) ? rp_utf8_put(code, bytes) : 0;
    if (size == 0)
        return bad_reference;
    rp_buf_add(out, (struct rp_span){bytes, size});
    scan->rest = rp_span_skip(scan->rest, n + 1);
    return NULL;
}

/* A value between quotes. Nobody asks for it: its references are looked at and dropped. */
static const char *take_value(struct rp_xml_scan *scan, struct rp_span *out)
{
    RP_BUF_AUTO struct rp_buf dropped = {.max = scan->rest.n};
    const char *quote = rp_xml_take(scan, "\"") ? "\"" : "'";

    if (*quote == '\'' && !rp_xml_take(scan, "'"))
        return scan->rest.n == 0 ? rp_xml_cut_short : "an attribute has no value";
    *out = scan->rest;
    while (!rp_xml_take(scan, quote)) {
        if (scan->rest.n == 0)
            return rp_xml_cut_short;
        if (scan->rest.p[0] == '<')
            return "the value of an attribute holds a '<'";
        const char *problem = NULL;
        if (rp_xml_take(scan, "&"))
            problem = rp_xml_take_reference(scan, &dropped);
        else
            scan->rest = rp_span_skip(scan->rest, 1);
        if (problem != NULL)
            return problem;
    }
    *out = rp_span_first(*out, out->n - scan->rest.n - 1);
    return NULL;
}

static const char *take_attribute(struct rp_xml_scan *scan, struct attributes *out)
{
    struct attribute attribute;

    if (!rp_xml_take_name(scan, &attribute.name))
        return scan->rest.n == 0 ? rp_xml_cut_short : "the name of an attribute is malformed";
    for (size_t i = 0; i < out->count; i++)
        if (rp_span_cmp(out->list[i].name, attribute.name) == 0)
            return "an attribute comes twice";
    if (out->count == ATTRIBUTES_MAX)
        return "an element has too many attributes";
    (void)rp_xml_take_space(scan);
    if (!rp_xml_take(scan, "="))
        return scan->rest.n == 0 ? rp_xml_cut_short : "an attribute has no value";
    (void)rp_xml_take_space(scan);
    const char *problem = take_value(scan, &attribute.value);
    out->list[out->count++] = attribute;
    return problem;
}

/* All attributes, and `end`; or `other_end`, where the tag ends with that. */
static const char *take_attributes(struct rp_xml_scan *scan, const char *end, const char *other_end,
                                   struct attributes *out, bool *out_other)
{
    out->count = 0;
    for (;;) {
        bool spaced = rp_xml_take_space(scan);
        *out_other = rp_xml_take(scan, other_end);
        if (*out_other || rp_xml_take(scan, end))
            return NULL;
        if (!spaced)
            return scan->rest.n == 0 ? rp_xml_cut_short : "a tag is malformed";
        const char *problem = take_attribute(scan, out);
        if (problem != NULL)
            return problem;
    }
}

const char *rp_xml_take_tag(struct rp_xml_scan *scan, bool *out_empty)
{
    struct attributes ignored;

    return take_attributes(scan, ">", "/>", &ignored, out_empty);
}

const char *rp_xml_take_declaration(struct rp_xml_scan *scan)
{
    struct attributes found;
    bool ignored;
    size_t next = 1;

    if (!rp_xml_take(scan, "<?xml"))
        return NULL;
    const char *problem = take_attributes(scan, "?>", "?>", &found, &ignored);
    if (problem != NULL)
        return problem;
    if (found.count == 0 || !rp_span_is(found.list[0].name, "version") ||
        !rp_span_is(found.list[0].value, "1.0"))
        return bad_declaration;
    if (next < found.count && rp_span_is(found.list[next].name, "encoding") &&
        rp_span_is_nocase(found.list[next].value, "utf-8"))
        next++;
    if (next < found.count && rp_span_is(found.list[next].name, "standalone") &&
        (rp_span_is(found.list[next].value, "yes") || rp_span_is(found.list[next].value, "no")))
        next++;
    return next == found.count ? NULL : bad_declaration;
}
