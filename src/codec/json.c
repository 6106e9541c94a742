/* JSON output: the one place that knows cJSON. */
#include "rdspass/codec/json.h"

#include <cjson/cJSON.h>
#include <stddef.h>

#include "rdspass/base/utf8.h"

/* An rp_json is a cJSON item under another name; it is never defined. */
static cJSON *item_of(struct rp_json *json)
{
    return (cJSON *)json;
}

/* cJSON frees without telling a size, so each block carries its own in front. */
union block {
    size_t size;
    max_align_t align;
};

static void *allocate(size_t size)
{
    union block *block = malloc(sizeof(*block) + size);

    if (block == NULL)
        return NULL;
    block->size = size;
    return block + 1;
}

static void release(void *memory)
{
    if (memory == NULL)
        return;
    union block *block = (union block *)memory - 1;
    explicit_bzero(block, sizeof(*block) + block->size);
    free(block);
}

struct rp_json *rp_json_new(void)
{
    cJSON_Hooks hooks = {allocate, release};

    cJSON_InitHooks(&hooks);
    return (struct rp_json *)cJSON_CreateObject();
}

void rp_json_free(struct rp_json **json)
{
    cJSON_Delete(item_of(*json));
    *json = NULL;
}

/* Spoils what cannot be completed: cJSON then refuses to print it, and rp_json_format says so. */
static void spoil(struct rp_json *json)
{
    if (json != NULL)
        item_of(json)->type = cJSON_Invalid;
}

static void add(struct rp_json *in, const char *name, cJSON *value)
{
    if (value == NULL || !cJSON_AddItemToObject(item_of(in), name, value)) {
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
    RP_BUF_AUTO struct rp_buf text = {.max = SIZE_MAX / 2};

    rp_buf_add(&text, rp_secret_reveal(value));
    add(in, name, text.state == RP_BUF_FINE ? cJSON_CreateString(rp_buf_str(&text)) : NULL);
}

struct rp_json *rp_json_add_object(struct rp_json *in, const char *name)
{
    cJSON *object = cJSON_AddObjectToObject(item_of(in), name);

    if (object == NULL)
        spoil(in);
    return (struct rp_json *)object;
}

struct rp_json *rp_json_add_array(struct rp_json *in, const char *name)
{
    cJSON *array = cJSON_AddArrayToObject(item_of(in), name);

    if (array == NULL)
        spoil(in);
    return (struct rp_json *)array;
}

struct rp_json *rp_json_add_element(struct rp_json *array)
{
    cJSON *object = cJSON_CreateObject();

    if (object == NULL || !cJSON_AddItemToArray(item_of(array), object)) {
        cJSON_Delete(object);
        spoil(array);
        return NULL;
    }
    return (struct rp_json *)object;
}

rp_status rp_json_format(const struct rp_json *json, struct rp_buf *out, struct rp_error *err)
{
    char *text = json == NULL ? NULL : cJSON_Print((const cJSON *)json);

    if (text == NULL)
        return rp_fail_memory(err);
    rp_buf_add_str(out, text);
    rp_buf_add_char(out, '\n');
    cJSON_free(text);
    return rp_buf_check(out, RP_KIND_INTERNAL, "JSON output", err);
}
