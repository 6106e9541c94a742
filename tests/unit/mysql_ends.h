/* Both ends of MySQL's login through the gate, for its tests: what each says, and was sent. */
#ifndef MYSQL_ENDS_H
#define MYSQL_ENDS_H

#include "gate/login.h"
#include "tap.h"

#define TOKEN_HEAD                                                                                 \
    "db.cluster-abc.eu-central-1.rds.amazonaws.com:3306/?Action=connect&DBUser=app_user&"
#define TOKEN_TAIL                                                                                 \
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0123456789abcdef0123456789abcdef"
#define TOKEN TOKEN_HEAD TOKEN_TAIL
#define OK_PACKET "\0\0\0\x02\0\0\0"

/* As MySQL 8.0 and MariaDB 10.11 offer them. */
#define MYSQL_8 UINT32_C(0xdfffffff)
#define MARIADB UINT32_C(0x81fffffe)
#define MARIADB_EXTENDED UINT32_C(0x1d)
/* As MariaDB's and Oracle's clients ask for them; Oracle's names bit 28 though nobody offers it. */
#define MARIADB_CLIENT UINT32_C(0x80bfa28c)
#define ORACLE_CLIENT UINT32_C(0x19bfa285)

static struct rp_gate_order order;
static struct rp_gate_login login;

static inline void begin(const char *user, const char *database)
{
    order = (struct rp_gate_order){.engine = RP_ENGINE_MYSQL, .port = 3306};
    (void)snprintf(order.user, sizeof(order.user), "%s", user);
    (void)snprintf(order.database, sizeof(order.database), "%s", database);
    rp_gate_login_init(&login, &order);
}

static inline void end(void)
{
    rp_gate_login_release(&login);
}

static inline void next_is(enum rp_login_next want, const char *name)
{
    IS_INT(login.protocol->advance(&login), want, name);
}

static inline void server_says(uint8_t seq, struct rp_span payload)
{
    rp_mysql_add_packet(&login.upstream_in, seq, payload);
}

static inline void client_says(uint8_t seq, struct rp_span payload)
{
    rp_mysql_add_packet(&login.client_in, seq, payload);
}

/* Takes the one packet that has been written to one side, which must have that number. */
static struct rp_buf taken;

static inline struct rp_span take_from(struct rp_buf *out, int seq, const char *name)
{
    struct rp_mysql_packet packet = {.payload = {"", 0}};
    struct rp_error err = {0};
    size_t used = 0;

    WORKS(rp_mysql_take(rp_buf_span(out), RP_MYSQL_PACKET_MAX, &packet, &used, &err), err, name);
    OK(used > 0 && used == out->len && packet.seq == seq, "%s: one packet, of number %d", name,
       seq);
    taken.max = RP_MYSQL_PACKET_MAX;
    rp_buf_clear(&taken);
    rp_buf_add(&taken, packet.payload);
    rp_buf_clear(out);
    return rp_buf_span(&taken);
}

static inline void greet(uint32_t capabilities, uint32_t extended, const char *plugin)
{
    RP_BUF_AUTO struct rp_buf payload = {.max = 1024};
    struct rp_mysql_greeting greeting = {.version = "8.0.39-cloud",
                                         .connection_id = 4711,
                                         .capabilities = capabilities,
                                         .mariadb_capabilities = extended,
                                         .charset = 255,
                                         .status = 2,
                                         .scramble = "abcdefghijklmnopqrst"};

    (void)snprintf(greeting.plugin, sizeof(greeting.plugin), "%s", plugin);
    rp_mysql_add_greeting(&payload, &greeting);
    server_says(0, rp_buf_span(&payload));
}

static inline void respond_as(uint32_t capabilities, uint32_t extended, const char *user,
                              const char *database)
{
    RP_BUF_AUTO struct rp_buf payload = {.max = 1024};
    const struct rp_mysql_response response = {
        .capabilities = capabilities | (database == NULL ? 0 : RP_MYSQL_CONNECT_WITH_DB),
        .mariadb_capabilities = extended,
        .max_packet = 1 << 24,
        .charset = 45,
        .user = rp_span(user),
        .auth = rp_span("a scramble of 20 b."),
        .database = rp_span(database),
        .plugin = rp_span("mysql_native_password"),
        .attributes = RP_SPAN("\x03_os\x05Linux"),
    };

    rp_mysql_add_response(&payload, &response);
    client_says(1, rp_buf_span(&payload));
}

/* What the server was sent. */
static inline struct rp_mysql_response sent_response(void)
{
    struct rp_mysql_response response = {0};
    struct rp_error err = {0};

    WORKS(rp_mysql_parse_response(take_from(&login.upstream_out, 2, "response"), &response, &err),
          err, "the server gets a response");
    return response;
}

/* What the client was sent. */
static inline void sent_error(int seq, uint16_t code, const char *sqlstate, const char *text)
{
    struct rp_mysql_error error = {0};
    struct rp_error err = {0};

    WORKS(rp_mysql_parse_error(take_from(&login.client_out, seq, "error"), &error, &err), err,
          "the client gets an error");
    IS_INT(error.code, code, "its code");
    IS_STR(error.sqlstate, sqlstate, "its SQLSTATE");
    IS_SPAN(error.text, text, "its text");
}

/* Up to the client's turn, with a server of MySQL 8. */
static inline void connect_to(uint32_t capabilities, uint32_t extended, const char *plugin)
{
    next_is(RP_LOGIN_DIAL, "dial");
    next_is(RP_LOGIN_UPSTREAM, "wait for the greeting");
    greet(capabilities, extended, plugin);
    next_is(RP_LOGIN_CLIENT, "the client's turn");
}

/* Up to the server's answer to the response. */
static inline void introduce(const char *plugin)
{
    connect_to(MYSQL_8, 0, plugin);
    rp_buf_clear(&login.client_out);
    respond_as(ORACLE_CLIENT, 0, "app_user", "orders");
    next_is(RP_LOGIN_TLS, "TLS");
    rp_buf_clear(&login.upstream_out);
    next_is(RP_LOGIN_UPSTREAM, "wait for the answer");
    rp_buf_clear(&login.upstream_out);
}

static inline void give_token(void)
{
    struct rp_error err = {0};

    WORKS(rp_secret_set(&login.token, RP_SPAN(TOKEN), &err), err, "a token");
}

/* Up to the server's verdict. */
static inline void prove(void)
{
    introduce("mysql_native_password");
    server_says(3, RP_SPAN("\xfemysql_clear_password\0"));
    next_is(RP_LOGIN_TOKEN, "a token is asked for");
    OK(login.asked_token, "that is noted");
    give_token();
    next_is(RP_LOGIN_UPSTREAM, "wait for the verdict");
}

#endif
