/*
 * Results: rows as they come, written in one of five forms, in constant memory.
 *
 *   tsv       a header and rows; tab, newline, backslash and NUL as \t \n \\ \0
 *   csv       RFC 4180, with CR LF; NULL as nothing, an empty text as ""
 *   json      an array of objects a result, a line a row; names that come twice get
 *             _2, _3; numbers are texts where a reader would damage them; what is no
 *             UTF-8 in a text becomes U+FFFD
 *   vertical  NAME: VALUE lines, a block a row; without a header, values alone
 *   table     borders, by display width; the widths come from the first rows, and
 *             what is wider stands out
 */
#ifndef RP_CLIENT_RESULT_H
#define RP_CLIENT_RESULT_H

#include "rdspass/base/buf.h"

enum { RP_TABLE_ROWS = 1000, RP_TABLE_BYTES = 1024 * 1024 }; /* that `table` looks ahead, at most */

enum rp_value_kind {
    RP_VALUE_TEXT,
    RP_VALUE_NUMBER,  /* as SQL writes it; json: a text where a reader would damage it */
    RP_VALUE_BOOLEAN, /* "t" or "f" */
    RP_VALUE_JSON,
    RP_VALUE_BINARY, /* bytes */
    RP_VALUE_BYTEA,  /* the same as PostgreSQL writes it: "\x6162" */
};

struct rp_column {
    const char *name;
    enum rp_value_kind kind;
};

struct rp_value {
    bool is_null;
    struct rp_span bytes;
};

/* Without one of the others binary values are written as they come; in json, in hex. */
enum rp_binary { RP_BINARY_AS_IS, RP_BINARY_HEX, RP_BINARY_BASE64 };

/* "tsv", "csv", "json", "vertical", "table". */
struct rp_result_form;
const struct rp_result_form *rp_result_form_find(const char *name);

/* How to write. */
struct rp_result_style {
    const struct rp_result_form *form;
    bool no_header;
    const char *null; /* NULL: the form's own: NULL in tsv, vertical and table, nothing in csv */
    enum rp_binary binary;
};

struct rp_result_writer;

/* Writes to the descriptor, through a buffer of its own. */
rp_status rp_result_writer_new(int fd, struct rp_result_writer **out,
                               struct rp_error *err) RP_MUST_USE;
void rp_result_writer_free(struct rp_result_writer *writer);

/*
 * One result: its columns, its rows (`values` has one for each column), its end.
 * RP_KIND_OUTPUT where it cannot be written; the form may change between results.
 */
rp_status rp_result_begin(struct rp_result_writer *writer, const struct rp_result_style *style,
                          const struct rp_column *columns, size_t count,
                          struct rp_error *err) RP_MUST_USE;
rp_status rp_result_row(struct rp_result_writer *writer, const struct rp_value *values,
                        struct rp_error *err) RP_MUST_USE;
rp_status rp_result_end(struct rp_result_writer *writer, struct rp_error *err) RP_MUST_USE;
/*
 * The same where an error comes in the place of more rows: an array of json stays
 * open, so that nobody takes the part for the whole. Nothing where no result has
 * begun, or it has ended.
 */
void rp_result_break_off(struct rp_result_writer *writer);
/* Bytes as they are: COPY … TO STDOUT. */
rp_status rp_result_raw(struct rp_result_writer *writer, struct rp_span bytes,
                        struct rp_error *err) RP_MUST_USE;
/* What is in the buffer goes out. */
rp_status rp_result_flush(struct rp_result_writer *writer, struct rp_error *err) RP_MUST_USE;

#endif
