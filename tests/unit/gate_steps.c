/*
 * What a gate tells of the way to a login: which steps, what was seen, in which
 * order; and that one which only looks sends nothing to a server behind TLS.
 */
#include "session_stage.h"

#define DSQL "abcdefghijklmnopqrstuvwxyz.dsql.eu-central-1.on.aws"

static struct made stranger; /* a certificate that no root leads to */

static void begin(enum rp_gate_purpose purpose, enum deed deed)
{
    static enum deed always;

    always = deed;
    set_up(&always, 1, 0);
    server.order.purpose = purpose;
}

static const char *text_of(enum rp_gate_step_type type, const char *member)
{
    const char *text = rp_json_text(rp_json_member(seen[type], member));
    return text == NULL ? "" : text;
}

static bool is_true(enum rp_gate_step_type type, const char *member)
{
    bool value = false;
    return rp_json_boolean(rp_json_member(seen[type], member), &value) && value;
}

static bool is_null(enum rp_gate_step_type type, const char *member)
{
    return rp_json_is_null(rp_json_member(seen[type], member));
}

static const struct rp_json *certificate(size_t index)
{
    return rp_json_element(rp_json_member(seen[RP_GATE_STEP_TLS], "certificates"), index);
}

static void has_tls(bool verified)
{
    const struct rp_json *names = rp_json_member(certificate(0), "names");

    OK(is_true(RP_GATE_STEP_TLS, "verified") == verified, "verified, or not");
    IS_STR(text_of(RP_GATE_STEP_TLS, "protocol"), "TLSv1.3", "protocol");
    OK(rp_span_starts(rp_span(text_of(RP_GATE_STEP_TLS, "cipher")), "TLS_"), "cipher");
    IS_STR(text_of(RP_GATE_STEP_TLS, "address"), door_path, "address");
    IS_STR(rp_json_text(rp_json_member(certificate(0), "subject")), "CN=db", "subject");
    IS_STR(rp_json_text(rp_json_element(names, 0)), ENDPOINT, "its first name");
    IS_INT(rp_json_count(names), 2, "all of its names");
    OK(strlen(rp_json_text(rp_json_member(certificate(0), "not_before"))) == 20 &&
           strlen(rp_json_text(rp_json_member(certificate(0), "not_after"))) == 20,
       "its dates");
}

/* --- looking ------------------------------------------------------------------------ */

/* That nothing of a login has come to the server, nor is anybody asked for a token. */
static void was_only_looked_at(size_t made)
{
    OK(settles(0, made), "the session ends");
    OK(sees_end(&connections[0]) && connections[0].n == 0 && connections[0].token[0] == '\0',
       "nothing was sent behind TLS");
    IS_INT(tokens, 0, "no token is asked for");
    IS_INT(server.in_use, 0, "nobody is in");
}

static void test_look_postgres(void)
{
    begin(RP_GATE_LOOK, LETS_IN);
    int client = client_logs_in();
    const char *got = comes(client);
    OK(got[0] == 'E' && strstr(got, "| ") != NULL, "the client is refused");
    IS_STR(heard, "greeting; tls; ", "what is told");
    IS_STR(text_of(RP_GATE_STEP_GREETING, "protocol"), "postgres", "protocol");
    OK(is_null(RP_GATE_STEP_GREETING, "version"), "of no version");
    IS_STR(text_of(RP_GATE_STEP_GREETING, "address"), door_path, "at its address");
    has_tls(true);
    IS_STR(text_of(RP_GATE_STEP_TLS, "root"), "CN=root", "the root that it leads to");
    (void)close(client);
    was_only_looked_at(1);
    tear_down();
}

static void test_look_dsql(void)
{
    begin(RP_GATE_LOOK, LETS_IN);
    tls_first = true;
    MUST(!rp_failed(rp_endpoint_parse(RP_SPAN(DSQL), &server.order.endpoint, NULL)));
    int client = client_logs_in();
    const char *got = comes(client);
    OK(got[0] == 'E' && strstr(got, "| ") != NULL, "the client is refused");
    IS_STR(heard, "tls; ", "no greeting, where TLS comes first");
    has_tls(true);
    (void)close(client);
    was_only_looked_at(1);
    tls_first = false;
    tear_down();
}

