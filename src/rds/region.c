/* The region of a token. */
#include "rdspass/rds/region.h"

static rp_status fail_without_region(const struct rp_target *target, struct rp_error *err)
{
    rp_status status;

    if (target->endpoint.kind == RP_ENDPOINT_GLOBAL) {
        status = rp_fail(err, RP_KIND_CONFIG,
                         "%s is a global writer endpoint, whose name does not tell the region of "
                         "the current writer",
                         target->endpoint.host);
        rp_hint(err, "add --region REGION: the region of the cluster that is the writer now");
    } else {
        status = rp_fail(err, RP_KIND_CONFIG, "no region is known for %s", target->endpoint.host);
        rp_hint(err, "add --region REGION, or set AWS_REGION");
    }
    return status;
}

/* Takes a candidate where there is one; false where there is none. */
static bool take(struct rp_region *region, const char *name, const char *source)
{
    if (name == NULL || name[0] == '\0')
        return false;
    (void)snprintf(region->name, sizeof(region->name), "%s", name);
    (void)snprintf(region->source, sizeof(region->source), "%s", source);
    return true;
}

rp_status rp_region_choose(const struct rp_context *ctx, const struct rp_target *target,
                           const struct rp_session *session, struct rp_region *out,
                           struct rp_error *err)
{
    const struct rp_endpoint *endpoint = &target->endpoint;
    const char *asked = target->region_asked ? target->region : NULL;
    const char *fallback = target->region_asked ? NULL : target->region;
    struct rp_region region;
    char source[sizeof(region.source)] = "";

    if (!take(&region, asked, target->region_source) &&
        !take(&region, endpoint->region, "the endpoint's name") &&
        (endpoint->kind == RP_ENDPOINT_GLOBAL ||
         (!take(&region, fallback, target->region_source) &&
          !take(&region, rp_session_region(session, source, sizeof(source)), source))))
        return fail_without_region(target, err);
    if (rp_partition_of_region(rp_span(region.name)) == NULL)
        return rp_fail(err, RP_KIND_CONFIG, "\"%s\" (%s) is not the name of a region", region.name,
                       region.source);
    if (endpoint->region[0] != '\0' && !rp_span_eq(rp_span(region.name), rp_span(endpoint->region)))
        rp_warn(ctx, "%s is in %s, but the token is signed for %s, as %s says", endpoint->host,
                endpoint->region, region.name, region.source);
    rp_trace(ctx, "region %s, from %s", region.name, region.source);
    *out = region;
    return RP_OK;
}
