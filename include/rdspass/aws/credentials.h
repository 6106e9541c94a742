/* AWS credentials, and the chain of providers that finds them. */
#ifndef RP_AWS_CREDENTIALS_H
#define RP_AWS_CREDENTIALS_H

#include "rdspass/aws/session.h"
#include "rdspass/base/secret.h"

enum { RP_ACCESS_KEY_ID_MAX = 128, RP_SECRET_KEY_MAX = 4096, RP_SESSION_TOKEN_MAX = 16384 };

/* Credentials without an end. */
#define RP_NEVER INT64_MAX

/* One step of how credentials were come by. */
struct rp_hop {
    const char *source; /* the provider's name, as the AWS CLI has it; static */
    char what[240];     /* "profile base", or the role's ARN; escaped, an over-long one is cut */
    bool cached;        /* from the AWS CLI's cache; what stands before it was not asked */
};

enum { RP_HOPS_MAX = 12 };

struct rp_credentials {
    char access_key_id[RP_ACCESS_KEY_ID_MAX + 1];
    struct rp_secret secret_access_key;
    struct rp_secret session_token; /* empty for long-term keys */
    int64_t expires_at;             /* seconds since 1970, or RP_NEVER */
    /* They are served although their end has passed; when they die nobody knows, RP_NEVER. */
    bool past_end;
    const char *source; /* the provider's name, as the AWS CLI has it; static */
    /* The base first, then each role on top of it. Not carried between processes. */
    struct rp_hop hops[RP_HOPS_MAX];
    size_t hop_count;
};

/* Adds a hop; more than RP_HOPS_MAX are not kept. */
void rp_credentials_add_hop(struct rp_credentials *credentials, const char *source, bool cached,
                            const char *fmt, ...) RP_PRINTF(4, 5);

void rp_credentials_release(struct rp_credentials *credentials);

#define RP_CREDENTIALS_AUTO __attribute__((cleanup(rp_credentials_release)))

/*
 * Fills credentials from texts, checking that they can be signed with: a key id
 * of printable ASCII without blanks or '/', no control character in the others,
 * UTF-8 in the session token, none too long. `where` names their origin in the error,
 * RP_KIND_CREDENTIALS. They have no end until the caller sets one.
 */
rp_status rp_credentials_set(struct rp_credentials *credentials, const char *where,
                             struct rp_span access_key_id, struct rp_span secret_access_key,
                             struct rp_span session_token, struct rp_error *err) RP_MUST_USE;

/*
 * Fails, RP_KIND_CREDENTIALS, and releases them, where the key id, which is shown,
 * repeats a secret that was sent to who gave them (rp_secret_is_repeated).
 */
rp_status rp_credentials_check_id(struct rp_credentials *credentials, const char *where,
                                  struct rp_span sent, struct rp_error *err) RP_MUST_USE;

/* Temporary keys (ASIA...) without their session token: every server refuses what they sign. */
bool rp_credentials_lack_session(const struct rp_credentials *credentials);

/* The provider of that name, as `source` has it; NULL where there is none. */
const char *rp_credentials_source(const char *name);

enum { RP_WHY_SIZE = 160, RP_CHAIN_STEPS_MAX = 16 };

/* Why a provider was passed over: one line for `whoami` and -v. */
struct rp_chain_step {
    const char *provider;
    char why[RP_WHY_SIZE];
};

struct rp_chain_report {
    struct rp_chain_step steps[RP_CHAIN_STEPS_MAX];
    size_t count;
};

/*
 * Asks the providers in the AWS CLI's order. The first that has credentials
 * answers; one that is configured and fails ends the search: never another
 * identity in its place. Roles of the session's options stand on top of what is
 * found. RP_KIND_NO_CREDENTIALS where nothing is configured; RP_KIND_CREDENTIALS
 * where what is configured cannot be used, has expired among it; RP_KIND_CONFIG
 * where a profile has something wrong, or a file that must be asked cannot be
 * read. `report` (may be NULL) says who was passed over and why, also on failure.
 * *out starts as {0} or holds credentials, which are released.
 */
rp_status rp_credentials_find(const struct rp_session *session, struct rp_credentials *out,
                              struct rp_chain_report *report, struct rp_error *err) RP_MUST_USE;

#endif
