/* A verified client and a server that a test moves, for tests of TLS. */
#ifndef TLS_PAIR_H
#define TLS_PAIR_H

#include <sys/socket.h>

#include "gate/tls.h"
#include "made_tls.h"

#define PAIR_HOST "db.cluster-abc.eu-central-1.rds.amazonaws.com"

enum { PAIR_TURNS_MAX = 20 };

struct pair {
    int fd;
    struct rp_tls tls;
    struct rp_observation seen;
    enum rp_tls_result result;
    struct tls_server server;
};

static inline void open_pair(struct pair *pair, const struct made *own, const struct made *via)
{
    int fds[2];

    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0);
    *pair = (struct pair){.fd = fds[0], .server = tls_server(fds[1], own, via)};
}

/* Shakes hands until it is done, or nothing moves any more. */
static inline void shake_hands(struct pair *pair, struct rp_tls_context *context, bool direct)
{
    struct rp_error err = {0};

    tls_server_start(&pair->server);
    MUST(!rp_failed(rp_tls_start(context, pair->fd, PAIR_HOST, direct, &pair->tls, &err)));
    for (int i = 0; i < PAIR_TURNS_MAX; i++) {
        pair->result = rp_tls_handshake(&pair->tls, &pair->seen);
        if (pair->result != RP_TLS_WANTS_READ && pair->result != RP_TLS_WANTS_WRITE)
            break;
        tls_server_step(&pair->server);
    }
    tls_server_step(&pair->server);
}

static inline void close_pair(struct pair *pair)
{
    rp_tls_release(&pair->tls);
    rp_tls_release(&pair->tls);
    (void)close(pair->fd);
    tls_server_release(&pair->server);
}

#endif
