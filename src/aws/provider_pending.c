/*
 * Sources that are not asked yet. Where one is configured the chain ends with
 * an error: what comes behind it would be another identity than the AWS CLI's.
 */
#include "provider.h"

#include "rdspass/base/buf.h"
#include "rdspass/codec/shlex.h"

enum { HINT_MAX = 512 };

/* Fails: `what` is configured and not supported; the AWS CLI can bring its keys. */
static rp_status fail_pending(const struct rp_session *session, const char *what,
                              struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf hint = {.max = HINT_MAX};
    rp_status status = rp_fail(err, RP_KIND_NO_CREDENTIALS, "%s: not supported yet", what);

    rp_buf_add_str(&hint, "eval \"$(aws configure export-credentials");
    if (session->profile_named) {
        rp_buf_add_str(&hint, " --profile ");
        rp_shlex_quote(&hint, session->profile);
    }
    rp_buf_add_str(&hint, " --format env)\"");
    /* With --profile the keys that this sets would not count. */
    if (session->profile_explicit)
        rp_buf_add_str(&hint, ", then again without --profile");
    if (hint.state == RP_BUF_FINE) /* half a command would be worse than none */
        rp_hint(err, "%s", rp_buf_str(&hint));
    return status;
}

static rp_status fail_pending_profile(const struct rp_session *session, const char *key,
                                      struct rp_error *err)
{
    char what[RP_ERROR_TEXT_MAX];
    int n = snprintf(what, sizeof(what), "the profile (%s) takes its credentials from %s",
                     session->profile, key);
    (void)n; /* an over-long name is cut */
    return fail_pending(session, what, err);
}

static bool has(const struct rp_session *session, const char *key)
{
    return rp_profile_has(session->profiles, session->profile, key);
}

static rp_status load_assume_role(const struct rp_session *session, enum rp_answer *out_answer,
                                  struct rp_credentials *out, char why[static RP_WHY_SIZE],
                                  struct rp_error *err)
{
    (void)out;
    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    /* With a token file the role is taken by web identity, which comes next. */
    if (has(session, "role_arn") && !has(session, "web_identity_token_file"))
        return fail_pending_profile(session, "a role (role_arn)", err);
    rp_provider_why(why, "profile %s has no role_arn%s", session->profile,
                    has(session, "role_arn") ? " without web_identity_token_file" : "");
    return RP_OK;
}

static rp_status load_web_identity(const struct rp_session *session, enum rp_answer *out_answer,
                                   struct rp_credentials *out, char why[static RP_WHY_SIZE],
                                   struct rp_error *err)
{
    (void)out;
    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    /* A profile that was asked for by name is not mixed with the environment's role. */
    if (!session->profile_explicit &&
        rp_env_get(session->ctx, "AWS_WEB_IDENTITY_TOKEN_FILE") != NULL)
        return fail_pending(session, "credentials from AWS_WEB_IDENTITY_TOKEN_FILE", err);
    if (has(session, "web_identity_token_file"))
        return fail_pending_profile(session, "web_identity_token_file", err);
    rp_provider_why(why, "%sprofile %s has no web_identity_token_file",
                    session->profile_explicit ? "" : "AWS_WEB_IDENTITY_TOKEN_FILE is not set, and ",
                    session->profile);
    return RP_OK;
}

#define PENDING(symbol, cli_name, function)                                                        \
    const struct rp_provider rp_provider_##symbol = {                                              \
        .name = (cli_name), .reads_files = true, .load = (function)}

PENDING(assume_role, "assume-role", load_assume_role);
PENDING(web_identity, "assume-role-with-web-identity", load_web_identity);
