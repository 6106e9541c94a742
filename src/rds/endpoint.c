/* The grammar of endpoints: reference is the AWS drivers' list of name forms. */
#include "rdspass/rds/endpoint.h"

#include <string.h>

#include "endpoint_labels.h"

enum { DSQL_ID_SIZE = 26, LABEL_MAX = 63, GREEN_SUFFIX_SIZE = 6 };

static const char *const kind_names[] = {
    [RP_ENDPOINT_INSTANCE] = "instance",
    [RP_ENDPOINT_CLUSTER] = "cluster",
    [RP_ENDPOINT_READER] = "reader",
    [RP_ENDPOINT_CUSTOM] = "custom",
    [RP_ENDPOINT_SHARD_GROUP] = "shard group",
    [RP_ENDPOINT_GLOBAL] = "global writer",
    [RP_ENDPOINT_PROXY] = "proxy",
    [RP_ENDPOINT_PROXY_ENDPOINT] = "proxy endpoint",
    [RP_ENDPOINT_DSQL] = "DSQL cluster",
    [RP_ENDPOINT_DSQL_PRIVATELINK] = "DSQL cluster by PrivateLink",
    [RP_ENDPOINT_OTHER] = "other host",
};
_Static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == RP_ENDPOINT__COUNT,
               "every kind has its name");

/* What stands before the hash tells the kind. */
static const struct {
    const char *prefix;
    enum rp_endpoint_kind kind;
} hash_prefixes[] = {
    {"cluster-", RP_ENDPOINT_CLUSTER},
    {"cluster-ro-", RP_ENDPOINT_READER},
    {"cluster-custom-", RP_ENDPOINT_CUSTOM},
    {"shardgrp-", RP_ENDPOINT_SHARD_GROUP},
    {"global-", RP_ENDPOINT_GLOBAL},
    {"proxy-", RP_ENDPOINT_PROXY},
    {"", RP_ENDPOINT_INSTANCE},
};

const char *rp_endpoint_kind_name(enum rp_endpoint_kind kind)
{
    return kind < RP_ENDPOINT__COUNT ? kind_names[kind] : "unknown";
}

bool rp_endpoint_is_dsql(const struct rp_endpoint *endpoint)
{
    return endpoint->kind == RP_ENDPOINT_DSQL || endpoint->kind == RP_ENDPOINT_DSQL_PRIVATELINK;
}

struct rp_span rp_labels_from(const struct rp_labels *labels, size_t first)
{
    if (first >= labels->count)
        return (struct rp_span){NULL, 0};
    struct rp_span last = labels->at[labels->count - 1];
    const char *start = labels->at[first].p;
    return (struct rp_span){start, (size_t)(last.p + last.n - start)};
}

/* Copies the name in lower case, without the dot that may end it. */
static rp_status copy_host(struct rp_span host, char out[static RP_HOST_MAX + 1],
                           struct rp_error *err)
{
    if (host.n > 0 && host.p[host.n - 1] == '.')
        host.n--;
    if (host.n == 0)
        return rp_fail(err, RP_KIND_CONFIG, "the host name is empty");
    if (host.n > RP_HOST_MAX)
        return rp_fail(err, RP_KIND_CONFIG, "the host name is longer than %d bytes", RP_HOST_MAX);
    if (memchr(host.p, '\0', host.n) != NULL)
        return rp_fail(err, RP_KIND_CONFIG, "the host name has a NUL byte in it");
    for (size_t i = 0; i < host.n; i++)
        out[i] = rp_lower(host.p[i]);
    out[host.n] = '\0';
    return RP_OK;
}

/* What is wrong with a label by the rules of host names (RFC 1123 §2.1); NULL: nothing. */
static const char *label_fault(struct rp_span label)
{
    if (label.n == 0)
        return "an empty label";
    if (label.n > LABEL_MAX)
        return "a label longer than 63 bytes";
    if (label.p[0] == '-' || label.p[label.n - 1] == '-')
        return "a label that begins or ends with '-'";
    for (size_t i = 0; i < label.n; i++)
        if (!rp_is_alpha(label.p[i]) && !rp_is_digit(label.p[i]) && label.p[i] != '-')
            return "a character other than letters, digits, '-' and '.'";
    return NULL;
}

