/*
 * The config file: /etc/rdspass/config, overlaid key by key with the user's,
 * which is $RDSPASS_CONFIG, else $XDG_CONFIG_HOME/rdspass/config
 * (~/.config/rdspass/config). INI; a section for each target; [defaults].
 */
#ifndef RP_RDS_CONFIG_FILE_H
#define RP_RDS_CONFIG_FILE_H

#include "settings.h"

enum { RP_CONFIG_SIZE_MAX = 1024 * 1024 };

enum rp_config_file { RP_CONFIG_SYSTEM, RP_CONFIG_USER, RP_CONFIG__FILES };

/* The two sections that matter to one target. */
enum rp_config_part { RP_CONFIG_SECTION, RP_CONFIG_DEFAULTS, RP_CONFIG__PARTS };

struct rp_config_value {
    struct rp_span text; /* empty: not given */
    const char *path;
    unsigned line;
};

/* Starts as {0}. Owns the texts that the values point to. */
struct rp_config {
    struct rp_buf path[RP_CONFIG__FILES];
    struct rp_buf text[RP_CONFIG__FILES];
    bool has_section; /* whether either file has the section */
    struct rp_config_value value[RP_CONFIG__PARTS][RP_SET__COUNT];
};

/*
 * Reads both files for `section` (empty: for [defaults] alone) into a zeroed
 * *out, which must not be moved. Warns of keys that nobody knows and of bad
 * lines in other sections. RP_KIND_CONFIG: a file that cannot be read, is
 * larger than 1 MiB, is no text, or can be written by others (it chooses host
 * and roots); a file that RDSPASS_CONFIG names and that is not there; a bad
 * line in a part that matters; a code of MFA there.
 */
rp_status rp_config_read(const struct rp_context *ctx, struct rp_span section,
                         struct rp_config *out, struct rp_error *err) RP_MUST_USE;

void rp_config_release(struct rp_config *config);

#endif
