/* Hexadecimal, percent-encoding, base64, times. */
#include "rdspass/codec/base64.h"
#include "rdspass/codec/hex.h"
#include "rdspass/codec/percent.h"
#include "rdspass/codec/time.h"
#include "tap.h"

static void test_encodings(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 4096};

    rp_hex_add(&out, (const uint8_t *)"\x00\x7f\xff", 3);
    IS_STR(rp_buf_str(&out), "007fff", "hexadecimal");
    rp_buf_clear(&out);
    rp_percent_encode(&out, rp_span("AZaz09-._~ +/%é*'()"));
    IS_STR(rp_buf_str(&out), "AZaz09-._~%20%2B%2F%25%C3%A9%2A%27%28%29", "percent");
    rp_buf_clear(&out);
    rp_percent_encode_path(&out, rp_span("/a b/"));
    IS_STR(rp_buf_str(&out), "/a%20b/", "a path keeps its slashes");
    rp_buf_clear(&out);
    OK(rp_percent_decode(&out, rp_span("a%2fb%2Bc+d")), "decode");
    IS_STR(rp_buf_str(&out), "a/b+c+d", "a plus stays one");
    OK(!rp_percent_decode(&out, rp_span("%2")), "cut short");
    OK(!rp_percent_decode(&out, rp_span("%zz")), "no digits");
    OK(!rp_percent_decode(&out, rp_span("%00")), "NUL");
    /* RFC 4648 §10 */
    static const char *const pairs[][2] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        rp_buf_clear(&out);
        rp_base64_add(&out, (const uint8_t *)pairs[i][0], strlen(pairs[i][0]));
        IS_STR(rp_buf_str(&out), pairs[i][1], "base64");
    }
    static const char *const of_urls[][2] = {
        {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"\xfb\xff\xfe\xff", "-__-_w"}};
    for (size_t i = 0; i < sizeof(of_urls) / sizeof(of_urls[0]); i++) {
        rp_buf_clear(&out);
        rp_base64url_add(&out, (const uint8_t *)of_urls[i][0], strlen(of_urls[i][0]));
        IS_STR(rp_buf_str(&out), of_urls[i][1], "base64url");
    }
    rp_buf_clear(&out);
    uint8_t bytes[49] = {0};
    rp_pem_add(&out, "X", bytes, sizeof(bytes));
    IS_STR(rp_buf_str(&out),
           "-----BEGIN X-----\n"
           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
           "AA==\n-----END X-----\n",
           "PEM in lines of 64");
}

static void is_time(const char *text, int64_t want)
{
    int64_t when = -1;

    OK(rp_time_parse_iso(rp_span(text), &when), "%s is a time", text);
    IS_INT(when, want, "the right one");
}

static void test_times(void)
{
    char amz[RP_TIME_AMZ_SIZE];
    char iso[RP_TIME_ISO_SIZE];
    int64_t when;
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-01-02",
                                      "2026-13-01T00:00:00Z",
                                      "2026-02-29T00:00:00Z",
                                      "2026-01-02T24:00:00Z",
                                      "2026-01-02T03:04:05X",
                                      "2026-01-02T03:04:05.Z",
                                      "2026-01-02T03:04:05+1",
                                      "2026-01-02T03:04:05Z ",
                                      "0026-01-02T03:04:05Z",
                                      "+026-01-02T03:04:05Z"};

    rp_time_format_amz(1440938160, amz);
    IS_STR(amz, "20150830T123600Z", "the time of AWS's test suite");
    rp_time_format_iso(951782399, iso);
    IS_STR(iso, "2000-02-28T23:59:59Z", "before a leap day");
    rp_time_format_iso(951782400, iso);
    IS_STR(iso, "2000-02-29T00:00:00Z", "a leap day");
    rp_time_format_iso(4107542400, iso);
    IS_STR(iso, "2100-03-01T00:00:00Z", "2100 has none");
    rp_time_format_iso(253402300799, iso);
    IS_STR(iso, "9999-12-31T23:59:59Z", "the last second");
    rp_time_format_iso(INT64_MAX, iso);
    IS_STR(iso, "9999-12-31T23:59:59Z", "what is later");
    rp_time_format_iso(-1, iso);
    IS_STR(iso, "1970-01-01T00:00:00Z", "what is earlier");
    for (int64_t t = 0; t < 4102444800; t += 8640001) {
        rp_time_format_iso(t, iso);
        if (!rp_time_parse_iso(rp_span(iso), &when) || when != t)
            OK(false, "%s comes back", iso);
    }
    is_time("2026-01-02T03:04:05Z", 1767323045);
    is_time("2026-01-02 03:04:05UTC", 1767323045);
    is_time("2026-01-02T03:04:05", 1767323045);
    is_time("2026-01-02T03:04:05.999999Z", 1767323045);
    is_time("2026-01-02T03:04:05+00:00", 1767323045);
    is_time("2026-01-02T05:04:05+02:00", 1767323045);
    is_time("2026-01-01T22:34:05-0430", 1767323045);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        OK(!rp_time_parse_iso(rp_span(bad[i]), &when), "\"%s\" is no time", bad[i]);
}

int main(void)
{
    test_encodings();
    test_times();
    return tap_done();
}
