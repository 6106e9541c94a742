/* PostgreSQL's login, with both ends held: what it says to whom, and when. */
#include "postgres_stage.h"

/* --- the client's opening ---------------------------------------------------------- */

static void test_requests(void)
{
    struct stage stage;

    set_up(&stage);
    IS_INT(client_says(&stage, RP_SPAN("\0\0\0\x08\x04")), RP_LOGIN_CLIENT, "a part of a request");
    to_client(&stage, RP_SPAN(""), "no answer yet");
    IS_INT(client_says(&stage, RP_SPAN("\xd2\x16\x30")), RP_LOGIN_CLIENT, "GSSAPI");
    to_client(&stage, RP_SPAN("N"), "no");
    IS_INT(client_says(&stage, RP_SPAN(SSL_REQUEST)), RP_LOGIN_CLIENT, "TLS");
    to_client(&stage, RP_SPAN("N"), "no");
    IS_INT(client_says(&stage, RP_SPAN(GSS_REQUEST)), RP_LOGIN_CLIENT, "GSSAPI again");
    IS_INT(client_says(&stage, RP_SPAN(SSL_REQUEST)), RP_LOGIN_CLIENT, "TLS again");
    to_client(&stage, RP_SPAN("NN"), "no");
    IS_INT(client_starts(&stage, RP_POSTGRES_3_0, RP_SPAN(BOB)), RP_LOGIN_DIAL, "and then startup");
    IS_STR(stage.login.user, "bob", "for whom");
    IS_STR(stage.login.database, "shop", "where");
    to_server(&stage, RP_SPAN(""), "nothing is said to the server yet");
    tear_down(&stage);
}

/* The first bytes of a client, and how they are refused. */
static void refused(struct rp_span bytes, const char *sqlstate, const char *part)
{
    struct stage stage;

    set_up(&stage);
    IS_INT(client_says(&stage, bytes), RP_LOGIN_REFUSED, part);
    client_gets_error(&stage, sqlstate, part);
    IS_INT(stage.login.refusal.kind, RP_KIND_LOGIN, "the parent is told so");
    tear_down(&stage);
}

static void test_requests_refused(void)
{
    struct stage stage;

    refused(RP_SPAN("\x16\x03\x01"), "08P01", "TLS");
    refused(RP_SPAN("GET / HTTP/1.1"), "08P01", "not of PostgreSQL's protocol");
    refused(RP_SPAN(SSL_REQUEST "\0"), "08P01", "more than its request");
    refused(RP_SPAN(SSL_REQUEST SSL_REQUEST), "08P01", "more than its request");
    set_up(&stage);
    for (int i = 0; i < 2; i++)
        IS_INT(client_says(&stage, RP_SPAN(SSL_REQUEST)), RP_LOGIN_CLIENT, "a request for TLS");
    rp_buf_clear(&stage.login.client_out);
    IS_INT(client_says(&stage, RP_SPAN(SSL_REQUEST)), RP_LOGIN_REFUSED, "one too many");
    client_gets_error(&stage, "08P01", "again and again");
    tear_down(&stage);
}

static void test_cancel(void)
{
    struct stage stage;

    set_up(&stage);
    IS_INT(client_says(&stage, RP_SPAN(SSL_REQUEST)), RP_LOGIN_CLIENT, "TLS first");
    IS_INT(client_says(&stage, RP_SPAN("\0\0\0\x12\x04\xd2\x16\x2e\0\0\x30\x39sixkey")),
           RP_LOGIN_CANCEL, "a cancel request");
    IS_INT(stage.login.cancel_pid, 12345, "its process");
    OK(rp_span_eq(rp_buf_span(&stage.login.cancel_key), RP_SPAN("sixkey")), "its key");
    tear_down(&stage);
}

/* A startup message that is refused. `user` is the order's. */
static void not_for(const char *user, struct rp_span parameters, const char *sqlstate,
                    const char *part)
{
    struct stage stage;

    set_up(&stage);
    set_name(stage.order.user, user);
    IS_INT(client_starts(&stage, RP_POSTGRES_3_0, parameters), RP_LOGIN_REFUSED, part);
    client_gets_error(&stage, sqlstate, part);
    tear_down(&stage);
}

static void test_users(void)
{
    RP_BUF_AUTO struct rp_buf longest = {.max = 1000};
    struct stage stage;

    not_for("", RP_SPAN(""), "28000", "names no role");
    not_for("bob", RP_SPAN("database\0bob\0"), "28000", "names no role");
    not_for("", RP_SPAN("user\0\0"), "28000", "names no role");
    not_for("alice", RP_SPAN(BOB), "28000", "role \"bob\" cannot log in here");
    not_for("Bob", RP_SPAN(BOB), "28000", "role \"Bob\"");
    not_for("bob", RP_SPAN(BOB "user\0eve\0"), "28000", "role \"eve\"");
    not_for("bob", RP_SPAN("user\0bob\x1b[2J\0"), "28000", "role \"bob\\x1b[2J\"");
    rp_buf_add(&longest, RP_SPAN("user\0"));
    for (int i = 0; i <= RP_USER_MAX; i++)
        rp_buf_add_char(&longest, 'u');
    rp_buf_add_char(&longest, '\0');
    not_for("", rp_buf_span(&longest), "28000", "longer than");
    memcpy(longest.data + 5 + RP_USER_MAX, "", 1);
    longest.len--;
    set_up(&stage);
    IS_INT(client_starts(&stage, RP_POSTGRES_3_0, rp_buf_span(&longest)), RP_LOGIN_DIAL,
           "the longest user");
    IS_INT(strlen(stage.login.user), RP_USER_MAX, "all of it");
    tear_down(&stage);
}

