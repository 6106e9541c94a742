/* What core and built-in client say to each other: there and back, and refused. */
#include "rdspass/ipc/client.h"

#include "carry.h"
#include "tap.h"

static const char malformed[] = "a message between rdspass and its client is malformed";

static rp_status carry_order(const struct rp_client_order *order, struct rp_message *message,
                             struct rp_client_order *out, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX};
    struct rp_json *header = rp_client_format_run(order, &body);
    enum rp_client_message type = RP_CLIENT_ASK;

    RP_TRY(rp_buf_check(&body, RP_KIND_USAGE, "what to run", err));
    RP_TRY(carry(header, rp_buf_span(&body), message, err));
    RP_TRY(rp_client_message_type(message, &type, err));
    if (type != RP_CLIENT_RUN)
        return rp_fail(err, RP_KIND_INTERNAL, "another type");
    return rp_client_parse_run(message, out, err);
}

static void test_order(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_client_order got = {0};
    struct rp_error err = {0};
    struct rp_client_order order = {
        .engine = RP_ENGINE_POSTGRES,
        .socket = "/run/user/1000/rdspass.x/.s.PGSQL.5432",
        .port = 5432,
        .host = "demo.cluster-c9akciq32rgh.eu-central-1.rds.amazonaws.com",
        .user = "j\"ö@rg ",
        .database = "\n'\\",
        .inputs = {{.is_file = true, .text = "-"},
                   {.is_file = false, .text = "SELECT '\xff\n'"},
                   {.is_file = true, .text = "/dir/\xfe"},
                   {.is_file = false, .text = ""}},
        .input_count = 4,
        .format = "vertical",
        .binary = "base64",
        .force = true,
        .quiet = true,
        .null_given = true,
        .null = "\\N",
        .timeout = RP_CLIENT_TIMEOUT_MAX,
        .history = "/home/\xfd/history",
    };

    WORKS(carry_order(&order, &message, &got, &err), err, "an order");
    OK(got.engine == order.engine && got.port == order.port && got.timeout == order.timeout,
       "engine, port, timeout");
    IS_STR(got.socket, order.socket, "socket");
    IS_STR(got.host, order.host, "host");
    IS_STR(got.user, order.user, "user");
    IS_STR(got.database, order.database, "database");
    IS_STR(got.format, order.format, "format");
    IS_STR(got.binary, order.binary, "binary");
    IS_STR(got.null, order.null, "null");
    IS_STR(got.history, order.history, "history");
    OK(got.force && got.quiet && got.null_given, "what is set");
    OK(!got.no_header && !got.verbose && !got.local_infile, "what is not");
    IS_INT(got.input_count, 4, "inputs");
    for (size_t i = 0; i < got.input_count; i++) {
        OK(got.inputs[i].is_file == order.inputs[i].is_file, "input %zu: file or not", i);
        IS_STR(got.inputs[i].text, order.inputs[i].text, "its text");
    }
}

static void test_other_order(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_client_order got = {0};
    struct rp_error err = {0};
    struct rp_client_order order = {
        .engine = RP_ENGINE_MYSQL,
        .socket = "/d/mysql.sock",
        .port = 1,
        .no_header = true,
        .verbose = true,
        .local_infile = true,
    };

    WORKS(carry_order(&order, &message, &got, &err), err, "one without inputs");
    OK(got.no_header && got.verbose && got.local_infile, "what is set");
    OK(!got.force && !got.quiet && !got.null_given && got.input_count == 0, "what is not");
    for (size_t i = 0; i < RP_CLIENT_INPUTS_MAX; i++)
        order.inputs[order.input_count++] = (struct rp_client_input){.text = "SELECT 1"};
    WORKS(carry_order(&order, &message, &got, &err), err, "as many inputs as may be");
    IS_INT(got.input_count, RP_CLIENT_INPUTS_MAX, "inputs");
}

