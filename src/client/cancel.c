/*
 * Cancelling: one thread, which alone receives the signals while a statement runs
 * and keeps its time. It holds the lock while it asks the server, so that a
 * statement that has ended is not followed by one that is cancelled in its place.
 */
#include "cancel.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/time.h>

#include "rdspass/base/deadline.h"

enum {
    GRACE_MS = 3000, /* for the server to end a statement that it was asked to */
    LEAVE_MS = 4000, /* for a program that is to end, which may have to break that off */
    LOOK_MS = 250,   /* how often it is looked whether a program that is to end must be ended */
};

#define NEVER INT64_MAX /* as rp_deadline_in(-1) */

static struct {
    pthread_t thread;
    pthread_t prompt; /* who reads lines, where that is a person's */
    pthread_mutex_t lock;
    bool in_script;
    int signals; /* signalfd(2) */
    int wake;    /* eventfd(2): there is a sooner end to wait for */
    int over_fd; /* eventfd(2): no more of the script is to be waited for */
    sigset_t set;

    /* Under the lock. */
    struct rp_database *database; /* whose statement runs; NULL: none does */
    int64_t deadline;             /* when it is cancelled */
    int64_t abandon_at;           /* when it must have ended, having been cancelled */
    int64_t thread_wakes;         /* when the thread looks by itself */
    int cancelled_by;
    bool ends; /* the thread is to */

    atomic_int asked;
    atomic_bool writes;  /* to standard output, which takes as long as its reader likes */
    atomic_bool logs_in; /* which takes as long as the server likes */
} state = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .signals = -1,
    .wake = -1,
    .over_fd = -1,
    .deadline = NEVER,
    .abandon_at = NEVER,
    .thread_wakes = NEVER,
};

static void signal_event(int fd)
{
    const uint64_t one = 1;
    ssize_t n = write(fd, &one, sizeof(one));

    (void)n; /* it is readable already */
}

/* --- the thread ------------------------------------------------------------------ */

/* With the lock held. */
static void cancel(int by)
{
    if (state.database == NULL)
        return;
    if (state.cancelled_by == 0) {
        state.cancelled_by = by;
        state.abandon_at = rp_deadline_in(GRACE_MS);
        signal_event(state.over_fd);
    }
    state.deadline = NEVER;
    rp_database_cancel(state.database);
}

/*
 * A program that is to end does: a reader of its output is not waited for, nor a login. All else
 * has a while, to end a statement and to say what was interrupted.
 */
static void leave_late(int number)
{
    static volatile sig_atomic_t looks;

    (void)number;
    looks = looks + 1;
    if (atomic_load(&state.writes) || atomic_load(&state.logs_in) || looks * LOOK_MS > LEAVE_MS)
        _exit(128 + atomic_load(&state.asked));
}

static void begin_to_look(void)
{
    const struct timeval step = {.tv_usec = LOOK_MS * 1000};
    const struct itimerval looks = {.it_interval = step, .it_value = step};

    (void)setitimer(ITIMER_REAL, &looks, NULL);
}

