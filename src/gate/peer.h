/* Who is at the door. */
#ifndef RP_GATE_PEER_H
#define RP_GATE_PEER_H

#include <sys/types.h>

#include "rdspass/base/status.h"

/* Whether the peer of a unix socket is our own user (SO_PEERCRED). */
bool rp_peer_is_us_unix(int fd);

/*
 * Whether the peer of a TCP connection on loopback is a living socket of our
 * own user: the kernel's sock_diag must show it with an inode (a closed one has
 * none, and reads as uid 0) and with our uid, never the overflow uid. No answer
 * is a no.
 */
bool rp_peer_is_us_tcp(int fd);

/*
 * Whether the kernel tells that at all, tried on a connection of our own: some
 * sandboxes and small kernels have no sock_diag.
 */
bool rp_peer_tcp_is_told(void);

/* The uid that stands for all that our user namespace does not map. */
uid_t rp_peer_overflow_uid(void);

#endif
