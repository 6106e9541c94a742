/* Unit test of src/aws/role_plan.c: which roles on top of what, and what is wrong. */
#include "aws/role.h"
#include "held_context.h"

#define ARN(name) "arn:aws:iam::123456789012:role/" name
#define ROLE(name) "role_arn = " ARN(name) "\n"
/* AWS's published example keys. */
#define KEYS                                                                                       \
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"                                                   \
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"
#define CONFIG_PATH "/home/user/.aws/config"

static const char *const variables[] = {"HOME", "/home/user", NULL};

/* A session of profiles from memory. */
struct stage {
    struct held held;
    struct rp_session session;
};

static void begin(struct stage *stage, const char *config, const char *credentials,
                  const char *profile)
{
    struct rp_error err = {0};

    *stage = (struct stage){.session.profile = profile};
    held_init(&stage->held, variables);
    stage->session.ctx = &stage->held.ctx;
    WORKS(rp_profiles_parse(&stage->held.ctx, rp_span(config), rp_span(credentials),
                            &stage->session.profiles, &err),
          err, "profiles");
}

static void end(struct stage *stage)
{
    rp_session_release(&stage->session);
    held_release(&stage->held);
}

/* "profile base, R(external, serial, 900, name), ..." */
static void describe(const struct rp_role_plan *plan, struct rp_buf *out)
{
    rp_buf_addf(out, "%s",
                plan->whole_chain       ? "chain"
                : plan->profile != NULL ? plan->profile
                                        : plan->source);
    for (size_t i = 0; i < plan->count; i++) {
        const struct rp_role *role = &plan->roles[i].role;
        rp_buf_addf(out, " > %s", strrchr(role->arn, '/') + 1);
        if (role->external_id != NULL)
            rp_buf_addf(out, " external=%s", role->external_id);
        if (role->mfa_serial != NULL)
            rp_buf_addf(out, " mfa=%s", role->mfa_serial);
        if (role->duration != 0)
            rp_buf_addf(out, " for=%u", role->duration);
        if (role->session_name != NULL)
            rp_buf_addf(out, " as=%s", role->session_name);
    }
}

/* The plan of the profile p is `want`, with these warnings. */
static void plans(const char *config, const char *credentials, const char *want,
                  const char *warning, const char *name)
{
    RP_BUF_AUTO struct rp_buf got = {.max = 4096};
    struct rp_role_plan plan = {0};
    struct rp_error err = {0};
    struct stage stage;

    begin(&stage, config, credentials, "p");
    bool failed = rp_failed(rp_role_plan_profile(&stage.session, &plan, &err));
    OK(!failed, "%s: %s", name, err.msg);
    if (!failed)
        describe(&plan, &got);
    IS_STR(rp_buf_str(&got), want, name);
    OK(held_has(rp_buf_str(&stage.held.warnings), warning) &&
           (warning[0] != '\0' || stage.held.warnings.len == 0),
       "%s: warnings: %s", name, rp_buf_str(&stage.held.warnings));
    end(&stage);
}

/* The profile p has no plan; `says` is the message, `hint` a part of the hint. */
static void is_wrong(const char *config, const char *says, const char *hint, const char *name)
{
    struct rp_role_plan plan = {0};
    struct rp_error err = {0};
    struct stage stage;

    begin(&stage, config, "", "p");
    FAILS(rp_role_plan_profile(&stage.session, &plan, &err), RP_KIND_CONFIG, err, name);
    IS_STR(err.msg, says, name);
    OK(held_has(err.hint, hint), "%s: hint: %s", name, err.hint);
    end(&stage);
}

