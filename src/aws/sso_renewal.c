/*
 * Renewing an SSO token, by OAuth's refresh token.
 *
 * With the new token comes a new refresh token, and the old one may be void then:
 * one process at a time renews, after looking whether another has done it meanwhile,
 * and writes what it got before anything else. Where nothing could be written,
 * nothing is renewed: the session would be lost to all others.
 */
#include "rdspass/codec/time.h"
#include "service.h"
#include "sso_token.h"

enum { LIFE_MAX_S = 30 * 24 * 3600, ANSWER_MAX = 64 * 1024 };

static const char document[] = "the answer of CreateToken";
static const char operation[] = "CreateToken";

/* What goes out of the file, and must not come back in a message. */
static const char *const sent[] = {"refreshToken", "clientSecret", "clientId"};
enum { SENT_COUNT = sizeof(sent) / sizeof(sent[0]) };

static const char *member_text(const struct rp_sso_token *token, const char *name)
{
    return rp_json_text(rp_json_member(token->file, name));
}

const char *rp_sso_token_fault_of_renewal(const struct rp_sso_token *token)
{
    const char *registration = member_text(token, "registrationExpiresAt");
    int64_t registered_until;

    if (token->settings->session_name == NULL)
        return "without an sso-session tokens are not renewed";
    for (size_t i = 0; i < SENT_COUNT; i++)
        if (rp_span(member_text(token, sent[i])).n == 0)
            return "there is nothing to renew it with";
    if (registration == NULL || !rp_time_parse_iso(rp_span(registration), &registered_until))
        return "there is nothing to renew it with";
    if (registered_until <= rp_now(token->session->ctx))
        return "its registration has ended, too";
    return NULL;
}

static rp_status format_request(const struct rp_sso_token *token, struct rp_buf *out,
                                struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = rp_json_new();

    rp_json_add_text(json, "grantType", "refresh_token");
    for (size_t i = 0; i < SENT_COUNT; i++)
        rp_json_add_text(json, sent[i], member_text(token, sent[i]));
    return rp_json_format_line(json, out, err);
}

static rp_status fail_refused(const struct rp_sso_token *token,
                              const struct rp_service_question *question,
                              const struct rp_http_response *response, struct rp_error *err)
{
    struct rp_service_error said = {0};

    rp_service_read_error(response, &said);
    for (size_t i = 0; i < SENT_COUNT; i++)
        rp_service_error_hide(&said, rp_span(member_text(token, sent[i])));
    return rp_service_fail(question, response, &said, err);
}

/* Puts what came into the file's content; members that are not ours to know stay. */
static rp_status take_answer(struct rp_sso_token *token, const struct rp_http_response *response,
                             struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    char end[RP_TIME_ISO_SIZE];
    int64_t seconds;

    RP_TRY(rp_json_parse(rp_buf_span(&response->body), RP_KIND_CREDENTIALS, document, &json, err));
    const char *access_token = rp_json_text(rp_json_member(json, "accessToken"));
    const struct rp_json *refresh_token = rp_json_member(json, "refreshToken");
    if (!rp_sso_is_token(access_token))
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s has no accessToken", document);
    if (refresh_token != NULL && !rp_sso_is_token(rp_json_text(refresh_token)))
        return rp_fail(err, RP_KIND_CREDENTIALS, "the refreshToken of %s is no text", document);
    if (!rp_json_integer(rp_json_member(json, "expiresIn"), &seconds) || seconds <= 0 ||
        seconds > LIFE_MAX_S)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the expiresIn of %s is no life of a token",
                       document);
    rp_time_format_iso(rp_now(token->session->ctx) + seconds, end);
    rp_json_set_text(token->file, "startUrl", token->settings->start_url);
    rp_json_set_text(token->file, "region", token->settings->region);
    rp_json_set_text(token->file, "accessToken", access_token);
    rp_json_set_text(token->file, "expiresAt", end);
    if (refresh_token != NULL)
        rp_json_set_text(token->file, "refreshToken", rp_json_text(refresh_token));
    return rp_sso_token_take_members(token) == NULL ? RP_OK : rp_fail_memory(err);
}

static rp_status ask(struct rp_sso_token *token, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_CACHE_FILE_MAX};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    struct rp_service_endpoint endpoint;

    RP_TRY(
        rp_service_find(token->session, RP_SERVICE_OIDC, token->settings->region, &endpoint, err));
    RP_TRY(format_request(token, &body, err));
    struct rp_service_question question = {
        .endpoint = &endpoint,
        .operation = operation,
        .request = {.method = "POST",
                    .headers = {{"Content-Type", RP_SPAN("application/json")}},
                    .header_count = 1,
                    .body = rp_buf_span(&body),
                    .max_body = ANSWER_MAX},
        .path = "/token",
        .passing = "slow_down SlowDownException",
    };
    RP_TRY(rp_service_ask(token->session, &question, &response, err));
    if (response.status != 200)
        return fail_refused(token, &question, &response, err);
    return take_answer(token, &response, err);
}

/* The AWS CLI knows no lock: its refresh token may have come before ours was refused. */
static bool was_renewed_by_another(struct rp_sso_token *token)
{
    struct rp_error ignored = {0};

    return !rp_failed(rp_sso_token_read(token, &ignored)) &&
           rp_sso_token_lives(token, RP_SSO_FRESH_S);
}

rp_status rp_sso_token_renew(struct rp_sso_token *token, struct rp_error *err)
{
    RP_TRY(rp_cache_lock_to_renew(&token->cache, err));
    RP_TRY(rp_sso_token_read(token, err));
    if (rp_sso_token_lives(token, RP_SSO_FRESH_S))
        return RP_OK;
    const char *fault = rp_sso_token_fault_of_renewal(token);
    if (fault != NULL)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s", fault);
    rp_status status = ask(token, err);
    if (rp_failed(status) && err->kind == RP_KIND_CREDENTIALS && was_renewed_by_another(token))
        return RP_OK;
    RP_TRY(status);
    rp_cache_write(&token->cache, token->file);
    rp_trace(token->session->ctx, "the SSO token of %s is renewed",
             rp_sso_token_name(token->settings));
    return RP_OK;
}
