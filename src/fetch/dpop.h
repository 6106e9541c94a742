/*
 * The proof that who asks holds a key (DPoP, RFC 9449): a small signed text that
 * goes with one request, and is of no use for another.
 */
#ifndef RP_FETCH_DPOP_H
#define RP_FETCH_DPOP_H

#include "rdspass/aws/transport.h"

enum { RP_DPOP_PROOF_MAX = 16 * 1024 };

/*
 * Adds to `out` the proof for a request, by its dpop_key: "EC PRIVATE KEY" in
 * PEM, on P-256. NULL, or what is wrong, for a message; it tells nothing of the key.
 */
const char *rp_dpop_prove(const struct rp_http_request *request, struct rp_buf *out);

#endif
