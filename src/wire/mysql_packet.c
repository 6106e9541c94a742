/* MySQL's packets as such, and the small ones that a server answers with. */
#include "mysql_field.h"
#include "rdspass/wire/mysql.h"

enum { COMMAND_QUERY = 0x03, OK_SIZE_MIN = 7, SQLSTATE_SIZE = 5 };

rp_status rp_mysql_take(struct rp_span bytes, size_t max, struct rp_mysql_packet *out,
                        size_t *out_used, struct rp_error *err)
{
    struct rp_mysql_reader reader = {.rest = bytes};
    uint64_t n = rp_mysql_read_uint(&reader, 3);
    uint8_t seq = (uint8_t)rp_mysql_read_uint(&reader, 1);

    *out_used = 0;
    if (n > max)
        return rp_fail(err, RP_KIND_LOGIN, "a packet of %llu bytes, where %zu are the most",
                       (unsigned long long)n, max);
    if (reader.lied || n > reader.rest.n)
        return RP_OK;
    *out = (struct rp_mysql_packet){seq, rp_span_first(reader.rest, (size_t)n)};
    *out_used = RP_MYSQL_HEADER_SIZE + (size_t)n;
    return RP_OK;
}

void rp_mysql_add_packet(struct rp_buf *out, uint8_t seq, struct rp_span payload)
{
    rp_mysql_add_uint(out, payload.n, 3);
    rp_mysql_add_uint(out, seq, 1);
    rp_buf_add(out, payload);
}

enum rp_mysql_answer rp_mysql_answer(struct rp_span payload)
{
    if (payload.n == 0)
        return RP_MYSQL_OTHER;
    switch ((uint8_t)payload.p[0]) {
    case 0x00:
        return payload.n < OK_SIZE_MIN ? RP_MYSQL_OTHER : RP_MYSQL_OK;
    case 0x01:
        return RP_MYSQL_MORE_DATA;
    case 0x02:
        return RP_MYSQL_NEXT_FACTOR;
    case 0xFE:
        return payload.n == 1 ? RP_MYSQL_OLD_SWITCH : RP_MYSQL_SWITCH;
    case 0xFF:
        return RP_MYSQL_ERROR;
    default:
        return RP_MYSQL_OTHER;
    }
}

rp_status rp_mysql_parse_switch(struct rp_span payload, struct rp_mysql_switch *out,
                                struct rp_error *err)
{
    struct rp_mysql_reader reader = {.rest = payload};
    struct rp_mysql_switch parsed = {0};

    if (rp_mysql_answer(payload) != RP_MYSQL_SWITCH)
        return rp_fail(err, RP_KIND_LOGIN, "what came is no request for another plugin");
    (void)rp_mysql_read_uint(&reader, 1);
    parsed.plugin = rp_mysql_read_text(&reader);
    parsed.data = reader.rest;
    RP_TRY(rp_mysql_read_check(&reader, "the request for another plugin", err));
    *out = parsed;
    return RP_OK;
}

static bool is_sqlstate(struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!rp_is_digit(text.p[i]) && !(text.p[i] >= 'A' && text.p[i] <= 'Z'))
            return false;
    return text.n == SQLSTATE_SIZE;
}

rp_status rp_mysql_parse_error(struct rp_span payload, struct rp_mysql_error *out,
                               struct rp_error *err)
{
    struct rp_mysql_reader reader = {.rest = payload};
    struct rp_mysql_error parsed = {0};

    if (rp_mysql_answer(payload) != RP_MYSQL_ERROR)
        return rp_fail(err, RP_KIND_LOGIN, "what came is no error");
    (void)rp_mysql_read_uint(&reader, 1);
    parsed.code = (uint16_t)rp_mysql_read_uint(&reader, 2);
    parsed.text = reader.rest;
    RP_TRY(rp_mysql_read_check(&reader, "the error", err));
    struct rp_span state = rp_span_first(rp_span_skip(parsed.text, 1), SQLSTATE_SIZE);
    if (rp_span_starts(parsed.text, "#") && is_sqlstate(state)) {
        memcpy(parsed.sqlstate, state.p, state.n);
        parsed.text = rp_span_skip(parsed.text, 1 + SQLSTATE_SIZE);
    }
    *out = parsed;
    return RP_OK;
}

void rp_mysql_add_error(struct rp_buf *out, uint16_t code, const char *sqlstate,
                        struct rp_span text)
{
    rp_mysql_add_uint(out, 0xFF, 1);
    rp_mysql_add_uint(out, code, 2);
    if (sqlstate != NULL) {
        rp_buf_add_char(out, '#');
        rp_buf_add_str(out, sqlstate);
    }
    rp_buf_add(out, text);
}

void rp_mysql_add_query(struct rp_buf *out, bool attributes, const char *sql)
{
    rp_mysql_add_uint(out, COMMAND_QUERY, 1);
    if (attributes) {
        rp_mysql_add_length(out, 0); /* how many */
        rp_mysql_add_length(out, 1); /* how many sets of them: always 1 */
    }
    rp_buf_add_str(out, sql);
}

bool rp_mysql_row_text(struct rp_span payload, struct rp_span *out)
{
    struct rp_mysql_reader reader = {.rest = payload};
    struct rp_span text = rp_mysql_read_sized(&reader);

    if (!reader.lied)
        *out = text;
    return !reader.lied;
}
