/* Partitions: which region belongs to which, and what is no region. */
#include "rdspass/aws/partition.h"

#include "tap.h"

static void is(const char *region, const char *want)
{
    const struct rp_partition *got = rp_partition_of_region(rp_span(region));

    IS_STR(got == NULL ? "none" : got->name, want, region);
}

int main(void)
{
    is("us-east-1", "aws");
    is("ap-southeast-10", "aws");
    is("mx-central-1", "aws");
    is("cn-north-1", "aws-cn");
    is("us-gov-west-1", "aws-us-gov");
    is("us-iso-east-1", "aws-iso");
    is("us-isob-east-1", "aws-iso-b");
    is("eu-isoe-west-1", "aws-iso-e");
    is("us-isof-south-1", "aws-iso-f");
    is("eusc-de-east-1", "aws-eusc");
    is("zz-north-1", "aws");
    is("zz-new-north-1", "aws");
    is("", "none");
    is("global", "none");
    is("aws-global", "none");
    is("us-east", "none");
    is("us-1", "none");
    is("east-us-", "none");
    is("US-EAST-1", "none");
    is("us-east-1 ", "none");
    is("us-east-1a", "none");
    is("us--1", "none");
    is("-east-1", "none");
    is("us-west-2-lax-1", "none");
    is("us-east-1\n", "none");
    is("u-east-1", "none");
    is("rdsxx-east-1", "none");
    is("us-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1", "none");
    IS_INT(rp_partition_of_region((struct rp_span){NULL, 0}) == NULL, true, "nothing");
    return tap_done();
}
