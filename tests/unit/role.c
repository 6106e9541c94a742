/*
 * Unit test of src/aws/role.c and role_cache.c: who takes which role, what the
 * AWS CLI's cache spares, and what is in its files. STS is a fake one.
 */
#include "aws/role.h"

#include <sys/stat.h>

#include "aws/provider.h"
#include "fake_sts.h"
#include "held_context.h"
#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"
#include "role_home.h"

#define ARN(name) "arn:aws:iam::123456789012:role/" name
#define ROLE(name) "role_arn = " ARN(name) "\n"
/* AWS's published example keys. */
#define KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define KEYS "aws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n"
#define CHAIN                                                                                      \
    "[profile p]\n" ROLE("A") "source_profile = q\n[profile q]\n" ROLE(                            \
        "B") "source_profile = base\n[profile base]\n" KEYS

enum { NOW = 1767323045, HOUR = 3600 };

/* The AWS CLI's name for the file of the role R: SHA-1 of {"RoleArn": "..."}. */
#define FILE_OF_R "c03ce438bc208f6214854d85d3ca930ff73e3004.json"

static char home[] = "/tmp/rdspass-role-XXXXXX";

/* A session of the profile p, with a home of its own, which lasts. */
struct stage {
    struct held held;
    struct fake_sts sts;
    struct rp_session session;
    struct rp_credentials found;
    struct rp_chain_report report;
    struct rp_error err;
    bool failed;
};

static void begin(struct stage *stage, const char *config, const char *const *variables)
{
    struct rp_error err = {0};

    *stage = (struct stage){.session.profile = "p", .session.profile_named = true};
    held_init(&stage->held, variables);
    fake_sts_init(&stage->sts, NOW + HOUR);
    stage->session.ctx = &stage->held.ctx;
    stage->session.net = &stage->sts.transport;
    stage->session.region_database = "eu-central-1";
    WORKS(rp_profiles_parse(&stage->held.ctx, rp_span(config), RP_SPAN(""),
                            &stage->session.profiles, &err),
          err, "profiles");
}

/* Asks the whole chain, as a command does. */
static void ask(struct stage *stage)
{
    stage->failed =
        rp_failed(rp_credentials_find(&stage->session, &stage->found, &stage->report, &stage->err));
}

static void end(struct stage *stage)
{
    OK(!held_has(stage->err.msg, "secret-of") && !held_has(stage->err.msg, SECRET) &&
           !held_has(rp_buf_str(&stage->held.traces), "secret-of") &&
           !held_has(rp_buf_str(&stage->held.traces), SECRET),
       "  no secret in a message");
    rp_credentials_release(&stage->found);
    rp_session_release(&stage->session);
    fake_sts_release(&stage->sts);
    held_release(&stage->held);
}

/* "assume-role R, cached" each, in their order. */
static void describe(const struct rp_credentials *credentials, struct rp_buf *out)
{
    for (size_t i = 0; i < credentials->hop_count; i++)
        rp_buf_addf(out, "%s %s%s\n", credentials->hops[i].source, credentials->hops[i].what,
                    credentials->hops[i].cached ? ", cached" : "");
}

static void cache_path(const char *name, char out[static 256])
{
    (void)snprintf(out, 256, "%s/.aws/cli/cache/%s", home, name);
}

static const char *const variables[] = {"HOME", home, NULL};
static const char *const with_keys[] = {
    "HOME", home, "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", SECRET, NULL};

/* Comes to a key by these calls and hops, with an empty cache. */
static void comes_to(const char *config, const char *key_id, const char *calls, const char *hops,
                     const char *name)
{
    RP_BUF_AUTO struct rp_buf got = {.max = 4096};
    struct stage stage;

    forget_roles(home);
    begin(&stage, config, variables);
    ask(&stage);
    OK(!stage.failed, "%s: %s", name, stage.err.msg);
    IS_STR(stage.found.access_key_id, key_id, name);
    IS_STR(rp_buf_str(&stage.sts.calls), calls, "  by these calls");
    describe(&stage.found, &got);
    IS_STR(rp_buf_str(&got), hops, "  and hops");
    IS_INT(stage.found.expires_at, NOW + HOUR, "  until its end");
    IS_STR(stage.found.source == NULL ? "none" : stage.found.source, "assume-role", "  a role");
    end(&stage);
}

