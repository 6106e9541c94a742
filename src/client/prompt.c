/* The prompt: lines that a person types, through the splitter, to the database. */
#include "prompt.h"

#include <inttypes.h>
#include <signal.h>

#include "cancel.h"
#include "prompt_session.h"
#include "rdspass/base/file.h"
#include "width.h"

static const char word_of_data[] = ">> ";

/* --- lines --------------------------------------------------------------------------- */

static const char *state_mark(const struct rp_prompt *prompt)
{
    if (prompt->lost)
        return "?";
    switch (rp_database_transaction(prompt->script->database)) {
    case 'T':
        return "*";
    case 'E':
        return "!";
    default:
        return "";
    }
}

/*
 * "orders> ", "orders*> " in a transaction, "orders!> " in one that failed; within a
 * statement what is open of it, below the '>': "     -> ", "     '> ".
 */
static void word_prompt(const struct rp_prompt *prompt, struct rp_buf *out)
{
    const char *name = rp_database_name(prompt->script->database);
    char open = rp_splitter_open(&prompt->splitter);

    rp_buf_add(out, rp_span_first(rp_span(name), 64));
    rp_buf_add_str(out, state_mark(prompt));
    if (open != '\0') {
        size_t width = rp_width(rp_buf_span(out));
        rp_buf_clear(out);
        while (width-- > 1)
            rp_buf_add_char(out, ' ');
        rp_buf_add_char(out, open);
    }
    rp_buf_add_str(out, "> ");
}

static bool is_word(struct rp_span line, const char *word)
{
    struct rp_span text = rp_span_trim(rp_span_first(line, rp_span_find(line, '\n')));

    if (rp_span_ends(text, ";"))
        text = rp_span_first(text, text.n - 1);
    return rp_span_is_nocase(text, word);
}

/* What is typed by somebody who wants to leave, or to know how; SQL has no such statements. */
static const char *command_of_word(struct rp_span line)
{
    return is_word(line, "quit") || is_word(line, "exit") ? "\\q\n"
           : is_word(line, "help")                        ? "\\?\n"
                                                          : NULL;
}

static rp_status ask_for_more(struct rp_prompt *prompt, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_PROMPT_MAX};
    struct rp_span line;

    word_prompt(prompt, &text);
    switch (rp_prompt_line_read(prompt->line, rp_buf_str(&text), &line)) {
    case RP_PROMPT_LEFT:
        prompt->leaves = true;
        return RP_OK;
    case RP_PROMPT_INTERRUPTED:
        rp_splitter_forget(&prompt->splitter);
        return RP_OK;
    case RP_PROMPT_LINE:
        break;
    }
    const char *command = command_of_word(line);
    if (command != NULL && !rp_splitter_is_inside(&prompt->splitter))
        line = rp_span(command);
    return rp_splitter_feed(&prompt->splitter, line, false, err);
}

/* What fails is shown, and the prompt comes again; but not where nobody could see it. */
static rp_status go_on_after(rp_status status, struct rp_error *err)
{
    if (!rp_failed(status) || err->kind == RP_KIND_OUTPUT)
        return status;
    rp_prompt_say_error(err);
    *err = (struct rp_error){0};
    return RP_OK;
}

/* As it was typed, but for what stood around it. */
static void remember(struct rp_prompt *prompt, const char *before, struct rp_span text,
                     const char *after)
{
    RP_BUF_AUTO struct rp_buf entry = {.max = RP_STATEMENT_MAX};
    struct rp_error err = {0};

    rp_buf_add_str(&entry, before);
    rp_buf_add(&entry, text);
    rp_buf_add_str(&entry, after);
    if (rp_failed(rp_prompt_line_remember(prompt->line, rp_buf_span(&entry), &err)))
        rp_prompt_say_error(&err);
}

/* --- data for a COPY … FROM STDIN ------------------------------------------------------- */

static rp_status read_data(struct rp_prompt *prompt, struct rp_error *err)
{
    struct rp_span line;

    switch (rp_prompt_line_read(prompt->line, word_of_data, &line)) {
    case RP_PROMPT_LINE:
        return rp_splitter_feed(&prompt->splitter, line, false, err);
    case RP_PROMPT_LEFT: /* here it ends the data */
        rp_splitter_forget(&prompt->splitter);
        prompt->data_ended = true;
        return RP_OK;
    case RP_PROMPT_INTERRUPTED:
        break;
    }
    rp_splitter_forget(&prompt->splitter);
    prompt->data_ended = true;
    return rp_fail(err, RP_KIND_SQL, "the COPY is cancelled");
}

/* While a person types, Ctrl-C is the line's, and no time runs. */
static rp_status give_data(void *self, struct rp_span *out, struct rp_error *err)
{
    struct rp_prompt *prompt = self;
    struct rp_script *script = prompt->script;
    rp_status status = RP_OK;

    *out = RP_SPAN("");
    (void)rp_cancel_end();
    while (!rp_failed(status) && !prompt->data_ended &&
           !rp_splitter_data(&prompt->splitter, out, &prompt->data_ended))
        status = read_data(prompt, err);
    rp_cancel_begin(script->database, script->order->timeout);
    return status;
}

/* --- statements --------------------------------------------------------------------- */

