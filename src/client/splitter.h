/*
 * Statements of a script, one after another, as their dialect delimits them: a
 * ';' in quotes, comments, dollar quotes or a procedure's body under DELIMITER
 * ends nothing. Bytes come in pieces, so that a script of any length takes the
 * memory of its longest statement.
 *
 * MySQL:      '…' "…" `…` with \ and doubled quotes (NO_BACKSLASH_ESCAPES can
 *             be told), -- and # and comments, DELIMITER, \G \g at the end.
 * PostgreSQL: '…', E'…', U&'…', "…", $tag$…$tag$, nested comments, BEGIN ATOMIC
 *             bodies; COPY … FROM STDIN is followed by data, up to a line "\.";
 *             a line that begins with a backslash is a command.
 */
#ifndef RP_CLIENT_SPLITTER_H
#define RP_CLIENT_SPLITTER_H

#include "rdspass/base/buf.h"
#include "rdspass/rds/engine.h"

enum { RP_STATEMENT_MAX = 256 * 1024 * 1024 };

enum rp_piece {
    RP_PIECE_MORE,      /* feed more bytes */
    RP_PIECE_STATEMENT, /* complete, without its delimiter */
    RP_PIECE_COMMAND,   /* a line that begins with a backslash, without it: \connect, \restrict */
    RP_PIECE_END,       /* nothing is left */
};

/* Starts by rp_splitter_init. */
struct rp_splitter {
    enum rp_engine dialect;
    bool standard_strings; /* PostgreSQL: '…' takes no \; a session can change it */
    bool backslashes;      /* MySQL: '…' takes \ */
    struct rp_buf held;    /* what has come and is not used up */
    size_t seen;           /* how far `held` has been looked at */
    uint64_t line;         /* where `held` begins, from 1 */
    char delimiter[32];
    int state;
    size_t depth; /* of nested comments, of parentheses */
    char tag[64]; /* of a dollar quote */
    bool ended;
};

void rp_splitter_init(struct rp_splitter *splitter, enum rp_engine dialect);
void rp_splitter_release(struct rp_splitter *splitter);

/* More of the script; `last`: nothing follows. RP_KIND_SQL: a statement is too long. */
rp_status rp_splitter_feed(struct rp_splitter *splitter, struct rp_span bytes, bool last,
                           struct rp_error *err) RP_MUST_USE;

struct rp_statement {
    struct rp_span text; /* borrowed until the next call */
    uint64_t line;       /* where it begins */
    bool vertical;       /* MySQL: it ended in \G */
};

enum rp_piece rp_splitter_next(struct rp_splitter *splitter, struct rp_statement *out);

/*
 * Data that stands in the script behind COPY … FROM STDIN: complete lines, up to
 * the line "\." (taken, not given). *out_end: that line has come, or the script's end.
 */
bool rp_splitter_data(struct rp_splitter *splitter, struct rp_span *out, bool *out_end);

/* Whether something of a statement has come that is not complete: the prompt shows it. */
bool rp_splitter_is_inside(const struct rp_splitter *splitter);

#endif
