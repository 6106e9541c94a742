/* Results: the forms for people and tools, and the writer below them. */
#include <fcntl.h>
#include <signal.h>

#include "write_result.h"

static struct rp_result_style style_of(const char *form)
{
    return (struct rp_result_style){.form = rp_result_form_find(form)};
}

/* --- what each form makes of the same rows ------------------------------------------------ */

static const struct rp_column columns[] = {{"id", RP_VALUE_NUMBER}, {"na\tme", RP_VALUE_TEXT}};

static const struct rp_value values[] = {
    TEXT("1"),
    TEXT("plain"), /* */
    TEXT("20"),
    TEXT("a\tb\nc\\d\re"), /* */
    NOTHING,
    TEXT(""), /* */
    TEXT("-3"),
    TEXT("x,\"y\""), /* */
    TEXT("4"),
    NOTHING, /* */
    TEXT("5"),
    TEXT("\xe6\xbc\xa2"
         "e\xcc\x81\x1b[m\xff"),
};

static const struct test_result example = {columns, 2, values, 6};

static void test_forms(void)
{
    static const struct {
        const char *form, *want;
    } wanted[] = {
        {"tsv", "id\tna\\tme\n1\tplain\n20\ta\\tb\\nc\\\\d\re\nNULL\t\n-3\tx,\"y\"\n4\tNULL\n"
                "5\t\xe6\xbc\xa2"
                "e\xcc\x81\x1b[m\xff\n"},
        {"csv", "id,na\tme\r\n1,plain\r\n20,\"a\tb\nc\\d\re\"\r\n,\"\"\r\n-3,\"x,\"\"y\"\"\"\r\n"
                "4,\r\n5,\xe6\xbc\xa2"
                "e\xcc\x81\x1b[m\xff\r\n"},
        {"vertical", "*************************** 1. row ***************************\n"
                     "   id: 1\nna\tme: plain\n"
                     "*************************** 2. row ***************************\n"
                     "   id: 20\nna\tme: a\tb\nc\\d\\re\n"
                     "*************************** 3. row ***************************\n"
                     "   id: NULL\nna\tme: \n"
                     "*************************** 4. row ***************************\n"
                     "   id: -3\nna\tme: x,\"y\"\n"
                     "*************************** 5. row ***************************\n"
                     "   id: 4\nna\tme: NULL\n"
                     "*************************** 6. row ***************************\n"
                     "   id: 5\nna\tme: \xe6\xbc\xa2"
                     "e\xcc\x81\\x1b[m\\xff\n"},
        {"table", "+------+---------------+\n"
                  "| id   | na\\tme        |\n"
                  "+------+---------------+\n"
                  "|    1 | plain         |\n"
                  "|   20 | a\\tb\\nc\\d\\re  |\n"
                  "| NULL |               |\n"
                  "|   -3 | x,\"y\"         |\n"
                  "|    4 | NULL          |\n"
                  "|    5 | \xe6\xbc\xa2"
                  "e\xcc\x81\\x1b[m\\xff |\n"
                  "+------+---------------+\n"},
    };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        struct rp_result_style style = style_of(wanted[i].form);
        looks_like(&style, &example, wanted[i].want, wanted[i].form);
    }
    OK(rp_result_form_find("xml") == NULL, "there are no others");
    OK(rp_result_form_find("") == NULL, "nor one without a name");
}

static void test_options(void)
{
    static const struct test_result result = {columns, 2, values + 4, 1};
    static const struct {
        const char *form, *null, *want;
    } wanted[] = {
        {"tsv", "\\N", "\\N\t\n"},
        {"tsv", "", "\t\n"},
        {"csv", "NULL", "NULL,\"\"\r\n"},
        {"csv", "a,b", "\"a,b\",\"\"\r\n"},
        {"json", "x", "[\n{\"id\":null,\"na\\tme\":\"\"}\n]\n"},
        {"vertical", "-", "*************************** 1. row ***************************\n-\n\n"},
        {"table", "", "+--+--+\n|  |  |\n+--+--+\n"},
        {"table", "\xe2\x88\x85", "+---+--+\n| \xe2\x88\x85 |  |\n+---+--+\n"},
    };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        struct rp_result_style style = style_of(wanted[i].form);
        style.no_header = true;
        style.null = wanted[i].null;
        looks_like(&style, &result, wanted[i].want, wanted[i].form);
    }
}

