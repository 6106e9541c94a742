/* Unit test of src/aws/{provider_instance,metadata,metadata_settings}.c on a scripted network. */
#include "aws/provider.h"
#include "held_context.h"
#include "scripted_net.h"

/* AWS's published example keys. */
#define ID "ASIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

#define BASE "http://169.254.169.254"
#define TOKEN_URL "/latest/api/token"
#define ROLES_URL "/latest/meta-data/iam/security-credentials/"
#define REGION_URL "/latest/meta-data/placement/region"
#define TTL "x-aws-ec2-metadata-token-ttl-seconds: 21600\n"
#define WITH(token) "x-aws-ec2-metadata-token: " token "\n"

#define DOCUMENT(end)                                                                              \
    "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"" ID                            \
    "\",\"SecretAccessKey\":\"" SECRET "\",\"Token\":\"EXAMPLETOKEN\",\"Expiration\":\"" end "\"}"
#define LATER "2026-01-02T09:04:05Z"

/* clang-format off */
#define PUT_IS(...) {.method = "PUT", .url = BASE TOKEN_URL, .headers = TTL, __VA_ARGS__}
#define GET_IS(path, with, ...) {.method = "GET", .url = BASE path, .headers = (with), __VA_ARGS__}
/* clang-format on */
#define PUT_OK PUT_IS(.status = 200, .body = "T1==")
#define ROLE_OK GET_IS(ROLES_URL, WITH("T1=="), .status = 200, .body = "app-role")
#define KEYS_ARE(text) GET_IS(ROLES_URL "app-role", WITH("T1=="), .status = 200, .body = (text))
#define KEYS_OK KEYS_ARE(DOCUMENT(LATER))

#define SCRIPT(...) ((const struct scripted[]){__VA_ARGS__})
#define STEPS(...) SCRIPT(__VA_ARGS__), sizeof(SCRIPT(__VA_ARGS__)) / sizeof(struct scripted)
#define VARS(...) ((const char *const[]){__VA_ARGS__, NULL})

static char config[] = "/tmp/rdspass-instance-XXXXXX";

/* What asking the provider came to. */
struct outcome {
    struct held held;
    struct scripted_net net;
    struct rp_session session;
    enum rp_answer answer;
    struct rp_credentials found;
    char why[RP_WHY_SIZE];
    struct rp_error err;
    bool failed;
};

static void put_config(const char *text)
{
    FILE *file = fopen(config, "w");
    OK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "a config file");
}

static void begin(struct outcome *o, const char *const *variables, const struct scripted *script,
                  size_t count)
{
    static const char *all[20];
    size_t n = 0;

    all[n++] = "AWS_CONFIG_FILE";
    all[n++] = config;
    all[n++] = "AWS_SHARED_CREDENTIALS_FILE";
    all[n++] = "/dev/null";
    for (; variables != NULL && *variables != NULL; variables++)
        all[n++] = *variables;
    all[n] = NULL;
    *o = (struct outcome){.failed = false};
    held_init(&o->held, all);
    scripted_init(&o->net, script, count);
    WORKS(rp_session_init(&o->session, &o->held.ctx, NULL, &o->err), o->err, "a session");
    o->session.net = &o->net.transport;
}

static void ask(struct outcome *o, const char *const *variables, const struct scripted *script,
                size_t count)
{
    begin(o, variables, script, count);
    o->failed =
        rp_failed(rp_provider_instance.load(&o->session, &o->answer, &o->found, o->why, &o->err));
}

static void finish(struct outcome *o, const char *name)
{
    const char *traces = rp_buf_str(&o->held.traces);

    scripted_finish(&o->net, name);
    OK(!held_has(o->err.msg, "wJalr") && !held_has(traces, "wJalr") && !held_has(traces, "T1==") &&
           !held_has(o->err.msg, "T1=="),
       "%s: no secret in a message", name);
    rp_credentials_release(&o->found);
    rp_session_release(&o->session);
    held_release(&o->held);
}

