/*
 * Data of COPY … FROM STDIN in a script. What stands behind the COPY on its line
 * waits at `begin` while data are given out behind it, and is moved up to what
 * follows them when they end.
 */
#include "splitter_scan.h"

void rp_scan_settle_data(struct rp_splitter *splitter)
{
    size_t rest = splitter->data.rest;

    if (splitter->data.state == RP_DATA_NONE || splitter->data.state == RP_DATA_FIRST_LINE)
        return;
    rp_scan_count_lines(splitter);
    size_t begin = splitter->seen - rest;
    if (rest > 0)
        memmove(splitter->held.data + begin, splitter->held.data + splitter->begin, rest);
    splitter->begin = splitter->counted = begin;
    if (splitter->data.state != RP_DATA_OVER)
        return;
    splitter->seen = splitter->begin;
    splitter->data = (struct rp_copy_data){.state = RP_DATA_NONE};
}

/* What is left of the COPY's line; false where its end has not come. */
static bool pass_first_line(struct rp_splitter *splitter)
{
    if (!rp_scan_line(splitter))
        return false;
    if (splitter->seen == splitter->held.len) {
        splitter->data.state = RP_DATA_OVER;
        splitter->data.rest = splitter->seen - splitter->begin;
        return true;
    }
    struct rp_span rest = rp_scan_span(splitter, splitter->begin, splitter->seen);
    splitter->seen++;
    if (rp_span_trim(rest).n == 0)
        splitter->begin = splitter->seen;
    splitter->data.rest = splitter->seen - splitter->begin;
    splitter->data.state = RP_DATA_LINE;
    return true;
}

/* At a line's beginning: how long "\." is there with the line's end; 0: it is not. */
static bool find_end(const struct rp_splitter *splitter, size_t *out_length)
{
    static const char end[] = "\\.\r\n";
    size_t n = 0;

    *out_length = 0;
    for (size_t i = 0; end[i] != '\0'; i++) {
        int c = rp_scan_peek(splitter, n);
        if (c == RP_PEEK_MORE)
            return false;
        if (c == end[i])
            n++;
        else if (i < 2 || (end[i] == '\n' && c != RP_PEEK_END))
            return true;
    }
    *out_length = n;
    return true;
}

/* Goes over data, up to their end or to where bytes run out; gives where they stop. */
static size_t pass_data(struct rp_splitter *splitter)
{
    size_t end = 0;

    while (splitter->seen < splitter->held.len) {
        if (splitter->data.state == RP_DATA_LINE && !find_end(splitter, &end))
            return splitter->seen;
        if (splitter->data.state == RP_DATA_LINE && end > 0) {
            size_t stop = splitter->seen;
            splitter->seen += end;
            splitter->line += splitter->held.data[splitter->seen - 1] == '\n' ? 1 : 0;
            splitter->data.state = RP_DATA_OVER;
            return stop;
        }
        struct rp_span rest = rp_scan_span(splitter, splitter->seen, splitter->held.len);
        size_t n = rp_span_find(rest, '\n');
        bool whole = n < rest.n;
        splitter->seen += whole ? n + 1 : n;
        splitter->line += whole ? 1 : 0;
        splitter->data.state = whole ? RP_DATA_LINE : RP_DATA_WITHIN_LINE;
    }
    if (splitter->ended)
        splitter->data.state = RP_DATA_OVER;
    return splitter->seen;
}

bool rp_splitter_data(struct rp_splitter *splitter, struct rp_span *out, bool *out_end)
{
    *out = RP_SPAN("");
    *out_end = false;
    rp_scan_settle(splitter);
    if (splitter->data.state == RP_DATA_NONE)
        splitter->data.state = RP_DATA_FIRST_LINE;
    if (splitter->data.state == RP_DATA_FIRST_LINE && !pass_first_line(splitter))
        return false;
    size_t from = splitter->seen;
    if (splitter->data.state != RP_DATA_OVER)
        *out = rp_scan_span(splitter, from, pass_data(splitter));
    *out_end = splitter->data.state == RP_DATA_OVER;
    return out->n > 0 || *out_end;
}
