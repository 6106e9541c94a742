/* URLs from arbitrary bytes. */
#include "rdspass/codec/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_accepted(struct rp_span text, const struct rp_uri *uri)
{
    if (uri->scheme[0] == '\0' || !rp_uri_is(text))
        abort();
    if (uri->query.n > 0 &&
        (uri->query.p < text.p || uri->query.p + uri->query.n != text.p + text.n))
        abort();
    for (const char *c = uri->host; *c != '\0'; c++)
        if (*c == '@' || *c == '/' || *c == ',' || *c == '%')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span text = {(const char *)data, size};
    struct rp_uri uri;
    struct rp_error err = {0};

    if (!rp_failed(rp_uri_parse(text, &uri, &err)))
        check_accepted(text, &uri);
    else if (err.kind != RP_KIND_USAGE || err.msg[0] == '\0')
        abort();
    return 0;
}
