/* PostgreSQL's login, with both ends held: what it says to whom, and when. */
#include "gate/login.h"
#include "tap.h"

#define TOKEN "db.abc.eu-west-1.rds.amazonaws.com:5432/?Action=connect&X-Amz-Algorithm=0123456789ab"
#define SSL_REQUEST "\0\0\0\x08\x04\xd2\x16\x2f"
#define GSS_REQUEST "\0\0\0\x08\x04\xd2\x16\x30"
#define BOB "user\0bob\0database\0shop\0"
#define LET_IN "R\0\0\0\x08\0\0\0\0"
#define ASKS "R\0\0\0\x08\0\0\0\x03"
#define KEY "K\0\0\0\x0c\0\0\x30\x39key\xff"
#define UTC "S\0\0\0\x11TimeZone\0UTC\0"
#define NOTICE "N\0\0\0\x06M\0"
#define READY "Z\0\0\0\x05I"

/* An endpoint, and a client and a server to be played. */
struct stage {
    struct rp_gate_order order;
    struct rp_gate_login login;
};

static void set_up(struct stage *stage)
{
    stage->order = (struct rp_gate_order){.engine = RP_ENGINE_POSTGRES, .port = 5432};
    stage->order.endpoint.kind = RP_ENDPOINT_CLUSTER;
    rp_gate_login_init(&stage->login, &stage->order);
}

static void tear_down(struct stage *stage)
{
    rp_gate_login_release(&stage->login);
}

static void set_name(char *out, const char *name)
{
    memcpy(out, name, strlen(name) + 1);
}

static enum rp_login_next advance(struct stage *stage)
{
    return stage->login.protocol->advance(&stage->login);
}

/* Has one side say something. */
static enum rp_login_next client_says(struct stage *stage, struct rp_span bytes)
{
    rp_buf_add(&stage->login.client_in, bytes);
    return advance(stage);
}

static enum rp_login_next server_says(struct stage *stage, struct rp_span bytes)
{
    rp_buf_add(&stage->login.upstream_in, bytes);
    return advance(stage);
}

static enum rp_login_next client_starts(struct stage *stage, uint32_t version,
                                        struct rp_span parameters)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_POSTGRES_FIRST_MAX};
    uint32_t n = (uint32_t)parameters.n + 9;

    for (int i = 0; i < 8; i++)
        rp_buf_add_char(&body, (char)(i < 4 ? n >> (24 - 8 * i) : version >> (56 - 8 * i)));
    rp_buf_add(&body, parameters);
    rp_buf_add_char(&body, '\0');
    return client_says(stage, rp_buf_span(&body));
}

/* Looks at what is to go out on one side, and takes it. */
static void goes_out(struct rp_buf *out, struct rp_span want, const char *name)
{
    OK(rp_span_eq(rp_buf_span(out), want), "%s", name);
    if (!rp_span_eq(rp_buf_span(out), want))
        (void)printf("# %zu bytes, not %zu\n", out->len, want.n);
    rp_buf_clear(out);
}

static void to_client(struct stage *stage, struct rp_span want, const char *name)
{
    goes_out(&stage->login.client_out, want, name);
}

static void to_server(struct stage *stage, struct rp_span want, const char *name)
{
    goes_out(&stage->login.upstream_out, want, name);
}

/* The client is to get this error. */
static void client_gets_error(struct stage *stage, const char *sqlstate, const char *part)
{
    struct rp_postgres_message message = {0};
    struct rp_postgres_error error = {0};
    struct rp_span bytes = rp_buf_span(&stage->login.client_out);
    size_t used = 0;

    if (bytes.n > 0 && bytes.p[0] == 'N')
        bytes = rp_span_skip(bytes, 1);
    OK(!rp_failed(rp_postgres_take(bytes, 9999, &message, &used, NULL)) && used == bytes.n &&
           message.type == 'E' && !rp_failed(rp_postgres_parse_error(message.body, &error, NULL)),
       "an error and nothing else");
    IS_STR(error.sqlstate, sqlstate, "its SQLSTATE");
    OK(error.message.n > 0 && memmem(error.message.p, error.message.n, part, strlen(part)) != NULL,
       "its text has: %s", part);
    OK(rp_span_is(error.severity, "FATAL"), "it is fatal");
}

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

/* --- the server's part ---------------------------------------------------------------- */

/* Up to where TLS is complete and the startup is out, for bob at shop; nothing is left to go out.
 */
static void log_in_to_tls(struct stage *stage, uint32_t version)
{
    OK(client_starts(stage, version, RP_SPAN(BOB)) == RP_LOGIN_DIAL &&
           advance(stage) == RP_LOGIN_UPSTREAM && server_says(stage, RP_SPAN("S")) == RP_LOGIN_TLS,
       "up to TLS");
    to_server(stage, RP_SPAN(SSL_REQUEST), "TLS was asked for");
    IS_INT(advance(stage), RP_LOGIN_UPSTREAM, "TLS is complete");
}

