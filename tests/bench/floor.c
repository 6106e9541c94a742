/*
 * floor: the least that a program can cost which links cJSON and the shared libcrypto, and makes
 * the five HMACs of a token through EVP. `rdspass token` of a build with CRYPTO=shared is measured
 * against it.
 */
#include <cjson/cJSON.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 32 };

int main(void)
{
    static const char *const steps[] = {"20260101", "eu-central-1", "rds-db", "aws4_request",
                                        "what is signed"};
    unsigned char key[SIZE] = "AWS4 and a secret of 40 bytes..";

    if (cJSON_Version() == NULL)
        return 1;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        unsigned char next[SIZE];
        if (HMAC(EVP_sha256(), key, SIZE, (const unsigned char *)steps[i], strlen(steps[i]), next,
                 NULL) == NULL)
            return 1;
        memcpy(key, next, SIZE);
    }
    for (size_t i = 0; i < SIZE; i++)
        (void)printf("%02x", key[i]);
    return putchar('\n') == EOF;
}
