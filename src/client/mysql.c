/*
 * A session with MySQL: libmysqlclient on the socket of the gate. Rows are read
 * as they come, and a statement may have several results (CALL), or be several
 * that stand before one delimiter.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <sys/socket.h>

#include "database.h"
#include "mysql_columns.h"
#include "mysql_infile.h"
#include "mysql_library.h"

enum { PACKET_MAX = 1 << 30, CANCEL_SECONDS = 5 };

struct rp_database {
    const struct rp_client_order *order;
    MYSQL *mysql;
    char name[RP_DATABASE_MAX + 1]; /* of the database in use */
    struct rp_mysql_infile infile;
};

/* One run of a statement. */
struct run {
    struct rp_database *database;
    const struct rp_statement_io *io;
    uint64_t warnings;
    bool has_result; /* one at least */
};

enum rp_engine rp_database_engine(void)
{
    return RP_ENGINE_MYSQL;
}

const char *rp_database_program(void)
{
    return "rdspass-mysql";
}

/* --- opening, closing, cancelling -------------------------------------------- */

static bool set_options(MYSQL *mysql, bool local_infile)
{
    const unsigned int protocol = MYSQL_PROTOCOL_SOCKET;
    const unsigned int local = local_infile ? 1 : 0;
    const unsigned long packet = PACKET_MAX;

    return mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol) == 0 &&
           mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4") == 0 &&
           mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &local) == 0 &&
           mysql_options(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet) == 0 &&
           mysql_options4(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "rdspass") == 0 &&
           mysql_library_no_tls(mysql);
}

static rp_status log_in(MYSQL *mysql, const struct rp_client_order *order, struct rp_error *err)
{
    const char *database = order->database[0] == '\0' ? NULL : order->database;

    if (!set_options(mysql, order->local_infile))
        return rp_fail(err, RP_KIND_INTERNAL, "libmysqlclient does not take our options");
    if (mysql_real_connect(mysql, NULL, order->user, "", database, 0, order->socket,
                           CLIENT_MULTI_STATEMENTS) == NULL)
        return rp_fail(err, RP_KIND_LOGIN, "%s", mysql_error(mysql));
    return RP_OK;
}

rp_status rp_database_open(const struct rp_client_order *order, struct rp_database **out,
                           struct rp_error *err)
{
    struct rp_database *database = calloc(1, sizeof(*database));

    if (database == NULL)
        return rp_fail_memory(err);
    database->order = order;
    database->mysql = mysql_init(NULL);
    rp_status status =
        database->mysql == NULL ? rp_fail_memory(err) : log_in(database->mysql, order, err);
    if (rp_failed(status)) {
        rp_database_close(database);
        return status;
    }
    (void)snprintf(database->name, sizeof(database->name), "%s", order->database);
    rp_mysql_infile_guard(&database->infile, database->mysql);
    *out = database;
    return RP_OK;
}

void rp_database_close(struct rp_database *database)
{
    if (database == NULL)
        return;
    if (database->mysql != NULL)
        mysql_close(database->mysql);
    free(database);
}

/* Through a login of its own, which the gate leads to the same server. */
void rp_database_cancel(struct rp_database *database)
{
    const unsigned int seconds = CANCEL_SECONDS;
    MYSQL *other = mysql_init(NULL);
    char text[64];

    if (other == NULL)
        return;
    (void)snprintf(text, sizeof(text), "KILL QUERY %lu", mysql_thread_id(database->mysql));
    if (mysql_options(other, MYSQL_OPT_CONNECT_TIMEOUT, &seconds) == 0 &&
        mysql_options(other, MYSQL_OPT_READ_TIMEOUT, &seconds) == 0 &&
        !rp_failed(log_in(other, database->order, NULL)))
        (void)mysql_real_query(other, text, strlen(text));
    mysql_close(other);
}

void rp_database_abandon(struct rp_database *database)
{
    (void)shutdown(mysql_library_socket(database->mysql), SHUT_RDWR);
}

/* --- errors and notices --------------------------------------------------------- */

static bool is_lost(unsigned int code)
{
    enum { CLIENT_INTERACTION_TIMEOUT = 4031, CONNECTION_KILLED = 1927 }; /* of one server each */
    enum { SERVER_LOST_EXTENDED = 2055 };

    return code == CR_SERVER_GONE_ERROR || code == CR_SERVER_LOST || code == SERVER_LOST_EXTENDED ||
           code == ER_SERVER_SHUTDOWN || code == CONNECTION_KILLED ||
           code == CLIENT_INTERACTION_TIMEOUT;
}

