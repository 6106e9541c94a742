/* Spawning: what a child gets and does not get, how it ends, and what it leaves behind. */
#include "rdspass/base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "rdspass/base/file.h"
#include "rdspass/base/process.h"
#include "tap.h"

enum { SOON_MS = 20000 }; /* generous: a loaded machine must not fail a test */

/* Runs a program and gives what it printed. */
static bool run_program(struct rp_spawn how, const char *const *argv, struct rp_buf *out,
                        struct rp_exit *end)
{
    struct rp_child child = {0};
    struct rp_error err = {0};
    int pipes[2];

    if (pipe2(pipes, O_CLOEXEC) != 0)
        return false;
    how.argv = argv;
    how.stdout_fd = pipes[1];
    rp_status status = rp_spawn(&how, &child, &err);
    (void)close(pipes[1]);
    if (!rp_failed(status))
        status = rp_read_all(pipes[0], RP_KIND_INTERNAL, "the child", out, &err);
    (void)close(pipes[0]);
    return rp_child_wait(&child, SOON_MS, end) && !rp_failed(status) && child.pid == 0;
}

/* The same for a script of the shell. */
static bool run(struct rp_spawn how, const char *script, struct rp_buf *out, struct rp_exit *end)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    return run_program(how, argv, out, end);
}

static const struct rp_spawn plain = {.program_fd = -1, .stdin_fd = -1, .stdout_fd = -1};

/* Runs a script and checks what it printed. */
static void prints(struct rp_spawn how, const char *script, const char *want, const char *name)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 65536};
    struct rp_exit end = {0};

    OK(run(how, script, &out, &end), "%s: runs", name);
    IS_STR(rp_buf_str(&out), want, name);
}

static void test_exit(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 64};
    struct rp_exit end = {0};

    OK(run(plain, "exit 7", &out, &end) && !end.signaled && end.code == 7, "exit code");
    OK(run(plain, "kill -9 $$", &out, &end) && end.signaled && end.code == 9, "signal");
    struct rp_child none = {0};
    OK(rp_child_wait(&none, -1, &end) && !end.signaled && end.code == 0, "no child has ended");
    rp_child_end(&none, true);
}

static void test_program(void)
{
    struct rp_spawn how = plain;
    const char *const absent[] = {"/nowhere/prog", NULL};
    const char *const directory[] = {"/", NULL};
    const char *const env[] = {"ONLY=this", NULL};
    struct rp_child child = {0};
    struct rp_error err = {0};

    how.argv = absent;
    FAILS(rp_spawn(&how, &child, &err), RP_KIND_INTERNAL, err, "absent program");
    IS_INT(err.sys, ENOENT, "absent: errno");
    IS_STR(err.msg, "cannot start /nowhere/prog: No such file or directory", "absent: message");
    how.argv = directory;
    FAILS(rp_spawn(&how, &child, &err), RP_KIND_INTERNAL, err, "a directory");
    IS_INT(err.sys, EACCES, "directory: errno");
    IS_INT(child.pid, 0, "no child is left");
    OK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "not even a dead one");
    how.program_fd = open("/bin/sh", O_PATH | O_CLOEXEC);
    how.envp = env;
    prints(how, "echo $ONLY$HOME", "this\n", "program by descriptor, environment of its own");
    (void)close(how.program_fd);
}

static void test_descriptors(void)
{
    struct rp_spawn how = plain;
    int stray = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int pipes[2] = {-1, -1};

    OK(stray > 2 && pipe2(pipes, O_CLOEXEC) == 0, "descriptors");
    OK(fcntl(stray, F_SETFD, 0) == 0 && fcntl(pipes[0], F_SETFD, 0) == 0,
       "that careless code left");
    OK(write(pipes[1], "in\n", 3) == 3, "input");
    (void)close(pipes[1]);
    how.stdin_fd = pipes[0];
    prints(how, "cat; for d in 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$d ] && echo $d; done; echo .",
           "in\n.\n", "pipes in place, nothing else open");
    (void)close(pipes[0]);
    RP_BUF_AUTO struct rp_buf script = {.max = 256};
    RP_FD_AUTO int ours = fcntl(stray, F_DUPFD_CLOEXEC, stray + 1);
    rp_buf_addf(&script, "for d in %d %d; do [ -e /proc/self/fd/$d ] && echo $d; done; echo .",
                stray, ours);
    RP_BUF_AUTO struct rp_buf want = {.max = 256};
    rp_buf_addf(&want, "%d\n.\n", stray);
    how = plain;
    how.keeps_descriptors = true;
    prints(how, rp_buf_str(&script), rp_buf_str(&want), "the caller's kept, ours closed");
    (void)close(stray);
}

static void test_session(void)
{
    static const char script[] = "read -r line </proc/$$/stat; set -- $line; shift 4;"
                                 "[ $1 = $$ ] && echo group; [ $2 = $$ ] && echo session; echo .";
    struct rp_spawn how = plain;

    prints(how, script, ".\n", "our group and session");
    how.own_session = true;
    prints(how, script, "group\nsession\n.\n", "its own");
}

/* A set of signals from /proc. */
static unsigned long long field(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at == NULL ? 0 : strtoull(at + strlen(name), NULL, 16);
}

static bool has(unsigned long long signals, int number)
{
    return ((signals >> (number - 1)) & 1) != 0;
}

