/* The AWS settings of one command: files, selected profile, region. */
#ifndef RP_AWS_SESSION_H
#define RP_AWS_SESSION_H

#include "rdspass/aws/profiles.h"
#include "rdspass/aws/transport.h"

enum { RP_ROLE_ARNS_MAX = 8 };

/* What the command line says of the identity, beside the profile. Borrowed; NULL where not given.
 */
struct rp_identity_options {
    const char *role_arns[RP_ROLE_ARNS_MAX]; /* roles on top of the identity found, in this order */
    size_t role_count;
    const char *external_id;       /* of the last of them */
    const char *role_session_name; /* of all of them, and of the roles of profiles */
    const char *mfa_code;          /* for the first role that wants one; six digits */
    const char *mfa_command;       /* prints a code; split into words, no shell */
    bool no_cache; /* roles are neither taken from the AWS CLI's cache nor put there */
    bool anew; /* none is taken from there, and those got are put there: a server refused them */
};

struct rp_session {
    const struct rp_context *ctx; /* borrowed */
    struct rp_profiles *profiles; /* owned; read when first needed */
    const char *profile;          /* the selected one's name, "default" where none was named */
    bool profile_named;           /* by --profile or by the environment */
    bool profile_explicit;        /* by --profile: the environment's keys then do not count */
    /*
     * Whose region, endpoints and the like count where `profile` is but the source of a
     * role's credentials: the selected one. NULL: those of `profile` itself.
     */
    const char *settings_profile;
    /* Set after rp_session_init, all borrowed. */
    struct rp_identity_options options;
    const char *region_asked;    /* by --region: for services, too, it beats all else; or NULL */
    const char *region_database; /* for services where nothing else tells one; or NULL */
    /* NULL: no provider that needs the network is asked. */
    const struct rp_transport *net;
};

/*
 * Selects the profile: `profile_option` (NULL: not given), AWS_PROFILE,
 * AWS_DEFAULT_PROFILE; an empty variable counts as unset. One that was named is
 * looked up at once: RP_KIND_CONFIG where it is in neither file or a file cannot
 * be read. `profile_option` is borrowed.
 */
rp_status rp_session_init(struct rp_session *session, const struct rp_context *ctx,
                          const char *profile_option, struct rp_error *err) RP_MUST_USE;
void rp_session_release(struct rp_session *session);

#define RP_SESSION_AUTO __attribute__((cleanup(rp_session_release)))

/* A setting of the selected profile, as rp_profile_get gives it; not for what an identity is. */
const char *rp_session_setting(const struct rp_session *session, const char *key);

/* The file that holds the roots of services of AWS, by AWS_CA_BUNDLE or ca_bundle; or NULL. */
const char *rp_session_ca_file(const struct rp_session *session);

/*
 * The region that the environment (AWS_REGION, AWS_DEFAULT_REGION) or the
 * profile gives, and in *out_source what it is called in output: "AWS_REGION",
 * "profile NAME". NULL where neither does. Not checked to be a region's name.
 */
const char *rp_session_region(const struct rp_session *session, char *out_source,
                              size_t source_size);

/*
 * The region of the EC2 instance that this runs on, from its metadata; written
 * to `out`. False, with a trace that says why, where there is none to be had.
 * Takes seconds where there is no instance: for when nothing else tells one.
 */
bool rp_session_instance_region(const struct rp_session *session, char *out, size_t size);

#endif