static void start(struct stage *stage, const char *name)
{
    OK(true, "%s", name);
    set_up(stage);
    log_in_to_tls(stage, RP_POSTGRES_3_0);
    to_server(stage, RP_SPAN("\0\0\0\x20\0\x03\0\0" BOB "\0"), "and then the startup message");
}

static void give_token(struct stage *stage)
{
    OK(!rp_failed(rp_secret_set(&stage->login.token, RP_SPAN(TOKEN), NULL)), "a token");
}

/* Nothing of the token may be where it must not. */
static void no_token_in(const struct rp_buf *bytes, const char *name)
{
    OK(bytes->len == 0 || memmem(bytes->data, bytes->len, "0123456789ab", 12) == NULL,
       "no token goes to %s", name);
}

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

/* --- what a server may do instead ----------------------------------------------------- */

/* What is seen of a server that answers our request for TLS so. */
static void before_tls(struct rp_span answer, enum rp_seen what, const char *sqlstate,
                       const char *text)
{
    struct stage stage;

    set_up(&stage);
    OK(client_starts(&stage, RP_POSTGRES_3_0, RP_SPAN(BOB)) == RP_LOGIN_DIAL &&
           advance(&stage) == RP_LOGIN_UPSTREAM,
       "dialled");
    to_server(&stage, RP_SPAN(SSL_REQUEST), "TLS was asked for");
    IS_INT(server_says(&stage, answer), RP_LOGIN_FAILED, text);
    IS_INT(stage.login.seen.stage, RP_STAGE_GREETING, "nobody vouches for it");
    IS_INT(stage.login.seen.seen, what, "what was seen");
    IS_STR(stage.login.seen.sqlstate, sqlstate, "SQLSTATE");
    OK(strstr(stage.login.seen.text, text) != NULL, "%s: %s", text, stage.login.seen.text);
    to_server(&stage, RP_SPAN(""), "nothing goes out any more");
    to_client(&stage, RP_SPAN(""), "on neither side");
    tear_down(&stage);
}

static void test_before_tls(void)
{
    before_tls(RP_SPAN("N"), RP_SEEN_NO_TLS, "", "");
    before_tls(RP_SPAN("N\0"), RP_SEEN_NO_TLS, "", "");
    before_tls(RP_SPAN("SR"), RP_SEEN_EARLY_BYTES, "", "");
    before_tls(RP_SPAN("S\x16\x03\x03"), RP_SEEN_EARLY_BYTES, "", "");
    before_tls(RP_SPAN("G"), RP_SEEN_NOT_PROTOCOL, "", "something else");
    before_tls(RP_SPAN("HTTP/1.1 400"), RP_SEEN_NOT_PROTOCOL, "", "something else");
    before_tls(RP_SPAN("\x4a\0\0\0\x0a"
                       "8.0.39\0"),
               RP_SEEN_OTHER_PROTOCOL, "", "");
    before_tls(RP_SPAN("S\0\0\0\x0a"
                       "8.0.39\0"),
               RP_SEEN_OTHER_PROTOCOL, "", "");
    before_tls(RP_SPAN("E\0\0\0\xffHost"), RP_SEEN_OTHER_PROTOCOL, "", "");
    before_tls(RP_SPAN("E\0\0\0\x12"
                       "C53300\0Mfull\0\0"),
               RP_SEEN_NOTHING, "53300", "full");
    before_tls(RP_SPAN("Ecould not fork\n\0"), RP_SEEN_NOTHING, "", "could not fork");
    before_tls(RP_SPAN("E\0\0\0\x08xxxx"), RP_SEEN_NOT_PROTOCOL, "", "malformed");
}

/* A server that breaks off, or speaks early over the connection that is to be TLS. */
static void test_around_tls(void)
{
    struct stage stage;

    set_up(&stage);
    OK(client_starts(&stage, RP_POSTGRES_3_0, RP_SPAN(BOB)) == RP_LOGIN_DIAL &&
           advance(&stage) == RP_LOGIN_UPSTREAM,
       "dialled");
    IS_INT(server_says(&stage, RP_SPAN("E\0\0\0\x12"
                                       "C5")),
           RP_LOGIN_UPSTREAM, "half an error");
    stage.login.protocol->restart(&stage.login);
    OK(advance(&stage) == RP_LOGIN_DIAL && advance(&stage) == RP_LOGIN_UPSTREAM, "dialled anew");
    IS_INT(server_says(&stage, RP_SPAN("S")), RP_LOGIN_TLS, "TLS");
    rp_buf_add_str(&stage.login.upstream_in, "R");
    IS_INT(advance(&stage), RP_LOGIN_FAILED, "something came before it");
    IS_INT(stage.login.seen.seen, RP_SEEN_EARLY_BYTES, "that is seen");
    IS_INT(stage.login.seen.stage, RP_STAGE_GREETING, "nobody vouches for it");
    tear_down(&stage);
}

