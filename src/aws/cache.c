/*
 * The AWS CLI's caches: where a file is, whether it may be trusted, one maker at
 * a time, and writing that no crash can spoil.
 */
#include "cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "profile_text.h"
#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"
#include "rdspass/base/lock.h"
#include "rdspass/codec/hex.h"
#include "rdspass/crypto/sha1.h"
#include "rdspass/crypto/sha256.h"

enum { LEFTOVER_AGE_S = 60, LOCK_DIGITS = 8, RENEWAL_MS = 30000 };

static const char lock_name[] = ".rdspass.lock";
static const char suffix[] = ".json";

/* The directory of a kind; false, with a trace, where no home is known. */
static bool find_directory(const struct rp_context *ctx, enum rp_cache_kind kind,
                           struct rp_buf *out)
{
    if (kind == RP_CACHE_LOGIN)
        rp_profiles_find_path(ctx, "AWS_LOGIN_CACHE_DIRECTORY", "~/.aws/login/cache", out);
    else if (!rp_path_expand(ctx, kind == RP_CACHE_SSO ? "~/.aws/sso/cache" : "~/.aws/cli/cache",
                             out))
        rp_buf_add_char(out, '~');
    if (rp_buf_str(out)[0] != '~')
        return true;
    rp_trace(ctx, "no home directory is known: nothing is kept there");
    return false;
}

static rp_status add_hash(enum rp_cache_kind kind, struct rp_span key, struct rp_buf *out,
                          struct rp_error *err)
{
    uint8_t hash[RP_SHA256_SIZE];
    bool long_hash = kind == RP_CACHE_LOGIN;

    _Static_assert((int)RP_SHA1_SIZE < (int)RP_SHA256_SIZE, "room for both");
    RP_TRY(long_hash ? rp_sha256(key, hash, err) : rp_sha1(key, hash, err));
    rp_hex_add(out, hash, long_hash ? RP_SHA256_SIZE : RP_SHA1_SIZE);
    return RP_OK;
}

rp_status rp_cache_open(struct rp_cache *cache, const struct rp_session *session,
                        enum rp_cache_kind kind, struct rp_span key, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf path = {.max = RP_CACHE_PATH_MAX};

    *cache = (struct rp_cache){.session = session, .lock_fd = -1};
    if (kind == RP_CACHE_ROLES && session->options.no_cache)
        return RP_OK;
    if (!find_directory(session->ctx, kind, &path))
        return RP_OK;
    rp_buf_add_char(&path, '/');
    RP_TRY(add_hash(kind, key, &path, err));
    rp_buf_add_str(&path, suffix);
    RP_TRY(rp_buf_check(&path, RP_KIND_CONFIG, "the path of a cache file", err));
    memcpy(cache->path, path.data, path.len + 1);
    return RP_OK;
}

void rp_cache_release(struct rp_cache *cache)
{
    if (cache->lock_fd >= 0)
        (void)close(cache->lock_fd);
    cache->lock_fd = -1;
}

/* Says once what is wrong with the file; anything more of it is for who traces. */
static void complain(struct rp_cache *cache, const char *what)
{
    if (cache->warned)
        rp_trace(cache->session->ctx, "%s", what);
    else
        rp_warn(cache->session->ctx, "%s", what);
    cache->warned = true;
}

/* The length of the directory's part of the path, without the last '/'. */
static size_t directory_length(const struct rp_cache *cache)
{
    return rp_span_find_last(rp_span(cache->path), '/');
}

/* The file's name. */
static const char *base_name(const struct rp_cache *cache)
{
    return cache->path + directory_length(cache) + 1;
}

static void copy_directory(const struct rp_cache *cache, char out[static RP_CACHE_PATH_MAX + 1])
{
    size_t n = directory_length(cache);

    memcpy(out, cache->path, n);
    out[n] = '\0';
}

