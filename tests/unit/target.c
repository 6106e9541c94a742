/* Unit test of src/rds/{target,layers,settings,config_file,via}.c: what wins, what is refused. */
#include "rdspass/rds/target.h"

#include <sys/stat.h>

#include "held_context.h"
#include "rdspass/base/file.h"

#define CLUSTER "demo.cluster-abc123.eu-central-1.rds.amazonaws.com"
#define OTHER "other.cluster-abc123.us-east-1.rds.amazonaws.com"
#define DSQL "abcdefghijklmnopqrstuvwx12.dsql.us-east-1.on.aws"

enum { VARIABLES_MAX = 12 };

static char folder[] = "/tmp/rdspass-target-XXXXXX";
static char system_path[64];
static char user_path[64];

/* Writes a config file; NULL takes it away. */
static void put(const char *path, const char *text)
{
    struct rp_error err = {0};

    (void)unlink(path);
    if (text != NULL && rp_failed(rp_file_replace(path, rp_span(text), RP_FILE_PRIVATE, &err)))
        (void)printf("Bail out! %s\n", err.msg);
}

struct outcome {
    struct held held;
    struct rp_target target;
    struct rp_error err;
    bool failed;
};

/* Resolves with the two test files and the variables given (name, value, ..., NULL). */
static void resolve(struct outcome *out, const struct rp_target_options *options,
                    const char *const *variables)
{
    const char *all[2 * VARIABLES_MAX] = {"RP_TEST_SYSTEM_CONFIG", system_path, "RDSPASS_CONFIG",
                                          user_path};
    size_t n = 4;

    for (size_t i = 0; variables != NULL && variables[i] != NULL && n < 2 * VARIABLES_MAX - 1; i++)
        all[n++] = variables[i];
    *out = (struct outcome){0};
    held_init(&out->held, all);
    out->failed = rp_failed(rp_target_resolve(&out->held.ctx, options, &out->target, &out->err));
}

#define VARIABLES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define OPTIONS(...) (&(struct rp_target_options){__VA_ARGS__})

static void check_works(struct outcome *out, const char *name)
{
    if (!OK(!out->failed, "%s", name))
        (void)printf("# error: %s\n", out->err.msg);
}

/* A refusal, with what its message and its hint hold. */
static void check_refused(const struct rp_target_options *options, const char *const *variables,
                          enum rp_kind kind, const char *msg, const char *hint, const char *name)
{
    struct outcome out;

    resolve(&out, options, variables);
    if (!OK(out.failed && out.err.kind == kind, "%s", name))
        (void)printf("# failed %d, kind %d, %s\n", out.failed, (int)out.err.kind, out.err.msg);
    if (!OK(held_has(out.err.msg, msg), "  says \"%s\"", msg))
        (void)printf("# %s\n", out.err.msg);
    if (!OK(held_has(out.err.hint, hint), "  hints \"%s\"", hint))
        (void)printf("# %s\n", out.err.hint);
    OK(!held_has(out.err.msg, "hunter2"), "  and quotes no password");
    held_release(&out.held);
}

