/* Clients: command lines and environments that lead to the gate, whatever a person or a file says.
 */
#include "cmd/client.h"

#include <sys/stat.h>

#include "cmd/command.h"
#include "held_context.h"
#include "rdspass/base/file.h"

enum { WORDS_MAX = 24, SHOWN_MAX = 65536 };

static const struct rp_client_place postgres_place = {
    .engine = RP_ENGINE_POSTGRES,
    .host = "/run/user/7/rdspass-x",
    .port = "5432",
    .socket = "/run/user/7/rdspass-x/.s.PGSQL.5432",
    .directory = "/run/user/7/rdspass-x",
    .user = "app",
    .database = "orders",
};
static const struct rp_client_place mysql_place = {
    .engine = RP_ENGINE_MYSQL,
    .host = "localhost",
    .port = "3306",
    .socket = "/tmp/r/mysql.sock",
    .directory = "/tmp/r",
    .user = "app",
    .database = "orders",
};
static const struct rp_client_place tcp_place = {
    .engine = RP_ENGINE_MYSQL,
    .host = "127.0.0.1",
    .port = "40000",
    .socket = "/tmp/r/mysql.sock",
    .directory = "/tmp/r",
    .user = "",
    .database = "",
    .tcp = true,
};

/* What stands behind "rdspass exec", in words that end with NULL. */
static bool parse(const char *const *words, struct rp_args *out)
{
    static char texts[WORDS_MAX][256];
    static char *argv[WORDS_MAX];
    struct rp_error err = {0};
    int argc = 0;

    for (; words[argc] != NULL; argc++) {
        (void)snprintf(texts[argc], sizeof(texts[argc]), "%s", words[argc]);
        argv[argc] = texts[argc];
    }
    return !rp_failed(rp_args_parse(&rp_command_exec, argc, argv, out, &err));
}

/* A list as one text, with a blank behind each. */
static void show(struct rp_strings *strings, struct rp_buf *out)
{
    const char *const *list = NULL;
    struct rp_error err = {0};

    WORKS(rp_strings_list(strings, &list, &err), err, "  the list is made");
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        rp_buf_add_str(out, list[i]);
        rp_buf_add_char(out, ' ');
    }
}

/* Checks the command line that a client gets where PATH is `path`. */
static void leads(const char *name, const struct rp_client_place *place, const char *path,
                  const char *const *words, const char *want)
{
    const char *const variables[] = {"PATH", path, NULL};
    RP_BUF_AUTO struct rp_buf got = {.max = SHOWN_MAX};
    RP_STRINGS_AUTO struct rp_strings arguments;
    struct rp_args args;
    struct held held;

    held_init(&held, variables);
    rp_strings_init(&arguments);
    OK(parse(words, &args) && args.client_count > 0, "%s: is parsed", name);
    rp_client_arguments(&held.ctx, rp_client_find(args.client[0]), place, &args, &arguments);
    show(&arguments, &got);
    IS_STR(rp_buf_str(&got), want, name);
    held_release(&held);
}

/* --- MySQL's family -------------------------------------------------------------- */

static char folder[] = "/tmp/client-XXXXXX";

static void path_of(const char *name, char out[128])
{
    (void)snprintf(out, 128, "%s/%s", folder, name);
}

/* A program that says who it is. */
static void make_program(const char *name, const char *version)
{
    char path[128];

    path_of(name, path);
    FILE *file = fopen(path, "we");
    if (!OK(file != NULL, "%s is made", name))
        return;
    (void)fprintf(file, "#!/bin/sh\n[ \"$*\" != --version ] || echo '%s'\n", version);
    (void)fclose(file);
    (void)chmod(path, 0755);
}

static void make_folder(void)
{
    char link[128];

    OK(mkdtemp(folder) != NULL, "a folder is made");
    make_program("mysql", "mysql  Ver 9.7.4 for Linux on x86_64 (MySQL Community Server - GPL)");
    make_program("mysqldump", "mysqldump  Ver 10.19 Distrib 10.11.19-MariaDB, for Linux (x86_64)");
    make_program("mariadb-thing", "nothing of use");
    path_of("mysqladmin", link);
    OK(symlink("mariadb-thing", link) == 0, "a link is made");
}

static void remove_folder(void)
{
    static const char *const names[] = {"mysql", "mysqldump", "mariadb-thing", "mysqladmin"};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        path_of(names[i], path);
        (void)unlink(path);
    }
    OK(rmdir(folder) == 0, "nothing is left in the folder");
}

#define SOCKET "--host=localhost --protocol=socket --socket=/tmp/r/mysql.sock "
#define MARIADB_WORDS                                                                              \
    "--skip-ssl --skip-ssl-verify-server-cert --default-auth=mysql_native_password "
#define MARIADB SOCKET MARIADB_WORDS
#define ORACLE SOCKET "--ssl-mode=DISABLED "
#define WORDS(...) ((const char *const[]){"--", __VA_ARGS__, NULL})

