/* Services of AWS: what is asked again, for how long, and what "no" says. */
#include "scripted_net.h"
#include "service_world.h"

/* --- asking ---------------------------------------------------------------------------- */

#define URL "https://sts.us-east-1.amazonaws.com/"

static const char *const quick[] = {"RP_TEST_NO_PAUSE", "1", NULL};

static rp_status ask(const struct scripted *script, size_t count, const char *const *variables,
                     const char *passing, struct rp_http_response *out, struct rp_error *err)
{
    struct world world;
    struct scripted_net net;
    struct rp_service_endpoint endpoint;

    set_up(&world, variables, "");
    scripted_init(&net, script, count);
    net.proxied = true;
    world.session.net = &net.transport;
    WORKS(rp_service_find(&world.session, RP_SERVICE_STS, "us-east-1", &endpoint, err), *err,
          "STS");
    const struct rp_service_question question = {
        .endpoint = &endpoint,
        .operation = "AssumeRole",
        .request = {.method = "POST", .body = RP_SPAN("Action=X"), .max_body = 4096},
        .path = "/",
        .passing = passing,
    };
    rp_status status = rp_service_ask(&world.session, &question, out, err);
    scripted_finish(&net, "as often as that");
    OK(net.longest_ms <= 10000, "none longer than ten seconds");
    tear_down(&world);
    return status;
}

#define POSTED .method = "POST", .url = URL, .sends = "Action=X"
#define SAYS(code) "<ErrorResponse><Error><Code>" code "</Code></Error></ErrorResponse>"

