/* JSON input: strict before cJSON reads it, exact afterwards. */
#include "json_item.h"
#include "json_scan.h"

/* Whether a name comes twice among the members of one object, or there are too many. */
static const char *check_names(const cJSON *object)
{
    size_t count = 0;

    for (const cJSON *a = object->child; a != NULL; a = a->next) {
        if (++count > RP_JSON_NAMES_MAX)
            return "an object has too many names";
        for (const cJSON *b = object->child; b != a; b = b->next)
            if (rp_span_eq(rp_span(a->string), rp_span(b->string)))
                return "a name comes twice";
    }
    return NULL;
}

/* The same for all objects below `root`. */
static const char *check_all_names(const cJSON *root)
{
    const cJSON *path[RP_JSON_DEPTH_MAX] = {0}; /* where each open level goes on */
    size_t depth = 0;
    const cJSON *item = root;

    while (item != NULL || depth > 0) {
        if (item == NULL) {
            item = path[--depth];
            continue;
        }
        if (cJSON_IsObject(item)) {
            const char *problem = check_names(item);
            if (problem != NULL)
                return problem;
        }
        if (item->child != NULL) {
            path[depth++] = item->next;
            item = item->child;
        } else {
            item = item->next;
        }
    }
    return NULL;
}

rp_status rp_json_parse(struct rp_span text, enum rp_kind kind, const char *what,
                        struct rp_json **out, struct rp_error *err)
{
    const char *problem = rp_json_scan(text);

    if (problem == NULL) {
        rp_json_use_wiping_memory();
        RP_JSON_AUTO struct rp_json *json =
            (struct rp_json *)cJSON_ParseWithLengthOpts(text.p, text.n, NULL, false);
        if (json == NULL)
            return rp_fail_memory(err); /* the grammar has been checked */
        problem = check_all_names(rp_json_item(json));
        if (problem == NULL) {
            *out = json;
            json = NULL;
            return RP_OK;
        }
    }
    return rp_fail(err, kind, "%s is not valid JSON: %s", what, problem);
}

const struct rp_json *rp_json_member(const struct rp_json *object, const char *name)
{
    if (!rp_json_is_object(object))
        return NULL;
    return (const struct rp_json *)cJSON_GetObjectItemCaseSensitive(rp_json_const_item(object),
                                                                    name);
}

size_t rp_json_count(const struct rp_json *array)
{
    size_t count = 0;

    if (rp_json_is_object(array) || rp_json_is_array(array))
        for (const cJSON *i = rp_json_const_item(array)->child; i != NULL; i = i->next)
            count++;
    return count;
}

const struct rp_json *rp_json_element(const struct rp_json *array, size_t index)
{
    if (!rp_json_is_object(array) && !rp_json_is_array(array))
        return NULL;
    const cJSON *item = rp_json_const_item(array)->child;
    for (; item != NULL && index > 0; index--)
        item = item->next;
    return (const struct rp_json *)item;
}

const char *rp_json_name(const struct rp_json *member)
{
    return member == NULL ? NULL : rp_json_const_item(member)->string;
}

bool rp_json_is_object(const struct rp_json *value)
{
    return cJSON_IsObject(rp_json_const_item(value));
}

bool rp_json_is_array(const struct rp_json *value)
{
    return cJSON_IsArray(rp_json_const_item(value));
}

bool rp_json_is_null(const struct rp_json *value)
{
    return cJSON_IsNull(rp_json_const_item(value));
}

const char *rp_json_text(const struct rp_json *value)
{
    return cJSON_GetStringValue(rp_json_const_item(value));
}

bool rp_json_integer(const struct rp_json *value, int64_t *out)
{
    static const double limit = 9007199254740992.0; /* 2^53 */

    if (!cJSON_IsNumber(rp_json_const_item(value)))
        return false;
    double number = rp_json_const_item(value)->valuedouble;
    if (!(number > -limit && number < limit) || (double)(int64_t)number != number)
        return false;
    *out = (int64_t)number;
    return true;
}

bool rp_json_boolean(const struct rp_json *value, bool *out)
{
    if (!cJSON_IsBool(rp_json_const_item(value)))
        return false;
    *out = cJSON_IsTrue(rp_json_const_item(value));
    return true;
}
