/* HTTP by rdspass-fetch: a transport for the providers, and what travels between the two. */
#ifndef RP_IPC_FETCH_H
#define RP_IPC_FETCH_H

#include "rdspass/aws/transport.h"
#include "rdspass/ipc/helper.h"
#include "rdspass/ipc/message.h"

/*
 * The side of the core. Starts the helper at the first exchange; one serves one
 * command, and ends with it, however that ends.
 */
struct rp_fetch {
    const struct rp_context *ctx; /* borrowed */
    struct rp_helper helper;
    bool started;
};

void rp_fetch_init(struct rp_fetch *fetch, const struct rp_context *ctx);
void rp_fetch_release(struct rp_fetch *fetch);
#define RP_FETCH_AUTO __attribute__((cleanup(rp_fetch_release)))

/* Borrows `fetch`. */
struct rp_transport rp_fetch_transport(struct rp_fetch *fetch);

/*
 * Both directions, both sides: the header of a message from an exchange, whose
 * body is the message's, and an exchange from a message. RP_KIND_INTERNAL where
 * there is something in it that HTTP cannot carry or the other side would not
 * say. A parsed request borrows from its message; a parsed response takes its
 * body from there.
 */
rp_status rp_fetch_format_request(const struct rp_http_request *request, struct rp_json **out,
                                  struct rp_error *err) RP_MUST_USE;
rp_status rp_fetch_parse_request(const struct rp_message *message, struct rp_http_request *out,
                                 struct rp_error *err) RP_MUST_USE;
rp_status rp_fetch_format_response(const struct rp_http_response *response, struct rp_json **out,
                                   struct rp_error *err) RP_MUST_USE;
rp_status rp_fetch_parse_response(struct rp_message *message, struct rp_http_response *out,
                                  struct rp_error *err) RP_MUST_USE;

/* What the helper answers to something that is no request: the core fails with these words. */
struct rp_json *rp_fetch_format_refusal(const char *why);

#endif
