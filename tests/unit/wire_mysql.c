/* MySQL's packets: those of real servers and clients, both ways, and lengths that lie. */
#include "rdspass/wire/mysql.h"

#include "tap.h"

/* The bytes of an array that was made of a literal. */
#define ALL(array) ((struct rp_span){(array), sizeof(array) - 1})

/* --- recorded: the payloads of greetings ------------------------------------------ */

static const char mariadb_10_11_bytes[] =
    "\x0a"
    "5.5.5-10.11.19-MariaDB-0+deb12u1\0"
    "\x04\0\0\0/x/\"Yyxm\0\xfe\xff\x2d\x02\0\xff\x81\x15\0\0\0\0\0\0\x1d\0\0\0"
    ";{}!+P4Q|>]:\0mysql_native_password\0";
static const char mysql_8_bytes[] =
    "\x0a"
    "8.0.39\0"
    "\x0b\x01\0\0\x12.1t\x03JdQ\0\xff\xff\xff\x02\0\xff\xdf\x15\0\0\0\0\0\0\0\0\0\0"
    "g$o\x7fr6 EfW)k\0caching_sha2_password\0";
static const char aurora_3_bytes[] =
    "\x0a"
    "8.0.mysql_aurora.3.08.0\0"
    "\xff\xee\x01\0abcdefgh\0\xff\xff\x2d\x02\0\xff\xc7\x15\0\0\0\0\0\0\0\0\0\0"
    "ijklmnopqrst\0mysql_native_password\0";

/* The response of MariaDB's client to MariaDB, with a database and an attribute. */
static const char mariadb_client_bytes[] =
    "\x8c\xa2\xbf\x80\0\0\0\x01\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x07\0\0\0"
    "app_user\0\0orders\0mysql_native_password\0\x13\x03_os\x05Linux\x04_pid\x03"
    "123";

/* --- packets ---------------------------------------------------------------------- */

static void test_packets(void)
{
    struct rp_span one = RP_SPAN("\x03\0\0\x07"
                                 "abc"
                                 "rest");
    RP_BUF_AUTO struct rp_buf out = {.max = 64};
    struct rp_mysql_packet packet = {.seq = 99};
    struct rp_error err = {0};
    size_t used = 99;

    for (size_t n = 0; n < 7; n++) {
        WORKS(rp_mysql_take(rp_span_first(one, n), 10, &packet, &used, &err), err, "a part");
        OK(used == 0 && packet.seq == 99, "%zu bytes are too few", n);
    }
    WORKS(rp_mysql_take(one, 10, &packet, &used, &err), err, "take");
    IS_INT(used, 7, "used");
    IS_INT(packet.seq, 7, "sequence number");
    IS_SPAN(packet.payload, "abc", "payload");
    WORKS(rp_mysql_take(one, 3, &packet, &used, &err), err, "of the maximum");
    FAILS(rp_mysql_take(one, 2, &packet, &used, &err), RP_KIND_LOGIN, err, "longer than it");
    FAILS(rp_mysql_take(RP_SPAN("\xff\xff\xff"), RP_MYSQL_PACKET_MAX, &packet, &used, &err),
          RP_KIND_LOGIN, err, "its length alone is enough to refuse it");
    WORKS(rp_mysql_take(RP_SPAN("\0\0\0\x02"), 10, &packet, &used, &err), err, "an empty one");
    OK(used == 4 && packet.payload.n == 0 && packet.seq == 2, "is taken");

    rp_mysql_add_packet(&out, 7, RP_SPAN("abc"));
    OK(rp_span_eq(rp_buf_span(&out), rp_span_first(one, 7)), "built as it was taken");
}

/* --- greetings -------------------------------------------------------------------- */

