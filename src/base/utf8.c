/* UTF-8: one character at a time, strictly. */
#include "rdspass/base/utf8.h"

size_t rp_utf8_next(struct rp_span text, uint32_t *out_code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* by length */
    const unsigned char *p = (const unsigned char *)text.p;
    uint32_t code;
    size_t n;

    if (text.n == 0)
        return 0;
    if (p[0] < 0x80) {
        *out_code = p[0];
        return 1;
    }
    if ((p[0] & 0xe0) == 0xc0) {
        n = 2;
        code = p[0] & 0x1fU;
    } else if ((p[0] & 0xf0) == 0xe0) {
        n = 3;
        code = p[0] & 0x0fU;
    } else if ((p[0] & 0xf8) == 0xf0) {
        n = 4;
        code = p[0] & 0x07U;
    } else {
        return 0;
    }
    if (text.n < n)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3fU);
    }
    if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *out_code = code;
    return n;
}

size_t rp_utf8_put(uint32_t code, char out[static RP_UTF8_SIZE_MAX])
{
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0}; /* by length */
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    for (size_t i = n; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(marks[n] | code);
    return n;
}

bool rp_utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

bool rp_utf8_valid(struct rp_span text)
{
    uint32_t code;

    while (text.n > 0) {
        size_t n = rp_utf8_next(text, &code);
        if (n == 0)
            return false;
        text = rp_span_skip(text, n);
    }
    return true;
}

bool rp_utf8_has_control(struct rp_span text)
{
    while (text.n > 0) {
        uint32_t code = 0;
        size_t n = rp_utf8_next(text, &code);
        if (n > 0 ? rp_utf8_is_control(code) : rp_utf8_is_control((unsigned char)text.p[0]))
            return true;
        text = rp_span_skip(text, n > 0 ? n : 1);
    }
    return false;
}
