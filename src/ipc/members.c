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

void rp_members_add_escaped(struct rp_json *in, const char *name, const char *text)
{
    char escaped[RP_ERROR_TEXT_MAX];

    rp_escape_text(escaped, sizeof(escaped), text);
    rp_json_add_text(in, name, escaped);
}

void rp_members_add_failure(struct rp_json *in, const struct rp_error *failure)
{
    rp_json_add_text(in, "kind", rp_kind_info(failure->kind)->name);
    rp_members_add_escaped(in, "message", failure->msg);
    rp_members_add_escaped(in, "hint", failure->hint);
}

static bool get_kind(const struct rp_json *from, enum rp_kind *out)
{
    struct rp_span name = rp_span(rp_json_text(rp_json_member(from, "kind")));

    for (int i = RP_KIND_NONE + 1; i < RP_KIND__COUNT; i++) {
        if (rp_span_is(name, rp_kind_info((enum rp_kind)i)->name)) {
            *out = (enum rp_kind)i;
            return true;
        }
    }
    return false;
}

bool rp_members_failure(const struct rp_json *from, struct rp_error *out)
{
    char text[RP_ERROR_TEXT_MAX];
    char hint[RP_ERROR_TEXT_MAX];
    enum rp_kind kind;

    if (!get_kind(from, &kind) || !rp_members_text(from, "message", text, sizeof(text)) ||
        text[0] == '\0' || !rp_members_text(from, "hint", hint, sizeof(hint)))
        return false;
    rp_ignore(rp_fail(out, kind, "%s", text)); /* escapes, whoever sent it */
    rp_hint(out, "%s", hint);
    return true;
}
