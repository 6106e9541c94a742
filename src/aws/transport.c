/* HTTP as the providers see it: what an answer owns, and what its date says of our clock. */
#include "rdspass/aws/transport.h"

#include "rdspass/codec/time.h"

enum { SKEW_MAX_S = 240 };

bool rp_http_may_pass(enum rp_http_outcome outcome)
{
    switch (outcome) {
    case RP_HTTP_NOT_RESOLVED:
    case RP_HTTP_NOT_CONNECTED:
    case RP_HTTP_TIMED_OUT:
    case RP_HTTP_BROKEN:
        return true;
    case RP_HTTP_ANSWERED:
    case RP_HTTP_TLS_FAILED:
    case RP_HTTP_TOO_LARGE:
    case RP_HTTP_NO_PROOF:
    case RP_HTTP__COUNT:
        break;
    }
    return false;
}

bool rp_http_is_dpop_key(struct rp_span key)
{
    for (size_t i = 0; i < key.n; i++)
        if ((key.p[i] < ' ' || key.p[i] > '~') && key.p[i] != '\n' && key.p[i] != '\r')
            return false;
    return key.n <= RP_HTTP_DPOP_KEY_MAX;
}

void rp_http_response_release(struct rp_http_response *response)
{
    rp_buf_release(&response->body);
    *response = (struct rp_http_response){0};
}

void rp_http_check_clock(const struct rp_context *ctx, const struct rp_http_response *response,
                         const char *who)
{
    int64_t now = rp_now(ctx);
    char ours[RP_TIME_ISO_SIZE];
    char theirs[RP_TIME_ISO_SIZE];

    if (response->date == 0 ||
        (response->date - now <= SKEW_MAX_S && now - response->date <= SKEW_MAX_S))
        return;
    rp_time_format_iso(now, ours);
    rp_time_format_iso(response->date, theirs);
    rp_warn(ctx, "the clock here says %s and %s says %s: AWS refuses what is signed then", ours,
            who, theirs);
}
