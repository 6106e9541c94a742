/* A private gate: what it is told, where its socket lies, and what is made of what it says. */
#include "private_gate.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"
#include "rdspass/base/private_directory.h"
#include "rdspass/rds/trust.h"

enum { DEFAULT_CONNECT_TIMEOUT = 10, ROOTS_MAX = RP_MESSAGE_BODY_MAX };
enum { CLIENT_GRACE_MS = 200 }; /* from the end of the gate to that of our client */
enum { GATE_GRACE_MS = 2000 };  /* from the end of a client that lost its gate to the gate's */
enum { SOCKET_NAME_MAX = sizeof("/.s.PGSQL.65535") - 1 };

static const char who[] = "rdspass-gate";

static rp_status read_timeouts(const struct rp_args *args, struct rp_gate_order *order,
                               struct rp_error *err)
{
    RP_TRY(rp_args_number(args, RP_OPT_CONNECT_TIMEOUT, "connect-timeout", DEFAULT_CONNECT_TIMEOUT,
                          RP_GATE_TIMEOUT_MAX, &order->connect_timeout, err));
    if (order->connect_timeout == 0)
        return rp_fail(err, RP_KIND_USAGE, "--connect-timeout: one second at least");
    return rp_args_number(args, RP_OPT_WAIT, "wait", 0, RP_GATE_TIMEOUT_MAX, &order->wait, err);
}

static rp_status fill_order(const struct rp_args *args, const struct rp_login *login, int tcp,
                            struct rp_gate_order *order, struct rp_error *err)
{
    const struct rp_target *target = &login->target;

    order->engine = target->engine;
    order->endpoint = target->endpoint;
    order->port = target->port;
    order->via = target->via;
    memcpy(order->user, target->user, sizeof(order->user));
    memcpy(order->database, target->database, sizeof(order->database));
    memcpy(order->region, login->region.name, sizeof(order->region));
    order->ca_file = target->ca_file[0] != '\0';
    order->tcp = tcp;
    return read_timeouts(args, order, err);
}

/* The roots that the gate is to trust: the person's file as it is, or ours. */
static rp_status find_roots(const struct rp_login *login, struct rp_buf *out, struct rp_error *err)
{
    const char *file = login->target.ca_file;
    struct rp_trust trust;
    bool found;

    if (file[0] == '\0') {
        RP_TRY(rp_trust_choose(&login->target.endpoint, rp_span(login->region.name), &trust, err));
        rp_trust_add_der(&trust, out);
        return rp_buf_check(out, RP_KIND_INTERNAL, "the roots", err);
    }
    RP_TRY(rp_file_read(file, RP_KIND_CONFIG, out, &found, err));
    return found ? RP_OK : rp_fail(err, RP_KIND_CONFIG, "roots: %s is not there", file);
}

/* Makes the directory and hands it over to the gate, which removes it when it ends. */
static rp_status open_in_directory(const struct rp_context *ctx, struct rp_private_gate *gate,
                                   struct rp_span roots, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf path = {.max = RP_SOCKET_PATH_MAX};

    RP_TRY(rp_private_directory_make(ctx, RP_SOCKET_PATH_MAX - SOCKET_NAME_MAX, &path, err));
    memcpy(gate->order.directory, rp_buf_str(&path), path.len + 1);
    return rp_gate_open(&gate->gate, &gate->order, roots, &gate->tcp, err);
}

/* One that only looks has no login to sign for. */
static bool signs(const struct rp_private_gate *gate)
{
    return gate->order.purpose != RP_GATE_LOOK;
}

rp_status rp_private_gate_open(const struct rp_context *ctx, const struct rp_args *args,
                               struct rp_login *login, int tcp, struct rp_private_gate *out,
                               struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf roots = {.max = ROOTS_MAX};
    sigset_t all;
    sigset_t before;

    out->signer = (struct rp_signer){.ctx = ctx};
    RP_TRY(fill_order(args, login, tcp, &out->order, err));
    RP_TRY(find_roots(login, &roots, err));
    RP_TRY(rp_gate_start(ctx, &out->gate, err));
    /* A signal that ends us waits until there is somebody to remove the directory. */
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    rp_status status = open_in_directory(ctx, out, rp_buf_span(&roots), err);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    RP_TRY(status);
    if (signs(out))
        rp_signer_init(&out->signer, ctx, login, &out->gate.channel);
    return RP_OK;
}

