/* Files: bounded reading, private and atomic writing. */
#include "rdspass/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>

#include "rdspass/base/span.h"

enum { READ_STEP = 2048, PIPE_TIMEOUT_MS = 10000, PATH_LENGTH_MAX = 4096 };

void rp_fd_close(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

rp_status rp_read_all(int fd, enum rp_kind kind, const char *what, struct rp_buf *out,
                      struct rp_error *err)
{
    for (;;) {
        /* What is allocated is filled first: the files are small, and pages cost time. */
        size_t spare = out->cap == 0 ? 0 : out->cap - out->len - 1;
        size_t step = spare > 0 ? spare : READ_STEP;
        if (step > out->max - out->len)
            step = out->max - out->len;
        /* A full buffer still asks for one byte more, to see whether there is one. */
        char probe = '\0';
        char *room = step == 0 ? &probe : rp_buf_room(out, step);
        if (room == NULL)
            return rp_buf_check(out, kind, what, err);
        ssize_t n = read(fd, room, step == 0 ? 1 : step);
        if (n > 0 && step == 0)
            return rp_fail(err, kind, "%s is larger than %zu bytes", what, out->max);
        if (n > 0) {
            rp_buf_added(out, (size_t)n);
        } else if (n == 0) {
            return RP_OK;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLIN};
            if (poll(&wait, 1, PIPE_TIMEOUT_MS) == 0)
                return rp_fail(err, kind, "cannot read %s: nothing came for %d seconds", what,
                               PIPE_TIMEOUT_MS / 1000);
        } else if (errno != EINTR) {
            return rp_fail_errno(err, kind, "cannot read %s", what);
        }
    }
}

rp_status rp_file_read(const char *path, enum rp_kind kind, struct rp_buf *out, bool *out_found,
                       struct rp_error *err)
{
    /* Without O_NONBLOCK, opening a FIFO waits for its writer. */
    RP_FD_AUTO int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        *out_found = false;
        return RP_OK;
    }
    if (fd < 0)
        return rp_fail_errno(err, kind, "cannot open %s", path);
    *out_found = true;
    return rp_read_all(fd, kind, path, out, err);
}

rp_status rp_write_all(int fd, struct rp_span bytes, const char *what, struct rp_error *err)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n > 0) {
            bytes = rp_span_skip(bytes, (size_t)n);
        } else if (n < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            (void)poll(&wait, 1, -1);
        } else if (n == 0 || errno != EINTR) {
            return rp_fail_errno(err, RP_KIND_OUTPUT, "cannot write %s", what);
        }
    }
    return RP_OK;
}

rp_status rp_file_check_replaceable(const char *path, struct rp_error *err)
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return errno == ENOENT ? RP_OK
                               : rp_fail_errno(err, RP_KIND_OUTPUT, "cannot write %s", path);
    if (!S_ISREG(st.st_mode))
        return rp_fail(err, RP_KIND_OUTPUT, "cannot write %s: it is %s, not a regular file", path,
                       S_ISLNK(st.st_mode)    ? "a symbolic link"
                       : S_ISDIR(st.st_mode)  ? "a directory"
                       : S_ISFIFO(st.st_mode) ? "a FIFO"
                       : S_ISSOCK(st.st_mode) ? "a socket"
                                              : "a device");
    if (st.st_uid != geteuid())
        return rp_fail(err, RP_KIND_OUTPUT, "cannot write %s: it belongs to another user", path);
    return RP_OK;
}

/* Writes a new file beside `path` and renames it to `path`; leaves no trace of a failure. */
static rp_status write_and_rename(const char *path, struct rp_span content, unsigned mode,
                                  struct rp_error *err)
{
    char temporary[PATH_LENGTH_MAX];
    int n = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof(temporary))
        return rp_fail(err, RP_KIND_OUTPUT, "cannot write a file: its path is too long");

    RP_FD_AUTO int fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600, O_EXCL */
    if (fd < 0)
        return rp_fail_errno(err, RP_KIND_OUTPUT, "cannot write %s", path);
    rp_status status = rp_write_all(fd, content, path, err);
    if (!rp_failed(status) && (fchmod(fd, mode) != 0 || fsync(fd) != 0))
        status = rp_fail_errno(err, RP_KIND_OUTPUT, "cannot write %s", path);
    if (!rp_failed(status) && rename(temporary, path) != 0)
        status = rp_fail_errno(err, RP_KIND_OUTPUT, "cannot write %s", path);
    if (rp_failed(status))
        (void)unlink(temporary);
    return status;
}

rp_status rp_file_replace(const char *path, struct rp_span content, unsigned mode,
                          struct rp_error *err)
{
    sigset_t all;
    sigset_t before;

    RP_TRY(rp_file_check_replaceable(path, err));
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    rp_status status = write_and_rename(path, content, mode, err);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}

/* The home directory in the line of /etc/passwd that is this user's. */
static bool home_of_passwd(struct rp_buf *out)
{
    FILE *file = fopen("/etc/passwd", "re");
    bool found = false;

    if (file == NULL)
        return false;
    for (const struct passwd *line; !found && (line = fgetpwent(file)) != NULL;) {
        if (line->pw_uid == getuid() && line->pw_dir[0] != '\0') {
            rp_buf_add_str(out, line->pw_dir);
            found = true;
        }
    }
    (void)fclose(file);
    return found;
}

bool rp_home(const struct rp_context *ctx, struct rp_buf *out)
{
    const char *home = rp_env_get(ctx, "HOME");

    if (home == NULL)
        return home_of_passwd(out);
    rp_buf_add_str(out, home);
    return true;
}

bool rp_path_expand(const struct rp_context *ctx, const char *path, struct rp_buf *out)
{
    if (path[0] == '~' && (path[1] == '/' || path[1] == '\0')) {
        if (!rp_home(ctx, out))
            return false;
        path++;
    }
    rp_buf_add_str(out, path);
    return true;
}