/* LOAD DATA LOCAL, refused by the server since we did not offer it, or by ourselves. */
static bool is_infile_refused(unsigned int code)
{
    enum { LOCAL_FILES_DISABLED = 3948, INFILE_CAPABILITY_DISABLED = 4166, REJECTED = 2068 };

    return code == LOCAL_FILES_DISABLED || code == INFILE_CAPABILITY_DISABLED || code == REJECTED ||
           code == ER_NOT_ALLOWED_COMMAND;
}

/*
 * Errors of syntax say it in words: "... near 'x' at line 3". Of several statements
 * that are sent as one, the lines of each begin at 1: only those of the first count.
 */
static uint64_t line_of(const struct run *run, unsigned int code, const char *text)
{
    struct rp_span said = rp_span(text);
    struct rp_span number = rp_span_skip(said, rp_span_find_last(said, ' ') + 1);
    struct rp_span before = rp_span_first(said, said.n - number.n);
    uint32_t line = 0;

    if (run->has_result || code != ER_PARSE_ERROR || !rp_span_ends(before, " at line ") ||
        !rp_span_to_uint(number, UINT32_MAX, &line))
        return 0;
    return line;
}

static rp_status fail(struct run *run, struct rp_sql_error *out, struct rp_error *err)
{
    MYSQL *mysql = run->database->mysql;
    unsigned int code = mysql_errno(mysql);
    const char *text = mysql_error(mysql);

    *out = (struct rp_sql_error){
        .line = line_of(run, code, text),
        .lost = is_lost(code),
        .cancelled = code == ER_QUERY_INTERRUPTED,
    };
    (void)snprintf(out->code, sizeof(out->code), "%u", code);
    (void)snprintf(out->sqlstate, sizeof(out->sqlstate), "%s", mysql_sqlstate(mysql));
    if (out->lost)
        return rp_fail(err, RP_KIND_NETWORK, "%s", text);
    rp_status status =
        rp_fail(err, RP_KIND_SQL, "ERROR %s (%s): %s", out->code, out->sqlstate, text);
    if (is_infile_refused(code) && !run->database->order->local_infile)
        rp_hint(err, "LOAD DATA LOCAL lets the server ask for files of this machine: add "
                     "--local-infile to allow it");
    return status;
}

static void note(const struct rp_statement_io *io, const char *fmt, ...) RP_PRINTF(2, 3);

