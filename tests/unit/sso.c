/*
 * src/aws/sso.c, sso_portal.c and provider_sso.c: what a profile says of SSO, what
 * the portal gives and refuses, and what is kept in the AWS CLI's cache.
 */
#include "sso_world.h"

#include "aws/provider.h"

#define TOKEN "{\"accessToken\":\"the-token\",\"expiresAt\":\"" SSO_IN_AN_HOUR "\"}"
#define GET(...)                                                                                   \
    {                                                                                              \
        .method = "GET", .url = SSO_PORTAL, .headers = SSO_BEARER("the-token"), __VA_ARGS__        \
    }
#define STEPS(...)                                                                                 \
    ((const struct scripted[]){__VA_ARGS__}),                                                      \
        sizeof((const struct scripted[]){__VA_ARGS__}) / sizeof(struct scripted)
#define NO_STEPS NULL, 0
#define KEPT(end, account)                                                                         \
    "{\"ProviderType\":\"sso\",\"Credentials\":{\"AccessKeyId\":\"ASIAIOSFODNN7EXAMPLE\","         \
    "\"SecretAccessKey\":\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\","                            \
    "\"SessionToken\":\"EXAMPLETOKEN\",\"Expiration\":\"" end "\",\"AccountId\":\"" account "\"}}"
#define SECTION "[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://s/\n"
#define ROLE "sso_account_id = 012345678901\nsso_role_name = R\n"

/* --- settings ----------------------------------------------------------------- */

static void reads(const char *config, const struct rp_sso_settings *want, const char *name)
{
    struct sso_world world;
    struct rp_sso_settings got = {0};
    struct rp_error err = {0};

    sso_world_init(&world, config, "p", NO_STEPS);
    WORKS(rp_sso_read_settings(&world.session, &got, &err), err, name);
    IS_STR(got.profile, "p", "  profile");
    IS_STR(got.session_name, want->session_name, "  session");
    IS_STR(got.start_url, want->start_url, "  start URL");
    IS_STR(got.region, want->region, "  region");
    IS_STR(got.account_id, want->account_id, "  account");
    IS_STR(got.role_name, want->role_name, "  role");
    sso_world_release(&world, name);
}

static void refuses(const char *config, const char *says, const char *where)
{
    struct sso_world world;
    struct rp_sso_settings got = {0};
    struct rp_error err = {0};

    sso_world_init(&world, config, "p", NO_STEPS);
    FAILS(rp_sso_read_settings(&world.session, &got, &err), RP_KIND_CONFIG, err, says);
    OK(held_has(err.msg, says), "  in these words: %s", err.msg);
    OK(!held_has(err.msg, "SECRET"), "  without what may be secret");
    OK(held_has(err.msg, "the profile (p) in /") && held_has(err.msg, where), "  at %s", where);
    sso_world_release(&world, says);
}

static void test_settings(void)
{
    struct rp_sso_settings session = {.session_name = "s",
                                      .start_url = "https://s/",
                                      .region = "us-east-1",
                                      .account_id = "012345678901",
                                      .role_name = "R"};
    struct rp_sso_settings legacy = session;

    legacy.session_name = NULL;
    reads("[profile p]\nsso_session = s\n" ROLE SECTION, &session, "a session");
    reads("[profile p]\nsso_session = s\nsso_region = us-east-1\n" ROLE SECTION, &session,
          "the same region in both");
    reads("[profile p]\nsso_session = s\nsso_role_name = R\n" SECTION
          "sso_account_id = 012345678901\n",
          &session, "the account in the section");
    reads("[profile p]\nsso_start_url = https://s/\nsso_region = us-east-1\n" ROLE, &legacy,
          "the legacy form");
    refuses("[profile p]\n\nsso_role_name = R\n",
            "sso_account_id, sso_start_url, sso_region: missing", "line 1");
    refuses("[profile p]\nsso_session = s\nsso_role_name =\n[sso-session s]\nsso_region = a\n",
            "sso_role_name, sso_account_id, sso_start_url: missing", "[sso-session s]");
    refuses("[profile p]\nsso_session = s\nsso_start_url = https://s/\n" ROLE
            "[sso-session s]\nsso_region = us-east-1\n",
            "sso_start_url: missing", "line 1");
    refuses("[profile p]\n" ROLE "sso_session = t\n" SECTION, "there is no [sso-session t]",
            "line 4");
    refuses("[profile p]\n" ROLE "sso_session =\n" SECTION, "there is no [sso-session ]", "line 4");
    refuses("[profile p]\n" ROLE "sso_session = s\nsso_region = eu-west-1\n" SECTION,
            "sso_region is \"eu-west-1\" here and \"us-east-1\" in [sso-session s]", "line 5");
    refuses("[profile p]\nregion = a\nsso_session = s\n" ROLE SECTION "region = b\n",
            "region is \"a\" here and \"b\" in [sso-session s]", "line 2");
    refuses("[profile p]\naws_secret_access_key = SECRET1\nsso_session = s\n" ROLE SECTION
            "aws_secret_access_key = SECRET2\n",
            "aws_secret_access_key is another here than in [sso-session s]", "line 2");
}

