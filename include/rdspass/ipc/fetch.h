/* HTTP by rdspass-fetch: a transport for the providers, and what travels between the two. */
#ifndef RP_IPC_FETCH_H
#define RP_IPC_FETCH_H

#include "rdspass/aws/transport.h"
#include "rdspass/ipc/helper.h"
#include "rdspass/ipc/message.h"

/* The side of the core. Starts the helper at the first exchange; one serves one command. */
struct rp_fetch {
    const struct rp_context *ctx; /* borrowed */
    struct rp_helper helper;
    bool started;
};

void rp_fetch_init(struct rp_fetch *fetch, const struct rp_context *ctx);
void rp_fetch_release(struct rp_fetch *fetch);
#define RP_FETCH_AUTO __attribute__((cleanup(rp_fetch_release)))
struct rp_transport rp_fetch_transport(struct rp_fetch *fetch);

/* Both directions, both sides: building a message from an exchange and reading it back. */
struct rp_json *rp_fetch_format_request(const struct rp_http_request *request);
rp_status rp_fetch_parse_request(const struct rp_message *message, struct rp_http_request *out,
                                 struct rp_error *err) RP_MUST_USE;
struct rp_json *rp_fetch_format_response(const struct rp_http_response *response);
rp_status rp_fetch_parse_response(struct rp_message *message, struct rp_http_response *out,
                                  struct rp_error *err) RP_MUST_USE;

#endif