static void test_flavours(void)
{
    char path[128];

    leads("Oracle's client is told by its version", &mysql_place, folder, WORDS("mysql"),
          "mysql " ORACLE "--user=app --database=orders " ORACLE);
    leads("MariaDB's client is told by its version", &mysql_place, folder, WORDS("mysqldump"),
          "mysqldump " MARIADB "--user=app " MARIADB);
    path_of("", path);
    (void)snprintf(path, sizeof(path), "/nowhere:%s", folder);
    leads("MariaDB's client is told by the file that a link leads to", &mysql_place, path,
          WORDS("mysqladmin", "ping"), "mysqladmin " MARIADB "--user=app ping " MARIADB);
    leads("one that is not there is taken for Oracle's", &mysql_place, "/nowhere", WORDS("mariadb"),
          "mariadb " ORACLE "--user=app --database=orders " ORACLE);
}

static void test_mysql_words(void)
{
    leads("the person's words stand between ours", &mysql_place, folder,
          WORDS("mysqladmin", "-h", "10.0.0.1", "-P3307", "--ssl-ca=x", "-u", "other", "ping"),
          "mysqladmin " MARIADB "--user=app -h 10.0.0.1 -P3307 --ssl-ca=x -u other ping " MARIADB);
    leads("what must lead leads", &mysql_place, folder,
          WORDS("mysql", "--defaults-extra-file=x", "--login-path=y", "-e", "SELECT 1"),
          "mysql --defaults-extra-file=x --login-path=y " ORACLE
          "--user=app --database=orders -e SELECT 1 " ORACLE);
    leads("but only in the first place", &mysql_place, folder,
          WORDS("mysql", "-N", "--no-defaults"),
          "mysql " ORACLE "--user=app --database=orders -N --no-defaults " ORACLE);
    leads("a word that only begins like one does not", &mysql_place, folder,
          WORDS("mysql", "--no-defaults-here"),
          "mysql " ORACLE "--user=app --database=orders --no-defaults-here " ORACLE);
    leads("options end where the person ends them", &mysql_place, folder,
          WORDS("mysqldump", "--", "-odd-", "t"),
          "mysqldump " MARIADB "--user=app " MARIADB "-- -odd- t ");
    leads("braces are MySQL's own", &mysql_place, folder, WORDS("mysqladmin", "{host}"),
          "mysqladmin " MARIADB "--user=app {host} " MARIADB);
}

static void test_mysql_tcp(void)
{
    static const char place[] = "--host=127.0.0.1 --protocol=tcp --port=40000 " MARIADB_WORDS;
    char want[512];

    (void)snprintf(want, sizeof(want), "mysqladmin %sping %s", place, place);
    leads("with --tcp, and no user", &tcp_place, folder, WORDS("mysqladmin", "ping"), want);
    leads("mycli: no option file, the database by the gate", &mysql_place, folder,
          WORDS("mycli", "-h", "10.0.0.1", "other"),
          "mycli --defaults-file=/dev/null --user=app -h 10.0.0.1 other --host=localhost "
          "--port=3306 --socket=/tmp/r/mysql.sock ");
    leads("mycli with --tcp", &tcp_place, folder, WORDS("mycli"),
          "mycli --defaults-file=/dev/null --host=127.0.0.1 --port=40000 ");
}

/* --- others ---------------------------------------------------------------------- */

static void test_placeholders(void)
{
    leads("libpq's clients keep their words", &postgres_place, folder,
          WORDS("/usr/bin/psql", "-c", "SELECT '{host}'"), "/usr/bin/psql -c SELECT '{host}' ");
    leads("others get the place where they ask for it", &postgres_place, folder,
          WORDS("tool", "{host}:{port}", "-s{socket}", "{socket-dir}", "{user}@{database}"),
          "tool /run/user/7/rdspass-x:5432 -s/run/user/7/rdspass-x/.s.PGSQL.5432 "
          "/run/user/7/rdspass-x app@orders ");
    leads("what is no placeholder stays", &postgres_place, folder,
          WORDS("tool", "{", "}", "{}", "{Host}", "{{host}}", "{user", "a{b{user}c}", "{host }"),
          "tool { } {} {Host} {/run/user/7/rdspass-x} {user a{bappc} {host } ");
    leads("the program's name is taken as it is", &postgres_place, folder, WORDS("{user}"),
          "{user} ");
}

/* An environment out of a text with a '|' between two variables. */
static char *const *environment_of(const char *text)
{
    static char copy[2048];
    static char *list[64];
    size_t count = 0;

    (void)snprintf(copy, sizeof(copy), "%s", text);
    for (char *rest = copy, *one = NULL; (one = strsep(&rest, "|")) != NULL;)
        list[count++] = one;
    list[count] = NULL;
    return list;
}

/* Checks the environment that a client gets of the caller's. */
static void passes(const char *name, const struct rp_client_place *place, const char *const *words,
                   const char *caller, const char *want)
{
    RP_BUF_AUTO struct rp_buf got = {.max = SHOWN_MAX};
    RP_STRINGS_AUTO struct rp_strings environment;
    struct rp_error err = {0};
    struct rp_args args;

    rp_strings_init(&environment);
    OK(parse(words, &args) && args.client_count > 0, "%s: is parsed", name);
    WORKS(rp_client_environment(rp_client_find(args.client[0]), place, &args,
                                environment_of(caller), &environment, &err),
          err, name);
    show(&environment, &got);
    IS_STR(rp_buf_str(&got), want, name);
}

