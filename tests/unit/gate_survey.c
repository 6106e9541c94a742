/*
 * The survey: what it tells of names and addresses, in which order, and when it
 * gives up. The program has a getaddrinfo of its own; servers, DNS and the parent
 * live in the loop.
 */
#include "gate/survey.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <sys/un.h>

#include "tap.h"

#define HOST "db.cluster-abc.eu-central-1.rds.amazonaws.com"
#define MUST(cond)                                                                                 \
    do {                                                                                           \
        if (!(cond))                                                                               \
            abort();                                                                               \
    } while (0)

/* --- names ------------------------------------------------------------------------- */

typedef int get_fn(const char *host, const char *port, const struct addrinfo *how,
                   struct addrinfo **out);

static int get_failure;
static _Atomic bool get_hangs;   /* as long as this is so */
static _Atomic int get_returned; /* lookups of names that have come back */

/* libc's own, for addresses. */
static int get_real(const char *host, const char *port, const struct addrinfo *how,
                    struct addrinfo **out)
{
    get_fn *real;
    void *found = dlsym(RTLD_NEXT, "getaddrinfo");

    memcpy(&real, &found, sizeof(real));
    return real(host, port, how, out);
}

/* A name has three addresses. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): those are reserved */
int getaddrinfo(const char *restrict host, const char *restrict port,
                const struct addrinfo *restrict how, struct addrinfo **restrict out)
{
    static const char *const hosts[] = {"127.0.0.1", "127.0.0.2", "127.0.0.3"};
    struct addrinfo number = *how;

    if ((how->ai_flags & AI_NUMERICHOST) != 0)
        return get_real(host, port, how, out);
    while (get_hangs)
        (void)usleep(1000);
    number.ai_flags |= AI_NUMERICHOST;
    for (size_t i = 0; get_failure == 0 && i < 3; i++) {
        MUST(get_real(hosts[i], port, &number, out) == 0);
        out = &(*out)->ai_next;
    }
    get_returned++;
    return get_failure;
}

/* --- the world --------------------------------------------------------------------- */

static struct rp_server server;
static struct rp_survey *survey;
static struct rp_channel parent;
static struct rp_watch parent_watch, dns_watch;
static struct rp_addresses dns;
static char told[1024]; /* "names: a b (10.0.0.1:1) 0; 10.0.0.1:1 0 routed; surveyed; " */

RP_PRINTF(1, 2) static void note(const char *format, ...)
{
    size_t n = strlen(told);
    va_list args;

    va_start(args, format);
    (void)vsnprintf(told + n, sizeof(told) - n, format, args);
    va_end(args);
}

static void note_list(const struct rp_json *list)
{
    for (size_t i = 0; i < rp_json_count(list); i++)
        note("%s%s", i == 0 ? "" : " ", rp_json_text(rp_json_element(list, i)));
}

static int64_t number(const struct rp_json *seen, const char *name)
{
    int64_t value = -999;

    MUST(rp_json_integer(rp_json_member(seen, name), &value));
    return value;
}

static void note_step(const struct rp_gate_step *step)
{
    if (step->type == RP_GATE_STEP_NAMES) {
        note("names: ");
        note_list(rp_json_member(step->seen, "names"));
        note(" (");
        note_list(rp_json_member(step->seen, "addresses"));
        note(") %d; ", (int)number(step->seen, "failure"));
    } else if (step->type == RP_GATE_STEP_ADDRESS) {
        const char *from = rp_json_text(rp_json_member(step->seen, "from"));
        note("%s %d%s; ", rp_json_text(rp_json_member(step->seen, "address")),
             (int)number(step->seen, "errno"),
             from == NULL                                  ? ""
             : rp_span_starts(rp_span(from), "127.0.0.1:") ? " from us"
                                                           : " from elsewhere");
    } else {
        MUST(step->type == RP_GATE_STEP_SURVEYED);
        note("surveyed; ");
        rp_loop_stop(&server.loop);
    }
}

static void parent_ready(void *self, uint32_t events)
{
    enum rp_channel_state state = RP_CHANNEL_MESSAGE;

    (void)self;
    (void)events;
    for (;;) {
        RP_MESSAGE_AUTO struct rp_message message = {0};
        struct rp_gate_step step = {0};
        MUST(!rp_failed(rp_channel_receive(&parent, &message, &state, NULL)));
        if (state != RP_CHANNEL_MESSAGE)
            return;
        MUST(!rp_failed(rp_gate_parse_step(&message, &step, NULL)));
        note_step(&step);
        rp_json_free(&step.seen);
    }
}

