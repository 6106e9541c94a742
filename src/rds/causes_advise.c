/* Causes: what one means, and what to do about it, piece by piece. */
#include <string.h>

#include "causes_line.h"
#include "rdspass/codec/json.h"

const char *rp_confidence_word(enum rp_confidence confidence)
{
    static const char *const words[] = {"likely", "certain", "possible"};
    return words[confidence];
}

const char *rp_advice_word(enum rp_advice_kind kind)
{
    static const char *const words[RP_ADVICE__COUNT] = {"text", "shell", "sql", "policy", "config"};
    return words[kind];
}

/* --- one piece -------------------------------------------------------------------------- */

/* Advice is of a cause, whatever was seen. */
static void add_line(struct rp_span words, bool shell, const struct rp_cause_target *target,
                     struct rp_buf *out)
{
    static const struct rp_observation nothing = {0};
    char text[RP_CAUSE_LINE_MAX] = "";
    struct rp_cause_line line = {
        .text = text, .size = sizeof(text), .shell = shell, .seen = &nothing, .target = target};

    rp_cause_add_template(&line, words);
    rp_buf_add_str(out, text);
}

static void add_plain(struct rp_span words, const struct rp_cause_target *target,
                      struct rp_buf *out)
{
    add_line(words, false, target, out);
}

static void add_command(struct rp_span words, const struct rp_cause_target *target,
                        struct rp_buf *out)
{
    add_line(words, true, target, out);
}

static void add_filled(struct rp_json *in, const char *name, const char *words,
                       const struct rp_cause_target *target)
{
    RP_BUF_AUTO struct rp_buf value = {.max = RP_CAUSE_LINE_MAX};

    add_plain(rp_span(words), target, &value);
    rp_json_add_text(in, name, rp_buf_str(&value));
}

/* Indented by blanks: a tab is a control character. */
static void add_document(struct rp_span text, struct rp_buf *out)
{
    text = rp_span_trim(rp_span_first(text, rp_span_find_last(text, '\n')));
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\t' && i > 0 && (text.p[i - 1] == ':'))
            rp_buf_add_char(out, ' ');
        else if (text.p[i] == '\t')
            rp_buf_add_str(out, "    ");
        else
            rp_buf_add_char(out, text.p[i]);
    }
}

/* What IAM must allow. Without memory there is no document, and `out` says so. */
static void add_policy(struct rp_span words, const struct rp_cause_target *target,
                       struct rp_buf *out)
{
    RP_JSON_AUTO struct rp_json *policy = rp_json_new();
    RP_BUF_AUTO struct rp_buf text = {.max = 2 * RP_CAUSE_LINE_MAX};

    (void)words;
    rp_json_add_text(policy, "Version", "2012-10-17");
    struct rp_json *statement = rp_json_add_element(rp_json_add_array(policy, "Statement"));
    rp_json_add_text(statement, "Effect", "Allow");
    add_filled(statement, "Action", "{action}", target);
    add_filled(statement, "Resource", "{resource}", target);
    if (rp_failed(rp_json_format(policy, &text, NULL)))
        out->state = RP_BUF_NO_MEMORY;
    else
        add_document(rp_buf_span(&text), out);
}

/* Without it the value would end early: a comment begins behind a blank. */
static bool is_value(const char *text)
{
    return text != NULL && text[0] != '\0' && strpbrk(text, " \t#;") == NULL &&
           rp_cause_usable(text, RP_CAUSE_NAME_MAX, "")[0] != '\0';
}

static void add_setting(const char *words, const struct rp_cause_target *target, struct rp_buf *out)
{
    rp_buf_add_str(out, out->len == 0 ? "" : "\n");
    add_plain(rp_span(words), target, out);
}

/* A section whose name is what a person types, and whose host is the endpoint. */
static void add_section(struct rp_span words, const struct rp_cause_target *target,
                        struct rp_buf *out)
{
    (void)words;
    add_setting("[{named}]", target, out);
    add_setting("host = {host}", target, out);
    if (target->hearsay != NULL)
        add_setting("# as {hearsay} said; not verified", target, out);
    if (target->endpoint == NULL)
        add_setting("via = {named}:{port}", target, out);
    else if (target->port != 0)
        add_setting("port = {port}", target, out);
    if (target->engine != RP_ENGINE_UNKNOWN)
        add_setting("engine = {engine-name}", target, out);
    if (is_value(target->user))
        add_setting("user = {user-name}", target, out);
    if (is_value(target->database))
        add_setting("database = {database-name}", target, out);
    if (is_value(target->roots))
        add_setting("ca-file = {ca-file}", target, out);
}

static const struct {
    const char *prefix;
    void (*add)(struct rp_span words, const struct rp_cause_target *target, struct rp_buf *out);
} kinds[RP_ADVICE__COUNT] = {
    [RP_ADVICE_SHELL] = {"$ ", add_command},      [RP_ADVICE_SQL] = {"sql> ", add_plain},
    [RP_ADVICE_POLICY] = {"policy>", add_policy}, [RP_ADVICE_CONFIG] = {"config>", add_section},
    [RP_ADVICE_TEXT] = {"", add_plain},
};

static enum rp_advice_kind kind_of(struct rp_span line)
{
    for (int kind = RP_ADVICE_TEXT + 1; kind < RP_ADVICE__COUNT; kind++)
        if (rp_span_starts(line, kinds[kind].prefix))
            return (enum rp_advice_kind)kind;
    return RP_ADVICE_TEXT;
}

/* --- all of them ------------------------------------------------------------------------ */

enum { RECIPES_DEEP = 3 }; /* so often one may stand in another */

/* A line of the last of those that has any left; recipes may have nothing for a target. */
static bool next_line(struct rp_span *rest, size_t *deep, struct rp_span *out)
{
    do {
        while (!rp_span_split(&rest[*deep], '\n', out))
            if ((*deep)-- == 0)
                return false;
    } while (out->n == 0);
    return true;
}

/* The line `index` of those, and of the recipes among them. */
static bool find_line(const char *lines, const struct rp_cause_target *target, size_t index,
                      struct rp_span *out)
{
    struct rp_span rest[RECIPES_DEEP + 1] = {rp_span(lines)};
    size_t deep = 0;

    while (next_line(rest, &deep, out)) {
        const char *recipe = NULL;

        if (deep < RECIPES_DEEP && rp_span_starts(*out, "@"))
            recipe = rp_cause_recipe(rp_span_skip(*out, 1), target);
        if (recipe != NULL)
            rest[++deep] = rp_span(recipe);
        else if (index-- == 0)
            return true;
    }
    return false;
}

bool rp_cause_advise(const struct rp_cause *cause, const struct rp_cause_target *target,
                     size_t index, enum rp_advice_kind *out_kind, struct rp_buf *out)
{
    struct rp_span line;

    if (cause->fix == NULL || !find_line(cause->fix, target, index, &line))
        return false;
    *out_kind = kind_of(line);
    kinds[*out_kind].add(rp_span_skip(line, strlen(kinds[*out_kind].prefix)), target, out);
    return true;
}

void rp_cause_explain(const struct rp_cause *cause, const struct rp_cause_target *target,
                      struct rp_buf *out)
{
    if (cause->why != NULL)
        add_plain(rp_span(cause->why), target, out);
}
