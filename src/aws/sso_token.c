/* The token that `aws sso login` has left: read, renewed by sso_renewal.c, used while it lives. */
#include "sso_token.h"

#include "rdspass/base/utf8.h"
#include "rdspass/codec/time.h"

static void release(struct rp_sso_token *token)
{
    rp_json_free(&token->file);
    rp_cache_release(&token->cache);
}

const char *rp_sso_token_name(const struct rp_sso_settings *settings)
{
    return settings->session_name != NULL ? settings->session_name : settings->start_url;
}

bool rp_sso_is_token(const char *text)
{
    return text != NULL && text[0] != '\0' && !rp_utf8_has_control(rp_span(text));
}

bool rp_sso_token_lives(const struct rp_sso_token *token, int64_t seconds)
{
    return token->access_token != NULL && token->ends_at - rp_now(token->session->ctx) >= seconds;
}

const char *rp_sso_token_take_members(struct rp_sso_token *token)
{
    const char *access_token = rp_json_text(rp_json_member(token->file, "accessToken"));
    const char *end = rp_json_text(rp_json_member(token->file, "expiresAt"));

    token->access_token = NULL;
    if (!rp_sso_is_token(access_token))
        return "it has no accessToken";
    if (end == NULL || !rp_time_parse_iso(rp_span(end), &token->ends_at))
        return "its expiresAt is no time";
    token->access_token = access_token;
    return NULL;
}

static rp_status fail_without(const struct rp_sso_token *token, const char *fault,
                              struct rp_error *err)
{
    const char *name = rp_sso_token_name(token->settings);
    rp_status status = token->cache.path[0] == '\0'
                           ? rp_fail(err, RP_KIND_CREDENTIALS,
                                     "no SSO token for %s: no home directory is known", name)
                           : rp_fail(err, RP_KIND_CREDENTIALS, "no SSO token for %s: %s: %s", name,
                                     token->cache.path, fault);
    rp_sso_hint_login(token->settings, err);
    return status;
}

rp_status rp_sso_token_read(struct rp_sso_token *token, struct rp_error *err)
{
    token->access_token = NULL;
    rp_json_free(&token->file);
    RP_TRY(rp_cache_read(&token->cache, &token->file, err));
    const char *fault = token->file == NULL ? "there is no such file, or none that can be used"
                                            : rp_sso_token_take_members(token);
    return fault == NULL ? RP_OK : fail_without(token, fault, err);
}

static rp_status fail_ended(const struct rp_sso_token *token, const struct rp_error *why,
                            struct rp_error *err)
{
    char end[RP_TIME_ISO_SIZE];

    *err = *why;
    if (err->kind == RP_KIND_CREDENTIALS)
        rp_sso_hint_login(token->settings, err);
    if (token->access_token == NULL)
        return RP_FAILED; /* it went while we waited, which is what `why` says */
    rp_time_format_iso(token->ends_at, end);
    rp_error_prefix(err, "the SSO token of %s ended at %s", rp_sso_token_name(token->settings),
                    end);
    return RP_FAILED;
}

/* Fresh where that can be, else while it lives. */
static rp_status get(struct rp_sso_token *token, struct rp_error *err)
{
    const struct rp_context *ctx = token->session->ctx;
    const char *name = rp_sso_token_name(token->settings);
    struct rp_error why = {0};

    RP_TRY(rp_sso_token_read(token, err));
    if (rp_sso_token_lives(token, RP_SSO_FRESH_S))
        return RP_OK;
    const char *fault = rp_sso_token_fault_of_renewal(token);
    rp_status status = fault != NULL ? rp_fail(&why, RP_KIND_CREDENTIALS, "%s", fault)
                                     : rp_sso_token_renew(token, &why);
    if (!rp_failed(status))
        return RP_OK;
    if (!rp_sso_token_lives(token, 1))
        return fail_ended(token, &why, err);
    if (fault != NULL)
        rp_trace(ctx, "the SSO token of %s is used to its end: %s", name, fault);
    else
        rp_warn(ctx, "the SSO token of %s cannot be renewed, and is used to its end: %s", name,
                why.msg);
    return RP_OK;
}

rp_status rp_sso_token(const struct rp_session *session, const struct rp_sso_settings *settings,
                       struct rp_secret *out, struct rp_error *err)
{
    __attribute__((cleanup(release))) struct rp_sso_token token = {
        .session = session, .settings = settings, .cache.lock_fd = -1};

    RP_TRY(rp_cache_open(&token.cache, session, RP_CACHE_SSO, rp_span(rp_sso_token_name(settings)),
                         err));
    rp_status status = get(&token, err);
    if (!rp_failed(status))
        return rp_secret_set(out, rp_span(token.access_token), err);
    rp_sso_prefix(session, settings,
                  settings->session_name != NULL ? "sso_session" : "sso_start_url", err);
    return status;
}
