/*
 * Jobs: what a client is given, which signals reach it, how it stops and goes on.
 * Where a terminal matters there is one: a session of its own, whose leader does
 * what a shell does, and we type.
 */
#include "rdspass/base/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "rdspass/base/file.h"
#include "rdspass/base/process.h"
#include "tap.h"

enum { SOON_MS = 20000 }; /* generous: a loaded machine must not fail a test */

static const char *const *environment; /* of clients; NULL: ours */

static rp_status start(const char *const argv[], const char *const envp[], struct rp_job *out,
                       struct rp_error *err)
{
    const struct rp_spawn how = {
        .program_fd = -1, .argv = argv, .envp = envp, .stdin_fd = -1, .stdout_fd = -1};
    return rp_job_start(&how, out, err);
}

/* What rdspass does around a client. */
static _Noreturn void run_job(const char *script)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct rp_job job = {0};
    struct rp_exit end = {0};
    bool ended = false;

    rp_process_take_signals();
    if (rp_failed(start(argv, environment, &job, NULL)))
        _exit(125);
    while (!ended)
        if (rp_failed(rp_job_wait(&job, NULL, 0, -1, &ended, &end, NULL)))
            _exit(126);
    _exit(rp_job_exit_code(&end));
}

/* --- without a terminal -------------------------------------------------------- */

/* Runs a script as a job whose output is a pipe; gives its wait status. */
static int run(const char *script, struct rp_buf *out)
{
    int pipes[2];
    int status = -1;

    if (pipe2(pipes, O_CLOEXEC) != 0)
        abort();
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(pipes[1], STDOUT_FILENO);
        run_job(script);
    }
    (void)close(pipes[1]);
    OK(!rp_failed(rp_read_all(pipes[0], RP_KIND_INTERNAL, "the client", out, NULL)), "output");
    (void)close(pipes[0]);
    OK(waitpid(pid, &status, 0) == pid, "%s: has ended", script);
    return status;
}

static void prints(const char *script, const char *want, int want_code)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 65536};
    int status = run(script, &out);

    IS_STR(rp_buf_str(&out), want, script);
    OK(WIFEXITED(status) && WEXITSTATUS(status) == want_code, "exit code: %x", (unsigned)status);
}

static void test_given(void)
{
    const char *const only[] = {"ONLY=this", NULL};
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    mode_t mask = umask(027);

    OK(dup2(file, 9) == 9, "a descriptor that the caller gave");
    prints("[ -e /proc/self/fd/9 ] && echo 9; umask; exit 7", "9\n0027\n", 7);
    (void)close(9);
    (void)close(file);
    (void)umask(mask);
    environment = only;
    prints("echo $ONLY$HOME; exit 0", "this\n", 0);
    environment = NULL;
}

/* Whether a set of /proc has a signal. */
static bool in_set(const char *status, const char *set, int number)
{
    const char *at = strstr(status, set);
    return at != NULL && (strtoull(at + strlen(set), NULL, 16) >> (number - 1) & 1) != 0;
}

/* What nohup and an asynchronous command of a shell do, and a mask. */
static void test_signals_given(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 256};
    sigset_t one;
    sigset_t before;

    (void)sigemptyset(&one);
    (void)sigaddset(&one, SIGUSR2);
    (void)sigprocmask(SIG_BLOCK, &one, &before);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)run("exec grep -E 'Sig(Blk|Ign)' /proc/self/status", &out);
    (void)signal(SIGHUP, SIG_DFL);
    (void)signal(SIGINT, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    OK(in_set(rp_buf_str(&out), "SigIgn:", SIGHUP) && in_set(rp_buf_str(&out), "SigIgn:", SIGINT) &&
           !in_set(rp_buf_str(&out), "SigIgn:", SIGTERM),
       "what was ignored, and only that, still is");
    OK(in_set(rp_buf_str(&out), "SigBlk:", SIGUSR2) &&
           !in_set(rp_buf_str(&out), "SigBlk:", SIGCHLD),
       "and what was blocked");
}

