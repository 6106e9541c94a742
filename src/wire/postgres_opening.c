/* What a PostgreSQL client says first: a request to encrypt, or to cancel, or its startup. */
#include "postgres_field.h"
#include "rdspass/wire/postgres.h"

enum {
    LENGTH_SIZE = 4,
    HEAD_SIZE = LENGTH_SIZE + 4, /* and the code, or the version */
    PID_SIZE = 4,
    KEY_MIN = 4,
    TLS_HANDSHAKE = 0x16,
    MAJOR = 3,

    CODE_CANCEL = 80877102,
    CODE_SSL = 80877103,
    CODE_GSS = 80877104,
};

/* Leaves the parameters without the NUL that ends them, once they are pairs up to there. */
static rp_status parse_startup(struct rp_span body, struct rp_postgres_opening *opening,
                               struct rp_error *err)
{
    struct rp_span rest = body;
    struct rp_span name;
    struct rp_span value;

    if (opening->version >> 16 != MAJOR)
        return rp_fail(err, RP_KIND_LOGIN, "the client speaks protocol %u.%u, and not 3.0 or later",
                       opening->version >> 16, opening->version & 0xFFFF);
    while (rp_postgres_take_text(&rest, &name)) {
        if (name.n == 0 && rest.n == 0) {
            opening->parameters = rp_span_first(body, body.n - 1);
            return RP_OK;
        }
        if (name.n == 0 || !rp_postgres_take_text(&rest, &value))
            break;
    }
    return rp_fail(err, RP_KIND_LOGIN, "the parameters of the startup message are malformed");
}

static rp_status parse_cancel(struct rp_span body, struct rp_postgres_opening *opening,
                              struct rp_error *err)
{
    if (body.n < PID_SIZE + KEY_MIN || body.n > PID_SIZE + RP_POSTGRES_KEY_MAX)
        return rp_fail(err, RP_KIND_LOGIN, "a cancel request with a key of a wrong length");
    opening->pid = rp_postgres_uint32(body, 0);
    opening->key = rp_span_skip(body, PID_SIZE);
    return RP_OK;
}

/* All of it is there: `body` is what stands behind the code. */
static rp_status parse(uint32_t code, struct rp_span body, struct rp_postgres_opening *opening,
                       struct rp_error *err)
{
    if (code == CODE_CANCEL) {
        opening->kind = RP_POSTGRES_CANCEL_REQUEST;
        return parse_cancel(body, opening, err);
    }
    if (code == CODE_SSL || code == CODE_GSS) {
        opening->kind = code == CODE_SSL ? RP_POSTGRES_SSL_REQUEST : RP_POSTGRES_GSS_REQUEST;
        return body.n == 0 ? RP_OK
                           : rp_fail(err, RP_KIND_LOGIN,
                                     "a request for encryption that is longer "
                                     "than one is");
    }
    opening->kind = RP_POSTGRES_STARTUP;
    opening->version = code;
    return parse_startup(body, opening, err);
}

rp_status rp_postgres_take_opening(struct rp_span bytes, struct rp_postgres_opening *out,
                                   size_t *out_used, struct rp_error *err)
{
    struct rp_postgres_opening opening = {0};

    *out_used = 0;
    if (bytes.n > 0 && bytes.p[0] == TLS_HANDSHAKE)
        return rp_fail(err, RP_KIND_LOGIN, "the client begins with TLS");
    if (bytes.n < LENGTH_SIZE)
        return RP_OK;
    uint32_t n = rp_postgres_uint32(bytes, 0);
    if (n < HEAD_SIZE || n > LENGTH_SIZE + RP_POSTGRES_FIRST_MAX)
        return rp_fail(err, RP_KIND_LOGIN,
                       "what the client says first is not of PostgreSQL's "
                       "protocol");
    if (bytes.n < n)
        return RP_OK;
    RP_TRY(parse(rp_postgres_uint32(bytes, LENGTH_SIZE),
                 rp_span_skip(rp_span_first(bytes, n), HEAD_SIZE), &opening, err));
    *out = opening;
    *out_used = n;
    return RP_OK;
}

bool rp_postgres_next_parameter(struct rp_span *rest, struct rp_span *out_name,
                                struct rp_span *out_value)
{
    return rp_postgres_take_text(rest, out_name) && rp_postgres_take_text(rest, out_value);
}

void rp_postgres_add_ssl_request(struct rp_buf *out)
{
    rp_postgres_add_uint32(out, HEAD_SIZE);
    rp_postgres_add_uint32(out, CODE_SSL);
}

void rp_postgres_add_cancel_request(struct rp_buf *out, uint32_t pid, struct rp_span key)
{
    rp_postgres_add_uint32(out, (uint32_t)(HEAD_SIZE + PID_SIZE + key.n));
    rp_postgres_add_uint32(out, CODE_CANCEL);
    rp_postgres_add_uint32(out, pid);
    rp_buf_add(out, key);
}

static void add_parameter(struct rp_buf *out, struct rp_span name, struct rp_span value)
{
    rp_postgres_add_text(out, name);
    rp_postgres_add_text(out, value);
}

void rp_postgres_add_startup(struct rp_buf *out, uint32_t version, struct rp_span user,
                             struct rp_span database, struct rp_span parameters)
{
    size_t begin = rp_postgres_begin_length(out);
    struct rp_span name;
    struct rp_span value;

    rp_postgres_add_uint32(out, version);
    add_parameter(out, RP_SPAN("user"), user);
    if (database.n > 0)
        add_parameter(out, RP_SPAN("database"), database);
    while (rp_postgres_next_parameter(&parameters, &name, &value))
        if (!rp_span_is(name, "user") && !rp_span_is(name, "database"))
            add_parameter(out, name, value);
    rp_buf_add_char(out, '\0');
    rp_postgres_end_length(out, begin);
}
