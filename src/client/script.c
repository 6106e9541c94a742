/* Scripts: from their sources through the splitter to the database. */
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>

#include "cancel.h"
#include "rdspass/base/file.h"
#include "script_command.h"
#include "script_source.h"

static const char standard_input[] = "standard input";

/* --- inputs ----------------------------------------------------------------------- */

static rp_status open_file(const char *path, int *out, struct rp_error *err)
{
    struct stat st;

    if (strcmp(path, "-") == 0) {
        *out = STDIN_FILENO;
        return RP_OK;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return rp_fail_errno(err, RP_KIND_CONFIG, "cannot read %s", path);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        (void)close(fd);
        errno = EISDIR;
        return rp_fail_errno(err, RP_KIND_CONFIG, "cannot read %s", path);
    }
    *out = fd;
    return RP_OK;
}

rp_status rp_script_open(const struct rp_client_order *order, struct rp_script_inputs *out,
                         struct rp_error *err)
{
    struct rp_script_inputs inputs = {.count = order->input_count};

    for (size_t i = 0; i < order->input_count; i++) {
        inputs.fds[i] = -1;
        if (order->inputs[i].is_file)
            RP_TRY(open_file(order->inputs[i].text, &inputs.fds[i], err));
    }
    *out = inputs;
    return RP_OK;
}

/* --- what is said of a statement --------------------------------------------------- */

/* On standard error, as the core would say it. */
static void say(const char *text)
{
    RP_BUF_AUTO struct rp_buf line = {.max = 4 * RP_ERROR_TEXT_MAX};
    char escaped[2 * RP_ERROR_TEXT_MAX];

    rp_escape_text(escaped, sizeof(escaped), text);
    rp_buf_add_str(&line, "rdspass: ");
    rp_buf_add_str(&line, escaped);
    rp_buf_add_char(&line, '\n');
    rp_ignore(rp_write_all(STDERR_FILENO, rp_buf_span(&line), "to standard error", NULL));
}

static void say_error(const struct rp_error *err)
{
    say(err->msg);
    if (err->hint[0] != '\0') {
        RP_BUF_AUTO struct rp_buf hint = {.max = 2 * RP_ERROR_TEXT_MAX};
        rp_buf_add_str(&hint, "hint: ");
        rp_buf_add_str(&hint, err->hint);
        rp_buf_add_char(&hint, '\n');
        rp_ignore(rp_write_all(STDERR_FILENO, rp_buf_span(&hint), "to standard error", NULL));
    }
}

static rp_status fail_asked(int number, struct rp_error *err)
{
    return rp_fail(err, number == SIGINT ? RP_KIND_INTERRUPTED : RP_KIND_TERMINATED, "interrupted");
}

/* --- one statement ------------------------------------------------------------------ */

struct run {
    struct rp_script *script;
    struct rp_script_source *source;
    struct rp_script_guard guard;
};

static rp_status give_data(void *self, struct rp_span *out, struct rp_error *err)
{
    const struct run *run = self;

    return rp_script_source_data(run->source, out, err);
}

/* Behind the rows that came before it: both may go to one terminal. */
static void say_notice(void *self, const char *text)
{
    const struct run *run = self;

    rp_ignore(rp_result_flush(run->script->writer, NULL));
    say(text);
}

/* Says where it stands; what the server said of a lost connection, after what had been done. */
static void place_error(const struct run *run, const struct rp_statement *statement,
                        const struct rp_sql_error *sql, struct rp_error *err)
{
    const struct rp_script *script = run->script;
    uint64_t line = sql->line == 0 ? statement->line : statement->text_line + sql->line - 1;

    if (sql->lost)
        rp_error_prefix(err, "connection to %.128s lost after %" PRIu64 " statement%s",
                        script->order->host, script->done, script->done == 1 ? "" : "s");
    rp_error_prefix(err, "%s:%" PRIu64 ": statement %" PRIu64, run->source->name, line,
                    script->done + 1);
}

/* A statement that was cancelled failed, whatever the server made of it. */
static rp_status judge(const struct run *run, const struct rp_statement *statement, int by,
                       rp_status status, struct rp_sql_error *sql, struct rp_error *err)
{
    const struct rp_client_order *order = run->script->order;

    if (rp_failed(status) && err->kind != RP_KIND_SQL && err->kind != RP_KIND_NETWORK)
        return status;
    if (by == SIGALRM) {
        sql->lost = false;
        status = rp_fail(err, RP_KIND_SQL, "cancelled after %" PRIu32 " second%s (--timeout)",
                         order->timeout, order->timeout == 1 ? "" : "s");
    } else if (by != 0) {
        status = fail_asked(by, err);
    }
    if (rp_failed(status))
        place_error(run, statement, sql, err);
    return status;
}