static void test_calls(void)
{
    comes_to("[profile p]\n" ROLE("R") "source_profile = base\n[profile base]\n" KEYS, "ASIAR",
             "AssumeRole " ARN("R") " by " KEY_ID " as=rdspass-1767323045\n",
             "config-file profile base\nassume-role " ARN("R") "\n", "one role");
    comes_to(CHAIN, "ASIAA",
             "AssumeRole " ARN("B") " by " KEY_ID " as=rdspass-1767323045\n"
                                    "AssumeRole " ARN("A") " by ASIAB as=rdspass-1767323045\n",
             "config-file profile base\nassume-role " ARN("B") "\nassume-role " ARN("A") "\n",
             "two roles");
    comes_to("[profile p]\n" ROLE(
                 "R") "source_profile = base\nexternal_id = a&b\n"
                      "duration_seconds = 900\nrole_session_name = me\n[profile base]\n" KEYS,
             "ASIAR", "AssumeRole " ARN("R") " by " KEY_ID " external=a&b for=900 as=me\n",
             "config-file profile base\nassume-role " ARN("R") "\n", "what a role is asked with");
    comes_to("[profile p]\n" ROLE("R") KEYS "source_profile = p\n", "ASIAR",
             "AssumeRole " ARN("R") " by " KEY_ID " as=rdspass-1767323045\n",
             "config-file profile p\nassume-role " ARN("R") "\n", "its own keys");
    comes_to(
        "[profile p]\n" ROLE(
            "R") "source_profile = base\n[profile base]\n"
                 "credential_process = /bin/sh -c 'echo \"{\\\"Version\\\":1,"
                 "\\\"AccessKeyId\\\":\\\"AKIDPROCESS\\\",\\\"SecretAccessKey\\\":\\\"x\\\"}\"'\n",
        "ASIAR", "AssumeRole " ARN("R") " by AKIDPROCESS as=rdspass-1767323045\n",
        "custom-process profile base, credential_process\nassume-role " ARN("R") "\n",
        "by a process");
}

/* The environment counts where the profile names it, and nowhere else. */
static void test_environment(void)
{
    static const char named[] = "[profile p]\n" ROLE("R") "credential_source = Environment\n";
    static const char other[] = "[profile p]\n" ROLE("R") "source_profile = base\n"
                                                          "[profile base]\n" KEYS;
    struct stage stage;

    forget_roles(home);
    begin(&stage, named, with_keys);
    stage.session.profile_explicit = true;
    ask(&stage);
    OK(!stage.failed, "credential_source = Environment: %s", stage.err.msg);
    IS_STR(rp_buf_str(&stage.sts.calls),
           "AssumeRole " ARN("R") " by AKIDEXAMPLE as=rdspass-1767323045\n", "  its keys");
    IS_STR(stage.found.hops[0].what, "environment", "  are the base");
    end(&stage);

    forget_roles(home);
    begin(&stage, other, with_keys);
    ask(&stage);
    IS_STR(stage.found.access_key_id, "AKIDEXAMPLE", "without --profile its keys come first");
    IS_STR(rp_buf_str(&stage.sts.calls), "", "  and nobody is asked");
    end(&stage);

    begin(&stage, other, with_keys);
    stage.session.profile_explicit = true;
    ask(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls),
           "AssumeRole " ARN("R") " by " KEY_ID " as=rdspass-1767323045\n",
           "with --profile they do not count");
    end(&stage);

    forget_roles(home);
    begin(&stage, named, variables);
    FAILS(rp_credentials_find(&stage.session, &stage.found, NULL, &stage.err),
          RP_KIND_NO_CREDENTIALS, stage.err, "nothing in the environment");
    OK(held_has(stage.err.msg, "AWS_ACCESS_KEY_ID is not set"), "  is told: %s", stage.err.msg);
    end(&stage);
}

