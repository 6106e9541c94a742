/* One profile file parsed, and where the files are: for the sources of this layer. */
#ifndef RP_AWS_PROFILE_TEXT_H
#define RP_AWS_PROFILE_TEXT_H

#include "rdspass/aws/profiles.h"
#include "rdspass/base/buf.h"

enum rp_section_type {
    RP_SECTION_PROFILE,
    RP_SECTION_BARE_DEFAULT, /* [default] in the config file: [profile default] replaces it */
    RP_SECTION_SSO_SESSION,
    RP_SECTION_SERVICES,
    RP_SECTION_OTHER, /* a name that is none of these; what it holds is not kept */
};

/* A section's header, or a property of the section before it. */
struct rp_profile_item {
    const char *key; /* lower case; NULL: a header */
    char *text;      /* the section's name, or the value as the SDKs read it */
    char *plain;     /* the value without comment lines, where it has any: owned */
    enum rp_section_type type;
    unsigned line; /* where it begins in the file */
};

/* One file: its text, cut into strings in place, and what was found in it. */
struct rp_profile_text {
    struct rp_buf path;
    struct rp_buf text;
    struct rp_profile_item *items; /* in file order; they point into `text` */
    size_t count;
    size_t capacity;
    bool prefixed_default; /* there is a [profile default] */
};

/*
 * Parses `file->text`. Bad lines go to the log: as warnings where they belong to
 * the profile `selected` (NULL: any) or to no section.
 */
rp_status rp_profile_text_parse(const struct rp_context *ctx, const char *selected,
                                enum rp_profile_file which, struct rp_profile_text *file,
                                struct rp_error *err) RP_MUST_USE;
void rp_profile_text_release(struct rp_profile_text *file);

/* What `raw`, the text between brackets, is; its name is cut from it. */
enum rp_section_type rp_section_classify(enum rp_profile_file which, struct rp_span raw,
                                         struct rp_span *out_name);

/* Adds the path that `variable` gives, else `standard`. */
void rp_profiles_find_path(const struct rp_context *ctx, const char *variable, const char *standard,
                           struct rp_buf *out);

#endif
