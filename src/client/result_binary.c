/* Results: binary values in hexadecimal and base64, a piece at a time. */
#include "rdspass/codec/base64.h"
#include "rdspass/codec/hex.h"
#include "result_form.h"

enum { PIECE = 3 * 1024 }; /* of three bytes base64 makes four letters, and no '=' */

/* PostgreSQL writes bytea as bytea_output says: \x00ff, or escaped, where \x cannot begin it. */
static enum rp_given form_of(enum rp_value_kind kind, struct rp_span bytes)
{
    if (kind == RP_VALUE_BINARY)
        return RP_GIVEN_AS_IS;
    return rp_span_starts(bytes, "\\x") ? RP_GIVEN_IN_HEX : RP_GIVEN_ESCAPED;
}

struct rp_encoded rp_result_encoded(const struct rp_result_writer *writer, size_t column,
                                    const struct rp_value *value, enum rp_binary otherwise)
{
    enum rp_value_kind kind = writer->columns[column].kind;
    enum rp_binary binary = writer->style.binary;
    struct rp_encoded encoded = {.bytes = value->bytes};

    if (kind != RP_VALUE_BINARY && kind != RP_VALUE_BYTEA)
        return encoded;
    if (binary == RP_BINARY_AS_IS)
        binary = otherwise;
    if (binary == RP_BINARY_AS_IS)
        return encoded;
    encoded.given = form_of(kind, value->bytes);
    if (encoded.given == RP_GIVEN_IN_HEX)
        encoded.bytes = rp_span_skip(value->bytes, 2);
    if (encoded.bytes.n == 0 || (encoded.given == RP_GIVEN_IN_HEX && binary == RP_BINARY_HEX))
        return encoded;
    encoded.encoding = binary == RP_BINARY_HEX ? RP_ENCODING_HEX : RP_ENCODING_BASE64;
    return encoded;
}

/* --- bytes ---------------------------------------------------------------------------- */

static struct rp_span take(struct rp_span *rest, size_t n)
{
    struct rp_span taken = rp_span_first(*rest, n);

    *rest = rp_span_skip(*rest, taken.n);
    return taken;
}

/* What a digit is worth; the server's word is taken for it that it is one. */
static unsigned digit(char c)
{
    return rp_is_digit(c) ? (unsigned)(c - '0') : ((unsigned)rp_lower(c) - 'a' + 10) & 0xfU;
}

static struct rp_span take_hex(struct rp_span *rest, char out[PIECE])
{
    struct rp_span digits = take(rest, (size_t)2 * PIECE);
    size_t n = digits.n / 2;

    for (size_t i = 0; i < n; i++)
        out[i] = (char)(digit(digits.p[2 * i]) << 4 | digit(digits.p[2 * i + 1]));
    return (struct rp_span){out, n};
}

/* \\ is a backslash, \ooo a byte in octal. */
static struct rp_span take_escaped(struct rp_span *rest, char out[PIECE])
{
    size_t n = 0;

    for (; rest->n > 0 && n < PIECE; n++) {
        char c = take(rest, 1).p[0];
        if (c == '\\' && rp_span_starts(*rest, "\\")) {
            (void)take(rest, 1);
        } else if (c == '\\' && rest->n >= 3) {
            struct rp_span octal = take(rest, 3);
            c = (char)(digit(octal.p[0]) << 6 | digit(octal.p[1]) << 3 | digit(octal.p[2]));
        }
        out[n] = c;
    }
    return (struct rp_span){out, n};
}

static struct rp_span take_bytes(struct rp_encoded *value, char out[PIECE])
{
    switch (value->given) {
    case RP_GIVEN_IN_HEX:
        return take_hex(&value->bytes, out);
    case RP_GIVEN_ESCAPED:
        return take_escaped(&value->bytes, out);
    case RP_GIVEN_AS_IS:
        break;
    }
    return take(&value->bytes, PIECE);
}

/* --- their text ----------------------------------------------------------------------- */

bool rp_result_encode_piece(struct rp_encoded *value, struct rp_buf *out)
{
    char decoded[PIECE];

    if (value->bytes.n == 0)
        return false;
    struct rp_span bytes = take_bytes(value, decoded);
    if (value->encoding == RP_ENCODING_HEX)
        rp_hex_add(out, (const uint8_t *)bytes.p, bytes.n);
    else
        rp_base64_add(out, (const uint8_t *)bytes.p, bytes.n);
    return true;
}

void rp_result_put_encoded(struct rp_result_writer *writer, struct rp_encoded value)
{
    for (;;) {
        rp_buf_clear(&writer->piece);
        if (!rp_result_encode_piece(&value, &writer->piece))
            break;
        if (writer->piece.state != RP_BUF_FINE)
            rp_result_fail_memory(writer);
        rp_result_put(writer, rp_buf_span(&writer->piece));
    }
}
