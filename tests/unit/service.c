/* Services of AWS: where they are, by settings and by rule; what is asked again; what "no" says. */
#include "aws/service.h"

#include "held_context.h"
#include "scripted_net.h"

struct world {
    struct held held;
    struct rp_session session;
};

static void set_up(struct world *world, const char *const *variables, const char *config)
{
    struct rp_error err = {0};

    held_init(&world->held, variables);
    world->session = (struct rp_session){.ctx = &world->held.ctx, .profile = "default"};
    WORKS(rp_profiles_parse(&world->held.ctx, rp_span(config), RP_SPAN(""),
                            &world->session.profiles, &err),
          err, "profiles");
}

static void tear_down(struct world *world)
{
    rp_session_release(&world->session);
    held_release(&world->held);
}

/* --- where --------------------------------------------------------------------------- */

struct place {
    const char *variables[9]; /* name, value, ..., NULL */
    const char *config;       /* NULL: none */
    enum rp_service service;
    const char *region; /* that is asked for */
    const char *url;    /* NULL: it fails with a message that has `why` in it */
    const char *host;
    const char *signs; /* region to sign for; NULL: `region` */
    const char *why;
};

#define FIPS "AWS_USE_FIPS_ENDPOINT", "true"
#define DUAL "AWS_USE_DUALSTACK_ENDPOINT", "TRUE"

