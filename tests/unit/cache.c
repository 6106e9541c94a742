/*
 * src/aws/cache.c: the names of the files, what is not trusted, who makes anew,
 * and what writing leaves. (That a process may be killed at any point of it:
 * tests/fault/cache.c.)
 */
#include "aws/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "held_context.h"
#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"

enum { NOBODY = 65534, SOON_MS = 60, LATE_MS = 20000 };

#define SSO_FILE "0ad374308c5a4e22f723adf10145eafad7c4031c.json" /* of "my-sso" */
#define SSO_DIRECTORY "/.aws/sso/cache/"

static char home[] = "/tmp/rdspass-cache.XXXXXX";

/* A session in a home of its own, which is `home`. */
struct world {
    struct held held;
    struct rp_session session;
};

static void world_init(struct world *world, const char *const *variables)
{
    *world = (struct world){0};
    held_init(&world->held, variables);
    world->session.ctx = &world->held.ctx;
    world->session.profile = "default";
}

static void world_init_home(struct world *world)
{
    static const char *const variables[] = {"HOME", home, NULL};
    world_init(world, variables);
}

static void open_cache(struct rp_cache *cache, struct world *world, enum rp_cache_kind kind,
                       const char *key)
{
    struct rp_error err = {0};
    if (rp_failed(rp_cache_open(cache, &world->session, kind, rp_span(key), &err)))
        abort();
}

static void is_named(const char *const *variables, enum rp_cache_kind kind, const char *key,
                     bool no_cache, const char *want)
{
    struct world world;
    RP_CACHE_AUTO struct rp_cache cache;

    world_init(&world, variables);
    world.session.options.no_cache = no_cache;
    open_cache(&cache, &world, kind, key);
    IS_STR(cache.path, want, key);
    held_release(&world.held);
}

static void test_names(void)
{
    static const char *const ann[] = {"HOME", "/home/ann", NULL};
    static const char *const elsewhere[] = {
        "HOME", "/home/ann", "AWS_LOGIN_CACHE_DIRECTORY", "~/$X", "X", "y", NULL};
    static const char *const of_bob[] = {"AWS_LOGIN_CACHE_DIRECTORY", "~bob", NULL};
    static const char session[] = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
    static const char session_file[] =
        "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";
    char want[256];

    is_named(ann, RP_CACHE_SSO, "my-sso", false, "/home/ann" SSO_DIRECTORY SSO_FILE);
    is_named(ann, RP_CACHE_ROLES, "{\"RoleArn\": \"arn:aws:iam::123456789012:role/R\"}", false,
             "/home/ann/.aws/cli/cache/c03ce438bc208f6214854d85d3ca930ff73e3004.json");
    (void)snprintf(want, sizeof(want), "/home/ann/.aws/login/cache/%s", session_file);
    is_named(ann, RP_CACHE_LOGIN, session, false, want);
    (void)snprintf(want, sizeof(want), "/home/ann/y/%s", session_file);
    is_named(elsewhere, RP_CACHE_LOGIN, session, false, want);
    is_named(of_bob, RP_CACHE_LOGIN, session, false, "");
    is_named(ann, RP_CACHE_ROLES, "none with --no-cache", true, "");
    is_named(ann, RP_CACHE_SSO, "my-sso", true, "/home/ann" SSO_DIRECTORY SSO_FILE);
}

/* The path of the file that all tests below use. */
static const char *token_path(void)
{
    static char path[256];
    (void)snprintf(path, sizeof(path), "%s" SSO_DIRECTORY SSO_FILE, home);
    return path;
}

static const char *in_directory(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof(path), "%s" SSO_DIRECTORY "%s", home, name);
    return path;
}

