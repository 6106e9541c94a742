/*
 * Formats for MySQL's clients: an option file for the mysql family, Oracle's
 * and MariaDB's, and a URL for MariaDB Connector/J.
 */
#include "token_format.h"

rp_status rp_token_refuse_via(const struct rp_target *target, const char *format,
                              struct rp_error *err)
{
    if (!target->via.is_set)
        return RP_OK;
    rp_status status = rp_fail(err, RP_KIND_USAGE,
                               "--format %s cannot dial another address (--via) and still verify "
                               "the endpoint's name",
                               format);
    rp_hint(err, "rdspass exec%s runs a client through it, and verifies the endpoint",
            strcmp(format, "jdbc") == 0 ? " --tcp" : "");
    return status;
}

/* MariaDB's tools read lines into 4096 bytes: newline and NUL fit, the rest is cut off. */
enum { OPTION_LINE_MAX = 4094 };

/* NAME="value" as a line; both clients undo these escapes inside quotes. */
static void add_quoted_line(struct rp_buf *out, const char *name, struct rp_span value)
{
    rp_buf_addf(out, "%s=\"", name);
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '\\' || value.p[i] == '"')
            rp_buf_add_char(out, '\\');
        rp_buf_add_char(out, value.p[i]);
    }
    rp_buf_add_str(out, "\"\n");
}

static rp_status check_lines(struct rp_span text, struct rp_error *err)
{
    struct rp_span line;
    struct rp_span name;

    while (rp_span_split(&text, '\n', &line))
        if (line.n > OPTION_LINE_MAX) {
            rp_status status =
                rp_fail(err, RP_KIND_CONFIG,
                        "a line of %zu bytes does not fit into an option file: clients cut it "
                        "after %d",
                        line.n, OPTION_LINE_MAX);
            rp_span_split(&line, '=', &name);
            if (rp_span_is(name, "password"))
                rp_hint(err,
                        "the session token of the AWS credentials is too long for this format");
            else
                rp_hint(err, "the value of %.*s is too long for this format", (int)name.n, name.p);
            return status;
        }
    return RP_OK;
}

rp_status rp_token_write_mycnf(const struct rp_token_form *form, struct rp_buf *out,
                               struct rp_error *err)
{
    const struct rp_target *target = &form->login->target;
    bool for_mariadb = form->client == NULL || rp_span_is(rp_span(form->client), "mariadb");
    bool for_mysql = form->client == NULL || rp_span_is(rp_span(form->client), "mysql");
    RP_BUF_AUTO struct rp_buf ca = {.max = RP_PATH_MAX};

    RP_TRY(rp_token_refuse_via(target, "mycnf", err));
    RP_TRY(rp_login_ca_path(form->login, &ca, err));
    rp_buf_add_str(out, "[client]\n");
    add_quoted_line(out, "host", rp_span(target->endpoint.host));
    rp_buf_addf(out, "port=%u\n", target->port);
    add_quoted_line(out, "user", rp_span(target->user));
    add_quoted_line(out, "password", rp_secret_reveal(&form->token->text));
    add_quoted_line(out, "ssl-ca", rp_buf_span(&ca));
    /* "loose-": a client that does not know the option goes on without it. */
    const char *loose = for_mariadb && for_mysql ? "loose-" : "";
    if (for_mariadb)
        rp_buf_addf(out, "%sssl-verify-server-cert\n", loose);
    if (for_mysql)
        rp_buf_addf(out, "%sssl-mode=VERIFY_IDENTITY\n%senable-cleartext-plugin\n", loose, loose);
    if (target->database[0] != '\0') {
        rp_buf_add_str(out, "[mysql]\n"); /* mysqldump and others refuse it in [client] */
        add_quoted_line(out, "database", rp_span(target->database));
    }
    RP_TRY(rp_buf_check(out, RP_KIND_CONFIG, "the option file", err));
    return check_lines(rp_buf_span(out), err);
}

static bool has_line(struct rp_span text, struct rp_span wanted)
{
    struct rp_span line;

    while (rp_span_split(&text, '\n', &line))
        if (rp_span_eq(line, wanted))
            return true;
    return false;
}

static bool starts_with_any(struct rp_span line, const char *const *starts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rp_span_starts(line, starts[i]))
            return true;
    return false;
}

/* Host, port and user must be there and the same; other lines of ours may differ. */
bool rp_token_owns_mycnf(struct rp_span existing, struct rp_span text)
{
    static const char *const login[] = {"host=", "port=", "user="};
    static const char *const may_differ[] = {
        "password=",
        "ssl-ca=",
        "loose-ssl-",
        "ssl-verify-server-cert",
        "ssl-mode=",
        "loose-enable-cleartext-plugin",
        "enable-cleartext-plugin",
        "[mysql]",
        "database=",
    };
    struct rp_span rest = text;
    struct rp_span line;

    while (rp_span_split(&rest, '\n', &line))
        if (starts_with_any(line, login, sizeof(login) / sizeof(login[0])) &&
            !has_line(existing, line))
            return false;
    rest = existing;
    while (rp_span_split(&rest, '\n', &line))
        if (line.n > 0 && !has_line(text, line) &&
            !starts_with_any(line, may_differ, sizeof(may_differ) / sizeof(may_differ[0])))
            return false;
    return true;
}

/* Connector/J takes its URL as it stands: what would end a part of it cannot be carried. */
static rp_status check_url_part(const char *what, struct rp_span value, struct rp_error *err)
{
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] == '?' || value.p[i] == '&' || value.p[i] == '=' || value.p[i] == ',' ||
            value.p[i] == '#' || value.p[i] == '(' || value.p[i] == ')')
            return rp_fail(err, RP_KIND_USAGE,
                           "--format jdbc: the %s has a '%c', which a URL of MariaDB Connector/J "
                           "cannot carry",
                           what, value.p[i]);
    return RP_OK;
}

rp_status rp_token_write_mariadb_jdbc(const struct rp_token_form *form, struct rp_buf *out,
                                      struct rp_error *err)
{
    const struct rp_target *target = &form->login->target;
    RP_BUF_AUTO struct rp_buf ca = {.max = RP_PATH_MAX};

    RP_TRY(rp_token_refuse_via(target, "jdbc", err));
    RP_TRY(rp_login_ca_path(form->login, &ca, err));
    RP_TRY(check_url_part("database", rp_span(target->database), err));
    RP_TRY(check_url_part("path of the roots", rp_buf_span(&ca), err));
    /* Connector/J 2 knows useSsl, which verifies names too; 3 knows sslMode. */
    rp_buf_addf(out, "jdbc:mariadb://%s:%u/", target->endpoint.host, target->port);
    rp_buf_add_str(out, target->database);
    rp_buf_add_str(out, "?useSsl=true&sslMode=verify-full&serverSslCert=");
    rp_buf_add(out, rp_buf_span(&ca));
    rp_buf_add_str(out, "\nuser=");
    rp_buf_add_str(out, target->user);
    rp_buf_add_str(out, "\npassword=");
    rp_buf_add(out, rp_secret_reveal(&form->token->text));
    rp_buf_add_char(out, '\n');
    return RP_OK;
}
