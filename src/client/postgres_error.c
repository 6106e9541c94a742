/* Errors of PostgreSQL: their fields in our words, and whether the connection is lost by them. */
#include "postgres_session.h"
#include "rdspass/base/utf8.h"

/* SQLSTATEs that change what the client does. */
static const char query_canceled[] = "57014";
static const char *const ending[] = {"57P01", "57P02", "57P03"}; /* the server shuts down */

static const char *field(const PGresult *result, int code)
{
    const char *value = result == NULL ? NULL : PQresultErrorField(result, code);

    return value == NULL ? "" : value;
}

/* The line that has the character at `position`, from 1. */
static uint64_t line_at(struct rp_span sql, uint64_t position)
{
    uint64_t line = 1;

    for (uint64_t i = 1; i < position && sql.n > 0; i++) {
        uint32_t code;
        size_t n = rp_utf8_next(sql, &code);
        if (sql.p[0] == '\n')
            line++;
        sql = rp_span_skip(sql, n == 0 ? 1 : n);
    }
    return line;
}

static bool is_ending(const char *sqlstate)
{
    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
        if (strcmp(sqlstate, ending[i]) == 0)
            return true;
    return false;
}

static void add_line(struct rp_buf *out, const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    rp_buf_add_str(out, name);
    rp_buf_add_str(out, text);
}

/* libpq's own messages are lines. */
static rp_status fail_lost(const PGconn *connection, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 65536};

    rp_buf_add_str(&text, PQerrorMessage(connection));
    struct rp_span line = rp_span(rp_buf_str(&text));
    line = rp_span_first(line, rp_span_find(line, '\n'));
    return rp_fail(err, RP_KIND_NETWORK, "%.*s", RP_SPAN_ARGS(line));
}

static rp_status fail_sql(const PGresult *result, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 1 << 20};

    add_line(&text, "", field(result, PG_DIAG_MESSAGE_PRIMARY));
    add_line(&text, "; detail: ", field(result, PG_DIAG_MESSAGE_DETAIL));
    add_line(&text, "; in: ", field(result, PG_DIAG_CONTEXT));
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] == '\n')
            text.data[i] = ' ';
    rp_status status = rp_fail(err, RP_KIND_SQL, "ERROR %s: %s", field(result, PG_DIAG_SQLSTATE),
                               rp_buf_str(&text));
    rp_hint(err, "%s", field(result, PG_DIAG_MESSAGE_HINT));
    return status;
}

rp_status rp_postgres_fail(struct rp_postgres_run *run, const PGresult *result,
                           struct rp_error *err)
{
    const PGconn *connection = run->database->connection;
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    struct rp_span position = rp_span(field(result, PG_DIAG_STATEMENT_POSITION));
    struct rp_sql_error *out = run->sql_error;
    uint32_t at = 0;

    *out = (struct rp_sql_error){
        .lost = PQstatus(connection) == CONNECTION_BAD || is_ending(sqlstate),
        .cancelled = strcmp(sqlstate, query_canceled) == 0,
    };
    (void)snprintf(out->code, sizeof(out->code), "%s", sqlstate);
    (void)snprintf(out->sqlstate, sizeof(out->sqlstate), "%s", sqlstate);
    if (run->sql.n > 0 && rp_span_to_uint(position, UINT32_MAX, &at)) {
        out->position = at;
        out->line = line_at(run->sql, at);
    }
    if (out->lost)
        return fail_lost(connection, err);
    if (result == NULL || sqlstate[0] == '\0') {
        rp_ignore(fail_lost(connection, err));
        err->kind = RP_KIND_SQL;
        return RP_FAILED;
    }
    return fail_sql(result, err);
}
