/*
 * The providers `shared-credentials-file` and `config-file`: static keys of the
 * profile. Each takes them from its one file; halves in both are an error, as
 * in the AWS CLI.
 */
#include "provider.h"

enum { WHERE_SIZE = 512 };

static rp_status load_from(enum rp_profile_file file, const char *provider,
                           const struct rp_session *session, enum rp_answer *out_answer,
                           struct rp_credentials *out, char why[static RP_WHY_SIZE],
                           struct rp_error *err)
{
    struct rp_profiles *profiles = session->profiles;
    const char *profile = session->profile;
    const char *path = rp_profiles_path(profiles, file);
    char where[WHERE_SIZE];

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    if (!rp_profile_has_in(profiles, file, profile, "aws_access_key_id")) {
        rp_provider_why(why, "profile %s has no aws_access_key_id in %s", profile, path);
        return RP_OK;
    }
    int n = snprintf(where, sizeof(where), "profile (%s) of %s", profile, path);
    (void)n; /* an over-long one is cut */
    const char *id = rp_profile_get_from(profiles, file, profile, "aws_access_key_id");
    const char *secret = rp_profile_get_from(profiles, file, profile, "aws_secret_access_key");
    const char *token = rp_profile_get_from(profiles, file, profile, "aws_session_token");
    if (token == NULL)
        token = rp_profile_get_from(profiles, file, profile, "aws_security_token");
    if (secret == NULL)
        return rp_fail(err, RP_KIND_CREDENTIALS,
                       "partial credentials found in %s, missing: aws_secret_access_key (%s)",
                       provider, where);
    RP_TRY(rp_credentials_set(out, where, rp_span(id), rp_span(secret), rp_span(token), err));
    rp_credentials_add_hop(out, provider, false, "profile %s", profile);
    *out_answer = RP_ANSWER_CREDENTIALS;
    return RP_OK;
}

static rp_status load_credentials_file(const struct rp_session *session, enum rp_answer *out_answer,
                                       struct rp_credentials *out, char why[static RP_WHY_SIZE],
                                       struct rp_error *err)
{
    return load_from(RP_FILE_CREDENTIALS, rp_provider_credentials_file.name, session, out_answer,
                     out, why, err);
}

static rp_status load_config_file(const struct rp_session *session, enum rp_answer *out_answer,
                                  struct rp_credentials *out, char why[static RP_WHY_SIZE],
                                  struct rp_error *err)
{
    return load_from(RP_FILE_CONFIG, rp_provider_config_file.name, session, out_answer, out, why,
                     err);
}

const struct rp_provider rp_provider_credentials_file = {.name = "shared-credentials-file",
                                                         .reads_files = true,
                                                         .of_profile = true,
                                                         .load = load_credentials_file};

const struct rp_provider rp_provider_config_file = {
    .name = "config-file", .reads_files = true, .of_profile = true, .load = load_config_file};
