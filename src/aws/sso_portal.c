/* The portal of IAM Identity Center: a role's credentials for an access token. */
#include "rdspass/aws/credentials_json.h"
#include "rdspass/codec/percent.h"
#include "rdspass/codec/time.h"
#include "service.h"
#include "sso.h"

enum { PATH_LENGTH_MAX = 2048, ANSWER_MAX = 64 * 1024 };

static const char document[] = "the answer of GetRoleCredentials";

/* What a refusal means, for a message; NULL where AWS's own words have to do. */
static const char *meaning_of(int status)
{
    switch (status) {
    case 401:
        return "the SSO session has ended";
    case 403:
        return "the role is not assigned to who logged in";
    case 404:
        return "there is no such role or account";
    default:
        return NULL;
    }
}

static rp_status fail_refused(const struct rp_session *session,
                              const struct rp_sso_settings *settings,
                              const struct rp_service_question *question,
                              const struct rp_secret *token,
                              const struct rp_http_response *response, struct rp_error *err)
{
    struct rp_service_error said = {0};
    const char *meaning = meaning_of(response->status);

    rp_service_read_error(response, &said);
    rp_service_error_hide(&said, rp_secret_reveal(token));
    rp_status status = rp_service_fail(question, response, &said, err);
    if (meaning != NULL)
        rp_error_prefix(err, "%s", meaning);
    rp_error_prefix(err, "role %s of account %s", settings->role_name, settings->account_id);
    rp_sso_prefix(session, settings, "sso_role_name", err);
    if (response->status == 401)
        rp_sso_hint_login(settings, err);
    else if (err->kind == RP_KIND_CREDENTIALS && (meaning != NULL || response->status == 400))
        rp_hint(err, "see sso_account_id and sso_role_name; roles are assigned to people, as "
                     "permission sets, in IAM Identity Center");
    return status;
}

/* The end is in milliseconds here, unlike anywhere else. */
static rp_status read_credentials(const struct rp_http_response *response, int64_t now,
                                  struct rp_credentials *out, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    RP_CREDENTIALS_AUTO struct rp_credentials got = {0};
    char end[RP_TIME_ISO_SIZE];
    int64_t ends_ms;

    RP_TRY(rp_json_parse(rp_buf_span(&response->body), RP_KIND_CREDENTIALS, document, &json, err));
    const struct rp_json *credentials = rp_json_member(json, "roleCredentials");
    if (!rp_json_is_object(credentials))
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s has no roleCredentials", document);
    RP_TRY(
        rp_credentials_from_json(credentials, &rp_credentials_service_fields, document, &got, err));
    if (!rp_json_integer(rp_json_member(credentials, "expiration"), &ends_ms) || ends_ms < 0)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the expiration in %s is no time", document);
    got.expires_at = ends_ms / 1000;
    if (got.expires_at <= now) {
        rp_time_format_iso(got.expires_at, end);
        return rp_fail(err, RP_KIND_CREDENTIALS, "the credentials in %s expired at %s", document,
                       end);
    }
    rp_credentials_release(out);
    *out = got;
    got = (struct rp_credentials){0}; /* moved */
    return RP_OK;
}

static void add_path(const struct rp_sso_settings *settings, struct rp_buf *out)
{
    rp_buf_add_str(out, "/federation/credentials?role_name=");
    rp_percent_encode(out, rp_span(settings->role_name));
    rp_buf_add_str(out, "&account_id=");
    rp_percent_encode(out, rp_span(settings->account_id));
}

rp_status rp_sso_get_role_credentials(const struct rp_session *session,
                                      const struct rp_sso_settings *settings,
                                      const struct rp_secret *token, struct rp_credentials *out,
                                      struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf path = {.max = PATH_LENGTH_MAX};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    struct rp_service_endpoint endpoint;

    rp_status status = rp_service_find(session, RP_SERVICE_SSO, settings->region, &endpoint, err);
    if (rp_failed(status)) {
        rp_sso_prefix(session, settings, "sso_region", err);
        return status;
    }
    add_path(settings, &path);
    RP_TRY(rp_buf_check(&path, RP_KIND_CONFIG, "the role's name", err));
    struct rp_service_question question = {
        .endpoint = &endpoint,
        .operation = "GetRoleCredentials",
        .request = {.method = "GET",
                    .headers = {{"x-amz-sso_bearer_token", rp_secret_reveal(token)}},
                    .header_count = 1,
                    .max_body = ANSWER_MAX},
        .path = rp_buf_str(&path),
    };
    status = rp_service_ask(session, &question, &response, err);
    if (!rp_failed(status) && response.status != 200)
        return fail_refused(session, settings, &question, token, &response, err);
    if (!rp_failed(status))
        status = read_credentials(&response, rp_now(session->ctx), out, err);
    if (rp_failed(status))
        rp_sso_prefix(session, settings, "sso_role_name", err);
    return status;
}
