/*
 * Results as a table, for a person. The first rows are held until there are
 * enough of them to know how wide the columns are; later ones that are wider
 * stand out, and nothing is cut.
 */
#include "result_form.h"
#include "width.h"

enum { CELLS_KEPT = 64 * 1024 }; /* of memory, for the next row */

/* Rows are held cell by cell: this, then its text. */
struct cell {
    size_t n;
};

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
    rp_result_put(writer, column + 1 < writer->count ? RP_SPAN(" ") : RP_SPAN(" |\n"));
}

/* --- cells as they are held ----------------------------------------------------------- */

static void start_cells(struct rp_result_writer *writer)
{
    if (writer->cells.cap > CELLS_KEPT)
        rp_buf_release(&writer->cells);
    else
        rp_buf_clear(&writer->cells);
}

static size_t start_cell(struct rp_buf *cells)
{
    const struct cell cell = {0};
    size_t at = cells->len;

    rp_buf_add(cells, (struct rp_span){(const char *)&cell, sizeof(cell)});
    return at;
}

static struct rp_span end_cell(struct rp_result_writer *writer, struct rp_buf *cells, size_t at)
{
    if (cells->state != RP_BUF_FINE) {
        rp_result_fail_memory(writer);
        return RP_SPAN("");
    }
    struct rp_span text = rp_span_skip(rp_buf_span(cells), at + sizeof(struct cell));
    const struct cell cell = {text.n};
    memcpy(cells->data + at, &cell, sizeof(cell));
    return text;
}

static void add_value(struct rp_result_writer *writer, size_t column, const struct rp_value *value)
{
    struct rp_encoded encoded = rp_result_encoded(writer, column, value, RP_BINARY_AS_IS);
    struct rp_buf *cells = &writer->cells;
    size_t at = start_cell(cells);

    if (value->is_null)
        rp_visible_add(cells, rp_result_null(writer, "NULL"), false);
    else if (encoded.encoding == RP_ENCODING_NONE)
        rp_visible_add(cells, encoded.bytes, false);
    else
        while (rp_result_encode_piece(&encoded, cells))
            continue;
    (void)end_cell(writer, cells, at);
}

static struct rp_span take_cell(struct rp_span *cells)
{
    struct cell cell;

    memcpy(&cell, cells->p, sizeof(cell));
    *cells = rp_span_skip(*cells, sizeof(cell));
    struct rp_span text = rp_span_first(*cells, cell.n);
    *cells = rp_span_skip(*cells, cell.n);
    return text;
}

static void put_rows(struct rp_result_writer *writer, struct rp_span cells)
{
    for (size_t column = 0; cells.n > 0; column = (column + 1) % writer->count)
        put_cell(writer, column, take_cell(&cells),
                 writer->columns[column].kind == RP_VALUE_NUMBER);
}

static void widen(struct rp_result_writer *writer, size_t column, struct rp_span text)
{
    size_t width = rp_width(text);

    if (width > writer->columns[column].width)
        writer->columns[column].width = width;
}

static void add_name(struct rp_result_writer *writer, size_t column)
{
    struct rp_buf *names = &writer->labels;
    size_t at = start_cell(names);

    rp_visible_add(names, writer->columns[column].name, false);
    widen(writer, column, end_cell(writer, names, at));
}

/* --- the table ------------------------------------------------------------------------ */

static void put_head(struct rp_result_writer *writer)
{
    struct rp_span names = rp_buf_span(&writer->labels);

    if (!writer->style.no_header) {
        put_border(writer);
        for (size_t i = 0; i < writer->count; i++)
            put_cell(writer, i, take_cell(&names), false);
    }
    if (!writer->style.no_header || writer->rows > 0)
        put_border(writer);
}

/* The widths are known now: what was held goes out. */
static void stop_looking_ahead(struct rp_result_writer *writer)
{
    writer->looking_ahead = false;
    put_head(writer);
    put_rows(writer, rp_buf_span(&writer->ahead));
    rp_buf_release(&writer->ahead);
}

static void begin(struct rp_result_writer *writer)
{
    writer->looking_ahead = true;
    writer->rows_ahead = 0;
    rp_buf_clear(&writer->labels);
    for (size_t i = 0; i < writer->count && !writer->style.no_header; i++)
        add_name(writer, i);
}

static void hold(struct rp_result_writer *writer)
{
    struct rp_span cells = rp_buf_span(&writer->cells);

    rp_buf_add(&writer->ahead, cells);
    if (writer->ahead.state != RP_BUF_FINE)
        rp_result_fail_memory(writer);
    writer->rows_ahead++;
    for (size_t i = 0; i < writer->count; i++)
        widen(writer, i, take_cell(&cells));
}

static void row(struct rp_result_writer *writer, const struct rp_value *values)
{
    start_cells(writer);
    for (size_t i = 0; i < writer->count; i++)
        add_value(writer, i, &values[i]);
    if (writer->failed || writer->count == 0)
        return;
    if (writer->looking_ahead && writer->rows_ahead < RP_TABLE_ROWS &&
        writer->cells.len <= RP_TABLE_BYTES - writer->ahead.len) {
        hold(writer);
        return;
    }
    if (writer->looking_ahead)
        stop_looking_ahead(writer);
    put_rows(writer, rp_buf_span(&writer->cells));
}

static void end(struct rp_result_writer *writer)
{
    if (writer->count == 0)
        return;
    if (writer->looking_ahead)
        stop_looking_ahead(writer);
    if (writer->rows > 0)
        put_border(writer);
}

const struct rp_result_form rp_result_table = {"table", begin, row, end, end};