/* The packet of a MySQL client that says who it is. */
static void say_response(int client)
{
    RP_BUF_AUTO struct rp_buf payload = {.max = 1024};
    RP_BUF_AUTO struct rp_buf packet = {.max = 1024};
    const struct rp_mysql_response response = {
        .capabilities = RP_MYSQL_PROTOCOL_41 | RP_MYSQL_SECURE_CONNECTION | RP_MYSQL_PLUGIN_AUTH,
        .max_packet = 1 << 24,
        .charset = 45,
        .user = RP_SPAN("anna"),
        .plugin = RP_SPAN("mysql_native_password"),
    };

    rp_mysql_add_response(&payload, &response);
    rp_mysql_add_packet(&packet, 1, rp_buf_span(&payload));
    say(client, &packet);
}

static void add_greeting(struct rp_buf *out)
{
    RP_BUF_AUTO struct rp_buf payload = {.max = 1024};
    const struct rp_mysql_greeting from_server = {.version = "8.0.39-cloud",
                                                  .capabilities = 0xdfffffff,
                                                  .charset = 255,
                                                  .plugin = "mysql_native_password"};

    rp_mysql_add_greeting(&payload, &from_server);
    rp_mysql_add_packet(out, 0, rp_buf_span(&payload));
}

static void test_look_mysql(void)
{
    RP_BUF_AUTO struct rp_buf packet = {.max = 1024};
    char bytes[1024];
    ssize_t n = 0;

    add_greeting(&packet);
    greeting = rp_buf_span(&packet);
    begin(RP_GATE_LOOK, LETS_IN);
    server.order.engine = RP_ENGINE_MYSQL;
    int client = new_client();
    for (int i = 0; i < SOON_MS && (n = recv(client, bytes, sizeof(bytes), MSG_DONTWAIT)) < 0; i++)
        turn(1);
    OK(n > 5 && bytes[4] == '\n', "the client is greeted");
    say_response(client);
    OK(settles(1, 1), "it says who it is");
    for (int i = 0; i < SOON_MS && (n = recv(client, bytes, sizeof(bytes), MSG_DONTWAIT)) < 0; i++)
        turn(1);
    OK(n > 5 && bytes[3] == 2 && bytes[4] == '\xff', "it is refused, by the next packet");
    OK(memmem(bytes, (size_t)n, "only looked", 11) != NULL, "and told why");
    (void)close(client);
    was_only_looked_at(1);
    IS_STR(heard, "greeting; tls; ", "what is told");
    IS_STR(text_of(RP_GATE_STEP_GREETING, "protocol"), "mysql", "protocol");
    IS_STR(text_of(RP_GATE_STEP_GREETING, "version"), "8.0.39-cloud", "version");
    has_tls(true);
    greeting = (struct rp_span){0};
    tear_down();
}

/* --- failures ------------------------------------------------------------------------- */

static void test_not_verified(void)
{
    const struct made right = own;

    own = stranger;
    begin(RP_GATE_LOOK, LETS_IN);
    int client = client_logs_in();
    OK(comes(client)[0] == 'E', "the client is refused");
    IS_STR(heard, "greeting; tls; attempt failed; failure; ", "what is told, in this order");
    has_tls(false);
    OK(is_null(RP_GATE_STEP_TLS, "root"), "no root");
    IS_STR(text_of(RP_GATE_STEP_FAILED, "cause"), "tls-untrusted-via", "the cause");
    IS_STR(text_of(RP_GATE_STEP_FAILED, "stage"), "tls", "where it failed");
    (void)close(client);
    was_only_looked_at(1);
    tear_down();
    own = right;
}

