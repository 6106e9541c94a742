/* What core and gate say to each other: there and back, and refused. */
#include "rdspass/ipc/gate.h"

#include "carry.h"
#include "tap.h"

#define HOST "demo.cluster-c9akciq32rgh.eu-central-1.rds.amazonaws.com"

static const char malformed[] = "a message between rdspass and rdspass-gate is malformed";

static struct rp_gate_order example(void)
{
    struct rp_gate_order order = {
        .engine = RP_ENGINE_POSTGRES,
        .port = 5432,
        .user = "j\"ö@rg ",
        .database = "\n'\\",
        .region = "eu-central-1",
        .connect_timeout = 10,
        .wait = RP_GATE_TIMEOUT_MAX,
        .directory = "/run/user/1000/rdspass.x",
        .tcp = RP_GATE_NO_TCP,
    };
    struct rp_error err = {0};

    WORKS(rp_endpoint_parse(rp_span(HOST), &order.endpoint, &err), err, "an endpoint");
    return order;
}

static void carries_order(const struct rp_gate_order *order, const char *name)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_gate_order got = {0};
    struct rp_error err = {0};
    enum rp_gate_message type = RP_GATE_SIGN;

    WORKS(carry(rp_gate_format_open(order), RP_SPAN("roots"), &message, &err), err, name);
    WORKS(rp_gate_message_type(&message, &type, &err), err, name);
    IS_INT(type, RP_GATE_OPEN, "its type");
    WORKS(rp_gate_parse_open(&message, &got, &err), err, name);
    IS_INT(got.purpose, order->purpose, "purpose");
    OK(got.engine == order->engine && got.port == order->port, "%s: engine, port", name);
    IS_STR(got.endpoint.host, order->endpoint.host, "host");
    OK(got.endpoint.kind == order->endpoint.kind &&
           strcmp(got.endpoint.region, order->endpoint.region) == 0 &&
           got.endpoint.partition == order->endpoint.partition,
       "%s: what the name tells", name);
    OK(got.via.is_set == order->via.is_set && got.via.port == order->via.port &&
           strcmp(got.via.host, order->via.host) == 0 &&
           strcmp(got.via.socket, order->via.socket) == 0,
       "%s: via", name);
    IS_STR(got.user, order->user, "user");
    IS_STR(got.database, order->database, "database");
    IS_STR(got.region, order->region, "region");
    IS_STR(got.directory, order->directory, "directory");
    OK(got.ca_file == order->ca_file && got.connect_timeout == order->connect_timeout &&
           got.wait == order->wait && got.tcp == order->tcp,
       "%s: the rest", name);
}

static void test_order(void)
{
    struct rp_gate_order order = example();
    struct rp_error err = {0};

    carries_order(&order, "to the endpoint");
    order.purpose = RP_GATE_LOOK;
    order.engine = RP_ENGINE_MYSQL;
    order.user[0] = '\0';
    order.database[0] = '\0';
    order.ca_file = true;
    order.wait = 0;
    order.tcp = 0;
    order.via = (struct rp_via){.is_set = true, .host = "::1", .port = 65535};
    carries_order(&order, "through a tunnel");
    WORKS(rp_endpoint_parse_any(RP_SPAN("db.example"), &order.endpoint, &err), err, "an alias");
    carries_order(&order, "to what may be an alias of it");
    order = example();
    order.purpose = RP_GATE_CHECK;
    order.tcp = 65535;
    order.via = (struct rp_via){.is_set = true, .socket = "/tmp/a socket"};
    carries_order(&order, "through a socket");
    for (size_t i = 0; i < RP_USER_MAX; i++)
        order.user[i] = 'u';
    carries_order(&order, "with a user of the greatest length");
}

