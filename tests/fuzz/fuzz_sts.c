/*
 * Answers of STS from arbitrary bytes: the first tells the status, the rest is the body. What is
 * taken for a role is whole; what is refused says why, and holds no control character. Nothing
 * that is shown holds the token that was sent.
 */
#include <stdlib.h>

#include "aws/sts.h"
#include "context.h"
#include "rdspass/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *get(void *self, const char *name)
{
    (void)self;
    return strcmp(name, "AWS_MAX_ATTEMPTS") == 0 ? "1" : NULL;
}

static rp_status answer(void *self, const struct rp_http_request *request,
                        struct rp_http_response *out, struct rp_error *err)
{
    const struct rp_span *input = self;

    (void)err;
    rp_http_response_release(out);
    out->outcome = RP_HTTP_ANSWERED;
    out->status = input->n > 0 && input->p[0] != '2' ? 403 : 200;
    rp_buf_init(&out->body, request->max_body);
    rp_buf_add(&out->body, rp_span_skip(*input, 1));
    if (out->body.state != RP_BUF_FINE)
        out->outcome = RP_HTTP_TOO_LARGE;
    return RP_OK;
}

static const char sent[] = "eyJ-a-web-identity";

static void check_hidden(const char *text)
{
    if (strstr(text, sent) != NULL)
        abort();
}

static void check(rp_status status, const struct rp_role_session *got, const struct rp_error *err)
{
    if (rp_failed(status)) {
        if (err->msg[0] == '\0' || rp_utf8_has_control(rp_span(err->msg)))
            abort();
    } else if (got->arn[0] == '\0' || got->credentials.access_key_id[0] == '\0' ||
               rp_secret_is_empty(&got->credentials.session_token) ||
               got->credentials.expires_at <= FUZZ_NOW) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct rp_role role = {.arn = "arn:aws:iam::123456789012:role/R",
                                        .wanted_by = "a test"};
    struct rp_span input = {(const char *)data, size};
    const struct rp_context context = FUZZ_CONTEXT(get);
    const struct rp_transport net = {.perform = answer, .self = &input};
    struct rp_session session = {
        .ctx = &context, .profile = "p", .region_asked = "us-east-1", .net = &net};
    RP_ROLE_SESSION_AUTO struct rp_role_session got = {.arn = ""};
    RP_SECRET_AUTO struct rp_secret token = {0};
    struct rp_error err = {0};

    if (rp_failed(rp_profiles_parse(&context, RP_SPAN(""), RP_SPAN(""), &session.profiles, &err)) ||
        rp_failed(rp_secret_set(&token, rp_span(sent), &err)))
        abort();
    check(rp_sts_assume_role_with_web_identity(&session, &role, &token, &got, &err), &got, &err);
    check_hidden(err.msg);
    check_hidden(err.hint);
    check_hidden(got.arn);
    check_hidden(got.id);
    check_hidden(got.credentials.access_key_id);
    rp_session_release(&session);
    return 0;
}
