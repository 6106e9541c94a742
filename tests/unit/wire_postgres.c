/* PostgreSQL's messages: as servers and clients of several versions send them, and with lies. */
#include "rdspass/wire/postgres.h"
#include "tap.h"

#define SSL_REQUEST "\0\0\0\x08\x04\xd2\x16\x2f"
#define GSS_REQUEST "\0\0\0\x08\x04\xd2\x16\x30"

/* What libpq 15 says first. */
#define STARTUP_3_0 "\0\0\0\x36\0\x03\0\0user\0bob\0database\0shop\0application_name\0psql\0\0"
/* What libpq 18 says with max_protocol_version=3.2. */
#define STARTUP_3_2 "\0\0\0\x12\0\x03\0\x02user\0bob\0\0"

/* --- the opening ---------------------------------------------------------------- */

static struct rp_postgres_opening taken(struct rp_span bytes, const char *name)
{
    struct rp_postgres_opening opening = {0};
    struct rp_error err = {0};
    size_t used = 99;

    for (size_t n = 0; n < bytes.n; n++)
        if (rp_failed(rp_postgres_take_opening(rp_span_first(bytes, n), &opening, &used, &err)) ||
            used != 0)
            OK(false, "%s: %zu bytes are too few", name, n);
    WORKS(rp_postgres_take_opening(bytes, &opening, &used, &err), err, name);
    IS_INT(used, bytes.n, "all of it is taken");
    return opening;
}

static void refused(struct rp_span bytes, const char *want)
{
    struct rp_postgres_opening opening = {.version = 77};
    struct rp_error err = {0};
    size_t used = 99;

    FAILS(rp_postgres_take_opening(bytes, &opening, &used, &err), RP_KIND_LOGIN, err, want);
    OK(strstr(err.msg, want) != NULL, "%s: %s", want, err.msg);
    OK(used == 0 && opening.version == 77, "nothing is taken or given");
}

static void test_requests(void)
{
    struct rp_postgres_opening opening = taken(RP_SPAN(SSL_REQUEST), "a request for TLS");

    IS_INT(opening.kind, RP_POSTGRES_SSL_REQUEST, "its kind");
    opening = taken(RP_SPAN(GSS_REQUEST), "a request for GSSAPI");
    IS_INT(opening.kind, RP_POSTGRES_GSS_REQUEST, "its kind");
    refused(RP_SPAN("\0\0\0\x09\x04\xd2\x16\x2f+"), "longer than one is");
    refused(RP_SPAN("\x16"), "begins with TLS");
    refused(RP_SPAN("\x16\x03\x01\x02\x00\x01"), "begins with TLS");
}

static void test_cancel(void)
{
    struct rp_span old = RP_SPAN("\0\0\0\x10\x04\xd2\x16\x2e\0\0\x30\x39\x01\0\xff\x04");
    struct rp_postgres_opening opening = taken(old, "a cancel request of 3.0");
    RP_BUF_AUTO struct rp_buf bytes = {.max = RP_POSTGRES_FIRST_MAX};
    char key[RP_POSTGRES_KEY_MAX + 1];

    IS_INT(opening.kind, RP_POSTGRES_CANCEL_REQUEST, "its kind");
    IS_INT(opening.pid, 12345, "its process");
    OK(rp_span_eq(opening.key, RP_SPAN("\x01\0\xff\x04")), "its key");
    rp_postgres_add_cancel_request(&bytes, opening.pid, opening.key);
    OK(rp_span_eq(rp_buf_span(&bytes), old), "it comes out as it came in");

    memset(key, 'k', sizeof(key));
    rp_buf_clear(&bytes);
    rp_postgres_add_cancel_request(&bytes, 0xFFFFFFFF, (struct rp_span){key, RP_POSTGRES_KEY_MAX});
    opening = taken(rp_buf_span(&bytes), "the longest one of 3.2");
    OK(opening.pid == 0xFFFFFFFF && opening.key.n == RP_POSTGRES_KEY_MAX, "all of its key");
    rp_buf_clear(&bytes);
    rp_postgres_add_cancel_request(&bytes, 1, (struct rp_span){key, RP_POSTGRES_KEY_MAX + 1});
    refused(rp_buf_span(&bytes), "key of a wrong length");
    refused(RP_SPAN("\0\0\0\x0f\x04\xd2\x16\x2e\0\0\0\x01key"), "key of a wrong length");
    refused(RP_SPAN("\0\0\0\x08\x04\xd2\x16\x2e"), "key of a wrong length");
}

