/*
 * Where MySQL's statements end. It is done as mysql does it, so that what it can
 * read is read the same; but the server's rule decides what a comment is, and
 * what stands in an executable comment does not end the statement around it.
 */
#include "splitter_scan.h"

/* mysql's commands, which are taken where a statement could begin. */
static const struct named {
    const char *name;
    bool takes_text;
} commands[] = {
    {"delimiter", true},
    {"use", true},
    {"source", true},
    {"help", true},
    {"connect", true},
    {"charset", true},
    {"pager", true},
    {"prompt", true},
    {"system", true},
    {"tee", true},
    {"query_attributes", true},
    {"clear", false},
    {"edit", false},
    {"ego", false},
    {"exit", false},
    {"go", false},
    {"nopager", false},
    {"notee", false},
    {"nowarning", false},
    {"print", false},
    {"quit", false},
    {"rehash", false},
    {"resetconnection", false},
    {"status", false},
    {"sandbox", false},
    {"warnings", false},
};

enum { NAME_MAX_LENGTH = 16 }; /* the longest has that */

bool rp_scan_set_delimiter(struct rp_splitter *splitter, struct rp_span delimiter)
{
    static const char marks[] = "'\"`#-/*\\";

    if (delimiter.n == 0 || delimiter.n > RP_DELIMITER_MAX ||
        rp_span_find(delimiter, '\\') < delimiter.n || rp_span_find(delimiter, '\0') < delimiter.n)
        return false;
    memcpy(splitter->delimiter, delimiter.p, delimiter.n);
    splitter->delimiter[delimiter.n] = '\0';
    memset(splitter->kinds, 0, sizeof(splitter->kinds));
    for (const char *mark = marks; *mark != '\0'; mark++)
        splitter->kinds[(unsigned char)*mark] = 1;
    splitter->kinds[(unsigned char)delimiter.p[0]] = 1;
    return true;
}

/* Up to a blank, or what stands in quotes. */
static struct rp_span first_argument(struct rp_span text)
{
    size_t n = 0;

    if (text.n > 0 && (text.p[0] == '\'' || text.p[0] == '"' || text.p[0] == '`'))
        return rp_span_first(rp_span_skip(text, 1), rp_span_find(rp_span_skip(text, 1), text.p[0]));
    while (n < text.n && !rp_scan_is_blank(text.p[n]))
        n++;
    return rp_span_first(text, n);
}

static const struct named *find_command(struct rp_span name)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (name.n > 0 && rp_lower(name.p[0]) == commands[i].name[0] &&
            rp_span_is_nocase(name, commands[i].name))
            return &commands[i];
    return NULL;
}

/* Whether a statement could begin here, but the word is the name of a command. */
static enum rp_scan scan_first_word(struct rp_splitter *splitter)
{
    size_t n = 0;
    int c;

    while ((c = rp_scan_peek(splitter, n)) > 0 && (rp_is_alpha((char)c) || c == '_') &&
           n < NAME_MAX_LENGTH)
        n++;
    if (c == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    struct rp_span name = rp_scan_span(splitter, splitter->seen, splitter->seen + n);
    if ((c >= 0 && !rp_scan_is_blank(c)) || find_command(name) == NULL) {
        rp_scan_take(splitter, 1);
        return RP_SCAN_ON;
    }
    splitter->now.mark = splitter->seen;
    splitter->now.state = RP_SCAN_NAMED_LINE;
    return RP_SCAN_ON;
}

/* A line in which a statement ends is SQL, whatever its first word is. */
static bool ends_statement(const struct rp_splitter *splitter, struct rp_span line)
{
    size_t n = strlen(splitter->delimiter);

    return line.n > 0 &&
           (memmem(line.p, line.n, splitter->delimiter, n) != NULL ||
            memmem(line.p, line.n, "\\g", 2) != NULL || memmem(line.p, line.n, "\\G", 2) != NULL);
}

/* The line is no command: its first word is looked at as that of a statement. */
static enum rp_scan take_as_sql(struct rp_splitter *splitter)
{
    splitter->seen = splitter->now.mark;
    rp_scan_take(splitter, 1);
    splitter->now.state = RP_SCAN_TOP;
    return RP_SCAN_ON;
}

static enum rp_scan scan_named_line(struct rp_splitter *splitter)
{
    size_t n = 0;

