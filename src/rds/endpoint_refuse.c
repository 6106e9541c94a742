/*
 * Names for which no token is made, each refused in its own words: addresses,
 * other services of AWS, and names that AWS did not give.
 */
#include <string.h>

#include "endpoint_labels.h"

static const char not_a_token_host[] = "a token is made for the database's own endpoint";

/*
 * Forms of an address that resolvers take beside the usual ones: a number, one
 * in octal or hexadecimal, fewer than four of them ("127.1"). What all have in
 * common is that the last label is a number (WHATWG URL, "ends in a number").
 */
static bool ends_in_number(struct rp_span host)
{
    size_t dot = rp_span_find_last(host, '.');
    struct rp_span last = dot == host.n ? host : rp_span_skip(host, dot + 1);
    bool hexadecimal = rp_span_starts(last, "0x");

    if (hexadecimal)
        last = rp_span_skip(last, 2);
    for (size_t i = 0; i < last.n; i++) {
        bool letter = hexadecimal && last.p[i] >= 'a' && last.p[i] <= 'f';
        if (!rp_is_digit(last.p[i]) && !letter)
            return false;
    }
    return hexadecimal || last.n > 0;
}

static rp_status refuse_address(struct rp_span address, bool ipv6, struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_CONFIG, "\"%.*s\" is an IP address, and %s",
                               RP_SPAN_ARGS(address), not_a_token_host);
    rp_hint(err, "-h ENDPOINT --via %s%.*s%s:PORT", ipv6 ? "[" : "", RP_SPAN_ARGS(address),
            ipv6 ? "]" : "");
    return status;
}

rp_status rp_endpoint_refuse_address(struct rp_span host, struct rp_error *err)
{
    size_t colon = rp_span_find(host, ':');

    if (rp_span_starts(host, "arn:")) {
        rp_status status = rp_fail(err, RP_KIND_CONFIG, "\"%.*s\" is an ARN, and %s",
                                   RP_SPAN_ARGS(host), not_a_token_host);
        rp_hint(err, "aws rds describe-db-clusters, or describe-db-instances, prints the endpoint");
        return status;
    }
    if (rp_span_starts(host, "[") && rp_span_ends(host, "]")) {
        struct rp_span inner = rp_span_first(rp_span_skip(host, 1), host.n - 2);
        return refuse_address(inner, true, err);
    }
    if (rp_span_find(rp_span_skip(host, colon + 1), ':') < host.n - colon - (colon < host.n))
        return refuse_address(host, true, err);
    if (ends_in_number(host))
        return refuse_address(host, false, err);
    if (rp_span_is(host, "localhost") || rp_span_ends(host, ".localhost") ||
        rp_span_is(host, "localhost.localdomain")) {
        rp_status status = rp_fail(err, RP_KIND_CONFIG, "\"%.*s\" is this machine, and %s",
                                   RP_SPAN_ARGS(host), not_a_token_host);
        rp_hint(err, "for a tunnel: -h ENDPOINT --via %.*s:PORT", RP_SPAN_ARGS(host));
        return status;
    }
    return RP_OK;
}

/* What AWS's names end in, in every partition; the longer before what they end in. */
static const char *const suffixes[] = {
    "amazonaws.com",  "amazonaws.com.cn", "c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk",
    "csp.hci.ic.gov", "amazonaws.eu",     "on.aws",     "api.aws",
};

/* Services that are recognized by a label of the name. */
static const struct {
    const char *label;
    const char *what;
    const char *hint; /* with the name for its "%s"; NULL: the one for tunnels and aliases */
} services[] = {
    {"redshift", "Amazon Redshift, which takes no IAM database token",
     "Redshift gives temporary passwords: aws redshift get-cluster-credentials-with-iam"},
    {"redshift-serverless", "Amazon Redshift Serverless, which takes no IAM database token",
     "Redshift gives temporary passwords: aws redshift-serverless get-credentials"},
    {"neptune", "Amazon Neptune, which signs HTTP requests and takes no IAM database token", ""},
    {"neptune-db", "Amazon Neptune, which signs HTTP requests and takes no IAM database token", ""},
    {"neptune-graph", "Amazon Neptune Analytics, which takes no IAM database token", ""},
    {"docdb", "Amazon DocumentDB, which takes no IAM database token",
     "DocumentDB's drivers use MONGODB-AWS with the AWS credentials themselves"},
    {"docdb-elastic", "Amazon DocumentDB, which takes no IAM database token", ""},
    {"cache", "Amazon ElastiCache, whose tokens are not made here", ""},
    {"memorydb", "Amazon MemoryDB, whose tokens are not made here", ""},
    {"elb", "the name of a load balancer, and a token is made for the database's own endpoint",
     NULL},
    {"vpce", "the name of a VPC endpoint, and a token is made for the database's own endpoint",
     NULL},
};

static bool is_aws(const struct rp_labels *labels)
{
    struct rp_span name = rp_labels_from(labels, 0);

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        size_t n = strlen(suffixes[i]);
        if (name.n > n && name.p[name.n - n - 1] == '.' && rp_span_ends(name, suffixes[i]))
            return true;
    }
    return false;
}

static bool has_label(const struct rp_labels *labels, const char *text)
{
    for (size_t i = 0; i < labels->count; i++)
        if (rp_span_is(labels->at[i], text))
            return true;
    return false;
}

static void hint_via(struct rp_span name, struct rp_error *err)
{
    rp_hint(err, "-h ENDPOINT --via %.*s:PORT", RP_SPAN_ARGS(name));
}

/* A name of AWS's that is in no form of the grammar. */
static rp_status refuse_aws(const struct rp_labels *labels, struct rp_error *err)
{
    struct rp_span name = rp_labels_from(labels, 0);
    rp_status status;

    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        if (!has_label(labels, services[i].label))
            continue;
        status =
            rp_fail(err, RP_KIND_CONFIG, "\"%.*s\" is %s", RP_SPAN_ARGS(name), services[i].what);
        if (services[i].hint == NULL)
            hint_via(name, err);
        else
            rp_hint(err, "%s", services[i].hint);
        return status;
    }
    status = rp_fail(err, RP_KIND_CONFIG,
                     "\"%.*s\" is a name of AWS's, but not the endpoint of a database that takes "
                     "IAM tokens",
                     RP_SPAN_ARGS(name));
    rp_hint(err, "endpoints read like ID.HASH.REGION.rds.amazonaws.com, "
                 "ID.cluster-HASH.REGION.rds.amazonaws.com, ID.dsql.REGION.on.aws");
    return status;
}

rp_status rp_endpoint_refuse_name(const struct rp_labels *labels, struct rp_error *err)
{
    struct rp_span name = rp_labels_from(labels, 0);

    if (is_aws(labels))
        return refuse_aws(labels, err);
    rp_status status =
        rp_fail(err, RP_KIND_CONFIG, "\"%.*s\" is not a name that AWS gave to a database, and %s",
                RP_SPAN_ARGS(name), not_a_token_host);
    rp_hint(err,
            "for an alias or a tunnel: -h ENDPOINT --via %.*s:PORT, or a section of the config "
            "file with the endpoint as its host",
            RP_SPAN_ARGS(name));
    return status;
}
