/* Unit test of src/rds/endpoint*.c: the grammar of endpoints, and what is refused. */
#include "rdspass/rds/endpoint.h"

#include "tap.h"

#define RDS ".us-east-1.rds.amazonaws.com"

struct accepted {
    const char *host;
    enum rp_endpoint_kind kind;
    const char *region;
    const char *partition;
    enum rp_engine engine;
};

static const struct accepted accepted[] = {
    {"db.abc123def456" RDS, RP_ENDPOINT_INSTANCE, "us-east-1", "aws", RP_ENGINE_UNKNOWN},
    {"my-db.cluster-abc123" RDS, RP_ENDPOINT_CLUSTER, "us-east-1", "aws", RP_ENGINE_UNKNOWN},
    {"my-db.cluster-ro-abc123" RDS, RP_ENDPOINT_READER, "us-east-1", "aws", RP_ENGINE_UNKNOWN},
    {"reports.cluster-custom-abc123" RDS, RP_ENDPOINT_CUSTOM, "us-east-1", "aws",
     RP_ENGINE_UNKNOWN},
    {"sg.shardgrp-abc123" RDS, RP_ENDPOINT_SHARD_GROUP, "us-east-1", "aws", RP_ENGINE_POSTGRES},
    {"gdb.global-abc123.global.rds.amazonaws.com", RP_ENDPOINT_GLOBAL, "", "aws",
     RP_ENGINE_UNKNOWN},
    {"px.proxy-abc123" RDS, RP_ENDPOINT_PROXY, "us-east-1", "aws", RP_ENGINE_UNKNOWN},
    {"ro.endpoint.proxy-abc123" RDS, RP_ENDPOINT_PROXY_ENDPOINT, "us-east-1", "aws",
     RP_ENGINE_UNKNOWN},
    {"abcdefghijklmnopqrstuvwx12.dsql.eu-west-1.on.aws", RP_ENDPOINT_DSQL, "eu-west-1", "aws",
     RP_ENGINE_POSTGRES},
    {"abcdefghijklmnopqrstuvwx12.dsql-fnh4.us-east-1.on.aws", RP_ENDPOINT_DSQL_PRIVATELINK,
     "us-east-1", "aws", RP_ENGINE_POSTGRES},
    /* A region that no table knows yet. */
    {"db.cluster-abc123.eu-north-7.rds.amazonaws.com", RP_ENDPOINT_CLUSTER, "eu-north-7", "aws",
     RP_ENGINE_UNKNOWN},
    /* Other partitions, with the service behind the region and before it. */
    {"db.abc123.cn-north-1.rds.amazonaws.com.cn", RP_ENDPOINT_INSTANCE, "cn-north-1", "aws-cn",
     RP_ENGINE_UNKNOWN},
    {"db.abc123.rds.cn-northwest-1.amazonaws.com.cn", RP_ENDPOINT_INSTANCE, "cn-northwest-1",
     "aws-cn", RP_ENGINE_UNKNOWN},
    {"db.cluster-abc123.rds.cn-north-1.amazonaws.com.cn", RP_ENDPOINT_CLUSTER, "cn-north-1",
     "aws-cn", RP_ENGINE_UNKNOWN},
    {"px.proxy-abc123.rds.cn-north-1.amazonaws.com.cn", RP_ENDPOINT_PROXY, "cn-north-1", "aws-cn",
     RP_ENGINE_UNKNOWN},
    {"db.cluster-ro-abc123.us-gov-west-1.rds.amazonaws.com", RP_ENDPOINT_READER, "us-gov-west-1",
     "aws-us-gov", RP_ENGINE_UNKNOWN},
    {"db.abc123.rds.us-gov-east-1.amazonaws.com", RP_ENDPOINT_INSTANCE, "us-gov-east-1",
     "aws-us-gov", RP_ENGINE_UNKNOWN},
    {"db.cluster-abc123.us-iso-east-1.rds.c2s.ic.gov", RP_ENDPOINT_CLUSTER, "us-iso-east-1",
     "aws-iso", RP_ENGINE_UNKNOWN},
    {"db.cluster-abc123.rds.us-iso-east-1.c2s.ic.gov", RP_ENDPOINT_CLUSTER, "us-iso-east-1",
     "aws-iso", RP_ENGINE_UNKNOWN},
    {"db.abc123.rds.us-isob-east-1.sc2s.sgov.gov", RP_ENDPOINT_INSTANCE, "us-isob-east-1",
     "aws-iso-b", RP_ENGINE_UNKNOWN},
    {"db.abc123.eu-isoe-west-1.rds.cloud.adc-e.uk", RP_ENDPOINT_INSTANCE, "eu-isoe-west-1",
     "aws-iso-e", RP_ENGINE_UNKNOWN},
    {"db.abc123.us-isof-south-1.rds.csp.hci.ic.gov", RP_ENDPOINT_INSTANCE, "us-isof-south-1",
     "aws-iso-f", RP_ENGINE_UNKNOWN},
    {"db.cluster-abc123.eusc-de-east-1.rds.amazonaws.eu", RP_ENDPOINT_CLUSTER, "eusc-de-east-1",
     "aws-eusc", RP_ENGINE_UNKNOWN},
    /* Databases whose own names look like something else. */
    {"rds.abc123" RDS, RP_ENDPOINT_INSTANCE, "us-east-1", "aws", RP_ENGINE_UNKNOWN},
    {"redshift.cluster-abc123" RDS, RP_ENDPOINT_CLUSTER, "us-east-1", "aws", RP_ENGINE_UNKNOWN},
    {"eu-west-1.cluster-abc123" RDS, RP_ENDPOINT_CLUSTER, "us-east-1", "aws", RP_ENGINE_UNKNOWN},
    {"localhost.abc123" RDS, RP_ENDPOINT_INSTANCE, "us-east-1", "aws", RP_ENGINE_UNKNOWN},
};

