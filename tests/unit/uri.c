/* Unit test of src/codec/uri.c: URLs of databases. */
#include "rdspass/codec/uri.h"

#include "tap.h"

static const struct good {
    const char *text;
    const char *scheme, *user, *host, *port, *database, *query;
} good[] = {
    {"mysql://h", "mysql", "", "h", "", "", ""},
    {"mysql://u@h", "mysql", "u", "h", "", "", ""},
    {"mysql://u@h:3306/db", "mysql", "u", "h", "3306", "db", ""},
    {"postgres://u@db.example:5432/app?sslmode=verify-full", "postgres", "u", "db.example", "5432",
     "app", "sslmode=verify-full"},
    {"POSTGRESQL://h/", "postgresql", "", "h", "", "", ""},
    {"postgres://", "postgres", "", "", "", "", ""},
    {"postgres:///app", "postgres", "", "", "", "app", ""},
    {"postgres://u@/app", "postgres", "u", "", "", "app", ""},
    {"postgres://h:/app", "postgres", "", "h", "", "app", ""},
    {"postgres://u:@h", "postgres", "u", "h", "", "", ""},
    {"postgres://h?a=b", "postgres", "", "h", "", "", "a=b"},
    {"postgres://h/?a=/b", "postgres", "", "h", "", "", "a=/b"},
    {"mysql://o%27Brien%2Ba%20b%40x.com%2F%C3%A9~*(1)@h/d%2Fb", "mysql",
     "o'Brien+a b@x.com/\xc3\xa9~*(1)", "h", "", "d/b", ""},
    {"mysql://a+b@h", "mysql", "a+b", "h", "", "", ""},
    {"mysql://u@[::1]:3307/db", "mysql", "u", "::1", "3307", "db", ""},
    {"mysql://[FE80::1]", "mysql", "", "FE80::1", "", "", ""},
    {"mysql://[::ffff:10.0.0.1]/x", "mysql", "", "::ffff:10.0.0.1", "", "x", ""},
    {"mysql://under_score:1", "mysql", "", "under_score", "1", "", ""},
    {"mysql://h:65535", "mysql", "", "h", "65535", "", ""},
    {"postgresql+psycopg2://h", "postgresql+psycopg2", "", "h", "", "", ""},
    {"mysql://h/a@b:c", "mysql", "", "h", "", "a@b:c", ""},
};

static const struct bad {
    const char *text;
    const char *msg;
} bad[] = {
    {"", "not a URL"},
    {"h:3306", "not a URL"},
    {"mysql:h", "not a URL"},
    {"mysql:/h", "not a URL"},
    {"1mysql://h", "not a URL"},
    {"://h", "not a URL"},
    {"my sql://h", "not a URL"},
    {"jdbc:mysql://h/db", "JDBC"},
    {"jdbc:postgresql:db", "JDBC"},
    {"mysql://u:hunter2@h", "password"},
    {"mysql://:hunter2@h", "password"},
    {"mysql://u:hunter2@x@h", "password"},
    {"mysql://u:%00@h", "password"},
    {"mysql://u@hunter2@h", "more than one '@'"},
    {"mysql://u:hunter2/x@h", "port"},
    {"mysql://u:hunter2?x@h", "port"},
    {"mysql://u:hunter2#x@h", "fragment"},
    {"mysql://h#f", "fragment"},
    {"mysql://h1,h2/db", "more than one host"},
    {"mysql://h:1,h2:2/db", "more than one host"},
    {"mysql://h%2Eexample", "character that no host name has"},
    {"mysql://h ost", "character that no host name has"},
    {"mysql://h\xc3\xa9", "character that no host name has"},
    {"mysql://h:0", "port"},
    {"mysql://h:65536", "port"},
    {"mysql://h:-1", "port"},
    {"mysql://h:+1", "port"},
    {"mysql://h:1x", "port"},
    {"mysql://h:00000003306", "port"},
    {"mysql://[::1", "brackets"},
    {"mysql://[]", "brackets"},
    {"mysql://[fe80::1%25eth0]", "brackets"},
    {"mysql://[::1]x", "between host and port"},
    {"mysql://::1", "port"},
    {"mysql://h/a/b", "more than one part"},
    {"mysql://h//", "more than one part"},
    {"mysql://h/a%", "hexadecimal"},
    {"mysql://h/a%2", "hexadecimal"},
    {"mysql://h/a%zz", "hexadecimal"},
    {"mysql://h/a%00", "NUL"},
    {"mysql://%@h", "hexadecimal"},
    {"a-scheme-that-is-longer-than-any-other://h", "scheme is longer"},
};

static void check_good(const struct good *want)
{
    struct rp_uri uri;
    struct rp_error err = {0};

    OK(rp_uri_is(rp_span(want->text)), "%s looks like a URL", want->text);
    WORKS(rp_uri_parse(rp_span(want->text), &uri, &err), err, "  and is one");
    if (err.kind != RP_KIND_NONE)
        return;
    IS_STR(uri.scheme, want->scheme, "  scheme");
    IS_STR(uri.user, want->user, "  user");
    IS_STR(uri.host, want->host, "  host");
    IS_STR(uri.port, want->port, "  port");
    IS_STR(uri.database, want->database, "  database");
    IS_SPAN(uri.query, want->query, "  query");
}

static void check_bad(const struct bad *want)
{
    struct rp_uri uri = {.host = "untouched"};
    struct rp_error err = {0};

    FAILS(rp_uri_parse(rp_span(want->text), &uri, &err), RP_KIND_USAGE, err, want->text);
    if (!OK(strstr(err.msg, want->msg) != NULL, "  says \"%s\"", want->msg))
        (void)printf("# %s\n", err.msg);
    OK(strstr(err.msg, "hunter2") == NULL && strstr(err.hint, "hunter2") == NULL,
       "  and quotes nothing");
    IS_STR(uri.host, "untouched", "  the result is left alone");
}

static void check_long(void)
{
    char text[600];
    struct rp_uri uri;
    struct rp_error err = {0};

    int n = snprintf(text, sizeof(text), "mysql://%0256d@h", 0);
    FAILS(rp_uri_parse((struct rp_span){text, (size_t)n}, &uri, &err), RP_KIND_USAGE, err,
          "a user of 256 bytes");
    n = snprintf(text, sizeof(text), "mysql://%0255d@h", 0);
    WORKS(rp_uri_parse((struct rp_span){text, (size_t)n}, &uri, &err), err, "one of 255");
    n = snprintf(text, sizeof(text), "mysql://%0256d", 0);
    FAILS(rp_uri_parse((struct rp_span){text, (size_t)n}, &uri, &err), RP_KIND_USAGE, err,
          "a host of 256 bytes");
}

int main(void)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        check_good(&good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        check_bad(&bad[i]);
    check_long();
    OK(!rp_uri_is(RP_SPAN("db.example:3306")), "HOST:PORT is no URL");
    OK(!rp_uri_is(RP_SPAN("demo")), "a section's name is none");
    return tap_done();
}
