/* Jobs: signals passed on as they come, and stops followed. */
#include "rdspass/base/job.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "rdspass/base/deadline.h"
#include "rdspass/base/process.h"

enum { SIGNAL_EXIT = 128 }; /* shells add the signal's number */

/*
 * SIGTTIN and SIGTTOU are not among them: they come to the whole group, whose
 * members all stop by them.
 */
static const int passed_on[] = {SIGINT,  SIGQUIT, SIGTERM,  SIGHUP, SIGUSR1,
                                SIGUSR2, SIGTSTP, SIGWINCH, SIGCONT};
enum { PASSED_ON = sizeof(passed_on) / sizeof(passed_on[0]) };

/* Whom signals are passed on to, 0: nobody; and by whom. A handler has no other way to know. */
static volatile pid_t client;
static volatile pid_t owner;
static volatile sig_atomic_t asked_to_end; /* by that signal */
static bool leads_session;

/* What ends a program, but for those that we were started to ignore, as with `nohup`. */
static bool ends_us[] = {[SIGINT] = true, [SIGQUIT] = true, [SIGTERM] = true, [SIGHUP] = true};

static bool is_to_end(int number)
{
    return (size_t)number < sizeof(ends_us) / sizeof(ends_us[0]) && ends_us[number];
}

static bool is_by_kernel(const siginfo_t *info)
{
    return info->si_code > 0;
}

/*
 * What the kernel sends, for the terminal, has reached the client by itself, but
 * for the end of the terminal, which only the leader of its session is told of.
 */
static bool has_it_already(int number, const siginfo_t *info)
{
    return is_by_kernel(info) && (number != SIGHUP || !leads_session);
}

/*
 * A process that we fork has this handler, too, and no client. And what the client
 * sends to its group is neither to come back to it nor meant for us.
 */
static void pass_on(int number, siginfo_t *info, void *context)
{
    int sys = errno;
    pid_t pid = client;

    (void)context;
    if (getpid() == owner && (is_by_kernel(info) || info->si_pid != pid)) {
        if (is_to_end(number))
            asked_to_end = number;
        if (pid > 0 && !has_it_already(number, info))
            (void)kill(pid, number);
    }
    errno = sys;
}

/* For SIGCHLD: that it came is enough, it ends a wait. */
static void wake(int number)
{
    (void)number;
}

static void heed_ignored(int number)
{
    struct sigaction given;

    if (is_to_end(number) && sigaction(number, NULL, &given) == 0 && given.sa_handler == SIG_IGN)
        ends_us[number] = false;
}

static void take_signals(void)
{
    struct sigaction pass = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    const struct sigaction child = {.sa_handler = wake, .sa_flags = SA_RESTART};

    (void)sigfillset(&pass.sa_mask); /* one after the other */
    for (size_t i = 0; i < PASSED_ON; i++) {
        heed_ignored(passed_on[i]);
        rp_process_take_signal(passed_on[i], &pass);
    }
    rp_process_take_signal(SIGCHLD, &child);
}

/* `before`, but with what is passed on coming at once, and SIGCHLD in rp_job_wait alone. */
static void set_mask(sigset_t before)
{
    for (size_t i = 0; i < PASSED_ON; i++)
        (void)sigdelset(&before, passed_on[i]);
    (void)sigaddset(&before, SIGCHLD);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}

rp_status rp_job_start(const struct rp_spawn *how, struct rp_job *out, struct rp_error *err)
{
    const struct rp_spawn job = {
        .program_fd = how->program_fd,
        .argv = how->argv,
        .envp = how->envp,
        .stdin_fd = how->stdin_fd,
        .stdout_fd = how->stdout_fd,
        .channel_fd = how->channel_fd,
        .keeps_descriptors = true,
        .confined = how->confined,
        .death_signal = SIGKILL,
    };
    sigset_t all;
    sigset_t before;

    /* What comes before there is a client waits for it. */
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    take_signals();
    owner = getpid();
    asked_to_end = 0;
    leads_session = getsid(0) == owner;
    rp_status status = rp_spawn(&job, &out->child, err);
    if (!rp_failed(status))
        client = out->child.pid;
    set_mask(before);
    return status;
}

/* Stops us by that signal, as whoever started us expects of a job; returns when we go on. */
static void stop_by(int number)
{
    const struct sigaction normal = {.sa_handler = SIG_DFL};
    struct sigaction action;
    sigset_t one;
    sigset_t before;

    (void)sigemptyset(&one);
    (void)sigaddset(&one, number);
    bool can_be_set = sigaction(number, &normal, &action) == 0; /* not for SIGSTOP */
    (void)sigprocmask(SIG_UNBLOCK, &one, &before);
    (void)raise(number);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    if (can_be_set)
        (void)sigaction(number, &action, NULL);
}

/* Follows the client where it has stopped. False: it has ended, and waits to be reaped. */
static bool keep_up_with(pid_t pid)
{
    siginfo_t state = {0};

    while (waitid(P_PID, (id_t)pid, &state, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0) {
        if (state.si_pid == 0)
            return true; /* it runs */
        if (state.si_code != CLD_STOPPED)
            return false;
        state = (siginfo_t){0};
        if (waitid(P_PID, (id_t)pid, &state, WSTOPPED | WNOHANG) == 0 && state.si_pid == pid)
            stop_by(state.si_status); /* SIGCONT, which ends this, is passed on */
        state = (siginfo_t){0};
    }
    return false;
}

/* ppoll(2) with SIGCHLD let in: it fails with EINTR when something has become of the client. */
static int wait_once(struct pollfd *fds, nfds_t count, int ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    sigset_t mask;

    (void)sigprocmask(SIG_SETMASK, NULL, &mask);
    (void)sigdelset(&mask, SIGCHLD);
    return ppoll(fds, count, ms < 0 ? NULL : &left, &mask);
}

rp_status rp_job_wait(struct rp_job *job, struct pollfd *fds, nfds_t count, int timeout_ms,
                      bool *out_ended, struct rp_exit *out, struct rp_error *err)
{
    int64_t deadline = rp_deadline_in(timeout_ms);

    while (keep_up_with(job->child.pid)) {
        if (wait_once(fds, count, rp_deadline_left(deadline)) >= 0) {
            *out_ended = false;
            return RP_OK;
        }
        if (errno != EINTR)
            return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot wait for the client");
    }
    client = 0; /* its number may soon be another's */
    *out_ended = rp_child_wait(&job->child, -1, out);
    return RP_OK;
}

void rp_job_give_signals_back(void)
{
    for (size_t i = 0; i < PASSED_ON; i++)
        rp_process_give_signal_back(passed_on[i]);
}

int rp_job_asked_to_end(void)
{
    return asked_to_end;
}

int rp_job_exit_code(const struct rp_exit *end)
{
    const struct rlimit none = {0, 0};
    sigset_t one;

    if (!end->signaled)
        return end->code;
    /* The client's core is written or not; ours, which may hold keys, never is. */
    (void)prctl(PR_SET_DUMPABLE, 0UL);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)signal(end->code, SIG_DFL);
    (void)sigemptyset(&one);
    (void)sigaddset(&one, end->code);
    (void)sigprocmask(SIG_UNBLOCK, &one, NULL);
    (void)raise(end->code);
    return SIGNAL_EXIT + end->code;
}
