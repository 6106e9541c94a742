/* MySQL's login through the gate, with both ends held here: who gets in, and who does not. */
#include "mysql_ends.h"

/* --- logins that succeed ------------------------------------------------------ */

static void test_login(void)
{
    struct rp_mysql_greeting greeting;
    struct rp_mysql_response response;
    struct rp_error err = {0};
    char request[32];

    begin("app_user", "");
    connect_to(MYSQL_8, 0, "caching_sha2_password");
    WORKS(rp_mysql_parse_greeting(take_from(&login.client_out, 0, "greeting"), &greeting, &err),
          err, "the client is greeted");
    IS_STR(greeting.version, "8.0.39-cloud", "the server's version");
    IS_INT(greeting.connection_id, 4711, "its connection");
    IS_INT(greeting.charset, 255, "its character set");
    IS_INT(greeting.status, 2, "its status");
    IS_INT(greeting.capabilities, MYSQL_8 & ~UINT32_C(0xf4000820), "what can be carried of it");
    IS_STR(greeting.plugin, "mysql_native_password", "a plugin that all clients have");
    bool shown = true;
    for (size_t i = 0; i < RP_MYSQL_SCRAMBLE_SIZE; i++)
        shown = shown && greeting.scramble[i] > ' ' && greeting.scramble[i] < 0x7f;
    OK(shown && memcmp(greeting.scramble, "abcdefgh", 8) != 0, "a scramble of our own");

    respond_as(ORACLE_CLIENT, 0, "app_user", "orders");
    next_is(RP_LOGIN_TLS, "TLS");
    IS_STR(login.user, "app_user", "user");
    IS_STR(login.database, "orders", "database");
    struct rp_span ssl = take_from(&login.upstream_out, 1, "SSLRequest");
    OK(rp_mysql_is_ssl_request(ssl), "TLS is requested");
    memcpy(request, ssl.p, sizeof(request));
    next_is(RP_LOGIN_UPSTREAM, "wait for the answer");
    response = sent_response();
    OK(memcmp(taken.data, request, sizeof(request)) == 0, "the request heads the response");
    IS_INT(response.capabilities, UINT32_C(0x09bfaa8d), "what both sides speak");
    IS_INT(response.max_packet, 1 << 24, "largest packet");
    IS_INT(response.charset, 45, "character set");
    IS_SPAN(response.user, "app_user", "user");
    IS_INT(response.auth.n, 0, "no password yet");
    IS_SPAN(response.database, "orders", "database");
    IS_SPAN(response.plugin, "mysql_native_password", "not the server's default plugin");
    IS_SPAN(response.attributes, "\x03_os\x05Linux", "attributes");

    server_says(3, RP_SPAN("\xfemysql_clear_password\0"));
    OK(!login.asked_token, "no token so far");
    next_is(RP_LOGIN_TOKEN, "a token is asked for");
    OK(login.asked_token && login.upstream_out.len == 0, "and nothing sent before it is there");
    next_is(RP_LOGIN_TOKEN, "not without it");
    give_token();
    next_is(RP_LOGIN_UPSTREAM, "wait for the verdict");
    OK(rp_span_eq(take_from(&login.upstream_out, 4, "token"), RP_SPAN(TOKEN "\0")), "the token");
    server_says(5, RP_SPAN("\0\0\0\x02\x40\0\0\0\x05state"));
    rp_buf_add_str(&login.upstream_in, "more");
    rp_buf_add_str(&login.client_in, "hasty");
    next_is(RP_LOGIN_ENTERED, "entered");
    OK(rp_span_eq(take_from(&login.client_out, 2, "OK"), RP_SPAN("\0\0\0\x02\x40\0\0\0\x05state")),
       "the server's OK");
    IS_SPAN(rp_buf_span(&login.upstream_in), "more", "what the server says then, is kept");
    IS_SPAN(rp_buf_span(&login.client_in), "hasty", "what the client says, too");
    OK(rp_secret_is_empty(&login.token), "the token is gone");
    next_is(RP_LOGIN_ENTERED, "and stays so");
    end();
}

