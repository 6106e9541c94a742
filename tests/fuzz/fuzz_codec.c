/* The small decoders: percent-encoding, times, UTF-8 and its escaping, numbers. */
#include "rdspass/base/utf8.h"
#include "rdspass/codec/percent.h"
#include "rdspass/codec/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 4096 };

/* What is encoded decodes to itself; what decodes is no longer than it was. */
static void check_percent(struct rp_span bytes)
{
    RP_BUF_AUTO struct rp_buf encoded = {.max = (size_t)3 * TEXT_MAX};
    RP_BUF_AUTO struct rp_buf decoded = {.max = (size_t)3 * TEXT_MAX};
    bool has_nul = rp_span_find(bytes, '\0') < bytes.n;

    rp_percent_encode(&encoded, bytes);
    if (rp_percent_decode(&decoded, rp_buf_span(&encoded)) == has_nul)
        abort();
    if (!has_nul && !rp_span_eq(rp_buf_span(&decoded), bytes))
        abort();
    rp_buf_clear(&decoded);
    if (rp_percent_decode(&decoded, bytes) && decoded.len > bytes.n)
        abort();
}

/* A time that is read and written again is read the same. */
static void check_time(struct rp_span text)
{
    char written[RP_TIME_ISO_SIZE];
    int64_t when = 0;
    int64_t again = 0;

    if (!rp_time_parse_iso(text, &when))
        return;
    rp_time_format_iso(when, written);
    if (when >= 0 && when < 253402300800 && /* the year 10000 */
        (!rp_time_parse_iso(rp_span(written), &again) || again != when))
        abort();
}

/* An escaped text is UTF-8 without control characters, and fits. */
static void check_escape(struct rp_span bytes)
{
    char text[TEXT_MAX + 1];
    char out[200];

    if (bytes.n > 0)
        memcpy(text, bytes.p, bytes.n);
    text[bytes.n] = '\0';
    rp_escape_text(out, sizeof(out), text);
    if (strlen(out) >= sizeof(out) || !rp_utf8_valid(rp_span(out)) ||
        rp_utf8_has_control(rp_span(out)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span bytes = {(const char *)data, size};
    uint32_t number = 0;

    if (size > TEXT_MAX)
        return 0;
    check_percent(bytes);
    check_time(bytes);
    check_escape(bytes);
    if (rp_span_to_uint(bytes, 65535, &number) && (number > 65535 || !rp_is_digit(bytes.p[0])))
        abort();
    return 0;
}
