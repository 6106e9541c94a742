/* A login: who signs what, for which target. What token prints and later commands use. */
#ifndef RP_CMD_LOGIN_H
#define RP_CMD_LOGIN_H

#include "option.h"
#include "rdspass/aws/credentials.h"
#include "rdspass/ipc/fetch.h"
#include "rdspass/rds/region.h"
#include "rdspass/rds/token.h"

/* Not to be moved: it points into itself. */
struct rp_login {
    struct rp_fetch fetch; /* its helper starts when a provider asks the network */
    struct rp_transport net;
    struct rp_target target;
    struct rp_identity_options roles; /* of the command line and the target, which it points into */
    struct rp_session session;
    struct rp_region region;
    struct rp_credentials credentials;
    struct rp_chain_report chain;
};

void rp_login_release(struct rp_login *login);
#define RP_LOGIN_AUTO __attribute__((cleanup(rp_login_release)))

/* The settings of a target as the command line gives them, from TARGET on. */
struct rp_target_options rp_target_options_of(const struct rp_args *args);

/* What the command line and the target say of roles; *out points into both. */
void rp_login_roles(const struct rp_args *args, const struct rp_target *target,
                    struct rp_identity_options *out);

/*
 * The three parts of preparing one: the target is put together, session and region
 * are found, then the credentials, so that a mistake in the command line is told
 * before a prompt comes.
 */
rp_status rp_login_target(const struct rp_context *ctx, const struct rp_args *args,
                          struct rp_login *out, struct rp_error *err) RP_MUST_USE;
rp_status rp_login_region(const struct rp_context *ctx, struct rp_login *login,
                          struct rp_error *err) RP_MUST_USE;
rp_status rp_login_identity(const struct rp_context *ctx, struct rp_login *login,
                            struct rp_error *err) RP_MUST_USE;

/* Of the second part the session alone, where the target's profile and roles are known. */
rp_status rp_login_begin(const struct rp_context *ctx, struct rp_login *login,
                         struct rp_error *err) RP_MUST_USE;

/* RP_KIND_USAGE: the engine is not known, and the session that is to be opened differs by it. */
rp_status rp_login_check_engine(const struct rp_target *target, struct rp_error *err) RP_MUST_USE;

/* The user whose tokens of Aurora DSQL have an action of their own. */
#define RP_LOGIN_ADMIN "admin"

/*
 * Signs a token of that user for the target, `expires` seconds long; with
 * RP_LOGIN_ADMIN, for Aurora DSQL, it is an administrator's.
 */
rp_status rp_login_sign(const struct rp_login *login, const char *user, uint32_t expires,
                        int64_t now, struct rp_token *out, struct rp_error *err) RP_MUST_USE;

/*
 * Asks the sources of credentials again, with the files read anew; `login` stays
 * as it is. A code of MFA that was given has served, and is not given again.
 * `anew`: a server refused what there is, so that roles are not taken from the cache.
 */
rp_status rp_login_renew(const struct rp_context *ctx, const struct rp_login *login, bool anew,
                         struct rp_credentials *out, struct rp_error *err) RP_MUST_USE;

/*
 * The file of roots that vouch for the target: --ca-file's, else the installed
 * one, as an absolute path. RP_KIND_CONFIG where it is not there.
 */
rp_status rp_login_ca_path(const struct rp_login *login, struct rp_buf *out,
                           struct rp_error *err) RP_MUST_USE;

#endif
