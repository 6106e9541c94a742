/*
 * The Security Token Service: AssumeRole, AssumeRoleWithWebIdentity,
 * GetCallerIdentity (query protocol, version 2011-06-15). Requests are signed
 * here; what leaves is the signature.
 */
#ifndef RP_AWS_STS_H
#define RP_AWS_STS_H

#include "rdspass/aws/caller.h"

enum { RP_SESSION_NAME_SIZE = 64 + 1 };

/* A role that is wanted. Everything is borrowed. */
struct rp_role {
    const char *arn;
    const char *session_name; /* NULL: rdspass-SECONDS */
    const char *external_id;  /* or NULL */
    const char *mfa_serial;   /* or NULL */
    uint32_t duration;        /* seconds; 0: not said, STS's hour */
    /* Who wants it, for words: "the profile (dev)", "--role-arn". */
    const char *wanted_by;
};

/* Credentials of a role, and who they are. */
struct rp_role_session {
    struct rp_credentials credentials; /* `source` is the caller's to set */
    char arn[RP_ARN_MAX + 1];          /* arn:aws:sts::123456789012:assumed-role/R/S */
    char id[256];                      /* AROA...:S */
};

void rp_role_session_release(struct rp_role_session *session);
#define RP_ROLE_SESSION_AUTO __attribute__((cleanup(rp_role_session_release)))

/*
 * Takes a role with the credentials of `by`. `mfa_code` is empty where the role
 * has no mfa_serial. RP_KIND_CREDENTIALS where STS refuses, in its own words with
 * a hint of ours (expired, clock, region disabled, not allowed: which statement
 * in which policy), and where its answer is not what it should be; else as
 * rp_service_ask. *out is replaced.
 */
rp_status rp_sts_assume_role(const struct rp_session *session, const struct rp_credentials *by,
                             const struct rp_role *role, const struct rp_secret *mfa_code,
                             struct rp_role_session *out, struct rp_error *err) RP_MUST_USE;

/* Takes a role with a web identity's token; nothing is signed. */
rp_status rp_sts_assume_role_with_web_identity(const struct rp_session *session,
                                               const struct rp_role *role,
                                               const struct rp_secret *token,
                                               struct rp_role_session *out,
                                               struct rp_error *err) RP_MUST_USE;

/* A name that STS takes, [\w+=,.@-]{2,64}, out of any text: other characters become '-'. */
void rp_sts_session_name(const char *text, char out[static RP_SESSION_NAME_SIZE]);

#endif
