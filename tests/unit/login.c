/* The provider `login`: a session of `aws login` in a home of its own, on a scripted network. */
#include <ftw.h>
#include <sys/stat.h>

#include "aws/provider.h"
#include "held_context.h"
#include "rdspass/base/file.h"
#include "rdspass/codec/json.h"
#include "scripted_net.h"

#define ARN "arn:aws:sts::012345678910:assumed-role/Admin/admin"
#define FILE_NAME                                                                                  \
    ".aws/login/cache/4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json"
#define CONFIG                                                                                     \
    "[profile dev]\nregion = eu-west-1\nlogin_session = " ARN "\n[profile empty]\n"                \
    "login_session =\n[profile none]\n"

/* The world's time is 2026-01-02T03:04:05Z. */
enum { NOW = 1767323045 };
#define IN_301_SECONDS "2026-01-02T03:09:06Z"
#define IN_300_SECONDS "2026-01-02T03:09:05Z"
#define A_SECOND_AGO "2026-01-02T03:04:04Z"
#define IN_15_MINUTES "2026-01-02T03:19:05Z"

/* No key at all: who makes proofs judges that, and is not asked here. */
#define PEM "-----BEGIN EC PRIVATE KEY-----\nCANARYkey\n-----END EC PRIVATE KEY-----\n"
#define PEM_JSON "-----BEGIN EC PRIVATE KEY-----\\nCANARYkey\\n-----END EC PRIVATE KEY-----\\n"
/* AWS's published example secret; the ids are of the published form. */
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define KEYS(id)                                                                                   \
    "\"accessKeyId\":\"" id "\",\"secretAccessKey\":\"" SECRET "\",\"sessionToken\":\"CANARYtoken\""
#define OLD_KEY "ASIAIOSFODNN7EXAMPLE"
#define NEW_KEY "ASIANEWODNN7EXAMPLE1"
#define CLIENT "arn:aws:signin:::devtools/same-device"
#define REST(refresh)                                                                              \
    "\"tokenType\":\"aws_sigv4\",\"clientId\":\"" CLIENT "\",\"refreshToken\":\"" refresh          \
    "\",\"idToken\":\"CANARYid\",\"dpopKey\":\"" PEM_JSON "\",\"later\":[1]}"
#define SESSION(end)                                                                               \
    "{\"accessToken\":{" KEYS(OLD_KEY) ",\"accountId\":\"012345678910\",\"expiresAt\":\"" end      \
                                       "\"}," REST("CANARYrefresh1")
#define ANSWER                                                                                     \
    "{\"accessToken\":{" KEYS(                                                                     \
        NEW_KEY) "},\"tokenType\":\"aws_sigv4\",\"expiresIn\":900,"                                \
                 "\"refreshToken\":\"CANARYrefresh2\",\"idToken\":\"other\"}"
#define ASKED                                                                                      \
    .method = "POST", .url = "https://eu-west-1.signin.aws.amazon.com/v1/token",                   \
    .headers = "Content-Type: application/json\n", .proof = PEM,                                   \
    .sends = "{\"clientId\":\"" CLIENT "\",\"grantType\":\"refresh_token\","                       \
             "\"refreshToken\":\"CANARYrefresh1\"}"
#define SAYS_NO(code, word)                                                                        \
    .status = (code), .error_type = "AccessDeniedException", .request_id = "id-1",                 \
    .body = "{\"error\":\"" word "\",\"message\":\"no\\u001b\"}"
#define SCRIPT(...) ((const struct scripted[]){__VA_ARGS__})
#define STEPS(...) SCRIPT(__VA_ARGS__), sizeof(SCRIPT(__VA_ARGS__)) / sizeof(struct scripted)
#define NO_STEPS NULL, 0

struct world {
    char home[64];
    const char *variables[8];
    struct held held;
    struct scripted_net net;
    struct rp_session session;
    struct rp_credentials found;
    struct rp_error err;
};

/* A path in the home; borrowed until the next. */
static const char *path_of(const struct world *world, const char *name)
{
    static char path[512];

    (void)snprintf(path, sizeof(path), "%s/%s", world->home, name);
    return path;
}

