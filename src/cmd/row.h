/*
 * Forms that several commands tell things in: rows for a person (a name, and a text
 * that may hold anything), and objects for programs.
 */
#ifndef RP_CMD_ROW_H
#define RP_CMD_ROW_H

#include "rdspass/aws/credentials.h"
#include "rdspass/codec/json.h"
#include "rdspass/rds/token_read.h"

enum { RP_ROW_NAME_WIDTH = 14 };

/* Adds "NAME            TEXT" and a newline; the text is escaped, and cut where it is over-long. */
void rp_add_row(struct rp_buf *out, const char *name, const char *fmt, ...) RP_PRINTF(3, 4);

/* How credentials were come by, as the array "hops". */
void rp_add_hops(const struct rp_credentials *credentials, struct rp_json *in);

/* What speaks against a token, as the array "findings". */
void rp_add_findings(const struct rp_token_findings *findings, struct rp_json *in);

#endif