static void test_forms(void)
{
    struct outcome out;

    resolve(&out, OPTIONS(.target = CLUSTER), NULL);
    check_works(&out, "a bare host");
    IS_STR(out.target.endpoint.host, CLUSTER, "  its host");
    IS_INT(out.target.port, 0, "  no port");
    IS_INT(out.target.engine, RP_ENGINE_UNKNOWN, "  no engine");
    IS_STR(out.target.user, "", "  no user");
    IS_STR(out.target.region, "", "  no region of its own");
    OK(!out.target.via.is_set, "  dialled by its name");

    resolve(&out, OPTIONS(.target = CLUSTER ":3306"), NULL);
    check_works(&out, "HOST:3306");
    IS_INT(out.target.port, 3306, "  its port");
    IS_INT(out.target.engine, RP_ENGINE_MYSQL, "  tells the engine");

    resolve(&out,
            OPTIONS(.target = "postgres://o%27Brien@" CLUSTER ":6432/app?sslmode=verify-full"),
            NULL);
    check_works(&out, "a URL");
    IS_STR(out.target.user, "o'Brien", "  its user");
    IS_STR(out.target.database, "app", "  its database");
    IS_INT(out.target.port, 6432, "  its port");
    IS_INT(out.target.engine, RP_ENGINE_POSTGRES, "  its engine");

    resolve(&out, OPTIONS(.target = "mysql://" CLUSTER), NULL);
    check_works(&out, "a URL without a port");
    IS_INT(out.target.port, 3306, "  takes the engine's");

    resolve(&out, OPTIONS(.target = DSQL), NULL);
    check_works(&out, "a DSQL cluster");
    IS_INT(out.target.engine, RP_ENGINE_POSTGRES, "  is postgres");
    IS_INT(out.target.port, 5432, "  on 5432");
    IS_STR(out.target.database, "postgres", "  database postgres");

    resolve(&out, OPTIONS(.target = CLUSTER, .client_engine = RP_ENGINE_POSTGRES), NULL);
    IS_INT(out.target.engine, RP_ENGINE_POSTGRES, "the client tells the engine");
    IS_INT(out.target.port, 5432, "  and with it the port");
    resolve(&out, OPTIONS(.target = CLUSTER ":3306", .client_engine = RP_ENGINE_POSTGRES), NULL);
    IS_INT(out.target.engine, RP_ENGINE_POSTGRES, "the client comes before the port");
    resolve(&out, OPTIONS(.target = CLUSTER, .option[RP_SET_ENGINE] = "mariadb"), NULL);
    IS_INT(out.target.engine, RP_ENGINE_MYSQL, "--engine");
    resolve(&out, OPTIONS(.target = DSQL), VARIABLES("RDSPASS_ENGINE", "mysql"));
    IS_INT(out.target.engine, RP_ENGINE_POSTGRES, "what an endpoint is beats RDSPASS_ENGINE");
}

static void test_precedence(void)
{
    struct outcome out;
    const char *const variables[] = {"RDSPASS_USER",
                                     "env_user",
                                     "RDSPASS_PORT",
                                     "4000",
                                     "RDSPASS_DATABASE",
                                     "env_db",
                                     "RDSPASS_REGION",
                                     "eu-west-1",
                                     "RDSPASS_VIA",
                                     "127.0.0.1:1",
                                     NULL};

    put(system_path, "[defaults]\nuser = sys_default\nregion = sa-east-1\nprofile = sys\n"
                     "[demo]\nhost = " CLUSTER "\nport = 3307\nengine = mysql\nuser = sys_demo\n");
    put(user_path, "[defaults]\nuser = my_default\n[demo]\nuser = my_demo # mine\n"
                   "database = section_db\n");

    resolve(&out, OPTIONS(.target = "demo"), NULL);
    check_works(&out, "a section");
    IS_STR(out.target.section, "demo", "  its name");
    IS_STR(out.target.endpoint.host, CLUSTER, "  host from the system's file");
    IS_STR(out.target.user, "my_demo", "  user from the person's");
    IS_STR(out.target.database, "section_db", "  database from the person's");
    IS_INT(out.target.port, 3307, "  port");
    IS_STR(out.target.profile, "sys", "  profile from [defaults]");
    IS_STR(out.target.region, "sa-east-1", "  region from [defaults]");
    IS_STR(out.target.region_source, "[defaults]", "  and says so");
    OK(!out.target.region_asked, "  so that the endpoint's own counts");
    IS_STR(rp_buf_str(&out.held.warnings), "", "  no warning");
    held_release(&out.held);

    resolve(&out, OPTIONS(.target = "demo"), variables);
    IS_STR(out.target.user, "my_demo", "the section beats the environment");
    IS_STR(out.target.region, "eu-west-1", "the environment beats [defaults]");
    IS_STR(out.target.region_source, "RDSPASS_REGION", "  and says so");
    OK(!out.target.region_asked, "  below the endpoint's own");
    IS_STR(out.target.via.host, "127.0.0.1", "RDSPASS_VIA");

    resolve(&out, OPTIONS(.target = OTHER), variables);
    IS_STR(out.target.user, "env_user", "without a section: the environment's user");
    IS_INT(out.target.port, 4000, "  port");
    IS_STR(out.target.database, "env_db", "  database");
    resolve(&out, OPTIONS(.target = "mysql://url_user@" OTHER ":3310/url_db"), variables);
    IS_STR(out.target.user, "url_user", "a URL beats the environment: user");
    IS_INT(out.target.port, 3310, "  port");
    IS_STR(out.target.database, "url_db", "  database");
    resolve(&out, OPTIONS(.target = OTHER), NULL);
    IS_STR(out.target.user, "my_default", "[defaults] of the person beat the system's");

    struct rp_target_options options = {.target = "demo", .database = "positional_db"};
    options.option[RP_SET_USER] = "option_user";
    options.option[RP_SET_HOST] = OTHER;
    options.option[RP_SET_PORT] = "3399";
    options.option[RP_SET_REGION] = "us-west-2";
    options.option[RP_SET_PROFILE] = "option_profile";
    options.option[RP_SET_VIA] = "/tmp/socket";
    resolve(&out, &options, variables);
    check_works(&out, "options beat all");
    IS_STR(out.target.endpoint.host, OTHER, "  host");
    IS_INT(out.target.port, 3399, "  port");
    IS_STR(out.target.user, "option_user", "  user");
    IS_STR(out.target.database, "positional_db", "  DATABASE");
    IS_STR(out.target.region, "us-west-2", "  region");
    IS_STR(out.target.region_source, "--region", "  its source");
    OK(out.target.region_asked, "  asked for");
    IS_STR(out.target.profile, "option_profile", "  profile");
    IS_STR(out.target.via.socket, "/tmp/socket", "  via");
    options.option[RP_SET_DATABASE] = "option_db";
    resolve(&out, &options, variables);
    IS_STR(out.target.database, "option_db", "-D beats DATABASE");

    put(user_path, "[demo]\nregion = eu-south-2\nuser =\n");
    resolve(&out, OPTIONS(.target = "demo"), NULL);
    IS_STR(out.target.region_source, "section demo", "a region from a section");
    OK(out.target.region_asked, "  was asked for");
    IS_STR(out.target.user, "sys_default", "an empty key takes the system's away");
    put(system_path, NULL);
    put(user_path, "");
}

