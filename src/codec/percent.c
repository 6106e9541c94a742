/* Percent-encoding. */
#include "rdspass/codec/percent.h"

#include <string.h>

static void encode(struct rp_buf *out, struct rp_span bytes, const char *also_plain)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < bytes.n; i++) {
        char c = bytes.p[i];
        if (rp_is_alpha(c) || rp_is_digit(c) || (c != '\0' && strchr(also_plain, c) != NULL)) {
            rp_buf_add_char(out, c);
        } else {
            char coded[] = {'%', digits[(unsigned char)c >> 4], digits[(unsigned char)c & 0x0f]};
            rp_buf_add(out, (struct rp_span){coded, sizeof(coded)});
        }
    }
}

void rp_percent_encode(struct rp_buf *out, struct rp_span bytes)
{
    encode(out, bytes, "-._~");
}

void rp_percent_encode_path(struct rp_buf *out, struct rp_span bytes)
{
    encode(out, bytes, "-._~/");
}

static int digit_value(char c)
{
    if (rp_is_digit(c))
        return c - '0';
    c = rp_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool rp_percent_decode(struct rp_buf *out, struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '%') {
            rp_buf_add_char(out, text.p[i]);
            continue;
        }
        if (text.n - i < 3)
            return false;
        int high = digit_value(text.p[i + 1]);
        int low = digit_value(text.p[i + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0))
            return false;
        rp_buf_add_char(out, (char)(high << 4 | low));
        i += 2;
    }
    return true;
}
