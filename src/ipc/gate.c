/* The gate from the core's side: started over a socketpair, asked, stopped. */
#include "rdspass/ipc/gate.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"
#include "rdspass/ipc/helper.h"

static const char name[] = "rdspass-gate";

enum {
    ANSWER_MS = 20000, /* to open doors, or to read a file of certificates */
    STOP_MS = 3000,    /* to end its sessions and to clean up */
};

rp_status rp_gate_start(const struct rp_context *ctx, struct rp_gate *out, struct rp_error *err)
{
    struct rp_child child;
    int ends[2];

    RP_FD_AUTO int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start %s", name);
    struct rp_spawn how = {
        .stdin_fd = ends[1],
        .stdout_fd = nowhere, /* the client's output is the client's */
        .own_session = true,
        .death_signal = SIGTERM,
    };
    rp_status status = rp_helper_spawn(ctx, name, false, &how, &child, err);
    (void)close(ends[1]);
    if (rp_failed(status)) {
        (void)close(ends[0]);
        return status;
    }
    *out = (struct rp_gate){.child = child};
    rp_channel_init(&out->channel, ends[0], name);
    return RP_OK;
}

void rp_gate_stop(struct rp_gate *gate, struct rp_exit *out)
{
    *out = (struct rp_exit){0};
    rp_channel_release(&gate->channel);
    if (!rp_child_wait(&gate->child, STOP_MS, out))
        rp_child_end(&gate->child, false);
}

/* The next message, for which the core waits: before there is a client, nothing else is due. */
static rp_status await(struct rp_gate *gate, struct rp_message *out, bool *out_ended,
                       struct rp_error *err)
{
    int64_t deadline = rp_deadline_in(ANSWER_MS);
    enum rp_channel_state state = RP_CHANNEL_QUIET;

    for (;;) {
        struct pollfd ready = {.fd = gate->channel.fd, .events = POLLIN};
        RP_TRY(rp_channel_flush(&gate->channel, err));
        RP_TRY(rp_channel_receive(&gate->channel, out, &state, err));
        *out_ended = state == RP_CHANNEL_ENDED;
        if (state != RP_CHANNEL_QUIET)
            return RP_OK;
        if (rp_channel_is_full(&gate->channel))
            ready.events |= POLLOUT;
        int left = rp_deadline_left(deadline);
        if (left == 0)
            return rp_fail(err, RP_KIND_INTERNAL, "%s does not answer", name);
        (void)poll(&ready, 1, left);
    }
}

/* Sends, and waits for the one answer that is right; a failure is the gate's own words. */
static rp_status ask(struct rp_gate *gate, struct rp_json *question, struct rp_span body,
                     enum rp_gate_message wanted, struct rp_message *out, struct rp_error *err)
{
    enum rp_gate_message type;
    bool ended = false;

    rp_status status = rp_channel_send(&gate->channel, question, body, err);
    if (!rp_failed(status))
        status = await(gate, out, &ended, err);
    if (rp_failed(status) || ended) {
        struct rp_exit end;
        rp_gate_stop(gate, &end);
        return rp_helper_explain(name, status, &end, ended, err);
    }
    RP_TRY(rp_gate_message_type(out, &type, err));
    if (type == RP_GATE_FAILURE) {
        struct rp_error failure = {0};
        RP_TRY(rp_gate_parse_failure(out, &failure, err));
        *err = failure;
        return RP_FAILED;
    }
    if (type != wanted)
        return rp_fail(err, RP_KIND_INTERNAL, "%s answers what was not asked", name);
    return RP_OK;
}

rp_status rp_gate_open(struct rp_gate *gate, const struct rp_gate_order *order,
                       struct rp_span roots, uint16_t *out_tcp, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *question = rp_gate_format_open(order);
    RP_MESSAGE_AUTO struct rp_message answer = {0};

    RP_TRY(ask(gate, question, roots, RP_GATE_OPENED, &answer, err));
    return rp_gate_parse_opened(&answer, out_tcp, err);
}

rp_status rp_gate_read_certificates(struct rp_gate *gate, struct rp_span pem, struct rp_json **out,
                                    struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *question = rp_gate_format_certificates();
    RP_MESSAGE_AUTO struct rp_message answer = {0};

    RP_TRY(ask(gate, question, pem, RP_GATE_CERTIFICATES, &answer, err));
    return rp_json_parse(rp_buf_span(&answer.body), RP_KIND_INTERNAL, "the list of certificates",
                         out, err);
}
