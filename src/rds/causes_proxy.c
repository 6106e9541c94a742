/* Causes: what RDS Proxy says in the protocol of PostgreSQL. Its texts say what its codes do not.
 */
#include "causes_rows.h"

static const struct rp_cause_row rows[] = {
    {.cause = {"proxy-needs-tls", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The proxy takes the connection for one without encryption, "
               "though it was encrypted from here. So something on the way "
               "ends TLS.",
               "Lead the connection past what stands before the proxy."},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"requires TLS", "only with SSL connections"},
     .msg = "{where}: RDS Proxy takes the connection for one without TLS{says}",
     .hint = "what stands between ends TLS before the proxy"},
    {.cause = {"proxy-empty-session", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The token holds a session token that is empty, which RDS "
               "Proxy refuses. AWS_SESSION_TOKEN is set, and empty.",
               "Take the variable away, and try again:\n"
               "$ unset AWS_SESSION_TOKEN"},
     .text = {"X-Amz-Security-Token"},
     .msg = "{where}: RDS Proxy refuses a token whose session token is empty{says}",
     .hint = "unset AWS_SESSION_TOKEN where the keys are long-term ones"},
    {.cause = {"proxy-no-credentials", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The proxy logs in to the database by secrets, and has none "
               "for this user.",
               "Give it a secret that holds the name and the password of the "
               "user (this replaces all of its authentication: name each "
               "secret):\n"
               "@proxy-auth\n"
               "Or let it use IAM to the database, too: --default-auth-scheme "
               "IAM_AUTH"},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"has no credentials for the role"},
     .msg = "{where}: RDS Proxy knows no secret for {user}{says}",
     .hint = "aws rds modify-db-proxy --db-proxy-name {identifier} --auth ... with a secret of "
             "{user}, or IAM end to end (DefaultAuthScheme IAM_AUTH)"},
    {.cause = {"proxy-throttled", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "Too many logins are being made at once for IAM.",
               "@wait\n"
               "Keep connections in a pool."},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"competing requests"},
     .msg = "{where}: too many logins at once{says}",
     .hint = "--wait SECONDS tries again; a pool keeps connections"},
    {.cause = {"proxy-auth-mode", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The proxy does not take this kind of login for the user: IAM "
               "is not required for it there.",
               "@proxy-auth"},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"supports only IAM"},
     .msg = "{where}: RDS Proxy does not take this kind of login{says}",
     .hint = "aws rds modify-db-proxy --db-proxy-name {identifier} --auth ... IAMAuth=REQUIRED"},
    {.cause = {"proxy-client-option", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The client asks for a setting at its start that RDS Proxy "
               "does not pass on.",
               "Leave it out of PGOPTIONS and of the client's settings, and "
               "set it after the login:\n"
               "sql> SET NAME = VALUE;"},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"support the option"},
     .msg = "{where}: RDS Proxy does not take an option of the client{says}",
     .hint = "leave it out of PGOPTIONS and of the client's own settings"},
    {.cause = {"proxy-protocol", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The client asks for a newer version of the protocol than RDS "
               "Proxy speaks.",
               "Let libpq ask for the old one: max_protocol_version=3.0"},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"supports only version 3.0"},
     .msg = "{where}: RDS Proxy speaks protocol 3.0 only{says}",
     .hint = "libpq: max_protocol_version=3.0"},
    {.cause = {"no-replication", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "Replication is asked for, which RDS Proxy does not pass on, "
               "and which takes no tokens.",
               "Connect to the database itself, by a user with a password."},
     .engine = RP_ENGINE_POSTGRES,
     .text = {"streaming replication"},
     .msg = "{where}: no replication here{says}"},
};

const struct rp_cause_part rp_causes_proxy = {rows, sizeof(rows) / sizeof(rows[0])};
