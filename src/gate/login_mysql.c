/*
 * MySQL's login. The server speaks first, before TLS, where nobody vouches for
 * it: its greeting decides how the client is greeted, and nothing else.
 *
 *     server  greeting            connect, wait
 *     client  greeting, response  by then it is known what both speak
 *     server  SSLRequest, TLS     with the capabilities of the response: MySQL's
 *                                 servers look at those of the request alone
 *     server  response            without a password
 *     server  switch to mysql_clear_password, token, OK
 *     client  OK
 *
 * The response names a plugin that is not the server's default, so that it says
 * what it wants for this user: only then is there a token. A server whose
 * default is mysql_clear_password has said so already.
 */
#include "login_mysql.h"

enum step {
    BEGIN,
    GREETING, /* the server is to greet */
    RESPONSE, /* the client is greeted, and is to say who it is */
    SECURING, /* TLS is being made */
    INLINE,   /* a token is being made, to go with the response */
    ANSWER,   /* the server has the response */
    SWITCHED, /* a token is being made, since the server has asked */
    VERDICT,  /* the server has the token */
    PROBE,    /* it has let in, and is asked whether it only reads */
    ENTERED,
    FAILED,
    REFUSED,
};

static const char clear_password[] = "mysql_clear_password";
static const char native_password[] = "mysql_native_password";

/* --- before TLS --------------------------------------------------------------- */

static enum rp_login_next secure(struct rp_gate_login *login)
{
    login->mysql.step = SECURING;
    return rp_mysql_greeting_secure(login);
}

static enum rp_login_next hear_client(struct rp_gate_login *login)
{
    if (login->upstream_in.len > 0)
        return rp_mysql_greeting_early(login);
    switch (rp_mysql_client_hear(login)) {
    case RP_MYSQL_CLIENT_WAITS:
        return RP_LOGIN_CLIENT;
    case RP_MYSQL_CLIENT_REFUSED:
        return RP_LOGIN_REFUSED;
    case RP_MYSQL_CLIENT_IS_IN:
        break;
    }
    return secure(login);
}

/* The client is greeted once, and asked once: another attempt finds its response. */
static enum rp_login_next take_greeting(struct rp_gate_login *login)
{
    enum rp_login_next next = rp_mysql_greeting_take(login);

    if (next != RP_LOGIN_CLIENT)
        return next;
    if (login->mysql.offered == 0)
        rp_mysql_client_greet(login);
    login->mysql.step = RESPONSE;
    return login->mysql.response.len == 0 ? hear_client(login) : secure(login);
}

/* --- behind TLS --------------------------------------------------------------- */

/* What the response names: the server's default where that is to have a token, else another. */
static const char *named_plugin(const struct rp_gate_login *login)
{
    const struct rp_mysql_greeting *greeting = &login->mysql.upstream;

    if (strcmp(greeting->plugin, clear_password) == 0 &&
        (greeting->capabilities & RP_MYSQL_LENENC_AUTH) != 0)
        return clear_password;
    return strcmp(greeting->plugin, native_password) == 0 ? "caching_sha2_password"
                                                          : native_password;
}

/* Tells the server of the client; `token` may be empty. */
static enum rp_login_next respond(struct rp_gate_login *login, struct rp_span token)
{
    RP_BUF_AUTO struct rp_buf payload = {.max = RP_MYSQL_PACKET_MAX};
    RP_BUF_AUTO struct rp_buf auth = {.max = RP_MYSQL_PACKET_MAX};
    struct rp_mysql_response response;

    if (token.n > 0) {
        rp_buf_add(&auth, token);
        rp_buf_add_char(&auth, '\0');
    }
    rp_mysql_client_response(login, &response);
    response.plugin = rp_span(named_plugin(login));
    response.auth = rp_buf_span(&auth);
    rp_mysql_add_response(&payload, &response);
    if (auth.state != RP_BUF_FINE)
        payload.state = auth.state;
    rp_mysql_server_send(login, &payload);
    login->mysql.step = ANSWER;
    return RP_LOGIN_UPSTREAM;
}

