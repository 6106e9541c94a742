/* The provider `sso`: a role of IAM Identity Center, from the AWS CLI's cache or from the portal.
 */
#include "cache.h"
#include "provider.h"
#include "rdspass/base/deadline.h"
#include "rdspass/codec/time.h"
#include "sso.h"

enum { LOCK_MS = 30000, KEY_MAX = 8192 };

static void add_member(struct rp_buf *out, const char *name, const char *value, bool *good)
{
    rp_buf_add_char(out, out->len == 0 ? '{' : ',');
    *good = rp_json_quote_ascii(out, name) && *good;
    rp_buf_add_char(out, ':');
    *good = rp_json_quote_ascii(out, value) && *good;
}

/* The AWS CLI's key of the file: what was asked for, as JSON of Python without blanks. */
static rp_status open_cache(const struct rp_session *session,
                            const struct rp_sso_settings *settings, struct rp_cache *out,
                            struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf key = {.max = KEY_MAX};
    bool good = true;

    add_member(&key, "accountId", settings->account_id, &good);
    add_member(&key, "roleName", settings->role_name, &good);
    if (settings->session_name != NULL)
        add_member(&key, "sessionName", settings->session_name, &good);
    else
        add_member(&key, "startUrl", settings->start_url, &good);
    rp_buf_add_char(&key, '}');
    if (!good)
        return rp_fail(err, RP_KIND_CONFIG, "the profile (%s) has SSO settings that are not UTF-8",
                       settings->profile);
    RP_TRY(rp_buf_check(&key, RP_KIND_CONFIG, "what SSO is asked for", err));
    return rp_cache_open(out, session, RP_CACHE_ROLES, rp_buf_span(&key), err);
}

/* Whether the cache has credentials that live long enough. */
static rp_status look(struct rp_cache *cache, struct rp_credentials *out, bool *out_found,
                      struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *content = NULL;

    RP_TRY(rp_cache_read(cache, &content, err));
    *out_found =
        content != NULL && rp_cache_get_credentials(cache->session, content, cache->path, out);
    return RP_OK;
}

/* Written as the AWS CLI writes it. */
static void keep(struct rp_cache *cache, const struct rp_sso_settings *settings,
                 const struct rp_credentials *credentials)
{
    RP_JSON_AUTO struct rp_json *content = rp_json_new();
    char end[RP_TIME_ISO_SIZE];

    rp_time_format_iso(credentials->expires_at, end);
    rp_json_add_text(content, "ProviderType", "sso");
    rp_cache_add_credentials(content, credentials, end, rp_span(settings->account_id));
    rp_cache_write(cache, content);
}

static rp_status ask(const struct rp_session *session, const struct rp_sso_settings *settings,
                     struct rp_credentials *out, struct rp_error *err)
{
    RP_SECRET_AUTO struct rp_secret token = {0};

    RP_TRY(rp_sso_token(session, settings, &token, err));
    return rp_sso_get_role_credentials(session, settings, &token, out, err);
}

/* From the cache, or from the portal by one process while the others wait. */
static rp_status get(const struct rp_session *session, const struct rp_sso_settings *settings,
                     struct rp_credentials *out, bool *out_cached, struct rp_error *err)
{
    RP_CACHE_AUTO struct rp_cache cache = {.lock_fd = -1};

    RP_TRY(open_cache(session, settings, &cache, err));
    RP_TRY(look(&cache, out, out_cached, err));
    if (*out_cached)
        return RP_OK;
    if (rp_cache_lock(&cache, rp_deadline_in(LOCK_MS)))
        RP_TRY(look(&cache, out, out_cached, err));
    if (*out_cached)
        return RP_OK;
    RP_TRY(ask(session, settings, out, err));
    keep(&cache, settings, out);
    return RP_OK;
}

static rp_status load(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err)
{
    struct rp_sso_settings settings;
    bool cached = false;

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    if (!rp_profile_has(session->profiles, session->profile, "sso_account_id") &&
        !rp_profile_has(session->profiles, session->profile, "sso_role_name")) {
        rp_provider_why(why, "profile %s has no sso_account_id and no sso_role_name",
                        session->profile);
        return RP_OK;
    }
    RP_TRY(rp_sso_read_settings(session, &settings, err));
    RP_TRY(get(session, &settings, out, &cached, err));
    rp_credentials_add_hop(out, rp_provider_sso.name, cached, "profile %s, role %s of account %s",
                           settings.profile, settings.role_name, settings.account_id);
    *out_answer = RP_ANSWER_CREDENTIALS;
    return RP_OK;
}

const struct rp_provider rp_provider_sso = {
    .name = "sso", .reads_files = true, .of_profile = true, .load = load};
