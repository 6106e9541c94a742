/* Locks between processes: Linux's open-file-description locks. */
#include "rdspass/base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "rdspass/base/deadline.h"

/* F_OFD_SETLKW has no time limit but a signal; whoever waits here waits for a server's answer. */
enum { PAUSE_MS = 20 };

static bool take(int fd, int64_t offset)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1};
    int n;

    do
        n = fcntl(fd, F_OFD_SETLK, &lock);
    while (n != 0 && errno == EINTR);
    return n == 0;
}

bool rp_lock_wait(int fd, int64_t offset, int64_t deadline)
{
    while (!take(fd, offset)) {
        int left = rp_deadline_left(deadline);
        if ((errno != EAGAIN && errno != EACCES) || left == 0)
            return false;
        (void)poll(NULL, 0, left < 0 || left > PAUSE_MS ? PAUSE_MS : left);
    }
    return true;
}
