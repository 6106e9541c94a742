/*
 * A session with PostgreSQL: libpq on the socket of the gate. Rows are taken one
 * at a time as they come.
 */
#include <sys/socket.h>

#include "postgres_columns.h"
#include "postgres_session.h"

enum rp_engine rp_database_engine(void)
{
    return RP_ENGINE_POSTGRES;
}

const char *rp_database_program(void)
{
    return "rdspass-postgres";
}

/* --- opening, closing, cancelling -------------------------------------------- */

/* Notices come in the midst of a statement, or between two. */
static void take_notice(void *self, const PGresult *result)
{
    const struct rp_database *database = self;
    const struct rp_statement_io *io = database->io;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    char text[RP_ERROR_TEXT_MAX];

    if (io == NULL || io->notice == NULL || message == NULL)
        return;
    (void)snprintf(text, sizeof(text), "%s: %s", severity == NULL ? "NOTICE" : severity, message);
    io->notice(io->self, text);
}

/* Everything that libpq would else look for in files and in the environment is said. */
static PGconn *connect_to(const struct rp_client_order *order)
{
    struct rp_span path = rp_span(order->socket);
    char directory[RP_SOCKET_PATH_MAX + 1];
    char port[8];
    const char *const names[] = {
        "host",       "port",     "user",     "dbname",          "sslmode",
        "gssencmode", "passfile", "password", "client_encoding", "fallback_application_name",
        NULL,
    };
    const char *const values[] = {
        directory,   port,   order->user, order->database, "disable", "disable",
        "/dev/null", "none", "UTF8",      "rdspass",       NULL,
    };

    (void)snprintf(directory, sizeof(directory), "%.*s", (int)rp_span_find_last(path, '/'), path.p);
    (void)snprintf(port, sizeof(port), "%u", (unsigned)order->port);
    return PQconnectdbParams(names, values, 0);
}

static rp_status log_in(struct rp_database *database, const struct rp_client_order *order,
                        struct rp_error *err)
{
    database->connection = connect_to(order);
    if (database->connection == NULL)
        return rp_fail_memory(err);
    if (PQstatus(database->connection) != CONNECTION_OK) {
        struct rp_span text = rp_span(PQerrorMessage(database->connection));
        text = rp_span_first(text, rp_span_find(text, '\n'));
        return rp_fail(err, RP_KIND_LOGIN, "%.*s", RP_SPAN_ARGS(text));
    }
    database->cancel = PQgetCancel(database->connection);
    (void)PQsetNoticeReceiver(database->connection, take_notice, database);
    return RP_OK;
}

rp_status rp_database_open(const struct rp_client_order *order, struct rp_database **out,
                           struct rp_error *err)
{
    struct rp_database *database = calloc(1, sizeof(*database));

    if (database == NULL)
        return rp_fail_memory(err);
    rp_status status = log_in(database, order, err);
    if (rp_failed(status)) {
        rp_database_close(database);
        return status;
    }
    const char *version = PQparameterStatus(database->connection, "server_version");
    (void)snprintf(database->version, sizeof(database->version), "PostgreSQL %s",
                   version == NULL ? "?" : version);
    *out = database;
    return RP_OK;
}

void rp_database_close(struct rp_database *database)
{
    if (database == NULL)
        return;
    PQfreeCancel(database->cancel);
    PQfinish(database->connection);
    free(database);
}

void rp_database_cancel(struct rp_database *database)
{
    char why[256];

    if (database->cancel != NULL)
        (void)PQcancel(database->cancel, why, sizeof(why));
}

void rp_database_abandon(struct rp_database *database)
{
    (void)shutdown(PQsocket(database->connection), SHUT_RDWR);
}

/* --- results ---------------------------------------------------------------------- */

/* A result with rows, while it comes. */
struct rows {
    struct rp_postgres_run *run;
    int count;               /* of columns */
    struct rp_value *values; /* NULL: none has begun */
};

static void note(const struct rp_postgres_run *run, const char *text)
{
    if (run->io->notice != NULL && text[0] != '\0')
        run->io->notice(run->io->self, text);
}

static rp_status begin_rows(struct rows *rows, const PGresult *result, struct rp_error *err)
{
    const struct rp_statement_io *io = rows->run->io;
    int count = PQnfields(result);
    struct rp_column *columns = calloc((size_t)count + 1, sizeof(*columns)); /* there may be none */

    rows->count = count;
    rows->values = calloc((size_t)count + 1, sizeof(*rows->values));
    if (columns == NULL || rows->values == NULL) {
        free(columns);
        return rp_fail_memory(err);
    }
    for (int i = 0; i < count; i++)
        columns[i] =
            (struct rp_column){PQfname(result, i), rp_postgres_column_kind(PQftype(result, i))};
    rp_status status = rp_result_begin(io->writer, io->style, columns, (size_t)count, err);
    free(columns);
    return status;
}

static void release_rows(struct rows *rows)
{
    free(rows->values);
    rows->values = NULL;
}

