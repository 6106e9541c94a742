/*
 * Starting programs and getting rid of them: helpers of ours, what
 * credential_process names, and clients (base/job.h).
 */
#ifndef RP_BASE_SPAWN_H
#define RP_BASE_SPAWN_H

#include <sys/types.h>

#include "rdspass/base/buf.h"

/* How a program is to be started. Everything is borrowed. */
struct rp_spawn {
    int program_fd;          /* an open program (execveat); -1: search `argv[0]` in PATH */
    const char *const *argv; /* ended by NULL */
    const char *const *envp; /* ended by NULL; NULL: our own environment, unchanged */
    int stdin_fd;            /* becomes descriptor 0; -1: inherited */
    int stdout_fd;           /* becomes descriptor 1; -1: inherited */
    bool own_group;          /* a process group of its own, to be ended whole; see below */
    bool own_session;        /* out of reach of the terminal and its signals */
    bool keeps_descriptors;  /* those above 2 that do not close on exec: the caller's */
    bool confined;           /* no_new_privs, no core dump: for helpers of ours */
    int channel_fd;          /* becomes descriptor 3; 0: there is none */
    int death_signal;        /* it gets this one when we die (PR_SET_PDEATHSIG); 0: none */
};

/*
 * A program that asks a person something must be able to read the terminal,
 * which stops whoever is not in the foreground. So where we are in the
 * foreground of a terminal, `own_group` is not heeded, and the program alone is
 * ended: there Ctrl-C reaches what it started.
 */

/* Starts as {0}. */
struct rp_child {
    pid_t pid;  /* 0: none */
    bool group; /* leads a process group of its own */
};

/*
 * Starts it with the signals and the core limit that we were given
 * (base/process.h). RP_KIND_INTERNAL where it cannot be started: "cannot start
 * ARGV[0]: ..."; err->sys is what exec said.
 */
rp_status rp_spawn(const struct rp_spawn *how, struct rp_child *out,
                   struct rp_error *err) RP_MUST_USE;

/* How it ended. */
struct rp_exit {
    bool signaled;
    int code; /* exit code or signal */
};

/*
 * Waits at most `timeout_ms` (-1: for ever). False where it still runs. Once it
 * has ended, what is left of its own group is killed, the child is reaped and
 * `child->pid` is 0 (asked again, it has ended with 0).
 */
bool rp_child_wait(struct rp_child *child, int timeout_ms, struct rp_exit *out);

/* Ends it, or its group: SIGTERM, 500 ms later SIGKILL; reaps it. Nothing for pid 0. */
void rp_child_end(struct rp_child *child, bool group);

#endif
