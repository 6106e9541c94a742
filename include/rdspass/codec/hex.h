/* Lower-case hexadecimal, as SigV4 and fingerprints have it. */
#ifndef RP_CODEC_HEX_H
#define RP_CODEC_HEX_H

#include "rdspass/base/buf.h"

void rp_hex_add(struct rp_buf *out, const uint8_t *bytes, size_t n);

#endif
