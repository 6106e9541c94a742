/*
 * rdspass ca fetch PARTITION -o FILE: the roots that AWS publishes for a
 * partition, over verified HTTPS, as a file for --ca-file and other clients.
 */
#include <string.h>

#include "ca.h"
#include "rdspass/base/file.h"
#include "rdspass/ipc/fetch.h"

enum { CONNECT_MS = 5000, EXCHANGE_MS = 30000 };

static const char gov[] = "aws-us-gov";

/* --- getting it --------------------------------------------------------------------- */

/* What came instead of a bundle, and whose fault it is. */
static rp_status fail_exchange(const struct rp_http_response *response, const char *url,
                               struct rp_error *err)
{
    if (response->outcome == RP_HTTP_ANSWERED)
        return rp_fail(err, RP_KIND_NETWORK, "%s: status %d in place of the certificates", url,
                       response->status);
    bool tls = response->outcome == RP_HTTP_TLS_FAILED;
    rp_status status =
        rp_fail(err, tls ? RP_KIND_TLS : RP_KIND_NETWORK, "cannot get %s: %s", url, response->why);
    if (tls)
        rp_hint(err, "a proxy that inspects TLS? its root is named by AWS_CA_BUNDLE");
    else
        rp_hint(err,
                "from a machine without internet, a proxy: HTTPS_PROXY; or bring the file here");
    return status;
}

static rp_status download(const struct rp_context *ctx, const char *url, struct rp_buf *out,
                          struct rp_error *err)
{
    RP_FETCH_AUTO struct rp_fetch fetch;
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    struct rp_http_request request = {
        .method = "GET",
        .url = url,
        .connect_ms = CONNECT_MS,
        .total_ms = EXCHANGE_MS,
        .max_body = RP_CA_FILE_MAX,
        .ca_file = rp_env_get(ctx, "AWS_CA_BUNDLE"),
    };

    rp_fetch_init(&fetch, ctx);
    struct rp_transport net = rp_fetch_transport(&fetch);
    rp_trace(ctx, "fetching %s", url);
    RP_TRY(net.perform(net.self, &request, &response, err));
    if (response.outcome != RP_HTTP_ANSWERED || response.status != 200)
        return fail_exchange(&response, url, err);
    rp_buf_add(out, rp_buf_span(&response.body));
    return rp_buf_check(out, RP_KIND_NETWORK, "the file", err);
}

/* --- choosing from it ------------------------------------------------------------------ */

/* Why a certificate of the bundle is left out; NULL for a root to keep. */
static const char *why_not(const struct rp_context *ctx, const struct rp_ca_certificate *one)
{
    if (!one->self_signed || !one->is_ca)
        return "no root";
    if (rp_ca_time(ctx, one) != 0)
        return "not valid now";
    if (strstr(one->subject, " Beta ") != NULL || strstr(one->subject, " Preview ") != NULL)
        return "of AWS's test environments";
    return NULL;
}

/* GovCloud's are known: each of them, and no other. */
static rp_status check_gov(const struct rp_context *ctx, const struct rp_ca_certificates *bundle,
                           struct rp_error *err)
{
    size_t count;
    const struct rp_root *known = rp_known_roots(&count);

    for (size_t i = 0; i < bundle->count; i++) {
        const struct rp_ca_certificate *one = &bundle->list[i];
        const struct rp_root *root = rp_ca_known_root(one->sha256);
        bool of_gov = root != NULL && rp_span_starts(rp_span(root->set), "us-gov-");
        if (why_not(ctx, one) == NULL && !of_gov)
            return rp_fail(err, RP_KIND_TLS,
                           "the bundle has a root that is not known to be GovCloud's: %s, SHA-256 "
                           "%s; nothing was written",
                           one->subject, one->sha256);
    }
    for (size_t i = 0; i < count; i++)
        if (!rp_root_is_of_tests(&known[i]) && rp_ca_find(bundle, known[i].fingerprint) == NULL)
            return rp_fail(err, RP_KIND_TLS, "the bundle lacks the root %s; nothing was written",
                           known[i].subject);
    return RP_OK;
}

