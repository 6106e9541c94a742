/*
 * Roles: from what a profile or the command line says to credentials of the
 * last role of a chain, by the cache or by STS.
 *
 *     plan   which roles, in which order, on top of what: nothing is asked yet,
 *            and mistakes of the configuration are found
 *     run    from the last role whose credentials are cached, or from the base, up;
 *            codes of MFA devices come before all else
 */
#ifndef RP_AWS_ROLE_H
#define RP_AWS_ROLE_H

#include "provider.h"
#include "sts.h"

enum { RP_ROLES_MAX = 10 };

struct rp_planned_role {
    struct rp_role role; /* but for who wants it */
    char wanted_by[416]; /* "the profile (dev) in PATH, line 3" */
};

/* Everything else is borrowed from the session's profiles and options. */
struct rp_role_plan {
    /* From the base up. */
    struct rp_planned_role roles[RP_ROLES_MAX];
    size_t count;
    /* The base, one of three. */
    const char *source;  /* credential_source; or NULL */
    const char *profile; /* whose own keys, process, SSO ... it is; or NULL */
    bool whole_chain;    /* of the session, for roles of the command line */
    /* Who was passed over in the whole chain; may be NULL. */
    struct rp_chain_report *report;
};

/* Whether the profile has a role that source_profile or credential_source take, not a token file.
 */
bool rp_role_is_named(const struct rp_session *session, const char *profile);

/*
 * The role of the selected profile, and below it those of its source profiles.
 * RP_KIND_CONFIG, with file and line, for anything that the profiles have wrong.
 */
rp_status rp_role_plan_profile(const struct rp_session *session, struct rp_role_plan *out,
                               struct rp_error *err) RP_MUST_USE;

/* The roles of the command line, on top of whatever the whole chain finds. */
rp_status rp_role_plan_options(const struct rp_session *session, struct rp_role_plan *out,
                               struct rp_error *err) RP_MUST_USE;

/*
 * Takes the roles of a plan. RP_CACHE_ROLES holds each role's credentials under
 * the AWS CLI's key; they are used while they live for 15 minutes more. MFA codes
 * are asked for (see mfa.h) only where a role is really taken. *out tells each hop;
 * it is replaced, and untouched on failure. Errors are those of STS, MFA and the
 * base; RP_KIND_NO_CREDENTIALS where a credential_source has none.
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

/*
 * One role by web identity or any other way that leaves it in RP_CACHE_ROLES:
 * the cached one, else what `get` gives, which one process at a time calls.
 */
struct rp_role_getter {
    rp_status (*get)(void *self, struct rp_role_session *out, struct rp_error *err);
    void *self;
    bool asks_person; /* others wait longer for it */
    bool looked;      /* the cache has just been seen not to have it */
    bool locked;      /* by a role above it, which has the same file */
};
rp_status rp_role_cached_or(const struct rp_session *session, const struct rp_role *role,
                            const struct rp_role_getter *getter, struct rp_role_session *out,
                            bool *out_cached, struct rp_error *err) RP_MUST_USE;

#endif