static void test_libpq(void)
{
    struct outcome out;
    const char *const variables[] = {"PGHOST", OTHER,        "PGPORT", "6000", "PGUSER",
                                     "pguser", "PGDATABASE", "pgdb",   NULL};

    resolve(&out, OPTIONS(.target = CLUSTER), variables);
    IS_STR(out.target.user, "", "PGUSER does not count for an unknown engine");
    IS_INT(out.target.port, 0, "  nor PGPORT");
    resolve(&out, OPTIONS(.target = "mysql://" CLUSTER), variables);
    IS_STR(out.target.user, "", "nor for mysql");
    IS_INT(out.target.port, 3306, "  nor PGPORT");
    resolve(&out, OPTIONS(.target = "postgres://" CLUSTER), variables);
    IS_STR(out.target.user, "pguser", "for postgres PGUSER counts");
    IS_INT(out.target.port, 6000, "  PGPORT");
    IS_STR(out.target.database, "pgdb", "  PGDATABASE");
    IS_STR(out.target.endpoint.host, CLUSTER, "  PGHOST comes after the URL");
    resolve(&out, OPTIONS(.target = DSQL), variables);
    IS_STR(out.target.user, "pguser", "for DSQL too");
    resolve(&out, OPTIONS(.client_engine = RP_ENGINE_POSTGRES), variables);
    check_works(&out, "psql takes PGHOST");
    IS_STR(out.target.endpoint.host, OTHER, "  as host");

    const char *const both[] = {"PGUSER",       "pguser", "RDSPASS_USER",
                                "env_user",     "PGHOST", "/var/run/postgresql",
                                "RDSPASS_HOST", OTHER,    NULL};
    resolve(&out, OPTIONS(.client_engine = RP_ENGINE_POSTGRES), both);
    IS_STR(out.target.user, "env_user", "RDSPASS_USER beats PGUSER");
    check_refused(OPTIONS(.client_engine = RP_ENGINE_POSTGRES),
                  VARIABLES("PGHOST", "/var/run/postgresql"), RP_KIND_USAGE, "no host", "-h HOST",
                  "PGHOST as a directory is no host");
    check_refused(OPTIONS(.target = NULL), VARIABLES("PGHOST", OTHER), RP_KIND_USAGE, "no host",
                  "RDSPASS_HOST", "PGHOST without postgres is no host");
    check_refused(OPTIONS(.client_engine = RP_ENGINE_POSTGRES), VARIABLES("PGHOST", "localhost"),
                  RP_KIND_CONFIG, "PGHOST: \"localhost\"", "--via",
                  "an error in PGHOST says where it is");
}