/* "NAME=VALUE;..." */
static void parameters_are(struct rp_span parameters, const char *want)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 1000};
    struct rp_span name;
    struct rp_span value;

    while (rp_postgres_next_parameter(&parameters, &name, &value)) {
        rp_buf_add(&text, name);
        rp_buf_add_char(&text, '=');
        rp_buf_add(&text, value);
        rp_buf_add_char(&text, ';');
    }
    IS_STR(rp_buf_str(&text), want, want);
}

static void test_startup(void)
{
    struct rp_postgres_opening opening = taken(RP_SPAN(STARTUP_3_0), "the startup of 3.0");

    IS_INT(opening.kind, RP_POSTGRES_STARTUP, "its kind");
    IS_INT(opening.version, RP_POSTGRES_3_0, "its version");
    parameters_are(opening.parameters, "user=bob;database=shop;application_name=psql;");
    opening = taken(RP_SPAN(STARTUP_3_2), "the startup of 3.2");
    IS_INT(opening.version, RP_POSTGRES_3_2, "its version");
    opening = taken(RP_SPAN("\0\0\0\x09\0\x03\x27\x0f\0"), "one of 3.9999, without parameters");
    IS_INT(opening.version, 0x0003270F, "its version");
    parameters_are(opening.parameters, "");
    opening = taken(RP_SPAN("\0\0\0\x0c\0\x03\0\0a\0\0\0"), "an empty value");
    parameters_are(opening.parameters, "a=;");

    refused(RP_SPAN("\0\0\0\x08\0\x02\0\0"), "protocol 2.0");
    refused(RP_SPAN("\0\0\0\x08\x04\xd2\x16\x31"), "protocol 1234.5681");
    refused(RP_SPAN("\0\0\0\x07"), "not of PostgreSQL's protocol");
    refused(RP_SPAN("\0\0\0\0"), "not of PostgreSQL's protocol");
    refused(RP_SPAN("\0\0\x27\x15"), "not of PostgreSQL's protocol");
    refused(RP_SPAN("GET / HTTP/1.1\r\n"), "not of PostgreSQL's protocol");
    refused(RP_SPAN("\0\0\0\x08\0\x03\0\0"), "malformed");
    refused(RP_SPAN("\0\0\0\x0d\0\x03\0\0user\0"), "malformed");
    refused(RP_SPAN("\0\0\0\x0e\0\x03\0\0user\0\0"), "malformed");
    refused(RP_SPAN("\0\0\0\x0c\0\x03\0\0a\0b\0"), "malformed");
    refused(RP_SPAN("\0\0\0\x0e\0\x03\0\0a\0b\0\0\0"), "malformed");
    refused(RP_SPAN("\0\0\0\x0d\0\x03\0\0a\0b\0c"), "malformed");
}

static void test_startup_longest(void)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = 2 * RP_POSTGRES_FIRST_MAX};
    RP_BUF_AUTO struct rp_buf value = {.max = RP_POSTGRES_FIRST_MAX};
    struct rp_postgres_opening opening;
    struct rp_error err = {0};
    size_t used = 0;

    for (int i = 0; i < RP_POSTGRES_FIRST_MAX - 16; i++)
        rp_buf_add_char(&value, 'x');
    rp_postgres_add_startup(&bytes, RP_POSTGRES_3_0, rp_buf_span(&value), RP_SPAN(""), RP_SPAN(""));
    WORKS(rp_postgres_take_opening(rp_buf_span(&bytes), &opening, &used, &err), err, "the longest");
    rp_buf_add_str(&value, "123456");
    rp_buf_clear(&bytes);
    rp_postgres_add_startup(&bytes, RP_POSTGRES_3_0, rp_buf_span(&value), RP_SPAN(""), RP_SPAN(""));
    refused(rp_span_first(rp_buf_span(&bytes), 4), "not of PostgreSQL's protocol");
}

static void test_add_startup(void)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = RP_POSTGRES_FIRST_MAX};
    struct rp_postgres_opening opening = taken(RP_SPAN(STARTUP_3_0), "a startup");

    rp_postgres_add_startup(&bytes, opening.version, RP_SPAN("bob"), RP_SPAN("shop"),
                            opening.parameters);
    OK(rp_span_eq(rp_buf_span(&bytes), RP_SPAN(STARTUP_3_0)), "it comes out as it came in");
    rp_buf_clear(&bytes);
    rp_postgres_add_startup(
        &bytes, RP_POSTGRES_3_2, RP_SPAN("alice"), RP_SPAN(""),
        RP_SPAN("user\0bob\0_pq_.x\0y\0database\0shop\0user\0eve\0options\0-c a=b\0"));
    opening = taken(rp_buf_span(&bytes), "another");
    IS_INT(opening.version, RP_POSTGRES_3_2, "its version");
    parameters_are(opening.parameters, "user=alice;_pq_.x=y;options=-c a=b;");
    rp_buf_clear(&bytes);
    rp_postgres_add_ssl_request(&bytes);
    OK(rp_span_eq(rp_buf_span(&bytes), RP_SPAN(SSL_REQUEST)), "a request for TLS");
    RP_BUF_AUTO struct rp_buf small = {.max = 10};
    rp_postgres_add_startup(&small, RP_POSTGRES_3_0, RP_SPAN("bob"), RP_SPAN(""), RP_SPAN(""));
    OK(small.state == RP_BUF_TOO_LONG, "no room");
}

