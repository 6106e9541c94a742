/*
 * rdspass: the entry. It puts the process in order, finds the command, runs it,
 * and turns an error into lines on standard error and an exit code.
 */
#include "command.h"
#include "rdspass/base/file.h"
#include "rdspass/base/job.h"
#include "rdspass/base/process.h"

const struct rp_command *const rp_commands[] = {
    &rp_command_connect, &rp_command_exec,   &rp_command_token,
    &rp_command_doctor,  &rp_command_whoami, &rp_command_inspect,
    &rp_command_ca,      &rp_command_help,   NULL,
};

const struct rp_command *rp_command_find(const char *name)
{
    for (const struct rp_command *const *c = rp_commands; *c != NULL; c++)
        if (rp_span_is(rp_span(name), (*c)->name))
            return *c;
    return NULL;
}

rp_status rp_command_fail_unknown(const char *name, struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_USAGE, "unknown command \"%s\"", name);

    rp_hint(err, "rdspass help lists the commands");
    return status;
}

rp_status rp_print(const struct rp_buf *text, struct rp_error *err)
{
    RP_TRY(rp_buf_check(text, RP_KIND_INTERNAL, "the output", err));
    return rp_write_all(STDOUT_FILENO, rp_buf_span(text), "to standard output", err);
}

/* Writes one line to standard error, in one piece, so that lines of programs do not mix. */
static void say(const char *start, const char *text)
{
    RP_BUF_AUTO struct rp_buf line = {.max = 2 * RP_ERROR_TEXT_MAX};
    struct rp_error ignored;

    rp_buf_add_str(&line, start);
    rp_buf_add_str(&line, text);
    rp_buf_add_char(&line, '\n');
    rp_ignore(rp_write_all(STDERR_FILENO, rp_buf_span(&line), "to standard error", &ignored));
}

/* What -q and -v say about the lines that are wanted. */
struct verbosity {
    bool quiet;
};

static void log_line(void *self, enum rp_log_level level, const char *text)
{
    const struct verbosity *verbosity = self;

    if (level == RP_LOG_TRACE)
        say("rdspass: ", text);
    else if (!verbosity->quiet)
        say("rdspass: warning: ", text);
}

static int fail(const struct rp_error *err)
{
    say("rdspass: ", err->msg);
    if (err->hint[0] != '\0')
        say("hint: ", err->hint);
    return rp_kind_info(err->kind)->exit_code;
}

static rp_status print_version(struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};

    rp_buf_add_str(&out, "rdspass " RP_VERSION "\n");
    return rp_print(&out, err);
}

/* *out: how the client ended, for a command that runs one; else as it is. */
static rp_status run(const struct rp_command *command, int argc, char *argv[], struct rp_exit *out,
                     struct rp_error *err)
{
    struct verbosity verbosity = {0};
    struct rp_context ctx = {
        .env = rp_env_process(),
        .clock = rp_clock_system(),
        .log = {.line = log_line, .self = &verbosity},
    };
    struct rp_args args;

    RP_TRY(rp_args_parse(command, argc, argv, &args, err));
    verbosity.quiet = args.value[RP_OPT_QUIET] != NULL;
    ctx.log.tracing = args.value[RP_OPT_VERBOSE] != NULL;
    if (args.value[RP_OPT_VERSION] != NULL)
        return print_version(err);
    if (args.value[RP_OPT_HELP] != NULL) {
        RP_BUF_AUTO struct rp_buf text = {.max = RP_OUTPUT_MAX};
        rp_help_command(command, &text);
        return rp_print(&text, err);
    }
    return command->run_client == NULL ? command->run(&ctx, &args, err)
                                       : command->run_client(&ctx, &args, out, err);
}

static rp_status find_and_run(int argc, char *argv[], struct rp_exit *out, struct rp_error *err)
{
    if (argc < 2) {
        rp_status status = rp_fail(err, RP_KIND_USAGE, "no command given");
        rp_hint(err, "rdspass help lists the commands");
        return status;
    }
    /* "rdspass --help" and "rdspass --version" are the help command with that option. */
    struct rp_span first = rp_span(argv[1]);
    if (rp_span_is(first, "--help") || rp_span_is(first, "-?") || rp_span_is(first, "--version"))
        return run(&rp_command_help, argc - 1, argv + 1, out, err);
    if (rp_span_starts(first, "-")) {
        rp_status status = rp_fail(err, RP_KIND_USAGE, "the command comes before its options");
        rp_hint(err, "rdspass COMMAND [OPTIONS]; rdspass help lists the commands");
        return status;
    }
    const struct rp_command *command = rp_command_find(argv[1]);
    if (command == NULL)
        return rp_command_fail_unknown(argv[1], err);
    return run(command, argc - 2, argv + 2, out, err);
}

int main(int argc, char *argv[])
{
    struct rp_error err = {0};
    struct rp_exit end = {0};

    rp_process_keep_standard_descriptors();
    rp_process_hide_memory();
    rp_process_take_signals();
    if (!rp_failed(find_and_run(argc, argv, &end, &err)))
        return rp_job_exit_code(&end);
    int code = fail(&err);
    return end.code == 0 ? code : end.code;
}
