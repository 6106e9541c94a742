/* Text as a terminal shows it: what may be shown, and how wide it is. */
#ifndef RP_CLIENT_WIDTH_H
#define RP_CLIENT_WIDTH_H

#include "rdspass/base/buf.h"

/*
 * Adds the text with control characters and what is no UTF-8 as \xNN, so that a
 * value cannot steer the terminal; newline, return and tab as \n \r \t, or as
 * they are where `lines`.
 */
void rp_visible_add(struct rp_buf *out, struct rp_span text, bool lines);

/*
 * Columns of a terminal, by Unicode's widths (East Asian Width W and F: two;
 * combining characters: none). No locale is asked. A byte that is no UTF-8 is one.
 */
size_t rp_width(struct rp_span text);

#endif
