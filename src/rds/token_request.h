/* The request that a token is, before it is signed: for token.c and for tests of the stages. */
#ifndef RP_RDS_TOKEN_REQUEST_H
#define RP_RDS_TOKEN_REQUEST_H

#include "rdspass/rds/token.h"
#include "rdspass/sigv4/sign.h"

/*
 * The parts of the request, and the two structures that point to them and to
 * what rp_token_draft_init was given: it must not be moved.
 */
struct rp_token_draft {
    char host[RP_HOST_MAX + sizeof(":65535")]; /* as signed, and as the token begins */
    struct rp_sigv4_pair query[2];
    struct rp_sigv4_pair header;
    struct rp_sigv4_request request;
    struct rp_sigv4_signer signer;
};

/*
 * Fails where the request is none that the server could accept: no port, no
 * user, no region, a life that is too long, a custom endpoint.
 */
rp_status rp_token_draft_init(struct rp_token_draft *draft, const struct rp_token_request *request,
                              const struct rp_credentials *credentials, int64_t now,
                              struct rp_error *err) RP_MUST_USE;

#endif
