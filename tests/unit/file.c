/*
 * base/file: what is read and what is refused, and files that are replaced in
 * one step or not at all.
 */
#include "rdspass/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "held_context.h"
#include "tap.h"

enum { NOBODY = 65534, LIMIT = 20000 };

static char folder[] = "/tmp/rdspass-file.XXXXXX";

static void put(const char *path, size_t n, mode_t mode)
{
    FILE *file = fopen(path, "w");

    if (file == NULL)
        abort();
    for (size_t i = 0; i < n; i++)
        (void)fputc('a' + (int)(i % 26), file);
    if (fclose(file) != 0 || chmod(path, mode) != 0)
        abort();
}

static rp_status read_it(const char *path, struct rp_buf *out, bool *out_found,
                         struct rp_error *err)
{
    rp_buf_release(out);
    rp_buf_init(out, LIMIT);
    *out_found = true;
    return rp_file_read(path, RP_KIND_CONFIG, out, out_found, err);
}

/* Runs `check` as a user whom permissions bind; by itself where we are none other. */
static void as_nobody(void (*check)(void))
{
    bool root = geteuid() == 0;

    if (root && seteuid(NOBODY) != 0) {
        tap_skip("cannot become another user");
        return;
    }
    check();
    if (root && seteuid(0) != 0)
        abort();
}

static void check_unreadable(void)
{
    RP_BUF_AUTO struct rp_buf out = {0};
    struct rp_error err = {0};
    bool found;

    FAILS(read_it("closed", &out, &found, &err), RP_KIND_CONFIG, err, "a file without permission");
    OK(strstr(err.msg, "closed") != NULL && err.sys == EACCES, "  by its name: %s", err.msg);
}

static void test_read(void)
{
    RP_BUF_AUTO struct rp_buf out = {0};
    struct rp_error err = {0};
    bool found;

    WORKS(read_it("absent", &out, &found, &err), err, "a file that is not there is no error");
    OK(!found, "  and is not found");
    put("file", 3, 0600);
    WORKS(read_it("file/below", &out, &found, &err), err, "nor is one below a file");
    OK(!found, "  which is not found either");
    WORKS(read_it("file", &out, &found, &err), err, "a file");
    OK(found, "  is found");
    IS_STR(rp_buf_str(&out), "abc", "  and read");
    put("file", 0, 0600);
    WORKS(read_it("file", &out, &found, &err), err, "an empty file");
    OK(found && out.len == 0, "  is found, and empty");
    put("file", LIMIT, 0600);
    WORKS(read_it("file", &out, &found, &err), err, "a file of just the size that is accepted");
    IS_INT(out.len, LIMIT, "  is read whole");
    put("file", LIMIT + 1, 0600);
    FAILS(read_it("file", &out, &found, &err), RP_KIND_CONFIG, err, "one byte more");
    IS_STR(err.msg, "file is larger than 20000 bytes", "  in these words");
    FAILS(read_it("/dev/zero", &out, &found, &err), RP_KIND_CONFIG, err, "a file without end");
    FAILS(read_it(".", &out, &found, &err), RP_KIND_CONFIG, err, "a directory");
    IS_STR(err.msg, "cannot read .: Is a directory", "  in these words");
    OK(symlink("loop", "loop") == 0, "a link to itself");
    FAILS(read_it("loop", &out, &found, &err), RP_KIND_CONFIG, err, "  is refused");
    OK(symlink("file", "link") == 0, "a link to a file");
    put("file", 3, 0600);
    WORKS(read_it("link", &out, &found, &err), err, "  is followed");
    put("closed", 3, 0);
    as_nobody(check_unreadable);
}

static void test_pipes(void)
{
    RP_BUF_AUTO struct rp_buf out = {0};
    struct rp_error err = {0};
    char path[64];
    int ends[2];
    bool found;

    OK(mkfifo("fifo", 0600) == 0, "a FIFO without a writer");
    (void)alarm(5);
    WORKS(read_it("fifo", &out, &found, &err), err, "  does not block");
    OK(found && out.len == 0, "  and is empty");

    OK(pipe(ends) == 0, "a pipe, as the shell's <(command) is one");
    (void)snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 3; i++) {
            (void)usleep(20000);
            rp_ignore(rp_write_all(ends[1], RP_SPAN("word "), "a pipe", NULL));
        }
        _exit(0);
    }
    (void)close(ends[1]);
    WORKS(read_it(path, &out, &found, &err), err, "  is waited for");
    IS_STR(rp_buf_str(&out), "word word word ", "  and read to its end");
    (void)close(ends[0]);
    (void)waitpid(pid, NULL, 0);
    (void)alarm(0);
}

/* How many files there are, hidden ones too, so that a temporary one shows. */
static unsigned count_files(void)
{
    DIR *dir = opendir(".");
    unsigned count = 0;

    if (dir == NULL)
        abort();
    while (readdir(dir) != NULL)
        count++;
    (void)closedir(dir);
    return count;
}

static void check_kept(const char *path, const char *what, const char *why)
{
    struct rp_error err = {0};
    struct stat before;
    struct stat after;
    unsigned files = count_files();

    if (lstat(path, &before) != 0)
        abort();
    FAILS(rp_file_replace(path, RP_SPAN("new"), RP_FILE_PRIVATE, &err), RP_KIND_OUTPUT, err, what);
    OK(strstr(err.msg, why) != NULL, "  in these words: %s", err.msg);
    OK(lstat(path, &after) == 0 && after.st_ino == before.st_ino &&
           after.st_size == before.st_size && after.st_mode == before.st_mode,
       "  it stays as it was");
    IS_INT(count_files(), files, "  and nothing is left beside it");
}

