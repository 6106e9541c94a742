/* The types of the messages between core and gate, for those who write and read them. */
#ifndef RP_IPC_GATE_MESSAGES_H
#define RP_IPC_GATE_MESSAGES_H

#include "rdspass/ipc/gate.h"

/* A header of that type, without its members. */
struct rp_json *rp_gate_new(enum rp_gate_message type);

/* Whether a message is of the type and has as many members, and a body or none, as it should. */
bool rp_gate_is_of(const struct rp_message *message, enum rp_gate_message type);

rp_status rp_gate_fail_form(struct rp_error *err) RP_MUST_USE;

#endif