/* Roles of the command line stand on whatever is found. */
static void test_options(void)
{
    RP_BUF_AUTO struct rp_buf hops = {.max = 4096};
    struct stage stage;

    forget_roles(home);
    begin(&stage, CHAIN, variables);
    stage.session.options = (struct rp_identity_options){.role_arns = {ARN("X"), ARN("Y")},
                                                         .role_count = 2,
                                                         .external_id = "e",
                                                         .role_session_name = "me"};
    ask(&stage);
    OK(!stage.failed, "two roles on top of two: %s", stage.err.msg);
    IS_STR(rp_buf_str(&stage.sts.calls),
           "AssumeRole " ARN("B") " by " KEY_ID " as=me\n"
                                  "AssumeRole " ARN(
                                      "A") " by ASIAB as=me\n"
                                           "AssumeRole " ARN(
                                               "X") " by ASIAA as=me\n"
                                                    "AssumeRole " ARN(
                                                        "Y") " by ASIAX external=e as=me\n",
           "  are taken in their order");
    IS_STR(stage.found.access_key_id, "ASIAY", "  and the last signs");
    describe(&stage.found, &hops);
    IS_STR(rp_buf_str(&hops),
           "config-file profile base\nassume-role " ARN("B") "\nassume-role " ARN(
               "A") "\nassume-role " ARN("X") "\nassume-role " ARN("Y") "\n",
           "  all hops are told");
    IS_INT(stage.report.count, 1, "  and who was passed over for the base");
    IS_STR(stage.report.steps[0].provider, "env", "  by name");
    end(&stage);

    begin(&stage, "", with_keys);
    stage.session.options = (struct rp_identity_options){.role_arns = {ARN("Z")}, .role_count = 1};
    ask(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls),
           "AssumeRole " ARN("Z") " by AKIDEXAMPLE as=rdspass-1767323045\n",
           "a role on top of the environment's keys");
    end(&stage);
}

/* The last role that is cached is where the way begins. */
static void test_cached_roles(void)
{
    RP_BUF_AUTO struct rp_buf hops = {.max = 4096};
    struct stage stage;

    forget_roles(home);
    begin(&stage, CHAIN, variables);
    ask(&stage);
    rp_buf_clear(&stage.sts.calls);
    ask(&stage);
    IS_STR(stage.found.access_key_id, "ASIAA", "the role, once more");
    IS_STR(rp_buf_str(&stage.sts.calls), "", "  from the cache alone");
    describe(&stage.found, &hops);
    IS_STR(
        rp_buf_str(&hops),
        "source_profile profile base\nassume-role " ARN("B") "\nassume-role " ARN("A") ", cached\n",
        "  which the hops tell");
    stage.held.now += HOUR - 900;
    ask(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls), "", "it is good for 15 minutes more");
    stage.held.now++;
    stage.sts.ends = stage.held.now + HOUR;
    ask(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls),
           "AssumeRole " ARN("B") " by " KEY_ID " as=rdspass-1767325746\n"
                                  "AssumeRole " ARN("A") " by ASIAB as=rdspass-1767325746\n",
           "and not for less");
    end(&stage);

    begin(&stage,
          "[profile p]\n" ROLE("C") "source_profile = q\n[profile q]\n" ROLE(
              "B") "source_profile = base\n[profile base]\n" KEYS,
          variables);
    stage.held.now = NOW + HOUR - 899;
    stage.sts.ends = stage.held.now + HOUR;
    ask(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls), "AssumeRole " ARN("C") " by ASIAB as=rdspass-1767325746\n",
           "another role begins at the one below, which is cached");
    rp_buf_clear(&stage.sts.calls);
    stage.session.options.no_cache = true;
    ask(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls),
           "AssumeRole " ARN("B") " by " KEY_ID " as=rdspass-1767325746\n"
                                  "AssumeRole " ARN("C") " by ASIAB as=rdspass-1767325746\n",
           "--no-cache begins at the base");
    end(&stage);
}

