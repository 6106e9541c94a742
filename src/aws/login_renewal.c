/*
 * Renewing the credentials of an `aws login` session: CreateOAuth2Token of the
 * sign-in service, with a refresh token and the proof that its key is ours.
 *
 * With the credentials comes another refresh token, and the old one may be void
 * then: one process at a time renews, and writes what it got at once.
 */
#include "login_session.h"
#include "rdspass/aws/credentials_json.h"
#include "rdspass/codec/time.h"
#include "service.h"

enum { LIFE_MAX_S = 12 * 3600, ANSWER_MAX = 64 * 1024 };

static const char document[] = "the answer of CreateOAuth2Token";

/* What the service's words for a refusal mean to who logged in. */
static const struct {
    const char *code;
    const char *meaning;
    const char *hint; /* NULL: the command that logs in */
} refusals[] = {
    {"TOKEN_EXPIRED", "the session has ended", NULL},
    {"USER_CREDENTIALS_CHANGED", "the session has ended, since its password has changed", NULL},
    {"INSUFFICIENT_PERMISSIONS", "the identity may not renew its session",
     "it wants signin:CreateOAuth2Token, which is in AWS's managed policy "
     "SignInLocalDevelopmentAccess"},
};

static const char *member_text(const struct rp_login_session *login, const char *name)
{
    return rp_json_text(rp_json_member(login->file, name));
}

static rp_status format_request(const struct rp_login_session *login, struct rp_buf *out,
                                struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = rp_json_new();

    rp_json_add_text(json, "clientId", member_text(login, "clientId"));
    rp_json_add_text(json, "grantType", "refresh_token");
    rp_json_add_text(json, "refreshToken", member_text(login, "refreshToken"));
    return rp_json_format_line(json, out, err);
}

/* The word of OAuth in a refusal, which tells more than the type of the error. */
static void read_word(const struct rp_http_response *response, struct rp_service_error *said)
{
    RP_JSON_AUTO struct rp_json *json = NULL;

    if (rp_failed(rp_json_parse(rp_buf_span(&response->body), RP_KIND_CREDENTIALS, document, &json,
                                NULL)))
        return;
    const char *word = rp_json_text(rp_json_member(json, "error"));
    if (word != NULL && word[0] != '\0')
        rp_escape_text(said->code, sizeof(said->code), word);
}

static rp_status fail_refused(const struct rp_login_session *login,
                              const struct rp_service_question *question,
                              const struct rp_http_response *response, struct rp_error *err)
{
    struct rp_service_error said = {0};

    rp_service_read_error(response, &said);
    read_word(response, &said);
    rp_service_error_hide(&said, rp_span(member_text(login, "refreshToken")));
    rp_status status = rp_service_fail(question, response, &said, err);
    if (err->kind != RP_KIND_CREDENTIALS)
        return status;
    rp_login_session_hint(login, err);
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        if (strcmp(said.code, refusals[i].code) != 0)
            continue;
        rp_error_prefix(err, "%s", refusals[i].meaning);
        if (refusals[i].hint != NULL)
            rp_hint(err, "%s", refusals[i].hint);
    }
    return status;
}

/* Puts what came into the file's content; all other members stay as they are. */
static rp_status take_answer(struct rp_login_session *login,
                             const struct rp_http_response *response, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    RP_CREDENTIALS_AUTO struct rp_credentials got = {0};
    char end[RP_TIME_ISO_SIZE];
    int64_t seconds;

    RP_TRY(rp_json_parse(rp_buf_span(&response->body), RP_KIND_CREDENTIALS, document, &json, err));
    RP_TRY(rp_credentials_from_json(
        rp_json_member(json, "accessToken"), &rp_credentials_service_fields,
        "the accessToken in the answer of CreateOAuth2Token", &got, err));
    const char *refresh_token = rp_json_text(rp_json_member(json, "refreshToken"));
    if (rp_span(refresh_token).n == 0)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s has no refreshToken", document);
    if (!rp_json_integer(rp_json_member(json, "expiresIn"), &seconds) || seconds <= 0 ||
        seconds > LIFE_MAX_S)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the expiresIn in %s is no life of credentials",
                       document);
    got.expires_at = rp_now(login->session->ctx) + seconds;
    rp_time_format_iso(got.expires_at, end);
    const struct rp_credentials_fields *fields = &rp_credentials_service_fields;
    struct rp_json *token = rp_json_object(login->file, "accessToken");
    rp_json_set_text(token, fields->access_key_id, got.access_key_id);
    rp_json_set_bytes(token, fields->secret_access_key, rp_secret_reveal(&got.secret_access_key));
    rp_json_set_bytes(token, fields->session_token, rp_secret_reveal(&got.session_token));
    rp_json_set_text(token, "expiresAt", end);
    rp_json_set_text(login->file, "refreshToken", refresh_token);
    rp_credentials_release(&login->credentials);
    login->credentials = got;
    got = (struct rp_credentials){0}; /* moved */
    login->renewed = true;
    return RP_OK;
}

static rp_status ask(struct rp_login_session *login, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_CACHE_FILE_MAX};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    struct rp_service_endpoint endpoint;

    RP_TRY(rp_service_find(login->session, RP_SERVICE_SIGNIN, NULL, &endpoint, err));
    RP_TRY(format_request(login, &body, err));
    struct rp_service_question question = {
        .endpoint = &endpoint,
        .operation = "CreateOAuth2Token",
        .request = {.method = "POST",
                    .headers = {{"Content-Type", RP_SPAN("application/json")}},
                    .header_count = 1,
                    .body = rp_buf_span(&body),
                    .max_body = ANSWER_MAX,
                    .dpop_key = rp_span(member_text(login, "dpopKey"))},
        .path = "/v1/token",
    };
    RP_TRY(rp_service_ask(login->session, &question, &response, err));
    if (response.status != 200)
        return fail_refused(login, &question, &response, err);
    rp_status status = take_answer(login, &response, err);
    if (rp_failed(status))
        rp_error_prefix(err, "%s", endpoint.url);
    return status;
}

/* The AWS CLI knows no lock: its refresh token may have come before ours was refused. */
static bool was_renewed_by_another(struct rp_login_session *login)
{
    struct rp_error ignored = {0};

    return !rp_failed(rp_login_session_read(login, &ignored)) &&
           rp_login_session_lives(login, RP_LOGIN_FRESH_S);
}

rp_status rp_login_session_renew(struct rp_login_session *login, struct rp_error *err)
{
    RP_TRY(rp_cache_lock_to_renew(&login->cache, err));
    RP_TRY(rp_login_session_read(login, err));
    if (rp_login_session_lives(login, RP_LOGIN_FRESH_S))
        return RP_OK;
    rp_status status = ask(login, err);
    if (rp_failed(status) && err->kind == RP_KIND_CREDENTIALS && was_renewed_by_another(login))
        return RP_OK;
    RP_TRY(status);
    rp_cache_write(&login->cache, login->file);
    rp_trace(login->session->ctx, "the session of aws login for %s is renewed", login->arn);
    return RP_OK;
}
