/* Lines that a person types, by libedit, and the history of what they ran. */
#ifndef RP_CLIENT_PROMPT_LINE_H
#define RP_CLIENT_PROMPT_LINE_H

#include "rdspass/base/buf.h"

enum { RP_PROMPT_MAX = 128, RP_HISTORY_MAX = 1000 };

struct rp_prompt_line;

/*
 * `history`: the file of earlier sessions, read now and written with every
 * statement, of mode 0600; empty: none is kept. One that cannot be read or
 * written is no error.
 */
rp_status rp_prompt_line_new(const char *history, struct rp_prompt_line **out,
                             struct rp_error *err) RP_MUST_USE;
void rp_prompt_line_free(struct rp_prompt_line *line);

/* What the next line is asked for with. */
void rp_prompt_line_ask_with(struct rp_prompt_line *line, const char *prompt);

enum rp_prompt_end {
    RP_PROMPT_LINE,        /* a line, with its newline */
    RP_PROMPT_LEFT,        /* Ctrl-D, or the terminal is gone */
    RP_PROMPT_INTERRUPTED, /* Ctrl-C: what was typed is dropped */
};

/* *out is valid until the next call. */
enum rp_prompt_end rp_prompt_line_read(struct rp_prompt_line *line, struct rp_span *out);

/* Keeps a statement that was run, unless it sets a password. */
void rp_prompt_line_remember(struct rp_prompt_line *line, struct rp_span statement, bool vertical);

#endif
