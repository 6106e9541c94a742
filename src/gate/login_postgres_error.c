/* PostgreSQL's login, what a server did instead of letting in: observations of it. */
#include <string.h>

#include "login_postgres.h"

/* Whether TLS is complete: only then somebody vouches for what is said. */
static enum rp_stage stage_of(const struct rp_gate_login *login)
{
    return login->postgres.step < RP_POSTGRES_AUTH ? RP_STAGE_GREETING : RP_STAGE_LOGIN;
}

enum rp_login_next rp_postgres_failed(struct rp_gate_login *login, enum rp_seen what)
{
    login->seen.stage = stage_of(login);
    login->seen.seen = what;
    return RP_LOGIN_FAILED;
}

enum rp_login_next rp_postgres_not_protocol(struct rp_gate_login *login, const char *why)
{
    rp_gate_login_quote(login, rp_span(why), login->seen.text, sizeof(login->seen.text));
    return rp_postgres_failed(login, RP_SEEN_NOT_PROTOCOL);
}

/* "MESSAGE; DETAIL; HINT": what helps may stand in each of them. */
static void add_part(struct rp_buf *text, struct rp_span part)
{
    if (text->len > 0 && part.n > 0)
        rp_buf_add_str(text, "; ");
    rp_buf_add(text, part);
}

enum rp_login_next rp_postgres_failed_error(struct rp_gate_login *login, struct rp_span body)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_POSTGRES_MESSAGE_MAX + 4};
    struct rp_postgres_error error;
    struct rp_error err = {0};

    if (rp_failed(rp_postgres_parse_error(body, &error, &err)))
        return rp_postgres_not_protocol(login, err.msg);
    add_part(&text, error.message);
    add_part(&text, error.detail);
    add_part(&text, error.hint);
    rp_gate_login_quote(login, rp_buf_span(&text), login->seen.text, sizeof(login->seen.text));
    memcpy(login->seen.sqlstate, error.sqlstate, sizeof(login->seen.sqlstate));
    login->seen.no_token = !login->asked_token;
    return rp_postgres_failed(login, RP_SEEN_NOTHING);
}

/* The names of its mechanisms, of which the server sends a list. */
static void name_mechanisms(struct rp_gate_login *login, struct rp_span names)
{
    RP_BUF_AUTO struct rp_buf list = {.max = RP_POSTGRES_MESSAGE_MAX};
    struct rp_span name;

    while (rp_span_split(&names, '\0', &name) && name.n > 0) {
        if (list.len > 0)
            rp_buf_add_str(&list, ", ");
        rp_buf_add(&list, name);
    }
    if (list.len > 0)
        rp_gate_login_quote(login, rp_buf_span(&list), login->seen.asked,
                            sizeof(login->seen.asked));
}

enum rp_login_next rp_postgres_asks_other(struct rp_gate_login *login, uint32_t auth,
                                          struct rp_span body)
{
    (void)snprintf(login->seen.asked, sizeof(login->seen.asked), "%s", rp_postgres_auth_name(auth));
    if (auth == RP_POSTGRES_AUTH_SASL)
        name_mechanisms(login, rp_span_skip(body, sizeof(auth)));
    return rp_postgres_failed(login, RP_SEEN_ASKS_OTHER);
}
