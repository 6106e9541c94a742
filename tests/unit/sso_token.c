/*
 * src/aws/sso_token.c and sso_renewal.c: which token is used, when it is renewed,
 * and what is in the file then.
 */
#include "sso_world.h"

#include <fcntl.h>

#include "aws/cache.h"
#include "rdspass/base/deadline.h"

#define TOKEN(ends) "\"accessToken\":\"old-token\",\"expiresAt\":\"" ends "\""
#define CLIENT(until)                                                                              \
    "\"clientId\":\"the-client-id\",\"clientSecret\":\"client-secret\","                           \
    "\"registrationExpiresAt\":\"" until "\",\"refreshToken\":\"old-refresh\""
#define RENEWABLE(ends) "{\"extra\":{\"kept\":1}," TOKEN(ends) "," CLIENT(SSO_IN_AN_HOUR) "}"
#define REQUEST                                                                                    \
    "{\"grantType\":\"refresh_token\",\"refreshToken\":\"old-refresh\","                           \
    "\"clientSecret\":\"client-secret\",\"clientId\":\"the-client-id\"}"
#define SSO_HOST "https://oidc.us-east-1.amazonaws.com"
#define ANSWER                                                                                     \
    "{\"accessToken\":\"new-token\",\"tokenType\":\"Bearer\",\"expiresIn\":3600,"                  \
    "\"refreshToken\":\"new-refresh\"}"
#define POST(...)                                                                                  \
    {                                                                                              \
        .method = "POST", .url = SSO_OIDC, .headers = "Content-Type: application/json\n",          \
        .sends = REQUEST, __VA_ARGS__                                                              \
    }
#define SCRIPT(...) ((const struct scripted[]){__VA_ARGS__})
#define STEPS(...) SCRIPT(__VA_ARGS__), sizeof(SCRIPT(__VA_ARGS__)) / sizeof(struct scripted)
#define NO_STEPS NULL, 0

static rp_status get_token(struct sso_world *world, struct rp_secret *out, struct rp_error *err)
{
    struct rp_sso_settings settings;

    RP_TRY(rp_sso_read_settings(&world->session, &settings, err));
    return rp_sso_token(&world->session, &settings, out, err);
}

static void has_no_secret(const struct sso_world *world, const struct rp_error *err,
                          const char *name)
{
    static const char *const secrets[] = {"old-token", "new-token", "old-refresh", "new-refresh",
                                          "client-secret"};

    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        OK(!held_has(err->msg, secrets[i]) && !held_has(err->hint, secrets[i]) &&
               !held_has(rp_buf_str(&world->held.warnings), secrets[i]) &&
               !held_has(rp_buf_str(&world->held.traces), secrets[i]),
           "%s: %s is in no message", name, secrets[i]);
}

/* A case: what is in the file, and what comes of it. */
struct expected {
    const char *token; /* NULL: a failure */
    enum rp_kind kind; /* of the failure */
    const char *says;  /* in the error; or in the warnings, where a token comes */
    const char *says_too;
    const char *file; /* afterwards; NULL: as it was */
};

static void gives(const char *profile, const char *path, const char *file,
                  const struct scripted *script, size_t count, struct expected want,
                  const char *name)
{
    RP_BUF_AUTO struct rp_buf after = {.max = 1 << 16};
    RP_SECRET_AUTO struct rp_secret token = {0};
    struct rp_error err = {0};
    struct sso_world world;

    sso_world_init(&world, SSO_CONFIG, profile, script, count);
    if (file != NULL)
        sso_put(&world, path, file);
    bool failed = rp_failed(get_token(&world, &token, &err));
    OK(failed == (want.token == NULL) && (!failed || err.kind == want.kind), "%s: %s", name,
       err.msg);
    IS_SPAN(rp_secret_reveal(&token), want.token, name);
    const char *said = failed ? err.msg : rp_buf_str(&world.held.warnings);
    OK(held_has(said, want.says) && (said[0] == '\0') == (want.says[0] == '\0'),
       "%s: says \"%s\": %s", name, want.says, said);
    OK(want.says_too == NULL || held_has(said, want.says_too), "  and \"%s\"", want.says_too);
    OK(!failed || held_has(said, world.home), "  and where: %s", said);
    if (err.kind == RP_KIND_CREDENTIALS)
        OK(held_has(err.hint, "aws sso login --profile ") && held_has(err.hint, profile),
           "  and what to do: %s", err.hint);
    has_no_secret(&world, &err, name);
    if (file != NULL)
        sso_get(&world, path, &after);
    IS_STR(rp_buf_str(&after), want.file == NULL ? file : want.file, "  and the file");
    sso_world_release(&world, name);
}

