/*
 * A network for tests of providers: exchanges that are expected in this order,
 * and what comes of each. One that was not expected, or differs, is a failed
 * check, and fails.
 */
#ifndef SCRIPTED_NET_H
#define SCRIPTED_NET_H

#include "rdspass/aws/transport.h"
#include "tap.h"

/* One exchange. Headers are "Name: value" lines, each with a newline. */
struct scripted {
    const char *method;
    const char *url;
    const char *headers; /* all that are sent; NULL: none */
    const char *sends;   /* the body; NULL: none */
    const char *proof;   /* the key of a proof; NULL: none */
    int status;          /* 0: nothing is answered, but `outcome` */
    const char *body;    /* NULL: empty */
    enum rp_http_outcome outcome;
    bool connected; /* where nothing is answered */
    int64_t date;
    bool breaks; /* the helper itself fails */
    const char *error_type;
    const char *request_id;
};

struct scripted_net {
    const struct scripted *script;
    size_t count;
    size_t next;
    bool proxied;        /* a proxy may stand between: these are no metadata */
    uint32_t longest_ms; /* that an exchange was given */
    const char *ca_file; /* that the last one was given; borrowed */
    struct rp_transport transport;
};

static void scripted_headers(const struct rp_http_request *request, struct rp_buf *out)
{
    for (size_t i = 0; i < request->header_count; i++) {
        rp_buf_add_str(out, request->headers[i].name);
        rp_buf_add_str(out, ": ");
        rp_buf_add(out, request->headers[i].value);
        rp_buf_add_char(out, '\n');
    }
}

static void scripted_answer(const struct scripted *step, const struct rp_http_request *request,
                            struct rp_http_response *out)
{
    rp_http_response_release(out);
    out->outcome = step->status == 0 ? step->outcome : RP_HTTP_ANSWERED;
    out->connected = step->status != 0 || step->connected;
    out->status = step->status;
    out->date = step->date;
    (void)snprintf(out->error_type, sizeof(out->error_type), "%s",
                   step->error_type == NULL ? "" : step->error_type);
    (void)snprintf(out->request_id, sizeof(out->request_id), "%s",
                   step->request_id == NULL ? "" : step->request_id);
    rp_buf_init(&out->body, request->max_body);
    if (step->status == 0)
        (void)snprintf(out->why, sizeof(out->why), "outcome %d", (int)step->outcome);
    else if (step->body != NULL)
        rp_buf_add_str(&out->body, step->body);
    if (out->body.state != RP_BUF_FINE) {
        out->outcome = RP_HTTP_TOO_LARGE;
        out->status = 0;
    }
}

static rp_status scripted_perform(void *self, const struct rp_http_request *request,
                                  struct rp_http_response *out, struct rp_error *err)
{
    struct scripted_net *net = self;
    RP_BUF_AUTO struct rp_buf headers = {.max = 1 << 16};

    if (!OK(net->next < net->count, "%s %s is expected", request->method, request->url))
        return rp_fail(err, RP_KIND_INTERNAL, "an exchange was not expected");
    const struct scripted *step = &net->script[net->next++];
    scripted_headers(request, &headers);
    IS_STR(request->method, step->method, "  the method");
    IS_STR(request->url, step->url, "  the URL");
    IS_STR(rp_buf_str(&headers), step->headers == NULL ? "" : step->headers, "  the headers");
    IS_SPAN(request->body, step->sends == NULL ? "" : step->sends, "  the body");
    IS_SPAN(request->dpop_key, step->proof == NULL ? "" : step->proof, "  the key of a proof");
    OK(request->direct != net->proxied, "  no proxy where there must be none");
    OK(request->connect_ms > 0 && request->total_ms > 0, "  with limits");
    if (request->total_ms > net->longest_ms)
        net->longest_ms = request->total_ms;
    net->ca_file = request->ca_file;
    if (step->breaks)
        return rp_fail(err, RP_KIND_INTERNAL, "the helper is broken");
    scripted_answer(step, request, out);
    return RP_OK;
}

static void scripted_init(struct scripted_net *net, const struct scripted *script, size_t count)
{
    *net = (struct scripted_net){.script = script, .count = count};
    net->transport = (struct rp_transport){.perform = scripted_perform, .self = net};
}

/* Whether all came that were expected. */
static void scripted_finish(const struct scripted_net *net, const char *name)
{
    IS_INT(net->next, net->count, name);
}

#endif
