/* Rows: what files, environment and tokens say must not steer a terminal. */
#include "row.h"

#include <stdarg.h>

enum { TEXT_SIZE = 400 };

void rp_add_row(struct rp_buf *out, const char *name, const char *fmt, ...)
{
    char raw[TEXT_SIZE];
    char text[TEXT_SIZE];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(raw, sizeof(raw), fmt, args);
    va_end(args);
    rp_escape_text(text, sizeof(text), n < 0 ? "" : raw);
    rp_buf_addf(out, "%-*s %s\n", RP_ROW_NAME_WIDTH, name, text);
}