static const struct place places[] = {
    {{NULL},
     NULL,
     RP_SERVICE_STS,
     "eu-central-1",
     "https://sts.eu-central-1.amazonaws.com",
     "sts.eu-central-1.amazonaws.com",
     NULL,
     NULL},
    {{FIPS},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     "https://sts-fips.us-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{DUAL}, NULL, RP_SERVICE_STS, "us-east-1", "https://sts.us-east-1.api.aws", NULL, NULL, NULL},
    {{FIPS, DUAL},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     "https://sts-fips.us-east-1.api.aws",
     NULL,
     NULL,
     NULL},
    {{FIPS},
     NULL,
     RP_SERVICE_STS,
     "us-gov-west-1",
     "https://sts.us-gov-west-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{FIPS, DUAL},
     NULL,
     RP_SERVICE_STS,
     "us-gov-west-1",
     "https://sts-fips.us-gov-west-1.api.aws",
     NULL,
     NULL,
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_STS,
     "cn-north-1",
     "https://sts.cn-north-1.amazonaws.com.cn",
     NULL,
     NULL,
     NULL},
    {{DUAL},
     NULL,
     RP_SERVICE_STS,
     "cn-north-1",
     "https://sts.cn-north-1.api.amazonwebservices.com.cn",
     NULL,
     NULL,
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_STS,
     "us-iso-east-1",
     "https://sts.us-iso-east-1.c2s.ic.gov",
     NULL,
     NULL,
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_STS,
     "us-isob-east-1",
     "https://sts.us-isob-east-1.sc2s.sgov.gov",
     NULL,
     NULL,
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_STS,
     "eusc-de-east-1",
     "https://sts.eusc-de-east-1.amazonaws.eu",
     NULL,
     NULL,
     NULL},
    {{"AWS_STS_REGIONAL_ENDPOINTS", "legacy"},
     NULL,
     RP_SERVICE_STS,
     "eu-west-1",
     "https://sts.amazonaws.com",
     NULL,
     "us-east-1",
     NULL},
    {{"AWS_STS_REGIONAL_ENDPOINTS", "legacy"},
     NULL,
     RP_SERVICE_STS,
     "eu-south-1",
     "https://sts.eu-south-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{"AWS_STS_REGIONAL_ENDPOINTS", "legacy", FIPS},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     "https://sts-fips.us-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{"AWS_STS_REGIONAL_ENDPOINTS", "legacy"},
     NULL,
     RP_SERVICE_OIDC,
     "us-east-1",
     "https://oidc.us-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{NULL},
     "[default]\nsts_regional_endpoints = legacy\n",
     RP_SERVICE_STS,
     "us-west-2",
     "https://sts.amazonaws.com",
     NULL,
     "us-east-1",
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_SSO,
     "us-east-1",
     "https://portal.sso.us-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{FIPS},
     NULL,
     RP_SERVICE_SSO,
     "us-east-1",
     "https://portal.sso-fips.us-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{FIPS},
     NULL,
     RP_SERVICE_SSO,
     "us-gov-east-1",
     "https://portal.sso.us-gov-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{DUAL},
     NULL,
     RP_SERVICE_SSO,
     "us-east-1",
     "https://portal.sso.us-east-1.api.aws",
     NULL,
     NULL,
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_OIDC,
     "eu-west-1",
     "https://oidc.eu-west-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{FIPS},
     NULL,
     RP_SERVICE_OIDC,
     "us-gov-west-1",
     "https://oidc.us-gov-west-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_SIGNIN,
     "eu-west-1",
     "https://eu-west-1.signin.aws.amazon.com",
     NULL,
     NULL,
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_SIGNIN,
     "cn-north-1",
     "https://cn-north-1.signin.amazonaws.cn",
     NULL,
     NULL,
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_SIGNIN,
     "us-gov-west-1",
     "https://us-gov-west-1.signin.amazonaws-us-gov.com",
     NULL,
     NULL,
     NULL},
    {{NULL},
     NULL,
     RP_SERVICE_SIGNIN,
     "eusc-de-east-1",
     "https://eusc-de-east-1.signin.amazonaws-eusc.eu",
     NULL,
     NULL,
     NULL},
    {{DUAL},
     NULL,
     RP_SERVICE_SIGNIN,
     "us-east-1",
     "https://signin.us-east-1.api.aws",
     NULL,
     NULL,
     NULL},
    {{FIPS},
     NULL,
     RP_SERVICE_SIGNIN,
     "us-east-1",
     "https://signin-fips.us-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{FIPS},
     NULL,
     RP_SERVICE_SIGNIN,
     "us-gov-west-1",
     "https://signin-fips.amazonaws-us-gov.com",
     NULL,
     NULL,
     NULL},
    {{FIPS},
     NULL,
     RP_SERVICE_SIGNIN,
     "us-gov-east-1",
     "https://us-gov-east-1.signin-fips.amazonaws-us-gov.com",
     NULL,
     NULL,
     NULL},

    /* What is configured, in its order. */
    {{"AWS_ENDPOINT_URL_STS", "http://localhost:4566/", "AWS_ENDPOINT_URL", "http://other"},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     "http://localhost:4566",
     "localhost:4566",
     NULL,
     NULL},
    {{"AWS_ENDPOINT_URL_SSO_OIDC", "https://LOCAL.example:443/Base//"},
     NULL,
     RP_SERVICE_OIDC,
     "us-east-1",
     "https://local.example/Base",
     "local.example",
     NULL,
     NULL},
    {{"AWS_ENDPOINT_URL", "http://[::1]:80"},
     NULL,
     RP_SERVICE_SSO,
     "us-east-1",
     "http://[::1]",
     "[::1]",
     NULL,
     NULL},
    {{"AWS_ENDPOINT_URL_STS", ""},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     "https://sts.us-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{"AWS_ENDPOINT_URL", "http://env"},
     "[default]\nservices = local\nendpoint_url = http://profile\n[services local]\nsts =\n"
     "  endpoint_url = http://section\n",
     RP_SERVICE_STS,
     "us-east-1",
     "http://env",
     "env",
     NULL,
     NULL},
    {{NULL},
     "[default]\nservices = local\nendpoint_url = http://profile\n[services local]\nsts =\n"
     "  x = y\n  endpoint_url = http://section:81/a/b\n",
     RP_SERVICE_STS,
     "us-east-1",
     "http://section:81/a/b",
     "section:81",
     NULL,
     NULL},
    {{NULL},
     "[default]\nservices = local\nendpoint_url = http://profile\n[services local]\nsts =\n"
     "  endpoint_url = http://section\n",
     RP_SERVICE_OIDC,
     "us-east-1",
     "http://profile",
     "profile",
     NULL,
     NULL},
    {{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", "AWS_ENDPOINT_URL", "http://env"},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     "https://sts.us-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},
    {{"AWS_ENDPOINT_URL", "http://env"},
     "[default]\nignore_configured_endpoint_urls = true\n",
     RP_SERVICE_STS,
     "us-east-1",
     "https://sts.us-east-1.amazonaws.com",
     NULL,
     NULL,
     NULL},

    /* What makes no sense. */
    {{FIPS, "AWS_ENDPOINT_URL", "http://env"},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     NULL,
     NULL,
     NULL,
     "AWS_ENDPOINT_URL names an endpoint, and FIPS"},
    {{DUAL, "AWS_ENDPOINT_URL_STS", "http://env"},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     NULL,
     NULL,
     NULL,
     "dual stack"},
    {{"AWS_ENDPOINT_URL", "localhost:4566"},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     NULL,
     NULL,
     NULL,
     "AWS_ENDPOINT_URL is no URL"},
    {{"AWS_ENDPOINT_URL", "http://user:secret@host"},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     NULL,
     NULL,
     NULL,
     "is no URL"},
    {{"AWS_ENDPOINT_URL", "http://host?x"},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     NULL,
     NULL,
     NULL,
     "is no URL"},
    {{"AWS_ENDPOINT_URL", "http://"},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     NULL,
     NULL,
     NULL,
     "is no URL"},
    {{"AWS_ENDPOINT_URL", "ftp://host"},
     NULL,
     RP_SERVICE_STS,
     "us-east-1",
     NULL,
     NULL,
     NULL,
     "is no URL"},
    {{NULL}, NULL, RP_SERVICE_STS, "nowhere", NULL, NULL, NULL, "\"nowhere\""},
    {{NULL}, NULL, RP_SERVICE_SIGNIN, NULL, NULL, NULL, NULL, "no region for AWS Sign-In"},
};

static void test_places(void)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const struct place *place = &places[i];
        struct world world;
        struct rp_service_endpoint got = {.url = "untouched"};
        struct rp_error err = {0};
        set_up(&world, place->variables, place->config == NULL ? "" : place->config);
        if (place->url == NULL) {
            FAILS(rp_service_find(&world.session, place->service, place->region, &got, &err),
                  RP_KIND_CONFIG, err, place->why);
            OK(strstr(err.msg, place->why) != NULL, "it says so: %s", err.msg);
            OK(strstr(err.msg, "secret") == NULL, "nothing is quoted");
            IS_STR(got.url, "untouched", "and nothing is given");
        } else {
            WORKS(rp_service_find(&world.session, place->service, place->region, &got, &err), err,
                  place->url);
            IS_STR(got.url, place->url, "the URL");
            IS_STR(got.host, place->host == NULL ? place->url + 8 : place->host, "the host");
            IS_STR(got.region, place->signs == NULL ? place->region : place->signs, "the region");
            IS_STR(got.path, strstr(place->url + 8, "/") == NULL ? "" : strstr(place->url + 8, "/"),
                   "the path");
        }
        tear_down(&world);
    }
}

/* Whose region counts. */
static void test_regions(void)
{
    static const char *const variables[] = {"AWS_REGION", "eu-west-1", NULL};
    struct world world;
    struct rp_service_endpoint got;
    struct rp_error err = {0};

    set_up(&world, NULL, "[default]\nregion = eu-west-2\n");
    world.session.region_database = "us-west-2";
    WORKS(rp_service_find(&world.session, RP_SERVICE_STS, NULL, &got, &err), err, "the profile's");
    IS_STR(got.region, "eu-west-2", "before the database's");
    tear_down(&world);

    set_up(&world, variables, "[default]\nregion = eu-west-2\n");
    world.session.region_asked = "us-west-1";
    WORKS(rp_service_find(&world.session, RP_SERVICE_STS, NULL, &got, &err), err, "the asked");
    IS_STR(got.region, "us-west-1", "before all");
    world.session.region_asked = NULL;
    WORKS(rp_service_find(&world.session, RP_SERVICE_STS, NULL, &got, &err), err, "environment");
    IS_STR(got.region, "eu-west-1", "before the profile");
    tear_down(&world);

    set_up(&world, NULL, "");
    world.session.region_database = "us-west-2";
    WORKS(rp_service_find(&world.session, RP_SERVICE_STS, NULL, &got, &err), err, "the database's");
    IS_STR(got.region, "us-west-2", "at last");
    tear_down(&world);
}

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
    static const struct scripted tls[] = {{POSTED, .outcome = RP_HTTP_TLS_FAILED}};
    static const struct scripted large[] = {{POSTED, .outcome = RP_HTTP_TOO_LARGE}};
    static const struct scripted busy[] = {
        {POSTED, .status = 503}, {POSTED, .status = 503}, {POSTED, .status = 503}};
    static const char *const once[] = {"RP_TEST_NO_PAUSE", "1", "AWS_MAX_ATTEMPTS", "1", NULL};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response got = {0};
    struct rp_error err = {0};

    FAILS(ask(gone, 3, quick, NULL, &got, &err), RP_KIND_NETWORK, err, "nobody, three times");
    OK(strstr(err.msg, "AssumeRole at https://sts.us-east-1.amazonaws.com: ") == err.msg,
       "who was asked what: %s", err.msg);
    FAILS(ask(gone, 1, once, NULL, &got, &err), RP_KIND_NETWORK, err, "once, as is asked for");
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
    test_places();
    test_regions();
    test_asked_again();
    test_not_answered();
    test_trust();
    test_clock();
    test_errors();
    test_fail();
    return tap_done();
}
