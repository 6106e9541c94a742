/*
 * XML from arbitrary bytes: what is accepted must be accepted inside of one more
 * element, and give the same texts there, which hold nothing that controls a
 * terminal.
 */
#include "rdspass/base/utf8.h"
#include "rdspass/codec/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static rp_status parse(struct rp_span text, struct rp_xml **out, struct rp_error *err)
{
    return rp_xml_parse(text, RP_KIND_CREDENTIALS, "the text", out, err);
}

static void check_text(const char *text)
{
    RP_BUF_AUTO struct rp_buf visible = {.max = SIZE_MAX / 2};

    for (const char *c = text; *c != '\0'; c++)
        rp_buf_add_char(&visible, *c == '\t' || *c == '\n' || *c == '\r' ? ' ' : *c);
    if (!rp_utf8_valid(rp_buf_span(&visible)) || rp_utf8_has_control(rp_buf_span(&visible)))
        abort();
}

/* "PATH" of the one and "r/PATH" of the other, which is around it. */
static void compare(const struct rp_xml *xml, const struct rp_xml *around, const char *path)
{
    char longer[64];

    (void)snprintf(longer, sizeof(longer), "r/%s", path);
    const char *one = rp_xml_text(xml, path);
    const char *two = rp_xml_text(around, longer);
    if ((one == NULL) != (two == NULL) || (one != NULL && strcmp(one, two) != 0))
        abort();
    if (one != NULL)
        check_text(one);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"a", "a/b", "a/b/c", "ErrorResponse/Error/Code"};
    RP_XML_AUTO struct rp_xml *xml = NULL;
    RP_XML_AUTO struct rp_xml *around = NULL;
    RP_BUF_AUTO struct rp_buf text = {.max = SIZE_MAX / 2};
    struct rp_span bytes = {(const char *)data, size};
    struct rp_error err = {0};

    if (rp_failed(parse(bytes, &xml, NULL)))
        return 0;
    if (rp_span_starts(bytes, "<?xml"))
        bytes = rp_span_skip(bytes, rp_span_find(bytes, '>') + 1);
    rp_buf_add_str(&text, "<r>");
    rp_buf_add(&text, bytes);
    rp_buf_add_str(&text, "</r>");
    if (rp_failed(parse(rp_buf_span(&text), &around, &err))) {
        if (strstr(err.msg, "nested") == NULL && strstr(err.msg, "too many") == NULL)
            abort();
        return 0;
    }
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        compare(xml, around, paths[i]);
    return 0;
}
