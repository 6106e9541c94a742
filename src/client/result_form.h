/* Results: what the writer and its forms share. */
#ifndef RP_CLIENT_RESULT_FORM_H
#define RP_CLIENT_RESULT_FORM_H

#include <string.h>

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
    size_t width;      /* as the form has it: on the terminal; json: of its label, in bytes */
    size_t name_width; /* json: of the name alone */
    unsigned copy;     /* json: the number of this column among those of its name */
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
    bool begun;           /* a result has, and has not ended */
    struct rp_buf labels; /* json: the names as members; table: as cells */
    struct rp_buf piece;  /* of a value in hexadecimal or base64 */
    struct rp_buf cells;  /* table: those of one row */
    struct rp_buf ahead;  /* table: cells of the rows that are looked at first */
    uint64_t rows_ahead;
    bool looking_ahead;
};

/* Writes out what is in the buffer, then these bytes; or notes that it cannot. */
void rp_result_put_through(struct rp_result_writer *writer, struct rp_span bytes);
void rp_result_fail_memory(struct rp_result_writer *writer);

static inline void rp_result_put(struct rp_result_writer *writer, struct rp_span bytes)
{
    if (bytes.n > sizeof(writer->buffer) - writer->used) {
        rp_result_put_through(writer, bytes);
    } else if (bytes.n > 0) {
        memcpy(writer->buffer + writer->used, bytes.p, bytes.n);
        writer->used += bytes.n;
    }
}

static inline void rp_result_put_char(struct rp_result_writer *writer, char c)
{
    if (writer->used == sizeof(writer->buffer))
        rp_result_put_through(writer, (struct rp_span){NULL, 0});
    writer->buffer[writer->used++] = c;
}

/* --- binary values: result_binary.c ------------------------------------------------- */

/* How bytes become the text of a value, and in which form the server has given them. */
enum rp_encoding { RP_ENCODING_NONE, RP_ENCODING_HEX, RP_ENCODING_BASE64 };
enum rp_given { RP_GIVEN_AS_IS, RP_GIVEN_IN_HEX, RP_GIVEN_ESCAPED };

struct rp_encoded {
    struct rp_span bytes; /* what is not encoded yet */
    enum rp_encoding encoding;
    enum rp_given given;
};

/*
 * The value as its column's kind and the style have it, or `otherwise` where the
 * style has no wish. What is empty has no encoding.
 */
struct rp_encoded rp_result_encoded(const struct rp_result_writer *writer, size_t column,
                                    const struct rp_value *value, enum rp_binary otherwise);
/* Adds the text of some of the bytes, and takes them; false where none is left. */
bool rp_result_encode_piece(struct rp_encoded *value, struct rp_buf *out);
/* Puts the text of a value that has an encoding. */
void rp_result_put_encoded(struct rp_result_writer *writer, struct rp_encoded value);

/* What stands for NULL: the style's, else the form's. */
struct rp_span rp_result_null(const struct rp_result_writer *writer, const char *otherwise);

#endif