static void test_refusals(void)
{
    check_refused(OPTIONS(.target = NULL), NULL, RP_KIND_USAGE, "no host", "-h HOST", "nothing");
    check_refused(OPTIONS(.target = ""), NULL, RP_KIND_USAGE, "empty", "", "an empty target");
    check_refused(OPTIONS(.target = "nosuch"), NULL, RP_KIND_CONFIG, "neither a section", user_path,
                  "an unknown section");
    check_refused(OPTIONS(.target = "app", .option[RP_SET_HOST] = CLUSTER), NULL, RP_KIND_USAGE,
                  "neither a section", "-D app", "a database in the target's place");
    check_refused(OPTIONS(.target = "defaults"), NULL, RP_KIND_CONFIG, "neither a section", "",
                  "[defaults] is no target");
    check_refused(OPTIONS(.target = "mysql://u:hunter2@" CLUSTER), NULL, RP_KIND_USAGE, "password",
                  "token", "a password in a URL");
    check_refused(OPTIONS(.target = "u:hunter2@" CLUSTER), NULL, RP_KIND_USAGE, "'@'", "-u USER",
                  "USER@HOST without a scheme");
    check_refused(OPTIONS(.target = "https://" CLUSTER), NULL, RP_KIND_USAGE, "\"https\"",
                  "mysql:", "another scheme");
    check_refused(OPTIONS(.target = "jdbc:mysql://" CLUSTER), NULL, RP_KIND_USAGE, "JDBC",
                  "mysql:", "a JDBC URL");
    check_refused(OPTIONS(.target = "mysql://" CLUSTER "?password=hunter2"), NULL, RP_KIND_USAGE,
                  "\"password\"", "leave it out", "an unknown parameter");
    check_refused(OPTIONS(.target = "postgres://" CLUSTER "?sslmode=disable"), NULL, RP_KIND_USAGE,
                  "\"sslmode\"", "verified in full", "a parameter that asks for less");
    check_refused(OPTIONS(.target = CLUSTER ":"), NULL, RP_KIND_USAGE, "no port", "", "HOST:");
    check_refused(OPTIONS(.target = CLUSTER ":mysql"), NULL, RP_KIND_USAGE, "from 1 to 65535", "",
                  "HOST:WORD");
    check_refused(OPTIONS(.target = CLUSTER ":0"), NULL, RP_KIND_USAGE, "from 1 to 65535", "",
                  "HOST:0");
    check_refused(OPTIONS(.target = "10.1.2.3:3306"), NULL, RP_KIND_CONFIG, "IP address", "--via",
                  "an address");
    check_refused(OPTIONS(.target = "[::1]:3306"), NULL, RP_KIND_CONFIG, "IP address", "--via",
                  "an IPv6 address with a port");
    check_refused(OPTIONS(.target = "fe80::1"), NULL, RP_KIND_CONFIG, "IP address", "--via",
                  "an IPv6 address");
    check_refused(OPTIONS(.target = "mysql://u@[::1]:3306/x"), NULL, RP_KIND_CONFIG, "IP address",
                  "--via", "an IPv6 address in a URL");
    check_refused(OPTIONS(.target = "localhost"), NULL, RP_KIND_CONFIG, "this machine", "--via",
                  "localhost");
    check_refused(OPTIONS(.target = "db.corp.example"), NULL, RP_KIND_CONFIG, "not a name that AWS",
                  "config file", "an alias");
    check_refused(OPTIONS(.option[RP_SET_HOST] = CLUSTER ":3306"), NULL, RP_KIND_USAGE,
                  "without a port", "-P PORT", "-h HOST:PORT");
    check_refused(OPTIONS(.option[RP_SET_HOST] = "mysql://" CLUSTER), NULL, RP_KIND_USAGE, "alone",
                  "as the target", "-h URL");
    check_refused(OPTIONS(.option[RP_SET_HOST] = "/tmp/mysql.sock"), NULL, RP_KIND_USAGE, "alone",
                  "--via", "-h SOCKET");
    check_refused(OPTIONS(.option[RP_SET_HOST] = ""), NULL, RP_KIND_USAGE, "empty", "", "-h ''");
    check_refused(OPTIONS(.target = CLUSTER, .option[RP_SET_USER] = ""), NULL, RP_KIND_USAGE,
                  "--user: the value is empty", "", "-u ''");
    check_refused(OPTIONS(.target = CLUSTER, .option[RP_SET_USER] = "a\nb"), NULL, RP_KIND_USAGE,
                  "control character", "", "a user with a newline");
    check_refused(OPTIONS(.target = CLUSTER, .option[RP_SET_USER] = "a\xff"), NULL, RP_KIND_USAGE,
                  "not UTF-8", "", "a user that is not UTF-8");
    check_refused(OPTIONS(.target = "mysql://a%0Ab@" CLUSTER), NULL, RP_KIND_USAGE,
                  "control character", "", "the same in a URL");
    check_refused(OPTIONS(.target = CLUSTER, .option[RP_SET_PORT] = "70000"), NULL, RP_KIND_USAGE,
                  "--port: ", "", "a port that is none");
    check_refused(OPTIONS(.target = CLUSTER, .option[RP_SET_ENGINE] = "oracle"), NULL,
                  RP_KIND_USAGE, "\"oracle\"", "", "an unknown engine");
    check_refused(OPTIONS(.target = DSQL, .option[RP_SET_ENGINE] = "mysql"), NULL, RP_KIND_USAGE,
                  "speaks postgres only", "", "--engine mysql for DSQL");
    check_refused(OPTIONS(.target = "mysql://" DSQL), NULL, RP_KIND_USAGE, "speaks postgres only",
                  "", "mysql: for DSQL");
    check_refused(OPTIONS(.target = CLUSTER), VARIABLES("RDSPASS_PORT", "x"), RP_KIND_CONFIG,
                  "RDSPASS_PORT: ", "", "RDSPASS_PORT that is none");
    check_refused(OPTIONS(.target = NULL), VARIABLES("RDSPASS_HOST", "db.example"), RP_KIND_CONFIG,
                  "RDSPASS_HOST: ", "--via", "RDSPASS_HOST that is no endpoint");
    check_refused(OPTIONS(.target = CLUSTER, .option[RP_SET_VIA] = "localhost"), NULL,
                  RP_KIND_USAGE, "--via: ", "127.0.0.1:3306", "--via without a port");
}

