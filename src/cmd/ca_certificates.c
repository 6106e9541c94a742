/* Files of certificates, read by rdspass-gate: X.509 stays out of the core. */
#include <stdlib.h>
#include <string.h>

#include "ca.h"
#include "rdspass/codec/time.h"
#include "rdspass/ipc/gate.h"

void rp_ca_certificates_release(struct rp_ca_certificates *certificates)
{
    rp_json_free(&certificates->json);
    free(certificates->list);
    *certificates = (struct rp_ca_certificates){0};
}

static bool get_place(const struct rp_json *in, const char *name, size_t *out)
{
    int64_t number;

    if (!rp_json_integer(rp_json_member(in, name), &number) || number < 0)
        return false;
    *out = (size_t)number;
    return true;
}

static bool get_certificate(const struct rp_json *in, size_t file, struct rp_ca_certificate *out)
{
    *out = (struct rp_ca_certificate){
        .subject = rp_json_text(rp_json_member(in, "subject")),
        .issuer = rp_json_text(rp_json_member(in, "issuer")),
        .not_before = rp_json_text(rp_json_member(in, "not_before")),
        .not_after = rp_json_text(rp_json_member(in, "not_after")),
        .sha256 = rp_json_text(rp_json_member(in, "sha256")),
        .issuer_sha256 = rp_json_text(rp_json_member(in, "issuer_sha256")),
    };
    return out->subject != NULL && out->issuer != NULL && out->not_before != NULL &&
           out->not_after != NULL && out->sha256 != NULL &&
           rp_json_boolean(rp_json_member(in, "self_signed"), &out->self_signed) &&
           rp_json_boolean(rp_json_member(in, "ca"), &out->is_ca) &&
           get_place(in, "pem_at", &out->pem_at) && get_place(in, "pem_size", &out->pem_size) &&
           out->pem_size <= file && out->pem_at <= file - out->pem_size;
}

static rp_status get_all(const struct rp_json *json, size_t file, struct rp_ca_certificates *out,
                         struct rp_error *err)
{
    size_t count = rp_json_count(json);

    out->list = calloc(count + 1, sizeof(*out->list));
    if (out->list == NULL)
        return rp_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!get_certificate(rp_json_element(json, i), file, &out->list[i]))
            return rp_fail(err, RP_KIND_INTERNAL, "rdspass-gate describes no certificate");
    out->count = count;
    return RP_OK;
}

rp_status rp_ca_read(const struct rp_context *ctx, struct rp_span pem,
                     struct rp_ca_certificates *out, struct rp_error *err)
{
    struct rp_gate gate = {.channel.fd = -1};
    struct rp_exit end;

    RP_TRY(rp_gate_start(ctx, &gate, err));
    rp_status status = rp_gate_read_certificates(&gate, pem, &out->json, err);
    rp_gate_stop(&gate, &end);
    if (rp_failed(status))
        return status;
    return get_all(out->json, pem.n, out, err);
}

const struct rp_ca_certificate *rp_ca_find(const struct rp_ca_certificates *certificates,
                                           const char *sha256)
{
    for (size_t i = 0; i < certificates->count; i++)
        if (strcmp(certificates->list[i].sha256, sha256) == 0)
            return &certificates->list[i];
    return NULL;
}

int rp_ca_time(const struct rp_context *ctx, const struct rp_ca_certificate *one)
{
    char now[RP_TIME_ISO_SIZE];

    rp_time_format_iso(rp_now(ctx), now);
    if (strcmp(now, one->not_before) < 0)
        return -1;
    return strcmp(now, one->not_after) > 0 ? 1 : 0;
}

const struct rp_root *rp_ca_root_at(size_t index)
{
    size_t built_in;
    size_t known;
    const struct rp_root *roots = rp_roots(&built_in);
    const struct rp_root *others = rp_known_roots(&known);

    if (index < built_in)
        return &roots[index];
    return index - built_in < known ? &others[index - built_in] : NULL;
}

const struct rp_root *rp_ca_known_root(const char *sha256)
{
    const struct rp_root *root;

    for (size_t i = 0; (root = rp_ca_root_at(i)) != NULL; i++)
        if (strcmp(root->fingerprint, sha256) == 0)
            return root;
    return NULL;
}
