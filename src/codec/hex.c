/* Hexadecimal. */
#include "rdspass/codec/hex.h"

void rp_hex_add(struct rp_buf *out, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        rp_buf_add_char(out, digits[bytes[i] >> 4]);
        rp_buf_add_char(out, digits[bytes[i] & 0x0f]);
    }
}
