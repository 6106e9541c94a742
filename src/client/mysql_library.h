/*
 * libmysqlclient: the one place that knows MariaDB Connector/C, which is Debian's,
 * from Oracle's. The Makefile includes <mysql.h> before anything else.
 */
#ifndef RP_CLIENT_MYSQL_LIBRARY_H
#define RP_CLIENT_MYSQL_LIBRARY_H

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>

#include "rdspass/base/span.h"

#ifdef LIBMARIADB

/* The socket of the gate is no place for TLS. */
static inline bool mysql_library_no_tls(MYSQL *mysql)
{
    static const my_bool no = 0;

    return mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &no) == 0 &&
           mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &no) == 0;
}

static inline int mysql_library_socket(MYSQL *mysql)
{
    return mysql_get_socket(mysql);
}

/* MariaDB sends JSON as text, and says beside it that it is JSON. */
static inline bool mysql_library_is_json(const MYSQL_FIELD *field)
{
    MARIADB_CONST_STRING format = {0};

    return mariadb_field_attr(&format, field, MARIADB_FIELD_ATTR_FORMAT_NAME) == 0 &&
           rp_span_is((struct rp_span){format.str, format.length}, "json");
}

#else

static inline bool mysql_library_no_tls(MYSQL *mysql)
{
    static const enum mysql_ssl_mode no = SSL_MODE_DISABLED;

    return mysql_options(mysql, MYSQL_OPT_SSL_MODE, &no) == 0;
}

static inline int mysql_library_socket(MYSQL *mysql)
{
    return mysql->net.fd;
}

static inline bool mysql_library_is_json(const MYSQL_FIELD *field)
{
    return field->type == MYSQL_TYPE_JSON;
}

#endif

#endif
