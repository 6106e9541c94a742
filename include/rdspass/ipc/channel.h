/*
 * A channel: messages in both directions over a socketpair, for two programs of
 * which each may speak at any time. Nothing here blocks; the owner waits for the
 * descriptor (poll, epoll) and asks again.
 */
#ifndef RP_IPC_CHANNEL_H
#define RP_IPC_CHANNEL_H

#include "rdspass/ipc/message.h"

struct rp_channel {
    int fd;          /* owned; -1: closed */
    const char *who; /* at the other end, for messages; static */
    struct rp_buf in;
    struct rp_buf out;
};

void rp_channel_init(struct rp_channel *channel, int fd, const char *who);
void rp_channel_release(struct rp_channel *channel);

enum rp_channel_state {
    RP_CHANNEL_MESSAGE, /* *out holds the next one: ask again, there may be more */
    RP_CHANNEL_QUIET,   /* nothing complete by now */
    RP_CHANNEL_ENDED,   /* the other side has closed */
};

/*
 * Reads what there is and gives the next message. RP_KIND_INTERNAL where what
 * came is none, is of another version, or breaks off.
 */
rp_status rp_channel_receive(struct rp_channel *channel, struct rp_message *out,
                             enum rp_channel_state *out_state, struct rp_error *err) RP_MUST_USE;

/*
 * Sends it, or as much as fits now: the rest is kept, and rp_channel_flush goes
 * on when the descriptor can be written. RP_KIND_INTERNAL: the other side is
 * gone, or reads nothing while too much (4 MiB) piles up.
 */
rp_status rp_channel_send(struct rp_channel *channel, struct rp_json *header, struct rp_span body,
                          struct rp_error *err) RP_MUST_USE;
rp_status rp_channel_flush(struct rp_channel *channel, struct rp_error *err) RP_MUST_USE;
/* Whether something waits to be flushed. */
bool rp_channel_is_full(const struct rp_channel *channel);

#endif
