/* The chain of providers, and what it says when none has credentials. */
#include <stdarg.h>

#include "chain.h"
#include "rdspass/codec/shlex.h"
#include "role.h"

/* The AWS CLI's order: `role_arn` beats keys of the profile, SSO those of its file, and so on. */
static const struct rp_provider *const providers[] = {
    &rp_provider_env,      &rp_provider_assume_role,      &rp_provider_web_identity,
    &rp_provider_sso,      &rp_provider_credentials_file, &rp_provider_login,
    &rp_provider_process,  &rp_provider_config_file,      &rp_provider_container,
    &rp_provider_instance,
};

static const size_t provider_count = sizeof(providers) / sizeof(providers[0]);
_Static_assert(sizeof(providers) / sizeof(providers[0]) <= (size_t)RP_CHAIN_STEPS_MAX,
               "a report has room for all");

const char *rp_credentials_source(const char *name)
{
    for (size_t i = 0; i < provider_count; i++)
        if (rp_span_is(rp_span(name), providers[i]->name))
            return providers[i]->name;
    return NULL;
}

void rp_provider_why(char why[static RP_WHY_SIZE], const char *fmt, ...)
{
    char raw[RP_WHY_SIZE];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(raw, sizeof(raw), fmt, args);
    va_end(args);
    rp_escape_text(why, RP_WHY_SIZE, n < 0 ? "" : raw);
}

void rp_provider_hint(const char *command, const char *profile, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf hint = {.max = RP_ERROR_TEXT_MAX - 1};

    rp_buf_add_str(&hint, command);
    rp_buf_add_str(&hint, " --profile ");
    rp_shlex_quote(&hint, profile);
    if (hint.state == RP_BUF_FINE) /* half a command would be worse than none */
        rp_hint(err, "%s", rp_buf_str(&hint));
}

static rp_status ask(const struct rp_provider *provider, const struct rp_session *session,
                     enum rp_answer *out_answer, struct rp_credentials *out,
                     struct rp_chain_step *step, struct rp_error *err)
{
    *step = (struct rp_chain_step){.provider = provider->name};
    if (provider->reads_files)
        RP_TRY(rp_profiles_read(session->profiles, err));
    RP_TRY(provider->load(session, out_answer, out, step->why, err));
    if (*out_answer == RP_ANSWER_CREDENTIALS) {
        out->source = provider->name;
        rp_trace(session->ctx, "credentials: %s: key %s", provider->name, out->access_key_id);
    } else {
        rp_trace(session->ctx, "credentials: %s: %s", provider->name, step->why);
    }
    return RP_OK;
}

/* Good for what wants the token of SSO alone: credentials are those of a role. */
static bool is_sso_without_role(const struct rp_session *session)
{
    return rp_profile_has(session->profiles, session->profile, "sso_session") ||
           rp_profile_has(session->profiles, session->profile, "sso_start_url");
}

/* Adds that a variable leads to a file which is not there: AWS's tools pass that over. */
static void add_missing_file(const struct rp_session *session, struct rp_buf *out)
{
    static const struct {
        const char *variable;
        enum rp_profile_file file;
    } files[] = {{"AWS_CONFIG_FILE", RP_FILE_CONFIG},
                 {"AWS_SHARED_CREDENTIALS_FILE", RP_FILE_CREDENTIALS}};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const char *path = rp_profiles_path(session->profiles, files[i].file);
        if (rp_env_get(session->ctx, files[i].variable) != NULL && access(path, F_OK) != 0)
            rp_buf_addf(out, "; %s names %s, which is not there", files[i].variable, path);
    }
}

