/* Causes: this machine's clock, compared with AWS's. */
#include "causes_rows.h"

enum {
    CLOCK = RP_ONE_OF(RP_STAGE_CLOCK),
    TOLERANCE_S = 300, /* of SigV4 */
};

static bool is_far_ahead(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return seen->ahead > TOLERANCE_S;
}

static bool is_far_behind(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return seen->ahead < -TOLERANCE_S;
}

static const struct rp_cause_row rows[] = {
    {.cause = {"clock-ahead", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "Tokens are signed for a time that has not come yet. AWS takes "
               "no signature that is more than five minutes away from its own "
               "time, and so refuses each token.",
               "@clock"},
     .stages = CLOCK,
     .when = is_far_ahead,
     .msg = "this machine's clock is {ahead} ahead of AWS's",
     .hint = "timedatectl set-ntp true"},
    {.cause = {"clock-behind", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "Tokens are signed for a time that is over, so that they are "
               "older than they seem, and live for 15 minutes at most. AWS "
               "takes no signature that is more than five minutes away from "
               "its own time, and so refuses each token.",
               "@clock"},
     .stages = CLOCK,
     .when = is_far_behind,
     .msg = "this machine's clock is {ahead} behind AWS's",
     .hint = "timedatectl set-ntp true"},
    {.cause = {"clock-drifts", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "That is still within the five minutes that AWS allows, but a "
               "clock that nobody sets drifts on.",
               "@clock"},
     .stages = CLOCK,
     .msg = "this machine's clock differs from AWS's by {ahead}",
     .hint = "timedatectl set-ntp true"},
};

const struct rp_cause_part rp_causes_clock = {rows, sizeof(rows) / sizeof(rows[0])};
