/* Session: which profile is selected, when files are read, where the region comes from. */
#include "rdspass/aws/session.h"

#include <fcntl.h>

#include "held_context.h"
#include "rdspass/base/file.h"

static char config[] = "/tmp/rdspass-session-XXXXXX";

#define LISTED "aws configure list-profiles lists those that are there"
#define FILES "AWS_CONFIG_FILE", config, "AWS_SHARED_CREDENTIALS_FILE", "/dev/null"

static void selects(const char *option, const char *const *variables, const char *profile,
                    bool named, bool is_explicit, const char *name)
{
    struct rp_session session = {0};
    struct rp_error err = {0};
    struct held held;

    held_init(&held, variables);
    WORKS(rp_session_init(&session, &held.ctx, option, &err), err, name);
    IS_STR(session.profile, profile, name);
    IS_INT(session.profile_named, named, name);
    IS_INT(session.profile_explicit, is_explicit, name);
    rp_session_release(&session);
    held_release(&held);
}

static void region_is(const char *option, const char *const *variables, const char *region,
                      const char *source, const char *name)
{
    struct rp_session session = {0};
    struct rp_error err = {0};
    char got_source[64] = "";
    struct held held;

    held_init(&held, variables);
    WORKS(rp_session_init(&session, &held.ctx, option, &err), err, name);
    const char *got = rp_session_region(&session, got_source, sizeof(got_source));
    IS_STR(got == NULL ? "none" : got, region, name);
    IS_STR(got_source, source, name);
    rp_session_release(&session);
    held_release(&held);
}

static void fails(const char *option, const char *const *variables, const char *part,
                  const char *hint, const char *name)
{
    struct rp_session session = {.profile = "untouched"};
    struct rp_error err = {0};
    struct held held;

    held_init(&held, variables);
    FAILS(rp_session_init(&session, &held.ctx, option, &err), RP_KIND_CONFIG, err, name);
    OK(held_has(err.msg, part), "%s: %s", name, err.msg);
    IS_STR(err.hint, hint, name);
    IS_STR(session.profile, "untouched", name);
    held_release(&held);
}

static void selection(void)
{
    const char *const none[] = {FILES, NULL};
    const char *const both[] = {FILES, "AWS_PROFILE", "one", "AWS_DEFAULT_PROFILE", "two", NULL};
    const char *const second[] = {FILES, "AWS_PROFILE", "", "AWS_DEFAULT_PROFILE", "two", NULL};
    const char *const unknown[] = {FILES,         "AWS_PROFILE", "three", "AWS_ACCESS_KEY_ID",
                                   "AKIDEXAMPLE", NULL};

    selects(NULL, none, "default", false, false, "nothing named");
    selects(NULL, both, "one", true, false, "AWS_PROFILE");
    selects(NULL, second, "two", true, false, "an empty AWS_PROFILE, AWS_DEFAULT_PROFILE");
    selects("two", both, "two", true, true, "--profile");
    fails(NULL, unknown, "the profile (three) is neither in", LISTED, "a profile that is nowhere");
    fails("", none, "the profile () is neither in", LISTED, "a name that is empty");
    fails("default", none, "the profile (default) is", LISTED, "a [default] that is asked for");
}

static void without_prefix(void)
{
    const char *const none[] = {FILES, NULL};
    char hint[256];

    (void)snprintf(hint, sizeof(hint),
                   "%s has a section [bare]; a profile's is called [profile bare] there", config);
    fails("bare", none, "the profile (bare)", hint, "a section without the prefix");
}

static void regions(void)
{
    const char *const none[] = {FILES, NULL};
    const char *const both[] = {FILES,       "AWS_REGION", "eu-west-1", "AWS_DEFAULT_REGION",
                                "eu-west-2", NULL};
    const char *const second[] = {FILES, "AWS_REGION", "", "AWS_DEFAULT_REGION", "eu-west-2", NULL};

    region_is(NULL, none, "none", "", "no region");
    region_is("one", none, "us-east-2", "profile one", "of the profile");
    region_is("one", both, "eu-west-1", "AWS_REGION", "AWS_REGION before the profile");
    region_is("one", second, "eu-west-2", "AWS_DEFAULT_REGION", "an empty AWS_REGION");
}

/* A source profile gives an identity, and no settings. */
static void settings_of_the_selected(void)
{
    const char *const none[] = {FILES, NULL};
    struct rp_session session = {0};
    struct rp_error err = {0};
    char source[64];
    struct held held;

    held_init(&held, none);
    WORKS(rp_session_init(&session, &held.ctx, "two", &err), err, "a profile without a region");
    OK(rp_session_setting(&session, "region") == NULL, "has none");
    session.settings_profile = "one";
    IS_STR(rp_session_setting(&session, "region"), "us-east-2", "the selected one's counts");
    IS_STR(rp_session_region(&session, source, sizeof(source)), "us-east-2", "as the region");
    IS_STR(source, "profile one", "and is called so");
    rp_session_release(&session);
    held_release(&held);
}

/* A file that nobody needs is not touched; one that is needed must be readable. */
static void broken_file(void)
{
    const char *const region[] = {
        "AWS_CONFIG_FILE", "/", "AWS_SHARED_CREDENTIALS_FILE", "/dev/null", "AWS_REGION",
        "eu-west-1",       NULL};
    const char *const none[] = {"AWS_CONFIG_FILE", "/", "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                                NULL};
    struct rp_session session = {0};
    struct rp_error err = {0};
    char source[16];
    struct held held;

    held_init(&held, region);
    WORKS(rp_session_init(&session, &held.ctx, NULL, &err), err, "no profile named");
    IS_STR(rp_session_region(&session, source, sizeof(source)), "eu-west-1", "region known");
    IS_INT(held.warnings.len, 0, "not read: no warning");
    rp_session_release(&session);
    held_release(&held);

    held_init(&held, none);
    WORKS(rp_session_init(&session, &held.ctx, NULL, &err), err, "no profile named");
    OK(rp_session_region(&session, source, sizeof(source)) == NULL, "no region");
    OK(held_has(rp_buf_str(&held.warnings), "cannot read /: Is a directory"), "a warning says why");
    rp_session_release(&session);
    held_release(&held);
    fails("one", none, "cannot read /: Is a directory", "", "a profile that was named");
}

static void no_home(void)
{
    const char *const nothing[] = {"HOME", "/nonexistent", NULL};

    selects(NULL, nothing, "default", false, false, "no files at all");
    region_is(NULL, nothing, "none", "", "no files at all");
}

int main(void)
{
    static const char text[] = "[profile one]\nregion = us-east-2\n[profile two]\n[bare]\nx = y\n";
    int fd = mkstemp(config);

    OK(write(fd, text, sizeof(text) - 1) == (ssize_t)sizeof(text) - 1, "a config file");
    selection();
    without_prefix();
    regions();
    settings_of_the_selected();
    broken_file();
    no_home();
    (void)close(fd);
    (void)unlink(config);
    return tap_done();
}
