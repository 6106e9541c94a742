/* Spans: comparing, cutting, numbers. */
#include "tap.h"

static void test_compare(void)
{
    OK(rp_span_is(rp_span("abc"), "abc"), "equal");
    OK(!rp_span_is(rp_span("abc"), "abcd"), "a prefix is not equal");
    OK(rp_span_is_nocase(rp_span("TrUe"), "true"), "case does not count");
    OK(!rp_span_is_nocase(rp_span("tru"), "true"), "but the length does");
    OK(!rp_span_is_nocase(rp_span("truer"), "true"), "both ways");
    OK(rp_span_is_word_of(rp_span("b"), "a b c") && rp_span_is_word_of(rp_span("abc"), "abc") &&
           !rp_span_is_word_of(rp_span("ab"), "abc a b") &&
           !rp_span_is_word_of(rp_span(""), "a  b") && !rp_span_is_word_of(rp_span("a"), NULL),
       "a word of a list");
    OK(rp_span_starts(rp_span("abc"), "ab") && !rp_span_starts(rp_span("a"), "ab"), "starts");
    OK(rp_span_ends(rp_span("abc"), "bc") && !rp_span_ends(rp_span("c"), "bc"), "ends");
    OK(rp_span_is_printable(rp_span("a ~")) && !rp_span_is_printable(rp_span("a\n")) &&
           !rp_span_is_printable(rp_span("é")),
       "printable");
    OK(rp_span_cmp(rp_span("a"), rp_span("ab")) < 0, "the shorter comes first");
    OK(rp_span_cmp(rp_span("\xc3"), rp_span("a")) > 0, "bytes compare as unsigned");
    OK(rp_span_eq(rp_span(NULL), rp_span("")), "NULL is empty");
}

static void test_cut(void)
{
    struct rp_span rest = rp_span("a,,b,");
    struct rp_span piece;
    const char *want[] = {"a", "", "b", ""};

    for (size_t i = 0; i < 4; i++) {
        OK(rp_span_split(&rest, ',', &piece), "piece %zu is there", i);
        IS_SPAN(piece, want[i], "and is the right one");
    }
    OK(!rp_span_split(&rest, ',', &piece), "and then there is none");
    IS_SPAN(rp_span_trim(rp_span(" \t x y \r")), "x y", "trim");
    IS_SPAN(rp_span_trim(rp_span("  ")), "", "trim leaves nothing of blanks");
    IS_SPAN(rp_span_skip(rp_span("ab"), 9), "", "skip stops at the end");
    IS_INT(rp_span_find_last(rp_span("a.b.c"), '.'), 3, "find the last");
    IS_INT(rp_span_find(rp_span("abc"), 'x'), 3, "not found: the length");
}

static void test_numbers(void)
{
    uint32_t n = 7;

    OK(rp_span_to_uint(rp_span("65535"), 65535, &n) && n == 65535, "the maximum");
    OK(!rp_span_to_uint(rp_span("65536"), 65535, &n), "one more");
    OK(!rp_span_to_uint(rp_span(""), 9, &n), "nothing");
    OK(!rp_span_to_uint(rp_span("-1"), 9, &n), "a sign");
    OK(!rp_span_to_uint(rp_span(" 1"), 9, &n), "a blank");
    OK(!rp_span_to_uint(rp_span("99999999999"), UINT32_MAX, &n), "11 digits");
    OK(rp_span_to_uint(rp_span("4294967295"), UINT32_MAX, &n), "the largest");
    OK(!rp_span_to_uint(rp_span("4294967296"), UINT32_MAX, &n), "more than the largest");
}

int main(void)
{
    test_compare();
    test_cut();
    test_numbers();
    return tap_done();
}
