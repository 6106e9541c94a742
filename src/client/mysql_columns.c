/* Columns of MySQL: from types of the protocol to kinds of values. */
#include "mysql_columns.h"

enum { CHARSET_BINARY = 63 };                /* of bytes that are no text */
enum { TYPE_JSON = 245, TYPE_VECTOR = 242 }; /* not in every library */

enum rp_value_kind rp_mysql_column_kind(const MYSQL_FIELD *field)
{
    switch ((int)field->type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
        return RP_VALUE_NUMBER;
    case TYPE_JSON:
        return RP_VALUE_JSON;
    case MYSQL_TYPE_BIT:
    case MYSQL_TYPE_GEOMETRY:
    case TYPE_VECTOR:
        return RP_VALUE_BINARY;
    case MYSQL_TYPE_TINY_BLOB:
    case MYSQL_TYPE_BLOB:
    case MYSQL_TYPE_MEDIUM_BLOB:
    case MYSQL_TYPE_LONG_BLOB:
    case MYSQL_TYPE_STRING:
    case MYSQL_TYPE_VAR_STRING:
    case MYSQL_TYPE_VARCHAR:
        if (field->charsetnr == CHARSET_BINARY)
            return RP_VALUE_BINARY;
        return mysql_library_is_json(field) ? RP_VALUE_JSON : RP_VALUE_TEXT;
    default: /* dates and times, enumerations, NULL, and what is newer than this */
        return RP_VALUE_TEXT;
    }
}
