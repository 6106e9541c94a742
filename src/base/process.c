/* Process: descriptors in order, memory hidden, and what is to be given back remembered. */
#include "rdspass/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { SIGNALS_MAX = 16 };

/* What we were started with. A process has one of each, so these are variables of the file. */
static struct {
    bool has_core;
    struct rlimit core;
    bool has_mask;
    sigset_t mask;
    struct {
        int number;
        struct sigaction action;
    } signals[SIGNALS_MAX];
    size_t signal_count;
} given;

void rp_process_keep_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
            continue;
        int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (open("/dev/null", mode | O_CLOEXEC) != fd)
            _exit(1); /* no /dev/null: there is nothing safe to do */
    }
}

void rp_process_hide_memory(void)
{
    struct rlimit core;

    (void)prctl(PR_SET_DUMPABLE, 0);
    if (getrlimit(RLIMIT_CORE, &core) == 0) {
        given.core = core;
        given.has_core = true;
        core.rlim_cur = 0;
        (void)setrlimit(RLIMIT_CORE, &core);
    }
}

void rp_process_take_signals(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    const struct sigaction normal = {.sa_handler = SIG_DFL};

    given.has_mask = sigprocmask(SIG_SETMASK, NULL, &given.mask) == 0;
    rp_process_take_signal(SIGPIPE, &ignore);
    rp_process_take_signal(SIGXFSZ, &ignore);
    rp_process_take_signal(SIGCHLD, &normal);
}

static bool is_taken(int number)
{
    for (size_t i = 0; i < given.signal_count; i++)
        if (given.signals[i].number == number)
            return true;
    return false;
}

void rp_process_take_signal(int number, const struct sigaction *action)
{
    struct sigaction before;

    if (sigaction(number, action, &before) != 0 || is_taken(number) ||
        given.signal_count == SIGNALS_MAX)
        return;
    given.signals[given.signal_count].number = number;
    given.signals[given.signal_count++].action = before;
}

void rp_process_give_signal_back(int number)
{
    for (size_t i = 0; i < given.signal_count; i++)
        if (given.signals[i].number == number)
            (void)sigaction(number, &given.signals[i].action, NULL);
}

void rp_process_confine(const char *name)
{
    rp_process_keep_standard_descriptors();
    rp_process_hide_memory();
    rp_process_take_signals();
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
    (void)prctl(PR_SET_NAME, name);
}

void rp_process_give_back(void)
{
    if (given.has_core)
        (void)setrlimit(RLIMIT_CORE, &given.core);
    for (size_t i = 0; i < given.signal_count; i++)
        (void)sigaction(given.signals[i].number, &given.signals[i].action, NULL);
}

sigset_t rp_process_given_mask(void)
{
    sigset_t present;

    (void)sigprocmask(SIG_SETMASK, NULL, &present);
    return given.has_mask ? given.mask : present;
}

rp_status rp_process_directory(enum rp_kind kind, struct rp_buf *out, struct rp_error *err)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

    if (n <= 0 || (size_t)n == sizeof(path))
        return rp_fail_errno(err, kind, "cannot find where rdspass is installed");
    struct rp_span program = {path, (size_t)n};
    rp_buf_add(out, rp_span_first(program, rp_span_find_last(program, '/')));
    return rp_buf_check(out, kind, "the path of rdspass", err);
}