static void test_not_started(void)
{
    const char *const absent[] = {"/nowhere/prog", NULL};
    const char *const directory[] = {"/", NULL};
    struct rp_job job = {0};
    struct rp_error err = {0};

    FAILS(start(absent, NULL, &job, &err), RP_KIND_INTERNAL, err, "absent");
    IS_STR(err.msg, "cannot start /nowhere/prog: No such file or directory", "why");
    IS_INT(err.sys, ENOENT, "errno");
    FAILS(start(directory, NULL, &job, &err), RP_KIND_INTERNAL, err, "a directory");
    IS_INT(err.sys, EACCES, "errno");
    IS_INT(job.child.pid, 0, "no client");
}

static void test_wait(void)
{
    const char *const argv[] = {"sh", "-c", "read -r line; exit 5", NULL};
    struct rp_job job = {0};
    struct rp_error err = {0};
    struct rp_exit end = {0};
    bool ended = true;
    int saved = dup(STDIN_FILENO);
    int input[2];
    int pipes[2];

    if (saved < 0 || pipe2(pipes, O_CLOEXEC) != 0 || pipe2(input, O_CLOEXEC) != 0 ||
        dup2(input[0], STDIN_FILENO) != STDIN_FILENO)
        abort();
    struct pollfd fds = {.fd = pipes[0], .events = POLLIN};
    WORKS(start(argv, NULL, &job, &err), err, "one that waits");
    WORKS(rp_job_wait(&job, &fds, 1, 10, &ended, &end, &err), err, "time");
    OK(!ended && fds.revents == 0, "is over");
    OK(write(pipes[1], "x", 1) == 1, "a byte");
    WORKS(rp_job_wait(&job, &fds, 1, SOON_MS, &ended, &end, &err), err, "a descriptor");
    OK(!ended && fds.revents == POLLIN, "is ready");
    pid_t forked = fork();
    if (forked == 0)
        _exit(raise(SIGUSR1));
    OK(waitpid(forked, NULL, 0) == forked, "what a process of ours is sent is not for the client");
    OK(write(input[1], "\n", 1) == 1, "what it waits for");
    WORKS(rp_job_wait(&job, NULL, 0, SOON_MS, &ended, &end, &err), err, "its end");
    OK(ended && !end.signaled && end.code == 5 && job.child.pid == 0, "with its code");
    WORKS(rp_job_wait(&job, NULL, 0, SOON_MS, &ended, &end, &err), err, "once more");
    OK(ended, "has ended");
    (void)dup2(saved, STDIN_FILENO);
    const int used[] = {saved, pipes[0], pipes[1], input[0], input[1]};
    for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++)
        (void)close(used[i]);
}

/* --- with a terminal ------------------------------------------------------------- */

struct terminal {
    int master;          /* what we type, and what is shown */
    int status;          /* how the job stopped or ended, for us */
    int go_on;           /* a byte: what the shell is to do with a job that has stopped */
    pid_t leader;        /* the shell */
    pid_t job;           /* rdspass */
    pid_t client;        /* its number, as the script said */
    struct rp_buf shown; /* by now */
};

/* The shell of the session, with one job. */
static _Noreturn void lead(const char *slave, const char *script, int status_fd, int go_on_fd)
{
    int status = 0;
    char byte;

    if (setsid() < 0)
        _exit(1);
    int tty = open(slave, O_RDWR | O_CLOEXEC); /* becomes its terminal */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        (void)dup2(tty, fd);
    (void)signal(SIGTTOU, SIG_IGN);
    pid_t job = fork();
    if (job == 0) {
        (void)setpgid(0, 0);
        (void)tcsetpgrp(STDIN_FILENO, getpid());
        (void)signal(SIGTTOU, SIG_DFL);
        run_job(script);
    }
    (void)setpgid(job, job);
    while (write(status_fd, &job, sizeof(job)) == (ssize_t)sizeof(job)) {
        if (waitpid(job, &status, WUNTRACED) != job ||
            write(status_fd, &status, sizeof(status)) != (ssize_t)sizeof(status))
            break;
        (void)tcsetpgrp(STDIN_FILENO, getpgrp());
        if (!WIFSTOPPED(status) || read(go_on_fd, &byte, 1) != 1)
            break;
        if (byte == 'f')
            (void)tcsetpgrp(STDIN_FILENO, job);
        if (byte != 'n')
            (void)kill(-job, SIGCONT);
    }
    _exit(0);
}

