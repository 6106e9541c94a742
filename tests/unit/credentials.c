/* The chain: who answers, who stops it, and in what words. */
#include "rdspass/aws/credentials.h"

#include "held_context.h"

/* AWS's published example keys. */
#define ENV_ID "AKIDEXAMPLE"
#define FILE_ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define OTHER_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define KEYS "aws_access_key_id = " FILE_ID "\naws_secret_access_key = " SECRET "\n"
#define ENV_KEYS "AWS_ACCESS_KEY_ID", ENV_ID, "AWS_SECRET_ACCESS_KEY", SECRET

static char config[] = "/tmp/rdspass-config-XXXXXX";
static char credentials[] = "/tmp/rdspass-credentials-XXXXXX";

/* What one search came to. */
struct outcome {
    struct held held;
    struct rp_session session;
    struct rp_credentials found;
    struct rp_chain_report report;
    struct rp_error err;
    bool failed;
};

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    OK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "a file is written");
}

/* Searches with these files, this --profile, and the variables up to NULL. */
static void search(struct outcome *o, const char *config_text, const char *credentials_text,
                   const char *option, const char *const *variables)
{
    static const char *all[40];
    size_t n = 0;

    all[n++] = "AWS_CONFIG_FILE";
    all[n++] = config;
    all[n++] = "AWS_SHARED_CREDENTIALS_FILE";
    all[n++] = credentials;
    for (; variables != NULL && *variables != NULL; variables++)
        all[n++] = *variables;
    all[n] = NULL;
    put(config, config_text);
    put(credentials, credentials_text);
    *o = (struct outcome){.failed = false};
    held_init(&o->held, all);
    o->failed = rp_failed(rp_session_init(&o->session, &o->held.ctx, option, &o->err)) ||
                rp_failed(rp_credentials_find(&o->session, &o->found, &o->report, &o->err));
}

static void finish(struct outcome *o)
{
    OK(!held_has(o->err.msg, "wJalr") && !held_has(o->err.hint, "wJalr") &&
           !held_has(rp_buf_str(&o->held.warnings), "wJalr") &&
           !held_has(rp_buf_str(&o->held.traces), "wJalr"),
       "no secret in a message");
    rp_credentials_release(&o->found);
    rp_session_release(&o->session);
    held_release(&o->held);
}

static void finds(const char *config_text, const char *credentials_text, const char *option,
                  const char *const *variables, const char *source, const char *id,
                  const char *token, const char *name)
{
    struct outcome o;

    search(&o, config_text, credentials_text, option, variables);
    if (OK(!o.failed, "%s: %s", name, o.err.msg)) {
        IS_STR(o.found.source, source, name);
        IS_STR(o.found.access_key_id, id, name);
        IS_SPAN(rp_secret_reveal(&o.found.secret_access_key), SECRET, name);
        IS_SPAN(rp_secret_reveal(&o.found.session_token), token, name);
    }
    finish(&o);
}

static void stops(const char *config_text, const char *credentials_text, const char *option,
                  const char *const *variables, enum rp_kind kind, const char *msg,
                  const char *hint, const char *name)
{
    struct outcome o;

    search(&o, config_text, credentials_text, option, variables);
    OK(o.failed && o.err.kind == kind, "%s: kind %d", name, (int)o.err.kind);
    OK(held_has(o.err.msg, msg), "%s: %s", name, o.err.msg);
    OK(held_has(o.err.hint, hint), "%s: %s", name, o.err.hint);
    OK(o.found.access_key_id[0] == '\0', "%s: no credentials", name);
    finish(&o);
}

