/*
 * Answers of the instance metadata service from arbitrary bytes: lines of a status and a body,
 * "2app-role", one for each exchange behind the token's. What is taken for credentials is whole;
 * what is refused says why. Nothing that is shown holds the token that was sent.
 */
#include <stdlib.h>

#include "aws/provider.h"
#include "context.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char token[] = "AQAAexample-metadata-token==";

static void check_shown(const char *text)
{
    if (strstr(text, token) != NULL || rp_utf8_has_control(rp_span(text)))
        abort();
}

static void take_line(void *self, enum rp_log_level level, const char *text)
{
    (void)self;
    (void)level;
    check_shown(text);
}

static const char *get(void *self, const char *name)
{
    (void)self;
    (void)name;
    return NULL;
}

/* Nothing is empty and no 5xx is given: the service would be asked again, after a pause. */
static int status_of(struct rp_span line)
{
    if (line.n < 2)
        return 404;
    return line.p[0] == '2' ? 200 : line.p[0] == 'u' ? 401 : 404;
}

static rp_status answer(void *self, const struct rp_http_request *request,
                        struct rp_http_response *out, struct rp_error *err)
{
    struct rp_span *rest = self;
    struct rp_span line = {NULL, 0};
    bool is_token = strcmp(request->method, "PUT") == 0;

    (void)err;
    if (!is_token)
        (void)rp_span_split(rest, '\n', &line);
    rp_http_response_release(out);
    out->outcome = RP_HTTP_ANSWERED;
    out->status = is_token ? 200 : status_of(line);
    rp_buf_init(&out->body, request->max_body);
    rp_buf_add(&out->body, is_token ? rp_span(token) : rp_span_skip(line, 1));
    return RP_OK;
}

static void check_found(const struct rp_credentials *found)
{
    if (found->access_key_id[0] == '\0' || rp_secret_is_empty(&found->secret_access_key) ||
        rp_secret_is_empty(&found->session_token) || found->hop_count != 1 ||
        found->expires_at <= FUZZ_NOW)
        abort();
    check_shown(found->access_key_id);
    check_shown(found->hops[0].what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span input = {(const char *)data, size};
    struct rp_context context = FUZZ_CONTEXT(get);
    const struct rp_transport net = {.perform = answer, .self = &input};
    struct rp_session session = {.ctx = &context, .profile = "p", .net = &net};
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    enum rp_answer came = RP_ANSWER_NOT_CONFIGURED;
    char why[RP_WHY_SIZE] = "";
    struct rp_error err = {0};

    context.log.line = take_line;
    if (rp_failed(rp_profiles_parse(&context, RP_SPAN(""), RP_SPAN(""), &session.profiles, &err)))
        abort();
    rp_status status = rp_provider_instance.load(&session, &came, &found, why, &err);
    check_shown(err.msg);
    check_shown(err.hint);
    check_shown(why);
    if (rp_failed(status) ? err.msg[0] == '\0' : came == RP_ANSWER_NOT_CONFIGURED && why[0] == '\0')
        abort();
    if (!rp_failed(status) && came == RP_ANSWER_CREDENTIALS)
        check_found(&found);
    rp_session_release(&session);
    return 0;
}
