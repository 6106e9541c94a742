/* STS's refusals: one row for each code, its hint in words of ours. */
#include "sts_refusal.h"

#include "rdspass/codec/time.h"

/* What a hint may name. */
struct facts {
    const char *role;   /* its ARN; "the role" where there is none */
    const char *serial; /* of an MFA device; "the MFA device" */
    const char *source; /* of the credentials that signed */
    const char *region;
};

typedef void hint_fn(const struct facts *facts, struct rp_error *err);

static void denied(const struct facts *facts, struct rp_error *err)
{
    rp_hint(err,
            "two policies must allow it: that of who asks (sts:AssumeRole on %s), and the trust "
            "policy of the role (who asks as Principal; its conditions: external id, MFA)",
            facts->role);
}

static void denied_web_identity(const struct facts *facts, struct rp_error *err)
{
    rp_hint(
        err,
        "the trust policy of %s must allow sts:AssumeRoleWithWebIdentity to the token's issuer, "
        "with conditions that fit its aud and sub",
        facts->role);
}

static void expired(const struct facts *facts, struct rp_error *err)
{
    rp_hint(err, "the AWS credentials that asked (%s) have expired: renew them", facts->source);
}

static void expired_web_identity(const struct facts *facts, struct rp_error *err)
{
    (void)facts;
    rp_hint(err, "the token file holds a token that has expired: who writes it does not renew it");
}

static void unknown_key(const struct facts *facts, struct rp_error *err)
{
    rp_hint(err,
            "the access key (%s) was deleted or turned off, or is of another partition than %s",
            facts->source, facts->region);
}

static void wrong_signature(const struct facts *facts, struct rp_error *err)
{
    rp_hint(err,
            "the secret access key (%s) is not that of its key id, or AWS_SESSION_TOKEN is of "
            "another one",
            facts->source);
}

static void region_off(const struct facts *facts, struct rp_error *err)
{
    rp_hint(err,
            "STS is not turned on for %s in this account: activate the region (IAM, Account "
            "settings), or set AWS_REGION to another",
            facts->region);
}

static void bad_parameter(const struct facts *facts, struct rp_error *err)
{
    (void)facts;
    rp_hint(err, "compare role_arn, external_id, mfa_serial, duration_seconds and "
                 "role_session_name with the role in IAM");
}

static void unknown_issuer(const struct facts *facts, struct rp_error *err)
{
    (void)facts;
    rp_hint(err,
            "the token's issuer must be an OIDC identity provider in IAM of the role's account, "
            "and its aud one of that provider's audiences");
}

static void later(const struct facts *facts, struct rp_error *err)
{
    (void)facts;
    rp_hint(err, "try again in a moment");
}

static void wrong_region(const struct facts *facts, struct rp_error *err)
{
    rp_hint(err,
            "it was signed for %s, and the endpoint is of another region: set AWS_REGION, or the "
            "configured endpoint URL, to that of the other",
            facts->region);
}

static const struct row {
    const char *code;
    hint_fn *by_key;
    hint_fn *by_web_identity;
} rows[] = {
    {"AccessDenied", denied, denied_web_identity},
    {"AccessDeniedException", denied, denied_web_identity},
    {"ExpiredToken", expired, expired_web_identity},
    {"ExpiredTokenException", expired, expired_web_identity},
    {"InvalidClientTokenId", unknown_key, unknown_key},
    {"UnrecognizedClientException", unknown_key, unknown_key},
    {"SignatureDoesNotMatch", wrong_signature, wrong_signature},
    {"IncompleteSignature", wrong_signature, wrong_signature},
    {"RegionDisabledException", region_off, region_off},
    {"ValidationError", bad_parameter, bad_parameter},
    {"InvalidIdentityToken", unknown_issuer, unknown_issuer},
    {"IDPRejectedClaim", unknown_issuer, unknown_issuer},
    {"IDPCommunicationError", later, later},
};

/* STS judges the time before the signature, and says so in its message alone. */
static bool is_about_the_clock(const struct rp_service_error *error)
{
    return strstr(error->message, "Signature expired") != NULL ||
           strstr(error->message, "Signature not yet current") != NULL ||
           strcmp(error->code, "RequestExpired") == 0;
}

static void hint_at_clock(const struct rp_session *session, int64_t date, struct rp_error *err)
{
    char ours[RP_TIME_ISO_SIZE];
    char theirs[RP_TIME_ISO_SIZE];

    rp_time_format_iso(rp_now(session->ctx), ours);
    rp_time_format_iso(date, theirs);
    rp_hint(err, "set the clock of this machine (timedatectl set-ntp true): it says %s%s%s", ours,
            date == 0 ? "" : ", and AWS's says ", date == 0 ? "" : theirs);
}

static void hint_at_mfa(const struct facts *facts, struct rp_error *err)
{
    rp_hint(
        err,
        "a code of %s counts once, and for half a minute: wait for the next one; mfa_serial must "
        "be the ARN of the user's own device",
        facts->serial);
}

static void add_hint(const struct rp_session *session, const struct rp_sts_asker *asker,
                     const struct rp_service_question *question,
                     const struct rp_http_response *response, const struct rp_service_error *error,
                     struct rp_error *err)
{
    const struct rp_role *role = asker->role;
    const struct facts facts = {
        .role = role == NULL ? "the role" : role->arn,
        .serial = role == NULL || role->mfa_serial == NULL ? "the MFA device" : role->mfa_serial,
        .source = asker->by == NULL || asker->by->source == NULL ? "as found" : asker->by->source,
        .region = question->endpoint->region,
    };

    if (is_about_the_clock(error)) {
        hint_at_clock(session, response->date, err);
        return;
    }
    if (strstr(error->message, "scoped to a valid region") != NULL) {
        wrong_region(&facts, err);
        return;
    }
    if (strstr(error->message, "MultiFactorAuthentication") != NULL) {
        hint_at_mfa(&facts, err);
        return;
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].code, error->code) == 0) {
            (asker->by == NULL ? rows[i].by_web_identity : rows[i].by_key)(&facts, err);
            return;
        }
    }
}

rp_status rp_sts_fail(const struct rp_session *session, const struct rp_sts_asker *asker,
                      const struct rp_service_question *question,
                      const struct rp_http_response *response, struct rp_error *err)
{
    struct rp_service_error error;

    rp_service_read_error(response, &error);
    rp_service_error_hide(&error, rp_secret_reveal(asker->secret));
    rp_status status = rp_service_fail(question, response, &error, err);
    if (asker->role != NULL)
        rp_error_prefix(err, "%s, which %s wants", asker->role->arn, asker->role->wanted_by);
    add_hint(session, asker, question, response, &error, err);
    return status;
}
