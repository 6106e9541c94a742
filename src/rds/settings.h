/* The table of settings: what each is called where. */
#ifndef RP_RDS_SETTINGS_H
#define RP_RDS_SETTINGS_H

#include "rdspass/rds/target.h"

struct rp_setting_row {
    const char *name;     /* long option and key */
    const char *also;     /* the option's other name; NULL: none */
    const char *variable; /* NULL: none */
    const char *libpq;    /* libpq's variable; NULL: none */
};

const struct rp_setting_row *rp_setting_row(enum rp_setting setting);

/* The setting that a key of the config file names; false where none does. */
bool rp_setting_find(struct rp_span key, enum rp_setting *out);

#endif
