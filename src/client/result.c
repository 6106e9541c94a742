/* Results: the writer, its buffer, and what all forms need. */
#include "result.h"

#include "rdspass/base/file.h"
#include "rdspass/codec/base64.h"
#include "rdspass/codec/hex.h"
#include "result_form.h"

enum { NAMES_MAX = 16 * 1024 * 1024, VALUE_MAX = 1024 * 1024 * 1024 };

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
    rp_buf_init(&writer->labels, NAMES_MAX);
    rp_buf_init(&writer->scratch, VALUE_MAX);
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
    rp_buf_release(&writer->scratch);
    rp_buf_release(&writer->ahead);
    free(writer);
}

/* --- writing ---------------------------------------------------------------------- */

static void write_out(struct rp_result_writer *writer, struct rp_span bytes)
{
    if (!writer->failed && bytes.n > 0 &&
        rp_failed(rp_write_all(writer->fd, bytes, "to standard output", &writer->err)))
        writer->failed = true;
}

static void write_buffer(struct rp_result_writer *writer)
{
    write_out(writer, (struct rp_span){writer->buffer, writer->used});
    writer->used = 0;
}

void rp_result_put(struct rp_result_writer *writer, struct rp_span bytes)
{
    if (bytes.n > sizeof(writer->buffer) - writer->used)
        write_buffer(writer);
    if (bytes.n > sizeof(writer->buffer)) {
        write_out(writer, bytes);
    } else if (bytes.n > 0) {
        memcpy(writer->buffer + writer->used, bytes.p, bytes.n);
        writer->used += bytes.n;
    }
}

void rp_result_put_char(struct rp_result_writer *writer, char c)
{
    if (writer->used == sizeof(writer->buffer))
        write_buffer(writer);
    writer->buffer[writer->used++] = c;
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

/* --- values ------------------------------------------------------------------------- */

static void decode_bytea(struct rp_result_writer *writer, struct rp_span digits)
{
    static const char alphabet[] = "0123456789abcdef";

    for (size_t i = 0; i + 1 < digits.n; i += 2) {
        const char *high = strchr(alphabet, digits.p[i]);
        const char *low = strchr(alphabet, digits.p[i + 1]);
        if (high != NULL && low != NULL)
            rp_buf_add_char(&writer->scratch, (char)((high - alphabet) << 4 | (low - alphabet)));
    }
}

static struct rp_span encode(struct rp_result_writer *writer, struct rp_span bytes,
                             enum rp_binary binary)
{
    size_t before = writer->scratch.len;

    if (binary == RP_BINARY_HEX)
        rp_hex_add(&writer->scratch, (const uint8_t *)bytes.p, bytes.n);
    else
        rp_base64_add(&writer->scratch, (const uint8_t *)bytes.p, bytes.n);
    if (writer->scratch.state != RP_BUF_FINE)
        rp_result_fail_memory(writer);
    return rp_span_skip(rp_buf_span(&writer->scratch), before);
}

struct rp_span rp_result_bytes(struct rp_result_writer *writer, size_t column,
                               const struct rp_value *value, enum rp_binary binary)
{
    enum rp_value_kind kind = writer->columns[column].kind;

    if (writer->style.binary != RP_BINARY_AS_IS)
        binary = writer->style.binary;
    if (binary == RP_BINARY_AS_IS || (kind != RP_VALUE_BINARY && kind != RP_VALUE_BYTEA))
        return value->bytes;
    rp_buf_clear(&writer->scratch);
    if (kind == RP_VALUE_BINARY)
        return encode(writer, value->bytes, binary);
    if (!rp_span_starts(value->bytes, "\\x"))
        return value->bytes;
    struct rp_span digits = rp_span_skip(value->bytes, 2);
    if (binary == RP_BINARY_HEX)
        return digits;
    /* Base64 of the bytes, which stand in front of it. */
    decode_bytea(writer, digits);
    RP_BUF_AUTO struct rp_buf bytes = {.max = VALUE_MAX};
    rp_buf_add(&bytes, rp_buf_span(&writer->scratch));
    rp_buf_clear(&writer->scratch);
    return encode(writer, rp_buf_span(&bytes), binary);
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
            (struct rp_span){writer->names.data + at, strlen(columns[i].name)};
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
    write_buffer(writer);
    return tell(writer, err);
}
