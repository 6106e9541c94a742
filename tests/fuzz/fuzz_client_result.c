/*
 * Arbitrary names and values, in every form. Tsv and csv must give the values back,
 * json must be JSON, what is for people must not steer a terminal, and the lines of
 * a table are equally wide.
 */
#include <sys/mman.h>

#include "client/database.h"
#include "client/result.h"
#include "client/result_json.h"
#include "client/width.h"
#include "rdspass/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What writes is watched by src/client/cancel.c, which then has a statement to stop; none here. */
void rp_database_cancel(struct rp_database *database)
{
    (void)database;
}

void rp_database_abandon(struct rp_database *database)
{
    (void)database;
}

enum { COLUMNS = 3, ROWS = 4, CELLS = COLUMNS * ROWS, OUTPUT_MAX = 16 * 1024 * 1024 };

static void expect(bool good)
{
    if (!good)
        abort();
}

struct input {
    struct rp_column columns[COLUMNS];
    char names[COLUMNS][16];
    struct rp_value values[CELLS];
};

static uint8_t take_byte(struct rp_span *rest)
{
    uint8_t byte = rest->n == 0 ? 0 : (uint8_t)rest->p[0];

    *rest = rp_span_skip(*rest, 1);
    return byte;
}

/* A length, then so many bytes; 255: NULL. */
static struct rp_value take_value(struct rp_span *rest)
{
    uint8_t n = take_byte(rest);
    struct rp_value value = {.is_null = n == 255, .bytes = rp_span_first(*rest, n)};

    *rest = rp_span_skip(*rest, value.bytes.n);
    return value;
}

static void read_input(struct rp_span rest, struct input *out)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        out->columns[i] = (struct rp_column){
            .name = out->names[i],
            .kind = (enum rp_value_kind)(take_byte(&rest) % (RP_VALUE_BYTEA + 1)),
        };
        struct rp_span name = rp_span_first(take_value(&rest).bytes, sizeof(out->names[i]) - 1);
        if (name.n > 0)
            memcpy(out->names[i], name.p, name.n);
    }
    for (size_t i = 0; i < CELLS; i++)
        out->values[i] = take_value(&rest);
}

/* One writer for all inputs: what one result leaves in it must not be seen in the next. */
static struct rp_result_writer *writer;
static int written = -1;

static void start_writer(void)
{
    if (writer == NULL) {
        written = memfd_create("result", MFD_CLOEXEC);
        expect(!rp_failed(rp_result_writer_new(written, &writer, NULL)));
    }
    expect(ftruncate(written, 0) == 0 && lseek(written, 0, SEEK_SET) == 0);
}

static void format(const struct rp_result_style *style, const struct input *input,
                   struct rp_buf *out)
{
    char piece[4096];
    ssize_t n;

    start_writer();
    expect(!rp_failed(rp_result_begin(writer, style, input->columns, COLUMNS, NULL)));
    for (size_t i = 0; i < ROWS; i++)
        expect(!rp_failed(rp_result_row(writer, input->values + i * COLUMNS, NULL)));
    expect(!rp_failed(rp_result_end(writer, NULL)));
    expect(!rp_failed(rp_result_flush(writer, NULL)));
    while ((n = pread(written, piece, sizeof(piece), (off_t)out->len)) > 0)
        rp_buf_add(out, (struct rp_span){piece, (size_t)n});
    expect(out->state == RP_BUF_FINE);
}

/* --- reading it again --------------------------------------------------------------------- */

static void read_tsv(struct rp_span *rest, struct rp_buf *out)
{
    static const char codes[] = "tn\\0";
    static const char meanings[] = "\t\n\\\0";

    rp_buf_clear(out);
    while (rest->n > 0 && rest->p[0] != '\t' && rest->p[0] != '\n') {
        char c = (char)take_byte(rest);
        if (c == '\\') {
            const char *code = memchr(codes, (char)take_byte(rest), sizeof(codes) - 1);
            expect(code != NULL);
            c = meanings[code - codes];
        }
        rp_buf_add_char(out, c);
    }
    (void)take_byte(rest);
}

static void read_csv(struct rp_span *rest, struct rp_buf *out)
{
    rp_buf_clear(out);
    if (!rp_span_starts(*rest, "\"")) {
        while (rest->n > 0 && rest->p[0] != ',' && rest->p[0] != '\r')
            rp_buf_add_char(out, (char)take_byte(rest));
    } else {
        for (bool first = true; rp_span_starts(*rest, "\""); first = false) {
            if (!first)
                rp_buf_add_char(out, '"'); /* two of them are one */
            *rest = rp_span_skip(*rest, 1);
            size_t n = rp_span_find(*rest, '"');
            expect(n < rest->n);
            rp_buf_add(out, rp_span_first(*rest, n));
            *rest = rp_span_skip(*rest, n + 1);
        }
    }
    if (take_byte(rest) == '\r')
        expect(take_byte(rest) == '\n');
}

/* Values come back as they were; NULL as its text. */
static void check_values(const struct input *input, struct rp_span text, const char *null,
                         void (*read)(struct rp_span *rest, struct rp_buf *out))
{
    struct rp_buf value = {.max = OUTPUT_MAX};

    for (size_t i = 0; i < CELLS; i++) {
        read(&text, &value);
        expect(rp_span_eq(rp_buf_span(&value),
                          input->values[i].is_null ? rp_span(null) : input->values[i].bytes));
    }
    expect(text.n == 0);
    rp_buf_release(&value);
}

static void check_for_people(struct rp_span text, bool tabs)
{
    expect(rp_utf8_valid(text));
    while (text.n > 0) {
        uint32_t code = 0;
        text = rp_span_skip(text, rp_utf8_next(text, &code));
        expect(!rp_utf8_is_control(code) || code == '\n' || (tabs && code == '\t'));
    }
}

/* So few rows are all looked at before the first is written. */
static void check_widths(struct rp_span text)
{
    size_t width = rp_width(rp_span_first(text, rp_span_find(text, '\n')));
    struct rp_span line;

    while (text.n > 0 && rp_span_split(&text, '\n', &line))
        expect(rp_width(line) == width);
}

static void check(const char *form, enum rp_binary binary, const struct input *input)
{
    struct rp_result_style style = {.form = rp_result_form_find(form), .binary = binary};
    struct rp_buf out = {.max = OUTPUT_MAX};

    style.no_header = binary == RP_BINARY_AS_IS;
    format(&style, input, &out);
    struct rp_span text = rp_buf_span(&out);
    if (rp_span_is(rp_span(form), "json"))
        expect(rp_result_json_is_value(text));
    else if (rp_span_is(rp_span(form), "tsv") && style.no_header)
        check_values(input, text, "NULL", read_tsv);
    else if (rp_span_is(rp_span(form), "csv") && style.no_header)
        check_values(input, text, "", read_csv);
    else if (rp_span_is(rp_span(form), "vertical") || rp_span_is(rp_span(form), "table"))
        check_for_people(text, rp_span_is(rp_span(form), "vertical"));
    if (rp_span_is(rp_span(form), "table"))
        check_widths(text);
    rp_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const forms[] = {"tsv", "csv", "json", "vertical", "table"};
    struct input input = {0};

    read_input((struct rp_span){(const char *)data, size}, &input);
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        check(forms[i], RP_BINARY_AS_IS, &input);
        check(forms[i], RP_BINARY_HEX, &input);
        check(forms[i], RP_BINARY_BASE64, &input);
    }
    return 0;
}
