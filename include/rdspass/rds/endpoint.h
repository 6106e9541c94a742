/*
 * Endpoints: the DNS names that AWS gives to databases, and what they tell.
 *
 * The grammar is read from the right, label by label, since AWS's suffixes are
 * fixed and customers choose what stands on the left. No DNS is asked.
 */
#ifndef RP_RDS_ENDPOINT_H
#define RP_RDS_ENDPOINT_H

#include "rdspass/aws/partition.h"
#include "rdspass/base/span.h"
#include "rdspass/base/status.h"
#include "rdspass/rds/engine.h"

enum { RP_HOST_MAX = 253, RP_REGION_MAX = 63 };

enum rp_endpoint_kind {
    RP_ENDPOINT_INSTANCE,         /* ID.HASH.REGION.rds.amazonaws.com */
    RP_ENDPOINT_CLUSTER,          /* ID.cluster-HASH...: the writer (Aurora, Multi-AZ cluster) */
    RP_ENDPOINT_READER,           /* ID.cluster-ro-HASH... */
    RP_ENDPOINT_CUSTOM,           /* NAME.cluster-custom-HASH...: no token can be made for it */
    RP_ENDPOINT_SHARD_GROUP,      /* ID.shardgrp-HASH...: Aurora PostgreSQL Limitless */
    RP_ENDPOINT_GLOBAL,           /* ID.global-HASH.global.rds.amazonaws.com: names no region */
    RP_ENDPOINT_PROXY,            /* NAME.proxy-HASH... */
    RP_ENDPOINT_PROXY_ENDPOINT,   /* NAME.endpoint.proxy-HASH... */
    RP_ENDPOINT_DSQL,             /* ID.dsql.REGION.on.aws */
    RP_ENDPOINT_DSQL_PRIVATELINK, /* ID.dsql-SUFFIX.REGION.on.aws */
    RP_ENDPOINT_OTHER,            /* none of AWS's: to be looked at, never to be signed for */
    RP_ENDPOINT__COUNT
};

/* Switched by a blue/green deployment: "-green-xxxxxx", "-old1" at the end of the first label. */
enum rp_blue_green { RP_BLUE_GREEN_NONE, RP_BLUE_GREEN_GREEN, RP_BLUE_GREEN_OLD };

struct rp_endpoint {
    enum rp_endpoint_kind kind;
    char host[RP_HOST_MAX + 1];     /* lower case, no dot at the end: as signed and verified */
    char region[RP_REGION_MAX + 1]; /* empty where the name tells none (global) */
    const struct rp_partition *partition; /* never NULL; for a global writer: "aws" */
    enum rp_engine engine;                /* where the kind allows one only; else unknown */
    enum rp_blue_green blue_green;
    bool fips; /* the label "rds-fips" */
};

/* What a kind is called in output: "cluster", "reader", ... */
const char *rp_endpoint_kind_name(enum rp_endpoint_kind kind);

/* Whether it is Aurora DSQL: other service, other action, no port in the token. */
bool rp_endpoint_is_dsql(const struct rp_endpoint *endpoint);

/*
 * Reads a host name. RP_KIND_CONFIG, each in its own words, with a hint: an IP
 * address, localhost, Redshift, Neptune, DocumentDB, a load balancer or VPC
 * endpoint name, a name that AWS did not give, one that is too long or badly
 * formed.
 */
rp_status rp_endpoint_parse(struct rp_span host, struct rp_endpoint *out,
                            struct rp_error *err) RP_MUST_USE;

/*
 * A host that need not be an endpoint, for who only looks at it: RP_ENDPOINT_OTHER
 * where it is none. RP_KIND_CONFIG: it is no name of a host at all.
 */
rp_status rp_endpoint_parse_any(struct rp_span host, struct rp_endpoint *out,
                                struct rp_error *err) RP_MUST_USE;

/* RP_KIND_CONFIG where no token can be made for it: a custom endpoint, or no endpoint at all. */
rp_status rp_endpoint_check_token(const struct rp_endpoint *endpoint,
                                  struct rp_error *err) RP_MUST_USE;

#endif
