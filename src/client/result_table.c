/*
 * Results as a table, for a person. The first rows are held until there are
 * enough of them to know how wide the columns are; later ones that are wider
 * stand out, and nothing is cut.
 */
#include "result_form.h"
#include "width.h"

enum { CELL_MAX = 16 * 1024 * 1024 };

/* A cell as it is held: its length, then its bytes. */
struct held {
    size_t n;
};

/* The value as it is shown, in `out`. */
static void show(struct rp_result_writer *writer, size_t column, const struct rp_value *value,
                 struct rp_buf *out)
{
    struct rp_span bytes = value->is_null ? rp_result_null(writer, "NULL")
                                          : rp_result_bytes(writer, column, value, RP_BINARY_AS_IS);

    rp_visible_add(out, bytes, false);
    if (out->state != RP_BUF_FINE)
        rp_result_fail_memory(writer);
}

static void put_repeated(struct rp_result_writer *writer, char c, size_t n)
{
    while (n-- > 0)
        rp_result_put_char(writer, c);
}

static void put_border(struct rp_result_writer *writer)
{
    for (size_t i = 0; i < writer->count; i++) {
        rp_result_put_char(writer, '+');
        put_repeated(writer, '-', writer->columns[i].width + 2);
    }
    rp_result_put(writer, RP_SPAN("+\n"));
}

static void put_cell(struct rp_result_writer *writer, size_t column, struct rp_span text,
                     bool to_the_right)
{
    size_t width = rp_width(text);
    size_t wanted = writer->columns[column].width;
    size_t blanks = width < wanted ? wanted - width : 0;

    rp_result_put(writer, RP_SPAN("| "));
    if (to_the_right)
        put_repeated(writer, ' ', blanks);
    rp_result_put(writer, text);
    if (!to_the_right)
        put_repeated(writer, ' ', blanks);
    rp_result_put_char(writer, ' ');
}

static void put_value(struct rp_result_writer *writer, size_t column, struct rp_span text)
{
    put_cell(writer, column, text, writer->columns[column].kind == RP_VALUE_NUMBER);
    if (column + 1 == writer->count)
        rp_result_put(writer, RP_SPAN("|\n"));
}

static void widen(struct rp_result_writer *writer, size_t column, struct rp_span text)
{
    size_t width = rp_width(text);

    if (width > writer->columns[column].width)
        writer->columns[column].width = width;
}

static void put_head(struct rp_result_writer *writer)
{
    put_border(writer);
    if (writer->style.no_header)
        return;
    for (size_t i = 0; i < writer->count; i++) {
        RP_BUF_AUTO struct rp_buf name = {.max = CELL_MAX};
        rp_visible_add(&name, writer->columns[i].name, false);
        put_cell(writer, i, rp_buf_span(&name), false);
    }
    rp_result_put(writer, RP_SPAN("|\n"));
    put_border(writer);
}

/* The widths are known now: what was held goes out. */
static void stop_looking_ahead(struct rp_result_writer *writer)
{
    struct rp_span rest = rp_buf_span(&writer->ahead);
    size_t column = 0;

    writer->looking_ahead = false;
    put_head(writer);
    while (rest.n > 0) {
        struct held held;
        memcpy(&held, rest.p, sizeof(held));
        rest = rp_span_skip(rest, sizeof(held));
        put_value(writer, column, rp_span_first(rest, held.n));
        rest = rp_span_skip(rest, held.n);
        column = (column + 1) % writer->count;
    }
    rp_buf_clear(&writer->ahead);
}

static void begin(struct rp_result_writer *writer)
{
    writer->looking_ahead = true;
    writer->rows_ahead = 0;
    rp_buf_clear(&writer->ahead);
    for (size_t i = 0; i < writer->count && !writer->style.no_header; i++) {
        RP_BUF_AUTO struct rp_buf name = {.max = CELL_MAX};
        rp_visible_add(&name, writer->columns[i].name, false);
        widen(writer, i, rp_buf_span(&name));
    }
}

/* Holds the row whole; false where it does not fit, and then nothing of it is held. */
static bool hold(struct rp_result_writer *writer, const struct rp_buf *cells, const size_t *lengths)
{
    size_t at = 0;
    size_t wanted = cells->len + writer->count * sizeof(struct held);

    if (writer->rows_ahead == RP_TABLE_ROWS || wanted > RP_TABLE_BYTES - writer->ahead.len)
        return false;
    for (size_t i = 0; i < writer->count; i++) {
        const struct held held = {lengths[i]};
        struct rp_span cell = rp_span_first(rp_span_skip(rp_buf_span(cells), at), lengths[i]);
        rp_buf_add(&writer->ahead, (struct rp_span){(const char *)&held, sizeof(held)});
        rp_buf_add(&writer->ahead, cell);
        widen(writer, i, cell);
        at += lengths[i];
    }
    if (writer->ahead.state != RP_BUF_FINE)
        rp_result_fail_memory(writer);
    writer->rows_ahead++;
    return true;
}

static void put_row(struct rp_result_writer *writer, const struct rp_buf *cells,
                    const size_t *lengths)
{
    size_t at = 0;

    for (size_t i = 0; i < writer->count; i++) {
        put_value(writer, i, rp_span_first(rp_span_skip(rp_buf_span(cells), at), lengths[i]));
        at += lengths[i];
    }
}

static void row(struct rp_result_writer *writer, const struct rp_value *values)
{
    RP_BUF_AUTO struct rp_buf cells = {.max = (size_t)4 * 1024 * 1024 * 1024};
    size_t *lengths = calloc(writer->count + 1, sizeof(*lengths));

    if (lengths == NULL) {
        rp_result_fail_memory(writer);
        return;
    }
    for (size_t i = 0; i < writer->count; i++) {
        size_t before = cells.len;
        show(writer, i, &values[i], &cells);
        lengths[i] = cells.len - before;
    }
    if (!writer->looking_ahead || !hold(writer, &cells, lengths)) {
        if (writer->looking_ahead)
            stop_looking_ahead(writer);
        put_row(writer, &cells, lengths);
    }
    free(lengths);
}

static void end(struct rp_result_writer *writer)
{
    if (writer->looking_ahead)
        stop_looking_ahead(writer);
    put_border(writer);
}

const struct rp_result_form rp_result_table = {"table", begin, row, end, end};
