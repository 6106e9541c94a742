/* JSON: what of a server's values can stand in it as they are. */
#ifndef RP_CLIENT_RESULT_JSON_H
#define RP_CLIENT_RESULT_JSON_H

#include "rdspass/base/span.h"

/*
 * Whether the number has the form that JSON wants, and a reader who keeps doubles has
 * the same digits as the text: whole numbers up to 2^53, others up to the 17 digits
 * of a double. No reader sees an infinity, a zero that was none, or no sign.
 */
bool rp_result_json_is_number(struct rp_span text);

/*
 * Whether it is one value of JSON by RFC 8259, in UTF-8, with whole surrogate pairs,
 * at most RP_RESULT_JSON_DEPTH levels deep. Names may come twice. Allocates nothing.
 */
enum { RP_RESULT_JSON_DEPTH = 512 };
bool rp_result_json_is_value(struct rp_span text);

#endif
