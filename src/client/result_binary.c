/* Results: binary values in hexadecimal and base64, a piece at a time. */
#include "rdspass/codec/base64.h"
#include "rdspass/codec/hex.h"
#include "result_form.h"

enum { PIECE = 3 * 1024 }; /* of three bytes base64 makes four letters, and no '=' */

struct rp_encoded rp_result_encoded(const struct rp_result_writer *writer, size_t column,
                                    const struct rp_value *value, enum rp_binary otherwise)
{
    enum rp_value_kind kind = writer->columns[column].kind;
    enum rp_binary binary = writer->style.binary;
    struct rp_encoded encoded = {value->bytes, RP_ENCODING_NONE};

    if (kind != RP_VALUE_BINARY && kind != RP_VALUE_BYTEA)
        return encoded;
    if (binary == RP_BINARY_AS_IS)
        binary = otherwise;
    if (binary == RP_BINARY_AS_IS)
        return encoded;
    if (kind == RP_VALUE_BINARY) {
        encoded.encoding = binary == RP_BINARY_HEX ? RP_ENCODING_HEX : RP_ENCODING_BASE64;
    } else if (rp_span_starts(value->bytes, "\\x")) {
        encoded.bytes = rp_span_skip(value->bytes, 2);
        if (binary == RP_BINARY_BASE64)
            encoded.encoding = RP_ENCODING_BASE64_OF_HEX;
    }
    if (encoded.bytes.n == 0)
        encoded.encoding = RP_ENCODING_NONE;
    return encoded;
}

/* What a digit is worth; the server's word is taken for it that it is one. */
static unsigned digit(char c)
{
    return rp_is_digit(c) ? (unsigned)(c - '0') : ((unsigned)rp_lower(c) - 'a' + 10) & 0xfU;
}

static size_t decode_hex(struct rp_span digits, uint8_t *out)
{
    size_t n = digits.n / 2;

    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(digit(digits.p[2 * i]) << 4 | digit(digits.p[2 * i + 1]));
    return n;
}

bool rp_result_encode_piece(struct rp_encoded *value, struct rp_buf *out)
{
    bool of_hex = value->encoding == RP_ENCODING_BASE64_OF_HEX;
    struct rp_span piece = rp_span_first(value->bytes, of_hex ? 2 * PIECE : PIECE);
    uint8_t decoded[PIECE];

    if (piece.n == 0)
        return false;
    value->bytes = rp_span_skip(value->bytes, piece.n);
    if (of_hex)
        piece = (struct rp_span){(const char *)decoded, decode_hex(piece, decoded)};
    if (value->encoding == RP_ENCODING_HEX)
        rp_hex_add(out, (const uint8_t *)piece.p, piece.n);
    else
        rp_base64_add(out, (const uint8_t *)piece.p, piece.n);
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
