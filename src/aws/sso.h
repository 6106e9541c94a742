/*
 * IAM Identity Center: what a profile says of it, the token that `aws sso login`
 * has left, renewed where it can be, and the credentials of a role for it.
 */
#ifndef RP_AWS_SSO_H
#define RP_AWS_SSO_H

#include "sts.h"

/* Everything is borrowed from the session's profiles. */
struct rp_sso_settings {
    const char *profile;
    const char *session_name; /* of [sso-session NAME]; NULL: the legacy form */
    const char *start_url;
    const char *region; /* of Identity Center; not the database's */
    const char *account_id;
    const char *role_name;
};

/*
 * What session->profile says. RP_KIND_CONFIG where something is missing (all that
 * is, by name), the section is not there, or profile and section differ. Start URL
 * and region are the section's where one is named, as in the AWS CLI.
 */
rp_status rp_sso_read_settings(const struct rp_session *session, struct rp_sso_settings *out,
                               struct rp_error *err) RP_MUST_USE;

/*
 * The access token: the cached one while it lives for 15 minutes more, else a
 * renewed one, which is written back before it is used; else the cached one while
 * it lives. RP_KIND_CREDENTIALS where there is none, with the command that mends it.
 */
rp_status rp_sso_token(const struct rp_session *session, const struct rp_sso_settings *settings,
                       struct rp_secret *out, struct rp_error *err) RP_MUST_USE;

/*
 * GetRoleCredentials of the portal. RP_KIND_CREDENTIALS where it says no, with what
 * mends that: the session has ended, the role is not assigned.
 */
rp_status rp_sso_get_role_credentials(const struct rp_session *session,
                                      const struct rp_sso_settings *settings,
                                      const struct rp_secret *token, struct rp_credentials *out,
                                      struct rp_error *err) RP_MUST_USE;

/*
 * For messages of these modules: puts "the profile (dev) in PATH, line 3: " before
 * the message, the line being that of `key`, and the command to log in into the hint.
 */
void rp_sso_prefix(const struct rp_session *session, const struct rp_sso_settings *settings,
                   const char *key, struct rp_error *err);
void rp_sso_hint_login(const struct rp_sso_settings *settings, struct rp_error *err);

#endif
