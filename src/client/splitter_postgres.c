/*
 * Where PostgreSQL's statements end: tokens as the server's scanner has them, and
 * what psql counts on top of them, so that a ';' within parentheses and within
 * the body of a routine ends nothing.
 */
#include "splitter_scan.h"

/* A byte above ASCII is a letter of a name. */
enum kind { PLAIN, NAME, DIGIT, MARK };

void rp_scan_init_postgres(struct rp_splitter *splitter)
{
    static const char marks[] = "'\"$-/;()\\";

    for (int c = 0; c < 256; c++) {
        bool is_name = rp_is_alpha((char)c) || c == '_' || c >= 0x80;
        bool is_mark = c != 0 && strchr(marks, c) != NULL;
        enum kind other = is_mark ? MARK : PLAIN;
        splitter->kinds[c] = (unsigned char)(is_name ? NAME : rp_is_digit((char)c) ? DIGIT : other);
    }
}

/* Behind the last byte that has come, PLAIN. */
static enum kind kind_here(const struct rp_splitter *splitter)
{
    int c = rp_scan_peek(splitter, 0);

    return c < 0 ? PLAIN : (enum kind)splitter->kinds[c];
}

static enum rp_scan go_to(struct rp_splitter *splitter, enum rp_scan_state state)
{
    splitter->now.state = state;
    return RP_SCAN_ON;
}

/*
 * The first letters of up to four first words are kept: "c" where it is CREATE,
 * "orfp" for OR, REPLACE, FUNCTION and PROCEDURE, else "-".
 */
static void note_head(struct rp_splitting *now, struct rp_span word)
{
    static const char *const words[] = {"create", "or", "replace", "function", "procedure"};

    now->head[now->words] = '-';
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (rp_span_is_nocase(word, words[i]))
            now->head[now->words] = words[i][0];
    if (now->words == 0)
        now->copy = rp_span_is_nocase(word, "copy");
    now->words++;
}

static bool creates_routine(const struct rp_splitting *now)
{
    struct rp_span head = rp_span(now->head);

    return rp_span_starts(head, "cf") || rp_span_starts(head, "cp") || rp_span_is(head, "corf") ||
           rp_span_is(head, "corp");
}

/* BEGIN, and CASE within it, have an END. */
static void note_body(struct rp_splitting *now, struct rp_span word)
{
    if (rp_span_is_nocase(word, "begin") || (now->begins > 0 && rp_span_is_nocase(word, "case")))
        now->begins++;
    else if (now->begins > 0 && rp_span_is_nocase(word, "end"))
        now->begins--;
}

static void note_word(struct rp_splitting *now, struct rp_span word)
{
    if (now->words == 0 || (now->head[0] == 'c' && now->words < sizeof(now->head) - 1))
        note_head(now, word);
    if (now->parens > 0)
        return;
    if (now->copy) {
        now->copies_in = now->copies_in || (now->from && rp_span_is_nocase(word, "stdin"));
        now->from = rp_span_is_nocase(word, "from");
    } else if (now->head[0] == 'c' && creates_routine(now)) {
        note_body(now, word);
    }
}

/* False: the rest of a character has not come. */
static bool pass_name(struct rp_splitter *splitter)
{
    const unsigned char *kinds = splitter->kinds;
    const char *data = splitter->held.data;
    const size_t len = splitter->held.len;
    size_t at = splitter->seen;
    bool whole = true;

    while (whole && at < len &&
           (kinds[(unsigned char)data[at]] == NAME || kinds[(unsigned char)data[at]] == DIGIT ||
            data[at] == '$')) {
        size_t n = rp_scan_is_lead(splitter, data[at]) ? 2 : 1;
        whole = n <= len - at || splitter->ended;
        at += n <= len - at ? n : whole ? 1 : 0;
    }
    splitter->seen = at;
    return whole;
}

/* A name has come, or the letter before a quote. */
static enum rp_scan scan_name(struct rp_splitter *splitter)
{
    if (!pass_name(splitter))
        return RP_SCAN_MORE;
    const char *data = splitter->held.data;
    size_t at = splitter->seen;
    int next = rp_scan_peek(splitter, 0);
    char letter = at - splitter->now.mark == 1 ? rp_lower(data[splitter->now.mark]) : '\0';
    int behind = letter == 'u' && next == '&' ? rp_scan_peek(splitter, 1) : 0;
    if (next == RP_PEEK_MORE || behind == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (behind == '\'')
        return rp_scan_open_quote(splitter, 2, false);
    if (next == '\'' && (letter == 'e' || letter == 'b' || letter == 'x'))
        return rp_scan_open_quote(splitter, 1, letter == 'e');
    note_word(&splitter->now, rp_scan_span(splitter, splitter->now.mark, at));
    return go_to(splitter, RP_SCAN_TOP);
}

/* With the name that touches it, whose first letter begins no quote: 1e5, 0xff, 1a$b. */
static enum rp_scan scan_number(struct rp_splitter *splitter)
{
    bool is_name = false;

