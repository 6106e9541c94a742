/*
 * base/process: standard descriptors that were closed are filled so that their
 * use fails, and memory is not to be had by a core dump or a debugger.
 */
#include "rdspass/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tap.h"

/* Each check runs in a child; its bits say what was wrong. */
static int in_child(unsigned (*check)(void))
{
    int status = -1;

    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        _exit((int)check());
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        abort();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static unsigned check_closed(void)
{
    unsigned wrong = 0;
    char c = 'x';

    (void)close(STDIN_FILENO);
    (void)close(STDOUT_FILENO);
    (void)close(STDERR_FILENO);
    rp_process_keep_standard_descriptors();
    if (read(STDIN_FILENO, &c, 1) != -1 || errno != EBADF)
        wrong |= 1;
    if (write(STDOUT_FILENO, &c, 1) != -1 || errno != EBADF)
        wrong |= 2;
    if (write(STDERR_FILENO, &c, 1) != -1 || errno != EBADF)
        wrong |= 4;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if ((fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0)
            wrong |= 8;
    if (open("/dev/null", O_RDONLY | O_CLOEXEC) <= STDERR_FILENO)
        wrong |= 16;
    return wrong;
}

static unsigned check_one_closed(void)
{
    unsigned wrong = 0;

    (void)close(STDOUT_FILENO);
    rp_process_keep_standard_descriptors();
    if (write(STDOUT_FILENO, "x", 1) != -1)
        wrong |= 1;
    if ((fcntl(STDERR_FILENO, F_GETFD) & FD_CLOEXEC) != 0)
        wrong |= 2; /* it was open and is not ours to change */
    return wrong;
}

static unsigned check_hidden(void)
{
    struct rlimit before;
    struct rlimit after;
    unsigned wrong = 0;

    (void)getrlimit(RLIMIT_CORE, &before);
    rp_process_hide_memory();
    (void)getrlimit(RLIMIT_CORE, &after);
    if (after.rlim_cur != 0)
        wrong |= 1;
    if (after.rlim_max != before.rlim_max)
        wrong |= 2;
    if (prctl(PR_GET_DUMPABLE) != 0)
        wrong |= 4;
    return wrong;
}

int main(void)
{
    IS_INT(in_child(check_closed), 0, "closed descriptors are filled, and fail as before");
    IS_INT(in_child(check_one_closed), 0, "open ones stay as they are");
    IS_INT(in_child(check_hidden), 0, "no core, not dumpable, the hard limit kept");
    return tap_done();
}
