/*
 * Unit test of src/aws/provider_web_identity.c: where its three settings come
 * from, the token's file, and the cache. STS is a fake one.
 */
#include <sys/stat.h>

#include "aws/provider.h"
#include "fake_sts.h"
#include "held_context.h"
#include "rdspass/base/file.h"
#include "role_home.h"

#define ARN(name) "arn:aws:iam::123456789012:role/" name
#define FILE_VARIABLE "AWS_WEB_IDENTITY_TOKEN_FILE"
#define ROLE_VARIABLE "AWS_ROLE_ARN"
#define NAME_VARIABLE "AWS_ROLE_SESSION_NAME"
#define VARS(...) ((const char *const[]){"HOME", home, __VA_ARGS__, NULL})
#define CALL(role, token, name)                                                                    \
    "AssumeRoleWithWebIdentity " ARN(role) " by nobody token=" token " as=" name "\n"
#define UNNAMED "rdspass-1767323045"

enum { NOW = 1767323045, HOUR = 3600, TOKEN_MAX = 20000 };

static char home[] = "/tmp/rdspass-web-XXXXXX";
static char token_file[64];
static char other_file[64];
static char config[1024];

struct stage {
    struct held held;
    struct fake_sts sts;
    struct rp_session session;
    struct rp_credentials found;
    struct rp_error err;
    enum rp_answer answer;
    char why[RP_WHY_SIZE];
    bool failed;
};

static void write_file(const char *path, struct rp_span text)
{
    struct rp_error err = {0};

    WORKS(rp_file_replace(path, text, RP_FILE_PRIVATE, &err), err, path);
}

static void begin(struct stage *stage, const char *text, const char *const *variables)
{
    struct rp_error err = {0};

    *stage = (struct stage){.session.profile = "p", .session.profile_named = true};
    held_init(&stage->held, variables);
    fake_sts_init(&stage->sts, NOW + HOUR);
    stage->session.ctx = &stage->held.ctx;
    stage->session.net = &stage->sts.transport;
    stage->session.region_database = "eu-central-1";
    WORKS(rp_profiles_parse(&stage->held.ctx, rp_span(text), RP_SPAN(""), &stage->session.profiles,
                            &err),
          err, "profiles");
}

static void load(struct stage *stage)
{
    rp_buf_clear(&stage->sts.calls);
    stage->failed = rp_failed(rp_provider_web_identity.load(
        &stage->session, &stage->answer, &stage->found, stage->why, &stage->err));
}

static void end(struct stage *stage)
{
    OK(!held_has(stage->err.msg, "the-token") &&
           !held_has(rp_buf_str(&stage->held.traces), "the-token") &&
           !held_has(rp_buf_str(&stage->held.traces), "secret-of"),
       "  no secret in a message");
    rp_credentials_release(&stage->found);
    rp_session_release(&stage->session);
    fake_sts_release(&stage->sts);
    held_release(&stage->held);
}

/* Makes this call with these settings, or none where `call` is NULL: it is not configured. */
static void calls(const char *text, const char *const *variables, bool profile_explicit,
                  const char *call, const char *name)
{
    struct stage stage;

    forget_roles(home);
    begin(&stage, text, variables);
    stage.session.profile_explicit = profile_explicit;
    load(&stage);
    OK(!stage.failed, "%s: %s", name, stage.err.msg);
    IS_INT(stage.answer, call == NULL ? RP_ANSWER_NOT_CONFIGURED : RP_ANSWER_CREDENTIALS, name);
    IS_STR(rp_buf_str(&stage.sts.calls), call == NULL ? "" : call, "  by this call");
    OK((stage.why[0] != '\0') == (call == NULL), "  why not: %s", stage.why);
    if (call != NULL) {
        IS_INT(stage.found.hop_count, 1, "  one hop");
        IS_STR(stage.found.hops[0].source, "assume-role-with-web-identity", "  of this provider");
        IS_INT(stage.found.expires_at, NOW + HOUR, "  until its end");
    }
    end(&stage);
}

static void fails(const char *text, const char *const *variables, enum rp_kind kind,
                  const char *says, const char *name)
{
    struct stage stage;

    forget_roles(home);
    begin(&stage, text, variables);
    load(&stage);
    OK(stage.failed && stage.err.kind == kind, "%s: kind %d", name, (int)stage.err.kind);
    OK(held_has(stage.err.msg, says), "  says \"%s\": %s", says, stage.err.msg);
    end(&stage);
}