/* A value that reads like NULL can be told from it in csv. */
static void test_csv_null(void)
{
    static const struct rp_value both[] = {NOTHING, TEXT("none"), TEXT("none "), NOTHING};
    static const struct test_result result = {columns, 2, both, 2};
    struct rp_result_style style = style_of("csv");

    style.null = "none";
    looks_like(&style, &result, "id,na\tme\r\nnone,\"none\"\r\nnone ,none\r\n", "quoted");
}

static void test_nothing(void)
{
    static const struct {
        const char *form, *no_rows, *no_header, *no_columns;
    } wanted[] = {
        {"tsv", "id\tna\\tme\n", "", "\n\n"},
        {"csv", "id,na\tme\r\n", "", "\r\n\r\n"},
        {"json", "[]\n", "[]\n", "[\n{},\n{}\n]\n"},
        {"vertical", "", "",
         "*************************** 1. row ***************************\n"
         "*************************** 2. row ***************************\n"},
        {"table", "+----+--------+\n| id | na\\tme |\n+----+--------+\n", "", ""},
    };
    static const struct test_result no_rows = {columns, 2, values, 0};
    static const struct test_result no_columns = {columns, 0, values, 2};

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        struct rp_result_style style = style_of(wanted[i].form);
        looks_like(&style, &no_rows, wanted[i].no_rows, "no rows");
        looks_like(&style, &no_columns, wanted[i].no_columns, "no columns");
        style.no_header = true;
        looks_like(&style, &no_rows, wanted[i].no_header, "not even a header");
    }
}

static void test_names(void)
{
    static const struct rp_column odd[] = {
        {"", RP_VALUE_TEXT}, {"a,\"b\"", RP_VALUE_TEXT}, {"\x01\xe6\xbc\xa2", RP_VALUE_TEXT}};
    static const struct rp_value row[] = {TEXT("1"), TEXT("2"), TEXT("3")};
    static const struct test_result result = {odd, 3, row, 1};
    struct rp_result_style style = style_of("csv");

    looks_like(&style, &result, "\"\",\"a,\"\"b\"\"\",\x01\xe6\xbc\xa2\r\n1,2,3\r\n", "csv");
    style = style_of("vertical");
    looks_like(&style, &result,
               "*************************** 1. row ***************************\n"
               "      : 1\n a,\"b\": 2\n\\x01\xe6\xbc\xa2: 3\n",
               "vertical");
    style = style_of("table");
    looks_like(&style, &result,
               "+---+-------+--------+\n|   | a,\"b\" | \\x01\xe6\xbc\xa2 |\n"
               "+---+-------+--------+\n| 1 | 2     | 3      |\n+---+-------+--------+\n",
               "table");
}

/* --- binary values ------------------------------------------------------------------------ */

static const struct rp_column binary_columns[] = {
    {"b", RP_VALUE_BINARY}, {"a", RP_VALUE_BYTEA}, {"t", RP_VALUE_TEXT}};

static const struct rp_value binary_values[] = {
    TEXT("\x00\xff\n"),
    TEXT("\\x00fF0a"),
    TEXT("\\x41"), /* */
    TEXT(""),
    TEXT("\\x"),
    NOTHING, /* */
    NOTHING,
    TEXT("\\000a\\\\\\377"), /* as bytea_output=escape has it */
    TEXT("z"),
};

static const struct test_result binary = {binary_columns, 3, binary_values, 3};