static void test_what_is_cached(void)
{
    struct expected old = {.token = "old-token", .says = ""};

    gives("dev", SSO_FILE, "{" TOKEN(SSO_IN_15_MINUTES) "}", NO_STEPS, old, "fresh");
    gives("dev", SSO_FILE, RENEWABLE(SSO_IN_15_MINUTES), NO_STEPS, old, "fresh still");
    gives("dev", SSO_FILE, "{" TOKEN(SSO_IN_10_MINUTES) "}", NO_STEPS, old,
          "with nothing to renew it, to its end");
    gives("old", SSO_OLD_FILE, RENEWABLE(SSO_IN_10_MINUTES), NO_STEPS, old,
          "the legacy form, to its end");
    gives("dev", SSO_FILE, "{" TOKEN("2026-01-02T03:34:05UTC") "}", NO_STEPS, old, "old UTC");
    gives("dev", SSO_FILE, "{" TOKEN("2026-01-02T03:34:05.123+00:00") "}", NO_STEPS, old,
          "a fraction and an offset");
    gives("dev", SSO_FILE, "{" TOKEN(SSO_IN_10_MINUTES) "," CLIENT(SSO_A_SECOND_AGO) "}", NO_STEPS,
          old, "a registration that has ended");
}

#define REFUSED(text)                                                                              \
    (struct expected)                                                                              \
    {                                                                                              \
        .kind = RP_KIND_CREDENTIALS, .says = (text), .says_too = "the profile ("                   \
    }

static void test_what_cannot_be_used(void)
{
    struct expected absent = REFUSED("no SSO token for my-sso: ");

    gives("dev", SSO_FILE, NULL, NO_STEPS, absent, "no file");
    gives("dev", SSO_FILE, "{}", NO_STEPS, REFUSED("it has no accessToken"), "no token");
    gives("dev", SSO_FILE, "[]", NO_STEPS, absent, "no object");
    gives("dev", SSO_FILE, "{\"accessToken\":", NO_STEPS, absent, "half a file");
    gives("dev", SSO_FILE, "{\"accessToken\":\"\",\"expiresAt\":\"" SSO_IN_AN_HOUR "\"}", NO_STEPS,
          REFUSED("it has no accessToken"), "an empty token");
    gives("dev", SSO_FILE, "{\"accessToken\":\"a\\r\\nb\",\"expiresAt\":\"" SSO_IN_AN_HOUR "\"}",
          NO_STEPS, REFUSED("it has no accessToken"), "a token of two lines");
    gives("dev", SSO_FILE, "{" TOKEN("soon") "}", NO_STEPS, REFUSED("expiresAt is no time"),
          "no time");
    gives("dev", SSO_FILE, "{\"accessToken\":\"old-token\",\"expiresAt\":1767326645}", NO_STEPS,
          REFUSED("expiresAt is no time"), "a number");
    gives("dev", SSO_FILE, "{" TOKEN(SSO_A_SECOND_AGO) "}", NO_STEPS,
          REFUSED("ended at " SSO_A_SECOND_AGO ": there is nothing to renew it with"), "ended");
    gives("dev", SSO_FILE, "{" TOKEN(SSO_A_SECOND_AGO) "," CLIENT(SSO_A_SECOND_AGO) "}", NO_STEPS,
          REFUSED("its registration has ended, too"), "ended with its registration");
    gives("old", SSO_OLD_FILE, "{" TOKEN(SSO_A_SECOND_AGO) "}", NO_STEPS,
          REFUSED("the SSO token of https://old.awsapps.com/start ended at "), "legacy, ended");
    gives("old", SSO_OLD_FILE, NULL, NO_STEPS,
          REFUSED("no SSO token for https://old.awsapps.com/start"), "legacy, none");
}

