/* Parts of the canonical request that the two signed forms need by themselves. */
#ifndef RP_SIGV4_CANONICAL_H
#define RP_SIGV4_CANONICAL_H

#include "rdspass/sigv4/sign.h"

/*
 * The query in canonical form: names and values encoded, sorted by encoded name
 * and then by value. With `presigned`, X-Amz-Algorithm and its like are in it.
 */
rp_status rp_sigv4_canonical_query(const struct rp_sigv4_request *request,
                                   const struct rp_sigv4_signer *signer, bool presigned,
                                   struct rp_buf *out, struct rp_error *err) RP_MUST_USE;

/*
 * The canonical headers, a line each, and their names joined with ';'. Without
 * `presigned`, X-Amz-Date and its like are among them. Either may be NULL.
 */
rp_status rp_sigv4_canonical_headers(const struct rp_sigv4_request *request,
                                     const struct rp_sigv4_signer *signer, bool presigned,
                                     struct rp_buf *out_lines, struct rp_buf *out_names,
                                     struct rp_error *err) RP_MUST_USE;

/* Hexadecimal SHA-256 of the body. */
rp_status rp_sigv4_payload_hash(const struct rp_sigv4_request *request, struct rp_buf *out,
                                struct rp_error *err) RP_MUST_USE;

/* "20150830/us-east-1/service/aws4_request": adds the credential scope. */
void rp_sigv4_add_scope(const struct rp_sigv4_signer *signer, struct rp_buf *out);

/* Whether a session token is part of what is signed. */
bool rp_sigv4_signs_token(const struct rp_sigv4_signer *signer);

#endif
