/* Causes: what a verified server does, of either engine; and the row for all that is left. */
#include "causes_rows.h"

enum {
    LOGIN = RP_ONE_OF(RP_STAGE_LOGIN),
    ASKS_OTHER = RP_ONE_OF(RP_SEEN_ASKS_OTHER),
};

#define ASKS_OTHER_WHY                                                                             \
    "The server asks this user for a password and not for a token. "                               \
    "So it does not know the user as one who logs in by IAM, or "                                  \
    "has no such user, or IAM authentication is off. The case of "                                 \
    "letters counts."
#define ASKS_OTHER_FIX                                                                             \
    "As an administrator, by password, see whether it is there, and "                              \
    "how it is written:\n"                                                                         \
    "@show-user\n"                                                                                 \
    "@iam-user\n"                                                                                  \
    "IAM authentication must be on, too:\n"                                                        \
    "@enable-iam"

static const struct rp_cause_row rows[] = {
    /* It does not want a token. */
    {.cause = {"asks-other-proxy", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The proxy asks this user for a password, so IAM is not "
               "required for it there.",
               "Make IAM required for the proxy's users (this replaces all of "
               "its authentication: name each secret):\n"
               "@proxy-auth"},
     .seen = ASKS_OTHER,
     .endpoints = RP_ANY_PROXY,
     .msg = "{where}: the proxy asks {user} for {asked}, not for a token",
     .hint = "its authentication for {user} must have IAM required: aws rds modify-db-proxy "
             "--db-proxy-name {identifier} --auth ... IAMAuth=REQUIRED"},
    {.cause = {"asks-other-mysql", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               ASKS_OTHER_WHY, ASKS_OTHER_FIX},
     .seen = ASKS_OTHER,
     .engine = RP_ENGINE_MYSQL,
     .msg = "{where}: the server asks {user} for {asked}, not for a token: the account is not an "
            "IAM user, or there is none of that name",
     .hint = "ALTER USER (or CREATE USER) {sql-user} IDENTIFIED WITH AWSAuthenticationPlugin AS "
             "'RDS'; IAM authentication must be on: {enable-iam}"},
    {.cause = {"asks-other-postgres", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               ASKS_OTHER_WHY, ASKS_OTHER_FIX},
     .seen = ASKS_OTHER,
     .msg = "{where}: the server asks {user} for {asked}, not for a token: the role is not an IAM "
            "user, there is none of that name, or IAM authentication is off",
     .hint = "GRANT rds_iam TO {sql-user}; and {enable-iam}"},

    /* It is not the one that was wanted. */
    {.cause = {"read-only", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The name of the writer leads to a server that only reads. "
               "During a failover that is so for a moment, until the DNS has "
               "caught up.",
               "@wait\n"
               "See which instance is the writer:\n"
               "@describe"},
     .seen = RP_ONE_OF(RP_SEEN_READ_ONLY),
     .msg = "{where}: the writer endpoint leads to a server that only reads",
     .hint = "during a failover it does for a moment: --wait SECONDS tries again"},
    {.cause = {"other-capabilities", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "Between two tries another server has taken over, of another "
               "version. The client was told of the first one.",
               "Connect again."},
     .seen = RP_ONE_OF(RP_SEEN_CAPABILITIES),
     .msg = "{where}: the server is another one than at the first try, and speaks otherwise than "
            "the client has been told",
     .hint = "connect again"},

    /* It breaks off. */
    {.cause = {"resuming", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "The database was paused since nobody used it, and is waking "
               "up, which takes up to half a minute.",
               "Wait for it: --wait 60\n"
               "Set a smallest capacity above 0 to keep it awake."},
     .text = {"resuming"},
     .msg = "{where}: the database was paused and is being resumed{says}",
     .hint = "that takes up to half a minute: --wait SECONDS waits for it"},
    {.cause = {"login-timeout", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_POSSIBLE,
               "The server is the right one, and did not decide on the login "
               "in time. It may be overloaded or waking up, or waiting for "
               "IAM.",
               "@wait\n"
               "Wait longer: --connect-timeout SECONDS"},
     .stages = LOGIN,
     .seen = RP_ONE_OF(RP_SEEN_TIMEOUT),
     .msg = "{where}: the server is verified, and did not complete the login of {user} in time",
     .hint = "it may be overloaded, resuming, or wait for IAM: --wait SECONDS tries again, "
             "--connect-timeout SECONDS waits longer"},
    {.cause = {"login-closed", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_POSSIBLE,
               "The server is the right one, and dropped the connection "
               "during the login. One that is restarting does, and a proxy "
               "that cannot take a long token.",
               "@wait\n"
               "See the state of the database:\n"
               "@describe"},
     .stages = LOGIN,
     .seen = RP_ONE_OF(RP_SEEN_CLOSED),
     .msg = "{where}: the server closed the connection during the login of {user}",
     .hint = "one that is restarting or failing over does, and a proxy that cuts long tokens: "
             "--wait SECONDS tries again"},
    {.cause = {"login-not-protocol", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server is the right one, but its answer cannot be "
               "understood.",
               "Connect again. If it lasts, something between changes what "
               "passes: connect without it."},
     .stages = LOGIN,
     .seen = RP_ONE_OF(RP_SEEN_NOT_PROTOCOL),
     .msg = "{where}: the server's answer is not of {engine}'s protocol{wrong}"},
};

const struct rp_cause_part rp_causes_login = {rows, sizeof(rows) / sizeof(rows[0])};

static const struct rp_cause_row last[] = {
    {.cause = {"unknown", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "What was seen is in no table of causes.",
               "Connect again. Then see the state of the database:\n"
               "@describe"},
     .msg = "{where}: the login of {user} failed: {errno}{says}"},
};

const struct rp_cause_part rp_causes_rest = {last, sizeof(last) / sizeof(last[0])};