static void test_settings(void)
{
    const char *const *file = VARS(FILE_VARIABLE, token_file);

    calls("", VARS(FILE_VARIABLE, token_file, ROLE_VARIABLE, ARN("R")), false,
          CALL("R", "the-token", UNNAMED), "from the environment");
    calls("", VARS(FILE_VARIABLE, token_file, ROLE_VARIABLE, ARN("R"), NAME_VARIABLE, "pod"), false,
          CALL("R", "the-token", "pod"), "with a name");
    calls(config, VARS(NULL), false, CALL("P", "the-token", "mine"), "from the profile");
    calls(config, VARS(ROLE_VARIABLE, ARN("R")), false, CALL("R", "the-token", "mine"),
          "the environment's role, the profile's rest");
    calls(config, VARS(NAME_VARIABLE, "pod"), false, CALL("P", "the-token", "pod"),
          "the environment's name");
    calls(config, VARS(FILE_VARIABLE, other_file), false, CALL("P", "another-token", "mine"),
          "the environment's file");
    calls("[profile p]\nrole_arn = " ARN("P") "\n", file, false, CALL("P", "the-token", UNNAMED),
          "the environment's file, the profile's role");
    calls(config, VARS(FILE_VARIABLE, other_file, ROLE_VARIABLE, ARN("R"), NAME_VARIABLE, "pod"),
          true, CALL("P", "the-token", "mine"), "--profile sets all three aside");
    calls(config, VARS(FILE_VARIABLE, "", ROLE_VARIABLE, "", NAME_VARIABLE, ""), false,
          CALL("P", "the-token", "mine"), "empty variables are unset");
    calls("", VARS(ROLE_VARIABLE, ARN("R")), false, NULL, "no file");
    calls("[profile p]\nrole_arn = " ARN("P") "\n", file, true, NULL, "no file for --profile");
    fails("", file, RP_KIND_CONFIG, FILE_VARIABLE ": a web identity's token is given, and no role",
          "no role");
    fails("[profile p]\nweb_identity_token_file = /t\n", VARS(NULL), RP_KIND_CONFIG,
          ".aws/config, line 2: a web identity's token is given", "no role in the profile");
    fails("[profile p]\nweb_identity_token_file =\n", VARS(NULL), RP_KIND_CONFIG,
          "web_identity_token_file is empty", "an empty file's name");
    fails("", VARS(FILE_VARIABLE, token_file, ROLE_VARIABLE, "a\nb"), RP_KIND_CONFIG,
          ROLE_VARIABLE ": ", "a role that is none");
}

/* A file with this text comes to that token, or to an error that says so. */
static void reads(struct rp_span text, const char *token, const char *says, const char *name)
{
    const char *const *variables = VARS(FILE_VARIABLE, token_file, ROLE_VARIABLE, ARN("R"));
    RP_BUF_AUTO struct rp_buf call = {.max = 1 << 16};

    write_file(token_file, text);
    if (token == NULL) {
        fails("", variables, RP_KIND_CREDENTIALS, says, name);
        return;
    }
    rp_buf_add_str(&call, "AssumeRoleWithWebIdentity " ARN("R") " by nobody token=");
    rp_buf_add_str(&call, token);
    rp_buf_add_str(&call, " as=" UNNAMED "\n");
    calls("", variables, false, rp_buf_str(&call), name);
}

static void test_file(void)
{
    static char longest[TOKEN_MAX + 2];

    reads(RP_SPAN("the-token\n"), "the-token", NULL, "a line");
    reads(RP_SPAN("the-token \t\r\n\n\v\f"), "the-token", NULL, "blanks behind it");
    reads(RP_SPAN("abcd"), "abcd", NULL, "the shortest");
    reads(RP_SPAN("abc\n"), NULL, "is too short", "a shorter one");
    reads(RP_SPAN(""), NULL, "is empty", "an empty file");
    reads(RP_SPAN(" \n\n"), NULL, "is empty", "a blank file");
    reads(RP_SPAN("the-token\nthe-token\n"), NULL, "line break", "two lines");
    reads(RP_SPAN("the-token\0x"), NULL, "control character", "a NUL");
    memset(longest, 'a', sizeof(longest) - 1);
    reads((struct rp_span){longest, TOKEN_MAX + 1}, NULL, "too long", "one that is too long");
    longest[TOKEN_MAX] = '\0';
    reads((struct rp_span){longest, TOKEN_MAX}, longest, NULL, "the longest");
    (void)unlink(token_file);
    fails("", VARS(FILE_VARIABLE, token_file, ROLE_VARIABLE, ARN("R")), RP_KIND_CREDENTIALS,
          "(" FILE_VARIABLE ") is not there", "no file");
    fails("", VARS(FILE_VARIABLE, home, ROLE_VARIABLE, ARN("R")), RP_KIND_CREDENTIALS, "directory",
          "a directory");
    write_file(token_file, RP_SPAN("the-token\n"));
}

