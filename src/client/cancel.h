/*
 * Cancelling: a thread waits for Ctrl-C or the end of --timeout, and asks the
 * server to stop the statement that runs.
 */
#ifndef RP_CLIENT_CANCEL_H
#define RP_CLIENT_CANCEL_H

#include "database.h"

/*
 * From here on SIGINT cancels: within rp_cancel_begin and rp_cancel_end the
 * statement, else nothing (the prompt sees EINTR). Without a terminal SIGINT
 * and SIGTERM cancel as well, and then end the run: rp_cancel_was_asked.
 */
rp_status rp_cancel_init(struct rp_error *err) RP_MUST_USE;

/* A statement begins; it may take `timeout` seconds (0: for ever). */
void rp_cancel_begin(struct rp_database *database, uint32_t timeout);
/* It has ended. Says whether it was cancelled, and by what: 0, SIGINT, SIGTERM, SIGALRM (time). */
int rp_cancel_end(void);

#endif
