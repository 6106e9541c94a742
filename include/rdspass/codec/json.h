/*
 * JSON, on cJSON, whose only includers are src/codec/json*.c: writing our own
 * output and messages, reading those of helpers and providers. What cJSON
 * allocates is wiped before it is freed.
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
/* A text that need not end in NUL and may be secret; it holds UTF-8 and no NUL. */
void rp_json_add_bytes(struct rp_json *in, const char *name, struct rp_span value);

/* A member that is itself an object or an array; borrowed, part of `in`. */
struct rp_json *rp_json_add_object(struct rp_json *in, const char *name);
struct rp_json *rp_json_add_array(struct rp_json *in, const char *name);
/* An object as the next element of an array. */
struct rp_json *rp_json_add_element(struct rp_json *array);

/* A member that was made or parsed elsewhere and goes over to `in`; *value is NULL then. */
void rp_json_move(struct rp_json *in, const char *name, struct rp_json **value);

/* An element of an array that is a text. */
void rp_json_add_text_element(struct rp_json *array, const char *value);

/*
 * Changes an object that was made or parsed: a member of that name, whatever it
 * was, goes, and the new one comes at the end. All others stay as they are.
 */
void rp_json_set_text(struct rp_json *in, const char *name, const char *value);
void rp_json_set_bytes(struct rp_json *in, const char *name, struct rp_span value);
/* A member that is an object, or an array, itself, to be changed; NULL where there is none. */
struct rp_json *rp_json_object(struct rp_json *in, const char *name);
struct rp_json *rp_json_array(struct rp_json *in, const char *name);

/* The finished text on one line, without a newline. */
rp_status rp_json_format_line(const struct rp_json *json, struct rp_buf *out,
                              struct rp_error *err) RP_MUST_USE;

/* The finished text, indented, with a newline at its end. */
rp_status rp_json_format(const struct rp_json *json, struct rp_buf *out,
                         struct rp_error *err) RP_MUST_USE;

/*
 * Adds `text` as a JSON text of ASCII alone, letter by letter as Python's
 * json.dumps writes it: the AWS CLI hashes such texts. False, with an unspecified
 * part added, where it is not UTF-8.
 */
bool rp_json_quote_ascii(struct rp_buf *out, const char *text);

/*
 * Reads one JSON value, strictly: RFC 8259 to the letter, UTF-8 without a byte
 * order mark, no trailing bytes but white space, at most RP_JSON_DEPTH_MAX
 * levels, no name twice in an object and no more than RP_JSON_NAMES_MAX, no NUL
 * in a text. Fails with `kind`, "WHAT is not valid JSON: why"; never quotes the
 * text. The caller frees *out.
 */
enum { RP_JSON_DEPTH_MAX = 16, RP_JSON_NAMES_MAX = 256 };
rp_status rp_json_parse(struct rp_span text, enum rp_kind kind, const char *what,
                        struct rp_json **out, struct rp_error *err) RP_MUST_USE;

/*
 * A member of an object, by its exact name; NULL where there is none, or where
 * `object` is no object. Borrowed, as are the others.
 */
const struct rp_json *rp_json_member(const struct rp_json *object, const char *name);
/* How many elements an array has, or members an object; 0 for anything else. */
size_t rp_json_count(const struct rp_json *array);
/* An element of an array; also a member of an object, by its place there. */
const struct rp_json *rp_json_element(const struct rp_json *array, size_t index);
/* The name of a member; NULL for an element of an array. */
const char *rp_json_name(const struct rp_json *member);

/*
 * The value where it is of that type; else false, or NULL. All take NULL, so
 * that rp_json_text(rp_json_member(object, name)) is the usual question. An
 * integer has no fraction and lies within 2^53 of 0, where numbers are exact.
 */
bool rp_json_is_object(const struct rp_json *value);
bool rp_json_is_array(const struct rp_json *value);
bool rp_json_is_null(const struct rp_json *value);
const char *rp_json_text(const struct rp_json *value);
bool rp_json_integer(const struct rp_json *value, int64_t *out);
bool rp_json_boolean(const struct rp_json *value, bool *out);

#endif
