/* JSON: what is written, what is read, and what is refused. */
#include "rdspass/codec/json.h"

#include "tap.h"

static rp_status parse(struct rp_span text, struct rp_json **out, struct rp_error *err)
{
    return rp_json_parse(text, RP_KIND_CREDENTIALS, "the answer", out, err);
}

static void good(const char *text)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    struct rp_error err = {0};

    WORKS(parse(rp_span(text), &json, &err), err, text);
}

static void bad_span(struct rp_span text, const char *why)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    struct rp_error err = {0};
    char want[128];

    (void)snprintf(want, sizeof(want), "the answer is not valid JSON: %s", why);
    FAILS(parse(text, &json, &err), RP_KIND_CREDENTIALS, err, "refused");
    IS_STR(err.msg, want, why);
    OK(json == NULL, "nothing is given");
}

static void bad(const char *text, const char *why)
{
    bad_span(rp_span(text), why);
}

static void test_grammar(void)
{
    static const char *const texts[] = {
        "{}",
        " [ ] ",
        "null",
        "true",
        "\"\"",
        "0",
        "-0.5e+7",
        "[[],{},[{}]]",
        "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"d\":\"\"}",
        "\"\\u00e9\\ud83d\\ude00\\/\\n\"",
        "\t{ \"a\" : \r\n[ 1 , 2 ] }\n",
        "1E400",
        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
        "{\"A\":1,\"a\":1}",
        "[{\"a\":1},{\"a\":1}]",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        good(texts[i]);
    bad("", "it ends too early");
    bad("  ", "it ends too early");
    bad("{", "a name must be a text");
    bad("{\"a", "it ends too early");
    bad("{\"a\\", "it ends too early");
    bad("[1", "it ends too early");
    bad("[1,", "it ends too early");
    bad("[1,]", "a value is malformed");
    bad("{\"a\":1,}", "a name must be a text");
    bad("{a:1}", "a name must be a text");
    bad("{\"a\" 1}", "a name has no value");
    bad("[1 2]", "a comma is missing");
    bad("[1}", "a comma is missing");
    bad("{} x", "something follows the value");
    bad("{}{}", "something follows the value");
    bad("]", "a value is malformed");
    bad("truex", "something follows the value");
    bad("nul", "a value is malformed");
    bad("'a'", "a value is malformed");
    bad("// x\n1", "a value is malformed");
    bad("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "it is nested too deeply");
}

static void test_texts(void)
{
    bad("\"a\tb\"", "a text holds a control character");
    bad("\"a\nb\"", "a text holds a control character");
    bad_span(RP_SPAN("\"a\0b\""), "a text holds a control character");
    bad_span(RP_SPAN("{}\0"), "something follows the value");
    bad("\"\\u0000\"", "a text is malformed");
    bad("\"\\x41\"", "a text is malformed");
    bad("\"\\u12g4\"", "a text is malformed");
    bad("\"\\ud800\"", "a text is malformed");
    bad("\"\\udc00\"", "a text is malformed");
    bad("\"\\ud800\\u0041\"", "a text is malformed");
    bad("\"\xff\"", "it is not UTF-8");
    bad("\"\xc0\x80\"", "it is not UTF-8");
    bad("\xef\xbb\xbf{}", "a value is malformed");
}

static void test_numbers(void)
{
    bad("+1", "a value is malformed");
    bad("01", "something follows the value");
    bad("1.", "a number is malformed");
    bad(".5", "a value is malformed");
    bad("-", "a number is malformed");
    bad("1e", "a number is malformed");
    bad("0x10", "something follows the value");
    bad("1000000000000000000000000000000000000000000000000000000000000", "a number is malformed");
}

static void test_names(void)
{
    struct rp_buf many = {.max = 65536};

    bad("{\"a\":1,\"a\":1}", "a name comes twice");
    bad("{\"a\":1,\"\\u0061\":1}", "a name comes twice");
    bad("[0,{\"x\":[{\"a\":1,\"b\":2,\"a\":3}]}]", "a name comes twice");
    bad("{\"x\":[[],{}],\"y\":{\"a\":1,\"a\":3}}", "a name comes twice");
    for (int i = 0; i <= RP_JSON_NAMES_MAX; i++)
        rp_buf_addf(&many, "%c\"n%d\":%d", i == 0 ? '{' : ',', i, i);
    rp_buf_add_char(&many, '}');
    bad_span(rp_buf_span(&many), "an object has too many names");
    rp_buf_release(&many);
}

static void test_values(void)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    struct rp_error err = {0};
    int64_t number = 7;
    bool flag = true;

    WORKS(parse(rp_span("{\"Text\":\"a\\u00e9\",\"n\":42,\"big\":9007199254740993,\"half\":0.5,"
                        "\"min\":-9007199254740991,\"one\":1.0,\"huge\":1e300,\"f\":false,"
                        "\"list\":[1,\"2\",[]],\"none\":null}"),
                &json, &err),
          err, "an object");
    IS_STR(rp_json_text(rp_json_member(json, "Text")), "a\xc3\xa9", "a text");
    OK(rp_json_member(json, "text") == NULL, "names are exact");
    OK(rp_json_text(rp_json_member(json, "n")) == NULL, "a number is no text");
    OK(rp_json_integer(rp_json_member(json, "n"), &number) && number == 42, "a number");
    OK(rp_json_integer(rp_json_member(json, "one"), &number) && number == 1, "1.0 is an integer");
    OK(rp_json_integer(rp_json_member(json, "min"), &number) && number == -9007199254740991,
       "the least");
    number = 7;
    OK(!rp_json_integer(rp_json_member(json, "big"), &number), "beyond 2^53");
    OK(!rp_json_integer(rp_json_member(json, "huge"), &number), "far beyond");
    OK(!rp_json_integer(rp_json_member(json, "half"), &number), "a fraction");
    OK(!rp_json_integer(rp_json_member(json, "Text"), &number), "a text is no number");
    IS_INT(number, 7, "what is not there changes nothing");
    OK(rp_json_boolean(rp_json_member(json, "f"), &flag) && !flag, "false");
    OK(!rp_json_boolean(rp_json_member(json, "n"), &flag), "a number is no boolean");
    OK(rp_json_is_null(rp_json_member(json, "none")), "null");
    OK(!rp_json_is_null(rp_json_member(json, "absent")), "absent is not null");
    IS_INT(rp_json_count(json), 10, "members of an object");
    IS_STR(rp_json_name(rp_json_element(json, 1)), "n", "the second name");
    const struct rp_json *list = rp_json_member(json, "list");
    OK(rp_json_is_array(list) && !rp_json_is_object(list), "an array");
    IS_INT(rp_json_count(list), 3, "its elements");
    IS_STR(rp_json_text(rp_json_element(list, 1)), "2", "the second");
    OK(rp_json_element(list, 3) == NULL, "there is no fourth");
    OK(rp_json_member(list, "x") == NULL && rp_json_member(NULL, "x") == NULL, "no member");
    OK(rp_json_text(NULL) == NULL && rp_json_count(NULL) == 0, "nothing has nothing");
}

static void test_writing(void)
{
    RP_JSON_AUTO struct rp_json *json = rp_json_new();
    RP_BUF_AUTO struct rp_buf out = {.max = 4096};
    struct rp_error err = {0};
    struct rp_json *list;

    rp_json_add_text(json, "a", "x\n\"");
    rp_json_add_text(json, "none", NULL);
    rp_json_add_bytes(json, "b", rp_span_first(rp_span("abc"), 2));
    rp_json_add_number(json, "n", 1767322845);
    rp_json_add_bool(json, "t", true);
    list = rp_json_add_array(json, "list");
    rp_json_add_text_element(list, "one");
    rp_json_add_text(rp_json_add_element(list), "k", "v");
    OK(rp_json_array(json, "list") == list && rp_json_array(json, "n") == NULL &&
           rp_json_array(json, "absent") == NULL,
       "an array can be had again");
    struct rp_json *other = rp_json_new();
    struct rp_json *nothing = NULL;
    rp_json_add_bool(other, "z", false);
    rp_json_move(json, "moved", &other);
    rp_json_move(json, "nothing", &nothing);
    OK(other == NULL, "what has moved is no longer the caller's");
    WORKS(rp_json_format_line(json, &out, &err), err, "one line");
    IS_STR(rp_buf_str(&out),
           "{\"a\":\"x\\n\\\"\",\"none\":null,\"b\":\"ab\",\"n\":1767322845,\"t\":true,"
           "\"list\":[\"one\",{\"k\":\"v\"}],\"moved\":{\"z\":false},\"nothing\":null}",
           "all of it");
}

static void test_changing(void)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    RP_BUF_AUTO struct rp_buf out = {.max = 4096};
    struct rp_error err = {0};

    WORKS(rp_json_parse(rp_span("{\"a\":\"x\",\"b\":[1,{}],\"in\":{\"A\":2},\"u\":null}"),
                        RP_KIND_CONFIG, "it", &json, &err),
          err, "an object that was read");
    rp_json_set_text(json, "a", "y");
    rp_json_set_bytes(json, "new", rp_span_first(rp_span("abc"), 2));
    rp_json_set_text(rp_json_object(json, "in"), "A", "z");
    OK(rp_json_object(json, "b") == NULL && rp_json_object(json, "absent") == NULL &&
           rp_json_object(NULL, "a") == NULL,
       "only objects can be changed");
    WORKS(rp_json_format_line(json, &out, &err), err, "is changed");
    IS_STR(rp_buf_str(&out),
           "{\"b\":[1,{}],\"in\":{\"A\":\"z\"},\"u\":null,\"a\":\"y\",\"new\":\"ab\"}",
           "  and keeps what was not");
}

/* As Python's json.dumps has it. */
static void test_ascii(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 4096};

    OK(rp_json_quote_ascii(&out, "a\"\\/\b\f\n\r\t\x01\x7f~ \xc3\xa9\xf0\x9f\x98\x80"), "UTF-8");
    IS_STR(rp_buf_str(&out), "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f~ \\u00e9\\ud83d\\ude00\"",
           "in ASCII");
    OK(!rp_json_quote_ascii(&out, "a\xff"), "anything else is not");
}

int main(void)
{
    test_grammar();
    test_texts();
    test_numbers();
    test_names();
    test_values();
    test_writing();
    test_changing();
    test_ascii();
    return tap_done();
}