static void finds(const char *const *variables, const struct scripted *script, size_t count,
                  const char *name)
{
    struct outcome o;

    ask(&o, variables, script, count);
    if (OK(!o.failed && o.answer == RP_ANSWER_CREDENTIALS, "%s: %s%s", name, o.err.msg, o.why)) {
        IS_STR(o.found.access_key_id, ID, name);
        IS_SPAN(rp_secret_reveal(&o.found.secret_access_key), SECRET, name);
        IS_SPAN(rp_secret_reveal(&o.found.session_token), "EXAMPLETOKEN", name);
        IS_INT(o.found.expires_at, o.held.now + 6 * 3600, name);
        OK(!o.found.past_end, "%s: not past its end", name);
        IS_STR(rp_buf_str(&o.held.warnings), "", name);
    }
    finish(&o, name);
}

static void passes(const char *const *variables, const struct scripted *script, size_t count,
                   const char *why, const char *name)
{
    struct outcome o;

    ask(&o, variables, script, count);
    OK(!o.failed && o.answer == RP_ANSWER_NOT_CONFIGURED, "%s: %s", name, o.err.msg);
    OK(held_has(o.why, why), "%s: %s", name, o.why);
    finish(&o, name);
}

static void fails(const char *const *variables, const struct scripted *script, size_t count,
                  enum rp_kind kind, const char *msg, const char *hint, const char *name)
{
    struct outcome o;

    ask(&o, variables, script, count);
    OK(o.failed && o.err.kind == kind, "%s: kind %d", name, (int)o.err.kind);
    OK(held_has(o.err.msg, msg), "%s: %s", name, o.err.msg);
    OK(hint[0] == '\0' ? o.err.hint[0] == '\0' : held_has(o.err.hint, hint), "%s: %s", name,
       o.err.hint);
    OK(o.found.access_key_id[0] == '\0', "%s: no credentials", name);
    finish(&o, name);
}

static void version_2(void)
{
    finds(NULL, STEPS(PUT_OK, ROLE_OK, KEYS_OK), "version 2");
    finds(NULL,
          STEPS(PUT_OK,
                GET_IS(ROLES_URL, WITH("T1=="), .status = 200, .body = "app-role \r\nother"),
                KEYS_OK),
          "the first line of the names");
    finds(NULL,
          STEPS(PUT_IS(.status = 200, .body = "T0"), GET_IS(ROLES_URL, WITH("T0"), .status = 401),
                PUT_OK, ROLE_OK, KEYS_OK),
          "a token that is refused once");
    fails(NULL,
          STEPS(PUT_IS(.status = 200, .body = "T0"), GET_IS(ROLES_URL, WITH("T0"), .status = 401),
                PUT_OK, GET_IS(ROLES_URL, WITH("T1=="), .status = 401)),
          RP_KIND_NO_CREDENTIALS, "the name of the role: status 401", "try again", "and twice");
    finds(NULL,
          STEPS(PUT_IS(.status = 503), PUT_OK,
                GET_IS(ROLES_URL, WITH("T1=="), .outcome = RP_HTTP_BROKEN), ROLE_OK, KEYS_ARE(""),
                KEYS_OK),
          "faults that come once");
    finds(NULL, STEPS(PUT_OK, ROLE_OK, KEYS_ARE("{\"Code\""), KEYS_OK), "and half a document");
    fails(NULL, STEPS(PUT_IS(.status = 500), PUT_IS(.status = 500)), RP_KIND_NO_CREDENTIALS,
          "does not give a token: status 500", "try again", "a fault that stays");
    fails(NULL, STEPS(PUT_IS(.status = 400)), RP_KIND_NO_CREDENTIALS, "a token: status 400",
          "try again", "a request that is refused");
    fails(NULL, STEPS(PUT_IS(.status = 200, .body = "a\r\nX: 1")), RP_KIND_NO_CREDENTIALS,
          "characters in it that no token has", "try again", "a token that would be a header");
    fails(NULL, STEPS(PUT_IS(.breaks = true)), RP_KIND_INTERNAL, "the helper is broken", "",
          "a helper that fails");
}

#define V1_ROLE GET_IS(ROLES_URL, NULL, .status = 200, .body = "app-role")
#define V1_KEYS GET_IS(ROLES_URL "app-role", NULL, .status = 200, .body = DOCUMENT(LATER))
#define HANGS .outcome = RP_HTTP_TIMED_OUT, .connected = true

