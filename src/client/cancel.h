/*
 * Cancelling: a thread waits for Ctrl-C or the end of --timeout, and asks the
 * server to stop the statement that runs.
 */
#ifndef RP_CLIENT_CANCEL_H
#define RP_CLIENT_CANCEL_H

#include "database.h"

/*
 * From here on SIGINT cancels the statement that runs, and nothing between
 * statements (the prompt sees EINTR). In a script SIGINT and SIGTERM cancel as
 * well and end the run: rp_cancel_asked says so from then on, and where the run does
 * not end within seconds, or waits for what nobody is to wait for, the process does.
 */
rp_status rp_cancel_init(bool in_script, struct rp_error *err) RP_MUST_USE;
/* Nothing is cancelled any more. */
void rp_cancel_release(void);

/* The signal that has asked the script to end; 0: none. */
int rp_cancel_asked(void);
/*
 * For a poll(2) that waits for more of the script, or for the data of a statement:
 * readable once the script's end is asked for, and while a statement runs that has
 * been cancelled.
 */
int rp_cancel_fd(void);

/* Results are written, or no longer: a script that is to end does not wait for their reader. */
void rp_cancel_writes(bool now);
/* The same of a login, and of the server. */
void rp_cancel_logs_in(bool now);

/* A statement begins; it may take `timeout` seconds (0: for ever). */
void rp_cancel_begin(struct rp_database *database, uint32_t timeout);
/* It has ended. Says whether it was cancelled, and by what: 0, SIGINT, SIGTERM, SIGALRM (time). */
int rp_cancel_end(void);

#endif
