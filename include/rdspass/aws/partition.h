/* AWS's partitions: which regions belong to which, and what their names end in. */
#ifndef RP_AWS_PARTITION_H
#define RP_AWS_PARTITION_H

#include "rdspass/base/span.h"

/* One row of the table in src/aws/partition.c; lives as long as the program. */
struct rp_partition {
    const char *name;       /* as in an ARN: "aws", "aws-cn", ... */
    const char *dns_suffix; /* of service endpoints: "amazonaws.com" */
    const char *dual_stack_suffix;
};

/*
 * The partition that a region's name tells; "aws" for one that no partition's
 * pattern fits but that has the form of a region. NULL where the text cannot be
 * a region at all (lower case: "eu-central-1", "us-iso-east-1", "eusc-de-east-1").
 */
const struct rp_partition *rp_partition_of_region(struct rp_span region);

#endif
