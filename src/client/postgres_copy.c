/* COPY … FROM STDIN and COPY … TO STDOUT: bytes as they are. */
#include "postgres_session.h"

/* Why the server is told that a COPY ends without all of its data. */
static const char broken_off[] = "the client could not read all of the data";
static const char no_data[] = "there are no data for COPY FROM STDIN here";

static rp_status send_data(struct rp_postgres_run *run, struct rp_error *err)
{
    const struct rp_statement_io *io = run->io;
    struct rp_span data = {0};

    for (;;) {
        RP_TRY(io->data(io->self, &data, err));
        if (data.n == 0)
            return RP_OK;
        if (PQputCopyData(run->database->connection, data.p, (int)data.n) != 1)
            return rp_postgres_fail(run, NULL, err);
    }
}

rp_status rp_postgres_copy_in(struct rp_postgres_run *run, struct rp_error *err)
{
    PGconn *connection = run->database->connection;
    const char *why = run->io->data == NULL ? no_data : NULL;
    rp_status status = RP_OK;

    /* Reading the data moves what the statement is borrowed from. */
    run->sql = RP_SPAN("");
    if (why == NULL)
        status = send_data(run, err);
    if (rp_failed(status))
        why = broken_off;
    if (PQputCopyEnd(connection, why) != 1 && !rp_failed(status))
        return rp_postgres_fail(run, NULL, err);
    return status;
}

rp_status rp_postgres_copy_out(struct rp_postgres_run *run, struct rp_error *err)
{
    char *data = NULL;
    int n;

    while ((n = PQgetCopyData(run->database->connection, &data, 0)) > 0) {
        struct rp_span bytes = {data, (size_t)n};
        rp_status status = rp_result_raw(run->io->writer, bytes, err);
        PQfreemem(data);
        RP_TRY(status);
    }
    /* -1: the end; what became of it comes as the next result. */
    return n == -1 ? RP_OK : rp_postgres_fail(run, NULL, err);
}