    if (!rp_scan_line(splitter))
        return RP_SCAN_MORE;
    struct rp_span line = rp_span_trim(rp_scan_span(splitter, splitter->now.mark, splitter->stop));
    while (n < line.n && !rp_scan_is_blank(line.p[n]))
        n++;
    const struct named *command = find_command(rp_span_first(line, n));
    struct rp_span text = rp_span_trim(rp_span_skip(line, n));
    if (command == NULL)
        return take_as_sql(splitter);
    if (rp_span_is(rp_span(command->name), "delimiter"))
        return rp_scan_set_delimiter(splitter, first_argument(text)) ? RP_SCAN_DROP
                                                                     : RP_SCAN_COMMAND;
    bool is_use = rp_span_is(rp_span(command->name), "use");
    if (ends_statement(splitter, line) ||
        (is_use ? text.n == 0 : text.n > 0 && !command->takes_text))
        return take_as_sql(splitter);
    if (!is_use)
        return RP_SCAN_COMMAND;
    splitter->seen = splitter->now.mark;
    rp_scan_take(splitter, splitter->stop - splitter->seen);
    return RP_SCAN_STATEMENT;
}

/* A line from a backslash on: "\d //" and "\c" are done here, the caller does the others. */
static enum rp_scan scan_command(struct rp_splitter *splitter)
{
    if (!rp_scan_line(splitter))
        return RP_SCAN_MORE;
    struct rp_span line =
        rp_span_trim(rp_scan_span(splitter, splitter->now.mark + 1, splitter->stop));
    bool begins = !splitter->now.has_word;
    if (rp_span_is(line, "c") || (begins && (rp_span_is(line, "g") || rp_span_is(line, "G"))))
        return RP_SCAN_DROP;
    if (begins && line.n > 2 && line.p[0] == 'd' && rp_scan_is_blank(line.p[1]) &&
        rp_scan_set_delimiter(splitter, first_argument(rp_span_trim(rp_span_skip(line, 2)))))
        return RP_SCAN_DROP;
    return RP_SCAN_COMMAND;
}

static enum rp_scan scan_backslash(struct rp_splitter *splitter)
{
    int c = splitter->now.has_word ? rp_scan_peek(splitter, 1) : 0;

    if (c == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (c == 'N') { /* NULL */
        splitter->seen += 2;
        return RP_SCAN_ON;
    }
    if (c != 'g' && c != 'G')
        return rp_scan_open_command(splitter);
    splitter->now.vertical = c == 'G';
    return rp_scan_end(splitter, 2);
}

/* A command with a delimiter behind it is one as well, but for those that the server knows, too. */
static bool is_command(struct rp_span text)
{
    size_t n = 0;

    text = rp_span_trim(text);
    while (n < text.n && text.p[n] != ' ' && text.p[n] != '\t')
        n++;
    const struct named *command = find_command(rp_span_first(text, n));
    return command != NULL && (command->takes_text || n == text.n) &&
           !rp_span_is(rp_span(command->name), "use") &&
           !rp_span_is(rp_span(command->name), "help");
}

static enum rp_scan scan_delimiter(struct rp_splitter *splitter, size_t length)
{
    enum rp_scan scan = rp_scan_end(splitter, length);

    if (scan != RP_SCAN_STATEMENT ||
        !is_command(rp_scan_span(splitter, splitter->now.word, splitter->stop)))
        return scan;
    splitter->now.mark = splitter->now.word;
    splitter->now.dropped = true;
    return RP_SCAN_COMMAND;
}

/* "--" needs a blank behind it, but for where a statement could begin. */
static enum rp_scan scan_dash(struct rp_splitter *splitter)
{
    int second = rp_scan_peek(splitter, 1);
    int third = second == '-' && splitter->now.has_word ? rp_scan_peek(splitter, 2) : ' ';

    if (second == RP_PEEK_MORE || third == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (second == '-' && (third <= ' ' || third == 0x7f))
        return rp_scan_open_line_comment(splitter);
    rp_scan_take(splitter, 1);
    return RP_SCAN_ON;
}

/*
 * A comment for MariaDB alone, with or without a version. A dump's first line is
 * none, though it looks like one: its "\-" is for MariaDB's own client.
 */
static enum rp_scan scan_mariadb_comment(struct rp_splitter *splitter)
{
    enum { OPENING = 4, VERSION_MAX = 6 };
    size_t n = OPENING;
    int c = rp_scan_peek(splitter, OPENING - 1);

