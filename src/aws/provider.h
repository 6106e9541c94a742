/*
 * What a source of credentials is to the chain: one file, one of these.
 *
 * A provider answers one of three things: credentials, "not configured" (the
 * chain goes on), or an error (the chain ends).
 */
#ifndef RP_AWS_PROVIDER_H
#define RP_AWS_PROVIDER_H

#include "rdspass/aws/credentials.h"

enum rp_answer { RP_ANSWER_CREDENTIALS, RP_ANSWER_NOT_CONFIGURED };

struct rp_provider {
    const char *name; /* as the AWS CLI calls it */
    /*
     * Fills *out on RP_ANSWER_CREDENTIALS; on RP_ANSWER_NOT_CONFIGURED says in
     * `why` what it looked for and did not find ("AWS_ACCESS_KEY_ID is not set").
     */
    rp_status (*load)(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static 160], struct rp_error *err);
};

extern const struct rp_provider rp_provider_env;
extern const struct rp_provider rp_provider_credentials_file;
extern const struct rp_provider rp_provider_config_file;

#endif
