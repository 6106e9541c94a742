/*
 * What a source of credentials is to the chain: one of these, in a file of its
 * own and a line of the table in chain.c.
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
    bool reads_files; /* asked only when the profile files have been read */
    bool of_profile;  /* looks into one profile and at nothing else: may be the source of a role */
    /*
     * Fills *out on RP_ANSWER_CREDENTIALS, with the hops by which they came; on
     * RP_ANSWER_NOT_CONFIGURED says in `why`, by rp_provider_why, what it looked for
     * and did not find ("AWS_ACCESS_KEY_ID is not set").
     */
    rp_status (*load)(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err);
};

extern const struct rp_provider rp_provider_env;
extern const struct rp_provider rp_provider_credentials_file;
extern const struct rp_provider rp_provider_config_file;
extern const struct rp_provider rp_provider_sso;
extern const struct rp_provider rp_provider_login;
extern const struct rp_provider rp_provider_process;
extern const struct rp_provider rp_provider_container;
extern const struct rp_provider rp_provider_instance;
extern const struct rp_provider rp_provider_assume_role;
extern const struct rp_provider rp_provider_web_identity;

/* Fills `why`, escaped; an over-long text is cut. */
void rp_provider_why(char why[static RP_WHY_SIZE], const char *fmt, ...) RP_PRINTF(2, 3);

/* Hints at a command for a profile, "aws sso login --profile NAME", ready to be pasted. */
void rp_provider_hint(const char *command, const char *profile, struct rp_error *err);

#endif
