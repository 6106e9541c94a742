/*
 * CRYPTO=static: libcrypto's hashes from its static archive, called below EVP,
 * which costs a start-up of more than a millisecond. HMAC is put together here
 * from the hash, since libcrypto's own goes through EVP.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

#include "rdspass/crypto/sha1.h"
#include "rdspass/crypto/sha256.h"

enum { BLOCK_SIZE = SHA256_CBLOCK };

rp_status rp_sha1(struct rp_span message, uint8_t out[static RP_SHA1_SIZE], struct rp_error *err)
{
    (void)err;
    SHA_CTX ctx;
    (void)SHA1_Init(&ctx);
    (void)SHA1_Update(&ctx, message.p, message.n);
    (void)SHA1_Final(out, &ctx);
    return RP_OK;
}

rp_status rp_sha256(struct rp_span message, uint8_t out[static RP_SHA256_SIZE],
                    struct rp_error *err)
{
    (void)err;
    SHA256_CTX ctx;
    (void)SHA256_Init(&ctx);
    (void)SHA256_Update(&ctx, message.p, message.n);
    (void)SHA256_Final(out, &ctx);
    OPENSSL_cleanse(&ctx, sizeof(ctx));
    return RP_OK;
}

/* One of HMAC's two passes: hash of (key xor pad) and the message. */
static void pass(const uint8_t key[static BLOCK_SIZE], uint8_t pad, struct rp_span message,
                 uint8_t out[static RP_SHA256_SIZE])
{
    uint8_t block[BLOCK_SIZE];
    SHA256_CTX ctx;

    for (size_t i = 0; i < sizeof(block); i++)
        block[i] = key[i] ^ pad;
    (void)SHA256_Init(&ctx);
    (void)SHA256_Update(&ctx, block, sizeof(block));
    (void)SHA256_Update(&ctx, message.p, message.n);
    (void)SHA256_Final(out, &ctx);
    OPENSSL_cleanse(block, sizeof(block));
    OPENSSL_cleanse(&ctx, sizeof(ctx));
}

rp_status rp_hmac_sha256(struct rp_span key, struct rp_span message,
                         uint8_t out[static RP_SHA256_SIZE], struct rp_error *err)
{
    uint8_t block[BLOCK_SIZE] = {0};
    uint8_t inner[RP_SHA256_SIZE];

    if (key.n > sizeof(block))
        RP_TRY(rp_sha256(key, block, err));
    else if (key.n > 0)
        memcpy(block, key.p, key.n);
    pass(block, 0x36, message, inner);
    pass(block, 0x5c, (struct rp_span){(const char *)inner, sizeof(inner)}, out);
    OPENSSL_cleanse(block, sizeof(block));
    OPENSSL_cleanse(inner, sizeof(inner));
    return RP_OK;
}