static void test_config_file(void)
{
    struct outcome out;

    put(user_path, "stray = 1\n[demo]\nhost = " CLUSTER "\ncolour = red\n"
                   "[broken\nuser = nobody\n[other]\nno equals sign\nuser = a\n  b\nodd = 1\n");
    resolve(&out, OPTIONS(.target = "demo"), NULL);
    check_works(&out, "bad lines elsewhere do not stop a target");
    IS_STR(out.target.user, "", "  and do not land in it");
    const char *warnings = rp_buf_str(&out.held.warnings);
    OK(held_has(warnings, "user:1: "), "  a key before any section: warning with its line");
    OK(held_has(warnings, "user:4: unknown key \"colour\""), "  an unknown key: warning");
    OK(held_has(warnings, "user:5: "), "  a broken header: warning");
    OK(held_has(warnings, "user:8: "), "  a line without '=': warning");
    OK(held_has(warnings, "user:10: "), "  a continued value: warning");
    OK(!held_has(warnings, "odd"), "  other sections' keys are not judged");
    held_release(&out.held);

    check_refused(OPTIONS(.target = "other"), NULL, RP_KIND_CONFIG, "user:8: ", "",
                  "a bad line in the target's section");
    put(user_path, "[demo]\nhost = " CLUSTER "\n[defaults]\nport = 33\n  06\n");
    check_refused(OPTIONS(.target = "demo"), NULL, RP_KIND_CONFIG, "user:5: ", "",
                  "a continued value in [defaults]");
    put(user_path, "[demo]\nhost = " CLUSTER "\nport = many\n");
    check_refused(OPTIONS(.target = "demo"), NULL, RP_KIND_CONFIG, "user:3: port: ", "",
                  "a bad value says where it is");
    put(user_path, "[demo]\nhost = alias.example\n");
    check_refused(OPTIONS(.target = "demo"), NULL, RP_KIND_CONFIG, "user:2: host: ", "--via",
                  "a bad host says where it is");
    put(user_path, "[demo]\nuser = a\n");
    check_refused(OPTIONS(.target = "demo"), NULL, RP_KIND_CONFIG, "section \"demo\" names no host",
                  "", "a section without a host");
    put(user_path, "[demo]\nhost = " CLUSTER "\nmfa-code = 123456\n");
    check_refused(OPTIONS(.target = "demo"), NULL, RP_KIND_CONFIG, "user:3: a code of \"mfa-code\"",
                  "mfa-command", "a code of MFA is no setting");
    resolve(&out, OPTIONS(.target = CLUSTER), NULL);
    check_works(&out, "  but does not matter elsewhere");
    put(user_path, "[demo]\nhost = " CLUSTER "\nca-file = roots.pem\n");
    check_refused(OPTIONS(.target = "demo"), NULL, RP_KIND_CONFIG, "absolute", "",
                  "a relative ca-file in the file");

    put(user_path, "[demo]\nhostname = " CLUSTER "\nusername = a\ndbname = b\nuser = c\n"
                   "ca-file = ~/roots.pem\nvia = [::1]:3307\n");
    resolve(&out, OPTIONS(.target = "demo"), VARIABLES("HOME", "/home/x"));
    check_works(&out, "the options' other names are keys too");
    IS_STR(out.target.user, "c", "  of a key given twice the last counts");
    OK(held_has(rp_buf_str(&out.held.warnings), "user:5: "), "  with a warning");
    IS_STR(out.target.database, "b", "  dbname");
    IS_STR(out.target.ca_file, "/home/x/roots.pem", "  ~ in ca-file");
    IS_STR(out.target.via.host, "::1", "  via");
    IS_INT(out.target.via.port, 3307, "  its port");
    held_release(&out.held);

    put(user_path, "[" CLUSTER "]\nhost = " OTHER "\n[mysql://x]\nhost = " OTHER "\n");
    resolve(&out, OPTIONS(.target = CLUSTER), NULL);
    IS_STR(out.target.endpoint.host, OTHER, "a section named like a host is that section");
    resolve(&out, OPTIONS(.target = "mysql://x"), NULL);
    IS_STR(out.target.endpoint.host, OTHER, "and one named like a URL");
}