static enum rp_login_next ask_token(struct rp_gate_login *login, enum step step)
{
    login->mysql.step = (int)step;
    login->asked_token = true;
    return RP_LOGIN_TOKEN;
}

/* TLS is made: the server is the right one. */
static enum rp_login_next secured(struct rp_gate_login *login)
{
    login->seen.stage = RP_STAGE_LOGIN;
    if (named_plugin(login) == clear_password)
        return ask_token(login, INLINE);
    return respond(login, (struct rp_span){"", 0});
}

static enum rp_login_next send_token(struct rp_gate_login *login)
{
    RP_BUF_AUTO struct rp_buf payload = {.max = RP_MYSQL_PACKET_MAX};

    rp_buf_add(&payload, rp_secret_reveal(&login->token));
    rp_buf_add_char(&payload, '\0');
    rp_mysql_server_send(login, &payload);
    login->mysql.step = VERDICT;
    return RP_LOGIN_UPSTREAM;
}

/* The token is there; INLINE or SWITCHED says how it goes. */
static enum rp_login_next use_token(struct rp_gate_login *login)
{
    if (rp_secret_is_empty(&login->token))
        return RP_LOGIN_TOKEN;
    if (login->mysql.step == INLINE)
        return respond(login, rp_secret_reveal(&login->token));
    return send_token(login);
}

/* The server asks for the password of a plugin. */
static enum rp_login_next switched(struct rp_gate_login *login, struct rp_span payload)
{
    struct rp_mysql_switch request;
    struct rp_error err = {0};

    rp_status status = rp_mysql_parse_switch(payload, &request, &err);
    if (rp_failed(status))
        return rp_mysql_server_nonsense(login, err.msg);
    if (!rp_span_is(request.plugin, clear_password))
        return rp_mysql_server_asks(login, request.plugin);
    if (login->mysql.step == VERDICT)
        return rp_mysql_server_nonsense(login, "the server asks for the token once more");
    return rp_secret_is_empty(&login->token) ? ask_token(login, SWITCHED) : send_token(login);
}

static enum rp_login_next enter(struct rp_gate_login *login)
{
    rp_mysql_add_packet(&login->client_out, (uint8_t)(login->mysql.client_seq + 1),
                        rp_buf_span(&login->mysql.welcome));
    if (login->mysql.welcome.state != RP_BUF_FINE)
        login->client_out.state = login->mysql.welcome.state;
    rp_buf_release(&login->mysql.welcome);
    rp_secret_release(&login->token);
    return RP_LOGIN_ENTERED;
}

/* The server lets in. */
static enum rp_login_next welcomed(struct rp_gate_login *login, struct rp_span payload)
{
    rp_buf_add(&login->mysql.welcome, payload);
    if (!rp_mysql_probe_is_due(login))
        return enter(login);
    rp_mysql_probe_ask(login);
    login->mysql.step = PROBE;
    return RP_LOGIN_UPSTREAM;
}

/* The plugin of this user goes on; without a switch it is the one that was named. */
static enum rp_login_next talks_on(struct rp_gate_login *login)
{
    bool has_token = !rp_secret_is_empty(&login->token);

    return rp_mysql_server_asks(login, has_token ? RP_SPAN("more than one answer")
                                                 : rp_span(named_plugin(login)));
}

static enum rp_login_next answered(struct rp_gate_login *login, struct rp_span payload)
{
    switch (rp_mysql_answer(payload)) {
    case RP_MYSQL_OK:
        return welcomed(login, payload);
    case RP_MYSQL_ERROR:
        return rp_mysql_server_error(login, payload);
    case RP_MYSQL_SWITCH:
        return switched(login, payload);
    case RP_MYSQL_OLD_SWITCH:
        return rp_mysql_server_asks(login, RP_SPAN("mysql_old_password"));
    case RP_MYSQL_MORE_DATA:
        return talks_on(login);
    case RP_MYSQL_NEXT_FACTOR:
        return rp_mysql_server_asks(login, RP_SPAN("a second factor"));
    case RP_MYSQL_OTHER:
        break;
    }
    return rp_mysql_server_nonsense(login, "the server answers a login with what is no answer");
}

