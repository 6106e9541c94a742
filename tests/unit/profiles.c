/* Profile files: sections, names, leniency, warnings, and files that cannot be read. */
#include "rdspass/aws/profiles.h"

#include <sys/stat.h>

#include "held_context.h"
#include "rdspass/base/file.h"

/* AWS's published example keys. */
#define KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

static const char *const home[] = {"HOME", "/home/user", NULL};

/* Parses, checks one value (NULL: none), and the warnings where they are given. */
static void gives(const char *config, const char *credentials, const char *profile, const char *key,
                  const char *want, const char *warnings, const char *name)
{
    struct rp_profiles *profiles = NULL;
    struct rp_error err = {0};
    struct held held;

    held_init(&held, home);
    WORKS(rp_profiles_parse(&held.ctx, rp_span(config), rp_span(credentials), &profiles, &err), err,
          name);
    const char *got = rp_profile_get(profiles, profile, key);
    if (want == NULL)
        OK(got == NULL, "%s: nothing", name);
    else
        IS_STR(got, want, name);
    if (warnings != NULL)
        IS_STR(rp_buf_str(&held.warnings), warnings, name);
    rp_profiles_free(&profiles);
    held_release(&held);
}

static void names(void)
{
    gives("[profile \"my prof\"]\nregion = r", "", "my prof", "region", "r", "",
          "double quotes around a name");
    gives("[profile 'my prof']\nregion = r", "", "my prof", "region", "r", "", "single quotes");
    gives("[profile \"a\"b\"]\nregion = r", "", "a\"b", "region", NULL, "", "quotes inside");
    gives("[profile \"\"]\nregion = r", "", "", "region", NULL, "", "an empty name");
    gives("[DEFAULT]\nregion = r", "", "default", "region", NULL, "", "[DEFAULT] is no default");
    gives("", "[DEFAULT]\nregion = r", "DEFAULT", "region", "r", "", "but a profile's name");
    gives("[profile Dev]\nregion = r", "", "dev", "region", NULL, "", "names have case");
    gives("[profile a]\nREGION = r", "", "a", "region", "r", "", "keys have none");
    gives("", "[profile a]\nregion = r", "a", "region", NULL, "", "no prefix in credentials");
    gives("[default]\nregion = r", "", "other", "region", NULL, "", "default is not inherited");
    gives("", "[default]\nregion = r", "default", "region", "r", "", "default in credentials");
    gives("[sso-session a]\nregion = r\n[services a]\nregion = s", "", "a", "region", NULL, "",
          "other sections are no profiles");
}

static void values(void)
{
    gives("[profile a]\nregion = r", "[a]\nregion = s", "a", "region", "s", "",
          "the credentials file wins");
    gives("[profile a]\nregion = r\n[profile a]\nregion = s", "", "a", "region", "s", "",
          "the last wins");
    gives("[profile a]\n  region = r\n  output = o", "", "a", "region", "r", "",
          "all properties indented");
    gives("[profile a]\nregion =", "", "a", "region", NULL, "", "an empty value is none");
    gives("[profile a]\nregion = r\n  # why\nx = y", "", "a", "region", "r", "",
          "an indented comment is left out");
    gives("[profile a]\nx = 1\n # 2\n 3\n ; 4\n 5", "", "a", "x", "1\n3\n5", "", "and only that");
    gives("[profile a]\nregion = \"r\"", "", "a", "region", "\"r\"", "", "quotes are kept");
    gives("\xef\xbb\xbf[profile a]\r\nregion = r\r\n", "", "a", "region", "r", "",
          "byte order mark, CRLF");
    gives("[profile a]\nregion = r%(b)s", "", "a", "region", "r%(b)s", "", "no interpolation");
}

static void bad_lines(void)
{
    gives("[profile a]\nbad\nregion = r\n", "", "a", "region", "r",
          "/home/user/.aws/config:2: the line has no '='\n", "a bad line costs itself");
    gives("[profile a]\nregion : r\n", "", "a", "region", NULL,
          "/home/user/.aws/config:2: the line has no '='\n", "':' does not separate");
    gives("", "x = 1\n[a]\nregion = r", "a", "region", "r",
          "/home/user/.aws/credentials:1: the line stands before any section\n",
          "a property of nothing");
    gives("[profile a]\nregion = r\n[profile b\nregion = s\n", "", "a", "region", "r",
          "/home/user/.aws/config:3: the line begins a section that no ']' ends\n",
          "what follows a bad header is in no profile");
    gives("[profile a]\nre gion = r\n  s\n", "", "a", "re gion", NULL,
          "/home/user/.aws/config:2: the line has a name that is none of a property\n",
          "a name with a blank, and what continues it");
}

