/* MySQL's login through the gate: other attempts, and servers that only read. */
#include "mysql_ends.h"

/* --- another attempt ---------------------------------------------------------- */

static void test_restart(void)
{
    begin("app_user", "");
    prove();
    server_says(5, RP_SPAN("\xff\x15\x04#28000no"));
    next_is(RP_LOGIN_FAILED, "refused");
    rp_buf_clear(&login.upstream_out);
    rp_buf_add_str(&login.upstream_in, "rest");
    login.protocol->restart(&login);
    OK(!login.asked_token && rp_secret_is_empty(&login.token) && login.upstream_in.len == 0 &&
           login.seen.mysql_code == 0,
       "nothing is left of it");
    next_is(RP_LOGIN_DIAL, "dial again");
    next_is(RP_LOGIN_UPSTREAM, "wait for the greeting");
    greet(MYSQL_8, 0, "caching_sha2_password");
    next_is(RP_LOGIN_TLS, "the client has said all already");
    IS_INT(login.client_out.len, 0, "and is not greeted twice");
    OK(rp_mysql_is_ssl_request(take_from(&login.upstream_out, 1, "SSLRequest")), "TLS");
    next_is(RP_LOGIN_UPSTREAM, "wait for the answer");
    struct rp_mysql_response response = sent_response();
    IS_SPAN(response.user, "app_user", "user");
    IS_SPAN(response.plugin, "mysql_native_password", "as this server's default wants it");
    IS_INT(response.capabilities, UINT32_C(0x09bfaa8d), "what both sides speak");
    server_says(3, RP_SPAN("\xfemysql_clear_password\0"));
    next_is(RP_LOGIN_TOKEN, "a new token");
    give_token();
    next_is(RP_LOGIN_UPSTREAM, "wait for the verdict");
    server_says(5, RP_SPAN(OK_PACKET));
    next_is(RP_LOGIN_ENTERED, "entered");
    OK(rp_span_eq(take_from(&login.client_out, 2, "OK"), RP_SPAN(OK_PACKET)), "its OK");
    end();

    begin("", "");
    connect_to(MYSQL_8, 0, "mysql_native_password");
    login.protocol->restart(&login);
    next_is(RP_LOGIN_DIAL, "dial again");
    next_is(RP_LOGIN_UPSTREAM, "wait for the greeting");
    greet(MYSQL_8, 0, "mysql_native_password");
    next_is(RP_LOGIN_CLIENT, "the client has not said anything yet");
    (void)take_from(&login.client_out, 0, "one greeting");
    end();
}

static void lacks(uint32_t capabilities, uint32_t extended, const char *name)
{
    begin("", "");
    connect_to(MARIADB, MARIADB_EXTENDED, "mysql_native_password");
    respond_as(MARIADB_CLIENT | RP_MYSQL_DEPRECATE_EOF, MARIADB_EXTENDED, "app_user", "orders");
    next_is(RP_LOGIN_TLS, "TLS");
    login.protocol->restart(&login);
    next_is(RP_LOGIN_DIAL, "dial again");
    next_is(RP_LOGIN_UPSTREAM, "wait for the greeting");
    greet(capabilities, extended, "mysql_native_password");
    next_is(RP_LOGIN_FAILED, name);
    IS_INT(login.seen.seen, RP_SEEN_CAPABILITIES, name);
    IS_INT(login.upstream_out.len, 0, "the server is told nothing");
    end();
}

static void test_capabilities(void)
{
    lacks(MARIADB & ~RP_MYSQL_DEPRECATE_EOF, MARIADB_EXTENDED, "another form of results");
    lacks(MARIADB & ~RP_MYSQL_CONNECT_WITH_DB, MARIADB_EXTENDED, "no database");
    lacks(MARIADB, MARIADB_EXTENDED & ~UINT32_C(8), "another form of metadata");
    lacks(MYSQL_8, 0, "MySQL instead of MariaDB");
}

/* --- servers that only read ---------------------------------------------------- */

#define COLUMN                                                                                     \
    "\x03"                                                                                         \
    "def\0\0\0\x12@@innodb_read_only\0\x0c\x3f\0\x01\0\0\0\x08\x80\0\0\0\0"

/* Up to the query, whose bytes are `query`. */
static void probe(uint32_t server, uint32_t extended, uint32_t client, struct rp_span query)
{
    begin("", "");
    order.wait = 60;
    order.endpoint.kind = RP_ENDPOINT_CLUSTER;
    connect_to(server, extended, "mysql_native_password");
    rp_buf_clear(&login.client_out);
    respond_as(client, extended, "app_user", NULL);
    next_is(RP_LOGIN_TLS, "TLS");
    rp_buf_clear(&login.upstream_out);
    next_is(RP_LOGIN_UPSTREAM, "wait for the answer");
    rp_buf_clear(&login.upstream_out);
    server_says(3, RP_SPAN(OK_PACKET));
    next_is(RP_LOGIN_UPSTREAM, "let in: does it write?");
    OK(rp_span_eq(take_from(&login.upstream_out, 0, "query"), query), "the query");
    IS_INT(login.client_out.len, 0, "the client hears nothing yet");
}

static void writes(const char *name)
{
    next_is(RP_LOGIN_ENTERED, name);
    OK(rp_span_eq(take_from(&login.client_out, 2, "OK"), RP_SPAN(OK_PACKET)), "the server's OK");
    IS_INT(login.upstream_in.len, 0, "nothing of the result is left");
    end();
}

