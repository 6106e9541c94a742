/* Roles on top of an identity: role-arn and what goes with it. */
#include "target_roles.h"

#include <string.h>

/* Adds an ARN, which STS judges; here it is only seen to be one. */
static rp_status add_arn(const struct rp_given *given, struct rp_span arn,
                         struct rp_target_roles *out, size_t *used, struct rp_error *err)
{
    struct rp_given one = *given;

    if (out->count == RP_TARGET_ROLES_MAX)
        return rp_given_fail(given, err, "there are more than %d roles", RP_TARGET_ROLES_MAX);
    one.text = arn;
    if (arn.n > 0 && !rp_span_starts(arn, "arn:"))
        return rp_given_fail(given, err,
                             "the value is no ARN of a role, like "
                             "arn:aws:iam::123456789012:role/NAME");
    RP_TRY(rp_target_copy_text(&one, out->arns + *used, sizeof(out->arns) - *used, err));
    *used += arn.n + 1;
    out->count++;
    return RP_OK;
}

/* Of the command line one by one; of the config file all in one value, parted by blanks. */
static rp_status take_arns(const struct rp_layers *layers, const struct rp_given *given,
                           struct rp_target_roles *out, struct rp_error *err)
{
    struct rp_span rest = given->text;
    size_t used = 0;

    if (given->layer == RP_LAYER_OPTION) {
        for (size_t i = 0; i < layers->options->role_count; i++)
            RP_TRY(add_arn(given, rp_span(layers->options->role_arns[i]), out, &used, err));
        return RP_OK;
    }
    while (rest.n > 0) {
        size_t end = 0;
        while (end < rest.n && rest.p[end] != ' ' && rest.p[end] != '\t')
            end++;
        if (end > 0)
            RP_TRY(add_arn(given, rp_span_first(rest, end), out, &used, err));
        rest = rp_span_skip(rest, end + 1);
    }
    return RP_OK;
}

static rp_status take_external_id(const struct rp_layers *layers, bool has_role,
                                  enum rp_layer role_layer, struct rp_target_roles *out,
                                  struct rp_error *err)
{
    struct rp_given given;

    if (!rp_layers_get(layers, RP_SET_EXTERNAL_ID, RP_LAYER_DEFAULTS, &given))
        return RP_OK;
    if (!has_role)
        return rp_given_fail(&given, err, "there is no role-arn that it belongs to");
    if (given.layer > role_layer) /* of another role */
        return RP_OK;
    return rp_target_copy_text(&given, out->external_id, sizeof(out->external_id), err);
}

rp_status rp_target_take_roles(const struct rp_layers *layers, struct rp_target_roles *out,
                               struct rp_error *err)
{
    struct rp_given given;
    bool has_role = rp_layers_get(layers, RP_SET_ROLE_ARN, RP_LAYER_DEFAULTS, &given);

    if (has_role)
        RP_TRY(take_arns(layers, &given, out, err));
    RP_TRY(take_external_id(layers, has_role, given.layer, out, err));
    if (rp_layers_get(layers, RP_SET_ROLE_SESSION_NAME, RP_LAYER_DEFAULTS, &given))
        RP_TRY(rp_target_copy_text(&given, out->session_name, sizeof(out->session_name), err));
    if (rp_layers_get(layers, RP_SET_MFA_COMMAND, RP_LAYER_DEFAULTS, &given))
        RP_TRY(rp_target_copy_text(&given, out->mfa_command, sizeof(out->mfa_command), err));
    return RP_OK;
}
