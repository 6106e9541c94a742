/*
 * The provider `login`: the session of who ran `aws login`.
 *
 * Its credentials serve while they live for more than five minutes; else they
 * are renewed, which nobody need be asked for.
 */
#include "login_session.h"
#include "provider.h"
#include "rdspass/codec/time.h"

enum { WHERE_SIZE = 320 };

static const char key[] = "login_session";

/* Fresh credentials where that can be, else those that live, where the service cannot be had. */
static rp_status get(struct rp_login_session *login, struct rp_error *err)
{
    struct rp_error why = {0};
    char end[RP_TIME_ISO_SIZE];

    RP_TRY(rp_login_session_read(login, err));
    if (rp_login_session_lives(login, RP_LOGIN_FRESH_S) ||
        !rp_failed(rp_login_session_renew(login, &why)))
        return RP_OK;
    if (why.kind != RP_KIND_NETWORK || !rp_login_session_lives(login, 0)) {
        *err = why;
        if (err->kind == RP_KIND_CREDENTIALS && err->hint[0] == '\0')
            rp_login_session_hint(login, err);
        return RP_FAILED;
    }
    rp_time_format_iso(login->credentials.expires_at, end);
    rp_warn(login->session->ctx,
            "the credentials of aws login cannot be renewed, and are used to their end, %s: %s",
            end, why.msg);
    return RP_OK;
}

static rp_status load(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err)
{
    const char *arn = rp_profile_get(session->profiles, session->profile, key);
    __attribute__((cleanup(rp_login_session_release))) struct rp_login_session login = {
        .session = session, .arn = arn, .cache.lock_fd = -1};
    char where[WHERE_SIZE];

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    if (!rp_profile_has(session->profiles, session->profile, key)) {
        rp_provider_why(why, "profile %s has no %s", session->profile, key);
        return RP_OK;
    }
    rp_status status =
        arn == NULL ? rp_fail(err, RP_KIND_CONFIG, "%s is empty", key)
                    : rp_cache_open(&login.cache, session, RP_CACHE_LOGIN, rp_span(arn), err);
    if (!rp_failed(status))
        status = get(&login, err);
    if (rp_failed(status)) {
        rp_profile_where(session->profiles, session->profile, key, where, sizeof(where));
        rp_error_prefix(err, "the profile (%s) in %s", session->profile, where);
        return status;
    }
    rp_credentials_release(out);
    *out = login.credentials;
    login.credentials = (struct rp_credentials){0}; /* moved */
    rp_credentials_add_hop(out, rp_provider_login.name, !login.renewed, "profile %s, session %s",
                           session->profile, arn);
    *out_answer = RP_ANSWER_CREDENTIALS;
    return RP_OK;
}

const struct rp_provider rp_provider_login = {
    .name = "login", .reads_files = true, .of_profile = true, .load = load};
