/*
 * SHA-256 and HMAC-SHA-256 (FIPS 180-4, FIPS 198-1), as libcrypto computes them.
 *
 * The only part of the core that knows libcrypto: src/crypto/ links its static
 * archive (CRYPTO=static) or asks the shared library's EVP (CRYPTO=shared).
 */
#ifndef RP_CRYPTO_SHA256_H
#define RP_CRYPTO_SHA256_H

#include <stdint.h>

#include "rdspass/base/span.h"
#include "rdspass/base/status.h"

enum { RP_SHA256_SIZE = 32 };

/* RP_KIND_INTERNAL where libcrypto refuses (a policy, or no memory). */
rp_status rp_sha256(struct rp_span message, uint8_t out[static RP_SHA256_SIZE],
                    struct rp_error *err) RP_MUST_USE;

rp_status rp_hmac_sha256(struct rp_span key, struct rp_span message,
                         uint8_t out[static RP_SHA256_SIZE], struct rp_error *err) RP_MUST_USE;

#endif
