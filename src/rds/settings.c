/* The table of settings. */
#include "settings.h"

static const struct rp_setting_row rows[] = {
    [RP_SET_HOST] = {"host", "hostname", "RDSPASS_HOST", "PGHOST"},
    [RP_SET_PORT] = {"port", NULL, "RDSPASS_PORT", "PGPORT"},
    [RP_SET_USER] = {"user", "username", "RDSPASS_USER", "PGUSER"},
    [RP_SET_DATABASE] = {"database", "dbname", "RDSPASS_DATABASE", "PGDATABASE"},
    [RP_SET_ENGINE] = {"engine", NULL, "RDSPASS_ENGINE", NULL},
    [RP_SET_REGION] = {"region", NULL, "RDSPASS_REGION", NULL},
    /* AWS_PROFILE serves; it ranks behind keys in the environment, as --profile does not. */
    [RP_SET_PROFILE] = {"profile", NULL, NULL, NULL},
    [RP_SET_VIA] = {"via", NULL, "RDSPASS_VIA", NULL},
    /* No variable may name roots. */
    [RP_SET_CA_FILE] = {"ca-file", NULL, NULL, NULL},
    /* Nor an identity, but for AWS's own. */
    [RP_SET_ROLE_ARN] = {"role-arn", NULL, NULL, NULL},
    [RP_SET_EXTERNAL_ID] = {"external-id", NULL, NULL, NULL},
    [RP_SET_ROLE_SESSION_NAME] = {"role-session-name", NULL, NULL, NULL},
    [RP_SET_MFA_COMMAND] = {"mfa-command", NULL, NULL, NULL},
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) == RP_SET__COUNT, "every setting has its row");

const struct rp_setting_row *rp_setting_row(enum rp_setting setting)
{
    return &rows[setting];
}

const char *rp_setting_name(enum rp_setting setting)
{
    return rows[setting].name;
}

bool rp_setting_find(struct rp_span key, enum rp_setting *out)
{
    for (unsigned i = 0; i < RP_SET__COUNT; i++) {
        if (rp_span_is(key, rows[i].name) ||
            (rows[i].also != NULL && rp_span_is(key, rows[i].also))) {
            *out = (enum rp_setting)i;
            return true;
        }
    }
    return false;
}
