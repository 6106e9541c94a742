/*
 * The loop: descriptors and deadlines of all sessions, by epoll. One thread;
 * nothing that it calls may block.
 */
#ifndef RP_GATE_LOOP_H
#define RP_GATE_LOOP_H

#include <stdint.h>
#include <sys/epoll.h>

#include "rdspass/base/status.h"

enum { RP_LOOP_BATCH = 64 };

/* Interest in a descriptor. Embedded in its owner; starts as {.fd = -1}. */
struct rp_watch {
    int fd;
    uint32_t events; /* EPOLLIN, EPOLLOUT; level-triggered. 0: errors alone */
    void (*ready)(void *self, uint32_t events);
    void *self;
    bool watched; /* the loop's */
};

/*
 * A moment. Embedded in its owner; starts as {0}. It holds its own place among
 * the loop's timers, so that setting one needs no memory and cannot fail.
 */
struct rp_timer {
    int64_t at; /* milliseconds of the monotonic clock */
    void (*due)(void *self);
    void *self;
    bool set;
    struct rp_timer *child, *next, *prev; /* see loop.c */
};

struct rp_loop {
    int epoll;
    bool stopped;
    struct rp_timer *timers;                 /* the root of their heap: the next one due */
    struct epoll_event batch[RP_LOOP_BATCH]; /* what is being delivered */
    int batch_size;
};

rp_status rp_loop_init(struct rp_loop *loop, struct rp_error *err) RP_MUST_USE;
void rp_loop_release(struct rp_loop *loop);

/* Runs until rp_loop_stop. RP_KIND_INTERNAL: the kernel refuses to wait. */
rp_status rp_loop_run(struct rp_loop *loop, struct rp_error *err) RP_MUST_USE;
void rp_loop_stop(struct rp_loop *loop);

/* Begins to watch; fails where the kernel has no more room. */
rp_status rp_loop_watch(struct rp_loop *loop, struct rp_watch *watch,
                        struct rp_error *err) RP_MUST_USE;
/* Other events from now on; nothing where they are the same. */
void rp_loop_change(struct rp_loop *loop, struct rp_watch *watch, uint32_t events);
/*
 * No more: before the descriptor is closed. Events of the same batch that have
 * not been delivered are dropped, so that the owner may be freed at once. `fd`
 * stays; harmless where it is not watched.
 */
void rp_loop_forget(struct rp_loop *loop, struct rp_watch *watch);

/* Sets or moves it; it fires once, from the loop, also where in_ms is 0. */
void rp_timer_set(struct rp_loop *loop, struct rp_timer *timer, int64_t in_ms);
void rp_timer_clear(struct rp_loop *loop, struct rp_timer *timer);

#endif
