/* Helpers: finding them, refusing a place that anybody may change, starting and stopping. */
#include "rdspass/ipc/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "helper_environment.h"
#include "rdspass/base/file.h"
#include "rdspass/base/process.h"

enum { STOP_MS = 500, HELPER_PATH_MAX = 4096 + 256 };

static int open_directory(const char *path)
{
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The directory of the helpers, opened; `path` is its name for messages. */
static rp_status find_directory(const struct rp_context *ctx, struct rp_buf *path, int *out,
                                struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf program = {.max = HELPER_PATH_MAX};
    int fd = -1;

    RP_TRY(rp_process_directory(RP_KIND_INTERNAL, &program, err));
    struct rp_span bin = rp_buf_span(&program);
#ifdef RP_TEST_BUILD
    const char *elsewhere = rp_env_get(ctx, "RP_TEST_LIBEXEC");
    if (elsewhere != NULL) {
        rp_buf_add_str(path, elsewhere);
        fd = open_directory(elsewhere);
    }
#else
    (void)ctx;
#endif
    if (path->len == 0) {
        rp_buf_add(path, rp_span_first(bin, rp_span_find_last(bin, '/')));
        rp_buf_add_str(path, "/libexec/rdspass");
        fd = open_directory(rp_buf_str(path));
    }
    if (fd < 0 && errno == ENOENT) { /* in the build tree: beside the program */
        rp_buf_clear(path);
        rp_buf_add(path, bin);
        fd = open_directory(rp_buf_str(path));
    }
    if (fd < 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot open the directory of the helpers, %s",
                             rp_buf_str(path));
    *out = fd;
    return RP_OK;
}

/* Who owns our own program can give us another one anyway. */
static bool is_trusted_owner(uid_t owner)
{
    struct stat self;
    return owner == 0 || owner == geteuid() ||
           (stat("/proc/self/exe", &self) == 0 && owner == self.st_uid);
}

static rp_status check_place(int fd, const char *path, struct rp_error *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot use %s", path);
    if ((st.st_mode & S_IWOTH) != 0)
        return rp_fail(err, RP_KIND_INTERNAL, "refusing the helpers: everybody may write to %s",
                       path);
    if (!is_trusted_owner(st.st_uid))
        return rp_fail(err, RP_KIND_INTERNAL,
                       "refusing the helpers: %s belongs neither to root nor to you", path);
    return RP_OK;
}

/* The program NAME, opened for nothing but to be executed. */
static rp_status open_program(const struct rp_context *ctx, const char *name, int *out,
                              struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf path = {.max = HELPER_PATH_MAX};
    int opened = -1;

    RP_TRY(find_directory(ctx, &path, &opened, err));
    RP_FD_AUTO int directory = opened;
    RP_TRY(check_place(directory, rp_buf_str(&path), err));
    int program = openat(directory, name, O_PATH | O_CLOEXEC);
    if (program < 0) {
        rp_status status =
            rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start %s in %s", name, rp_buf_str(&path));
        rp_hint(err, "install rdspass with its helpers (make install)");
        return status;
    }
    rp_status status = check_place(program, name, err);
    if (rp_failed(status))
        (void)close(program);
    else
        *out = program;
    return status;
}

/* What it takes to start a program of ours; starts as {.spawn = {.program_fd = -1}}. */
struct program {
    struct rp_spawn spawn;
    const char *argv[2];
    struct rp_helper_environment environment;
};

static rp_status find_program(const struct rp_context *ctx, const char *name,
                              enum rp_helper_variables variables, struct program *out,
                              struct rp_error *err)
{
    RP_TRY(open_program(ctx, name, &out->spawn.program_fd, err));
    RP_TRY(rp_helper_environment(ctx, variables, &out->environment, err));
    out->argv[0] = name;
    out->spawn.argv = out->argv;
    out->spawn.envp = out->environment.list;
    out->spawn.confined = true;
    return RP_OK;
}

static void release_program(struct program *program)
{
    rp_fd_close(&program->spawn.program_fd);
    rp_helper_environment_release(&program->environment);
}

#define PROGRAM_AUTO __attribute__((cleanup(release_program)))

rp_status rp_helper_spawn(const struct rp_context *ctx, const struct rp_helper_plan *how,
                          struct rp_child *out, struct rp_error *err)
{
    PROGRAM_AUTO struct program program = {.spawn = {.program_fd = -1}};

    RP_TRY(find_program(ctx, how->name, how->variables, &program, err));
    program.spawn.stdin_fd = how->stdin_fd;
    program.spawn.stdout_fd = how->stdout_fd;
    program.spawn.own_session = true;
    program.spawn.death_signal = how->death_signal;
    return rp_spawn(&program.spawn, out, err);
}

rp_status rp_helper_job(const struct rp_context *ctx, const struct rp_helper_plan *how,
                        int channel_fd, struct rp_job *out, struct rp_error *err)
{
    PROGRAM_AUTO struct program program = {.spawn = {.program_fd = -1}};

    RP_TRY(find_program(ctx, how->name, how->variables, &program, err));
    program.spawn.stdin_fd = how->stdin_fd;
    program.spawn.stdout_fd = how->stdout_fd;
    program.spawn.channel_fd = channel_fd;
    return rp_job_start(&program.spawn, out, err);
}

/* Starts the program between two pipes, of which we keep the other ends. */
static rp_status start_between(const struct rp_context *ctx, const char *name, const int to[2],
                               const int from[2], struct rp_helper *out, struct rp_error *err)
{
    const struct rp_helper_plan how = {
        .name = name,
        .variables = RP_HELPER_PROXIES,
        .stdin_fd = to[0],
        .stdout_fd = from[1],
        .death_signal = SIGKILL,
    };
    struct rp_child child;

    rp_status status = rp_helper_spawn(ctx, &how, &child, err);
    (void)close(to[0]);
    (void)close(from[1]);
    if (rp_failed(status)) {
        (void)close(to[1]);
        (void)close(from[0]);
        return status;
    }
    *out = (struct rp_helper){.child = child, .to = to[1], .from = from[0]};
    return RP_OK;
}

rp_status rp_helper_start(const struct rp_context *ctx, const char *name, struct rp_helper *out,
                          struct rp_error *err)
{
    int to[2];
    int from[2];

    if (pipe2(to, O_CLOEXEC) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start %s", name);
    if (pipe2(from, O_CLOEXEC) != 0) {
        rp_status status = rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start %s", name);
        (void)close(to[0]);
        (void)close(to[1]);
        return status;
    }
    return start_between(ctx, name, to, from, out, err);
}

void rp_helper_stop(struct rp_helper *helper, struct rp_exit *out)
{
    *out = (struct rp_exit){0};
    (void)close(helper->to);
    (void)close(helper->from);
    if (!rp_child_wait(&helper->child, STOP_MS, out))
        rp_child_end(&helper->child, false);
}

rp_status rp_helper_explain(const char *name, rp_status status, const struct rp_exit *end,
                            bool silent, struct rp_error *err)
{
    if (end->signaled) {
        const char *abbreviation = sigabbrev_np(end->code);
        return rp_fail(err, RP_KIND_INTERNAL, "%s was killed by SIG%s", name,
                       abbreviation == NULL ? "?" : abbreviation);
    }
    if (silent && (end->code != 0 || !rp_failed(status)))
        return rp_fail(err, RP_KIND_INTERNAL, "%s ended too early, with exit code %d", name,
                       end->code);
    return status;
}