static void note(const struct rp_statement_io *io, const char *fmt, ...)
{
    char text[RP_ERROR_TEXT_MAX];
    va_list args;

    if (io->notice == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    io->notice(io->self, text);
}

static void note_rows(const struct rp_statement_io *io, uint64_t rows, const char *what)
{
    note(io, "%" PRIu64 " %s%s", rows, rows == 1 ? "row" : "rows", what);
}

/* Asks for the warnings of the statement, which has ended. */
static rp_status note_warnings(struct run *run, struct rp_sql_error *out_sql, struct rp_error *err)
{
    static const char show[] = "SHOW WARNINGS";
    MYSQL *mysql = run->database->mysql;
    MYSQL_ROW row;

    if (run->warnings == 0 || run->io->notice == NULL)
        return RP_OK;
    if (mysql_real_query(mysql, show, sizeof(show) - 1) != 0)
        return fail(run, out_sql, err);
    MYSQL_RES *result = mysql_store_result(mysql);
    if (result == NULL)
        return fail(run, out_sql, err);
    while (mysql_num_fields(result) == 3 && (row = mysql_fetch_row(result)) != NULL)
        if (row[0] != NULL && row[1] != NULL && row[2] != NULL)
            note(run->io, "%s %s: %s", row[0], row[1], row[2]);
    mysql_free_result(result);
    return RP_OK;
}

/* --- results ---------------------------------------------------------------------- */

static rp_status begin_result(struct run *run, MYSQL_RES *result, struct rp_error *err)
{
    unsigned int count = mysql_num_fields(result);
    const MYSQL_FIELD *fields = mysql_fetch_fields(result);
    struct rp_column *columns = calloc(count, sizeof(*columns));

    if (columns == NULL)
        return rp_fail_memory(err);
    for (unsigned int i = 0; i < count; i++)
        columns[i] = (struct rp_column){fields[i].name, rp_mysql_column_kind(&fields[i])};
    rp_status status = rp_result_begin(run->io->writer, run->io->style, columns, count, err);
    free(columns);
    return status;
}

static rp_status write_rows(struct run *run, MYSQL_RES *result, struct rp_value *values,
                            struct rp_sql_error *out_sql, struct rp_error *err)
{
    unsigned int count = mysql_num_fields(result);
    uint64_t rows = 0;
    MYSQL_ROW row;

    for (; (row = mysql_fetch_row(result)) != NULL; rows++) {
        const unsigned long *lengths = mysql_fetch_lengths(result);
        for (unsigned int i = 0; i < count; i++)
            values[i] =
                (struct rp_value){row[i] == NULL, {row[i], row[i] == NULL ? 0 : lengths[i]}};
        RP_TRY(rp_result_row(run->io->writer, values, err));
    }
    if (mysql_errno(run->database->mysql) != 0)
        return fail(run, out_sql, err);
    RP_TRY(rp_result_end(run->io->writer, err));
    note_rows(run->io, rows, "");
    return RP_OK;
}

static rp_status write_result(struct run *run, MYSQL_RES *result, struct rp_sql_error *out_sql,
                              struct rp_error *err)
{
    struct rp_value *values = calloc(mysql_num_fields(result), sizeof(*values));
    rp_status status = values == NULL ? rp_fail_memory(err) : begin_result(run, result, err);

    if (!rp_failed(status))
        status = write_rows(run, result, values, out_sql, err);
    /* To free a result is to read the rest of it, for which nobody waits any more. */
    if (rp_failed(status) && err->kind != RP_KIND_SQL)
        rp_database_abandon(run->database);
    mysql_free_result(result);
    free(values);
    return status;
}

/* The server tells of USE, behind the statement that did it. */
static void note_name(struct rp_database *database)
{
    const char *name = NULL;
    size_t n = 0;

    if (mysql_session_track_get_first(database->mysql, SESSION_TRACK_SCHEMA, &name, &n) == 0)
        (void)snprintf(database->name, sizeof(database->name), "%.*s", (int)n, name);
}

/* What came first: rows, or how many were changed. */
static rp_status take_result(struct run *run, struct rp_sql_error *out_sql, struct rp_error *err)
{
    MYSQL *mysql = run->database->mysql;
    MYSQL_RES *result = mysql_use_result(mysql);

    if (result != NULL) {
        RP_TRY(write_result(run, result, out_sql, err));
    } else if (mysql_field_count(mysql) != 0) {
        return fail(run, out_sql, err);
    } else {
        note_rows(run->io, mysql_affected_rows(mysql), " affected");
        if (mysql_info(mysql) != NULL)
            note(run->io, "%s", mysql_info(mysql));
        note_name(run->database);
    }
    run->warnings = mysql_warning_count(mysql);
    run->has_result = true;
    return RP_OK;
}

static rp_status run_all(struct run *run, struct rp_span sql, struct rp_sql_error *out_sql,
                         struct rp_error *err)
{
    MYSQL *mysql = run->database->mysql;
    int more = 0; /* as mysql_next_result says it: 0 there is one, -1 there is none */

    if (mysql_real_query(mysql, sql.p, sql.n) != 0)
        return fail(run, out_sql, err);
    while (more == 0) {
        RP_TRY(take_result(run, out_sql, err));
        more = mysql_next_result(mysql);
    }
    if (more > 0)
        return fail(run, out_sql, err);
    return note_warnings(run, out_sql, err);
}

rp_status rp_database_run(struct rp_database *database, struct rp_span sql,
                          const struct rp_statement_io *io, struct rp_sql_error *out_sql,
                          struct rp_error *err)
{
    struct run run = {.database = database, .io = io};

    *out_sql = (struct rp_sql_error){0};
    database->infile.statement = sql;
    rp_status status = run_all(&run, sql, out_sql, err);
    if (rp_failed(status))
        rp_result_break_off(io->writer);
    return status;
}

/* --- what the session tells ------------------------------------------------------ */

bool rp_database_standard_strings(const struct rp_database *database)
{
    return (database->mysql->server_status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) != 0;
}

/* As the server tells of SET NAMES. */
const char *rp_database_encoding(const struct rp_database *database)
{
    return mysql_character_set_name(database->mysql);
}

const char *rp_database_version(const struct rp_database *database)
{
    return mysql_get_server_info(database->mysql);
}

const char *rp_database_name(const struct rp_database *database)
{
    return database->name[0] == '\0' ? "(none)" : database->name;
}

char rp_database_transaction(const struct rp_database *database)
{
    return (database->mysql->server_status & SERVER_STATUS_IN_TRANS) != 0 ? 'T' : 'I';
}