/* The example with one member changed, in the order of the table. */
static void test_order_refused(void)
{
    static const char *const members[] = {
        "\"type\":\"open\"",     "\"purpose\":\"serve\"",  "\"engine\":\"mysql\"",
        "\"host\":\"" HOST "\"", "\"port\":3306",          "\"via\":null",
        "\"user\":\"u\"",        "\"database\":\"\"",      "\"region\":\"r\"",
        "\"ca_file\":false",     "\"connect_timeout\":10", "\"wait\":0",
        "\"directory\":\"/d\"",  "\"tcp\":null",
    };
    static const char *const others[] = {
        "\"type\":\"opened\"",
        "\"purpose\":\"peek\"",
        "\"purpose\":null",
        "\"purpose\":0",
        "\"engine\":\"unknown\"",
        "\"engine\":\"postgresql\"",
        "\"engine\":\"MySQL\"",
        "\"engine\":1",
        "\"host\":\"localhost\"",
        "\"host\":\"Demo.cluster-c9akciq32rgh.eu-central-1.rds.amazonaws.com\"",
        "\"host\":null",
        "\"port\":0",
        "\"port\":65536",
        "\"port\":1.5",
        "\"port\":\"3306\"",
        "\"via\":{}",
        "\"via\":[]",
        "\"via\":\"/s\"",
        "\"via\":{\"socket\":\"\"}",
        "\"via\":{\"path\":\"/s\"}",
        "\"via\":{\"host\":\"h\"}",
        "\"via\":{\"host\":\"\",\"port\":1}",
        "\"via\":{\"host\":\"h\",\"port\":0}",
        "\"via\":{\"host\":\"h\",\"port\":1,\"socket\":\"/s\"}",
        "\"user\":null",
        "\"database\":null",
        "\"region\":7",
        "\"ca_file\":0",
        "\"connect_timeout\":0",
        "\"connect_timeout\":86401",
        "\"wait\":-1",
        "\"wait\":86401",
        "\"directory\":\"\"",
        "\"directory\":\"d\"",
        "\"tcp\":-1",
        "\"tcp\":65536",
        "\"tcp\":\"x\"",
        "\"database\":\"\",\"more\":1",
        "\"User\":\"u\"",
    };
    enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

    for (size_t i = 0; i <= sizeof(others) / sizeof(others[0]); i++) {
        const char *other = i == 0 ? "" : others[i - 1];
        size_t name = rp_span_find(rp_span(other), ':');
        RP_BUF_AUTO struct rp_buf text = {.max = 2048};
        RP_MESSAGE_AUTO struct rp_message message = {0};
        struct rp_gate_order got = {0};
        struct rp_error err = {0};
        for (size_t k = 0; k < MEMBERS; k++) {
            bool changed = name > 0 && strncasecmp(members[k], other, name + 1) == 0;
            rp_buf_addf(&text, "%s%s", k == 0 ? "" : ",", changed ? other : members[k]);
        }
        OK(read_members(rp_buf_str(&text), RP_SPAN(""), &message), "a message with %s", other);
        if (i == 0) {
            WORKS(rp_gate_parse_open(&message, &got, &err), err, "as it should be");
            continue;
        }
        FAILS(rp_gate_parse_open(&message, &got, &err), RP_KIND_INTERNAL, err, other);
        IS_STR(err.msg, malformed, "why");
        OK(got.port == 0, "nothing is given");
    }
}

static void test_socket_path(void)
{
    RP_BUF_AUTO struct rp_buf path = {.max = 200};
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_gate_order order = example();
    struct rp_gate_order got = {0};
    struct rp_error err = {0};

    rp_gate_add_socket_path(&order, &path);
    IS_STR(rp_buf_str(&path), "/run/user/1000/rdspass.x/.s.PGSQL.5432", "as libpq names it");
    rp_buf_clear(&path);
    order.engine = RP_ENGINE_MYSQL;
    rp_gate_add_socket_path(&order, &path);
    IS_STR(rp_buf_str(&path), "/run/user/1000/rdspass.x/mysql.sock", "for mysql");
    for (size_t i = 1; i < RP_SOCKET_PATH_MAX - strlen("/mysql.sock"); i++)
        order.directory[i] = 'd';
    WORKS(carry(rp_gate_format_open(&order), RP_SPAN(""), &message, &err), err, "carried");
    WORKS(rp_gate_parse_open(&message, &got, &err), err, "the longest directory");
    order.directory[strlen(order.directory)] = 'd';
    WORKS(carry(rp_gate_format_open(&order), RP_SPAN(""), &message, &err), err, "carried");
    FAILS(rp_gate_parse_open(&message, &got, &err), RP_KIND_INTERNAL, err, "one byte more");
}

static void is_type(const char *members, struct rp_span body, int want)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_gate_message type = RP_GATE_OPEN;
    struct rp_error err = {0};

    OK(read_members(members, body, &message), "%s", members);
    if (want >= 0) {
        WORKS(rp_gate_message_type(&message, &type, &err), err, members);
        IS_INT(type, want, members);
    } else {
        FAILS(rp_gate_message_type(&message, &type, &err), RP_KIND_INTERNAL, err, members);
        IS_STR(err.msg, malformed, "why");
    }
}

