/* UTF-8 as RFC 3629 has it: no surrogates, no over-long forms, at most U+10FFFF. */
#ifndef RP_BASE_UTF8_H
#define RP_BASE_UTF8_H

#include "rdspass/base/span.h"

/* Length of the first character of `text` and its code; 0 where it is none. */
size_t rp_utf8_next(struct rp_span text, uint32_t *out_code);

/* Writes the character; how many bytes it has, 0 where the code is none's. */
enum { RP_UTF8_SIZE_MAX = 4 };
size_t rp_utf8_put(uint32_t code, char out[static RP_UTF8_SIZE_MAX]);

/* Whether a terminal may take the character as a command: C0, DEL, C1. */
bool rp_utf8_is_control(uint32_t code);

/* Whether all of `text` is UTF-8, and whether any of it is a control character. */
bool rp_utf8_valid(struct rp_span text);
bool rp_utf8_has_control(struct rp_span text);

#endif