    splitter->seen = splitter->now.mark;
    while (kind_here(splitter) == NAME || kind_here(splitter) == DIGIT ||
           (is_name && rp_scan_peek(splitter, 0) == '$')) {
        is_name = is_name || kind_here(splitter) == NAME;
        splitter->seen++;
    }
    if (rp_scan_peek(splitter, 0) == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    return go_to(splitter, RP_SCAN_TOP);
}

/*
 * A quote goes on in the next line: one of the same kind follows behind blanks
 * and comments with a line's end. '' within a quote is two that touch.
 */
static enum rp_scan scan_after_quote(struct rp_splitter *splitter)
{
    int c;

    while (rp_scan_is_blank(c = rp_scan_peek(splitter, 0))) {
        splitter->now.newline = splitter->now.newline || c == '\n' || c == '\r';
        splitter->seen++;
    }
    int next = c == '-' ? rp_scan_peek(splitter, 1) : 0;
    if (c == RP_PEEK_MORE || next == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (next == '-')
        return go_to(splitter, RP_SCAN_AFTER_QUOTE_COMMENT);
    if (c != '\'' || (!splitter->now.newline && splitter->seen != splitter->now.mark))
        return go_to(splitter, RP_SCAN_TOP);
    return rp_scan_open_quote(splitter, 1, splitter->now.escapes);
}

static enum rp_scan scan_quote(struct rp_splitter *splitter)
{
    bool is_text = splitter->now.quote == '\'';
    enum rp_scan scan = rp_scan_quote(splitter, is_text ? RP_SCAN_AFTER_QUOTE : RP_SCAN_TOP);

    if (scan == RP_SCAN_MORE)
        return scan;
    splitter->now.mark = splitter->seen;
    splitter->now.newline = false;
    return is_text ? scan_after_quote(splitter) : scan;
}

/* $tag$ and $$ begin a quote; $1 and a '$' alone do not. */
static enum rp_scan scan_dollar_tag(struct rp_splitter *splitter)
{
    while (kind_here(splitter) == NAME ||
           (kind_here(splitter) == DIGIT && splitter->seen > splitter->now.mark + 1))
        splitter->seen++;
    int c = rp_scan_peek(splitter, 0);
    if (c == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (c != '$') {
        splitter->seen = splitter->now.mark + 1;
        return go_to(splitter, RP_SCAN_TOP);
    }
    splitter->seen++;
    splitter->now.tag = splitter->seen - splitter->now.mark;
    splitter->now.matched = 0;
    return go_to(splitter, RP_SCAN_DOLLAR_QUOTE);
}

static enum rp_scan scan_dollar_quote(struct rp_splitter *splitter)
{
    const char *data = splitter->held.data;
    const char *tag = data + splitter->now.mark;

    while (splitter->seen < splitter->held.len) {
        struct rp_span rest = rp_scan_span(splitter, splitter->seen, splitter->held.len);
        if (splitter->now.matched == 0) {
            size_t n = rp_span_find(rest, '$');
            splitter->seen += n;
            if (n == rest.n)
                return RP_SCAN_MORE;
        }
        if (data[splitter->seen] != tag[splitter->now.matched]) {
            splitter->now.matched = 0; /* and look at this byte again: it can be a '$' */
            continue;
        }
        splitter->seen++;
        if (++splitter->now.matched == splitter->now.tag)
            return go_to(splitter, RP_SCAN_TOP);
    }
    return RP_SCAN_MORE;
}

/* Whether a command takes the statement before it for itself. */
static bool takes_statement(struct rp_span name)
{
    return rp_span_starts(name, "g") || rp_span_is(name, "crosstabview") ||
           rp_span_is(name, "watch") || rp_span_is(name, "r") || rp_span_is(name, "reset");
}

static enum rp_scan scan_command(struct rp_splitter *splitter)
{
    size_t n = 0;

