/*
 * What core and gate say to each other, as messages. Each type has its members
 * and no others; a failed login is no failure of the channel.
 *
 *     {"rdspass":V,"type":"open","purpose":…,"engine":…,"host":…,"port":…,"via":…,"user":…,
 *      "database":…,"region":…,"ca_file":…,"connect_timeout":…,"wait":…,"directory":…,"tcp":…,
 *      "body":N}
 *          purpose: "serve", "look" or "check";
 *          via: null, {"host":…,"port":…} or {"socket":…}; tcp: null or a port
 *     {"rdspass":V,"type":"opened","tcp":…}
 *     {"rdspass":V,"type":"sign","user":…,"again":…}
 *     {"rdspass":V,"type":"token","body":N}
 *     {"rdspass":V,"type":"entered","address":…,"tls":…,"cipher":…,"issuer":…,"not_after":…}
 *     {"rdspass":V,"type":"failure","kind":…,"message":…,"hint":…}
 *     {"rdspass":V,"type":"step","step":…,"ms":…,"body":N}
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
    [RP_GATE_OPEN] = {"open", 13, BODY_ANY},
    [RP_GATE_OPENED] = {"opened", 1, BODY_NONE},
    [RP_GATE_SIGN] = {"sign", 2, BODY_NONE},
    [RP_GATE_TOKEN] = {"token", 0, BODY_SOME},
    [RP_GATE_ENTERED] = {"entered", 5, BODY_NONE},
    [RP_GATE_FAILURE] = {"failure", RP_MEMBERS_OF_FAILURE, BODY_NONE},
    [RP_GATE_STEP] = {"step", 2, BODY_SOME},
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

struct rp_json *rp_gate_format_certificates(void)
{
    return rp_gate_new(RP_GATE_CERTIFICATES);
}

struct rp_json *rp_gate_format_entered(const struct rp_gate_facts *facts)
{
    struct rp_json *json = rp_gate_new(RP_GATE_ENTERED);

    if (json != NULL) {
        rp_members_add_escaped(json, "address", facts->address);
        rp_json_add_text(json, "tls", facts->tls);
        rp_json_add_text(json, "cipher", facts->cipher);
        rp_members_add_escaped(json, "issuer", facts->issuer);
        rp_json_add_text(json, "not_after", facts->not_after);
    }
    return json;
}

rp_status rp_gate_parse_entered(const struct rp_message *message, struct rp_gate_facts *out,
                                struct rp_error *err)
{
    struct rp_gate_facts facts = {.address = ""};
    const struct rp_json *from = message->header;

    if (!rp_gate_is_of(message, RP_GATE_ENTERED) ||
        !rp_members_text(from, "address", facts.address, sizeof(facts.address)) ||
        !rp_members_text(from, "tls", facts.tls, sizeof(facts.tls)) ||
        !rp_members_text(from, "cipher", facts.cipher, sizeof(facts.cipher)) ||
        !rp_members_text(from, "issuer", facts.issuer, sizeof(facts.issuer)) ||
        !rp_members_text(from, "not_after", facts.not_after, sizeof(facts.not_after)))
        return rp_gate_fail_form(err);
    *out = facts;
    return RP_OK;
}

struct rp_json *rp_gate_format_failure(const struct rp_error *failure)
{
    struct rp_json *json = rp_gate_new(RP_GATE_FAILURE);

    if (json != NULL)
        rp_members_add_failure(json, failure);
    return json;
}

rp_status rp_gate_parse_failure(const struct rp_message *message, struct rp_error *out,
                                struct rp_error *err)
{
    if (!rp_gate_is_of(message, RP_GATE_FAILURE) || !rp_members_failure(message->header, out))
        return rp_gate_fail_form(err);
    return RP_OK;
}
