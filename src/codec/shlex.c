/* Splitting a command line into words, and writing one; no shell. */
#include "rdspass/codec/shlex.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Reads up to the quote's end; *at stands behind its beginning, and then on its end. */
static bool read_quoted(struct rp_span text, char quote, size_t *at, struct rp_buf *out)
{
    for (; *at < text.n; ++*at) {
        char c = text.p[*at];
        if (c == quote)
            return true;
        /* Inside double quotes a backslash stands for itself, but before these two. */
        if (c == '\\' && quote == '"' && *at + 1 < text.n &&
            (text.p[*at + 1] == '"' || text.p[*at + 1] == '\\'))
            c = text.p[++*at];
        rp_buf_add_char(out, c);
    }
    return false;
}

const char *rp_shlex_split(struct rp_span text, struct rp_buf *out_words, size_t *out_count)
{
    bool in_word = false;

    *out_count = 0;
    if (rp_span_find(text, '\0') != text.n)
        return "a NUL byte is in it";
    for (size_t at = 0; at < text.n; at++) {
        char c = text.p[at];
        if (is_blank(c)) {
            if (in_word)
                rp_buf_add_char(out_words, '\0');
            in_word = false;
            continue;
        }
        if (!in_word)
            ++*out_count;
        in_word = true;
        if (c == '\'' || c == '"') {
            at++;
            if (!read_quoted(text, c, &at, out_words))
                return "a quote does not end";
        } else if (c != '\\') {
            rp_buf_add_char(out_words, c);
        } else if (++at < text.n) {
            rp_buf_add_char(out_words, text.p[at]);
        } else {
            return "nothing follows its last backslash";
        }
    }
    if (in_word)
        rp_buf_add_char(out_words, '\0');
    return NULL;
}

void rp_shlex_quote(struct rp_buf *out, const char *word)
{
    bool plain = word[0] != '\0';

    for (const char *c = word; *c != '\0'; c++)
        plain = plain && (rp_is_alpha(*c) || rp_is_digit(*c) || strchr("_-./@:%+", *c) != NULL);
    if (plain) {
        rp_buf_add_str(out, word);
        return;
    }
    rp_buf_add_char(out, '\'');
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'')
            rp_buf_add_str(out, "'\\'");
        rp_buf_add_char(out, *c);
    }
    rp_buf_add_char(out, '\'');
}
