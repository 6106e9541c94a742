/* Causes: advice that many rows share, in the commands and the SQL of this very target. */
#include "causes_line.h"

static const char *describe(const struct rp_cause_target *target)
{
    return rp_cause_commands(target)->describe;
}

/* DSQL's is in its name. */
static const char *resource_id(const struct rp_cause_target *target)
{
    return rp_cause_commands(target)->resource_id;
}

static const char *groups(const struct rp_cause_target *target)
{
    return rp_cause_commands(target)->groups;
}

static const char *server_log(const struct rp_cause_target *target)
{
    return rp_cause_commands(target)->log;
}

/* The rule that lets in who dials the database: this machine, or the far end of a tunnel. */
static const char *security_group(const struct rp_cause_target *target)
{
    if (rp_cause_is_dsql(target))
        return "@groups";
    if (target->via[0] != '\0')
        return "Which security groups it has, and the rule that lets the far end in:\n"
               "@groups\n"
               "$ aws ec2 authorize-security-group-ingress --group-id SECURITY-GROUP-ID "
               "--protocol tcp --port {port} --cidr FAR-END-ADDRESS/32 --region {region}";
    return "Which security groups it has, and the rule that lets this machine in:\n"
           "@groups\n"
           "$ aws ec2 authorize-security-group-ingress --group-id SECURITY-GROUP-ID "
           "--protocol tcp --port {port} --cidr YOUR-ADDRESS/32 --region {region}";
}

static const char *enable_iam(const struct rp_cause_target *target)
{
    return rp_cause_commands(target)->enable_iam;
}

/* Which there are: for a name that is none. */
static const char *list(const struct rp_cause_target *target)
{
    return rp_cause_commands(target)->list;
}

/* Where the port is the other engine's, or was taken since none was given. */
static const char *other_engine(const struct rp_cause_target *target)
{
    enum rp_engine of = rp_engine_of_port(target->port);

    if (of == RP_ENGINE_UNKNOWN || rp_cause_is_dsql(target))
        return "";
    return of == target->engine
               ? "{port} is the port of {engine}. If the database is {other-engine}: --engine "
                 "{other-engine-name}, or {other-engine-name}:// in a URL"
               : "{port} is the port of {other-engine}. If the database is that: --engine "
                 "{other-engine-name}, or {other-engine-name}:// in a URL";
}

/* What the server itself has shown. */
static const char *its_engine(const struct rp_cause_target *target)
{
    return target->via[0] == '\0'
               ? "Give the engine that it has: --engine {other-engine-name}, {other-engine-name}:// "
                 "in a URL, or engine = {other-engine-name} in the config file"
               : "Or, where the tunnel leads to the right database, give the engine that it has: "
                 "--engine {other-engine-name}, {other-engine-name}:// in a URL, or engine = "
                 "{other-engine-name} in the config file";
}

/* MySQL's servers speak first, and PostgreSQL's wait. */
static const char *silent_engine(const struct rp_cause_target *target)
{
    if (target->engine != RP_ENGINE_MYSQL)
        return "";
    return "If PostgreSQL listens there, which waits to be asked: --engine postgres, or "
           "postgres:// in a URL";
}

/* --- the database ----------------------------------------------------------------------- */

/* Makes the user one who logs in by tokens; as an administrator, by another way. */
static const char *iam_user(const struct rp_cause_target *target)
{
    if (rp_cause_is_dsql(target) && rp_span_is(rp_span(target->user), "admin"))
        return "The user admin is there in each cluster, and needs no grant.";
    if (rp_cause_is_dsql(target) &&
        rp_cause_principal_of(target, &(struct rp_span){0}) == RP_PRINCIPAL_SSO_ROLE)
        return "$ aws iam get-role --role-name {principal} --query Role.Arn --output text\n"
               "As the user admin, let the identity be that role:\n"
               "sql> CREATE ROLE {sql-user} WITH LOGIN;\n"
               "sql> AWS IAM GRANT {sql-user} TO '{principal-arn}';";
    if (rp_cause_is_dsql(target))
        return "As the user admin, let the identity be that role:\n"
               "sql> CREATE ROLE {sql-user} WITH LOGIN;\n"
               "sql> AWS IAM GRANT {sql-user} TO '{principal-arn}';";
    if (target->engine == RP_ENGINE_MYSQL)
        return "Where the account exists:\n"
               "sql> ALTER USER {sql-user}@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';\n"
               "Where it does not:\n"
               "sql> CREATE USER {sql-user}@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';";
    return "Where the role does not exist:\n"
           "sql> CREATE ROLE {sql-user} WITH LOGIN;\n"
           "And in any case:\n"
           "sql> GRANT rds_iam TO {sql-user};";
}

