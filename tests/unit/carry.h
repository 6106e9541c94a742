/* Messages as the other side gets them, for tests of what they mean. */
#ifndef TESTS_CARRY_H
#define TESTS_CARRY_H

#include "rdspass/ipc/message.h"

/* Formats a header, which is freed, and reads it back. */
static inline rp_status carry(struct rp_json *json, struct rp_span body, struct rp_message *out,
                              struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *header = json;
    RP_BUF_AUTO struct rp_buf bytes = {.max = 1 << 21};
    size_t used = 0;

    RP_TRY(rp_message_format(header, body, &bytes, err));
    RP_TRY(rp_message_parse(rp_buf_span(&bytes), "peer", out, &used, err));
    return used == bytes.len ? RP_OK : rp_fail(err, RP_KIND_INTERNAL, "a rest");
}

/* A message that has come, by its members. */
static inline bool read_members(const char *members, struct rp_span body, struct rp_message *out)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = 16384};
    size_t used = 0;

    rp_buf_add_str(&bytes, "{\"rdspass\":\"" RP_VERSION "\",");
    rp_buf_add_str(&bytes, members);
    if (body.n > 0)
        rp_buf_addf(&bytes, ",\"body\":%zu", body.n);
    rp_buf_add_str(&bytes, "}\n");
    rp_buf_add(&bytes, body);
    return !rp_failed(rp_message_parse(rp_buf_span(&bytes), "peer", out, &used, NULL)) && used > 0;
}

#endif
