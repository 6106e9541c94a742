/* Channels: what came and what could not be sent yet, kept between two calls. */
#include "rdspass/ipc/channel.h"

#include <errno.h>
#include <fcntl.h>

enum {
    STEP = 65536,
    MESSAGE_MAX = RP_MESSAGE_HEADER_MAX + RP_MESSAGE_BODY_MAX,
    OUT_MAX = 4 * 1024 * 1024
};

void rp_channel_init(struct rp_channel *channel, int fd, const char *who)
{
    *channel = (struct rp_channel){.fd = fd, .who = who};
    rp_buf_init(&channel->in, MESSAGE_MAX);
    rp_buf_init(&channel->out, OUT_MAX);
    (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void rp_channel_release(struct rp_channel *channel)
{
    if (channel->fd >= 0)
        (void)close(channel->fd);
    channel->fd = -1;
    rp_buf_release(&channel->in);
    rp_buf_release(&channel->out);
}

/* Reads once; *out_ended where the other side has closed, *out_more where something came. */
static rp_status read_some(struct rp_channel *channel, bool *out_more, bool *out_ended,
                           struct rp_error *err)
{
    struct rp_buf *in = &channel->in;
    /* There is room: a buffer that is full holds a message, or what can be none. */
    size_t step = in->max - in->len < STEP ? in->max - in->len : STEP;
    char *room = rp_buf_room(in, step);
    ssize_t n;

    if (room == NULL)
        return rp_buf_check(in, RP_KIND_INTERNAL, "a message", err);
    do
        n = read(channel->fd, room, step);
    while (n < 0 && errno == EINTR);
    /* It closed with something of ours unread. */
    bool reset = n < 0 && errno == ECONNRESET;
    if (n < 0 && !reset && errno != EAGAIN)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot read from %s", channel->who);
    if (n > 0)
        rp_buf_added(in, (size_t)n);
    *out_more = n > 0;
    *out_ended = n == 0 || reset;
    return RP_OK;
}

rp_status rp_channel_receive(struct rp_channel *channel, struct rp_message *out,
                             enum rp_channel_state *out_state, struct rp_error *err)
{
    bool more = true;
    bool ended = false;
    size_t used = 0;

    while (more) {
        RP_TRY(rp_message_parse(rp_buf_span(&channel->in), channel->who, out, &used, err));
        if (used > 0) {
            rp_buf_drop(&channel->in, used);
            *out_state = RP_CHANNEL_MESSAGE;
            return RP_OK;
        }
        RP_TRY(read_some(channel, &more, &ended, err));
    }
    if (ended && channel->in.len > 0)
        return rp_fail(err, RP_KIND_INTERNAL, "%s: a message breaks off", channel->who);
    *out_state = ended ? RP_CHANNEL_ENDED : RP_CHANNEL_QUIET;
    return RP_OK;
}

rp_status rp_channel_send(struct rp_channel *channel, struct rp_json *header, struct rp_span body,
                          struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = MESSAGE_MAX};

    rp_status status = rp_message_format(header, body, &bytes, err);
    if (rp_failed(status)) {
        rp_error_prefix(err, "%s", channel->who);
        return status;
    }
    if (bytes.len > OUT_MAX - channel->out.len)
        return rp_fail(err, RP_KIND_INTERNAL, "%s does not read what it is sent", channel->who);
    rp_buf_add(&channel->out, rp_buf_span(&bytes));
    RP_TRY(rp_buf_check(&channel->out, RP_KIND_INTERNAL, "a message", err));
    return rp_channel_flush(channel, err);
}

rp_status rp_channel_flush(struct rp_channel *channel, struct rp_error *err)
{
    while (rp_channel_is_full(channel)) {
        ssize_t n = write(channel->fd, channel->out.data, channel->out.len);
        if (n > 0)
            rp_buf_drop(&channel->out, (size_t)n);
        else if (n < 0 && errno == EAGAIN)
            break;
        else if (n == 0 || errno != EINTR)
            return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot write to %s", channel->who);
    }
    return RP_OK;
}

bool rp_channel_is_full(const struct rp_channel *channel)
{
    return channel->out.len > 0;
}
