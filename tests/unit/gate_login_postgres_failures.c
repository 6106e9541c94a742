/* PostgreSQL's login, with both ends held: servers that do not let in, and what is told of them. */
#include "postgres_stage.h"

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
    before_tls(RP_SPAN("HTTP/1.1 400"), RP_SEEN_NOT_PROTOCOL, "", "it speaks HTTP");
    before_tls(RP_SPAN("SSH-2.0-OpenSSH_9.2p1\r\n"), RP_SEEN_NOT_PROTOCOL, "", "it speaks SSH");
    before_tls(RP_SPAN("SSH"), RP_SEEN_EARLY_BYTES, "", "");
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
    IS_INT(advance(&stage), RP_LOGIN_DIAL, "dial again");
    IS_INT(advance(&stage), RP_LOGIN_UPSTREAM, "dialled anew");
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
    test_before_tls();
    test_around_tls();
    test_asks_other();
    test_second_password();
    test_errors();
    test_refuse();
    test_read_only();
    test_endless();
    return tap_done();
}
