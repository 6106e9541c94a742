/*
 * STS: requests as AWS signs them (the signatures are botocore's), answers read strictly, refusals
 * in AWS's words with what to do. Keys are AWS's published examples.
 */
#include "aws/sts.h"

#include "held_context.h"
#include "scripted_net.h"

#define ROLE "arn:aws:iam::123456789012:role/R"
#define URL "https://sts.us-east-1.amazonaws.com/"
#define TYPE "Content-Type: application/x-www-form-urlencoded; charset=utf-8\n"
#define DATE "X-Amz-Date: 20260102T030405Z\n"
#define SIGNED "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260102/"
#define ROLE_BODY                                                                                  \
    "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FR"

#define ROLE_HEADERS                                                                               \
    TYPE DATE SIGNED                                                                               \
        "us-east-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date, "                 \
        "Signature=882266b5175e3bcb6527c01a710cc0fa48e1067359d93c10fcf03b43aec6c6e0\n"

#define CREDENTIALS                                                                                \
    "<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>sec&lt;ret"      \
    "</SecretAccessKey><SessionToken>tok+en==</SessionToken><Expiration>2026-01-02T04:04:05Z"      \
    "</Expiration></Credentials>"
#define USER                                                                                       \
    "<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/R/s</Arn>"                       \
    "<AssumedRoleId>AROAEXAMPLE:s</AssumedRoleId></AssumedRoleUser>"
#define ANSWER(operation, content)                                                                 \
    "<" operation "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" operation       \
    "Result>" content "</" operation "Result></" operation "Response>"

static const struct rp_role plain = {.arn = ROLE, .wanted_by = "the profile (dev)"};

struct world {
    struct held held;
    struct rp_session session;
    struct rp_credentials keys;
    struct rp_secret none;
};

