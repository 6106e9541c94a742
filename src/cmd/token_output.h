/* Where a token goes when it does not go to standard output. */
#ifndef RP_CMD_TOKEN_OUTPUT_H
#define RP_CMD_TOKEN_OUTPUT_H

#include "token_format.h"

/*
 * Puts the text into a file of mode 0600, in one step. A password or option
 * file that holds a line other than ours for the same login is somebody's
 * work: it is refused and left as it is. RP_KIND_OUTPUT.
 */
rp_status rp_token_write_file(const struct rp_token_format *format, const char *path,
                              struct rp_span text, struct rp_error *err) RP_MUST_USE;

#endif