/* What is seen of a verified server that says this. */
static void verified(struct rp_span says, enum rp_seen what, const char *part)
{
    struct stage stage;

    start(&stage, part);
    IS_INT(server_says(&stage, says), RP_LOGIN_FAILED, part);
    IS_INT(stage.login.seen.stage, RP_STAGE_LOGIN, "it is verified");
    IS_INT(stage.login.seen.seen, what, "what was seen");
    OK(strstr(what == RP_SEEN_ASKS_OTHER ? stage.login.seen.asked : stage.login.seen.text, part) !=
           NULL,
       "%s: %s%s", part, stage.login.seen.asked, stage.login.seen.text);
    to_server(&stage, RP_SPAN(""), "nothing goes out any more");
    to_client(&stage, RP_SPAN(""), "no request is passed on");
    tear_down(&stage);
}

static void test_asks_other(void)
{
    verified(RP_SPAN("R\0\0\0\x0c\0\0\0\x05salt"), RP_SEEN_ASKS_OTHER, "MD5");
    verified(RP_SPAN("R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0"), RP_SEEN_ASKS_OTHER,
             "SCRAM-SHA-256");
    verified(RP_SPAN("R\0\0\0\x11\0\0\0\x0a"
                     "A\0B-PLUS\0"),
             RP_SEEN_ASKS_OTHER, "A, B-PLUS");
    verified(RP_SPAN("R\0\0\0\x08\0\0\0\x0a"), RP_SEEN_ASKS_OTHER, "SCRAM-SHA-256");
    verified(RP_SPAN("R\0\0\0\x08\0\0\0\x07"), RP_SEEN_ASKS_OTHER, "GSSAPI");
    verified(RP_SPAN("R\0\0\0\x08\0\0\0\x08"), RP_SEEN_ASKS_OTHER, "an unknown method");
    verified(RP_SPAN("R\0\0\0\x09\0\0\0\x03+"), RP_SEEN_NOT_PROTOCOL, "malformed");
    verified(RP_SPAN("R\0\0\0\x03"), RP_SEEN_NOT_PROTOCOL, "length");
    verified(RP_SPAN("R\0\x01\0\x05"), RP_SEEN_NOT_PROTOCOL, "length");
    verified(RP_SPAN(UTC), RP_SEEN_NOT_PROTOCOL, "type 0x53");
    verified(RP_SPAN(READY), RP_SEEN_NOT_PROTOCOL, "type 0x5a");
    verified(RP_SPAN(LET_IN ASKS), RP_SEEN_NOT_PROTOCOL, "type 0x52");
    verified(RP_SPAN(LET_IN "K\0\0\0\x0b\0\0\x30\x39key"), RP_SEEN_NOT_PROTOCOL, "cancel key");
    verified(RP_SPAN(LET_IN "S\0\0\0\x05+"), RP_SEEN_NOT_PROTOCOL, "setting");
}

static void test_second_password(void)
{
    struct stage stage;

    start(&stage, "a second password");
    IS_INT(server_says(&stage, RP_SPAN(ASKS)), RP_LOGIN_TOKEN, "a password");
    give_token(&stage);
    IS_INT(advance(&stage), RP_LOGIN_UPSTREAM, "there it is");
    rp_buf_clear(&stage.login.upstream_out);
    IS_INT(server_says(&stage, RP_SPAN(ASKS)), RP_LOGIN_FAILED, "and a second one");
    IS_INT(stage.login.seen.seen, RP_SEEN_NOT_PROTOCOL, "no");
    no_token_in(&stage.login.upstream_out, "the server again");
    tear_down(&stage);
}