static void test_config_safety(void)
{
    struct outcome out;
    static char large[(1 << 20) + 2];

    put(user_path, "[demo]\nhost = " CLUSTER "\n");
    (void)chmod(user_path, 0666);
    check_refused(OPTIONS(.target = CLUSTER), NULL, RP_KIND_CONFIG, "anybody can write", "chmod",
                  "a file that anybody can write");
    (void)chmod(user_path, 0664);
    resolve(&out, OPTIONS(.target = "demo"), NULL);
    check_works(&out, "one that the group can write is used");
    (void)chmod(user_path, 0644);
    if (geteuid() != 0) {
        tap_skip("giving a file away needs root");
    } else if (chown(user_path, 12345, 12345) == 0) {
        check_refused(OPTIONS(.target = CLUSTER), NULL, RP_KIND_CONFIG, "another user", "root's",
                      "a file of somebody else");
    }
    put(user_path, NULL);
    check_refused(OPTIONS(.target = CLUSTER), NULL, RP_KIND_CONFIG, "No such file", "",
                  "a named file that is not there");
    resolve(&out, OPTIONS(.target = CLUSTER), VARIABLES("HOME", "/nonexistent"));
    OK(out.failed, "  HOME does not help it");
    check_refused(OPTIONS(.target = CLUSTER), NULL, RP_KIND_CONFIG, user_path, "",
                  "  and the error names it");
    (void)mkdir(user_path, 0700);
    check_refused(OPTIONS(.target = CLUSTER), NULL, RP_KIND_CONFIG, "directory", "", "a directory");
    (void)rmdir(user_path);
    memset(large, '\n', sizeof(large) - 1);
    put(user_path, large);
    check_refused(OPTIONS(.target = CLUSTER), NULL, RP_KIND_CONFIG, "1048576", "",
                  "a file of more than 1 MiB");
    struct rp_error err = {0};
    rp_ignore(rp_file_replace(user_path, RP_SPAN("[a]\n\0"), RP_FILE_PRIVATE, &err));
    check_refused(OPTIONS(.target = CLUSTER), NULL, RP_KIND_CONFIG, "NUL", "", "a NUL byte");
    put(user_path, "");
}

