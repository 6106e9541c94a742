/* The gate as a helper: how it is started and stopped, and what is said when it fails. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "held_context.h"
#include "rdspass/base/file.h"
#include "rdspass/base/process.h"
#include "rdspass/ipc/gate.h"

static char fakes[4096]; /* build/VARIANT/tests/fakes */

enum { SOON_MS = 20000 }; /* generous: a loaded machine must not fail a test */

static rp_status start(const char *how, struct rp_gate *out, struct rp_error *err)
{
    const char *const variables[] = {
        "RP_TEST_LIBEXEC", fakes,  "RP_TEST_FAKE", how,           "AWS_SECRET_ACCESS_KEY",
        "canary",          "HOME", "/root",        "https_proxy", "http://p:1",
        "OPENSSL_CONF",    "x",    NULL,
    };
    struct held held;

    *out = (struct rp_gate){.channel.fd = -1};
    held_init(&held, variables);
    rp_status status = rp_gate_start(&held.ctx, out, err);
    held_release(&held);
    return status;
}

static struct rp_gate_order example(void)
{
    struct rp_gate_order order = {
        .engine = RP_ENGINE_MYSQL,
        .port = 3306,
        .user = "app",
        .connect_timeout = 10,
        .directory = "/tmp/d",
        .tcp = RP_GATE_NO_TCP,
    };

    rp_ignore(rp_endpoint_parse(RP_SPAN("demo.cluster-c9akciq32rgh.eu-central-1.rds.amazonaws.com"),
                                &order.endpoint, NULL));
    return order;
}

/* Opens a gate that does not; `bytes` of roots are sent. */
static void fails(const char *how, size_t bytes, enum rp_kind kind, const char *want)
{
    RP_BUF_AUTO struct rp_buf roots = {.max = 2 * (size_t)RP_MESSAGE_BODY_MAX};
    struct rp_gate_order order = example();
    struct rp_error err = {0};
    struct rp_exit end;
    struct rp_gate gate;
    uint16_t tcp = 7;

    while (roots.len < bytes)
        rp_buf_add_char(&roots, 'r');
    WORKS(start(how, &gate, &err), err, how);
    FAILS(rp_gate_open(&gate, &order, rp_buf_span(&roots), &tcp, &err), kind, err, how);
    IS_STR(err.msg, want, want);
    IS_INT(tcp, 7, "nothing is given");
    bool hinted = strcmp(how, "version") == 0 || strcmp(how, "failure") == 0;
    OK(hinted == (err.hint[0] != '\0'), "%s: hint", how);
    rp_gate_stop(&gate, &end);
    OK(gate.child.pid == 0 && gate.channel.fd == -1, "%s: nothing is left", how);
}

static void test_failures(void)
{
    static const size_t sizes[] = {0, RP_MESSAGE_BODY_MAX};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        fails("exit", sizes[i], RP_KIND_INTERNAL, "rdspass-gate ended too early, with exit code 9");
        fails("exit-later", sizes[i], RP_KIND_INTERNAL,
              "rdspass-gate ended too early, with exit code 9");
        fails("version", sizes[i], RP_KIND_INTERNAL,
              "rdspass-gate is of version 9.9.9, and this is " RP_VERSION);
        fails("failure", sizes[i], RP_KIND_CONFIG, "the roots are none");
    }
    fails("killed", 0, RP_KIND_INTERNAL, "rdspass-gate was killed by SIGKILL");
    fails("killed-halfway", 0, RP_KIND_INTERNAL, "rdspass-gate was killed by SIGKILL");
    fails("garbage", 0, RP_KIND_INTERNAL,
          "rdspass-gate: what came is no message: the header is not valid JSON: "
          "a value is malformed");
    fails("wrong", 0, RP_KIND_INTERNAL, "rdspass-gate answers what was not asked");
    fails("malformed", 0, RP_KIND_INTERNAL,
          "a message between rdspass and rdspass-gate is malformed");
    fails("opened", RP_MESSAGE_BODY_MAX + 1, RP_KIND_INTERNAL,
          "rdspass-gate: the body of a message is longer than 1048576 bytes");
}

/* The next message, whose type is given. */
static bool next_is(struct rp_gate *gate, enum rp_gate_message want)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct pollfd wait = {.fd = gate->channel.fd, .events = POLLIN};
    enum rp_channel_state state = RP_CHANNEL_QUIET;
    enum rp_gate_message type;

    while (state == RP_CHANNEL_QUIET)
        if (rp_failed(rp_channel_receive(&gate->channel, &message, &state, NULL)) ||
            (state == RP_CHANNEL_QUIET && poll(&wait, 1, SOON_MS) != 1))
            return false;
    return state == RP_CHANNEL_MESSAGE && !rp_failed(rp_gate_message_type(&message, &type, NULL)) &&
           type == want;
}