static void version_1(void)
{
    static const int codes[] = {403, 404, 405};
    const char *const forbidden = "version 1 is forbidden by AWS_EC2_METADATA_V1_DISABLED";
    const char *const *variables = VARS("AWS_EC2_METADATA_V1_DISABLED", "True");

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        finds(NULL, STEPS(PUT_IS(.status = codes[i]), V1_ROLE, V1_KEYS), "version 1");
        fails(variables, STEPS(PUT_IS(.status = codes[i])), RP_KIND_NO_CREDENTIALS, forbidden,
              "try again", "not where it is forbidden");
    }
    finds(NULL, STEPS(PUT_IS(HANGS), V1_ROLE, V1_KEYS), "version 1 where the token hangs");
    fails(variables, STEPS(PUT_IS(HANGS)), RP_KIND_NO_CREDENTIALS, forbidden,
          "HttpPutResponseHopLimit=2", "nor where the token hangs");
    fails(NULL, STEPS(PUT_IS(HANGS), GET_IS(ROLES_URL, NULL, .status = 401)),
          RP_KIND_NO_CREDENTIALS, "a token: time-out, and version 1 is refused",
          "HttpPutResponseHopLimit=2", "a token that hangs, and is needed");
    fails(NULL, STEPS(PUT_OK, GET_IS(ROLES_URL, WITH("T1=="), HANGS)), RP_KIND_NO_CREDENTIALS,
          "the name of the role: outcome 3", "HttpPutResponseHopLimit=2", "a name that hangs");
    put_config("[default]\nec2_metadata_v1_disabled = true\n");
    fails(NULL, STEPS(PUT_IS(.status = 404)), RP_KIND_NO_CREDENTIALS,
          "forbidden by ec2_metadata_v1_disabled", "try again", "forbidden by the profile");
    finds(VARS("AWS_EC2_METADATA_V1_DISABLED", "false"),
          STEPS(PUT_IS(.status = 404), V1_ROLE, V1_KEYS), "which the environment overrides");
    put_config("");
}

static void nobody(void)
{
    struct outcome o;

    passes(NULL, STEPS(PUT_IS(.outcome = RP_HTTP_NOT_CONNECTED)),
           "at " BASE " is no metadata service", "nobody listens");
    passes(NULL, STEPS(PUT_IS(.outcome = RP_HTTP_TIMED_OUT)), "is no metadata service", "silence");
    passes(VARS("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2"),
           STEPS(PUT_IS(.outcome = RP_HTTP_TIMED_OUT), PUT_IS(.outcome = RP_HTTP_TIMED_OUT)),
           "is no metadata service", "silence, twice");
    passes(NULL, STEPS(PUT_OK, GET_IS(ROLES_URL, WITH("T1=="), .status = 404)), "has no role",
           "an instance without a role");
    passes(VARS("AWS_EC2_METADATA_DISABLED", "TRUE"), NULL, 0, "AWS_EC2_METADATA_DISABLED",
           "switched off");
    begin(&o, NULL, NULL, 0);
    o.session.net = NULL;
    WORKS(rp_provider_instance.load(&o.session, &o.answer, &o.found, o.why, &o.err), o.err,
          "no network");
    IS_INT(o.answer, RP_ANSWER_NOT_CONFIGURED, "is nothing configured");
    finish(&o, "no network");
}

