/* Commands at the prompt. Those that are not here, but in psql or mysql, get a hint. */
#include "prompt_session.h"

static rp_status leave(struct rp_prompt *prompt, struct rp_span argument, struct rp_error *err)
{
    (void)argument;
    (void)err;
    prompt->leaves = true;
    return RP_OK;
}

static rp_status help(struct rp_prompt *prompt, struct rp_span argument, struct rp_error *err)
{
    (void)prompt;
    (void)argument;
    (void)err;
    rp_prompt_say("A statement ends in ; or \\g, or in \\G for a line a column.\n"
                  "\\format [FORM]    print results as table, tsv, csv, json or vertical\n"
                  "\\timing [on|off]  print how long statements take\n"
                  "\\conninfo         show endpoint, user, identity, TLS\n"
                  "\\r                drop what is typed of a statement (Ctrl-C)\n"
                  "\\q                leave (Ctrl-D)\n"
                  "Ctrl-C cancels the statement that runs.");
    return RP_OK;
}

static rp_status set_format(struct rp_prompt *prompt, struct rp_span argument, struct rp_error *err)
{
    static const char *const names[] = {"table", "tsv", "csv", "json", "vertical"};
    struct rp_result_style *style = &prompt->script->style;
    char text[32];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct rp_result_form *form = rp_result_form_find(names[i]);
        bool is_present = argument.n == 0 && form == style->form;
        if (!is_present && !rp_span_is(argument, names[i]))
            continue;
        style->form = form;
        (void)snprintf(text, sizeof(text), "format is %s", names[i]);
        rp_prompt_say(text);
        return RP_OK;
    }
    return rp_fail(err, RP_KIND_USAGE, "\\format wants table, tsv, csv, json or vertical");
}

static rp_status set_timing(struct rp_prompt *prompt, struct rp_span argument, struct rp_error *err)
{
    bool on = rp_span_is_nocase(argument, "on");

    if (argument.n == 0)
        on = !prompt->timing;
    else if (!on && !rp_span_is_nocase(argument, "off"))
        return rp_fail(err, RP_KIND_USAGE, "\\timing wants on or off");
    prompt->timing = on;
    rp_prompt_say(on ? "timing is on" : "timing is off");
    return RP_OK;
}

static rp_status show_facts(struct rp_prompt *prompt, struct rp_span argument, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf facts = {.max = RP_CLIENT_FACTS_MAX};
    RP_BUF_AUTO struct rp_buf text = {.max = 2 * RP_CLIENT_FACTS_MAX};

    (void)argument;
    RP_TRY(prompt->facts->ask(prompt->facts->self, &facts, err));
    rp_buf_add(&text, rp_buf_span(&facts));
    rp_buf_addf(&text, "Database: %.200s\n", rp_database_name(prompt->script->database));
    rp_buf_addf(&text, "Server: %.200s", rp_database_version(prompt->script->database));
    if (prompt->lost)
        rp_buf_add_str(&text, "\nThe connection is lost; the next statement opens another.");
    rp_prompt_say(rp_buf_str(&text));
    return RP_OK;
}

static rp_status drop(struct rp_prompt *prompt, struct rp_span argument, struct rp_error *err)
{
    (void)argument;
    (void)err;
    rp_splitter_forget(&prompt->splitter);
    return RP_OK;
}

/* \g where there is no statement before it. */
static rp_status run_nothing(struct rp_prompt *prompt, struct rp_span argument,
                             struct rp_error *err)
{
    (void)prompt;
    (void)argument;
    return rp_fail(err, RP_KIND_USAGE, "there is no statement to run");
}

static const struct command {
    const char *name;
    rp_status (*run)(struct rp_prompt *prompt, struct rp_span argument, struct rp_error *err);
} commands[] = {
    {"q", leave},           {"quit", leave},
    {"exit", leave},        {"?", help},
    {"help", help},         {"format", set_format},
    {"timing", set_timing}, {"conninfo", show_facts},
    {"status", show_facts}, {"r", drop},
    {"g", run_nothing},     {"gx", run_nothing},
    {"G", run_nothing},
};

static const struct command *find(struct rp_span name)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (rp_span_is(name, commands[i].name) ||
            (name.n > 2 && rp_span_is_nocase(name, commands[i].name)))
            return &commands[i];
    return NULL;
}

/* What scripts understand, too; the others are refused there. */
static rp_status run_as_in_script(struct rp_prompt *prompt, struct rp_span command,
                                  struct rp_error *err)
{
    enum rp_script_action action = RP_SCRIPT_GO_ON;

    RP_TRY(rp_script_command(prompt->script->order, command, &prompt->guard, &action, err));
    return action == RP_SCRIPT_RECONNECT ? rp_prompt_open_again(prompt, err) : RP_OK;
}

rp_status rp_prompt_command(struct rp_prompt *prompt, struct rp_span command, struct rp_error *err)
{
    struct rp_span text = rp_span_trim(command);
    size_t n = 0;

    while (rp_span_ends(text, ";"))
        text = rp_span_trim(rp_span_first(text, text.n - 1));
    while (n < text.n && text.p[n] != ' ' && text.p[n] != '\t')
        n++;
    const struct command *found = find(rp_span_first(text, n));
    if (found == NULL || (prompt->guard.key[0] != '\0' && found->run != leave))
        return run_as_in_script(prompt, command, err);
    return found->run(prompt, rp_span_trim(rp_span_skip(text, n)), err);
}
