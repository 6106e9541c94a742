/* Our own client: started with an order, answered while it runs, heard at its end. */
#include "own_client.h"

#include <sys/socket.h>

#include "rdspass/base/file.h"
#include "rdspass/ipc/helper.h"

rp_status rp_own_client_order(const struct rp_gate_order *gate, struct rp_client_order *out,
                              struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf socket = {.max = RP_SOCKET_PATH_MAX};

    rp_gate_add_socket_path(gate, &socket);
    RP_TRY(rp_buf_check(&socket, RP_KIND_INTERNAL, "the path of a socket", err));
    *out = (struct rp_client_order){.engine = gate->engine, .port = gate->port};
    memcpy(out->socket, rp_buf_str(&socket), socket.len + 1);
    memcpy(out->host, gate->endpoint.host, sizeof(out->host));
    memcpy(out->user, gate->user, sizeof(out->user));
    memcpy(out->database, gate->database, sizeof(out->database));
    return RP_OK;
}

/* --- what the client says --------------------------------------------------------- */

struct talk {
    struct rp_companion companion; /* first: `hear` is given this */
    struct rp_own_client *client;
};

/* For \conninfo. */
static void add_facts(const struct rp_own_client *client, struct rp_buf *out)
{
    const struct rp_gate_order *order = &client->gate->order;
    const struct rp_gate_facts *facts = &client->gate->facts;
    const struct rp_credentials *credentials = &client->login->credentials;

    rp_buf_addf(out, "Endpoint: %s:%u\n", order->endpoint.host, (unsigned)order->port);
    rp_buf_addf(out, "Address: %s\n", facts->address);
    rp_buf_addf(out, "User: %s\n", order->user);
    rp_buf_addf(out, "Signed by: %s (%s)\n", credentials->access_key_id, credentials->source);
    rp_buf_addf(out, "TLS: %s, %s\n", facts->tls, facts->cipher);
    rp_buf_addf(out, "Certificate: issued by %s, valid to %s\n", facts->issuer, facts->not_after);
}

static rp_status hear(struct rp_companion *companion, const struct rp_message *message,
                      struct rp_error *err)
{
    struct rp_own_client *client = ((struct talk *)companion)->client;
    RP_JSON_AUTO struct rp_json *header = NULL;
    RP_BUF_AUTO struct rp_buf facts = {.max = RP_CLIENT_FACTS_MAX};
    enum rp_client_message type;

    RP_TRY(rp_client_message_type(message, &type, err));
    switch (type) {
    case RP_CLIENT_ASK:
        add_facts(client, &facts);
        header = rp_client_format_facts();
        return rp_channel_send(&companion->channel, header, rp_buf_span(&facts), err);
    case RP_CLIENT_FAILURE:
        return rp_client_parse_failure(message, &client->failure, err);
    case RP_CLIENT_RUN:
    case RP_CLIENT_FACTS:
        break;
    }
    return rp_fail(err, RP_KIND_INTERNAL, "the client says what it should not");
}

/* --- running it ------------------------------------------------------------------- */

static rp_status start(const struct rp_context *ctx, struct talk *talk, struct rp_job *job,
                       struct rp_error *err)
{
    const struct rp_own_client *client = talk->client;
    bool mysql = client->order->engine == RP_ENGINE_MYSQL;
    struct rp_helper_plan how = {
        .name = mysql ? "rdspass-mysql" : "rdspass-postgres",
        .variables = RP_HELPER_TERMINAL,
        .stdin_fd = client->stdin_fd,
        .stdout_fd = client->stdout_fd,
    };
    RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX};
    RP_JSON_AUTO struct rp_json *header = rp_client_format_run(client->order, &body);
    int ends[2];

    RP_TRY(rp_buf_check(&body, RP_KIND_USAGE, "the command line", err));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start %s", how.name);
    rp_channel_init(&talk->companion.channel, ends[0], how.name);
    RP_FD_AUTO int theirs = ends[1];
    RP_TRY(rp_channel_send(&talk->companion.channel, header, rp_buf_span(&body), err));
    return rp_helper_job(ctx, &how, theirs, job, err);
}

rp_status rp_own_client_run(const struct rp_context *ctx, struct rp_own_client *client,
                            struct rp_error *err)
{
    struct talk talk = {.companion = {.channel = {.fd = -1}, .hear = hear}, .client = client};
    struct rp_job job = {0};

    rp_status status = start(ctx, &talk, &job, err);
    if (!rp_failed(status))
        status = rp_private_gate_serve(client->gate, &job, &talk.companion, &client->end, err);
    if (client->failure.kind == RP_KIND_LOGIN)
        rp_private_gate_hear_end(client->gate);
    rp_channel_release(&talk.companion.channel);
    return status;
}
