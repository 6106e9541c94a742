/* Dialling: one try after the other, beside those that have not answered yet. */
#include "dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

enum {
    FULL_MS = 20, /* until a unix socket whose queue was full is tried again */
    KEEP_IDLE_S = 60,
    KEEP_INTERVAL_S = 10,
    KEEP_COUNT = 6
};

/* --- one try ----------------------------------------------------------------- */

static void set_option(int fd, int level, int name, int value)
{
    (void)setsockopt(fd, level, name, &value, sizeof(value));
}

/* None of these is worth a connection: that one cannot be set is no failure. */
static void set_options(int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEP_INTERVAL_S);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEP_COUNT);
}

/*
 * On loopback the kernel may connect a socket to itself, when it happens to give
 * it the very port that it dials and that nobody listens on.
 */
static bool is_own_end(int fd)
{
    struct rp_address here = {.n = sizeof(here.sa)};
    struct rp_address there = {.n = sizeof(there.sa)};

    return getsockname(fd, (struct sockaddr *)&here.sa, &here.n) == 0 &&
           getpeername(fd, (struct sockaddr *)&there.sa, &there.n) == 0 &&
           here.sa.ss_family != AF_UNIX && here.n == there.n &&
           memcmp(&here.sa, &there.sa, here.n) == 0;
}

/* How the connection came out: 0, or an errno. */
static int outcome(int fd)
{
    int sys = 0;
    socklen_t n = sizeof(sys);

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &sys, &n) != 0)
        return errno;
    return sys == 0 && is_own_end(fd) ? ECONNREFUSED : sys;
}

/* Begins to connect; *out_fd is then to be watched. Gives 0, or an errno. */
static int begin(const struct rp_address *address, int *out_fd)
{
    int fd = socket(address->sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return errno;
    if (address->sa.ss_family != AF_UNIX)
        set_options(fd);
    if (connect(fd, (const struct sockaddr *)&address->sa, address->n) != 0 &&
        errno != EINPROGRESS) {
        int sys = errno;
        (void)close(fd);
        return sys;
    }
    *out_fd = fd;
    return 0;
}

/* --- all of them ------------------------------------------------------------- */

static void on_ready(void *self, uint32_t events);
static void try_next(void *self);

/* Takes the try's descriptor away from it. */
static int detach(struct rp_try *try)
{
    int fd = try->watch.fd;

    rp_loop_forget(try->dial->loop, &try->watch);
    try->watch.fd = -1;
    try->dial->open--;
    return fd;
}

void rp_dial_stop(struct rp_dial *dial)
{
    if (dial->loop == NULL)
        return;
    rp_timer_clear(dial->loop, &dial->stagger);
    for (size_t i = 0; i < dial->next; i++)
        if (dial->tries[i].watch.fd >= 0)
            (void)close(detach(&dial->tries[i]));
    dial->loop = NULL;
}

static void finish(struct rp_dial *dial, int fd, const struct rp_address *address)
{
    rp_dial_stop(dial);
    dial->done(dial->self, fd, address, fd < 0 ? dial->sys : 0);
}

/* Keeps the errno that tells most: one for want of a route gives way to any other. */
static void note(struct rp_dial *dial, int sys)
{
    bool no_route =
        dial->sys == ENETUNREACH || dial->sys == EAFNOSUPPORT || dial->sys == EADDRNOTAVAIL;
    if (dial->sys == 0 || no_route)
        dial->sys = sys;
}

/* Starts the try of one address. False: it failed at once. */
static bool start_try(struct rp_dial *dial, size_t at)
{
    struct rp_try *try = &dial->tries[at];
    struct rp_error err = {0};
    int fd = -1;

    int sys = begin(&dial->addresses.list[at], &fd);
    if (sys == 0) {
        try->dial = dial;
        try->watch =
            (struct rp_watch){.fd = fd, .events = EPOLLOUT, .ready = on_ready, .self = try};
        dial->open++;
        if (!rp_failed(rp_loop_watch(dial->loop, &try->watch, &err)))
            return true;
        (void)close(detach(try));
        sys = err.sys;
    }
    note(dial, sys);
    return false;
}

/* A unix socket does not let one wait for room in its queue. */
static bool is_full(const struct rp_dial *dial)
{
    return dial->addresses.list[0].sa.ss_family == AF_UNIX && dial->sys == EAGAIN;
}

/* The next address that does not fail at once, and a moment for it; or the end. */
static void try_next(void *self)
{
    struct rp_dial *dial = self;
    bool started = false;

    while (!started && dial->next < dial->addresses.count)
        started = start_try(dial, dial->next++);
    if (is_full(dial)) {
        dial->sys = 0;
        dial->next = 0;
        rp_timer_set(dial->loop, &dial->stagger, FULL_MS);
    } else if (started && dial->next < dial->addresses.count) {
        rp_timer_set(dial->loop, &dial->stagger, RP_DIAL_STAGGER_MS);
    } else if (dial->open == 0) {
        finish(dial, -1, NULL);
    }
}

static void on_ready(void *self, uint32_t events)
{
    struct rp_try *try = self;
    struct rp_dial *dial = try->dial;

    (void)events;
    int sys = outcome(try->watch.fd);
    int fd = detach(try);
    if (sys == 0) {
        finish(dial, fd, &dial->addresses.list[try - dial->tries]);
        return;
    }
    (void)close(fd);
    note(dial, sys);
    try_next(dial);
}

/* The first that has not been taken and is not of this family; else the first at all. */
static size_t pick(const struct rp_addresses *from, const bool *taken, sa_family_t not_this)
{
    size_t first = from->count;

    for (size_t i = from->count; i-- > 0;)
        if (!taken[i])
            first = i;
    for (size_t i = first; i < from->count; i++)
        if (!taken[i] && from->list[i].sa.ss_family != not_this)
            return i;
    return first;
}

/* Has the families take turns; the one that stands first leads. */
static void interleave(const struct rp_addresses *from, struct rp_addresses *out)
{
    bool taken[RP_ADDRESSES_MAX] = {false};
    sa_family_t last = AF_UNSPEC;

    for (out->count = 0; out->count < from->count; out->count++) {
        size_t i = pick(from, taken, last);
        taken[i] = true;
        last = from->list[i].sa.ss_family;
        out->list[out->count] = from->list[i];
    }
}

void rp_dial_start(struct rp_dial *dial, struct rp_loop *loop, const struct rp_addresses *addresses,
                   void (*done)(void *self, int fd, const struct rp_address *address, int sys),
                   void *self)
{
    *dial = (struct rp_dial){.loop = loop, .done = done, .self = self};
    for (size_t i = 0; i < RP_ADDRESSES_MAX; i++)
        dial->tries[i].watch.fd = -1;
    interleave(addresses, &dial->addresses);
    dial->stagger = (struct rp_timer){.due = try_next, .self = dial};
    rp_timer_set(loop, &dial->stagger, 0);
}