#define VARS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void environment(void)
{
    finds("", "", NULL, VARS(ENV_KEYS), "env", ENV_ID, "", "keys of the environment");
    finds("", "", NULL, VARS(ENV_KEYS, "AWS_SESSION_TOKEN", "new", "AWS_SECURITY_TOKEN", "old"),
          "env", ENV_ID, "new", "AWS_SESSION_TOKEN first");
    finds("", "", NULL, VARS(ENV_KEYS, "AWS_SESSION_TOKEN", "", "AWS_SECURITY_TOKEN", "old"), "env",
          ENV_ID, "old", "AWS_SECURITY_TOKEN where it is empty");
    finds("", "", NULL,
          VARS("AWS_ACCESS_KEY_ID", " " ENV_ID "\n", "AWS_SECRET_ACCESS_KEY", SECRET "\r\n",
               "AWS_SESSION_TOKEN", "\ttoken "),
          "env", ENV_ID, "token", "blanks at the ends");
    finds("", "[default]\n" KEYS, NULL, VARS("AWS_ACCESS_KEY_ID", "", "AWS_SECRET_ACCESS_KEY", "x"),
          "shared-credentials-file", FILE_ID, "", "an empty key id is none");
    finds("", "[default]\n" KEYS, NULL, VARS("AWS_ACCESS_KEY_ID", " \n"), "shared-credentials-file",
          FILE_ID, "", "so is a blank one");
    stops("", "[default]\n" KEYS, NULL, VARS("AWS_ACCESS_KEY_ID", ENV_ID), RP_KIND_CREDENTIALS,
          "partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY", "", "half a pair");
    stops("", "", NULL, VARS("AWS_ACCESS_KEY_ID", "AKID EXAMPLE", "AWS_SECRET_ACCESS_KEY", SECRET),
          RP_KIND_CREDENTIALS, "access key id in the environment", "", "a blank in the key id");
    stops("", "", NULL, VARS("AWS_ACCESS_KEY_ID", "\"AKID\"", "AWS_SECRET_ACCESS_KEY", SECRET),
          RP_KIND_CREDENTIALS, "has quotes", "", "quotes around the key id");
    stops("", "", NULL, VARS("AWS_ACCESS_KEY_ID", ENV_ID, "AWS_SECRET_ACCESS_KEY", "wJalr\nX"),
          RP_KIND_CREDENTIALS, "the secret access key in the environment has a line break", "",
          "a line break in the secret");
    stops("", "", NULL, VARS(ENV_KEYS, "AWS_SESSION_TOKEN", "wJalr\x1b[0m"), RP_KIND_CREDENTIALS,
          "the session token in the environment", "", "a control character in the token");
    stops("", "", NULL, VARS(ENV_KEYS, "AWS_SESSION_TOKEN", "a\xff"), RP_KIND_CREDENTIALS,
          "the session token in the environment has bytes that are not UTF-8", "",
          "no UTF-8 in the token");
}

static void expiry(void)
{
    struct outcome o;

    search(&o, "", "", NULL, VARS(ENV_KEYS, "AWS_CREDENTIAL_EXPIRATION", "2026-01-02T04:04:05Z"));
    OK(!o.failed, "keys with an end");
    IS_INT(o.found.expires_at, o.held.now + 3600, "an hour away");
    finish(&o);
    search(&o, "", "", NULL, VARS(ENV_KEYS));
    IS_INT(o.found.expires_at, RP_NEVER, "without an end");
    finish(&o);
    search(&o, "", "", NULL,
           VARS(ENV_KEYS, "AWS_CREDENTIAL_EXPIRATION", "2026-01-02T04:04:05+00:00\n"));
    IS_INT(o.found.expires_at, o.held.now + 3600, "as the AWS CLI writes it, with a newline");
    finish(&o);
    stops("", "", NULL, VARS(ENV_KEYS, "AWS_CREDENTIAL_EXPIRATION", "2026-01-02T03:04:05Z"),
          RP_KIND_CREDENTIALS, "expired at 2026-01-02T03:04:05Z", "", "an end that is now");
    stops("", "", NULL, VARS(ENV_KEYS, "AWS_CREDENTIAL_EXPIRATION", "tomorrow"),
          RP_KIND_CREDENTIALS, "AWS_CREDENTIAL_EXPIRATION is not a time", "", "no time at all");
}

static void profiles(void)
{
    finds("", "[default]\n" KEYS, NULL, NULL, "shared-credentials-file", FILE_ID, "",
          "keys of the credentials file");
    finds("[default]\n" KEYS, "", NULL, NULL, "config-file", FILE_ID, "",
          "keys of the config file");
    finds("[profile a]\naws_access_key_id = no\naws_secret_access_key = no\n", "[a]\n" KEYS, "a",
          NULL, "shared-credentials-file", FILE_ID, "", "the credentials file first");
    finds("", "[default]\n" KEYS "aws_session_token = new\naws_security_token = old\n", NULL, NULL,
          "shared-credentials-file", FILE_ID, "new", "a session token");
    finds("", "[default]\n" KEYS "aws_security_token = old\n", NULL, NULL,
          "shared-credentials-file", FILE_ID, "old", "by its old name");
    finds("",
          "[default]\n  aws_access_key_id=" FILE_ID "\n  aws_secret_access_key=" SECRET
          "\n    # of last year\n",
          NULL, NULL, "shared-credentials-file", FILE_ID, "", "indented, with a comment");
    finds("", "[a]\n" KEYS "broken\n", "a", NULL, "shared-credentials-file", FILE_ID, "",
          "a bad line beside them");
    stops("", "[a]\naws_access_key_id = " FILE_ID "\n", "a", NULL, RP_KIND_CREDENTIALS,
          "partial credentials found in shared-credentials-file, missing: aws_secret_access_key",
          "", "half a pair");
    stops("[profile a]\naws_secret_access_key = " SECRET "\n",
          "[a]\naws_access_key_id = " FILE_ID "\n", "a", NULL, RP_KIND_CREDENTIALS,
          "partial credentials", "", "halves in two files");
    stops("", "[a]\naws_access_key_id =\naws_secret_access_key = " SECRET "\n", "a", NULL,
          RP_KIND_CREDENTIALS, "is empty", "", "an empty key id");
    stops("", "[a]\naws_access_key_id = " FILE_ID "\naws_secret_access_key = wJalr\n  X\n", "a",
          NULL, RP_KIND_CREDENTIALS, "has a line break", "", "a secret of two lines");
}

