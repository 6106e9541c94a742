/* What has come of a script: feeding, giving out pieces, counting lines. */
#include "splitter_scan.h"

enum rp_pairs rp_pairs_of(const char *encoding)
{
    if (rp_span_is_word_of(rp_span(encoding), "SJIS SHIFT_JIS_2004 sjis cp932"))
        return RP_PAIRS_SJIS;
    if (rp_span_is_word_of(rp_span(encoding), "GBK BIG5 UHC GB18030 JOHAB gbk big5 gb18030"))
        return RP_PAIRS_ALL;
    return RP_PAIRS_NONE;
}

void rp_splitter_init(struct rp_splitter *splitter, enum rp_engine dialect)
{
    *splitter = (struct rp_splitter){
        .dialect = dialect,
        .standard_strings = true,
        .backslashes = true,
        .line = 1,
        .given = RP_PIECE_MORE,
    };
    rp_buf_init(&splitter->held, RP_STATEMENT_MAX);
    if (dialect == RP_ENGINE_POSTGRES)
        rp_scan_init_postgres(splitter);
    else
        (void)rp_scan_set_delimiter(splitter, RP_SPAN(";"));
}

void rp_splitter_release(struct rp_splitter *splitter)
{
    rp_buf_release(&splitter->held);
}

/* The number of the line that has the byte at the offset. */
static uint64_t line_at(const struct rp_splitter *splitter, size_t offset)
{
    struct rp_span rest = rp_scan_span(splitter, splitter->counted, offset);
    uint64_t line = splitter->line;
    size_t n;

    while ((n = rp_span_find(rest, '\n')) < rest.n) {
        rest = rp_span_skip(rest, n + 1);
        line++;
    }
    return line;
}

void rp_scan_count_lines(struct rp_splitter *splitter)
{
    splitter->line = line_at(splitter, splitter->begin);
    splitter->counted = splitter->begin;
}

/* What has been seen is done with: a statement can begin. */
static void restart(struct rp_splitter *splitter)
{
    splitter->begin = splitter->seen;
    splitter->now = (struct rp_splitting){.state = RP_SCAN_TOP};
}

void rp_scan_settle(struct rp_splitter *splitter)
{
    if (splitter->given == RP_PIECE_COMMAND && splitter->now.has_word && !splitter->now.dropped) {
        memset(splitter->held.data + splitter->now.mark, ' ', splitter->stop - splitter->now.mark);
        splitter->now.state = RP_SCAN_TOP;
    } else if (splitter->given != RP_PIECE_MORE) {
        restart(splitter);
    }
    splitter->given = RP_PIECE_MORE;
    rp_scan_settle_data(splitter);
}

static void drop_used(struct rp_splitter *splitter)
{
    size_t n = splitter->begin;

    rp_scan_count_lines(splitter);
    rp_buf_drop(&splitter->held, n);
    splitter->begin = splitter->counted = 0;
    splitter->seen -= n;
    /* These two can be left from before; then nothing reads them. */
    splitter->now.word -= splitter->now.word < n ? splitter->now.word : n;
    splitter->now.mark -= splitter->now.mark < n ? splitter->now.mark : n;
}

rp_status rp_splitter_feed(struct rp_splitter *splitter, struct rp_span bytes, bool last,
                           struct rp_error *err)
{
    rp_scan_settle(splitter);
    drop_used(splitter);
    rp_buf_add(&splitter->held, bytes);
    splitter->ended = splitter->ended || last;
    return rp_buf_check(&splitter->held, RP_KIND_SQL, "a statement", err);
}

/* False: it cannot be told yet. */
static bool skip_byte_order_mark(struct rp_splitter *splitter)
{
    struct rp_span mark = RP_SPAN("\xef\xbb\xbf");
    struct rp_span here = rp_span_first(rp_buf_span(&splitter->held), mark.n);
    bool matches = rp_span_eq(here, rp_span_first(mark, here.n));

    if (matches && here.n < mark.n && !splitter->ended)
        return false;
    splitter->started = true;
    if (matches && here.n == mark.n)
        splitter->begin = splitter->seen = mark.n;
    return true;
}

static enum rp_scan scan(struct rp_splitter *splitter)
{
    enum rp_scan result;

    if (!splitter->started && !skip_byte_order_mark(splitter))
        return RP_SCAN_MORE;
    do {
        result = splitter->dialect == RP_ENGINE_MYSQL ? rp_scan_mysql(splitter)
                                                      : rp_scan_postgres(splitter);
        if (result == RP_SCAN_DROP)
            restart(splitter);
    } while (result == RP_SCAN_ON || result == RP_SCAN_DROP);
    return result;
}

static enum rp_piece give_command(struct rp_splitter *splitter, struct rp_statement *out)
{
    struct rp_span text = rp_scan_span(splitter, splitter->now.mark, splitter->stop);

    if (rp_span_starts(text, "\\"))
        text = rp_span_skip(text, 1);
    out->text = rp_span_trim(text);
    out->line = out->text_line = line_at(splitter, splitter->now.mark);
    splitter->given = RP_PIECE_COMMAND;
    return RP_PIECE_COMMAND;
}

static enum rp_piece give_statement(struct rp_splitter *splitter, struct rp_statement *out)
{
    size_t stop = splitter->stop;

    rp_scan_count_lines(splitter);
    while (stop > splitter->begin && rp_scan_is_blank(splitter->held.data[stop - 1]))
        stop--;
    out->text = rp_scan_span(splitter, splitter->begin, stop);
    out->text_line = splitter->line;
    out->line = splitter->now.has_word ? line_at(splitter, splitter->now.word) : splitter->line;
    out->vertical = splitter->now.vertical;
    out->copies_in = splitter->now.copies_in;
    splitter->given = RP_PIECE_STATEMENT;
    return RP_PIECE_STATEMENT;
}

enum rp_piece rp_splitter_next(struct rp_splitter *splitter, struct rp_statement *out)
{
    *out = (struct rp_statement){.text = RP_SPAN("")};
    rp_scan_settle(splitter);
    switch (scan(splitter)) {
    case RP_SCAN_STATEMENT:
        return give_statement(splitter, out);
    case RP_SCAN_COMMAND:
        return give_command(splitter, out);
    case RP_SCAN_ON:
    case RP_SCAN_DROP:
    case RP_SCAN_MORE:
        break;
    }
    if (!splitter->ended)
        return RP_PIECE_MORE;
    bool is_inside = rp_splitter_is_inside(splitter);
    splitter->stop = splitter->seen = splitter->held.len;
    return is_inside ? give_statement(splitter, out) : RP_PIECE_END;
}

bool rp_splitter_is_inside(const struct rp_splitter *splitter)
{
    return splitter->now.has_word || splitter->now.state == RP_SCAN_BLOCK_COMMENT;
}

char rp_splitter_open(const struct rp_splitter *splitter)
{
    if (!rp_splitter_is_inside(splitter))
        return '\0';
    switch (splitter->now.state) {
    case RP_SCAN_QUOTE:
        return splitter->now.quote;
    case RP_SCAN_DOLLAR_QUOTE:
        return '$';
    case RP_SCAN_BLOCK_COMMENT:
        return '*';
    default:
        return splitter->now.parens > 0 ? '(' : '-';
    }
}

void rp_splitter_forget(struct rp_splitter *splitter)
{
    splitter->given = RP_PIECE_MORE;
    splitter->data = (struct rp_copy_data){.state = RP_DATA_NONE};
    splitter->seen = splitter->held.len;
    restart(splitter);
}
