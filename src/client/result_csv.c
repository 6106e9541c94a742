/* Results as CSV (RFC 4180): lines end in CR LF; NULL is nothing, an empty text is "". */
#include "result_form.h"

static bool needs_quotes(struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '"' || text.p[i] == ',' || text.p[i] == '\r' || text.p[i] == '\n')
            return true;
    return text.n == 0;
}

static void put_field(struct rp_result_writer *writer, struct rp_span text)
{
    if (!needs_quotes(text)) {
        rp_result_put(writer, text);
        return;
    }
    rp_result_put_char(writer, '"');
    for (size_t quote = rp_span_find(text, '"'); quote < text.n; quote = rp_span_find(text, '"')) {
        rp_result_put(writer, rp_span_first(text, quote + 1));
        rp_result_put_char(writer, '"');
        text = rp_span_skip(text, quote + 1);
    }
    rp_result_put(writer, text);
    rp_result_put_char(writer, '"');
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
        if (values[i].is_null)
            rp_result_put(writer, rp_result_null(writer, ""));
        else
            put_field(writer, rp_result_bytes(writer, i, &values[i], RP_BINARY_AS_IS));
    }
    put_end_of_line(writer);
}

static void end(struct rp_result_writer *writer)
{
    (void)writer;
}

const struct rp_result_form rp_result_csv = {"csv", begin, row, end, NULL};
