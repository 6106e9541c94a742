/* Commands of psql and mysql in a script. */
#include "script_command.h"

enum { ARGUMENT_MAX = 1024 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

enum argument { ARGUMENT_NONE, ARGUMENT_TAKEN, ARGUMENT_OPEN /* a quote does not end */ };

/* The next argument, with psql's quotes taken off. */
static enum argument next_argument(struct rp_span *rest, struct rp_buf *out)
{
    char quote = '\0';

    while (rest->n > 0 && is_blank(rest->p[0]))
        *rest = rp_span_skip(*rest, 1);
    if (rest->n == 0)
        return ARGUMENT_NONE;
    for (; rest->n > 0; *rest = rp_span_skip(*rest, 1)) {
        char c = rest->p[0];
        if (quote == '\0' && is_blank(c))
            break;
        if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == quote && quote != '\0') {
            if (rest->n < 2 || rest->p[1] != quote) {
                quote = '\0';
                continue;
            }
            *rest = rp_span_skip(*rest, 1); /* doubled: one of it */
            rp_buf_add_char(out, c);
        } else {
            rp_buf_add_char(out, c);
        }
    }
    return quote == '\0' ? ARGUMENT_TAKEN : ARGUMENT_OPEN;
}

/* dbname='…' of a connection string, where \ goes before ' and \; false: something else. */
static bool read_connection_string(struct rp_span text, struct rp_buf *out)
{
    static const char start[] = "dbname='";

    text = rp_span_skip(text, strlen(start));
    for (; text.n > 0 && text.p[0] != '\''; text = rp_span_skip(text, 1)) {
        if (text.p[0] == '\\')
            text = rp_span_skip(text, 1);
        if (text.n > 0)
            rp_buf_add_char(out, text.p[0]);
    }
    return text.n == 1;
}

/*
 * The database that \connect names, as pg_dump writes it: NAME, "NAME", or
 * -reuse-previous=on "dbname='NAME'"; empty for the present one.
 */
static bool read_connect(struct rp_span arguments, struct rp_buf *out)
{
    RP_BUF_AUTO struct rp_buf argument = {.max = ARGUMENT_MAX};
    RP_BUF_AUTO struct rp_buf more = {.max = ARGUMENT_MAX};
    enum argument first = next_argument(&arguments, &argument);

    if (first == ARGUMENT_TAKEN && rp_span_is(rp_buf_span(&argument), "-reuse-previous=on")) {
        rp_buf_clear(&argument);
        first = next_argument(&arguments, &argument);
    }
    if (first == ARGUMENT_OPEN || next_argument(&arguments, &more) != ARGUMENT_NONE ||
        argument.state != RP_BUF_FINE)
        return false;
    struct rp_span name = rp_buf_span(&argument);
    if (first == ARGUMENT_NONE || rp_span_is(name, "-"))
        return true;
    if (rp_span_starts(name, "dbname='"))
        return read_connection_string(name, out);
    rp_buf_add(out, name);
    return rp_span_find(name, '=') == name.n; /* else some other connection string */
}

static rp_status connect_again(const struct rp_client_order *order, struct rp_span arguments,
                               enum rp_script_action *out, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf name = {.max = ARGUMENT_MAX};
    const char *own = order->database[0] == '\0' ? order->user : order->database;
    rp_status status;

    if (!read_connect(arguments, &name)) {
        status = rp_fail(err, RP_KIND_SQL, "\\connect with more than the name of a database");
    } else if (name.len > 0 && !rp_span_is(rp_buf_span(&name), own)) {
        status = rp_fail(err, RP_KIND_SQL, "\\connect to database %s, but this session is with %s",
                         rp_buf_str(&name), own);
    } else {
        *out = RP_SCRIPT_RECONNECT;
        return RP_OK;
    }
    rp_hint(err, "name the database behind the target: rdspass connect TARGET DATABASE");
    return status;
}

static rp_status restrict_to(struct rp_script_guard *guard, struct rp_span key,
                             struct rp_error *err)
{
    key = rp_span_trim(key);
    for (size_t i = 0; i < key.n; i++)
        if (!rp_is_digit(key.p[i]) && !rp_is_alpha(key.p[i]))
            return rp_fail(err, RP_KIND_SQL, "\\restrict: a key has letters and digits only");
    if (key.n == 0 || key.n >= sizeof(guard->key))
        return rp_fail(err, RP_KIND_SQL, "\\restrict without a usable key");
    memcpy(guard->key, key.p, key.n);
    guard->key[key.n] = '\0';
    return RP_OK;
}

static rp_status unrestrict(struct rp_script_guard *guard, struct rp_span key, struct rp_error *err)
{
    if (guard->key[0] == '\0')
        return rp_fail(err, RP_KIND_SQL, "\\unrestrict without \\restrict");
    if (!rp_span_is(rp_span_trim(key), guard->key))
        return rp_fail(err, RP_KIND_SQL, "\\unrestrict: not the key of \\restrict");
    guard->key[0] = '\0';
    return RP_OK;
}

static rp_status refuse(const struct rp_client_order *order, struct rp_span name,
                        struct rp_error *err)
{
    bool mysql = order->engine == RP_ENGINE_MYSQL;
    const char *client = mysql ? "mysql" : "psql";
    /* mysql's have long names without a backslash, and short ones with it. */
    const char *backslash = mysql && name.n > 1 ? "" : "\\";

    if (mysql && rp_span_is_nocase(name, "delimiter"))
        return rp_fail(err, RP_KIND_SQL, "DELIMITER without a usable delimiter");
    rp_status status = rp_fail(err, RP_KIND_SQL, "%s%.*s is a command of %s, not SQL", backslash,
                               (int)(name.n > 64 ? 64 : name.n), name.p, client);
    rp_hint(err, "rdspass exec TARGET -- %s runs it", client);
    return status;
}

rp_status rp_script_command(const struct rp_client_order *order, struct rp_span command,
                            struct rp_script_guard *guard, enum rp_script_action *out,
                            struct rp_error *err)
{
    size_t end = 0;

    while (end < command.n && !is_blank(command.p[end]))
        end++;
    struct rp_span name = rp_span_first(command, end);
    struct rp_span arguments = rp_span_trim(rp_span_skip(command, end));
    *out = RP_SCRIPT_GO_ON;
    if (order->engine != RP_ENGINE_POSTGRES)
        return refuse(order, name, err);
    if (rp_span_is(name, "unrestrict"))
        return unrestrict(guard, arguments, err);
    if (guard->key[0] != '\0')
        return rp_fail(err, RP_KIND_SQL, "\\%.*s between \\restrict and \\unrestrict",
                       (int)(name.n > 64 ? 64 : name.n), name.p);
    if (rp_span_is(name, "restrict"))
        return restrict_to(guard, arguments, err);
    if (rp_span_is(name, "connect") || rp_span_is(name, "c"))
        return connect_again(order, arguments, out, err);
    return refuse(order, name, err);
}