static rp_status split_labels(struct rp_span host, struct rp_labels *out, struct rp_error *err)
{
    struct rp_span rest = host;
    struct rp_span label = {NULL, 0};

    out->count = 0;
    while (rp_span_split(&rest, '.', &label)) {
        const char *fault = label_fault(label);
        if (fault == NULL && out->count == RP_LABELS_MAX)
            fault = "too many labels";
        if (fault != NULL) {
            rp_status status =
                rp_fail(err, RP_KIND_CONFIG, "\"%.*s\" is not a host name: it has %s",
                        RP_SPAN_ARGS(host), fault);
            rp_hint(err, "endpoints read like mydb.cluster-abc123.eu-central-1.rds.amazonaws.com");
            return status;
        }
        out->at[out->count++] = label;
    }
    return RP_OK;
}

static bool is_alphanumeric(struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!rp_is_alpha(text.p[i]) && !rp_is_digit(text.p[i]))
            return false;
    return text.n > 0;
}

/* "PREFIX-HASH"; the hash has no '-', so that "cluster-" cannot take "cluster-ro-HASH". */
static bool read_hash_label(struct rp_span label, enum rp_endpoint_kind *out)
{
    for (size_t i = 0; i < sizeof(hash_prefixes) / sizeof(hash_prefixes[0]); i++) {
        const char *prefix = hash_prefixes[i].prefix;
        if (rp_span_starts(label, prefix) && is_alphanumeric(rp_span_skip(label, strlen(prefix)))) {
            *out = hash_prefixes[i].kind;
            return true;
        }
    }
    return false;
}

/* The `n` labels on the left, which name the database. */
static bool read_kind(const struct rp_labels *labels, size_t n, enum rp_endpoint_kind *out)
{
    if (n == 2)
        return read_hash_label(labels->at[1], out);
    if (n == 3 && rp_span_is(labels->at[1], "endpoint") && read_hash_label(labels->at[2], out) &&
        *out == RP_ENDPOINT_PROXY) {
        *out = RP_ENDPOINT_PROXY_ENDPOINT;
        return true;
    }
    return false;
}

/* China, GovCloud and the isolated partitions also write "rds.REGION" for "REGION.rds". */
static bool may_put_service_first(const struct rp_partition *partition)
{
    struct rp_span name = rp_span(partition->name);
    return rp_span_is(name, "aws-cn") || rp_span_is(name, "aws-us-gov") ||
           rp_span_starts(name, "aws-iso");
}

static void set_region(struct rp_endpoint *endpoint, struct rp_span region)
{
    memcpy(endpoint->region, region.p, region.n);
    endpoint->region[region.n] = '\0';
}

/*
 * Reads region, service and suffix. Gives in *out_left how many labels are left
 * to name the database. The suffix must be that of the region's partition and
 * reach to the end: nobody but AWS can own a name that passes.
 */
static bool read_region(const struct rp_labels *labels, size_t service,
                        struct rp_endpoint *endpoint, size_t *out_left)
{
    struct rp_span before = service > 0 ? labels->at[service - 1] : RP_SPAN("");
    struct rp_span behind = service + 1 < labels->count ? labels->at[service + 1] : RP_SPAN("");
    const struct rp_partition *partition = rp_partition_of_region(before);

    if (partition != NULL &&
        rp_span_is(rp_labels_from(labels, service + 1), partition->dns_suffix)) {
        *out_left = service - 1;
        set_region(endpoint, before);
        endpoint->partition = partition;
        return true;
    }
    partition = rp_partition_of_region(behind);
    if (partition != NULL && may_put_service_first(partition) &&
        rp_span_is(rp_labels_from(labels, service + 2), partition->dns_suffix)) {
        *out_left = service;
        set_region(endpoint, behind);
        endpoint->partition = partition;
        return true;
    }
    if (rp_span_is(before, "global") &&
        rp_span_is(rp_labels_from(labels, service + 1), "amazonaws.com")) {
        *out_left = service - 1;
        endpoint->partition = rp_partition_of_region(RP_SPAN("us-east-1"));
        return true;
    }
    return false;
}

/* What a blue/green deployment puts at the end of a database's own name. */
static enum rp_blue_green read_blue_green(struct rp_span label)
{
    size_t tail = label.n < GREEN_SUFFIX_SIZE ? label.n : GREEN_SUFFIX_SIZE;
    struct rp_span before = rp_span_first(label, label.n - tail);

    if (rp_span_ends(before, "-green-") && is_alphanumeric(rp_span_skip(label, before.n)))
        return RP_BLUE_GREEN_GREEN;
    return rp_span_ends(label, "-old1") ? RP_BLUE_GREEN_OLD : RP_BLUE_GREEN_NONE;
}

