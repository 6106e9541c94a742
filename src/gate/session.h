/*
 * A session: a client at our door, from its first byte to its last. It logs in
 * (login.h), as often as --wait and a refreshed token allow, within its
 * deadlines, and is then pumped (pump.h).
 */
#ifndef RP_GATE_SESSION_H
#define RP_GATE_SESSION_H

#include "server.h"

/* How long a client may take to say who it is, all in all. */
enum { RP_SESSION_CLIENT_MS = 60000 };

/* Takes the descriptor of a client that the door has let in. */
void rp_session_start(struct rp_server *server, int fd);
/* Ends all, at once. */
void rp_sessions_end(struct rp_server *server);

#endif
