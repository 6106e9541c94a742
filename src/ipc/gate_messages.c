/*
 * What core and gate say to each other, as messages. Each type has its members
 * and no others; a failed login is no failure of the channel.
 *
 *     {"rdspass":V,"type":"open","engine":…,"host":…,"port":…,"via":…,"user":…,"database":…,
 *      "region":…,"ca_file":…,"connect_timeout":…,"wait":…,"directory":…,"tcp":…,"body":N}
 *          via: null, {"host":…,"port":…} or {"socket":…}; tcp: null or a port
 *     {"rdspass":V,"type":"opened","tcp":…}
 *     {"rdspass":V,"type":"sign","user":…,"again":…}
 *     {"rdspass":V,"type":"token","body":N}
 *     {"rdspass":V,"type":"entered"}
 *     {"rdspass":V,"type":"failure","kind":…,"message":…,"hint":…}
 *     {"rdspass":V,"type":"certificates","body":N}
 */
#include "gate_messages.h"

#include "members.h"

enum body { BODY_NONE, BODY_SOME, BODY_ANY };

static const struct {
    const char *name;
    size_t members;
    enum body body;
} types[] = {
    [RP_GATE_OPEN] = {"open", 12, BODY_ANY},
    [RP_GATE_OPENED] = {"opened", 1, BODY_NONE},
    [RP_GATE_SIGN] = {"sign", 2, BODY_NONE},
    [RP_GATE_TOKEN] = {"token", 0, BODY_SOME},
    [RP_GATE_ENTERED] = {"entered", 0, BODY_NONE},
    [RP_GATE_FAILURE] = {"failure", 3, BODY_NONE},
    [RP_GATE_CERTIFICATES] = {"certificates", 0, BODY_ANY},
};
enum { TYPES = sizeof(types) / sizeof(types[0]) };

rp_status rp_gate_fail_form(struct rp_error *err)
{
    return rp_fail(err, RP_KIND_INTERNAL,
                   "a message between rdspass and rdspass-gate is malformed");
}

struct rp_json *rp_gate_new(enum rp_gate_message type)
{
    return rp_message_new(types[type].name);
}

bool rp_gate_is_of(const struct rp_message *message, enum rp_gate_message type)
{
    bool body = message->body.len > 0;

    return rp_members_type_is(message, types[type].name) &&
           rp_members_count_is(message, types[type].members) &&
           (types[type].body == BODY_ANY || body == (types[type].body == BODY_SOME));
}

rp_status rp_gate_message_type(const struct rp_message *message, enum rp_gate_message *out,
                               struct rp_error *err)
{
    for (int i = 0; i < TYPES; i++) {
        if (rp_gate_is_of(message, (enum rp_gate_message)i)) {
            *out = (enum rp_gate_message)i;
            return RP_OK;
        }
    }
    return rp_gate_fail_form(err);
}

struct rp_json *rp_gate_format_opened(uint16_t tcp)
{
    struct rp_json *json = rp_gate_new(RP_GATE_OPENED);

    if (json != NULL)
        rp_json_add_number(json, "tcp", tcp);
    return json;
}

rp_status rp_gate_parse_opened(const struct rp_message *message, uint16_t *out_tcp,
                               struct rp_error *err)
{
    int64_t tcp;

    if (!rp_gate_is_of(message, RP_GATE_OPENED) ||
        !rp_members_number(message->header, "tcp", 0, UINT16_MAX, &tcp))
        return rp_gate_fail_form(err);
    *out_tcp = (uint16_t)tcp;
    return RP_OK;
}

struct rp_json *rp_gate_format_sign(const char *user, bool again)
{
    struct rp_json *json = rp_gate_new(RP_GATE_SIGN);

    if (json != NULL) {
        rp_json_add_text(json, "user", user);
        rp_json_add_bool(json, "again", again);
    }
    return json;
}

rp_status rp_gate_parse_sign(const struct rp_message *message, char out_user[RP_USER_MAX + 1],
                             bool *out_again, struct rp_error *err)
{
    char user[RP_USER_MAX + 1];
    bool again;

    if (!rp_gate_is_of(message, RP_GATE_SIGN) ||
        !rp_json_boolean(rp_json_member(message->header, "again"), &again) ||
        !rp_members_text(message->header, "user", user, sizeof(user)) || user[0] == '\0')
        return rp_gate_fail_form(err);
    memcpy(out_user, user, sizeof(user));
    *out_again = again;
    return RP_OK;
}

struct rp_json *rp_gate_format_token(void)
{
    return rp_gate_new(RP_GATE_TOKEN);
}

struct rp_json *rp_gate_format_entered(void)
{
    return rp_gate_new(RP_GATE_ENTERED);
}

struct rp_json *rp_gate_format_certificates(void)
{
    return rp_gate_new(RP_GATE_CERTIFICATES);
}

/* A text that was cut may end in the middle of a character, which JSON cannot hold. */
static void add_escaped(struct rp_json *in, const char *name, const char *text)
{
    char escaped[RP_ERROR_TEXT_MAX];

    rp_escape_text(escaped, sizeof(escaped), text);
    rp_json_add_text(in, name, escaped);
}

struct rp_json *rp_gate_format_failure(const struct rp_error *failure)
{
    struct rp_json *json = rp_gate_new(RP_GATE_FAILURE);

    if (json != NULL) {
        rp_json_add_text(json, "kind", rp_kind_info(failure->kind)->name);
        add_escaped(json, "message", failure->msg);
        add_escaped(json, "hint", failure->hint);
    }
    return json;
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

rp_status rp_gate_parse_failure(const struct rp_message *message, struct rp_error *out,
                                struct rp_error *err)
{
    char text[RP_ERROR_TEXT_MAX];
    char hint[RP_ERROR_TEXT_MAX];
    enum rp_kind kind;

    if (!rp_gate_is_of(message, RP_GATE_FAILURE) || !get_kind(message->header, &kind) ||
        !rp_members_text(message->header, "message", text, sizeof(text)) || text[0] == '\0' ||
        !rp_members_text(message->header, "hint", hint, sizeof(hint)))
        return rp_gate_fail_form(err);
    rp_ignore(rp_fail(out, kind, "%s", text)); /* escapes, whoever sent it */
    rp_hint(out, "%s", hint);
    return RP_OK;
}
