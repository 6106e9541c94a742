/*
 * The files that the AWS CLI and the SDKs share: ~/.aws/config and
 * ~/.aws/credentials, read leniently (docs/credentials.md lists every case in
 * which tools differ and what is done here).
 *
 * A bad line costs a warning that names file and line, never another profile.
 * Nothing is read before it is asked for: where keys and region come from the
 * environment, the files are not opened.
 */
#ifndef RP_AWS_PROFILES_H
#define RP_AWS_PROFILES_H

#include "rdspass/base/context.h"
#include "rdspass/base/span.h"

enum rp_profile_file { RP_FILE_CONFIG, RP_FILE_CREDENTIALS, RP_FILE__COUNT };

enum { RP_PROFILES_MAX = 1024 * 1024 }; /* bytes of a file */

/* Both files; owns what its values point to. */
struct rp_profiles;

/*
 * Finds where both files would be; reads nothing yet. `ctx` and `selected` are
 * borrowed. Bad lines of the profile `selected`, and those before any section,
 * are warnings; others are traces. NULL: all are warnings.
 */
rp_status rp_profiles_new(const struct rp_context *ctx, const char *selected,
                          struct rp_profiles **out, struct rp_error *err) RP_MUST_USE;

/*
 * Reads both files, once; later calls give the same answer. One that is not
 * there is empty. RP_KIND_CONFIG where one cannot be read at all (permission, a
 * directory, larger than 1 MiB, not text).
 *
 * The functions below read by themselves where that was not called; a file that
 * cannot be read is then a warning and empty.
 */
rp_status rp_profiles_read(struct rp_profiles *profiles, struct rp_error *err) RP_MUST_USE;

/* rp_profiles_new and rp_profiles_read in one, with every bad line a warning. */
rp_status rp_profiles_load(const struct rp_context *ctx, struct rp_profiles **out,
                           struct rp_error *err) RP_MUST_USE;

/* The same from memory; for tests and fuzzers. */
rp_status rp_profiles_parse(const struct rp_context *ctx, struct rp_span config,
                            struct rp_span credentials, struct rp_profiles **out,
                            struct rp_error *err) RP_MUST_USE;

void rp_profiles_free(struct rp_profiles **profiles);

/*
 * Where the file is looked for: AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE
 * with $VAR and ~ expanded, else its place in the home directory.
 */
const char *rp_profiles_path(const struct rp_profiles *profiles, enum rp_profile_file file);

/* Whether either file has the profile. */
bool rp_profile_exists(struct rp_profiles *profiles, const char *profile);

/* Whether the config file has a section [NAME] that is no profile for want of the word. */
bool rp_profile_lacks_prefix(struct rp_profiles *profiles, const char *profile);

/*
 * A property of a profile: the credentials file's where both files have it. NULL
 * where there is none or it is empty. Keys are asked for in lower case. Borrowed
 * from `profiles`. Indented comment lines, which the SDKs count to the value
 * above them, are left out, as the AWS CLI does.
 */
const char *rp_profile_get(struct rp_profiles *profiles, const char *profile, const char *key);

/* The same from one file only. */
const char *rp_profile_get_from(struct rp_profiles *profiles, enum rp_profile_file file,
                                const char *profile, const char *key);

/* Whether either file, or one, has the key in the profile, be its value empty. */
bool rp_profile_has(struct rp_profiles *profiles, const char *profile, const char *key);
bool rp_profile_has_in(struct rp_profiles *profiles, enum rp_profile_file file, const char *profile,
                       const char *key);

/*
 * Where the property that rp_profile_get gives stands, for a message: "PATH, line
 * N"; with `key` NULL, or where there is no such property, its section: the config
 * file's where both files have it, and that file alone where neither has. Cut where
 * it does not fit.
 */
void rp_profile_where(struct rp_profiles *profiles, const char *profile, const char *key, char *out,
                      size_t size);

/* A property of [sso-session NAME] or [services NAME] in the config file. */
const char *rp_profiles_section_get(struct rp_profiles *profiles, const char *section_type,
                                    const char *name, const char *key);

/*
 * For dumping in tests: calls for each section (`key` is then NULL) and for each
 * of its properties, in file order. Types: "profile", "sso-session", "services".
 * A property that comes again takes the place of the former; `value` is as the
 * SDKs read it, with sub-properties as lines behind a first, empty one.
 */
typedef void rp_profile_visit_fn(void *self, enum rp_profile_file file, const char *section_type,
                                 const char *name, const char *key, const char *value);
void rp_profiles_visit(struct rp_profiles *profiles, rp_profile_visit_fn *visit, void *self);

#endif
