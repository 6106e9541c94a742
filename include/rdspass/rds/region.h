/* Which region a token is signed for: that of the database, never a default. */
#ifndef RP_RDS_REGION_H
#define RP_RDS_REGION_H

#include "rdspass/aws/session.h"
#include "rdspass/rds/target.h"

struct rp_region {
    char name[RP_REGION_MAX + 1];
    char source[160]; /* "--region", "the endpoint's name", "AWS_REGION", "profile demo", ... */
};

/*
 * The first of these that tells one: the command line or the target's section,
 * the endpoint's name, the environment, [defaults], the AWS profile. Warns
 * where what was asked for is not where the endpoint is. RP_KIND_CONFIG where
 * nothing tells, or what tells is no region; a global writer names none, so it
 * wants --region.
 */
rp_status rp_region_choose(const struct rp_context *ctx, const struct rp_target *target,
                           const struct rp_session *session, struct rp_region *out,
                           struct rp_error *err) RP_MUST_USE;

#endif