#define RENEWED(refresh)                                                                           \
    "{\"extra\":{\"kept\":1},\"clientId\":\"the-client-id\",\"clientSecret\":\"client-secret\","   \
    "\"registrationExpiresAt\":\"" SSO_IN_AN_HOUR                                                  \
    "\"," refresh("\"startUrl\":\"https://d-1.awsapps.com/start\",\"region\":\"us-east-1\","       \
                  "\"accessToken\":\"new-token\",\"expiresAt\":\"" SSO_IN_AN_HOUR "\"") "}"
#define SAME_REFRESH(rest) "\"refreshToken\":\"old-refresh\"," rest
#define NEW_REFRESH(rest) rest ",\"refreshToken\":\"new-refresh\""

static void test_renewal(void)
{
    struct expected renewed = {.token = "new-token", .says = "", .file = RENEWED(NEW_REFRESH)};
    struct expected same = {.token = "new-token", .says = "", .file = RENEWED(SAME_REFRESH)};

    gives("dev", SSO_FILE, RENEWABLE("2026-01-02T03:19:04Z"),
          STEPS(POST(.status = 200, .body = ANSWER)), renewed, "with less than 15 minutes left");
    gives("dev", SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO), STEPS(POST(.status = 200, .body = ANSWER)),
          renewed, "ended");
    gives("dev", SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO),
          STEPS(POST(.status = 200, .body = "{\"accessToken\":\"new-token\",\"expiresIn\":3600}")),
          same, "the refresh token stays where no new one comes");
}

static void test_failing_renewal(void)
{
    const struct scripted refused = POST(.status = 400, .request_id = "r-1",
                                         .body = "{\"error\":\"invalid_grant\","
                                                 "\"error_description\":\"Invalid token\"}");
    const struct scripted echo = POST(.status = 401, .body = "{\"error\":\"invalid_client\","
                                                             "\"error_description\":"
                                                             "\"not client-secret\"}");
    const struct scripted unanswered = POST(.outcome = RP_HTTP_NOT_RESOLVED);
    const struct scripted overloaded = POST(.status = 503, .body = "no");
    const struct scripted slower = POST(.status = 400, .body = "{\"error\":\"slow_down\"}");
    struct expected warned = {
        .token = "old-token", .says = "is used to its end: CreateToken", .says_too = SSO_HOST};
    struct expected unreached = {
        .kind = RP_KIND_NETWORK, .says = "ended at " SSO_A_SECOND_AGO, .says_too = SSO_HOST};

    gives("dev", SSO_FILE, RENEWABLE(SSO_IN_10_MINUTES), &refused, 1, warned, "refused, alive");
    gives("dev", SSO_FILE, RENEWABLE(SSO_IN_10_MINUTES), &unanswered, 1, warned,
          "unreachable, alive");
    gives("dev", SSO_FILE, RENEWABLE(SSO_IN_10_MINUTES), &overloaded, 1, warned,
          "overloaded, alive");
    gives("dev", SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO), &refused, 1,
          REFUSED("ended at " SSO_A_SECOND_AGO ": CreateToken at "), "refused, ended");
    gives("dev", SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO), &refused, 1, REFUSED("r-1"),
          "  with the request's id");
    gives("dev", SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO), &echo, 1, REFUSED("invalid_client"),
          "an answer that repeats a secret");
    gives("dev", SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO), &unanswered, 1, unreached,
          "unreachable, ended");
    gives("dev", SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO), &overloaded, 1, unreached,
          "overloaded, ended");
    gives("dev", SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO), &slower, 1, unreached, "too fast, ended");
}

