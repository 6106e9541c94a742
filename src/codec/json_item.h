/* What the two sources around cJSON share: its type behind ours, and memory that is wiped. */
#ifndef RP_CODEC_JSON_ITEM_H
#define RP_CODEC_JSON_ITEM_H

#include <cjson/cJSON.h>

#include "rdspass/codec/json.h"

/* An rp_json is a cJSON item under another name; it is never defined. */
static inline cJSON *rp_json_item(struct rp_json *json)
{
    return (cJSON *)json;
}

static inline const cJSON *rp_json_const_item(const struct rp_json *json)
{
    return (const cJSON *)json;
}

/* To be called before anything makes cJSON allocate. */
void rp_json_use_wiping_memory(void);

#endif