/* Reads what is shown until it holds `text`. */
static bool shows(struct terminal *terminal, const char *text)
{
    struct pollfd wait = {.fd = terminal->master, .events = POLLIN};

    while (strstr(rp_buf_str(&terminal->shown), text) == NULL) {
        char *room = rp_buf_room(&terminal->shown, 256);
        ssize_t n = room != NULL && poll(&wait, 1, SOON_MS) == 1 ? read(wait.fd, room, 256) : -1;
        if (n <= 0)
            return false;
        rp_buf_added(&terminal->shown, (size_t)n);
    }
    return true;
}

/* The next int of the shell. */
static int hears(const struct terminal *terminal)
{
    struct pollfd wait = {.fd = terminal->status, .events = POLLIN};
    int value = -1;

    if (poll(&wait, 1, SOON_MS) != 1 || read(wait.fd, &value, sizeof(value)) != sizeof(value))
        return -1;
    return value;
}

/* Starts a script that says "ready $$" first. */
static void open_terminal(struct terminal *out, const char *script)
{
    int status[2];
    int go_on[2];
    char slave[64];

    *out = (struct terminal){.shown.max = 65536};
    out->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (out->master < 0 || grantpt(out->master) != 0 || unlockpt(out->master) != 0 ||
        ptsname_r(out->master, slave, sizeof(slave)) != 0 || pipe2(status, O_CLOEXEC) != 0 ||
        pipe2(go_on, O_CLOEXEC) != 0)
        abort();
    (void)fflush(stdout);
    out->leader = fork();
    if (out->leader == 0)
        lead(slave, script, status[1], go_on[0]);
    (void)close(status[1]);
    (void)close(go_on[0]);
    out->status = status[0];
    out->go_on = go_on[1];
    out->job = hears(out);
    OK(shows(out, "ready ") && shows(out, "\n"), "%s", script);
    const char *number = strstr(rp_buf_str(&out->shown), "ready ");
    out->client = number == NULL ? 0 : (pid_t)strtol(number + strlen("ready "), NULL, 10);
}

static void close_terminal(struct terminal *terminal)
{
    (void)close(terminal->go_on);
    (void)close(terminal->status);
    (void)kill(terminal->leader, SIGKILL);
    (void)waitpid(terminal->leader, NULL, 0);
    (void)close(terminal->master);
    rp_buf_release(&terminal->shown);
}

static void types(const struct terminal *terminal, const char *text)
{
    OK(write(terminal->master, text, strlen(text)) == (ssize_t)strlen(text), "typed");
}

/* "fg", "bg", or "none": we do it. */
static void continues(const struct terminal *terminal, const char *how)
{
    OK(write(terminal->go_on, how, 1) == 1, "%s", how);
    IS_INT(hears(terminal), terminal->job, "continued");
}

static void stops(const struct terminal *terminal, int number, const char *name)
{
    int status = hears(terminal);
    OK(status >= 0 && WIFSTOPPED(status) && WSTOPSIG(status) == number, "%s: stops by it: %x", name,
       (unsigned)status);
}

static void exits(const struct terminal *terminal, int code, const char *name)
{
    int status = hears(terminal);
    OK(status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == code, "%s: exits with %d: %x",
       name, code, (unsigned)status);
}

static void dies(const struct terminal *terminal, int number, const char *name)
{
    int status = hears(terminal);
    OK(status >= 0 && WIFSIGNALED(status) && WTERMSIG(status) == number, "%s: ends by it: %x", name,
       (unsigned)status);
}

