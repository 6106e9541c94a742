/* The prompt: lines from libedit, through the splitter, to the database. */
#include "prompt.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <time.h>

#include "cancel.h"
#include "prompt_line.h"
#include "rdspass/base/file.h"
#include "width.h"

/* What a person has set, and where the session is. */
struct prompt {
    struct rp_script *script;
    const struct rp_prompt_facts *facts;
    struct rp_prompt_line *line;
    struct rp_splitter splitter;
    bool timing;
    bool lost; /* the connection: the next statement opens another */
    bool leaves;
};

/* To the person, as a line of its own. */
static void say(const char *text)
{
    RP_BUF_AUTO struct rp_buf line = {.max = 1024 * 1024};

    rp_visible_add(&line, rp_span(text), true);
    rp_buf_add_char(&line, '\n');
    rp_ignore(rp_write_all(STDERR_FILENO, rp_buf_span(&line), "to standard error", NULL));
}

/* Behind the rows that it is about. */
static void say_notice(void *self, const char *text)
{
    const struct prompt *prompt = self;

    rp_ignore(rp_result_flush(prompt->script->writer, NULL));
    say(text);
}

static void say_error(const struct rp_error *err)
{
    say(err->msg);
    if (err->hint[0] != '\0') {
        char hint[RP_ERROR_TEXT_MAX + sizeof("hint: ")];
        (void)snprintf(hint, sizeof(hint), "hint: %s", err->hint);
        say(hint);
    }
}

/* --- statements --------------------------------------------------------------------- */

/* "orders> ", "orders*> " in a transaction, "orders!> " in one that failed; "orders-> " within. */
static void show_state(struct prompt *prompt, bool inside)
{
    char text[RP_PROMPT_MAX];
    const char *name = prompt->script->order->database;
    char state = prompt->lost ? 'I' : rp_database_transaction(prompt->script->database);

    if (name[0] == '\0')
        name = prompt->script->order->user;
    (void)snprintf(text, sizeof(text), "%.64s%s%s> ", name,
                   state == 'T'   ? "*"
                   : state == 'E' ? "!"
                                  : "",
                   inside ? "-" : "");
    rp_prompt_line_ask_with(prompt->line, text);
}

/* Reads a line into the splitter. False: the person has left, or (*out_dropped) pressed Ctrl-C. */
static rp_status read_line(struct prompt *prompt, bool *out_dropped, struct rp_error *err)
{
    struct rp_span line;
    enum rp_prompt_end end = rp_prompt_line_read(prompt->line, &line);

    *out_dropped = end == RP_PROMPT_INTERRUPTED;
    prompt->leaves = prompt->leaves || end == RP_PROMPT_LEFT;
    if (end != RP_PROMPT_LINE)
        return RP_OK;
    return rp_splitter_feed(&prompt->splitter, line, false, err);
}

/* Lines for a COPY … FROM STDIN, typed by the person; Ctrl-D and Ctrl-C end them. */
static rp_status give_data(void *self, struct rp_span *out, struct rp_error *err)
{
    struct prompt *prompt = self;
    bool ended = false;
    bool dropped = false;

    *out = RP_SPAN("");
    rp_prompt_line_ask_with(prompt->line, ">> ");
    while (!ended && !rp_splitter_data(&prompt->splitter, out, &ended) && !ended) {
        RP_TRY(read_line(prompt, &dropped, err));
        if (dropped || prompt->leaves) {
            prompt->leaves = false;
            return rp_splitter_feed(&prompt->splitter, RP_SPAN("\\.\n"), false, err);
        }
    }
    return RP_OK;
}

static rp_status open_again(struct prompt *prompt, struct rp_error *err)
{
    struct rp_database *database;

    RP_TRY(rp_database_open(prompt->script->order, &database, err));
    rp_database_close(prompt->script->database);
    prompt->script->database = database;
    prompt->lost = false;
    say("connected again: the transaction and the settings of the session are gone");
    return RP_OK;
}

static int64_t now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void say_time(int64_t us)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "Time: %" PRId64 ".%03" PRId64 " ms", us / 1000, us % 1000);
    say(text);
}

static rp_status send_statement(struct prompt *prompt, const struct rp_statement *statement,
                                struct rp_error *err)
{
    struct rp_script *script = prompt->script;
    struct rp_result_style style = script->style;
    struct rp_sql_error sql = {0};
    struct rp_statement_io io = {
        .writer = script->writer,
        .style = &style,
        .data = statement->copies_in ? give_data : NULL,
        .notice = say_notice,
        .self = prompt,
    };

    if (statement->vertical)
        style.form = rp_result_form_find("vertical");
    rp_cancel_begin(script->database, script->order->timeout);
    rp_status status = rp_database_run(script->database, statement->text, &io, &sql, err);
    (void)rp_cancel_end();
    prompt->lost = sql.lost;
    if (rp_failed(status) && err->kind == RP_KIND_SQL && sql.line > 1)
        rp_error_prefix(err, "line %" PRIu64, sql.line);
    return status;
}

/* What fails is shown, and the prompt comes again; but not where nobody could see it. */
static rp_status go_on_after(rp_status status, struct rp_error *err)
{
    if (!rp_failed(status) || err->kind == RP_KIND_OUTPUT)
        return status;
    say_error(err);
    *err = (struct rp_error){0};
    return RP_OK;
}

static rp_status run_statement(struct prompt *prompt, const struct rp_statement *statement,
                               struct rp_error *err)
{
    int64_t start = now_us();