/* Looked at, whatever it is; but what is no host at all is no argument of a command either. */
static void test_any(void)
{
    static const char *const hosts[] = {"db.corp.example", "10.0.0.5", "[::1]", "localhost",
                                        "x-1.elb.us-east-1.amazonaws.com"};
    static const char *const none[] = {"", "a b", "-x.example", "$(id).example", "a..b"};
    struct rp_endpoint got;
    struct rp_error err = {0};

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        WORKS(rp_endpoint_parse_any(rp_span(hosts[i]), &got, &err), err, hosts[i]);
        IS_INT(got.kind, RP_ENDPOINT_OTHER, "  is another host");
        IS_STR(got.host, hosts[i], "  of that name");
        OK(rp_failed(rp_endpoint_check_token(&got, &err)), "  without a token");
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        FAILS(rp_endpoint_parse_any(rp_span(none[i]), &got, &err), RP_KIND_CONFIG, err, none[i]);
}

static void check_accepted(const struct accepted *want)
{
    struct rp_endpoint got;
    struct rp_error err = {0};

    WORKS(rp_endpoint_parse(rp_span(want->host), &got, &err), err, want->host);
    if (err.kind != RP_KIND_NONE)
        return;
    IS_STR(rp_endpoint_kind_name(got.kind), rp_endpoint_kind_name(want->kind), "  its kind");
    IS_STR(got.host, want->host, "  its host");
    IS_STR(got.region, want->region, "  its region");
    IS_STR(got.partition->name, want->partition, "  its partition");
    IS_INT(got.engine, want->engine, "  its engine");
    OK(!got.fips, "  not FIPS");
    IS_INT(got.blue_green, RP_BLUE_GREEN_NONE, "  not blue/green");
    OK(rp_failed(rp_endpoint_check_token(&got, &err)) == (want->kind == RP_ENDPOINT_CUSTOM),
       "  whether a token can be made");
}

