/* The file of a session of `aws login`: what must be in it, and what is taken from it. */
#include "login_session.h"

#include "provider.h"
#include "rdspass/aws/credentials_json.h"

static const struct rp_credentials_fields fields = {
    .access_key_id = "accessKeyId",
    .secret_access_key = "secretAccessKey",
    .session_token = "sessionToken",
    .expiration = "expiresAt",
    .needs_session_token = true,
    .needs_expiration = true,
};

void rp_login_session_release(struct rp_login_session *login)
{
    rp_credentials_release(&login->credentials);
    rp_json_free(&login->file);
    rp_cache_release(&login->cache);
}

bool rp_login_session_lives(const struct rp_login_session *login, int64_t seconds)
{
    const struct rp_credentials *credentials = &login->credentials;

    return credentials->access_key_id[0] != '\0' &&
           credentials->expires_at - rp_now(login->session->ctx) > seconds;
}

void rp_login_session_hint(const struct rp_login_session *login, struct rp_error *err)
{
    rp_provider_hint("aws login", login->session->profile, err);
}

/* The names of what must be there and is not, or is no text. */
static void list_missing(const struct rp_json *file, struct rp_buf *out)
{
    static const char *const texts[] = {"refreshToken", "clientId", "dpopKey"};

    if (rp_json_member(file, "accessToken") == NULL)
        rp_buf_add_str(out, "accessToken");
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (rp_span(rp_json_text(rp_json_member(file, texts[i]))).n == 0)
            rp_buf_addf(out, "%s%s", out->len == 0 ? "" : ", ", texts[i]);
}

static rp_status take_members(struct rp_login_session *login, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf missing = {.max = 128};
    const char *path = login->cache.path;

    list_missing(login->file, &missing);
    if (missing.len > 0)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the session in %s lacks %s", path,
                       rp_buf_str(&missing));
    if (!rp_http_is_dpop_key(rp_span(rp_json_text(rp_json_member(login->file, "dpopKey")))))
        return rp_fail(err, RP_KIND_CREDENTIALS, "the dpopKey in %s is no PEM", path);
    rp_status status =
        rp_credentials_from_json(rp_json_member(login->file, "accessToken"), &fields,
                                 "the accessToken of the session", &login->credentials, err);
    if (rp_failed(status))
        rp_error_prefix(err, "%s", path);
    return status;
}

static rp_status fail_without_file(const struct rp_login_session *login, struct rp_error *err)
{
    const char *path = login->cache.path;

    if (path[0] == '\0')
        return rp_fail(err, RP_KIND_CREDENTIALS,
                       "no session of aws login: no home directory is known");
    return rp_fail(err, RP_KIND_CREDENTIALS,
                   "no session of aws login for %s: %s is not there, or cannot be used", login->arn,
                   path);
}

rp_status rp_login_session_read(struct rp_login_session *login, struct rp_error *err)
{
    rp_credentials_release(&login->credentials);
    rp_json_free(&login->file);
    RP_TRY(rp_cache_read(&login->cache, &login->file, err));
    rp_status status =
        login->file == NULL ? fail_without_file(login, err) : take_members(login, err);
    if (rp_failed(status) && err != NULL && err->kind == RP_KIND_CREDENTIALS)
        rp_login_session_hint(login, err);
    return status;
}