static void check_greeting(struct rp_span payload, const struct rp_mysql_greeting *want)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 1024};
    struct rp_mysql_greeting got;
    struct rp_error err = {0};

    WORKS(rp_mysql_parse_greeting(payload, &got, &err), err, want->version);
    IS_STR(got.version, want->version, "version");
    IS_INT(got.connection_id, want->connection_id, "connection");
    IS_INT(got.capabilities, want->capabilities, "capabilities");
    IS_INT(got.mariadb_capabilities, want->mariadb_capabilities, "those of MariaDB");
    IS_INT(got.charset, want->charset, "character set");
    IS_INT(got.status, want->status, "status");
    OK(memcmp(got.scramble, want->scramble, sizeof(got.scramble)) == 0, "scramble");
    IS_STR(got.plugin, want->plugin, "plugin");
    rp_mysql_add_greeting(&out, &got);
    OK(rp_span_eq(rp_buf_span(&out), payload), "built as it came");
    /* Its last NUL alone may be missing. */
    for (size_t n = 0; n + 1 < payload.n - strlen(want->plugin); n++)
        if (!rp_failed(rp_mysql_parse_greeting(rp_span_first(payload, n), &got, &err)))
            OK(false, "a greeting that ends after %zu bytes is refused", n);
    WORKS(rp_mysql_parse_greeting(rp_span_first(payload, payload.n - 1), &got, &err), err,
          "without its last NUL");
    IS_STR(got.plugin, want->plugin, "the plugin is the same");
}

static void test_greetings(void)
{
    check_greeting(ALL(mariadb_10_11_bytes),
                   &(struct rp_mysql_greeting){.version = "5.5.5-10.11.19-MariaDB-0+deb12u1",
                                               .connection_id = 4,
                                               .capabilities = 0x81fffffe,
                                               .mariadb_capabilities = 0x1d,
                                               .charset = 45,
                                               .status = 2,
                                               .scramble = "/x/\"Yyxm;{}!+P4Q|>]:",
                                               .plugin = "mysql_native_password"});
    check_greeting(ALL(mysql_8_bytes),
                   &(struct rp_mysql_greeting){.version = "8.0.39",
                                               .connection_id = 267,
                                               .capabilities = 0xdfffffff,
                                               .charset = 255,
                                               .status = 2,
                                               .scramble = "\x12.1t\x03JdQg$o\x7fr6 EfW)k",
                                               .plugin = "caching_sha2_password"});
    check_greeting(ALL(aurora_3_bytes),
                   &(struct rp_mysql_greeting){.version = "8.0.mysql_aurora.3.08.0",
                                               .connection_id = 126719,
                                               .capabilities = 0xc7ffffff,
                                               .charset = 45,
                                               .status = 2,
                                               .scramble = "abcdefghijklmnopqrst",
                                               .plugin = "mysql_native_password"});
}

/* A greeting in parts, of which a test changes one. */
static void refuse_greeting(struct rp_span head, struct rp_span tail, const char *why)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = 4096};
    struct rp_mysql_greeting got = {.connection_id = 99};
    struct rp_error err = {0};

    rp_buf_add(&bytes, head);
    rp_buf_add(&bytes, tail);
    FAILS(rp_mysql_parse_greeting(rp_buf_span(&bytes), &got, &err), RP_KIND_LOGIN, err, why);
    OK(got.connection_id == 99, "%s: untouched", why);
}