/* --- messages ------------------------------------------------------------------- */

static void test_take(void)
{
    struct rp_span bytes = RP_SPAN("R\0\0\0\x08\0\0\0\x03S");
    struct rp_postgres_message message = {0};
    struct rp_error err = {0};
    size_t used = 99;

    for (size_t n = 0; n < bytes.n - 1; n++)
        if (rp_failed(rp_postgres_take(rp_span_first(bytes, n), 4, &message, &used, &err)) ||
            used != 0 || message.type != 0)
            OK(false, "%zu bytes are too few", n);
    WORKS(rp_postgres_take(bytes, 4, &message, &used, &err), err, "a message");
    OK(used == 9 && message.type == 'R' && message.body.n == 4 && message.whole.n == 9,
       "its parts");
    FAILS(rp_postgres_take(bytes, 3, &message, &used, &err), RP_KIND_LOGIN, err, "too long");
    IS_INT(used, 0, "nothing is taken");
    FAILS(rp_postgres_take(RP_SPAN("R\0\0\0\x03"), 9, &message, &used, &err), RP_KIND_LOGIN, err,
          "shorter than its length");
    FAILS(rp_postgres_take(RP_SPAN("R\xff\xff\xff\xff"), 9, &message, &used, &err), RP_KIND_LOGIN,
          err, "4 GB");
    WORKS(rp_postgres_take(RP_SPAN("H\0\0\0\x04"), 0, &message, &used, &err), err, "without body");
    OK(used == 5 && message.body.n == 0, "its parts");

    RP_BUF_AUTO struct rp_buf out = {.max = 100};
    rp_postgres_add_message(&out, 'R', RP_SPAN("\0\0\0\x03"));
    OK(rp_span_eq(rp_buf_span(&out), rp_span_first(bytes, 9)), "built");
    rp_buf_clear(&out);
    rp_postgres_add_password(&out, RP_SPAN("secret"));
    OK(rp_span_eq(rp_buf_span(&out), RP_SPAN("p\0\0\0\x0bsecret\0")), "a password");
}

static void test_auth(void)
{
    struct rp_error err = {0};
    uint32_t auth = 99;

    WORKS(rp_postgres_parse_auth(RP_SPAN("\0\0\0\x03"), &auth, &err), err, "a password");
    IS_INT(auth, RP_POSTGRES_AUTH_CLEARTEXT, "its number");
    WORKS(rp_postgres_parse_auth(RP_SPAN("\0\0\0\x05salt"), &auth, &err), err, "MD5");
    IS_INT(auth, RP_POSTGRES_AUTH_MD5, "its number");
    FAILS(rp_postgres_parse_auth(RP_SPAN("\0\0\0"), &auth, &err), RP_KIND_LOGIN, err, "too short");
    FAILS(rp_postgres_parse_auth(RP_SPAN(""), &auth, &err), RP_KIND_LOGIN, err, "empty");
    FAILS(rp_postgres_parse_auth(RP_SPAN("\0\0\0\0+"), &auth, &err), RP_KIND_LOGIN, err,
          "more than an end");
    FAILS(rp_postgres_parse_auth(RP_SPAN("\0\0\0\x03+"), &auth, &err), RP_KIND_LOGIN, err,
          "more than a request");
    IS_INT(auth, RP_POSTGRES_AUTH_MD5, "nothing is given");
    IS_STR(rp_postgres_auth_name(RP_POSTGRES_AUTH_SASL), "SCRAM-SHA-256", "a name");
    IS_STR(rp_postgres_auth_name(4711), "an unknown method", "none");
}

