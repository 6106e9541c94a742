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
    const struct rp_helper_plan how = {
        .name = name,
        .stdin_fd = ends[1],
        .stdout_fd = nowhere, /* the client's output is the client's */
        .death_signal = SIGTERM,
    };
    rp_status status = rp_helper_spawn(ctx, &how, &child, err);
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

rp_status rp_gate_explain(struct rp_gate *gate, rp_status status, bool silent, struct rp_error *err)
{
    struct rp_exit end;

    rp_gate_stop(gate, &end);
    return rp_helper_explain(name, status, &end, silent, err);
}

/*
 * Waits for the next message: before there is a client, nothing else is due.
 * *out_silent: none came, not even one that is wrong.
 */
static rp_status await(struct rp_gate *gate, struct rp_message *out, bool *out_silent,
                       struct rp_error *err)
{
    int64_t deadline = rp_deadline_in(ANSWER_MS);
    enum rp_channel_state state = RP_CHANNEL_QUIET;

    *out_silent = true;
    while (state == RP_CHANNEL_QUIET) {
        struct pollfd ready = {.fd = gate->channel.fd, .events = POLLIN};
        int left = rp_deadline_left(deadline);
        if (left == 0)
            return rp_fail(err, RP_KIND_INTERNAL, "%s does not answer", name);
        if (rp_channel_is_full(&gate->channel))
            ready.events |= POLLOUT;
        (void)poll(&ready, 1, left);
        rp_status status = rp_channel_receive(&gate->channel, out, &state, err);
        *out_silent = !rp_failed(status) && state != RP_CHANNEL_MESSAGE;
        RP_TRY(status);
        if (state == RP_CHANNEL_QUIET)
            RP_TRY(rp_channel_flush(&gate->channel, err));
    }
    return RP_OK;
}

/* Asks and waits. A gate that is gone before it has read all may still have said why. */
static rp_status talk(struct rp_gate *gate, struct rp_json *question, struct rp_span body,
                      struct rp_message *out, struct rp_error *err)
{
    struct rp_error unsent = {0};
    bool silent;

    if (rp_failed(rp_channel_send(&gate->channel, question, body, &unsent)) && unsent.sys == 0)
        return rp_fail(err, unsent.kind, "%s", unsent.msg);
    rp_status status = await(gate, out, &silent, err);
    return rp_failed(status) || silent ? rp_gate_explain(gate, status, silent, err) : RP_OK;
}

/* Takes the one answer that is right; a failure comes in the gate's own words. */
static rp_status ask(struct rp_gate *gate, struct rp_json *question, struct rp_span body,
                     enum rp_gate_message wanted, struct rp_message *out, struct rp_error *err)
{
    struct rp_error failure = {0};
    enum rp_gate_message type;

    RP_TRY(talk(gate, question, body, out, err));
    RP_TRY(rp_gate_message_type(out, &type, err));
    if (type == RP_GATE_FAILURE) {
        RP_TRY(rp_gate_parse_failure(out, &failure, err));
        if (err != NULL)
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
    static const char what[] = "what rdspass-gate says of certificates";
    RP_JSON_AUTO struct rp_json *question = rp_gate_format_certificates();
    RP_MESSAGE_AUTO struct rp_message answer = {0};
    RP_JSON_AUTO struct rp_json *list = NULL;

    RP_TRY(ask(gate, question, pem, RP_GATE_CERTIFICATES, &answer, err));
    RP_TRY(rp_json_parse(rp_buf_span(&answer.body), RP_KIND_INTERNAL, what, &list, err));
    if (!rp_json_is_array(list))
        return rp_fail(err, RP_KIND_INTERNAL, "%s is no list", what);
    *out = list;
    list = NULL;
    return RP_OK;
}
