/* The cached SSO token while it is looked at, for sso_token.c and sso_renewal.c. */
#ifndef RP_AWS_SSO_TOKEN_H
#define RP_AWS_SSO_TOKEN_H

#include "cache.h"
#include "sso.h"

enum { RP_SSO_FRESH_S = 15 * 60 };

struct rp_sso_token {
    const struct rp_session *session;
    const struct rp_sso_settings *settings;
    struct rp_cache cache;
    struct rp_json *file;     /* the whole of it */
    const char *access_token; /* part of `file`; NULL: there is none that can be used */
    int64_t ends_at;
};

/* What the token is called in messages: by the session, or by its URL. */
const char *rp_sso_token_name(const struct rp_sso_settings *settings);

/* Reads the file, in the place of what was read before. RP_KIND_CREDENTIALS where it has none. */
rp_status rp_sso_token_read(struct rp_sso_token *token, struct rp_error *err) RP_MUST_USE;

/* Takes from `file` what is used; what is wrong with it, or NULL. */
const char *rp_sso_token_take_members(struct rp_sso_token *token);

/* Whether a text can be a token: it goes into a header. */
bool rp_sso_is_token(const char *text);

bool rp_sso_token_lives(const struct rp_sso_token *token, int64_t seconds);

/* Why it cannot be renewed, from what is in the file; NULL where it can. */
const char *rp_sso_token_fault_of_renewal(const struct rp_sso_token *token);

/*
 * Leaves a token that is fresh, by another process or by us. On failure the one
 * that was read last is there still, if any.
 */
rp_status rp_sso_token_renew(struct rp_sso_token *token, struct rp_error *err) RP_MUST_USE;

#endif
