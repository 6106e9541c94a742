/* A directory of our own for a socket, where nobody else can come near it. */
#ifndef RP_BASE_PRIVATE_DIRECTORY_H
#define RP_BASE_PRIVATE_DIRECTORY_H

#include "rdspass/base/buf.h"
#include "rdspass/base/context.h"

/*
 * Makes one of mode 0700, and adds its path, of at most `max` bytes, to `out`.
 * Of $XDG_RUNTIME_DIR, $TMPDIR, /tmp and /dev/shm it lies in the first that is
 * absolute, that others can neither change nor move away (it and all it lies in
 * are ours or root's; in a sticky one they cannot), short enough, without a
 * comma, and lets one be made. The path has no links. RP_KIND_OUTPUT where none
 * does, with what was wrong with each.
 */
rp_status rp_private_directory_make(const struct rp_context *ctx, size_t max, struct rp_buf *out,
                                    struct rp_error *err) RP_MUST_USE;

/* Removes the sockets in it, and it. Quiet where it is gone already. */
void rp_private_directory_remove(const char *path);

#endif
