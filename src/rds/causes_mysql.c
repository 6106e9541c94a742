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
    {.cause = {"mysql-proxy-rate", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .mysql = {1040},
     .text = "rate limit",
     .msg = "{where}: too many connections are being made at once{says}",
     .hint = "the limit is of new connections in a second: --wait SECONDS tries again, a pool "
             "keeps them"},
    {.cause = {"mysql-too-many", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .mysql = {1040, 1203, 1226, 1135, 1037, 1041},
     .msg = "{where}: the server has no room for another connection (error {code}){says}",
     .hint = "max_connections, or the limits of {user}; --wait SECONDS tries until one is free"},
    {.cause = {"mysql-blocked", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {1129},
     .msg = "{where}: the server has blocked this machine after too many broken connections "
            "(error {code}){says}",
     .hint = "CALL mysql.rds_flush_hosts, or FLUSH HOSTS, from another one; what breaks them may "
             "be a health check"},
    {.cause = {"mysql-host-unknown", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {1130},
     .msg = "{where}: the server has no account for this machine (error {code}){says}",
     .hint =
         "CREATE USER {sql-user}@'%' ..., or with this machine's address as the server sees it"},
    {.cause = {"mysql-shutdown", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .mysql = {1053, 1077, 1079, 1317, 1927, 3032},
     .msg = "{where}: the server is going down, or not up yet (error {code}){says}",
     .hint = "--wait SECONDS tries again"},
    {.cause = {"mysql-proxy-no-database", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .mysql = {9501, 9502},
     .msg = "{where}: RDS Proxy has no connection to the database (error {code}){says}",
     .hint = "aws rds describe-db-proxy-targets --db-proxy-name {identifier} --region {region} "
             "tells whether it is up, and the proxy's secrets must be right; --wait SECONDS tries "
             "again"},
    {.cause = {"mysql-error-early", RP_KIND_TLS, RP_REMEDY_NONE},
     .stages = BEFORE_TLS,
     .when = is_error,
     .msg = "{where}: error {code} came in place of a greeting, so nothing was sent{says}"},

    /* Who it is. */
    {.cause = {"mysql-plugin-missing", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {1524},
     .msg = "{where}: IAM authentication is off: the server lacks the plugin that {user} logs in "
            "with (error {code}){says}",
     .hint = "{enable-iam}"},
    {.cause = {"mysql-not-iam", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .stages = LOGIN,
     .mysql = {1045, 1698, 1251},
     .when = rp_cause_no_token,
     .msg = "{where}: {user} was refused without being asked for a token (error {code}): the "
            "account is not an IAM user, or there is none of that name{says}",
     .hint = "ALTER USER (or CREATE USER) {sql-user} IDENTIFIED WITH AWSAuthenticationPlugin AS "
             "'RDS'; the case of the name counts"},
    {.cause = {"mysql-token-refused-proxy", RP_KIND_LOGIN, RP_REMEDY_TOKEN},
     .mysql = {1045},
     .endpoints = RP_ANY_PROXY,
     .msg = "{where}: RDS Proxy refuses the token of {user} (error {code}){says}",
     .hint =
         "who `rdspass whoami` names must be allowed rds-db:connect on {policy}; the proxy needs IAM "
         "required and a secret for that user; new permissions take minutes: --wait SECONDS"},
    {.cause = {"mysql-token-refused", RP_KIND_LOGIN, RP_REMEDY_TOKEN},
     .mysql = {1045},
     .msg = "{where}: the server refuses the token of {user} (error {code}){says}",
     .hint =
         "who `rdspass whoami` names must be allowed rds-db:connect on {policy}, in the case of "
         "the account's name; session, region and clock must be right; new permissions take "
         "minutes: --wait SECONDS"},
    {.cause = {"mysql-plugin-wrong", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {1698, 1251},
     .msg = "{where}: the account of {user} logs in otherwise than by a token (error {code}){says}",
     .hint = "ALTER USER {sql-user} IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"},
    {.cause = {"mysql-locked", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {3118, 4151},
     .msg = "{where}: the account of {user} is locked (error {code}){says}",
     .hint = "ALTER USER {sql-user} ACCOUNT UNLOCK"},
    {.cause = {"mysql-password-expired", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {1820, 1862},
     .msg = "{where}: the password of {user} has expired (error {code}){says}",
     .hint = "ALTER USER {sql-user} PASSWORD EXPIRE NEVER: a token has no need of one"},
    {.cause = {"mysql-insecure", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {3159},
     .msg = "{where}: the server takes the connection for one without TLS (error {code}){says}",
     .hint = "what stands between ends TLS before the database"},

    /* The token was right. */
    {.cause = {"mysql-no-database", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {1049},
     .msg =
         "{where}: the token was right, but there is no database {database} (error {code}){says}",
     .hint = "SHOW DATABASES, after a login without one"},
    {.cause = {"mysql-no-grant", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {1044, 1142, 1227},
     .msg = "{where}: the token was right, but {user} has no grant on the database {database} "
            "(error {code}){says}",
     .hint = "GRANT ... ON {sql-database}.* TO {sql-user}"},
    {.cause = {"mysql-read-only", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .mysql = {1290, 1836},
     .msg = "{where}: the server only reads (error {code}){says}",
     .hint = "during a failover the writer endpoint leads to such a one for a moment: --wait "
             "SECONDS tries again"},
    {.cause = {"mysql-handshake", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .mysql = {1043, 1047, 1835},
     .msg = "{where}: the server does not understand the client (error {code}){says}",
     .hint = "something between may change what passes, or the client is too old or too new"},
    {.cause = {"mysql-error", RP_KIND_LOGIN, RP_REMEDY_NONE},
     .when = is_error,
     .msg = "{where}: the server refuses {user} (error {code}){says}"},
};

const struct rp_cause_part rp_causes_mysql = {rows, sizeof(rows) / sizeof(rows[0])};
