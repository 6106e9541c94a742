/* Results as JSON: for each an array, with an object a row and a line a row. */
#include "result_json.h"
#include "rdspass/base/utf8.h"
#include "result_form.h"

/* --- texts ---------------------------------------------------------------------------- */

enum { ESCAPE_MAX = 8 };

static bool is_plain(unsigned char byte)
{
    return byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\';
}

/* How much of it can stand between quotes as it is. */
static size_t count_plain(struct rp_span text)
{
    size_t at = 0;
    uint32_t code;

    while (at < text.n) {
        if (is_plain((unsigned char)text.p[at])) {
            at++;
        } else if ((unsigned char)text.p[at] < 0x80) {
            break;
        } else {
            size_t n = rp_utf8_next(rp_span_skip(text, at), &code);
            if (n == 0)
                break;
            at += n;
        }
    }
    return at;
}

static struct rp_span escape(unsigned char byte, char out[ESCAPE_MAX])
{
    static const char named[128] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                    ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};

    if (byte >= 0x80)
        return RP_SPAN("\xef\xbf\xbd"); /* no UTF-8: U+FFFD */
    if (named[byte] == 0) {
        (void)snprintf(out, ESCAPE_MAX, "\\u%04x", byte);
        return (struct rp_span){out, 6};
    }
    out[0] = '\\';
    out[1] = named[byte];
    return (struct rp_span){out, 2};
}

/* What of a text comes next between the quotes, and takes that from it. */
static struct rp_span take_piece(struct rp_span *text, char out[ESCAPE_MAX])
{
    size_t plain = count_plain(*text);
    struct rp_span piece =
        plain > 0 ? rp_span_first(*text, plain) : escape((unsigned char)text->p[0], out);

    *text = rp_span_skip(*text, plain > 0 ? plain : 1);
    return piece;
}

static void put_text(struct rp_result_writer *writer, struct rp_span text)
{
    char out[ESCAPE_MAX];

    rp_result_put_char(writer, '"');
    while (text.n > 0)
        rp_result_put(writer, take_piece(&text, out));
    rp_result_put_char(writer, '"');
}

/* --- values --------------------------------------------------------------------------- */

/* A value of JSON stays one, where it is one; lines within it are blanks between its parts. */
static void put_json(struct rp_result_writer *writer, struct rp_span text)
{
    if (!rp_result_json_is_value(text)) {
        put_text(writer, text);
        return;
    }
    while (text.n > 0) {
        size_t n = 0;
        while (n < text.n && text.p[n] != '\n' && text.p[n] != '\r')
            n++;
        rp_result_put(writer, rp_span_first(text, n));
        if (n < text.n)
            rp_result_put_char(writer, ' ');
        text = rp_span_skip(text, n + 1);
    }
}

static void put_boolean(struct rp_result_writer *writer, struct rp_span bytes)
{
    if (rp_span_is(bytes, "t"))
        rp_result_put(writer, RP_SPAN("true"));
    else if (rp_span_is(bytes, "f"))
        rp_result_put(writer, RP_SPAN("false"));
    else
        put_text(writer, bytes);
}

static void put_number(struct rp_result_writer *writer, struct rp_span bytes)
{
    if (rp_result_json_is_number(bytes))
        rp_result_put(writer, bytes);
    else
        put_text(writer, bytes);
}

/* A JSON text cannot hold any bytes: binary values are never as they are. */
static void put_binary(struct rp_result_writer *writer, size_t column, const struct rp_value *value)
{
    struct rp_encoded encoded = rp_result_encoded(writer, column, value, RP_BINARY_HEX);

    if (encoded.encoding == RP_ENCODING_NONE) {
        put_text(writer, encoded.bytes);
    } else {
        rp_result_put_char(writer, '"');
        rp_result_put_encoded(writer, encoded);
        rp_result_put_char(writer, '"');
    }
}

