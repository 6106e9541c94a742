/*
 * PostgreSQL's messages from arbitrary bytes, as a client's opening and as a
 * server's stream: what is accepted must come out the same when it is built and
 * parsed again.
 */
#include "rdspass/wire/postgres.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 2 * RP_POSTGRES_MESSAGE_MAX };

static void expect(bool good)
{
    if (!good)
        abort();
}

static bool is_free(struct rp_span name)
{
    return !rp_span_is(name, "user") && !rp_span_is(name, "database");
}

/* All parameters but user and database go along, in their order. */
static void check_startup(const struct rp_postgres_opening *opening)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = MAX};
    struct rp_span before = opening->parameters;
    struct rp_postgres_opening again;
    struct rp_span name, value, other_name, other_value;
    size_t used = 0;

    rp_postgres_add_startup(&bytes, opening->version, RP_SPAN("u"), RP_SPAN(""), before);
    if (rp_failed(rp_postgres_take_opening(rp_buf_span(&bytes), &again, &used, NULL)))
        expect(bytes.len > RP_POSTGRES_FIRST_MAX);
    if (used == 0)
        return;
    expect(used == bytes.len && again.version == opening->version);
    struct rp_span after = again.parameters;
    expect(rp_postgres_next_parameter(&after, &name, &value) && rp_span_is(name, "user") &&
           rp_span_is(value, "u"));
    while (rp_postgres_next_parameter(&before, &name, &value))
        if (is_free(name))
            expect(rp_postgres_next_parameter(&after, &other_name, &other_value) &&
                   rp_span_eq(name, other_name) && rp_span_eq(value, other_value));
    expect(before.n == 0 && after.n == 0);
}

static void check_opening(struct rp_span bytes)
{
    RP_BUF_AUTO struct rp_buf again = {.max = MAX};
    struct rp_postgres_opening opening;
    size_t used = 0;

    if (rp_failed(rp_postgres_take_opening(bytes, &opening, &used, NULL)))
        expect(used == 0);
    if (used == 0)
        return;
    expect(used <= bytes.n && used <= 4 + RP_POSTGRES_FIRST_MAX);
    if (opening.kind == RP_POSTGRES_STARTUP)
        check_startup(&opening);
    if (opening.kind == RP_POSTGRES_SSL_REQUEST)
        rp_postgres_add_ssl_request(&again);
    if (opening.kind == RP_POSTGRES_CANCEL_REQUEST)
        rp_postgres_add_cancel_request(&again, opening.pid, opening.key);
    expect(again.len == 0 || rp_span_eq(rp_buf_span(&again), rp_span_first(bytes, used)));
}

/* Each parser sees each body. */
static void check_body(struct rp_span body)
{
    RP_BUF_AUTO struct rp_buf built = {.max = MAX};
    struct rp_postgres_error error;
    struct rp_span name, value;
    uint32_t number = 0;

    if (!rp_failed(rp_postgres_parse_auth(body, &number, NULL)))
        expect(rp_postgres_auth_name(number)[0] != '\0');
    if (!rp_failed(rp_postgres_parse_key(body, &number, &value, NULL)))
        expect(value.n >= 4 && value.n <= RP_POSTGRES_KEY_MAX);
    if (!rp_failed(rp_postgres_parse_status(body, &name, &value, NULL)))
        expect(name.n + value.n + 2 == body.n);
    if (rp_failed(rp_postgres_parse_error(body, &error, NULL)))
        return;
    struct rp_span message = error.message;
    struct rp_span hint = error.hint;
    rp_postgres_add_error(&built, error.sqlstate, message, error.detail, hint);
    expect(!rp_failed(rp_postgres_parse_error(rp_span_skip(rp_buf_span(&built), 5), &error, NULL)));
    expect(rp_span_eq(error.message, message) && rp_span_eq(error.hint, hint));
}

static void check_stream(struct rp_span bytes)
{
    size_t used = 1;

    while (used > 0) {
        RP_BUF_AUTO struct rp_buf built = {.max = MAX};
        struct rp_postgres_message message;

        if (rp_failed(rp_postgres_take(bytes, RP_POSTGRES_MESSAGE_MAX, &message, &used, NULL))) {
            expect(used == 0);
            return;
        }
        if (used == 0)
            return;
        expect(used <= bytes.n && message.whole.n == used);
        rp_postgres_add_message(&built, message.type, message.body);
        expect(rp_span_eq(rp_buf_span(&built), message.whole));
        check_body(message.body);
        bytes = rp_span_skip(bytes, used);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span bytes = {(const char *)data, size};

    check_opening(bytes);
    check_stream(bytes);
    check_body(bytes);
    return 0;
}
