/*
 * The caches of the AWS CLI, read and written in its own format: a JSON object
 * in a file of mode 0600, in ~/.aws/cli/cache (roles), ~/.aws/sso/cache (SSO
 * tokens), ~/.aws/login/cache or AWS_LOGIN_CACHE_DIRECTORY (aws login).
 *
 *     rp_cache_open      names the file
 *     rp_cache_read      what is there
 *     rp_cache_lock      one process at a time makes anew what is not there;
 *                        who waited reads again
 *     rp_cache_write     the old file or the new one, at every moment
 *
 * The lock is ours alone (the AWS CLI has none): an open-file-description lock
 * on one byte, which the file's name tells, of ".rdspass.lock" in that directory.
 */
#ifndef RP_AWS_CACHE_H
#define RP_AWS_CACHE_H

#include "rdspass/aws/credentials.h"
#include "rdspass/codec/json.h"

enum rp_cache_kind { RP_CACHE_ROLES, RP_CACHE_SSO, RP_CACHE_LOGIN };

enum { RP_CACHE_PATH_MAX = 4095, RP_CACHE_FILE_MAX = 64 * 1024 };

/* Starts by rp_cache_open. */
struct rp_cache {
    const struct rp_session *session; /* borrowed */
    char path[RP_CACHE_PATH_MAX + 1]; /* empty: no home is known, or --no-cache: nothing is kept */
    int lock_fd;                      /* -1: not locked */
    int lock_error;                   /* why not, of errno; EAGAIN: another process has the lock */
    bool warned;                      /* one warning for a file; more would say the same */
};

/*
 * Names the file: SHA-1 in hexadecimal of `key` (SHA-256 for RP_CACHE_LOGIN),
 * and ".json". With the option --no-cache RP_CACHE_ROLES has no file; the others
 * hold what a person logged in for, and are read and written all the same.
 */
rp_status rp_cache_open(struct rp_cache *cache, const struct rp_session *session,
                        enum rp_cache_kind kind, struct rp_span key,
                        struct rp_error *err) RP_MUST_USE;

/* Unlocks; does nothing where it is not locked. */
void rp_cache_release(struct rp_cache *cache);
#define RP_CACHE_AUTO __attribute__((cleanup(rp_cache_release)))

/*
 * Reads the file; *out is NULL where there is none. One that cannot be read, is a
 * link, too large, no JSON object, or that others can write, is a warning with
 * its path and as if it were not there. The caller frees *out.
 */
rp_status rp_cache_read(struct rp_cache *cache, struct rp_json **out,
                        struct rp_error *err) RP_MUST_USE;

/*
 * Waits for the lock until `deadline` (rdspass/base/deadline.h), making the
 * directories (as the AWS CLI leaves them) where they are not. False, with a
 * trace, where it cannot be had: a caller then goes on without.
 */
bool rp_cache_lock(struct rp_cache *cache, int64_t deadline);

/*
 * The lock for what voids the file's content at the service, and may be done by
 * one process alone. RP_KIND_NETWORK where another has it for 30 seconds: nobody
 * answers that one. RP_KIND_CREDENTIALS where the file cannot be replaced: it would
 * not keep the new content, and all others would have lost it.
 * A file system that knows no locks is no failure.
 */
rp_status rp_cache_lock_to_renew(struct rp_cache *cache, struct rp_error *err) RP_MUST_USE;

/*
 * Puts `content` in the file's place in one step, mode 0600, making the
 * directories where they are not. What cannot be written is a warning: what was
 * got is good all the same. Temporary files that a killed process left are removed.
 */
void rp_cache_write(struct rp_cache *cache, const struct rp_json *content);

/*
 * The credentials in the content of a file of RP_CACHE_ROLES, which `where` names.
 * False, with a trace, where they are not whole, or live for less than 15 minutes:
 * a token may live that long; and where credentials are wanted anew. *out is replaced, and
 * untouched where it is false.
 */
bool rp_cache_get_credentials(const struct rp_session *session, const struct rp_json *content,
                              const char *where, struct rp_credentials *out);

/* Adds them to a content, with an end as its maker writes it; the account may be empty. */
void rp_cache_add_credentials(struct rp_json *content, const struct rp_credentials *credentials,
                              const char *end, struct rp_span account);

#endif
