/* Results as JSON: for each an array, with an object a row and a line a row. */
#include "rdspass/base/utf8.h"
#include "rdspass/codec/json.h"
#include "result_form.h"

enum {
    EXACT_DIGITS = 15, /* of a decimal number that any reader keeps, in a double */
    SMALL_EXPONENT = 300,
};

/* --- texts ---------------------------------------------------------------------------- */

static bool is_plain(uint32_t code)
{
    return code >= ' ' && code != '"' && code != '\\' && code != 0x7f;
}

static void add_escape(struct rp_buf *out, uint32_t code)
{
    static const char named[93] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                   ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};

    if (code < sizeof(named) && named[code] != 0)
        rp_buf_addf(out, "\\%c", named[code]);
    else
        rp_buf_addf(out, "\\u%04x", (unsigned)code);
}

static void add_text(struct rp_buf *out, struct rp_span text)
{
    static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
    uint32_t code;

    while (text.n > 0) {
        size_t n = rp_utf8_next(text, &code);
        if (n == 0)
            rp_buf_add_str(out, replacement);
        else if (is_plain(code))
            rp_buf_add(out, rp_span_first(text, n));
        else
            add_escape(out, code);
        text = rp_span_skip(text, n == 0 ? 1 : n);
    }
}

/* How much of it can go out as it is. */
static size_t count_plain(struct rp_span text)
{
    size_t at = 0;
    uint32_t code;

    while (at < text.n) {
        size_t n = rp_utf8_next(rp_span_skip(text, at), &code);
        if (n == 0 || !is_plain(code))
            break;
        at += n;
    }
    return at;
}

static void put_text(struct rp_result_writer *writer, struct rp_span text)
{
    size_t plain = count_plain(text);

    rp_result_put_char(writer, '"');
    rp_result_put(writer, rp_span_first(text, plain));
    if (plain < text.n) {
        rp_buf_clear(&writer->scratch);
        add_text(&writer->scratch, rp_span_skip(text, plain));
        if (writer->scratch.state != RP_BUF_FINE)
            rp_result_fail_memory(writer);
        rp_result_put(writer, rp_buf_span(&writer->scratch));
    }
    rp_result_put_char(writer, '"');
}

/* --- numbers -------------------------------------------------------------------------- */

static size_t skip_digits(struct rp_span text, size_t at)
{
    while (at < text.n && rp_is_digit(text.p[at]))
        at++;
    return at;
}

/* How many digits count: without zeros in front, and without a point. */
static size_t count_digits(struct rp_span number)
{
    size_t count = 0;

    for (size_t i = 0; i < number.n; i++)
        if (rp_is_digit(number.p[i]) && (count > 0 || number.p[i] != '0'))
            count++;
    return count;
}

/*
 * Whether it has the form of a number of JSON, and few enough digits that a
 * reader who keeps doubles does not damage it. Others become texts.
 */
static bool is_exact_number(struct rp_span text)
{
    size_t start = text.n > 0 && text.p[0] == '-' ? 1 : 0;
    size_t at = skip_digits(text, start);
    uint32_t exponent = 0;

    if (at == start || (text.p[start] == '0' && at > start + 1))
        return false;
    if (at < text.n && text.p[at] == '.') {
        size_t point = at + 1;
        at = skip_digits(text, point);
        if (at == point)
            return false;
    }
    struct rp_span mantissa = rp_span_first(text, at);
    if (at < text.n && (text.p[at] == 'e' || text.p[at] == 'E')) {
        at++;
        if (at < text.n && (text.p[at] == '+' || text.p[at] == '-'))
            at++;
        if (!rp_span_to_uint(rp_span_skip(text, at), SMALL_EXPONENT, &exponent))
            return false;
        at = text.n;
    }
    return at == text.n && count_digits(mantissa) <= EXACT_DIGITS;
}

/* --- rows ----------------------------------------------------------------------------- */

/* A value of JSON stays one, where it is one. */
static void put_json(struct rp_result_writer *writer, struct rp_span text)
{
    RP_JSON_AUTO struct rp_json *json = NULL;

    if (rp_failed(rp_json_parse(text, RP_KIND_INTERNAL, "a value", &json, NULL)))
        put_text(writer, text);
    else
        rp_result_put(writer, text);
}

static void put_value(struct rp_result_writer *writer, size_t column, const struct rp_value *value)
{
    struct rp_span bytes = rp_result_bytes(writer, column, value, RP_BINARY_HEX);

    switch (writer->columns[column].kind) {
    case RP_VALUE_NUMBER:
        if (is_exact_number(bytes))
            rp_result_put(writer, bytes);
        else
            put_text(writer, bytes);
        break;
    case RP_VALUE_BOOLEAN:
        rp_result_put(writer, rp_span_is(bytes, "t") ? RP_SPAN("true") : RP_SPAN("false"));
        break;
    case RP_VALUE_JSON:
        put_json(writer, bytes);
        break;
    case RP_VALUE_TEXT:
    case RP_VALUE_BINARY:
    case RP_VALUE_BYTEA:
        put_text(writer, bytes);
        break;
    }
}

/* Adds `"NAME":`; a name that has come before gets a number, so that no member is lost. */
static void add_label(struct rp_result_writer *writer, size_t column)
{
    struct rp_span name = writer->columns[column].name;
    unsigned before = 0;

    for (size_t i = 0; i < column; i++)
        if (rp_span_eq(writer->columns[i].name, name))
            before++;
    rp_buf_add_char(&writer->labels, '"');
    add_text(&writer->labels, name);
    if (before > 0)
        rp_buf_addf(&writer->labels, "_%u", before + 1);
    rp_buf_add_str(&writer->labels, "\":");
}

static void begin(struct rp_result_writer *writer)
{
    rp_buf_clear(&writer->labels);
    for (size_t i = 0; i < writer->count; i++) {
        size_t before = writer->labels.len;
        add_label(writer, i);
        writer->columns[i].width = writer->labels.len - before;
    }
    if (writer->labels.state != RP_BUF_FINE)
        rp_result_fail_memory(writer);
    rp_result_put_char(writer, '[');
}

static void row(struct rp_result_writer *writer, const struct rp_value *values)
{
    struct rp_span labels = rp_buf_span(&writer->labels);

    rp_result_put(writer, writer->rows == 1 ? RP_SPAN("\n{") : RP_SPAN(",\n{"));
    for (size_t i = 0; i < writer->count; i++) {
        if (i > 0)
            rp_result_put_char(writer, ',');
        rp_result_put(writer, rp_span_first(labels, writer->columns[i].width));
        labels = rp_span_skip(labels, writer->columns[i].width);
        if (values[i].is_null)
            rp_result_put(writer, RP_SPAN("null"));
        else
            put_value(writer, i, &values[i]);
    }
    rp_result_put_char(writer, '}');
}

static void end(struct rp_result_writer *writer)
{
    rp_result_put(writer, writer->rows == 0 ? RP_SPAN("]\n") : RP_SPAN("\n]\n"));
}

static void break_off(struct rp_result_writer *writer)
{
    rp_result_put_char(writer, '\n');
}

const struct rp_result_form rp_result_json = {"json", begin, row, end, break_off};