static void test_replication(void)
{
    struct stage stage;

    not_for("", RP_SPAN(BOB "replication\0true\0"), "0A000", "replication");
    not_for("", RP_SPAN("replication\0database\0" BOB), "0A000", "replication");
    not_for("", RP_SPAN(BOB "replication\0on\0"), "0A000", "replication");
    set_up(&stage);
    IS_INT(client_starts(&stage, RP_POSTGRES_3_0, RP_SPAN(BOB "replication\0OFF\0")), RP_LOGIN_DIAL,
           "replication=OFF is none");
    tear_down(&stage);
}

/* --- logging in ------------------------------------------------------------------- */

static void test_login(void)
{
    struct stage stage;

    start(&stage, "a login");
    IS_INT(server_says(&stage, RP_SPAN(NOTICE "R\0\0\0\x08\0\0")), RP_LOGIN_UPSTREAM, "a part");
    IS_INT(server_says(&stage, RP_SPAN("\0\x03")), RP_LOGIN_TOKEN, "a password is asked for");
    IS_INT(advance(&stage), RP_LOGIN_TOKEN, "without a token it goes no further");
    to_server(&stage, RP_SPAN(""), "nothing is said meanwhile");
    give_token(&stage);
    OK(stage.login.asked_token, "what fails now may be the token");
    IS_INT(advance(&stage), RP_LOGIN_UPSTREAM, "there it is");
    to_server(&stage, RP_SPAN("p\0\0\0\x59" TOKEN "\0"), "the token");
    IS_INT(server_says(&stage, RP_SPAN(LET_IN UTC)), RP_LOGIN_UPSTREAM, "let in");
    IS_INT(server_says(&stage, RP_SPAN(NOTICE KEY)), RP_LOGIN_UPSTREAM, "and told its key");
    to_client(&stage, RP_SPAN(""), "the client hears nothing before it is ready");
    IS_INT(server_says(&stage, RP_SPAN(READY NOTICE "N")), RP_LOGIN_ENTERED, "ready");
    to_client(&stage, RP_SPAN(LET_IN UTC NOTICE KEY READY), "all of it, unchanged");
    OK(rp_span_eq(rp_buf_span(&stage.login.upstream_in), RP_SPAN(NOTICE "N")), "the rest waits");
    IS_INT(stage.login.postgres.pid, 12345, "the process, for cancel requests");
    OK(rp_span_eq(rp_buf_span(&stage.login.postgres.key), RP_SPAN("key\xff")), "and its key");
    IS_INT(advance(&stage), RP_LOGIN_ENTERED, "it stays so");
    tear_down(&stage);
}

/* Byte by byte from both sides, and the client's next ones early. */
static void test_login_bytewise(void)
{
    struct rp_span server = RP_SPAN(LET_IN UTC KEY READY);
    struct stage stage;
    enum rp_login_next next = RP_LOGIN_UPSTREAM;

    start(&stage, "a login without a password, byte by byte");
    rp_buf_add_str(&stage.login.client_in, "Q...");
    for (size_t i = 0; i < server.n; i++) {
        OK(next == RP_LOGIN_UPSTREAM, "%zu bytes are too few", i);
        next = server_says(&stage, (struct rp_span){server.p + i, 1});
    }
    IS_INT(next, RP_LOGIN_ENTERED, "ready");
    OK(!stage.login.asked_token, "no token was asked for");
    to_client(&stage, server, "all of it");
    IS_STR(rp_buf_str(&stage.login.client_in), "Q...", "what the client has said waits");
    tear_down(&stage);
}

