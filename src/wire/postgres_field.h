/* Fields of PostgreSQL's messages, for src/wire/postgres*.c only. Numbers are big-endian. */
#ifndef RP_WIRE_POSTGRES_FIELD_H
#define RP_WIRE_POSTGRES_FIELD_H

#include <stdint.h>

#include "rdspass/base/buf.h"

/* The number at `at`; all of it must be there. */
uint32_t rp_postgres_uint32(struct rp_span bytes, size_t at);
void rp_postgres_add_uint32(struct rp_buf *out, uint32_t number);

/* A text up to a NUL, which is taken, too, and must be there. */
bool rp_postgres_take_text(struct rp_span *rest, struct rp_span *out);
/* A text and a NUL; cut at a NUL of its own. */
void rp_postgres_add_text(struct rp_buf *out, struct rp_span text);

/*
 * Adds a length, which counts itself, to be known when what it measures has
 * been added: where the begin is, to be handed to the end.
 */
size_t rp_postgres_begin_length(struct rp_buf *out);
void rp_postgres_end_length(struct rp_buf *out, size_t begin);

#endif
