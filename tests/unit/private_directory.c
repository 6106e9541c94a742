/* Private directories: which place is taken, and what is removed. */
#include "rdspass/base/private_directory.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "held_context.h"

enum { LENGTH_MAX = 92 };

static char top[] = "/tmp/private-XXXXXX";

static void path_of(const char *name, char out[256])
{
    (void)snprintf(out, 256, "%s/%s", top, name);
}

static void make_place(const char *name, mode_t mode)
{
    char path[256];

    path_of(name, path);
    OK(mkdir(path, 0700) == 0 && chmod(path, mode) == 0, "a directory of mode %o", (unsigned)mode);
}

/* Checks that the directory is made in the place that `want` begins with, and goes again. */
static void goes_to(const char *name, const char *runtime, const char *temporary, const char *want)
{
    const char *const variables[] = {"XDG_RUNTIME_DIR", runtime, "TMPDIR", temporary, NULL};
    RP_BUF_AUTO struct rp_buf path = {.max = LENGTH_MAX};
    struct rp_error err = {0};
    struct stat st = {0};
    struct held held;

    held_init(&held, variables);
    WORKS(rp_private_directory_make(&held.ctx, LENGTH_MAX, &path, &err), err, name);
    struct rp_span place = rp_buf_span(&path);
    IS_SPAN(rp_span_first(place, rp_span_find_last(place, '/')), want, name);
    OK(lstat(rp_buf_str(&path), &st) == 0 && st.st_mode == (S_IFDIR | 0700), "  of mode 0700");
    rp_private_directory_remove(rp_buf_str(&path));
    OK(lstat(rp_buf_str(&path), &st) != 0, "  and removed again");
    held_release(&held);
}

static void test_order(void)
{
    char first[256];
    char second[256];

    make_place("first", 0700);
    make_place("second", 0700);
    path_of("first", first);
    path_of("second", second);
    goes_to("XDG_RUNTIME_DIR", first, second, first);
    goes_to("TMPDIR, where the other is empty", "", second, second);
    goes_to("/tmp, where neither is set", "", "", "/tmp");
}

/* Passes over this place for TMPDIR's. */
static void passed_over(const char *name, const char *place)
{
    char second[256];

    path_of("second", second);
    goes_to(name, place, second, second);
}

static void test_unfit_places(void)
{
    char path[256];
    char other[256];

    passed_over("a relative path", "first");
    path_of("missing", path);
    passed_over("one that is not there", path);
    path_of("file", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    OK(fd >= 0 && close(fd) == 0, "a file");
    passed_over("a file", path);
    (void)unlink(path);
    make_place("group", 0770);
    path_of("group", path);
    passed_over("one that a group may write to", path);
    make_place("world", 0707);
    path_of("world", path);
    passed_over("one that everybody may write to", path);
    make_place("sticky", S_ISVTX | 0777);
    path_of("sticky", path);
    goes_to("a sticky one will do", path, "", path);
    path_of("link", other);
    OK(symlink(path, other) == 0, "a link");
    goes_to("so will a link to one, by its own name", other, "", path);
    make_place("com,ma", 0700);
    path_of("com,ma", path);
    passed_over("one that libpq takes for two", path);
}

/* Who may change what a place lies in may put another one there. */
static void test_unfit_ways(void)
{
    char path[256];

    make_place("shared", 0777);
    make_place("shared/ours", 0700);
    path_of("shared/ours", path);
    passed_over("one in a directory that everybody may change", path);
    make_place("shared/ours/below", 0700);
    path_of("shared/ours/below", path);
    passed_over("one further down", path);
    make_place("sticky/ours", 0700);
    path_of("sticky/ours", path);
    goes_to("one of ours in a sticky directory", path, "", path);
    if (geteuid() != 0)
        return;
    make_place("other", 0755);
    make_place("other/ours", 0700);
    path_of("other", path);
    OK(chown(path, 65534, 65534) == 0, "somebody else's directory");
    path_of("other/ours", path);
    passed_over("one of ours in it", path);
}

static void test_length(void)
{
    char name[64] = "";
    char path[256];

    /* "/rdspass-XXXXXX" follows the place. */
    memset(name, 'n', LENGTH_MAX - 15 - strlen(top) - 1);
    make_place(name, 0700);
    path_of(name, path);
    goes_to("the longest", path, "", path);
    (void)rmdir(path);
    name[strlen(name)] = 'n';
    make_place(name, 0700);
    path_of(name, path);
    passed_over("one byte more", path);
    (void)rmdir(path);
}

/* What needs another user to be seen: root's place, somebody's place, one without permission. */
static void test_owners(void)
{
    char path[256];

    make_place("theirs", 0755);
    path_of("theirs", path);
    if (geteuid() == 0) {
        OK(chown(path, 65534, 65534) == 0, "somebody else's directory");
        passed_over("one of somebody else", path);
    } else {
        OK(chmod(path, 0500) == 0, "a directory without the right to write");
        passed_over("one that we cannot write to", path);
    }
    (void)rmdir(path);
}

static void bind_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    size_t n = strlen(path);
    if (!OK(n < sizeof(address.sun_path), "a path that fits"))
        return;
    memcpy(address.sun_path, path, n);
    OK(bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0, "a socket in it");
    (void)close(fd);
}

