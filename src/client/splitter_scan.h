/*
 * What the scanners of both dialects have in common. A scanner goes through the
 * bytes of `held` once, from `seen` on, one state after another; where bytes
 * run out it keeps its state, and goes on from there when more have come.
 */
#ifndef RP_CLIENT_SPLITTER_SCAN_H
#define RP_CLIENT_SPLITTER_SCAN_H

#include "splitter.h"

enum rp_scan {
    RP_SCAN_ON,        /* one step is done */
    RP_SCAN_MORE,      /* the bytes have run out */
    RP_SCAN_STATEMENT, /* it ends at `stop` */
    RP_SCAN_COMMAND,   /* one stands from `now.mark` to `stop`, backslash included */
    RP_SCAN_DROP,      /* there is nothing to give up to `seen` */
};

enum rp_scan_state {
    RP_SCAN_TOP, /* between tokens */
    RP_SCAN_QUOTE,
    RP_SCAN_LINE_COMMENT,
    RP_SCAN_BLOCK_COMMENT,
    RP_SCAN_COMMAND_LINE, /* behind a backslash */
    /* MySQL */
    RP_SCAN_NAMED_LINE, /* the first word is a command's */
    /* PostgreSQL */
    RP_SCAN_AFTER_QUOTE,
    RP_SCAN_AFTER_QUOTE_COMMENT,
    RP_SCAN_NAME,
    RP_SCAN_NUMBER,
    RP_SCAN_DOLLAR_TAG,
    RP_SCAN_DOLLAR_QUOTE,
};

/* Of data behind a COPY. */
enum rp_data_state {
    RP_DATA_NONE,
    RP_DATA_FIRST_LINE, /* what is left of the COPY's own line */
    RP_DATA_LINE,       /* at a line's beginning */
    RP_DATA_WITHIN_LINE,
    RP_DATA_OVER,
};

/* What was given is used up. */
void rp_scan_settle(struct rp_splitter *splitter);
void rp_scan_settle_data(struct rp_splitter *splitter);
/* `line` becomes the number of the line at `begin`. */
void rp_scan_count_lines(struct rp_splitter *splitter);

/* One step of a dialect's scanner. */
enum rp_scan rp_scan_mysql(struct rp_splitter *splitter);
enum rp_scan rp_scan_postgres(struct rp_splitter *splitter);

void rp_scan_init_postgres(struct rp_splitter *splitter);
/* MySQL. False where it cannot be one: empty, too long, or with a backslash or NUL. */
bool rp_scan_set_delimiter(struct rp_splitter *splitter, struct rp_span delimiter);

/* The byte `ahead` of `seen`, or that there is none: not yet, or not ever. */
enum { RP_PEEK_END = -1, RP_PEEK_MORE = -2 };

static inline int rp_scan_peek(const struct rp_splitter *splitter, size_t ahead)
{
    if (splitter->held.len - splitter->seen > ahead)
        return (unsigned char)splitter->held.data[splitter->seen + ahead];
    return splitter->ended ? RP_PEEK_END : RP_PEEK_MORE;
}

static inline bool rp_scan_is_blank(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The byte and the next one are a character, whatever the next one looks like. */
static inline bool rp_scan_is_lead(const struct rp_splitter *splitter, char c)
{
    const unsigned char byte = (unsigned char)c;

    return splitter->pairs != RP_PAIRS_NONE && byte > 0x80 &&
           (splitter->pairs != RP_PAIRS_SJIS || byte < 0xA0 || byte >= 0xE0);
}

static inline struct rp_span rp_scan_span(const struct rp_splitter *splitter, size_t from,
                                          size_t to)
{
    return (struct rp_span){rp_buf_str(&splitter->held) + from, to - from};
}

/* The next `skip` bytes belong to a token: the statement has begun. */
static inline void rp_scan_take(struct rp_splitter *splitter, size_t skip)
{
    if (!splitter->now.has_word) {
        splitter->now.has_word = true;
        splitter->now.word = splitter->seen;
        if (!splitter->now.has_comment)
            splitter->begin = splitter->seen;
    }
    splitter->seen += skip;
}

/* Blanks before a statement are none of it. */
void rp_scan_blanks(struct rp_splitter *splitter);
/* A statement ends, if there is one, with a delimiter of so many bytes at `seen`. */
enum rp_scan rp_scan_end(struct rp_splitter *splitter, size_t delimiter);

/* What begins here, with as many bytes as are skipped; then its state. */
enum rp_scan rp_scan_open_quote(struct rp_splitter *splitter, size_t skip, bool escapes);
enum rp_scan rp_scan_open_line_comment(struct rp_splitter *splitter);
enum rp_scan rp_scan_open_block_comment(struct rp_splitter *splitter);
enum rp_scan rp_scan_open_command(struct rp_splitter *splitter);

/* Up to the end of the quote, which is skipped; then that state. */
enum rp_scan rp_scan_quote(struct rp_splitter *splitter, enum rp_scan_state then);
/* Up to the end of the line, which is not skipped; then that state. */
enum rp_scan rp_scan_line_comment(struct rp_splitter *splitter, enum rp_scan_state then);
/* Up to the end of the comment, which is skipped. In PostgreSQL there can be others in it. */
enum rp_scan rp_scan_block_comment(struct rp_splitter *splitter);
/* Up to the end of the line: false where it has not come. */
bool rp_scan_line(struct rp_splitter *splitter);

#endif
