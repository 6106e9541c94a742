/*
 * JSON for our own output, on cJSON, whose only includer is src/codec/json.c.
 * What cJSON allocates is wiped before it is freed.
 */
#ifndef RP_CODEC_JSON_H
#define RP_CODEC_JSON_H

#include "rdspass/base/buf.h"
#include "rdspass/base/secret.h"

/* An object or array under construction. Running out of memory shows at rp_json_format. */
struct rp_json;

struct rp_json *rp_json_new(void);
void rp_json_free(struct rp_json **json);
#define RP_JSON_AUTO __attribute__((cleanup(rp_json_free)))

/* Members of the object `in`. A value of NULL is written as null. */
void rp_json_add_text(struct rp_json *in, const char *name, const char *value);
void rp_json_add_bool(struct rp_json *in, const char *name, bool value);
void rp_json_add_number(struct rp_json *in, const char *name, int64_t value);
void rp_json_add_secret(struct rp_json *in, const char *name, const struct rp_secret *value);

/* A member that is itself an object or an array; borrowed, part of `in`. */
struct rp_json *rp_json_add_object(struct rp_json *in, const char *name);
struct rp_json *rp_json_add_array(struct rp_json *in, const char *name);
/* An object as the next element of an array. */
struct rp_json *rp_json_add_element(struct rp_json *array);

/* The finished text, indented, with a newline at its end. */
rp_status rp_json_format(const struct rp_json *json, struct rp_buf *out,
                         struct rp_error *err) RP_MUST_USE;

#endif