static void probe_fails(enum rp_seen seen, const char *name)
{
    next_is(RP_LOGIN_FAILED, name);
    IS_INT(login.seen.seen, seen, name);
    IS_INT(login.client_out.len, 0, "the client hears nothing");
    end();
}

static void test_probe(void)
{
    const uint32_t client = ORACLE_CLIENT & ~(RP_MYSQL_QUERY_ATTRIBUTES | RP_MYSQL_DEPRECATE_EOF);
    struct rp_span plain = RP_SPAN("\x03SELECT @@innodb_read_only");

    probe(MYSQL_8, 0, client, plain);
    server_says(1, RP_SPAN("\x01"));
    server_says(2, RP_SPAN(COLUMN));
    next_is(RP_LOGIN_UPSTREAM, "part of a result");
    server_says(3, RP_SPAN("\xfe\0\0\x02\0"));
    server_says(4, RP_SPAN("\x01"
                           "0"));
    server_says(5, RP_SPAN("\xfe\0\0\x02\0"));
    writes("it writes");

    probe(MYSQL_8, 0, client, plain);
    server_says(1, RP_SPAN("\x01"));
    server_says(2, RP_SPAN(COLUMN));
    server_says(3, RP_SPAN("\xfe\0\0\x02\0"));
    server_says(4, RP_SPAN("\x01"
                           "1"));
    server_says(5, RP_SPAN("\xfe\0\0\x02\0"));
    probe_fails(RP_SEEN_READ_ONLY, "it only reads");

    probe(MYSQL_8, 0, client, plain);
    server_says(1, RP_SPAN("\xff\xa9\x04#HY000Unknown system variable"));
    writes("a server that does not know the question");

    probe(MYSQL_8, 0, ORACLE_CLIENT | RP_MYSQL_DEPRECATE_EOF | RP_MYSQL_OPTIONAL_METADATA,
          RP_SPAN("\x03\0\x01SELECT @@innodb_read_only"));
    server_says(1, RP_SPAN("\x01\x01"));
    server_says(2, RP_SPAN(COLUMN));
    server_says(3, RP_SPAN("\x01"
                           "1"));
    server_says(4, RP_SPAN("\xfe\0\0\x02\0\0\0"));
    probe_fails(RP_SEEN_READ_ONLY, "with the forms of MySQL 8");

    probe(MYSQL_8, 0, ORACLE_CLIENT | RP_MYSQL_DEPRECATE_EOF | RP_MYSQL_OPTIONAL_METADATA,
          RP_SPAN("\x03\0\x01SELECT @@innodb_read_only"));
    server_says(1, RP_SPAN("\0\x01"));
    server_says(2, RP_SPAN("\x01"
                           "0"));
    server_says(3, RP_SPAN("\xfe\0\0\x02\0\0\0"));
    writes("without a word about columns");

    probe(MARIADB, MARIADB_EXTENDED, MARIADB_CLIENT, plain);
    server_says(1, RP_SPAN("\x01\x01"));
    server_says(2, RP_SPAN(COLUMN));
    server_says(3, RP_SPAN("\xfe\0\0\x02\0"));
    server_says(4, RP_SPAN("\x01"
                           "1"));
    server_says(5, RP_SPAN("\xfe\0\0\x02\0"));
    probe_fails(RP_SEEN_READ_ONLY, "with the forms of MariaDB");
}

static void test_odd_probes(void)
{
    const uint32_t client = ORACLE_CLIENT & ~(RP_MYSQL_QUERY_ATTRIBUTES | RP_MYSQL_DEPRECATE_EOF);
    struct rp_span plain = RP_SPAN("\x03SELECT @@innodb_read_only");
    static const struct {
        const char *bytes;
        size_t n;
    } counts[] = {{"", 0}, {"\x02", 1}, {"\x01\x01", 2}, {OK_PACKET, 7}};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        probe(MYSQL_8, 0, client, plain);
        server_says(1, (struct rp_span){counts[i].bytes, counts[i].n});
        probe_fails(RP_SEEN_NOT_PROTOCOL, "no count");
    }
    probe(MYSQL_8, 0, client, plain);
    server_says(1, RP_SPAN("\x01"));
    server_says(2, RP_SPAN(COLUMN));
    server_says(3, RP_SPAN("\x01"
                           "1"));
    probe_fails(RP_SEEN_NOT_PROTOCOL, "no end of the columns");
    probe(MYSQL_8, 0, client, plain);
    server_says(2, RP_SPAN("\x01"));
    probe_fails(RP_SEEN_NOT_PROTOCOL, "out of order");
    probe(MYSQL_8, 0, client, plain);
    server_says(1, RP_SPAN("\x01"));
    server_says(2, RP_SPAN("\xff\xa9\x04#HY000no"));
    writes("an error in the middle");

    begin("", "");
    order.wait = 60;
    order.endpoint.kind = RP_ENDPOINT_READER;
    introduce("mysql_native_password");
    server_says(3, RP_SPAN(OK_PACKET));
    writes("a reader endpoint is not asked");
    begin("", "");
    order.endpoint.kind = RP_ENDPOINT_CLUSTER;
    introduce("mysql_native_password");
    server_says(3, RP_SPAN(OK_PACKET));
    writes("nor a writer without time to wait");
}

int main(void)
{
    test_restart();
    test_capabilities();
    test_probe();
    test_odd_probes();
    rp_buf_release(&taken);
    return tap_done();
}
