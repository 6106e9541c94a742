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
 * Starts it with the caller's environment as `envp` says, descriptors, umask,
 * limits, working directory and signals as they were given to us; it is killed
 * when we are. From here on SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2,
 * SIGWINCH and SIGCONT do not end us. Exit codes of a failure are a shell's:
 * err->sys tells not found from not executable.
 */
rp_status rp_job_start(const char *const argv[], const char *const envp[], struct rp_job *out,
                       struct rp_error *err) RP_MUST_USE;

/*
 * Waits until a descriptor of `fds` is ready (as poll(2) says in them), the
 * time is over (*out_ended is false then), or the program has ended (*out_ended
 * true, *out says how).
 */
rp_status rp_job_wait(struct rp_job *job, struct pollfd *fds, nfds_t count, int timeout_ms,
                      bool *out_ended, struct rp_exit *out, struct rp_error *err) RP_MUST_USE;

/* Ends us as the program ended: by the same signal where that is what a shell must see. */
int rp_job_exit_code(const struct rp_exit *end);

#endif