static void test_config_path(void)
{
    struct rp_target target;
    struct rp_error err = {0};
    struct held held;
    char path[128];
    const struct rp_target_options options = {.target = "demo"};

    (void)snprintf(path, sizeof(path), "%s/.config", folder);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof(path), "%s/.config/rdspass", folder);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof(path), "%s/.config/rdspass/config", folder);
    put(path, "[demo]\nhost = " CLUSTER "\n");
    held_init(&held, VARIABLES("RP_TEST_SYSTEM_CONFIG", system_path, "HOME", folder));
    WORKS(rp_target_resolve(&held.ctx, &options, &target, &err), err, "~/.config/rdspass/config");
    held_init(&held, VARIABLES("RP_TEST_SYSTEM_CONFIG", system_path, "HOME", folder,
                               "XDG_CONFIG_HOME", "relative"));
    WORKS(rp_target_resolve(&held.ctx, &options, &target, &err), err,
          "a relative XDG_CONFIG_HOME is not used");
    held_init(&held, VARIABLES("RP_TEST_SYSTEM_CONFIG", system_path, "HOME", folder,
                               "XDG_CONFIG_HOME", "/nonexistent"));
    FAILS(rp_target_resolve(&held.ctx, &options, &target, &err), RP_KIND_CONFIG, err,
          "XDG_CONFIG_HOME comes before ~/.config");
    (void)snprintf(path, sizeof(path), "%s/.config", folder);
    held_init(&held, VARIABLES("RP_TEST_SYSTEM_CONFIG", system_path, "HOME", "/nonexistent",
                               "XDG_CONFIG_HOME", path));
    WORKS(rp_target_resolve(&held.ctx, &options, &target, &err), err, "XDG_CONFIG_HOME");
    held_init(&held, VARIABLES("RP_TEST_SYSTEM_CONFIG", system_path, "RDSPASS_CONFIG", "/dev/null",
                               "HOME", folder));
    FAILS(rp_target_resolve(&held.ctx, &options, &target, &err), RP_KIND_CONFIG, err,
          "RDSPASS_CONFIG=/dev/null says: none");
    OK(held_has(err.msg, "neither a section"), "  and is no error in itself");
}

static void check_via(const char *text, const char *host, int port, const char *socket_path)
{
    RP_BUF_AUTO struct rp_buf again = {.max = 512};
    struct rp_via via;
    struct rp_error err = {0};

    WORKS(rp_via_parse(rp_span(text), &via, &err), err, text);
    rp_via_add_text(&via, &again);
    IS_STR(rp_buf_str(&again), text, "  and back");
    IS_STR(via.host, host, "  host");
    IS_INT(via.port, port, "  port");
    IS_STR(via.socket, socket_path, "  socket");
}

static void test_via(void)
{
    static const char *const bad[] = {
        "",    "localhost", ":3306", "h:",    "h:0",   "h:65536", "h:x",        "::1:3306",
        "::1", "[::1]",     "[]:1",  "h:1:2", "a b:1", "u@h:1",   "\xc3\xa9:1",
    };
    struct rp_via via;
    struct rp_error err = {0};
    char longest[256];

    check_via("127.0.0.1:3306", "127.0.0.1", 3306, "");
    check_via("localhost:13306", "localhost", 13306, "");
    check_via("[::1]:5432", "::1", 5432, "");
    check_via("[fe80::1%eth0]:5432", "fe80::1%eth0", 5432, "");
    check_via("my_host.svc:1", "my_host.svc", 1, "");
    check_via("/run/x/mysql.sock", "", 0, "/run/x/mysql.sock");
    check_via("./s", "", 0, "./s");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        FAILS(rp_via_parse(rp_span(bad[i]), &via, &err), RP_KIND_USAGE, err, bad[i]);
    memset(longest, '/', sizeof(longest));
    FAILS(rp_via_parse((struct rp_span){longest, 108}, &via, &err), RP_KIND_USAGE, err,
          "a socket's path of 108 bytes");
    WORKS(rp_via_parse((struct rp_span){longest, 107}, &via, &err), err, "one of 107");
    FAILS(rp_via_parse(RP_SPAN("h\0:1"), &via, &err), RP_KIND_USAGE, err, "a NUL");
}

static void test_ca_file(void)
{
    struct outcome out;
    char here[4096];
    char want[4200];

    resolve(&out, OPTIONS(.target = CLUSTER, .option[RP_SET_CA_FILE] = "roots.pem"), NULL);
    check_works(&out, "--ca-file roots.pem");
    (void)snprintf(want, sizeof(want), "%s/roots.pem", getcwd(here, sizeof(here)));
    IS_STR(out.target.ca_file, want, "  is made absolute");
    resolve(&out, OPTIONS(.target = CLUSTER, .option[RP_SET_CA_FILE] = "/a/b"), NULL);
    IS_STR(out.target.ca_file, "/a/b", "an absolute one stays");
    resolve(&out, OPTIONS(.target = CLUSTER),
            VARIABLES("RDSPASS_CA_FILE", "/a", "SSL_CERT_FILE", "/b", "PGSSLROOTCERT", "/c"));
    IS_STR(out.target.ca_file, "", "no variable names roots");
    resolve(&out, OPTIONS(.target = CLUSTER), VARIABLES("RDSPASS_PROFILE", "x"));
    IS_STR(out.target.profile, "", "nor a profile");
}