/* The cache is the AWS CLI's; the file is read again when it does not serve. */
static void test_cache(void)
{
    struct stage stage;

    forget_roles(home);
    begin(&stage, config, VARS(NULL));
    load(&stage);
    write_file(token_file, RP_SPAN("fresh-one\n"));
    load(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls), "", "a second time nobody is asked");
    OK(stage.found.hops[0].cached, "  the cache serves");
    stage.held.now += HOUR - 899;
    stage.sts.ends = stage.held.now + HOUR;
    load(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls), CALL("P", "fresh-one", "mine"),
           "with less than 15 minutes left, STS is, with the file's new token");
    stage.session.options.no_cache = true;
    load(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls), CALL("P", "fresh-one", "mine"), "--no-cache");
    stage.session.options.role_session_name = "given";
    load(&stage);
    IS_STR(rp_buf_str(&stage.sts.calls), CALL("P", "fresh-one", "given"), "--role-session-name");
    end(&stage);
    write_file(token_file, RP_SPAN("the-token\n"));
}

/* As the source of a role: the environment's web identity does not count, no key is needed. */
static void test_source(void)
{
    char text[1200];
    struct stage stage;

    (void)snprintf(text, sizeof(text),
                   "[profile top]\nrole_arn = " ARN("T") "\nsource_profile = p\n%s", config);
    forget_roles(home);
    begin(&stage, text, VARS(FILE_VARIABLE, other_file, NAME_VARIABLE, "pod"));
    stage.session.profile = "top";
    stage.failed = rp_failed(rp_provider_assume_role.load(&stage.session, &stage.answer,
                                                          &stage.found, stage.why, &stage.err));
    OK(!stage.failed, "a role on a web identity: %s", stage.err.msg);
    IS_STR(rp_buf_str(&stage.sts.calls),
           CALL("P", "the-token", "mine") "AssumeRole " ARN("T") " by ASIAP as=" UNNAMED "\n",
           "  is taken with it");
    IS_INT(stage.found.hop_count, 2, "  in two hops");
    end(&stage);
}

static void test_refusal(void)
{
    struct stage stage;

    forget_roles(home);
    begin(&stage, config, VARS(NULL));
    stage.sts.refuses = "P";
    load(&stage);
    OK(stage.failed && stage.err.kind == RP_KIND_CREDENTIALS, "STS says no: %s", stage.err.msg);
    OK(held_has(stage.err.msg, "config, line 2"), "  the profile's line is told: %s",
       stage.err.msg);
    end(&stage);
}

static void remove_home(void)
{
    static const char *const folders[] = {"/.aws/cli/cache", "/.aws/cli", "/.aws", ""};
    char path[256];

    forget_roles(home);
    (void)unlink(token_file);
    (void)unlink(other_file);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", home, folders[i]);
        (void)rmdir(path);
    }
}

int main(void)
{
    if (mkdtemp(home) == NULL)
        return 1;
    (void)snprintf(token_file, sizeof(token_file), "%s/token", home);
    (void)snprintf(other_file, sizeof(other_file), "%s/other", home);
    (void)snprintf(config, sizeof(config),
                   "[profile p]\nrole_arn = " ARN("P") "\nrole_session_name = mine\n"
                                                       "web_identity_token_file = %s\n",
                   token_file);
    write_file(token_file, RP_SPAN("the-token\n"));
    write_file(other_file, RP_SPAN("another-token"));
    test_settings();
    test_file();
    test_cache();
    test_source();
    test_refusal();
    remove_home();
    return tap_done();
}