static void test_asked_again(void)
{
    static const struct {
        const char *name;
        struct scripted first;
        bool again;
        const char *passing;
    } cases[] = {
        {"500", {POSTED, .status = 500}, true, NULL},
        {"502", {POSTED, .status = 502}, true, NULL},
        {"503", {POSTED, .status = 503}, true, NULL},
        {"504", {POSTED, .status = 504}, true, NULL},
        {"429", {POSTED, .status = 429}, true, NULL},
        {"501", {POSTED, .status = 501}, false, NULL},
        {"throttled", {POSTED, .status = 400, .body = SAYS("Throttling")}, true, NULL},
        {"throttled as JSON",
         {POSTED, .status = 400, .error_type = "ns#ThrottlingException:http://x/"},
         true,
         NULL},
        {"refused", {POSTED, .status = 403, .body = SAYS("AccessDenied")}, false, NULL},
        {"may pass",
         {POSTED, .status = 400, .body = SAYS("IDPCommunicationError")},
         true,
         "InvalidIdentityToken IDPCommunicationError"},
        {"does not pass for others",
         {POSTED, .status = 400, .body = SAYS("IDPCommunicationError")},
         false,
         NULL},
        {"no name", {POSTED, .outcome = RP_HTTP_NOT_RESOLVED}, true, NULL},
        {"refused connection", {POSTED, .outcome = RP_HTTP_NOT_CONNECTED}, true, NULL},
        {"silence", {POSTED, .outcome = RP_HTTP_TIMED_OUT}, true, NULL},
        {"reset", {POSTED, .outcome = RP_HTTP_BROKEN}, true, NULL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        RP_HTTP_RESPONSE_AUTO struct rp_http_response got = {0};
        const struct scripted script[] = {cases[i].first, {POSTED, .status = 200, .body = "fine"}};
        struct rp_error err = {0};
        WORKS(ask(script, cases[i].again ? 2 : 1, quick, cases[i].passing, &got, &err), err,
              cases[i].name);
        IS_INT(got.status, cases[i].again ? 200 : cases[i].first.status, "what came at last");
    }
}

static void test_not_answered(void)
{
    static const struct scripted gone[] = {{POSTED, .outcome = RP_HTTP_NOT_CONNECTED},
                                           {POSTED, .outcome = RP_HTTP_TIMED_OUT},
                                           {POSTED, .outcome = RP_HTTP_BROKEN}};
    static const struct scripted there[] = {{.method = "POST",
                                             .url = "http://localhost:4566/",
                                             .sends = "Action=X",
                                             .outcome = RP_HTTP_NOT_CONNECTED}};
    static const struct scripted tls[] = {{POSTED, .outcome = RP_HTTP_TLS_FAILED}};
    static const struct scripted large[] = {{POSTED, .outcome = RP_HTTP_TOO_LARGE}};
    static const struct scripted busy[] = {
        {POSTED, .status = 503}, {POSTED, .status = 503}, {POSTED, .status = 503}};
    static const char *const once[] = {"RP_TEST_NO_PAUSE", "1", "AWS_MAX_ATTEMPTS", "1", NULL};
    static const char *const by_proxy[] = {"AWS_MAX_ATTEMPTS", "1", "HTTPS_PROXY", "proxy:8", NULL};
    static const char *const elsewhere[] = {
        "AWS_MAX_ATTEMPTS",      "1", "HTTPS_PROXY", "proxy:8", "AWS_ENDPOINT_URL",
        "http://localhost:4566", NULL};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response got = {0};
    struct rp_error err = {0};

    FAILS(ask(gone, 3, quick, NULL, &got, &err), RP_KIND_NETWORK, err, "nobody, three times");
    OK(strstr(err.msg, "AssumeRole at https://sts.us-east-1.amazonaws.com: ") == err.msg,
       "who was asked what: %s", err.msg);
    FAILS(ask(gone, 1, once, NULL, &got, &err), RP_KIND_NETWORK, err, "once, as is asked for");
    OK(strstr(err.hint, "check the way to AWS") != NULL, "a hint: %s", err.hint);
    FAILS(ask(gone, 1, by_proxy, NULL, &got, &err), RP_KIND_NETWORK, err, "by a proxy");
    OK(strstr(err.hint, "HTTPS_PROXY names a proxy") == err.hint, "who is named: %s", err.hint);
    FAILS(ask(there, 1, elsewhere, NULL, &got, &err), RP_KIND_NETWORK, err, "somewhere else");
    OK(strstr(err.hint, "AWS_ENDPOINT_URL leads there") == err.hint, "who says so: %s", err.hint);
    FAILS(ask(tls, 1, quick, NULL, &got, &err), RP_KIND_TLS, err, "not verified: at once");
    OK(strstr(err.hint, "AWS_CA_BUNDLE") != NULL, "with a hint");
    FAILS(ask(large, 1, quick, NULL, &got, &err), RP_KIND_CREDENTIALS, err, "too large: at once");
    WORKS(ask(busy, 3, quick, NULL, &got, &err), err, "busy for ever");
    IS_INT(got.status, 503, "is an answer");
}

/* The file with roots that an exchange is given. */
static void trusts(const char *const *variables, const char *config, const char *want)
{
    static const struct scripted script[] = {{POSTED, .status = 200}};
    static const struct rp_service_endpoint endpoint = {.url =
                                                            "https://sts.us-east-1.amazonaws.com"};
    const struct rp_service_question question = {
        .endpoint = &endpoint,
        .operation = "X",
        .request = {.method = "POST", .body = RP_SPAN("Action=X"), .max_body = 64},
        .path = "/"};
    struct world world;
    struct scripted_net net;
    RP_HTTP_RESPONSE_AUTO struct rp_http_response got = {0};
    struct rp_error err = {0};

    set_up(&world, variables, config);
    scripted_init(&net, script, 1);
    net.proxied = true;
    world.session.net = &net.transport;
    WORKS(rp_service_ask(&world.session, &question, &got, &err), err, "asked");
    IS_STR(net.ca_file == NULL ? "none" : net.ca_file, want, want);
    tear_down(&world);
}

static void test_trust(void)
{
    static const char *const variable[] = {"AWS_CA_BUNDLE", "/e.pem", NULL};
    static const char config[] = "[default]\nca_bundle = /p.pem\n";

    trusts(NULL, "", "none");
    trusts(NULL, config, "/p.pem");
    trusts(variable, config, "/e.pem");
}

static void test_clock(void)
{
    const struct scripted script[] = {{POSTED, .status = 200, .body = "x", .date = 1767323045}};
    struct world world;
    struct scripted_net net;
    struct rp_service_endpoint endpoint;
    RP_HTTP_RESPONSE_AUTO struct rp_http_response got = {0};
    struct rp_error err = {0};

    for (int skew = 0; skew <= 241; skew += 241) {
        set_up(&world, NULL, "");
        world.held.now += skew;
        scripted_init(&net, script, 1);
        net.proxied = true;
        world.session.net = &net.transport;
        WORKS(rp_service_find(&world.session, RP_SERVICE_STS, "us-east-1", &endpoint, &err), err,
              "STS");
        const struct rp_service_question question = {
            .endpoint = &endpoint,
            .operation = "X",
            .request = {.method = "POST", .body = RP_SPAN("Action=X"), .max_body = 64},
            .path = "/"};
        WORKS(rp_service_ask(&world.session, &question, &got, &err), err, "asked");
        OK((strstr(rp_buf_str(&world.held.warnings), "sts.us-east-1.amazonaws.com") != NULL) ==
               (skew > 240),
           "a warning where the clocks differ by %d s", skew);
        tear_down(&world);
    }
}

/* --- what "no" says ----------------------------------------------------------------------- */

static void test_errors(void)
{
    static const struct {
        const char *type; /* of the header */
        const char *body;
        const char *code, *message, *request_id;
    } cases[] = {
        {"",
         "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
         "<Type>Sender</Type><Code>AccessDenied</Code><Message>it&#39;s &lt;no&gt;</Message>"
         "</Error><RequestId>r-1</RequestId></ErrorResponse>",
         "AccessDenied", "it's <no>", "r-1"},
        {"UnauthorizedException:http://internal.amazon.com/", "{\"message\":\"Session token\"}",
         "UnauthorizedException", "Session token", ""},
        {"", "{\"__type\":\"com.amazonaws#ForbiddenException\",\"Message\":\"No access\"}",
         "ForbiddenException", "No access", ""},
        {"", "{\"error\":\"invalid_grant\",\"error_description\":\"gone\"}", "invalid_grant",
         "gone", ""},
        {"", "<html>\n<body>Bad gateway</body></html>", "", "", ""},
        {"", "{\"message\":\"a\\u0007b\"}", "", "a\\x07b", ""},
        {"", "", "", "", ""},
        {"", "{\"error\":7}", "", "", ""},
        {"", "<ErrorResponse><Error><Code>A</Code><Code>B</Code></Error></ErrorResponse>", "", "",
         ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {.status = 400, .body.max = 4096};
        struct rp_service_error got;
        rp_buf_add_str(&response.body, cases[i].body);
        (void)snprintf(response.error_type, sizeof(response.error_type), "%s", cases[i].type);
        rp_service_read_error(&response, &got);
        IS_STR(got.code, cases[i].code, "the code");
        IS_STR(got.message, cases[i].message, "the message");
        IS_STR(got.request_id, cases[i].request_id, "the request");
    }
}

/* A text that repeats a secret is not shown, be the secret longer than the text may be. */
static void test_hide(void)
{
    static const struct {
        const char *text, *secret, *left;
    } cases[] = {
        {"no to a-secret-of-some-length!", "a-secret-of-some-length", ""},
        {"no to a-secret-of-so", "a-secret-of-some-length", ""},
        {"Da-secret-of-some-lengthenied", "a-secret-of-some-length", ""},
        {"no to short", "short", ""},
        {"no to a-secret", "another-secret", "no to a-secret"},
        {"no", "", "no"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rp_service_error said = {.code = ""};
        (void)snprintf(said.code, sizeof(said.code), "%s", cases[i].text);
        (void)snprintf(said.message, sizeof(said.message), "%s", cases[i].text);
        (void)snprintf(said.request_id, sizeof(said.request_id), "%s", cases[i].text);
        rp_service_error_hide(&said, rp_span(cases[i].secret));
        IS_STR(said.message, cases[i].left, cases[i].text);
        IS_STR(said.code, cases[i].left, "  and as a code");
        IS_STR(said.request_id, cases[i].left, "  and as a request id");
    }
}

/* The text that repeats it alone. */
static void test_hide_one(void)
{
    struct rp_service_error said = {"AccessDenied", "no to a-secret-of-some-length", "r-1"};

    rp_service_error_hide(&said, RP_SPAN("a-secret-of-some-length"));
    IS_STR(said.code, "AccessDenied", "the code stays");
    IS_STR(said.message, "", "the message goes");
    IS_STR(said.request_id, "r-1", "the request id stays");
}

static void test_fail(void)
{
    const struct rp_service_endpoint endpoint = {.url = "https://sts.example"};
    const struct rp_service_question question = {.endpoint = &endpoint, .operation = "AssumeRole"};
    const struct rp_service_error denied = {"AccessDenied", "not you", "r-1"};
    const struct rp_service_error unknown = {"", "", ""};
    const struct rp_service_error throttled = {"Throttling", "Rate exceeded", ""};
    struct rp_http_response response = {.status = 403};
    struct rp_error err = {0};

    FAILS(rp_service_fail(&question, &response, &denied, &err), RP_KIND_CREDENTIALS, err, "denied");
    IS_STR(err.msg, "AssumeRole at https://sts.example: AccessDenied: not you (request r-1)",
           "all of it");
    IS_STR(err.hint, "", "what helps is the caller's to say");
    response.status = 503;
    FAILS(rp_service_fail(&question, &response, &unknown, &err), RP_KIND_NETWORK, err, "503");
    IS_STR(err.msg, "AssumeRole at https://sts.example: status 503", "what there is");
    response.status = 429;
    FAILS(rp_service_fail(&question, &response, &unknown, &err), RP_KIND_NETWORK, err, "429");
    response.status = 400;
    FAILS(rp_service_fail(&question, &response, &throttled, &err), RP_KIND_NETWORK, err,
          "throttled");
    IS_STR(err.hint, "try again in a moment", "what helps");
}

int main(void)
{
    test_asked_again();
    test_not_answered();
    test_trust();
    test_clock();
    test_errors();
    test_hide();
    test_hide_one();
    test_fail();
    return tap_done();
}
