/* Results as the writer of the clients writes them, for tests. */
#ifndef WRITE_RESULT_H
#define WRITE_RESULT_H

#include <sys/mman.h>

#include "client/result.h"
#include "rdspass/base/file.h"
#include "tap.h"

#define TEXT(literal)                                                                              \
    {                                                                                              \
        false,                                                                                     \
        {                                                                                          \
            literal, sizeof(literal) - 1                                                           \
        }                                                                                          \
    }
#define NOTHING                                                                                    \
    {                                                                                              \
        .is_null = true                                                                            \
    }

/* Rows stand one behind another in `values`. */
struct test_result {
    const struct rp_column *columns;
    size_t count;
    const struct rp_value *values;
    size_t rows;
};

static inline rp_status write_result(struct rp_result_writer *writer,
                                     const struct rp_result_style *style,
                                     const struct test_result *result, struct rp_error *err)
{
    RP_TRY(rp_result_begin(writer, style, result->columns, result->count, err));
    for (size_t i = 0; i < result->rows; i++)
        RP_TRY(rp_result_row(writer, result->values + i * result->count, err));
    return rp_result_end(writer, err);
}

/* What has been written to the file. */
static inline void read_written(int fd, struct rp_buf *out)
{
    char piece[4096];
    ssize_t n;

    while ((n = pread(fd, piece, sizeof(piece), (off_t)out->len)) > 0)
        rp_buf_add(out, (struct rp_span){piece, (size_t)n});
}

/* The same result `times` times, one behind another. */
static inline void format_result(const struct rp_result_style *style,
                                 const struct test_result *result, unsigned times,
                                 struct rp_buf *out)
{
    struct rp_result_writer *writer = NULL;
    struct rp_error err = {0};
    RP_FD_AUTO int fd = memfd_create("result", MFD_CLOEXEC);

    *out = (struct rp_buf){.max = (size_t)256 * 1024 * 1024};
    WORKS(rp_result_writer_new(fd, &writer, &err), err, "a writer");
    while (times-- > 0)
        WORKS(write_result(writer, style, result, &err), err, "a result");
    WORKS(rp_result_flush(writer, &err), err, "it goes out");
    rp_result_writer_free(writer);
    read_written(fd, out);
}

/* Checks what a result of these rows looks like. */
static inline void looks_like(const struct rp_result_style *style, const struct test_result *result,
                              const char *want, const char *name)
{
    RP_BUF_AUTO struct rp_buf got;

    format_result(style, result, 1, &got);
    IS_SPAN(rp_buf_span(&got), want, name);
}

#endif
