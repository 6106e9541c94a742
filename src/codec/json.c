/* JSON output, and the memory that cJSON works in. */
#include "rdspass/codec/json.h"

#include "json_item.h"
#include "rdspass/base/utf8.h"
#include "rdspass/base/wiped.h"

void rp_json_use_wiping_memory(void)
{
    cJSON_Hooks hooks = {rp_wiped_allocate, rp_wiped_release};
    cJSON_InitHooks(&hooks);
}

struct rp_json *rp_json_new(void)
{
    rp_json_use_wiping_memory();
    return (struct rp_json *)cJSON_CreateObject();
}

void rp_json_free(struct rp_json **json)
{
    cJSON_Delete(rp_json_item(*json));
    *json = NULL;
}

/* Spoils what cannot be completed: cJSON then refuses to print it, and rp_json_format says so. */
static void spoil(struct rp_json *json)
{
    if (json != NULL)
        rp_json_item(json)->type = cJSON_Invalid;
}

static void add(struct rp_json *in, const char *name, cJSON *value)
{
    if (value == NULL || !cJSON_AddItemToObject(rp_json_item(in), name, value)) {
        cJSON_Delete(value);
        spoil(in);
    }
}

static cJSON *text_or_null(const char *value)
{
    return value == NULL || !rp_utf8_valid(rp_span(value)) ? cJSON_CreateNull()
                                                           : cJSON_CreateString(value);
}

void rp_json_add_text(struct rp_json *in, const char *name, const char *value)
{
    add(in, name, text_or_null(value));
}

void rp_json_add_bool(struct rp_json *in, const char *name, bool value)
{
    add(in, name, cJSON_CreateBool(value));
}

void rp_json_add_number(struct rp_json *in, const char *name, int64_t value)
{
    add(in, name, cJSON_CreateNumber((double)value));
}

void rp_json_add_secret(struct rp_json *in, const char *name, const struct rp_secret *value)
{
    rp_json_add_bytes(in, name, rp_secret_reveal(value));
}

static cJSON *text_of_bytes(struct rp_span value)
{
    RP_BUF_AUTO struct rp_buf text = {.max = SIZE_MAX / 2};

    rp_buf_add(&text, value);
    return text.state == RP_BUF_FINE ? cJSON_CreateString(rp_buf_str(&text)) : NULL;
}

void rp_json_add_bytes(struct rp_json *in, const char *name, struct rp_span value)
{
    add(in, name, text_of_bytes(value));
}

static void set(struct rp_json *in, const char *name, cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(rp_json_item(in), name);
    add(in, name, value);
}

void rp_json_set_text(struct rp_json *in, const char *name, const char *value)
{
    set(in, name, text_or_null(value));
}

void rp_json_set_bytes(struct rp_json *in, const char *name, struct rp_span value)
{
    set(in, name, text_of_bytes(value));
}

struct rp_json *rp_json_object(struct rp_json *in, const char *name)
{
    cJSON *member = cJSON_GetObjectItemCaseSensitive(rp_json_item(in), name);

    return cJSON_IsObject(member) ? (struct rp_json *)member : NULL;
}

struct rp_json *rp_json_array(struct rp_json *in, const char *name)
{
    cJSON *member = cJSON_GetObjectItemCaseSensitive(rp_json_item(in), name);

    return cJSON_IsArray(member) ? (struct rp_json *)member : NULL;
}

struct rp_json *rp_json_add_object(struct rp_json *in, const char *name)
{
    cJSON *object = cJSON_AddObjectToObject(rp_json_item(in), name);

    if (object == NULL)
        spoil(in);
    return (struct rp_json *)object;
}

struct rp_json *rp_json_add_array(struct rp_json *in, const char *name)
{
    cJSON *array = cJSON_AddArrayToObject(rp_json_item(in), name);

    if (array == NULL)
        spoil(in);
    return (struct rp_json *)array;
}

struct rp_json *rp_json_add_element(struct rp_json *array)
{
    cJSON *object = cJSON_CreateObject();

    if (object == NULL || !cJSON_AddItemToArray(rp_json_item(array), object)) {
        cJSON_Delete(object);
        spoil(array);
        return NULL;
    }
    return (struct rp_json *)object;
}

void rp_json_move(struct rp_json *in, const char *name, struct rp_json **value)
{
    add(in, name, *value == NULL ? cJSON_CreateNull() : rp_json_item(*value));
    *value = NULL;
}

void rp_json_add_text_element(struct rp_json *array, const char *value)
{
    cJSON *item = text_or_null(value);

    if (item == NULL || !cJSON_AddItemToArray(rp_json_item(array), item)) {
        cJSON_Delete(item);
        spoil(array);
    }
}

/* Adds what cJSON printed, and wipes its copy. */
static rp_status take(char *text, const char *end, struct rp_buf *out, struct rp_error *err)
{
    if (text == NULL)
        return rp_fail_memory(err);
    rp_buf_add_str(out, text);
    rp_buf_add_str(out, end);
    cJSON_free(text);
    return rp_buf_check(out, RP_KIND_INTERNAL, "JSON output", err);
}

rp_status rp_json_format_line(const struct rp_json *json, struct rp_buf *out, struct rp_error *err)
{
    const cJSON *item = rp_json_const_item(json);
    return take(item == NULL ? NULL : cJSON_PrintUnformatted(item), "", out, err);
}

rp_status rp_json_format(const struct rp_json *json, struct rp_buf *out, struct rp_error *err)
{
    const cJSON *item = rp_json_const_item(json);
    return take(item == NULL ? NULL : cJSON_Print(item), "\n", out, err);
}

static void quote_code(struct rp_buf *out, uint32_t code)
{
    static const char escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* a character, and its letter */

    for (const char *c = escapes; *c != '\0'; c += 2) {
        if (code == (unsigned char)c[0]) {
            rp_buf_add_char(out, '\\');
            rp_buf_add_char(out, c[1]);
            return;
        }
    }
    if (code >= ' ' && code <= '~')
        rp_buf_add_char(out, (char)code);
    else if (code < 0x10000)
        rp_buf_addf(out, "\\u%04x", (unsigned)code);
    else
        rp_buf_addf(out, "\\u%04x\\u%04x", 0xd800 + (unsigned)((code - 0x10000) >> 10),
                    0xdc00 + (unsigned)((code - 0x10000) & 0x3ff));
}

bool rp_json_quote_ascii(struct rp_buf *out, const char *text)
{
    struct rp_span rest = rp_span(text);
    uint32_t code = 0;
    size_t length = 1;

    rp_buf_add_char(out, '"');
    while (rest.n > 0 && (length = rp_utf8_next(rest, &code)) > 0) {
        quote_code(out, code);
        rest = rp_span_skip(rest, length);
    }
    rp_buf_add_char(out, '"');
    return length > 0;
}