static void answers(void)
{
    static const char *const roles[] = {"../../user-data", "a b", "a\001b", "..", "a/b", "\n"};

    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        fails(NULL, STEPS(PUT_OK, GET_IS(ROLES_URL, WITH("T1=="), .status = 200, .body = roles[i])),
              RP_KIND_NO_CREDENTIALS, "names a role that cannot be one", "see what", "no role");
    fails(NULL, STEPS(PUT_OK, GET_IS(ROLES_URL, WITH("T1=="), .status = 302)),
          RP_KIND_NO_CREDENTIALS, "status 302", "try again", "a redirect");
    fails(NULL, STEPS(PUT_OK, ROLE_OK, GET_IS(ROLES_URL "app-role", WITH("T1=="), .status = 404)),
          RP_KIND_NO_CREDENTIALS, "has no credentials for the role", "try again",
          "a role that left");
    fails(NULL, STEPS(PUT_OK, ROLE_OK, KEYS_ARE(""), KEYS_ARE("")), RP_KIND_NO_CREDENTIALS,
          "credentials: an empty answer", "try again", "empty twice");
    fails(NULL, STEPS(PUT_OK, ROLE_OK, KEYS_ARE("{"), KEYS_ARE("{")), RP_KIND_CREDENTIALS,
          "is not valid JSON", "", "half a document twice");
    fails(NULL, STEPS(PUT_OK, ROLE_OK, KEYS_ARE("[1]")), RP_KIND_CREDENTIALS, "not a JSON object",
          "", "a list");
    fails(NULL, STEPS(PUT_OK, ROLE_OK, KEYS_ARE("{\"Code\":1}")), RP_KIND_CREDENTIALS,
          "has no Code that is a text", "", "a number for the code");
    fails(NULL,
          STEPS(PUT_OK, ROLE_OK, KEYS_ARE("{\"Code\":\"Failed\",\"Message\":\"a\\u001b[0m\"}")),
          RP_KIND_CREDENTIALS, "the instance's role has no credentials: Failed: a\\x1b[0m", "",
          "a failure, escaped");
    fails(NULL, STEPS(PUT_OK, ROLE_OK, KEYS_ARE("{\"Code\":\"T1==\",\"Message\":\"not T1==\"}")),
          RP_KIND_CREDENTIALS, "has no credentials: none that can be told", "",
          "a code and a message that repeat the token");
    fails(NULL, STEPS(PUT_OK, GET_IS(ROLES_URL, WITH("T1=="), .status = 200, .body = "xT1==x")),
          RP_KIND_NO_CREDENTIALS, "names a role that cannot be one", "see what",
          "a role that repeats the token");
    fails(NULL,
          STEPS(PUT_OK, ROLE_OK,
                KEYS_ARE("{\"Code\":\"Success\",\"AccessKeyId\":\"T1==\",\"SecretAccessKey\":\"s\","
                         "\"Token\":\"t\",\"Expiration\":\"" LATER "\"}")),
          RP_KIND_CREDENTIALS, "the access key id in the answer of the instance metadata service",
          "", "a key id that repeats the token");
    fails(NULL, STEPS(PUT_OK, ROLE_OK, KEYS_ARE(DOCUMENT("soon"))), RP_KIND_CREDENTIALS,
          "the Expiration in the answer of the instance metadata service is not a time", "",
          "an end that is no time");
}

static void times(void)
{
    struct outcome o;

    ask(&o, NULL, STEPS(PUT_OK, ROLE_OK, KEYS_ARE(DOCUMENT("2026-01-02T03:04:05Z"))));
    OK(!o.failed && o.found.past_end, "an end that has come");
    IS_INT(o.found.expires_at, RP_NEVER, "  nobody knows the true one");
    OK(held_has(rp_buf_str(&o.held.warnings), "expired at 2026-01-02T03:04:05Z"), "  a warning");
    finish(&o, "an end that has come");
    ask(&o, NULL,
        STEPS(PUT_OK, ROLE_OK,
              GET_IS(ROLES_URL "app-role", WITH("T1=="), .status = 200, .body = DOCUMENT(LATER),
                     .date = 1767323045 + 240)));
    IS_STR(rp_buf_str(&o.held.warnings), "", "a clock that is off by four minutes");
    finish(&o, "four minutes");
    ask(&o, NULL,
        STEPS(PUT_OK, ROLE_OK,
              GET_IS(ROLES_URL "app-role", WITH("T1=="), .status = 200, .body = DOCUMENT(LATER),
                     .date = 1767323045 - 241)));
    OK(held_has(rp_buf_str(&o.held.warnings),
                "the clock here says 2026-01-02T03:04:05Z and the instance metadata service says "
                "2026-01-02T03:00:04Z"),
       "by more: both times are named");
    finish(&o, "more than four minutes");
}

