/* The token: drafting the request, signing it, writing it as a password. */
#include "rdspass/rds/token.h"

#include "token_request.h"

void rp_token_release(struct rp_token *token)
{
    rp_secret_release(&token->text);
}

static rp_status check_life(const struct rp_token_request *request, struct rp_error *err)
{
    bool dsql = rp_endpoint_is_dsql(request->endpoint);
    uint32_t most = dsql ? RP_DSQL_TOKEN_LIFE_MAX : RP_TOKEN_LIFE;

    if (request->expires == 0 || request->expires > most)
        return rp_fail(err, RP_KIND_USAGE, "a token for %s lives from 1 to %u seconds, not %u",
                       dsql ? "Aurora DSQL" : "RDS", most, request->expires);
    return RP_OK;
}

static rp_status check(const struct rp_token_request *request, struct rp_error *err)
{
    RP_TRY(rp_endpoint_check_token(request->endpoint, err));
    RP_TRY(check_life(request, err));
    if (request->region.n == 0)
        return rp_fail(err, RP_KIND_CONFIG, "a token needs a region");
    if (rp_endpoint_is_dsql(request->endpoint))
        return RP_OK;
    if (request->port == 0)
        return rp_fail(err, RP_KIND_USAGE, "a token needs the port of the endpoint");
    if (request->user.n == 0)
        return rp_fail(err, RP_KIND_USAGE, "a token needs a database user");
    return RP_OK;
}

/* "Action" and, for RDS, "DBUser"; the signer encodes them, once. */
static void fill_query(struct rp_token_draft *draft, const struct rp_token_request *request)
{
    struct rp_span action = RP_SPAN("connect");

    if (rp_endpoint_is_dsql(request->endpoint))
        action = request->admin ? RP_SPAN("DbConnectAdmin") : RP_SPAN("DbConnect");
    else
        draft->query[1] = (struct rp_sigv4_pair){RP_SPAN("DBUser"), request->user};
    draft->query[0] = (struct rp_sigv4_pair){RP_SPAN("Action"), action};
}

rp_status rp_token_draft_init(struct rp_token_draft *draft, const struct rp_token_request *request,
                              const struct rp_credentials *credentials, int64_t now,
                              struct rp_error *err)
{
    bool dsql = rp_endpoint_is_dsql(request->endpoint);

    RP_TRY(check(request, err));
    *draft = (struct rp_token_draft){0};
    int n = dsql ? snprintf(draft->host, sizeof(draft->host), "%s", request->endpoint->host)
                 : snprintf(draft->host, sizeof(draft->host), "%s:%u", request->endpoint->host,
                            request->port);
    if (n < 0 || (size_t)n >= sizeof(draft->host))
        return rp_fail(err, RP_KIND_INTERNAL, "an endpoint is longer than a host name can be");
    fill_query(draft, request);
    draft->header = (struct rp_sigv4_pair){RP_SPAN("host"), rp_span(draft->host)};
    draft->request = (struct rp_sigv4_request){
        .method = RP_SPAN("GET"),
        .path = RP_SPAN("/"),
        .query = draft->query,
        .query_count = dsql ? 1 : 2,
        .headers = &draft->header,
        .header_count = 1,
    };
    draft->signer = (struct rp_sigv4_signer){
        .access_key_id = rp_span(credentials->access_key_id),
        .secret_access_key = &credentials->secret_access_key,
        .session_token = &credentials->session_token,
        .region = request->region,
        .service = dsql ? RP_SPAN("dsql") : RP_SPAN("rds-db"),
        .when = now,
        .expires = request->expires,
        .normalize = true,
    };
    return RP_OK;
}

rp_status rp_token_sign(const struct rp_token_request *request,
                        const struct rp_credentials *credentials, int64_t now, struct rp_token *out,
                        struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_TOKEN_MAX};
    struct rp_token_draft draft;

    RP_TRY(rp_token_draft_init(&draft, request, credentials, now, err));
    rp_buf_add_str(&text, draft.host);
    rp_buf_add_str(&text, "/?");
    RP_TRY(rp_sigv4_presign(&draft.request, &draft.signer, &text, err));
    RP_TRY(rp_secret_set(&out->text, rp_buf_span(&text), err));
    out->signed_at = now;
    out->expires_at = now + request->expires;
    if (credentials->expires_at < out->expires_at || credentials->past_end)
        out->expires_at = credentials->expires_at;
    return RP_OK;
}
