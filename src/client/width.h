/* Text as a terminal shows it: what may be shown, and how wide it is. */
#ifndef RP_CLIENT_WIDTH_H
#define RP_CLIENT_WIDTH_H

#include "rdspass/base/buf.h"

/*
 * What of the text is shown next, and takes that from it: as much as goes out as it
 * is, or one character that does not. Control characters and what is no UTF-8 come as
 * \xNN, so that a value cannot steer the terminal; newline, return and tab as \n \r
 * \t, but newline and tab as they are where `lines`. Valid until the next call.
 */
enum { RP_VISIBLE_MAX = 20 };
struct rp_span rp_visible_piece(struct rp_span *text, bool lines, char escape[RP_VISIBLE_MAX]);

/* Adds all of it. */
void rp_visible_add(struct rp_buf *out, struct rp_span text, bool lines);

/*
 * Columns of a terminal, by Unicode's widths (East Asian Width W and F: two;
 * combining characters: none). No locale is asked. A byte that is no UTF-8 is one.
 */
size_t rp_width(struct rp_span text);

#endif
