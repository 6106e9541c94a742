/* Channels: messages whole and in pieces, both ways at once, and ends of all kinds. */
#include "rdspass/ipc/channel.h"

#include <signal.h>
#include <sys/socket.h>

#include "tap.h"

#define V "{\"rdspass\":\"" RP_VERSION "\","

/* A channel and the bare descriptor of the other side. */
static int open_pair(struct rp_channel *out)
{
    int ends[2] = {-1, -1};

    OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a pair");
    rp_channel_init(out, ends[0], "peer");
    return ends[1];
}

static bool put(int fd, struct rp_span bytes)
{
    return write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n;
}

static void receives(struct rp_channel *channel, const char *type, struct rp_span body)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_channel_state state = RP_CHANNEL_QUIET;
    struct rp_error err = {0};

    WORKS(rp_channel_receive(channel, &message, &state, &err), err, type);
    IS_INT(state, RP_CHANNEL_MESSAGE, "a message");
    IS_STR(rp_json_text(rp_json_member(message.header, "type")), type, type);
    OK(rp_span_eq(rp_buf_span(&message.body), body), "%s: its body", type);
}

static void is_in_state(struct rp_channel *channel, enum rp_channel_state want, const char *name)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_channel_state state = RP_CHANNEL_MESSAGE;
    struct rp_error err = {0};

    WORKS(rp_channel_receive(channel, &message, &state, &err), err, name);
    IS_INT(state, want, name);
    OK(message.header == NULL, "%s: no message", name);
}

static void breaks(struct rp_span bytes, const char *want)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_channel_state state = RP_CHANNEL_QUIET;
    struct rp_channel channel;
    struct rp_error err = {0};
    int other = open_pair(&channel);

    OK(put(other, bytes), "bytes that are no message");
    (void)close(other);
    FAILS(rp_channel_receive(&channel, &message, &state, &err), RP_KIND_INTERNAL, err, want);
    OK(strstr(err.msg, want) != NULL && rp_span_starts(rp_span(err.msg), "peer"), "%s: %s", want,
       err.msg);
    rp_channel_release(&channel);
}

static void test_receive(void)
{
    struct rp_span bytes = RP_SPAN(V "\"type\":\"a\",\"body\":5}\nhello");
    struct rp_channel channel;
    int other = open_pair(&channel);

    is_in_state(&channel, RP_CHANNEL_QUIET, "nothing yet");
    for (size_t i = 0; i + 1 < bytes.n; i++) {
        RP_MESSAGE_AUTO struct rp_message message = {0};
        enum rp_channel_state state = RP_CHANNEL_MESSAGE;
        if (!put(other, (struct rp_span){bytes.p + i, 1}) ||
            rp_failed(rp_channel_receive(&channel, &message, &state, NULL)) ||
            state != RP_CHANNEL_QUIET)
            OK(false, "%zu bytes are no message", i + 1);
    }
    OK(put(other, RP_SPAN("o" V "\"type\":\"b\"}\n" V "\"type\":\"c\",\"body\":1}\nx" V)),
       "the last byte, and more");
    receives(&channel, "a", RP_SPAN("hello"));
    receives(&channel, "b", RP_SPAN(""));
    receives(&channel, "c", RP_SPAN("x"));
    is_in_state(&channel, RP_CHANNEL_QUIET, "a part of the next");
    OK(put(other, RP_SPAN("\"type\":\"d\"}\n")), "its rest");
    (void)close(other);
    receives(&channel, "d", RP_SPAN(""));
    is_in_state(&channel, RP_CHANNEL_ENDED, "closed");
    is_in_state(&channel, RP_CHANNEL_ENDED, "closed for good");
    rp_channel_release(&channel);
    IS_INT(channel.fd, -1, "released");
    rp_channel_release(&channel);
    breaks(RP_SPAN(V "\"type\":\"a\",\"body\":5}\nhell"), "a message breaks off");
    breaks(RP_SPAN("hello\n"), "what came is no message");
    breaks(RP_SPAN("{\"rdspass\":\"9.9.9\",\"type\":\"a\"}\n"), "is of version 9.9.9");
}

/* A message of the greatest size, in pieces: the other side reads as it likes. */
static void test_large(void)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX};
    RP_JSON_AUTO struct rp_json *header = rp_message_new("large");
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_channel_state state = RP_CHANNEL_QUIET;
    struct rp_channel a;
    struct rp_channel b;
    struct rp_error err = {0};
    int rounds = 0;

    while (body.len < RP_MESSAGE_BODY_MAX)
        rp_buf_add_char(&body, (char)(body.len * 7));
    rp_channel_init(&b, open_pair(&a), "peer");
    WORKS(rp_channel_send(&a, header, rp_buf_span(&body), &err), err, "sent");
    OK(rp_channel_is_full(&a), "in part");
    while (state == RP_CHANNEL_QUIET && rounds++ < 1000) {
        if (rp_failed(rp_channel_receive(&b, &message, &state, &err)) ||
            rp_failed(rp_channel_flush(&a, &err)))
            break;
    }
    IS_INT(state, RP_CHANNEL_MESSAGE, "arrived");
    OK(rp_span_eq(rp_buf_span(&message.body), rp_buf_span(&body)), "byte for byte");
    OK(!rp_channel_is_full(&a), "nothing waits any more");
    rp_channel_release(&a);
    rp_channel_release(&b);
}

static void test_send(void)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX + 1};
    struct rp_channel channel;
    struct rp_error err = {0};
    int other = open_pair(&channel);
    rp_status status = RP_OK;
    int sent = 0;

    while (body.len < RP_MESSAGE_BODY_MAX)
        rp_buf_add_char(&body, 'x');
    for (; !rp_failed(status) && sent < 100; sent++) {
        RP_JSON_AUTO struct rp_json *header = rp_message_new("t");
        status = rp_channel_send(&channel, header, rp_buf_span(&body), &err);
    }
    OK(sent >= 4 && sent < 100, "one who does not read: %d MiB", sent);
    IS_STR(err.msg, "peer does not read what it is sent", "and it is said");
    rp_buf_add_char(&body, 'x');
    RP_JSON_AUTO struct rp_json *header = rp_message_new("t");
    FAILS(rp_channel_send(&channel, header, rp_buf_span(&body), &err), RP_KIND_INTERNAL, err,
          "too long");
    IS_STR(err.msg, "peer: the body of a message is longer than 1048576 bytes", "why");
    (void)close(other);
    FAILS(rp_channel_flush(&channel, &err), RP_KIND_INTERNAL, err, "one who is gone");
    IS_STR(err.msg, "cannot write to peer: Broken pipe", "why");
    rp_channel_release(&channel);
}

/* A peer that dies with something unread: what it had said still comes. */
static void test_reset(void)
{
    RP_JSON_AUTO struct rp_json *header = rp_message_new("t");
    struct rp_channel channel;
    struct rp_error err = {0};
    int other = open_pair(&channel);

    WORKS(rp_channel_send(&channel, header, RP_SPAN(""), &err), err, "never read");
    OK(put(other, RP_SPAN(V "\"type\":\"last\"}\n")), "its last word");
    (void)close(other);
    receives(&channel, "last", RP_SPAN(""));
    is_in_state(&channel, RP_CHANNEL_ENDED, "and its end");
    rp_channel_release(&channel);
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    test_receive();
    test_large();
    test_send();
    test_reset();
    return tap_done();
}