/* Each is refused with words of its own: what the message and the hint must hold. */
static const struct refused {
    const char *host;
    const char *msg;
    const char *hint;
} refused[] = {
    {"", "empty", ""},
    {".", "empty", ""},
    {"10.0.0.5", "IP address", "--via 10.0.0.5:PORT"},
    {"127.0.0.1", "IP address", "-h ENDPOINT"},
    {"::1", "IP address", "--via [::1]:PORT"},
    {"[::1]", "IP address", "--via [::1]:PORT"},
    {"fe80::1%eth0", "IP address", "--via"},
    {"::ffff:10.0.0.5", "IP address", "--via"},
    {"2130706433", "IP address", "--via"},
    {"0x7f000001", "IP address", "--via"},
    {"0x7F.1", "IP address", "--via"},
    {"127.1", "IP address", "--via"},
    {"0177.0.0.1", "IP address", "--via"},
    {"10.0.0.5.", "IP address", "--via"},
    {"arn:aws:rds:eu-central-1:123456789012:cluster:shop", "an ARN", "describe-db-clusters"},
    {"localhost", "this machine", "-h ENDPOINT --via localhost:PORT"},
    {"LOCALHOST.", "this machine", "--via"},
    {"db.localhost", "this machine", "--via"},
    {"cl.abc123.us-east-1.redshift.amazonaws.com", "Redshift", "aws redshift"},
    {"wg.123456789012.us-east-1.redshift-serverless.amazonaws.com", "Redshift Serverless",
     "get-credentials"},
    {"cl.abc123.cn-north-1.redshift.amazonaws.com.cn", "Redshift", "aws redshift"},
    {"db.cluster-abc123.us-east-1.neptune.amazonaws.com", "Neptune", ""},
    {"db.cluster-abc123.us-east-1.docdb.amazonaws.com", "DocumentDB", "MONGODB-AWS"},
    {"my-nlb-0123456789abcdef.elb.us-east-1.amazonaws.com", "load balancer", "-h ENDPOINT --via"},
    {"my-elb-123.us-east-1.elb.amazonaws.com", "load balancer", "-h ENDPOINT --via"},
    {"vpce-0abc-x.dsql-fnh4.us-east-1.vpce.amazonaws.com", "VPC endpoint", "-h ENDPOINT --via"},
    {"vpce-0abc-x.vpce-svc-0abc.us-east-1.vpce.amazonaws.com", "VPC endpoint", "--via"},
    {"c.abc123.0001.use1.cache.amazonaws.com", "ElastiCache", ""},
    {"clustercfg.c.abc123.memorydb.us-east-1.amazonaws.com", "MemoryDB", ""},
    {"ec2-198-51-100-1.compute-1.amazonaws.com", "not the endpoint of a database", "HASH"},
    /* What AWS did not give. */
    {"db", "not a name that AWS gave", "config file"},
    {"db.corp.example", "not a name that AWS gave", "--via db.corp.example:PORT"},
    {"db.cluster-abc123" RDS ".evil.example", "not a name that AWS gave", ""},
    {"x.rds.amazonaws.com.evil.example", "not a name that AWS gave", ""},
    {"db.cluster-abc123.us-east-1.rds.evilamazonaws.com", "not a name that AWS gave", ""},
    {"db.cluster-abc123.us-east-1.rds.amazonaws.co", "not a name that AWS gave", ""},
    {"db.cluster-abc123.us-east-1.rds.amazonaws.com.au", "not a name that AWS gave", ""},
    {"evilon.aws", "not a name that AWS gave", ""},
    /* AWS's suffixes, but not the grammar. */
    {"amazonaws.com", "not a name that AWS gave", ""},
    {"rds.amazonaws.com", "not the endpoint", "HASH"},
    {"rds.us-east-1.amazonaws.com", "not the endpoint", ""},
    {"abc123" RDS, "not the endpoint", ""},
    {"prod-instance" RDS, "not the endpoint", ""},
    {"a.b.c.cluster-abc123" RDS, "not the endpoint", ""},
    {"a.b.abc123" RDS, "not the endpoint", ""},
    {"a.endpoint.cluster-abc123" RDS, "not the endpoint", ""},
    {"a.b.endpoint.proxy-abc123" RDS, "not the endpoint", ""},
    {"db.cluster-" RDS, "label that begins or ends", ""},
    {"db.cluster-abc-123" RDS, "not the endpoint", ""},
    {"db.abc-123" RDS, "not the endpoint", ""},
    {"db.cluster-custom-ro-abc" RDS, "not the endpoint", ""},
    {"db.foo-abc123" RDS, "not the endpoint", ""},
    {"db.abc123.rds.us-east-1.amazonaws.com", "not the endpoint", ""},
    {"db.abc123.us-east-1.amazonaws.com", "not the endpoint", ""},
    {"db.abc123.us-east-1.x.rds.amazonaws.com", "not the endpoint", ""},
    {"db.abc123.nowhere.rds.amazonaws.com", "not the endpoint", ""},
    {"db.global-abc123" RDS, "not the endpoint", ""},
    {"db.cluster-abc123.global.rds.amazonaws.com", "not the endpoint", ""},
    {"db.abc123.global.rds.amazonaws.com", "not the endpoint", ""},
    /* A region with the suffix of another partition. */
    {"db.abc123.cn-north-1.rds.amazonaws.com", "not the endpoint", ""},
    {"db.abc123.us-east-1.rds.amazonaws.com.cn", "not the endpoint", ""},
    {"db.abc123.rds.cn-north-1.amazonaws.com", "not the endpoint", ""},
    {"db.abc123.us-gov-west-1.rds.amazonaws.com.cn", "not the endpoint", ""},
    {"db.abc123.us-east-1.rds.amazonaws.eu", "not the endpoint", ""},
    {"db.abc123.eusc-de-east-1.rds.amazonaws.com", "not the endpoint", ""},
    {"db.abc123.us-iso-east-1.rds.sc2s.sgov.gov", "not the endpoint", ""},
    /* DSQL's ids have 26 characters. */
    {"test.dsql.us-east-1.on.aws", "not the endpoint", ""},
    {"abcdefghijklmnopqrstuvwx123.dsql.us-east-1.on.aws", "not the endpoint", ""},
    {"abcdefghijklm-opqrstuvwx12.dsql.us-east-1.on.aws", "not the endpoint", ""},
    {"x.abcdefghijklmnopqrstuvwx12.dsql.us-east-1.on.aws", "not the endpoint", ""},
    {"abcdefghijklmnopqrstuvwx12.dsql.cn-north-1.on.aws", "not the endpoint", ""},
    {"abcdefghijklmnopqrstuvwx12.dsqlx.us-east-1.on.aws", "not the endpoint", ""},
    {"abcdefghijklmnopqrstuvwx12.dsql.us-east-1.on.aws.evil.example", "not a name that AWS", ""},
    /* No host names at all. */
    {"my_db.cluster-abc123" RDS, "character other than", ""},
    {"db.cluster-abc123" RDS "..", "empty label", ""},
    {".db.cluster-abc123" RDS, "empty label", ""},
    {"db..abc123" RDS, "empty label", ""},
    {"-db.abc123" RDS, "begins or ends", ""},
    {"db-.abc123" RDS, "begins or ends", ""},
    {"d b.abc123" RDS, "character other than", ""},
    {"db.abc123" RDS ":3306", "character other than", ""},
    {"user@db.abc123" RDS, "character other than", ""},
    {"db.abc123" RDS "/x", "character other than", ""},
    {"*.abc123" RDS, "character other than", ""},
    {"d\xc3\xa9.abc123" RDS, "character other than", ""},
    {"0123456789012345678901234567890123456789012345678901234567890123.abc123" RDS,
     "longer than 63", ""},
};