static void test_interrupt(void)
{
    struct terminal terminal;

    open_terminal(&terminal, "trap 'echo caught' INT; trap 'exit 3' QUIT; echo ready $$;"
                             "while :; do sleep 0.05; done");
    types(&terminal, "\003");
    OK(shows(&terminal, "caught"), "Ctrl-C is the client's");
    types(&terminal, "\003");
    types(&terminal, "\034");
    exits(&terminal, 3, "Ctrl-\\, too");
    close_terminal(&terminal);

    open_terminal(&terminal, "echo ready $$; exec sleep 100");
    types(&terminal, "\003");
    dies(&terminal, SIGINT, "Ctrl-C");
    close_terminal(&terminal);

    open_terminal(&terminal, "echo ready $$; exec sleep 100");
    types(&terminal, "\034");
    dies(&terminal, SIGQUIT, "Ctrl-\\");
    close_terminal(&terminal);
}

static void test_stop(void)
{
    struct terminal terminal;

    open_terminal(&terminal, "echo ready $$; read -r line; echo got $line; read -r line; exit 4");
    for (int i = 0; i < 2; i++) {
        types(&terminal, "\032");
        stops(&terminal, SIGTSTP, "Ctrl-Z");
        continues(&terminal, "fg");
    }
    types(&terminal, "line\n");
    OK(shows(&terminal, "got line"), "goes on");
    (void)kill(terminal.job, SIGTSTP);
    stops(&terminal, SIGTSTP, "SIGTSTP from a process");
    continues(&terminal, "fg");
    types(&terminal, "line\n");
    exits(&terminal, 4, "continued");
    close_terminal(&terminal);
}

static void test_stopped_client(void)
{
    struct terminal terminal;

    open_terminal(&terminal, "trap 'exit 5' TERM; echo ready $$; while :; do sleep 0.05; done");
    (void)kill(terminal.client, SIGSTOP);
    stops(&terminal, SIGSTOP, "SIGSTOP to the client");
    continues(&terminal, "none");
    (void)kill(terminal.job, SIGCONT);
    (void)kill(terminal.client, SIGTERM);
    exits(&terminal, 5, "SIGCONT to us is passed on");
    close_terminal(&terminal);
}

/* A client that has something to put in order before it stops: we are not to be ahead of it. */
static void test_own_stop(void)
{
    struct terminal terminal;

    open_terminal(&terminal, "trap 'echo wait; read -r a; echo tidy; kill -STOP $$; exit 6' TSTP;"
                             "echo ready $$; read -r b; read -r b");
    types(&terminal, "\032");
    OK(shows(&terminal, "wait"), "it sees Ctrl-Z");
    types(&terminal, "one\n");
    OK(shows(&terminal, "tidy"), "still reads the terminal");
    stops(&terminal, SIGSTOP, "and stops when it likes");
    continues(&terminal, "fg");
    exits(&terminal, 6, "continued");
    close_terminal(&terminal);
}

/* In the background, where the terminal stops who reads from it. */
static void test_background(void)
{
    struct terminal terminal;

    open_terminal(&terminal, "echo ready $$; read -r line; exit 8");
    types(&terminal, "\032");
    stops(&terminal, SIGTSTP, "Ctrl-Z");
    continues(&terminal, "bg");
    stops(&terminal, SIGTTIN, "reading");
    continues(&terminal, "fg");
    types(&terminal, "line\n");
    exits(&terminal, 8, "in the foreground again");
    close_terminal(&terminal);
}

static void passes(int number, const char *name)
{
    RP_BUF_AUTO struct rp_buf script = {.max = 256};
    struct terminal terminal;

    rp_buf_addf(&script, "trap 'exit %d' %d; echo ready $$; while :; do sleep 0.05; done",
                10 + number, number);
    open_terminal(&terminal, rp_buf_str(&script));
    (void)kill(terminal.job, number);
    exits(&terminal, 10 + number, name);
    close_terminal(&terminal);
    open_terminal(&terminal, "echo ready $$; exec sleep 100");
    (void)kill(terminal.job, number);
    if (number == SIGWINCH)
        (void)kill(terminal.job, SIGTERM);
    dies(&terminal, number == SIGWINCH ? SIGTERM : number, name);
    close_terminal(&terminal);
}

