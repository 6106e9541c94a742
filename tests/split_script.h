/* Splits a script that comes in pieces of one size, and writes down what was given, for comparing.
 */
#ifndef SPLIT_SCRIPT_H
#define SPLIT_SCRIPT_H

#include "client/splitter.h"

/* Feeds the next `n` bytes of the script. */
static inline rp_status split_feed(struct rp_splitter *splitter, struct rp_span *script, size_t n,
                                   struct rp_error *err)
{
    struct rp_span piece = rp_span_first(*script, n);

    *script = rp_span_skip(*script, piece.n);
    return rp_splitter_feed(splitter, piece, script->n == 0, err);
}

/* "<DATA>"; the pieces of it are put together. */
static inline rp_status split_data(struct rp_splitter *splitter, struct rp_span *script, size_t n,
                                   struct rp_buf *out, struct rp_error *err)
{
    struct rp_span data;
    bool end = false;

    rp_buf_add_char(out, '<');
    while (!end) {
        if (rp_splitter_data(splitter, &data, &end))
            rp_buf_add(out, data);
        else
            RP_TRY(split_feed(splitter, script, n, err));
    }
    rp_buf_add_char(out, '>');
    return RP_OK;
}

/*
 * A statement as "LINE TEXT|", "LINE-LINE TEXT|" where comments stand before its
 * first word, "LINE G TEXT|" where it ends in \G; a command as "LINE! TEXT|".
 */
static inline rp_status split_script(struct rp_splitter *splitter, struct rp_span script, size_t n,
                                     struct rp_buf *out, struct rp_error *err)
{
    struct rp_statement statement;
    enum rp_piece piece;

    while ((piece = rp_splitter_next(splitter, &statement)) != RP_PIECE_END) {
        if (piece == RP_PIECE_MORE) {
            RP_TRY(split_feed(splitter, &script, n, err));
            continue;
        }
        if (statement.text_line != statement.line)
            rp_buf_addf(out, "%ju-", (uintmax_t)statement.text_line);
        rp_buf_addf(out, "%ju", (uintmax_t)statement.line);
        rp_buf_add_str(out, piece == RP_PIECE_COMMAND ? "! " : statement.vertical ? " G " : " ");
        rp_buf_add(out, statement.text);
        rp_buf_add_char(out, '|');
        if (statement.copies_in)
            RP_TRY(split_data(splitter, &script, n, out, err));
    }
    return RP_OK;
}

#endif
