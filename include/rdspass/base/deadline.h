/* Deadlines on the monotonic clock: one end for several waits, in the words of poll(2). */
#ifndef RP_BASE_DEADLINE_H
#define RP_BASE_DEADLINE_H

#include <stdint.h>

/* The moment that is `ms` milliseconds away; -1: never. */
int64_t rp_deadline_in(int ms);

/* The milliseconds until then: 0 when it is over, -1 where it never is. */
int rp_deadline_left(int64_t deadline);

#endif