/* Who could put there what we then take for ours; NULL where nobody can. */
static const char *fault_of_file(const struct rp_cache *cache, const struct stat *file)
{
    char directory[RP_CACHE_PATH_MAX + 1];
    struct stat around;

    if (!S_ISREG(file->st_mode))
        return "it is no regular file";
    if ((file->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return "others can write to it";
    if (file->st_uid == geteuid() || file->st_uid == 0)
        return NULL;
    /* A home that is somebody else's as a whole, as root in a container may have it, is meant. */
    copy_directory(cache, directory);
    if (stat(directory, &around) == 0 && around.st_uid == file->st_uid)
        return NULL;
    return "it belongs to another user";
}

/* Reads what may be trusted; `out` stays empty where there is none. */
static rp_status read_text(const struct rp_cache *cache, struct rp_buf *out, struct rp_error *err)
{
    struct stat st;
    RP_FD_AUTO int fd =
        open(cache->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return RP_OK;
    if (fd < 0 && errno == ELOOP)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s is not used: it is a symbolic link",
                       cache->path);
    if (fd < 0 || fstat(fd, &st) != 0)
        return rp_fail_errno(err, RP_KIND_CREDENTIALS, "cannot open %s", cache->path);
    const char *fault = fault_of_file(cache, &st);
    if (fault != NULL)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s is not used: %s", cache->path, fault);
    RP_TRY(rp_read_all(fd, RP_KIND_CREDENTIALS, cache->path, out, err));
    return out->len > 0
               ? RP_OK
               : rp_fail(err, RP_KIND_CREDENTIALS, "%s is not used: it is empty", cache->path);
}

static rp_status read_object(const struct rp_cache *cache, struct rp_json **out,
                             struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_CACHE_FILE_MAX};
    RP_JSON_AUTO struct rp_json *json = NULL;

    RP_TRY(read_text(cache, &text, err));
    if (text.len == 0)
        return RP_OK;
    RP_TRY(rp_json_parse(rp_buf_span(&text), RP_KIND_CREDENTIALS, cache->path, &json, err));
    if (!rp_json_is_object(json))
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s is not used: it is no JSON object",
                       cache->path);
    *out = json;
    json = NULL;
    return RP_OK;
}

rp_status rp_cache_read(struct rp_cache *cache, struct rp_json **out, struct rp_error *err)
{
    struct rp_error fault = {0};

    *out = NULL;
    if (cache->path[0] == '\0' || !rp_failed(read_object(cache, out, &fault)))
        return RP_OK;
    if (fault.kind == RP_KIND_INTERNAL) { /* no memory: the file is not to blame */
        *err = fault;
        return RP_FAILED;
    }
    complain(cache, fault.msg);
    return RP_OK;
}

