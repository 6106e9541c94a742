/* Results as JSON: texts, numbers, values of JSON, and names. */
#include "client/result_json.h"

#include "rdspass/base/utf8.h"
#include "write_result.h"

static struct rp_result_style json_style(void)
{
    return (struct rp_result_style){.form = rp_result_form_find("json")};
}

/* One value, as the member "c" of one row. */
static void becomes(enum rp_value_kind kind, struct rp_span value, const char *want)
{
    const struct rp_column column = {"c", kind};
    const struct rp_value row = {false, value};
    const struct test_result result = {&column, 1, &row, 1};
    struct rp_result_style style = json_style();
    RP_BUF_AUTO struct rp_buf got;
    RP_BUF_AUTO struct rp_buf all = {.max = 4096};

    format_result(&style, &result, 1, &got);
    rp_buf_add_str(&all, "[\n{\"c\":");
    rp_buf_add_str(&all, want);
    rp_buf_add_str(&all, "}\n]\n");
    IS_SPAN(rp_buf_span(&got), rp_buf_str(&all), want);
}

/* --- texts -------------------------------------------------------------------------------- */

static void test_texts(void)
{
    becomes(RP_VALUE_TEXT, RP_SPAN(""), "\"\"");
    becomes(RP_VALUE_TEXT, RP_SPAN("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
    becomes(RP_VALUE_TEXT, RP_SPAN("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"");
    becomes(RP_VALUE_TEXT, RP_SPAN("\0\x1f\x7f"), "\"\\u0000\\u001f\\u007f\"");
    becomes(RP_VALUE_TEXT, RP_SPAN("\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80"),
            "\"\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80\"");
    becomes(RP_VALUE_TEXT, RP_SPAN("a\xff\xc3"), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
    becomes(RP_VALUE_TEXT, RP_SPAN("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    becomes(RP_VALUE_TEXT, RP_SPAN("true"), "\"true\"");
}

/* Whatever the bytes: UTF-8, and nothing that ends the line or the text too early. */
static void test_every_byte(void)
{
    static const struct rp_column column = {"c", RP_VALUE_TEXT};
    struct rp_result_style style = json_style();

    for (unsigned byte = 0; byte < 256; byte++) {
        const char text[] = {'x', (char)byte, 'y'};
        const struct rp_value row = {false, {text, sizeof(text)}};
        const struct test_result result = {&column, 1, &row, 1};
        RP_BUF_AUTO struct rp_buf got;

        format_result(&style, &result, 1, &got);
        struct rp_span value = rp_span_skip(rp_buf_span(&got), strlen("[\n{\"c\":"));
        value = rp_span_first(value, value.n - strlen("}\n]\n"));
        OK(rp_utf8_valid(value) && !rp_utf8_has_control(value) && rp_result_json_is_value(value) &&
               rp_span_starts(value, "\"x") && rp_span_ends(value, "y\""),
           "a text with byte %u", byte);
    }
}

/* --- numbers ------------------------------------------------------------------------------ */

static const char *const numbers[] = {
    "0",
    "7",
    "-1",
    "1.50",
    "0.1",
    "-0.0",
    "1e5",
    "1E+05",
    "1.5e-7",
    "9007199254740992",
    "-9007199254740992",
    "9007199254740991",
    "123456789012.345",
    "0.000000000000000000000123456789012345",
    "100000000000000000000.00",
    "0.30000000000000004",
    "3.141592653589793",
    "2.2250738585072014e-290",
    "1.7976931348623156e+299",
    "9.99999999999999e299",
    "1e308",
    "-1.7976931348623157e+308",
    "2.2250738585072014E-308",
    "5e-324",
    "0.00",
    "0e999",
};

static const char *const texts[] = {
    "",
    "-",
    "-0",
    "+1",
    "1.",
    ".5",
    "-.5",
    "01",
    "-01",
    "00",
    "1e",
    "1e+",
    "1e5.0",
    " 1",
    "1 ",
    "0x10",
    "1,5",
    "NaN",
    "Infinity",
    "-Infinity",
    "9007199254740993",
    "-9007199254740993",
    "18446744073709551615",
    "10000000000000000",
    "100000000000000000000",
    "12345678901234567.5",
    "0.12345678901234567890",
    "0.1000000000000000055",
    "0.30000000000000001",
    "9007199254740993.0",
    "1e400",
    "1e-400",
    "1.7976931348623159e+308",
    "123456789012345e300",
    "2e-324",
    "4.94e-324",
    "1.2345678e-320",
    "1e99999999999",
    "1e-99999999999",
};

static void test_numbers(void)
{
    RP_BUF_AUTO struct rp_buf tiny = {.max = 1024};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        becomes(RP_VALUE_NUMBER, rp_span(numbers[i]), numbers[i]);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char quoted[64];
        (void)snprintf(quoted, sizeof(quoted), "\"%s\"", texts[i]);
        becomes(RP_VALUE_NUMBER, rp_span(texts[i]), quoted);
    }
    rp_buf_add_str(&tiny, "0.");
    for (int i = 0; i < 400; i++)
        rp_buf_add_char(&tiny, '0');
    OK(rp_result_json_is_number(rp_buf_span(&tiny)), "a zero of many digits");
    rp_buf_add_char(&tiny, '1');
    OK(!rp_result_json_is_number(rp_buf_span(&tiny)), "less than any double");
    OK(!rp_result_json_is_number(RP_SPAN("1\0")), "no NUL");
    OK(!rp_result_json_is_number(RP_SPAN("\0")), "nor NUL alone");
}

static void test_booleans(void)
{
    becomes(RP_VALUE_BOOLEAN, RP_SPAN("t"), "true");
    becomes(RP_VALUE_BOOLEAN, RP_SPAN("f"), "false");
    becomes(RP_VALUE_BOOLEAN, RP_SPAN("true"), "\"true\"");
    becomes(RP_VALUE_BOOLEAN, RP_SPAN(""), "\"\"");
}

/* --- values of JSON ----------------------------------------------------------------------- */

static const char *const values[] = {
    "null",
    "true",
    "false",
    "0",
    "-1.5E+3",
    "12345678901234567890123456789",
    "\"\"",
    "\"\\u0000\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\xc3\xa9\"",
    "{}",
    "[]",
    "[[],{}]",
    " { \"a\" : [ 1 , { \"a\" : null } ] , \"a\" : 2 } ",
};

static const char *const no_values[] = {
    "",
    " ",
    "nul",
    "nulll",
    "True",
    "+1",
    "01",
    "1.",
    ".1",
    "1e",
    "-",
    "\"",
    "\"\\",
    "\"\\x\"",
    "\"\\u12",
    "\"\\u12g4\"",
    "\"\t\"",
    "\"\xff\"",
    "[",
    "]",
    "[1",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1}",
    "{",
    "}",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{a:1}",
    "{1:1}",
    "{\"a\" 1}",
    "{\"a\":1]",
    "1 2",
    "[] []",
    "\xef\xbb\xbf[]",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\ud83d\\u0041\"",
    "\"\\ud83dx\"",
    "NaN",
    "'a'",
    "[1]x",
    "//",
};

static void test_json_values(void)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        becomes(RP_VALUE_JSON, rp_span(values[i]), values[i]);
    for (size_t i = 0; i < sizeof(no_values) / sizeof(no_values[0]); i++)
        OK(!rp_result_json_is_value(rp_span(no_values[i])), "no JSON: %s", no_values[i]);
    OK(!rp_result_json_is_value(RP_SPAN("1\0")), "no JSON: NUL behind it");
    OK(!rp_result_json_is_value(RP_SPAN("\"\\\0\"")), "no JSON: NUL as an escape");
    OK(!rp_result_json_is_value((struct rp_span){NULL, 0}), "no JSON: nothing");
    becomes(RP_VALUE_JSON, RP_SPAN("{\"a\":"), "\"{\\\"a\\\":\"");
    becomes(RP_VALUE_JSON, RP_SPAN("{\n  \"a\": 1,\r\n  \"b\": \"\\n\"\n}"),
            "{   \"a\": 1,    \"b\": \"\\n\" }");
}

static bool is_value_at_depth(size_t depth)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 4096};

    for (size_t i = 0; i < depth; i++)
        rp_buf_add_char(&text, '[');
    rp_buf_add_char(&text, '1');
    for (size_t i = 0; i < depth; i++)
        rp_buf_add_char(&text, ']');
    return rp_result_json_is_value(rp_buf_span(&text));
}

static void test_depth(void)
{
    OK(is_value_at_depth(RP_RESULT_JSON_DEPTH), "as deep as it may be");
    OK(!is_value_at_depth(RP_RESULT_JSON_DEPTH + 1), "too deep");
}

/* --- names -------------------------------------------------------------------------------- */

static void test_names(void)
{
    static const struct rp_column columns[] = {
        {"a", RP_VALUE_NUMBER},    {"a", RP_VALUE_NUMBER},    {"a_2", RP_VALUE_NUMBER},
        {"a", RP_VALUE_NUMBER},    {"A", RP_VALUE_NUMBER},    {"", RP_VALUE_NUMBER},
        {"", RP_VALUE_NUMBER},     {"\"\n", RP_VALUE_NUMBER}, {"\xff", RP_VALUE_NUMBER},
        {"\xfe", RP_VALUE_NUMBER}, {"a_3", RP_VALUE_NUMBER},
    };
    static struct rp_value row[11];
    const struct test_result result = {columns, 11, row, 1};
    struct rp_result_style style = json_style();

    for (size_t i = 0; i < 11; i++)
        row[i] = (struct rp_value)NOTHING;
    looks_like(&style, &result,
               "[\n{\"a\":null,\"a_2\":null,\"a_2_2\":null,\"a_3\":null,\"A\":null,\"\":null,"
               "\"_2\":null,\"\\\"\\n\":null,\"\xef\xbf\xbd\":null,\"\xef\xbf\xbd_2\":null,"
               "\"a_3_2\":null}\n]\n",
               "each has a name of its own");
}

/* Many of the same name cost no more than many of different ones. */
static void test_many_names(void)
{
    enum { COUNT = 4096 };
    static struct rp_column columns[COUNT];
    const struct test_result result = {columns, COUNT, NULL, 0};
    struct rp_result_style style = json_style();

    for (size_t i = 0; i < COUNT; i++)
        columns[i] = (struct rp_column){"?column?", RP_VALUE_TEXT};
    looks_like(&style, &result, "[]\n", "thousands of names");
}

int main(void)
{
    test_texts();
    test_every_byte();
    test_numbers();
    test_booleans();
    test_json_values();
    test_depth();
    test_names();
    test_many_names();
    return tap_done();
}
