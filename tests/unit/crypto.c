/* SHA-1, SHA-256, HMAC-SHA-256: published answers (FIPS 180-4 examples, RFC 4231). */
#include "rdspass/codec/hex.h"
#include "rdspass/crypto/sha1.h"
#include "rdspass/crypto/sha256.h"
#include "tap.h"

static void is_hex(const uint8_t bytes[static RP_SHA256_SIZE], const char *want, const char *name)
{
    RP_BUF_AUTO struct rp_buf hex = {.max = 64};

    rp_hex_add(&hex, bytes, RP_SHA256_SIZE);
    IS_STR(rp_buf_str(&hex), want, name);
}

static void sha1_is(const char *text, const char *want)
{
    RP_BUF_AUTO struct rp_buf hex = {.max = 2 * RP_SHA1_SIZE};
    struct rp_error err = {0};
    uint8_t out[RP_SHA1_SIZE];

    WORKS(rp_sha1(rp_span(text), out, &err), err, text);
    rp_hex_add(&hex, out, sizeof(out));
    IS_STR(rp_buf_str(&hex), want, want);
}

static void test_sha1(void)
{
    sha1_is("abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
    sha1_is("", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    sha1_is("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    sha1_is("my-sso",
            "0ad374308c5a4e22f723adf10145eafad7c4031c"); /* a file's name of the AWS CLI */
}

static void test_sha256(void)
{
    struct rp_error err = {0};
    uint8_t out[RP_SHA256_SIZE];
    char many[131];

    WORKS(rp_sha256(rp_span("abc"), out, &err), err, "hash");
    is_hex(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "of abc");
    WORKS(rp_sha256(rp_span(""), out, &err), err, "hash");
    is_hex(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "of nothing");
    WORKS(rp_hmac_sha256(rp_span("Jefe"), rp_span("what do ya want for nothing?"), out, &err), err,
          "HMAC");
    is_hex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
           "RFC 4231 case 2");
    memset(many, 0xaa, sizeof(many));
    WORKS(rp_hmac_sha256((struct rp_span){many, sizeof(many)},
                         rp_span("Test Using Larger Than Block-Size Key - Hash Key First"), out,
                         &err),
          err, "HMAC");
    is_hex(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
           "RFC 4231 case 6: a key longer than a block");
    WORKS(rp_hmac_sha256(rp_span(""), rp_span(""), out, &err), err, "HMAC");
    is_hex(out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
           "of nothing with no key");
}

int main(void)
{
    test_sha1();
    test_sha256();
    return tap_done();
}
