/* Causes: AWS's commands for each kind of endpoint. */
#include "causes_line.h"

/*
 * Where the identifier that a command wants is not in the endpoint's name, another
 * command that prints it comes first, and this one has it in capitals.
 */
#define DO(command) "$ aws " command " --region {region}"
#define ASK(command, what) DO(command) " --query '" what "' --output text"
#define THEN(first, second) first "\n" second

/* --- a cluster ------------------------------------------------------------------------- */

#define OF(id) "rds describe-db-clusters --db-cluster-identifier " id
#define CHANGE(id) "rds modify-db-cluster --db-cluster-identifier " id

#define CLUSTER_STATE(id)                                                                          \
    ASK(OF(id),                                                                                    \
        "DBClusters[0].[Status,Endpoint,ReaderEndpoint,Port,IAMDatabaseAuthenticationEnabled]")
#define CLUSTER_ID(id) ASK(OF(id), "DBClusters[0].DbClusterResourceId")
#define CLUSTER_GROUPS(id) ASK(OF(id), "DBClusters[0].VpcSecurityGroups[].VpcSecurityGroupId")
#define CLUSTER_IAM(id) DO(CHANGE(id) " --enable-iam-database-authentication --apply-immediately")
#define CLUSTER_START(id) DO("rds start-db-cluster --db-cluster-identifier " id)

#define CLUSTERS                                                                                   \
    ASK("rds describe-db-clusters",                                                                \
        "DBClusters[].[DBClusterIdentifier,Status,Endpoint,ReaderEndpoint,Port]")

#define REASON "The server's own reason is in its log iam-db-auth-error, where that is exported:\n"
#define EXPORT " --cloudwatch-logs-export-configuration EnableLogTypes=iam-db-auth-error"
#define READ_LOG(of) DO("logs tail /aws/rds/" of "/iam-db-auth-error --since 15m")
#define CLUSTER_LOG(id) THEN(REASON DO(CHANGE(id) EXPORT), READ_LOG("cluster/" id))

#define CLUSTER(name)                                                                              \
    {                                                                                              \
        .id = "cluster-ID", .list = CLUSTERS, .describe = CLUSTER_STATE(name),                     \
        .resource_id = CLUSTER_ID(name), .groups = CLUSTER_GROUPS(name),                           \
        .enable_iam = CLUSTER_IAM(name), .log = CLUSTER_LOG(name), .start = CLUSTER_START(name),   \
    }

/* The same, behind the command that prints which cluster it is. */
#define CLUSTER_BEHIND(find)                                                                       \
    {                                                                                              \
        .id = "cluster-ID", .list = CLUSTERS, .describe = (find),                                  \
        .resource_id = THEN(find, CLUSTER_ID("CLUSTER")),                                          \
        .groups = THEN(find, CLUSTER_GROUPS("CLUSTER")), .enable_iam = CLUSTER_IAM("CLUSTER"),     \
        .log = CLUSTER_LOG("CLUSTER"), .start = CLUSTER_START("CLUSTER"),                          \
    }

/* --- an instance, a proxy, DSQL --------------------------------------------------------- */

#define INSTANCE "rds describe-db-instances --db-instance-identifier {identifier}"
#define CHANGE_INSTANCE "rds modify-db-instance --db-instance-identifier {identifier}"
#define INSTANCE_STATE                                                                             \
    "DBInstances[0].[DBInstanceStatus,Endpoint.Port,PubliclyAccessible,DBClusterIdentifier,"       \
    "IAMDatabaseAuthenticationEnabled]"
#define INSTANCES                                                                                  \
    ASK("rds describe-db-instances",                                                               \
        "DBInstances[].[DBInstanceIdentifier,DBInstanceStatus,Endpoint.Address]")
#define MEMBER_ID                                                                                  \
    "Where that names a cluster, the policy needs the cluster's id, not the instance's:\n"
#define MEMBER_IAM "Of an instance of Aurora its cluster has the switch:\n"

#define PROXY(name) "rds describe-db-proxies --db-proxy-name " name
#define PROXY_ENDPOINT "rds describe-db-proxy-endpoints --db-proxy-endpoint-name {identifier}"
#define PROXIES ASK("rds describe-db-proxies", "DBProxies[].[DBProxyName,Status,Endpoint]")
#define PROXY_ENDPOINTS                                                                            \
    ASK("rds describe-db-proxy-endpoints",                                                         \
        "DBProxyEndpoints[].[DBProxyEndpointName,Status,Endpoint]")
#define PROXY_ID(name)                                                                             \
    THEN(ASK(PROXY(name), "DBProxies[0].DBProxyArn"), "Its id is what stands last there: prx-...")
#define PROXY_LOG(name)                                                                            \
    "The proxy's own reason is in its log:\n" DO("logs tail /aws/rds/proxy/" name " --since 15m")