    if (c == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (c != '!')
        return rp_scan_open_block_comment(splitter);
    while ((c = rp_scan_peek(splitter, n)) > 0 && rp_is_digit((char)c) && n < OPENING + VERSION_MAX)
        n++;
    if (c == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (c == '\\')
        return rp_scan_open_block_comment(splitter);
    rp_scan_take(splitter, n);
    splitter->now.executable = true;
    return RP_SCAN_ON;
}

static enum rp_scan scan_slash(struct rp_splitter *splitter)
{
    int second = rp_scan_peek(splitter, 1);
    int third = second == '*' ? rp_scan_peek(splitter, 2) : 0;

    if (second == RP_PEEK_MORE || third == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (second != '*') {
        rp_scan_take(splitter, 1);
        return RP_SCAN_ON;
    }
    if (third == 'M')
        return scan_mariadb_comment(splitter);
    if (third != '!')
        return rp_scan_open_block_comment(splitter);
    rp_scan_take(splitter, 3);
    splitter->now.executable = true;
    return RP_SCAN_ON;
}

/* The end of an executable comment, or a star. */
static enum rp_scan scan_star(struct rp_splitter *splitter)
{
    int second = splitter->now.executable ? rp_scan_peek(splitter, 1) : 0;

    if (second == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    if (second == '/')
        splitter->now.executable = false;
    rp_scan_take(splitter, second == '/' ? 2 : 1);
    return RP_SCAN_ON;
}

/* A character of two bytes. */
static enum rp_scan scan_pair(struct rp_splitter *splitter)
{
    int second = rp_scan_peek(splitter, 1);

    if (second == RP_PEEK_MORE)
        return RP_SCAN_MORE;
    rp_scan_take(splitter, second == RP_PEEK_END ? 1 : 2);
    return RP_SCAN_ON;
}

static enum rp_scan scan_token(struct rp_splitter *splitter, int c)
{
    switch (c) {
    case '\'':
    case '"':
        return rp_scan_open_quote(splitter, 1, splitter->backslashes);
    case '`':
        return rp_scan_open_quote(splitter, 1, false);
    case '#':
        return rp_scan_open_line_comment(splitter);
    case '-':
        return scan_dash(splitter);
    case '/':
        return scan_slash(splitter);
    case '*':
        return scan_star(splitter);
    default:
        if (rp_scan_is_lead(splitter, (char)c))
            return scan_pair(splitter);
        if (!splitter->now.has_word)
            return scan_first_word(splitter);
        splitter->seen++; /* the delimiter's first byte alone */
        return RP_SCAN_ON;
    }
}

static enum rp_scan scan_top(struct rp_splitter *splitter)
{
    if (!splitter->now.has_word)
        rp_scan_blanks(splitter);
    const char *data = splitter->held.data;
    size_t at = splitter->seen;
    if (splitter->now.has_word)
        while (at < splitter->held.len && splitter->kinds[(unsigned char)data[at]] == 0 &&
               !rp_scan_is_lead(splitter, data[at]))
            at++;
    splitter->seen = at;

    int c = rp_scan_peek(splitter, 0);
    if (c < 0)
        return RP_SCAN_MORE;
    if (c == '\\')
        return scan_backslash(splitter);
    if (c != (unsigned char)splitter->delimiter[0] || splitter->now.executable)
        return scan_token(splitter, c);
    struct rp_span delimiter = rp_span(splitter->delimiter);
    struct rp_span here =
        rp_span_first(rp_scan_span(splitter, at, splitter->held.len), delimiter.n);
    if (!rp_span_eq(here, rp_span_first(delimiter, here.n)))
        return scan_token(splitter, c);
    if (here.n == delimiter.n)
        return scan_delimiter(splitter, delimiter.n);
    return splitter->ended ? scan_token(splitter, c) : RP_SCAN_MORE;
}

enum rp_scan rp_scan_mysql(struct rp_splitter *splitter)
{
    switch ((enum rp_scan_state)splitter->now.state) {
    case RP_SCAN_QUOTE:
        return rp_scan_quote(splitter, RP_SCAN_TOP);
    case RP_SCAN_LINE_COMMENT:
        return rp_scan_line_comment(splitter, RP_SCAN_TOP);
    case RP_SCAN_BLOCK_COMMENT:
        return rp_scan_block_comment(splitter);
    case RP_SCAN_COMMAND_LINE:
        return scan_command(splitter);
    case RP_SCAN_NAMED_LINE:
        return scan_named_line(splitter);
    case RP_SCAN_TOP:
    case RP_SCAN_AFTER_QUOTE:
    case RP_SCAN_AFTER_QUOTE_COMMENT:
    case RP_SCAN_NAME:
    case RP_SCAN_NUMBER:
    case RP_SCAN_DOLLAR_TAG:
    case RP_SCAN_DOLLAR_QUOTE:
        break;
    }
    return scan_top(splitter);
}
