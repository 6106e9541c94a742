/* A question to the person at the terminal, wherever standard input and output lead. */
#ifndef RP_BASE_TERMINAL_H
#define RP_BASE_TERMINAL_H

#include "rdspass/base/secret.h"

enum { RP_TERMINAL_ANSWER_MAX = 255 };

/*
 * Shows `prompt` on /dev/tty and reads one line from there without showing it;
 * what was typed ahead is dropped. The terminal is as it was afterwards, also
 * where a signal ends or stops the process meanwhile. *out_answer is without its
 * line end. RP_KIND_CREDENTIALS where there is no terminal, nothing is typed, or
 * the line ends by end of file; the caller says what was asked for.
 */
rp_status rp_terminal_ask(const char *prompt, struct rp_secret *out_answer,
                          struct rp_error *err) RP_MUST_USE;

#endif
