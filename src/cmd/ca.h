/* rdspass ca: its actions, and files of certificates as rdspass-gate reads them. */
#ifndef RP_CMD_CA_H
#define RP_CMD_CA_H

#include "command.h"
#include "rdspass/codec/json.h"
#include "rdspass/rds/trust.h"

enum { RP_CA_FILE_MAX = 1024 * 1024 };

/* An action: what stands behind its word is positional[1] and so on. */
typedef rp_status rp_ca_action_fn(const struct rp_context *ctx, const struct rp_args *args,
                                  struct rp_error *err);

rp_ca_action_fn rp_ca_list;
rp_ca_action_fn rp_ca_print;
rp_ca_action_fn rp_ca_path;
rp_ca_action_fn rp_ca_check;
rp_ca_action_fn rp_ca_fetch;

/* Whether --format asks for JSON. */
bool rp_ca_wants_json(const struct rp_args *args);

/* One of a file. Texts are borrowed from the list. */
struct rp_ca_certificate {
    const char *subject;
    const char *issuer;
    const char *not_before; /* "2026-01-01T00:00:00Z" */
    const char *not_after;
    const char *sha256;
    const char *issuer_sha256; /* of the one in the file that signed it, or NULL */
    bool self_signed;
    bool is_ca;
    size_t pem_at; /* where its block stands in the file */
    size_t pem_size;
};

/* Starts as {0}. */
struct rp_ca_certificates {
    struct rp_json *json;
    struct rp_ca_certificate *list;
    size_t count;
};

void rp_ca_certificates_release(struct rp_ca_certificates *certificates);
#define RP_CA_CERTIFICATES_AUTO __attribute__((cleanup(rp_ca_certificates_release)))

/* Has rdspass-gate read them. RP_KIND_CONFIG where `pem` is no file of certificates. */
rp_status rp_ca_read(const struct rp_context *ctx, struct rp_span pem,
                     struct rp_ca_certificates *out, struct rp_error *err) RP_MUST_USE;

const struct rp_ca_certificate *rp_ca_find(const struct rp_ca_certificates *certificates,
                                           const char *sha256);

/* When a certificate is valid, by the context's clock: -1 before, 0 in it, 1 after. */
int rp_ca_time(const struct rp_context *ctx, const struct rp_ca_certificate *one);

/* The root of that fingerprint, compiled in or known; NULL where it is none of them. */
const struct rp_root *rp_ca_known_root(const char *sha256);
/* All of them, one by one; NULL behind the last. */
const struct rp_root *rp_ca_root_at(size_t index);

#endif