static void set_up(struct world *world, const char *const *variables, const char *token)
{
    struct rp_error err = {0};

    *world = (struct world){.none = {0}};
    held_init(&world->held, variables);
    world->session =
        (struct rp_session){.ctx = &world->held.ctx, .profile = "dev", .region_asked = "us-east-1"};
    WORKS(rp_profiles_parse(&world->held.ctx, RP_SPAN(""), RP_SPAN(""), &world->session.profiles,
                            &err),
          err, "no profiles");
    WORKS(rp_credentials_set(&world->keys, "a test", RP_SPAN("AKIAIOSFODNN7EXAMPLE"),
                             RP_SPAN("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), rp_span(token),
                             &err),
          err, "keys");
    world->keys.source = "env";
}

static void tear_down(struct world *world)
{
    rp_credentials_release(&world->keys);
    rp_session_release(&world->session);
    held_release(&world->held);
}

static void begin(struct world *world, struct scripted_net *net, const struct scripted *script,
                  size_t count)
{
    scripted_init(net, script, count);
    net->proxied = true;
    world->session.net = &net->transport;
}

static void test_assume_role(void)
{
    const struct scripted script[] = {{.method = "POST",
                                       .url = URL,
                                       .headers = ROLE_HEADERS,
                                       .sends = ROLE_BODY "&RoleSessionName=rdspass-1767323045",
                                       .status = 200,
                                       .body = ANSWER("AssumeRole", CREDENTIALS USER)}};
    RP_ROLE_SESSION_AUTO struct rp_role_session got = {.arn = ""};
    struct world world;
    struct scripted_net net;
    struct rp_error err = {0};

    set_up(&world, NULL, "");
    begin(&world, &net, script, 1);
    WORKS(rp_sts_assume_role(&world.session, &world.keys, &plain, &world.none, &got, &err), err,
          "a role");
    scripted_finish(&net, "one question");
    IS_STR(got.credentials.access_key_id, "ASIAIOSFODNN7EXAMPLE", "its key");
    IS_SPAN(rp_secret_reveal(&got.credentials.secret_access_key), "sec<ret", "its secret");
    IS_SPAN(rp_secret_reveal(&got.credentials.session_token), "tok+en==", "its token");
    IS_INT(got.credentials.expires_at, 1767323045 + 3600, "its end");
    IS_STR(got.arn, "arn:aws:sts::123456789012:assumed-role/R/s", "who it is");
    IS_STR(got.id, "AROAEXAMPLE:s", "its id");
    tear_down(&world);
}

/* Everything that can be said, by temporary keys, at a configured endpoint with a path. */
static void test_all_of_it(void)
{
    static const char *const variables[] = {"AWS_ENDPOINT_URL_STS", "http://localhost:4566/base",
                                            NULL};
    const struct scripted script[] = {
        {.method = "POST",
         .url = "http://localhost:4566/base/",
         .headers = TYPE DATE
         "X-Amz-Security-Token: tok+en/=\n" SIGNED "eu-west-1/sts/aws4_request, "
         "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, "
         "Signature=03c9aa0a62146e38b34664505c2eeef6682451983c714ae5988d5f28515a1220\n",
         .sends = ROLE_BODY "&RoleSessionName=me-you&DurationSeconds=900&ExternalId=e%20x"
                            "&SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fme"
                            "&TokenCode=123456",
         .status = 200,
         .body = ANSWER("AssumeRole", CREDENTIALS USER)}};
    const struct rp_role role = {.arn = ROLE,
                                 .session_name = "me you",
                                 .external_id = "e x",
                                 .mfa_serial = "arn:aws:iam::123456789012:mfa/me",
                                 .duration = 900,
                                 .wanted_by = "a test"};
    RP_ROLE_SESSION_AUTO struct rp_role_session got = {.arn = ""};
    RP_SECRET_AUTO struct rp_secret code = {0};
    struct world world;
    struct scripted_net net;
    struct rp_error err = {0};

    set_up(&world, variables, "tok+en/=");
    world.session.region_asked = "eu-west-1";
    WORKS(rp_secret_set(&code, RP_SPAN("123456"), &err), err, "a code");
    begin(&world, &net, script, 1);
    WORKS(rp_sts_assume_role(&world.session, &world.keys, &role, &code, &got, &err), err, "a role");
    scripted_finish(&net, "one question");
    tear_down(&world);
}

static void test_web_identity(void)
{
    const struct scripted script[] = {
        {.method = "POST",
         .url = URL,
         .headers = TYPE,
         .sends = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A"
                  "%3A123456789012%3Arole%2FR&RoleSessionName=pod&WebIdentityToken=ey.J%2F",
         .status = 400,
         .body =
             "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>"},
        {.method = "POST",
         .url = URL,
         .headers = TYPE,
         .sends = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A"
                  "%3A123456789012%3Arole%2FR&RoleSessionName=pod&WebIdentityToken=ey.J%2F",
         .status = 200,
         .body = ANSWER("AssumeRoleWithWebIdentity", CREDENTIALS USER)}};
    static const char *const quick[] = {"RP_TEST_NO_PAUSE", "1", NULL};
    const struct rp_role role = {.arn = ROLE, .session_name = "pod", .wanted_by = "a test"};
    RP_ROLE_SESSION_AUTO struct rp_role_session got = {.arn = ""};
    RP_SECRET_AUTO struct rp_secret token = {0};
    struct world world;
    struct scripted_net net;
    struct rp_error err = {0};

    set_up(&world, quick, "");
    WORKS(rp_secret_set(&token, RP_SPAN("ey.J/"), &err), err, "a token");
    begin(&world, &net, script, 2);
    WORKS(rp_sts_assume_role_with_web_identity(&world.session, &role, &token, &got, &err), err,
          "a role");
    scripted_finish(&net, "asked again where that helps");
    IS_STR(got.id, "AROAEXAMPLE:s", "its id");
    tear_down(&world);
}

static void test_caller(void)
{
    const struct scripted script[] = {
        {.method = "POST",
         .url = URL,
         .headers = TYPE DATE SIGNED
         "us-east-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date, "
         "Signature=38bde9c5ae77e4e0c8793ec08f4ceccfcef6f12e1b0bf1d4a9ce786a6359b12a\n",
         .sends = "Action=GetCallerIdentity&Version=2011-06-15",
         .status = 200,
         .date = 1767323045,
         .body = ANSWER("GetCallerIdentity",
                        "<Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDAEXAMPLE</UserId>"
                        "<Account>123456789012</Account>")}};
    struct rp_caller caller = {.arn = ""};
    struct world world;
    struct scripted_net net;
    struct rp_error err = {0};

    set_up(&world, NULL, "");
    begin(&world, &net, script, 1);
    WORKS(rp_sts_get_caller_identity(&world.session, &world.keys, &caller, &err), err,
          "who we are");
    IS_STR(caller.arn, "arn:aws:iam::123456789012:user/me", "ARN");
    IS_STR(caller.account, "123456789012", "account");
    IS_STR(caller.user_id, "AIDAEXAMPLE", "id");
    IS_INT(caller.date, 1767323045, "AWS's clock");
    tear_down(&world);
}

/* Answers that are not what they should be. */
static void test_bad_answers(void)
{
    static const struct {
        const char *body;
        const char *why;
    } cases[] = {
        {"", "not valid XML"},
        {"{\"a\":1}", "not valid XML"},
        {ANSWER("AssumeRole", CREDENTIALS), "no AssumedRoleUser/Arn"},
        {ANSWER("AssumeRole", USER), "no Credentials/AccessKeyId"},
        {ANSWER("GetCallerIdentity", CREDENTIALS USER), "no AssumedRoleUser/Arn"},
        {ANSWER("AssumeRole", CREDENTIALS CREDENTIALS USER), "no Credentials/AccessKeyId"},
        {ANSWER("AssumeRole",
                "<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                "<SessionToken>t</SessionToken><Expiration>soon</Expiration></Credentials>" USER),
         "is no time"},
        {ANSWER("AssumeRole",
                "<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                "<SessionToken>t</SessionToken><Expiration>2026-01-02T03:04:05Z</Expiration>"
                "</Credentials>" USER),
         "expired already"},
        {ANSWER("AssumeRole",
                "<Credentials><AccessKeyId>AS IA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                "<SessionToken>t</SessionToken><Expiration>2026-01-02T04:04:05Z</Expiration>"
                "</Credentials>" USER),
         "access key id"},
        {ANSWER("AssumeRole",
                "<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                "<SessionToken></SessionToken><Expiration>2026-01-02T04:04:05Z</Expiration>"
                "</Credentials>" USER),
         "no Credentials/SessionToken"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct scripted script[] = {{.method = "POST",
                                           .url = URL,
                                           .headers = ROLE_HEADERS,
                                           .sends = ROLE_BODY "&RoleSessionName=rdspass-1767323045",
                                           .status = 200,
                                           .body = cases[i].body}};
        RP_ROLE_SESSION_AUTO struct rp_role_session got = {.arn = "untouched"};
        struct world world;
        struct scripted_net net;
        struct rp_error err = {0};
        set_up(&world, NULL, "");
        begin(&world, &net, script, 1);
        FAILS(rp_sts_assume_role(&world.session, &world.keys, &plain, &world.none, &got, &err),
              RP_KIND_CREDENTIALS, err, cases[i].why);
        OK(strstr(err.msg, cases[i].why) != NULL, "it says so: %s", err.msg);
        IS_STR(got.arn, "untouched", "nothing is given");
        tear_down(&world);
    }
}

/* Refusals: AWS's code and words, whose role, and a hint. */
static void test_refusals(void)
{
    static const struct {
        int status;
        const char *code, *message;
        const char *hint; /* that is in ours */
        enum rp_kind kind;
        int64_t date;
    } cases[] = {
        {403, "AccessDenied", "User: x is not authorized", "trust policy", RP_KIND_CREDENTIALS, 0},
        {403, "ExpiredToken", "The security token is expired", "(env) have expired: renew",
         RP_KIND_CREDENTIALS, 0},
        {403, "InvalidClientTokenId", "The security token is invalid", "deleted or turned off",
         RP_KIND_CREDENTIALS, 0},
        {403, "SignatureDoesNotMatch", "The request signature we calculated", "secret access key",
         RP_KIND_CREDENTIALS, 0},
        {403, "SignatureDoesNotMatch",
         "Signature expired: 20260102T030405Z is now earlier than 20260102T040000Z",
         "it says 2026-01-02T03:04:05Z, and AWS's says 2026-01-02T04:15:00Z", RP_KIND_CREDENTIALS,
         1767327300},
        {403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region.",
         "signed for us-east-1", RP_KIND_CREDENTIALS, 0},
        {403, "SignatureDoesNotMatch", "Signature not yet current: ", "set the clock",
         RP_KIND_CREDENTIALS, 0},
        {403, "RegionDisabledException", "STS is not activated", "activate the region",
         RP_KIND_CREDENTIALS, 0},
        {400, "ValidationError", "1 validation error", "duration_seconds", RP_KIND_CREDENTIALS, 0},
        {403, "AccessDenied",
         "MultiFactorAuthentication failed with invalid MFA one time pass code", "counts once",
         RP_KIND_CREDENTIALS, 0},
        {400, "PackedPolicyTooLarge", "too large", "", RP_KIND_CREDENTIALS, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[400];
        const struct scripted script[] = {{.method = "POST",
                                           .url = URL,
                                           .headers = ROLE_HEADERS,
                                           .sends = ROLE_BODY "&RoleSessionName=rdspass-1767323045",
                                           .status = cases[i].status,
                                           .date = cases[i].date,
                                           .body = body}};
        RP_ROLE_SESSION_AUTO struct rp_role_session got = {.arn = ""};
        struct world world;
        struct scripted_net net;
        struct rp_error err = {0};
        (void)snprintf(body, sizeof(body),
                       "<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error>"
                       "<RequestId>r-1</RequestId></ErrorResponse>",
                       cases[i].code, cases[i].message);
        set_up(&world, NULL, "");
        begin(&world, &net, script, 1);
        FAILS(rp_sts_assume_role(&world.session, &world.keys, &plain, &world.none, &got, &err),
              cases[i].kind, err, cases[i].code);
        OK(strstr(err.msg, ROLE ", which the profile (dev) wants: AssumeRole at https://sts.") ==
                   err.msg &&
               strstr(err.msg, cases[i].code) != NULL &&
               strstr(err.msg, cases[i].message) != NULL &&
               strstr(err.msg, "(request r-1)") != NULL,
           "it says all: %s", err.msg);
        OK(strstr(err.hint, cases[i].hint) != NULL, "with a hint: %s", err.hint);
        tear_down(&world);
    }
}

/* A service that repeats what it got is not quoted. */
static void test_no_echo(void)
{
    const struct scripted script[] = {
        {.method = "POST",
         .url = URL,
         .headers = TYPE,
         .sends = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A"
                  "%3A123456789012%3Arole%2FR&RoleSessionName=rdspass-1767323045"
                  "&WebIdentityToken=eyJsecret",
         .status = 403,
         .body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no to eyJsecret</Message>"
                 "</Error></ErrorResponse>"}};
    RP_ROLE_SESSION_AUTO struct rp_role_session got = {.arn = ""};
    RP_SECRET_AUTO struct rp_secret token = {0};
    struct world world;
    struct scripted_net net;
    struct rp_error err = {0};

    set_up(&world, NULL, "");
    WORKS(rp_secret_set(&token, RP_SPAN("eyJsecret"), &err), err, "a token");
    begin(&world, &net, script, 1);
    FAILS(rp_sts_assume_role_with_web_identity(&world.session, &plain, &token, &got, &err),
          RP_KIND_CREDENTIALS, err, "refused");
    OK(strstr(err.msg, "eyJsecret") == NULL && strstr(err.msg, "AccessDenied") != NULL,
       "without the token: %s", err.msg);
    OK(strstr(err.hint, "AssumeRoleWithWebIdentity") != NULL, "the hint is that of web identities");
    tear_down(&world);
}

/* An answer that says yes is shown, too: by whoami --verify, and its key id by all. */
static void test_no_echo_in_success(void)
{
    static const struct {
        const char *body;
        const char *why;
    } cases[] = {
        {ANSWER("AssumeRoleWithWebIdentity",
                CREDENTIALS "<AssumedRoleUser><Arn>arn:eyJsecret</Arn><AssumedRoleId>A:B"
                            "</AssumedRoleId></AssumedRoleUser>"),
         "the AssumedRoleUser/Arn in the answer of STS"},
        {ANSWER("AssumeRoleWithWebIdentity",
                "<Credentials><AccessKeyId>eyJsecret</AccessKeyId><SecretAccessKey>s"
                "</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-01-02T04:04:05Z"
                "</Expiration></Credentials>" USER),
         "the access key id in the answer of STS"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct scripted script[] = {
            {.method = "POST",
             .url = URL,
             .headers = TYPE,
             .sends = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam"
                      "%3A%3A123456789012%3Arole%2FR&RoleSessionName=rdspass-1767323045"
                      "&WebIdentityToken=eyJsecret",
             .status = 200,
             .body = cases[i].body}};
        RP_ROLE_SESSION_AUTO struct rp_role_session got = {.arn = "untouched"};
        RP_SECRET_AUTO struct rp_secret token = {0};
        struct world world;
        struct scripted_net net;
        struct rp_error err = {0};

        set_up(&world, NULL, "");
        WORKS(rp_secret_set(&token, RP_SPAN("eyJsecret"), &err), err, "a token");
        begin(&world, &net, script, 1);
        FAILS(rp_sts_assume_role_with_web_identity(&world.session, &plain, &token, &got, &err),
              RP_KIND_CREDENTIALS, err, cases[i].why);
        OK(strstr(err.msg, cases[i].why) != NULL && strstr(err.msg, "eyJsecret") == NULL,
           "  without the token: %s", err.msg);
        IS_STR(got.arn, "untouched", "  nothing is given");
        tear_down(&world);
    }
}

static void test_names(void)
{
    static const char *const names[][2] = {
        {"me", "me"},
        {"a b/c\303\251", "a-b-c--"},
        {"", "--"},
        {"x", "x-"},
        {"_+=,.@-", "_+=,.@-"},
        {"0123456789012345678901234567890123456789012345678901234567890123456789",
         "0123456789012345678901234567890123456789012345678901234567890123"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char got[RP_SESSION_NAME_SIZE];
        rp_sts_session_name(names[i][0], got);
        IS_STR(got, names[i][1], "a session's name");
    }
}

int main(void)
{
    test_assume_role();
    test_all_of_it();
    test_web_identity();
    test_caller();
    test_bad_answers();
    test_refusals();
    test_no_echo();
    test_no_echo_in_success();
    test_names();
    return tap_done();
}