/* The AWS CLI, which knows no lock, renews while we ask: its file counts. */
static rp_status perform_late(void *self, const struct rp_http_request *request,
                              struct rp_http_response *out, struct rp_error *err)
{
    struct sso_world *world = self;

    sso_put(world, SSO_FILE,
            "{\"accessToken\":\"new-token\",\"expiresAt\":\"" SSO_IN_AN_HOUR "\"}");
    return world->net.transport.perform(&world->net, request, out, err);
}

static void test_race(void)
{
    const struct scripted refused = POST(.status = 400, .body = "{\"error\":\"invalid_grant\"}");
    RP_SECRET_AUTO struct rp_secret token = {0};
    struct rp_error err = {0};
    struct sso_world world;
    struct rp_transport late = {.perform = perform_late, .self = &world};

    sso_world_init(&world, SSO_CONFIG, "dev", &refused, 1);
    sso_put(&world, SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO));
    world.session.net = &late;
    WORKS(get_token(&world, &token, &err), err, "another was faster");
    IS_SPAN(rp_secret_reveal(&token), "new-token", "  its token serves");
    IS_STR(rp_buf_str(&world.held.warnings), "", "  without a warning");
    sso_world_release(&world, "a race");
}

static void test_malformed_answers(void)
{
    static const char *const bodies[] = {
        "",
        "[]",
        "{\"expiresIn\":3600}",
        "{\"accessToken\":\"\",\"expiresIn\":3600}",
        "{\"accessToken\":\"a\\nb\",\"expiresIn\":3600}",
        "{\"accessToken\":\"new-token\"}",
        "{\"accessToken\":\"new-token\",\"expiresIn\":0}",
        "{\"accessToken\":\"new-token\",\"expiresIn\":\"3600\"}",
        "{\"accessToken\":\"new-token\",\"expiresIn\":1e15}",
        "{\"accessToken\":\"new-token\",\"expiresIn\":3600,\"refreshToken\":1}",
        "{\"accessToken\":\"new-token\",\"expiresIn\":3600,\"refreshToken\":\"\"}"};

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        gives("dev", SSO_FILE, RENEWABLE(SSO_A_SECOND_AGO),
              STEPS(POST(.status = 200, .body = bodies[i])), REFUSED("the answer of CreateToken"),
              bodies[i]);
}

/* Where nothing can be written nothing is renewed: the new refresh token would be lost. */
static void test_without_writing(void)
{
    struct expected warned = {.token = "old-token", .says = "could not be written"};
    struct sso_world world;
    RP_SECRET_AUTO struct rp_secret token = {0};
    struct rp_error err = {0};

    sso_world_init(&world, SSO_CONFIG, "dev", NO_STEPS);
    sso_put(&world, SSO_FILE, RENEWABLE(SSO_IN_10_MINUTES));
    /* A directory in the lock's place: for root, too, nothing that can be opened. */
    (void)mkdir(sso_path(&world, ".aws/sso/cache/.rdspass.lock"), 0700);
    WORKS(get_token(&world, &token, &err), err, "no lock");
    IS_SPAN(rp_secret_reveal(&token), warned.token, "  the token is used to its end");
    OK(held_has(rp_buf_str(&world.held.warnings), warned.says), "  with a warning: %s",
       rp_buf_str(&world.held.warnings));
    world.held.now += 1200;
    FAILS(get_token(&world, &token, &err), RP_KIND_CREDENTIALS, err, "  and no longer");
    OK(held_has(err.msg, warned.says) && held_has(err.msg, SSO_FILE), "  %s", err.msg);
    sso_world_release(&world, "no lock");
}

