/* Asking a service: again where that helps, within a deadline. */
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>

#include "rdspass/base/deadline.h"
#include "service.h"

enum {
    CONNECT_MS = 5000,
    EXCHANGE_MS = 10000,
    WHOLE_MS = 25000,
    PAUSE_MS = 1000, /* before the second attempt at most; then twice that */
    PAUSE_MAX_MS = 8000,
    ATTEMPTS = 3,
    ATTEMPTS_MAX = 10,
};

/* Codes of AWS's that say "too fast" or "later", whatever the status. */
static const char throttling[] =
    "Throttling ThrottlingException ThrottledException RequestThrottled RequestThrottledException "
    "TooManyRequestsException ProvisionedThroughputExceededException RequestLimitExceeded "
    "BandwidthLimitExceeded LimitExceededException SlowDown slow_down PriorRequestNotComplete "
    "TransactionInProgressException EC2ThrottledException RequestTimeout RequestTimeoutException";

/* --- limits ------------------------------------------------------------------------------ */

static uint32_t attempts_of(const struct rp_session *session)
{
    const char *text = rp_env_get(session->ctx, "AWS_MAX_ATTEMPTS");
    uint32_t attempts;

    if (text == NULL)
        text = rp_session_setting(session, "max_attempts");
    if (text == NULL || !rp_span_to_uint(rp_span(text), ATTEMPTS_MAX, &attempts) || attempts == 0)
        return ATTEMPTS;
    return attempts;
}

/* One thousandth of what it is, in tests that say so. */
static uint32_t scaled(const struct rp_session *session, uint32_t ms)
{
#ifdef RP_TEST_BUILD
    if (rp_env_get(session->ctx, "RP_TEST_NO_PAUSE") != NULL)
        return ms / 1000;
#endif
    (void)session;
    return ms;
}

/* Random, so that those who failed together do not come again together. */
static int pause_before(const struct rp_session *session, uint32_t attempt)
{
    uint32_t most = (uint32_t)PAUSE_MS << (attempt < 4 ? attempt : 4);
    uint32_t chance = 0;

    if (most > PAUSE_MAX_MS)
        most = PAUSE_MAX_MS;
    if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) != (ssize_t)sizeof(chance))
        chance = most / 2;
    return (int)scaled(session, chance % most);
}

/* --- what passes by itself ----------------------------------------------------------------- */

bool rp_service_is_throttling(const char *code)
{
    return rp_span_is_word_of(rp_span(code), throttling);
}

static bool does_status_pass(int status)
{
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

static bool may_pass(const struct rp_service_question *question,
                     const struct rp_http_response *response)
{
    struct rp_service_error error;

    if (response->outcome != RP_HTTP_ANSWERED)
        return rp_http_may_pass(response->outcome);
    if (response->status == 200 || does_status_pass(response->status))
        return response->status != 200;
    rp_service_read_error(response, &error);
    return rp_service_is_throttling(error.code) ||
           rp_span_is_word_of(rp_span(error.code), question->passing);
}

/* --- the exchange --------------------------------------------------------------------------- */

/* Who stands between, where somebody has been named: it may be that one who does not answer. */
static void hint_way(const struct rp_session *session, const struct rp_service_question *question,
                     struct rp_error *err)
{
    const char *by = question->endpoint->by;
    static const char *const proxies[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

    if (by[0] != '\0') {
        rp_hint(err, "%s leads there: is that meant?", by);
        return;
    }
    for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++)
        if (rp_env_get(session->ctx, proxies[i]) != NULL) {
            rp_hint(err, "%s names a proxy that AWS is asked through: is that right, and is it up?",
                    proxies[i]);
            return;
        }
    rp_hint(err, "check the way to AWS from here: DNS, HTTPS_PROXY, a VPC endpoint of that "
                 "service");
}

static rp_status fail_unanswered(const struct rp_session *session,
                                 const struct rp_service_question *question,
                                 const struct rp_http_response *response, struct rp_error *err)
{
    enum rp_kind kind =
        response->outcome == RP_HTTP_TLS_FAILED ? RP_KIND_TLS
        : response->outcome == RP_HTTP_TOO_LARGE || response->outcome == RP_HTTP_NO_PROOF
            ? RP_KIND_CREDENTIALS
            : RP_KIND_NETWORK;
    rp_status status = rp_fail(err, kind, "%s at %s: %s", question->operation,
                               question->endpoint->url, response->why);

    if (kind == RP_KIND_TLS)
        rp_hint(err,
                "where a proxy looks into TLS, AWS_CA_BUNDLE or ca_bundle of the profile names "
                "a file with its root");
    else if (kind == RP_KIND_NETWORK)
        hint_way(session, question, err);
    return status;
}

static void trace(const struct rp_session *session, const struct rp_service_question *question,
                  const struct rp_http_response *response)
{
    if (response->outcome == RP_HTTP_ANSWERED)
        rp_trace(session->ctx, "%s at %s: status %d", question->operation, question->endpoint->url,
                 response->status);
    else
        rp_trace(session->ctx, "%s at %s: %s", question->operation, question->endpoint->url,
                 response->why);
}

rp_status rp_service_ask(const struct rp_session *session,
                         const struct rp_service_question *question, struct rp_http_response *out,
                         struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf url = {.max = 4 * RP_SERVICE_URL_MAX};
    struct rp_http_request request = question->request;
    uint32_t attempts = attempts_of(session);
    int64_t deadline = rp_deadline_in(WHOLE_MS);

    if (session->net == NULL)
        return rp_fail(err, RP_KIND_INTERNAL, "no network here, and %s wants one",
                       question->operation);
    rp_buf_add_str(&url, question->endpoint->url);
    rp_buf_add_str(&url, question->path);
    RP_TRY(rp_buf_check(&url, RP_KIND_CONFIG, "a URL", err));
    request.url = rp_buf_str(&url);
    request.connect_ms = CONNECT_MS;
    request.ca_file = rp_session_ca_file(session);
    for (uint32_t attempt = 1;; attempt++) {
        int left = rp_deadline_left(deadline);
        request.total_ms = (uint32_t)(left < 1 ? 1 : left < EXCHANGE_MS ? left : EXCHANGE_MS);
        RP_TRY(session->net->perform(session->net->self, &request, out, err));
        trace(session, question, out);
        int pause = pause_before(session, attempt - 1);
        if (attempt >= attempts || !may_pass(question, out) || rp_deadline_left(deadline) <= pause)
            break;
        (void)poll(NULL, 0, pause);
    }
    if (out->outcome != RP_HTTP_ANSWERED)
        return fail_unanswered(session, question, out, err);
    rp_http_check_clock(session->ctx, out, question->endpoint->host);
    return RP_OK;
}
