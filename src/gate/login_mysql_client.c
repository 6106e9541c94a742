/* The client's side of MySQL's login: greeted, heard, perhaps refused. */
#include <sys/random.h>

#include "login_mysql.h"

enum { CLIENT_ERROR_MAX = 511 }; /* clients hold 512 bytes of an error's text, and a NUL */

/* What the gate cannot carry, or does itself on the other side. */
#define NOT_OFFERED                                                                                \
    (RP_MYSQL_COMPRESS | RP_MYSQL_SSL | RP_MYSQL_ZSTD | RP_MYSQL_MFA |                             \
     RP_MYSQL_CAPABILITY_EXTENSION | RP_MYSQL_SSL_VERIFY | RP_MYSQL_REMEMBER_OPTIONS)

/*
 * Of MariaDB's extended ones those that change commands and results alone:
 * progress reports, bulk operations, extended and cached metadata, results of bulks.
 */
#define MARIADB_OFFERED                                                                            \
    (UINT32_C(1) << 0 | UINT32_C(1) << 2 | UINT32_C(1) << 3 | UINT32_C(1) << 4 | UINT32_C(1) << 5)

/* What a login by another plugin over TLS needs on the server's side, whatever the client has. */
#define SERVER_SIDE                                                                                \
    (RP_MYSQL_PROTOCOL_41 | RP_MYSQL_SECURE_CONNECTION | RP_MYSQL_PLUGIN_AUTH | RP_MYSQL_SSL)

/* What clients hash their passwords with; nobody looks at the result. */
static void fill_scramble(uint8_t scramble[RP_MYSQL_SCRAMBLE_SIZE])
{
    memset(scramble, 'x', RP_MYSQL_SCRAMBLE_SIZE);
    if (getrandom(scramble, RP_MYSQL_SCRAMBLE_SIZE, 0) < 0)
        return;
    for (size_t i = 0; i < RP_MYSQL_SCRAMBLE_SIZE; i++)
        scramble[i] = (uint8_t)('0' + scramble[i] % ('z' - '0'));
}

static void add_packet(struct rp_gate_login *login, uint8_t seq, const struct rp_buf *payload)
{
    rp_mysql_add_packet(&login->client_out, seq, rp_buf_span(payload));
    if (payload->state != RP_BUF_FINE)
        login->client_out.state = payload->state;
}

void rp_mysql_client_greet(struct rp_gate_login *login)
{
    struct rp_mysql_login *mysql = &login->mysql;
    RP_BUF_AUTO struct rp_buf payload = {.max = RP_MYSQL_PACKET_MAX};
    struct rp_mysql_greeting greeting = mysql->upstream;

    greeting.capabilities &= ~NOT_OFFERED;
    greeting.mariadb_capabilities &= MARIADB_OFFERED;
    (void)snprintf(greeting.plugin, sizeof(greeting.plugin), "mysql_native_password");
    fill_scramble(greeting.scramble);
    rp_mysql_add_greeting(&payload, &greeting);
    add_packet(login, 0, &payload);
    mysql->offered = greeting.capabilities;
    mysql->offered_mariadb = greeting.mariadb_capabilities;
    mysql->client_seq = 1; /* its response will have that */
}

/* --- refusing ----------------------------------------------------------------- */

/* "MESSAGE (hint: HINT)", as much as clients hold, no character cut. */
static void add_text(struct rp_buf *out, const struct rp_error *why)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 2 * (size_t)RP_ERROR_TEXT_MAX + 16};

    rp_buf_add_str(&text, why->msg);
    if (why->hint[0] != '\0') {
        rp_buf_add_str(&text, " (hint: ");
        rp_buf_add_str(&text, why->hint);
        rp_buf_add_char(&text, ')');
    }
    size_t n = text.len;
    if (n > CLIENT_ERROR_MAX) {
        n = CLIENT_ERROR_MAX;
        while (n > 0 && ((uint8_t)text.data[n] & 0xC0) == 0x80)
            n--;
    }
    rp_buf_add(out, rp_span_first(rp_buf_span(&text), n));
}

/* One who has not been greeted gets it in place of the greeting, where no SQLSTATE is read. */
static void send_error(struct rp_gate_login *login, uint16_t code, const char *sqlstate,
                       const struct rp_error *why)
{
    RP_BUF_AUTO struct rp_buf payload = {.max = RP_MYSQL_PACKET_MAX};
    bool greeted = login->mysql.offered != 0;

    rp_mysql_add_error(&payload, code, greeted ? sqlstate : NULL, (struct rp_span){"", 0});
    add_text(&payload, why);
    add_packet(login, greeted ? (uint8_t)(login->mysql.client_seq + 1) : 0, &payload);
}

void rp_mysql_client_refuse(struct rp_gate_login *login, const struct rp_error *why,
                            const struct rp_observation *seen)
{
    const char *sqlstate = seen != NULL && seen->sqlstate[0] != '\0' ? seen->sqlstate : "HY000";

    if (seen != NULL && seen->mysql_code != 0)
        send_error(login, seen->mysql_code, sqlstate, why);
    else if (why->kind == RP_KIND_LOGIN || why->kind == RP_KIND_CREDENTIALS ||
             why->kind == RP_KIND_NO_CREDENTIALS)
        send_error(login, 1045, "28000", why); /* ER_ACCESS_DENIED_ERROR */
    else if (why->kind == RP_KIND_NETWORK)
        send_error(login, 1158, "08S01", why); /* ER_NET_READ_ERROR: pools know its class */
    else if (why->kind == RP_KIND_TLS)
        send_error(login, 3159, "HY000", why); /* ER_SECURE_TRANSPORT_REQUIRED: 2026 is clients' */
    else
        send_error(login, 1105, "HY000", why); /* ER_UNKNOWN_ERROR */
}