/*
 * Root in a container that has a person's home: the file serves, but what belongs to
 * another is not replaced, so that the new refresh token would be lost as well.
 */
static void test_foreign_home(void)
{
    enum { NOBODY = 65534 };
    struct sso_world world;
    RP_SECRET_AUTO struct rp_secret token = {0};
    struct rp_error err = {0};

    if (geteuid() != 0) {
        tap_skip("only root can make somebody else's file");
        return;
    }
    sso_world_init(&world, SSO_CONFIG, "dev", NO_STEPS);
    sso_put(&world, SSO_FILE, RENEWABLE(SSO_IN_10_MINUTES));
    if (chown(sso_path(&world, SSO_FILE), NOBODY, NOBODY) != 0 ||
        chown(sso_path(&world, ".aws/sso/cache"), NOBODY, NOBODY) != 0)
        abort();
    WORKS(get_token(&world, &token, &err), err, "a home of somebody else's");
    IS_SPAN(rp_secret_reveal(&token), "old-token", "  the token is used to its end");
    OK(held_has(rp_buf_str(&world.held.warnings), "it belongs to another user"),
       "  with a warning: %s", rp_buf_str(&world.held.warnings));
    OK(access(sso_path(&world, ".aws/sso/cache/.rdspass.lock"), F_OK) != 0,
       "  without a lock's file, which would be root's, and lock the person out");
    world.held.now += 1200;
    FAILS(get_token(&world, &token, &err), RP_KIND_CREDENTIALS, err, "  and no longer");
    OK(held_has(err.hint, "aws sso login"), "  with what mends it: %s", err.hint);
    sso_world_release(&world, "a home of somebody else's");
}

/* Another process has renewed it while this one waited for the lock. */
static rp_status renewed_elsewhere(void *self, const struct rp_http_request *request,
                                   struct rp_http_response *out, struct rp_error *err)
{
    (void)self;
    (void)request;
    (void)out;
    return rp_fail(err, RP_KIND_INTERNAL, "nobody should be asked");
}

static void test_lost_race(void)
{
    struct sso_world world;
    struct rp_transport net = {.perform = renewed_elsewhere};
    RP_SECRET_AUTO struct rp_secret token = {0};
    RP_CACHE_AUTO struct rp_cache holder;
    struct rp_error err = {0};
    int done[2];

    sso_world_init(&world, SSO_CONFIG, "dev", NO_STEPS);
    world.session.net = &net;
    sso_put(&world, SSO_FILE, RENEWABLE(SSO_IN_10_MINUTES));
    WORKS(rp_cache_open(&holder, &world.session, RP_CACHE_SSO, RP_SPAN("my-sso"), &err), err,
          "another");
    OK(rp_cache_lock(&holder, rp_deadline_in(1000)), "  has the lock");
    (void)fflush(stdout);
    if (pipe(done) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) { /* the lock belongs to the open file, which the child shares */
        (void)usleep(100000);
        sso_put(&world, SSO_FILE,
                "{\"accessToken\":\"their-token\",\"expiresAt\":\"" SSO_IN_AN_HOUR "\"}");
        _exit(0);
    }
    (void)close(holder.lock_fd);
    holder.lock_fd = -1;
    WORKS(get_token(&world, &token, &err), err, "  and we wait for it");
    IS_SPAN(rp_secret_reveal(&token), "their-token", "  and use what it got");
    (void)close(done[0]);
    (void)close(done[1]);
    sso_world_release(&world, "a race that is lost");
}

int main(void)
{
    test_what_is_cached();
    test_what_cannot_be_used();
    test_renewal();
    test_failing_renewal();
    test_race();
    test_malformed_answers();
    test_without_writing();
    test_foreign_home();
    test_lost_race();
    return tap_done();
}
