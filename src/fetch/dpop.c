/*
 * DPoP: a JSON Web Token of three parts, signed with ES256.
 *
 *     {"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","x":…,"y":…,"crv":"P-256"}}
 *     {"htm":"POST","htu":…,"iat":…,"jti":…}
 *     r and s, 32 bytes each
 */
#include "dpop.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/random.h>

#include "rdspass/codec/base64.h"
#include "rdspass/codec/json.h"

enum { COORDINATE_SIZE = 32, SIGNATURE_SIZE = 2 * COORDINATE_SIZE, DER_MAX = 80, ID_SIZE = 37 };
enum { PART_MAX = RP_DPOP_PROOF_MAX / 2 };

/* The bytes of the one PEM block, which is not encrypted; *out_n is 0 where it is another. */
static unsigned char *read_pem(struct rp_span pem, long *out_n)
{
    BIO *from = BIO_new_mem_buf(pem.p, (int)pem.n);
    unsigned char *bytes = NULL;
    char *header = NULL;
    char *name = NULL;

    *out_n = 0;
    if (from != NULL &&
        PEM_read_bio_ex(from, &name, &header, &bytes, out_n, PEM_FLAG_SECURE) == 1 &&
        (strcmp(name, PEM_STRING_ECPRIVATEKEY) != 0 || header[0] != '\0')) {
        OPENSSL_secure_clear_free(bytes, (size_t)*out_n);
        bytes = NULL;
        *out_n = 0;
    }
    OPENSSL_secure_free(header);
    OPENSSL_secure_free(name);
    BIO_free(from);
    return bytes;
}

/* Whether it is on P-256, and both its halves belong together. */
static bool is_usable(EVP_PKEY *key)
{
    char group[16] = "";

    if (EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1 ||
        strcmp(group, SN_X9_62_prime256v1) != 0)
        return false;
    EVP_PKEY_CTX *check = EVP_PKEY_CTX_new(key, NULL);
    bool fine = check != NULL && EVP_PKEY_pairwise_check(check) == 1;
    EVP_PKEY_CTX_free(check);
    return fine;
}

static EVP_PKEY *read_key(struct rp_span pem)
{
    long n;
    unsigned char *bytes = read_pem(pem, &n);
    const unsigned char *at = bytes;

    EVP_PKEY *key = bytes == NULL ? NULL : d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, n);
    if (key != NULL && (at != bytes + n || !is_usable(key))) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    OPENSSL_secure_clear_free(bytes, (size_t)n);
    return key;
}

/* A coordinate of the public key; an empty text where it cannot be had. */
static void add_coordinate(struct rp_json *jwk, const char *name, EVP_PKEY *key, const char *param)
{
    RP_BUF_AUTO struct rp_buf text = {.max = PART_MAX};
    unsigned char bytes[COORDINATE_SIZE];
    BIGNUM *number = NULL;

    if (EVP_PKEY_get_bn_param(key, param, &number) == 1 &&
        BN_bn2binpad(number, bytes, sizeof(bytes)) == (int)sizeof(bytes))
        rp_base64url_add(&text, bytes, sizeof(bytes));
    BN_free(number);
    rp_json_add_text(jwk, name, rp_buf_str(&text));
}

static struct rp_json *make_header(EVP_PKEY *key)
{
    struct rp_json *header = rp_json_new();

    if (header == NULL)
        return NULL;
    rp_json_add_text(header, "typ", "dpop+jwt");
    rp_json_add_text(header, "alg", "ES256");
    struct rp_json *jwk = rp_json_add_object(header, "jwk");
    if (jwk == NULL)
        return header; /* spoilt, which shows when it is formatted */
    rp_json_add_text(jwk, "kty", "EC");
    add_coordinate(jwk, "x", key, OSSL_PKEY_PARAM_EC_PUB_X);
    add_coordinate(jwk, "y", key, OSSL_PKEY_PARAM_EC_PUB_Y);
    rp_json_add_text(jwk, "crv", "P-256");
    return header;
}

/* A name that no other proof has: a UUID of version 4. */
static bool make_id(char out[static ID_SIZE])
{
    uint8_t b[16];

    if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
        return false;
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    int n = snprintf(out, ID_SIZE,
                     "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
                     b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
                     b[13], b[14], b[15]);
    return n == ID_SIZE - 1;
}

static struct rp_json *make_payload(const struct rp_http_request *request)
{
    struct rp_span url = rp_span(request->url);
    char id[ID_SIZE];

    struct rp_json *payload = make_id(id) ? rp_json_new() : NULL;
    if (payload == NULL)
        return NULL;
    url = rp_span_first(url, rp_span_find(url, '#'));
    url = rp_span_first(url, rp_span_find(url, '?'));
    rp_json_add_text(payload, "htm", request->method);
    rp_json_add_bytes(payload, "htu", url);
    rp_json_add_number(payload, "iat", request->dpop_time);
    rp_json_add_text(payload, "jti", id);
    return payload;
}

/* Adds a part, taking `json`; without it, or where it is spoilt, false. */
static bool add_part(struct rp_buf *out, struct rp_json *json)
{
    RP_JSON_AUTO struct rp_json *part = json;
    RP_BUF_AUTO struct rp_buf text = {.max = PART_MAX};

    if (part == NULL || rp_failed(rp_json_format_line(part, &text, NULL)))
        return false;
    rp_base64url_add(out, (const uint8_t *)text.data, text.len);
    return true;
}

/* OpenSSL's signature is DER; a JSON Web Token has its two numbers one behind the other. */
static bool flatten(const unsigned char *der, size_t n, unsigned char out[static SIGNATURE_SIZE])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)n);
    bool fine = pair != NULL &&
                BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, COORDINATE_SIZE) == COORDINATE_SIZE &&
                BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + COORDINATE_SIZE, COORDINATE_SIZE) ==
                    COORDINATE_SIZE;

    ECDSA_SIG_free(pair);
    return fine;
}

static bool add_signature(struct rp_buf *out, EVP_PKEY *key)
{
    struct rp_span text = rp_buf_span(out);
    unsigned char der[DER_MAX];
    unsigned char flat[SIGNATURE_SIZE];
    size_t n = sizeof(der);

    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool fine = ctx != NULL && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestSign(ctx, der, &n, (const unsigned char *)text.p, text.n) == 1 &&
                flatten(der, n, flat);
    EVP_MD_CTX_free(ctx);
    if (!fine)
        return false;
    rp_buf_add_char(out, '.');
    rp_base64url_add(out, flat, sizeof(flat));
    return true;
}

const char *rp_dpop_prove(const struct rp_http_request *request, struct rp_buf *out)
{
    EVP_PKEY *key = read_key(request->dpop_key);

    if (key == NULL)
        return "the session's key (dpopKey) is no private key of P-256";
    bool fine = add_part(out, make_header(key));
    rp_buf_add_char(out, '.');
    fine = fine && add_part(out, make_payload(request)) && add_signature(out, key) &&
           out->state == RP_BUF_FINE;
    EVP_PKEY_free(key);
    return fine ? NULL : "the proof of the session's key cannot be made";
}
