/*
 * The session that `aws login` has left in the AWS CLI's cache: its credentials,
 * which live for a quarter of an hour, and what renews them at the sign-in
 * service: a refresh token, good for hours, and the key that proves it is ours.
 */
#ifndef RP_AWS_LOGIN_SESSION_H
#define RP_AWS_LOGIN_SESSION_H

#include "cache.h"
#include "rdspass/aws/credentials.h"

enum {
    RP_LOGIN_FRESH_S = 300
}; /* credentials are renewed when no more is left, as by the AWS CLI */

/* Starts as {.session = …, .arn = …, .cache.lock_fd = -1}. */
struct rp_login_session {
    const struct rp_session *session; /* borrowed */
    const char *arn;                  /* whose session; the profile's login_session */
    struct rp_cache cache;
    struct rp_json *file;              /* what the cache has */
    struct rp_credentials credentials; /* those in it; without a key where it cannot be used */
    bool renewed;                      /* they come from the service, just now */
};

void rp_login_session_release(struct rp_login_session *login);

/*
 * Reads the file, which must be there and whole. RP_KIND_CREDENTIALS where it is
 * not; that credentials have ended is no failure.
 */
rp_status rp_login_session_read(struct rp_login_session *login, struct rp_error *err) RP_MUST_USE;

/* Whether its credentials live for more than so many seconds. */
bool rp_login_session_lives(const struct rp_login_session *login, int64_t seconds);

/*
 * Renews them, unless another process has done so meanwhile, and writes the file
 * before they are used. RP_KIND_NETWORK where the service cannot be had now, and
 * then the old ones are still there; RP_KIND_CREDENTIALS, with what mends it,
 * where it refuses.
 */
rp_status rp_login_session_renew(struct rp_login_session *login, struct rp_error *err) RP_MUST_USE;

/* Hints at the command that makes a new session. */
void rp_login_session_hint(const struct rp_login_session *login, struct rp_error *err);

#endif