static void put(const char *path, const char *text, size_t repeated, mode_t mode)
{
    FILE *file = fopen(path, "w");

    if (file == NULL)
        abort();
    for (size_t i = 0; i < repeated; i++)
        (void)fputs(text, file);
    if (fclose(file) != 0 || chmod(path, mode) != 0)
        abort();
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void write_token(struct world *world, const char *token)
{
    RP_CACHE_AUTO struct rp_cache cache;
    RP_JSON_AUTO struct rp_json *json = rp_json_new();

    open_cache(&cache, world, RP_CACHE_SSO, "my-sso");
    rp_json_add_text(json, "accessToken", token);
    rp_cache_write(&cache, json);
}

/* What is read, and that nothing or one warning comes of it. */
static void reads(const char *want, const char *warning, const char *name)
{
    struct world world;
    struct rp_error err = {0};
    RP_CACHE_AUTO struct rp_cache cache;
    RP_JSON_AUTO struct rp_json *json = NULL;
    RP_JSON_AUTO struct rp_json *again = NULL;

    world_init_home(&world);
    open_cache(&cache, &world, RP_CACHE_SSO, "my-sso");
    WORKS(rp_cache_read(&cache, &json, &err), err, name);
    IS_STR(rp_json_text(rp_json_member(json, "accessToken")), want, "  with what is there");
    OK((json == NULL) == (want == NULL), "  or nothing");
    OK(held_has(rp_buf_str(&world.held.warnings), warning), "  says \"%s\": %s", warning,
       rp_buf_str(&world.held.warnings));
    OK(warning[0] == '\0' || held_has(rp_buf_str(&world.held.warnings), token_path()),
       "  and where");
    size_t said = world.held.warnings.len;
    OK((said > 0) == (warning[0] != '\0'), "  and no more");
    rp_ignore(rp_cache_read(&cache, &again, &err));
    IS_INT(world.held.warnings.len, said, "  once");
    held_release(&world.held);
}

static void test_directories(void)
{
    struct world world;
    char path[256];

    reads(NULL, "", "where nothing is");
    world_init_home(&world);
    (void)umask(027);
    write_token(&world, "one");
    (void)umask(022);
    IS_STR(rp_buf_str(&world.held.warnings), "", "the directories are made");
    (void)snprintf(path, sizeof(path), "%s/.aws", home);
    IS_INT(mode_of(path), 0750, "  .aws, as the umask has it");
    IS_INT(mode_of(in_directory("")), 0750, "  and the others");
    IS_INT(mode_of(token_path()), 0600, "the file is for its owner alone");
    reads("one", "", "it is read");
    write_token(&world, "two");
    IS_INT(mode_of(token_path()), 0600, "and so is one that takes its place");
    reads("two", "", "it is read");
    held_release(&world.held);
}

static void test_what_is_not_trusted(void)
{
    put(token_path(), "{\"accessToken\":\"x\"}", 1, 0644);
    reads("x", "", "a file that others can read");
    put(token_path(), "{\"accessToken\":\"x\"}", 1, 0620);
    reads(NULL, "others can write to it", "one that the group can write");
    put(token_path(), "{\"accessToken\":\"x\"}", 1, 0602);
    reads(NULL, "others can write to it", "one that all can write");
    put(token_path(), "", 1, 0600);
    reads(NULL, "it is empty", "an empty one");
    put(token_path(), "[{}]", 1, 0600);
    reads(NULL, "it is no JSON object", "one of another shape");
    put(token_path(), "{\"accessToken\":\"x\"", 1, 0600);
    reads(NULL, "not valid JSON", "half a file");
    put(token_path(), "x", RP_CACHE_FILE_MAX + 1, 0600);
    reads(NULL, "larger than", "one without end");
    (void)unlink(token_path());
    OK(mkfifo(token_path(), 0600) == 0, "a FIFO");
    reads(NULL, "no regular file", "  is not waited for");
    (void)unlink(token_path());
    OK(mkdir(token_path(), 0700) == 0, "a directory");
    reads(NULL, "no regular file", "  is none");
    (void)rmdir(token_path());
    put(in_directory("real"), "{\"accessToken\":\"x\"}", 1, 0600);
    OK(symlink("real", token_path()) == 0, "a link to a file");
    reads(NULL, "symbolic link", "  is not followed");
}

/* A link stays a link, and is one warning, reading and writing together. */
static void test_what_is_not_replaced(void)
{
    struct world world;
    struct rp_error err = {0};
    RP_CACHE_AUTO struct rp_cache cache;
    RP_JSON_AUTO struct rp_json *json = NULL;
    RP_JSON_AUTO struct rp_json *made = rp_json_new();
    struct stat st;

    world_init_home(&world);
    open_cache(&cache, &world, RP_CACHE_SSO, "my-sso");
    WORKS(rp_cache_read(&cache, &json, &err), err, "a link is read as nothing");
    rp_cache_write(&cache, made);
    OK(lstat(token_path(), &st) == 0 && S_ISLNK(st.st_mode), "  and is not replaced");
    OK(strchr(rp_buf_str(&world.held.warnings), '\n') ==
           rp_buf_str(&world.held.warnings) + world.held.warnings.len - 1,
       "  with one warning: %s", rp_buf_str(&world.held.warnings));
    held_release(&world.held);
    (void)unlink(token_path());
    (void)unlink(in_directory("real"));
}

static void test_foreign(void)
{
    if (geteuid() != 0) {
        tap_skip("only root can make somebody else's file");
        return;
    }
    put(token_path(), "{\"accessToken\":\"x\"}", 1, 0600);
    if (chown(token_path(), NOBODY, NOBODY) != 0)
        abort();
    reads(NULL, "it belongs to another user", "somebody else's file in a directory of ours");
    if (chown(in_directory(""), NOBODY, NOBODY) != 0)
        abort();
    reads("x", "", "a directory that is theirs as a whole");
    if (chown(in_directory(""), 0, 0) != 0)
        abort();
    (void)unlink(token_path());
}

static void check_closed_directory(void)
{
    struct world world;
    RP_CACHE_AUTO struct rp_cache cache;

    world_init_home(&world);
    write_token(&world, "x");
    OK(held_has(rp_buf_str(&world.held.warnings), "Permission denied"), "is a warning: %s",
       rp_buf_str(&world.held.warnings));
    open_cache(&cache, &world, RP_CACHE_SSO, "my-sso");
    OK(!rp_cache_lock(&cache, rp_deadline_in(LATE_MS)), "there is no lock then");
    OK(held_has(rp_buf_str(&world.held.traces), "no lock for"), "  and a trace says so");
    held_release(&world.held);
}

/* The lock's file can be had, and nothing can be put beside it: what is renewed would be lost. */
static void check_no_renewal(void)
{
    struct world world;
    struct rp_error err = {0};
    RP_CACHE_AUTO struct rp_cache cache;

    world_init_home(&world);
    open_cache(&cache, &world, RP_CACHE_SSO, "my-sso");
    OK(rp_cache_lock(&cache, rp_deadline_in(LATE_MS)), "there is a lock");
    FAILS(rp_cache_lock_to_renew(&cache, &err), RP_KIND_CREDENTIALS, err, "  but not to renew");
    held_release(&world.held);
}

/* In a directory that its user cannot write to; the lock's file is there, or is not. */
static void in_closed_directory(bool has_lock, void (*check)(void))
{
    bool root = geteuid() == 0;

    (void)chmod(home, 0755);
    (void)chmod(in_directory(""), 0555);
    (void)unlink(in_directory(".rdspass.lock"));
    if (has_lock)
        put(in_directory(".rdspass.lock"), "", 1, 0666);
    if (root && seteuid(NOBODY) != 0)
        tap_skip("cannot become another user");
    else
        check();
    if (root && seteuid(0) != 0)
        abort();
    (void)chmod(in_directory(""), 0755);
    (void)unlink(in_directory(".rdspass.lock"));
}

static void test_closed_directory(void)
{
    in_closed_directory(false, check_closed_directory);
    in_closed_directory(true, check_no_renewal);
}

static void test_lock(void)
{
    struct world world;
    RP_CACHE_AUTO struct rp_cache first;
    RP_CACHE_AUTO struct rp_cache second;
    RP_CACHE_AUTO struct rp_cache other;

    world_init_home(&world);
    open_cache(&first, &world, RP_CACHE_SSO, "my-sso");
    open_cache(&second, &world, RP_CACHE_SSO, "my-sso");
    open_cache(&other, &world, RP_CACHE_SSO, "another");
    OK(rp_cache_lock(&first, rp_deadline_in(LATE_MS)), "one has the lock");
    IS_INT(mode_of(in_directory(".rdspass.lock")), 0600, "  whose file is for its owner alone");
    OK(!rp_cache_lock(&second, rp_deadline_in(SOON_MS)), "another waits in vain");
    OK(held_has(rp_buf_str(&world.held.traces), "another process has it"), "  and traces it");
    OK(rp_cache_lock(&other, rp_deadline_in(0)), "another file is another lock");
    OK(rp_cache_lock(&first, rp_deadline_in(0)), "who has it has it");
    rp_cache_release(&first);
    OK(rp_cache_lock(&second, rp_deadline_in(LATE_MS)), "then it is free");
    held_release(&world.held);
}

/* Whoever dies gives it back. */
static void test_lock_of_the_killed(void)
{
    struct world world;
    RP_CACHE_AUTO struct rp_cache cache;
    int ready[2];
    char byte;

    world_init_home(&world);
    open_cache(&cache, &world, RP_CACHE_SSO, "my-sso");
    (void)fflush(stdout);
    if (pipe(ready) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        bool locked = rp_cache_lock(&cache, rp_deadline_in(LATE_MS));
        (void)!write(ready[1], locked ? "y" : "n", 1);
        for (;;)
            (void)pause();
    }
    OK(read(ready[0], &byte, 1) == 1 && byte == 'y', "another process has the lock");
    OK(!rp_cache_lock(&cache, rp_deadline_in(0)), "  which is then not to be had");
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    OK(rp_cache_lock(&cache, rp_deadline_in(LATE_MS)), "  until it is killed");
    (void)close(ready[0]);
    (void)close(ready[1]);
    held_release(&world.held);
}

static void age(const char *path)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1767323045}};

    if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) != 0)
        abort();
}