static enum rp_mysql_client refuse_handshake(struct rp_gate_login *login)
{
    send_error(login, 1043, "08S01", &login->refusal); /* ER_HANDSHAKE_ERROR */
    return RP_MYSQL_CLIENT_REFUSED;
}

static enum rp_mysql_client refuse_access(struct rp_gate_login *login)
{
    rp_mysql_client_refuse(login, &login->refusal, NULL);
    return RP_MYSQL_CLIENT_REFUSED;
}

/* --- hearing ------------------------------------------------------------------ */

static void copy_name(struct rp_span name, char *out)
{
    memcpy(out, name.p, name.n);
    out[name.n] = '\0';
}

static enum rp_mysql_client take_user(struct rp_gate_login *login, struct rp_span user)
{
    const char *only = login->order->user;

    if (user.n > RP_USER_MAX) {
        rp_ignore(rp_fail(&login->refusal, RP_KIND_LOGIN,
                          "Access denied: the user's name is longer than %d bytes", RP_USER_MAX));
        return refuse_access(login);
    }
    copy_name(user, login->user);
    if (only[0] != '\0' && !rp_span_is(user, only)) {
        rp_ignore(rp_fail(&login->refusal, RP_KIND_LOGIN,
                          "Access denied for user '%s': rdspass lets in '%s' here", login->user,
                          only));
        rp_hint(&login->refusal, "start rdspass with --user '%s' to log in as that one",
                login->user);
        return refuse_access(login);
    }
    if (user.n == 0) {
        rp_ignore(rp_fail(&login->refusal, RP_KIND_LOGIN,
                          "Access denied for user '': a token is for a user, and none was named"));
        rp_hint(&login->refusal, "name one to the client, or to rdspass with --user");
        return refuse_access(login);
    }
    return RP_MYSQL_CLIENT_IS_IN;
}

static enum rp_mysql_client take_database(struct rp_gate_login *login, struct rp_span database)
{
    if (database.n == 0)
        database = rp_span(login->order->database);
    if (database.n > RP_DATABASE_MAX) {
        rp_ignore(rp_fail(&login->refusal, RP_KIND_LOGIN,
                          "the database's name is longer than %d bytes", RP_DATABASE_MAX));
        return refuse_handshake(login);
    }
    copy_name(database, login->database);
    return RP_MYSQL_CLIENT_IS_IN;
}

static enum rp_mysql_client take_response(struct rp_gate_login *login,
                                          const struct rp_mysql_packet *packet)
{
    struct rp_mysql_response response;
    rp_status status = RP_OK;

    if (packet->seq != login->mysql.client_seq) {
        rp_ignore(rp_fail(&login->refusal, RP_KIND_LOGIN, "the client's packets are out of order"));
        return refuse_handshake(login);
    }
    if (rp_mysql_is_ssl_request(packet->payload)) {
        rp_ignore(rp_fail(&login->refusal, RP_KIND_LOGIN,
                          "the client wants TLS, which the gate offers to nobody: it does TLS "
                          "itself, with the database"));
        rp_hint(&login->refusal, "switch it off in the client: --ssl-mode=DISABLED or --skip-ssl");
        return refuse_handshake(login);
    }
    status = rp_mysql_parse_response(packet->payload, &response, &login->refusal);
    if (rp_failed(status))
        return refuse_handshake(login);
    rp_buf_add(&login->mysql.response, packet->payload);
    status = rp_buf_check(&login->mysql.response, RP_KIND_LOGIN, "the client's response",
                          &login->refusal);
    if (rp_failed(status))
        return refuse_access(login);
    enum rp_mysql_client user = take_user(login, response.user);
    return user != RP_MYSQL_CLIENT_IS_IN ? user : take_database(login, response.database);
}

enum rp_mysql_client rp_mysql_client_hear(struct rp_gate_login *login)
{
    struct rp_mysql_packet packet;
    size_t used = 0;

    rp_status status = rp_mysql_take(rp_buf_span(&login->client_in), RP_MYSQL_PACKET_MAX, &packet,
                                     &used, &login->refusal);
    if (rp_failed(status))
        return refuse_handshake(login);
    if (used == 0)
        return RP_MYSQL_CLIENT_WAITS;
    enum rp_mysql_client result = take_response(login, &packet);
    rp_buf_drop(&login->client_in, used);
    return result;
}

void rp_mysql_client_response(const struct rp_gate_login *login, struct rp_mysql_response *out)
{
    const struct rp_mysql_login *mysql = &login->mysql;
    struct rp_mysql_response client = {0};

    rp_ignore(rp_mysql_parse_response(rp_buf_span(&mysql->response), &client, NULL));
    *out = client;
    /* LONG_PASSWORD is a word about the client itself: whether it is none of MariaDB's. */
    out->capabilities = (client.capabilities & (mysql->offered | RP_MYSQL_LONG_PASSWORD)) |
                        (mysql->upstream.capabilities & RP_MYSQL_LENENC_AUTH) | SERVER_SIDE;
    out->mariadb_capabilities = client.mariadb_capabilities & mysql->offered_mariadb;
    out->user = rp_span(login->user);
    out->database = rp_span(login->database);
    out->has_database = login->database[0] != '\0';
    out->capabilities &= ~RP_MYSQL_CONNECT_WITH_DB;
    if (out->has_database)
        out->capabilities |= RP_MYSQL_CONNECT_WITH_DB;
}
