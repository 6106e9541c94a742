/*
 * Unit test of src/sigv4: facts that AWS published, stage by stage. All of
 * AWS's suite, where it is at hand, is in sigv4_suite.c.
 */
#include "rdspass/sigv4/sign.h"

#include "tap.h"

/* AWS's example credentials, from its test suite and documentation; they open nothing. */
#define EXAMPLE_KEY_ID "AKIDEXAMPLE"
#define EXAMPLE_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

enum { EXAMPLE_TIME = 1440938160 }; /* 2015-08-30T12:36:00Z */

static struct rp_secret secret;
static struct rp_secret none;

static const struct rp_sigv4_pair host = {{"Host", 4}, {"example.amazonaws.com", 21}};

static struct rp_sigv4_request vanilla(void)
{
    return (struct rp_sigv4_request){
        .method = RP_SPAN("GET"), .path = RP_SPAN("/"), .headers = &host, .header_count = 1};
}

static struct rp_sigv4_signer signer(void)
{
    return (struct rp_sigv4_signer){
        .access_key_id = RP_SPAN(EXAMPLE_KEY_ID),
        .secret_access_key = &secret,
        .session_token = &none,
        .region = RP_SPAN("us-east-1"),
        .service = RP_SPAN("service"),
        .when = EXAMPLE_TIME,
        .expires = 3600,
        .normalize = true,
    };
}

/* "get-vanilla" of AWS's suite. */
static void test_vanilla(void)
{
    RP_BUF_AUTO struct rp_buf canonical = {.max = RP_SIGV4_TEXT_MAX};
    RP_BUF_AUTO struct rp_buf to_sign = {.max = RP_SIGV4_TEXT_MAX};
    RP_BUF_AUTO struct rp_buf headers = {.max = RP_SIGV4_TEXT_MAX};
    char signature[RP_SIGV4_SIGNATURE_SIZE];
    struct rp_sigv4_request request = vanilla();
    struct rp_sigv4_signer who = signer();
    struct rp_error err = {0};

    WORKS(rp_sigv4_canonical_request(&request, &who, false, &canonical, &err), err,
          "get-vanilla: canonical request");
    IS_SPAN(rp_buf_span(&canonical),
            "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
            "host;x-amz-date\n" EMPTY_HASH,
            "  its text");
    WORKS(rp_sigv4_string_to_sign(&who, rp_buf_span(&canonical), &to_sign, &err), err,
          "get-vanilla: string to sign");
    IS_SPAN(rp_buf_span(&to_sign),
            "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"
            "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63",
            "  its text");
    WORKS(rp_sigv4_signature(&who, rp_buf_span(&to_sign), signature, &err), err,
          "get-vanilla: signature");
    IS_STR(signature, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
           "  its value");
    WORKS(rp_sigv4_sign_headers(&request, &who, &headers, &err), err, "get-vanilla: headers");
    IS_SPAN(rp_buf_span(&headers),
            "X-Amz-Date:20150830T123600Z\n"
            "Authorization:AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
            "aws4_request, SignedHeaders=host;x-amz-date, Signature="
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31\n",
            "  their text");
}

static void test_presigned(void)
{
    RP_BUF_AUTO struct rp_buf query = {.max = RP_SIGV4_TEXT_MAX};
    struct rp_sigv4_request request = vanilla();
    struct rp_sigv4_signer who = signer();
    struct rp_error err = {0};

    WORKS(rp_sigv4_presign(&request, &who, &query, &err), err, "get-vanilla: presigned");
    IS_SPAN(rp_buf_span(&query),
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1"
            "%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-"
            "SignedHeaders=host&X-Amz-Signature="
            "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
            "  its text");
}

static void check_query(const struct rp_sigv4_pair *pairs, size_t count, const char *want)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_SIGV4_TEXT_MAX};
    struct rp_sigv4_request request = vanilla();
    struct rp_sigv4_signer who = signer();
    struct rp_error err = {0};
    struct rp_span text = {NULL, 0};
    struct rp_span line = {NULL, 0};

    request.query = pairs;
    request.query_count = count;
    WORKS(rp_sigv4_canonical_request(&request, &who, false, &out, &err), err, want);
    text = rp_buf_span(&out);
    for (int i = 0; i < 3; i++)
        (void)rp_span_split(&text, '\n', &line);
    IS_SPAN(line, want, "  the canonical query");
}