static void test_replace(void)
{
    RP_BUF_AUTO struct rp_buf out = {0};
    struct rp_error err = {0};
    struct stat st;
    bool found;
    unsigned files = count_files();

    (void)umask(0);
    WORKS(rp_file_replace("new", RP_SPAN("one"), RP_FILE_PRIVATE, &err), err, "a new file");
    OK(stat("new", &st) == 0 && (st.st_mode & 07777) == 0600, "  is for its owner alone");
    (void)chmod("new", 0644);
    ino_t old = st.st_ino;
    WORKS(rp_file_replace("new", RP_SPAN("two\n"), RP_FILE_PRIVATE, &err), err,
          "a file that is there");
    OK(stat("new", &st) == 0 && st.st_ino != old, "  is another one then");
    OK((st.st_mode & 07777) == 0600, "  for its owner alone, whatever it was");
    WORKS(read_it("new", &out, &found, &err), err, "  and");
    IS_STR(rp_buf_str(&out), "two\n", "  has the new content");
    WORKS(rp_file_replace("new", RP_SPAN("two\n"), RP_FILE_PUBLIC, &err), err, "one for all");
    OK(stat("new", &st) == 0 && (st.st_mode & 07777) == 0644, "  that others may read");
    WORKS(rp_file_replace("new", RP_SPAN(""), RP_FILE_PRIVATE, &err), err,
          "nothing is a content, too");
    IS_INT(count_files(), files + 1, "no other file was left");
    FAILS(rp_file_replace("absent/new", RP_SPAN("x"), RP_FILE_PRIVATE, &err), RP_KIND_OUTPUT, err,
          "a folder that is not there");
    FAILS(rp_file_replace("/proc/new", RP_SPAN("x"), RP_FILE_PRIVATE, &err), RP_KIND_OUTPUT, err,
          "a folder that takes no files");

    OK(symlink("file", "to-file") == 0 && symlink("nowhere", "to-nowhere") == 0 &&
           mkdir("folder", 0700) == 0,
       "what is not replaced:");
    check_kept("to-file", "a link to a file", "it is a symbolic link, not a regular file");
    check_kept("to-nowhere", "a link to nothing", "it is a symbolic link");
    check_kept("folder", "a folder", "it is a directory");
    check_kept("fifo", "a FIFO", "it is a FIFO");
    check_kept("/dev/null", "a device", "it is a device");
}

static void check_foreign(void)
{
    check_kept("foreign", "someone else's file", "it belongs to another user");
}

static void test_foreign(void)
{
    if (geteuid() != 0) {
        tap_skip("only root can make someone else's file");
        return;
    }
    put("foreign", 3, 0666);
    (void)chmod(".", 0777);
    as_nobody(check_foreign);
    (void)chmod(".", 0700);
    if (chown("foreign", NOBODY, NOBODY) != 0)
        abort();
    check_kept("foreign", "someone else's file, for root", "it belongs to another user");
}

/* A limit of the size of files stands for a full disk. */
static void test_full_disk(void)
{
    struct rlimit before;
    struct rlimit small;

    put("kept", 3, 0600);
    (void)getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 2;
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)fflush(stdout);
    unsigned files = count_files();
    pid_t pid = fork();
    if (pid == 0) {
        struct rp_error err = {0};
        (void)setrlimit(RLIMIT_FSIZE, &small);
        rp_status status = rp_file_replace("kept", RP_SPAN("too much"), RP_FILE_PRIVATE, &err);
        _exit(rp_failed(status) && err.kind == RP_KIND_OUTPUT && err.sys == EFBIG ? 0 : 1);
    }
    int status = -1;
    (void)waitpid(pid, &status, 0);
    IS_INT(status, 0, "a disk that is full is an error of output");
    IS_INT(count_files(), files, "  leaves nothing");
    struct stat st;
    OK(stat("kept", &st) == 0 && st.st_size == 3, "  and the old file as it was");

    struct rp_error err = {0};
    RP_FD_AUTO int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    FAILS(rp_write_all(full, RP_SPAN("x"), "to it", &err), RP_KIND_OUTPUT, err, "/dev/full");
    IS_STR(err.msg, "cannot write to it: No space left on device", "  in these words");
}

static void check_expanded(const char *const *variables, const char *path, const char *want)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 4096};
    struct held held;

    held_init(&held, variables);
    OK(rp_path_expand(&held.ctx, path, &out), "%s", path);
    IS_STR(rp_buf_str(&out), want, "  expanded");
    held_release(&held);
}

static void test_home(void)
{
    static const char *const ann[] = {"HOME", "/home/ann", NULL};
    static const char *const nothing[] = {"HOME", "", NULL};
    RP_BUF_AUTO struct rp_buf out = {.max = 4096};
    struct held held;

    check_expanded(ann, "~/x", "/home/ann/x");
    check_expanded(ann, "~", "/home/ann");
    check_expanded(ann, "~bob/x", "~bob/x");
    check_expanded(ann, "a~/", "a~/");
    held_init(&held, nothing);
    OK(rp_home(&held.ctx, &out) == (out.len > 0), "without HOME /etc/passwd knows it, or nobody");
    OK(out.len == 0 || rp_buf_str(&out)[0] == '/', "  and what it says is a path");
    held_release(&held);
}

static void remove_all(void)
{
    static const char *const names[] = {"file", "link", "loop",    "closed",  "fifo",
                                        "new",  "kept", "to-file", "foreign", "to-nowhere"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        (void)unlink(names[i]);
    (void)rmdir("folder");
    (void)rmdir(folder);
}

int main(void)
{
    if (mkdtemp(folder) == NULL || chmod(folder, 0755) != 0 || chdir(folder) != 0)
        abort();
    test_read();
    test_pipes();
    test_replace();
    test_foreign();
    test_full_disk();
    test_home();
    remove_all();
    return tap_done();
}
