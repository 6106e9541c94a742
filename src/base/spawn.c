/* Spawning: fork, put the child in order, exec, and hear of it where that fails. */
#include "rdspass/base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"
#include "rdspass/base/process.h"

enum {
    EXEC_FAILED = 127,      /* as shells have it */
    GRACE_MS = 500,         /* from SIGTERM to SIGKILL */
    POLL_MS = 10,           /* between two looks where the kernel has no pidfd */
    FIRST_DESCRIPTOR = 3,   /* that is not a standard one */
    CHANNEL_DESCRIPTOR = 3, /* of a program that has one */
    DESCRIPTORS_MAX = 65536 /* looked at where the kernel cannot close ranges */
};

/* exec takes its strings as if it might change them; it does not. */
union strings {
    const char *const *ours;
    char *const *execs;
};

/* Makes all descriptors but the standard ones close on exec. */
static void close_on_exec(void)
{
    struct rlimit files = {0};

    if (close_range(FIRST_DESCRIPTOR, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    /* A kernel before 5.11. Our own are so already; these are the caller's. */
    int end = DESCRIPTORS_MAX;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < DESCRIPTORS_MAX)
        end = (int)files.rlim_cur;
    for (int fd = FIRST_DESCRIPTOR; fd < end; fd++)
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* Moves a descriptor out of the way first: its number may be another's place. */
static bool move_away(int *fd)
{
    if (*fd < 0)
        return true; /* there is none */
    *fd = fcntl(*fd, F_DUPFD_CLOEXEC, CHANNEL_DESCRIPTOR + 1);
    return *fd >= 0;
}

static bool place(int fd, int place)
{
    return fd < 0 || dup2(fd, place) >= 0;
}

static bool place_descriptors(const struct rp_spawn *how)
{
    int in = how->stdin_fd;
    int out = how->stdout_fd;
    int channel = how->channel_fd == 0 ? -1 : how->channel_fd;

    return move_away(&in) && move_away(&out) && move_away(&channel) && place(in, STDIN_FILENO) &&
           place(out, STDOUT_FILENO) && place(channel, CHANNEL_DESCRIPTOR);
}

static bool confine(void)
{
    const struct rlimit none = {0, 0};
    return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) == 0 &&
           setrlimit(RLIMIT_CORE, &none) == 0;
}

/* What the child knows of its start. */
struct start {
    const struct rp_spawn *how;
    bool group;
    pid_t parent;
    sigset_t mask; /* for the program; until then all signals wait */
    int report;    /* where it says what went wrong: an error number */
};

/* In the child: all that comes before exec. errno says what went wrong. */
static bool prepare(const struct start *start)
{
    const struct rp_spawn *how = start->how;

    if (how->death_signal != 0) {
        if (prctl(PR_SET_PDEATHSIG, (unsigned long)how->death_signal) != 0)
            return false;
        if (getppid() != start->parent)
            _exit(EXEC_FAILED); /* we died before the kernel knew of the wish */
    }
    if (how->own_session ? setsid() < 0 : start->group && setpgid(0, 0) != 0)
        return false;
    rp_process_give_back();
    if (!how->keeps_descriptors)
        close_on_exec();
    return place_descriptors(how) && (!how->confined || confine()) &&
           sigprocmask(SIG_SETMASK, &start->mask, NULL) == 0;
}

/* In the child: becomes the program, or says why not. */
static _Noreturn void become(const struct start *start)
{
    const struct rp_spawn *how = start->how;
    union strings argv = {.ours = how->argv};
    union strings envp = {.ours = how->envp};

    if (envp.ours == NULL)
        envp.execs = environ;
    if (prepare(start)) {
        if (how->program_fd >= 0)
            (void)execveat(how->program_fd, "", argv.execs, envp.execs, AT_EMPTY_PATH);
        else
            (void)execvpe(how->argv[0], argv.execs, envp.execs);
    }
    int sys = errno;
    ssize_t written = write(start->report, &sys, sizeof(sys));
    _exit(written == (ssize_t)sizeof(sys) ? EXEC_FAILED : EXEC_FAILED - 1);
}

/* Forks without a signal reaching the child before it is the program. */
static pid_t fork_quietly(const struct start *start)
{
    sigset_t all;
    sigset_t before;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        become(start);
    int sys = errno;
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    errno = sys;
    return pid;
}

/* Whether a person at a terminal is talking to us, and to what we start. */
static bool in_foreground(void)
{
    RP_FD_AUTO int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    return tty >= 0 && tcgetpgrp(tty) == getpgrp();
}

/* What the child said before its exec closed the pipe: 0, or an error number. */
static int hear(int report)
{
    int sys = 0;
    ssize_t n;

    do
        n = read(report, &sys, sizeof(sys));
    while (n < 0 && errno == EINTR);
    return n == 0 ? 0 : n == (ssize_t)sizeof(sys) ? sys : EIO;
}

rp_status rp_spawn(const struct rp_spawn *how, struct rp_child *out, struct rp_error *err)
{
    int report[2];
    struct start start = {
        .how = how,
        .group = how->own_group && !in_foreground(),
        .parent = getpid(),
        .mask = rp_process_given_mask(),
    };

    if (pipe2(report, O_CLOEXEC) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start %s", how->argv[0]);
    start.report = report[1];
    pid_t pid = fork_quietly(&start);
    int fork_sys = errno;
    (void)close(report[1]);
    int sys = pid < 0 ? fork_sys : hear(report[0]);
    (void)close(report[0]);
    if (sys != 0) {
        if (pid > 0)
            (void)waitpid(pid, NULL, 0);
        errno = sys;
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start %s", how->argv[0]);
    }
    *out = (struct rp_child){.pid = pid, .group = start.group};
    return RP_OK;
}

/* Whether it has ended; it stays a zombie, so that its number stays its own. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};

    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
        return info.si_pid == pid;
    return errno == ECHILD;
}

/* Sleeps until it has ended, or the time is over, or less. */
static void sleep_until_end(pid_t pid, int ms)
{
    RP_FD_AUTO int fd = pidfd_open(pid, 0);
    struct pollfd ended = {.fd = fd, .events = POLLIN};

    if (fd >= 0)
        (void)poll(&ended, 1, ms);
    else
        (void)poll(NULL, 0, ms < 0 || ms > POLL_MS ? POLL_MS : ms);
}

bool rp_child_wait(struct rp_child *child, int timeout_ms, struct rp_exit *out)
{
    int64_t end = rp_deadline_in(timeout_ms);
    int status = 0;

    *out = (struct rp_exit){0};
    if (child->pid == 0)
        return true;
    while (!has_ended(child->pid)) {
        int left = rp_deadline_left(end);
        if (left == 0)
            return false;
        sleep_until_end(child->pid, left);
    }
    if (child->group)
        (void)kill(-child->pid, SIGKILL);
    if (waitpid(child->pid, &status, 0) != child->pid)
        status = W_EXITCODE(EXEC_FAILED, 0); /* somebody else reaped it: nobody knows */
    out->signaled = WIFSIGNALED(status);
    out->code = out->signaled ? WTERMSIG(status) : WEXITSTATUS(status);
    *child = (struct rp_child){0};
    return true;
}

void rp_child_end(struct rp_child *child, bool group)
{
    struct rp_exit ignored;

    if (child->pid == 0)
        return;
    pid_t whom = group && child->group ? -child->pid : child->pid;
    (void)kill(whom, SIGTERM);
    if (rp_child_wait(child, GRACE_MS, &ignored))
        return;
    (void)kill(whom, SIGKILL);
    (void)rp_child_wait(child, -1, &ignored);
}
