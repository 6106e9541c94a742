/* PostgreSQL's messages with a type, as far as a login has them. */
#include "rdspass/wire/postgres.h"

#include <string.h>

#include "postgres_field.h"

enum {
    TYPE_SIZE = 1,
    LENGTH_SIZE = 4,
    HEAD_SIZE = TYPE_SIZE + LENGTH_SIZE,
    NUMBER_SIZE = 4,
    KEY_MIN = 4,
    SQLSTATE_SIZE = 5,
};

rp_status rp_postgres_take(struct rp_span bytes, size_t max, struct rp_postgres_message *out,
                           size_t *out_used, struct rp_error *err)
{
    *out_used = 0;
    if (bytes.n < HEAD_SIZE)
        return RP_OK;
    uint32_t n = rp_postgres_uint32(bytes, TYPE_SIZE);
    if (n < LENGTH_SIZE || n - LENGTH_SIZE > max)
        return rp_fail(err, RP_KIND_LOGIN, "a message whose length is given as %u", n);
    if (bytes.n - TYPE_SIZE < n)
        return RP_OK;
    out->type = bytes.p[0];
    out->whole = rp_span_first(bytes, TYPE_SIZE + (size_t)n);
    out->body = rp_span_skip(out->whole, HEAD_SIZE);
    *out_used = out->whole.n;
    return RP_OK;
}

void rp_postgres_add_message(struct rp_buf *out, char type, struct rp_span body)
{
    rp_buf_add_char(out, type);
    rp_postgres_add_uint32(out, (uint32_t)(LENGTH_SIZE + body.n));
    rp_buf_add(out, body);
}

void rp_postgres_add_password(struct rp_buf *out, struct rp_span password)
{
    rp_buf_add_char(out, 'p');
    size_t begin = rp_postgres_begin_length(out);
    rp_buf_add(out, password);
    rp_buf_add_char(out, '\0');
    rp_postgres_end_length(out, begin);
}

/* --- what is asked for ---------------------------------------------------------- */

rp_status rp_postgres_parse_auth(struct rp_span body, uint32_t *out, struct rp_error *err)
{
    uint32_t auth = body.n < NUMBER_SIZE ? 0 : rp_postgres_uint32(body, 0);
    bool alone = auth == RP_POSTGRES_AUTH_OK || auth == RP_POSTGRES_AUTH_CLEARTEXT;

    if (body.n < NUMBER_SIZE || (alone && body.n != NUMBER_SIZE))
        return rp_fail(err, RP_KIND_LOGIN, "a malformed request for authentication");
    *out = auth;
    return RP_OK;
}

const char *rp_postgres_auth_name(uint32_t auth)
{
    switch (auth) {
    case RP_POSTGRES_AUTH_OK:
        return "nothing";
    case RP_POSTGRES_AUTH_KERBEROS:
        return "Kerberos V5";
    case RP_POSTGRES_AUTH_CLEARTEXT:
        return "a password";
    case RP_POSTGRES_AUTH_MD5:
        return "MD5";
    case RP_POSTGRES_AUTH_GSS:
        return "GSSAPI";
    case RP_POSTGRES_AUTH_SSPI:
        return "SSPI";
    case RP_POSTGRES_AUTH_SASL:
        return "SCRAM-SHA-256";
    default:
        return "an unknown method";
    }
}

/* --- errors --------------------------------------------------------------------- */

static void set_sqlstate(char out[SQLSTATE_SIZE + 1], struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!rp_is_digit(text.p[i]) && !(text.p[i] >= 'A' && text.p[i] <= 'Z'))
            return;
    if (text.n == SQLSTATE_SIZE)
        memcpy(out, text.p, SQLSTATE_SIZE);
}

static void set_field(struct rp_postgres_error *error, char field, struct rp_span text)
{
    if (field == 'C')
        set_sqlstate(error->sqlstate, text);
    else if (field == 'V' || (field == 'S' && error->severity.n == 0))
        error->severity = text; /* V is never translated */
    else if (field == 'M')
        error->message = text;
    else if (field == 'D')
        error->detail = text;
    else if (field == 'H')
        error->hint = text;
}

rp_status rp_postgres_parse_error(struct rp_span body, struct rp_postgres_error *out,
                                  struct rp_error *err)
{
    struct rp_postgres_error error = {0};
    struct rp_span text;

    while (rp_postgres_take_text(&body, &text)) {
        if (text.n == 0 && body.n == 0) {
            *out = error;
            return RP_OK;
        }
        if (text.n == 0)
            break;
        set_field(&error, text.p[0], rp_span_skip(text, 1));
    }
    return rp_fail(err, RP_KIND_LOGIN, "a malformed error message");
}

static void add_field(struct rp_buf *out, char field, struct rp_span text)
{
    rp_buf_add_char(out, field);
    rp_postgres_add_text(out, text);
}

void rp_postgres_add_error(struct rp_buf *out, const char *sqlstate, struct rp_span message,
                           struct rp_span detail, struct rp_span hint)
{
    rp_buf_add_char(out, 'E');
    size_t begin = rp_postgres_begin_length(out);
    add_field(out, 'S', RP_SPAN("FATAL"));
    add_field(out, 'V', RP_SPAN("FATAL"));
    add_field(out, 'C', rp_span(sqlstate));
    add_field(out, 'M', message);
    if (detail.n > 0)
        add_field(out, 'D', detail);
    if (hint.n > 0)
        add_field(out, 'H', hint);
    rp_buf_add_char(out, '\0');
    rp_postgres_end_length(out, begin);
}

/* --- the session ------------------------------------------------------------------ */

rp_status rp_postgres_parse_key(struct rp_span body, uint32_t *out_pid, struct rp_span *out_key,
                                struct rp_error *err)
{
    if (body.n < NUMBER_SIZE + KEY_MIN || body.n > NUMBER_SIZE + RP_POSTGRES_KEY_MAX)
        return rp_fail(err, RP_KIND_LOGIN, "a cancel key of a wrong length");
    *out_pid = rp_postgres_uint32(body, 0);
    *out_key = rp_span_skip(body, NUMBER_SIZE);
    return RP_OK;
}

rp_status rp_postgres_parse_status(struct rp_span body, struct rp_span *out_name,
                                   struct rp_span *out_value, struct rp_error *err)
{
    struct rp_span name;
    struct rp_span value;

    if (!rp_postgres_take_text(&body, &name) || !rp_postgres_take_text(&body, &value) ||
        body.n != 0)
        return rp_fail(err, RP_KIND_LOGIN, "a malformed setting of the session");
    *out_name = name;
    *out_value = value;
    return RP_OK;
}