/* Behind the rows that it is about. */
static void say_notice(void *self, const char *text)
{
    const struct rp_prompt *prompt = self;

    rp_ignore(rp_result_flush(prompt->script->writer, NULL));
    rp_prompt_say(text);
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
    rp_prompt_say(text);
}

/* Shows what failed, and where. What was typed behind a statement that broke off is not run. */
static rp_status judge(struct rp_prompt *prompt, struct rp_span sql, int by, rp_status status,
                       const struct rp_sql_error *sql_error, struct rp_error *err)
{
    uint32_t seconds = prompt->script->order->timeout;

    prompt->lost = sql_error->lost;
    if (rp_failed(status) && by == SIGALRM && !sql_error->lost)
        status = rp_fail(err, RP_KIND_SQL, "cancelled after %" PRIu32 " second%s (--timeout)",
                         seconds, seconds == 1 ? "" : "s");
    if (prompt->lost) {
        rp_error_prefix(err, "connection to %.128s lost", prompt->script->order->host);
        rp_hint(err, "the next statement opens another, without the transaction and the settings "
                     "of this one");
    }
    bool has_place = rp_failed(status) && err->kind == RP_KIND_SQL && sql_error->position > 0;
    status = go_on_after(status, err);
    if (has_place)
        rp_prompt_say_place(sql, sql_error->position, rp_prompt_line_width());
    if (by != 0 || prompt->lost) {
        rp_splitter_forget(&prompt->splitter);
        rp_prompt_line_drop_ahead();
    }
    return status;
}

static rp_status send_statement(struct rp_prompt *prompt, const struct rp_statement *statement,
                                struct rp_error *err)
{
    struct rp_script *script = prompt->script;
    struct rp_result_style style = script->style;
    struct rp_sql_error sql_error = {0};
    struct rp_statement_io io = {
        .writer = script->writer,
        .style = &style,
        .data = statement->copies_in ? give_data : NULL,
        .notice = script->order->quiet ? NULL : say_notice,
        .self = prompt,
    };

    if (statement->vertical)
        style.form = rp_result_form_find("vertical");
    prompt->data_ended = false;
    rp_cancel_begin(script->database, script->order->timeout);
    rp_status status = rp_database_run(script->database, statement->text, &io, &sql_error, err);
    int by = rp_cancel_end();
    rp_status flushed = rp_result_flush(script->writer, rp_failed(status) ? NULL : err);
    if (!rp_failed(status))
        status = flushed;
    return judge(prompt, statement->text, by, status, &sql_error, err);
}

static rp_status run_statement(struct rp_prompt *prompt, const struct rp_statement *statement,
                               struct rp_error *err)
{
    remember(prompt, "", statement->text, statement->vertical ? "\\G" : ";");
    if (prompt->lost) {
        rp_status status = rp_prompt_open_again(prompt, err);
        if (rp_failed(status)) {
            rp_splitter_forget(&prompt->splitter);
            return go_on_after(status, err);
        }
    }
    int64_t start = now_us();
    RP_TRY(send_statement(prompt, statement, err));
    if (prompt->timing)
        say_time(now_us() - start);
    return RP_OK;
}

/* --- the loop ------------------------------------------------------------------------ */

static rp_status run_command(struct rp_prompt *prompt, struct rp_span command, struct rp_error *err)
{
    rp_status status = rp_prompt_command(prompt, command, err);

    if (!prompt->leaves)
        remember(prompt, "\\", command, "");
    return go_on_after(status, err);
}

static rp_status take_piece(struct rp_prompt *prompt, struct rp_error *err)
{
    struct rp_statement piece;
    bool standard = rp_database_standard_strings(prompt->script->database);

    prompt->splitter.standard_strings = standard;
    prompt->splitter.backslashes = !standard;
    prompt->splitter.pairs = rp_pairs_of(rp_database_encoding(prompt->script->database));
    switch (rp_splitter_next(&prompt->splitter, &piece)) {
    case RP_PIECE_MORE:
        return go_on_after(ask_for_more(prompt, err), err);
    case RP_PIECE_STATEMENT:
        return run_statement(prompt, &piece, err);
    case RP_PIECE_COMMAND:
        return run_command(prompt, piece.text, err);
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
        rp_prompt_say(text);
}

static void use_history(struct rp_prompt *prompt)
{
    const char *path = prompt->script->order->history;
    struct rp_error err = {0};

    if (path[0] != '\0' && rp_failed(rp_prompt_line_use_history(prompt->line, path, &err)))
        rp_prompt_say_error(&err);
}

rp_status rp_prompt_run(struct rp_script *script, const struct rp_prompt_facts *facts,
                        struct rp_error *err)
{
    struct rp_prompt prompt = {.script = script, .facts = facts};
    rp_status status = RP_OK;

    RP_TRY(rp_prompt_line_new(&prompt.line, err));
    use_history(&prompt);
    rp_splitter_init(&prompt.splitter, script->order->engine);
    greet(script);
    while (!rp_failed(status) && !prompt.leaves)
        status = take_piece(&prompt, err);
    rp_splitter_release(&prompt.splitter);
    rp_prompt_line_free(prompt.line);
    return status;
}
