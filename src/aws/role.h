/*
 * Roles: from what a profile or the command line says to credentials of the
 * last role of a chain, by the cache or by STS.
 *
 *     plan   which roles, in which order, on top of what: nothing is asked yet,
 *            and mistakes of the configuration are found
 *     run    from the last role whose credentials are cached, or from the base, up
 */
#ifndef RP_AWS_ROLE_H
#define RP_AWS_ROLE_H

#include "provider.h"
#include "sts.h"

enum { RP_ROLES_MAX = 10 };

/* Everything is borrowed from the session's profiles and options. */
struct rp_role_plan {
    /* From the base up. */
    struct rp_role roles[RP_ROLES_MAX];
    size_t count;
    /* The base, one of three. */
    const char *source;  /* credential_source; or NULL */
    const char *profile; /* whose own keys, process, SSO ... it is; or NULL */
    bool whole_chain;    /* of the session, for roles of the command line */
};

/*
 * Takes the roles of a plan. RP_CACHE_ROLES holds each role's credentials under
 * the AWS CLI's key; they are used while they live for 15 minutes more. MFA codes
 * are asked for (see mfa.h) only where a role is really taken. *out tells each hop.
 */
rp_status rp_role_run(const struct rp_session *session, const struct rp_role_plan *plan,
                      struct rp_credentials *out, struct rp_error *err) RP_MUST_USE;

/* The key of the AWS CLI's cache for a role: its arguments as Python's json.dumps sorts them. */
rp_status rp_role_cache_key(const struct rp_role *role, struct rp_buf *out,
                            struct rp_error *err) RP_MUST_USE;

/*
 * Credentials as ~/.aws/cli/cache holds them ("Credentials", "AssumedRoleUser",
 * …), and back. rp_role_from_cache is false where they are not whole or live for
 * less than 15 minutes.
 */
struct rp_json *rp_role_to_cache(const struct rp_role_session *role);
bool rp_role_from_cache(const struct rp_session *session, const struct rp_json *content,
                        struct rp_role_session *out);

#endif
