/* Files: reading what others wrote, writing what only the caller may read. */
#ifndef RP_BASE_FILE_H
#define RP_BASE_FILE_H

#include "rdspass/base/buf.h"
#include "rdspass/base/context.h"

/*
 * Reads a whole file into `out`, whose maximum is the largest size accepted. A
 * file that is not there is no error: *out_found says so. Regular files,
 * devices and pipes are read (a pipe until nothing comes for 10 seconds: process
 * substitution works, a FIFO without a writer is empty). Fails with `kind`,
 * naming the path.
 */
rp_status rp_file_read(const char *path, enum rp_kind kind, struct rp_buf *out, bool *out_found,
                       struct rp_error *err) RP_MUST_USE;

/* Modes: for the caller alone, and for others to read. */
enum { RP_FILE_PRIVATE = 0600, RP_FILE_PUBLIC = 0644 };

/*
 * Puts `content` in the place of `path`, with that mode and in one step: a
 * reader sees the old file or the new one. What stands there already must be a
 * regular file of the caller's; a link, a directory, a FIFO or someone else's
 * file is refused and left as it is. RP_KIND_OUTPUT. Signals that end the
 * process wait until no temporary file is left.
 */
rp_status rp_file_replace(const char *path, struct rp_span content, unsigned mode,
                          struct rp_error *err) RP_MUST_USE;

/* Whether it would be refused for what stands there already; nothing there is fine. */
rp_status rp_file_check_replaceable(const char *path, struct rp_error *err) RP_MUST_USE;

/* Writes all of it to a descriptor. RP_KIND_OUTPUT, "cannot write WHAT". */
rp_status rp_write_all(int fd, struct rp_span bytes, const char *what,
                       struct rp_error *err) RP_MUST_USE;

/* Reads to the end of the file into `out`. Fails with `kind`, "cannot read WHAT". */
rp_status rp_read_all(int fd, enum rp_kind kind, const char *what, struct rp_buf *out,
                      struct rp_error *err) RP_MUST_USE;

/*
 * Adds to `out` the home directory: $HOME, else what /etc/passwd says of the
 * user (read as a file: no NSS, no daemon). False where neither is known.
 */
bool rp_home(const struct rp_context *ctx, struct rp_buf *out);

/*
 * Adds `path` to `out` with a leading "~" or "~/" replaced by the home
 * directory. False, with nothing added, where the home is needed and unknown.
 */
bool rp_path_expand(const struct rp_context *ctx, const char *path, struct rp_buf *out);

/* Closes a descriptor (not -1) when its scope ends. */
void rp_fd_close(const int *fd);
#define RP_FD_AUTO __attribute__((cleanup(rp_fd_close)))

#endif
