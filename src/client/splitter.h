/*
 * Statements of a script, one after another, as their dialect delimits them: a
 * ';' in quotes, comments, dollar quotes or a routine's body ends nothing. Bytes
 * come in pieces of any size, so that a script of any length takes the memory
 * of its longest statement.
 *
 * MySQL:      '…' "…" `…` with \ and doubled quotes; "-- ", # and comments; what
 *             stands in an executable comment is SQL, and a ';' there ends nothing.
 *             \g and \G end a statement. DELIMITER and mysql's other commands are
 *             taken where a statement could begin, in any case; a line of USE
 *             without a delimiter is a statement.
 * PostgreSQL: '…', E'…', U&'…', each with its continuation on the next line, "…",
 *             $tag$…$tag$, nested comments, parentheses, BEGIN ATOMIC bodies.
 *             \g, \gx and \G end a statement. COPY … FROM STDIN is followed by
 *             data, up to a line "\.".
 *
 * Comments and blanks before a statement are left out, but for block comments
 * directly before it: they can be hints, or say who asks. What has nothing else
 * is no statement. Where a script ends within one, that is given as it is, for
 * the server to judge. A byte order mark at the beginning is skipped. In some
 * encodings the second byte of a character can read like a backslash or a `.
 */
#ifndef RP_CLIENT_SPLITTER_H
#define RP_CLIENT_SPLITTER_H

#include "rdspass/base/buf.h"
#include "rdspass/rds/engine.h"

enum {
    RP_STATEMENT_MAX = 256 * 1024 * 1024, /* with the piece that its end comes in */
    RP_DELIMITER_MAX = 31,
};

enum rp_piece {
    RP_PIECE_MORE,      /* feed more bytes */
    RP_PIECE_STATEMENT, /* complete, without its delimiter */
    /*
     * A command of mysql or psql: a backslash outside quotes and what follows it
     * on its line, without the backslash: "connect orders", "restrict KEY". Or
     * mysql's without one: "source x.sql", and DELIMITER without a usable one.
     * Within a statement, that goes on as if the command were blank, unless the
     * command would have run it in a way of its own (\gset) or dropped it (\r).
     */
    RP_PIECE_COMMAND,
    RP_PIECE_END, /* nothing is left */
};

/* Which bytes are the first of a character whose second can be one of ASCII. */
enum rp_pairs {
    RP_PAIRS_NONE,
    RP_PAIRS_ALL, /* all above 0x80: GBK, Big5 */
    RP_PAIRS_SJIS /* but for half-width kana */
};

/* By the name that either server has for an encoding. */
enum rp_pairs rp_pairs_of(const char *encoding);

/* Starts by rp_splitter_init. */
struct rp_splitter {
    enum rp_engine dialect;
    /* As the session has them; they may change whenever a piece was given. */
    bool standard_strings; /* PostgreSQL: '…' takes no \ */
    bool backslashes;      /* MySQL: quotes take \ (not NO_BACKSLASH_ESCAPES) */
    enum rp_pairs pairs;   /* what texts from the client are encoded in */

    /* All else is the splitter's own: splitter_scan.h. Offsets are of `held`. */
    struct rp_buf held;       /* what has come and is not used up, from `begin` on */
    size_t begin;             /* of the statement, with comments that belong to it */
    size_t seen;              /* how far it has been looked at */
    size_t stop;              /* its end, or that of a command */
    size_t counted;           /* up to `begin`: there the line has the number `line` */
    uint64_t line;            /* from 1 */
    int given;                /* the piece that was given last, an enum rp_piece */
    bool started, ended;      /* the byte order mark is passed; the last bytes have come */
    unsigned char kinds[256]; /* what a byte can be the beginning of */
    char delimiter[RP_DELIMITER_MAX + 1];
    struct rp_copy_data {
        unsigned state;
        size_t rest; /* bytes at `begin`: what stands behind the COPY's ';' on its line */
    } data;
    struct rp_splitting { /* the statement at `begin` */
        unsigned state;
        bool has_word;    /* there is more than comments, from `word` on */
        bool has_comment; /* one that belongs to it begins at `begin` */
        bool escapes;     /* the quote takes \ */
        bool newline;     /* PostgreSQL: behind the last quote */
        bool executable;  /* MySQL: within such a comment */
        bool vertical, dropped;
        char quote;
        char head[5]; /* PostgreSQL: first letters of its first words: splitter_postgres.c */
        size_t words;
        size_t word;
        size_t mark;         /* where the token begins that `seen` is in */
        size_t tag, matched; /* length of a dollar quote's tag, how much of it has come again */
        size_t comments, parens, begins; /* depths */
        bool copy, from, copies_in;
    } now;
};

void rp_splitter_init(struct rp_splitter *splitter, enum rp_engine dialect);
void rp_splitter_release(struct rp_splitter *splitter);

/*
 * More of the script; `last`: nothing follows. To be called where a piece was
 * RP_PIECE_MORE, or data ran out. RP_KIND_SQL: a statement is too long.
 */
rp_status rp_splitter_feed(struct rp_splitter *splitter, struct rp_span bytes, bool last,
                           struct rp_error *err) RP_MUST_USE;

struct rp_statement {
    struct rp_span text; /* borrowed until the next call */
    uint64_t line;       /* of its first word */
    uint64_t text_line;  /* where `text` begins: with comments before the first word */
    bool vertical;       /* it ended in \G or \gx */
    bool copies_in;      /* COPY … FROM STDIN: data follow, even where the server refuses it */
};

enum rp_piece rp_splitter_next(struct rp_splitter *splitter, struct rp_statement *out);

/*
 * Data that stand in the script behind COPY … FROM STDIN, from the line below it:
 * whole lines or parts of them, up to the line "\." (taken, not given). False:
 * feed more. *out_end: that line has come, or the script's end; to be called up
 * to there. What stands behind the COPY on its own line comes next, as in psql.
 */
bool rp_splitter_data(struct rp_splitter *splitter, struct rp_span *out, bool *out_end);

/* After RP_PIECE_MORE: something of a statement has come. The prompt shows it. */
bool rp_splitter_is_inside(const struct rp_splitter *splitter);
/*
 * What is open of it: a quote (itself; '$': a dollar quote), a comment ('*'), a
 * parenthesis ('('); '-' where it has not ended yet; NUL where nothing is.
 */
char rp_splitter_open(const struct rp_splitter *splitter);
/* Drops what has come: of it, behind it, of the data of a COPY. */
void rp_splitter_forget(struct rp_splitter *splitter);

#endif