static void check_refused(const struct refused *want)
{
    struct rp_endpoint got = {.host = "untouched"};
    struct rp_error err = {0};

    FAILS(rp_endpoint_parse(rp_span(want->host), &got, &err), RP_KIND_CONFIG, err, want->host);
    if (!OK(strstr(err.msg, want->msg) != NULL, "  says \"%s\"", want->msg))
        (void)printf("# %s\n", err.msg);
    if (!OK(strstr(err.hint, want->hint) != NULL, "  hints at \"%s\"", want->hint))
        (void)printf("# %s\n", err.hint);
    IS_STR(got.host, "untouched", "  the result is left alone");
}

static void check_spelling(void)
{
    struct rp_endpoint got;
    struct rp_error err = {0};
    char longest[300];

    WORKS(
        rp_endpoint_parse(RP_SPAN("My-DB.Cluster-ABC123.US-East-1.RDS.AmazonAWS.com."), &got, &err),
        err, "upper case and a dot at the end");
    IS_STR(got.host, "my-db.cluster-abc123" RDS, "  lower case, without the dot");
    IS_STR(got.region, "us-east-1", "  the region too");

    WORKS(rp_endpoint_parse(RP_SPAN("db.abc123.us-gov-west-1.rds-fips.amazonaws.com"), &got, &err),
          err, "the label rds-fips");
    OK(got.fips, "  is FIPS");
    WORKS(rp_endpoint_parse(RP_SPAN("rds.abc123.us-gov-west-1.rds-fips.amazonaws.com"), &got, &err),
          err, "an instance called rds behind rds-fips");
    OK(got.fips, "  is FIPS");

    WORKS(rp_endpoint_parse(RP_SPAN("my-db-green-a1b2c3.cluster-abc123" RDS), &got, &err), err,
          "a green cluster");
    IS_INT(got.blue_green, RP_BLUE_GREEN_GREEN, "  is green");
    WORKS(rp_endpoint_parse(RP_SPAN("my-db-old1.abc123" RDS), &got, &err), err, "an old instance");
    IS_INT(got.blue_green, RP_BLUE_GREEN_OLD, "  is old");
    WORKS(rp_endpoint_parse(RP_SPAN("evergreen-abcdef.abc123" RDS), &got, &err), err,
          "a name with green in it");
    IS_INT(got.blue_green, RP_BLUE_GREEN_NONE, "  is not green");
    WORKS(rp_endpoint_parse(RP_SPAN("db1.abc123" RDS), &got, &err), err, "a short name");
    IS_INT(got.blue_green, RP_BLUE_GREEN_NONE, "  is neither");

    memset(longest, 'a', sizeof(longest));
    FAILS(rp_endpoint_parse((struct rp_span){longest, sizeof(longest)}, &got, &err), RP_KIND_CONFIG,
          err, "a name of 300 bytes");
    FAILS(rp_endpoint_parse(RP_SPAN("db.abc\0" RDS), &got, &err), RP_KIND_CONFIG, err,
          "a name with a NUL byte");
}

static void check_custom(void)
{
    struct rp_endpoint got;
    struct rp_error err = {0};

    WORKS(rp_endpoint_parse(RP_SPAN("reports.cluster-custom-abc123" RDS), &got, &err), err,
          "a custom endpoint is read");
    FAILS(rp_endpoint_check_token(&got, &err), RP_KIND_CONFIG, err, "and gets no token");
    IS_STR(err.hint, "-h CLUSTER-ENDPOINT --via reports.cluster-custom-abc123" RDS ":PORT",
           "the hint leads on");
}

int main(void)
{
    test_any();
    for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
        check_accepted(&accepted[i]);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        check_refused(&refused[i]);
    check_spelling();
    check_custom();
    return tap_done();
}
