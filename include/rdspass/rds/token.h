/*
 * The IAM database authentication token: a presigned request that is never
 * sent, given to the database as its password.
 *
 * RDS, Aurora, RDS Proxy: service "rds-db", HOST:PORT, user inside, 900 s.
 * Aurora DSQL: service "dsql", HOST, no user, 900 s unless told otherwise.
 */
#ifndef RP_RDS_TOKEN_H
#define RP_RDS_TOKEN_H

#include "rdspass/aws/credentials.h"
#include "rdspass/rds/endpoint.h"

enum {
    RP_TOKEN_LIFE = 900,             /* seconds; RDS refuses more */
    RP_DSQL_TOKEN_LIFE_MAX = 604800, /* a week */
    RP_TOKEN_MAX = 128 * 1024,       /* bytes; what we build at most */
};

/* Borrowed. */
struct rp_token_request {
    const struct rp_endpoint *endpoint;
    uint16_t port;       /* of the endpoint, never of a tunnel; not used for DSQL */
    struct rp_span user; /* not used for DSQL */
    struct rp_span region;
    bool admin;       /* DSQL: DbConnectAdmin instead of DbConnect */
    uint32_t expires; /* seconds: RP_TOKEN_LIFE, or for DSQL up to RP_DSQL_TOKEN_LIFE_MAX */
};

struct rp_token {
    struct rp_secret text;
    int64_t signed_at; /* seconds since 1970 */
    /* The earlier of its own end and that of the credentials; RP_NEVER: not known (past_end). */
    int64_t expires_at;
};

void rp_token_release(struct rp_token *token);
#define RP_TOKEN_AUTO __attribute__((cleanup(rp_token_release)))

/* Signs. Nothing is asked of the network, so this succeeds for any keys at all. */
rp_status rp_token_sign(const struct rp_token_request *request,
                        const struct rp_credentials *credentials, int64_t now, struct rp_token *out,
                        struct rp_error *err) RP_MUST_USE;

#endif
