/*
 * Formats for PostgreSQL's clients. Each carries sslmode=verify-full and the
 * roots: libpq's own default would try again in clear after a failed login,
 * and send the token again.
 */
#include <arpa/inet.h>

#include "rdspass/codec/percent.h"
#include "token_format.h"

/* Where libpq is to dial: its port, and an address that is not the host's own. */
struct dial {
    char address[RP_HOST_MAX + 1]; /* empty: resolve the host */
    uint16_t port;
};

static bool is_address(const char *text)
{
    unsigned char bytes[16];

    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

/* With --via, the endpoint stays the host (it is verified) and the address is dialled. */
static rp_status find_dial(const struct rp_target *target, struct dial *out, struct rp_error *err)
{
    const struct rp_via *via = &target->via;

    *out = (struct dial){.port = target->port};
    if (!via->is_set)
        return RP_OK;
    if (via->socket[0] != '\0') {
        rp_status status = rp_fail(
            err, RP_KIND_USAGE,
            "--via %s: a socket cannot be dialled with TLS by this format's readers", via->socket);
        rp_hint(err, "use ADDRESS:PORT, or rdspass exec");
        return status;
    }
    const char *address =
        rp_span_is_nocase(rp_span(via->host), "localhost") ? "127.0.0.1" : via->host;
    if (!is_address(address)) {
        rp_status status = rp_fail(
            err, RP_KIND_USAGE, "--via %s: this format carries an address, not a name", via->host);
        rp_hint(err,
                "give the address that it has now (getent hosts %s), or use --format raw "
                "or rdspass exec",
                via->host);
        return status;
    }
    (void)snprintf(out->address, sizeof(out->address), "%s", address);
    out->port = via->port;
    return RP_OK;
}

/* libpq wants a user; what DSQL's token does without, its login does not. */
static rp_status need_user(const struct rp_target *target, const char *format, struct rp_error *err)
{
    if (target->user[0] != '\0')
        return RP_OK;
    rp_status status = rp_fail(err, RP_KIND_USAGE, "--format %s needs the database user", format);
    rp_hint(err, "add -u USER (admin, or a user of your own)");
    return status;
}

/* 'text', for sh: a quote inside closes, stands escaped, and opens again. */
static void add_shell_quoted(struct rp_buf *out, struct rp_span text)
{
    rp_buf_add_char(out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'')
            rp_buf_add_str(out, "'\\''");
        else
            rp_buf_add_char(out, text.p[i]);
    }
    rp_buf_add_char(out, '\'');
}

static void add_variable(struct rp_buf *out, bool for_shell, const char *name, struct rp_span value)
{
    if (for_shell)
        rp_buf_add_str(out, "export ");
    rp_buf_add_str(out, name);
    rp_buf_add_char(out, '=');
    if (for_shell)
        add_shell_quoted(out, value);
    else
        rp_buf_add(out, value);
    rp_buf_add_char(out, '\n');
}

rp_status rp_token_write_variables(const struct rp_token_form *form, bool for_shell,
                                   struct rp_buf *out, struct rp_error *err)
{
    const struct rp_target *target = &form->login->target;
    RP_BUF_AUTO struct rp_buf ca = {.max = RP_PATH_MAX};
    struct dial dial;
    char port[8];

    RP_TRY(need_user(target, for_shell ? "export" : "env", err));
    RP_TRY(find_dial(target, &dial, err));
    RP_TRY(rp_login_ca_path(form->login, &ca, err));
    (void)snprintf(port, sizeof(port), "%u", dial.port);
    /* A service would win over what follows; an address left from a tunnel would lead there. */
    if (for_shell)
        rp_buf_add_str(out, "unset PGSERVICE PGHOSTADDR\n");
    add_variable(out, for_shell, "PGHOST", rp_span(target->endpoint.host));
    if (dial.address[0] != '\0')
        add_variable(out, for_shell, "PGHOSTADDR", rp_span(dial.address));
    add_variable(out, for_shell, "PGPORT", rp_span(port));
    add_variable(out, for_shell, "PGUSER", rp_span(target->user));
    add_variable(out, for_shell, "PGPASSWORD", rp_secret_reveal(&form->token->text));
    add_variable(out, for_shell, "PGSSLMODE", RP_SPAN("verify-full"));
    add_variable(out, for_shell, "PGSSLROOTCERT", rp_buf_span(&ca));
    if (target->database[0] != '\0')
        add_variable(out, for_shell, "PGDATABASE", rp_span(target->database));
    return RP_OK;
}

