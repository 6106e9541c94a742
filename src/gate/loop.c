/* The loop: epoll for descriptors, a heap for deadlines. */
#include "loop.h"

#include <errno.h>

#include "rdspass/base/deadline.h"

rp_status rp_loop_init(struct rp_loop *loop, struct rp_error *err)
{
    *loop = (struct rp_loop){.epoll = epoll_create1(EPOLL_CLOEXEC)};
    if (loop->epoll < 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot watch descriptors");
    return RP_OK;
}

void rp_loop_release(struct rp_loop *loop)
{
    if (loop->epoll >= 0)
        (void)close(loop->epoll);
    *loop = (struct rp_loop){.epoll = -1};
}

void rp_loop_stop(struct rp_loop *loop)
{
    loop->stopped = true;
}

/* --- descriptors ------------------------------------------------------------- */

rp_status rp_loop_watch(struct rp_loop *loop, struct rp_watch *watch, struct rp_error *err)
{
    struct epoll_event event = {.events = watch->events, .data.ptr = watch};

    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, watch->fd, &event) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot watch a descriptor");
    watch->watched = true;
    return RP_OK;
}

void rp_loop_change(struct rp_loop *loop, struct rp_watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};

    if (watch->events == events)
        return;
    watch->events = events;
    if (watch->watched)
        (void)epoll_ctl(loop->epoll, EPOLL_CTL_MOD, watch->fd, &event);
}

void rp_loop_forget(struct rp_loop *loop, struct rp_watch *watch)
{
    if (!watch->watched)
        return;
    watch->watched = false;
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    for (int i = 0; i < loop->batch_size; i++)
        if (loop->batch[i].data.ptr == watch)
            loop->batch[i].data.ptr = NULL;
}

/* A handler may forget or change any watch, its own too: each is looked at when its turn comes. */
static void deliver(struct rp_loop *loop)
{
    for (int i = 0; i < loop->batch_size && !loop->stopped; i++) {
        struct rp_watch *watch = loop->batch[i].data.ptr;
        if (watch == NULL)
            continue;
        uint32_t events = loop->batch[i].events & (watch->events | EPOLLERR | EPOLLHUP);
        if (events != 0)
            watch->ready(watch->self, events);
    }
    loop->batch_size = 0;
}

/* --- timers: a pairing heap -------------------------------------------------- */

/*
 * A timer is due before its children, which hang on `child` and its `next`.
 * `prev` leads back: from the first child to its parent, from others to the one
 * before. The root and what has been cut out have neither.
 */
static struct rp_timer *meld(struct rp_timer *a, struct rp_timer *b)
{
    if (a == NULL || b == NULL)
        return a == NULL ? b : a;
    struct rp_timer *first = b->at < a->at ? b : a;
    struct rp_timer *second = first == a ? b : a;
    second->prev = first;
    second->next = first->child;
    if (first->child != NULL)
        first->child->prev = second;
    first->child = second;
    return first;
}

/* Makes one heap of a list of siblings: in pairs first, which keeps it shallow. */
static struct rp_timer *meld_siblings(struct rp_timer *list)
{
    struct rp_timer *pairs = NULL;
    struct rp_timer *root = NULL;

    while (list != NULL) {
        struct rp_timer *a = list;
        struct rp_timer *b = a->next;
        list = b == NULL ? NULL : b->next;
        a->prev = a->next = NULL;
        if (b != NULL)
            b->prev = b->next = NULL;
        struct rp_timer *pair = meld(a, b);
        pair->next = pairs;
        pairs = pair;
    }
    while (pairs != NULL) {
        struct rp_timer *pair = pairs;
        pairs = pair->next;
        pair->next = NULL;
        root = meld(root, pair);
    }
    return root;
}

void rp_timer_clear(struct rp_loop *loop, struct rp_timer *timer)
{
    if (!timer->set)
        return;
    struct rp_timer *below = meld_siblings(timer->child);
    if (timer == loop->timers) {
        loop->timers = below;
    } else {
        if (timer->prev->child == timer)
            timer->prev->child = timer->next;
        else
            timer->prev->next = timer->next;
        if (timer->next != NULL)
            timer->next->prev = timer->prev;
        loop->timers = meld(loop->timers, below);
    }
    timer->set = false;
    timer->child = timer->next = timer->prev = NULL;
}

void rp_timer_set(struct rp_loop *loop, struct rp_timer *timer, int64_t in_ms)
{
    rp_timer_clear(loop, timer);
    timer->at = rp_deadline_in(0) + in_ms;
    timer->set = true;
    loop->timers = meld(loop->timers, timer);
}

/* Those that a handler sets anew wait for the next round, when the clock has moved on. */
static void fire(struct rp_loop *loop)
{
    int64_t now = rp_deadline_in(0);

    while (loop->timers != NULL && loop->timers->at <= now && !loop->stopped) {
        struct rp_timer *timer = loop->timers;
        rp_timer_clear(loop, timer);
        timer->due(timer->self);
    }
}

/* --- both -------------------------------------------------------------------- */

rp_status rp_loop_run(struct rp_loop *loop, struct rp_error *err)
{
    while (!loop->stopped) {
        int wait_ms = loop->timers == NULL ? -1 : rp_deadline_left(loop->timers->at);
        int n = epoll_wait(loop->epoll, loop->batch, RP_LOOP_BATCH, wait_ms);
        if (n < 0 && errno != EINTR)
            return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot wait for events");
        loop->batch_size = n < 0 ? 0 : n;
        deliver(loop);
        fire(loop);
    }
    loop->stopped = false;
    return RP_OK;
}
