/*
 * PostgreSQL's login. The client speaks first, and is told nothing before the
 * server has let it in and is ready: until then another attempt, or another
 * server, can still make it good. No request for authentication is handed on,
 * and the one that is answered comes from a server that TLS has verified.
 */
#include "login_postgres.h"

/* --- not logged in ------------------------------------------------------------------ */

static enum rp_login_next introduce(struct rp_gate_login *login)
{
    if (login->upstream_in.len > 0)
        return rp_postgres_failed(login, RP_SEEN_EARLY_BYTES);
    rp_postgres_add_startup(&login->upstream_out, login->postgres.version, rp_span(login->user),
                            rp_span(login->database), rp_buf_span(&login->postgres.startup));
    login->postgres.step = RP_POSTGRES_AUTH;
    return RP_LOGIN_UPSTREAM;
}

static void hold(struct rp_gate_login *login, const struct rp_postgres_message *message)
{
    rp_buf_add(&login->postgres.held, message->whole);
}

static enum rp_login_next unexpected(struct rp_gate_login *login,
                                     const struct rp_postgres_message *message)
{
    char why[80];

    (void)snprintf(why, sizeof(why), "a message of type 0x%02x that does not belong in a login",
                   (unsigned)(uint8_t)message->type);
    return rp_postgres_not_protocol(login, why);
}

/* It may want nothing, or one password in clear text: the token. */
static enum rp_login_next take_auth(struct rp_gate_login *login,
                                    const struct rp_postgres_message *message)
{
    struct rp_error err = {0};
    uint32_t auth = 0;

    if (rp_failed(rp_postgres_parse_auth(message->body, &auth, &err)))
        return rp_postgres_not_protocol(login, err.msg);
    if (auth == RP_POSTGRES_AUTH_OK) {
        hold(login, message);
        login->postgres.step = RP_POSTGRES_SETUP;
        return RP_LOGIN_UPSTREAM;
    }
    if (auth != RP_POSTGRES_AUTH_CLEARTEXT)
        return rp_postgres_asks_other(login, auth, message->body);
    if (login->asked_token)
        return rp_postgres_not_protocol(login, "it asks for a second password");
    login->asked_token = true;
    login->postgres.step = RP_POSTGRES_SIGNED;
    return RP_LOGIN_TOKEN;
}

static enum rp_login_next take_before_login(struct rp_gate_login *login,
                                            const struct rp_postgres_message *message)
{
    switch (message->type) {
    case 'R':
        return take_auth(login, message);
    case 'E':
        return rp_postgres_failed_error(login, message->body);
    case 'N':
        return RP_LOGIN_UPSTREAM; /* the client takes notices when it is logged in, not before */
    case 'v': /* another minor version, or options that the server does not know */
        if (login->postgres.held.len > 0)
            return unexpected(login, message);
        hold(login, message);
        return RP_LOGIN_UPSTREAM;
    default:
        return unexpected(login, message);
    }
}

/* --- logged in, not ready ------------------------------------------------------------ */

/* During a failover a writer endpoint leads to a reader for a moment: who waits, waits for that. */
static bool is_wrong_server(const struct rp_gate_order *order, struct rp_span name,
                            struct rp_span value)
{
    bool writer =
        order->endpoint.kind == RP_ENDPOINT_CLUSTER || order->endpoint.kind == RP_ENDPOINT_GLOBAL;

    return order->wait > 0 && writer && rp_span_is(name, "in_hot_standby") &&
           rp_span_is(value, "on");
}

static enum rp_login_next take_status(struct rp_gate_login *login,
                                      const struct rp_postgres_message *message)
{
    struct rp_error err = {0};
    struct rp_span name;
    struct rp_span value;

    if (rp_failed(rp_postgres_parse_status(message->body, &name, &value, &err)))
        return rp_postgres_not_protocol(login, err.msg);
    if (is_wrong_server(login->order, name, value))
        return rp_postgres_failed(login, RP_SEEN_READ_ONLY);
    hold(login, message);
    return RP_LOGIN_UPSTREAM;
}