/* A field of a password file; "*" alone would mean any. */
static void add_pgpass_field(struct rp_buf *out, struct rp_span text)
{
    if (rp_span_is(text, "*"))
        rp_buf_add_char(out, '\\');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == ':' || text.p[i] == '\\')
            rp_buf_add_char(out, '\\');
        rp_buf_add_char(out, text.p[i]);
    }
}

rp_status rp_token_write_pgpass(const struct rp_token_form *form, struct rp_buf *out,
                                struct rp_error *err)
{
    const struct rp_target *target = &form->login->target;
    struct dial dial;

    RP_TRY(need_user(target, "pgpass", err));
    RP_TRY(find_dial(target, &dial, err));
    add_pgpass_field(out, rp_span(target->endpoint.host));
    rp_buf_addf(out, ":%u:*:", dial.port); /* a token opens any database of the user's */
    add_pgpass_field(out, rp_span(target->user));
    rp_buf_add_char(out, ':');
    add_pgpass_field(out, rp_secret_reveal(&form->token->text));
    rp_buf_add_char(out, '\n');
    return RP_OK;
}

/* A line is ours where all fields but the last, the password, are the same. */
bool rp_token_owns_pgpass(struct rp_span existing, struct rp_span text)
{
    struct rp_span line;
    size_t fields = 0;
    size_t n = 0;

    while (n < text.n && fields < 4) {
        if (text.p[n] == '\\')
            n++;
        else if (text.p[n] == ':')
            fields++;
        n++;
    }
    while (rp_span_split(&existing, '\n', &line))
        if (line.n > 0 && !rp_span_eq(rp_span_first(line, n), rp_span_first(text, n)))
            return false;
    return true;
}

rp_status rp_token_write_postgres_url(const struct rp_token_form *form, struct rp_buf *out,
                                      struct rp_error *err)
{
    const struct rp_target *target = &form->login->target;
    RP_BUF_AUTO struct rp_buf ca = {.max = RP_PATH_MAX};
    struct dial dial;

    RP_TRY(need_user(target, "url", err));
    RP_TRY(find_dial(target, &dial, err));
    RP_TRY(rp_login_ca_path(form->login, &ca, err));
    rp_buf_add_str(out, "postgresql://");
    rp_percent_encode(out, rp_span(target->user));
    rp_buf_add_char(out, ':');
    rp_percent_encode(out, rp_secret_reveal(&form->token->text));
    rp_buf_addf(out, "@%s:%u/", target->endpoint.host, dial.port);
    rp_percent_encode(out, rp_span(target->database));
    if (dial.address[0] != '\0') {
        rp_buf_add_str(out, "?hostaddr=");
        rp_percent_encode(out, rp_span(dial.address));
        rp_buf_add_char(out, '&');
    } else {
        rp_buf_add_char(out, '?');
    }
    rp_buf_add_str(out, "sslmode=verify-full&sslrootcert=");
    rp_percent_encode(out, rp_buf_span(&ca));
    rp_buf_add_char(out, '\n');
    return RP_OK;
}

rp_status rp_token_write_postgres_jdbc(const struct rp_token_form *form, struct rp_buf *out,
                                       struct rp_error *err)
{
    const struct rp_target *target = &form->login->target;
    RP_BUF_AUTO struct rp_buf ca = {.max = RP_PATH_MAX};

    RP_TRY(need_user(target, "jdbc", err));
    RP_TRY(rp_token_refuse_via(target, "jdbc", err));
    RP_TRY(rp_login_ca_path(form->login, &ca, err));
    rp_buf_addf(out, "jdbc:postgresql://%s:%u/", target->endpoint.host, target->port);
    rp_percent_encode(out, rp_span(target->database));
    rp_buf_add_str(out, "?user=");
    rp_percent_encode(out, rp_span(target->user));
    rp_buf_add_str(out, "&password=");
    rp_percent_encode(out, rp_secret_reveal(&form->token->text));
    rp_buf_add_str(out, "&sslmode=verify-full&sslrootcert=");
    rp_percent_encode(out, rp_buf_span(&ca));
    rp_buf_add_char(out, '\n');
    return RP_OK;
}
