/* The loop: events and timers, in order, and none for those who have gone. */
#include "gate/loop.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "tap.h"

enum { MANY = 200, FAR_MS = 3600000 };

/* A watched end of a socketpair, and what it saw. */
struct end {
    struct rp_loop *loop;
    struct rp_watch watch;
    int other; /* the other end, unwatched */
    int calls;
    uint32_t events;
    struct end *victim; /* forgotten by the handler */
    bool stops;
};

static void on_ready(void *self, uint32_t events)
{
    struct end *end = self;

    end->calls++;
    end->events = events;
    if (end->victim != NULL)
        rp_loop_forget(end->loop, &end->victim->watch);
    if (end->stops)
        rp_loop_stop(end->loop);
}

static void open_end(struct rp_loop *loop, struct end *end, uint32_t events)
{
    int fds[2] = {-1, -1};
    struct rp_error err = {0};

    OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0, "socketpair");
    *end = (struct end){.loop = loop, .other = fds[1]};
    end->watch = (struct rp_watch){.fd = fds[0], .events = events, .ready = on_ready, .self = end};
    WORKS(rp_loop_watch(loop, &end->watch, &err), err, "watched");
}

static void close_end(struct rp_loop *loop, struct end *end)
{
    rp_loop_forget(loop, &end->watch);
    (void)close(end->watch.fd);
    (void)close(end->other);
}

static void stop(void *self)
{
    rp_loop_stop(self);
}

/* Runs what there is to do now, once. */
static void turn(struct rp_loop *loop)
{
    struct rp_timer now = {.due = stop, .self = loop};
    struct rp_error err = {0};

    rp_timer_set(loop, &now, 0);
    WORKS(rp_loop_run(loop, &err), err, "a turn");
    rp_timer_clear(loop, &now);
}

static void test_events(struct rp_loop *loop)
{
    struct end end;
    char c;

    open_end(loop, &end, EPOLLIN);
    turn(loop);
    IS_INT(end.calls, 0, "nothing to read");
    OK(write(end.other, "ab", 2) == 2, "two bytes");
    turn(loop);
    OK(end.calls == 1 && end.events == EPOLLIN, "readable");
    OK(read(end.watch.fd, &c, 1) == 1, "one is read");
    turn(loop);
    IS_INT(end.calls, 2, "still readable: level-triggered");
    rp_loop_change(loop, &end.watch, EPOLLIN | EPOLLOUT);
    turn(loop);
    OK(end.calls == 3 && end.events == (EPOLLIN | EPOLLOUT), "writable, too");
    rp_loop_change(loop, &end.watch, 0);
    turn(loop);
    IS_INT(end.calls, 3, "no interest, no call");
    (void)shutdown(end.other, SHUT_RDWR);
    turn(loop);
    OK(end.calls == 4 && (end.events & EPOLLHUP) != 0, "but errors come");
    rp_loop_forget(loop, &end.watch);
    rp_loop_forget(loop, &end.watch);
    turn(loop);
    IS_INT(end.calls, 4, "forgotten, twice");
    close_end(loop, &end);
}

static void test_refused(struct rp_loop *loop)
{
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct rp_watch watch = {.fd = file, .events = EPOLLIN};
    struct rp_watch none = {.fd = -1};
    struct rp_error err = {0};

    FAILS(rp_loop_watch(loop, &watch, &err), RP_KIND_INTERNAL, err, "what cannot be watched");
    rp_loop_forget(loop, &watch);
    FAILS(rp_loop_watch(loop, &none, &err), RP_KIND_INTERNAL, err, "no descriptor");
    rp_loop_forget(loop, &none);
    (void)close(file);
}

/* Two are ready in one batch; whichever is called first makes the other go, or lose interest. */
static void test_same_batch(struct rp_loop *loop)
{
    struct end a, b;

    open_end(loop, &a, EPOLLOUT);
    open_end(loop, &b, EPOLLOUT);
    a.victim = &b;
    b.victim = &a;
    turn(loop);
    IS_INT(a.calls + b.calls, 1, "the event of one forgotten in the batch is dropped");
    close_end(loop, &a);
    close_end(loop, &b);

    open_end(loop, &a, EPOLLOUT);
    open_end(loop, &b, EPOLLOUT);
    a.stops = b.stops = true;
    turn(loop);
    IS_INT(a.calls + b.calls, 1, "stopped within a batch: at once");
    close_end(loop, &a);
    close_end(loop, &b);
}

static struct end *quiet_one;

static void change_to_nothing(void *self, uint32_t events)
{
    struct end *end = self;

    (void)events;
    end->calls++;
    struct end *other = end == quiet_one ? end->victim : quiet_one;
    rp_loop_change(end->loop, &other->watch, 0);
    rp_loop_change(end->loop, &end->watch, 0);
}

static void test_changed_in_batch(struct rp_loop *loop)
{
    struct end a, b;

    open_end(loop, &a, EPOLLOUT);
    open_end(loop, &b, EPOLLOUT);
    a.watch.ready = b.watch.ready = change_to_nothing;
    quiet_one = &a;
    a.victim = &b;
    turn(loop);
    IS_INT(a.calls + b.calls, 1, "an event that is no longer wanted is not delivered");
    close_end(loop, &a);
    close_end(loop, &b);
}