static void test_given_back(void)
{
    struct rlimit before;

    OK(getrlimit(RLIMIT_CORE, &before) == 0, "core limit");
    struct rlimit some = {.rlim_cur = before.rlim_max == 0 ? 0 : 4096, .rlim_max = before.rlim_max};
    OK(setrlimit(RLIMIT_CORE, &some) == 0, "a core limit of our own");
    rp_process_hide_memory();
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGCHLD, SIG_IGN);
    sigset_t some_blocked;
    (void)sigemptyset(&some_blocked);
    (void)sigaddset(&some_blocked, SIGUSR1);
    (void)sigprocmask(SIG_BLOCK, &some_blocked, NULL);
    rp_process_take_signals();
    const struct sigaction catch = {.sa_handler = SIG_DFL};
    (void)signal(SIGUSR2, SIG_IGN);
    rp_process_take_signal(SIGUSR2, &catch);
    (void)sigaddset(&some_blocked, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &some_blocked, NULL);
    /* A shell would take SIGCHLD for itself. */
    const char *const grep[] = {"grep", "^Sig[BI]", "/proc/self/status", NULL};
    RP_BUF_AUTO struct rp_buf out = {.max = 128};
    struct rp_exit end = {0};
    OK(run_program(plain, grep, &out, &end), "grep");
    unsigned long long blocked = field(rp_buf_str(&out), "SigBlk:\t");
    unsigned long long ignored = field(rp_buf_str(&out), "SigIgn:\t");
    OK(has(ignored, SIGCHLD) && has(ignored, SIGUSR2) && !has(ignored, SIGPIPE),
       "dispositions as we were given them");
    OK(has(blocked, SIGUSR1) && !has(blocked, SIGCHLD), "and the mask");
    prints(plain, "ulimit -c", some.rlim_cur == 0 ? "0\n" : "8\n", "core limit, too");
    struct rp_spawn how = plain;
    how.confined = true;
    prints(how, "grep NoNewPrivs /proc/self/status | tr -d '\\t'; ulimit -c; ulimit -H -c",
           "NoNewPrivs:1\n0\n0\n", "confined");
}

/* Whether a process (or a group, negative) is gone, or goes within some seconds. */
static bool gone(pid_t pid)
{
    for (int i = 0; i < 200; i++) {
        while (waitpid(pid, NULL, WNOHANG) > 0)
            continue; /* orphans come to us: see main */
        if (kill(pid, 0) != 0)
            return true;
        (void)usleep(50000);
    }
    return false;
}

static void test_time_out(void)
{
    const char *const argv[] = {"sh", "-c", "trap '' TERM; sleep 100 & sleep 100; sleep 100", NULL};
    struct rp_spawn how = plain;
    struct rp_child child = {0};
    struct rp_error err = {0};
    struct rp_exit end = {0};

    how.argv = argv;
    how.own_group = true;
    WORKS(rp_spawn(&how, &child, &err), err, "one that hangs");
    pid_t pid = child.pid;
    OK(!rp_child_wait(&child, 50, &end) && child.pid == pid, "still runs");
    bool group = child.group;
    rp_child_end(&child, true);
    IS_INT(child.pid, 0, "ended although it ignores SIGTERM");
    if (group)
        OK(gone(-pid), "and its group");
    else
        tap_skip("in the foreground of a terminal");
}

static void test_left_behind(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 64};
    struct rp_spawn how = plain;
    struct rp_exit end = {0};
    uint32_t pid = 0;

    how.own_group = true;
    OK(run(how, "sleep 100 >/dev/null & printf %d $!", &out, &end), "one that leaves a child");
    OK(rp_span_to_uint(rp_buf_span(&out), UINT32_MAX, &pid), "it says which");
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0)
        OK(gone((pid_t)pid), "what it left is gone");
    else
        tap_skip("a terminal may be in the foreground");
    (void)kill((pid_t)pid, SIGKILL);
    if (tty >= 0)
        (void)close(tty);
}

/* A child of ours that starts a grandchild, tells its number and is killed. */
static void test_dies_with_us(void)
{
    int pipes[2];
    pid_t grandchild = 0;

    OK(pipe2(pipes, O_CLOEXEC) == 0, "a pipe");
    pid_t middle = fork();
    if (middle == 0) {
        const char *const argv[] = {"sleep", "100", NULL};
        struct rp_spawn how = plain;
        struct rp_child child = {0};
        how.argv = argv;
        how.death_signal = SIGKILL;
        if (rp_failed(rp_spawn(&how, &child, NULL)))
            _exit(1);
        ssize_t n = write(pipes[1], &child.pid, sizeof(child.pid));
        _exit(n == (ssize_t)sizeof(child.pid) && pause() < 0 ? 0 : 1);
    }
    (void)close(pipes[1]);
    OK(read(pipes[0], &grandchild, sizeof(grandchild)) == (ssize_t)sizeof(grandchild),
       "a grandchild");
    OK(kill(grandchild, 0) == 0, "lives");
    (void)kill(middle, SIGKILL);
    (void)waitpid(middle, NULL, 0);
    OK(gone(grandchild), "and dies with its parent");
    (void)close(pipes[0]);
}

int main(void)
{
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
    test_exit();
    test_program();
    test_descriptors();
    test_session();
    test_time_out();
    test_left_behind();
    test_dies_with_us();
    test_given_back(); /* last: it changes this process */
    return tap_done();
}
