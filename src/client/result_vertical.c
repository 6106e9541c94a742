/* Results as lines "NAME: VALUE", a block a row, as mysql's \G has them. */
#include "result_form.h"
#include "width.h"

static void begin(struct rp_result_writer *writer)
{
    size_t widest = 0;

    for (size_t i = 0; i < writer->count; i++) {
        size_t width = rp_width(writer->columns[i].name);
        writer->columns[i].width = width;
        if (width > widest)
            widest = width;
    }
    /* From here on: what is missing in front of the name. */
    for (size_t i = 0; i < writer->count; i++)
        writer->columns[i].width = widest - writer->columns[i].width;
}

/* For a person: no value steers the terminal, but lines stay lines. */
static void put_visible(struct rp_result_writer *writer, struct rp_span text)
{
    RP_BUF_AUTO struct rp_buf shown = {.max = (size_t)4 * 1024 * 1024 * 1024};

    rp_visible_add(&shown, text, true);
    if (shown.state != RP_BUF_FINE)
        rp_result_fail_memory(writer);
    rp_result_put(writer, rp_buf_span(&shown));
}

static void row(struct rp_result_writer *writer, const struct rp_value *values)
{
    static const char stars[] = "***************************";
    char line[96];
    int n = snprintf(line, sizeof(line), "%s %llu. row %s\n", stars,
                     (unsigned long long)writer->rows, stars);

    rp_result_put(writer, (struct rp_span){line, n > 0 ? (size_t)n : 0});
    for (size_t i = 0; i < writer->count; i++) {
        for (size_t blank = 0; blank < writer->columns[i].width; blank++)
            rp_result_put_char(writer, ' ');
        put_visible(writer, writer->columns[i].name);
        rp_result_put(writer, RP_SPAN(": "));
        put_visible(writer, values[i].is_null
                                ? rp_result_null(writer, "NULL")
                                : rp_result_bytes(writer, i, &values[i], RP_BINARY_AS_IS));
        rp_result_put_char(writer, '\n');
    }
}

static void end(struct rp_result_writer *writer)
{
    (void)writer;
}

const struct rp_result_form rp_result_vertical = {"vertical", begin, row, end, NULL};
