/* Causes: the errors of PostgreSQL, and of what stands before it: RDS's PAM, RDS Proxy, DSQL. */
#include "causes_rows.h"

static bool is_error(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    return target->engine == RP_ENGINE_POSTGRES &&
           (seen->sqlstate[0] != '\0' || seen->text[0] != '\0');
}

/* Their texts say what their codes do not. */
static const struct rp_cause_row rows[] = {
    /* RDS Proxy. */
    {.cause = {"proxy-needs-tls", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .text = "requires TLS",
     .msg = "{where}: RDS Proxy takes the connection for one without TLS{says}",
     .hint = "what stands between ends TLS before the proxy"},
    {.cause = {"proxy-no-credentials", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .text = "has no credentials for the role",
     .msg = "{where}: RDS Proxy knows no secret for {user}{says}",
     .hint = "aws rds modify-db-proxy --db-proxy-name {identifier} --auth ... with a secret of "
             "{user}, or IAM end to end (DefaultAuthScheme IAM_AUTH)"},
    {.cause = {"proxy-throttled", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .engine = RP_ENGINE_POSTGRES,
     .text = "competing requests",
     .msg = "{where}: too many logins at once{says}",
     .hint = "--wait SECONDS tries again; a pool keeps connections"},
    {.cause = {"proxy-auth-mode", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .text = "supports only IAM",
     .msg = "{where}: RDS Proxy does not take this kind of login{says}",
     .hint = "aws rds modify-db-proxy --db-proxy-name {identifier} --auth ... IAMAuth=REQUIRED"},
    {.cause = {"proxy-client-option", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .text = "support the option",
     .msg = "{where}: RDS Proxy does not take an option of the client{says}",
     .hint = "leave it out of PGOPTIONS and of the client's own settings"},
    {.cause = {"proxy-protocol", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .text = "supports only version 3.0",
     .msg = "{where}: RDS Proxy speaks protocol 3.0 only{says}",
     .hint = "libpq: max_protocol_version=3.0"},
    {.cause = {"no-replication", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .text = "streaming replication",
     .msg = "{where}: no replication here{says}"},

    /* DSQL. */
    {.cause = {"dsql-action", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .endpoints = RP_ANY_DSQL,
     .text = "user to action mapping",
     .msg = "{where}: the token's action is not that of {user}{says}",
     .hint = "the user admin has dsql:DbConnectAdmin, every other one dsql:DbConnect"},
    {.cause = {"dsql-no-role", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .endpoints = RP_ANY_DSQL,
     .text = "does not exist",
     .msg = "{where}: DSQL does not know that user or database{says}",
     .hint =
         "CREATE ROLE {sql-user} WITH LOGIN; AWS IAM GRANT {sql-user} TO 'ARN-OF-THE-IDENTITY'; "
         "the database is postgres"},
    {.cause = {"dsql-name-missing", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .endpoints = RP_ANY_DSQL,
     .text = "sni was not received",
     .msg = "{where}: DSQL did not see the name of the cluster{says}",
     .hint = "something between may end TLS"},
    {.cause = {"dsql-refused", RP_KIND_LOGIN, RP_REMEDY_TOKEN},
     .endpoints = RP_ANY_DSQL,
     .sqlstate = "28",
     .msg = "{where}: DSQL refuses the token of {user}{says}",
     .hint =
         "who `rdspass whoami` names must be allowed dsql:DbConnect (admin: dsql:DbConnectAdmin) "
         "on the cluster, and AWS IAM GRANT {sql-user} TO its ARN; new permissions take "
         "minutes: --wait SECONDS"},
    {.cause = {"dsql-denied", RP_KIND_LOGIN, RP_REMEDY_TOKEN},
     .endpoints = RP_ANY_DSQL,
     .text = "access denied",
     .msg = "{where}: DSQL refuses the token of {user}{says}",
     .hint =
         "who `rdspass whoami` names must be allowed dsql:DbConnect (admin: dsql:DbConnectAdmin) "
         "on the cluster; new permissions take minutes: --wait SECONDS"},

    /* The token. */
    {.cause = {"login-cancelled", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .engine = RP_ENGINE_POSTGRES,
     .text = "canceling authentication due to timeout",
     .msg = "{where}: the server could not judge the token of {user} in time{says}",
     .hint = "it or IAM is overloaded: --wait SECONDS tries again"},
    {.cause = {"postgres-token-refused-proxy", RP_KIND_LOGIN, RP_REMEDY_TOKEN},
     .engine = RP_ENGINE_POSTGRES,
     .endpoints = RP_ANY_PROXY,
     .text = "IAM authentication failed",
     .msg = "{where}: RDS Proxy refuses the token of {user}{says}",
     .hint = "who `rdspass whoami` names must be allowed rds-db:connect on {policy}; the proxy "
             "needs IAM required and a secret for that user; new permissions take minutes: --wait "
             "SECONDS"},
    {.cause = {"postgres-token-refused", RP_KIND_LOGIN, RP_REMEDY_TOKEN},
     .engine = RP_ENGINE_POSTGRES,
     .text = "PAM authentication failed",
     .msg = "{where}: the server refuses the token of {user}{says}",
     .hint = "who `rdspass whoami` names must be allowed rds-db:connect on {policy}; session, "
             "region and clock must be right; new permissions take minutes: --wait SECONDS"},
    {.cause = {"postgres-no-role", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "28000",
     .text = "does not exist",
     .msg = "{where}: there is no role {user}{says}",
     .hint = "CREATE ROLE {sql-user} WITH LOGIN; GRANT rds_iam TO {sql-user}; the case of the name "
             "counts"},
    {.cause = {"postgres-no-login", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .text = "not permitted to log in",
     .msg = "{where}: the role {user} may not log in{says}",
     .hint = "ALTER ROLE {sql-user} LOGIN"},
    {.cause = {"postgres-no-hba", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .text = "pg_hba.conf",
     .msg = "{where}: the server's rules let nobody in so (user {user}, this address, that "
            "database){says}",
     .hint = "is the server one of RDS, and the database not rdsadmin? RDS makes the rules itself"},
    {.cause = {"postgres-not-iam", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "28P01",
     .msg =
         "{where}: the server took the token of {user} for a password, which it is not: the role "
         "is not an IAM user, or IAM authentication is off{says}",
     .hint = "GRANT rds_iam TO {sql-user}; and {enable-iam}"},
    {.cause = {"postgres-refused-unasked", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "28",
     .when = rp_cause_no_token,
     .msg = "{where}: the server refuses {user} without having asked for a token{says}",
     .hint = "GRANT rds_iam TO {sql-user}; and {enable-iam}"},
    {.cause = {"postgres-refused", RP_KIND_LOGIN, RP_REMEDY_TOKEN},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "28",
     .msg = "{where}: the server refuses {user}{says}",
     .hint = "who `rdspass whoami` names must be allowed rds-db:connect on {policy}"},

    /* The token was right. */
    {.cause = {"postgres-no-database", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "3D000",
     .msg = "{where}: the token was right, but there is no database {database}{says}",
     .hint = "where none is given, it is the one called like the user; \\l in psql lists them"},
    {.cause = {"postgres-no-grant", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "42501",
     .msg = "{where}: the token was right, but {user} may not use the database {database}{says}",
     .hint = "GRANT CONNECT ON DATABASE ... TO {sql-user}"},
    {.cause = {"postgres-parameter", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "22023",
     .msg = "{where}: the server does not take a setting of the client{says}",
     .hint = "see PGOPTIONS, PGCLIENTENCODING and the client's own settings"},
    {.cause = {"postgres-parameter-unknown", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "42704",
     .msg = "{where}: the server does not know a setting of the client{says}",
     .hint = "see PGOPTIONS and the client's own settings"},

    /* No room, or not up. */
    {.cause = {"postgres-too-many", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "53",
     .msg = "{where}: the server has no room for another connection{says}",
     .hint = "max_connections, or the limits of {user} and of the database; --wait SECONDS tries "
             "until one is free"},
    {.cause = {"postgres-not-ready", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "57P",
     .msg = "{where}: the server is starting, going down or recovering{says}",
     .hint = "--wait SECONDS tries again"},
    {.cause = {"postgres-read-only", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "25006",
     .msg = "{where}: the server only reads{says}",
     .hint = "during a failover the writer endpoint leads to such a one for a moment: --wait "
             "SECONDS tries again"},
    {.cause = {"postgres-connection", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "08P01",
     .msg = "{where}: the server does not understand the client{says}",
     .hint = "something between may change what passes, or a setting of the client is malformed"},
    {.cause = {"postgres-connection-lost", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "08",
     .msg = "{where}: what answers has no connection to the database{says}",
     .hint = "a proxy before a server that is down says so: --wait SECONDS tries again"},
    {.cause = {"postgres-error", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .when = is_error,
     .msg = "{where}: the server refuses {user} ({code}){says}"},
};

const struct rp_cause_part rp_causes_postgres = {rows, sizeof(rows) / sizeof(rows[0])};
