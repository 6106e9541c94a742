/*
 * rdspass-gate: the program that owns every connection to a database. It is told
 * over its standard input, a socket, what to open; it lets clients in, logs them
 * in with tokens that it asks for there, and moves their bytes; it ends, with
 * all its sessions, when that socket does.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include "certificates.h"
#include "listener.h"
#include "names.h"
#include "rdspass/base/file.h"
#include "rdspass/base/process.h"
#include "session.h"
#include "survey.h"

static const char core[] = "rdspass"; /* who is at the other end */

/* Our own part of the confinement; rdspass has done the rest before it started us. */
static void confine(void)
{
    static const int ignored[] = {SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU};

    rp_process_confine("rdspass-gate");
    (void)close_range(STDERR_FILENO + 1, ~0U, 0);
    /* What a terminal sends is for the client: we end when the channel does. */
    (void)setsid();
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
        (void)sigaction(ignored[i], &(const struct sigaction){.sa_handler = SIG_IGN}, NULL);
}

/* Two for each session, of which there may be thousands. */
static void raise_descriptors(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

static int refuse_to_run(void)
{
    rp_ignore(rp_write_all(STDERR_FILENO,
                           RP_SPAN("rdspass-gate: this is a helper of rdspass, which starts it "
                                   "when it needs it\n"),
                           "to standard error", NULL));
    return 2;
}

/* Says what went wrong; the core makes it its own error. */
static int refuse(const struct rp_error *why)
{
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_failure(why);
    struct rp_span none = {0};

    rp_ignore(rp_message_write(STDIN_FILENO, core, header, none, NULL));
    return 1;
}

/* --- serving ------------------------------------------------------------------ */

struct gate {
    struct rp_server server;
    struct rp_listener listener;
    struct rp_survey *survey; /* NULL: none is wanted */
    struct rp_watch signals;
};

static void asked_to_end(void *self, uint32_t events)
{
    struct gate *gate = self;

    (void)events;
    rp_loop_stop(&gate->server.loop);
}

/* From here on SIGTERM ends the loop, so that nothing is left behind. */
static rp_status take_signals(struct gate *gate, struct rp_error *err)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot wait for signals");
    gate->signals =
        (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = asked_to_end, .self = gate};
    return rp_loop_watch(&gate->server.loop, &gate->signals, err);
}

/* What is dialled; nothing is looked up for a socket. */
static rp_status start_resolver(struct rp_server *server, struct rp_error *err)
{
    const struct rp_gate_order *order = &server->order;

    if (order->via.is_set && order->via.socket[0] != '\0')
        return RP_OK;
    return rp_resolver_new(
        &server->loop, order->via.is_set ? order->via.host : order->endpoint.host,
        order->via.is_set ? order->via.port : order->port, &server->resolver, err);
}

static rp_status start_survey(struct gate *gate, struct rp_error *err)
{
    struct rp_addresses dns = {0};

    rp_names_find_servers(&dns);
    return rp_survey_start(&gate->server, &dns, &gate->survey, err);
}

static rp_status say_opened(uint16_t tcp, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_opened(tcp);
    struct rp_span none = {0};

    return rp_message_write(STDIN_FILENO, core, header, none, err);
}

static rp_status open_gate(struct gate *gate, struct rp_span roots, struct rp_error *err)
{
    struct rp_server *server = &gate->server;
    struct rp_channel channel;
    uint16_t tcp = 0;

    RP_TRY(rp_loop_init(&server->loop, err));
    RP_TRY(take_signals(gate, err));
    RP_TRY(rp_listener_open(&gate->listener, server, &tcp, err));
    RP_TRY(rp_tls_context_new(roots, server->order.ca_file, &server->tls, err));
    RP_TRY(start_resolver(server, err));
    RP_TRY(say_opened(tcp, err));
    rp_channel_init(&channel, STDIN_FILENO, core);
    RP_TRY(rp_signer_init(&server->signer, &server->loop, &channel, err));
    return server->order.purpose == RP_GATE_LOOK ? start_survey(gate, err) : RP_OK;
}

static void close_gate(struct gate *gate)
{
    rp_listener_release(&gate->listener);
    rp_sessions_end(&gate->server);
    rp_survey_free(gate->survey);
    rp_signer_release(&gate->server.signer);
    if (gate->server.resolver != NULL)
        rp_resolver_free(gate->server.resolver);
    if (gate->server.tls != NULL)
        rp_tls_context_free(gate->server.tls);
    rp_loop_forget(&gate->server.loop, &gate->signals);
    if (gate->signals.fd >= 0)
        (void)close(gate->signals.fd);
    rp_loop_release(&gate->server.loop);
}

static int serve(const struct rp_message *message)
{
    struct gate gate = {
        .server = {.loop = {.epoll = -1}, .signer = {.channel = {.fd = -1}, .watch = {.fd = -1}}},
        .listener = {.unix_door = {.fd = -1}, .tcp_door = {.fd = -1}},
        .signals = {.fd = -1},
    };
    struct rp_error err = {0};
    int code = 0;

    raise_descriptors();
    if (rp_failed(rp_gate_parse_open(message, &gate.server.order, &err)) ||
        rp_failed(open_gate(&gate, rp_buf_span(&message->body), &err)))
        code = refuse(&err);
    else if (rp_failed(rp_loop_run(&gate.server.loop, &err)))
        code = 1;
    close_gate(&gate);
    return code;
}

/* --- certificates --------------------------------------------------------------- */

static int read_certificates(struct rp_span pem)
{
    RP_BUF_AUTO struct rp_buf list = {.max = RP_CERTIFICATES_JSON_MAX};
    RP_JSON_AUTO struct rp_json *header = NULL;
    struct rp_error err = {0};

    if (rp_failed(rp_certificates_read(pem, &list, &err)))
        return refuse(&err);
    header = rp_gate_format_certificates();
    return rp_failed(rp_message_write(STDIN_FILENO, core, header, rp_buf_span(&list), &err)) ? 1
                                                                                             : 0;
}

/* The first message says what for we were started. */
static int do_what_is_asked(const struct rp_message *message)
{
    struct rp_error err = {0};
    enum rp_gate_message type;

    if (rp_failed(rp_gate_message_type(message, &type, &err)))
        return refuse(&err);
    if (type == RP_GATE_OPEN)
        return serve(message);
    if (type == RP_GATE_CERTIFICATES)
        return read_certificates(rp_buf_span(&message->body));
    rp_ignore(rp_fail(&err, RP_KIND_INTERNAL, "rdspass-gate: asked for what it cannot do"));
    return refuse(&err);
}

int main(int argc, char *argv[])
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_error err = {0};
    struct stat st;
    bool ended = false;

    (void)argv;
    confine();
    if (argc > 1 || fstat(STDIN_FILENO, &st) != 0 || !S_ISSOCK(st.st_mode))
        return refuse_to_run();
    if (rp_failed(rp_message_read(STDIN_FILENO, core, -1, &message, &ended, &err)))
        return refuse(&err);
    return ended ? 0 : do_what_is_asked(&message); /* rdspass has changed its mind */
}
