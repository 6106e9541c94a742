/* The transport by rdspass-fetch: one helper, one exchange at a time, one error when it dies. */
#include "rdspass/ipc/fetch.h"

static const char name[] = "rdspass-fetch";

enum { GRACE_MS = 3000 }; /* the helper keeps the deadline; this is for one that does not */

void rp_fetch_init(struct rp_fetch *fetch, const struct rp_context *ctx)
{
    *fetch = (struct rp_fetch){.ctx = ctx};
}

static void stop(struct rp_fetch *fetch, struct rp_exit *out)
{
    *out = (struct rp_exit){0};
    if (fetch->started)
        rp_helper_stop(&fetch->helper, out);
    fetch->started = false;
}

void rp_fetch_release(struct rp_fetch *fetch)
{
    struct rp_exit ignored;
    stop(fetch, &ignored);
}

/*
 * What names a CA file where neither AWS_CA_BUNDLE nor a profile does: botocore's
 * variable, curl's, OpenSSL's.
 */
static const char *other_ca_file(const struct rp_context *ctx)
{
    static const char *const names[] = {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
                                        "SSL_CERT_DIR"};
    const char *path = NULL;

    for (size_t i = 0; path == NULL && i < sizeof(names) / sizeof(names[0]); i++)
        path = rp_env_get(ctx, names[i]);
    return path;
}

/* Sends the request and waits for what comes back. *out_silent: it does not read, or closed. */
static rp_status talk(struct rp_fetch *fetch, const struct rp_http_request *request,
                      struct rp_message *reply, bool *out_silent, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *header = NULL;
    int timeout_ms = (int)request->total_ms + GRACE_MS;

    RP_TRY(rp_fetch_format_request(request, &header, err));
    if (!fetch->started) {
        RP_TRY(rp_helper_start(fetch->ctx, name, &fetch->helper, err));
        fetch->started = true;
    }
    rp_status status = rp_message_write(fetch->helper.to, name, header, request->body, err);
    if (rp_failed(status)) {
        *out_silent = true;
        return status;
    }
    return rp_message_read(fetch->helper.from, name, timeout_ms, reply, out_silent, err);
}

static rp_status perform(void *self, const struct rp_http_request *request,
                         struct rp_http_response *out, struct rp_error *err)
{
    struct rp_fetch *fetch = self;
    RP_MESSAGE_AUTO struct rp_message reply = {0};
    struct rp_http_request complete = *request;
    bool silent = false;

    if (complete.ca_file == NULL)
        complete.ca_file = other_ca_file(fetch->ctx);
    complete.dpop_time = rp_now(fetch->ctx);
    rp_status status = talk(fetch, &complete, &reply, &silent, err);
    if (rp_failed(status) || silent) {
        struct rp_exit end;
        stop(fetch, &end);
        return rp_helper_explain(name, status, &end, silent, err);
    }
    RP_TRY(rp_fetch_parse_response(&reply, out, err));
    if (out->body.len > request->max_body)
        return rp_fail(err, RP_KIND_INTERNAL, "%s: a body is longer than was asked for", name);
    return RP_OK;
}

struct rp_transport rp_fetch_transport(struct rp_fetch *fetch)
{
    return (struct rp_transport){.perform = perform, .self = fetch};
}
