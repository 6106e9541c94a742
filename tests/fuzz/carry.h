/* Messages as the other side gets them, for fuzzers. */
#ifndef FUZZ_CARRY_H
#define FUZZ_CARRY_H

#include "rdspass/ipc/message.h"

/* Formats a header, which is freed, and parses it; false where escapes made it too long for one. */
static inline bool carry(struct rp_json *json, struct rp_span body, struct rp_message *out)
{
    RP_JSON_AUTO struct rp_json *header = json;
    RP_BUF_AUTO struct rp_buf bytes = {.max = SIZE_MAX / 2};
    size_t used = 0;

    if (rp_failed(rp_message_format(header, body, &bytes, NULL)))
        return false;
    if (rp_failed(rp_message_parse(rp_buf_span(&bytes), "peer", out, &used, NULL)) ||
        used != bytes.len)
        abort();
    return true;
}

#endif
