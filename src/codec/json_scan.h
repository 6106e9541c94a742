/* The grammar of JSON, checked before cJSON, which is more lenient, gets to see a text. */
#ifndef RP_CODEC_JSON_SCAN_H
#define RP_CODEC_JSON_SCAN_H

#include "rdspass/base/span.h"

/* What is wrong with the text (a static string), or NULL where it is one JSON value. */
const char *rp_json_scan(struct rp_span text);

#endif
