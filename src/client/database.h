/*
 * A session with a database, as the rest of the client sees it. Two programs
 * are built of the same sources: rdspass-mysql has mysql.c, rdspass-postgres
 * has postgres.c, and nothing else knows a client library.
 *
 * The session is with the private gate: no TLS, no password.
 */
#ifndef RP_CLIENT_DATABASE_H
#define RP_CLIENT_DATABASE_H

#include <stdint.h>

#include "rdspass/ipc/client.h"
#include "result.h"

struct rp_database;

/* What a statement that failed says. */
struct rp_sql_error {
    char code[16]; /* "1064", "42601" */
    char sqlstate[6];
    uint64_t position; /* in the statement, characters from 1; 0: not known */
    uint64_t line;     /* in the statement, from 1; 0: not known */
    bool lost;         /* the connection is gone */
    bool cancelled;
};

/* Where results, notices and the data of a COPY go to and come from. */
struct rp_statement_io {
    struct rp_result_writer *writer;
    const struct rp_result_style *style;
    /* Data for a COPY … FROM STDIN; empty: nothing more comes. NULL: there is none. */
    rp_status (*data)(void *self, struct rp_span *out, struct rp_error *err);
    /* A warning, a notice, a count of rows: one line. NULL: they are not wanted. */
    void (*notice)(void *self, const char *text);
    void *self;
};

/* Which of the programs this is: "rdspass-mysql", "rdspass-postgres". */
enum rp_engine rp_database_engine(void);
const char *rp_database_program(void);

/* Logs in. Fails with the gate's words: rdspass knows the kind from the gate itself. */
rp_status rp_database_open(const struct rp_client_order *order, struct rp_database **out,
                           struct rp_error *err) RP_MUST_USE;
void rp_database_close(struct rp_database *database);

/*
 * Runs one statement, with all the results that it has. RP_KIND_SQL where the
 * server refuses it, RP_KIND_NETWORK where the connection is lost (*out_sql
 * then says so), RP_KIND_OUTPUT.
 */
rp_status rp_database_run(struct rp_database *database, struct rp_span sql,
                          const struct rp_statement_io *io, struct rp_sql_error *out_sql,
                          struct rp_error *err) RP_MUST_USE;

/*
 * Asks the server to stop the statement that runs: PostgreSQL by a cancel
 * request, MySQL by KILL QUERY through a second login. From another thread than
 * the one that runs it; never from a signal handler.
 */
void rp_database_cancel(struct rp_database *database);
/* Breaks the connection off, for a statement whose end nobody can wait for. From any thread. */
void rp_database_abandon(struct rp_database *database);

/*
 * What the session tells of itself that splits statements (see splitter.h):
 * PostgreSQL's standard_conforming_strings, MySQL's NO_BACKSLASH_ESCAPES.
 */
bool rp_database_standard_strings(const struct rp_database *database);
/* And what it takes statements to be encoded in: "UTF8", "utf8mb4", "SJIS". */
const char *rp_database_encoding(const struct rp_database *database);
/* "PostgreSQL 15.18", "8.0.mysql_aurora.3.08.0". */
const char *rp_database_version(const struct rp_database *database);
/* The database that is in use; MySQL: it may be another than at first, and "(none)". */
const char *rp_database_name(const struct rp_database *database);
/* PostgreSQL: a transaction is open ('T'), failed ('E'); else 'I'. MySQL: 'T' or 'I'. */
char rp_database_transaction(const struct rp_database *database);

#endif