#define ARN(name) "arn:aws:iam::123456789012:role/" name

/* The roles that come out, each with a newline. */
static void roles_are(const struct rp_target_options *options, const char *want, const char *id,
                      const char *name)
{
    RP_BUF_AUTO struct rp_buf got = {.max = 4096};
    struct outcome out;

    resolve(&out, options, NULL);
    check_works(&out, name);
    const char *arn = out.target.roles.arns;
    for (size_t i = 0; i < out.target.roles.count; i++) {
        rp_buf_addf(&got, "%s\n", arn);
        arn += strlen(arn) + 1;
    }
    IS_STR(rp_buf_str(&got), want, name);
    IS_STR(out.target.roles.external_id, id, name);
    held_release(&out.held);
}

/* Options of roles: of the command line one by one, of a section all in one key. */
static void test_roles(void)
{
    struct outcome out;

    put(system_path, NULL);
    put(user_path,
        "[demo]\nhost = " CLUSTER "\nrole-arn = " ARN("a") " " ARN("b") " \t " ARN(
            "c") "\nexternal-id = e\nrole-session-name = n\nmfa-command = m x\n"
                 "[other]\nhost = " CLUSTER "\nexternal-id = e\n[plain]\nhost = " CLUSTER "\n");
    roles_are(OPTIONS(.target = "demo"), ARN("a") "\n" ARN("b") "\n" ARN("c") "\n", "e",
              "roles of a section");
    resolve(&out, OPTIONS(.target = "demo"), NULL);
    IS_STR(out.target.roles.session_name, "n", "  their sessions' name");
    IS_STR(out.target.roles.mfa_command, "m x", "  the command for a code");
    held_release(&out.held);
    roles_are(OPTIONS(.target = "plain"), "", "", "none");
    roles_are(OPTIONS(.target = "demo", .option[RP_SET_ROLE_ARN] = ARN("y"),
                      .role_arns = {ARN("x"), ARN("y")}, .role_count = 2),
              ARN("x") "\n" ARN("y") "\n", "", "the command line's, without another role's id");
    roles_are(OPTIONS(.target = "demo", .option[RP_SET_EXTERNAL_ID] = "f"),
              ARN("a") "\n" ARN("b") "\n" ARN("c") "\n", "f", "an id of the command line");
    check_refused(OPTIONS(.target = "other"), NULL, RP_KIND_CONFIG, "user:9: external-id: there is",
                  "", "an id without a role in a section");
    check_refused(OPTIONS(.target = "plain", .option[RP_SET_EXTERNAL_ID] = "f"), NULL,
                  RP_KIND_USAGE, "--external-id: there is no role-arn", "",
                  "an id without a role on the command line");
    check_refused(OPTIONS(.target = "plain", .option[RP_SET_ROLE_ARN] = "R", .role_arns = {"R"},
                          .role_count = 1),
                  NULL, RP_KIND_USAGE, "--role-arn: the value is no ARN", "", "no ARN");
    check_refused(OPTIONS(.target = "plain", .option[RP_SET_ROLE_ARN] = "", .role_arns = {""},
                          .role_count = 1),
                  NULL, RP_KIND_USAGE, "--role-arn: the value is empty", "", "an empty one");
    check_refused(OPTIONS(.target = "plain", .option[RP_SET_ROLE_ARN] = ARN("9"),
                          .role_arns = {ARN("1"), ARN("2"), ARN("3"), ARN("4"), ARN("5"), ARN("6"),
                                        ARN("7"), ARN("8"), ARN("9")},
                          .role_count = 9),
                  NULL, RP_KIND_USAGE, "--role-arn: there are more than 8 roles", "", "nine roles");
}

int main(void)
{
    if (mkdtemp(folder) == NULL)
        return 1;
    (void)snprintf(system_path, sizeof(system_path), "%s/system", folder);
    (void)snprintf(user_path, sizeof(user_path), "%s/user", folder);
    put(user_path, "");
    test_forms();
    test_precedence();
    test_libpq();
    test_refusals();
    test_config_file();
    test_config_safety();
    test_config_path();
    test_via();
    test_ca_file();
    test_roles();
    char path[64];
    static const char *const left[] = {"user", ".config/rdspass/config", ".config/rdspass",
                                       ".config", ""};
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, left[i]);
        if (unlink(path) != 0)
            (void)rmdir(path);
    }
    return tap_done();
}