#define ENTERED                                                                                    \
    "\"type\":\"entered\",\"address\":\"a\",\"tls\":\"TLSv1.3\",\"cipher\":\"c\","                 \
    "\"issuer\":\"i\",\"not_after\":\"n\""

#define STEP(name) "\"type\":\"step\",\"step\":\"" name "\",\"ms\":7"

static void test_types(void)
{
    is_type("\"type\":\"opened\",\"tcp\":1", RP_SPAN(""), RP_GATE_OPENED);
    is_type("\"type\":\"token\"", RP_SPAN("secret"), RP_GATE_TOKEN);
    is_type(ENTERED, RP_SPAN(""), RP_GATE_ENTERED);
    is_type(STEP("tls"), RP_SPAN("{}"), RP_GATE_STEP);
    is_type(STEP("tls"), RP_SPAN(""), -1);
    is_type("\"type\":\"certificates\"", RP_SPAN(""), RP_GATE_CERTIFICATES);
    is_type("\"type\":\"certificates\"", RP_SPAN("[]"), RP_GATE_CERTIFICATES);
    is_type("\"type\":\"token\"", RP_SPAN(""), -1);
    is_type(ENTERED, RP_SPAN("x"), -1);
    is_type("\"type\":\"opened\",\"tcp\":1", RP_SPAN("x"), -1);
    is_type("\"type\":\"opened\"", RP_SPAN(""), -1);
    is_type(ENTERED ",\"tcp\":1", RP_SPAN(""), -1);
    is_type("\"type\":\"entered\"", RP_SPAN(""), -1);
    is_type("\"type\":\"Entered\"", RP_SPAN(""), -1);
    is_type("\"type\":\"\"", RP_SPAN(""), -1);
}

static void test_opened(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_error err = {0};
    uint16_t tcp = 7;

    WORKS(carry(rp_gate_format_opened(65535), RP_SPAN(""), &message, &err), err, "opened");
    WORKS(rp_gate_parse_opened(&message, &tcp, &err), err, "read");
    IS_INT(tcp, 65535, "port");
    OK(read_members("\"type\":\"opened\",\"tcp\":65536", RP_SPAN(""), &message), "too much");
    FAILS(rp_gate_parse_opened(&message, &tcp, &err), RP_KIND_INTERNAL, err, "refused");
    IS_INT(tcp, 65535, "nothing is given");
}

static void test_sign(void)
{
    static const char *const bad[] = {
        "\"type\":\"sign\",\"user\":\"\",\"again\":false",
        "\"type\":\"sign\",\"user\":null,\"again\":false",
        "\"type\":\"sign\",\"user\":\"u\",\"again\":1",
        "\"type\":\"sign\",\"user\":\"u\",\"host\":\"h\"",
        "\"type\":\"token\",\"user\":\"u\",\"again\":false",
    };
    RP_MESSAGE_AUTO struct rp_message message = {0};
    char user[RP_USER_MAX + 1] = "";
    char longest[RP_USER_MAX + 2] = "";
    struct rp_error err = {0};
    bool again = false;

    WORKS(carry(rp_gate_format_sign("jörg\n", true), RP_SPAN(""), &message, &err), err, "sign");
    WORKS(rp_gate_parse_sign(&message, user, &again, &err), err, "read");
    IS_STR(user, "jörg\n", "user");
    OK(again, "again");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        OK(read_members(bad[i], RP_SPAN(""), &message), "%s", bad[i]);
        FAILS(rp_gate_parse_sign(&message, user, &again, &err), RP_KIND_INTERNAL, err, bad[i]);
    }
    for (size_t i = 0; i < RP_USER_MAX; i++)
        longest[i] = 'u';
    WORKS(carry(rp_gate_format_sign(longest, false), RP_SPAN(""), &message, &err), err, "longest");
    WORKS(rp_gate_parse_sign(&message, user, &again, &err), err, "read");
    longest[RP_USER_MAX] = 'u';
    WORKS(carry(rp_gate_format_sign(longest, true), RP_SPAN(""), &message, &err), err, "too long");
    FAILS(rp_gate_parse_sign(&message, user, &again, &err), RP_KIND_INTERNAL, err, "refused");
    OK(strlen(user) == RP_USER_MAX && !again, "nothing is given");
}