static size_t keep(const struct rp_context *ctx, const struct rp_ca_certificates *bundle,
                   struct rp_span pem, struct rp_buf *out)
{
    size_t kept = 0;

    for (size_t i = 0; i < bundle->count; i++) {
        const struct rp_ca_certificate *one = &bundle->list[i];
        const char *why = why_not(ctx, one);
        if (why != NULL) {
            rp_trace(ctx, "left out: %s (%s)", one->subject, why);
            continue;
        }
        rp_trace(ctx, "kept: %s, valid to %.10s, SHA-256 %s", one->subject, one->not_after,
                 one->sha256);
        rp_buf_add_str(out, "# ");
        rp_buf_add_str(out, one->subject);
        rp_buf_add_char(out, '\n');
        struct rp_span block = rp_span_first(rp_span_skip(pem, one->pem_at), one->pem_size);
        rp_buf_add(out, block);
        if (!rp_span_ends(block, "\n"))
            rp_buf_add_char(out, '\n');
        kept++;
    }
    return kept;
}

static rp_status choose(const struct rp_context *ctx, const char *partition, struct rp_span pem,
                        struct rp_buf *out, struct rp_error *err)
{
    RP_CA_CERTIFICATES_AUTO struct rp_ca_certificates bundle = {0};

    rp_status status = rp_ca_read(ctx, pem, &bundle, err);
    if (rp_failed(status)) {
        if (err->kind == RP_KIND_CONFIG) {
            err->kind = RP_KIND_NETWORK;
            rp_error_prefix(err, "what was fetched is no bundle of certificates");
        }
        return status;
    }
    if (strcmp(partition, gov) == 0)
        RP_TRY(check_gov(ctx, &bundle, err));
    size_t kept = keep(ctx, &bundle, pem, out);
    if (kept == 0)
        return rp_fail(err, RP_KIND_TLS,
                       "the bundle has no root that is valid now; nothing was "
                       "written");
    rp_trace(ctx, "%zu roots of %zu certificates", kept, bundle.count);
    return rp_buf_check(out, RP_KIND_NETWORK, "the roots", err);
}

/* --- the action ---------------------------------------------------------------------------- */

static rp_status fail_partition(const char *partition, struct rp_error *err)
{
    const struct rp_partition *other = rp_partition_of_region(rp_span(partition));

    rp_status status = rp_fail(err, RP_KIND_CONFIG,
                               "where AWS publishes the roots of \"%s\" is not known", partition);
    if (other != NULL && rp_trust_bundle_url(other->name) != NULL)
        rp_hint(err, "that region's are among those of %s", other->name);
    else
        rp_hint(err, "known are aws, aws-us-gov and aws-cn; for another partition, get the file "
                     "from AWS's documentation there and name it with --ca-file FILE");
    return status;
}

rp_status rp_ca_fetch(const struct rp_context *ctx, const struct rp_args *args,
                      struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf pem = {.max = RP_CA_FILE_MAX};
    RP_BUF_AUTO struct rp_buf out = {.max = 2 * RP_CA_FILE_MAX};
    const char *partition = args->positional[1];
    const char *file = args->value[RP_OPT_OUT];
    const char *url = rp_trust_bundle_url(partition);

    if (file == NULL)
        return rp_fail(err, RP_KIND_USAGE, "usage: rdspass ca fetch PARTITION -o FILE");
    if (url == NULL)
        return fail_partition(partition, err);
    RP_TRY(download(ctx, url, &pem, err));
    RP_TRY(choose(ctx, partition, rp_buf_span(&pem), &out, err));
    RP_TRY(rp_file_replace(file, rp_buf_span(&out), RP_FILE_PUBLIC, err));
    rp_trace(ctx, "written to %s", file);
    return RP_OK;
}
