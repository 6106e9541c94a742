/* Clients: the table, placeholders, and the environment that each is given. */
#include "client.h"

static const struct rp_client clients[] = {
    {"psql", RP_CLIENT_LIBPQ, true},
    {"pg_dump", RP_CLIENT_LIBPQ, true},
    {"pg_dumpall", RP_CLIENT_LIBPQ, true},
    {"pg_restore", RP_CLIENT_LIBPQ, true},
    {"pgbench", RP_CLIENT_LIBPQ, true},
    {"pgcli", RP_CLIENT_LIBPQ, true},
    {"pg_isready", RP_CLIENT_LIBPQ, true},
    {"pg_amcheck", RP_CLIENT_LIBPQ, true},
    {"vacuumdb", RP_CLIENT_LIBPQ, true},
    {"reindexdb", RP_CLIENT_LIBPQ, true},
    {"clusterdb", RP_CLIENT_LIBPQ, true},
    {"createdb", RP_CLIENT_LIBPQ, true},
    {"dropdb", RP_CLIENT_LIBPQ, true},
    {"createuser", RP_CLIENT_LIBPQ, true},
    {"dropuser", RP_CLIENT_LIBPQ, true},
    {"mysql", RP_CLIENT_MYSQL, true},
    {"mariadb", RP_CLIENT_MYSQL, true},
    {"mysqldump", RP_CLIENT_MYSQL, false},
    {"mariadb-dump", RP_CLIENT_MYSQL, false},
    {"mysqladmin", RP_CLIENT_MYSQL, false},
    {"mariadb-admin", RP_CLIENT_MYSQL, false},
    {"mysqlimport", RP_CLIENT_MYSQL, false},
    {"mariadb-import", RP_CLIENT_MYSQL, false},
    {"mysqlslap", RP_CLIENT_MYSQL, false},
    {"mariadb-slap", RP_CLIENT_MYSQL, false},
    {"mysqlcheck", RP_CLIENT_MYSQL, false},
    {"mariadb-check", RP_CLIENT_MYSQL, false},
    {"mysqlshow", RP_CLIENT_MYSQL, false},
    {"mariadb-show", RP_CLIENT_MYSQL, false},
    {"mycli", RP_CLIENT_MYCLI, true},
    {NULL, RP_CLIENT_OTHER, false},
};

/*
 * What would lead a client past the gate, have it speak TLS to it, or give it a
 * password. A name that ends in '*' stands for all that begin so.
 */
static const char *const taken_away[] = {
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGSSL*",
    "PGREQUIRE*",
    "PGCHANNELBINDING",
    "PGGSS*",
    "PGKRBSRVNAME",
    "PGLOADBALANCEHOSTS",
    "PGMAXPROTOCOLVERSION",
    "PGMINPROTOCOLVERSION",
    "MYSQL_PWD",
    "MYSQL_HOST",
    "MYSQL_TCP_PORT",
    "MYSQL_UNIX_PORT",
    "LIBMYSQL_*",
    "MARIADB_TLS_*",
    "MARIADB_PLUGIN_DIR",
};

const struct rp_client *rp_client_find(const char *program)
{
    struct rp_span path = rp_span(program);
    size_t slash = rp_span_find_last(path, '/');
    struct rp_span name = slash == path.n ? path : rp_span_skip(path, slash + 1);
    const struct rp_client *client = clients;

    while (client->name != NULL && !rp_span_is(name, client->name))
        client++;
    return client;
}

enum rp_engine rp_client_engine(const struct rp_client *client)
{
    switch (client->family) {
    case RP_CLIENT_LIBPQ:
        return RP_ENGINE_POSTGRES;
    case RP_CLIENT_MYSQL:
    case RP_CLIENT_MYCLI:
        return RP_ENGINE_MYSQL;
    case RP_CLIENT_OTHER:
        break;
    }
    return RP_ENGINE_UNKNOWN;
}

/* The value of a placeholder, or NULL where it is none. */
static const char *value_of(const struct rp_client_place *place, struct rp_span name)
{
    const struct {
        const char *name;
        const char *value;
    } placeholders[] = {
        {"host", place->host},     {"port", place->port},
        {"socket", place->socket}, {"socket-dir", place->directory},
        {"user", place->user},     {"database", place->database},
    };

    for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++)
        if (rp_span_is(name, placeholders[i].name))
            return placeholders[i].value;
    return NULL;
}

