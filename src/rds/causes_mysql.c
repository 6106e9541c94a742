/* Causes: the errors of MySQL, MariaDB, and of what stands before them. */
#include "causes_rows.h"

enum {
    LOGIN = RP_ONE_OF(RP_STAGE_LOGIN),
    BEFORE_TLS = RP_ONE_OF(RP_STAGE_GREETING),
};

static bool is_error(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return seen->mysql_code != 0;
}

static const struct rp_cause_row rows[] = {
    /* No room. These come before TLS, too: then nobody vouches for them. */
    {.cause = {"mysql-proxy-rate", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "RDS Proxy, or IAM, allows only so many new connections in a "
               "second.",
               "@wait\n"
               "Keep connections in a pool: a new one for each query is what "
               "reaches the limit."},
     .mysql = {1040},
     .text = {"rate limit"},
     .msg = "{where}: too many connections are being made at once{says}",
     .hint = "the limit is of new connections in a second: --wait SECONDS tries again, a pool "
             "keeps them"},
    {.cause = {"mysql-too-many", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "Every place for a connection is taken: of the server "
               "(max_connections), or of this account.",
               "@wait\n"
               "As an administrator, see who holds them:\n"
               "sql> SHOW PROCESSLIST;\n"
               "sql> SHOW VARIABLES LIKE 'max_%connections';\n"
               "Where it is a limit of the account that is reached:\n"
               "sql> ALTER USER {sql-user}@'%' WITH MAX_USER_CONNECTIONS 0 "
               "MAX_CONNECTIONS_PER_HOUR 0;"},
     .mysql = {1040, 1203, 1226, 1135, 1037, 1041},
     .msg = "{where}: the server has no room for another connection (error {code}){says}",
     .hint = "max_connections, or the limits of {user}; --wait SECONDS tries until one is free"},
    {.cause = {"mysql-blocked", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The server has counted too many broken connections from this "
               "machine's address, and takes no more of them.",
               "As an administrator, from another machine:\n"
               "sql> FLUSH HOSTS;\n"
               "Find what breaks them: often a health check that connects and "
               "hangs up."},
     .mysql = {1129},
     .msg = "{where}: the server has blocked this machine after too many broken connections "
            "(error {code}){says}",
     .hint = "FLUSH HOSTS, from another one; what breaks them may be a health check"},
    {.cause = {"mysql-host-unknown", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The server has accounts for certain addresses only, and none "
               "for this machine's.",
               "As an administrator:\n"
               "sql> CREATE USER {sql-user}@'%' IDENTIFIED WITH "
               "AWSAuthenticationPlugin AS 'RDS';\n"
               "In place of '%' can stand this machine's address, as the "
               "server sees it."},
     .mysql = {1130},
     .msg = "{where}: the server has no account for this machine (error {code}){says}",
     .hint =
         "CREATE USER {sql-user}@'%' ..., or with this machine's address as the server sees it"},
    {.cause = {"mysql-shutdown", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "The server is going down, or is not up yet.",
               "@wait\n"
               "See its state:\n"
               "@describe"},
     .mysql = {1053, 1077, 1079, 1317, 1927, 3032},
     .msg = "{where}: the server is going down, or not up yet (error {code}){says}",
     .hint = "--wait SECONDS tries again"},
    {.cause = {"mysql-proxy-no-database", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The proxy works, and cannot connect to the database behind "
               "it: that is down, or the proxy's secret for it is wrong.",
               "See what the proxy says of its targets:\n"
               "$ aws rds describe-db-proxy-targets --db-proxy-name "
               "{identifier} --region {region} --query "
               "'Targets[].[RdsResourceId,TargetHealth.State,TargetHealth.Reason,"
               "TargetHealth.Description]' "
               "--output text\n"
               "Each secret of the proxy must hold the present password of "
               "its user.\n"
               "@wait"},
     .mysql = {9501, 9502},
     .msg = "{where}: RDS Proxy has no connection to the database (error {code}){says}",
     .hint = "aws rds describe-db-proxy-targets --db-proxy-name {identifier} --region {region} "
             "tells whether it is up, and the proxy's secrets must be right; --wait SECONDS tries "
             "again"},
    {.cause = {"mysql-error-early", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server answered with an error where a greeting should "
               "have come. Nobody vouches for the text, and nothing was sent.",
               "See the state of the database:\n"
               "@describe"},
     .stages = BEFORE_TLS,
     .when = is_error,
     .msg = "{where}: error {code} came in place of a greeting, so nothing was sent{says}"},

    /* Who it is. */
    {.cause = {"mysql-plugin-missing", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "IAM authentication is switched off for this database, so the "
               "server lacks the plugin that checks tokens.",
               "@enable-iam\n"
               "It takes a few minutes, and no restart."},
     .mysql = {1524},
     .msg = "{where}: IAM authentication is off: the server lacks the plugin that {user} logs in "
            "with (error {code}){says}",
     .hint = "{enable-iam}"},
    {.cause = {"mysql-not-iam", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The server refused the user without asking for a token: the "
               "account does not log in by IAM, or there is none of that "
               "name. The case of letters counts.",
               "As an administrator, see what the account is:\n"
               "@show-user\n"
               "@iam-user"},
     .stages = LOGIN,
     .mysql = {1045, 1698, 1251},
     .when = rp_cause_no_token,
     .msg = "{where}: {user} was refused without being asked for a token (error {code}): the "
            "account is not an IAM user, or there is none of that name{says}",
     .hint = "ALTER USER (or CREATE USER) {sql-user} IDENTIFIED WITH AWSAuthenticationPlugin AS "
             "'RDS'; the case of the name counts"},
    {.cause = {"mysql-token-refused-proxy", RP_KIND_LOGIN, RP_REMEDY_TOKEN, RP_CONFIDENCE_LIKELY,
               RP_TOKEN_REFUSED_PROXY_WHY, RP_TOKEN_REFUSED_PROXY_FIX},
     .mysql = {1045},
     .endpoints = RP_ANY_PROXY,
     .msg = "{where}: RDS Proxy refuses the token of {user} (error {code}){says}",
     .hint = RP_HINT_ALLOW_PROXY},
    {.cause = {"mysql-token-refused", RP_KIND_LOGIN, RP_REMEDY_TOKEN, RP_CONFIDENCE_LIKELY,
               RP_TOKEN_REFUSED_WHY,
               "@token-checks\n"
               "@allow\n"
               "@policy-notes\n"
               "As an administrator, see whether the account is one of IAM, "
               "and whether its host fits where this login comes from:\n"
               "@show-user\n"
               "@server-log"},
     .mysql = {1045},
     .msg = "{where}: the server refuses the token of {user} (error {code}){says}",
     .hint = RP_HINT_ALLOW},
    {.cause = {"mysql-plugin-wrong", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The account is there, and logs in otherwise than by a token.",
               "As an administrator:\n"
               "@iam-user"},
     .mysql = {1698, 1251},
     .msg = "{where}: the account of {user} logs in otherwise than by a token (error {code}){says}",
     .hint = "ALTER USER {sql-user} IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"},
    {.cause = {"mysql-locked", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The account was locked by an administrator, or after too many "
               "failed logins.",
               "As an administrator:\n"
               "sql> ALTER USER {sql-user}@'%' ACCOUNT UNLOCK;"},
     .mysql = {3118, 4151},
     .msg = "{where}: the account of {user} is locked (error {code}){says}",
     .hint = "ALTER USER {sql-user} ACCOUNT UNLOCK"},
    {.cause = {"mysql-password-expired", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The server wants the account's password to be changed. Who "
               "logs in by tokens has none.",
               "As an administrator:\n"
               "sql> ALTER USER {sql-user}@'%' PASSWORD EXPIRE NEVER;"},
     .mysql = {1820, 1862},
     .msg = "{where}: the password of {user} has expired (error {code}){says}",
     .hint = "ALTER USER {sql-user} PASSWORD EXPIRE NEVER: a token has no need of one"},
    {.cause = {"mysql-insecure", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The server takes the connection for one without encryption, "
               "though it was encrypted from here. So something on the way "
               "ends TLS.",
               "Lead the connection past what stands before the database: a "
               "proxy or load balancer of its own."},
     .mysql = {3159},
     .msg = "{where}: the server takes the connection for one without TLS (error {code}){says}",
     .hint = "what stands between ends TLS before the database"},

    /* The token was right. */
    {.cause = {"mysql-no-database", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The login works: the token was right. Only the database that "
               "was asked for does not exist there.",
               "List those that are there, after a login without a database:\n"
               "sql> SHOW DATABASES;"},
     .mysql = {1049},
     .msg =
         "{where}: the token was right, but there is no database {database} (error {code}){says}",
     .hint = "SHOW DATABASES, after a login without one"},
    {.cause = {"mysql-no-grant", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The login works: the token was right. Only the user has no "
               "right to use that database, or there is none of that name.",
               "See which it may use, and how they are spelled, after a login "
               "without a database:\n"
               "sql> SHOW DATABASES;\n"
               "To let it use this one, as an administrator:\n"
               "sql> GRANT SELECT, INSERT, UPDATE, DELETE ON {sql-database}.* "
               "TO {sql-user}@'%';"},
     .mysql = {1044, 1142, 1227},
     .msg = "{where}: the token was right, but {user} has no grant on the database {database} "
            "(error {code}){says}",
     .hint = "GRANT ... ON {sql-database}.* TO {sql-user}"},
    {.cause = {"mysql-read-only", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The server only reads. A reader always does; the writer's "
               "name leads to one for a moment during a failover.",
               "To write, use the cluster's writer endpoint:\n"
               "@describe\n"
               "@wait"},
     .mysql = {1290, 1836},
     .msg = "{where}: the server only reads (error {code}){says}",
     .hint = "during a failover the writer endpoint leads to such a one for a moment: --wait "
             "SECONDS tries again"},
    {.cause = {"mysql-handshake", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server does not understand how the client begins. "
               "Something on the way may change what passes, or the client is "
               "much older or newer.",
               "Try rdspass connect. If that works, the client is at fault; "
               "else what is between."},
     .mysql = {1043, 1047, 1835},
     .msg = "{where}: the server does not understand the client (error {code}){says}",
     .hint = "something between may change what passes, or the client is too old or too new"},
    {.cause = {"mysql-error", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server refuses for a reason of its own, which it gives.",
               "Look its number up in the manual of the server, under "
               "\"Server Error Message Reference\".\n"
               "@server-log"},
     .stages = LOGIN,
     .when = is_error,
     .msg = "{where}: the server refuses {user} (error {code}){says}"},
};

const struct rp_cause_part rp_causes_mysql = {rows, sizeof(rows) / sizeof(rows[0])};