/* DNS says of every name that it is an alias of y. */
static void answer_question(void *self, uint32_t events)
{
    static const char record[] = "\xc0\x0c\0\5\0\1\0\0\0\x05\0\3\1y\0";
    struct rp_address from = {.n = sizeof(from.sa)};
    char bytes[512];

    (void)self;
    (void)events;
    ssize_t n = recvfrom(dns_watch.fd, bytes, sizeof(bytes) - sizeof(record), 0,
                         (struct sockaddr *)&from.sa, &from.n);
    MUST(n > 12);
    bytes[2] = '\x81';
    bytes[7] = 1;
    memcpy(bytes + n, record, sizeof(record) - 1);
    MUST(sendto(dns_watch.fd, bytes, (size_t)n + sizeof(record) - 1, 0, (struct sockaddr *)&from.sa,
                from.n) > 0);
}

static int open_socket(int type, const char *host, uint16_t port, struct rp_address *out)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    MUST(inet_pton(AF_INET, host, &sa.sin_addr) == 1);
    MUST(fd >= 0 && bind(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0);
    out->n = sizeof(out->sa);
    MUST(getsockname(fd, (struct sockaddr *)&out->sa, &out->n) == 0);
    return fd;
}

static uint16_t port_of(const struct rp_address *address)
{
    return ntohs(((const struct sockaddr_in *)&address->sa)->sin_port);
}

static void open_world(void)
{
    struct rp_channel channel;
    int fds[2];

    server = (struct rp_server){.order = {.purpose = RP_GATE_LOOK,
                                          .engine = RP_ENGINE_POSTGRES,
                                          .port = 5432,
                                          .connect_timeout = 60}};
    MUST(!rp_failed(rp_endpoint_parse(RP_SPAN(HOST), &server.order.endpoint, NULL)));
    MUST(!rp_failed(rp_loop_init(&server.loop, NULL)));
    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0);
    rp_channel_init(&channel, fds[0], "rdspass");
    rp_channel_init(&parent, fds[1], "the gate");
    MUST(!rp_failed(rp_signer_init(&server.signer, &server.loop, &channel, NULL)));
    parent_watch = (struct rp_watch){.fd = fds[1], .events = EPOLLIN, .ready = parent_ready};
    MUST(!rp_failed(rp_loop_watch(&server.loop, &parent_watch, NULL)));
    dns_watch = (struct rp_watch){.events = EPOLLIN, .ready = answer_question};
    dns_watch.fd = open_socket(SOCK_DGRAM, "127.0.0.1", 0, &dns.list[0]);
    dns.count = 1;
    MUST(!rp_failed(rp_loop_watch(&server.loop, &dns_watch, NULL)));
}

static void close_world(void)
{
    rp_loop_forget(&server.loop, &dns_watch);
    (void)close(dns_watch.fd);
    rp_loop_forget(&server.loop, &parent_watch);
    rp_channel_release(&parent);
    rp_signer_release(&server.signer);
    rp_loop_release(&server.loop);
}

/* --- a survey ------------------------------------------------------------------------ */

static void start(const char *host, uint16_t port)
{
    struct rp_error err = {0};

    told[0] = '\0';
    if (host != NULL)
        MUST(!rp_failed(rp_resolver_new(&server.loop, host, port, &server.resolver, &err)));
    WORKS(rp_survey_start(&server, &dns, &survey, &err), err, "a survey");
}

static void end(void)
{
    rp_survey_free(survey);
    rp_resolver_free(server.resolver);
    server.resolver = NULL;
    OK(server.loop.timers == NULL, "nothing is left");
}

static void run(void)
{
    rp_ignore(rp_loop_run(&server.loop, NULL));
}

/* How what was told begins, and that it is told once. */
static void was_told(const char *want, uint16_t port, const char *name)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 1024};

    for (; *want != '\0'; want++) {
        if (*want == 'P')
            rp_buf_addf(&text, "%u", (unsigned)port);
        else
            rp_buf_add_char(&text, *want);
    }
    IS_STR(told, rp_buf_str(&text), name);
}

static void was_told_of(const char *host, unsigned port, int sys, const char *behind,
                        const char *name)
{
    char part[64];

    (void)snprintf(part, sizeof(part), "; %s:%u %d%s; ", host, port, sys, behind);
    OK(strstr(told, part) != NULL, "%s: %s", name, part);
}

