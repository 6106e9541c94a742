/* The columns of a result of PostgreSQL, as the writers of results take them. */
#ifndef RP_CLIENT_POSTGRES_COLUMNS_H
#define RP_CLIENT_POSTGRES_COLUMNS_H

#include <libpq-fe.h>

#include "result.h"

/* What the values of a type are, by the number that every PostgreSQL has it under. */
enum rp_value_kind rp_postgres_column_kind(Oid type);

#endif