static void test_inline(void)
{
    begin("", "fallback");
    connect_to(MYSQL_8, 0, "mysql_clear_password");
    rp_buf_clear(&login.client_out);
    respond_as(ORACLE_CLIENT, 0, "app_user", NULL);
    next_is(RP_LOGIN_TLS, "TLS");
    IS_STR(login.user, "app_user", "the client's user");
    IS_STR(login.database, "fallback", "the order's database");
    rp_buf_clear(&login.upstream_out);
    next_is(RP_LOGIN_TOKEN, "its default plugin asks for a token");
    OK(login.asked_token && login.upstream_out.len == 0, "noted");
    give_token();
    next_is(RP_LOGIN_UPSTREAM, "wait for the verdict");
    struct rp_mysql_response response = sent_response();
    IS_SPAN(response.plugin, "mysql_clear_password", "plugin");
    OK(rp_span_eq(response.auth, RP_SPAN(TOKEN "\0")), "the token, with its NUL");
    IS_SPAN(response.database, "fallback", "database");
    server_says(3, RP_SPAN("\xfemysql_clear_password\0"));
    next_is(RP_LOGIN_UPSTREAM, "some ask again");
    OK(rp_span_eq(take_from(&login.upstream_out, 4, "token"), RP_SPAN(TOKEN "\0")), "and get it");
    server_says(5, RP_SPAN(OK_PACKET));
    next_is(RP_LOGIN_ENTERED, "entered");
    end();

    begin("", "");
    connect_to(MYSQL_8 & ~RP_MYSQL_LENENC_AUTH, 0, "mysql_clear_password");
    respond_as(ORACLE_CLIENT & ~RP_MYSQL_LENENC_AUTH, 0, "app_user", NULL);
    next_is(RP_LOGIN_TLS, "TLS");
    rp_buf_clear(&login.upstream_out);
    next_is(RP_LOGIN_UPSTREAM, "a token does not fit into such a response");
    response = sent_response();
    IS_SPAN(response.plugin, "mysql_native_password", "another plugin is named");
    end();
}

static void test_no_switch(void)
{
    begin("", "");
    introduce("mysql_native_password");
    server_says(3, RP_SPAN(OK_PACKET));
    next_is(RP_LOGIN_ENTERED, "a server that asks for nothing");
    OK(!login.asked_token, "no token");
    OK(rp_span_eq(take_from(&login.client_out, 2, "OK"), RP_SPAN(OK_PACKET)), "its OK");
    end();
}

static void test_other_default(void)
{
    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    respond_as(ORACLE_CLIENT, 0, "app_user", NULL);
    next_is(RP_LOGIN_TLS, "TLS");
    rp_buf_clear(&login.upstream_out);
    next_is(RP_LOGIN_UPSTREAM, "respond");
    struct rp_mysql_response response = sent_response();
    IS_SPAN(response.plugin, "caching_sha2_password", "not the default of older servers, either");
    OK(!response.has_database, "no database");
    end();
}

static void test_mariadb(void)
{
    struct rp_mysql_greeting greeting;
    struct rp_mysql_response response;
    struct rp_error err = {0};

    begin("", "");
    connect_to(MARIADB, UINT32_MAX, "mysql_native_password");
    WORKS(rp_mysql_parse_greeting(take_from(&login.client_out, 0, "greeting"), &greeting, &err),
          err, "greeting");
    IS_INT(greeting.capabilities, MARIADB & ~UINT32_C(0xf4000820), "MariaDB's capabilities");
    IS_INT(greeting.mariadb_capabilities, 0x3d, "and the extended ones that are known");
    respond_as(MARIADB_CLIENT, UINT32_MAX, "app_user", NULL);
    next_is(RP_LOGIN_TLS, "TLS");
    rp_buf_clear(&login.upstream_out);
    next_is(RP_LOGIN_UPSTREAM, "respond");
    response = sent_response();
    IS_INT(response.capabilities, UINT32_C(0x00bfaa84), "of MariaDB's client");
    IS_INT(response.mariadb_capabilities, 0x3d, "its extended ones that are offered");
    end();

    begin("", "");
    connect_to(MARIADB, MARIADB_EXTENDED, "mysql_native_password");
    respond_as(ORACLE_CLIENT, 0, "app_user", NULL);
    next_is(RP_LOGIN_TLS, "TLS");
    rp_buf_clear(&login.upstream_out);
    next_is(RP_LOGIN_UPSTREAM, "respond");
    response = sent_response();
    IS_INT(response.capabilities, UINT32_C(0x01bfaa85), "Oracle's client stays none of MariaDB's");
    end();
}

