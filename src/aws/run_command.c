/* Running a command for its output: no shell, a time limit, and nothing left behind. */
#include "run_command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"
#include "rdspass/base/spawn.h"
#include "rdspass/codec/shlex.h"

enum { TIMEOUT_MS = 60000, STEP_MS = 50, STEP_SIZE = 1024, COMMAND_MAX = 16384, WORDS_MAX = 256 };

/* One run of the program. */
struct run {
    const struct rp_command_line *line;
    struct rp_child child;
    struct rp_exit end;
    struct rp_buf output;
    int from; /* its standard output */
};

static int timeout_ms(const struct rp_context *ctx)
{
#ifdef RP_TEST_BUILD
    uint32_t ms;
    const char *text = rp_env_get(ctx, "RP_TEST_PROCESS_TIMEOUT_MS");

    if (text != NULL && rp_span_to_uint(rp_span(text), TIMEOUT_MS, &ms))
        return (int)ms;
#endif
    (void)ctx;
    return TIMEOUT_MS;
}

static void release(struct run *run)
{
    rp_child_end(&run->child, true);
    rp_fd_close(&run->from);
    rp_buf_release(&run->output);
}

static rp_status split(const struct rp_command_line *line, struct rp_buf *words,
                       const char *argv[static WORDS_MAX + 1], struct rp_error *err)
{
    size_t count;
    const char *fault = rp_shlex_split(rp_span(line->text), words, &count);

    if (fault == NULL && count > WORDS_MAX)
        fault = "it has too many words";
    if (fault != NULL)
        return rp_fail(err, line->wrong, "%s cannot be split into words: %s", line->where, fault);
    RP_TRY(rp_buf_check(words, line->wrong, line->where, err));
    if (count == 0 || rp_buf_str(words)[0] == '\0')
        return rp_fail(err, line->wrong, "%s names no program", line->where);
    const char *word = rp_buf_str(words);
    for (size_t i = 0; i < count; i++) {
        argv[i] = word;
        word += strlen(word) + 1;
    }
    argv[count] = NULL;
    return RP_OK;
}

static rp_status start(struct run *run, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf words = {.max = COMMAND_MAX};
    const char *argv[WORDS_MAX + 1];
    int ends[2];

    RP_TRY(split(run->line, &words, argv, err));
    if (pipe2(ends, O_CLOEXEC) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot make a pipe");
    run->from = ends[0];
    RP_FD_AUTO int output = ends[1];
    struct rp_spawn how = {
        .program_fd = -1,
        .argv = argv,
        .stdin_fd = -1,
        .stdout_fd = output,
        .own_group = true,
        .death_signal = SIGKILL,
    };
    if (!rp_failed(rp_spawn(&how, &run->child, err)))
        return RP_OK;
    /* Not in its words: "KEY=secret program", which a shell would take, is all program here. */
    int how_it_failed = err == NULL ? 0 : err->sys;
    errno = how_it_failed;
    rp_status status =
        rp_fail_errno(err, RP_KIND_CREDENTIALS, "%s cannot be started", run->line->where);
    if (how_it_failed == ENOENT)
        rp_hint(err,
                "no shell runs it: give the whole path of the program; ~, $NAME and pipes mean "
                "nothing there");
    return status;
}

/* Takes what can be read now. False at the end, or where there is too much. */
static bool take_output(struct run *run)
{
    char *room = rp_buf_room(&run->output, STEP_SIZE);
    ssize_t n = room == NULL ? 0 : read(run->from, room, STEP_SIZE);

    if (n > 0)
        rp_buf_added(&run->output, (size_t)n);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/*
 * Reads until the program has ended. What it leaves behind may hold the pipe
 * open, so the end of the file is not waited for.
 */
static rp_status collect(struct run *run, int64_t deadline, struct rp_error *err)
{
    struct pollfd output = {.fd = run->from, .events = POLLIN};
    bool open = true;
    bool ended = false;

    (void)fcntl(run->from, F_SETFL, O_NONBLOCK);
    while (!ended) {
        int left = rp_deadline_left(deadline);
        if (left == 0)
            return rp_fail(err, RP_KIND_CREDENTIALS, "%s did not end in time", run->line->where);
        int step = left < STEP_MS ? left : STEP_MS;
        bool ready = open && poll(&output, 1, step) > 0;
        if (ready)
            open = take_output(run);
        if (run->output.state != RP_BUF_FINE || run->output.len > RP_COMMAND_OUTPUT_MAX)
            return rp_fail(err, RP_KIND_CREDENTIALS, "%s printed more than %d bytes",
                           run->line->where, RP_COMMAND_OUTPUT_MAX);
        ended = rp_child_wait(&run->child, open ? 0 : step, &run->end);
    }
    while (open && run->output.len <= RP_COMMAND_OUTPUT_MAX && poll(&output, 1, 0) > 0)
        open = take_output(run);
    return RP_OK;
}

static rp_status judge_exit(const struct run *run, struct rp_error *err)
{
    const char *where = run->line->where;

    if (run->end.signaled)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s was killed by signal %d", where,
                       run->end.code);
    if (run->end.code != 0)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s failed with exit code %d", where,
                       run->end.code);
    return RP_OK;
}

rp_status rp_run_command(const struct rp_context *ctx, const struct rp_command_line *line,
                         struct rp_buf *out, struct rp_error *err)
{
    __attribute__((cleanup(release))) struct run run = {
        .line = line, .from = -1, .output.max = RP_COMMAND_OUTPUT_MAX + STEP_SIZE};

    RP_TRY(start(&run, err));
    RP_TRY(collect(&run, rp_deadline_in(timeout_ms(ctx)), err));
    RP_TRY(judge_exit(&run, err));
    rp_buf_add(out, rp_buf_span(&run.output));
    return rp_buf_check(out, RP_KIND_CREDENTIALS, line->where, err);
}