static void test_passing(void)
{
    passes(SIGTERM, "SIGTERM");
    passes(SIGHUP, "SIGHUP");
    passes(SIGINT, "SIGINT from a process");
    passes(SIGQUIT, "SIGQUIT from a process");
    passes(SIGUSR1, "SIGUSR1");
    passes(SIGUSR2, "SIGUSR2");
    passes(SIGWINCH, "SIGWINCH");
}

/* What the client sends to its group reaches it once. */
static void test_own_group(void)
{
    struct terminal terminal;

    open_terminal(&terminal, "trap 'n=$((n + 1))' USR1; trap 'exit $n' USR2; n=40; kill -USR1 0;"
                             "echo ready $$; while :; do sleep 0.05; done");
    (void)kill(terminal.job, SIGUSR2);
    exits(&terminal, 41, "once");
    close_terminal(&terminal);
}

static void test_killed(void)
{
    struct terminal terminal;

    open_terminal(&terminal, "trap '' TERM HUP INT; echo ready $$; while :; do sleep 0.05; done");
    (void)kill(terminal.client, SIGKILL);
    dies(&terminal, SIGKILL, "a client that is killed");
    close_terminal(&terminal);
    open_terminal(&terminal, "trap '' TERM HUP INT; echo ready $$; while :; do sleep 0.05; done");
    (void)kill(terminal.job, SIGKILL);
    dies(&terminal, SIGKILL, "killed");
    bool gone = false;
    for (int i = 0; i < SOON_MS / 10 && !gone; i++) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue; /* orphans come to us: see main */
        gone = kill(terminal.client, 0) != 0;
        (void)usleep(10000);
    }
    OK(gone && terminal.client > 0, "and the client with us");
    close_terminal(&terminal);
}

/* --- asked to end ---------------------------------------------------------------- */

static void is_asked(const char *script, bool late, int number, int wanted, const char *name)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct rp_job job = {0};
    struct rp_error err = {0};
    struct rp_exit end = {0};
    siginfo_t state;
    bool ended = false;

    WORKS(start(argv, NULL, &job, &err), err, name);
    if (late && waitid(P_PID, (id_t)job.child.pid, &state, WEXITED | WNOWAIT) != 0)
        abort();
    if (number != 0)
        (void)raise(number);
    while (!ended)
        if (rp_failed(rp_job_wait(&job, NULL, 0, SOON_MS, &ended, &end, NULL)))
            abort();
    IS_INT(rp_job_asked_to_end(), wanted, name);
}

static void test_asked_to_end(void)
{
    is_asked("exit 0", false, 0, 0, "nobody asked");
    is_asked("while :; do sleep 0.05; done", false, SIGTERM, SIGTERM, "the client dies of it");
    is_asked("while :; do sleep 0.05; done", false, SIGHUP, SIGHUP, "a hangup, too");
    is_asked("exit 0", true, SIGINT, SIGINT, "the client had ended by then");
    is_asked("exit 0", true, SIGWINCH, 0, "that the window has a new size ends nobody");
    is_asked("kill -TERM $PPID; exit 0", false, 0, 0, "the client's own signal is not for us");
    rp_job_give_signals_back();
    (void)signal(SIGINT, SIG_IGN);
    is_asked("exit 0", true, SIGINT, 0, "one that we were started to ignore");
    is_asked("exit 0", true, SIGTERM, SIGTERM, "and another");
}

int main(void)
{
    /* Who started us in the background may have had them ignored. */
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGQUIT, SIG_DFL);

    (void)prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
    test_given();
    test_signals_given();
    test_interrupt();
    test_stop();
    test_stopped_client();
    test_own_stop();
    test_background();
    test_passing();
    test_own_group();
    test_killed();
    rp_process_take_signals(); /* from here on it is this process that has jobs */
    test_not_started();
    test_wait();
    test_asked_to_end();
    return tap_done();
}
