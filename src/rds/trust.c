/* Trust: roots by kind of endpoint and by region. */
#include "rdspass/rds/trust.h"

#include <string.h>

#include "rdspass/codec/base64.h"
#include "roots.h"

static const char amazon[] = "amazon";
static const char everything[] = "global";

/* Where AWS publishes the roots that are not held. */
static const struct {
    const char *partition;
    const char *url;
} bundles[] = {
    {"aws", "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"},
    {"aws-us-gov",
     "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem"},
    {"aws-cn", "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/global-bundle.pem"},
};

const struct rp_root *rp_roots(size_t *count)
{
    *count = rp_root_count;
    return rp_root_table;
}

static const struct rp_root_set *find_set(struct rp_span name)
{
    for (size_t i = 0; i < rp_root_set_count; i++)
        if (rp_span_is(name, rp_root_sets[i].name))
            return &rp_root_sets[i];
    return NULL;
}

static struct rp_trust all_roots(void)
{
    return (struct rp_trust){.sets = {everything, NULL}, .file = "global.pem"};
}

static struct rp_trust amazon_alone(void)
{
    return (struct rp_trust){.sets = {amazon, NULL}, .file = "amazon.pem"};
}

const char *rp_trust_bundle_url(const char *partition)
{
    for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
        if (strcmp(bundles[i].partition, partition) == 0)
            return bundles[i].url;
    return NULL;
}

/* The region's own roots and Amazon's; one of no partition's form has none. */
static rp_status choose_region(struct rp_span region, struct rp_trust *out, struct rp_error *err)
{
    const struct rp_root_set *set = find_set(region);
    const struct rp_partition *partition = rp_partition_of_region(region);

    if (set != NULL) {
        *out = (struct rp_trust){.sets = {set->name, amazon}, .file = set->file};
        return RP_OK;
    }
    rp_status status =
        rp_fail(err, RP_KIND_CONFIG, "the root certificates of RDS in %.*s are not built in",
                RP_SPAN_ARGS(region));
    if (partition != NULL && rp_trust_bundle_url(partition->name) != NULL)
        rp_hint(err, "rdspass ca fetch %s -o FILE gets AWS's; then --ca-file FILE",
                partition->name);
    else
        rp_hint(err, "get the roots from AWS's documentation of that partition, and name the "
                     "file: --ca-file FILE");
    return status;
}

rp_status rp_trust_choose(const struct rp_endpoint *endpoint, struct rp_span region,
                          struct rp_trust *out, struct rp_error *err)
{
    switch (endpoint->kind) {
    case RP_ENDPOINT_OTHER:
        *out = all_roots();
        return RP_OK;
    case RP_ENDPOINT_PROXY:
    case RP_ENDPOINT_PROXY_ENDPOINT:
    case RP_ENDPOINT_DSQL:
    case RP_ENDPOINT_DSQL_PRIVATELINK:
        *out = amazon_alone();
        return RP_OK;
    case RP_ENDPOINT_INSTANCE:
    case RP_ENDPOINT_CLUSTER:
    case RP_ENDPOINT_READER:
    case RP_ENDPOINT_CUSTOM:
    case RP_ENDPOINT_SHARD_GROUP:
    case RP_ENDPOINT_GLOBAL:
    case RP_ENDPOINT__COUNT:
        break;
    }
    if (endpoint->region[0] != '\0')
        region = rp_span(endpoint->region);
    if (region.n == 0) {
        rp_status status =
            rp_fail(err, RP_KIND_CONFIG, "%s names no region, and each region has roots of its own",
                    endpoint->host);
        rp_hint(err, "--region REGION, where the writer is now");
        return status;
    }
    return choose_region(region, out, err);
}

rp_status rp_trust_by_name(const char *name, struct rp_trust *out, struct rp_error *err)
{
    struct rp_endpoint endpoint;

    if (strcmp(name, everything) == 0) {
        *out = all_roots();
        return RP_OK;
    }
    if (strcmp(name, amazon) == 0) {
        *out = amazon_alone();
        return RP_OK;
    }
    if (rp_partition_of_region(rp_span(name)) != NULL)
        return choose_region(rp_span(name), out, err);
    if (strchr(name, '.') == NULL) {
        rp_status status = rp_fail(err, RP_KIND_CONFIG, "there are no roots called \"%s\"", name);
        rp_hint(err, "name a region, \"amazon\", \"global\" or an endpoint");
        return status;
    }
    RP_TRY(rp_endpoint_parse(rp_span(name), &endpoint, err));
    rp_status status = rp_trust_choose(&endpoint, rp_span(endpoint.region), out, err);
    if (rp_failed(status) && endpoint.region[0] == '\0')
        rp_hint(err, "name the region where the writer is now in place of the endpoint");
    return status;
}

bool rp_trust_has(const struct rp_trust *trust, const struct rp_root *root)
{
    for (size_t i = 0; i < 2 && trust->sets[i] != NULL; i++)
        if (strcmp(trust->sets[i], everything) == 0 || strcmp(trust->sets[i], root->set) == 0)
            return true;
    return false;
}

void rp_trust_add_der(const struct rp_trust *trust, struct rp_buf *out)
{
    for (size_t i = 0; i < rp_root_count; i++) {
        const struct rp_root *root = &rp_root_table[i];
        if (rp_trust_has(trust, root))
            rp_buf_add(out, (struct rp_span){(const char *)rp_root_der(root), root->der_size});
    }
}

static void add_set(const char *set, struct rp_buf *out)
{
    for (size_t i = 0; i < rp_root_count; i++) {
        const struct rp_root *root = &rp_root_table[i];
        if (strcmp(set, everything) != 0 && strcmp(set, root->set) != 0)
            continue;
        rp_buf_addf(out, "# %s\n", root->subject);
        rp_pem_add(out, "CERTIFICATE", rp_root_der(root), root->der_size);
    }
}

void rp_trust_add_pem(const struct rp_trust *trust, struct rp_buf *out)
{
    for (size_t i = 0; i < 2 && trust->sets[i] != NULL; i++)
        add_set(trust->sets[i], out);
}