static void test_odd_greetings(void)
{
    struct rp_span behind = rp_span_skip(ALL(mysql_8_bytes), 8); /* behind the version */
    char longest[200];
    struct rp_mysql_greeting got;
    struct rp_error err = {0};
    RP_BUF_AUTO struct rp_buf bytes = {.max = 4096};

    refuse_greeting(RP_SPAN(""), RP_SPAN(""), "nothing");
    refuse_greeting(RP_SPAN("\x09"
                            "3.23\0"),
                    behind, "protocol 9");
    IS_STR((rp_ignore(rp_mysql_parse_greeting(RP_SPAN("SSH-2.0"), &got, &err)), err.msg),
           "the greeting is not of MySQL's protocol 10", "what is told of something else");
    refuse_greeting(RP_SPAN("\x0a"
                            "8.0.39"),
                    RP_SPAN(""), "a version without end");
    memset(longest, 'v', sizeof(longest));
    longest[0] = '\x0a';
    longest[RP_MYSQL_VERSION_MAX + 2] = '\0';
    refuse_greeting((struct rp_span){longest, RP_MYSQL_VERSION_MAX + 3}, behind,
                    "a version that is too long");
    longest[RP_MYSQL_VERSION_MAX + 1] = '\0';
    rp_buf_add(&bytes, (struct rp_span){longest, RP_MYSQL_VERSION_MAX + 2});
    rp_buf_add(&bytes, behind);
    WORKS(rp_mysql_parse_greeting(rp_buf_span(&bytes), &got, &err), err, "the longest version");
    refuse_greeting(rp_span_first(ALL(mysql_8_bytes), ALL(mysql_8_bytes).n - 1),
                    RP_SPAN("_of_a_name_that_is_longer_than_any_plugin_has\0"), "a long plugin");

    rp_buf_clear(&bytes);
    rp_buf_add(&bytes, RP_SPAN("\x0a\x1b]0;\xc3\xa9 8\0"));
    rp_buf_add(&bytes, behind);
    WORKS(rp_mysql_parse_greeting(rp_buf_span(&bytes), &got, &err), err, "an odd version");
    IS_STR(got.version, "?]0;?? 8", "may be shown");

    /* The length of the scramble is at byte 27 of what stands behind the version. */
    rp_buf_clear(&bytes);
    rp_buf_add(&bytes, ALL(mysql_8_bytes));
    bytes.data[8 + 20] = '\xff';
    FAILS(rp_mysql_parse_greeting(rp_buf_span(&bytes), &got, &err), RP_KIND_LOGIN, err,
          "a scramble that would reach beyond the end");
    IS_STR(err.msg, "the greeting ends early", "what is told of it");
    bytes.data[8 + 20] = '\x08';
    WORKS(rp_mysql_parse_greeting(rp_buf_span(&bytes), &got, &err), err, "a small length");
    IS_STR(got.plugin, "caching_sha2_password", "the scramble has 13 bytes at least");
}

/* --- responses -------------------------------------------------------------------- */

static void test_responses(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 1024};
    struct rp_mysql_response got;
    struct rp_error err = {0};

    WORKS(rp_mysql_parse_response(ALL(mariadb_client_bytes), &got, &err), err,
          "a client of MariaDB");
    IS_INT(got.capabilities, 0x80bfa28c, "capabilities");
    IS_INT(got.mariadb_capabilities, 7, "those of MariaDB");
    IS_INT(got.max_packet, 1 << 24, "largest packet");
    IS_INT(got.charset, 33, "character set");
    IS_SPAN(got.user, "app_user", "user");
    IS_SPAN(got.auth, "", "no password");
    OK(got.has_database, "a database");
    IS_SPAN(got.database, "orders", "its name");
    IS_SPAN(got.plugin, "mysql_native_password", "plugin");
    IS_SPAN(got.attributes,
            "\x03_os\x05Linux\x04_pid\x03"
            "123",
            "attributes");
    rp_mysql_add_response(&out, &got);
    OK(rp_span_eq(rp_buf_span(&out), ALL(mariadb_client_bytes)), "built as it came");
    OK(!rp_mysql_is_ssl_request(ALL(mariadb_client_bytes)), "it does not ask for TLS");

    size_t fields = sizeof(mariadb_client_bytes) - 1 - 0x14; /* where the attributes begin */
    for (size_t n = 0; n < sizeof(mariadb_client_bytes) - 1; n++) {
        /* Less the attributes, the plugin or the NULs of last fields it is one, too. */
        bool shorter =
            n >= fields - strlen("orders") - 1 - sizeof("mysql_native_password") && n <= fields;
        bool failed = rp_failed(
            rp_mysql_parse_response(rp_span_first(ALL(mariadb_client_bytes), n), &got, &err));
        if (failed == shorter)
            OK(false, "a response of %zu bytes", n);
    }
}

/* The head of a response with these capabilities. */
static void add_head(struct rp_buf *out, uint32_t capabilities)
{
    const struct rp_mysql_response head = {.capabilities = capabilities};

    rp_buf_clear(out);
    rp_mysql_add_ssl_request(out, &head);
}

static void refuse_response(uint32_t capabilities, struct rp_span rest, const char *why)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = RP_MYSQL_PACKET_MAX};
    struct rp_mysql_response got = {.charset = 99};
    struct rp_error err = {0};

    add_head(&bytes, capabilities);
    rp_buf_add(&bytes, rest);
    FAILS(rp_mysql_parse_response(rp_buf_span(&bytes), &got, &err), RP_KIND_LOGIN, err, why);
    OK(got.charset == 99, "%s: untouched", why);
}

