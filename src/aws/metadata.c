/*
 * The instance metadata service: exchanges with it, its tokens, the region.
 *
 * Version 2 (a token, got by PUT) is asked for first. Version 1 comes in its
 * place where the service does not know tokens (403, 404, 405) or takes the
 * request and never answers, unless that is forbidden.
 */
#include "metadata.h"

#include <poll.h>

#include "rdspass/aws/partition.h"
#include "rdspass/base/deadline.h"
#include "rdspass/base/utf8.h"

enum {
    TOKEN_MAX = 4096,
    ALL_MS = 5000, /* for all exchanges together, unless the settings want longer */
    PAUSE_MS = 100,
    FAULT_ATTEMPTS = 2, /* where an answer comes and is none, at least */
};

static const char token_path[] = "/latest/api/token";
static const char region_path[] = "/latest/meta-data/placement/region";

void rp_metadata_release(struct rp_metadata *metadata)
{
    rp_secret_release(&metadata->token);
    *metadata = (struct rp_metadata){0};
}

static bool is_put(const struct rp_http_request *request)
{
    return strcmp(request->method, "PUT") == 0;
}

/* Fills in limits and URL, and makes one exchange. */
static rp_status exchange_once(struct rp_metadata *metadata, struct rp_http_request *request,
                               const char *path, struct rp_http_response *out, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf url = {.max = 2 * RP_METADATA_URL_MAX};
    const struct rp_transport *net = metadata->session->net;
    uint32_t left = (uint32_t)rp_deadline_left(metadata->deadline);
    uint32_t timeout = metadata->settings.timeout_ms;

    rp_buf_add_str(&url, metadata->settings.base);
    rp_buf_add_str(&url, path);
    RP_TRY(rp_buf_check(&url, RP_KIND_CONFIG, "the URL of the instance metadata", err));
    request->url = rp_buf_str(&url);
    request->total_ms = left == 0 ? 1 : left < timeout ? left : timeout;
    request->connect_ms = request->total_ms;
    request->direct = true;
    RP_TRY(net->perform(net->self, request, out, err));
    if (out->outcome == RP_HTTP_TIMED_OUT && out->connected)
        metadata->hung = true;
    return RP_OK;
}

/* How often such an exchange is tried at most. */
static uint32_t attempts_for(const struct rp_metadata *metadata,
                             const struct rp_http_request *request,
                             const struct rp_http_response *response)
{
    uint32_t attempts = metadata->settings.attempts;
    uint32_t more = attempts > FAULT_ATTEMPTS ? attempts : FAULT_ATTEMPTS;

    switch (response->outcome) {
    case RP_HTTP_ANSWERED:
        if (response->status == 429 || response->status >= 500)
            return more;
        return response->status == 200 && response->body.len == 0 ? more : 1;
    case RP_HTTP_BROKEN:
        return more;
    case RP_HTTP_TIMED_OUT: /* a token that does not come will not come */
        return is_put(request) && response->connected ? 1 : attempts;
    case RP_HTTP_NOT_RESOLVED:
    case RP_HTTP_NOT_CONNECTED:
        return attempts;
    case RP_HTTP_TLS_FAILED:
    case RP_HTTP_TOO_LARGE:
    case RP_HTTP_NO_PROOF:
    case RP_HTTP__COUNT:
        break;
    }
    return 1;
}

/* What came of an exchange, in words; none of them is the body's. */
static const char *describe(const struct rp_http_response *response, char *text, size_t size)
{
    if (response->outcome != RP_HTTP_ANSWERED)
        return response->why;
    if (response->status == 200 && response->body.len == 0)
        return "an empty answer";
    (void)snprintf(text, size, "status %d", response->status);
    return text;
}

