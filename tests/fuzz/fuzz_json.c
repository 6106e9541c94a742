/*
 * JSON from arbitrary bytes: what is accepted must be printable, read again, and
 * print the same.
 */
#include "rdspass/codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(const struct rp_json *json, struct rp_buf *out)
{
    if (rp_failed(rp_json_format_line(json, out, NULL)))
        abort();
}

/* Every question must be answerable of every value. */
/* NOLINTNEXTLINE(misc-no-recursion): depth has a limit */
static void ask(const struct rp_json *value, unsigned depth)
{
    int64_t number;
    bool flag;
    const char *text = rp_json_text(value);

    if (depth > RP_JSON_DEPTH_MAX)
        abort();
    if (text != NULL && strlen(text) > 65536)
        abort();
    (void)rp_json_integer(value, &number);
    (void)rp_json_boolean(value, &flag);
    size_t count = rp_json_count(value);
    for (size_t i = 0; i < count && i < 64; i++) {
        const struct rp_json *element = rp_json_element(value, i);
        if (element == NULL)
            abort();
        if (rp_json_is_object(value) && rp_json_member(value, rp_json_name(element)) != element)
            abort(); /* a name comes once */
        ask(element, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RP_JSON_AUTO struct rp_json *first = NULL;
    RP_JSON_AUTO struct rp_json *second = NULL;
    RP_BUF_AUTO struct rp_buf one = {.max = SIZE_MAX / 2};
    RP_BUF_AUTO struct rp_buf two = {.max = SIZE_MAX / 2};
    struct rp_span text = {(const char *)data, size};

    if (size > 65536 || rp_failed(rp_json_parse(text, RP_KIND_CONFIG, "the text", &first, NULL)))
        return 0;
    ask(first, 0);
    print(first, &one);
    if (rp_failed(rp_json_parse(rp_buf_span(&one), RP_KIND_CONFIG, "the text", &second, NULL)))
        abort();
    print(second, &two);
    if (!rp_span_eq(rp_buf_span(&one), rp_buf_span(&two)))
        abort();
    return 0;
}