static void precedence(void)
{
    struct outcome o;

    finds("", "[a]\n" KEYS, "a", VARS(ENV_KEYS), "shared-credentials-file", FILE_ID, "",
          "--profile beats the environment");
    finds("", "[a]\n" KEYS, NULL, VARS(ENV_KEYS, "AWS_PROFILE", "a"), "env", ENV_ID, "",
          "AWS_PROFILE does not");
    finds("", "[a]\n" KEYS, "a", VARS("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"),
          "shared-credentials-file", FILE_ID, "", "--profile beats a web identity");
    stops("", "[a]\n" KEYS, NULL, VARS(ENV_KEYS, "AWS_PROFILE", "b"), RP_KIND_CONFIG,
          "the profile (b) is neither in", "", "AWS_PROFILE that is nowhere");
    search(&o, "", "[a]\n" KEYS, NULL, VARS(ENV_KEYS, "AWS_PROFILE", "a"));
    OK(held_has(rp_buf_str(&o.held.traces), "not those of the profile a"), "-v says so");
    finish(&o);
    finds("[profile a]\nlogin_session = x\ncredential_process = x\n" KEYS, "[a]\n" KEYS, "a", NULL,
          "shared-credentials-file", FILE_ID, "", "keys of the credentials file before a process");
    finds("", "[default]\n" KEYS, NULL, VARS("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://x"),
          "shared-credentials-file", FILE_ID, "", "keys before a container");
}