static void put(const struct world *world, const char *name, const char *text)
{
    if (rp_failed(rp_file_replace(path_of(world, name), rp_span(text), RP_FILE_PRIVATE, NULL)))
        abort();
}

/* A home with the config file, and a session where one is given. */
static void begin(struct world *world, const char *profile, const char *session,
                  const struct scripted *script, size_t count)
{
    static const char *const names[] = {".aws", ".aws/login", ".aws/login/cache"};

    *world = (struct world){.home = "/tmp/rdspass-login.XXXXXX"};
    if (mkdtemp(world->home) == NULL)
        abort();
    world->variables[0] = "HOME";
    world->variables[1] = world->home;
    world->variables[2] = "RP_TEST_NO_PAUSE";
    world->variables[3] = "1";
    held_init(&world->held, world->variables);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (mkdir(path_of(world, names[i]), 0755) != 0)
            abort();
    put(world, ".aws/config", CONFIG);
    if (session != NULL)
        put(world, FILE_NAME, session);
    scripted_init(&world->net, script, count);
    world->net.proxied = true;
    WORKS(rp_session_init(&world->session, &world->held.ctx, profile, &world->err), world->err,
          profile);
    world->session.net = &world->net.transport;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static bool shows_secret(const char *text)
{
    return held_has(text, "CANARY") || held_has(text, "wJalr");
}

static void end(struct world *world, const char *name)
{
    OK(!shows_secret(world->err.msg) && !shows_secret(world->err.hint) &&
           !shows_secret(rp_buf_str(&world->held.traces)) &&
           !shows_secret(rp_buf_str(&world->held.warnings)),
       "%s: no secret in a message", name);
    scripted_finish(&world->net, name);
    (void)nftw(world->home, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    rp_credentials_release(&world->found);
    rp_session_release(&world->session);
    held_release(&world->held);
}

static bool load(struct world *world)
{
    enum rp_answer answer = RP_ANSWER_NOT_CONFIGURED;
    char why[RP_WHY_SIZE] = "";

    world->err = (struct rp_error){0};
    return !rp_failed(
               rp_provider_login.load(&world->session, &answer, &world->found, why, &world->err)) &&
           answer == RP_ANSWER_CREDENTIALS;
}

/* Asks once, and checks whose key it is and that nothing is warned of. */
static void gives(const char *key, const char *session, const struct scripted *script, size_t count,
                  const char *name)
{
    struct world world;

    begin(&world, "dev", session, script, count);
    OK(load(&world), "%s: %s", name, world.err.msg);
    IS_STR(world.found.access_key_id, key, name);
    IS_STR(rp_buf_str(&world.held.warnings), "", name);
    end(&world, name);
}

/* Asks once, and checks what is said; the message begins with the profile and where it stands. */
static void fails(enum rp_kind kind, const char *says, const char *hint, const char *session,
                  const struct scripted *script, size_t count, const char *name)
{
    struct world world;
    char begins[600];

    begin(&world, "dev", session, script, count);
    (void)snprintf(begins, sizeof(begins),
                   "the profile (dev) in %s, line 3: ", path_of(&world, ".aws/config"));
    OK(!load(&world) && world.err.kind == kind, "%s: kind %d", name, (int)world.err.kind);
    OK(rp_span_starts(rp_span(world.err.msg), begins), "%s: where: %s", name, world.err.msg);
    OK(held_has(world.err.msg, says), "%s: \"%s\" in \"%s\"", name, says, world.err.msg);
    OK(held_has(world.err.hint, hint), "%s: hint: %s", name, world.err.hint);
    end(&world, name);
}

static void read_file(const struct world *world, struct rp_json **out)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 1 << 16};
    bool found = false;

    if (rp_failed(rp_file_read(path_of(world, FILE_NAME), RP_KIND_INTERNAL, &text, &found, NULL)) ||
        rp_failed(rp_json_parse(rp_buf_span(&text), RP_KIND_INTERNAL, "it", out, NULL)))
        abort();
}

static const char *text_of(const struct rp_json *object, const char *name)
{
    const char *text = rp_json_text(rp_json_member(object, name));
    return text == NULL ? "" : text;
}

