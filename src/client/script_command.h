/* Commands of psql and mysql in a script: the few that dumps have, and a clear no to the others. */
#ifndef RP_CLIENT_SCRIPT_COMMAND_H
#define RP_CLIENT_SCRIPT_COMMAND_H

#include "rdspass/ipc/client.h"

/* pg_dump writes \restrict KEY before and \unrestrict KEY behind what a server told it. */
struct rp_script_guard {
    char key[128]; /* empty: not restricted */
};

enum rp_script_action { RP_SCRIPT_GO_ON, RP_SCRIPT_RECONNECT };

/*
 * Judges a command (rp_splitter_next: without its backslash). RP_KIND_SQL: one
 * that is not understood, not allowed while restricted, or that leads to another
 * database than the order's.
 */
rp_status rp_script_command(const struct rp_client_order *order, struct rp_span command,
                            struct rp_script_guard *guard, enum rp_script_action *out,
                            struct rp_error *err) RP_MUST_USE;

#endif
