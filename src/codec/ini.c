/*
 * INI: the line-level reader.
 *
 * A line is a continuation where it is indented further than the property above
 * it. That is one rule for both dialects: with properties at the margin it is
 * the SDKs' ("a line that starts with a blank"), with indented properties it is
 * the AWS CLI's, which takes them.
 */
#include "rdspass/codec/ini.h"

#include <string.h>

/* What indented lines below the last property are. */
enum below { BELOW_NOTHING, BELOW_VALUE, BELOW_EMPTY, BELOW_BAD };

struct reader {
    rp_ini_fn *fn;
    void *self;
    unsigned line;
    bool in_section;
    bool skipping; /* behind a bad header */
    enum below below;
    size_t indent; /* of the last property */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_comment(char c)
{
    return c == '#' || c == ';';
}

static bool emit(const struct reader *reader, struct rp_ini_event event)
{
    event.line = reader->line;
    event.in_section = reader->in_section;
    return reader->fn(reader->self, &event);
}

static bool emit_bad(const struct reader *reader, const char *problem)
{
    return emit(reader, (struct rp_ini_event){.kind = RP_INI_BAD, .problem = problem});
}

/* Without a comment, which begins at a '#' or ';' behind a blank. */
static struct rp_span without_comment(struct rp_span line)
{
    for (size_t i = 1; i < line.n; i++)
        if (is_comment(line.p[i]) && is_blank(line.p[i - 1]))
            return rp_span_trim(rp_span_first(line, i));
    return line;
}

/* Cuts "name = value"; NULL, or what is wrong with it. */
static const char *cut_property(struct rp_span line, struct rp_span *out_name,
                                struct rp_span *out_value)
{
    line = without_comment(line);
    size_t at = rp_span_find(line, '=');
    if (at == line.n)
        return "has no '='";
    *out_name = rp_span_trim(rp_span_first(line, at));
    *out_value = rp_span_trim(rp_span_skip(line, at + 1));
    return out_name->n == 0 ? "has no name before the '='" : NULL;
}

static bool read_header(struct reader *reader, struct rp_span line)
{
    size_t end = rp_span_find(line, ']');

    reader->below = BELOW_NOTHING;
    reader->skipping = end == line.n;
    if (reader->skipping) {
        reader->in_section = false;
        return emit_bad(reader, "begins a section that no ']' ends");
    }
    reader->in_section = true;
    struct rp_span name = rp_span_trim(rp_span_skip(rp_span_first(line, end), 1));
    struct rp_span rest = rp_span_trim(rp_span_skip(line, end + 1));
    bool junk = rest.n > 0 && !is_comment(rest.p[0]);
    if (!emit(reader, (struct rp_ini_event){.kind = RP_INI_SECTION, .name = name}))
        return false;
    return !junk || emit_bad(reader, "has text behind the ']', which is ignored");
}

static bool read_property(struct reader *reader, struct rp_span line, size_t indent)
{
    struct rp_ini_event event = {.kind = RP_INI_PROPERTY, .text = line};

    reader->indent = indent;
    reader->below = BELOW_BAD;
    if (!reader->in_section)
        return emit_bad(reader, "stands before any section");
    const char *problem = cut_property(line, &event.name, &event.value);
    if (problem != NULL)
        return emit_bad(reader, problem);
    reader->below = event.value.n > 0 ? BELOW_VALUE : BELOW_EMPTY;
    return emit(reader, event);
}

static bool read_below(struct reader *reader, struct rp_span line)
{
    struct rp_ini_event event = {.kind = RP_INI_CONTINUATION, .text = line};

    if (reader->below == BELOW_BAD)
        return true;
    if (reader->below == BELOW_EMPTY) {
        if (is_comment(line.p[0]))
            return true;
        event.kind = RP_INI_SUBPROPERTY;
        const char *problem = cut_property(line, &event.name, &event.value);
        if (problem != NULL)
            return emit_bad(reader, problem);
    }
    return emit(reader, event);
}

static bool read_line(struct reader *reader, struct rp_span raw)
{
    struct rp_span line = rp_span_trim(raw);
    if (line.n == 0)
        return true;
    size_t indent = (size_t)(line.p - raw.p);
    bool below = reader->below != BELOW_NOTHING && indent > reader->indent;

    if (is_comment(line.p[0]) && (indent == 0 || !below))
        return true;
    if (below && !reader->skipping)
        return read_below(reader, line);
    if (line.p[0] == '[')
        return read_header(reader, line);
    return reader->skipping || read_property(reader, line, indent);
}

bool rp_ini_read(struct rp_span text, rp_ini_fn *fn, void *self)
{
    struct reader reader = {.fn = fn, .self = self};
    struct rp_span raw = {NULL, 0};

    if (rp_span_starts(text, "\xef\xbb\xbf"))
        text = rp_span_skip(text, 3);
    while (rp_span_split(&text, '\n', &raw)) {
        reader.line++;
        if (!read_line(&reader, raw))
            return false;
    }
    return true;
}

bool rp_ini_is_text(struct rp_span bytes)
{
    return rp_span_find(bytes, '\0') == bytes.n;
}
