/* Unit test of src/aws/provider_container.c on a scripted network. */
#include "aws/provider.h"

#include "held_context.h"
#include "scripted_net.h"

/* AWS's published example secret; the id is of the published form. */
#define DOCUMENT(end)                                                                              \
    "{\"AccessKeyId\":\"ASIAIOSFODNN7EXAMPLE\","                                                   \
    "\"SecretAccessKey\":\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\","                            \
    "\"Token\":\"EXAMPLETOKEN\",\"Expiration\":\"" end "\",\"RoleArn\":\"arn\"}"
#define LATER "2026-01-02T09:04:05Z"
#define ACCEPT "Accept: application/json\n"
#define FULL "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define RELATIVE "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define URL "http://127.0.0.1:1/c"
#define GET(...)                                                                                   \
    {                                                                                              \
        .method = "GET", .url = URL, .headers = ACCEPT, __VA_ARGS__                                \
    }
#define SCRIPT(...) ((const struct scripted[]){__VA_ARGS__})
#define STEPS(...) SCRIPT(__VA_ARGS__), sizeof(SCRIPT(__VA_ARGS__)) / sizeof(struct scripted)
#define VARS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Asks, and checks what comes of it: RP_KIND_NONE for credentials. */
static void comes_to(enum rp_kind kind, const char *says, const char *const *variables,
                     const struct scripted *script, size_t count, const char *name)
{
    struct held held;
    struct scripted_net net;
    struct rp_session session = {.profile = "default"};
    struct rp_credentials found = {0};
    enum rp_answer answer = RP_ANSWER_NOT_CONFIGURED;
    char why[RP_WHY_SIZE] = "";
    struct rp_error err = {0};

    held_init(&held, variables);
    scripted_init(&net, script, count);
    session.ctx = &held.ctx;
    session.net = &net.transport;
    bool failed = rp_failed(rp_provider_container.load(&session, &answer, &found, why, &err));
    OK(failed == (kind != RP_KIND_NONE) && (!failed || err.kind == kind), "%s: %s", name, err.msg);
    OK(held_has(failed ? err.msg : rp_buf_str(&held.warnings), says), "%s: says \"%s\"", name,
       says);
    OK(failed || (answer == RP_ANSWER_CREDENTIALS && found.expires_at == 1767344645), "%s: all",
       name);
    OK(!held_has(err.msg, "wJalr") && !held_has(rp_buf_str(&held.traces), "wJalr"),
       "%s: no secret in a message", name);
    scripted_finish(&net, name);
    rp_credentials_release(&found);
    held_release(&held);
}

static void test_addresses(void)
{
    static const char *const allowed[] = {
        "http://localhost/c",       "http://LOCALHOST:80/c",      "http://127.255.0.1:1/c",
        "http://[::1]:1/c",         "http://169.254.170.2/c",     "http://169.254.170.23/v1/c?a=b",
        "http://[fd00:ec2::23]/v1", "http://[FD00:EC2:0::23]/v1",
    };
    static const char *const refused[] = {
        "http://example.com/",
        "http://127.evil.example/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://2130706433/",
        "http://169.254.169.254/",
        "http://127.0.0.1@evil/",
        "http://[::2]/",
        "http://[::1/",
        "http://[::ffff:10.0.0.1]/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        "http:///c",
        "ftp://127.0.0.1/",
        "127.0.0.1/c",
        "http://127.0.0.1/ c",
        "http://127.0.0.1\\@evil/",
        "",
    };

    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        comes_to(RP_KIND_NONE, "", VARS(FULL, allowed[i]),
                 STEPS({.method = "GET",
                        .url = allowed[i],
                        .headers = ACCEPT,
                        .status = 200,
                        .body = DOCUMENT(LATER)}),
                 allowed[i]);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        comes_to(RP_KIND_CONFIG, FULL, VARS(FULL, refused[i]), NULL, 0, refused[i]);
    comes_to(RP_KIND_NONE, "", VARS(FULL, URL, RELATIVE, "/v2/x?id=1"),
             STEPS({.method = "GET",
                    .url = "http://169.254.170.2/v2/x?id=1",
                    .headers = ACCEPT,
                    .status = 200,
                    .body = DOCUMENT(LATER)}),
             "the relative URI wins");
    comes_to(RP_KIND_CONFIG, "begin with '/'", VARS(RELATIVE, "@evil/"), NULL, 0, "no path");
    comes_to(RP_KIND_CONFIG, "set and empty", VARS(RELATIVE, "", FULL, URL), NULL, 0, "empty");
}