static void test_mfa(void)
{
    static const char config[] =
        "[profile p]\n" ROLE("M") "source_profile = base\n"
                                  "mfa_serial = arn:aws:iam::123456789012:mfa/me\n"
                                  "[profile base]\n" KEYS;
    struct stage stage;

    forget_roles(home);
    begin(&stage, config, variables);
    stage.session.options.mfa_code = "123456";
    ask(&stage);
    OK(!stage.failed, "a code that was given: %s", stage.err.msg);
    IS_STR(rp_buf_str(&stage.sts.calls),
           "AssumeRole " ARN("M") " by " KEY_ID
                                  " serial=arn:aws:iam::123456789012:mfa/me mfa=123456 "
                                  "as=rdspass-1767323045\n",
           "  is sent");
    ask(&stage);
    OK(!stage.failed, "the cache spares another: %s", stage.err.msg);
    end(&stage);

    forget_roles(home);
    begin(&stage,
          "[profile p]\n" ROLE("A") "source_profile = q\n"
                                    "mfa_serial = arn:aws:iam::123456789012:mfa/me\n"
                                    "[profile q]\n" ROLE("B") "source_profile = base\n"
                                                              "[profile base]\n" KEYS,
          variables);
    stage.session.options.mfa_code = "no code";
    FAILS(rp_credentials_find(&stage.session, &stage.found, NULL, &stage.err), RP_KIND_USAGE,
          stage.err, "no code for the upper role");
    IS_STR(rp_buf_str(&stage.sts.calls), "", "  and the lower one is not asked for");
    end(&stage);
}

/* The same role once more on top of itself: its file is locked already, by us. */
static void test_same_role_twice(void)
{
    int64_t soon = rp_deadline_in(10000);
    struct stage stage;

    forget_roles(home);
    begin(&stage, "", with_keys);
    stage.session.options = (struct rp_identity_options){
        .role_arns = {ARN("X"), ARN("Y"), ARN("X")}, .role_count = 3, .external_id = NULL};
    ask(&stage);
    OK(!stage.failed, "a role on top of itself: %s", stage.err.msg);
    OK(rp_deadline_left(soon) > 0, "  which nobody waits for");
    IS_STR(
        rp_buf_str(&stage.sts.calls),
        "AssumeRole " ARN("X") " by AKIDEXAMPLE as=rdspass-1767323045\n"
                               "AssumeRole " ARN("Y") " by ASIAX as=rdspass-1767323045\n"
                                                      "AssumeRole " ARN(
                                                          "X") " by ASIAY as=rdspass-1767323045\n",
        "  is taken as often as it stands there");
    end(&stage);
}

/* Where there is no network nobody is asked for a code that nobody could use. */
static void test_no_network(void)
{
    struct stage stage;

    forget_roles(home);
    begin(&stage,
          "[profile p]\n" ROLE("R") "mfa_serial = m\nsource_profile = base\n[profile base]\n" KEYS,
          variables);
    stage.session.net = NULL;
    stage.session.options.mfa_code = "no code";
    ask(&stage);
    OK(stage.failed && stage.err.kind == RP_KIND_INTERNAL && held_has(stage.err.msg, "no network"),
       "no network: %s", stage.err.msg);
    end(&stage);
}

