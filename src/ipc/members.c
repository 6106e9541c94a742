/* Members of headers: each asked for by name and type, and none but those. */
#include "members.h"

bool rp_members_type_is(const struct rp_message *message, const char *type)
{
    return rp_span_is(rp_span(rp_json_text(rp_json_member(message->header, "type"))), type);
}

bool rp_members_count_is(const struct rp_message *message, size_t count)
{
    size_t body = rp_json_member(message->header, "body") == NULL ? 0 : 1;
    return rp_json_count(message->header) == count + 2 + body;
}

bool rp_members_number(const struct rp_json *from, const char *name, int64_t min, int64_t max,
                       int64_t *out)
{
    int64_t value;

    if (!rp_json_integer(rp_json_member(from, name), &value) || value < min || value > max)
        return false;
    *out = value;
    return true;
}

bool rp_members_text(const struct rp_json *from, const char *name, char *out, size_t size)
{
    const char *value = rp_json_text(rp_json_member(from, name));
    struct rp_span text = rp_span(value);

    if (value == NULL || text.n >= size)
        return false;
    memcpy(out, text.p, text.n);
    out[text.n] = '\0';
    return true;
}
