/* The later stages: string to sign, signing key, signature, and the two signed forms. */
#include "rdspass/sigv4/sign.h"

#include <string.h>

#include "canonical.h"
#include "rdspass/codec/hex.h"
#include "rdspass/codec/percent.h"
#include "rdspass/crypto/sha256.h"

static const char algorithm[] = "AWS4-HMAC-SHA256";

rp_status rp_sigv4_string_to_sign(const struct rp_sigv4_signer *signer,
                                  struct rp_span canonical_request, struct rp_buf *out,
                                  struct rp_error *err)
{
    char when[RP_TIME_AMZ_SIZE];
    uint8_t hash[RP_SHA256_SIZE];

    rp_time_format_amz(signer->when, when);
    RP_TRY(rp_sha256(canonical_request, hash, err));
    rp_buf_add_str(out, algorithm);
    rp_buf_add_char(out, '\n');
    rp_buf_add_str(out, when);
    rp_buf_add_char(out, '\n');
    rp_sigv4_add_scope(signer, out);
    rp_buf_add_char(out, '\n');
    rp_hex_add(out, hash, sizeof(hash));
    return rp_buf_check(out, RP_KIND_INTERNAL, "a request to be signed", err);
}

/* HMAC of `message` under `key`, in the place of `key`. */
static rp_status chain(uint8_t key[static RP_SHA256_SIZE], struct rp_span message,
                       struct rp_error *err)
{
    uint8_t next[RP_SHA256_SIZE];

    RP_TRY(rp_hmac_sha256((struct rp_span){(const char *)key, RP_SHA256_SIZE}, message, next, err));
    memcpy(key, next, sizeof(next));
    explicit_bzero(next, sizeof(next));
    return RP_OK;
}

static rp_status sign(const struct rp_sigv4_signer *signer, struct rp_span string_to_sign,
                      uint8_t key[static RP_SHA256_SIZE], struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf secret = {.max = RP_SIGV4_TEXT_MAX};
    char when[RP_TIME_AMZ_SIZE];

    rp_time_format_amz(signer->when, when);
    rp_buf_add_str(&secret, "AWS4");
    rp_buf_add(&secret, rp_secret_reveal(signer->secret_access_key));
    RP_TRY(rp_buf_check(&secret, RP_KIND_CREDENTIALS, "the AWS secret access key", err));
    RP_TRY(rp_hmac_sha256(rp_buf_span(&secret), rp_span_first(rp_span(when), 8), key, err));
    RP_TRY(chain(key, signer->region, err));
    RP_TRY(chain(key, signer->service, err));
    RP_TRY(chain(key, RP_SPAN("aws4_request"), err));
    return chain(key, string_to_sign, err);
}

rp_status rp_sigv4_signature(const struct rp_sigv4_signer *signer, struct rp_span string_to_sign,
                             char out[static RP_SIGV4_SIGNATURE_SIZE], struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf hex = {.max = RP_SIGV4_SIGNATURE_SIZE};
    uint8_t key[RP_SHA256_SIZE];

    rp_status status = sign(signer, string_to_sign, key, err);
    if (!rp_failed(status)) {
        rp_hex_add(&hex, key, sizeof(key));
        status = rp_buf_check(&hex, RP_KIND_INTERNAL, "a signature", err);
    }
    explicit_bzero(key, sizeof(key));
    if (!rp_failed(status))
        memcpy(out, rp_buf_str(&hex), RP_SIGV4_SIGNATURE_SIZE);
    return status;
}

/* All three stages for one form. */
static rp_status signature_of(const struct rp_sigv4_request *request,
                              const struct rp_sigv4_signer *signer, bool presigned,
                              char out[static RP_SIGV4_SIGNATURE_SIZE], struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf canonical = {.max = RP_SIGV4_TEXT_MAX};
    RP_BUF_AUTO struct rp_buf to_sign = {.max = RP_SIGV4_TEXT_MAX};

    RP_TRY(rp_sigv4_canonical_request(request, signer, presigned, &canonical, err));
    RP_TRY(rp_sigv4_string_to_sign(signer, rp_buf_span(&canonical), &to_sign, err));
    return rp_sigv4_signature(signer, rp_buf_span(&to_sign), out, err);
}

rp_status rp_sigv4_presign(const struct rp_sigv4_request *request,
                           const struct rp_sigv4_signer *signer, struct rp_buf *out_query,
                           struct rp_error *err)
{
    char signature[RP_SIGV4_SIGNATURE_SIZE];

    RP_TRY(signature_of(request, signer, true, signature, err));
    RP_TRY(rp_sigv4_canonical_query(request, signer, true, out_query, err));
    if (signer->token_outside && !rp_secret_is_empty(signer->session_token)) {
        rp_buf_add_str(out_query, "&X-Amz-Security-Token=");
        rp_percent_encode(out_query, rp_secret_reveal(signer->session_token));
    }
    rp_buf_add_str(out_query, "&X-Amz-Signature=");
    rp_buf_add_str(out_query, signature);
    return rp_buf_check(out_query, RP_KIND_INTERNAL, "a presigned request", err);
}

rp_status rp_sigv4_sign_headers(const struct rp_sigv4_request *request,
                                const struct rp_sigv4_signer *signer, struct rp_buf *out_headers,
                                struct rp_error *err)
{
    char when[RP_TIME_AMZ_SIZE];
    char signature[RP_SIGV4_SIGNATURE_SIZE];

    RP_TRY(signature_of(request, signer, false, signature, err));
    rp_time_format_amz(signer->when, when);
    rp_buf_addf(out_headers, "X-Amz-Date:%s\n", when);
    if (!rp_secret_is_empty(signer->session_token)) {
        rp_buf_add_str(out_headers, "X-Amz-Security-Token:");
        rp_buf_add(out_headers, rp_secret_reveal(signer->session_token));
        rp_buf_add_char(out_headers, '\n');
    }
    if (signer->sign_body) {
        rp_buf_add_str(out_headers, "X-Amz-Content-Sha256:");
        RP_TRY(rp_sigv4_payload_hash(request, out_headers, err));
        rp_buf_add_char(out_headers, '\n');
    }
    rp_buf_addf(out_headers, "Authorization:%s Credential=", algorithm);
    rp_buf_add(out_headers, signer->access_key_id);
    rp_buf_add_char(out_headers, '/');
    rp_sigv4_add_scope(signer, out_headers);
    rp_buf_add_str(out_headers, ", SignedHeaders=");
    RP_TRY(rp_sigv4_canonical_headers(request, signer, false, NULL, out_headers, err));
    rp_buf_addf(out_headers, ", Signature=%s\n", signature);
    return rp_buf_check(out_headers, RP_KIND_INTERNAL, "a signed request", err);
}
