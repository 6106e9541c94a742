/*
 * Messages between our programs: one JSON header line, then a body of as many
 * raw bytes as the header's "body" says.
 *
 *     {"rdspass":"V","type":"...", ... ,"body":5}\n
 *     hello
 *
 * Strict on both sides: the version must be the reader's own, the line is
 * capped, keys are exact and none comes twice, nothing trails. One side speaks
 * and the other answers; nobody sends a second message before the answer.
 */
#ifndef RP_IPC_MESSAGE_H
#define RP_IPC_MESSAGE_H

#include "rdspass/base/buf.h"
#include "rdspass/codec/json.h"

enum { RP_MESSAGE_HEADER_MAX = 64 * 1024, RP_MESSAGE_BODY_MAX = 1024 * 1024 };

/* Starts as {0}. */
struct rp_message {
    struct rp_json *header; /* an object, with a text "type" */
    struct rp_buf body;
};

void rp_message_release(struct rp_message *message);
#define RP_MESSAGE_AUTO __attribute__((cleanup(rp_message_release)))

/* A header with version and type, to be filled and sent. Without memory, writing it fails. */
struct rp_json *rp_message_new(const char *type);

/*
 * The message as bytes, added to `out`. `body` may be empty; its length becomes
 * a member of the header. RP_KIND_INTERNAL.
 */
rp_status rp_message_format(struct rp_json *header, struct rp_span body, struct rp_buf *out,
                            struct rp_error *err) RP_MUST_USE;

/* Formats and writes it. RP_KIND_INTERNAL, "WHO: ...". */
rp_status rp_message_write(int fd, const char *who, struct rp_json *header, struct rp_span body,
                           struct rp_error *err) RP_MUST_USE;

/*
 * Reads one, waiting at most `timeout_ms` in all (-1: for ever). *out_ended is
 * true where the other side closed before a first byte. RP_KIND_INTERNAL where
 * what came is no message, is of another version (with a hint), or does not
 * come in time.
 */
rp_status rp_message_read(int fd, const char *who, int timeout_ms, struct rp_message *out,
                          bool *out_ended, struct rp_error *err) RP_MUST_USE;

/*
 * The same from memory; *out_used says how much it took, 0 where more is wanted
 * (and then *out is as it was).
 */
rp_status rp_message_parse(struct rp_span bytes, const char *who, struct rp_message *out,
                           size_t *out_used, struct rp_error *err) RP_MUST_USE;

#endif