#define LIBPQ "PGHOST=/run/user/7/rdspass-x PGPORT=5432 PGUSER=app PGDATABASE=orders "

static void test_environment(void)
{
    static const char caller[] =
        "PATH=/bin|PGHOST=10.0.0.1|PGHOSTADDR=10.0.0.1|PGPORT=1|PGUSER=u|"
        "PGDATABASE=d|PGPASSWORD=x|PGPASSFILE=x|PGSERVICE=x|PGSERVICEFILE=x|"
        "PGSSLMODE=disable|PGSSLROOTCERT=x|PGSSLNEGOTIATION=direct|"
        "PGREQUIRESSL=1|PGREQUIREAUTH=none|PGREQUIREPEER=root|"
        "PGCHANNELBINDING=require|PGGSSENCMODE=require|PGGSSLIB=x|"
        "PGKRBSRVNAME=x|PGLOADBALANCEHOSTS=random|MYSQL_PWD=x|MYSQL_HOST=x|"
        "MYSQL_TCP_PORT=1|MYSQL_UNIX_PORT=x|LIBMYSQL_ENABLE_CLEARTEXT_PLUGIN=1|"
        "MARIADB_TLS_DISABLE_PEER_VERIFICATION=1|MARIADB_PLUGIN_DIR=x|"
        "PGOPTIONS=-c a=b|PGAPPNAME=n|PGCONNECT_TIMEOUT=3|PGTZ=UTC|"
        "PGHOSTING=mine|MYSQL_PS1=m|AWS_ACCESS_KEY_ID=kept|odd";
    static const char kept[] = "PGOPTIONS=-c a=b PGAPPNAME=n PGCONNECT_TIMEOUT=3 PGTZ=UTC "
                               "PGHOSTING=mine MYSQL_PS1=m AWS_ACCESS_KEY_ID=kept odd ";
    char want[1024];

    (void)snprintf(want, sizeof(want), "PATH=/bin %s" LIBPQ, kept);
    passes("psql", &postgres_place, WORDS("psql"), caller, want);
    passes("a shell, for what it starts", &postgres_place, WORDS("sh"), caller, want);
    (void)snprintf(want, sizeof(want), "PATH=/bin PGUSER=u PGDATABASE=d %s", kept);
    passes("MySQL's clients have none that count", &mysql_place, WORDS("mysql"), caller, want);
}

static void test_given_environment(void)
{
    static const char caller[] = "A=1|URL=old|PGUSER=u";

    passes("--env comes last, filled in", &postgres_place,
           (const char *const[]){"--env", "URL=pg://{user}@/{database}?host={socket-dir}&a=b",
                                 "--env=B=", "--", "tool", NULL},
           caller, "A=1 " LIBPQ "URL=pg://app@/orders?host=/run/user/7/rdspass-x&a=b B= ");
    passes("--env wins over what leads to the gate", &postgres_place,
           (const char *const[]){"--env", "PGDATABASE=other", "--", "psql", NULL}, caller,
           "A=1 URL=old PGHOST=/run/user/7/rdspass-x PGPORT=5432 PGUSER=app PGDATABASE=other ");
}

static void test_refused_environment(void)
{
    static const char *const wrong[] = {"--env=NAME", "--env==x", "--env="};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        RP_STRINGS_AUTO struct rp_strings environment;
        struct rp_error err = {0};
        struct rp_args args;
        rp_strings_init(&environment);
        OK(parse((const char *const[]){wrong[i], "--", "tool", NULL}, &args), "%s is parsed",
           wrong[i]);
        FAILS(rp_client_environment(rp_client_find("tool"), &postgres_place, &args,
                                    environment_of("A=1"), &environment, &err),
              RP_KIND_USAGE, err, wrong[i]);
    }
}

static void test_engines(void)
{
    IS_INT(rp_client_engine(rp_client_find("psql")), RP_ENGINE_POSTGRES, "psql");
    IS_INT(rp_client_engine(rp_client_find("/opt/pg/16/bin/pg_dump")), RP_ENGINE_POSTGRES,
           "a path to pg_dump");
    IS_INT(rp_client_engine(rp_client_find("./mariadb-dump")), RP_ENGINE_MYSQL, "mariadb-dump");
    IS_INT(rp_client_engine(rp_client_find("mycli")), RP_ENGINE_MYSQL, "mycli");
    IS_INT(rp_client_engine(rp_client_find("psql/")), RP_ENGINE_UNKNOWN, "a folder");
    IS_INT(rp_client_engine(rp_client_find("")), RP_ENGINE_UNKNOWN, "nothing");
    IS_INT(rp_client_engine(rp_client_find("bash")), RP_ENGINE_UNKNOWN, "any other");
}

int main(void)
{
    make_folder();
    test_engines();
    test_flavours();
    test_mysql_words();
    test_mysql_tcp();
    test_placeholders();
    test_environment();
    test_given_environment();
    test_refused_environment();
    remove_folder();
    return tap_done();
}
