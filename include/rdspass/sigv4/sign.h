/*
 * AWS Signature Version 4, in the stages that AWS describes ("Create a signed
 * AWS API request", IAM User Guide), each callable by itself:
 *
 *     canonical request -> string to sign -> signature
 *                                             -> presigned query, or
 *                                             -> Authorization header
 *
 * Values are given raw and are percent-encoded here, once.
 */
#ifndef RP_SIGV4_SIGN_H
#define RP_SIGV4_SIGN_H

#include "rdspass/base/buf.h"
#include "rdspass/base/secret.h"
#include "rdspass/codec/time.h"

struct rp_sigv4_pair {
    struct rp_span name;
    struct rp_span value;
};

/* What is to be signed. Everything is borrowed. */
struct rp_sigv4_request {
    struct rp_span method;
    struct rp_span path; /* before percent-encoding; "/" at least */
    const struct rp_sigv4_pair *query;
    size_t query_count;
    const struct rp_sigv4_pair *headers; /* Host among them; names in any case */
    size_t header_count;
    struct rp_span body;
};

/* Who signs, for what, when. Everything is borrowed. */
struct rp_sigv4_signer {
    struct rp_span access_key_id;
    const struct rp_secret *secret_access_key;
    const struct rp_secret *session_token; /* empty: long-term keys, nothing is added */
    struct rp_span region;
    struct rp_span service;
    int64_t when;       /* seconds since 1970 */
    uint32_t expires;   /* presigned form: X-Amz-Expires, seconds */
    bool normalize;     /* resolve "." and ".." and "//" in the path (all services but S3) */
    bool sign_body;     /* header form: add X-Amz-Content-Sha256 */
    bool token_outside; /* add the session token after signing, as some services want it */
};

enum { RP_SIGV4_SIGNATURE_SIZE = 64 + 1 }; /* lower-case hexadecimal and NUL */

/* Limits: a request that needs more is RP_KIND_INTERNAL, since it is ours. */
enum { RP_SIGV4_PAIRS_MAX = 64, RP_SIGV4_TEXT_MAX = 256 * 1024 };

/*
 * The stages. `presigned` says which form is meant: in the presigned one the
 * parameters of the signature stand in the query, else in headers.
 */
rp_status rp_sigv4_canonical_request(const struct rp_sigv4_request *request,
                                     const struct rp_sigv4_signer *signer, bool presigned,
                                     struct rp_buf *out, struct rp_error *err) RP_MUST_USE;

rp_status rp_sigv4_string_to_sign(const struct rp_sigv4_signer *signer,
                                  struct rp_span canonical_request, struct rp_buf *out,
                                  struct rp_error *err) RP_MUST_USE;

rp_status rp_sigv4_signature(const struct rp_sigv4_signer *signer, struct rp_span string_to_sign,
                             char out[static RP_SIGV4_SIGNATURE_SIZE],
                             struct rp_error *err) RP_MUST_USE;

/*
 * All stages at once: adds the query of the presigned request, in canonical
 * order with X-Amz-Signature last, without a leading '?'.
 */
rp_status rp_sigv4_presign(const struct rp_sigv4_request *request,
                           const struct rp_sigv4_signer *signer, struct rp_buf *out_query,
                           struct rp_error *err) RP_MUST_USE;

/*
 * All stages at once: adds the headers that the request needs beside its own,
 * as lines "Name:value\n" (X-Amz-Date, X-Amz-Security-Token,
 * X-Amz-Content-Sha256 and Authorization, each where it applies).
 */
rp_status rp_sigv4_sign_headers(const struct rp_sigv4_request *request,
                                const struct rp_sigv4_signer *signer, struct rp_buf *out_headers,
                                struct rp_error *err) RP_MUST_USE;

#endif