static void test_version_3_2(void)
{
    static const char key[] = "K\0\0\0\x28\0\0\0\x01"
                              "0123456789abcdef0123456789abcdef";
    struct rp_span negotiate = RP_SPAN("v\0\0\0\x0c\0\x03\0\0\0\0\0\0");
    struct stage stage;

    set_up(&stage);
    log_in_to_tls(&stage, RP_POSTGRES_3_2);
    to_server(&stage, RP_SPAN("\0\0\0\x20\0\x03\0\x02" BOB "\0"), "the version of the client");
    IS_INT(server_says(&stage, negotiate), RP_LOGIN_UPSTREAM, "the server speaks 3.0");
    IS_INT(server_says(&stage, RP_SPAN(ASKS)), RP_LOGIN_TOKEN, "a password");
    give_token(&stage);
    IS_INT(server_says(&stage, RP_SPAN(LET_IN READY)), RP_LOGIN_ENTERED, "ready");
    to_client(&stage, RP_SPAN("v\0\0\0\x0c\0\x03\0\0\0\0\0\0" LET_IN READY), "the client is told");
    tear_down(&stage);

    set_up(&stage);
    log_in_to_tls(&stage, RP_POSTGRES_3_2);
    IS_INT(server_says(&stage, RP_SPAN(LET_IN)), RP_LOGIN_UPSTREAM, "the server speaks 3.2");
    IS_INT(server_says(&stage, (struct rp_span){key, sizeof(key) - 1}), RP_LOGIN_UPSTREAM, "a key");
    IS_INT(stage.login.postgres.key.len, 32, "a long one");
    tear_down(&stage);

    start(&stage, "a server that negotiates twice");
    IS_INT(server_says(&stage, negotiate), RP_LOGIN_UPSTREAM, "once");
    IS_INT(server_says(&stage, negotiate), RP_LOGIN_FAILED, "twice");
    tear_down(&stage);
}

static void test_parameters(void)
{
    struct stage stage;

    set_up(&stage);
    set_name(stage.order.user, "bob");
    set_name(stage.order.database, "shop");
    IS_INT(client_starts(&stage, RP_POSTGRES_3_0,
                         RP_SPAN("options\0-c a=b\0user\0bob\0_pq_.x\0y\0DateStyle\0ISO\0")),
           RP_LOGIN_DIAL, "no database");
    IS_INT(advance(&stage), RP_LOGIN_UPSTREAM, "dialled");
    IS_INT(server_says(&stage, RP_SPAN("S")), RP_LOGIN_TLS, "TLS");
    rp_buf_clear(&stage.login.upstream_out);
    IS_INT(advance(&stage), RP_LOGIN_UPSTREAM, "TLS is complete");
    to_server(&stage,
              RP_SPAN("\0\0\0\x46\0\x03\0\0" BOB "options\0-c a=b\0_pq_.x\0y\0DateStyle\0ISO\0\0"),
              "the order's database, and all parameters");
    tear_down(&stage);
}

static void test_dsql(void)
{
    struct stage stage;

    set_up(&stage);
    stage.order.endpoint.kind = RP_ENDPOINT_DSQL;
    IS_INT(client_starts(&stage, RP_POSTGRES_3_0, RP_SPAN(BOB)), RP_LOGIN_DIAL, "to be dialled");
    IS_INT(advance(&stage), RP_LOGIN_UPSTREAM, "dialled, over TLS");
    to_server(&stage, RP_SPAN("\0\0\0\x20\0\x03\0\0" BOB "\0"), "no request for TLS");
    IS_INT(server_says(&stage, RP_SPAN(ASKS)), RP_LOGIN_TOKEN, "a password");
    tear_down(&stage);
}

/* --- another attempt ------------------------------------------------------------------- */

static void test_restart(void)
{
    struct stage stage;

    start(&stage, "another attempt");
    IS_INT(server_says(&stage, RP_SPAN("v\0\0\0\x0c\0\x03\0\0\0\0\0\0" ASKS)), RP_LOGIN_TOKEN,
           "a password");
    give_token(&stage);
    IS_INT(advance(&stage), RP_LOGIN_UPSTREAM, "there it is");
    IS_INT(server_says(&stage, RP_SPAN(LET_IN KEY "E\0\0\0\x0f"
                                                  "C57P01\0Mx\0\0")),
           RP_LOGIN_FAILED, "it goes down");
    stage.login.protocol->restart(&stage.login);
    OK(rp_secret_is_empty(&stage.login.token) && !stage.login.asked_token &&
           stage.login.seen.text[0] == '\0' && stage.login.seen.sqlstate[0] == '\0',
       "all is forgotten");
    no_token_in(&stage.login.upstream_out, "whoever is next");
    IS_INT(advance(&stage), RP_LOGIN_DIAL, "dial again");
    IS_INT(advance(&stage), RP_LOGIN_UPSTREAM, "dialled");
    to_server(&stage, RP_SPAN(SSL_REQUEST), "TLS again");
    IS_INT(server_says(&stage, RP_SPAN("S")), RP_LOGIN_TLS, "it does");
    IS_INT(advance(&stage), RP_LOGIN_UPSTREAM, "TLS is complete");
    to_server(&stage, RP_SPAN("\0\0\0\x20\0\x03\0\0" BOB "\0"), "the same startup message");
    IS_INT(server_says(&stage, RP_SPAN(ASKS)), RP_LOGIN_TOKEN, "another token");
    give_token(&stage);
    IS_INT(server_says(&stage, RP_SPAN(LET_IN READY)), RP_LOGIN_ENTERED, "ready");
    to_client(&stage, RP_SPAN(LET_IN READY), "nothing of the first attempt");
    tear_down(&stage);
}

int main(void)
{
    test_requests();
    test_requests_refused();
    test_cancel();
    test_users();
    test_replication();
    test_login();
    test_login_bytewise();
    test_version_3_2();
    test_parameters();
    test_dsql();
    test_restart();
    return tap_done();
}
