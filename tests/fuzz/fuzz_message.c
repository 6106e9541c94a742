/*
 * Messages from arbitrary bytes, for both ends: what is accepted as a request or
 * a response must come out the same when it is formatted and parsed again. The
 * bytes are taken as they are, and once more behind our version: so the corpus
 * begins there, and outlives a release.
 */
#include "rdspass/ipc/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void carry(struct rp_json *header, struct rp_span body, struct rp_message *out)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = SIZE_MAX / 2};
    size_t used = 0;

    if (rp_failed(rp_message_format(header, body, &bytes, NULL)))
        return; /* escapes made it longer than a header may be */
    if (rp_failed(rp_message_parse(rp_buf_span(&bytes), "peer", out, &used, NULL)) ||
        used != bytes.len)
        abort();
}

static void check_request(const struct rp_message *message)
{
    RP_MESSAGE_AUTO struct rp_message again = {0};
    RP_JSON_AUTO struct rp_json *header = NULL;
    struct rp_http_request a;
    struct rp_http_request b;

    if (rp_failed(rp_fetch_parse_request(message, &a, NULL)))
        return;
    if (rp_failed(rp_fetch_format_request(&a, &header, NULL)))
        abort();
    carry(header, a.body, &again);
    if (again.header == NULL)
        return;
    if (rp_failed(rp_fetch_parse_request(&again, &b, NULL)) || strcmp(a.method, b.method) != 0 ||
        strcmp(a.url, b.url) != 0 || a.header_count != b.header_count ||
        !rp_span_eq(a.body, b.body) || a.total_ms != b.total_ms || a.direct != b.direct ||
        !rp_span_eq(a.dpop_key, b.dpop_key) || a.dpop_time != b.dpop_time)
        abort();
    for (size_t i = 0; i < a.header_count; i++)
        if (strcmp(a.headers[i].name, b.headers[i].name) != 0 ||
            !rp_span_eq(a.headers[i].value, b.headers[i].value))
            abort();
}

static void check_response(struct rp_message *message)
{
    RP_MESSAGE_AUTO struct rp_message again = {0};
    RP_JSON_AUTO struct rp_json *header = NULL;
    RP_HTTP_RESPONSE_AUTO struct rp_http_response a = {0};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response b = {0};

    if (rp_failed(rp_fetch_parse_response(message, &a, NULL)))
        return;
    if (rp_failed(rp_fetch_format_response(&a, &header, NULL)))
        abort();
    carry(header, rp_buf_span(&a.body), &again);
    if (again.header == NULL)
        return;
    if (rp_failed(rp_fetch_parse_response(&again, &b, NULL)) || a.outcome != b.outcome ||
        a.status != b.status || strcmp(a.error_type, b.error_type) != 0 ||
        strcmp(a.request_id, b.request_id) != 0 ||
        !rp_span_eq(rp_buf_span(&a.body), rp_buf_span(&b.body)))
        abort();
}

static void check(struct rp_span bytes)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    size_t used = 0;

    if (rp_failed(rp_message_parse(bytes, "peer", &message, &used, NULL)))
        return;
    if (used > bytes.n || (used > 0) != (message.header != NULL))
        abort();
    if (used > 0) {
        check_request(&message);
        check_response(&message);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RP_BUF_AUTO struct rp_buf versioned = {.max = SIZE_MAX / 2};
    struct rp_span bytes = {(const char *)data, size};

    check(bytes);
    rp_buf_add_str(&versioned, "{\"rdspass\":\"" RP_VERSION "\",");
    rp_buf_add(&versioned, bytes);
    check(rp_buf_span(&versioned));
    return 0;
}