/* `last` is the provider that asks the machine itself: why it has none is worth a word. */
static rp_status fail_without_any(const struct rp_session *session,
                                  const struct rp_chain_step *last, struct rp_error *err)
{
    rp_status status =
        session->profile_named
            ? rp_fail(err, RP_KIND_NO_CREDENTIALS,
                      "no AWS credentials found: the profile (%s) has none", session->profile)
            : rp_fail(err, RP_KIND_NO_CREDENTIALS, "no AWS credentials found");
    if (is_sso_without_role(session)) {
        rp_hint(err,
                "the profile (%s) has SSO without sso_account_id and sso_role_name: add them, or "
                "aws configure sso",
                session->profile);
        return status;
    }
    RP_BUF_AUTO struct rp_buf missing = {.max = RP_ERROR_TEXT_MAX};
    add_missing_file(session, &missing);
    rp_hint(
        err,
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY%s, or name a profile with keys, a role "
        "or SSO with --profile (%s)%s",
        session->profile_explicit ? " and leave out --profile" : "", last->why,
        rp_buf_str(&missing));
    return status;
}

/* Moves what was found to where it is wanted. */
static void give(struct rp_credentials *found, struct rp_credentials *out)
{
    rp_credentials_release(out);
    *out = *found;
    *found = (struct rp_credentials){0};
}

rp_status rp_chain_find(const struct rp_session *session, struct rp_credentials *out,
                        struct rp_chain_report *report, struct rp_error *err)
{
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    enum rp_answer answer = RP_ANSWER_NOT_CONFIGURED;
    struct rp_chain_report steps = {.count = 0};
    rp_status status = RP_OK;

    for (size_t i = 0; i < provider_count; i++) {
        struct rp_chain_step *step = &steps.steps[steps.count];
        status = ask(providers[i], session, &answer, &found, step, err);
        if (rp_failed(status) || answer == RP_ANSWER_CREDENTIALS)
            break;
        steps.count++;
    }
    if (report != NULL)
        *report = steps;
    RP_TRY(status);
    if (answer == RP_ANSWER_NOT_CONFIGURED)
        return fail_without_any(session, &steps.steps[steps.count - 1], err);
    give(&found, out);
    return RP_OK;
}

rp_status rp_chain_find_in_profile(const struct rp_session *session, const char *profile,
                                   struct rp_credentials *out, struct rp_error *err)
{
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    enum rp_answer answer = RP_ANSWER_NOT_CONFIGURED;
    struct rp_session source = *session;
    struct rp_chain_step step;
    char where[RP_ERROR_TEXT_MAX];

    if (source.settings_profile == NULL)
        source.settings_profile = session->profile;
    source.profile = profile;
    source.profile_named = source.profile_explicit = true;
    for (size_t i = 0; i < provider_count && answer != RP_ANSWER_CREDENTIALS; i++)
        if (providers[i]->of_profile)
            RP_TRY(ask(providers[i], &source, &answer, &found, &step, err));
    if (answer == RP_ANSWER_CREDENTIALS) {
        give(&found, out);
        return RP_OK;
    }
    rp_profile_where(session->profiles, profile, NULL, where, sizeof(where));
    return rp_fail(err, RP_KIND_CONFIG, "%s: the source profile (%s) must have credentials", where,
                   profile);
}

rp_status rp_chain_find_in_source(const struct rp_session *session, const char *source,
                                  struct rp_credentials *out, struct rp_error *err)
{
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    const struct rp_provider *provider = strcmp(source, "Environment") == 0 ? &rp_provider_env
                                         : strcmp(source, "EcsContainer") == 0
                                             ? &rp_provider_container
                                             : &rp_provider_instance;
    enum rp_answer answer = RP_ANSWER_NOT_CONFIGURED;
    struct rp_session asked = *session;
    struct rp_chain_step step;

    asked.profile_named = asked.profile_explicit = false; /* what a profile asks for counts */
    RP_TRY(ask(provider, &asked, &answer, &found, &step, err));
    if (answer == RP_ANSWER_NOT_CONFIGURED)
        return rp_fail(err, RP_KIND_NO_CREDENTIALS, "credential_source = %s has no credentials: %s",
                       source, step.why);
    give(&found, out);
    return RP_OK;
}

rp_status rp_credentials_find(const struct rp_session *session, struct rp_credentials *out,
                              struct rp_chain_report *report, struct rp_error *err)
{
    struct rp_role_plan plan;

    if (session->options.role_count == 0)
        return rp_chain_find(session, out, report, err);
    RP_TRY(rp_role_plan_options(session, &plan, err));
    plan.report = report;
    return rp_role_run(session, &plan, out, err);
}