static void test_leftovers(void)
{
    struct world world;

    world_init_home(&world);
    put(in_directory(SSO_FILE ".AbCdEf"), "half", 1, 0600);
    age(in_directory(SSO_FILE ".AbCdEf"));
    put(in_directory(SSO_FILE ".GhIjKl"), "half", 1, 0600);
    put(in_directory("kept.json"), "{}", 1, 0600);
    age(in_directory("kept.json"));
    write_token(&world, "x");
    IS_INT(mode_of(in_directory(SSO_FILE ".AbCdEf")), 0, "an old leftover is removed");
    IS_INT(mode_of(in_directory(SSO_FILE ".GhIjKl")), 0600,
           "a fresh one, which may be at work, is not");
    IS_INT(mode_of(in_directory("kept.json")), 0600, "nor what is another's");
    held_release(&world.held);
}

static void remove_all(void)
{
    static const char *const files[] = {SSO_FILE, SSO_FILE ".GhIjKl", "kept.json", ".rdspass.lock"};
    static const char *const directories[] = {"/.aws/sso/cache", "/.aws/sso", "/.aws", ""};
    char path[256];

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        (void)unlink(in_directory(files[i]));
    for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", home, directories[i]);
        OK(rmdir(path) == 0, "nothing else is left in %s", path);
    }
}

int main(void)
{
    if (mkdtemp(home) == NULL)
        abort();
    test_names();
    test_directories();
    test_what_is_not_trusted();
    test_what_is_not_replaced();
    test_foreign();
    test_closed_directory();
    test_lock();
    test_lock_of_the_killed();
    test_leftovers();
    remove_all();
    return tap_done();
}