static void put_value(struct rp_result_writer *writer, size_t column, const struct rp_value *value)
{
    if (value->is_null) {
        rp_result_put(writer, RP_SPAN("null"));
        return;
    }
    switch (writer->columns[column].kind) {
    case RP_VALUE_TEXT:
        put_text(writer, value->bytes);
        break;
    case RP_VALUE_NUMBER:
        put_number(writer, value->bytes);
        break;
    case RP_VALUE_BOOLEAN:
        put_boolean(writer, value->bytes);
        break;
    case RP_VALUE_JSON:
        put_json(writer, value->bytes);
        break;
    case RP_VALUE_BINARY:
    case RP_VALUE_BYTEA:
        put_binary(writer, column, value);
        break;
    }
}

/* --- names ---------------------------------------------------------------------------- */

/* The label of a column before this one: `"NAME":` or `"NAME_2":`, and its NAME alone. */
struct label {
    struct rp_span all, name;
};

static struct label take_label(struct rp_span *labels, const struct rp_result_column *column)
{
    struct label label = {
        .all = rp_span_first(*labels, column->width),
        .name = rp_span_first(rp_span_skip(*labels, 1), column->name_width),
    };

    *labels = rp_span_skip(*labels, column->width);
    return label;
}

/* The number that the last column of this name has got; 0: there is none. */
static unsigned last_copy(const struct rp_result_writer *writer, size_t column, struct rp_span name)
{
    struct rp_span labels = rp_buf_span(&writer->labels);
    unsigned copy = 0;

    for (size_t i = 0; i < column; i++)
        if (rp_span_eq(take_label(&labels, &writer->columns[i]).name, name))
            copy = writer->columns[i].copy;
    return copy;
}

static bool is_taken(const struct rp_result_writer *writer, size_t column, struct rp_span all)
{
    struct rp_span labels = rp_buf_span(&writer->labels);

    for (size_t i = 0; i < column; i++)
        if (rp_span_eq(take_label(&labels, &writer->columns[i]).all, all))
            return true;
    return false;
}

/* Adds the label; a name that has come before gets a number, so that no member is lost. */
static void add_label(struct rp_result_writer *writer, size_t column)
{
    RP_BUF_AUTO struct rp_buf name = {.max = writer->labels.max};
    RP_BUF_AUTO struct rp_buf label = {.max = writer->labels.max};
    char escaped[ESCAPE_MAX];
    unsigned copy;

    for (struct rp_span rest = writer->columns[column].name; rest.n > 0;)
        rp_buf_add(&name, take_piece(&rest, escaped));
    copy = last_copy(writer, column, rp_buf_span(&name));
    do {
        rp_buf_clear(&label);
        rp_buf_add_char(&label, '"');
        rp_buf_add(&label, rp_buf_span(&name));
        if (++copy > 1)
            rp_buf_addf(&label, "_%u", copy);
        rp_buf_add_str(&label, "\":");
    } while (is_taken(writer, column, rp_buf_span(&label)));
    rp_buf_add(&writer->labels, rp_buf_span(&label));
    if (name.state != RP_BUF_FINE || label.state != RP_BUF_FINE ||
        writer->labels.state != RP_BUF_FINE)
        rp_result_fail_memory(writer);
    writer->columns[column].width = label.len;
    writer->columns[column].name_width = name.len;
    writer->columns[column].copy = copy;
}

/* --- rows ----------------------------------------------------------------------------- */

static void begin(struct rp_result_writer *writer)
{
    rp_buf_clear(&writer->labels);
    for (size_t i = 0; i < writer->count && !writer->failed; i++)
        add_label(writer, i);
    rp_result_put_char(writer, '[');
}

static void row(struct rp_result_writer *writer, const struct rp_value *values)
{
    struct rp_span labels = rp_buf_span(&writer->labels);

    rp_result_put(writer, writer->rows == 1 ? RP_SPAN("\n{") : RP_SPAN(",\n{"));
    for (size_t i = 0; i < writer->count; i++) {
        if (i > 0)
            rp_result_put_char(writer, ',');
        rp_result_put(writer, take_label(&labels, &writer->columns[i]).all);
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