static void test_failures(void)
{
    struct stage stage;

    forget_roles(home);
    begin(&stage, CHAIN, variables);
    stage.sts.refuses = "B";
    FAILS(rp_credentials_find(&stage.session, &stage.found, NULL, &stage.err), RP_KIND_CREDENTIALS,
          stage.err, "STS refuses the first role");
    OK(held_has(stage.err.msg, "the profile (q)") && held_has(stage.err.msg, "config, line 5"),
       "  which is told: %s", stage.err.msg);
    OK(!held_has(rp_buf_str(&stage.sts.calls), ARN("A")), "  and the second is not asked for");
    IS_STR(stage.found.access_key_id, "", "  nobody else's keys are found");
    stage.sts.refuses = "A";
    rp_buf_clear(&stage.sts.calls);
    FAILS(rp_credentials_find(&stage.session, &stage.found, NULL, &stage.err), RP_KIND_CREDENTIALS,
          stage.err, "STS refuses the second role");
    rp_buf_clear(&stage.sts.calls);
    stage.sts.refuses = NULL;
    ask(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls), "AssumeRole " ARN("A") " by ASIAB as=rdspass-1767323045\n",
           "what was got for the first is kept");
    end(&stage);

    forget_roles(home);
    begin(&stage, CHAIN, variables);
    stage.session.region_database = NULL;
    FAILS(rp_credentials_find(&stage.session, &stage.found, NULL, &stage.err), RP_KIND_CONFIG,
          stage.err, "no region for STS");
    IS_STR(rp_buf_str(&stage.sts.calls), "", "  nobody is asked");
    end(&stage);

    begin(&stage, CHAIN, variables);
    stage.sts.ends = NOW;
    FAILS(rp_credentials_find(&stage.session, &stage.found, NULL, &stage.err), RP_KIND_CREDENTIALS,
          stage.err, "credentials that are dead when they come");
    OK(held_has(stage.err.msg, "expired already"), "  say so: %s", stage.err.msg);
    end(&stage);
}

/* One region for all hops: the selected profile's, not the source's. */
static void test_region(void)
{
    struct stage stage;

    forget_roles(home);
    begin(&stage,
          "[profile p]\n" ROLE("R") "source_profile = base\nregion = us-east-2\n"
                                    "[profile base]\nregion = us-west-1\n" KEYS,
          variables);
    stage.session.region_database = NULL;
    ask(&stage);
    OK(!stage.failed && held_has(stage.sts.asked, "sts.us-east-2.amazonaws.com"), "asked at %s",
       stage.sts.asked);
    end(&stage);
}

static void test_key(void)
{
    static const struct {
        struct rp_role role;
        const char *key;
    } rows[] = {
        {{.arn = ARN("R")}, "{\"RoleArn\": \"" ARN("R") "\"}"},
        {{.arn = "a", .external_id = "e", .mfa_serial = "m", .duration = 900, .session_name = "n"},
         "{\"DurationSeconds\": 900, \"ExternalId\": \"e\", \"RoleArn\": \"a\", "
         "\"RoleSessionName\": \"n\", \"SerialNumber\": \"m\"}"},
        {{.arn = "a", .mfa_serial = "m"}, "{\"RoleArn\": \"a\", \"SerialNumber\": \"m\"}"},
        {{.arn = "\"\\/\x7f\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\b\f\n\r\t\x01"},
         "{\"RoleArn\": \"\\\"\\\\/\\u007f\\u00e9\\u20ac\\ud83d\\ude00\\b\\f\\n\\r\\t\\u0001\"}"},
    };
    RP_BUF_AUTO struct rp_buf key = {.max = 4096};
    struct rp_role role = {.arn = "\xff", .wanted_by = "it"};
    struct rp_error err = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        WORKS(rp_role_cache_key(&rows[i].role, &key, &err), err, rows[i].key);
        IS_STR(rp_buf_str(&key), rows[i].key, "  as Python's json.dumps has it");
    }
    FAILS(rp_role_cache_key(&role, &key, &err), RP_KIND_CONFIG, err, "what is not UTF-8");
}

