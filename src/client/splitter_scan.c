/* Quotes, comments and lines: what the scanners of both dialects have in common. */
#include "splitter_scan.h"

void rp_scan_blanks(struct rp_splitter *splitter)
{
    while (rp_scan_is_blank(rp_scan_peek(splitter, 0)))
        splitter->seen++;
    if (!splitter->now.has_comment)
        splitter->begin = splitter->seen;
}

enum rp_scan rp_scan_end(struct rp_splitter *splitter, size_t delimiter)
{
    splitter->stop = splitter->seen;
    splitter->seen += delimiter;
    return splitter->now.has_word ? RP_SCAN_STATEMENT : RP_SCAN_DROP;
}

enum rp_scan rp_scan_open_quote(struct rp_splitter *splitter, size_t skip, bool escapes)
{
    rp_scan_take(splitter, skip);
    splitter->now.quote = splitter->held.data[splitter->seen - 1];
    splitter->now.escapes = escapes;
    splitter->now.state = RP_SCAN_QUOTE;
    return RP_SCAN_ON;
}

enum rp_scan rp_scan_quote(struct rp_splitter *splitter, enum rp_scan_state then)
{
    const char quote = splitter->now.quote;
    const char escape = splitter->now.escapes ? '\\' : quote;
    const char *data = splitter->held.data;
    size_t at = splitter->seen;

    for (;;) {
        while (at < splitter->held.len && data[at] != quote && data[at] != escape &&
               !rp_scan_is_lead(splitter, data[at]))
            at++;
        if (at < splitter->held.len && data[at] == quote)
            break;
        /* An escape or the first of a pair, which skip what follows; or the end, or both. */
        splitter->seen = at;
        if (splitter->held.len - at < 2)
            return RP_SCAN_MORE;
        at += 2;
    }
    splitter->seen = at + 1;
    splitter->now.state = then;
    return RP_SCAN_ON;
}

enum rp_scan rp_scan_open_line_comment(struct rp_splitter *splitter)
{
    splitter->now.state = RP_SCAN_LINE_COMMENT;
    return RP_SCAN_ON;
}

enum rp_scan rp_scan_line_comment(struct rp_splitter *splitter, enum rp_scan_state then)
{
    const char other = splitter->dialect == RP_ENGINE_POSTGRES ? '\r' : '\n';
    const char *data = splitter->held.data;
    size_t at = splitter->seen;

    while (at < splitter->held.len && data[at] != '\n' && data[at] != other)
        at++;
    splitter->seen = at;
    if (!splitter->now.has_word) {
        splitter->now.has_comment = false;
        splitter->begin = at;
    }
    if (at == splitter->held.len)
        return RP_SCAN_MORE;
    splitter->now.state = then;
    return RP_SCAN_ON;
}

enum rp_scan rp_scan_open_block_comment(struct rp_splitter *splitter)
{
    if (!splitter->now.has_word && !splitter->now.has_comment) {
        splitter->now.has_comment = true;
        splitter->begin = splitter->seen;
    }
    splitter->seen += 2;
    splitter->now.comments = 1;
    splitter->now.state = RP_SCAN_BLOCK_COMMENT;
    return RP_SCAN_ON;
}

enum rp_scan rp_scan_block_comment(struct rp_splitter *splitter)
{
    const char opens = splitter->dialect == RP_ENGINE_POSTGRES ? '/' : '*';
    const char *data = splitter->held.data;

    while (splitter->now.comments > 0) {
        size_t at = splitter->seen;
        while (at < splitter->held.len && data[at] != '*' && data[at] != opens)
            at++;
        splitter->seen = at;
        if (splitter->held.len - at < 2)
            return RP_SCAN_MORE;
        bool closes = data[at] == '*' && data[at + 1] == '/';
        bool nests = data[at] == '/' && data[at + 1] == '*';
        splitter->seen += closes || nests ? 2 : 1;
        splitter->now.comments += nests ? 1 : 0;
        splitter->now.comments -= closes ? 1 : 0;
    }
    splitter->now.state = RP_SCAN_TOP;
    return RP_SCAN_ON;
}

enum rp_scan rp_scan_open_command(struct rp_splitter *splitter)
{
    splitter->now.mark = splitter->seen++;
    splitter->now.state = RP_SCAN_COMMAND_LINE;
    return RP_SCAN_ON;
}

bool rp_scan_line(struct rp_splitter *splitter)
{
    struct rp_span rest = rp_scan_span(splitter, splitter->seen, splitter->held.len);
    size_t n = rp_span_find(rest, '\n');

    splitter->seen += n;
    splitter->stop = splitter->seen;
    return n < rest.n || splitter->ended;
}