static void test_error(void)
{
    const struct rp_span bad[] = {
        RP_SPAN(""), RP_SPAN("Mtext"), RP_SPAN("Mtext\0"), RP_SPAN("\0\0"), RP_SPAN("Mtext\0\0+\0"),
    };
    struct rp_postgres_error error = {0};
    struct rp_error err = {0};

    WORKS(rp_postgres_parse_error(RP_SPAN("SFATAL\0C28000\0Mno\0Fauth.c\0L328\0\0"), &error, &err),
          err, "an error of an old server");
    IS_SPAN(error.severity, "FATAL", "severity");
    WORKS(rp_postgres_parse_error(RP_SPAN("SFATAAL\0VFATAL\0C57P03\0Mnot yet\0Dbecause\0Hwait\0\0"),
                                  &error, &err),
          err, "an error in Danish");
    IS_SPAN(error.severity, "FATAL", "severity");
    IS_STR(error.sqlstate, "57P03", "SQLSTATE");
    IS_SPAN(error.message, "not yet", "message");
    IS_SPAN(error.detail, "because", "detail");
    IS_SPAN(error.hint, "wait", "hint");
    WORKS(rp_postgres_parse_error(RP_SPAN("Mtext\0C28000+\0\0"), &error, &err), err, "a bad code");
    OK(error.sqlstate[0] == '\0' && error.detail.n == 0, "what is not there is empty");
    WORKS(rp_postgres_parse_error(RP_SPAN("Cab\n00\0\0"), &error, &err), err, "a worse one");
    IS_STR(error.sqlstate, "", "no SQLSTATE");
    WORKS(rp_postgres_parse_error(RP_SPAN("\0"), &error, &err), err, "an error without a word");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        FAILS(rp_postgres_parse_error(bad[i], &error, &err), RP_KIND_LOGIN, err, "malformed");
}

static void test_add_error(void)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 1000};
    struct rp_postgres_message message;
    struct rp_postgres_error error = {0};
    struct rp_error err = {0};
    size_t used = 0;

    rp_postgres_add_error(&out, "28000", RP_SPAN("cut\0Dhere"), RP_SPAN(""), RP_SPAN("do this"));
    WORKS(rp_postgres_take(rp_buf_span(&out), 1000, &message, &used, &err), err, "a message");
    OK(used == out.len && message.type == 'E', "an error");
    WORKS(rp_postgres_parse_error(message.body, &error, &err), err, "parsed");
    IS_SPAN(error.severity, "FATAL", "severity");
    IS_STR(error.sqlstate, "28000", "SQLSTATE");
    IS_SPAN(error.message, "cut", "no text brings a field of its own");
    IS_SPAN(error.detail, "", "no detail");
    IS_SPAN(error.hint, "do this", "hint");
}

static void test_key(void)
{
    char body[4 + RP_POSTGRES_KEY_MAX + 1] = {0, 0, 1, 2, 'k'};
    struct rp_error err = {0};
    struct rp_span key = {0};
    uint32_t pid = 0;

    WORKS(rp_postgres_parse_key((struct rp_span){body, 8}, &pid, &key, &err), err, "a key of 3.0");
    OK(pid == 258 && key.n == 4 && key.p[0] == 'k', "its parts");
    WORKS(rp_postgres_parse_key((struct rp_span){body, sizeof(body) - 1}, &pid, &key, &err), err,
          "the longest of 3.2");
    IS_INT(key.n, RP_POSTGRES_KEY_MAX, "its length");
    FAILS(rp_postgres_parse_key((struct rp_span){body, sizeof(body)}, &pid, &key, &err),
          RP_KIND_LOGIN, err, "a longer one");
    FAILS(rp_postgres_parse_key((struct rp_span){body, 7}, &pid, &key, &err), RP_KIND_LOGIN, err,
          "a shorter one");
    FAILS(rp_postgres_parse_key((struct rp_span){body, 0}, &pid, &key, &err), RP_KIND_LOGIN, err,
          "none");
}

static void test_status(void)
{
    const struct rp_span bad[] = {RP_SPAN(""), RP_SPAN("a"), RP_SPAN("a\0b"), RP_SPAN("a\0b\0c"),
                                  RP_SPAN("a\0b\0\0")};
    struct rp_error err = {0};
    struct rp_span name = {0};
    struct rp_span value = {0};

    WORKS(rp_postgres_parse_status(RP_SPAN("TimeZone\0UTC\0"), &name, &value, &err), err, "one");
    IS_SPAN(name, "TimeZone", "its name");
    IS_SPAN(value, "UTC", "its value");
    WORKS(rp_postgres_parse_status(RP_SPAN("application_name\0\0"), &name, &value, &err), err,
          "an empty one");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        FAILS(rp_postgres_parse_status(bad[i], &name, &value, &err), RP_KIND_LOGIN, err,
              "malformed");
}

int main(void)
{
    test_requests();
    test_cancel();
    test_startup();
    test_startup_longest();
    test_add_startup();
    test_take();
    test_auth();
    test_error();
    test_add_error();
    test_key();
    test_status();
    return tap_done();
}
