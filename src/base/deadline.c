/* Deadlines: arithmetic on the monotonic clock, which nobody sets. */
#include "rdspass/base/deadline.h"

#include <limits.h>
#include <time.h>

static int64_t monotonic_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t rp_deadline_in(int ms)
{
    return ms < 0 ? INT64_MAX : monotonic_ms() + ms;
}

int rp_deadline_left(int64_t deadline)
{
    if (deadline == INT64_MAX)
        return -1;
    int64_t left = deadline - monotonic_ms();
    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}