static void test_sources(void)
{
    plans("[profile p]\n" ROLE("R") "source_profile = base\n", "[base]\n" KEYS, "base > R", "",
          "keys in the credentials file");
    plans("[profile p]\n" ROLE("R") "source_profile = base\n[profile base]\n" KEYS, "", "base > R",
          "", "keys in the config file");
    plans("[profile p]\n" KEYS ROLE("R") "source_profile = base\n[profile base]\n" KEYS, "",
          "base > R", "", "keys of the selected profile do not count");
    plans("[profile p]\n" ROLE("R") "source_profile = default\n[default]\n" KEYS, "", "default > R",
          "", "the default profile as a source");
    plans("[profile p]\n" KEYS ROLE("R") "source_profile = p\n", "", "p > R", "",
          "a profile of its own keys");
    plans("[profile p]\n" ROLE("R") "source_profile = p\n", "[p]\n" KEYS, "p > R", "",
          "keys in the other file");
    plans("[profile p]\n" ROLE("R") "credential_source = Environment\n", "", "Environment > R", "",
          "Environment");
    plans("[profile p]\n" ROLE("R") "credential_source = EcsContainer\n", "", "EcsContainer > R",
          "", "EcsContainer");
    plans("[profile p]\n" ROLE("R") "credential_source = Ec2InstanceMetadata\n", "",
          "Ec2InstanceMetadata > R", "", "Ec2InstanceMetadata");
}

/* A source's own role is a link of the chain, unless it has keys, or a token file, too. */
static void test_chains(void)
{
    plans("[profile p]\n" ROLE("A") "source_profile = q\n"
                                    "[profile q]\n" ROLE(
                                        "B") "source_profile = r\n"
                                             "[profile r]\n" ROLE(
                                                 "C") "credential_source = Environment\n",
          "", "Environment > C > B > A", "", "three roles");
    plans("[profile p]\n" ROLE("A") "source_profile = q\n"
                                    "[profile q]\n" KEYS ROLE("B") "source_profile = r\n",
          "", "q > A", "", "keys of a source stop the chain");
    plans("[profile p]\n" ROLE("A") "source_profile = q\n"
                                    "[profile q]\n" ROLE("B") "source_profile = q\n",
          "[q]\n" KEYS, "q > A", "", "and spare it its own role");
    plans("[profile p]\n" ROLE("A") "source_profile = q\n"
                                    "[profile q]\n" ROLE("B") "web_identity_token_file = /t\n",
          "", "q > A", "", "a source of web identity");
    plans("[profile p]\n" ROLE("A") "source_profile = q\n[profile q]\nsso_account_id = 1\n", "",
          "q > A", "", "a source of SSO, by its account");
    plans("[profile p]\n" ROLE("A") "source_profile = q\n[profile q]\nsso_role_name = x\n", "",
          "q > A", "", "by its role");
    plans("[profile p]\n" ROLE("A") "source_profile = q\n[profile q]\nlogin_session = x\n", "",
          "q > A", "", "a source of aws login");
    plans("[profile p]\n" ROLE("A") "source_profile = q\n[profile q]\ncredential_process = x\n", "",
          "q > A", "", "a process");
}

static void test_settings(void)
{
    plans("[profile p]\n" ROLE("A") "source_profile = q\nexternal_id = e\nmfa_serial = m\n"
                                    "duration_seconds = 900\nrole_session_name = n\n"
                                    "[profile q]\n" ROLE(
                                        "B") "credential_source = Environment\nexternal_id = f\n",
          "", "Environment > B external=f > A external=e mfa=m for=900 as=n", "",
          "each role has its own");
    plans(
        "[profile p]\n" ROLE(
            "A") "source_profile = q\nregion = r\n[profile q]\n" KEYS
                 "external_id = e\nmfa_serial = m\nduration_seconds = 900\nrole_session_name = n\n",
        "", "q > A", "", "and a source without a role gives none");
    plans("[profile p]\n" ROLE("A") "source_profile = q\nduration_seconds = +43200\n"
                                    "[profile q]\n" KEYS,
          "", "q > A for=43200", "", "the longest duration");
    plans("[profile p]\n" ROLE("A") "source_profile = q\nduration_seconds = 1h\n"
                                    "[profile q]\n" KEYS,
          "", "q > A",
          CONFIG_PATH ", line 4: duration_seconds of the profile (p) is no whole number",
          "a duration that is no number does not count");
    plans("[profile p]\n" ROLE("A") "source_profile = q\nduration_seconds = -\n"
                                    "[profile q]\n" KEYS,
          "", "q > A", "no whole number", "a sign alone is none");
    plans("[profile p]\n" ROLE("A") "source_profile = q\nexternal_id =\nmfa_serial =\n"
                                    "duration_seconds =\nrole_session_name =\n[profile q]\n" KEYS,
          "", "q > A", "", "empty ones are none");
}