static void test_binary(void)
{
    static const struct {
        const char *form;
        enum rp_binary binary;
        const char *want;
    } wanted[] = {
        {"tsv", RP_BINARY_AS_IS,
         "\\0\xff\\n\t\\\\x00fF0a\t\\\\x41\n\t\\\\x\tNULL\nNULL\t\\\\000a\\\\\\\\\\\\377\tz\n"},
        {"tsv", RP_BINARY_HEX, "00ff0a\t00fF0a\t\\\\x41\n\t\tNULL\nNULL\t00615cff\tz\n"},
        {"tsv", RP_BINARY_BASE64, "AP8K\tAP8K\t\\\\x41\n\t\tNULL\nNULL\tAGFc/w==\tz\n"},
        {"csv", RP_BINARY_HEX, "00ff0a,00fF0a,\\x41\r\n\"\",\"\",\r\n,00615cff,z\r\n"},
        {"csv", RP_BINARY_BASE64, "AP8K,AP8K,\\x41\r\n\"\",\"\",\r\n,AGFc/w==,z\r\n"},
        {"vertical", RP_BINARY_HEX,
         "*************************** 1. row ***************************\n"
         "00ff0a\n00fF0a\n\\x41\n"
         "*************************** 2. row ***************************\n"
         "\n\nNULL\n"
         "*************************** 3. row ***************************\n"
         "NULL\n00615cff\nz\n"},
        {"table", RP_BINARY_BASE64,
         "+------+----------+------+\n"
         "| AP8K | AP8K     | \\x41 |\n"
         "|      |          | NULL |\n"
         "| NULL | AGFc/w== | z    |\n"
         "+------+----------+------+\n"},
        {"table", RP_BINARY_AS_IS,
         "+------------+-------------+------+\n"
         "| \\x00\\xff\\n | \\x00fF0a    | \\x41 |\n"
         "|            | \\x          | NULL |\n"
         "| NULL       | \\000a\\\\\\377 | z    |\n"
         "+------------+-------------+------+\n"},
        {"json", RP_BINARY_AS_IS,
         "[\n{\"b\":\"00ff0a\",\"a\":\"00fF0a\",\"t\":\"\\\\x41\"},\n"
         "{\"b\":\"\",\"a\":\"\",\"t\":null},\n"
         "{\"b\":null,\"a\":\"00615cff\",\"t\":\"z\"}\n]\n"},
        {"json", RP_BINARY_BASE64,
         "[\n{\"b\":\"AP8K\",\"a\":\"AP8K\",\"t\":\"\\\\x41\"},\n"
         "{\"b\":\"\",\"a\":\"\",\"t\":null},\n"
         "{\"b\":null,\"a\":\"AGFc/w==\",\"t\":\"z\"}\n]\n"},
    };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        struct rp_result_style style = style_of(wanted[i].form);
        style.no_header = true;
        style.binary = wanted[i].binary;
        looks_like(&style, &binary, wanted[i].want, wanted[i].form);
    }
}

/* --- much --------------------------------------------------------------------------------- */

enum { HUGE_CELL = 10 * 1024 * 1024 };

static void count_lengths(const char *form, enum rp_value_kind kind, enum rp_binary how,
                          size_t want)
{
    static char huge[HUGE_CELL];
    const struct rp_column column = {"c", kind};
    const struct rp_value rows[] = {{false, {huge, HUGE_CELL}}, TEXT("a\nb")};
    const struct test_result result = {&column, 1, rows, 2};
    struct rp_result_style style = style_of(form);
    RP_BUF_AUTO struct rp_buf got;

    memset(huge, 'x', sizeof(huge));
    style.binary = how;
    style.no_header = true;
    format_result(&style, &result, 1, &got);
    IS_INT(got.len, want, form);
}

static void test_huge_cells(void)
{
    count_lengths("tsv", RP_VALUE_TEXT, RP_BINARY_AS_IS, HUGE_CELL + 6);
    count_lengths("csv", RP_VALUE_TEXT, RP_BINARY_AS_IS, HUGE_CELL + 9);
    count_lengths("json", RP_VALUE_TEXT, RP_BINARY_AS_IS, HUGE_CELL + 27);
    count_lengths("vertical", RP_VALUE_TEXT, RP_BINARY_AS_IS, HUGE_CELL + 131);
    count_lengths("table", RP_VALUE_TEXT, RP_BINARY_AS_IS, HUGE_CELL + 24);
    count_lengths("tsv", RP_VALUE_BINARY, RP_BINARY_HEX, 2 * HUGE_CELL + 8);
    count_lengths("tsv", RP_VALUE_BINARY, RP_BINARY_BASE64, (HUGE_CELL + 2) / 3 * 4 + 6);
}

