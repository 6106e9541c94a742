/* Locks between processes, for one byte of a file; they end with the descriptor. */
#ifndef RP_BASE_LOCK_H
#define RP_BASE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Waits until `deadline` (rdspass/base/deadline.h) for the byte at `offset` to be
 * this descriptor's alone; the file need not be so long. It must be open for
 * writing. False, with errno set, where the file cannot be locked, or another has
 * it still: EAGAIN. The lock belongs to the open file, not to the process: two
 * descriptors of one process exclude each other, too.
 */
bool rp_lock_wait(int fd, int64_t offset, int64_t deadline);

#endif
