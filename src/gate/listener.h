/*
 * The doors of a gate: a unix socket in a private directory, and on request a
 * port of loopback. Who is not ourselves is not let in; see peer.h.
 */
#ifndef RP_GATE_LISTENER_H
#define RP_GATE_LISTENER_H

#include "server.h"

/* Starts as {0} with fds -1. */
struct rp_listener {
    struct rp_server *server;
    struct rp_watch unix_door;
    struct rp_watch tcp_door;
    struct rp_timer pause;               /* no descriptors left: the doors rest for a moment */
    bool has_directory;                  /* it is private, and ours to remove */
    char socket[RP_SOCKET_PATH_MAX + 1]; /* empty: not made yet */
};

/*
 * Opens the doors of the server's order. *out_tcp is the port, or 0.
 * RP_KIND_CONFIG: the port is taken, the directory is not private. What was
 * opened until then is closed by rp_listener_release, which comes in any case.
 */
rp_status rp_listener_open(struct rp_listener *listener, struct rp_server *server,
                           uint16_t *out_tcp, struct rp_error *err) RP_MUST_USE;
/* Closes them, removes the socket and its directory. */
void rp_listener_release(struct rp_listener *listener);

#endif
