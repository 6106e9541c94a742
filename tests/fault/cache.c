/*
 * A cache file while what writes it is killed before its 1st, 2nd, 3rd, … call of
 * the system, or one of these fails: it is the old one or the new one, whole, and
 * what is left beside it does not pile up.
 */
#include "calls.h"

#include <dirent.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "aws/cache.h"
#include "rdspass/base/file.h"
#include "unit/held_context.h"

#define OLD "{\"accessToken\":\"old\"}"
#define NEW "{\"accessToken\":\"new\"}"
#define DIRECTORY ".aws/sso/cache"
#define NAME "0ad374308c5a4e22f723adf10145eafad7c4031c.json" /* of "my-sso" */
#define FILE_PATH DIRECTORY "/" NAME

enum { ROUNDS_MAX = 200, TEXT_MAX = 4096, OLD_DAYS = 1767323045 };

static void replace(struct rp_cache *cache)
{
    struct rp_error err = {0};
    RP_JSON_AUTO struct rp_json *json = NULL;

    if (rp_failed(rp_cache_read(cache, &json, &err)))
        return;
    if (json == NULL)
        json = rp_json_new();
    rp_json_set_text(json, "accessToken", "new");
    rp_cache_write(cache, json);
}

/* Writes as a program does: locks, reads, and puts the new in place of it. */
static void update(void)
{
    static const char *const variables[] = {"HOME", ".", NULL};
    struct held held;
    struct rp_session session = {.profile = "default"};
    struct rp_error err = {0};
    struct rp_cache cache;

    held_init(&held, variables);
    session.ctx = &held.ctx;
    if (!rp_failed(rp_cache_open(&cache, &session, RP_CACHE_SSO, RP_SPAN("my-sso"), &err))) {
        (void)rp_cache_lock(&cache, 0);
        replace(&cache);
        rp_cache_release(&cache);
    }
    held_release(&held);
}

/* Runs it in a child with the Nth call disturbed; false where it came to its end before that. */
static bool disturbed(enum fault_kind kind, unsigned at)
{
    int status = 0;

    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        *fault = (struct fault){kind, at, 0};
        update();
        fault->kind = FAULT_NONE;
        exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        abort();
    fault->kind = FAULT_NONE;
    OK((WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           (kind == FAULT_KILLED && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL),
       "call %u: it ends, or is killed", at);
    return fault->calls >= at;
}

static void put_old(void)
{
    if (rp_failed(rp_file_replace(FILE_PATH, RP_SPAN(OLD), RP_FILE_PRIVATE, NULL)))
        abort();
}

static void is_old_or_new(unsigned at)
{
    RP_BUF_AUTO struct rp_buf text = {.max = TEXT_MAX};
    struct rp_error err = {0};
    struct stat st;
    bool found = false;

    WORKS(rp_file_read(FILE_PATH, RP_KIND_INTERNAL, &text, &found, &err), err, "the file");
    const char *is = rp_buf_str(&text);
    OK(strcmp(is, OLD) == 0 || strcmp(is, NEW) == 0, "call %u: the old or the new, whole: %s", at,
       is);
    OK(stat(FILE_PATH, &st) == 0 && (st.st_mode & 07777) == 0600, "  of mode 0600");
}

/* Calls `each` for what lies there beside the file and the lock; how much that is. */
static unsigned for_leftovers(void (*each)(const char *path))
{
    DIR *entries = opendir(DIRECTORY);
    unsigned count = 0;
    char path[512];

    if (entries == NULL)
        abort();
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, NAME) == 0)
            continue;
        count++;
        (void)snprintf(path, sizeof(path), DIRECTORY "/%s", entry->d_name);
        each(path);
    }
    (void)closedir(entries);
    return count;
}

static void age(const char *path)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = OLD_DAYS}};

    if (utimensat(AT_FDCWD, path, times, 0) != 0)
        abort();
}

static void remove_it(const char *path)
{
    (void)unlink(path);
}

static void test_killed(void)
{
    unsigned at = 0;
    unsigned most = 0;
    bool met = true;

    while (met && at < ROUNDS_MAX) {
        put_old();
        met = disturbed(FAULT_KILLED, ++at);
        is_old_or_new(at);
        unsigned left = for_leftovers(age);
        if (left > most)
            most = left;
    }
    OK(at > 5 && at < ROUNDS_MAX, "killed before each of %u calls", at);
    OK(most >= 1, "some of them left a temporary file");
    update();
    IS_INT(for_leftovers(age), 0, "the next writer removes it");
}

static void test_failing(enum fault_kind kind)
{
    unsigned at = 0;
    bool met = true;

    while (met && at < ROUNDS_MAX) {
        put_old();
        met = disturbed(kind, ++at);
        is_old_or_new(at);
        IS_INT(for_leftovers(remove_it), 0, "  and nothing beside it");
    }
    OK(at > 3 && at < ROUNDS_MAX, "each of %u calls failed once", at);
}

static void test_one_byte_at_a_time(void)
{
    put_old();
    (void)disturbed(FAULT_SHORT, 1);
    is_old_or_new(1);
}

static void test_new_directories(void)
{
    unsigned at = 0;
    bool met = true;

    while (met && at < ROUNDS_MAX) {
        (void)unlink(FILE_PATH);
        (void)unlink(DIRECTORY "/.rdspass.lock");
        (void)rmdir(DIRECTORY);
        (void)rmdir(".aws/sso");
        (void)rmdir(".aws");
        met = disturbed(FAULT_KILLED, ++at);
        update();
        is_old_or_new(at);
        (void)for_leftovers(remove_it);
    }
    OK(at > 5 && at < ROUNDS_MAX, "killed before each of %u calls that make all anew", at);
}

int main(void)
{
    static char folder[] = "/tmp/rdspass-fault.XXXXXX";

    fault = mmap(NULL, sizeof(*fault), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fault == MAP_FAILED || mkdtemp(folder) == NULL || chdir(folder) != 0)
        abort();
    test_new_directories();
    test_killed();
    test_failing(FAULT_SYSTEM);
    test_failing(FAULT_INTERRUPTED);
    test_one_byte_at_a_time();
    test_failing(FAULT_MEMORY);
    (void)unlink(FILE_PATH);
    (void)unlink(DIRECTORY "/.rdspass.lock");
    OK(rmdir(DIRECTORY) == 0 && rmdir(".aws/sso") == 0 && rmdir(".aws") == 0 && rmdir(folder) == 0,
       "and nothing is left");
    return tap_done();
}