void rp_private_gate_release(struct rp_private_gate *gate)
{
    struct rp_exit ignored;

    rp_signer_release(&gate->signer);
    rp_gate_stop(&gate->gate, &ignored);
    if (gate->order.directory[0] != '\0')
        rp_private_directory_remove(gate->order.directory);
}

/* The exit code tells the first failure: later ones may come of it. */
static rp_status note_failure(struct rp_private_gate *gate, const struct rp_message *message,
                              struct rp_error *err)
{
    struct rp_error failure = {0};

    RP_TRY(rp_gate_parse_failure(message, &failure, err));
    rp_trace(gate->signer.ctx, "a login failed: %s", failure.msg);
    if (gate->failure.kind == RP_KIND_NONE)
        gate->failure = failure;
    return RP_OK;
}

static rp_status fail_unexpected(struct rp_error *err)
{
    return rp_fail(err, RP_KIND_INTERNAL, "%s says what it should not", who);
}

static rp_status hand_on_step(struct rp_private_gate *gate, const struct rp_message *message,
                              struct rp_error *err)
{
    struct rp_gate_step step = {0};

    if (gate->told == NULL)
        return fail_unexpected(err);
    RP_TRY(rp_gate_parse_step(message, &step, err));
    rp_status status = gate->told(gate->told_self, &step, err);
    rp_json_free(&step.seen);
    return status;
}

static rp_status hear(struct rp_private_gate *gate, const struct rp_message *message,
                      struct rp_error *err)
{
    enum rp_gate_message type;

    RP_TRY(rp_gate_message_type(message, &type, err));
    if (type != RP_GATE_STEP)
        gate->came = true;
    switch (type) {
    case RP_GATE_SIGN:
        return signs(gate) ? rp_signer_take(&gate->signer, message, err) : fail_unexpected(err);
    case RP_GATE_ENTERED:
        gate->entered = true;
        gate->entered_at = rp_deadline_in(0);
        return rp_gate_parse_entered(message, &gate->facts, err);
    case RP_GATE_FAILURE:
        return note_failure(gate, message, err);
    case RP_GATE_STEP:
        return hand_on_step(gate, message, err);
    case RP_GATE_OPEN:
    case RP_GATE_OPENED:
    case RP_GATE_TOKEN:
    case RP_GATE_CERTIFICATES:
        break;
    }
    return fail_unexpected(err);
}

/* All that the gate has said by now. */
static rp_status hear_all(struct rp_private_gate *gate, struct rp_error *err)
{
    enum rp_channel_state state = RP_CHANNEL_MESSAGE;

    while (state == RP_CHANNEL_MESSAGE) {
        RP_MESSAGE_AUTO struct rp_message message = {0};
        RP_TRY(rp_channel_receive(&gate->gate.channel, &message, &state, err));
        if (state == RP_CHANNEL_MESSAGE)
            RP_TRY(hear(gate, &message, err));
    }
    if (state == RP_CHANNEL_ENDED)
        return rp_fail(err, RP_KIND_INTERNAL, "%s has ended before its client", who);
    RP_TRY(rp_channel_flush(&gate->gate.channel, err));
    return signs(gate) ? rp_signer_work(&gate->signer, err) : RP_OK;
}

static int signer_fd(const struct rp_private_gate *gate)
{
    return gate->gone || !signs(gate) ? -1 : rp_signer_fd(&gate->signer);
}

/* How long the client may be waited for; `deadline` is of a gate that is gone. */
static int patience(const struct rp_private_gate *gate, int64_t deadline)
{
    if (gate->gone)
        return rp_deadline_left(deadline);
    return signs(gate) ? rp_signer_timeout(&gate->signer) : -1;
}

