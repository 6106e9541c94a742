/* Causes: what Aurora DSQL says. Its texts say what its codes do not. */
#include "causes_rows.h"

#define REFUSED_WHY                                                                                \
    "DSQL asked for a token and refuses the one that it got. If "                                  \
    "identity, clock and region are right, the policy of who signs "                               \
    "does not allow {action} on the cluster, or the role in the "                                  \
    "database is not granted to it."
#define REFUSED_FIX                                                                                \
    "@allow\n"                                                                                     \
    "@iam-user\n"                                                                                  \
    "See what is granted:\n"                                                                       \
    "@show-user\n"                                                                                 \
    "A permission that is new takes up to some minutes: --wait "                                   \
    "SECONDS tries again."

static const struct rp_cause_row rows[] = {
    {.cause = {"dsql-action", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "DSQL has two kinds of tokens: one for the user admin, one for "
               "all others. This one is of the other kind.",
               "Log in by rdspass connect or exec, which take the right one.\n"
               "@allow"},
     .endpoints = RP_ANY_DSQL,
     .text = {"user to action mapping"},
     .msg = "{where}: the token's action is not that of {user}{says}",
     .hint = "the user admin has dsql:DbConnectAdmin, every other one dsql:DbConnect"},
    {.cause = {"dsql-no-database", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The login was right so far. DSQL has one database, which is "
               "called postgres; another was asked for.",
               "Name that one: -d postgres, or /postgres in a URL"},
     .endpoints = RP_ANY_DSQL,
     .sqlstate = "3D000",
     .msg = "{where}: DSQL has no database {database}{says}",
     .hint = "-d postgres: it has that one alone"},
    {.cause = {"dsql-no-role", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The login was right so far, and DSQL has no such role, or the "
               "role may not log in. Its only database is called postgres.",
               "@iam-user\n"
               "The database is called postgres."},
     .endpoints = RP_ANY_DSQL,
     .text = {"does not exist", "LOGIN attribute"},
     .msg = "{where}: DSQL does not know that user or database{says}",
     .hint =
         "CREATE ROLE {sql-user} WITH LOGIN; AWS IAM GRANT {sql-user} TO 'ARN-OF-THE-IDENTITY'; "
         "the database is postgres"},
    {.cause = {"dsql-name-missing", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "DSQL finds the cluster by the name in TLS, and saw none. "
               "Something on the way ends TLS, or the client is too old.",
               "Lead the connection past what stands between. A client of "
               "PostgreSQL before 14 sends no name."},
     .endpoints = RP_ANY_DSQL,
     .text = {"sni was not received"},
     .msg = "{where}: DSQL did not see the name of the cluster{says}",
     .hint = "something between may end TLS"},
    {.cause = {"dsql-refused", RP_KIND_LOGIN, RP_REMEDY_TOKEN, RP_CONFIDENCE_LIKELY, REFUSED_WHY,
               REFUSED_FIX},
     .endpoints = RP_ANY_DSQL,
     .sqlstate = "28",
     .msg = "{where}: DSQL refuses the token of {user}{says}",
     .hint = RP_HINT_ALLOW},
    {.cause = {"dsql-denied", RP_KIND_LOGIN, RP_REMEDY_TOKEN, RP_CONFIDENCE_LIKELY, REFUSED_WHY,
               REFUSED_FIX},
     .endpoints = RP_ANY_DSQL,
     .text = {"access denied"},
     .msg = "{where}: DSQL refuses the token of {user}{says}",
     .hint = RP_HINT_ALLOW},
};

const struct rp_cause_part rp_causes_dsql = {rows, sizeof(rows) / sizeof(rows[0])};