static void test_cached(void)
{
    struct world world;

    begin(&world, "dev", SESSION(IN_301_SECONDS), NO_STEPS);
    OK(load(&world), "a session that is fresh: %s", world.err.msg);
    IS_STR(world.found.access_key_id, OLD_KEY, "  its key");
    IS_SPAN(rp_secret_reveal(&world.found.session_token), "CANARYtoken", "  its token");
    IS_INT(world.found.expires_at, NOW + 301, "  its end");
    IS_INT(world.found.hop_count, 1, "  a hop");
    IS_STR(world.found.hops[0].what, "profile dev, session " ARN, "  which says whose it is");
    OK(world.found.hops[0].cached && strcmp(world.found.hops[0].source, "login") == 0,
       "  and that nobody was asked");
    end(&world, "cached");
}

static void test_renewed(void)
{
    struct world world;
    RP_JSON_AUTO struct rp_json *file = NULL;
    struct stat st;

    begin(&world, "dev", SESSION(IN_300_SECONDS), STEPS({ASKED, .status = 200, .body = ANSWER}));
    OK(load(&world), "five minutes are left: %s", world.err.msg);
    IS_STR(world.found.access_key_id, NEW_KEY, "  the new key");
    IS_INT(world.found.expires_at, NOW + 900, "  its end");
    OK(!world.found.hops[0].cached, "  the service was asked");
    read_file(&world, &file);
    const struct rp_json *token = rp_json_member(file, "accessToken");
    IS_STR(text_of(token, "accessKeyId"), NEW_KEY, "  written back");
    IS_STR(text_of(token, "expiresAt"), IN_15_MINUTES, "  with its end");
    IS_STR(text_of(token, "accountId"), "012345678910", "  the account stays");
    IS_INT(rp_json_count(token), 5, "  nothing more");
    IS_STR(text_of(file, "refreshToken"), "CANARYrefresh2", "  the new refresh token");
    IS_STR(text_of(file, "idToken"), "CANARYid", "  the old id token, as by the AWS CLI");
    IS_STR(text_of(file, "dpopKey"), PEM, "  the key stays");
    IS_STR(text_of(file, "clientId"), CLIENT, "  the client stays");
    OK(rp_json_member(file, "later") != NULL && rp_json_count(file) == 7, "  and what is unknown");
    OK(stat(path_of(&world, FILE_NAME), &st) == 0 && (st.st_mode & 07777) == 0600, "  mode 0600");
    OK(load(&world) && strcmp(world.found.access_key_id, NEW_KEY) == 0, "the next finds them");
    end(&world, "renewed");
    gives(NEW_KEY, SESSION(A_SECOND_AGO), STEPS({ASKED, .status = 200, .body = ANSWER}),
          "credentials that have ended");
    gives(NEW_KEY, SESSION("2026-01-02T03:09:05UTC"), STEPS({ASKED, .status = 200, .body = ANSWER}),
          "a time as an old AWS CLI wrote it");
}

/* The AWS CLI, which knows no lock, renews while we ask: its file counts. */
static rp_status perform_late(void *self, const struct rp_http_request *request,
                              struct rp_http_response *out, struct rp_error *err)
{
    struct world *world = self;

    put(world, FILE_NAME,
        "{\"accessToken\":{" KEYS(NEW_KEY) ",\"expiresAt\":\"" IN_15_MINUTES
                                           "\"}," REST("CANARYrefresh3"));
    return world->net.transport.perform(&world->net, request, out, err);
}

static void test_races(void)
{
    struct world world;
    RP_JSON_AUTO struct rp_json *file = NULL;
    struct rp_transport late = {.perform = perform_late, .self = &world};

    begin(&world, "dev", SESSION(IN_300_SECONDS), STEPS({ASKED, SAYS_NO(401, "TOKEN_EXPIRED")}));
    world.session.net = &late;
    OK(load(&world), "another was faster: %s", world.err.msg);
    IS_STR(world.found.access_key_id, NEW_KEY, "  its credentials serve");
    OK(world.found.hops[0].cached, "  from the cache");
    read_file(&world, &file);
    IS_STR(text_of(file, "refreshToken"), "CANARYrefresh3", "  and its file stays");
    end(&world, "a race");
}

