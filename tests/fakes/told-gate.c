/*
 * A stand-in for rdspass-gate that dials nobody and is told what to say: by its
 * client, a line a connection, which gets what the core answers.
 *
 *     sign USER     a token, please           token BYTES, or failure KIND: MESSAGE (HINT)
 *     again USER    the same, after a refusal
 *     entered       a login succeeded         done
 *     failed CODE   one failed                done
 *     order         (nothing)                 the order that it was given
 *     die           (nothing, and it ends)
 *     lie           something that no gate says
 *
 * A client of PostgreSQL is hung up on, and only then the stand-in ends: as with a
 * gate that is killed, of whose files one is closed after the other.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "rdspass/base/file.h"
#include "rdspass/ipc/gate.h"

enum { LINE_MAX_BYTES = 512, ANSWER_MAX = 1 << 20, SLOW_END_US = 300000 };

static struct rp_gate_order order;
static const char core[] = "rdspass";

static void say(struct rp_json *header, struct rp_span body)
{
    RP_JSON_AUTO struct rp_json *owned = header;

    if (rp_failed(rp_message_write(STDIN_FILENO, core, owned, body, NULL)))
        exit(1);
}

/* What the core answers; the end where it is gone. */
static void hear(struct rp_message *out)
{
    struct rp_error err = {0};
    bool ended = false;

    if (rp_failed(rp_message_read(STDIN_FILENO, core, -1, out, &ended, &err)) || ended)
        exit(1);
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t n = strlen(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (n >= sizeof(address.sun_path))
        exit(1);
    memcpy(address.sun_path, path, n);
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 8) != 0)
        exit(1);
    return fd;
}

static void ask(const char *user, bool again, struct rp_buf *out)
{
    RP_MESSAGE_AUTO struct rp_message answer = {0};
    struct rp_error failure = {0};
    enum rp_gate_message type;

    say(rp_gate_format_sign(user, again), RP_SPAN(""));
    hear(&answer);
    if (rp_failed(rp_gate_message_type(&answer, &type, NULL)))
        exit(1);
    if (type == RP_GATE_TOKEN) {
        rp_buf_add_str(out, "token ");
        rp_buf_add(out, rp_buf_span(&answer.body));
    } else if (!rp_failed(rp_gate_parse_failure(&answer, &failure, NULL))) {
        rp_buf_addf(out, "failure %d: ", rp_kind_info(failure.kind)->exit_code);
        rp_buf_add_str(out, failure.msg);
        rp_buf_addf(out, " (%s)", failure.hint);
    }
}

/* A failure of the first kind that has this exit code. */
static void report_failure(const char *code)
{
    struct rp_error failure = {0};
    int kind = RP_KIND_NONE + 1;

    while (kind < RP_KIND__COUNT - 1 &&
           rp_kind_info((enum rp_kind)kind)->exit_code != strtol(code, NULL, 10))
        kind++;
    rp_ignore(rp_fail(&failure, (enum rp_kind)kind, "the stand-in failed"));
    rp_hint(&failure, "as it was told");
    say(rp_gate_format_failure(&failure), RP_SPAN(""));
}

static void show_order(struct rp_buf *out)
{
    rp_buf_addf(out, "%s %s %u user=%s ", rp_engine_name(order.engine), order.endpoint.host,
                order.port, order.user);
    rp_buf_addf(out, "database=%s region=%s ", order.database, order.region);
    rp_buf_addf(out, "via=%s%s:%u timeout=%u ", order.via.socket, order.via.host, order.via.port,
                order.connect_timeout);
    rp_buf_addf(out, "wait=%u ca_file=%d tcp=%d", order.wait, order.ca_file, order.tcp);
}

static void obey(char *line, struct rp_buf *out)
{
    char *argument = strchrnul(line, ' ');

    if (*argument != '\0')
        *argument++ = '\0';
    if (strcmp(line, "sign") == 0 || strcmp(line, "again") == 0)
        ask(argument, line[0] == 'a', out);
    else if (strcmp(line, "order") == 0)
        show_order(out);
    else if (strcmp(line, "entered") == 0)
        say(rp_gate_format_entered(&(const struct rp_gate_facts){.tls = "TLSv1.3"}), RP_SPAN(""));
    else if (strcmp(line, "failed") == 0)
        report_failure(argument);
    else if (strcmp(line, "lie") == 0)
        say(rp_message_new("lie"), RP_SPAN(""));
    else
        exit(9);
    if (out->len == 0)
        rp_buf_add_str(out, "done");
    rp_buf_add_char(out, '\n');
}

static void end_slowly(int client)
{
    (void)shutdown(client, SHUT_RDWR);
    (void)usleep(SLOW_END_US);
    exit(9);
}

static void serve(int door)
{
    RP_BUF_AUTO struct rp_buf out = {.max = ANSWER_MAX};
    RP_FD_AUTO int client = accept4(door, NULL, NULL, SOCK_CLOEXEC);
    char line[LINE_MAX_BYTES];
    size_t n = 0;
    ssize_t got = 0;

    while (n < sizeof(line) - 1 && (n == 0 || line[n - 1] != '\n') &&
           (got = read(client, line + n, sizeof(line) - 1 - n)) > 0) {
        n += (size_t)got;
        if (line[0] == '\0')
            end_slowly(client);
    }
    if (n == 0 || line[n - 1] != '\n')
        return;
    line[n - 1] = '\0';
    obey(line, &out);
    rp_ignore(rp_write_all(client, rp_buf_span(&out), "an answer", NULL));
}

int main(void)
{
    RP_BUF_AUTO struct rp_buf path = {.max = RP_SOCKET_PATH_MAX};
    RP_MESSAGE_AUTO struct rp_message first = {0};
    struct rp_error err = {0};

    hear(&first);
    if (rp_failed(rp_gate_parse_open(&first, &order, &err)))
        return 1;
    rp_gate_add_socket_path(&order, &path);
    struct pollfd fds[] = {
        {.fd = listen_at(rp_buf_str(&path)), .events = POLLIN},
        {.fd = STDIN_FILENO, .events = POLLIN},
    };
    say(rp_gate_format_opened(0), RP_SPAN(""));
    while (poll(fds, 2, -1) > 0 && fds[1].revents == 0)
        serve(fds[0].fd);
    (void)unlink(rp_buf_str(&path));
    (void)rmdir(order.directory);
    return 0;
}