/* The file is the AWS CLI's: its name, its mode, its members, the form of its time. */
static void test_file(void)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 1 << 16};
    struct rp_error err = {0};
    struct stage stage;
    struct stat st = {0};
    char path[256];
    bool found = false;

    forget_roles(home);
    begin(&stage, "[profile p]\n" ROLE("R") "source_profile = base\n[profile base]\n" KEYS,
          variables);
    ask(&stage);
    cache_path(FILE_OF_R, path);
    OK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600, "a private file %s", path);
    WORKS(rp_file_read(path, RP_KIND_INTERNAL, &text, &found, &err), err, "which can be read");
    OK(held_has(rp_buf_str(&text), "\"Expiration\":\"2026-01-02T04:04:05UTC\"") ||
           held_has(rp_buf_str(&text), "\"Expiration\": \"2026-01-02T04:04:05UTC\""),
       "the time is in the AWS CLI's form");
    OK(held_has(rp_buf_str(&text), "\"AccessKeyId\"") && held_has(rp_buf_str(&text), "ASIAR") &&
           held_has(rp_buf_str(&text), "\"AccountId\"") &&
           held_has(rp_buf_str(&text), "\"123456789012\"") &&
           held_has(rp_buf_str(&text), "arn:aws:sts::123456789012:assumed-role/R/s"),
       "and all is there");
    end(&stage);
}

/* What the AWS CLI has left is taken, where it is whole, alive, and nobody else could put it there.
 */
static void cached_is(const char *content, unsigned mode, bool used, const char *name)
{
    struct rp_error err = {0};
    struct stage stage;
    char path[256];

    forget_roles(home);
    cache_path(FILE_OF_R, path);
    WORKS(rp_file_replace(path, rp_span(content), mode, &err), err, name);
    (void)chmod(path, mode);
    begin(&stage, "[profile p]\n" ROLE("R") "source_profile = base\n[profile base]\n" KEYS,
          variables);
    ask(&stage);
    OK(!stage.failed, "%s: %s", name, stage.err.msg);
    IS_STR(stage.found.access_key_id, used ? "ASIACACHED" : "ASIAR", name);
    end(&stage);
}

#define CACHED(end)                                                                                \
    "{\"Credentials\": {\"AccessKeyId\": \"ASIACACHED\", \"SecretAccessKey\": \"s\", "             \
    "\"SessionToken\": \"t\", \"Expiration\": \"" end "\", \"AccountId\": \"123456789012\"}, "     \
    "\"AssumedRoleUser\": {\"AssumedRoleId\": \"i\", \"Arn\": \"a\"}, "                            \
    "\"ResponseMetadata\": {\"HTTPStatusCode\": 200}}"

static void test_cached_files(void)
{
    cached_is(CACHED("2026-01-02T03:30:05UTC"), 0600, true, "as the AWS CLI writes it");
    cached_is(CACHED("2026-01-02T03:30:05Z"), 0600, true, "with Z");
    cached_is(CACHED("2026-01-02T03:30:05+00:00"), 0600, true, "with an offset");
    cached_is(CACHED("2026-01-02T03:19:05Z"), 0600, true, "15 minutes to live");
    cached_is(CACHED("2026-01-02T03:19:04Z"), 0600, false, "less");
    cached_is(CACHED("2025-01-02T03:30:05Z"), 0600, false, "dead");
    cached_is(CACHED("soon"), 0600, false, "no time");
    cached_is(CACHED("2026-01-02T03:30:05Z"), 0666, false, "others can write to it");
    cached_is("{\"Credentials\": {\"AccessKeyId\": \"ASIACACHED\"}}", 0600, false, "not whole");
    cached_is("{\"Credentials\": []}", 0600, false, "of another form");
    cached_is("[]", 0600, false, "no object");
    cached_is("{\"Credent", 0600, false, "cut short");
    cached_is("", 0600, false, "empty");
}

static void remove_home(void)
{
    static const char *const folders[] = {"/.aws/cli/cache", "/.aws/cli", "/.aws", ""};
    char path[256];

    forget_roles(home);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", home, folders[i]);
        (void)rmdir(path);
    }
}

int main(void)
{
    if (mkdtemp(home) == NULL)
        return 1;
    test_calls();
    test_environment();
    test_options();
    test_cached_roles();
    test_mfa();
    test_same_role_twice();
    test_no_network();
    test_failures();
    test_region();
    test_key();
    test_file();
    test_cached_files();
    remove_home();
    return tap_done();
}