/* Old credentials serve where the service cannot be had, while they live. */
static void serves_old(const struct scripted *script, size_t count, const char *name)
{
    struct world world;

    begin(&world, "dev", SESSION(IN_300_SECONDS), script, count);
    OK(load(&world), "%s: %s", name, world.err.msg);
    IS_STR(world.found.access_key_id, OLD_KEY, "  the old ones");
    OK(held_has(rp_buf_str(&world.held.warnings), "used to their end, " IN_300_SECONDS),
       "  with a warning: %s", rp_buf_str(&world.held.warnings));
    end(&world, name);
}

#define THRICE(...) STEPS({ASKED, __VA_ARGS__}, {ASKED, __VA_ARGS__}, {ASKED, __VA_ARGS__})

static void test_network(void)
{
    serves_old(THRICE(.outcome = RP_HTTP_NOT_CONNECTED), "no network");
    serves_old(THRICE(.status = 503), "a service that is ill");
    serves_old(THRICE(.status = 429), "a service that has too much to do");
    fails(RP_KIND_NETWORK, "CreateOAuth2Token at https://eu-west-1.signin.aws.amazon.com", "",
          SESSION(A_SECOND_AGO), THRICE(.outcome = RP_HTTP_TIMED_OUT), "no network, and ended");
    fails(RP_KIND_NETWORK, "503", "try again", SESSION(A_SECOND_AGO), THRICE(.status = 503),
          "an ill service, and ended");
    fails(RP_KIND_TLS, "outcome", "", SESSION(IN_300_SECONDS),
          STEPS({ASKED, .outcome = RP_HTTP_TLS_FAILED}), "TLS");
    gives(NEW_KEY, SESSION(A_SECOND_AGO),
          STEPS({ASKED, .status = 500}, {ASKED, .status = 200, .body = ANSWER}),
          "ill once, with a proof for each try");
}

static void test_refusals(void)
{
    static const char login[] = "aws login --profile dev";
    static const char *const old = SESSION(IN_300_SECONDS);

    fails(RP_KIND_CREDENTIALS,
          "the session has ended: CreateOAuth2Token at https://eu-west-1.signin.aws.amazon.com",
          login, old, STEPS({ASKED, SAYS_NO(401, "TOKEN_EXPIRED")}), "expired");
    fails(RP_KIND_CREDENTIALS, "TOKEN_EXPIRED: no\\x1b (request id-1)", login, old,
          STEPS({ASKED, SAYS_NO(400, "TOKEN_EXPIRED")}), "in AWS's words");
    fails(RP_KIND_CREDENTIALS, "its password has changed", login, old,
          STEPS({ASKED, SAYS_NO(403, "USER_CREDENTIALS_CHANGED")}), "another password");
    fails(RP_KIND_CREDENTIALS, "may not renew its session", "signin:CreateOAuth2Token", old,
          STEPS({ASKED, SAYS_NO(403, "INSUFFICIENT_PERMISSIONS")}), "not allowed");
    fails(RP_KIND_CREDENTIALS, "INVALID_REQUEST", login, old,
          STEPS({ASKED, SAYS_NO(400, "INVALID_REQUEST")}), "not valid");
    fails(RP_KIND_CREDENTIALS, "CreateOAuth2Token", login, old,
          STEPS({ASKED, .status = 403, .body = "<html>"}), "no words");
    fails(RP_KIND_CREDENTIALS, "INVALID_REQUEST", login, old,
          STEPS({ASKED, .status = 400, .error_type = "ValidationException",
                 .body = "{\"error\":\"INVALID_REQUEST\",\"message\":\"got CANARYrefresh1\"}"}),
          "a refusal that repeats the refresh token");
    fails(RP_KIND_CREDENTIALS, "outcome", login, old, STEPS({ASKED, .outcome = RP_HTTP_NO_PROOF}),
          "a key that is none");
}

