/* What the sources of PostgreSQL's session share. */
#ifndef RP_CLIENT_POSTGRES_SESSION_H
#define RP_CLIENT_POSTGRES_SESSION_H

#include <libpq-fe.h>

#include "database.h"

struct rp_database {
    PGconn *connection;
    PGcancel *cancel;
    char version[64];
    const struct rp_statement_io *io; /* of the statement that runs; NULL: none */
};

/* One run of a statement. */
struct rp_postgres_run {
    struct rp_database *database;
    const struct rp_statement_io *io;
    struct rp_span sql;
    struct rp_sql_error *sql_error;
};

/* Fills both errors: from a result of the server, or (NULL) from the connection. */
rp_status rp_postgres_fail(struct rp_postgres_run *run, const PGresult *result,
                           struct rp_error *err) RP_MUST_USE;

/* Data between the server and us, after the server has said that it is ready for them. */
rp_status rp_postgres_copy_in(struct rp_postgres_run *run, struct rp_error *err) RP_MUST_USE;
rp_status rp_postgres_copy_out(struct rp_postgres_run *run, struct rp_error *err) RP_MUST_USE;

#endif