/* Warnings are of the selected profile; a flood is cut; nothing is quoted. */
static void whose_warnings(void)
{
    struct rp_profiles *profiles = NULL;
    struct rp_error err = {0};
    struct held held;
    RP_BUF_AUTO struct rp_buf text = {.max = 1 << 16};
    char path[] = "/tmp/rdspass-profiles-XXXXXX";
    int fd = mkstemp(path);
    const char *variables[] = {"AWS_CONFIG_FILE", path, "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                               NULL};

    rp_buf_add_str(&text, "[profile other]\n" SECRET "\n[profile mine]\n" SECRET "\n");
    OK(write(fd, rp_buf_str(&text), text.len) == (ssize_t)text.len, "a file was written");
    held_init(&held, variables);
    WORKS(rp_profiles_new(&held.ctx, "mine", &profiles, &err), err, "nothing read yet");
    IS_INT(held.warnings.len, 0, "no warnings yet");
    OK(rp_profile_exists(profiles, "other"), "read when asked");
    OK(held_has(rp_buf_str(&held.warnings), ":4: "), "a warning of the selected profile");
    OK(!held_has(rp_buf_str(&held.warnings), ":2: "), "none of another");
    OK(held_has(rp_buf_str(&held.traces), ":2: "), "but a trace");
    OK(!held_has(rp_buf_str(&held.warnings), "wJal") && !held_has(rp_buf_str(&held.traces), "wJal"),
       "no line is quoted");
    rp_profiles_free(&profiles);
    held_release(&held);

    rp_buf_clear(&text);
    for (int i = 0; i < 50; i++)
        rp_buf_add_str(&text, "nonsense\n");
    held_init(&held, home);
    WORKS(rp_profiles_parse(&held.ctx, rp_buf_span(&text), RP_SPAN(""), &profiles, &err), err,
          "a file of nonsense");
    OK(held_has(rp_buf_str(&held.warnings), "config:1:") &&
           !held_has(rp_buf_str(&held.warnings), "config:11:"),
       "ten warnings are enough");
    rp_profiles_free(&profiles);
    held_release(&held);
    (void)close(fd);
    (void)unlink(path);
}

/* Where a property or a section stands. */
static void stands_at(struct rp_profiles *profiles, const char *profile, const char *key,
                      const char *want)
{
    char where[128];

    rp_profile_where(profiles, profile, key, where, sizeof(where));
    IS_STR(where, want, want);
}

static void places(void)
{
    struct rp_profiles *profiles = NULL;
    struct rp_error err = {0};
    struct held held;
    char small[16];

    held_init(&held, home);
    WORKS(rp_profiles_parse(&held.ctx,
                            RP_SPAN("# c\n[profile a]\nx = 1\ny =\n  2\n  3\n\n[default]\n"
                                    "[profile a]\nx = 4\nz = 5\n"),
                            RP_SPAN("[a]\ny = 1\nempty =\n\n[b]\nx = 1\n"), &profiles, &err),
          err, "two files");
    stands_at(profiles, "a", "x", "/home/user/.aws/config, line 10");
    stands_at(profiles, "a", "z", "/home/user/.aws/config, line 11");
    stands_at(profiles, "a", "y", "/home/user/.aws/credentials, line 2");
    stands_at(profiles, "a", "empty", "/home/user/.aws/credentials, line 3");
    stands_at(profiles, "a", "none", "/home/user/.aws/config, line 9");
    stands_at(profiles, "a", NULL, "/home/user/.aws/config, line 9");
    stands_at(profiles, "b", NULL, "/home/user/.aws/credentials, line 5");
    stands_at(profiles, "b", "x", "/home/user/.aws/credentials, line 6");
    stands_at(profiles, "default", "x", "/home/user/.aws/config, line 8");
    stands_at(profiles, "none", "x", "/home/user/.aws/config");
    rp_profile_where(profiles, "a", "x", small, sizeof(small));
    IS_STR(small, "/home/user/.aws", "cut where it does not fit");
    rp_profiles_free(&profiles);
    held_release(&held);
}

static void sections(void)
{
    struct rp_profiles *profiles = NULL;
    struct rp_error err = {0};
    struct held held;

    held_init(&held, home);
    WORKS(rp_profiles_parse(&held.ctx,
                            RP_SPAN("[sso-session s]\nsso_region = r\n[services v]\nsts =\n"
                                    "  endpoint_url = http://localhost # c\n[dev]\nx = y\n"),
                            RP_SPAN("[a]\naws_access_key_id = " KEY_ID "\nempty =\n"), &profiles,
                            &err),
          err, "several kinds of sections");
    IS_STR(rp_profiles_section_get(profiles, "sso-session", "s", "sso_region"), "r", "sso-session");
    IS_STR(rp_profiles_section_get(profiles, "services", "v", "sts"),
           "\nendpoint_url = http://localhost # c", "services, with its sub-properties");
    OK(rp_profile_lacks_prefix(profiles, "dev"), "[dev] lacks its prefix");
    OK(!rp_profile_lacks_prefix(profiles, "a"), "[a] does not");
    OK(rp_profile_has(profiles, "a", "empty"), "has an empty value");
    OK(rp_profile_get(profiles, "a", "empty") == NULL, "which is none");
    OK(!rp_profile_has_in(profiles, RP_FILE_CONFIG, "a", "aws_access_key_id"), "one file only");
    OK(rp_profile_get_from(profiles, RP_FILE_CONFIG, "a", "aws_access_key_id") == NULL,
       "and its values");
    IS_STR(rp_profile_get_from(profiles, RP_FILE_CREDENTIALS, "a", "aws_access_key_id"), KEY_ID,
           "the other file");
    rp_profiles_free(&profiles);
    FAILS(rp_profiles_parse(&held.ctx, RP_SPAN("[a]\0\n"), RP_SPAN(""), &profiles, &err),
          RP_KIND_CONFIG, err, "NUL bytes");
    IS_STR(err.msg, "/home/user/.aws/config is not text", "says which file");
    held_release(&held);
}

static void path_is(const char *config, const char *want, const char *name)
{
    const char *variables[] = {"HOME", "/home/user",      "DIR",  "/dir", "EMPTY",
                               "",     "AWS_CONFIG_FILE", config, NULL};
    struct rp_profiles *profiles = NULL;
    struct rp_error err = {0};
    struct held held;

    held_init(&held, variables);
    WORKS(rp_profiles_new(&held.ctx, NULL, &profiles, &err), err, name);
    IS_STR(rp_profiles_path(profiles, RP_FILE_CONFIG), want, name);
    rp_profiles_free(&profiles);
    held_release(&held);
}

static void paths(void)
{
    path_is("", "/home/user/.aws/config", "an empty variable is unset");
    path_is("~/c", "/home/user/c", "~");
    path_is("$HOME/c", "/home/user/c", "$VAR");
    path_is("${DIR}x/$DIR", "/dirx//dir", "${VAR}");
    path_is("/a$EMPTY/b", "/a/b", "an empty variable");
    path_is("/a$NONE/${NONE}$/${", "/a$NONE/${NONE}$/${", "unknown ones stay");
    path_is("a/~/b", "a/~/b", "~ inside");
}

static void cannot_read(const char *path, const char *part, const char *name)
{
    const char *variables[] = {"AWS_CONFIG_FILE", path, "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                               NULL};
    struct rp_profiles *profiles = NULL;
    struct rp_error err = {0};
    struct held held;

    held_init(&held, variables);
    FAILS(rp_profiles_load(&held.ctx, &profiles, &err), RP_KIND_CONFIG, err, name);
    OK(profiles == NULL, "%s: nothing given", name);
    OK(held_has(err.msg, path) && held_has(err.msg, part), "%s: %s", name, err.msg);
    /* Where the files are not needed it is a warning, once. */
    WORKS(rp_profiles_new(&held.ctx, NULL, &profiles, &err), err, name);
    OK(rp_profile_get(profiles, "default", "region") == NULL, "%s: empty", name);
    OK(!rp_profile_exists(profiles, "default"), "%s: empty", name);
    OK(held_has(rp_buf_str(&held.warnings), path), "%s: a warning", name);
    IS_INT(rp_span_find(rp_buf_span(&held.warnings), '\n'), held.warnings.len - 1, "and only one");
    FAILS(rp_profiles_read(profiles, &err), RP_KIND_CONFIG, err, "an error when asked");
    rp_profiles_free(&profiles);
    held_release(&held);
}

static void unreadable_files(void)
{
    char dir[] = "/tmp/rdspass-profiles-XXXXXX";
    char link[64];
    char large[64];
    struct rp_error err = {0};

    OK(mkdtemp(dir) != NULL, "a directory");
    (void)snprintf(link, sizeof(link), "%s/link", dir);
    (void)snprintf(large, sizeof(large), "%s/large", dir);
    OK(symlink(link, link) == 0, "a link to itself");
    char *zeros = calloc(1, RP_PROFILES_MAX + 1);
    memset(zeros, '\n', RP_PROFILES_MAX + 1);
    WORKS(
        rp_file_replace(large, (struct rp_span){zeros, RP_PROFILES_MAX + 1}, RP_FILE_PRIVATE, &err),
        err, "large");
    cannot_read(dir, "directory", "a directory");
    cannot_read(link, "symbolic links", "a link to itself");
    cannot_read(large, "larger than 1048576", "a file that is too large");
    WORKS(rp_file_replace(large,
                          RP_SPAN("\x7f"
                                  "ELF\0\0"),
                          RP_FILE_PRIVATE, &err),
          err, "binary");
    cannot_read(large, "is not text", "a binary file");
    if (geteuid() == 0) {
        tap_skip("root reads every file");
    } else {
        OK(chmod(large, 0) == 0, "mode 0");
        cannot_read(large, "Permission denied", "a file without permission");
    }
    free(zeros);
    (void)unlink(link);
    (void)unlink(large);
    (void)rmdir(dir);
}

int main(void)
{
    names();
    values();
    bad_lines();
    whose_warnings();
    places();
    sections();
    paths();
    unreadable_files();
    return tap_done();
}