static rp_status exchange(struct rp_metadata *metadata, struct rp_http_request *request,
                          const char *path, struct rp_http_response *out, struct rp_error *err)
{
    const struct rp_context *ctx = metadata->session->ctx;
    char text[32];

    for (uint32_t attempt = 1;; attempt++) {
        RP_TRY(exchange_once(metadata, request, path, out, err));
        rp_trace(ctx, "instance metadata: %s %s%s: %s", request->method, metadata->settings.base,
                 path, describe(out, text, sizeof(text)));
        if (attempt >= attempts_for(metadata, request, out) ||
            rp_deadline_left(metadata->deadline) <= PAUSE_MS)
            return RP_OK;
        (void)poll(NULL, 0, PAUSE_MS);
    }
}

/* Fails for what somebody at the address did or did not answer. */
static rp_status fail(const struct rp_metadata *metadata, const char *what, const char *why,
                      struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_NO_CREDENTIALS,
                               "the instance metadata service at %s does not give %s: %s",
                               metadata->settings.base, what, why);
    if (metadata->hung)
        rp_hint(err, "in a container on EC2 let its answers pass one hop more "
                     "(HttpPutResponseHopLimit=2: aws ec2 modify-instance-metadata-options "
                     "--http-put-response-hop-limit 2 --instance-id ID); elsewhere set "
                     "AWS_EC2_METADATA_DISABLED=true");
    else
        rp_hint(err, "try again, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a "
                     "profile with keys, a role or SSO with --profile");
    return status;
}

static bool is_token(struct rp_span token)
{
    if (token.n == 0)
        return false;
    for (size_t i = 0; i < token.n; i++)
        if (token.p[i] <= ' ' || token.p[i] > '~')
            return false;
    return true;
}

/* Speaks version 1 from here on, where that is allowed. */
static rp_status fall_back(struct rp_metadata *metadata, const char *why, struct rp_error *err)
{
    char both[RP_ERROR_TEXT_MAX];

    rp_secret_release(&metadata->token);
    if (metadata->settings.v1_forbidden_by == NULL)
        return RP_OK;
    int n = snprintf(both, sizeof(both), "%s, and version 1 is forbidden by %s", why,
                     metadata->settings.v1_forbidden_by);
    (void)n; /* an over-long one is cut */
    return fail(metadata, "a token", both, err);
}

/* Gets a token. *out_silent: nobody is there. */
static rp_status get_token(struct rp_metadata *metadata, bool *out_silent,
                           struct rp_http_response *response, struct rp_error *err)
{
    struct rp_http_request request = {
        .method = "PUT",
        .headers = {{"x-aws-ec2-metadata-token-ttl-seconds", RP_SPAN("21600")}},
        .header_count = 1,
        .max_body = TOKEN_MAX,
    };
    char text[32];

    *out_silent = false;
    RP_TRY(exchange(metadata, &request, token_path, response, err));
    struct rp_span token = rp_buf_span(&response->body);
    const char *why = describe(response, text, sizeof(text));
    if (response->outcome == RP_HTTP_NOT_RESOLVED || response->outcome == RP_HTTP_NOT_CONNECTED ||
        (response->outcome == RP_HTTP_TIMED_OUT && !response->connected)) {
        *out_silent = true;
        return RP_OK;
    }
    if (response->outcome == RP_HTTP_TIMED_OUT || response->status == 403 ||
        response->status == 404 || response->status == 405)
        return fall_back(metadata, why, err);
    if (response->status == 200 && is_token(token))
        return rp_secret_set(&metadata->token, token, err);
    if (response->status == 200 && token.n > 0)
        why = "the answer has characters in it that no token has";
    return fail(metadata, "a token", why, err);
}