    if (!rp_scan_line(splitter))
        return RP_SCAN_MORE;
    struct rp_span line =
        rp_span_trim(rp_scan_span(splitter, splitter->now.mark + 1, splitter->stop));
    while (n < line.n && !rp_scan_is_blank(line.p[n]))
        n++;
    bool is_plain = rp_span_is(line, "g");
    if (splitter->now.has_word && (is_plain || rp_span_is(line, "gx") || rp_span_is(line, "G"))) {
        splitter->now.vertical = !is_plain;
        splitter->stop = splitter->now.mark;
        return RP_SCAN_STATEMENT;
    }
    splitter->now.dropped = takes_statement(rp_span_first(line, n));
    return RP_SCAN_COMMAND;
}

/* '-' and '/', where two of them or a star begin a comment. */
static enum rp_scan scan_comment(struct rp_splitter *splitter, int first)
{
    int second = rp_scan_peek(splitter, 1);

    if (second == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (first == '-' && second == '-')
        return rp_scan_open_line_comment(splitter);
    if (first == '/' && second == '*')
        return rp_scan_open_block_comment(splitter);
    rp_scan_take(splitter, 1);
    return RP_SCAN_ON;
}

static enum rp_scan scan_mark(struct rp_splitter *splitter, int c)
{
    struct rp_splitting *now = &splitter->now;

    switch (c) {
    case '\'':
        return rp_scan_open_quote(splitter, 1, !splitter->standard_strings);
    case '"':
        return rp_scan_open_quote(splitter, 1, false);
    case '-':
    case '/':
        return scan_comment(splitter, c);
    case '\\':
        return rp_scan_open_command(splitter);
    case ';':
        if (now->parens == 0 && now->begins == 0)
            return rp_scan_end(splitter, 1);
        break;
    case '(':
        now->parens++;
        break;
    case ')':
        now->parens -= now->parens > 0 ? 1 : 0;
        break;
    default: /* '$' */
        now->mark = splitter->seen;
        now->state = RP_SCAN_DOLLAR_TAG;
        break;
    }
    rp_scan_take(splitter, 1);
    return RP_SCAN_ON;
}

static enum rp_scan scan_top(struct rp_splitter *splitter)
{
    if (!splitter->now.has_word)
        rp_scan_blanks(splitter);
    const unsigned char *kinds = splitter->kinds;
    const char *data = splitter->held.data;
    const size_t len = splitter->held.len;
    size_t at = splitter->seen;
    if (splitter->now.has_word)
        while (at < len && kinds[(unsigned char)data[at]] == PLAIN)
            at++;
    splitter->seen = at;
    if (at == len)
        return RP_SCAN_MORE;

    enum kind kind = (enum kind)kinds[(unsigned char)data[at]];
    if (kind == MARK)
        return scan_mark(splitter, data[at]);
    if (kind != PLAIN) {
        splitter->now.mark = at;
        splitter->now.state = kind == NAME ? RP_SCAN_NAME : RP_SCAN_NUMBER;
    }
    rp_scan_take(splitter, kind == NAME ? 0 : 1);
    return kind == NAME ? scan_name(splitter) : RP_SCAN_ON;
}

enum rp_scan rp_scan_postgres(struct rp_splitter *splitter)
{
    switch ((enum rp_scan_state)splitter->now.state) {
    case RP_SCAN_QUOTE:
        return scan_quote(splitter);
    case RP_SCAN_AFTER_QUOTE:
        return scan_after_quote(splitter);
    case RP_SCAN_AFTER_QUOTE_COMMENT:
        return rp_scan_line_comment(splitter, RP_SCAN_AFTER_QUOTE);
    case RP_SCAN_NAME:
        return scan_name(splitter);
    case RP_SCAN_NUMBER:
        return scan_number(splitter);
    case RP_SCAN_DOLLAR_TAG:
        return scan_dollar_tag(splitter);
    case RP_SCAN_DOLLAR_QUOTE:
        return scan_dollar_quote(splitter);
    case RP_SCAN_LINE_COMMENT:
        return rp_scan_line_comment(splitter, RP_SCAN_TOP);
    case RP_SCAN_BLOCK_COMMENT:
        return rp_scan_block_comment(splitter);
    case RP_SCAN_COMMAND_LINE:
        return scan_command(splitter);
    case RP_SCAN_TOP:
    case RP_SCAN_NAMED_LINE:
        break;
    }
    return scan_top(splitter);
}