/* The same login, with every byte by itself. */
static void test_bytes(void)
{
    RP_BUF_AUTO struct rp_buf server = {.max = 4096};
    RP_BUF_AUTO struct rp_buf client = {.max = 4096};
    static const enum rp_login_next want[] = {RP_LOGIN_DIAL,     RP_LOGIN_UPSTREAM, RP_LOGIN_CLIENT,
                                              RP_LOGIN_TLS,      RP_LOGIN_UPSTREAM, RP_LOGIN_TOKEN,
                                              RP_LOGIN_UPSTREAM, RP_LOGIN_ENTERED};
    size_t at = 0;

    begin("app_user", "");
    greet(MYSQL_8, 0, "mysql_native_password");
    server_says(3, RP_SPAN("\xfemysql_clear_password\0"));
    server_says(5, RP_SPAN(OK_PACKET));
    respond_as(ORACLE_CLIENT, 0, "app_user", "orders");
    rp_buf_add(&server, rp_buf_span(&login.upstream_in));
    rp_buf_add(&client, rp_buf_span(&login.client_in));
    rp_buf_clear(&login.upstream_in);
    rp_buf_clear(&login.client_in);
    enum rp_login_next next = RP_LOGIN_CLIENT;
    while (next != RP_LOGIN_ENTERED && at < sizeof(want) / sizeof(want[0])) {
        enum rp_login_next before = next;
        struct rp_buf *from = next == RP_LOGIN_CLIENT ? &client : &server;
        struct rp_buf *to = next == RP_LOGIN_CLIENT ? &login.client_in : &login.upstream_in;
        if (at > 0 && (next == RP_LOGIN_CLIENT || next == RP_LOGIN_UPSTREAM)) {
            if (from->len == 0)
                break;
            rp_buf_add(to, rp_span_first(rp_buf_span(from), 1));
            rp_buf_drop(from, 1);
        }
        if (next == RP_LOGIN_TOKEN)
            give_token();
        next = login.protocol->advance(&login);
        if (at == 0 || next != before)
            IS_INT(next, want[at++], "byte by byte");
    }
    IS_INT(at, sizeof(want) / sizeof(want[0]), "all steps");
    OK(server.len == 0 && client.len == 0, "all bytes");
    end();
}

/* --- servers that are refused before TLS -------------------------------------- */

static void fails_early(struct rp_span bytes, enum rp_seen seen, const char *text)
{
    begin("", "");
    next_is(RP_LOGIN_DIAL, "dial");
    next_is(RP_LOGIN_UPSTREAM, "wait");
    rp_buf_add(&login.upstream_in, bytes);
    next_is(RP_LOGIN_FAILED, text);
    IS_INT(login.seen.seen, seen, "what was seen");
    IS_INT(login.seen.stage, RP_STAGE_GREETING, "before TLS");
    if (seen == RP_SEEN_NOT_PROTOCOL)
        IS_STR(login.seen.text, text, "the text");
    OK(login.upstream_out.len == 0 && login.client_out.len == 0, "nobody is sent anything");
    next_is(RP_LOGIN_FAILED, "it stays so");
    end();
}

static void fails_greeting(uint32_t capabilities, const char *behind, enum rp_seen seen,
                           const char *text)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = 1024};

    begin("", "");
    greet(capabilities, 0, "mysql_native_password");
    rp_buf_add(&bytes, rp_buf_span(&login.upstream_in));
    rp_buf_add_str(&bytes, behind);
    end();
    fails_early(rp_buf_span(&bytes), seen, text);
}