    rp_prompt_line_remember(prompt->line, statement->text, statement->vertical);
    if (prompt->lost && rp_failed(open_again(prompt, err)))
        return go_on_after(RP_FAILED, err);
    rp_status status = go_on_after(send_statement(prompt, statement, err), err);
    RP_TRY(rp_result_flush(prompt->script->writer, rp_failed(status) ? NULL : err));
    if (prompt->timing)
        say_time(now_us() - start);
    return status;
}

/* --- commands ----------------------------------------------------------------------- */

static void help(void)
{
    say("A statement ends in ; or \\g, or in \\G for a line a column.\n"
        "\\q         leave (Ctrl-D)\n"
        "\\format F  print results as table, tsv, csv, json or vertical\n"
        "\\timing    print how long statements take, or no longer\n"
        "\\conninfo  show endpoint, user, identity, TLS\n"
        "Ctrl-C cancels the statement that runs.");
}

static rp_status set_format(struct prompt *prompt, struct rp_span name, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 64};

    rp_buf_add(&text, name);
    const struct rp_result_form *form = rp_result_form_find(rp_buf_str(&text));
    if (form == NULL)
        return rp_fail(err, RP_KIND_USAGE, "\\format wants table, tsv, csv, json or vertical");
    prompt->script->style.form = form;
    return RP_OK;
}

static rp_status show_facts(const struct prompt *prompt, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf facts = {.max = RP_CLIENT_FACTS_MAX};

    RP_TRY(prompt->facts->ask(prompt->facts->self, &facts, err));
    if (facts.len > 0 && facts.data[facts.len - 1] == '\n')
        facts.data[facts.len - 1] = '\0';
    say(rp_buf_str(&facts));
    return RP_OK;
}

static rp_status fail_unknown(const struct prompt *prompt, struct rp_span word,
                              struct rp_error *err)
{
    bool mysql = prompt->script->order->engine == RP_ENGINE_MYSQL;
    rp_status status = rp_fail(err, RP_KIND_USAGE, "%s%.*s is not known here; \\? shows what is",
                               mysql ? "" : "\\", RP_SPAN_ARGS(rp_span_first(word, 64)));

    rp_hint(err, "rdspass exec TARGET -- %s has all commands", mysql ? "mysql" : "psql");
    return status;
}

static rp_status run_command(struct prompt *prompt, struct rp_span command, struct rp_error *err)
{
    struct rp_span rest = rp_span_trim(command);
    struct rp_span word;

    if (!rp_span_split(&rest, ' ', &word))
        word = rest;
    if (rp_span_is(word, "q") || rp_span_is_nocase(word, "quit") || rp_span_is_nocase(word, "exit"))
        prompt->leaves = true;
    else if (rp_span_is(word, "?") || rp_span_is_nocase(word, "help"))
        help();
    else if (rp_span_is(word, "format"))
        return set_format(prompt, rp_span_trim(rest), err);
    else if (rp_span_is(word, "timing"))
        say((prompt->timing = !prompt->timing) ? "timing is on" : "timing is off");
    else if (rp_span_is(word, "conninfo"))
        return show_facts(prompt, err);
    else if (!rp_span_is(word, "g") && !rp_span_is(word, "G")) /* with nothing to run */
        return fail_unknown(prompt, word, err);
    return RP_OK;
}

/* --- the loop ------------------------------------------------------------------------ */

static rp_status ask_for_more(struct prompt *prompt, struct rp_error *err)
{
    bool inside = rp_splitter_is_inside(&prompt->splitter);
    bool dropped = false;

    show_state(prompt, inside);
    RP_TRY(read_line(prompt, &dropped, err));
    if (dropped)
        rp_splitter_forget(&prompt->splitter);
    return RP_OK;
}

static rp_status take_piece(struct prompt *prompt, struct rp_error *err)
{
    struct rp_statement piece;

    if (!prompt->lost) {
        bool standard = rp_database_standard_strings(prompt->script->database);
        prompt->splitter.standard_strings = standard;
        prompt->splitter.backslashes = !standard;
    }
    switch (rp_splitter_next(&prompt->splitter, &piece)) {
    case RP_PIECE_MORE:
        return ask_for_more(prompt, err);
    case RP_PIECE_STATEMENT:
        return run_statement(prompt, &piece, err);
    case RP_PIECE_COMMAND:
        return go_on_after(run_command(prompt, piece.text, err), err);
    case RP_PIECE_END:
        prompt->leaves = true;
        break;
    }
    return RP_OK;
}

static void greet(const struct rp_script *script)
{
    char text[512];

    (void)snprintf(text, sizeof(text), "%s at %s. \\? shows what there is.",
                   rp_database_version(script->database), script->order->host);
    if (!script->order->quiet)
        say(text);
}

rp_status rp_prompt_run(struct rp_script *script, const struct rp_prompt_facts *facts,
                        struct rp_error *err)
{
    struct prompt prompt = {.script = script, .facts = facts};
    rp_status status = RP_OK;

    RP_TRY(rp_prompt_line_new(script->order->history, &prompt.line, err));
    rp_splitter_init(&prompt.splitter, script->order->engine);
    greet(script);
    while (!rp_failed(status) && !prompt.leaves)
        status = take_piece(&prompt, err);
    rp_splitter_release(&prompt.splitter);
    rp_prompt_line_free(prompt.line);
    return status;
}
