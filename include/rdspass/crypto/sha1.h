/*
 * SHA-1, for the names of the AWS CLI's cache files and nothing else: nothing
 * that it hashes is secret, and nobody is kept out by it.
 */
#ifndef RP_CRYPTO_SHA1_H
#define RP_CRYPTO_SHA1_H

#include "rdspass/base/span.h"
#include "rdspass/base/status.h"

#include <stdint.h>

enum { RP_SHA1_SIZE = 20 };

/* RP_KIND_INTERNAL where libcrypto refuses (a policy, or no memory). */
rp_status rp_sha1(struct rp_span message, uint8_t out[static RP_SHA1_SIZE],
                  struct rp_error *err) RP_MUST_USE;

#endif