static rp_status write_rows(struct rows *rows, const PGresult *result, struct rp_error *err)
{
    if (rows->values == NULL)
        RP_TRY(begin_rows(rows, result, err));
    for (int row = 0; row < PQntuples(result); row++) {
        for (int i = 0; i < rows->count; i++)
            rows->values[i] = (struct rp_value){
                PQgetisnull(result, row, i) != 0,
                {PQgetvalue(result, row, i), (size_t)PQgetlength(result, row, i)}};
        RP_TRY(rp_result_row(rows->run->io->writer, rows->values, err));
    }
    return RP_OK;
}

static rp_status end_rows(struct rows *rows, PGresult *result, struct rp_error *err)
{
    RP_TRY(write_rows(rows, result, err));
    release_rows(rows);
    RP_TRY(rp_result_end(rows->run->io->writer, err));
    note(rows->run, PQcmdStatus(result));
    return RP_OK;
}

static rp_status take_result(struct rows *rows, PGresult *result, struct rp_error *err)
{
    struct rp_postgres_run *run = rows->run;

    switch ((int)PQresultStatus(result)) {
    case PGRES_EMPTY_QUERY:
        return RP_OK;
    case PGRES_COMMAND_OK:
        note(run, PQcmdStatus(result));
        return RP_OK;
    case PGRES_SINGLE_TUPLE:
#ifdef LIBPQ_HAS_CHUNK_MODE
    case PGRES_TUPLES_CHUNK:
#endif
        return write_rows(rows, result, err);
    case PGRES_TUPLES_OK:
        return end_rows(rows, result, err);
    case PGRES_COPY_IN:
        return rp_postgres_copy_in(run, err);
    case PGRES_COPY_OUT:
        return rp_postgres_copy_out(run, err);
    default:
        return rp_postgres_fail(run, result, err);
    }
}

/* What the server says of a statement to its end, also behind an error of its own. */
static rp_status take_results(struct rows *rows, struct rp_error *err)
{
    PGconn *connection = rows->run->database->connection;
    rp_status status = RP_OK;
    PGresult *result;

    while ((result = PQgetResult(connection)) != NULL) {
        rp_status one = rp_failed(status) ? RP_OK : take_result(rows, result, err);
        PQclear(result);
        if (rp_failed(one))
            status = one;
        if (rp_failed(one) && err->kind != RP_KIND_SQL)
            break;
    }
    return status;
}

/* Several rows at a time where libpq can, since 17; else one. */
static bool stream_rows(PGconn *connection)
{
#ifdef LIBPQ_HAS_CHUNK_MODE
    enum { ROWS = 256 };
    return PQsetChunkedRowsMode(connection, ROWS) == 1;
#else
    return PQsetSingleRowMode(connection) == 1;
#endif
}

static rp_status send_query(struct rp_postgres_run *run, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = run->sql.n};
    PGconn *connection = run->database->connection;

    if (rp_span_find(run->sql, '\0') < run->sql.n)
        return rp_fail(err, RP_KIND_SQL, "a NUL byte in a statement");
    rp_buf_add(&text, run->sql);
    RP_TRY(rp_buf_check(&text, RP_KIND_SQL, "a statement", err));
    if (PQsendQuery(connection, rp_buf_str(&text)) != 1 || !stream_rows(connection))
        return rp_postgres_fail(run, NULL, err);
    return RP_OK;
}

rp_status rp_database_run(struct rp_database *database, struct rp_span sql,
                          const struct rp_statement_io *io, struct rp_sql_error *out_sql,
                          struct rp_error *err)
{
    struct rp_postgres_run run = {database, io, sql, out_sql};
    struct rows rows = {.run = &run};

    *out_sql = (struct rp_sql_error){0};
    database->io = io;
    rp_status status = send_query(&run, err);
    if (!rp_failed(status))
        status = take_results(&rows, err);
    /* What still comes is waited for by nobody. */
    if (rp_failed(status) && err->kind != RP_KIND_SQL)
        rp_database_abandon(database);
    if (rp_failed(status))
        rp_result_break_off(io->writer);
    release_rows(&rows);
    database->io = NULL;
    return status;
}

/* --- what the session tells ------------------------------------------------------ */

bool rp_database_standard_strings(const struct rp_database *database)
{
    const char *value = PQparameterStatus(database->connection, "standard_conforming_strings");

    return value == NULL || strcmp(value, "on") == 0;
}

const char *rp_database_encoding(const struct rp_database *database)
{
    const char *value = PQparameterStatus(database->connection, "client_encoding");

    return value == NULL ? "UTF8" : value;
}

const char *rp_database_version(const struct rp_database *database)
{
    return database->version;
}

const char *rp_database_name(const struct rp_database *database)
{
    return PQdb(database->connection);
}

char rp_database_transaction(const struct rp_database *database)
{
    switch (PQtransactionStatus(database->connection)) {
    case PQTRANS_INTRANS:
        return 'T';
    case PQTRANS_INERROR:
        return 'E';
    case PQTRANS_IDLE:
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN:
        break;
    }
    return 'I';
}