static void test_too_much_to_run(void)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX};
    RP_BUF_AUTO struct rp_buf sql = {.max = RP_MESSAGE_BODY_MAX};
    struct rp_client_order order = {.engine = RP_ENGINE_MYSQL, .port = 1, .input_count = 1};
    struct rp_error err = {0};

    while (sql.len < RP_MESSAGE_BODY_MAX)
        rp_buf_add_char(&sql, ' ');
    order.inputs[0].text = rp_buf_str(&sql);
    RP_JSON_AUTO struct rp_json *header = rp_client_format_run(&order, &body);
    (void)header; /* the body alone is looked at */
    FAILS(rp_buf_check(&body, RP_KIND_USAGE, "the SQL of -e", &err), RP_KIND_USAGE, err, "1 MiB");
}

/* An order with one member changed, in the order of the table. */
static void test_order_refused(void)
{
    static const char *const members[] = {
        "\"type\":\"run\"",  "\"engine\":\"mysql\"", "\"socket\":\"/s\"", "\"port\":3306",
        "\"host\":\"h\"",    "\"user\":\"u\"",       "\"database\":\"\"", "\"format\":\"\"",
        "\"binary\":\"\"",   "\"no_header\":false",  "\"force\":false",   "\"verbose\":false",
        "\"quiet\":false",   "\"null_given\":false", "\"timeout\":0",     "\"local_infile\":false",
        "\"inputs\":\"sf\"",
    };
    static const char *const others[] = {
        "\"type\":\"ask\"",
        "\"engine\":\"unknown\"",
        "\"engine\":\"postgresql\"",
        "\"engine\":1",
        "\"socket\":\"\"",
        "\"socket\":\"s\"",
        "\"socket\":null",
        "\"port\":0",
        "\"port\":65536",
        "\"host\":null",
        "\"user\":7",
        "\"database\":null",
        "\"format\":\"12345678901234567\"",
        "\"binary\":\"12345678\"",
        "\"no_header\":0",
        "\"force\":null",
        "\"verbose\":1",
        "\"quiet\":\"\"",
        "\"local_infile\":0",
        "\"null_given\":0",
        "\"timeout\":-1",
        "\"timeout\":1000001",
        "\"inputs\":\"s\"",
        "\"inputs\":\"sfs\"",
        "\"inputs\":\"sx\"",
        "\"inputs\":null",
        "\"inputs\":\"sf\",\"more\":1",
        "\"Quiet\":false",
    };
    enum { MEMBERS = sizeof(members) / sizeof(members[0]) };
    struct rp_span body = RP_SPAN("null\0history\0SELECT 1\0file\0");

    for (size_t i = 0; i <= sizeof(others) / sizeof(others[0]); i++) {
        const char *other = i == 0 ? "" : others[i - 1];
        size_t name = rp_span_find(rp_span(other), ':');
        RP_BUF_AUTO struct rp_buf text = {.max = 2048};
        RP_MESSAGE_AUTO struct rp_message message = {0};
        struct rp_client_order got = {0};
        struct rp_error err = {0};
        for (size_t k = 0; k < MEMBERS; k++) {
            bool changed = name > 0 && strncasecmp(members[k], other, name + 1) == 0;
            rp_buf_addf(&text, "%s%s", k == 0 ? "" : ",", changed ? other : members[k]);
        }
        OK(read_members(rp_buf_str(&text), body, &message), "a message with %s", other);
        if (i == 0) {
            WORKS(rp_client_parse_run(&message, &got, &err), err, "as it should be");
            continue;
        }
        FAILS(rp_client_parse_run(&message, &got, &err), RP_KIND_INTERNAL, err, other);
        IS_STR(err.msg, malformed, "why");
        OK(got.port == 0, "nothing is given");
    }
}

static void refuses_body(struct rp_span body, const char *name)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_client_order got = {0};
    struct rp_error err = {0};

    OK(read_members("\"type\":\"run\",\"engine\":\"mysql\",\"socket\":\"/s\",\"port\":1,"
                    "\"host\":\"\",\"user\":\"\",\"database\":\"\",\"format\":\"\","
                    "\"binary\":\"\",\"no_header\":true,\"force\":true,\"verbose\":true,"
                    "\"quiet\":true,\"local_infile\":true,\"null_given\":true,\"timeout\":1,"
                    "\"inputs\":\"s\"",
                    body, &message),
       "%s", name);
    FAILS(rp_client_parse_run(&message, &got, &err), RP_KIND_INTERNAL, err, name);
}

