/* Fields of MySQL's packets: the one place that looks at lengths. */
#include "mysql_field.h"

/* The first byte of a length of more than one byte; smaller ones are the length itself. */
enum { LENGTH_NULL = 0xFB, LENGTH_2 = 0xFC, LENGTH_3 = 0xFD, LENGTH_8 = 0xFE, LENGTH_NONE = 0xFF };

struct rp_span rp_mysql_read_bytes(struct rp_mysql_reader *reader, uint64_t n)
{
    struct rp_span bytes = {"", 0};

    if (reader->lied || n > reader->rest.n) {
        reader->lied = true;
        return bytes;
    }
    bytes = rp_span_first(reader->rest, (size_t)n);
    reader->rest = rp_span_skip(reader->rest, (size_t)n);
    return bytes;
}

uint64_t rp_mysql_read_uint(struct rp_mysql_reader *reader, size_t bytes)
{
    struct rp_span field = rp_mysql_read_bytes(reader, bytes);
    uint64_t value = 0;

    for (size_t i = field.n; i > 0; i--)
        value = value << 8 | (uint8_t)field.p[i - 1];
    return value;
}

struct rp_span rp_mysql_read_text(struct rp_mysql_reader *reader)
{
    struct rp_span text = rp_mysql_read_bytes(reader, rp_span_find(reader->rest, '\0'));

    (void)rp_mysql_read_bytes(reader, 1);
    return reader->lied ? (struct rp_span){"", 0} : text;
}

struct rp_span rp_mysql_read_last_text(struct rp_mysql_reader *reader)
{
    struct rp_span text = rp_mysql_read_bytes(reader, rp_span_find(reader->rest, '\0'));

    reader->rest = rp_span_skip(reader->rest, 1);
    return text;
}

uint64_t rp_mysql_read_length(struct rp_mysql_reader *reader)
{
    uint64_t first = rp_mysql_read_uint(reader, 1);

    switch (first) {
    case LENGTH_2:
        return rp_mysql_read_uint(reader, 2);
    case LENGTH_3:
        return rp_mysql_read_uint(reader, 3);
    case LENGTH_8:
        return rp_mysql_read_uint(reader, 8);
    case LENGTH_NULL:
    case LENGTH_NONE:
        reader->lied = true;
        return 0;
    default:
        return first;
    }
}

struct rp_span rp_mysql_read_sized(struct rp_mysql_reader *reader)
{
    uint64_t n = rp_mysql_read_length(reader);

    return rp_mysql_read_bytes(reader, n);
}

rp_status rp_mysql_read_check(const struct rp_mysql_reader *reader, const char *what,
                              struct rp_error *err)
{
    if (reader->lied)
        return rp_fail(err, RP_KIND_LOGIN, "%s ends early", what);
    return RP_OK;
}

void rp_mysql_add_uint(struct rp_buf *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        rp_buf_add_char(out, (char)(value >> (8 * i) & 0xFF));
}

void rp_mysql_add_text(struct rp_buf *out, struct rp_span text)
{
    rp_buf_add(out, text);
    rp_buf_add_char(out, '\0');
}

void rp_mysql_add_length(struct rp_buf *out, uint64_t length)
{
    if (length < LENGTH_NULL) {
        rp_mysql_add_uint(out, length, 1);
    } else if (length < UINT64_C(1) << 16) {
        rp_mysql_add_uint(out, LENGTH_2, 1);
        rp_mysql_add_uint(out, length, 2);
    } else if (length < UINT64_C(1) << 24) {
        rp_mysql_add_uint(out, LENGTH_3, 1);
        rp_mysql_add_uint(out, length, 3);
    } else {
        rp_mysql_add_uint(out, LENGTH_8, 1);
        rp_mysql_add_uint(out, length, 8);
    }
}

void rp_mysql_add_sized(struct rp_buf *out, struct rp_span bytes)
{
    rp_mysql_add_length(out, bytes.n);
    rp_buf_add(out, bytes);
}