static void test_socket(void)
{
    struct rp_address address;
    char path[64];

    (void)snprintf(path, sizeof(path), "/tmp/rdspass-survey-%d", (int)getpid());
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address = rp_address_of_socket(path);
    MUST(bind(fd, (struct sockaddr *)&address.sa, address.n) == 0 && listen(fd, 8) == 0);
    server.order.via.is_set = true;
    (void)snprintf(server.order.via.socket, sizeof(server.order.via.socket), "/tmp/%s", path + 5);
    start(NULL, 0);
    run();
    RP_BUF_AUTO struct rp_buf want = {.max = 1024};
    rp_buf_addf(&want, "names:  (%s) 0; %s 0; surveyed; ", path, path);
    IS_STR(told, rp_buf_str(&want), "a socket: one address, no names");
    end();
    (void)close(fd);
    (void)unlink(path);
    start(NULL, 0);
    run();
    rp_buf_clear(&want);
    rp_buf_addf(&want, "names:  (%s) 0; %s %d; surveyed; ", path, path, ENOENT);
    IS_STR(told, rp_buf_str(&want), "one that is not there");
    end();
    server.order.via = (struct rp_via){0};
}

static void test_number(void)
{
    struct rp_address address;
    int fd = open_socket(SOCK_STREAM, "127.0.0.1", 0, &address);
    char byte;

    MUST(listen(fd, 8) == 0);
    server.order.via = (struct rp_via){.is_set = true, .host = "127.0.0.1"};
    start("127.0.0.1", port_of(&address));
    run();
    was_told("names:  (127.0.0.1:P) 0; 127.0.0.1:P 0 from us; surveyed; ", port_of(&address),
             "an address: no names, and reached");
    end();
    int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    OK(connection >= 0 && recv(connection, &byte, 1, 0) == 0, "closed, with nothing sent");
    (void)close(connection);
    (void)close(fd);
    server.order.via = (struct rp_via){0};
}

/* Three addresses: one is reached, one refuses, and one does not answer. */
static void test_addresses(void)
{
    struct rp_address address, same;
    int good = open_socket(SOCK_STREAM, "127.0.0.1", 0, &address);
    uint16_t port = port_of(&address);
    int full = open_socket(SOCK_STREAM, "127.0.0.3", port, &same);
    int fillers[2];

    MUST(listen(good, 8) == 0 && listen(full, 0) == 0);
    for (size_t i = 0; i < 2; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(fillers[i], (struct sockaddr *)&same.sa, same.n);
    }
    (void)usleep(50000);
    server.order.connect_timeout = 1;
    start(HOST, port);
    run();
    OK(rp_span_starts(rp_span(told), "names: y (127.0.0.1:"), "names first, then all addresses");
    was_told_of("127.0.0.1", port, 0, " from us", "one is reached");
    was_told_of("127.0.0.2", port, ECONNREFUSED, "", "one refuses");
    was_told_of("127.0.0.3", port, ETIMEDOUT, "; surveyed", "the last does not answer");
    end();
    server.order.connect_timeout = 60;
    for (size_t i = 0; i < 2; i++)
        (void)close(fillers[i]);
    (void)close(full);
    (void)close(good);
}

static void test_no_addresses(void)
{
    RP_BUF_AUTO struct rp_buf want = {.max = 64};

    get_failure = EAI_NONAME;
    start(HOST, 5432);
    run();
    rp_buf_addf(&want, "names: y () %d; surveyed; ", EAI_NONAME);
    IS_STR(told, rp_buf_str(&want), "an alias of nothing");
    end();
    get_failure = 0;

    int before = get_returned;
    get_hangs = true;
    server.order.connect_timeout = 1;
    start(HOST, 5432);
    run();
    rp_buf_clear(&want);
    rp_buf_addf(&want, "names: y () %d; surveyed; ", EAI_AGAIN);
    IS_STR(told, rp_buf_str(&want), "a lookup that hangs");
    end();
    server.order.connect_timeout = 60;
    get_hangs = false;
    while (get_returned == before)
        (void)usleep(1000);
}

/* One that is ended tells nothing more. */
static void test_ended(void)
{
    start("127.0.0.1", 1);
    end();
    IS_STR(told, "", "at once");
    rp_survey_free(NULL);
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    open_world();
    test_socket();
    test_number();
    test_addresses();
    test_no_addresses();
    test_ended();
    close_world();
    return tap_done();
}