static rp_status send_statement(struct run *run, const struct rp_statement *statement,
                                bool *out_lost, struct rp_error *err)
{
    struct rp_script *script = run->script;
    struct rp_result_style style = script->style;
    struct rp_sql_error sql = {0};
    struct rp_statement_io io = {
        .writer = script->writer,
        .style = &style,
        .data = statement->copies_in ? give_data : NULL,
        .notice = script->order->verbose ? say_notice : NULL,
        .self = run,
    };

    if (statement->vertical)
        style.form = rp_result_form_find("vertical");
    rp_cancel_begin(script->database, script->order->timeout);
    rp_status status = rp_database_run(script->database, statement->text, &io, &sql, err);
    int by = rp_cancel_end();
    *out_lost = sql.lost;
    return judge(run, statement, by, status, &sql, err);
}

/* With --force, a statement that fails is shown, and the script goes on. */
static rp_status go_on_after(struct run *run, rp_status status, struct rp_error *err)
{
    struct rp_script *script = run->script;

    if (!rp_failed(status) || err->kind != RP_KIND_SQL || !script->order->force)
        return status;
    say_error(err);
    script->failed++;
    return RP_OK;
}

static rp_status run_statement(struct run *run, const struct rp_statement *statement,
                               struct rp_error *err)
{
    bool copies_in = statement->copies_in;
    bool lost = false;

    rp_status status = send_statement(run, statement, &lost, err);
    if (!rp_failed(status) || err->kind == RP_KIND_SQL || err->kind == RP_KIND_NETWORK) {
        struct rp_error *where = rp_failed(status) ? NULL : err;
        rp_status flushed = rp_result_flush(run->script->writer, where);
        if (!rp_failed(status))
            status = flushed;
    }
    if (!lost)
        status = go_on_after(run, status, err);
    RP_TRY(status);
    run->script->done++;
    return copies_in ? rp_script_source_skip_data(run->source, err) : RP_OK;
}

/* --- one command -------------------------------------------------------------------- */

/* As psql does: the old session is left when the new one is there. */
static rp_status reconnect(struct rp_script *script, struct rp_error *err)
{
    struct rp_database *database;

    RP_TRY(rp_database_open(script->order, &database, err));
    rp_database_close(script->database);
    script->database = database;
    return RP_OK;
}

static rp_status run_command(struct run *run, const struct rp_statement *command,
                             struct rp_error *err)
{
    enum rp_script_action action;
    rp_status status =
        rp_script_command(run->script->order, command->text, &run->guard, &action, err);

    if (!rp_failed(status) && action == RP_SCRIPT_RECONNECT)
        status = reconnect(run->script, err);
    if (rp_failed(status))
        rp_error_prefix(err, "%s:%" PRIu64, run->source->name, command->line);
    return go_on_after(run, status, err);
}

/* --- a script ------------------------------------------------------------------------ */

/* The next piece, by the session's present rules for quotes. */
static enum rp_piece next_piece(struct run *run, struct rp_statement *out)
{
    struct rp_splitter *splitter = &run->source->splitter;
    bool standard = rp_database_standard_strings(run->script->database);

    splitter->standard_strings = standard;
    splitter->backslashes = !standard;
    splitter->pairs = rp_pairs_of(rp_database_encoding(run->script->database));
    return rp_splitter_next(splitter, out);
}

static rp_status run_pieces(struct run *run, struct rp_error *err)
{
    struct rp_statement statement;

    for (;;) {
        if (rp_cancel_asked() != 0)
            return fail_asked(rp_cancel_asked(), err);
        switch (next_piece(run, &statement)) {
        case RP_PIECE_MORE:
            RP_TRY(rp_script_source_feed(run->source, err));
            break;
        case RP_PIECE_STATEMENT:
            RP_TRY(run_statement(run, &statement, err));
            break;
        case RP_PIECE_COMMAND:
            RP_TRY(run_command(run, &statement, err));
            break;
        case RP_PIECE_END:
            return RP_OK;
        }
    }
}

static rp_status run_source(struct rp_script *script, const struct rp_client_input *input, int fd,
                            struct rp_error *err)
{
    struct rp_script_source *source = calloc(1, sizeof(*source));
    struct run run = {.script = script, .source = source};

    if (source == NULL)
        return rp_fail_memory(err);
    source->fd = fd;
    source->sql = input->is_file ? NULL : input->text;
    source->name = !input->is_file ? "-e" : fd == STDIN_FILENO ? standard_input : input->text;
    rp_splitter_init(&source->splitter, script->order->engine);
    rp_status status = run_pieces(&run, err);
    rp_splitter_release(&source->splitter);
    free(source);
    return status;
}

static rp_status say_failed(const struct rp_script *script, struct rp_error *err)
{
    if (script->failed == 0)
        return RP_OK;
    return rp_fail(err, RP_KIND_SQL, "%" PRIu64 " statement%s failed", script->failed,
                   script->failed == 1 ? "" : "s");
}

rp_status rp_script_run(struct rp_script *script, const struct rp_script_inputs *inputs,
                        struct rp_error *err)
{
    static const struct rp_client_input only = {.is_file = true, .text = "-"};

    if (inputs->count == 0)
        RP_TRY(run_source(script, &only, STDIN_FILENO, err));
    for (size_t i = 0; i < inputs->count; i++) {
        RP_TRY(run_source(script, &script->order->inputs[i], inputs->fds[i], err));
        if (inputs->fds[i] > STDERR_FILENO)
            (void)close(inputs->fds[i]);
    }
    return say_failed(script, err);
}
