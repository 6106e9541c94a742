/* Results as TSV, escaped as `mysql --batch` escapes. */
#include "result_form.h"

/* What stands behind the backslash for a byte that is escaped; 0 for all others. */
static const char escapes[256] = {['\t'] = 't', ['\n'] = 'n', ['\\'] = '\\', [0] = '0'};

static void put_field(struct rp_result_writer *writer, struct rp_span text)
{
    size_t start = 0;

    for (size_t i = 0; i < text.n; i++) {
        char escape = escapes[(unsigned char)text.p[i]];
        if (escape == 0)
            continue;
        rp_result_put(writer, (struct rp_span){text.p + start, i - start});
        rp_result_put_char(writer, '\\');
        rp_result_put_char(writer, escape);
        start = i + 1;
    }
    rp_result_put(writer, rp_span_skip(text, start));
}

static void put_value(struct rp_result_writer *writer, size_t column, const struct rp_value *value)
{
    struct rp_encoded encoded = rp_result_encoded(writer, column, value, RP_BINARY_AS_IS);

    if (value->is_null)
        rp_result_put(writer, rp_result_null(writer, "NULL"));
    else if (encoded.encoding == RP_ENCODING_NONE)
        put_field(writer, encoded.bytes);
    else
        rp_result_put_encoded(writer, encoded);
}

static void begin(struct rp_result_writer *writer)
{
    for (size_t i = 0; !writer->style.no_header && i < writer->count; i++) {
        put_field(writer, writer->columns[i].name);
        rp_result_put_char(writer, i + 1 < writer->count ? '\t' : '\n');
    }
}

static void row(struct rp_result_writer *writer, const struct rp_value *values)
{
    for (size_t i = 0; i < writer->count; i++) {
        if (i > 0)
            rp_result_put_char(writer, '\t');
        put_value(writer, i, &values[i]);
    }
    rp_result_put_char(writer, '\n');
}

static void end(struct rp_result_writer *writer)
{
    (void)writer;
}

const struct rp_result_form rp_result_tsv = {"tsv", begin, row, end, NULL};
