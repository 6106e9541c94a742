/*
 * LOAD DATA LOCAL: the server names a file, and the client sends it. A server that
 * is not what it should be could name any, at any time; so one is read only where
 * the statement that runs has its name.
 */
#ifndef RP_CLIENT_MYSQL_INFILE_H
#define RP_CLIENT_MYSQL_INFILE_H

#include "mysql_library.h"

struct rp_mysql_infile {
    struct rp_span statement; /* that runs */
};

/* From here on files are read so, where they are at all (MYSQL_OPT_LOCAL_INFILE). */
void rp_mysql_infile_guard(struct rp_mysql_infile *infile, MYSQL *mysql);

#endif
