/* Results as lines "NAME: VALUE", a block a row, as mysql's \G has them. */
#include "result_form.h"
#include "width.h"

/* For a person: nothing steers the terminal, but lines stay lines. */
static void put_visible(struct rp_result_writer *writer, struct rp_span text)
{
    char escape[RP_VISIBLE_MAX];

    while (text.n > 0)
        rp_result_put(writer, rp_visible_piece(&text, true, escape));
}

static size_t visible_width(struct rp_span text)
{
    char escape[RP_VISIBLE_MAX];
    size_t width = 0;

    while (text.n > 0)
        width += rp_width(rp_visible_piece(&text, true, escape));
    return width;
}

static void begin(struct rp_result_writer *writer)
{
    size_t widest = 0;

    for (size_t i = 0; i < writer->count; i++) {
        size_t width = visible_width(writer->columns[i].name);
        writer->columns[i].width = width;
        if (width > widest)
            widest = width;
    }
    /* From here on: what is missing in front of the name. */
    for (size_t i = 0; i < writer->count; i++)
        writer->columns[i].width = widest - writer->columns[i].width;
}

static void put_name(struct rp_result_writer *writer, const struct rp_result_column *column)
{
    for (size_t blank = 0; blank < column->width; blank++)
        rp_result_put_char(writer, ' ');
    put_visible(writer, column->name);
    rp_result_put(writer, RP_SPAN(": "));
}

static void put_value(struct rp_result_writer *writer, size_t column, const struct rp_value *value)
{
    struct rp_encoded encoded = rp_result_encoded(writer, column, value, RP_BINARY_AS_IS);

    if (value->is_null)
        put_visible(writer, rp_result_null(writer, "NULL"));
    else if (encoded.encoding == RP_ENCODING_NONE)
        put_visible(writer, encoded.bytes);
    else
        rp_result_put_encoded(writer, encoded);
}

static void row(struct rp_result_writer *writer, const struct rp_value *values)
{
    static const char stars[] = "***************************";
    char line[96];
    int n = snprintf(line, sizeof(line), "%s %llu. row %s\n", stars,
                     (unsigned long long)writer->rows, stars);

    rp_result_put(writer, (struct rp_span){line, n > 0 ? (size_t)n : 0});
    for (size_t i = 0; i < writer->count; i++) {
        if (!writer->style.no_header)
            put_name(writer, &writer->columns[i]);
        put_value(writer, i, &values[i]);
        rp_result_put_char(writer, '\n');
    }
}

static void end(struct rp_result_writer *writer)
{
    (void)writer;
}

const struct rp_result_form rp_result_vertical = {"vertical", begin, row, end, NULL};
