/* Results: what the writer and its forms share. */
#ifndef RP_CLIENT_RESULT_FORM_H
#define RP_CLIENT_RESULT_FORM_H

#include "result.h"

enum { RP_RESULT_BUFFER = 128 * 1024 };

struct rp_result_form {
    const char *name;
    void (*begin)(struct rp_result_writer *writer);
    void (*row)(struct rp_result_writer *writer, const struct rp_value *values);
    void (*end)(struct rp_result_writer *writer);
    void (*break_off)(struct rp_result_writer *writer); /* NULL: nothing is to be done */
};

extern const struct rp_result_form rp_result_tsv;
extern const struct rp_result_form rp_result_csv;
extern const struct rp_result_form rp_result_json;
extern const struct rp_result_form rp_result_vertical;
extern const struct rp_result_form rp_result_table;

struct rp_result_column {
    struct rp_span name; /* in `names` of the writer */
    enum rp_value_kind kind;
    size_t width; /* a length that the form remembers */
};

struct rp_result_writer {
    int fd;
    bool failed; /* nothing is written any more: `err` says why */
    struct rp_error err;
    size_t used;
    char buffer[RP_RESULT_BUFFER];

    struct rp_result_style style;
    struct rp_result_column *columns;
    size_t count;
    struct rp_buf names;
    uint64_t rows;
    bool begun;            /* a result has, and has not ended */
    struct rp_buf labels;  /* json: the names as members */
    struct rp_buf scratch; /* a value in another form: binary, escaped */
    struct rp_buf ahead;   /* table: cells of the rows that are looked at first */
    uint64_t rows_ahead;
    bool looking_ahead;
};

/* Writes, or notes that it cannot. */
void rp_result_put(struct rp_result_writer *writer, struct rp_span bytes);
void rp_result_put_char(struct rp_result_writer *writer, char c);
void rp_result_fail_memory(struct rp_result_writer *writer);

/*
 * The value as its column's kind and the style have it: binary in hexadecimal or
 * base64 (`binary` where the style leaves it as it is). Valid until the next call.
 */
struct rp_span rp_result_bytes(struct rp_result_writer *writer, size_t column,
                               const struct rp_value *value, enum rp_binary binary);

/* What stands for NULL: the style's, else the form's. */
struct rp_span rp_result_null(const struct rp_result_writer *writer, const char *otherwise);

#endif