#define DSQL "dsql get-cluster --identifier {identifier}"
#define DSQL_GROUPS                                                                                \
    "The public endpoint of DSQL has no security group. A VPC endpoint has its own:\n" ASK(        \
        "ec2 describe-vpc-endpoints",                                                              \
        "VpcEndpoints[].[VpcEndpointId,ServiceName,Groups[].GroupId]")
#define OF_DSQL                                                                                    \
    {                                                                                              \
        .id = "", .list = ASK("dsql list-clusters", "clusters[].identifier"),                      \
        .describe = ASK(DSQL, "[status,arn,endpoint]"), .resource_id = ASK(DSQL, "arn"),           \
        .groups = DSQL_GROUPS,                                                                     \
        .enable_iam = "Aurora DSQL has no such switch: it takes nothing but tokens",               \
        .log = "Logins that are refused leave no log at DSQL.",                                    \
        .start = "An idle cluster of DSQL wakes up by itself.",                                    \
    }

static const struct rp_cause_commands by_kind[RP_ENDPOINT__COUNT] = {
    [RP_ENDPOINT_CLUSTER] = CLUSTER("{identifier}"),
    [RP_ENDPOINT_READER] = CLUSTER("{identifier}"),
    [RP_ENDPOINT_INSTANCE] =
        {
            .id = "db-ID",
            .list = INSTANCES,
            .describe = ASK(INSTANCE, INSTANCE_STATE),
            .resource_id = THEN(ASK(INSTANCE, "DBInstances[0].[DBClusterIdentifier,DbiResourceId]"),
                                MEMBER_ID CLUSTER_ID("CLUSTER")),
            .groups = ASK(INSTANCE, "DBInstances[0].VpcSecurityGroups[].VpcSecurityGroupId"),
            .enable_iam = THEN(
                DO(CHANGE_INSTANCE " --enable-iam-database-authentication --apply-immediately"),
                MEMBER_IAM CLUSTER_IAM("CLUSTER")),
            .log = THEN(REASON DO(CHANGE_INSTANCE EXPORT), READ_LOG("instance/{identifier}")),
            .start = DO("rds start-db-instance --db-instance-identifier {identifier}"),
        },
    [RP_ENDPOINT_CUSTOM] = CLUSTER_BEHIND(
        ASK("rds describe-db-cluster-endpoints --db-cluster-endpoint-identifier {identifier}",
            "DBClusterEndpoints[0].[Status,DBClusterIdentifier]")),
    [RP_ENDPOINT_SHARD_GROUP] =
        CLUSTER_BEHIND(ASK("rds describe-db-shard-groups --db-shard-group-identifier {identifier}",
                           "DBShardGroups[0].[Status,DBClusterIdentifier]")),
    [RP_ENDPOINT_GLOBAL] = CLUSTER_BEHIND(
        ASK("rds describe-global-clusters --global-cluster-identifier {identifier}",
            "GlobalClusters[0].[Status,GlobalClusterMembers[?IsWriter].DBClusterArn]")),
    [RP_ENDPOINT_PROXY] =
        {
            .id = "prx-ID",
            .list = PROXIES,
            .describe = ASK(PROXY("{identifier}"),
                            "DBProxies[0].[Status,Endpoint,EngineFamily,RequireTLS]"),
            .resource_id = PROXY_ID("{identifier}"),
            .groups = ASK(PROXY("{identifier}"), "DBProxies[0].VpcSecurityGroupIds"),
            .enable_iam = CLUSTER_IAM("CLUSTER"),
            .log = PROXY_LOG("{identifier}"),
            .start = CLUSTER_START("CLUSTER"),
        },
    [RP_ENDPOINT_PROXY_ENDPOINT] =
        {
            .id = "prx-ID",
            .list = PROXY_ENDPOINTS,
            .describe = ASK(PROXY_ENDPOINT, "DBProxyEndpoints[0].[Status,Endpoint,DBProxyName]"),
            .resource_id =
                THEN(ASK(PROXY_ENDPOINT, "DBProxyEndpoints[0].DBProxyName"), PROXY_ID("PROXY")),
            .groups = ASK(PROXY_ENDPOINT, "DBProxyEndpoints[0].VpcSecurityGroupIds"),
            .enable_iam = CLUSTER_IAM("CLUSTER"),
            .log = PROXY_LOG("PROXY"),
            .start = CLUSTER_START("CLUSTER"),
        },
    [RP_ENDPOINT_DSQL] = OF_DSQL,
    [RP_ENDPOINT_DSQL_PRIVATELINK] = OF_DSQL,
    /* No endpoint of AWS's: which there are. */
    [RP_ENDPOINT_OTHER] = CLUSTER_BEHIND(THEN(CLUSTERS, INSTANCES)),
};

const struct rp_cause_commands *rp_cause_commands(const struct rp_cause_target *target)
{
    return &by_kind[rp_cause_kind(target)];
}