/* What has something wrong is told, and nothing behind it is asked. */
static void roles(void)
{
    static const char neither[] = "the profile (default) has a role_arn and neither";

    stops("[default]\nrole_arn = arn:aws:iam::123456789012:role/r\n" KEYS, "[default]\n" KEYS, NULL,
          NULL, RP_KIND_CONFIG, neither, "credential_source", "a role without a source");
    stops("[default]\nrole_arn =\n", "[default]\n" KEYS, NULL, NULL, RP_KIND_CONFIG,
          "has a role_arn that is empty", "", "an empty role");
    finds("[default]\nrole_arn = r\n", "", NULL, VARS(ENV_KEYS), "env", ENV_ID, "",
          "keys in the environment come before a role");
    stops("[default]\nweb_identity_token_file = /t\n" KEYS, "", NULL, NULL, RP_KIND_CONFIG,
          "no role to take with it", "AWS_ROLE_ARN", "web identity without a role");
    stops("[default]\nweb_identity_token_file =\nrole_arn = r\n" KEYS, "", NULL, NULL,
          RP_KIND_CONFIG, "web_identity_token_file is empty", "", "an empty file's name");
    stops("", "[default]\n" KEYS, NULL, VARS("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), RP_KIND_CONFIG,
          "AWS_WEB_IDENTITY_TOKEN_FILE: a web identity's token is given", "AWS_ROLE_ARN",
          "web identity of the environment without a role");
    finds("[profile a]\n" KEYS, "", "a", VARS("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), "config-file",
          FILE_ID, "", "which does not count for a profile that was named");
}

/* SSO that is half configured, with keys behind it that must not be used. */
static void half_sso(void)
{
    stops("[profile a]\nsso_account_id = 012345678901\n", "[a]\n" KEYS, "a", NULL, RP_KIND_CONFIG,
          "sso_role_name, sso_start_url, sso_region: missing", "aws configure sso --profile a",
          "an account without a role");
    stops("[profile a]\nsso_role_name = r\nsso_session = s\n", "[a]\n" KEYS, "a", NULL,
          RP_KIND_CONFIG, "there is no [sso-session s]", "aws configure sso --profile a",
          "a role of no session");
}

/* A session that is not there, with keys behind it. */
static void login(void)
{
    stops("[profile a]\nlogin_session = arn\n" KEYS, "", "a",
          VARS(ENV_KEYS, "AWS_LOGIN_CACHE_DIRECTORY", "/nonexistent"), RP_KIND_CREDENTIALS,
          "no session of aws login for arn", "aws login --profile a", "nobody is logged in");
}

static void nothing(void)
{
    struct outcome o;

    stops("", "", NULL, NULL, RP_KIND_NO_CREDENTIALS, "no AWS credentials found",
          "or name a profile with keys, a role or SSO with --profile", "nothing at all");
    stops("[profile a]\nregion = r\n", "", "a", VARS(ENV_KEYS), RP_KIND_NO_CREDENTIALS,
          "the profile (a) has none", "the network is not asked", "a profile without any");
    search(&o, "", "", NULL, VARS("AWS_SECRET_ACCESS_KEY", SECRET));
    IS_INT(o.report.count, 10, "all providers were passed over");
    IS_STR(o.report.steps[0].provider, "env", "the first");
    IS_STR(o.report.steps[0].why, "AWS_ACCESS_KEY_ID is not set, though AWS_SECRET_ACCESS_KEY is",
           "and why");
    IS_STR(o.report.steps[4].provider, "shared-credentials-file", "the fifth");
    OK(held_has(o.report.steps[4].why, "profile default has no aws_access_key_id in "), "and why");
    IS_STR(o.report.steps[9].provider, "iam-role", "the last");
    for (size_t i = 0; i < o.report.count; i++)
        OK(o.report.steps[i].why[0] != '\0', "%s says why", o.report.steps[i].provider);
    finish(&o);
}

static void broken_files(void)
{
    struct rp_session session = {0};
    struct rp_credentials found = {0};
    struct rp_error err = {0};
    struct held held;
    const char *const with_keys[] = {"AWS_CONFIG_FILE", "/", ENV_KEYS, NULL};
    const char *const without[] = {"AWS_CONFIG_FILE", "/", "AWS_SHARED_CREDENTIALS_FILE",
                                   "/dev/null", NULL};

    held_init(&held, with_keys);
    WORKS(rp_session_init(&session, &held.ctx, NULL, &err), err, "a broken file");
    WORKS(rp_credentials_find(&session, &found, NULL, &err), err, "that nobody needs");
    IS_INT(held.warnings.len, 0, "not even a warning");
    rp_credentials_release(&found);
    rp_session_release(&session);
    held_release(&held);
    held_init(&held, without);
    WORKS(rp_session_init(&session, &held.ctx, NULL, &err), err, "a broken file");
    FAILS(rp_credentials_find(&session, &found, NULL, &err), RP_KIND_CONFIG, err,
          "that must be asked");
    rp_session_release(&session);
    held_release(&held);
}

static void limits(void)
{
    struct rp_credentials made = {0};
    struct rp_error err = {0};
    char long_text[RP_SESSION_TOKEN_MAX + 1];

    memset(long_text, 'A', sizeof(long_text));
    WORKS(rp_credentials_set(&made, "a test", rp_span_first((struct rp_span){long_text, 9999}, 128),
                             (struct rp_span){long_text, RP_SECRET_KEY_MAX},
                             (struct rp_span){long_text, RP_SESSION_TOKEN_MAX}, &err),
          err, "the longest");
    FAILS(rp_credentials_set(&made, "a test", (struct rp_span){long_text, 129}, RP_SPAN("s"),
                             RP_SPAN(""), &err),
          RP_KIND_CREDENTIALS, err, "a key id that is longer");
    FAILS(rp_credentials_set(&made, "a test", RP_SPAN("a"),
                             (struct rp_span){long_text, RP_SECRET_KEY_MAX + 1}, RP_SPAN(""), &err),
          RP_KIND_CREDENTIALS, err, "a secret that is longer");
    FAILS(rp_credentials_set(&made, "a test", RP_SPAN("a"), RP_SPAN("s"),
                             (struct rp_span){long_text, RP_SESSION_TOKEN_MAX + 1}, &err),
          RP_KIND_CREDENTIALS, err, "a token that is longer");
    FAILS(rp_credentials_set(&made, "a test", RP_SPAN("a/b"), RP_SPAN("s"), RP_SPAN(""), &err),
          RP_KIND_CREDENTIALS, err, "a key id that would split the scope");
    IS_INT(strlen(made.access_key_id), 128, "what was there stays");
    rp_credentials_release(&made);
}

int main(void)
{
    int fds[] = {mkstemp(config), mkstemp(credentials)};

    environment();
    expiry();
    profiles();
    precedence();
    half_sso();
    login();
    roles();
    nothing();
    broken_files();
    limits();
    (void)close(fds[0]);
    (void)close(fds[1]);
    (void)unlink(config);
    (void)unlink(credentials);
    return tap_done();
}