static void test_body_refused(void)
{
    RP_BUF_AUTO struct rp_buf body = {.max = 8192};

    refuses_body(RP_SPAN(""), "no body");
    refuses_body(RP_SPAN("\0\0"), "a text too few");
    refuses_body(RP_SPAN("\0\0SELECT 1"), "no NUL at its end");
    refuses_body(RP_SPAN("\0\0SELECT 1\0x"), "more than there is");
    for (size_t i = 0; i < 64; i++)
        rp_buf_add_char(&body, 'n');
    rp_buf_add(&body, RP_SPAN("\0\0SELECT 1\0"));
    refuses_body(rp_buf_span(&body), "a text for NULL that is too long");
    rp_buf_clear(&body);
    rp_buf_add_char(&body, '\0');
    for (size_t i = 0; i < RP_PATH_MAX; i++)
        rp_buf_add_char(&body, 'h');
    rp_buf_add(&body, RP_SPAN("\0SELECT 1\0"));
    refuses_body(rp_buf_span(&body), "a path that is too long");
}

static void is_type(const char *members, struct rp_span body, int want)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_client_message type = RP_CLIENT_RUN;
    struct rp_error err = {0};

    OK(read_members(members, body, &message), "%s", members);
    if (want >= 0) {
        WORKS(rp_client_message_type(&message, &type, &err), err, members);
        IS_INT(type, want, members);
    } else {
        FAILS(rp_client_message_type(&message, &type, &err), RP_KIND_INTERNAL, err, members);
        IS_STR(err.msg, malformed, "why");
    }
}

static void test_types(void)
{
    static char facts[RP_CLIENT_FACTS_MAX + 1] = {'f'};

    is_type("\"type\":\"ask\"", RP_SPAN(""), RP_CLIENT_ASK);
    is_type("\"type\":\"facts\"", RP_SPAN("user: u\n"), RP_CLIENT_FACTS);
    is_type("\"type\":\"facts\"", (struct rp_span){facts, RP_CLIENT_FACTS_MAX}, RP_CLIENT_FACTS);
    is_type("\"type\":\"facts\"", (struct rp_span){facts, sizeof(facts)}, -1);
    is_type("\"type\":\"ask\"", RP_SPAN("x"), -1);
    is_type("\"type\":\"ask\",\"more\":1", RP_SPAN(""), -1);
    is_type("\"type\":\"sign\"", RP_SPAN(""), -1);
}

static void test_short_messages(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_client_message type = RP_CLIENT_RUN;
    struct rp_error err = {0};

    WORKS(carry(rp_client_format_ask(), RP_SPAN(""), &message, &err), err, "ask");
    WORKS(rp_client_message_type(&message, &type, &err), err, "ask");
    IS_INT(type, RP_CLIENT_ASK, "its type");
    WORKS(carry(rp_client_format_facts(), RP_SPAN("user: u\n"), &message, &err), err, "facts");
    WORKS(rp_client_message_type(&message, &type, &err), err, "facts");
    IS_INT(type, RP_CLIENT_FACTS, "its type");
    IS_STR(rp_buf_str(&message.body), "user: u\n", "the facts");
}

static void test_failure(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_error failure = {0};
    struct rp_error got = {0};
    struct rp_error err = {0};

    rp_ignore(rp_fail(&failure, RP_KIND_SQL, "x.sql:3: no such table"));
    rp_hint(&failure, "what to do");
    WORKS(carry(rp_client_format_failure(&failure), RP_SPAN(""), &message, &err), err, "failed");
    WORKS(rp_client_parse_failure(&message, &got, &err), err, "read");
    IS_INT(got.kind, RP_KIND_SQL, "kind");
    IS_STR(got.msg, "x.sql:3: no such table", "message");
    IS_STR(got.hint, "what to do", "hint");
    OK(read_members("\"type\":\"failure\",\"kind\":\"done\",\"message\":\"m\",\"hint\":\"\"",
                    RP_SPAN(""), &message),
       "a failure that is none");
    FAILS(rp_client_parse_failure(&message, &got, &err), RP_KIND_INTERNAL, err, "refused");
    IS_STR(err.msg, malformed, "why");
}

int main(void)
{
    test_order();
    test_other_order();
    test_too_much_to_run();
    test_order_refused();
    test_body_refused();
    test_types();
    test_short_messages();
    test_failure();
    return tap_done();
}