static void test_errors(void)
{
    struct stage stage;
    struct rp_error why = {.kind = RP_KIND_LOGIN, .msg = "our words", .hint = "do"};

    start(&stage, "an error before a token");
    IS_INT(server_says(&stage, RP_SPAN("E\0\0\0\x19"
                                       "C28000\0Mno\0Dbad\0Hgo\0\0")),
           RP_LOGIN_FAILED, "refused");
    IS_STR(stage.login.seen.sqlstate, "28000", "SQLSTATE");
    IS_STR(stage.login.seen.text, "no; bad; go", "all that it says");
    OK(stage.login.seen.no_token, "it has not seen a token");
    tear_down(&stage);

    start(&stage, "an error with the token in it");
    IS_INT(server_says(&stage, RP_SPAN(ASKS)), RP_LOGIN_TOKEN, "a password");
    give_token(&stage);
    IS_INT(server_says(&stage, RP_SPAN("E\0\0\0\x1f"
                                       "C28P01\0Mnot 0123456789ab!\0\0")),
           RP_LOGIN_FAILED, "refused");
    IS_STR(stage.login.seen.text, "not [token]!", "without the token");
    OK(!stage.login.seen.no_token, "it has seen a token");
    stage.login.protocol->refuse(&stage.login, &why, &stage.login.seen);
    client_gets_error(&stage, "28P01", "our words");
    no_token_in(&stage.login.client_out, "the client");
    tear_down(&stage);

    start(&stage, "an error when all seemed well");
    IS_INT(server_says(&stage, RP_SPAN(LET_IN "E\0\0\0\x0f"
                                              "C3D000\0Mx\0\0")),
           RP_LOGIN_FAILED, "no such database");
    to_client(&stage, RP_SPAN(""), "the client does not take itself for logged in");
    stage.login.protocol->refuse(&stage.login, &why, &stage.login.seen);
    client_gets_error(&stage, "3D000", "our words");
    tear_down(&stage);
}

static void test_refuse(void)
{
    static const struct {
        enum rp_kind kind;
        enum rp_stage stage;
        const char *sqlstate;
        const char *want;
    } cases[] = {
        {RP_KIND_LOGIN, RP_STAGE_LOGIN, "", "28000"},
        {RP_KIND_CREDENTIALS, RP_STAGE_LOGIN, "", "28000"},
        {RP_KIND_NO_CREDENTIALS, RP_STAGE_LOGIN, "", "28000"},
        {RP_KIND_NETWORK, RP_STAGE_DIAL, "", "08001"},
        {RP_KIND_TLS, RP_STAGE_TLS, "", "08001"},
        {RP_KIND_INTERNAL, RP_STAGE_LOGIN, "", "XX000"},
        {RP_KIND_LOGIN, RP_STAGE_LOGIN, "57P03", "57P03"},
        {RP_KIND_LOGIN, RP_STAGE_GREETING, "57P03", "28000"},
    };
    struct stage stage;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rp_error why = {.kind = cases[i].kind, .msg = "our words"};
        struct rp_observation seen = {.stage = cases[i].stage};
        set_name(seen.sqlstate, cases[i].sqlstate);
        set_up(&stage);
        stage.login.protocol->refuse(&stage.login, &why, &seen);
        client_gets_error(&stage, cases[i].want, "our words");
        tear_down(&stage);
    }
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

static void stands_by(uint32_t wait, enum rp_endpoint_kind kind, enum rp_login_next want)
{
    struct stage stage;

    set_up(&stage);
    stage.order.wait = wait;
    stage.order.endpoint.kind = kind;
    log_in_to_tls(&stage, RP_POSTGRES_3_0);
    IS_INT(server_says(&stage, RP_SPAN(LET_IN "S\0\0\0\x16in_hot_standby\0on\0")), want,
           "a server that only reads");
    IS_INT(stage.login.seen.seen, want == RP_LOGIN_FAILED ? RP_SEEN_READ_ONLY : RP_SEEN_NOTHING,
           "that is seen");
    tear_down(&stage);
}

static void test_read_only(void)
{
    stands_by(10, RP_ENDPOINT_CLUSTER, RP_LOGIN_FAILED);
    stands_by(10, RP_ENDPOINT_GLOBAL, RP_LOGIN_FAILED);
    stands_by(0, RP_ENDPOINT_CLUSTER, RP_LOGIN_UPSTREAM);
    stands_by(10, RP_ENDPOINT_READER, RP_LOGIN_UPSTREAM);
    stands_by(10, RP_ENDPOINT_INSTANCE, RP_LOGIN_UPSTREAM);
}

/* A server that never comes to the end. */
static void test_endless(void)
{
    struct stage stage;
    enum rp_login_next next;
    int rounds = 0;

    start(&stage, "settings without end");
    next = server_says(&stage, RP_SPAN(LET_IN));
    while (next == RP_LOGIN_UPSTREAM && rounds++ < RP_LOGIN_BUFFER_MAX)
        next = server_says(&stage, RP_SPAN(UTC));
    IS_INT(next, RP_LOGIN_FAILED, "end");
    OK(strstr(stage.login.seen.text, "too much") != NULL, "%s", stage.login.seen.text);
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
    test_before_tls();
    test_around_tls();
    test_asks_other();
    test_second_password();
    test_errors();
    test_refuse();
    test_restart();
    test_read_only();
    test_endless();
    return tap_done();
}
