/*
 * A client on libmysqlclient: runs the statements of its arguments, one after another, and prints
 * what they give; those with a '?' as prepared statements, whose only parameter is the text
 * "bound".
 *
 *     client9 SOCKET USER DATABASE STATEMENT…
 */
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void query(MYSQL *session, const char *statement)
{
    if (mysql_query(session, statement) != 0)
        die(statement, mysql_error(session));
    do {
        MYSQL_RES *result = mysql_store_result(session);
        MYSQL_ROW row;
        while (result != NULL && (row = mysql_fetch_row(result)) != NULL)
            for (unsigned int i = 0; i < mysql_num_fields(result); i++)
                printf("%s%c", row[i] ? row[i] : "NULL",
                       i + 1 < mysql_num_fields(result) ? '\t' : '\n');
        mysql_free_result(result);
    } while (mysql_next_result(session) == 0);
    if (mysql_errno(session) != 0)
        die(statement, mysql_error(session));
}

static void prepared(MYSQL *session, const char *text)
{
    char in[] = "bound", out[1024] = "";
    unsigned long length = 0;
    MYSQL_BIND parameter = {
        .buffer_type = MYSQL_TYPE_STRING, .buffer = in, .buffer_length = sizeof(in) - 1};
    MYSQL_BIND column = {.buffer_type = MYSQL_TYPE_STRING,
                         .buffer = out,
                         .buffer_length = sizeof(out) - 1,
                         .length = &length};
    MYSQL_STMT *statement = mysql_stmt_init(session);

    if (mysql_stmt_prepare(statement, text, strlen(text)) != 0 ||
        mysql_stmt_bind_named_param(statement, &parameter, 1, NULL) != 0 ||
        mysql_stmt_execute(statement) != 0 || mysql_stmt_bind_result(statement, &column) != 0)
        die(text, mysql_stmt_error(statement));
    while (mysql_stmt_fetch(statement) == 0)
        printf("%.*s\n", (int)length, out);
    mysql_stmt_close(statement);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        die("usage", "client9 SOCKET USER DATABASE STATEMENT...");
    MYSQL *session = mysql_init(NULL);
    if (!mysql_real_connect(session, NULL, argv[2], NULL, argv[3], 0, argv[1],
                            CLIENT_MULTI_STATEMENTS))
        die("connect", mysql_error(session));
    for (int i = 4; i < argc; i++)
        (strchr(argv[i], '?') ? prepared : query)(session, argv[i]);
    if (mysql_reset_connection(session) != 0 || mysql_ping(session) != 0)
        die("reset", mysql_error(session));
    mysql_close(session);
    return 0;
}
