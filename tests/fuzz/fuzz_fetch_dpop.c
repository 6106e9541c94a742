/*
 * Keys for proofs from arbitrary bytes: as PEM; and behind '!' as changes, of
 * place and byte, to the DER of a key that is made here. A proof is made of three
 * parts in base64url or not at all.
 */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "fetch/dpop.h"
#include "rdspass/codec/base64.h"

enum { DER_MAX = 256, SIGNATURE_CHARS = 86 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_base64url(struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!rp_is_alpha(text.p[i]) && !rp_is_digit(text.p[i]) && text.p[i] != '-' &&
            text.p[i] != '_')
            return false;
    return text.n > 0;
}

static void check_proof(struct rp_span proof)
{
    size_t first = rp_span_find(proof, '.');
    size_t last = rp_span_find_last(proof, '.');

    if (first >= last || last == proof.n || !is_base64url(rp_span_first(proof, first)) ||
        !is_base64url(rp_span_first(rp_span_skip(proof, first + 1), last - first - 1)) ||
        !is_base64url(rp_span_skip(proof, last + 1)) || proof.n - last - 1 != SIGNATURE_CHARS)
        abort();
}

static bool prove(struct rp_span pem)
{
    RP_BUF_AUTO struct rp_buf proof = {.max = RP_DPOP_PROOF_MAX};
    struct rp_http_request request = {
        .method = "POST", .url = "https://x/v1/token?a#b", .dpop_key = pem, .dpop_time = 1};

    if (rp_dpop_prove(&request, &proof) != NULL)
        return false;
    check_proof(rp_buf_span(&proof));
    return true;
}

/* The DER of a key that is good, the same for a process's life. */
static size_t make_key(unsigned char out[static DER_MAX])
{
    static unsigned char der[DER_MAX];
    static int n;
    unsigned char *at = der;

    if (n == 0) {
        EVP_PKEY *key = EVP_EC_gen("P-256");
        n = key == NULL || i2d_PrivateKey(key, NULL) > DER_MAX ? 0 : i2d_PrivateKey(key, &at);
        EVP_PKEY_free(key);
    }
    if (n <= 0)
        abort();
    memcpy(out, der, (size_t)n);
    return (size_t)n;
}

static void prove_changed(const uint8_t *changes, size_t count)
{
    RP_BUF_AUTO struct rp_buf pem = {.max = 2 * DER_MAX};
    unsigned char der[DER_MAX];
    size_t n = make_key(der);

    for (size_t i = 0; i + 1 < count; i += 2)
        der[changes[i] % n] ^= changes[i + 1];
    rp_pem_add(&pem, "EC PRIVATE KEY", der, n);
    if (!prove(rp_buf_span(&pem)) && count < 2)
        abort(); /* nothing was changed */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > RP_HTTP_DPOP_KEY_MAX)
        return 0; /* no message carries it */
    if (size > 0 && data[0] == '!')
        prove_changed(data + 1, size - 1);
    else
        (void)prove((struct rp_span){(const char *)data, size});
    return 0;
}
