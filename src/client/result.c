/* Results: the writer, its buffer, and what all forms need. */
#include "result.h"

#include "cancel.h"
#include "rdspass/base/file.h"
#include "result_form.h"

enum {
    NAMES_MAX = 16 * 1024 * 1024,
    LABELS_MAX = 8 * NAMES_MAX, /* escaped, and numbered */
    PIECE_MAX = 16 * 1024,
};

/* The values of a row are at most 1 GiB each; escaped, one is four times as long. */
static const size_t cells_max = (size_t)64 * 1024 * 1024 * 1024;

static const struct rp_result_form *const forms[] = {
    &rp_result_tsv, &rp_result_csv, &rp_result_json, &rp_result_vertical, &rp_result_table,
};

const struct rp_result_form *rp_result_form_find(const char *name)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (rp_span_is(rp_span(name), forms[i]->name))
            return forms[i];
    return NULL;
}

rp_status rp_result_writer_new(int fd, struct rp_result_writer **out, struct rp_error *err)
{
    struct rp_result_writer *writer = calloc(1, sizeof(*writer));

    if (writer == NULL)
        return rp_fail_memory(err);
    writer->fd = fd;
    rp_buf_init(&writer->names, NAMES_MAX);
    rp_buf_init(&writer->labels, LABELS_MAX);
    rp_buf_init(&writer->piece, PIECE_MAX);
    rp_buf_init(&writer->cells, cells_max);
    rp_buf_init(&writer->ahead, RP_TABLE_BYTES);
    *out = writer;
    return RP_OK;
}

void rp_result_writer_free(struct rp_result_writer *writer)
{
    if (writer == NULL)
        return;
    free(writer->columns);
    rp_buf_release(&writer->names);
    rp_buf_release(&writer->labels);
    rp_buf_release(&writer->piece);
    rp_buf_release(&writer->cells);
    rp_buf_release(&writer->ahead);
    free(writer);
}

/* --- writing ---------------------------------------------------------------------- */

static void write_out(struct rp_result_writer *writer, struct rp_span bytes)
{
    if (writer->failed || bytes.n == 0)
        return;
    rp_cancel_writes(true);
    if (rp_failed(rp_write_all(writer->fd, bytes, "to standard output", &writer->err)))
        writer->failed = true;
    rp_cancel_writes(false);
}

void rp_result_put_through(struct rp_result_writer *writer, struct rp_span bytes)
{
    write_out(writer, (struct rp_span){writer->buffer, writer->used});
    writer->used = 0;
    if (bytes.n > sizeof(writer->buffer)) {
        write_out(writer, bytes);
    } else if (bytes.n > 0) {
        memcpy(writer->buffer, bytes.p, bytes.n);
        writer->used = bytes.n;
    }
}

void rp_result_fail_memory(struct rp_result_writer *writer)
{
    if (!writer->failed)
        rp_ignore(rp_fail_memory(&writer->err));
    writer->failed = true;
}

static rp_status tell(const struct rp_result_writer *writer, struct rp_error *err)
{
    if (!writer->failed)
        return RP_OK;
    if (err != NULL)
        *err = writer->err;
    return RP_FAILED;
}

struct rp_span rp_result_null(const struct rp_result_writer *writer, const char *otherwise)
{
    return rp_span(writer->style.null != NULL ? writer->style.null : otherwise);
}

/* --- one result --------------------------------------------------------------------- */

/* The names are copied: whoever has them may free them before the last row. */
static bool take_columns(struct rp_result_writer *writer, const struct rp_column *columns,
                         size_t count)
{
    size_t at = 0;

    free(writer->columns);
    writer->columns = calloc(count == 0 ? 1 : count, sizeof(writer->columns[0]));
    writer->count = count;
    rp_buf_clear(&writer->names);
    for (size_t i = 0; i < count; i++)
        rp_buf_add_str(&writer->names, columns[i].name);
    if (writer->columns == NULL || writer->names.state != RP_BUF_FINE)
        return false;
    for (size_t i = 0; i < count; i++) {
        writer->columns[i].name =
            rp_span_first(rp_span_skip(rp_buf_span(&writer->names), at), strlen(columns[i].name));
        writer->columns[i].kind = columns[i].kind;
        at += writer->columns[i].name.n;
    }
    return true;
}

rp_status rp_result_begin(struct rp_result_writer *writer, const struct rp_result_style *style,
                          const struct rp_column *columns, size_t count, struct rp_error *err)
{
    writer->style = *style;
    writer->rows = 0;
    if (!take_columns(writer, columns, count))
        rp_result_fail_memory(writer);
    else
        style->form->begin(writer);
    writer->begun = true;
    return tell(writer, err);
}

rp_status rp_result_row(struct rp_result_writer *writer, const struct rp_value *values,
                        struct rp_error *err)
{
    writer->rows++;
    if (!writer->failed)
        writer->style.form->row(writer, values);
    return tell(writer, err);
}

rp_status rp_result_end(struct rp_result_writer *writer, struct rp_error *err)
{
    if (!writer->failed)
        writer->style.form->end(writer);
    writer->begun = false;
    return tell(writer, err);
}

void rp_result_break_off(struct rp_result_writer *writer)
{
    if (writer->begun && !writer->failed && writer->style.form->break_off != NULL)
        writer->style.form->break_off(writer);
    writer->begun = false;
}

rp_status rp_result_raw(struct rp_result_writer *writer, struct rp_span bytes, struct rp_error *err)
{
    rp_result_put(writer, bytes);
    return tell(writer, err);
}

rp_status rp_result_flush(struct rp_result_writer *writer, struct rp_error *err)
{
    rp_result_put_through(writer, (struct rp_span){NULL, 0});
    return tell(writer, err);
}
