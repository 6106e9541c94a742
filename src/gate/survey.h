/*
 * The survey of an endpoint, for RP_GATE_LOOK: its names and addresses as they are
 * found, and which of the addresses can be reached. Each is dialled by itself and
 * left at once; nothing is sent there.
 */
#ifndef RP_GATE_SURVEY_H
#define RP_GATE_SURVEY_H

#include "server.h"

struct rp_survey;

/*
 * Begins, from the loop, and tells the parent all that it sees. `dns`: whom to
 * ask for aliases. The server is borrowed.
 */
rp_status rp_survey_start(struct rp_server *server, const struct rp_addresses *dns,
                          struct rp_survey **out, struct rp_error *err) RP_MUST_USE;
/* Ends it where it stands; harmless with NULL. */
void rp_survey_free(struct rp_survey *survey);

#endif
