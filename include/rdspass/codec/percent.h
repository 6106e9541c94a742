/*
 * Percent-encoding, RFC 3986 §2.1 and §2.3, in the form that SigV4 demands:
 * everything but A-Z a-z 0-9 - . _ ~ becomes %XX with upper-case digits.
 */
#ifndef RP_CODEC_PERCENT_H
#define RP_CODEC_PERCENT_H

#include "rdspass/base/buf.h"

void rp_percent_encode(struct rp_buf *out, struct rp_span bytes);

/* The same, with '/' left as it is: for paths. */
void rp_percent_encode_path(struct rp_buf *out, struct rp_span bytes);

/*
 * Adds the decoded bytes. False, with an unspecified part added, where a '%' is
 * not followed by two digits, or stands for NUL. '+' stays '+'.
 */
bool rp_percent_decode(struct rp_buf *out, struct rp_span text);

#endif