static void test_mistakes(void)
{
    is_wrong("[profile p]\n" ROLE("R"),
             CONFIG_PATH ", line 2: the profile (p) has a role_arn and neither source_profile nor "
                         "credential_source",
             "add source_profile", "no source");
    is_wrong("[profile p]\n" ROLE("R") "source_profile = q\ncredential_source = Environment\n",
             CONFIG_PATH
             ", line 4: the profile (p) contains both source_profile and credential_source",
             "leave one", "two sources");
    is_wrong("[profile p]\n" ROLE("R") "credential_source = environment\n",
             CONFIG_PATH ", line 3: the profile (p) has a credential_source that is not valid",
             "in these letters", "a credential_source in other letters");
    is_wrong("[profile p]\n" ROLE("R") "credential_source =\n",
             CONFIG_PATH ", line 3: the profile (p) has a credential_source that is not valid", "",
             "an empty one");
    is_wrong("[profile p]\n" ROLE("R") "source_profile = q\n[q]\n" KEYS,
             CONFIG_PATH ", line 3: the source_profile (q) of the profile (p) does not exist",
             "called [profile q] there", "a source without the prefix");
    is_wrong("[profile p]\n" ROLE("R") "source_profile = qq\n[profile q]\n" KEYS,
             CONFIG_PATH ", line 3: the source_profile (qq) of the profile (p) does not exist",
             "list-profiles", "a source that is misspelled");
    is_wrong("[profile p]\n" ROLE("R") "source_profile =\n",
             CONFIG_PATH ", line 3: the profile (p) has a source_profile that is empty", "",
             "an empty source");
    is_wrong("[profile p]\n" ROLE("R") "source_profile = q\n[profile q]\nregion = r\n",
             CONFIG_PATH ", line 4: the profile (q) has no credentials",
             "source_profile of the profile (p)", "a source without credentials");
    is_wrong("[profile p]\n" ROLE("R") "source_profile = q\n[profile q]\n"
                                       "aws_secret_access_key = x\n",
             CONFIG_PATH ", line 4: the profile (q) has no credentials", "", "half a pair of keys");
}

static void test_circles(void)
{
    is_wrong("[profile p]\n" ROLE("R") "source_profile = p\n",
             CONFIG_PATH ", line 3: source_profile leads in a circle: p -> p", "its own source",
             "a profile of nobody's keys");
    is_wrong("[profile p]\n" ROLE("A") "source_profile = q\n"
                                       "[profile q]\n" ROLE("B") "source_profile = p\n",
             CONFIG_PATH ", line 6: source_profile leads in a circle: p -> q -> p",
             "other than these", "two profiles");
    is_wrong("[profile p]\n" KEYS ROLE("A") "source_profile = q\n"
                                            "[profile q]\n" ROLE("B") "source_profile = p\n",
             CONFIG_PATH ", line 8: source_profile leads in a circle: p -> q -> p", "",
             "keys do not help where it is not itself");
    is_wrong("[profile p]\n" ROLE("A") "source_profile = q\n"
                                       "[profile q]\n" ROLE("B") "source_profile = r\n"
                                                                 "[profile r]\n" ROLE(
                                                                     "C") "source_profile = q\n",
             CONFIG_PATH ", line 9: source_profile leads in a circle: p -> q -> r -> q", "",
             "a circle further down");
}

static void test_values(void)
{
    static const char tail[] = "source_profile = q\n[profile q]\n" KEYS;
    static const struct {
        const char *line;
        const char *fault;
    } rows[] = {
        {"role_arn =", "role_arn that is empty"},
        {"role_arn = R", "role_arn that is no ARN of a role, like "
                         "arn:aws:iam::123456789012:role/NAME"},
        {"role_arn = " ARN("a b"), "role_arn that is no ARN of a role, like "
                                   "arn:aws:iam::123456789012:role/NAME"},
        {ROLE("R") "duration_seconds = 899", "duration_seconds that is not from 900 to 43200"},
        {ROLE("R") "duration_seconds = 43201", "duration_seconds that is not from 900 to 43200"},
        {ROLE("R") "duration_seconds = -900", "duration_seconds that is not from 900 to 43200"},
        {ROLE("R") "duration_seconds = 99999999999999999999",
         "duration_seconds that is not from 900 to 43200"},
        {ROLE("R") "external_id = a\n  b", "external_id that has a line break, a control "
                                           "character or bytes that are not UTF-8"},
        {ROLE("R") "mfa_serial = \x1b[1m", "mfa_serial that has a line break, a control "
                                           "character or bytes that are not UTF-8"},
        {ROLE("R") "role_session_name = \xff", "role_session_name that has a line break, a "
                                               "control character or bytes that are not UTF-8"},
    };
    char config[1024];
    char says[512];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)snprintf(config, sizeof(config), "[profile p]\n%s\n%s", rows[i].line, tail);
        (void)snprintf(says, sizeof(says), CONFIG_PATH ", line %d: the profile (p) has a %s",
                       strncmp(rows[i].line, ROLE("R"), strlen(ROLE("R"))) == 0 ? 3 : 2,
                       rows[i].fault);
        is_wrong(config, says, "", rows[i].fault);
    }
}

