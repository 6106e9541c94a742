/* What a program of ours does to itself before anything else. */
#ifndef RP_BASE_PROCESS_H
#define RP_BASE_PROCESS_H

#include <signal.h>

#include "rdspass/base/buf.h"

/*
 * Makes sure that descriptors 0 to 2 are open, so that no file of ours becomes
 * the standard output. A closed one gets /dev/null opened the wrong way round:
 * using it fails, as it would have, and it is closed again on exec.
 */
void rp_process_keep_standard_descriptors(void);

/*
 * No core dump and no debugger of the same user: what we hold are keys. Only
 * the soft limit is lowered, so that it can be given back to a client.
 */
void rp_process_hide_memory(void);

/*
 * Makes a reader that left an error of write(2) (SIGPIPE), and children ones
 * that can be waited for (SIGCHLD), whatever we were started with.
 */
void rp_process_take_signals(void);

/*
 * What a helper of ours does first: the three above, no privileges to gain, and
 * its name in the list of processes, where execveat has left a number.
 */
void rp_process_confine(const char *name);

/* Takes one more signal. Of 16 in all it is remembered what was given. */
void rp_process_take_signal(int number, const struct sigaction *action);
/* Has one that was taken be as it was given. */
void rp_process_give_signal_back(int number);

/*
 * Undoes the last three, for a child that is about to become another program.
 * What was not taken stays as it is.
 */
void rp_process_give_back(void);

/* The signal mask at rp_process_take_signals; without that, the present one. */
sigset_t rp_process_given_mask(void);

/*
 * Adds to `out` the directory that holds our program, without a '/' at its end.
 * Fails with `kind`.
 */
rp_status rp_process_directory(enum rp_kind kind, struct rp_buf *out,
                               struct rp_error *err) RP_MUST_USE;

#endif
