/* Which profile is selected, and the region that environment and profile give. */
#include "rdspass/aws/session.h"

static const char *first_variable(const struct rp_context *ctx, const char *first,
                                  const char *second, const char **out_name)
{
    const char *value = rp_env_get(ctx, first);

    *out_name = first;
    if (value == NULL) {
        *out_name = second;
        value = rp_env_get(ctx, second);
    }
    return value;
}

/* A profile that was named must be somewhere; [default] need not. */
static rp_status check_exists(const struct rp_session *session, struct rp_error *err)
{
    RP_TRY(rp_profiles_read(session->profiles, err));
    if (rp_profile_exists(session->profiles, session->profile))
        return RP_OK;
    const char *config = rp_profiles_path(session->profiles, RP_FILE_CONFIG);
    rp_status status =
        rp_fail(err, RP_KIND_CONFIG, "the profile (%s) is neither in %s nor in %s",
                session->profile, config, rp_profiles_path(session->profiles, RP_FILE_CREDENTIALS));
    if (rp_profile_lacks_prefix(session->profiles, session->profile))
        rp_hint(err, "%s has a section [%s]; a profile's is called [profile %s] there", config,
                session->profile, session->profile);
    else
        rp_hint(err, "aws configure list-profiles lists those that are there");
    return status;
}

rp_status rp_session_init(struct rp_session *session, const struct rp_context *ctx,
                          const char *profile_option, struct rp_error *err)
{
    struct rp_session made = {.ctx = ctx, .profile = profile_option};
    const char *variable = "--profile";

    made.profile_explicit = profile_option != NULL;
    if (made.profile == NULL)
        made.profile = first_variable(ctx, "AWS_PROFILE", "AWS_DEFAULT_PROFILE", &variable);
    made.profile_named = made.profile != NULL;
    if (!made.profile_named)
        made.profile = "default";
    else
        rp_trace(ctx, "profile %s, named by %s", made.profile, variable);
    RP_TRY(rp_profiles_new(ctx, made.profile, &made.profiles, err));
    rp_status status = made.profile_named ? check_exists(&made, err) : RP_OK;
    if (rp_failed(status))
        rp_session_release(&made);
    else
        *session = made;
    return status;
}

void rp_session_release(struct rp_session *session)
{
    rp_profiles_free(&session->profiles);
}

static const char *settings_profile(const struct rp_session *session)
{
    return session->settings_profile != NULL ? session->settings_profile : session->profile;
}

const char *rp_session_setting(const struct rp_session *session, const char *key)
{
    return rp_profile_get(session->profiles, settings_profile(session), key);
}

const char *rp_session_ca_file(const struct rp_session *session)
{
    const char *path = rp_env_get(session->ctx, "AWS_CA_BUNDLE");
    return path != NULL ? path : rp_session_setting(session, "ca_bundle");
}

const char *rp_session_region(const struct rp_session *session, char *out_source,
                              size_t source_size)
{
    const char *name;
    const char *region = first_variable(session->ctx, "AWS_REGION", "AWS_DEFAULT_REGION", &name);
    int n;

    if (region != NULL) {
        n = snprintf(out_source, source_size, "%s", name);
    } else {
        region = rp_session_setting(session, "region");
        if (region == NULL)
            return NULL;
        n = snprintf(out_source, source_size, "profile %s", settings_profile(session));
    }
    (void)n; /* a name that does not fit is cut */
    return region;
}