#define AT(base, path) .method = "PUT", .url = base path, .headers = TTL
#define DEAD(base)                                                                                 \
    {                                                                                              \
        AT(base, TOKEN_URL), .outcome = RP_HTTP_NOT_CONNECTED                                      \
    }

static void where(void)
{
    static const char *const bad[] = {"169.254.169.254", "ftp://h",   "http://",    "http:///x",
                                      "http://u@h",      "http://h?", "http://h\n", "http://h x"};

    passes(VARS("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://h:1338//"),
           STEPS(DEAD("http://h:1338")), "http://h:1338", "an endpoint with slashes");
    passes(VARS("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"),
           STEPS(DEAD("http://[fd00:ec2::254]")), "[fd00:ec2::254]", "IPv6");
    passes(VARS("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv6",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT", "https://h"),
           STEPS(DEAD("https://h")), "https://h", "an endpoint beats the mode");
    put_config("[default]\nec2_metadata_service_endpoint = http://p/\n"
               "ec2_metadata_service_endpoint_mode = IPv6\n");
    passes(NULL, STEPS(DEAD("http://p")), "http://p", "of the profile");
    passes(VARS("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://e"), STEPS(DEAD("http://e")),
           "http://e", "which the environment overrides");
    put_config("");
    fails(VARS("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5"), NULL, 0, RP_KIND_CONFIG,
          "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: \"IPv5\" is neither", "", "another mode");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        fails(VARS("AWS_EC2_METADATA_SERVICE_ENDPOINT", bad[i]), NULL, 0, RP_KIND_CONFIG,
              "AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL", "", bad[i]);
}

static void limits(void)
{
    static const char *const bad[] = {"0", "-1", "1.5", "x", "121"};
    struct outcome o;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        fails(VARS("AWS_METADATA_SERVICE_TIMEOUT", bad[i]), NULL, 0, RP_KIND_CONFIG,
              "AWS_METADATA_SERVICE_TIMEOUT: ", "", bad[i]);
        fails(VARS("AWS_METADATA_SERVICE_NUM_ATTEMPTS", bad[i]), NULL, 0, RP_KIND_CONFIG,
              "AWS_METADATA_SERVICE_NUM_ATTEMPTS: ", "", bad[i]);
    }
    ask(&o, NULL, STEPS(DEAD(BASE)));
    IS_INT(o.net.longest_ms, 1000, "a second");
    finish(&o, "a second");
    put_config("[default]\nmetadata_service_timeout = 20\nmetadata_service_num_attempts = 2\n");
    ask(&o, NULL, STEPS(DEAD(BASE), DEAD(BASE)));
    IS_INT(o.net.longest_ms, 20000, "twenty");
    finish(&o, "twenty");
    put_config("");
}

static void region_is(const struct scripted *script, size_t count, const char *want,
                      const char *name)
{
    struct outcome o;
    char region[64] = "none";

    begin(&o, NULL, script, count);
    bool found = rp_session_instance_region(&o.session, region, sizeof(region));
    IS_STR(region, want, name);
    IS_INT(found, strcmp(want, "none") != 0, name);
    OK(found || held_has(rp_buf_str(&o.held.traces), "region: "), "%s: -v says why", name);
    finish(&o, name);
}

#define REGION_IS(...) GET_IS(REGION_URL, WITH("T1=="), __VA_ARGS__)

static void region(void)
{
    region_is(STEPS(PUT_OK, REGION_IS(.status = 200, .body = "us-west-2")), "us-west-2",
              "a region");
    region_is(STEPS(PUT_OK, REGION_IS(.status = 200, .body = "Nowhere\n!")), "none", "no name");
    region_is(STEPS(PUT_OK, REGION_IS(.status = 404)), "none", "none there");
    region_is(STEPS(PUT_OK, REGION_IS(.status = 403)), "none", "not for us");
    region_is(STEPS(DEAD(BASE)), "none", "no instance");
}

int main(void)
{
    int fd = mkstemp(config);

    version_2();
    version_1();
    nobody();
    answers();
    times();
    where();
    limits();
    region();
    (void)close(fd);
    (void)unlink(config);
    return tap_done();
}
