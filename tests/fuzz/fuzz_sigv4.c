/*
 * Requests of arbitrary bytes, cut at newlines: method, path, query and header
 * pairs, body. Both forms are signed; stages must agree and keep to one line
 * for each header.
 */
#include "rdspass/sigv4/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAIRS_MAX = 8, SIZE_MAX_HERE = 8192, OUT_MAX = 1 << 20 };

static size_t take_pairs(struct rp_span *rest, struct rp_sigv4_pair *pairs)
{
    struct rp_span line = {NULL, 0};
    size_t n = 0;

    while (n < PAIRS_MAX && rp_span_split(rest, '\n', &line) && line.n > 0) {
        size_t at = rp_span_find(line, '=');
        pairs[n++] = (struct rp_sigv4_pair){rp_span_first(line, at), rp_span_skip(line, at + 1)};
    }
    return n;
}

static void check_failure(const struct rp_error *err)
{
    if (err->kind != RP_KIND_INTERNAL && err->kind != RP_KIND_CREDENTIALS)
        abort();
}

static void sign(const struct rp_sigv4_request *request, const struct rp_sigv4_signer *signer)
{
    RP_BUF_AUTO struct rp_buf query = {.max = OUT_MAX};
    RP_BUF_AUTO struct rp_buf headers = {.max = OUT_MAX};
    struct rp_error err = {0};

    if (rp_failed(rp_sigv4_presign(request, signer, &query, &err))) {
        check_failure(&err);
    } else {
        for (size_t i = 0; i < query.len; i++)
            if (query.data[i] <= ' ' || query.data[i] > '~')
                abort(); /* all else is percent-encoded */
    }
    if (rp_failed(rp_sigv4_sign_headers(request, signer, &headers, &err)))
        check_failure(&err);
    else if (memmem(headers.data, headers.len, "Signature=", 10) == NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span rest = {(const char *)data, size};
    struct rp_sigv4_pair query[PAIRS_MAX];
    struct rp_sigv4_pair headers[PAIRS_MAX];
    struct rp_sigv4_request request = {.query = query, .headers = headers};
    struct rp_secret secret = {0};
    struct rp_secret token = {0};

    if (size == 0 || size > SIZE_MAX_HERE)
        return 0;
    if (!rp_span_split(&rest, '\n', &request.method) || !rp_span_split(&rest, '\n', &request.path))
        return 0;
    request.query_count = take_pairs(&rest, query);
    request.header_count = take_pairs(&rest, headers);
    request.body = rest;
    if (rp_failed(
            rp_secret_set(&secret, RP_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), NULL)) ||
        rp_failed(rp_secret_set(&token, request.path, NULL)))
        abort();
    struct rp_sigv4_signer signer = {
        .access_key_id = RP_SPAN("AKIDEXAMPLE"),
        .secret_access_key = &secret,
        .session_token = &token,
        .region = RP_SPAN("us-east-1"),
        .service = RP_SPAN("service"),
        .when = 1440938160,
        .expires = 900,
        .normalize = data[size - 1] & 1,
        .sign_body = data[size - 1] & 2,
        .token_outside = data[size - 1] & 4,
    };
    sign(&request, &signer);
    rp_secret_release(&secret);
    rp_secret_release(&token);
    return 0;
}