void rp_client_fill_in(const struct rp_client_place *place, const char *text, struct rp_buf *out)
{
    struct rp_span rest = rp_span(text);

    while (rest.n > 0) {
        size_t open = rp_span_find(rest, '{');
        rp_buf_add(out, rp_span_first(rest, open));
        rest = rp_span_skip(rest, open);
        if (rest.n == 0)
            break;
        size_t close = rp_span_find(rest, '}');
        const char *value = value_of(place, rp_span_skip(rp_span_first(rest, close), 1));
        if (value != NULL && close < rest.n) {
            rp_buf_add_str(out, value);
            rest = rp_span_skip(rest, close + 1);
        } else {
            rp_buf_add_char(out, '{');
            rest = rp_span_skip(rest, 1);
        }
    }
}

static bool is_taken_away(struct rp_span name)
{
    for (size_t i = 0; i < sizeof(taken_away) / sizeof(taken_away[0]); i++) {
        struct rp_span pattern = rp_span(taken_away[i]);
        bool all = rp_span_ends(pattern, "*");
        if (all && name.n + 1 >= pattern.n &&
            rp_span_eq(rp_span_first(name, pattern.n - 1), rp_span_first(pattern, pattern.n - 1)))
            return true;
        if (!all && rp_span_eq(name, pattern))
            return true;
    }
    return false;
}

/* Names that are set anew; the caller's value would be a second one. */
struct additions {
    struct {
        const char *name;
        const char *value;
    } of[8];
    size_t count;
};

static void set(struct additions *additions, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    additions->of[additions->count].name = name;
    additions->of[additions->count++].value = value;
}

/* libpq's variables, also for programs that may be on libpq: for others they mean nothing. */
static void lead_libpq(const struct rp_client_place *place, struct additions *additions)
{
    if (place->engine != RP_ENGINE_POSTGRES)
        return;
    set(additions, "PGHOST", place->host);
    set(additions, "PGPORT", place->port);
    set(additions, "PGUSER", place->user);
    set(additions, "PGDATABASE", place->database);
}

static bool is_set_anew(const struct additions *additions, const struct rp_args *args,
                        struct rp_span name)
{
    size_t index = 0;
    const char *given;

    for (size_t i = 0; i < additions->count; i++)
        if (rp_span_is(name, additions->of[i].name))
            return true;
    while ((given = rp_args_next(args, RP_OPT_ENV, &index)) != NULL) {
        struct rp_span text = rp_span(given);
        if (rp_span_eq(name, rp_span_first(text, rp_span_find(text, '='))))
            return true;
    }
    return false;
}

static rp_status add_given(const struct rp_client_place *place, const struct rp_args *args,
                           struct rp_strings *out, struct rp_error *err)
{
    size_t index = 0;
    const char *given;

    while ((given = rp_args_next(args, RP_OPT_ENV, &index)) != NULL) {
        size_t equals = rp_span_find(rp_span(given), '=');
        if (equals == 0 || given[equals] == '\0')
            return rp_fail(err, RP_KIND_USAGE, "--env wants NAME=VALUE");
        rp_buf_add(&out->text, rp_span_first(rp_span(given), equals + 1));
        rp_client_fill_in(place, given + equals + 1, &out->text);
        rp_strings_end(out);
    }
    return RP_OK;
}

rp_status rp_client_environment(const struct rp_client *client, const struct rp_client_place *place,
                                const struct rp_args *args, char *const *caller,
                                struct rp_strings *out, struct rp_error *err)
{
    struct additions additions = {0};

    if (client->family == RP_CLIENT_LIBPQ || client->family == RP_CLIENT_OTHER)
        lead_libpq(place, &additions);
    for (char *const *variable = caller; *variable != NULL; variable++) {
        struct rp_span text = rp_span(*variable);
        struct rp_span name = rp_span_first(text, rp_span_find(text, '='));
        if (!is_taken_away(name) && !is_set_anew(&additions, args, name))
            rp_strings_add(out, *variable);
    }
    for (size_t i = 0; i < additions.count; i++) {
        if (is_set_anew(&(struct additions){0}, args, rp_span(additions.of[i].name)))
            continue; /* --env knows better */
        rp_buf_add_str(&out->text, additions.of[i].name);
        rp_buf_add_char(&out->text, '=');
        rp_buf_add_str(&out->text, additions.of[i].value);
        rp_strings_end(out);
    }
    return add_given(place, args, out, err);
}