static void take_signal(void)
{
    struct signalfd_siginfo info;

    /* At the prompt the handler may have been quicker, or slower: see below. */
    if (read(state.signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    if (state.in_script) {
        atomic_store(&state.asked, (int)info.ssi_signo);
        signal_event(state.over_fd);
        begin_to_look();
    }
    if (!state.in_script && state.database == NULL)
        (void)pthread_kill(state.prompt, SIGINT); /* it was for the line that is typed */
    cancel((int)info.ssi_signo);
}

/* What is due by now, with the lock held; says how long there is nothing to do. */
static int do_what_is_due(void)
{
    if (state.database == NULL)
        return rp_deadline_left(state.thread_wakes = NEVER);
    if (rp_deadline_left(state.deadline) == 0)
        cancel(SIGALRM);
    if (rp_deadline_left(state.abandon_at) == 0) {
        rp_database_abandon(state.database);
        state.abandon_at = NEVER;
    }
    state.thread_wakes = state.abandon_at < state.deadline ? state.abandon_at : state.deadline;
    return rp_deadline_left(state.thread_wakes);
}

static void *watch(void *unused)
{
    uint64_t drained;

    (void)unused;
    for (;;) {
        (void)pthread_mutex_lock(&state.lock);
        int left = do_what_is_due();
        bool ends = state.ends;
        (void)pthread_mutex_unlock(&state.lock);
        if (ends)
            return NULL;
        struct pollfd fds[] = {{.fd = state.signals, .events = POLLIN},
                               {.fd = state.wake, .events = POLLIN}};
        if (poll(fds, 2, left) < 0)
            continue;
        if (fds[1].revents != 0 && read(state.wake, &drained, sizeof(drained)) < 0)
            continue;
        if (fds[0].revents != 0) {
            (void)pthread_mutex_lock(&state.lock);
            take_signal();
            (void)pthread_mutex_unlock(&state.lock);
        }
    }
}

/* --- the program ------------------------------------------------------------------ */

/* At the prompt, between statements: that the signal came is enough, it ends a read(2). */
static void interrupt(int number)
{
    (void)number;
}

/* One that is ignored, as in the background of a script, stays so. */
static void add_signal(int number)
{
    struct sigaction now = {0};

    if (sigaction(number, NULL, &now) == 0 && now.sa_handler != SIG_IGN)
        (void)sigaddset(&state.set, number);
}

static void take_signals(void)
{
    const struct sigaction wake = {.sa_handler = interrupt};
    const struct sigaction late = {.sa_handler = leave_late, .sa_flags = SA_RESTART};

    (void)sigemptyset(&state.set);
    if (state.in_script) {
        add_signal(SIGINT);
        add_signal(SIGTERM);
        (void)sigaction(SIGALRM, &late, NULL);
        (void)pthread_sigmask(SIG_BLOCK, &state.set, NULL);
    } else {
        (void)sigaddset(&state.set, SIGINT);
        (void)sigaction(SIGINT, &wake, NULL);
    }
}

static rp_status start_thread(struct rp_error *err)
{
    sigset_t all;
    sigset_t before;

    (void)sigfillset(&all);
    (void)sigdelset(&all, SIGALRM);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&state.thread, NULL, watch, NULL);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        errno = error;
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start a thread");
    }
    return RP_OK;
}

rp_status rp_cancel_init(bool in_script, struct rp_error *err)
{
    state.in_script = in_script;
    state.prompt = pthread_self();
    take_signals();
    state.signals = signalfd(-1, &state.set, SFD_CLOEXEC | SFD_NONBLOCK);
    state.wake = eventfd(0, EFD_CLOEXEC);
    state.over_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (state.signals < 0 || state.wake < 0 || state.over_fd < 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot wait for signals");
    return start_thread(err);
}

void rp_cancel_release(void)
{
    (void)pthread_mutex_lock(&state.lock);
    state.ends = true;
    (void)pthread_mutex_unlock(&state.lock);
    signal_event(state.wake);
    (void)pthread_join(state.thread, NULL);
}

int rp_cancel_asked(void)
{
    return atomic_load(&state.asked);
}

int rp_cancel_fd(void)
{
    return state.over_fd;
}

void rp_cancel_writes(bool now)
{
    atomic_store(&state.writes, now);
}

void rp_cancel_logs_in(bool now)
{
    atomic_store(&state.logs_in, now);
}

void rp_cancel_begin(struct rp_database *database, uint32_t timeout)
{
    int64_t deadline = rp_deadline_in(timeout == 0 ? -1 : (int)timeout * 1000);

    if (!state.in_script)
        (void)pthread_sigmask(SIG_BLOCK, &state.set, NULL);
    (void)pthread_mutex_lock(&state.lock);
    state.database = database;
    state.deadline = deadline;
    state.abandon_at = NEVER;
    state.cancelled_by = 0;
    /* It wakes for each statement that has an end only where it sleeps longer than that. */
    bool wake = deadline < state.thread_wakes;
    if (wake)
        state.thread_wakes = deadline;
    (void)pthread_mutex_unlock(&state.lock);
    if (wake)
        signal_event(state.wake);
}

int rp_cancel_end(void)
{
    uint64_t drained;

    (void)pthread_mutex_lock(&state.lock);
    state.database = NULL;
    int by = state.cancelled_by;
    if (by != 0 && atomic_load(&state.asked) == 0)
        (void)!read(state.over_fd, &drained, sizeof(drained)); /* the script may go on */
    (void)pthread_mutex_unlock(&state.lock);
    if (!state.in_script)
        (void)pthread_sigmask(SIG_UNBLOCK, &state.set, NULL);
    return by;
}
