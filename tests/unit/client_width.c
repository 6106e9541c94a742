/* Text on a terminal: how wide it is, and that nothing in it steers. */
#include "client/width.h"

#include "rdspass/base/utf8.h"
#include "tap.h"

static void test_widths(void)
{
    static const struct {
        const char *text;
        size_t width;
        const char *name;
    } wanted[] = {
        {"", 0, "nothing"},
        {"abc", 3, "letters"},
        {"\xc3\xa9", 1, "a letter of two bytes"},
        {"e\xcc\x81", 1, "a combining accent"},
        {"\xc2\xad", 1, "a soft hyphen"},
        {"\xe6\xbc\xa2\xe5\xad\x97", 4, "Han"},
        {"\xe3\x81\x8b\xe3\x82\x99", 2, "Kana with a combining mark"},
        {"\xed\x95\x9c", 2, "a Hangul syllable"},
        {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2, "the same in parts"},
        {"\xef\xbc\xa1\xef\xbd\xb1", 3, "full width, and half"},
        {"\xf0\x9f\x98\x80", 2, "an emoji"},
        {"\xe2\x98\x83\xe2\x9c\x85", 3, "a snowman, and a check mark that is an emoji"},
        {"\xe2\x80\x8b\xef\xbb\xbf\xe2\x81\xa6", 0, "what is not shown"},
        {"\xd8\x80", 1, "an Arabic sign before numbers"},
        {"\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7", 2, "Devanagari with a virama"},
        {"\xf3\xa0\x84\x80", 0, "a variation selector of plane 14"},
        {"\xf0\xa0\x80\x80\xf0\xb0\x80\x80", 4, "Han of planes 2 and 3"},
        {"\xe4\xb7\x80", 1, "a hexagram"},
        {"\xff\xc3", 2, "bytes that are no UTF-8"},
    };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        IS_INT(rp_width(rp_span(wanted[i].text)), wanted[i].width, wanted[i].name);
}

static void test_visible(void)
{
    static const struct {
        struct rp_span text;
        const char *want;
    } wanted[] = {
        {{"", 0}, ""},
        {{"plain \xe6\xbc\xa2", 9}, "plain \xe6\xbc\xa2"},
        {{"a\nb\rc\td", 7}, "a\\nb\\rc\\td"},
        {{"\0\x1b[2J\x7f", 6}, "\\x00\\x1b[2J\\x7f"},
        {{"\xc2\x9b"
          "0m",
          4},
         "\\xc2\\x9b0m"},
        {{"\xff\xe6\xbc", 3}, "\\xff\\xe6\\xbc"},
        {{"\\n", 2}, "\\n"},
    };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        RP_BUF_AUTO struct rp_buf got = {.max = 256};
        rp_visible_add(&got, wanted[i].text, false);
        IS_SPAN(rp_buf_span(&got), wanted[i].want, wanted[i].want);
    }
}

/* Every pair of bytes: what is shown is UTF-8, and holds no control but lines where they may be. */
static void test_every_pair(void)
{
    bool good = true;

    for (unsigned pair = 0; pair < 0x10000; pair++) {
        const char text[] = {(char)(pair >> 8), (char)pair};
        struct rp_span rest = {text, sizeof(text)};
        char escape[RP_VISIBLE_MAX];
        bool lines = (pair & 1) != 0;

        while (rest.n > 0) {
            struct rp_span piece = rp_visible_piece(&rest, lines, escape);
            good = good && piece.n > 0 && rp_utf8_valid(piece);
            for (size_t i = 0; i < piece.n; i++)
                good = good && (piece.p[i] != '\x1b') &&
                       (!rp_utf8_has_control((struct rp_span){piece.p + i, 1}) ||
                        (unsigned char)piece.p[i] >= 0x80 ||
                        (lines && (piece.p[i] == '\n' || piece.p[i] == '\t')));
        }
    }
    OK(good, "no pair of bytes steers a terminal");
}

int main(void)
{
    test_widths();
    test_visible();
    test_every_pair();
    return tap_done();
}
