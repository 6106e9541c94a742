/*
 * Results as CSV (RFC 4180): lines end in CR LF. NULL is nothing, or the text that
 * the style has for it; a value that reads the same is quoted, and so is an empty one.
 */
#include "result_form.h"

static const bool is_special[256] = {['"'] = true, [','] = true, ['\r'] = true, ['\n'] = true};

static bool is_plain(struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (is_special[(unsigned char)text.p[i]])
            return false;
    return text.n > 0;
}

static void put_quoted(struct rp_result_writer *writer, struct rp_span text)
{
    rp_result_put_char(writer, '"');
    for (size_t quote = rp_span_find(text, '"'); quote < text.n; quote = rp_span_find(text, '"')) {
        rp_result_put(writer, rp_span_first(text, quote + 1));
        rp_result_put_char(writer, '"');
        text = rp_span_skip(text, quote + 1);
    }
    rp_result_put(writer, text);
    rp_result_put_char(writer, '"');
}

static void put_field(struct rp_result_writer *writer, struct rp_span text)
{
    if (is_plain(text))
        rp_result_put(writer, text);
    else
        put_quoted(writer, text);
}

static void put_null(struct rp_result_writer *writer)
{
    struct rp_span null = rp_result_null(writer, "");

    if (null.n > 0)
        put_field(writer, null);
}

static void put_value(struct rp_result_writer *writer, size_t column, const struct rp_value *value)
{
    struct rp_encoded encoded = rp_result_encoded(writer, column, value, RP_BINARY_AS_IS);

    if (value->is_null)
        put_null(writer);
    else if (encoded.encoding != RP_ENCODING_NONE)
        rp_result_put_encoded(writer, encoded);
    else if (writer->style.null != NULL && rp_span_is(encoded.bytes, writer->style.null))
        put_quoted(writer, encoded.bytes);
    else
        put_field(writer, encoded.bytes);
}

static void put_end_of_line(struct rp_result_writer *writer)
{
    rp_result_put(writer, RP_SPAN("\r\n"));
}

static void begin(struct rp_result_writer *writer)
{
    if (writer->style.no_header || writer->count == 0)
        return;
    for (size_t i = 0; i < writer->count; i++) {
        if (i > 0)
            rp_result_put_char(writer, ',');
        put_field(writer, writer->columns[i].name);
    }
    put_end_of_line(writer);
}

static void row(struct rp_result_writer *writer, const struct rp_value *values)
{
    for (size_t i = 0; i < writer->count; i++) {
        if (i > 0)
            rp_result_put_char(writer, ',');
        put_value(writer, i, &values[i]);
    }
    put_end_of_line(writer);
}

static void end(struct rp_result_writer *writer)
{
    (void)writer;
}

const struct rp_result_form rp_result_csv = {"csv", begin, row, end, NULL};