/* More descriptors than a batch holds: all get their turn. */
static void test_many_events(struct rp_loop *loop)
{
    static struct end ends[MANY];
    int called = 0;

    for (int i = 0; i < MANY; i++) {
        open_end(loop, &ends[i], EPOLLOUT);
        ends[i].victim = &ends[i]; /* forgets itself */
    }
    for (int i = 0; i < MANY; i++)
        turn(loop);
    for (int i = 0; i < MANY; i++) {
        called += ends[i].calls;
        close_end(loop, &ends[i]);
    }
    IS_INT(called, MANY, "each was called once");
}

/* --- timers ------------------------------------------------------------------ */

static struct rp_timer timers[MANY];
static int64_t fired[MANY];
static int fired_count;

static void note(void *self)
{
    const struct rp_timer *timer = self;
    fired[fired_count++] = timer->at;
}

/* Numbers that look random and are the same each time. */
static unsigned next_number(void)
{
    static unsigned state = 1;
    state = state * 1103515245U + 12345U;
    return state >> 16;
}

static bool in_order(void)
{
    for (int i = 1; i < fired_count; i++)
        if (fired[i - 1] > fired[i])
            return false;
    return true;
}

/* Every timer is moved about, some are cleared; those due long ago fire in order. */
static void test_timers(struct rp_loop *loop)
{
    int want = 0;

    fired_count = 0;
    for (int i = 0; i < MANY; i++)
        timers[i] = (struct rp_timer){.due = note, .self = &timers[i]};
    for (int i = 0; i < 20 * MANY; i++) {
        struct rp_timer *timer = &timers[next_number() % MANY];
        if (next_number() % 4 == 0)
            rp_timer_clear(loop, timer);
        else
            rp_timer_set(loop, timer, -(int64_t)(next_number() % 10000));
    }
    for (int i = 0; i < MANY; i++) {
        if (i % 3 == 0)
            rp_timer_set(loop, &timers[i], FAR_MS);
        else if (timers[i].set)
            want++;
    }
    turn(loop);
    IS_INT(fired_count, want, "all that are due, and no other");
    OK(in_order(), "in order");
    for (int i = 0; i < MANY; i++)
        rp_timer_clear(loop, &timers[i]);
    OK(loop->timers == NULL, "none is left");
    rp_timer_clear(loop, &timers[0]);
    OK(!timers[0].set && !timers[1].set, "cleared, fired: not set");
}

struct again {
    struct rp_loop *loop;
    struct rp_timer timer;
    struct end *end;
};

static void set_again(void *self)
{
    struct again *again = self;
    rp_timer_set(again->loop, &again->timer, 0);
}

/* A timer that sets itself for at once, for ever, does not keep events from coming. */
static void test_no_starving(struct rp_loop *loop)
{
    struct end end;
    struct again again = {.loop = loop};
    struct rp_error err = {0};

    open_end(loop, &end, EPOLLOUT);
    end.stops = true;
    again.timer = (struct rp_timer){.due = set_again, .self = &again};
    rp_timer_set(loop, &again.timer, 0);
    WORKS(rp_loop_run(loop, &err), err, "ends by the event");
    OK(again.timer.set, "the timer is still set");
    rp_timer_clear(loop, &again.timer);
    close_end(loop, &end);
}

/* --- signals ----------------------------------------------------------------- */

static volatile sig_atomic_t signal_pipe;
static volatile sig_atomic_t signal_count;

/* The tenth says that it is enough. */
static void on_alarm(int number)
{
    (void)number;
    if (++signal_count == 10 && write(signal_pipe, "x", 1) != 1)
        abort();
}

static void test_interrupted(struct rp_loop *loop)
{
    struct end end;
    struct rp_error err = {0};
    struct sigaction action = {.sa_handler = on_alarm};
    const struct itimerval often = {{0, 2000}, {0, 2000}};
    const struct itimerval never = {{0, 0}, {0, 0}};

    open_end(loop, &end, EPOLLIN);
    end.stops = true;
    signal_pipe = end.other;
    OK(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &often, NULL) == 0,
       "signals that interrupt");
    WORKS(rp_loop_run(loop, &err), err, "signals do not end it");
    (void)setitimer(ITIMER_REAL, &never, NULL);
    OK(signal_count >= 10 && end.calls == 1, "they came, and the event behind them");
    close_end(loop, &end);
}

int main(void)
{
    struct rp_loop loop;
    struct rp_error err = {0};

    WORKS(rp_loop_init(&loop, &err), err, "a loop");
    test_events(&loop);
    test_refused(&loop);
    test_same_batch(&loop);
    test_changed_in_batch(&loop);
    test_many_events(&loop);
    test_timers(&loop);
    test_no_starving(&loop);
    test_interrupted(&loop);
    rp_loop_release(&loop);
    IS_INT(loop.epoll, -1, "released");
    rp_loop_release(&loop);
    return tap_done();
}