static void test_failure(void)
{
    static const char *const bad[] = {
        "\"type\":\"failure\",\"kind\":\"done\",\"message\":\"m\",\"hint\":\"\"",
        "\"type\":\"failure\",\"kind\":7,\"message\":\"m\",\"hint\":\"\"",
        "\"type\":\"failure\",\"kind\":\"TLS\",\"message\":\"\",\"hint\":\"\"",
        "\"type\":\"failure\",\"kind\":\"TLS\",\"message\":\"m\",\"hint\":null",
    };
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_error failure = {0};
    struct rp_error got = {0};
    struct rp_error err = {0};

    for (int kind = RP_KIND_NONE + 1; kind < RP_KIND__COUNT; kind++) {
        rp_ignore(rp_fail(&failure, (enum rp_kind)kind, "why ö %s", "\n"));
        rp_hint(&failure, "what to do");
        WORKS(carry(rp_gate_format_failure(&failure), RP_SPAN(""), &message, &err), err, "failed");
        WORKS(rp_gate_parse_failure(&message, &got, &err), err, "read");
        IS_INT(got.kind, kind, "kind");
        IS_STR(got.msg, "why ö \\x0a", "message");
        IS_STR(got.hint, "what to do", "hint");
    }
    for (size_t i = 0; i < sizeof(failure.msg) - 1; i++)
        failure.msg[i] = i % 2 == 0 ? '\xc3' : '\xb6';
    failure.hint[0] = '\0';
    WORKS(carry(rp_gate_format_failure(&failure), RP_SPAN(""), &message, &err), err, "cut text");
    WORKS(rp_gate_parse_failure(&message, &got, &err), err, "read");
    OK(strlen(got.msg) > 600 && got.hint[0] == '\0', "as long as it may be, no hint");
    OK(read_members("\"type\":\"failure\",\"kind\":\"TLS\",\"message\":\"a\\u001b\",\"hint\":\"\"",
                    RP_SPAN(""), &message),
       "one that did not escape");
    WORKS(rp_gate_parse_failure(&message, &got, &err), err, "read");
    IS_STR(got.msg, "a\\x1b", "and escaped");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        OK(read_members(bad[i], RP_SPAN(""), &message), "%s", bad[i]);
        FAILS(rp_gate_parse_failure(&message, &got, &err), RP_KIND_INTERNAL, err, bad[i]);
    }
}

static void test_step(void)
{
    static const struct {
        const char *members;
        const char *body;
    } bad[] = {
        {STEP("knock"), "{}"},
        {STEP(""), "{}"},
        {STEP("tls"), "[]"},
        {STEP("tls"), "null"},
        {STEP("tls"), "{"},
        {STEP("tls"), "{}{}"},
        {STEP("tls") ",\"at\":1", "{}"},
        {"\"type\":\"step\",\"step\":\"tls\",\"ms\":-1", "{}"},
        {"\"type\":\"step\",\"step\":\"tls\",\"ms\":4294967296", "{}"},
        {"\"type\":\"step\",\"step\":7,\"ms\":7", "{}"},
    };
    RP_MESSAGE_AUTO struct rp_message message = {0};
    RP_JSON_AUTO struct rp_json *seen = rp_json_new();
    struct rp_gate_step got = {0};
    struct rp_error err = {0};

    rp_json_add_text(seen, "address", "10.0.0.1:5432");
    for (int type = 0; type < RP_GATE_STEP__COUNT; type++) {
        const struct rp_gate_step step = {(enum rp_gate_step_type)type, UINT32_MAX, seen};
        RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX};
        struct rp_json *header = rp_gate_format_step(&step, &body);
        WORKS(carry(header, rp_buf_span(&body), &message, &err), err, "a step");
        WORKS(rp_gate_parse_step(&message, &got, &err), err, "read");
        OK(got.type == step.type && got.ms == step.ms, "which one, and when");
        IS_STR(rp_json_text(rp_json_member(got.seen, "address")), "10.0.0.1:5432", "what was seen");
        rp_json_free(&got.seen);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        OK(read_members(bad[i].members, rp_span(bad[i].body), &message), "%s", bad[i].members);
        FAILS(rp_gate_parse_step(&message, &got, &err), RP_KIND_INTERNAL, err, bad[i].body);
        OK(got.seen == NULL, "nothing is given");
    }
    const struct rp_gate_step step = {RP_GATE_STEP_TLS, 0, seen};
    RP_BUF_AUTO struct rp_buf small = {.max = 8};
    OK(rp_gate_format_step(&step, &small) == NULL, "one that has no room is none");
}

int main(void)
{
    test_order();
    test_order_refused();
    test_socket_path();
    test_types();
    test_opened();
    test_sign();
    test_failure();
    test_step();
    return tap_done();
}
