/* Base64 and PEM, encoding only. */
#include "rdspass/codec/base64.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char letters_of_urls[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Four letters for three bytes; of one byte two count, of two bytes three. */
static void add(struct rp_buf *out, const uint8_t *bytes, size_t n, const char *alphabet,
                bool padded)
{
    for (size_t i = 0; i < n; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (i + 1 < n)
            group |= (uint32_t)bytes[i + 1] << 8;
        if (i + 2 < n)
            group |= bytes[i + 2];
        char coded[] = {
            alphabet[group >> 18],
            alphabet[group >> 12 & 0x3f],
            i + 1 < n ? alphabet[group >> 6 & 0x3f] : '=',
            i + 2 < n ? alphabet[group & 0x3f] : '=',
        };
        size_t count = padded || i + 2 < n ? 4 : i + 1 < n ? 3 : 2;
        rp_buf_add(out, (struct rp_span){coded, count});
    }
}

void rp_base64_add(struct rp_buf *out, const uint8_t *bytes, size_t n)
{
    add(out, bytes, n, letters, true);
}

void rp_base64url_add(struct rp_buf *out, const uint8_t *bytes, size_t n)
{
    add(out, bytes, n, letters_of_urls, false);
}

void rp_pem_add(struct rp_buf *out, const char *label, const uint8_t *der, size_t n)
{
    enum { BYTES_A_LINE = 48 };

    rp_buf_addf(out, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < n; i += BYTES_A_LINE) {
        rp_base64_add(out, der + i, n - i < BYTES_A_LINE ? n - i : BYTES_A_LINE);
        rp_buf_add_char(out, '\n');
    }
    rp_buf_addf(out, "-----END %s-----\n", label);
}