static void test_greetings(void)
{
    const char *old = "the server is too old to be asked for an authentication";

    fails_greeting(MYSQL_8 & ~RP_MYSQL_SSL, "", RP_SEEN_NO_TLS, "no TLS");
    fails_greeting(MYSQL_8, "x", RP_SEEN_EARLY_BYTES, "a byte behind the greeting");
    fails_greeting(MYSQL_8 & ~RP_MYSQL_PROTOCOL_41, "", RP_SEEN_NOT_PROTOCOL, old);
    fails_greeting(MYSQL_8 & ~RP_MYSQL_SECURE_CONNECTION, "", RP_SEEN_NOT_PROTOCOL, old);
    fails_greeting(MYSQL_8 & ~RP_MYSQL_PLUGIN_AUTH, "", RP_SEEN_NOT_PROTOCOL, old);
    fails_early(RP_SPAN("SSH-2.0-OpenSSH_9.2p1\r\n"), RP_SEEN_NOT_PROTOCOL, "it speaks SSH");
    fails_early(RP_SPAN("HTTP/1.1 400 Bad Request\r\n"), RP_SEEN_NOT_PROTOCOL, "it speaks HTTP");
    fails_early(RP_SPAN("220 mail.example.com ESMTP\r\n"), RP_SEEN_NOT_PROTOCOL,
                "it speaks FTP or SMTP");
    fails_early(RP_SPAN("-ERR unknown command\r\n"), RP_SEEN_NOT_PROTOCOL,
                "it speaks Redis's protocol, or POP3");
    fails_early(RP_SPAN("hello\r\n"), RP_SEEN_NOT_PROTOCOL,
                "a packet of 7103848 bytes, where 2048 are the most");
    fails_early(RP_SPAN("E\0\0\0\x4dSFATAL\0"), RP_SEEN_OTHER_PROTOCOL, "PostgreSQL");
    fails_early(RP_SPAN("\x15\x03\x01\0\x02\x02\x0a"), RP_SEEN_NOT_PROTOCOL,
                "it wants TLS before all else");
    fails_early(RP_SPAN("\x01\0\0\0\x09"), RP_SEEN_NOT_PROTOCOL,
                "the greeting is not of MySQL's protocol 10");
    fails_early(RP_SPAN("\x03\0\0\0\x0a"
                        "8\0"),
                RP_SEEN_NOT_PROTOCOL, "the greeting ends early");
    fails_early(RP_SPAN("\x01\0\0\x01\x0a"), RP_SEEN_NOT_PROTOCOL, "packets out of order");
    fails_early(RP_SPAN("\x02\0\0\0\xff\x10"), RP_SEEN_NOT_PROTOCOL, "the error ends early");
}

static void test_early_error(void)
{
    begin("", "");
    next_is(RP_LOGIN_DIAL, "dial");
    next_is(RP_LOGIN_UPSTREAM, "wait");
    server_says(0, RP_SPAN("\xff\x10\x04Too many connections"));
    next_is(RP_LOGIN_FAILED, "an error in place of the greeting");
    IS_INT(login.seen.stage, RP_STAGE_GREETING, "before TLS");
    IS_INT(login.seen.seen, RP_SEEN_NOTHING, "the numbers say it");
    IS_INT(login.seen.mysql_code, 1040, "code");
    IS_STR(login.seen.sqlstate, "", "no SQLSTATE");
    IS_STR(login.seen.text, "Too many connections", "text");
    end();

    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    server_says(1, RP_SPAN("\xff\xbf\x0f#HY000You were slow"));
    respond_as(ORACLE_CLIENT, 0, "app_user", NULL);
    next_is(RP_LOGIN_FAILED, "an error instead of patience");
    IS_INT(login.seen.mysql_code, 4031, "code");
    IS_INT(login.seen.stage, RP_STAGE_GREETING, "before TLS");
    end();

    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    server_says(1, RP_SPAN("\xfemysql_clear_password\0"));
    respond_as(ORACLE_CLIENT, 0, "app_user", NULL);
    next_is(RP_LOGIN_FAILED, "a request before TLS");
    IS_INT(login.seen.seen, RP_SEEN_EARLY_BYTES, "is an attack");
    OK(!login.asked_token && login.upstream_out.len == 0, "nothing is sent");
    end();
}

/* --- servers that do not let in ----------------------------------------------- */

static void answer_fails(struct rp_span answer, enum rp_seen seen, const char *asked)
{
    begin("", "");
    introduce("caching_sha2_password");
    server_says(3, answer);
    next_is(RP_LOGIN_FAILED, "an answer");
    IS_INT(login.seen.seen, seen, asked);
    IS_INT(login.seen.stage, RP_STAGE_LOGIN, "behind TLS");
    IS_STR(seen == RP_SEEN_ASKS_OTHER ? login.seen.asked : login.seen.text, asked, "asked for");
    OK(!login.asked_token && login.upstream_out.len == 0, "no token");
    end();
}

