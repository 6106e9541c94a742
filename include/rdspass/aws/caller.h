/* Who credentials are, as AWS says (sts:GetCallerIdentity, which no policy can deny). */
#ifndef RP_AWS_CALLER_H
#define RP_AWS_CALLER_H

#include "rdspass/aws/credentials.h"

enum { RP_ARN_MAX = 2048 };

struct rp_caller {
    char arn[RP_ARN_MAX + 1];
    char account[64];
    char user_id[256];
    int64_t date; /* AWS's clock, seconds since 1970; 0: not told */
};

/*
 * Asks STS. RP_KIND_CREDENTIALS where it refuses, RP_KIND_NETWORK or RP_KIND_TLS
 * where it cannot be asked, RP_KIND_CONFIG where no region tells which one.
 */
rp_status rp_sts_get_caller_identity(const struct rp_session *session,
                                     const struct rp_credentials *credentials,
                                     struct rp_caller *out, struct rp_error *err) RP_MUST_USE;

#endif
