/* IAM Identity Center: what a profile says of it, and how messages speak of that. */
#include "sso.h"

#include "provider.h"

enum { WHERE_SIZE = 320 };

static const char section_type[] = "sso-session";

void rp_sso_prefix(const struct rp_session *session, const struct rp_sso_settings *settings,
                   const char *key, struct rp_error *err)
{
    char where[WHERE_SIZE];

    rp_profile_where(session->profiles, settings->profile, key, where, sizeof(where));
    rp_error_prefix(err, "the profile (%s) in %s", settings->profile, where);
}

void rp_sso_hint_login(const struct rp_sso_settings *settings, struct rp_error *err)
{
    rp_provider_hint("aws sso login", settings->profile, err);
}

/* A section [sso-session NAME], compared with the profile that names it. */
struct section {
    const struct rp_session *session;
    const char *name;
    bool exists;
    const char *differs; /* the first key that both have with different values; or NULL */
};

static const char *from_profile(const struct rp_session *session, const char *key)
{
    return rp_profile_get(session->profiles, session->profile, key);
}

static const char *from_section(const struct rp_session *session, const char *name, const char *key)
{
    return rp_profiles_section_get(session->profiles, section_type, name, key);
}

static void compare_property(void *self, enum rp_profile_file file, const char *type,
                             const char *name, const char *key, const char *value)
{
    struct section *section = self;

    (void)value; /* another may come behind it and take its place */
    if (file != RP_FILE_CONFIG || strcmp(type, section_type) != 0 ||
        strcmp(name, section->name) != 0)
        return;
    section->exists = true;
    if (key == NULL || section->differs != NULL)
        return;
    const char *ours = from_profile(section->session, key);
    const char *theirs = from_section(section->session, name, key);
    if (ours != NULL && theirs != NULL && strcmp(ours, theirs) != 0)
        section->differs = key;
}

/* Of settings that are known to be no secret the values tell what is wrong. */
static rp_status fail_differs(const struct section *section, struct rp_error *err)
{
    const char *key = section->differs;

    if (!rp_span_starts(rp_span(key), "sso_") && strcmp(key, "region") != 0)
        return rp_fail(err, RP_KIND_CONFIG, "%s is another here than in [sso-session %s]", key,
                       section->name);
    return rp_fail(err, RP_KIND_CONFIG, "%s is \"%.100s\" here and \"%.100s\" in [sso-session %s]",
                   key, from_profile(section->session, key),
                   from_section(section->session, section->name, key), section->name);
}

/* The section must be there, and say nothing else than the profile. */
static rp_status check_section(const struct rp_session *session,
                               const struct rp_sso_settings *settings, struct rp_error *err)
{
    struct section section = {.session = session, .name = settings->session_name};
    rp_status status = RP_OK;

    rp_profiles_visit(session->profiles, compare_property, &section);
    if (!section.exists) {
        status = rp_fail(err, RP_KIND_CONFIG, "there is no [sso-session %s]", section.name);
        rp_sso_prefix(session, settings, "sso_session", err);
        rp_provider_hint("aws configure sso", settings->profile, err);
    } else if (section.differs != NULL) {
        status = fail_differs(&section, err);
        rp_sso_prefix(session, settings, section.differs, err);
    }
    return status;
}

/* Adds a key to the list of those that are missing. */
static void note_missing(struct rp_buf *list, const char *value, const char *key)
{
    if (value == NULL)
        rp_buf_addf(list, "%s%s", list->len == 0 ? "" : ", ", key);
}

static rp_status check_complete(const struct rp_session *session,
                                const struct rp_sso_settings *settings, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf missing = {.max = 256};

    note_missing(&missing, settings->role_name, "sso_role_name");
    note_missing(&missing, settings->account_id, "sso_account_id");
    note_missing(&missing, settings->start_url, "sso_start_url");
    note_missing(&missing, settings->region, "sso_region");
    if (missing.len == 0)
        return RP_OK;
    const char *name = settings->session_name;
    rp_status status =
        rp_fail(err, RP_KIND_CONFIG, "%s: missing for IAM Identity Center%s%s%s",
                rp_buf_str(&missing), name == NULL ? "" : ", here or in [sso-session ",
                name == NULL ? "" : name, name == NULL ? "" : "]");
    rp_sso_prefix(session, settings, NULL, err);
    rp_provider_hint("aws configure sso", settings->profile, err);
    return status;
}

rp_status rp_sso_read_settings(const struct rp_session *session, struct rp_sso_settings *out,
                               struct rp_error *err)
{
    struct rp_sso_settings made = {.profile = session->profile};
    const char *name = from_profile(session, "sso_session");

    if (name == NULL && rp_profile_has(session->profiles, session->profile, "sso_session"))
        name = ""; /* no section has that name, and the legacy form is not meant */
    made.session_name = name;
    made.role_name = from_profile(session, "sso_role_name");
    made.account_id = from_profile(session, "sso_account_id");
    if (name == NULL) {
        made.start_url = from_profile(session, "sso_start_url");
        made.region = from_profile(session, "sso_region");
    } else {
        RP_TRY(check_section(session, &made, err));
        made.start_url = from_section(session, name, "sso_start_url");
        made.region = from_section(session, name, "sso_region");
        if (made.role_name == NULL)
            made.role_name = from_section(session, name, "sso_role_name");
        if (made.account_id == NULL)
            made.account_id = from_section(session, name, "sso_account_id");
    }
    RP_TRY(check_complete(session, &made, err));
    *out = made;
    return RP_OK;
}