static void test_answers(void)
{
    const char *none = "the server answers a login with what is no answer";

    answer_fails(RP_SPAN("\xfemysql_native_password\0abcdefghijklmnopqrst\0"), RP_SEEN_ASKS_OTHER,
                 "mysql_native_password");
    answer_fails(RP_SPAN("\xfemysql_clear_passwor\0"), RP_SEEN_ASKS_OTHER, "mysql_clear_passwor");
    answer_fails(RP_SPAN("\xfe"), RP_SEEN_ASKS_OTHER, "mysql_old_password");
    answer_fails(RP_SPAN("\x01\x04"), RP_SEEN_ASKS_OTHER, "mysql_native_password");
    answer_fails(RP_SPAN("\x02webauthn\0"), RP_SEEN_ASKS_OTHER, "a second factor");
    answer_fails(RP_SPAN("\xfemysql_clear_password"), RP_SEEN_NOT_PROTOCOL,
                 "the request for another plugin ends early");
    answer_fails(RP_SPAN("\0\0\0"), RP_SEEN_NOT_PROTOCOL, none);
    answer_fails(RP_SPAN(""), RP_SEEN_NOT_PROTOCOL, none);
}

static void test_errors(void)
{
    begin("", "");
    introduce("mysql_native_password");
    server_says(3, RP_SPAN("\xff\x15\x04#28000Access denied (using password: NO)"));
    next_is(RP_LOGIN_FAILED, "refused without a token");
    IS_INT(login.seen.mysql_code, 1045, "code");
    IS_STR(login.seen.sqlstate, "28000", "SQLSTATE");
    IS_STR(login.seen.text, "Access denied (using password: NO)", "text");
    OK(!login.asked_token, "none was asked for");
    end();

    begin("", "");
    prove();
    server_says(5, RP_SPAN("\xff\x15\x04#28000No: " TOKEN_TAIL " is bad"));
    next_is(RP_LOGIN_FAILED, "refused with a token");
    IS_INT(login.seen.mysql_code, 1045, "code");
    OK(login.asked_token, "one was asked for");
    OK(strstr(login.seen.text, "0123456789abcdef") == NULL &&
           strstr(login.seen.text, "is bad") != NULL,
       "the text comes without the token");
    end();

    begin("", "");
    prove();
    rp_buf_clear(&login.upstream_out);
    server_says(5, RP_SPAN("\xfemysql_clear_password\0"));
    next_is(RP_LOGIN_FAILED, "asked for twice");
    IS_STR(login.seen.text, "the server asks for the token once more", "text");
    IS_INT(login.upstream_out.len, 0, "it is not sent twice");
    end();

    begin("", "");
    prove();
    server_says(5, RP_SPAN("\x01more"));
    next_is(RP_LOGIN_FAILED, "a plugin that talks on");
    IS_INT(login.seen.seen, RP_SEEN_ASKS_OTHER, "is not served");
    IS_STR(login.seen.asked, "more than one answer", "what it asks for");
    end();

    begin("", "");
    prove();
    server_says(4, RP_SPAN(OK_PACKET));
    next_is(RP_LOGIN_FAILED, "a number that is not next");
    IS_STR(login.seen.text, "packets out of order", "text");
    IS_INT(login.client_out.len, 0, "the client is not let in");
    end();
}

/* --- clients that are refused ------------------------------------------------- */

static void client_is_refused(uint16_t code, const char *sqlstate, const char *text)
{
    rp_buf_clear(&login.client_out);
    next_is(RP_LOGIN_REFUSED, "refused");
    IS_INT(login.refusal.kind, RP_KIND_LOGIN, "kind");
    sent_error(2, code, sqlstate, text);
    IS_INT(login.upstream_out.len, 0, "the server hears nothing of it");
    next_is(RP_LOGIN_REFUSED, "it stays so");
    IS_INT(login.client_out.len, 0, "and is said once");
    end();
}