static void test_removal(void)
{
    RP_BUF_AUTO struct rp_buf path = {.max = LENGTH_MAX};
    struct rp_error err = {0};
    char inside[256];
    struct held held;

    held_init(&held, NULL);
    WORKS(rp_private_directory_make(&held.ctx, LENGTH_MAX, &path, &err), err, "one is made");
    (void)snprintf(inside, sizeof(inside), "%s/.s.PGSQL.5432", rp_buf_str(&path));
    bind_socket(inside);
    (void)snprintf(inside, sizeof(inside), "%s/kept", rp_buf_str(&path));
    int fd = open(inside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    OK(fd >= 0 && close(fd) == 0, "and a file that is not ours");
    rp_private_directory_remove(rp_buf_str(&path));
    OK(access(inside, F_OK) == 0, "which stays");
    (void)unlink(inside);
    OK(rmdir(rp_buf_str(&path)) == 0, "alone: the socket is gone");
    rp_private_directory_remove(rp_buf_str(&path));
    OK(true, "removing what is gone is quiet");
    held_release(&held);
}

static void test_no_place(void)
{
    const char *const variables[] = {"XDG_RUNTIME_DIR", "run\x1b", "TMPDIR", "tmp", NULL};
    RP_BUF_AUTO struct rp_buf path = {.max = LENGTH_MAX};
    struct rp_error err = {0};
    struct held held;

    held_init(&held, variables);
    FAILS(rp_private_directory_make(&held.ctx, 4, &path, &err), RP_KIND_OUTPUT, err,
          "no place is short enough");
    OK(held_has(err.msg, "run\\x1b: ") && held_has(err.msg, "tmp: ") &&
           held_has(err.msg, "/dev/shm: "),
       "and each is told: %s", err.msg);
    OK(held_has(err.hint, "TMPDIR"), "with a way out");
    held_release(&held);
}

int main(void)
{
    static const char *const left[] = {
        "first",       "second", "group",       "world",  "com,ma",     "shared/ours/below",
        "shared/ours", "shared", "sticky/ours", "sticky", "other/ours", "other",
    };
    char path[256];

    OK(mkdtemp(top) != NULL, "a place to play in");
    test_order();
    test_unfit_places();
    test_unfit_ways();
    test_length();
    test_owners();
    test_removal();
    test_no_place();
    path_of("link", path);
    (void)unlink(path);
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
        path_of(left[i], path);
        (void)rmdir(path);
    }
    OK(rmdir(top) == 0, "nothing is left");
    return tap_done();
}