static void test_odd_responses(void)
{
    const uint32_t plain = RP_MYSQL_PROTOCOL_41 | RP_MYSQL_LONG_PASSWORD;
    const uint32_t secure = plain | RP_MYSQL_SECURE_CONNECTION;
    const uint32_t lenenc = secure | RP_MYSQL_LENENC_AUTH;
    const uint32_t attributes = secure | RP_MYSQL_CONNECT_ATTRS;
    RP_BUF_AUTO struct rp_buf large = {.max = RP_MYSQL_PACKET_MAX};

    refuse_response(RP_MYSQL_SECURE_CONNECTION, RP_SPAN("me\0\0"), "a client before 4.1");
    refuse_response(plain, RP_SPAN("me"), "a user without end");
    refuse_response(plain, RP_SPAN("me\0password"), "a password without end");
    refuse_response(secure, RP_SPAN("me\0"), "no password's length");
    refuse_response(secure, RP_SPAN("me\0\x05pass"), "a password's length that lies");
    refuse_response(lenenc, RP_SPAN("me\0\xfc\x05"), "half a length");
    refuse_response(lenenc, RP_SPAN("me\0\xfd\xff\xff\xffpass"), "a length of three bytes");
    refuse_response(lenenc, RP_SPAN("me\0\xfe\xff\xff\xff\xff\xff\xff\xff\xffpass"), "of eight");
    refuse_response(lenenc, RP_SPAN("me\0\xfbpass"), "a length that is NULL");
    refuse_response(lenenc, RP_SPAN("me\0\xffpass"), "a length that is none");
    refuse_response(attributes, RP_SPAN("me\0\0\x06\x01k\x01v"), "attributes that lie");
    refuse_response(attributes, RP_SPAN("me\0\0\x04\x01k\x02v"), "a value that lies");
    refuse_response(attributes, RP_SPAN("me\0\0\x04\x04k\x01v"), "a name that lies");
    refuse_response(attributes, RP_SPAN("me\0\0\x02\x01k"), "a name without a value");
    rp_buf_add(&large, RP_SPAN("me\0\0\xfd\x01\0\x01"));
    for (size_t i = 0; i < 64 * 1024 + 1; i++)
        rp_buf_add_char(&large, '\0');
    refuse_response(attributes, rp_buf_span(&large), "64 KiB of attributes and a byte");
}

/* parse(build(x)) is x, for what the gate sends. */
static void round_trip(const struct rp_mysql_response *want, const char *name)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = RP_MYSQL_PACKET_MAX};
    struct rp_mysql_response got;
    struct rp_error err = {0};

    rp_mysql_add_response(&bytes, want);
    WORKS(rp_buf_check(&bytes, RP_KIND_LOGIN, "a response", &err), err, name);
    WORKS(rp_mysql_parse_response(rp_buf_span(&bytes), &got, &err), err, name);
    OK(got.capabilities == want->capabilities &&
           got.mariadb_capabilities == want->mariadb_capabilities &&
           got.max_packet == want->max_packet && got.charset == want->charset,
       "%s: head", name);
    OK(rp_span_eq(got.user, want->user) && rp_span_eq(got.auth, want->auth) &&
           got.has_database == want->has_database && rp_span_eq(got.database, want->database) &&
           rp_span_eq(got.plugin, want->plugin) && rp_span_eq(got.attributes, want->attributes),
       "%s: fields", name);
}