/* --- the portal, and the provider --------------------------------------------- */

struct expected {
    enum rp_kind kind; /* RP_KIND_NONE: credentials */
    const char *says;  /* in the error */
    const char *hint;
    bool cached;
};

static void check_failure(const struct sso_world *world, const struct rp_error *err,
                          const struct expected *want, const char *name)
{
    OK(held_has(err->msg, want->says), "%s: says \"%s\": %s", name, want->says, err->msg);
    OK(held_has(err->msg, world->home), "  and where");
    OK(want->hint == NULL || held_has(err->hint, want->hint), "  and what to do: %s", err->hint);
    OK(!held_has(err->msg, "the-token") && !held_has(rp_buf_str(&world->held.traces), "the-token"),
       "  without the token");
}

static void check_found(const struct rp_credentials *found, const struct expected *want)
{
    IS_STR(found->access_key_id, "ASIAIOSFODNN7EXAMPLE", "  key");
    IS_SPAN(rp_secret_reveal(&found->secret_access_key), "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "  secret");
    IS_SPAN(rp_secret_reveal(&found->session_token), "EXAMPLETOKEN", "  token");
    IS_INT(found->expires_at, SSO_NOW + 3600, "  end, in seconds");
    if (OK(found->hop_count == 1, "  by one hop"))
        OK(found->hops[0].cached == want->cached, "  %s", found->hops[0].what);
}

/* Loads in a world whose cache of roles holds `kept` (NULL: nothing). */
static void load_in(struct sso_world *world, struct expected want, const char *name)
{
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    enum rp_answer answer = RP_ANSWER_NOT_CONFIGURED;
    char why[RP_WHY_SIZE] = "";
    struct rp_error err = {0};

    bool failed = rp_failed(rp_provider_sso.load(&world->session, &answer, &found, why, &err));
    OK(failed == (want.kind != RP_KIND_NONE) && (!failed || err.kind == want.kind), "%s: %s", name,
       err.msg);
    if (failed && want.says != NULL)
        check_failure(world, &err, &want, name);
    else if (OK(answer == RP_ANSWER_CREDENTIALS, "  credentials"))
        check_found(&found, &want);
}

static void comes_to(struct expected want, const struct scripted *script, size_t count,
                     const char *name)
{
    struct sso_world world;

    sso_world_init(&world, SSO_CONFIG, "dev", script, count);
    sso_put(&world, SSO_FILE, TOKEN);
    load_in(&world, want, name);
    sso_world_release(&world, name);
}

static void test_answers(void)
{
    struct expected fine = {.cached = false};

    comes_to(fine, STEPS(GET(.status = 200, .body = SSO_KEYS(SSO_IN_AN_HOUR_MS))), "keys");
}

#define NO(text, what)                                                                             \
    (struct expected)                                                                              \
    {                                                                                              \
        RP_KIND_CREDENTIALS, (text), (what), false                                                 \
    }
#define TYPED(number, type, text)                                                                  \
    STEPS(GET(.status = (number), .error_type = (type), .request_id = "r-1",                       \
              .body = "{\"message\":\"" text "\",\"__type\":\"" type "\"}"))

static void test_refusals(void)
{
    static const char login[] = "aws sso login --profile dev";
    struct expected later = {
        .kind = RP_KIND_NETWORK, .says = "GetRoleCredentials", .hint = "try again"};

    comes_to(NO("the SSO session has ended: GetRoleCredentials at https://portal.sso.", login),
             TYPED(401, "UnauthorizedException", "Session token not found or invalid"), "401");
    comes_to(NO("r-1", login), TYPED(401, "UnauthorizedException", "no"), "  its request");
    comes_to(NO("role Dev Ops of account 012345678901: the role is not assigned", "sso_role_name"),
             TYPED(403, "ForbiddenException", "No access"), "403");
    comes_to(NO("No access", "sso_role_name"), TYPED(403, "ForbiddenException", "No access"),
             "  in AWS's words");
    comes_to(NO("there is no such role", "sso_role_name"),
             TYPED(404, "ResourceNotFoundException", "no"), "404");
    comes_to(NO("InvalidRequestException", "sso_account_id"),
             TYPED(400, "InvalidRequestException", "bad account"), "400");
    comes_to(NO("UnauthorizedException", login),
             TYPED(401, "UnauthorizedException", "the token the-token is void"),
             "an answer that repeats the token");
    comes_to(later, TYPED(429, "TooManyRequestsException", "slow down"), "429");
    comes_to(later, TYPED(500, "", "x"), "500");
    later.hint = NULL;
    comes_to(later, STEPS(GET(.outcome = RP_HTTP_TIMED_OUT, .connected = true)), "nothing");
}

static void test_malformed_answers(void)
{
    static const struct {
        const char *body;
        const char *says;
    } cases[] = {
        {"", "not valid JSON"},
        {"{}", "the answer of GetRoleCredentials has no roleCredentials"},
        {"{\"roleCredentials\":{}}", "the answer of GetRoleCredentials has no accessKeyId"},
        {SSO_KEYS("\"2026-01-02T04:04:05Z\""), "the expiration in"},
        {SSO_KEYS("-1"), "the expiration in"},
        {SSO_KEYS("1e300"), "the expiration in"},
        {SSO_KEYS("1767323045000"), "expired at 2026-01-02T03:04:05Z"},
        {SSO_KEYS("1767326645"), "expired at 1970-01-21"}, /* seconds are none of the portal's */
        {"{\"roleCredentials\":{\"accessKeyId\":\"A\",\"secretAccessKey\":\"s\",\"sessionToken\":"
         "\"\",\"expiration\":" SSO_IN_AN_HOUR_MS "}}",
         "the sessionToken in"},
        {"{\"roleCredentials\":{\"accessKeyId\":\"A\\n\",\"secretAccessKey\":\"s\","
         "\"sessionToken\":\"t\",\"expiration\":" SSO_IN_AN_HOUR_MS "}}",
         "access key id"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        comes_to(NO(cases[i].says, NULL), STEPS(GET(.status = 200, .body = cases[i].body)),
                 cases[i].says);
}

/* --- the cache ---------------------------------------------------------------- */

static void make_roles_cache(const struct sso_world *world)
{
    (void)mkdir(sso_path(world, ".aws/cli"), 0755);
    (void)mkdir(sso_path(world, ".aws/cli/cache"), 0755);
}

static void test_kept(void)
{
    RP_BUF_AUTO struct rp_buf kept = {.max = 1 << 16};
    struct sso_world world;
    struct stat st;

    sso_world_init(&world, SSO_CONFIG, "dev",
                   STEPS(GET(.status = 200, .body = SSO_KEYS(SSO_IN_AN_HOUR_MS))));
    sso_put(&world, SSO_FILE, TOKEN);
    load_in(&world, (struct expected){.cached = false}, "a cold cache");
    sso_get(&world, SSO_KEYS_FILE, &kept);
    IS_STR(rp_buf_str(&kept), KEPT(SSO_IN_AN_HOUR, "012345678901"), "is filled");
    OK(stat(sso_path(&world, SSO_KEYS_FILE), &st) == 0 && (st.st_mode & 07777) == 0600,
       "  for the owner alone");
    (void)unlink(sso_path(&world, SSO_FILE));
    load_in(&world, (struct expected){.cached = true}, "and used then, without a token");
    world.held.now += 45 * 60 + 1;
    load_in(&world, NO("no SSO token for my-sso", "aws sso login"),
            "with less than 15 minutes left it is not");
    sso_world_release(&world, "a cold cache");
}

static void test_legacy_key(void)
{
    struct sso_world world;

    sso_world_init(&world, SSO_CONFIG, "old", NO_STEPS);
    make_roles_cache(&world);
    sso_put(&world, SSO_OLD_KEYS_FILE, KEPT("2026-01-02T04:04:05UTC", "123456789012"));
    load_in(&world, (struct expected){.cached = true}, "keys of the legacy form");
    sso_world_release(&world, "keys of the legacy form");
}

/* What is kept is not used where it is not whole; and not at all with --no-cache. */
static void test_not_used(void)
{
    static const char *const files[] = {
        "{}", "{\"Credentials\":[]}", "{\"Credentials\":{\"AccessKeyId\":\"A\"}}",
        "{\"Credentials\":{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\"}}",
        KEPT("soon", "1")};
    const struct scripted step = GET(.status = 200, .body = SSO_KEYS(SSO_IN_AN_HOUR_MS));
    struct sso_world world;

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        sso_world_init(&world, SSO_CONFIG, "dev", &step, 1);
        make_roles_cache(&world);
        sso_put(&world, SSO_FILE, TOKEN);
        sso_put(&world, SSO_KEYS_FILE, files[i]);
        load_in(&world, (struct expected){.cached = false}, files[i]);
        sso_world_release(&world, files[i]);
    }
    sso_world_init(&world, SSO_CONFIG, "dev", &step, 1);
    make_roles_cache(&world);
    sso_put(&world, SSO_FILE, TOKEN);
    sso_put(&world, SSO_KEYS_FILE, KEPT(SSO_IN_AN_HOUR, "1"));
    world.session.options.no_cache = true;
    load_in(&world, (struct expected){.cached = false}, "--no-cache");
    sso_world_release(&world, "--no-cache");
}

static void test_not_configured(void)
{
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    enum rp_answer answer = RP_ANSWER_CREDENTIALS;
    char why[RP_WHY_SIZE] = "";
    struct sso_world world;
    struct rp_error err = {0};

    sso_world_init(&world, "[profile p]\nsso_session = s\n" SECTION, "p", NO_STEPS);
    WORKS(rp_provider_sso.load(&world.session, &answer, &found, why, &err), err,
          "a session without account and role");
    OK(answer == RP_ANSWER_NOT_CONFIGURED, "  is not for credentials");
    IS_STR(why, "profile p has no sso_account_id and no sso_role_name", "  which it says");
    sso_world_release(&world, "not configured");
}

int main(void)
{
    test_settings();
    test_answers();
    test_refusals();
    test_malformed_answers();
    test_kept();
    test_legacy_key();
    test_not_used();
    test_not_configured();
    return tap_done();
}
