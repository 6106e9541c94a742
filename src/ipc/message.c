/* Messages: a JSON line and a body; one reader for memory and descriptors. */
#include "rdspass/ipc/message.h"

#include <errno.h>
#include <poll.h>

#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"

enum { READ_STEP = 16384, MESSAGE_MAX = RP_MESSAGE_HEADER_MAX + RP_MESSAGE_BODY_MAX };

void rp_message_release(struct rp_message *message)
{
    rp_json_free(&message->header);
    rp_buf_release(&message->body);
}

struct rp_json *rp_message_new(const char *type)
{
    struct rp_json *header = rp_json_new();

    if (header != NULL) {
        rp_json_add_text(header, "rdspass", RP_VERSION);
        rp_json_add_text(header, "type", type);
    }
    return header;
}

rp_status rp_message_format(struct rp_json *header, struct rp_span body, struct rp_buf *out,
                            struct rp_error *err)
{
    size_t before = out->len;

    if (header == NULL)
        return rp_fail_memory(err);
    if (body.n > RP_MESSAGE_BODY_MAX)
        return rp_fail(err, RP_KIND_INTERNAL, "the body of a message is longer than %d bytes",
                       RP_MESSAGE_BODY_MAX);
    if (body.n > 0)
        rp_json_add_number(header, "body", (int64_t)body.n);
    RP_TRY(rp_json_format_line(header, out, err));
    rp_buf_add_char(out, '\n');
    if (out->len - before > RP_MESSAGE_HEADER_MAX)
        return rp_fail(err, RP_KIND_INTERNAL, "the header of a message is longer than %d bytes",
                       RP_MESSAGE_HEADER_MAX);
    rp_buf_add(out, body);
    return rp_buf_check(out, RP_KIND_INTERNAL, "a message", err);
}

rp_status rp_message_write(int fd, const char *who, struct rp_json *header, struct rp_span body,
                           struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = MESSAGE_MAX};

    rp_status status = rp_message_format(header, body, &bytes, err);
    if (!rp_failed(status))
        status = rp_write_all(fd, rp_buf_span(&bytes), "a message", err);
    if (rp_failed(status) && err != NULL) {
        err->kind = RP_KIND_INTERNAL;
        rp_error_prefix(err, "%s", who);
    }
    return status;
}

static rp_status fail_version(const char *who, const char *version, struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_INTERNAL, "%s is of version %.40s, and this is %s", who,
                               version, RP_VERSION);
    rp_hint(err, "install rdspass and its helpers from one release");
    return status;
}

/* Reads the header line, without its newline, and gives the length of the body. */
static rp_status parse_header(struct rp_span line, const char *who, struct rp_json **out,
                              size_t *out_body, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *header = NULL;
    int64_t body = 0;

    rp_status status = rp_json_parse(line, RP_KIND_INTERNAL, "the header", &header, err);
    if (rp_failed(status)) {
        rp_error_prefix(err, "%s: what came is no message", who);
        return status;
    }
    const char *version = rp_json_text(rp_json_member(header, "rdspass"));
    if (version == NULL)
        return rp_fail(err, RP_KIND_INTERNAL, "%s: what came is no message: no version", who);
    if (!rp_span_is(rp_span(version), RP_VERSION))
        return fail_version(who, version, err);
    if (rp_json_text(rp_json_member(header, "type")) == NULL)
        return rp_fail(err, RP_KIND_INTERNAL, "%s: what came is no message: no type", who);
    const struct rp_json *length = rp_json_member(header, "body");
    if (length != NULL &&
        (!rp_json_integer(length, &body) || body <= 0 || body > RP_MESSAGE_BODY_MAX))
        return rp_fail(err, RP_KIND_INTERNAL, "%s: the length of a message's body is wrong", who);
    *out = header;
    header = NULL;
    *out_body = (size_t)body;
    return RP_OK;
}

/* What is known of a message of which a part has come. */
struct incoming {
    const char *who;
    struct rp_json *header; /* NULL: its line is not complete */
    size_t line;            /* the length of that line, with its newline */
    size_t body;
};