/* Ten roles are taken, eleven are too many. */
static void test_length(void)
{
    RP_BUF_AUTO struct rp_buf config = {.max = 1 << 16};

    rp_buf_addf(&config, "[profile p]\n" ROLE("p") "source_profile = 1\n");
    for (int i = 1; i < 10; i++)
        rp_buf_addf(&config, "[profile %d]\n" ROLE("%d") "source_profile = %d\n", i, i, i + 1);
    size_t at = config.len;
    rp_buf_add_str(&config, "[profile 10]\n" KEYS);
    plans(rp_buf_str(&config), "", "10 > 9 > 8 > 7 > 6 > 5 > 4 > 3 > 2 > 1 > p", "", "ten roles");
    config.len = at;
    rp_buf_add_str(&config, "[profile 10]\n" ROLE("10") "credential_source = Environment\n");
    is_wrong(rp_buf_str(&config),
             CONFIG_PATH ", line 2: the profile (p) stands on a chain of more than 10 roles", "",
             "eleven roles");
}

/* Who wants a role, for the errors of others. */
static void test_words(void)
{
    struct rp_role_plan plan = {0};
    struct rp_error err = {0};
    struct stage stage;

    begin(&stage,
          "[profile p]\n" ROLE("A") "source_profile = q\n[profile q]\n" ROLE(
              "B") "credential_source = Environment\n",
          "", "p");
    WORKS(rp_role_plan_profile(&stage.session, &plan, &err), err, "two roles");
    IS_STR(plan.roles[0].wanted_by, "the profile (q) in " CONFIG_PATH ", line 5", "the lower");
    IS_STR(plan.roles[1].wanted_by, "the profile (p) in " CONFIG_PATH ", line 2", "the upper");
    end(&stage);
}

static void test_options(void)
{
    RP_BUF_AUTO struct rp_buf got = {.max = 4096};
    struct rp_role_plan plan = {0};
    struct rp_error err = {0};
    struct stage stage;

    begin(&stage,
          "[profile p]\n" ROLE("R") "credential_source = Environment\n"
                                    "role_session_name = n\n",
          "", "p");
    stage.session.options = (struct rp_identity_options){.role_arns = {ARN("X"), ARN("Y")},
                                                         .role_count = 2,
                                                         .external_id = "e",
                                                         .role_session_name = "s"};
    WORKS(rp_role_plan_options(&stage.session, &plan, &err), err, "roles of the command line");
    describe(&plan, &got);
    IS_STR(rp_buf_str(&got), "chain > X as=s > Y external=e as=s", "in their order");
    IS_STR(plan.roles[0].wanted_by, "--role-arn", "who wants them");
    rp_buf_clear(&got);
    WORKS(rp_role_plan_profile(&stage.session, &plan, &err), err, "that of the profile");
    describe(&plan, &got);
    IS_STR(rp_buf_str(&got), "Environment > R as=s", "has the name, too");
    stage.session.options.role_arns[1] = "R";
    FAILS(rp_role_plan_options(&stage.session, &plan, &err), RP_KIND_CONFIG, err, "no ARN");
    end(&stage);
}

int main(void)
{
    test_sources();
    test_chains();
    test_settings();
    test_mistakes();
    test_circles();
    test_values();
    test_length();
    test_words();
    test_options();
    return tap_done();
}