static void fails(enum deed deed, const char *want_heard, const char *stage, const char *cause)
{
    begin(RP_GATE_CHECK, deed);
    denies_again = true;
    int client = client_logs_in();
    OK(comes(client)[0] == 'E', "the client is refused");
    IS_STR(heard, want_heard, "what is told");
    IS_STR(text_of(RP_GATE_STEP_FAILED, "stage"), stage, "where it failed");
    IS_STR(text_of(RP_GATE_STEP_FAILED, "cause"), cause, "why");
    (void)close(client);
    OK(settles(0, connection_count), "the session ends");
    tear_down();
}

static void test_failures(void)
{
    fails(OFFERS_NO_TLS, "attempt failed; failure; ", "greeting", "no-tls");
    fails(REFUSES, "greeting; tls; asked; sign; attempt failed; sign again; failure; ", "login",
          "postgres-token-refused");
    fails(HAS_NONE, "greeting; tls; attempt failed; failure; ", "login", "postgres-no-database");
    fails(ASKS_SCRAM, "greeting; tls; asked; attempt failed; failure; ", "login",
          "asks-other-postgres");
}

/* --- checking --------------------------------------------------------------------------- */

static void test_check(void)
{
    begin(RP_GATE_CHECK, LETS_IN);
    int client = client_logs_in();
    IS_STR(comes(client), "R K Z ", "the client is let in");
    turn(0);
    IS_STR(heard, "greeting; tls; asked; sign; entered; ", "what is told");
    IS_STR(text_of(RP_GATE_STEP_AUTHENTICATION, "asked"), "clear-text password", "what is asked");
    OK(is_true(RP_GATE_STEP_AUTHENTICATION, "token"), "a token answers it");
    (void)close(client);
    OK(settles(0, 1), "and it leaves");
    tear_down();

    begin(RP_GATE_CHECK, ASKS_NOTHING);
    client = client_logs_in();
    IS_STR(comes(client), "R K Z ", "one that asks for nothing");
    turn(0);
    IS_STR(heard, "greeting; tls; asked; entered; ", "what is told");
    OK(is_null(RP_GATE_STEP_AUTHENTICATION, "asked") &&
           !is_true(RP_GATE_STEP_AUTHENTICATION, "token"),
       "nothing is asked");
    (void)close(client);
    OK(settles(0, 1), "and it leaves");
    tear_down();
}

static void test_other_asked(void)
{
    begin(RP_GATE_CHECK, ASKS_SCRAM);
    int client = client_logs_in();
    OK(comes(client)[0] == 'E', "the client is refused");
    IS_STR(text_of(RP_GATE_STEP_AUTHENTICATION, "asked"), "SCRAM-SHA-256", "what is asked");
    OK(!is_true(RP_GATE_STEP_AUTHENTICATION, "token"), "no token answers it");
    IS_INT(tokens, 0, "and none is asked for");
    (void)close(client);
    OK(settles(0, 1), "the session ends");
    tear_down();
}

/* Who serves tells nothing of all that. */
static void test_serve(void)
{
    begin(RP_GATE_SERVE, LETS_IN);
    int client = client_logs_in();
    IS_STR(comes(client), "R K Z ", "the client is let in");
    turn(0);
    IS_STR(heard, "sign; entered; ", "no steps");
    (void)close(client);
    OK(settles(0, 1), "and it leaves");
    tear_down();
}

int main(void)
{
    const struct recipe authority = {.cn = "root", .ca = true};
    const struct recipe leaf = {.cn = "db", .names = "DNS:" ENDPOINT ",DNS:" DSQL};

    (void)signal(SIGPIPE, SIG_IGN);
    root = made_certificate(&authority, NULL);
    own = made_certificate(&leaf, &root);
    stranger = made_certificate(&leaf, NULL);
    test_look_postgres();
    test_look_dsql();
    test_look_mysql();
    test_not_verified();
    test_failures();
    test_check();
    test_other_asked();
    test_serve();
    made_release(&stranger);
    made_release(&own);
    made_release(&root);
    return tap_done();
}
