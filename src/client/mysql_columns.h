/* The columns of a result of MySQL, as the writers of results take them. */
#ifndef RP_CLIENT_MYSQL_COLUMNS_H
#define RP_CLIENT_MYSQL_COLUMNS_H

#include "mysql_library.h"
#include "result.h"

/* What the values of a column are. */
enum rp_value_kind rp_mysql_column_kind(const MYSQL_FIELD *field);

#endif
