/*
 * The terminal while a line is typed: characters for libedit, and the signals that
 * come between them, which are taken then and at no other moment.
 */
#ifndef RP_CLIENT_PROMPT_TERMINAL_H
#define RP_CLIENT_PROMPT_TERMINAL_H

#include <histedit.h>
#include <signal.h>
#include <stdio.h>

#include "prompt_line.h"

enum { RP_PROMPT_SIGNALS = 7 };

/* It is the client data (EL_CLIENTDATA) of `edit`. */
struct rp_prompt_terminal {
    EditLine *edit;
    FILE *file; /* where lines are edited */
    char prompt[RP_PROMPT_MAX];
    bool interrupted; /* Ctrl-C: the line ends */

    /* Its own. */
    struct sigaction actions[RP_PROMPT_SIGNALS]; /* as they are between lines */
    sigset_t mask;                               /* so, too */
    sigset_t waiting;                            /* while it is waited for a character */
    int ahead;                                   /* bytes to be read that were typed before */
};

/*
 * From here on signals are the line's, but for those that are ignored, and so are keys:
 * to be called before the prompt is shown, as what is typed at its sight is for the line.
 */
void rp_prompt_terminal_take(struct rp_prompt_terminal *terminal);
/* Signals are the line's no longer; libedit itself gives back the rest. */
void rp_prompt_terminal_give_back(const struct rp_prompt_terminal *terminal);

/* Whether lines are edited here at all: not on a terminal that cannot move its cursor. */
bool rp_prompt_terminal_edits(const struct rp_prompt_terminal *terminal);

/*
 * A character for libedit (EL_GETCFN). After Ctrl-C it first gets one that takes the
 * cursor to the end of what is typed, so that nothing is written over, and then an error.
 */
int rp_prompt_terminal_read(EditLine *edit, wchar_t *out);

#endif
