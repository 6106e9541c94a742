/* Causes: what AWS's commands and policies call the target, and who signs for it. */
#include <string.h>

#include "causes_line.h"
#include "rdspass/base/utf8.h"

const char *rp_cause_usable(const char *name, size_t max, const char *otherwise)
{
    struct rp_span span = rp_span(name);
    bool fine = span.n > 0 && span.n <= max && rp_utf8_valid(span) && !rp_utf8_has_control(span);

    return fine ? name : otherwise;
}

enum rp_endpoint_kind rp_cause_kind(const struct rp_cause_target *target)
{
    return target->endpoint == NULL ? RP_ENDPOINT_OTHER : target->endpoint->kind;
}

bool rp_cause_is_dsql(const struct rp_cause_target *target)
{
    return target->endpoint != NULL && rp_endpoint_is_dsql(target->endpoint);
}

/* Some names tell no region, and so no partition. */
const char *rp_cause_partition(const struct rp_cause_target *target)
{
    const struct rp_partition *partition = rp_partition_of_region(rp_span(target->region));
    enum rp_endpoint_kind kind = rp_cause_kind(target);

    if (kind != RP_ENDPOINT_OTHER && kind != RP_ENDPOINT_GLOBAL)
        partition = target->endpoint->partition;
    return partition == NULL ? "aws" : partition->name;
}

const char *rp_cause_action(const struct rp_cause_target *target)
{
    if (!rp_cause_is_dsql(target))
        return "rds-db:connect";
    return strcmp(target->user, "admin") == 0 ? "dsql:DbConnectAdmin" : "dsql:DbConnect";
}

/* --- who signs -------------------------------------------------------------------------- */

/* Of what ARNs of people and roles are made; quotes and blanks a path may have, but has not. */
static bool is_arn(struct rp_span arn)
{
    for (size_t i = 0; i < arn.n; i++)
        if (!rp_is_alpha(arn.p[i]) && !rp_is_digit(arn.p[i]) &&
            (arn.p[i] == '\0' || strchr("+=,.@_-/:", arn.p[i]) == NULL))
            return false;
    return true;
}

/* "user/PATH/NAME", "assumed-role/NAME/SESSION", "root". */
static enum rp_cause_principal read_resource(struct rp_span resource, struct rp_span *out_name)
{
    struct rp_span type = {0};
    struct rp_span role = resource;

    if (rp_span_is(resource, "root"))
        return RP_PRINCIPAL_ROOT;
    if (!rp_span_split(&role, '/', &type) || role.p == NULL)
        return RP_PRINCIPAL_UNKNOWN;
    if (rp_span_is(type, "user")) {
        *out_name = rp_span_skip(resource, rp_span_find_last(resource, '/') + 1);
        return RP_PRINCIPAL_USER;
    }
    if (!rp_span_is(type, "assumed-role"))
        return RP_PRINCIPAL_UNKNOWN;
    *out_name = rp_span_first(role, rp_span_find(role, '/'));
    return rp_span_starts(*out_name, "AWSReservedSSO_") ? RP_PRINCIPAL_SSO_ROLE : RP_PRINCIPAL_ROLE;
}

/* arn:PARTITION:SERVICE::ACCOUNT:RESOURCE */
enum rp_cause_principal rp_cause_principal_of(const struct rp_cause_target *target,
                                              struct rp_span *out_name)
{
    struct rp_span rest = rp_span(target->identity);
    struct rp_span part;

    *out_name = (struct rp_span){"", 0};
    if (rest.n > RP_CAUSE_ARN_MAX || !is_arn(rest))
        return RP_PRINCIPAL_UNKNOWN;
    for (int i = 0; i < 5; i++)
        if (!rp_span_split(&rest, ':', &part))
            return RP_PRINCIPAL_UNKNOWN;
    enum rp_cause_principal principal = read_resource(rest, out_name);
    if (out_name->n <= RP_CAUSE_PRINCIPAL_MAX)
        return principal;
    *out_name = (struct rp_span){"", 0};
    return RP_PRINCIPAL_UNKNOWN;
}
