/* PostgreSQL's login, the client's side: what it says before anything is dialled, and refusals. */
#include <string.h>

#include "login_postgres.h"

enum { REQUESTS_MAX = 2 }; /* of each kind; libpq sends one */

static enum rp_login_next refused(struct rp_gate_login *login, const char *sqlstate)
{
    rp_postgres_add_error(&login->client_out, sqlstate, rp_span(login->refusal.msg), RP_SPAN(""),
                          rp_span(login->refusal.hint));
    rp_buf_clear(&login->client_in);
    return RP_LOGIN_REFUSED;
}

/* --- the startup message --------------------------------------------------------- */

/* The last one counts, as it does for the server; an empty span where there is none. */
static struct rp_span parameter(const struct rp_gate_login *login, const char *name)
{
    struct rp_span rest = rp_buf_span(&login->postgres.startup);
    struct rp_span found = RP_SPAN("");
    struct rp_span each;
    struct rp_span value;

    while (rp_postgres_next_parameter(&rest, &each, &value))
        if (rp_span_is(each, name))
            found = value;
    return found;
}

static bool is_off(struct rp_span value)
{
    return value.n == 0 || rp_span_is_nocase(value, "false") || rp_span_is_nocase(value, "off") ||
           rp_span_is_nocase(value, "no") || rp_span_is(value, "0");
}

/* Copies a name that the client gives; false where it is too long. */
static bool copy_name(char *out, size_t size, struct rp_span name)
{
    if (name.n >= size)
        return false;
    if (name.n > 0)
        memcpy(out, name.p, name.n);
    out[name.n] = '\0';
    return true;
}

static rp_status check_user(struct rp_gate_login *login, struct rp_span user)
{
    const char *fixed = login->order->user;
    struct rp_error *err = &login->refusal;

    if (user.n == 0)
        return rp_fail(err, RP_KIND_LOGIN, "the client names no role to log in as");
    if (!copy_name(login->user, sizeof(login->user), user))
        return rp_fail(err, RP_KIND_LOGIN, "the name of the role is longer than %d bytes",
                       RP_USER_MAX);
    if (fixed[0] == '\0' || strcmp(login->user, fixed) == 0)
        return RP_OK;
    rp_status status = rp_fail(err, RP_KIND_LOGIN,
                               "role \"%s\" cannot log in here: this is the door of role \"%s\"",
                               login->user, fixed);
    rp_hint(err, "start rdspass with --user %s to log in as that role", login->user);
    return status;
}

static rp_status check_database(struct rp_gate_login *login, struct rp_span database)
{
    if (database.n == 0)
        database = rp_span(login->order->database);
    if (!copy_name(login->database, sizeof(login->database), database))
        return rp_fail(&login->refusal, RP_KIND_LOGIN,
                       "the name of the database is longer than %d bytes", RP_DATABASE_MAX);
    return RP_OK;
}

static enum rp_login_next take_startup(struct rp_gate_login *login,
                                       const struct rp_postgres_opening *opening)
{
    login->postgres.version = opening->version;
    rp_buf_clear(&login->postgres.startup);
    rp_buf_add(&login->postgres.startup, opening->parameters);
    if (rp_failed(rp_buf_check(&login->postgres.startup, RP_KIND_INTERNAL, "the startup message",
                               &login->refusal)))
        return refused(login, "53200");
    if (!is_off(parameter(login, "replication"))) {
        rp_ignore(rp_fail(&login->refusal, RP_KIND_LOGIN,
                          "a replication connection cannot log in with an IAM token"));
        rp_hint(&login->refusal, "RDS takes a password for it; leave out replication=... else");
        return refused(login, "0A000");
    }
    if (rp_failed(check_user(login, parameter(login, "user"))) ||
        rp_failed(check_database(login, parameter(login, "database"))))
        return refused(login, "28000");
    login->postgres.step = RP_POSTGRES_DIALLED;
    return RP_LOGIN_DIAL;
}

/* --- what may come before it ------------------------------------------------------- */

/* 'N': what passes here is on this machine alone. */
static rp_status decline(struct rp_gate_login *login, enum rp_postgres_first kind)
{
    uint8_t *count = kind == RP_POSTGRES_SSL_REQUEST ? &login->postgres.ssl_requests
                                                     : &login->postgres.gss_requests;

    if (login->client_in.len > 0)
        return rp_fail(&login->refusal, RP_KIND_LOGIN,
                       "the client has sent more than its request for encryption");
    if (++*count > REQUESTS_MAX)
        return rp_fail(&login->refusal, RP_KIND_LOGIN,
                       "the client asks for encryption again and again");
    rp_buf_add_char(&login->client_out, 'N');
    return RP_OK;
}

static enum rp_login_next take_cancel(struct rp_gate_login *login,
                                      const struct rp_postgres_opening *opening)
{
    login->cancel_pid = opening->pid;
    rp_buf_clear(&login->cancel_key);
    rp_buf_add(&login->cancel_key, opening->key);
    return RP_LOGIN_CANCEL;
}

enum rp_login_next rp_postgres_advance_client(struct rp_gate_login *login)
{
    struct rp_postgres_opening opening;
    size_t used = 0;

    if (rp_failed(rp_postgres_take_opening(rp_buf_span(&login->client_in), &opening, &used,
                                           &login->refusal))) {
        rp_hint(&login->refusal, "this door speaks PostgreSQL's protocol without TLS, which the "
                                 "gate makes behind it: sslmode=disable");
        return refused(login, "08P01");
    }
    if (used == 0)
        return RP_LOGIN_CLIENT;
    enum rp_login_next next = RP_LOGIN_CLIENT;
    if (opening.kind == RP_POSTGRES_STARTUP)
        next = take_startup(login, &opening);
    else if (opening.kind == RP_POSTGRES_CANCEL_REQUEST)
        next = take_cancel(login, &opening);
    if (next == RP_LOGIN_REFUSED)
        return next;
    rp_buf_drop(&login->client_in, used);
    if (next == RP_LOGIN_CLIENT && rp_failed(decline(login, opening.kind)))
        return refused(login, "08P01");
    return next;
}

/* --- refusals of the session ------------------------------------------------------- */

static const char *sqlstate_of(enum rp_kind kind)
{
    switch ((int)kind) {
    case RP_KIND_LOGIN:
    case RP_KIND_NO_CREDENTIALS:
    case RP_KIND_CREDENTIALS:
        return "28000";
    case RP_KIND_NETWORK:
    case RP_KIND_TLS:
        return "08001";
    default:
        return "XX000";
    }
}

void rp_postgres_refuse(struct rp_gate_login *login, const struct rp_error *why,
                        const struct rp_observation *seen)
{
    bool servers = seen->stage == RP_STAGE_LOGIN && seen->sqlstate[0] != '\0';

    rp_postgres_add_error(&login->client_out, servers ? seen->sqlstate : sqlstate_of(why->kind),
                          rp_span(why->msg), RP_SPAN(""), rp_span(why->hint));
}