static void test_open(void)
{
    RP_BUF_AUTO struct rp_buf roots = {.max = RP_MESSAGE_BODY_MAX};
    struct rp_gate_order order = example();
    struct rp_error err = {0};
    struct rp_exit end = {.code = 99};
    struct rp_gate gate;
    uint16_t tcp = 0;

    while (roots.len < roots.max)
        rp_buf_add_char(&roots, 'r');
    WORKS(start("opened", &gate, &err), err, "started");
    WORKS(rp_gate_open(&gate, &order, rp_buf_span(&roots), &tcp, &err), err, "opened");
    IS_INT(tcp, RP_MESSAGE_BODY_MAX % 65521, "all roots have come, and the port came back");
    OK(next_is(&gate, RP_GATE_SIGN), "what came behind the answer is not lost");
    rp_gate_stop(&gate, &end);
    OK(!end.signaled && end.code == 0 && gate.child.pid == 0, "ends with its channel");
    rp_gate_stop(&gate, &end);
    OK(gate.channel.fd == -1, "stopped once more");
}

/* What /proc/PID/NAME holds. */
static void read_proc(pid_t pid, const char *name, struct rp_buf *out)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    RP_FD_AUTO int fd = open(path, O_RDONLY | O_CLOEXEC);
    OK(fd >= 0 && !rp_failed(rp_read_all(fd, RP_KIND_INTERNAL, path, out, NULL)), "%s", name);
}