/* Looks at what has come by now; *out_complete says that it is all. */
static rp_status look(struct incoming *in, struct rp_span bytes, bool *out_complete,
                      struct rp_error *err)
{
    *out_complete = false;
    if (in->header == NULL) {
        size_t end = rp_span_find(rp_span_first(bytes, RP_MESSAGE_HEADER_MAX), '\n');
        if (end == RP_MESSAGE_HEADER_MAX)
            return rp_fail(err, RP_KIND_INTERNAL,
                           "%s: what came is no message: no end of line in %d bytes", in->who,
                           RP_MESSAGE_HEADER_MAX);
        if (end == bytes.n)
            return RP_OK;
        RP_TRY(parse_header(rp_span_first(bytes, end), in->who, &in->header, &in->body, err));
        in->line = end + 1;
    }
    *out_complete = bytes.n - in->line >= in->body;
    return RP_OK;
}

/* Gives the message, whose bytes are all there. */
static rp_status finish(struct incoming *in, struct rp_span bytes, struct rp_message *out,
                        struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX};

    rp_buf_add(&body, rp_span_first(rp_span_skip(bytes, in->line), in->body));
    RP_TRY(rp_buf_check(&body, RP_KIND_INTERNAL, "a message", err));
    rp_message_release(out);
    *out = (struct rp_message){.header = in->header, .body = body};
    in->header = NULL;
    rp_buf_init(&body, 0);
    return RP_OK;
}

rp_status rp_message_parse(struct rp_span bytes, const char *who, struct rp_message *out,
                           size_t *out_used, struct rp_error *err)
{
    struct incoming in = {.who = who};
    bool complete;

    rp_status status = look(&in, bytes, &complete, err);
    if (!rp_failed(status)) {
        *out_used = complete ? in.line + in.body : 0;
        if (complete)
            status = finish(&in, bytes, out, err);
    }
    rp_json_free(&in.header);
    return status;
}

/* Reads what there is, once something is there. *out_ended: the other side has closed. */
static rp_status read_some(int fd, const char *who, int64_t deadline, struct rp_buf *in,
                           bool *out_ended, struct rp_error *err)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    ssize_t n = -1;

    while (n < 0) {
        int ready = poll(&wait, 1, rp_deadline_left(deadline));
        if (ready == 0)
            return rp_fail(err, RP_KIND_INTERNAL, "%s does not answer", who);
        size_t step = in->max - in->len < READ_STEP ? in->max - in->len : READ_STEP;
        char *room = rp_buf_room(in, step);
        if (room == NULL)
            return rp_buf_check(in, RP_KIND_INTERNAL, "a message", err);
        if (ready > 0)
            n = read(fd, room, step);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot read from %s", who);
    }
    rp_buf_added(in, (size_t)n);
    *out_ended = n == 0;
    return RP_OK;
}

/* Reads until the message is complete, into `bytes`. */
static rp_status read_message(int fd, int64_t deadline, struct incoming *in, struct rp_buf *bytes,
                              bool *out_ended, struct rp_error *err)
{
    bool complete = false;
    bool ended = false;

    while (!complete) {
        RP_TRY(read_some(fd, in->who, deadline, bytes, &ended, err));
        if (ended && bytes->len > 0)
            return rp_fail(err, RP_KIND_INTERNAL, "%s: a message breaks off", in->who);
        if (ended)
            break;
        RP_TRY(look(in, rp_buf_span(bytes), &complete, err));
    }
    if (complete && bytes->len != in->line + in->body)
        return rp_fail(err, RP_KIND_INTERNAL, "%s: something follows a message", in->who);
    *out_ended = ended;
    return RP_OK;
}

rp_status rp_message_read(int fd, const char *who, int timeout_ms, struct rp_message *out,
                          bool *out_ended, struct rp_error *err)
{
    /* One byte more than a message has, so that something that follows is seen. */
    RP_BUF_AUTO struct rp_buf bytes = {.max = MESSAGE_MAX + 1};
    struct incoming in = {.who = who};
    bool ended = false;

    rp_status status = read_message(fd, rp_deadline_in(timeout_ms), &in, &bytes, &ended, err);
    if (!rp_failed(status)) {
        *out_ended = ended;
        if (!ended)
            status = finish(&in, rp_buf_span(&bytes), out, err);
    }
    rp_json_free(&in.header);
    return status;
}