/* Makes the directory and those above it, with the modes that the umask leaves, as the CLI does. */
static bool make_directories(const struct rp_cache *cache)
{
    char path[RP_CACHE_PATH_MAX + 1];

    copy_directory(cache, path);
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    for (char *c = path + 1; *c != '\0'; c++) {
        if (*c != '/')
            continue;
        *c = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
            return false;
        *c = '/';
    }
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

/* A byte of the lock's file for each cache file; two that share one wait for each other. */
static int64_t lock_offset(const struct rp_cache *cache)
{
    int64_t offset = 0;
    const char *digits = base_name(cache);

    for (size_t i = 0; i < LOCK_DIGITS; i++)
        offset = offset * 16 + (rp_is_digit(digits[i]) ? digits[i] - '0' : digits[i] - 'a' + 10);
    return offset;
}

/* Opens the lock's file; -1, with errno set, where it cannot be had. */
static int open_lock(const struct rp_cache *cache)
{
    RP_BUF_AUTO struct rp_buf path = {.max = RP_CACHE_PATH_MAX};

    rp_buf_add(&path, rp_span_first(rp_span(cache->path), directory_length(cache) + 1));
    rp_buf_add_str(&path, lock_name);
    if (!make_directories(cache))
        return -1;
    return open(rp_buf_str(&path),
                O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
}

bool rp_cache_lock(struct rp_cache *cache, int64_t deadline)
{
    if (cache->path[0] == '\0')
        return false;
    if (cache->lock_fd < 0)
        cache->lock_fd = open_lock(cache);
    if (cache->lock_fd >= 0 && rp_lock_wait(cache->lock_fd, lock_offset(cache), deadline))
        return true;
    cache->lock_error = errno == EACCES && cache->lock_fd >= 0 ? EAGAIN : errno;
    rp_trace(cache->session->ctx, "no lock for %s: %s", cache->path,
             cache->lock_error == EAGAIN ? "another process has it"
                                         : strerrordesc_np(cache->lock_error));
    rp_cache_release(cache);
    return false;
}

/* Why there is no lock; a file system that knows none is no reason to fail. */
static rp_status judge_lock_error(const struct rp_cache *cache, struct rp_error *err)
{
    switch (cache->lock_error) {
    case ENOLCK: /* a file system that knows no locks */
    case EINVAL:
    case EOPNOTSUPP:
        return RP_OK;
    case EAGAIN:
        return rp_fail(err, RP_KIND_NETWORK, "another process has been renewing %s for %d seconds",
                       cache->path, RENEWAL_MS / 1000);
    default:
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s could not be written: %s", cache->path,
                       strerrordesc_np(cache->lock_error));
    }
}

/*
 * Whether the file can be replaced. A lock does not tell, and comes later: where root
 * made its file in somebody else's home, they could not lock it any more.
 */
static rp_status check_writable(const struct rp_cache *cache, struct rp_error *err)
{
    char directory[RP_CACHE_PATH_MAX + 1];

    copy_directory(cache, directory);
    if (faccessat(AT_FDCWD, directory, W_OK, AT_EACCESS) != 0)
        return rp_fail_errno(err, RP_KIND_CREDENTIALS, "%s could not be written", cache->path);
    rp_status status = rp_file_check_replaceable(cache->path, err);
    if (rp_failed(status))
        err->kind = RP_KIND_CREDENTIALS;
    return status;
}

rp_status rp_cache_lock_to_renew(struct rp_cache *cache, struct rp_error *err)
{
    RP_TRY(check_writable(cache, err));
    return rp_cache_lock(cache, rp_deadline_in(RENEWAL_MS)) ? RP_OK : judge_lock_error(cache, err);
}

/* Whether it is the name of a temporary file for this cache file (see rp_file_replace). */
static bool is_leftover_name(const char *name, const char *file)
{
    size_t n = strlen(file);

    return strlen(name) == n + sizeof(".XXXXXX") - 1 && memcmp(name, file, n) == 0 &&
           name[n] == '.';
}

/* Removes what killed processes left: temporary files a minute older than the one just written. */
static void remove_leftovers(const struct rp_cache *cache)
{
    char directory[RP_CACHE_PATH_MAX + 1];
    struct stat written;
    struct stat st;

    copy_directory(cache, directory);
    DIR *entries = opendir(directory);
    if (entries == NULL)
        return;
    int fd = dirfd(entries);
    bool known = stat(cache->path, &written) == 0;
    for (const struct dirent *entry; known && (entry = readdir(entries)) != NULL;)
        if (is_leftover_name(entry->d_name, base_name(cache)) &&
            fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
            st.st_mtime < written.st_mtime - LEFTOVER_AGE_S)
            (void)unlinkat(fd, entry->d_name, 0);
    (void)closedir(entries);
}

void rp_cache_write(struct rp_cache *cache, const struct rp_json *content)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_CACHE_FILE_MAX};
    struct rp_error err = {0};

    if (cache->path[0] == '\0')
        return;
    (void)make_directories(cache); /* where that fails, writing says what is wrong */
    if (rp_failed(rp_json_format_line(content, &text, &err)) ||
        rp_failed(rp_file_replace(cache->path, rp_buf_span(&text), RP_FILE_PRIVATE, &err)))
        complain(cache, err.msg);
    else
        remove_leftovers(cache);
}