static void test_answers(void)
{
    const char *const *at = VARS(FULL, URL);

    comes_to(RP_KIND_NONE, "", VARS(FULL, URL, TOKEN, "Basic abc\r\n"),
             STEPS({.method = "GET",
                    .url = URL,
                    .headers = ACCEPT "Authorization: Basic abc\n",
                    .status = 200,
                    .body = DOCUMENT(LATER)}),
             "a token from the environment");
    comes_to(RP_KIND_CREDENTIALS, "line break", VARS(FULL, URL, TOKEN, "a\nb"), NULL, 0,
             "a line break in it");
    comes_to(RP_KIND_CREDENTIALS, "not there",
             VARS(FULL, URL, TOKEN, "x", TOKEN "_FILE", "/nonexistent/token"), NULL, 0,
             "a file that is not there");
    comes_to(RP_KIND_CREDENTIALS, "empty", VARS(FULL, URL, TOKEN "_FILE", "/dev/null"), NULL, 0,
             "an empty file");
    comes_to(RP_KIND_NONE, "", at,
             STEPS(GET(.status = 500), GET(.outcome = RP_HTTP_BROKEN),
                   GET(.status = 200, .body = DOCUMENT(LATER))),
             "the third time works");
    comes_to(RP_KIND_NETWORK, "503", at,
             STEPS(GET(.status = 503), GET(.status = 503), GET(.status = 503)), "three times 503");
    comes_to(RP_KIND_CREDENTIALS, "403: who", at,
             STEPS(GET(.status = 403, .body = "{\"code\":\"c\",\"message\":\"who\\u001b?\"}")),
             "refused, once");
    comes_to(RP_KIND_CREDENTIALS, "with status 403", VARS(FULL, URL, TOKEN, "wJalrToken"),
             STEPS({.method = "GET",
                    .url = URL,
                    .headers = ACCEPT "Authorization: wJalrToken\n",
                    .status = 403,
                    .body = "{\"message\":\"not wJalrToken\"}"}),
             "a refusal that repeats the token");
    comes_to(RP_KIND_CREDENTIALS, "with status 403",
             VARS(FULL, URL, TOKEN, "wJalrToken01-and-more"),
             STEPS({.method = "GET",
                    .url = URL,
                    .headers = ACCEPT "Authorization: wJalrToken01-and-more\n",
                    .status = 403,
                    .body = "{\"message\":\"not wJalrToken01-a...\"}"}),
             "a refusal that repeats its beginning");
    comes_to(RP_KIND_CREDENTIALS, "the access key id in the answer",
             VARS(FULL, URL, TOKEN, "wJalrToken"),
             STEPS({.method = "GET",
                    .url = URL,
                    .headers = ACCEPT "Authorization: wJalrToken\n",
                    .status = 200,
                    .body = "{\"AccessKeyId\":\"wJalrToken\",\"SecretAccessKey\":\"s\",\"Token\":"
                            "\"t\",\"Expiration\":\"" LATER "\"}"}),
             "a key id that repeats the token");
    comes_to(RP_KIND_CREDENTIALS, "control character", VARS(FULL, URL, TOKEN, "a\xff"), NULL, 0,
             "a token that is not UTF-8");
    comes_to(RP_KIND_TLS, "outcome", at, STEPS(GET(.outcome = RP_HTTP_TLS_FAILED)), "TLS");
    comes_to(RP_KIND_CREDENTIALS, "outcome", at, STEPS(GET(.outcome = RP_HTTP_TOO_LARGE)),
             "too large");
    comes_to(RP_KIND_CREDENTIALS, "expired", at,
             STEPS(GET(.status = 200, .body = DOCUMENT("2026-01-02T03:04:05Z"))), "expired");
    comes_to(RP_KIND_NONE, "", at,
             STEPS(GET(.status = 200, .body = "<html>"), GET(.status = 200),
                   GET(.status = 200, .body = DOCUMENT(LATER))),
             "no JSON at first");
    comes_to(RP_KIND_CREDENTIALS, "JSON", at,
             STEPS(GET(.status = 200, .body = "no"), GET(.status = 200, .body = "no"),
                   GET(.status = 200, .body = "no")),
             "no JSON");
    comes_to(RP_KIND_CREDENTIALS, "has no AccessKeyId", at, STEPS(GET(.status = 200, .body = "{}")),
             "other JSON, once");
    comes_to(RP_KIND_NONE, "clock", at,
             STEPS(GET(.status = 200, .body = DOCUMENT(LATER), .date = 1767323045 + 600)),
             "a clock that is off");
    comes_to(RP_KIND_INTERNAL, "broken", at, STEPS(GET(.breaks = true)), "a broken helper");
}

/* The file with roots that an exchange is given: for https, the environment's before the profile's.
 */
static void trusts(const char *url, const char *variable, const char *config, const char *want)
{
    const struct scripted script[] = {
        {.method = "GET", .url = url, .headers = ACCEPT, .status = 200, .body = DOCUMENT(LATER)}};
    struct held held;
    struct scripted_net net;
    RP_SESSION_AUTO struct rp_session session = {.profile = "p"};
    struct rp_credentials found = {0};
    enum rp_answer answer;
    char why[RP_WHY_SIZE];
    struct rp_error err = {0};

    held_init(&held, VARS(FULL, url, "AWS_CA_BUNDLE", variable));
    scripted_init(&net, script, 1);
    net.proxied = !held_has(url, "127.0.0.1");
    session.ctx = &held.ctx;
    session.net = &net.transport;
    WORKS(rp_profiles_parse(&held.ctx, rp_span(config), rp_span(""), &session.profiles, &err), err,
          "profiles");
    WORKS(rp_provider_container.load(&session, &answer, &found, why, &err), err, url);
    IS_STR(net.ca_file == NULL ? "none" : net.ca_file, want, want);
    rp_credentials_release(&found);
    held_release(&held);
}

static void test_trust(void)
{
    static const char config[] = "[profile p]\nca_bundle = /p.pem\n";

    trusts("https://agent.example/c", "", config, "/p.pem");
    trusts("https://127.0.0.1:1/c", "", config, "/p.pem");
    trusts("https://agent.example/c", "/e.pem", config, "/e.pem");
    trusts("https://agent.example/c", "", "", "none");
    trusts(URL, "/e.pem", config, "none");
}

int main(void)
{
    test_addresses();
    test_answers();
    test_trust();
    return tap_done();
}
