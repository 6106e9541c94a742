/*
 * Calls that can be made to fail: the Makefile links tests/fault/ with
 * --wrap=FUNCTION, so that what the program calls arrives here. The clock
 * stands still, so that two runs give the same token.
 */
#ifndef FAULT_CALLS_H
#define FAULT_CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_MEMORY,      /* the Nth allocation gives NULL */
    FAULT_SYSTEM,      /* the Nth call of the system fails with EIO */
    FAULT_INTERRUPTED, /* the Nth read or write fails with EINTR */
    FAULT_SHORT,       /* every read and write moves one byte */
    FAULT__COUNT,
    FAULT_KILLED, /* the process dies of SIGKILL before the Nth call of the system */
};

/* In memory that parent and child share. */
struct fault {
    enum fault_kind kind;
    unsigned at;    /* N, from 1 */
    unsigned calls; /* how many there were */
};

static struct fault *fault;

/* Before each call of the system. */
static inline void may_die(void)
{
    if (fault != NULL && fault->kind == FAULT_KILLED && ++fault->calls == fault->at)
        (void)kill(getpid(), SIGKILL);
}

static inline bool fails(enum fault_kind kind, int error)
{
    if (kind == FAULT_SYSTEM)
        may_die();
    if (fault == NULL || fault->kind != kind || ++fault->calls != fault->at)
        return false;
    errno = error;
    return true;
}

static inline bool moves_fail(void)
{
    return fails(FAULT_SYSTEM, EIO) || fails(FAULT_INTERRUPTED, EINTR);
}

static inline size_t moved(size_t n)
{
    return fault != NULL && fault->kind == FAULT_SHORT && n > 1 ? 1 : n;
}

/* The linker gives the names: F becomes __wrap_F, and the real one __real_F. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wreserved-identifier"
#endif
/* NOLINTBEGIN(bugprone-reserved-identifier) */
#define WRAP(type, name, params, args, failed, value)                                              \
    type __real_##name params;                                                                     \
    type __wrap_##name params;                                                                     \
    type __wrap_##name params                                                                      \
    {                                                                                              \
        return (failed) ? (value) : __real_##name args;                                            \
    }

WRAP(void *, malloc, (size_t n), (n), fails(FAULT_MEMORY, ENOMEM), NULL)
WRAP(void *, calloc, (size_t n, size_t size), (n, size), fails(FAULT_MEMORY, ENOMEM), NULL)
WRAP(ssize_t, read, (int fd, void *to, size_t n), (fd, to, moved(n)), moves_fail(), -1)
WRAP(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, moved(n)), moves_fail(), -1)
WRAP(int, fsync, (int fd), (fd), fails(FAULT_SYSTEM, EIO), -1)
WRAP(int, rename, (const char *from, const char *to), (from, to), fails(FAULT_SYSTEM, EIO), -1)
WRAP(int, mkostemp, (char *path, int flags), (path, flags), fails(FAULT_SYSTEM, EIO), -1)
WRAP(int, lstat, (const char *path, struct stat *st), (path, st), fails(FAULT_SYSTEM, EIO), -1)
WRAP(int, stat, (const char *path, struct stat *st), (path, st), fails(FAULT_SYSTEM, EIO), -1)
WRAP(int, fstat, (int fd, struct stat *st), (fd, st), fails(FAULT_SYSTEM, EIO), -1)
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), fails(FAULT_SYSTEM, EIO), -1)
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode), fails(FAULT_SYSTEM, EIO), -1)
WRAP(int, unlinkat, (int fd, const char *path, int flags), (fd, path, flags),
     fails(FAULT_SYSTEM, EIO), -1)
WRAP(int, __open_2, (const char *path, int flags), (path, flags), fails(FAULT_SYSTEM, EIO), -1)

int __real_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode)
{
    return fails(FAULT_SYSTEM, EIO) ? -1 : __real_open(path, flags, mode);
}

time_t __wrap_time(time_t *out);
time_t __wrap_time(time_t *out)
{
    time_t now = 1767323045; /* 2026-01-02T03:04:05Z */
    if (out != NULL)
        *out = now;
    return now;
}
/* NOLINTEND(bugprone-reserved-identifier) */
#pragma GCC diagnostic pop

#endif