/* The widths are those of the rows that are looked at first; what comes later is whole. */
static void test_late_width(void)
{
    static struct rp_value rows[RP_TABLE_ROWS + 2];
    static const struct rp_column column = {"c", RP_VALUE_TEXT};
    struct test_result result = {&column, 1, rows, RP_TABLE_ROWS + 2};
    struct rp_result_style style = style_of("table");
    RP_BUF_AUTO struct rp_buf got;

    for (size_t i = 0; i < result.rows; i++)
        rows[i] = (struct rp_value)TEXT("1");
    rows[RP_TABLE_ROWS - 1] = (struct rp_value)TEXT("123");
    rows[RP_TABLE_ROWS] = (struct rp_value)TEXT("12345");
    format_result(&style, &result, 1, &got);
    OK(rp_span_starts(rp_buf_span(&got), "+-----+\n| c   |\n+-----+\n| 1   |\n"),
       "as the held rows");
    OK(rp_span_ends(rp_buf_span(&got), "| 1   |\n| 123 |\n| 12345 |\n| 1   |\n+-----+\n"),
       "a later one stands out");
}

static void test_several(void)
{
    static const struct test_result result = {columns, 1, values, 1};
    struct rp_result_style style = style_of("json");
    RP_BUF_AUTO struct rp_buf got;

    format_result(&style, &result, 2, &got);
    IS_SPAN(rp_buf_span(&got), "[\n{\"id\":1}\n]\n[\n{\"id\":1}\n]\n", "one behind another");
}

static void test_raw(void)
{
    struct rp_result_writer *writer = NULL;
    struct rp_error err = {0};
    RP_FD_AUTO int fd = memfd_create("result", MFD_CLOEXEC);
    RP_BUF_AUTO struct rp_buf got = {.max = 1024};

    WORKS(rp_result_writer_new(fd, &writer, &err), err, "a writer");
    WORKS(rp_result_raw(writer, RP_SPAN("a\tb\\N\n"), &err), err, "bytes as they are");
    read_written(fd, &got);
    IS_INT(got.len, 0, "they wait in the buffer");
    WORKS(rp_result_flush(writer, &err), err, "until they go out");
    read_written(fd, &got);
    IS_SPAN(rp_buf_span(&got), "a\tb\\N\n", "as they are");
    rp_result_writer_free(writer);
    rp_result_writer_free(NULL);
}

/* --- what cannot be written --------------------------------------------------------------- */

static void fails_on(int fd, const char *form, const char *why)
{
    struct rp_result_style style = style_of(form);
    struct rp_result_writer *writer = NULL;
    struct rp_error err = {0};
    struct rp_error again = {0};

    WORKS(rp_result_writer_new(fd, &writer, &err), err, "a writer");
    WORKS(write_result(writer, &style, &example, &err), err, "the buffer takes it");
    FAILS(rp_result_flush(writer, &err), RP_KIND_OUTPUT, err, form);
    IS_STR(err.msg, why, "why");
    FAILS(write_result(writer, &style, &example, &again), RP_KIND_OUTPUT, again, "for good");
    IS_STR(again.msg, why, "the same again");
    FAILS(rp_result_raw(writer, RP_SPAN("x"), &err), RP_KIND_OUTPUT, err, "bytes, too");
    rp_result_writer_free(writer);
}

static void test_failures(void)
{
    static const char *const all[] = {"tsv", "csv", "json", "vertical", "table"};
    RP_FD_AUTO int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    int ends[2] = {-1, -1};

    (void)signal(SIGPIPE, SIG_IGN);
    OK(full >= 0 && pipe(ends) == 0 && close(ends[0]) == 0, "places that take nothing");
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        fails_on(full, all[i], "cannot write to standard output: No space left on device");
        fails_on(ends[1], all[i], "cannot write to standard output: Broken pipe");
    }
    (void)close(ends[1]);
}

/* Within a result it shows as soon as the buffer is full. */
static void test_failure_within(void)
{
    RP_FD_AUTO int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct rp_result_style style = style_of("tsv");
    struct rp_result_writer *writer = NULL;
    struct rp_error err = {0};
    size_t rows = 0;

    WORKS(rp_result_writer_new(full, &writer, &err), err, "a writer");
    WORKS(rp_result_begin(writer, &style, columns, 2, &err), err, "a result");
    while (rows < 1000000 && !rp_failed(rp_result_row(writer, values, &err)))
        rows++;
    OK(rows > 1000 && rows < 100000, "it fails after some rows: %zu", rows);
    IS_INT(err.kind, RP_KIND_OUTPUT, "output");
    rp_result_writer_free(writer);
}

int main(void)
{
    test_forms();
    test_options();
    test_csv_null();
    test_nothing();
    test_names();
    test_binary();
    test_huge_cells();
    test_late_width();
    test_several();
    test_raw();
    test_failures();
    test_failure_within();
    return tap_done();
}