static void test_answers(void)
{
    static const char *const malformed[] = {
        "",
        "no",
        "[]",
        "{}",
        "{\"accessToken\":{" KEYS(NEW_KEY) "},\"expiresIn\":900}",
        "{\"accessToken\":{" KEYS(NEW_KEY) "},\"refreshToken\":1,\"expiresIn\":900}",
        "{\"accessToken\":{" KEYS(NEW_KEY) "},\"refreshToken\":\"r\",\"expiresIn\":0}",
        "{\"accessToken\":{" KEYS(NEW_KEY) "},\"refreshToken\":\"r\",\"expiresIn\":900000}",
        "{\"accessToken\":{" KEYS(NEW_KEY) "},\"refreshToken\":\"r\",\"expiresIn\":\"900\"}",
        "{\"accessToken\":{\"accessKeyId\":\"A\",\"secretAccessKey\":\"b\"},\"expiresIn\":900}",
        ("{\"accessToken\":{\"accessKeyId\":\"A b\",\"secretAccessKey\":\"b\","
         "\"sessionToken\":\"c\"},\"expiresIn\":900}"),
    };

    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
        fails(RP_KIND_CREDENTIALS, "the answer of CreateOAuth2Token", "aws login",
              SESSION(IN_300_SECONDS), STEPS({ASKED, .status = 200, .body = malformed[i]}),
              "a malformed answer");
}

static void test_files(void)
{
    static const char hint[] = "aws login --profile dev";

    fails(RP_KIND_CREDENTIALS, "no session of aws login for " ARN, hint, NULL, NO_STEPS, "no file");
    fails(RP_KIND_CREDENTIALS, "lacks accessToken, refreshToken, clientId, dpopKey", hint, "{}",
          NO_STEPS, "nothing in it");
    fails(RP_KIND_CREDENTIALS, "lacks refreshToken, dpopKey", hint,
          "{\"accessToken\":{},\"clientId\":\"x\",\"refreshToken\":\"\",\"dpopKey\":1}", NO_STEPS,
          "some of it");
    fails(RP_KIND_CREDENTIALS, "expiresAt", hint, SESSION("soon"), NO_STEPS, "an end that is none");
    fails(RP_KIND_CREDENTIALS, "accessKeyId", hint, "{\"accessToken\":{}," REST("x"), NO_STEPS,
          "no key");
    fails(RP_KIND_CREDENTIALS, "not a JSON object", hint, "{\"accessToken\":7," REST("x"), NO_STEPS,
          "no object");
    fails(RP_KIND_CREDENTIALS, "dpopKey", hint,
          "{\"accessToken\":{},\"clientId\":\"x\",\"refreshToken\":\"x\",\"dpopKey\":\"a\\u001b\"}",
          NO_STEPS, "a control character in the key");
    fails(RP_KIND_CREDENTIALS, "no session of aws login", hint, "CANARY{", NO_STEPS, "no JSON");
}

static void test_configuration(void)
{
    struct world world;
    enum rp_answer answer = RP_ANSWER_CREDENTIALS;
    char why[RP_WHY_SIZE] = "";

    begin(&world, "none", NULL, NO_STEPS);
    WORKS(rp_provider_login.load(&world.session, &answer, &world.found, why, &world.err), world.err,
          "no login_session");
    OK(answer == RP_ANSWER_NOT_CONFIGURED, "  is not configured");
    IS_STR(why, "profile none has no login_session", "  and why");
    end(&world, "none");

    begin(&world, "empty", NULL, NO_STEPS);
    OK(!load(&world) && world.err.kind == RP_KIND_CONFIG && held_has(world.err.msg, "is empty"),
       "an empty one: %s", world.err.msg);
    end(&world, "empty");

    begin(&world, "dev", SESSION(IN_300_SECONDS), NO_STEPS);
    world.session.net = NULL;
    OK(!load(&world) && world.err.kind == RP_KIND_INTERNAL, "without a network: %s", world.err.msg);
    end(&world, "no network");
}

int main(void)
{
    test_cached();
    test_renewed();
    test_races();
    test_network();
    test_refusals();
    test_answers();
    test_files();
    test_configuration();
    return tap_done();
}
