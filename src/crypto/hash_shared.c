/* CRYPTO=shared: through EVP in the shared libcrypto, under the system's policy. */
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "rdspass/crypto/sha1.h"
#include "rdspass/crypto/sha256.h"

rp_status rp_sha1(struct rp_span message, uint8_t out[static RP_SHA1_SIZE], struct rp_error *err)
{
    if (EVP_Digest(message.p, message.n, out, NULL, EVP_sha1(), NULL) != 1)
        return rp_fail(err, RP_KIND_INTERNAL, "libcrypto refuses SHA-1");
    return RP_OK;
}

rp_status rp_sha256(struct rp_span message, uint8_t out[static RP_SHA256_SIZE],
                    struct rp_error *err)
{
    if (EVP_Digest(message.p, message.n, out, NULL, EVP_sha256(), NULL) != 1)
        return rp_fail(err, RP_KIND_INTERNAL, "libcrypto refuses SHA-256");
    return RP_OK;
}

rp_status rp_hmac_sha256(struct rp_span key, struct rp_span message,
                         uint8_t out[static RP_SHA256_SIZE], struct rp_error *err)
{
    static const char none[] = ""; /* EVP takes no key that is NULL */
    const void *bytes = key.n == 0 ? none : key.p;

    if (HMAC(EVP_sha256(), bytes, (int)key.n, (const unsigned char *)message.p, message.n, out,
             NULL) == NULL)
        return rp_fail(err, RP_KIND_INTERNAL, "libcrypto refuses HMAC-SHA-256");
    return RP_OK;
}
