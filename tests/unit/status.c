/* Errors: messages, escaping, exit codes. */
#include <errno.h>

#include "rdspass/base/utf8.h"
#include "tap.h"

static void test_messages(void)
{
    struct rp_error err = {0};

    OK(rp_failed(rp_fail(&err, RP_KIND_USAGE, "no %s", "host")), "rp_fail fails");
    IS_STR(err.msg, "no host", "message");
    IS_INT(err.kind, RP_KIND_USAGE, "kind");
    rp_hint(&err, "add -h %s", "HOST");
    IS_STR(err.hint, "add -h HOST", "hint");
    rp_error_prefix(&err, "line %d", 3);
    IS_STR(err.msg, "line 3: no host", "prefix");
    errno = ENOENT;
    OK(rp_failed(rp_fail_errno(&err, RP_KIND_CONFIG, "cannot open %s", "x")), "with errno");
    IS_STR(err.msg, "cannot open x: No such file or directory", "message of the system");
    IS_INT(err.sys, ENOENT, "errno is kept");
    IS_STR(err.hint, "", "the hint of an earlier error is gone");
    OK(rp_failed(rp_fail(NULL, RP_KIND_USAGE, "x")), "no place for the error is fine");
}

/* What is put before a long message takes from its end, and cuts no character. */
static void test_long_prefix(void)
{
    struct rp_error err = {0};
    char message[501] = "";
    char context[501] = "";

    memset(message, 'm', 500);
    rp_ignore(rp_fail(&err, RP_KIND_USAGE, "%s", message));
    rp_error_prefix(&err, "a file");
    IS_INT(strlen(err.msg), strlen("a file: ") + 500, "a long message stays whole");
    for (size_t i = 0; i < 498; i++) /* whole ones */
        context[i] = "€"[i % strlen("€")];
    rp_ignore(rp_fail(&err, RP_KIND_USAGE, "x%s", context));
    for (int i = 0; i < 4; i++) {
        rp_error_prefix(&err, "%.*s%s", i, "yyy", context);
        OK(rp_utf8_valid(rp_span(err.msg)), "no character is cut: %zu bytes", strlen(err.msg));
        OK(strstr(err.msg, ": ") != NULL, "  and what was there is there");
    }
}

static void test_escape(void)
{
    struct rp_error err = {0};
    char small[8];

    rp_ignore(rp_fail(&err, RP_KIND_USAGE, "%s",
                      "a\x1b[2Jb\nc\x7f\xc2\x9b"
                      "d"));
    IS_STR(err.msg,
           "a\\x1b[2Jb\\x0ac\\x7f\\xc2\\x9b"
           "d",
           "control characters, C1 too");
    rp_ignore(rp_fail(&err, RP_KIND_USAGE, "%s", "é \xff \xc3"));
    IS_STR(err.msg, "é \\xff \\xc3", "what is not UTF-8");
    rp_escape_text(small, sizeof(small), "123456\n");
    IS_STR(small, "123456", "an escape is not cut in two");
    rp_escape_text(small, sizeof(small), "12345678");
    IS_STR(small, "1234567", "the end is cut");
}

static void puts_utf8(uint32_t code, const char *want)
{
    char bytes[RP_UTF8_SIZE_MAX];
    size_t n = rp_utf8_put(code, bytes);

    IS_SPAN(((struct rp_span){bytes, n}), want, "written");
}

static void test_utf8(void)
{
    puts_utf8('a', "a");
    puts_utf8(0xe9, "é");
    puts_utf8(0x20ac, "€");
    puts_utf8(0x1f600, "😀");
    puts_utf8(0xd800, "");
    puts_utf8(0x110000, "");
    OK(rp_utf8_valid(rp_span("aé€😀")), "1 to 4 bytes");
    OK(!rp_utf8_valid(rp_span("\xc0\x80")), "over-long");
    OK(!rp_utf8_valid(rp_span("\xed\xa0\x80")), "a surrogate");
    OK(!rp_utf8_valid(rp_span("\xf4\x90\x80\x80")), "beyond U+10FFFF");
    OK(!rp_utf8_valid(rp_span("\xe2\x82")), "cut short");
    OK(rp_utf8_has_control(rp_span("a\tb")), "a tab is a control character");
    OK(!rp_utf8_has_control(rp_span("aé")), "a letter is none");
}

static void test_exit_codes(void)
{
    IS_INT(rp_kind_info(RP_KIND_NONE)->exit_code, 0, "done");
    IS_INT(rp_kind_info(RP_KIND_OUTPUT)->exit_code, 1, "output");
    IS_INT(rp_kind_info(RP_KIND_USAGE)->exit_code, 2, "usage");
    IS_INT(rp_kind_info(RP_KIND_CREDENTIALS)->exit_code, 5, "credentials");
    IS_INT(rp_kind_info(RP_KIND_TERMINATED)->exit_code, 143, "terminated");
}

int main(void)
{
    test_messages();
    test_long_prefix();
    test_escape();
    test_utf8();
    test_exit_codes();
    return tap_done();
}
