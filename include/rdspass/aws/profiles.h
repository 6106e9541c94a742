/*
 * The files that the AWS CLI and the SDKs share: ~/.aws/config and
 * ~/.aws/credentials, read leniently (docs/credentials.md lists every case in
 * which tools differ and what is done here).
 *
 * A bad line costs a warning that names file and line, never another profile.
 */
#ifndef RP_AWS_PROFILES_H
#define RP_AWS_PROFILES_H

#include "rdspass/base/context.h"
#include "rdspass/base/span.h"

enum rp_profile_file { RP_FILE_CONFIG, RP_FILE_CREDENTIALS, RP_FILE__COUNT };

/* Both files, parsed; owns what its values point to. */
struct rp_profiles;

/*
 * Finds and reads both files. One that is not there is empty. RP_KIND_CONFIG
 * where one cannot be read at all (permission, a directory, larger than
 * 1 MiB, not text).
 */
rp_status rp_profiles_load(const struct rp_context *ctx, struct rp_profiles **out,
                           struct rp_error *err) RP_MUST_USE;

/* The same from memory; the paths are for messages. For tests and fuzzers. */
rp_status rp_profiles_parse(const struct rp_context *ctx, struct rp_span config,
                            struct rp_span credentials, struct rp_profiles **out,
                            struct rp_error *err) RP_MUST_USE;

void rp_profiles_free(struct rp_profiles **profiles);

/* Where the file was looked for. */
const char *rp_profiles_path(const struct rp_profiles *profiles, enum rp_profile_file file);

/* Whether either file has the profile. */
bool rp_profile_exists(const struct rp_profiles *profiles, const char *profile);

/*
 * A property of a profile: the credentials file's where both files have it. NULL
 * where there is none or it is empty. Borrowed from `profiles`.
 */
const char *rp_profile_get(const struct rp_profiles *profiles, const char *profile,
                           const char *key);

/* The same from one file only. */
const char *rp_profile_get_from(const struct rp_profiles *profiles, enum rp_profile_file file,
                                const char *profile, const char *key);

/* A property of [sso-session NAME] or [services NAME] in the config file. */
const char *rp_profiles_section_get(const struct rp_profiles *profiles, const char *section_type,
                                    const char *name, const char *key);

/* For dumping in tests: calls for each profile and property, in file order. */
typedef void rp_profile_visit_fn(void *self, enum rp_profile_file file, const char *section_type,
                                 const char *name, const char *key, const char *value);
void rp_profiles_visit(const struct rp_profiles *profiles, rp_profile_visit_fn *visit, void *self);

#endif