rp_status rp_metadata_open(struct rp_metadata *metadata, const struct rp_session *session,
                           enum rp_answer *out_answer, char why[static RP_WHY_SIZE],
                           struct rp_error *err)
{
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    bool silent;

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    metadata->session = session;
    if (rp_env_is_true(session->ctx, "AWS_EC2_METADATA_DISABLED")) {
        rp_provider_why(why, "AWS_EC2_METADATA_DISABLED forbids to ask for an EC2 instance's role");
        return RP_OK;
    }
    if (session->net == NULL) {
        rp_provider_why(why, "the network is not asked for an EC2 instance's role");
        return RP_OK;
    }
    RP_TRY(rp_metadata_read_settings(session, &metadata->settings, err));
    int wanted = (int)(2 * metadata->settings.timeout_ms * metadata->settings.attempts);
    metadata->deadline = rp_deadline_in(wanted > ALL_MS ? wanted : ALL_MS);
    RP_TRY(get_token(metadata, &silent, &response, err));
    if (silent)
        rp_provider_why(why, "no EC2 instance: at %s is no metadata service (%s)",
                        metadata->settings.base, response.why);
    else
        *out_answer = RP_ANSWER_CREDENTIALS;
    return RP_OK;
}

static rp_status get(struct rp_metadata *metadata, const char *path, struct rp_http_response *out,
                     struct rp_error *err)
{
    struct rp_http_request request = {.method = "GET", .max_body = RP_METADATA_BODY_MAX};

    if (!rp_secret_is_empty(&metadata->token)) {
        request.headers[0] =
            (struct rp_http_header){"x-aws-ec2-metadata-token", rp_secret_reveal(&metadata->token)};
        request.header_count = 1;
    }
    return exchange(metadata, &request, path, out, err);
}

rp_status rp_metadata_get(struct rp_metadata *metadata, const char *path, const char *what,
                          bool *out_found, struct rp_http_response *out, struct rp_error *err)
{
    char text[32];
    bool silent;

    *out_found = false;
    RP_TRY(get(metadata, path, out, err));
    if (out->status == 401 && !rp_secret_is_empty(&metadata->token) && !metadata->renewed) {
        metadata->renewed = true; /* its life is over, or that of the service that gave it */
        RP_TRY(get_token(metadata, &silent, out, err));
        if (silent)
            return fail(metadata, "a token", out->why, err);
        RP_TRY(get(metadata, path, out, err));
    }
    if (out->status == 404)
        return RP_OK;
    if (out->status == 401 && metadata->hung && rp_secret_is_empty(&metadata->token))
        return fail(metadata, "a token", "time-out, and version 1 is refused (status 401)", err);
    if (out->status != 200 || out->body.len == 0)
        return fail(metadata, what, describe(out, text, sizeof(text)), err);
    *out_found = true;
    return RP_OK;
}

/* The region's name from the service; fails as a provider does. */
static rp_status get_region(const struct rp_session *session, struct rp_buf *out,
                            char why[static RP_WHY_SIZE], struct rp_error *err)
{
    RP_METADATA_AUTO struct rp_metadata metadata = {0};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    enum rp_answer answer;
    bool found;

    RP_TRY(rp_metadata_open(&metadata, session, &answer, why, err));
    if (answer == RP_ANSWER_NOT_CONFIGURED)
        return RP_OK;
    rp_provider_why(why, "the instance metadata have no region that is one");
    RP_TRY(rp_metadata_get(&metadata, region_path, "the region", &found, &response, err));
    struct rp_span name = rp_span_trim(rp_buf_span(&response.body));
    if (found && rp_partition_of_region(name) != NULL)
        rp_buf_add(out, name);
    return RP_OK;
}

bool rp_session_instance_region(const struct rp_session *session, char *out, size_t size)
{
    RP_BUF_AUTO struct rp_buf name = {.max = size - 1};
    struct rp_error err = {0};
    char why[RP_WHY_SIZE];

    rp_status status = get_region(session, &name, why, &err);
    if (rp_failed(status) || name.len == 0 || name.state != RP_BUF_FINE) {
        rp_trace(session->ctx, "region: %s", rp_failed(status) ? err.msg : why);
        return false;
    }
    memcpy(out, name.data, name.len + 1);
    return true;
}
