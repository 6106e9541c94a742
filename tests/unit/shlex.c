/* Unit test of src/codec/shlex.c: words as Python's shlex.split has them. */
#include "rdspass/codec/shlex.h"

#include "tap.h"

/* `want` has a '|' behind each word. */
static void splits(const char *text, const char *want)
{
    RP_BUF_AUTO struct rp_buf words = {.max = 256};
    size_t count = 0;
    size_t ends = 0;

    const char *fault = rp_shlex_split(rp_span(text), &words, &count);
    OK(fault == NULL, "%s: splits", text);
    for (size_t i = 0; i < words.len; i++)
        if (words.data[i] == '\0') {
            words.data[i] = '|';
            ends++;
        }
    IS_STR(rp_buf_str(&words), want, "the words");
    IS_INT(count, ends, "their number");
}

static void fails(const char *text, const char *want)
{
    RP_BUF_AUTO struct rp_buf words = {.max = 256};
    size_t count;

    IS_STR(rp_shlex_split(rp_span(text), &words, &count), want, text);
}

/* What is quoted is one word again. */
static void quotes(const char *word, const char *want)
{
    RP_BUF_AUTO struct rp_buf quoted = {.max = 256};
    RP_BUF_AUTO struct rp_buf words = {.max = 256};
    size_t count = 0;

    rp_shlex_quote(&quoted, word);
    IS_STR(rp_buf_str(&quoted), want, want);
    OK(rp_shlex_split(rp_buf_span(&quoted), &words, &count) == NULL && count == 1, "  is one word");
    IS_STR(rp_buf_str(&words), word, "  and the same");
}

int main(void)
{
    splits("", "");
    splits(" \t\r\n", "");
    splits("one", "one|");
    splits("  a  b\tc\nd ", "a|b|c|d|");
    splits("'a b' \"c d\"", "a b|c d|");
    splits("a'b'\"c\"d", "abcd|");
    splits("'' \"\"", "||");
    splits("a\\ b \\' \\\\", "a b|'|\\|");
    splits("'a\\b'", "a\\b|");
    splits("\"a\\b\\\"c\\\\d\"", "a\\b\"c\\d|");
    splits("$HOME ~ *.c ; x > y # no", "$HOME|~|*.c|;|x|>|y|#|no|");
    fails("'a", "a quote does not end");
    fails("a \"b\\\"", "a quote does not end");
    fails("a\\", "nothing follows its last backslash");

    quotes("dev-1_x./@:%+", "dev-1_x./@:%+");
    quotes("", "''");
    quotes("a b", "'a b'");
    quotes("it's", "'it'\\''s'");
    quotes("$(id)`;", "'$(id)`;'");

    RP_BUF_AUTO struct rp_buf words = {.max = 256};
    size_t count;
    IS_STR(rp_shlex_split(RP_SPAN("a 'b\0c'"), &words, &count), "a NUL byte is in it",
           "NUL, be it in quotes");
    return tap_done();
}
