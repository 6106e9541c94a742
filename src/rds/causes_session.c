/* Causes: what is wrong behind a login that works. */
#include "causes_rows.h"

enum { SESSION = RP_ONE_OF(RP_STAGE_SESSION) };

static const struct rp_cause_row rows[] = {
    {.cause = {"session-no-privilege", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The login works. Only the user has been given no right to "
               "anything yet.",
               "As an administrator:\n"
               "@grant"},
     .stages = SESSION,
     .seen = RP_ONE_OF(RP_SEEN_NO_PRIVILEGE),
     .msg = "{where}: {user} is logged in, and may do nothing there",
     .hint = "GRANT what it needs to {sql-user}"},
    {.cause = {"session-not-iam-proxy", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "RDS Proxy takes the token, and logs in to the database by a "
               "password from its secret. So the user need not be one of IAM "
               "there. It could not log in by a token without the proxy.",
               "Nothing is to be done, unless the user should also log in "
               "without the proxy."},
     .stages = SESSION,
     .seen = RP_ONE_OF(RP_SEEN_NOT_IAM_USER),
     .endpoints = RP_ANY_PROXY,
     .msg = "{where}: {user} is logged in by RDS Proxy, and would not be by a token of its own",
     .hint = "at the proxy that is as it should be"},
    {.cause = {"session-not-iam-mysql", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The login worked by another way than a token, such as another "
               "account of the same name. By a token it may fail from "
               "elsewhere.",
               "As an administrator, see the accounts of that name:\n"
               "@show-user\n"
               "@iam-user"},
     .stages = SESSION,
     .seen = RP_ONE_OF(RP_SEEN_NOT_IAM_USER),
     .engine = RP_ENGINE_MYSQL,
     .msg = "{where}: {user} is logged in, and its account is not one of IAM",
     .hint = "ALTER USER {sql-user} IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"},
    {.cause = {"session-not-iam-postgres", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The login worked by another way than a token. Only members of "
               "rds_iam log in by tokens, and such a member cannot log in by "
               "password any more.",
               "As an administrator by password:\n"
               "sql> GRANT rds_iam TO {sql-user};"},
     .stages = SESSION,
     .seen = RP_ONE_OF(RP_SEEN_NOT_IAM_USER),
     .msg = "{where}: {user} is logged in, and is no member of rds_iam",
     .hint = "GRANT rds_iam TO {sql-user}"},
    {.cause = {"session-other-plugin", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The account logs in by another plugin than "
               "AWSAuthenticationPlugin. A token was taken all the same: by a "
               "proxy, or as an account of the same name with another host.",
               "As an administrator:\n"
               "@show-user\n"
               "@iam-user"},
     .stages = SESSION,
     .seen = RP_ONE_OF(RP_SEEN_ASKS_OTHER),
     .msg = "{where}: the account of {user} has the plugin {asked}, not that of IAM",
     .hint = "ALTER USER {sql-user} IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"},
    {.cause = {"session-read-only", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "A reader never writes. The writer's name leads to a reader "
               "for a moment during a failover, until the DNS has caught up.",
               "To write, use the cluster's writer endpoint:\n"
               "@describe\n"
               "After a failover: --wait SECONDS"},
     .stages = SESSION,
     .seen = RP_ONE_OF(RP_SEEN_READ_ONLY),
     .msg = "{where}: {user} is logged in at a server that only reads",
     .hint = "a reader always does; for writing take the cluster's writer endpoint"},
    {.cause = {"session-lost", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_POSSIBLE,
               "The login works. Then the server, or something on the way, "
               "ended the connection: a restart, a failover, or a limit of "
               "idle time.",
               "@wait\n"
               "See the state of the database:\n"
               "@describe"},
     .stages = SESSION,
     .seen = RP_ONE_OF(RP_SEEN_CLOSED) | RP_ONE_OF(RP_SEEN_TIMEOUT),
     .msg = "{where}: {user} was logged in, and the connection was lost{says}",
     .hint = "--wait SECONDS tries again"},
};

const struct rp_cause_part rp_causes_session = {rows, sizeof(rows) / sizeof(rows[0])};

/* Behind all that servers' codes tell. */
static const struct rp_cause_row last[] = {
    {.cause = {"session-query", RP_KIND_SQL, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The login works: identity, token and permission are right. "
               "The server refuses a statement, for the reason that it gives.",
               "As an administrator:\n"
               "@grant"},
     .stages = SESSION,
     .msg = "{where}: {user} is logged in, and a statement fails ({code}){says}"},
};

const struct rp_cause_part rp_causes_statement = {last, sizeof(last) / sizeof(last[0])};
