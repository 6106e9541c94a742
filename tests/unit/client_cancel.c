/*
 * Cancelling, with a stand-in for the database: a statement is a read from a pipe,
 * which ends when the database is asked to cancel it.
 */
#include "client/cancel.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "rdspass/base/deadline.h"
#include "tap.h"

enum { SOON_MS = 600, NEVER_MS = 60000, DONE = 9 };

struct rp_database {
    int cancelled; /* how often */
    int pipe[2];
};

static struct rp_database session;

void rp_database_cancel(struct rp_database *database)
{
    database->cancelled++;
    if (write(database->pipe[1], "x", 1) != 1)
        abort();
}

/* Where a statement does not end by itself. */
void rp_database_abandon(struct rp_database *database)
{
    if (write(database->pipe[1], "a", 1) != 1)
        abort();
}

/* How the statement ended: 'x', 'a'. */
static char await_end(void)
{
    char c = '\0';

    if (read(session.pipe[0], &c, 1) != 1)
        abort();
    return c;
}

/* Whether a poll(2) that waits for data of the statement would come back. */
static bool wakes(void)
{
    struct pollfd fd = {.fd = rp_cancel_fd(), .events = POLLIN};

    return poll(&fd, 1, 0) == 1;
}

static void test_time(void)
{
    rp_cancel_begin(&session, 1);
    OK(!wakes(), "a statement's data are waited for");
    IS_INT(await_end(), 'x', "a statement is cancelled when its time is over");
    OK(wakes(), "  and its data are not waited for any more");
    IS_INT(rp_cancel_end(), SIGALRM, "  and that is said");
    OK(!wakes(), "  the script goes on");
    rp_cancel_begin(&session, 1000);
    IS_INT(rp_cancel_end(), 0, "one that ends in time is not");
    rp_cancel_begin(&session, 1);
    IS_INT(await_end(), 'x', "a shorter time counts behind a longer one");
    IS_INT(rp_cancel_end(), SIGALRM, "  and that is said");
    IS_INT(session.cancelled, 2, "twice in all");
    IS_INT(rp_cancel_asked(), 0, "nobody has asked for the end of the script");
}

static void test_abandon(void)
{
    rp_cancel_begin(&session, 1);
    IS_INT(await_end(), 'x', "cancelled");
    IS_INT(await_end(), 'a', "and broken off where that does not end it");
    IS_INT(rp_cancel_end(), SIGALRM, "  which is the time's doing as well");
}

static void test_signals(void)
{
    struct sigaction late;

    rp_cancel_begin(&session, 0);
    OK(kill(getpid(), SIGTERM) == 0, "a signal comes");
    IS_INT(await_end(), 'x', "the statement is cancelled");
    IS_INT(rp_cancel_end(), SIGTERM, "  by that signal");
    IS_INT(rp_cancel_asked(), SIGTERM, "and the script is to end");
    OK(wakes(), "  for which nothing more is waited");
    OK(alarm(0) > 0, "at the latest when an alarm comes");
    OK(sigaction(SIGALRM, NULL, &late) == 0 && late.sa_handler != SIG_DFL, "  which is caught");
    IS_INT(session.cancelled, 4, "cancelled once");
}

static void take_time(int ms)
{
    int64_t end = rp_deadline_in(ms);

    while (rp_deadline_left(end) > 0)
        (void)poll(NULL, 0, rp_deadline_left(end)); /* the alarm may end it */
}

/* How a program ends that is asked to, and then takes so long over what it does. */
static int end_of(void (*does)(bool now), int ms)
{
    struct pollfd asked = {.events = POLLIN};
    int status = 0;

    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (rp_failed(rp_cancel_init(true, NULL)))
            _exit(1);
        if (does != NULL)
            does(true);
        (void)kill(getpid(), SIGTERM);
        asked.fd = rp_cancel_fd();
        while (poll(&asked, 1, -1) != 1)
            continue;
        take_time(ms);
        _exit(DONE);
    }
    OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "a program that is asked to end does");
    return WEXITSTATUS(status);
}

static void test_ends(void)
{
#ifdef RP_UNDER_VALGRIND
    tap_skip("valgrind takes what the thread of a program that ends at once has for lost");
    return;
#endif
    IS_INT(end_of(NULL, SOON_MS), DONE, "  when it has said what there is to say");
    IS_INT(end_of(NULL, NEVER_MS), 128 + SIGTERM, "  or when it has had its while");
    IS_INT(end_of(rp_cancel_writes, NEVER_MS), 128 + SIGTERM, "  or at once, for all its readers");
    IS_INT(end_of(rp_cancel_logs_in, NEVER_MS), 128 + SIGTERM, "  or at once, for all servers");
}

int main(void)
{
    struct rp_error err = {0};

    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGTERM, SIG_DFL);
    if (pipe(session.pipe) != 0)
        return 1;
    test_ends();
    WORKS(rp_cancel_init(true, &err), err, "a script");
    OK(rp_cancel_fd() >= 0, "there is something to wait for");
    test_time();
    test_abandon();
    test_signals();
    rp_cancel_release();
    return tap_done();
}
