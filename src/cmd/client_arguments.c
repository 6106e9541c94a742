/* The command lines of clients: MySQL's family is led by options, others by placeholders. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "client.h"
#include "rdspass/base/file.h"
#include "rdspass/base/spawn.h"

enum { VERSION_MS = 5000, VERSION_MAX = 4096 };

/* The path of the program that a shell would run. False where there is none. */
static bool find_program(const struct rp_context *ctx, const char *program, struct rp_buf *out)
{
    struct rp_span folders = rp_span(rp_env_get(ctx, "PATH"));
    struct rp_span folder;

    if (strchr(program, '/') != NULL) {
        rp_buf_add_str(out, program);
        return out->state == RP_BUF_FINE;
    }
    if (folders.p == NULL)
        folders = RP_SPAN("/bin:/usr/bin"); /* as execvp has it */
    while (rp_span_split(&folders, ':', &folder)) {
        rp_buf_clear(out);
        rp_buf_add(out, folder.n == 0 ? RP_SPAN(".") : folder);
        rp_buf_add_char(out, '/');
        rp_buf_add_str(out, program);
        if (out->state == RP_BUF_FINE && access(rp_buf_str(out), X_OK) == 0)
            return true;
    }
    return false;
}

/* What the program answers to --version. */
static bool ask_version(const char *program, struct rp_buf *out)
{
    const char *const argv[] = {program, "--version", NULL};
    struct rp_child child = {0};
    struct rp_error ignored;
    struct rp_exit end;
    int ends[2];

    RP_FD_AUTO int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0 || pipe2(ends, O_CLOEXEC) != 0)
        return false;
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK); /* rp_read_all then waits a while only */
    struct rp_spawn how = {
        .program_fd = -1, .argv = argv, .stdin_fd = nothing, .stdout_fd = ends[1]};
    rp_status status = rp_spawn(&how, &child, &ignored);
    (void)close(ends[1]);
    if (!rp_failed(status)) {
        /* More than fits is cut, and so is a program that goes on. */
        rp_ignore(rp_read_all(ends[0], RP_KIND_INTERNAL, "a version", out, &ignored));
        if (!rp_child_wait(&child, VERSION_MS, &end))
            rp_child_end(&child, false);
    }
    (void)close(ends[0]);
    return !rp_failed(status);
}

/*
 * MariaDB's clients and Oracle's have the same names. Debian's are links to
 * MariaDB's own names; elsewhere the program itself knows.
 */
static bool is_mariadb(const struct rp_context *ctx, const char *program)
{
    RP_BUF_AUTO struct rp_buf version = {.max = VERSION_MAX};
    RP_BUF_AUTO struct rp_buf path = {.max = PATH_MAX};
    char resolved[PATH_MAX];

    if (!find_program(ctx, program, &path) || realpath(rp_buf_str(&path), resolved) == NULL)
        return false;
    struct rp_span file = rp_span(resolved);
    if (rp_span_starts(rp_span_skip(file, rp_span_find_last(file, '/') + 1), "mariadb"))
        return true;
    return ask_version(rp_buf_str(&path), &version) &&
           strstr(rp_buf_str(&version), "MariaDB") != NULL;
}

/* Options that MySQL's programs read in the first places alone. */
static bool must_lead(const char *word)
{
    static const char *const leading[] = {
        "--defaults-file",  "--defaults-extra-file", "--defaults-group-suffix", "--no-defaults",
        "--print-defaults", "--login-path",          "--no-login-paths",
    };
    struct rp_span name = rp_span_first(rp_span(word), rp_span_find(rp_span(word), '='));

    for (size_t i = 0; i < sizeof(leading) / sizeof(leading[0]); i++)
        if (rp_span_is(name, leading[i]))
            return true;
    return false;
}

static void add_option(struct rp_strings *out, const char *name, const char *value)
{
    rp_buf_add_str(&out->text, name);
    rp_buf_add_char(&out->text, '=');
    rp_buf_add_str(&out->text, value);
    rp_strings_end(out);
}

/*
 * Where the gate is, and that there is no TLS on the way to it. MariaDB's client
 * wants two words for that: an ssl-verify-server-cert, which option files have
 * for other servers, outlives --skip-ssl. And it insists on a default-auth that
 * they have, which the gate would have to speak.
 */
static void add_place(const struct rp_client_place *place, bool mariadb, struct rp_strings *out)
{
    add_option(out, "--host", place->host);
    add_option(out, "--protocol", place->tcp ? "tcp" : "socket");
    if (place->tcp)
        add_option(out, "--port", place->port);
    else
        add_option(out, "--socket", place->socket);
    if (mariadb) {
        rp_strings_add(out, "--skip-ssl");
        rp_strings_add(out, "--skip-ssl-verify-server-cert");
        rp_strings_add(out, "--default-auth=mysql_native_password");
    } else {
        rp_strings_add(out, "--ssl-mode=DISABLED");
    }
}

/*
 * The place is said twice: in front of the person's words, which may be wrong or
 * ask for help, and behind them, where it wins over a -h, -P or --ssl-ca.
 */
static void lead_mysql(const struct rp_context *ctx, const struct rp_client *client,
                       const struct rp_client_place *place, const struct rp_args *args,
                       struct rp_strings *out)
{
    bool mariadb = is_mariadb(ctx, args->client[0]);
    size_t i = 1;

    for (; i < args->client_count && must_lead(args->client[i]); i++)
        rp_strings_add(out, args->client[i]);
    add_place(place, mariadb, out);
    if (place->user[0] != '\0')
        add_option(out, "--user", place->user);
    if (client->takes_database && place->database[0] != '\0')
        add_option(out, "--database", place->database);
    for (; i < args->client_count && strcmp(args->client[i], "--") != 0; i++)
        rp_strings_add(out, args->client[i]);
    add_place(place, mariadb, out);
    for (; i < args->client_count; i++)
        rp_strings_add(out, args->client[i]);
}

/*
 * mycli has no word for "no TLS", so that it reads no option file: one with an
 * ssl-ca turns TLS on. It heeds a socket only where a port is given, too. The
 * database is the gate's to add: as an option it beats the person's argument.
 */
static void lead_mycli(const struct rp_client_place *place, const struct rp_args *args,
                       struct rp_strings *out)
{
    add_option(out, "--defaults-file", "/dev/null");
    if (place->user[0] != '\0')
        add_option(out, "--user", place->user);
    for (size_t i = 1; i < args->client_count; i++)
        rp_strings_add(out, args->client[i]);
    add_option(out, "--host", place->host);
    add_option(out, "--port", place->port);
    if (!place->tcp)
        add_option(out, "--socket", place->socket);
}

void rp_client_arguments(const struct rp_context *ctx, const struct rp_client *client,
                         const struct rp_client_place *place, const struct rp_args *args,
                         struct rp_strings *out)
{
    rp_strings_add(out, args->client[0]);
    switch (client->family) {
    case RP_CLIENT_MYSQL:
        lead_mysql(ctx, client, place, args, out);
        break;
    case RP_CLIENT_MYCLI:
        lead_mycli(place, args, out);
        break;
    case RP_CLIENT_LIBPQ:
        for (size_t i = 1; i < args->client_count; i++)
            rp_strings_add(out, args->client[i]);
        break;
    case RP_CLIENT_OTHER:
        for (size_t i = 1; i < args->client_count; i++) {
            rp_client_fill_in(place, args->client[i], &out->text);
            rp_strings_end(out);
        }
        break;
    }
}