static void test_users(void)
{
    char longest[RP_USER_MAX + 2] = {0};

    begin("app_user", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    respond_as(ORACLE_CLIENT, 0, "App_User", NULL);
    client_is_refused(1045, "28000",
                      "Access denied for user 'App_User': rdspass lets in 'app_user' here (hint: "
                      "start rdspass with --user 'App_User' to log in as that one)");
    begin("app_user", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    respond_as(ORACLE_CLIENT, 0, "\x1b[2Jroot", NULL);
    client_is_refused(1045, "28000",
                      "Access denied for user '\\x1b[2Jroot': rdspass lets in 'app_user' here "
                      "(hint: start rdspass with --user '\\x1b[2Jroot' to log in as that one)");
    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    respond_as(ORACLE_CLIENT, 0, "", NULL);
    client_is_refused(1045, "28000",
                      "Access denied for user '': a token is for a user, and none was named (hint: "
                      "name one to the client, or to rdspass with --user)");
    memset(longest, 'u', RP_USER_MAX + 1);
    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    respond_as(ORACLE_CLIENT, 0, longest, NULL);
    client_is_refused(1045, "28000", "Access denied: the user's name is longer than 255 bytes");
    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    respond_as(ORACLE_CLIENT, 0, longest + 1, longest + 1);
    next_is(RP_LOGIN_TLS, "255 bytes are fine");
    OK(strlen(login.user) == RP_USER_MAX && strlen(login.database) == RP_DATABASE_MAX, "all held");
    end();
    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    respond_as(ORACLE_CLIENT, 0, "app_user", longest);
    client_is_refused(1043, "08S01", "the database's name is longer than 255 bytes");
}

static void test_clients(void)
{
    const char *wants_tls = "the client wants TLS, which the gate offers to nobody: it does TLS "
                            "itself, with the database (hint: switch it off in the client: "
                            "--ssl-mode=DISABLED or --skip-ssl)";
    const struct rp_mysql_response head = {.capabilities = ORACLE_CLIENT | RP_MYSQL_SSL};
    RP_BUF_AUTO struct rp_buf request = {.max = 64};

    rp_mysql_add_ssl_request(&request, &head);
    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    client_says(1, rp_buf_span(&request));
    client_is_refused(1043, "08S01", wants_tls);
    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    rp_buf_add(&login.client_in, RP_SPAN("GET / HTTP/1.1\r\n"));
    client_is_refused(1043, "08S01", "a packet of 5522759 bytes, where 131072 are the most");
    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    client_says(1, RP_SPAN("\x85\xa2\xbf\0"));
    client_is_refused(1043, "08S01", "the client's response ends early");
    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    client_says(0, RP_SPAN("\x85\xa2\xbf\0"));
    client_is_refused(1043, "08S01", "the client's packets are out of order");
}

/* --- refusing ----------------------------------------------------------------- */

static void test_refusing(void)
{
    struct rp_error why = {.kind = RP_KIND_NETWORK, .msg = "no way"};
    struct rp_observation seen = {.stage = RP_STAGE_DIAL};

    begin("", "");
    next_is(RP_LOGIN_DIAL, "dial");
    login.protocol->refuse(&login, &why, &seen);
    sent_error(0, 1158, "", "no way");
    end();

    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    rp_buf_clear(&login.client_out);
    rp_hint(&why, "try");
    login.protocol->refuse(&login, &why, &seen);
    sent_error(2, 1158, "08S01", "no way (hint: try)");
    respond_as(ORACLE_CLIENT, 0, "app_user", NULL);
    next_is(RP_LOGIN_TLS, "TLS");
    why.kind = RP_KIND_TLS;
    login.protocol->refuse(&login, &why, &seen);
    sent_error(2, 3159, "HY000", "no way (hint: try)");
    why.kind = RP_KIND_CREDENTIALS;
    login.protocol->refuse(&login, &why, NULL);
    sent_error(2, 1045, "28000", "no way (hint: try)");
    why.kind = RP_KIND_INTERNAL;
    login.protocol->refuse(&login, &why, NULL);
    sent_error(2, 1105, "HY000", "no way (hint: try)");
    why.kind = RP_KIND_LOGIN;
    seen.mysql_code = 1049;
    login.protocol->refuse(&login, &why, &seen);
    sent_error(2, 1049, "HY000", "no way (hint: try)");
    memcpy(seen.sqlstate, "42000", sizeof("42000"));
    login.protocol->refuse(&login, &why, &seen);
    sent_error(2, 1049, "42000", "no way (hint: try)");

    memset(why.msg, 'm', 509);
    memcpy(why.msg + 509, "\xe2\x82\xac and more", sizeof("\xe2\x82\xac and more"));
    login.protocol->refuse(&login, &why, &seen);
    why.msg[509] = '\0';
    sent_error(2, 1049, "42000", why.msg);
    end();
}

int main(void)
{
    test_login();
    test_inline();
    test_no_switch();
    test_other_default();
    test_mariadb();
    test_bytes();
    test_greetings();
    test_early_error();
    test_answers();
    test_errors();
    test_users();
    test_clients();
    test_refusing();
    rp_buf_release(&taken);
    return tap_done();
}
