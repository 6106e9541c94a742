/* Causes: the errors of PostgreSQL, and of RDS's PAM. Their texts say what their codes do not. */
#include "causes_rows.h"

static bool is_error(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    return target->engine == RP_ENGINE_POSTGRES &&
           (seen->sqlstate[0] != '\0' || seen->text[0] != '\0');
}

static const struct rp_cause_row rows[] = {
    /* The token. */
    {.cause = {"login-cancelled", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The server gave up: it could not have the token judged in "
               "time. It, or IAM, is overloaded.",
               "@wait"},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"canceling authentication due to timeout"},
     .msg = "{where}: the server could not judge the token of {user} in time{says}",
     .hint = "it or IAM is overloaded: --wait SECONDS tries again"},
    {.cause = {"postgres-token-refused-proxy", RP_KIND_LOGIN, RP_REMEDY_TOKEN, RP_CONFIDENCE_LIKELY,
               RP_TOKEN_REFUSED_PROXY_WHY, RP_TOKEN_REFUSED_PROXY_FIX},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"IAM authentication failed for the role"},
     .msg = "{where}: RDS Proxy refuses the token of {user}{says}",
     .hint = RP_HINT_ALLOW_PROXY},
    {.cause = {"postgres-token-refused", RP_KIND_LOGIN, RP_REMEDY_TOKEN, RP_CONFIDENCE_LIKELY,
               RP_TOKEN_REFUSED_WHY,
               "@token-checks\n"
               "@allow\n"
               "@policy-notes\n"
               "As an administrator, see whether the role is one of IAM:\n"
               "@show-user\n"
               "@server-log"},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"PAM authentication failed"},
     .msg = "{where}: the server refuses the token of {user}{says}",
     .hint = RP_HINT_ALLOW},
    {.cause = {"postgres-no-role", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "There is no role of that name in the database. The case of "
               "letters counts.",
               "As an administrator:\n"
               "sql> CREATE ROLE {sql-user} WITH LOGIN;\n"
               "sql> GRANT rds_iam TO {sql-user};"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "28000",
     .text = {"does not exist"},
     .msg = "{where}: there is no role {user}{says}",
     .hint = "CREATE ROLE {sql-user} WITH LOGIN; GRANT rds_iam TO {sql-user}; the case of the name "
             "counts"},
    {.cause = {"postgres-no-login", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The role is there, and is not allowed to log in.",
               "As an administrator:\n"
               "sql> ALTER ROLE {sql-user} LOGIN;"},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"not permitted to log in"},
     .msg = "{where}: the role {user} may not log in{says}",
     .hint = "ALTER ROLE {sql-user} LOGIN"},
    {.cause = {"postgres-hba-plain", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The server takes the connection for one without encryption, "
               "and lets none in so. It was encrypted from here, so something "
               "on the way ends TLS. With other clients it is often a second "
               "try after the first one failed: the first error counts.",
               "Lead the connection past what stands before the database.\n"
               "For other clients: sslmode=verify-full, so that they do not "
               "try again without encryption."},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"no encryption", "SSL off"},
     .msg = "{where}: the server takes the connection of {user} for one without TLS{says}",
     .hint = "what stands between ends TLS before the database"},
    {.cause = {"postgres-no-hba", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server's list of who may come in has no line for this "
               "user, address and database. RDS writes that list itself, so a "
               "database that is AWS's own (rdsadmin) was asked for, or it is "
               "no server of RDS.",
               "Name your own database with -d DATABASE.\n"
               "See whether it is a server of RDS:\n"
               "@describe"},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"pg_hba.conf"},
     .msg = "{where}: the server's rules let nobody in so (user {user}, this address, that "
            "database){says}",
     .hint = "is the server one of RDS, and the database not rdsadmin? RDS makes the rules itself"},
    {.cause = {"postgres-not-iam", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The server compared the token with a password. So the role is "
               "not one that logs in by IAM, or IAM authentication is off for "
               "this database.",
               "As an administrator, by password:\n"
               "@iam-user\n"
               "IAM authentication must be on, too:\n"
               "@enable-iam"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "28P01",
     .msg =
         "{where}: the server took the token of {user} for a password, which it is not: the role "
         "is not an IAM user, or IAM authentication is off{says}",
     .hint = "GRANT rds_iam TO {sql-user}; and {enable-iam}"},
    {.cause = {"postgres-refused-unasked", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The server refused the user without asking for anything: the "
               "role is not one that logs in by IAM, or IAM authentication is "
               "off.",
               "As an administrator, by password:\n"
               "@iam-user\n"
               "IAM authentication must be on, too:\n"
               "@enable-iam"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "28",
     .when = rp_cause_no_token,
     .msg = "{where}: the server refuses {user} without having asked for a token{says}",
     .hint = "GRANT rds_iam TO {sql-user}; and {enable-iam}"},
    {.cause = {"postgres-refused", RP_KIND_LOGIN, RP_REMEDY_TOKEN, RP_CONFIDENCE_LIKELY,
               "The server refuses the login, in words that are not known "
               "here. A refused token is the most likely.",
               "@token-checks\n"
               "@allow\n"
               "@policy-notes\n"
               "As an administrator, see whether the role is one of IAM:\n"
               "@show-user\n"
               "@server-log"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "28",
     .msg = "{where}: the server refuses {user}{says}",
     .hint = RP_HINT_ALLOW},

    /* The token was right. */
    {.cause = {"postgres-no-database", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The login works: the token was right. Only the database that "
               "was asked for does not exist there. Where none is named, "
               "PostgreSQL takes the one called like the user.",
               "List those that are there, after a login to postgres (-d "
               "postgres):\n"
               "sql> SELECT datname FROM pg_database;"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "3D000",
     .msg = "{where}: the token was right, but there is no database {database}{says}",
     .hint = "where none is given, it is the one called like the user; \\l in psql lists them"},
    {.cause = {"postgres-no-grant", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The login works: the token was right. Only the user has no "
               "right to use that database.",
               "As an administrator:\n"
               "sql> GRANT CONNECT ON DATABASE {sql-database} TO {sql-user};"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "42501",
     .msg = "{where}: the token was right, but {user} may not use the database {database}{says}",
     .hint = "GRANT CONNECT ON DATABASE ... TO {sql-user}"},
    {.cause = {"postgres-parameter", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The client asks for a setting at its start whose value the "
               "server does not take. The text says which.",
               "See PGOPTIONS, PGCLIENTENCODING and the client's own "
               "settings:\n"
               "$ env | grep '^PG'"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "22023",
     .msg = "{where}: the server does not take a setting of the client{says}",
     .hint = "see PGOPTIONS, PGCLIENTENCODING and the client's own settings"},
    {.cause = {"postgres-parameter-unknown", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The client asks for a setting at its start that the server "
               "does not know. The text says which.",
               "See PGOPTIONS and the client's own settings:\n"
               "$ env | grep '^PG'"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "42704",
     .msg = "{where}: the server does not know a setting of the client{says}",
     .hint = "see PGOPTIONS and the client's own settings"},

    /* No room, or not up. */
    {.cause = {"postgres-too-many", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "Every place for a connection is taken: of the server "
               "(max_connections), of the role or of the database.",
               "@wait\n"
               "As an administrator, see who holds them:\n"
               "sql> SELECT usename, state, count(*) FROM pg_stat_activity "
               "GROUP BY usename, state;\n"
               "Where it is a limit of the role that is reached:\n"
               "sql> ALTER ROLE {sql-user} CONNECTION LIMIT -1;"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "53",
     .msg = "{where}: the server has no room for another connection{says}",
     .hint = "max_connections, or the limits of {user} and of the database; --wait SECONDS tries "
             "until one is free"},
    {.cause = {"postgres-not-ready", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "The server is starting, going down or recovering.",
               "@wait\n"
               "See its state:\n"
               "@describe"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "57P",
     .msg = "{where}: the server is starting, going down or recovering{says}",
     .hint = "--wait SECONDS tries again"},
    {.cause = {"postgres-read-only", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The server only reads. A reader always does; the writer's "
               "name leads to one for a moment during a failover.",
               "To write, use the cluster's writer endpoint:\n"
               "@describe\n"
               "@wait"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "25006",
     .msg = "{where}: the server only reads{says}",
     .hint = "during a failover the writer endpoint leads to such a one for a moment: --wait "
             "SECONDS tries again"},
    {.cause = {"postgres-connection", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server does not understand what the client sends. "
               "Something on the way may change what passes, or a setting of "
               "the client is malformed.",
               "Try rdspass connect. If that works, the client is at fault; "
               "else what is between."},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "08P01",
     .msg = "{where}: the server does not understand the client{says}",
     .hint = "something between may change what passes, or a setting of the client is malformed"},
    {.cause = {"postgres-connection-lost", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "What answers stands before the database, and has no "
               "connection to it.",
               "@wait\n"
               "See the state of the database:\n"
               "@describe"},
     .engine = RP_ENGINE_POSTGRES,
     .sqlstate = "08",
     .msg = "{where}: what answers has no connection to the database{says}",
     .hint = "a proxy before a server that is down says so: --wait SECONDS tries again"},
    {.cause = {"postgres-error", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server refuses for a reason of its own, which it gives.",
               "Look its code up in the manual of PostgreSQL, under \"Error "
               "Codes\".\n"
               "@server-log"},
     .stages = RP_ONE_OF(RP_STAGE_GREETING) | RP_ONE_OF(RP_STAGE_LOGIN),
     .when = is_error,
     .msg = "{where}: the server refuses {user} ({code}){says}"},
};

const struct rp_cause_part rp_causes_postgres = {rows, sizeof(rows) / sizeof(rows[0])};