/* Pairs are sorted by encoded name and then by value, not as joined texts. */
static void test_query(void)
{
    const struct rp_sigv4_pair dash[] = {{RP_SPAN("Param-3"), RP_SPAN("Value3")},
                                         {RP_SPAN("Param"), RP_SPAN("Value2")},
                                         {RP_SPAN("\xe1\x88\xb4"), RP_SPAN("Value1")}};
    const struct rp_sigv4_pair same[] = {
        {RP_SPAN("a"), RP_SPAN("c")}, {RP_SPAN("a"), RP_SPAN("b")}, {RP_SPAN("A"), RP_SPAN("")}};
    const struct rp_sigv4_pair odd[] = {{RP_SPAN("a b+c/d"), RP_SPAN("~*'()%20&=#\"")}};

    check_query(dash, 3, "%E1%88%B4=Value1&Param=Value2&Param-3=Value3");
    check_query(same, 3, "A=&a=b&a=c");
    check_query(odd, 1, "a%20b%2Bc%2Fd=~%2A%27%28%29%2520%26%3D%23%22");
    check_query(NULL, 0, "");
}

static void check_path(const char *path, bool normalize, const char *want)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_SIGV4_TEXT_MAX};
    struct rp_sigv4_request request = vanilla();
    struct rp_sigv4_signer who = signer();
    struct rp_error err = {0};
    struct rp_span text = {NULL, 0};
    struct rp_span line = {NULL, 0};

    request.path = rp_span(path);
    who.normalize = normalize;
    WORKS(rp_sigv4_canonical_request(&request, &who, false, &out, &err), err, path);
    text = rp_buf_span(&out);
    for (int i = 0; i < 2; i++)
        (void)rp_span_split(&text, '\n', &line);
    IS_SPAN(line, want, "  the canonical path");
}

static void test_path(void)
{
    check_path("/", true, "/");
    check_path("//", true, "/");
    check_path("/./", true, "/");
    check_path("/a/..", true, "/");
    check_path("/a/b/../..", true, "/");
    check_path("/../a", true, "/a");
    check_path("/a/./b", true, "/a/b");
    check_path("/a/.", true, "/a/");
    check_path("//a//", true, "/a/");
    check_path("/a b/", true, "/a%20b/");
    check_path("/a%20b", true, "/a%2520b");
    check_path("/\xe1\x88\xb4", true, "/%E1%88%B4");
    check_path("//a//../.", false, "//a//../.");
}

/* A path of more segments than are kept is refused, never signed without them. */
static void test_long_path(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_SIGV4_TEXT_MAX};
    struct rp_sigv4_request request = vanilla();
    struct rp_sigv4_signer who = signer();
    struct rp_error err = {0};
    char path[2 * (RP_SIGV4_PAIRS_MAX + 1)];

    for (size_t i = 0; i < sizeof(path); i++)
        path[i] = i % 2 == 0 ? '/' : 'a';
    request.path = (struct rp_span){path, sizeof(path)};
    FAILS(rp_sigv4_canonical_request(&request, &who, false, &out, &err), RP_KIND_INTERNAL, err,
          "a path of 65 segments");
}

static void test_session_token(void)
{
    RP_BUF_AUTO struct rp_buf inside = {.max = RP_SIGV4_TEXT_MAX};
    RP_BUF_AUTO struct rp_buf outside = {.max = RP_SIGV4_TEXT_MAX};
    RP_SECRET_AUTO struct rp_secret token = {0};
    struct rp_sigv4_request request = vanilla();
    struct rp_sigv4_signer who = signer();
    struct rp_error err = {0};

    rp_ignore(rp_secret_set(&token, RP_SPAN("a+/="), &err));
    who.session_token = &token;
    WORKS(rp_sigv4_presign(&request, &who, &inside, &err), err, "a session token, signed");
    OK(strstr(rp_buf_str(&inside), "&X-Amz-Security-Token=a%2B%2F%3D&X-Amz-SignedHeaders=") != NULL,
       "  stands in its place");
    who.token_outside = true;
    WORKS(rp_sigv4_presign(&request, &who, &outside, &err), err, "a session token, added later");
    OK(strstr(rp_buf_str(&outside),
              "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d") != NULL,
       "  does not change the signature");
}

int main(void)
{
    struct rp_error err = {0};

    WORKS(rp_secret_set(&secret, RP_SPAN(EXAMPLE_SECRET), &err), err, "the example's secret key");
    test_vanilla();
    test_presigned();
    test_query();
    test_path();
    test_long_path();
    test_session_token();
    rp_secret_release(&secret);
    return tap_done();
}
