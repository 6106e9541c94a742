/* Our own client, rdspass-mysql or rdspass-postgres, run at a private gate. */
#ifndef RP_CMD_OWN_CLIENT_H
#define RP_CMD_OWN_CLIENT_H

#include "private_gate.h"
#include "rdspass/ipc/client.h"

/* Starts an order that leads to the gate: socket, engine, host, port, user, database. */
rp_status rp_own_client_order(const struct rp_gate_order *gate, struct rp_client_order *out,
                              struct rp_error *err) RP_MUST_USE;

/* What a client is run with, and what became of it. */
struct rp_own_client {
    const struct rp_client_order *order;
    struct rp_private_gate *gate; /* open; its login is the one of `login` */
    const struct rp_login *login;
    int stdin_fd, stdout_fd; /* -1: ours */
    struct rp_exit end;
    struct rp_error failure; /* why it ended; kind NONE: it has not said */
};

/*
 * Runs it until it ends, which it may do badly: that is no failure here. On the
 * terminal it is in our place (base/job.h).
 */
rp_status rp_own_client_run(const struct rp_context *ctx, struct rp_own_client *client,
                            struct rp_error *err) RP_MUST_USE;

#endif
