/* The provider `env`: keys in the environment. */
#include "provider.h"
#include "rdspass/codec/time.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The variable without blanks at its ends: `export X=$(cat file)` and .env files leave some. */
static struct rp_span variable(const struct rp_session *session, const char *name)
{
    struct rp_span value = rp_span(rp_env_get(session->ctx, name));

    while (value.n > 0 && is_blank(value.p[0]))
        value = rp_span_skip(value, 1);
    while (value.n > 0 && is_blank(value.p[value.n - 1]))
        value.n--;
    return value;
}

static rp_status find_end(const struct rp_session *session, int64_t *out, struct rp_error *err)
{
    static const char name[] = "AWS_CREDENTIAL_EXPIRATION";
    struct rp_span value = variable(session, name);
    char text[RP_TIME_ISO_SIZE];

    if (value.n == 0)
        return RP_OK;
    if (!rp_time_parse_iso(value, out))
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s is not a time like 2026-01-02T03:04:05Z",
                       name);
    if (*out > rp_now(session->ctx))
        return RP_OK;
    rp_time_format_iso(*out, text);
    rp_status status = rp_fail(err, RP_KIND_CREDENTIALS,
                               "the AWS credentials in the environment expired at %s", text);
    rp_hint(err, "set new ones, or unset AWS_ACCESS_KEY_ID to use the profile (%s)",
            session->profile);
    return status;
}

static rp_status load(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err)
{
    struct rp_span id = variable(session, "AWS_ACCESS_KEY_ID");
    struct rp_span secret = variable(session, "AWS_SECRET_ACCESS_KEY");
    struct rp_span token = variable(session, "AWS_SESSION_TOKEN");
    int64_t end = RP_NEVER;

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    if (session->profile_explicit) {
        rp_provider_why(why, "a profile was chosen: the keys of the environment do not count");
        return RP_OK;
    }
    if (id.n == 0) {
        rp_provider_why(why, secret.n == 0 ? "AWS_ACCESS_KEY_ID is not set"
                                           : "AWS_ACCESS_KEY_ID is not set, though "
                                             "AWS_SECRET_ACCESS_KEY is");
        return RP_OK;
    }
    if (secret.n == 0)
        return rp_fail(err, RP_KIND_CREDENTIALS,
                       "partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY");
    if (token.n == 0) /* the old name; a stale one must not go with new keys */
        token = variable(session, "AWS_SECURITY_TOKEN");
    RP_TRY(find_end(session, &end, err));
    RP_TRY(rp_credentials_set(out, "the environment", id, secret, token, err));
    out->expires_at = end;
    rp_credentials_add_hop(out, rp_provider_env.name, false, "environment");
    *out_answer = RP_ANSWER_CREDENTIALS;
    if (session->profile_named)
        rp_trace(session->ctx, "the environment's keys are used, not those of the profile %s",
                 session->profile);
    return RP_OK;
}

const struct rp_provider rp_provider_env = {.name = "env", .load = load};