static void test_round_trips(void)
{
    RP_BUF_AUTO struct rp_buf token = {.max = 70000};
    RP_BUF_AUTO struct rp_buf out = {.max = 70000};
    struct rp_mysql_response response = {
        .capabilities = RP_MYSQL_PROTOCOL_41 | RP_MYSQL_SECURE_CONNECTION | RP_MYSQL_PLUGIN_AUTH |
                        RP_MYSQL_LENENC_AUTH | RP_MYSQL_CONNECT_WITH_DB | RP_MYSQL_CONNECT_ATTRS,
        .mariadb_capabilities = 0x1d,
        .max_packet = 0xFFFFFF,
        .charset = 255,
        .user = rp_span("o'Brien@x/é"),
        .auth = {"", 0},
        .has_database = true,
        .database = rp_span("a b"),
        .plugin = rp_span("mysql_clear_password"),
        .attributes = RP_SPAN("\x01k\x01v"),
    };
    static const size_t lengths[] = {1, 250, 251, 255, 256, 1501, 65535, 65536};

    round_trip(&response, "no password");
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        while (token.len < lengths[i])
            rp_buf_add_char(&token, 't');
        response.auth = rp_buf_span(&token);
        round_trip(&response, "a password");
    }
    response.capabilities &= ~RP_MYSQL_LENENC_AUTH;
    rp_mysql_add_response(&out, &response);
    OK(out.state == RP_BUF_TOO_LONG, "a long password has no other form");
    response.auth = rp_span_first(response.auth, 255);
    round_trip(&response, "a length of one byte");
    response.capabilities = RP_MYSQL_PROTOCOL_41 | RP_MYSQL_LONG_PASSWORD;
    response.mariadb_capabilities = 0;
    response.has_database = false;
    response.database = response.plugin = response.attributes = (struct rp_span){"", 0};
    round_trip(&response, "as little as can be");
}