/* What an administrator asks to see who the user is there. */
static const char *show_user(const struct rp_cause_target *target)
{
    if (rp_cause_is_dsql(target))
        return "sql> SELECT * FROM sys.iam_pg_role_mappings;";
    if (target->engine == RP_ENGINE_MYSQL)
        return "sql> SELECT user, host, plugin FROM mysql.user WHERE LOWER(user) = "
               "LOWER({sql-text-user});";
    return "sql> SELECT rolname, rolcanlogin, pg_has_role(oid, 'rds_iam', 'member') FROM pg_roles "
           "WHERE lower(rolname) = lower({sql-text-user});";
}

/* The least that lets a user work. */
static const char *grant(const struct rp_cause_target *target)
{
    if (target->engine == RP_ENGINE_MYSQL)
        return "sql> GRANT SELECT, INSERT, UPDATE, DELETE ON {sql-database}.* TO {sql-user}@'%';";
    return "sql> GRANT CONNECT ON DATABASE {sql-database} TO {sql-user};\n"
           "sql> GRANT USAGE ON SCHEMA public TO {sql-user};\n"
           "sql> GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "
           "{sql-user};";
}

/* --- the proxy, the machine ------------------------------------------------------------- */

static const char *start(const struct rp_cause_target *target)
{
    return rp_cause_commands(target)->start;
}

static const char *rotate(const struct rp_cause_target *target)
{
    return rp_cause_kind(target) == RP_ENDPOINT_INSTANCE
               ? "$ aws rds modify-db-instance --db-instance-identifier {identifier} "
                 "--ca-certificate-identifier rds-ca-rsa2048-g1 --apply-immediately "
                 "--region {region}"
               : "$ aws rds modify-db-instance --db-instance-identifier INSTANCE "
                 "--ca-certificate-identifier rds-ca-rsa2048-g1 --apply-immediately "
                 "--region {region}";
}

/* Of an endpoint that was added, the proxy's own name is another. */
static const char *proxy_auth(const struct rp_cause_target *target)
{
    return rp_cause_kind(target) == RP_ENDPOINT_PROXY
               ? "$ aws rds modify-db-proxy --db-proxy-name {identifier} --auth "
                 "AuthScheme=SECRETS,SecretArn=SECRET-ARN,IAMAuth=REQUIRED --region {region}"
               : "$ aws rds modify-db-proxy --db-proxy-name PROXY --auth "
                 "AuthScheme=SECRETS,SecretArn=SECRET-ARN,IAMAuth=REQUIRED --region {region}";
}

static const char *proxy_auth_show(const struct rp_cause_target *target)
{
    return rp_cause_kind(target) == RP_ENDPOINT_PROXY
               ? "$ aws rds describe-db-proxies --db-proxy-name {identifier} --region {region} "
                 "--query 'DBProxies[0].Auth[].[UserName,SecretArn,IAMAuth]' --output text"
               : "$ aws rds describe-db-proxies --region {region} "
                 "--query 'DBProxies[].[DBProxyName,Auth[].[SecretArn,IAMAuth]]' --output text";
}

/* Who signs, by the profile that was named. */
static const char *whoami(const struct rp_cause_target *target)
{
    return target->profile == NULL || target->profile[0] == '\0'
               ? "$ rdspass whoami --verify"
               : "$ rdspass whoami --verify --profile {profile}";
}

/* Which endpoint it is. What is only said of it, anybody may have said. */
static const char *which_endpoint(const struct rp_cause_target *target)
{
    return target->hearsay == NULL
               ? "See what the endpoint is called:\n@describe"
               : "That it is {host}, {hearsay} says, and nobody vouches for that. See whether that "
                 "database is yours:\n@describe";
}

