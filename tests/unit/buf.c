/* Buffers and secrets: limits, sticky failure, wiping. */
#include "rdspass/base/buf.h"
#include "rdspass/base/secret.h"
#include "tap.h"

static void test_growth(void)
{
    struct rp_buf buf;
    struct rp_error err = {0};

    rp_buf_init(&buf, 1000);
    IS_STR(rp_buf_str(&buf), "", "empty is a string");
    for (int i = 0; i < 100; i++)
        rp_buf_addf(&buf, "%09d,", i);
    IS_INT(buf.len, 1000, "filled to the last byte");
    WORKS(rp_buf_check(&buf, RP_KIND_CONFIG, "it", &err), err, "which is fine");
    OK(strncmp(rp_buf_str(&buf) + 990, "000000099,", 10) == 0, "content is kept while growing");
    rp_buf_add_char(&buf, 'x');
    FAILS(rp_buf_check(&buf, RP_KIND_CONFIG, "it", &err), RP_KIND_CONFIG, err, "one byte more");
    IS_STR(err.msg, "it is longer than 1000 bytes", "message");
    rp_buf_add_str(&buf, "");
    OK(rp_failed(rp_buf_check(&buf, RP_KIND_CONFIG, "it", &err)), "failure stays");
    rp_buf_clear(&buf);
    WORKS(rp_buf_check(&buf, RP_KIND_CONFIG, "it", &err), err, "until it is cleared");

    struct rp_buf without = {.max = 8, .state = RP_BUF_NO_MEMORY};
    rp_buf_clear(&without);
    FAILS(rp_buf_check(&without, RP_KIND_CONFIG, "it", &err), RP_KIND_INTERNAL, err,
          "want of memory stays, cleared or not");
    rp_buf_release(&buf);
    OK(buf.data == NULL && buf.max == 1000, "released, and usable again");
    rp_buf_release(&buf);
}

static void test_wiping(void)
{
    struct rp_buf buf;

    rp_buf_init(&buf, 64);
    rp_buf_add_str(&buf, "secret");
    rp_buf_clear(&buf);
    bool clean = true;
    for (size_t i = 0; i < buf.cap; i++)
        clean = clean && buf.data[i] == '\0';
    OK(clean, "clear wipes");
    rp_buf_release(&buf);
}

static void test_dropping(void)
{
    RP_BUF_AUTO struct rp_buf buf = {.max = 64};

    rp_buf_drop(&buf, 0);
    rp_buf_add_str(&buf, "first second");
    rp_buf_drop(&buf, 6);
    IS_SPAN(rp_buf_span(&buf), "second", "drop takes from the front");
    bool clean = true;
    for (size_t i = buf.len; i < strlen("first second"); i++)
        clean = clean && buf.data[i] == '\0';
    OK(clean, "drop wipes");
    rp_buf_drop(&buf, buf.len);
    IS_INT(buf.len, 0, "drop all");
    rp_buf_add_str(&buf, "third");
    IS_STR(rp_buf_str(&buf), "third", "and go on");
}

static void test_secrets(void)
{
    struct rp_secret a = {0};
    struct rp_secret b = {0};
    struct rp_error err = {0};

    OK(rp_secret_is_empty(&a), "starts empty");
    WORKS(rp_secret_set(&a, rp_span("one"), &err), err, "set");
    WORKS(rp_secret_set(&a, rp_span("second"), &err), err, "set again");
    IS_SPAN(rp_secret_reveal(&a), "second", "the later one counts");
    rp_secret_move(&b, &a);
    OK(rp_secret_is_empty(&a), "moved away");
    IS_SPAN(rp_secret_reveal(&b), "second", "moved to");
    WORKS(rp_secret_set(&b, rp_span(""), &err), err, "set to nothing");
    OK(rp_secret_is_empty(&b), "is empty");
    WORKS(rp_secret_set(&b, rp_span("key"), &err), err, "set");
    IS_SPAN(rp_secret_reveal(&b), "key", "  is that");
    rp_secret_release(&b);
}

static void test_repeated_secret(void)
{
    struct rp_span secret = RP_SPAN("0123456789abcdef");

    OK(rp_secret_is_repeated(RP_SPAN("key"), rp_span("a key!")), "a short secret in a text");
    OK(!rp_secret_is_repeated(RP_SPAN("key"), rp_span("a ke")), "  a part of it is nothing");
    OK(rp_secret_is_repeated(secret, rp_span("no to 0123456789abcdef")), "a long one, whole");
    OK(rp_secret_is_repeated(secret, rp_span("no to 0123456789ab")), "  its beginning");
    OK(!rp_secret_is_repeated(secret, rp_span("no to 0123456789a")), "  less of it");
    OK(!rp_secret_is_repeated(RP_SPAN(""), rp_span("any")), "no secret is in no text");
    OK(!rp_secret_is_repeated(secret, rp_span(NULL)), "no text repeats anything");
}

int main(void)
{
    test_growth();
    test_wiping();
    test_dropping();
    test_secrets();
    test_repeated_secret();
    return tap_done();
}
