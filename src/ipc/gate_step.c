/* A step of a login as a message: which one and when in the header, what was seen as body. */
#include "gate_messages.h"
#include "members.h"

static const char *const names[RP_GATE_STEP__COUNT] = {
    [RP_GATE_STEP_NAMES] = "names",       [RP_GATE_STEP_ADDRESS] = "address",
    [RP_GATE_STEP_SURVEYED] = "surveyed", [RP_GATE_STEP_GREETING] = "greeting",
    [RP_GATE_STEP_TLS] = "tls",           [RP_GATE_STEP_AUTHENTICATION] = "authentication",
    [RP_GATE_STEP_FAILED] = "failed",
};

struct rp_json *rp_gate_format_step(const struct rp_gate_step *step, struct rp_buf *body)
{
    struct rp_json *json = rp_gate_new(RP_GATE_STEP);

    if (json == NULL || rp_failed(rp_json_format_line(step->seen, body, NULL)) ||
        body->state != RP_BUF_FINE) {
        rp_json_free(&json);
        return NULL;
    }
    rp_json_add_text(json, "step", names[step->type]);
    rp_json_add_number(json, "ms", step->ms);
    return json;
}

static bool get_type(const struct rp_json *from, enum rp_gate_step_type *out)
{
    struct rp_span name = rp_span(rp_json_text(rp_json_member(from, "step")));

    for (int i = 0; i < RP_GATE_STEP__COUNT; i++) {
        if (rp_span_is(name, names[i])) {
            *out = (enum rp_gate_step_type)i;
            return true;
        }
    }
    return false;
}

rp_status rp_gate_parse_step(const struct rp_message *message, struct rp_gate_step *out,
                             struct rp_error *err)
{
    struct rp_gate_step step = {0};
    int64_t ms;

    if (!rp_gate_is_of(message, RP_GATE_STEP) || !get_type(message->header, &step.type) ||
        !rp_members_number(message->header, "ms", 0, UINT32_MAX, &ms))
        return rp_gate_fail_form(err);
    step.ms = (uint32_t)ms;
    RP_TRY(rp_json_parse(rp_buf_span(&message->body), RP_KIND_INTERNAL,
                         "what rdspass-gate has seen", &step.seen, err));
    if (!rp_json_is_object(step.seen)) {
        rp_json_free(&step.seen);
        return rp_gate_fail_form(err);
    }
    *out = step;
    return RP_OK;
}
