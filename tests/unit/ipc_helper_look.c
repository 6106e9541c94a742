/*
 * A gate that looks, as the core hears it: the real program, with a name server
 * and an endpoint on loopback.
 */
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "held_context.h"
#include "rdspass/base/process.h"
#include "rdspass/ipc/gate.h"

enum { SOON_MS = 20000 }; /* generous: a loaded machine must not fail a test */

static char build[4096];

static int open_port(int type, uint16_t *out_port)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof(sa);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, n) != 0 ||
        (type == SOCK_STREAM && listen(fd, 8) != 0) ||
        getsockname(fd, (struct sockaddr *)&sa, &n) != 0)
        abort();
    *out_port = ntohs(sa.sin_port);
    return fd;
}

/* Waits for one question, and answers that its name is an alias of y. */
static void answer_question(int fd)
{
    static const char record[] = "\xc0\x0c\0\5\0\1\0\0\0\x05\0\3\1y\0";
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    struct sockaddr_storage from;
    socklen_t size = sizeof(from);
    char bytes[512] = "";

    OK(poll(&wait, 1, SOON_MS) == 1, "a question comes");
    ssize_t n = recvfrom(fd, bytes, sizeof(bytes) - sizeof(record), MSG_DONTWAIT,
                         (struct sockaddr *)&from, &size);
    OK(n > 12 && strcmp(bytes + 12, "\x09localhost") == 0, "for the name that is dialled");
    bytes[2] = '\x81';
    bytes[7] = 1;
    memcpy(bytes + (n > 12 ? n : 12), record, sizeof(record) - 1);
    OK(sendto(fd, bytes, (size_t)n + sizeof(record) - 1, 0, (struct sockaddr *)&from, size) > 0,
       "it is answered");
}

/* The next step; the caller frees step.seen. */
static struct rp_gate_step next_step(struct rp_gate *gate)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct pollfd wait = {.fd = gate->channel.fd, .events = POLLIN};
    enum rp_channel_state state = RP_CHANNEL_QUIET;
    struct rp_gate_step step = {.type = RP_GATE_STEP__COUNT};
    struct rp_error err = {0};

    while (state == RP_CHANNEL_QUIET)
        if (rp_failed(rp_channel_receive(&gate->channel, &message, &state, NULL)) ||
            (state == RP_CHANNEL_QUIET && poll(&wait, 1, SOON_MS) != 1))
            abort();
    WORKS(rp_gate_parse_step(&message, &step, &err), err, "a step");
    return step;
}

/* All of a survey: names, then addresses, of which one is reached, then its end. */
static void hear_survey(struct rp_gate *gate, const char *address)
{
    struct rp_gate_step step = next_step(gate);
    const struct rp_json *names = rp_json_member(step.seen, "names");
    bool reached = false;

    IS_INT(step.type, RP_GATE_STEP_NAMES, "names first");
    OK(rp_json_count(names) == 1 && strcmp(rp_json_text(rp_json_element(names, 0)), "y") == 0,
       "the alias that the name server told");
    rp_json_free(&step.seen);
    while ((step = next_step(gate)).type == RP_GATE_STEP_ADDRESS) {
        int64_t sys = -1;
        (void)rp_json_integer(rp_json_member(step.seen, "errno"), &sys);
        if (strcmp(rp_json_text(rp_json_member(step.seen, "address")), address) == 0)
            reached = sys == 0;
        rp_json_free(&step.seen);
    }
    OK(reached, "the endpoint is reached");
    IS_INT(step.type, RP_GATE_STEP_SURVEYED, "and that was all");
    rp_json_free(&step.seen);
}

static void open_gate(struct rp_gate *gate, struct rp_gate_order *order, uint16_t dns)
{
    RP_BUF_AUTO struct rp_buf roots = {.max = RP_MESSAGE_BODY_MAX};
    struct rp_trust trust;
    struct held held;
    struct rp_error err = {0};
    char server[32];
    uint16_t tcp;

    (void)snprintf(server, sizeof(server), "127.0.0.1:%u", (unsigned)dns);
    const char *const variables[] = {"RP_TEST_LIBEXEC", build, "RP_TEST_DNS", server, NULL};
    held_init(&held, variables);
    WORKS(rp_trust_choose(&order->endpoint, RP_SPAN("eu-central-1"), &trust, &err), err, "roots");
    rp_trust_add_der(&trust, &roots);
    WORKS(rp_gate_start(&held.ctx, gate, &err), err, "started");
    WORKS(rp_gate_open(gate, order, rp_buf_span(&roots), &tcp, &err), err, "opened");
    held_release(&held);
}

static void test_look(void)
{
    struct rp_gate_order order = {
        .purpose = RP_GATE_LOOK,
        .engine = RP_ENGINE_MYSQL,
        .port = 3306,
        .connect_timeout = 60,
        .directory = "/tmp/rdspass-look-XXXXXX",
        .tcp = RP_GATE_NO_TCP,
    };
    struct rp_gate gate = {.channel.fd = -1};
    struct rp_exit end = {.code = 99};
    char address[32];
    uint16_t dns_port, port;
    int dns = open_port(SOCK_DGRAM, &dns_port);
    int door = open_port(SOCK_STREAM, &port);
    char byte;

    if (mkdtemp(order.directory) == NULL)
        abort();
    rp_ignore(rp_endpoint_parse(RP_SPAN("demo.cluster-c9akciq32rgh.eu-central-1.rds.amazonaws.com"),
                                &order.endpoint, NULL));
    order.via = (struct rp_via){.is_set = true, .host = "localhost", .port = port};
    open_gate(&gate, &order, dns_port);
    answer_question(dns);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", (unsigned)port);
    hear_survey(&gate, address);
    int connection = accept4(door, NULL, NULL, SOCK_CLOEXEC);
    OK(recv(connection, &byte, 1, 0) == 0, "nothing was sent to it");
    rp_gate_stop(&gate, &end);
    OK(!end.signaled && end.code == 0, "it ends with its channel");
    OK(access(order.directory, F_OK) != 0, "and leaves nothing");
    (void)close(connection);
    (void)close(door);
    (void)close(dns);
}

int main(void)
{
    RP_BUF_AUTO struct rp_buf path = {.max = sizeof(build) - 16};
    struct rp_error err = {0};

    rp_process_take_signals();
    WORKS(rp_process_directory(RP_KIND_INTERNAL, &path, &err), err, "build/VARIANT/tests/unit");
    (void)snprintf(build, sizeof(build), "%s/../..", rp_buf_str(&path));
    test_look();
    return tap_done();
}