/* The label that names the service; a database may be called so too, further left. */
static size_t find_service(const struct rp_labels *labels)
{
    for (size_t i = labels->count; i-- > 0;)
        if (rp_span_is(labels->at[i], "rds") || rp_span_is(labels->at[i], "rds-fips"))
            return i;
    return labels->count;
}

static bool match_rds(const struct rp_labels *labels, struct rp_endpoint *endpoint)
{
    size_t service = find_service(labels);
    size_t left = 0;

    if (service == labels->count || !read_region(labels, service, endpoint, &left) ||
        !read_kind(labels, left, &endpoint->kind))
        return false;
    endpoint->fips = rp_span_is(labels->at[service], "rds-fips");
    if ((endpoint->kind == RP_ENDPOINT_GLOBAL) != (endpoint->region[0] == '\0'))
        return false;
    if (endpoint->kind == RP_ENDPOINT_SHARD_GROUP)
        endpoint->engine = RP_ENGINE_POSTGRES;
    if (endpoint->kind == RP_ENDPOINT_INSTANCE || endpoint->kind == RP_ENDPOINT_CLUSTER ||
        endpoint->kind == RP_ENDPOINT_READER)
        endpoint->blue_green = read_blue_green(labels->at[0]);
    return true;
}

/* ID.dsql.REGION.on.aws, ID.dsql-SUFFIX.REGION.on.aws; in the partition "aws" only. */
static bool match_dsql(const struct rp_labels *labels, struct rp_endpoint *endpoint)
{
    if (labels->count != 5 || !rp_span_is(rp_labels_from(labels, 3), "on.aws"))
        return false;
    if (labels->at[0].n != DSQL_ID_SIZE || !is_alphanumeric(labels->at[0]))
        return false;
    if (rp_span_is(labels->at[1], "dsql"))
        endpoint->kind = RP_ENDPOINT_DSQL;
    else if (rp_span_starts(labels->at[1], "dsql-"))
        endpoint->kind = RP_ENDPOINT_DSQL_PRIVATELINK;
    else
        return false;
    endpoint->partition = rp_partition_of_region(labels->at[2]);
    if (endpoint->partition == NULL || !rp_span_is(rp_span(endpoint->partition->name), "aws"))
        return false;
    set_region(endpoint, labels->at[2]);
    endpoint->engine = RP_ENGINE_POSTGRES;
    return true;
}

rp_status rp_endpoint_parse(struct rp_span host, struct rp_endpoint *out, struct rp_error *err)
{
    char name[RP_HOST_MAX + 1];
    struct rp_labels labels;
    struct rp_endpoint rds = {0};
    struct rp_endpoint dsql = {0};

    RP_TRY(copy_host(host, name, err));
    RP_TRY(rp_endpoint_refuse_address(rp_span(name), err));
    RP_TRY(split_labels(rp_span(name), &labels, err));
    if (match_rds(&labels, &rds))
        *out = rds;
    else if (match_dsql(&labels, &dsql))
        *out = dsql;
    else
        return rp_endpoint_refuse_name(&labels, err);
    memcpy(out->host, name, sizeof(out->host));
    return RP_OK;
}

rp_status rp_endpoint_parse_any(struct rp_span host, struct rp_endpoint *out, struct rp_error *err)
{
    struct rp_endpoint other = {.kind = RP_ENDPOINT_OTHER,
                                .partition = rp_partition_of_region(RP_SPAN("us-east-1"))};

    struct rp_labels labels;

    if (!rp_failed(rp_endpoint_parse(host, out, err)))
        return RP_OK;
    RP_TRY(copy_host(host, other.host, err));
    if (!rp_failed(rp_endpoint_refuse_address(rp_span(other.host), err)))
        RP_TRY(split_labels(rp_span(other.host), &labels, err));
    *out = other;
    return RP_OK;
}

rp_status rp_endpoint_check_token(const struct rp_endpoint *endpoint, struct rp_error *err)
{
    struct rp_endpoint again;

    if (endpoint->kind == RP_ENDPOINT_OTHER)
        return rp_endpoint_parse(rp_span(endpoint->host), &again, err);
    if (endpoint->kind != RP_ENDPOINT_CUSTOM)
        return RP_OK;
    rp_status status = rp_fail(err, RP_KIND_CONFIG,
                               "%s is a custom endpoint, for which no token can be made: the "
                               "database takes those of its cluster endpoint only",
                               endpoint->host);
    rp_hint(err, "-h CLUSTER-ENDPOINT --via %s:PORT", endpoint->host);
    return status;
}