/* A gate that is no more leaves the client without connections; it may still have work to do. */
static void lose_gate(struct rp_private_gate *gate, struct rp_error *why)
{
    rp_ignore(rp_gate_explain(&gate->gate, RP_FAILED, true, why));
    rp_warn(gate->signer.ctx, "%s", why->msg);
    rp_signer_release(&gate->signer);
    gate->gone = true;
}

/* All that the companion has said by now; one that is gone ends as a job, soon. */
static rp_status hear_companion(struct rp_companion *companion, struct rp_error *err)
{
    enum rp_channel_state state = RP_CHANNEL_MESSAGE;

    if (companion == NULL || companion->channel.fd < 0)
        return RP_OK;
    while (state == RP_CHANNEL_MESSAGE) {
        RP_MESSAGE_AUTO struct rp_message message = {0};
        RP_TRY(rp_channel_receive(&companion->channel, &message, &state, err));
        if (state == RP_CHANNEL_MESSAGE)
            RP_TRY(companion->hear(companion, &message, err));
    }
    if (state == RP_CHANNEL_ENDED) {
        rp_channel_release(&companion->channel);
        return RP_OK;
    }
    return rp_channel_flush(&companion->channel, err);
}

/*
 * A client of ours has nothing left to do without its gate, but may not see it: it
 * waits for a script, a person, or a reader of its results. First it can say itself
 * what it has lost.
 */
static void end_client(const struct rp_job *job, int64_t *deadline)
{
    if (rp_deadline_left(*deadline) != 0)
        return;
    (void)kill(job->child.pid, SIGTERM);
    *deadline = rp_deadline_in(-1);
}

static struct pollfd watch(const struct rp_channel *channel)
{
    bool full = channel->fd >= 0 && rp_channel_is_full(channel);
    return (struct pollfd){.fd = channel->fd, .events = full ? POLLIN | POLLOUT : POLLIN};
}

rp_status rp_private_gate_hear(struct rp_private_gate *gate, const bool *enough, int timeout,
                               struct rp_error *err)
{
    int64_t deadline = rp_deadline_in(timeout);
    int left;

    while (!*enough && (left = rp_deadline_left(deadline)) != 0) {
        struct pollfd fds[] = {watch(&gate->gate.channel)};
        if (poll(fds, 1, left) < 0 && errno != EINTR)
            return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot wait for %s", who);
        RP_TRY(hear_all(gate, err));
    }
    return RP_OK;
}

rp_status rp_private_gate_serve(struct rp_private_gate *gate, struct rp_job *job,
                                struct rp_companion *companion, struct rp_exit *out,
                                struct rp_error *err)
{
    const struct rp_channel none = {.fd = -1};
    int64_t deadline = rp_deadline_in(-1); /* for the client to end by itself */
    bool ended = false;

    while (!ended) {
        struct rp_error why = {0};
        struct pollfd fds[] = {
            watch(gate->gone ? &none : &gate->gate.channel),
            {.fd = signer_fd(gate), .events = POLLIN},
            watch(companion == NULL ? &none : &companion->channel),
        };
        RP_TRY(rp_job_wait(job, fds, sizeof(fds) / sizeof(fds[0]), patience(gate, deadline), &ended,
                           out, err));
        if (!gate->gone && rp_failed(hear_all(gate, &why))) {
            lose_gate(gate, &why);
            deadline = rp_deadline_in(companion == NULL ? -1 : CLIENT_GRACE_MS);
        }
        RP_TRY(hear_companion(companion, err));
        if (!ended)
            end_client(job, &deadline);
    }
    return RP_OK;
}

void rp_private_gate_hear_end(struct rp_private_gate *gate)
{
    int64_t deadline = rp_deadline_in(GATE_GRACE_MS);
    struct pollfd fd = watch(&gate->gate.channel);
    struct rp_error why = {0};

    while (gate->order.purpose != RP_GATE_LOOK && !gate->gone && !gate->entered &&
           gate->failure.kind == RP_KIND_NONE && rp_deadline_left(deadline) > 0) {
        (void)poll(&fd, 1, rp_deadline_left(deadline));
        if (rp_failed(hear_all(gate, &why)))
            lose_gate(gate, &why);
    }
}