static void test_ssl_request(void)
{
    const struct rp_mysql_response response = {
        .capabilities = RP_MYSQL_PROTOCOL_41 | RP_MYSQL_SSL,
        .mariadb_capabilities = 5,
        .max_packet = 0x40000000,
        .charset = 45,
    };
    RP_BUF_AUTO struct rp_buf out = {.max = 64};

    rp_mysql_add_ssl_request(&out, &response);
    OK(rp_span_eq(rp_buf_span(&out),
                  RP_SPAN("\0\x0a\0\0\0\0\0\x40\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                          "\0\0\0\x05\0\0\0")),
       "an SSLRequest, to the byte");
    OK(rp_mysql_is_ssl_request(rp_buf_span(&out)), "is known as one");
    OK(!rp_mysql_is_ssl_request(rp_span_first(rp_buf_span(&out), 31)), "not when it is shorter");
    add_head(&out, RP_MYSQL_PROTOCOL_41);
    OK(!rp_mysql_is_ssl_request(rp_buf_span(&out)), "not without the capability");
}

/* --- answers ---------------------------------------------------------------------- */

static void test_answers(void)
{
    IS_INT(rp_mysql_answer(RP_SPAN("\0\0\0\x02\0\0\0")), RP_MYSQL_OK, "OK");
    IS_INT(rp_mysql_answer(RP_SPAN("\0\0\0\x02\0\0")), RP_MYSQL_OTHER, "a short OK is none");
    IS_INT(rp_mysql_answer(RP_SPAN("\xff\x15\x04#28000no")), RP_MYSQL_ERROR, "an error");
    IS_INT(rp_mysql_answer(RP_SPAN("\xfe")), RP_MYSQL_OLD_SWITCH, "the old switch");
    IS_INT(rp_mysql_answer(RP_SPAN("\xfex\0")), RP_MYSQL_SWITCH, "a switch");
    IS_INT(rp_mysql_answer(RP_SPAN("\x01\x04")), RP_MYSQL_MORE_DATA, "more data");
    IS_INT(rp_mysql_answer(RP_SPAN("\x02x\0")), RP_MYSQL_NEXT_FACTOR, "a second factor");
    IS_INT(rp_mysql_answer(RP_SPAN("\x0a")), RP_MYSQL_OTHER, "something else");
    IS_INT(rp_mysql_answer(RP_SPAN("")), RP_MYSQL_OTHER, "nothing");
}

static void test_switches(void)
{
    struct rp_mysql_switch got = {{0}, {0}};
    struct rp_error err = {0};

    WORKS(rp_mysql_parse_switch(RP_SPAN("\xfemysql_clear_password\0"), &got, &err), err,
          "a switch");
    IS_SPAN(got.plugin, "mysql_clear_password", "its plugin");
    IS_INT(got.data.n, 0, "no data");
    WORKS(rp_mysql_parse_switch(RP_SPAN("\xfex\0abc\0"), &got, &err), err, "with data");
    OK(rp_span_is(got.plugin, "x") && rp_span_eq(got.data, RP_SPAN("abc\0")), "which are kept");
    FAILS(rp_mysql_parse_switch(RP_SPAN("\xfemysql_clear_password"), &got, &err), RP_KIND_LOGIN,
          err, "a name without end");
    FAILS(rp_mysql_parse_switch(RP_SPAN("\xfe"), &got, &err), RP_KIND_LOGIN, err, "the old switch");
    FAILS(rp_mysql_parse_switch(RP_SPAN(""), &got, &err), RP_KIND_LOGIN, err, "nothing");
}

static void test_errors(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 64};
    struct rp_mysql_error got = {0};
    struct rp_error err = {0};

    WORKS(rp_mysql_parse_error(RP_SPAN("\xff\x15\x04#28000Access denied"), &got, &err), err,
          "1045");
    IS_INT(got.code, 1045, "code");
    IS_STR(got.sqlstate, "28000", "SQLSTATE");
    IS_SPAN(got.text, "Access denied", "text");
    WORKS(rp_mysql_parse_error(RP_SPAN("\xff\x10\x04Too many connections"), &got, &err), err,
          "1040");
    IS_INT(got.code, 1040, "code");
    IS_STR(got.sqlstate, "", "no SQLSTATE");
    IS_SPAN(got.text, "Too many connections", "text");
    WORKS(rp_mysql_parse_error(RP_SPAN("\xff\x10\x04#280"), &got, &err), err, "too short for one");
    IS_SPAN(got.text, "#280", "is all text");
    WORKS(rp_mysql_parse_error(RP_SPAN("\xff\x10\x04#no wa"), &got, &err), err, "not one");
    IS_SPAN(got.text, "#no wa", "is all text, too");
    WORKS(rp_mysql_parse_error(RP_SPAN("\xff\x10\x04"), &got, &err), err, "no text");
    IS_INT(got.text.n, 0, "is no text");
    FAILS(rp_mysql_parse_error(RP_SPAN("\xff\x10"), &got, &err), RP_KIND_LOGIN, err, "half a code");
    FAILS(rp_mysql_parse_error(RP_SPAN("\0\0\0\x02\0\0\0"), &got, &err), RP_KIND_LOGIN, err,
          "an OK");

    rp_mysql_add_error(&out, 1045, "28000", rp_span("no"));
    OK(rp_span_eq(rp_buf_span(&out), RP_SPAN("\xff\x15\x04#28000no")), "built");
    rp_buf_clear(&out);
    rp_mysql_add_error(&out, 1040, NULL, rp_span("no"));
    OK(rp_span_eq(rp_buf_span(&out), RP_SPAN("\xff\x10\x04no")), "built, before the response");
}

static void test_queries(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 64};
    struct rp_span text = rp_span("as it was");

    rp_mysql_add_query(&out, false, "SELECT 1");
    OK(rp_span_eq(rp_buf_span(&out), RP_SPAN("\x03SELECT 1")), "a query");
    rp_buf_clear(&out);
    rp_mysql_add_query(&out, true, "SELECT 1");
    OK(rp_span_eq(rp_buf_span(&out), RP_SPAN("\x03\0\x01SELECT 1")), "with no attributes");
    OK(rp_mysql_row_text(RP_SPAN("\x01"
                                 "1"),
                         &text) &&
           rp_span_is(text, "1"),
       "a row");
    OK(rp_mysql_row_text(RP_SPAN("\0"), &text) && text.n == 0, "an empty text");
    text = rp_span("as it was");
    OK(!rp_mysql_row_text(RP_SPAN("\xfb"), &text), "NULL");
    OK(!rp_mysql_row_text(RP_SPAN("\x02"
                                  "1"),
                          &text),
       "a length that lies");
    OK(!rp_mysql_row_text(RP_SPAN(""), &text), "nothing");
    IS_SPAN(text, "as it was", "untouched");
}

int main(void)
{
    test_packets();
    test_greetings();
    test_odd_greetings();
    test_responses();
    test_odd_responses();
    test_round_trips();
    test_ssl_request();
    test_answers();
    test_switches();
    test_errors();
    test_queries();
    return tap_done();
}