static enum rp_login_next take_key(struct rp_gate_login *login,
                                   const struct rp_postgres_message *message)
{
    struct rp_error err = {0};
    struct rp_span key;

    if (rp_failed(rp_postgres_parse_key(message->body, &login->postgres.pid, &key, &err)))
        return rp_postgres_not_protocol(login, err.msg);
    rp_buf_clear(&login->postgres.key);
    rp_buf_add(&login->postgres.key, key);
    hold(login, message);
    return RP_LOGIN_UPSTREAM;
}

static enum rp_login_next take_after_login(struct rp_gate_login *login,
                                           const struct rp_postgres_message *message)
{
    switch (message->type) {
    case 'S':
        return take_status(login, message);
    case 'K':
        return take_key(login, message);
    case 'N':
        hold(login, message);
        return RP_LOGIN_UPSTREAM;
    case 'E':
        return rp_postgres_failed_error(login, message->body);
    case 'Z':
        hold(login, message);
        login->postgres.step = RP_POSTGRES_READY;
        return RP_LOGIN_ENTERED;
    default:
        return unexpected(login, message);
    }
}

/* --- the conversation ------------------------------------------------------------------ */

/* One message after the other, until there is something to do. */
static enum rp_login_next take_messages(struct rp_gate_login *login)
{
    enum rp_login_next next = RP_LOGIN_UPSTREAM;

    while (next == RP_LOGIN_UPSTREAM) {
        struct rp_postgres_message message;
        struct rp_error err = {0};
        size_t used = 0;

        if (rp_failed(rp_postgres_take(rp_buf_span(&login->upstream_in), RP_POSTGRES_MESSAGE_MAX,
                                       &message, &used, &err)))
            return rp_postgres_not_protocol(login, err.msg);
        if (used == 0)
            return RP_LOGIN_UPSTREAM;
        next = login->postgres.step == RP_POSTGRES_AUTH ? take_before_login(login, &message)
                                                        : take_after_login(login, &message);
        rp_buf_drop(&login->upstream_in, used);
        if (login->postgres.held.state != RP_BUF_FINE)
            return rp_postgres_not_protocol(login, "it says too much before it is ready");
    }
    if (next == RP_LOGIN_ENTERED)
        rp_buf_add(&login->client_out, rp_buf_span(&login->postgres.held));
    return next;
}

static enum rp_login_next hand_over_token(struct rp_gate_login *login)
{
    if (rp_secret_is_empty(&login->token))
        return RP_LOGIN_TOKEN;
    rp_postgres_add_password(&login->upstream_out, rp_secret_reveal(&login->token));
    login->postgres.step = RP_POSTGRES_AUTH;
    return take_messages(login);
}

static enum rp_login_next advance(struct rp_gate_login *login)
{
    switch ((enum rp_postgres_step)login->postgres.step) {
    case RP_POSTGRES_OPENING:
        return rp_postgres_advance_client(login);
    case RP_POSTGRES_AGAIN:
        login->postgres.step = RP_POSTGRES_DIALLED;
        return RP_LOGIN_DIAL;
    case RP_POSTGRES_DIALLED: /* DSQL has made TLS by now: there it comes first */
        return rp_endpoint_is_dsql(&login->order->endpoint) ? introduce(login)
                                                            : rp_postgres_ask_for_tls(login);
    case RP_POSTGRES_ASKED:
        return rp_postgres_take_answer(login);
    case RP_POSTGRES_VERIFIED:
        return introduce(login);
    case RP_POSTGRES_AUTH:
    case RP_POSTGRES_SETUP:
        return take_messages(login);
    case RP_POSTGRES_SIGNED:
        return hand_over_token(login);
    case RP_POSTGRES_READY:
        break;
    }
    return RP_LOGIN_ENTERED;
}

static void restart(struct rp_gate_login *login)
{
    rp_buf_clear(&login->upstream_in);
    rp_buf_clear(&login->upstream_out);
    rp_buf_clear(&login->postgres.held);
    rp_buf_clear(&login->postgres.key);
    rp_secret_release(&login->token);
    login->postgres.pid = 0;
    login->asked_token = false;
    login->seen = (struct rp_observation){0};
    login->postgres.step = RP_POSTGRES_AGAIN;
}

const struct rp_protocol rp_login_postgres = {
    .advance = advance,
    .restart = restart,
    .refuse = rp_postgres_refuse,
};
