/* The provider `assume-role`: the role that the selected profile names. */
#include "role.h"

static rp_status load(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err)
{
    struct rp_role_plan plan;

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    if (!rp_role_is_named(session, session->profile)) {
        /* With a token file the role is taken by web identity, which comes next. */
        bool has_role = rp_profile_has(session->profiles, session->profile, "role_arn");
        rp_provider_why(why, "profile %s has no role_arn%s", session->profile,
                        has_role ? " without web_identity_token_file" : "");
        return RP_OK;
    }
    RP_TRY(rp_role_plan_profile(session, &plan, err));
    RP_TRY(rp_role_run(session, &plan, out, err));
    *out_answer = RP_ANSWER_CREDENTIALS;
    return RP_OK;
}

const struct rp_provider rp_provider_assume_role = {
    .name = "assume-role", .reads_files = true, .load = load};
