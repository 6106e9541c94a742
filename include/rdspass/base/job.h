/*
 * Another program in our place: a person's client, run as a shell would run it.
 *
 * It shares our process group and terminal, so that what the terminal sends
 * reaches it by itself; what is sent to us alone is passed on; when it stops, so
 * do we, and when we go on, so does it.
 */
#ifndef RP_BASE_JOB_H
#define RP_BASE_JOB_H

#include <poll.h>

#include "rdspass/base/spawn.h"

/* Starts as {0}. */
struct rp_job {
    struct rp_child child;
};

/*
 * Starts a program with descriptors, umask, limits, working directory and
 * signals as they were given to us (after rp_process_take_signals); it is killed
 * when we are. One at a time. Of `how`, the program, its arguments and
 * environment, `stdin_fd`, `stdout_fd`, `channel_fd` and `confined` count.
 *
 * From here on SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGTSTP,
 * SIGWINCH and SIGCONT are passed on, at any time, and do nothing else; SIGCHLD
 * comes in rp_job_wait only. RP_KIND_INTERNAL; err->sys tells not found (ENOENT)
 * from not executable.
 */
rp_status rp_job_start(const struct rp_spawn *how, struct rp_job *out,
                       struct rp_error *err) RP_MUST_USE;

/*
 * Waits until the program has ended (*out_ended is true, *out says how), or a
 * descriptor of `fds` is ready, as poll(2) says in them, or the time is over
 * (-1: never). When the program stops, we do, in here.
 */
rp_status rp_job_wait(struct rp_job *job, struct pollfd *fds, nfds_t count, int timeout_ms,
                      bool *out_ended, struct rp_exit *out, struct rp_error *err) RP_MUST_USE;

/* For who goes on without a client: from here on its signals are ours again, as they were given. */
void rp_job_give_signals_back(void);

/*
 * The last SIGINT, SIGQUIT, SIGTERM or SIGHUP since the start that somebody, not the
 * program itself, has sent, and that we were not started to ignore; 0: none. Whether the
 * program took it, died of it before it could, or had ended by then: who was asked to end is to.
 */
int rp_job_asked_to_end(void);

/*
 * The exit code; or ends us by the signal that ended the program, which is what a
 * shell must see of an interrupted job. So all else is to be done before.
 */
int rp_job_exit_code(const struct rp_exit *end);

#endif