/* What was named in its place is dialled, and the endpoint signed for. */
static const char *dial(const struct rp_cause_target *target)
{
    (void)target;
    return "$ rdspass doctor -h {host} --engine {engine-name} -u {user-name}{-d}{--ca-file} "
           "--via {named}:{port}";
}

/* What was asked, with what it lacks. */
static const char *with_user(const struct rp_cause_target *target)
{
    (void)target;
    return "$ rdspass doctor {engine-name}://USER@{host}:{port}/DATABASE{--ca-file}{--via}";
}

/* Roots of one's own that do not vouch for the server. */
static const char *own_roots(const struct rp_cause_target *target)
{
    (void)target;
    return "See what is in the file, and what is missing:\n"
           "$ rdspass ca check {ca-file}\n"
           "Or leave --ca-file out, or ca-file in the config file: the roots of AWS are built in.";
}

static const char *again(const struct rp_cause_target *target)
{
    (void)target;
    return "exec and connect try again for a while with --wait SECONDS.";
}

/* Where there is a way into the VPC by SSH; `via` takes the forms that -L does. */
static const char *open_tunnel(const struct rp_cause_target *target)
{
    struct rp_span via = rp_span(target->via);

    if (via.n == 0)
        return "$ ssh -fN -o ExitOnForwardFailure=yes -L 127.0.0.1:PORT:{host}:{port} BASTION";
    if (rp_span_starts(via, "127.") || rp_span_starts(via, "localhost:") ||
        rp_span_starts(via, "/") || rp_span_starts(via, "[::1]"))
        return "By SSH so:\n"
               "$ ssh -fN -o ExitOnForwardFailure=yes -L {via}:{host}:{port} BASTION";
    return "";
}

/* Of those that can be: neither proxies nor DSQL. */
static const char *paused(const struct rp_cause_target *target)
{
    if (rp_cause_is_dsql(target) || (RP_ANY_PROXY & RP_ONE_OF(rp_cause_kind(target))) != 0)
        return "";
    return "Aurora Serverless that was paused wakes when somebody connects, within half a minute: "
           "--wait 60 tries until then.";
}

static const char *renew(const struct rp_cause_target *target)
{
    (void)target;
    return "$ aws sso login --profile {profile}\n"
           "$ aws login --profile {profile}";
}

static const char *set_clock(const struct rp_cause_target *target)
{
    (void)target;
    return "Let the network set the clock of this machine:\n"
           "$ sudo timedatectl set-ntp true\n"
           "Where chrony does it, and at once:\n"
           "$ sudo chronyc makestep";
}

/* --- the table -------------------------------------------------------------------------- */

static const struct rp_cause_recipe recipes[] = {
    {"describe", describe},
    {"list", list},
    {"other-engine", other_engine},
    {"its-engine", its_engine},
    {"silent-engine", silent_engine},
    {"whoami", whoami},
    {"dial", dial},
    {"with-user", with_user},
    {"which-endpoint", which_endpoint},
    {"resource-id", resource_id},
    {"groups", groups},
    {"server-log", server_log},
    {"security-group", security_group},
    {"enable-iam", enable_iam},
    {"iam-user", iam_user},
    {"show-user", show_user},
    {"grant", grant},
    {"start", start},
    {"rotate", rotate},
    {"proxy-auth", proxy_auth},
    {"proxy-auth-show", proxy_auth_show},
    {"own-roots", own_roots},
    {"wait", again},
    {"paused", paused},
    {"open-tunnel", open_tunnel},
    {"renew", renew},
    {"clock", set_clock},
    {NULL, NULL},
};

static const char *find(const struct rp_cause_recipe *among, struct rp_span name,
                        const struct rp_cause_target *target)
{
    for (; among->name != NULL; among++)
        if (rp_span_is(name, among->name))
            return among->lines(target);
    return NULL;
}

const char *rp_cause_recipe(struct rp_span name, const struct rp_cause_target *target)
{
    const char *lines = find(recipes, name, target);
    return lines == NULL ? find(rp_cause_recipes_iam, name, target) : lines;
}
