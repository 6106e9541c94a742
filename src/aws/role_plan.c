/*
 * The plan of a chain of roles: what profiles and command line say of it, and
 * what is wrong with that. Nobody is asked for anything here.
 *
 * The AWS CLI's rules: a role is taken with the credentials of its profile's
 * source_profile or credential_source. A source that has keys of its own gives
 * them, whatever role it names, too; one with a role is a link of the chain; any
 * other gives what its providers find (SSO, web identity, a process, ...).
 */
#include "role_read.h"

/* The profiles on the way, the selected one first. */
struct path {
    const char *names[RP_ROLES_MAX + 1];
    size_t count;
};

static const char *const credential_sources[] = {"Environment", "Ec2InstanceMetadata",
                                                 "EcsContainer"};

static bool has(const struct rp_session *session, const char *profile, const char *key)
{
    return rp_profile_has(session->profiles, profile, key);
}

bool rp_role_is_named(const struct rp_session *session, const char *profile)
{
    return has(session, profile, "role_arn") && !has(session, profile, "web_identity_token_file");
}

static bool has_keys(const struct rp_session *session, const char *profile)
{
    return has(session, profile, "aws_access_key_id") ||
           has(session, profile, "aws_secret_access_key");
}

/* Whether any of the providers of a profile would find something to do. */
static bool has_credentials(const struct rp_session *session, const char *profile)
{
    static const char *const keys[] = {"web_identity_token_file", "sso_account_id",
                                       "sso_role_name",           "aws_access_key_id",
                                       "login_session",           "credential_process"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (has(session, profile, keys[i]))
            return true;
    return false;
}

/* One of source_profile and credential_source, and not both. */
static rp_status check_source(const struct rp_session *session, const char *profile,
                              struct rp_error *err)
{
    bool from_profile = has(session, profile, "source_profile");
    bool from_machine = has(session, profile, "credential_source");

    if (from_profile != from_machine)
        return RP_OK;
    rp_status status =
        from_profile
            ? rp_role_fail_at(session, profile, "credential_source",
                              "contains both source_profile and credential_source", err)
            : rp_role_fail_at(session, profile, "role_arn",
                              "has a role_arn and neither source_profile nor credential_source",
                              err);
    if (from_profile)
        rp_hint(err, "leave one of them: whose credentials take the role?");
    else
        rp_hint(err, "add source_profile = NAME, or credential_source = Environment, "
                     "Ec2InstanceMetadata or EcsContainer");
    return status;
}

static rp_status read_credential_source(const struct rp_session *session, const char *profile,
                                        const char **out, struct rp_error *err)
{
    const char *source = rp_profile_get(session->profiles, profile, "credential_source");

    for (size_t i = 0; i < sizeof(credential_sources) / sizeof(credential_sources[0]); i++)
        if (rp_span_is(rp_span(source), credential_sources[i])) {
            *out = credential_sources[i];
            return RP_OK;
        }
    rp_status status =
        rp_role_fail_value(session, profile, "credential_source", "is not valid", err);
    rp_hint(err, "it is Environment, Ec2InstanceMetadata or EcsContainer, in these letters");
    return status;
}

static rp_status fail_missing_source(const struct rp_session *session, const char *profile,
                                     const char *source, struct rp_error *err)
{
    char where[RP_ERROR_TEXT_MAX];

    rp_profile_where(session->profiles, profile, "source_profile", where, sizeof(where));
    rp_status status = rp_fail(err, RP_KIND_CONFIG,
                               "%s: the source_profile (%s) of the profile (%s) does not exist",
                               where, source, profile);
    if (rp_profile_lacks_prefix(session->profiles, source))
        rp_hint(err, "%s has a section [%s]; a profile's is called [profile %s] there",
                rp_profiles_path(session->profiles, RP_FILE_CONFIG), source, source);
    else
        rp_hint(err, "is it spelled right? `aws configure list-profiles` shows those that exist");
    return status;
}

/* "a -> b -> a" */
static rp_status fail_cycle(const struct rp_session *session, const struct path *path,
                            const char *source, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf names = {.max = RP_ERROR_TEXT_MAX};
    const char *last = path->names[path->count - 1];
    char where[RP_ERROR_TEXT_MAX];

    for (size_t i = 0; i < path->count; i++) {
        rp_buf_add_str(&names, path->names[i]);
        rp_buf_add_str(&names, " -> ");
    }
    rp_buf_add_str(&names, source);
    rp_profile_where(session->profiles, last, "source_profile", where, sizeof(where));
    rp_status status = rp_fail(err, RP_KIND_CONFIG, "%s: source_profile leads in a circle: %s",
                               where, rp_buf_str(&names));
    if (rp_span_is(rp_span(last), source))
        rp_hint(err, "a profile may be its own source where it has aws_access_key_id and "
                     "aws_secret_access_key, too");
    else
        rp_hint(err, "let one of them name a source_profile other than these, which has "
                     "credentials of its own");
    return status;
}

static bool is_on(const struct path *path, const char *name)
{
    for (size_t i = 0; i < path->count; i++)
        if (rp_span_is(rp_span(path->names[i]), name))
            return true;
    return false;
}

/* The source profile, which is somewhere, and is not one that we come from. */
static rp_status read_source_profile(const struct rp_session *session, const struct path *path,
                                     const char **out, struct rp_error *err)
{
    const char *profile = path->names[path->count - 1];
    const char *source = rp_profile_get(session->profiles, profile, "source_profile");

    if (source == NULL)
        return rp_role_fail_value(session, profile, "source_profile", "is empty", err);
    if (!rp_profile_exists(session->profiles, source))
        return fail_missing_source(session, profile, source, err);
    if (is_on(path, source) &&
        (!rp_span_is(rp_span(profile), source) || !has_keys(session, source)))
        return fail_cycle(session, path, source, err);
    if (!has_keys(session, source) && rp_role_is_named(session, source)) {
        *out = source;
        return RP_OK;
    }
    if (!has_credentials(session, source)) {
        rp_status status = rp_role_fail_at(session, source, NULL, "has no credentials", err);
        rp_hint(err, "it is the source_profile of the profile (%s), and must have some", profile);
        return status;
    }
    *out = source;
    return RP_OK;
}

/* The plan was made from the top down. */
static void turn_around(struct rp_role_plan *plan)
{
    for (size_t low = 0, high = plan->count; low + 1 < high; low++) {
        struct rp_planned_role other = plan->roles[--high];
        plan->roles[high] = plan->roles[low];
        plan->roles[low] = other;
    }
}

rp_status rp_role_plan_profile(const struct rp_session *session, struct rp_role_plan *out,
                               struct rp_error *err)
{
    struct path path = {.names = {session->profile}, .count = 1};
    const char *profile = session->profile;

    *out = (struct rp_role_plan){0};
    while (out->source == NULL && out->profile == NULL) {
        RP_TRY(rp_role_read(session, profile, &out->roles[out->count++], err));
        RP_TRY(check_source(session, profile, err));
        if (has(session, profile, "credential_source")) {
            RP_TRY(read_credential_source(session, profile, &out->source, err));
            break;
        }
        RP_TRY(read_source_profile(session, &path, &profile, err));
        if (has_keys(session, profile) || !rp_role_is_named(session, profile))
            out->profile = profile;
        else if (out->count == RP_ROLES_MAX)
            return rp_role_fail_at(session, session->profile, "role_arn",
                                   "stands on a chain of more than 10 roles", err);
        path.names[path.count++] = profile;
    }
    turn_around(out);
    return RP_OK;
}

rp_status rp_role_plan_options(const struct rp_session *session, struct rp_role_plan *out,
                               struct rp_error *err)
{
    const struct rp_identity_options *options = &session->options;

    *out = (struct rp_role_plan){.count = options->role_count, .whole_chain = true};
    for (size_t i = 0; i < options->role_count; i++) {
        struct rp_planned_role *planned = &out->roles[i];
        const char *fault = rp_role_arn_fault(rp_span(options->role_arns[i]));
        if (fault != NULL)
            return rp_fail(err, RP_KIND_CONFIG, "--role-arn %s", fault);
        (void)snprintf(planned->wanted_by, sizeof(planned->wanted_by), "--role-arn");
        planned->role.arn = options->role_arns[i];
        planned->role.session_name = options->role_session_name;
        if (i + 1 == options->role_count)
            planned->role.external_id = options->external_id;
    }
    return RP_OK;
}
