/*
 * Stands for the many programs that are configured by a DATABASE_URL: hands
 * the variable to libpq as it is, asks what its argument says, and prints the
 * first value of the answer.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    const char *url = getenv("DATABASE_URL");

    if (argc != 2 || url == NULL)
        return 2;
    PGconn *session = PQconnectdb(url);
    if (PQstatus(session) != CONNECTION_OK) {
        (void)fprintf(stderr, "%s", PQerrorMessage(session));
        PQfinish(session);
        return 1;
    }
    PGresult *answer = PQexec(session, argv[1]);
    int failed = PQresultStatus(answer) != PGRES_TUPLES_OK;
    if (failed)
        (void)fprintf(stderr, "%s", PQresultErrorMessage(answer));
    else
        (void)printf("%s\n", PQgetvalue(answer, 0, 0));
    PQclear(answer);
    PQfinish(session);
    return failed;
}