static enum rp_login_next take_answer(struct rp_gate_login *login)
{
    struct rp_mysql_packet packet;
    enum rp_login_next next;
    size_t used = 0;

    if (!rp_mysql_server_take(login, RP_MYSQL_PACKET_MAX, (uint8_t)(login->mysql.upstream_seq + 1),
                              &packet, &used, &next))
        return next;
    next = answered(login, packet.payload);
    rp_buf_drop(&login->upstream_in, used);
    return next;
}

static enum rp_login_next take_probe(struct rp_gate_login *login)
{
    enum rp_mysql_probe probe = RP_MYSQL_PROBE_GOES_ON;
    struct rp_mysql_packet packet;
    enum rp_login_next next;
    size_t used = 0;

    while (probe == RP_MYSQL_PROBE_GOES_ON) {
        if (!rp_mysql_server_take(login, RP_MYSQL_PACKET_MAX,
                                  (uint8_t)(login->mysql.upstream_seq + 1), &packet, &used, &next))
            return next;
        probe = rp_mysql_probe_answer(login, packet.payload);
        rp_buf_drop(&login->upstream_in, used);
    }
    if (probe == RP_MYSQL_PROBE_BROKEN)
        return rp_mysql_server_nonsense(login, "the server answers a query with what is no result");
    return login->mysql.read_only ? rp_mysql_server_fail(login, RP_SEEN_READ_ONLY) : enter(login);
}

/* --- the whole ---------------------------------------------------------------- */

static enum rp_login_next go_on(struct rp_gate_login *login)
{
    switch ((enum step)login->mysql.step) {
    case BEGIN:
        login->seen.stage = RP_STAGE_GREETING;
        login->mysql.step = GREETING;
        return RP_LOGIN_DIAL;
    case GREETING:
        return take_greeting(login);
    case RESPONSE:
        return hear_client(login);
    case SECURING:
        return secured(login);
    case INLINE:
    case SWITCHED:
        return use_token(login);
    case ANSWER:
    case VERDICT:
        return take_answer(login);
    case PROBE:
        return take_probe(login);
    case ENTERED:
        return RP_LOGIN_ENTERED;
    case FAILED:
        return RP_LOGIN_FAILED;
    case REFUSED:
        break;
    }
    return RP_LOGIN_REFUSED;
}

/* What could not be written, for want of memory, ends the login. */
static enum rp_login_next check_written(struct rp_gate_login *login, enum rp_login_next next)
{
    rp_status status = rp_buf_check(&login->upstream_out, RP_KIND_INTERNAL,
                                    "what goes to the server", &login->refusal);
    if (!rp_failed(status))
        status = rp_buf_check(&login->client_out, RP_KIND_INTERNAL, "what goes to the client",
                              &login->refusal);
    if (!rp_failed(status) || next == RP_LOGIN_REFUSED)
        return next;
    rp_mysql_client_refuse(login, &login->refusal, NULL);
    return RP_LOGIN_REFUSED;
}

static enum rp_login_next advance(struct rp_gate_login *login)
{
    enum rp_login_next next = check_written(login, go_on(login));

    if (next == RP_LOGIN_ENTERED)
        login->mysql.step = ENTERED;
    else if (next == RP_LOGIN_FAILED)
        login->mysql.step = FAILED;
    else if (next == RP_LOGIN_REFUSED)
        login->mysql.step = REFUSED;
    return next;
}

static void restart(struct rp_gate_login *login)
{
    rp_buf_clear(&login->upstream_in);
    rp_buf_clear(&login->upstream_out);
    rp_buf_clear(&login->mysql.welcome);
    rp_secret_release(&login->token);
    login->asked_token = false;
    login->seen = (struct rp_observation){0};
    login->mysql.upstream_seq = 0;
    login->mysql.step = BEGIN;
}

const struct rp_protocol rp_login_mysql = {
    .advance = advance,
    .restart = restart,
    .refuse = rp_mysql_client_refuse,
};