static bool link_is(pid_t pid, int fd, const char *prefix)
{
    char path[64];
    char to[256] = "";

    (void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
    ssize_t n = readlink(path, to, sizeof(to) - 1);
    return n > 0 && strncmp(to, prefix, strlen(prefix)) == 0;
}

static void test_given(void)
{
    RP_BUF_AUTO struct rp_buf environment = {.max = 4096};
    RP_BUF_AUTO struct rp_buf arguments = {.max = 4096};
    RP_BUF_AUTO struct rp_buf status = {.max = 65536};
    struct rp_gate_order order = example();
    struct rp_error err = {0};
    struct rp_exit end;
    struct rp_gate gate;
    uint16_t tcp;
    int stray = open("/dev/null", O_RDONLY | O_CLOEXEC);

    OK(stray > 2 && fcntl(stray, F_SETFD, 0) == 0, "one that a careless caller left open");
    WORKS(start("opened", &gate, &err), err, "started");
    WORKS(rp_gate_open(&gate, &order, RP_SPAN("r"), &tcp, &err), err, "opened");
    pid_t pid = gate.child.pid;
    read_proc(pid, "environ", &environment);
    OK(rp_span_eq(rp_buf_span(&environment), RP_SPAN("RP_TEST_FAKE=opened\0")),
       "no environment but what tests need: %s", rp_buf_str(&environment));
    read_proc(pid, "cmdline", &arguments);
    OK(rp_span_eq(rp_buf_span(&arguments), RP_SPAN("rdspass-gate\0")), "no arguments");
    read_proc(pid, "status", &status);
    OK(held_has(rp_buf_str(&status), "NoNewPrivs:\t1"), "no new privileges");
    OK(link_is(pid, STDIN_FILENO, "socket:") && link_is(pid, STDOUT_FILENO, "/dev/null"),
       "a socket and nothing");
    OK(!link_is(pid, stray, "/"), "no descriptor of ours");
    IS_INT(getsid(pid), pid, "a session of its own");
    rp_gate_stop(&gate, &end);
    (void)close(stray);
}

static void test_killed_later(void)
{
    struct rp_gate_order order = example();
    struct rp_error err = {0};
    struct rp_gate gate;
    uint16_t tcp;

    WORKS(start("opened", &gate, &err), err, "started");
    WORKS(rp_gate_open(&gate, &order, RP_SPAN(""), &tcp, &err), err, "opened");
    (void)kill(gate.child.pid, SIGKILL);
    FAILS(rp_gate_explain(&gate, RP_OK, true, &err), RP_KIND_INTERNAL, err, "killed later");
    IS_STR(err.msg, "rdspass-gate was killed by SIGKILL", "one clear error");
    OK(gate.child.pid == 0 && gate.channel.fd == -1, "and stopped");
}

static void test_stays(void)
{
    struct rp_gate_order order = example();
    struct rp_error err = {0};
    struct rp_exit end;
    struct rp_gate gate;
    uint16_t tcp;

    WORKS(start("stays-for-ever", &gate, &err), err, "one that does not go");
    WORKS(rp_gate_open(&gate, &order, RP_SPAN(""), &tcp, &err), err, "opened");
    pid_t pid = gate.child.pid;
    rp_gate_stop(&gate, &end);
    OK(gate.child.pid == 0 && kill(pid, 0) != 0, "is gone");
}

/* A child of ours that opens a gate, tells its number and is killed. */
static void test_we_die(void)
{
    int pipes[2];
    pid_t pid = 0;
    bool gone = false;

    OK(pipe2(pipes, O_CLOEXEC) == 0, "a pipe");
    pid_t middle = fork();
    if (middle == 0) {
        struct rp_gate_order order = example();
        struct rp_gate gate;
        uint16_t tcp;
        if (rp_failed(start("stays", &gate, NULL)) ||
            rp_failed(rp_gate_open(&gate, &order, RP_SPAN(""), &tcp, NULL)) ||
            write(pipes[1], &gate.child.pid, sizeof(pid)) != (ssize_t)sizeof(pid))
            _exit(1);
        _exit(pause() < 0 ? 0 : 1);
    }
    (void)close(pipes[1]);
    OK(read(pipes[0], &pid, sizeof(pid)) == (ssize_t)sizeof(pid), "a gate");
    (void)kill(middle, SIGKILL);
    (void)waitpid(middle, NULL, 0);
    int status = 0;
    for (int i = 0; i < SOON_MS / 10 && !gone; i++) {
        gone = waitpid(pid, &status, WNOHANG) == pid; /* orphans come to us: see main */
        (void)usleep(10000);
    }
    OK(gone && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
       "is asked to end when we are killed");
    (void)close(pipes[0]);
}

static void test_certificates(void)
{
    RP_JSON_AUTO struct rp_json *list = NULL;
    struct rp_error err = {0};
    struct rp_exit end;
    struct rp_gate gate;

    WORKS(start("certificates", &gate, &err), err, "started");
    WORKS(rp_gate_read_certificates(&gate, RP_SPAN("[{}]"), &list, &err), err, "read");
    OK(rp_json_is_array(list) && rp_json_count(list) == 1, "a list");
    rp_gate_stop(&gate, &end);
    rp_json_free(&list);
    static const char *const bad[] = {"", "x", "{}", "[]]"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        WORKS(start("certificates", &gate, &err), err, "started");
        FAILS(rp_gate_read_certificates(&gate, rp_span(bad[i]), &list, &err), RP_KIND_INTERNAL, err,
              bad[i]);
        OK(list == NULL, "%s: nothing is given", bad[i]);
        rp_gate_stop(&gate, &end);
    }
}

static void test_real(void)
{
    RP_BUF_AUTO struct rp_buf build = {.max = 4096};
    RP_JSON_AUTO struct rp_json *list = NULL;
    struct held held;
    struct rp_error err = {0};
    struct rp_exit end = {.code = 99};
    struct rp_gate gate = {.channel.fd = -1};

    rp_buf_add_str(&build, fakes);
    rp_buf_add_str(&build, "/../..");
    const char *const variables[] = {"RP_TEST_LIBEXEC", rp_buf_str(&build), NULL};
    held_init(&held, variables);
    WORKS(rp_gate_start(&held.ctx, &gate, &err), err, "the real one");
    rp_gate_stop(&gate, &end);
    OK(!end.signaled && end.code == 0, "ends in peace where nothing was asked: %d", end.code);
    WORKS(rp_gate_start(&held.ctx, &gate, &err), err, "another");
    (void)rp_failed(rp_gate_read_certificates(&gate, RP_SPAN("none\n"), &list, &err));
    OK(list == NULL ? err.kind == RP_KIND_CONFIG : rp_json_count(list) == 0,
       "finds no certificates where there are none: %s", err.msg);
    rp_gate_stop(&gate, &end);
    held_release(&held);
}

int main(void)
{
    RP_BUF_AUTO struct rp_buf path = {.max = sizeof(fakes) - 16};
    struct rp_error err = {0};

    (void)prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
    rp_process_take_signals();
    WORKS(rp_process_directory(RP_KIND_INTERNAL, &path, &err), err, "build/VARIANT/tests/unit");
    (void)snprintf(fakes, sizeof(fakes), "%s/../fakes", rp_buf_str(&path));
    test_failures();
    test_open();
    test_given();
    test_killed_later();
    test_stays();
    test_we_die();
    test_certificates();
    test_real();
    return tap_done();
}
