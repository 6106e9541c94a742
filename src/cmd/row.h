/* Rows of what commands tell a person: a name, and a text that may hold anything. */
#ifndef RP_CMD_ROW_H
#define RP_CMD_ROW_H

#include "rdspass/base/buf.h"

enum { RP_ROW_NAME_WIDTH = 14 };

/* Adds "NAME            TEXT" and a newline; the text is escaped, and cut where it is over-long. */
void rp_add_row(struct rp_buf *out, const char *name, const char *fmt, ...) RP_PRINTF(3, 4);

#endif
