/*
 * Columns of PostgreSQL: from types to kinds of values. The numbers are those of
 * the catalog pg_type, which do not change.
 */
#include "postgres_columns.h"

enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_OID = 26,
    TYPE_JSON = 114,
    TYPE_FLOAT4 = 700,
    TYPE_FLOAT8 = 701,
    TYPE_NUMERIC = 1700,
    TYPE_JSONB = 3802,
};

enum rp_value_kind rp_postgres_column_kind(Oid type)
{
    switch (type) {
    case TYPE_BOOL:
        return RP_VALUE_BOOLEAN;
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
    case TYPE_OID:
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
    case TYPE_NUMERIC:
        return RP_VALUE_NUMBER;
    case TYPE_JSON:
    case TYPE_JSONB:
        return RP_VALUE_JSON;
    case TYPE_BYTEA:
        return RP_VALUE_BYTEA;
    default:
        return RP_VALUE_TEXT;
    }
}
