/* Lines that a person types at a terminal, by libedit, with the history of earlier ones. */
#ifndef RP_CLIENT_PROMPT_LINE_H
#define RP_CLIENT_PROMPT_LINE_H

#include "rdspass/base/buf.h"

enum { RP_PROMPT_MAX = 256 };

struct rp_prompt_line;

rp_status rp_prompt_line_new(struct rp_prompt_line **out, struct rp_error *err) RP_MUST_USE;
void rp_prompt_line_free(struct rp_prompt_line *line);

/*
 * From here on the history is that of a file (prompt_history.h), and is added to it;
 * the path is borrowed. RP_KIND_OUTPUT: it is kept in memory alone.
 */
rp_status rp_prompt_line_use_history(struct rp_prompt_line *line, const char *path,
                                     struct rp_error *err) RP_MUST_USE;

/* Adds what was typed to the history, unless it may have a password in it. As above. */
rp_status rp_prompt_line_remember(struct rp_prompt_line *line, struct rp_span entry,
                                  struct rp_error *err) RP_MUST_USE;

enum rp_prompt_end {
    RP_PROMPT_LINE,        /* a line, with its newline */
    RP_PROMPT_LEFT,        /* Ctrl-D, or the terminal is gone */
    RP_PROMPT_INTERRUPTED, /* Ctrl-C: what was typed is dropped */
};

/*
 * Asks for a line with the prompt. Meanwhile signals are the line's: SIGINT is
 * Ctrl-C; one that stops or ends the process first gives the terminal back. *out is
 * valid until the next call.
 */
enum rp_prompt_end rp_prompt_line_read(struct rp_prompt_line *line, const char *prompt,
                                       struct rp_span *out);

/* Drops what has been typed ahead, or pasted. */
void rp_prompt_line_drop_ahead(void);

/* Columns of the terminal that results go to; 0: they go to none. */
size_t rp_prompt_line_width(void);

#endif
