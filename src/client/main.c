/*
 * rdspass-mysql, rdspass-postgres: the built-in clients. They are told over a
 * socket, descriptor 3, what to run, and talk to the socket of a private gate: no
 * address, no TLS, no token. What they have to say at their end goes back over
 * descriptor 3, and their exit code is that of its kind.
 */
#include <errno.h>
#include <sys/stat.h>

#include "cancel.h"
#include "prompt.h"
#include "rdspass/base/file.h"
#include "rdspass/base/process.h"
#include "script.h"

static const char core[] = "rdspass"; /* who is at the other end of descriptor 3 */

/*
 * The caller's descriptors are there for -f /dev/fd/N alone: once the inputs are
 * open, all others are closed. Theirs are in rising order, as open(2) gives them.
 */
static void close_others(const struct rp_script_inputs *inputs)
{
    unsigned from = RP_CLIENT_FD + 1;

    for (size_t i = 0; i < inputs->count; i++) {
        if (inputs->fds[i] < (int)from)
            continue;
        unsigned fd = (unsigned)inputs->fds[i];
        if (fd > from)
            (void)close_range(from, fd - 1, 0);
        from = fd + 1;
    }
    (void)close_range(from, ~0U, 0);
}

/* --- what rdspass says and hears ----------------------------------------------------- */

static rp_status ask_facts(void *self, struct rp_buf *out, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *question = rp_client_format_ask();
    RP_MESSAGE_AUTO struct rp_message answer = {0};
    enum rp_client_message type;
    bool ended = false;

    (void)self;
    RP_TRY(rp_message_write(RP_CLIENT_FD, core, question, RP_SPAN(""), err));
    RP_TRY(rp_message_read(RP_CLIENT_FD, core, -1, &answer, &ended, err));
    if (ended)
        return rp_fail(err, RP_KIND_INTERNAL, "%s has ended", core);
    RP_TRY(rp_client_message_type(&answer, &type, err));
    if (type != RP_CLIENT_FACTS)
        return rp_fail(err, RP_KIND_INTERNAL, "%s answers what was not asked", core);
    rp_buf_add(out, rp_buf_span(&answer.body));
    return rp_buf_check(out, RP_KIND_INTERNAL, "the facts", err);
}

/* Says why we end; a reader of our output that has left knows why. */
static int leave(const struct rp_error *why)
{
    RP_JSON_AUTO struct rp_json *header = rp_client_format_failure(why);

    if (why->kind != RP_KIND_OUTPUT || why->sys != EPIPE)
        rp_ignore(rp_message_write(RP_CLIENT_FD, core, header, RP_SPAN(""), NULL));
    return rp_kind_info(why->kind)->exit_code;
}

static int refuse_to_run(void)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 256};

    rp_buf_add_str(&text, rp_database_program());
    rp_buf_add_str(&text, ": this is a helper of rdspass, which starts it when it needs it\n");
    rp_ignore(rp_write_all(STDERR_FILENO, rp_buf_span(&text), "to standard error", NULL));
    return rp_kind_info(RP_KIND_USAGE)->exit_code;
}

/* --- the run -------------------------------------------------------------------------- */

static rp_status choose_style(const struct rp_client_order *order, struct rp_result_style *out,
                              struct rp_error *err)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    struct rp_span binary = rp_span(order->binary);

    out->form = rp_result_form_find(order->format[0] != '\0' ? order->format
                                    : terminal               ? "table"
                                                             : "tsv");
    if (out->form == NULL)
        return rp_fail(err, RP_KIND_USAGE, "there is no format '%s'", order->format);
    out->no_header = order->no_header;
    out->null = order->null_given ? order->null : NULL;
    out->binary = rp_span_is(binary, "hex")      ? RP_BINARY_HEX
                  : rp_span_is(binary, "base64") ? RP_BINARY_BASE64
                                                 : RP_BINARY_AS_IS;
    return RP_OK;
}

/* Ctrl-C ends us while we log in; from then on it is the prompt's. */
static rp_status run_prompt(struct rp_script *script, struct rp_error *err)
{
    const struct rp_prompt_facts facts = {.ask = ask_facts};

    RP_TRY(rp_database_open(script->order, &script->database, err));
    rp_status status = rp_cancel_init(false, err);
    if (!rp_failed(status)) {
        status = rp_prompt_run(script, &facts, err);
        rp_cancel_release();
    }
    rp_database_close(script->database);
    return status;
}

static rp_status run_scripts(struct rp_script *script, const struct rp_script_inputs *inputs,
                             struct rp_error *err)
{
    RP_TRY(rp_cancel_init(true, err));
    rp_cancel_logs_in(true);
    rp_status status = rp_database_open(script->order, &script->database, err);
    rp_cancel_logs_in(false);
    if (!rp_failed(status)) {
        status = rp_script_run(script, inputs, err);
        rp_database_close(script->database);
    }
    rp_cancel_release();
    return status;
}

static rp_status run(const struct rp_client_order *order, struct rp_error *err)
{
    struct rp_script script = {.order = order};
    struct rp_script_inputs inputs = {0};
    bool prompts = order->input_count == 0 && isatty(STDIN_FILENO) == 1;

    if (order->engine != rp_database_engine())
        return rp_fail(err, RP_KIND_INTERNAL, "%s is asked to speak to %s", rp_database_program(),
                       rp_engine_name(order->engine));
    RP_TRY(choose_style(order, &script.style, err));
    RP_TRY(rp_script_open(order, &inputs, err));
    close_others(&inputs);
    RP_TRY(rp_result_writer_new(STDOUT_FILENO, &script.writer, err));
    rp_status status = prompts ? run_prompt(&script, err) : run_scripts(&script, &inputs, err);
    rp_result_writer_free(script.writer);
    return status;
}

int main(int argc, char *argv[])
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    static struct rp_client_order order; /* for threads that still log in when we leave, too */
    struct rp_error err = {0};
    struct stat st;
    bool ended = false;

    (void)argv;
    rp_process_confine(rp_database_program());
    if (argc > 1 || fstat(RP_CLIENT_FD, &st) != 0 || !S_ISSOCK(st.st_mode))
        return refuse_to_run();
    if (rp_failed(rp_message_read(RP_CLIENT_FD, core, -1, &message, &ended, &err)))
        return leave(&err);
    if (ended)
        return refuse_to_run();
    if (rp_failed(rp_client_parse_run(&message, &order, &err)) || rp_failed(run(&order, &err)))
        return leave(&err);
    return 0;
}
