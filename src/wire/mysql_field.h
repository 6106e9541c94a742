/*
 * Fields of MySQL's packets, for src/wire/mysql_*.c only. Numbers are
 * little-endian.
 *
 * A reader is sticky: once a field does not fit into what is left, it and all
 * that follow are empty or 0, and rp_mysql_read_check says so at the end.
 */
#ifndef RP_WIRE_MYSQL_FIELD_H
#define RP_WIRE_MYSQL_FIELD_H

#include <stdint.h>

#include "rdspass/base/buf.h"

struct rp_mysql_reader {
    struct rp_span rest;
    bool lied;
};

/* A number of 1 to 8 bytes. */
uint64_t rp_mysql_read_uint(struct rp_mysql_reader *reader, size_t bytes);
struct rp_span rp_mysql_read_bytes(struct rp_mysql_reader *reader, uint64_t n);
/* Up to a NUL, which must be there. */
struct rp_span rp_mysql_read_text(struct rp_mysql_reader *reader);
/* Up to a NUL or the end: some leave out the NUL of the last field. */
struct rp_span rp_mysql_read_last_text(struct rp_mysql_reader *reader);
/* A length in its own 1, 3, 4 or 9 bytes. */
uint64_t rp_mysql_read_length(struct rp_mysql_reader *reader);
/* Bytes behind such a length. */
struct rp_span rp_mysql_read_sized(struct rp_mysql_reader *reader);
/* RP_KIND_LOGIN: "`what` ends early". */
rp_status rp_mysql_read_check(const struct rp_mysql_reader *reader, const char *what,
                              struct rp_error *err) RP_MUST_USE;

void rp_mysql_add_uint(struct rp_buf *out, uint64_t value, size_t bytes);
/* Text and its NUL. */
void rp_mysql_add_text(struct rp_buf *out, struct rp_span text);
void rp_mysql_add_length(struct rp_buf *out, uint64_t length);
void rp_mysql_add_sized(struct rp_buf *out, struct rp_span bytes);

#endif
