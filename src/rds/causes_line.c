/* Causes: filling a template, for a person or for a shell. */
#include "causes_line.h"

#include <stdio.h>
#include <string.h>

#include "rdspass/codec/shlex.h"

enum { WORD_MAX = 32 };

void rp_cause_add(struct rp_cause_line *line, const char *text)
{
    rp_escape_text(line->text + line->used, line->size - line->used, text);
    line->used += strlen(line->text + line->used);
}

void rp_cause_add_cut(struct rp_cause_line *line, const char *text, size_t max)
{
    char shown[RP_ERROR_TEXT_MAX];
    char whole[RP_ERROR_TEXT_MAX];

    rp_escape_text(shown, max + 1, text);
    rp_escape_text(whole, sizeof(whole), text);
    rp_cause_add(line, shown);
    if (strcmp(shown, whole) != 0)
        rp_cause_add(line, "...");
}

void rp_cause_add_number(struct rp_cause_line *line, long number)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%ld", number);
    rp_cause_add(line, digits);
}

/* What stands behind `start` becomes one word, or a part of one. */
static void quote(struct rp_cause_line *line, size_t start)
{
    RP_BUF_AUTO struct rp_buf word = {.max = RP_CAUSE_LINE_MAX};

    rp_shlex_quote(&word, line->text + start);
    line->used = start;
    line->text[start] = '\0';
    rp_cause_add(line, rp_buf_str(&word));
}

/* --- templates ------------------------------------------------------------------------ */

static bool add_known(struct rp_cause_line *line, struct rp_span name,
                      const struct rp_cause_word *known)
{
    for (; known->name != NULL; known++) {
        if (!rp_span_is(name, known->name))
            continue;
        known->add(line);
        return true;
    }
    return false;
}

/* A word that is not known stays as it is: a test finds it. */
static void add_word(struct rp_cause_line *line, struct rp_span name)
{
    char unknown[WORD_MAX + 3];
    size_t start = line->used;

    if (add_known(line, name, rp_cause_words_again))
        return;
    if (add_known(line, name, rp_cause_words_seen) || add_known(line, name, rp_cause_words_names)) {
        if (line->shell)
            quote(line, start);
        return;
    }
    (void)snprintf(unknown, sizeof(unknown), "{%.*s}", (int)rp_span_first(name, WORD_MAX).n,
                   name.p);
    rp_cause_add(line, unknown);
}

/* What is between the words. Templates are short: longer ones would be cut, which a test sees. */
static void add_plain(struct rp_cause_line *line, struct rp_span words)
{
    char plain[RP_ERROR_TEXT_MAX];

    (void)snprintf(plain, sizeof(plain), "%.*s", RP_SPAN_ARGS(words));
    rp_cause_add(line, plain);
}

void rp_cause_add_template(struct rp_cause_line *line, struct rp_span words)
{
    while (words.n > 0) {
        size_t brace = rp_span_find(words, '{');

        add_plain(line, rp_span_first(words, brace));
        if (brace == words.n)
            return;
        words = rp_span_skip(words, brace + 1);
        add_word(line, rp_span_first(words, rp_span_find(words, '}')));
        words = rp_span_skip(words, rp_span_find(words, '}') + 1);
    }
}

void rp_cause_fill(char out[static RP_ERROR_TEXT_MAX], const char *words,
                   const struct rp_observation *seen, const struct rp_cause_target *target)
{
    struct rp_cause_line line = {
        .text = out, .size = RP_ERROR_TEXT_MAX, .seen = seen, .target = target};

    out[0] = '\0';
    rp_cause_add_template(&line, rp_span(words));
}
