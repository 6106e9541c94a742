/* Fields of PostgreSQL's messages. */
#include "postgres_field.h"

#include <string.h>

static void put_uint32(char *at, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        at[i] = (char)(uint8_t)(number >> (24 - 8 * i));
}

uint32_t rp_postgres_uint32(struct rp_span bytes, size_t at)
{
    uint32_t number = 0;

    for (size_t i = 0; i < 4; i++)
        number = number << 8 | (uint8_t)bytes.p[at + i];
    return number;
}

void rp_postgres_add_uint32(struct rp_buf *out, uint32_t number)
{
    char bytes[4];

    put_uint32(bytes, number);
    rp_buf_add(out, (struct rp_span){bytes, sizeof(bytes)});
}

bool rp_postgres_take_text(struct rp_span *rest, struct rp_span *out)
{
    size_t n = rp_span_find(*rest, '\0');

    if (n == rest->n)
        return false;
    *out = rp_span_first(*rest, n);
    *rest = rp_span_skip(*rest, n + 1);
    return true;
}

void rp_postgres_add_text(struct rp_buf *out, struct rp_span text)
{
    rp_buf_add(out, rp_span_first(text, rp_span_find(text, '\0')));
    rp_buf_add_char(out, '\0');
}

size_t rp_postgres_begin_length(struct rp_buf *out)
{
    size_t begin = out->len;

    rp_postgres_add_uint32(out, 0);
    return begin;
}

void rp_postgres_end_length(struct rp_buf *out, size_t begin)
{
    if (out->state == RP_BUF_FINE)
        put_uint32(out->data + begin, (uint32_t)(out->len - begin));
}
