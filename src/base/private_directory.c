/* Private directories: the first place that is safe, short enough and writable. */
#include "rdspass/base/private_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "rdspass/base/file.h"

static const char name[] = "/rdspass-XXXXXX";

/* Whose a directory may be: who has the root of all can do as they like anyway. */
static bool is_trusted(uid_t owner)
{
    struct stat root;
    return owner == 0 || owner == geteuid() || (stat("/", &root) == 0 && owner == root.st_uid);
}

/* Why somebody else could put another directory in the place of this one's entries; or NULL. */
static const char *fault_of_directory(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return strerrordesc_np(errno);
    if (!S_ISDIR(st.st_mode))
        return "is no directory";
    if (!is_trusted(st.st_uid))
        return "belongs to somebody else";
    if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (st.st_mode & S_ISVTX) == 0)
        return "can be changed by others";
    return NULL;
}

/* The same for what it lies in: who may rename one of those has its place. `path` has no links. */
static const char *fault_on_the_way(const char *path)
{
    char way[PATH_MAX];

    for (size_t n = 1; path[n] != '\0'; n++) {
        if (path[n] != '/')
            continue;
        memcpy(way, path, n);
        way[n] = '\0';
        if (fault_of_directory(way) != NULL)
            return "lies in a directory that others can change";
    }
    return NULL;
}

/* Why a place will not do; NULL where it will. `out` is its path without links. */
static const char *fault_of(const char *place, size_t max, char out[PATH_MAX])
{
    if (place[0] != '/')
        return "is no absolute path";
    if (realpath(place, out) == NULL)
        return strerrordesc_np(errno);
    if (strlen(out) + sizeof(name) - 1 > max)
        return "is too long for a socket's path";
    if (strchr(out, ',') != NULL)
        return "has a comma, by which libpq separates hosts";
    const char *fault = fault_of_directory(out);
    return fault != NULL ? fault : fault_on_the_way(out);
}

/* Makes the directory in this place, or notes in `faults` why it could not be. */
static bool make_in(const char *place, size_t max, struct rp_buf *out, struct rp_buf *faults)
{
    RP_BUF_AUTO struct rp_buf path = {.max = max};
    char resolved[PATH_MAX];
    const char *fault = fault_of(place, max, resolved);

    if (fault == NULL) {
        rp_buf_add_str(&path, resolved);
        rp_buf_add_str(&path, name);
        if (path.state == RP_BUF_FINE && mkdtemp(path.data) != NULL) {
            rp_buf_add(out, rp_buf_span(&path));
            return true;
        }
        fault = path.state == RP_BUF_FINE ? strerrordesc_np(errno) : "no memory";
    }
    rp_buf_addf(faults, "%s%.80s: %s", faults->len == 0 ? "" : "; ", place, fault);
    return false;
}

rp_status rp_private_directory_make(const struct rp_context *ctx, size_t max, struct rp_buf *out,
                                    struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf faults = {.max = RP_ERROR_TEXT_MAX};
    const char *const places[] = {
        rp_env_get(ctx, "XDG_RUNTIME_DIR"),
        rp_env_get(ctx, "TMPDIR"),
        "/tmp",
        "/dev/shm",
    };

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (places[i] != NULL && make_in(places[i], max, out, &faults))
            return rp_buf_check(out, RP_KIND_OUTPUT, "the path of a socket", err);
    rp_status status =
        rp_fail(err, RP_KIND_OUTPUT, "no place for a private socket (%s)", rp_buf_str(&faults));
    rp_hint(err, "TMPDIR=DIRECTORY names one that is yours, short and writable");
    return status;
}

/* Its sockets are all that was ever put there; anything else stays, and the directory with it. */
static void remove_sockets(DIR *directory)
{
    const struct dirent *entry;
    struct stat st;
    int fd = dirfd(directory);

    while ((entry = readdir(directory)) != NULL)
        if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(st.st_mode))
            (void)unlinkat(fd, entry->d_name, 0);
}

void rp_private_directory_remove(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);

    if (directory != NULL) {
        remove_sockets(directory);
        (void)closedir(directory);
    } else if (fd >= 0) {
        (void)close(fd);
    }
    (void)rmdir(path);
}
