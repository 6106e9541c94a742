/*
 * Secrets have a type of their own, which nothing that prints or logs accepts:
 * secret keys, session tokens, database tokens.
 */
#ifndef RP_BASE_SECRET_H
#define RP_BASE_SECRET_H

#include "rdspass/base/buf.h"

/* Starts as {0}, which is empty. Fields are for src/base/secret.c only. */
struct rp_secret {
    char *bytes;
    size_t n;
};

/* Takes a copy; what was held before is wiped. An empty span empties it. */
rp_status rp_secret_set(struct rp_secret *secret, struct rp_span bytes,
                        struct rp_error *err) RP_MUST_USE;

/* Moves `from` into `to`, which is wiped first; `from` is then empty. */
void rp_secret_move(struct rp_secret *to, struct rp_secret *from);

/* Wipes and frees; the secret is then empty. */
void rp_secret_release(struct rp_secret *secret);

#define RP_SECRET_AUTO __attribute__((cleanup(rp_secret_release)))

bool rp_secret_is_empty(const struct rp_secret *secret);

/*
 * The one way to the bytes: for signing, for writing to where the user asked.
 * Borrowed until the secret changes.
 */
struct rp_span rp_secret_reveal(const struct rp_secret *secret);

/*
 * Whether a text repeats a secret, be it only as much as its first twelve bytes: texts
 * are cut, by us or before, and long secrets with them. It must not be shown then.
 */
bool rp_secret_is_repeated(struct rp_span secret, struct rp_span text);

#endif
