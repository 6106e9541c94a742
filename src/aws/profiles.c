/* Both profile files: reading them when they are needed, and asking them. */
#include "rdspass/aws/profiles.h"

#include "profile_text.h"
#include "rdspass/base/file.h"

enum { PATH_LENGTH_MAX = 4096 };

struct rp_profiles {
    const struct rp_context *ctx;
    const char *selected;
    struct rp_profile_text files[RP_FILE__COUNT];
    bool read;
    bool failed; /* and `failure` says how */
    struct rp_error failure;
};

static const struct {
    const char *variable;
    const char *standard;
} places[RP_FILE__COUNT] = {
    [RP_FILE_CONFIG] = {"AWS_CONFIG_FILE", "~/.aws/config"},
    [RP_FILE_CREDENTIALS] = {"AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"},
};

rp_status rp_profiles_new(const struct rp_context *ctx, const char *selected,
                          struct rp_profiles **out, struct rp_error *err)
{
    struct rp_profiles *profiles = calloc(1, sizeof(*profiles));

    if (profiles == NULL)
        return rp_fail_memory(err);
    profiles->ctx = ctx;
    profiles->selected = selected;
    for (int i = 0; i < RP_FILE__COUNT; i++) {
        struct rp_profile_text *file = &profiles->files[i];
        rp_buf_init(&file->path, PATH_LENGTH_MAX);
        rp_buf_init(&file->text, RP_PROFILES_MAX);
        rp_profiles_find_path(ctx, places[i].variable, places[i].standard, &file->path);
        rp_status status = rp_buf_check(&file->path, RP_KIND_CONFIG, places[i].variable, err);
        if (rp_failed(status)) {
            rp_profiles_free(&profiles);
            return status;
        }
    }
    *out = profiles;
    return RP_OK;
}

/* Remembers the first failure; a file that failed is empty. */
static void settle(struct rp_profiles *profiles, struct rp_profile_text *file, rp_status status,
                   const struct rp_error *err)
{
    if (!rp_failed(status))
        return;
    rp_profile_text_release(file);
    if (!profiles->failed)
        profiles->failure = *err;
    profiles->failed = true;
}

static rp_status read_file(const struct rp_profiles *profiles, enum rp_profile_file which,
                           struct rp_profile_text *file, struct rp_error *err)
{
    const char *path = rp_buf_str(&file->path);
    bool found = false;

    RP_TRY(rp_file_read(path, RP_KIND_CONFIG, &file->text, &found, err));
    if (!found)
        rp_trace(profiles->ctx, "%s is not there", path);
    return rp_profile_text_parse(profiles->ctx, profiles->selected, which, file, err);
}

rp_status rp_profiles_read(struct rp_profiles *profiles, struct rp_error *err)
{
    for (int i = 0; !profiles->read && i < RP_FILE__COUNT; i++) {
        struct rp_error failure = {0};
        rp_status status =
            read_file(profiles, (enum rp_profile_file)i, &profiles->files[i], &failure);
        settle(profiles, &profiles->files[i], status, &failure);
    }
    profiles->read = true;
    if (!profiles->failed)
        return RP_OK;
    if (err != NULL)
        *err = profiles->failure;
    return (rp_status){1};
}

rp_status rp_profiles_load(const struct rp_context *ctx, struct rp_profiles **out,
                           struct rp_error *err)
{
    struct rp_profiles *profiles = NULL;

    RP_TRY(rp_profiles_new(ctx, NULL, &profiles, err));
    rp_status status = rp_profiles_read(profiles, err);
    if (rp_failed(status))
        rp_profiles_free(&profiles);
    else
        *out = profiles;
    return status;
}

rp_status rp_profiles_parse(const struct rp_context *ctx, struct rp_span config,
                            struct rp_span credentials, struct rp_profiles **out,
                            struct rp_error *err)
{
    const struct rp_span texts[RP_FILE__COUNT] = {config, credentials};
    struct rp_profiles *profiles = NULL;
    rp_status status = RP_OK;

    RP_TRY(rp_profiles_new(ctx, NULL, &profiles, err));
    profiles->read = true;
    for (int i = 0; i < RP_FILE__COUNT && !rp_failed(status); i++) {
        struct rp_profile_text *file = &profiles->files[i];
        rp_buf_add(&file->text, texts[i]);
        status = rp_buf_check(&file->text, RP_KIND_CONFIG, rp_buf_str(&file->path), err);
        if (!rp_failed(status))
            status = rp_profile_text_parse(ctx, NULL, (enum rp_profile_file)i, file, err);
    }
    if (rp_failed(status))
        rp_profiles_free(&profiles);
    else
        *out = profiles;
    return status;
}

void rp_profiles_free(struct rp_profiles **profiles)
{
    if (*profiles == NULL)
        return;
    for (int i = 0; i < RP_FILE__COUNT; i++) {
        rp_profile_text_release(&(*profiles)->files[i]);
        rp_buf_release(&(*profiles)->files[i].path);
    }
    free(*profiles);
    *profiles = NULL;
}

const char *rp_profiles_path(const struct rp_profiles *profiles, enum rp_profile_file file)
{
    return rp_buf_str(&profiles->files[file].path);
}

/* The file, which is read first where nobody did. */
static const struct rp_profile_text *file_of(struct rp_profiles *profiles,
                                             enum rp_profile_file which)
{
    struct rp_error err = {0};

    if (!profiles->read && rp_failed(rp_profiles_read(profiles, &err)))
        rp_warn(profiles->ctx, "%s", err.msg);
    return &profiles->files[which];
}

/* Whether the header begins a section of this type and name that counts. */
static bool is_section(const struct rp_profile_text *file, const struct rp_profile_item *header,
                       enum rp_section_type type, const char *name)
{
    bool same = header->type == type || (header->type == RP_SECTION_BARE_DEFAULT &&
                                         type == RP_SECTION_PROFILE && !file->prefixed_default);
    return same && strcmp(header->text, name) == 0;
}

/* The last item that has the key; the section's last header where `key` is NULL. */
static const struct rp_profile_item *find(const struct rp_profile_text *file,
                                          enum rp_section_type type, const char *name,
                                          const char *key)
{
    const struct rp_profile_item *found = NULL;
    bool inside = false;

    for (size_t i = 0; i < file->count; i++) {
        const struct rp_profile_item *item = &file->items[i];
        if (item->key == NULL)
            inside = is_section(file, item, type, name);
        if (inside &&
            (item->key == NULL ? key == NULL : key != NULL && strcmp(item->key, key) == 0))
            found = item;
    }
    return found;
}

static const char *value_of(const struct rp_profile_item *item)
{
    if (item == NULL)
        return NULL;
    const char *value = item->plain != NULL ? item->plain : item->text;
    return value[0] == '\0' ? NULL : value;
}

bool rp_profile_exists(struct rp_profiles *profiles, const char *profile)
{
    for (int i = 0; i < RP_FILE__COUNT; i++)
        if (find(file_of(profiles, (enum rp_profile_file)i), RP_SECTION_PROFILE, profile, NULL) !=
            NULL)
            return true;
    return false;
}

bool rp_profile_lacks_prefix(struct rp_profiles *profiles, const char *profile)
{
    return find(file_of(profiles, RP_FILE_CONFIG), RP_SECTION_OTHER, profile, NULL) != NULL;
}

const char *rp_profile_get_from(struct rp_profiles *profiles, enum rp_profile_file file,
                                const char *profile, const char *key)
{
    return value_of(find(file_of(profiles, file), RP_SECTION_PROFILE, profile, key));
}

const char *rp_profile_get(struct rp_profiles *profiles, const char *profile, const char *key)
{
    enum rp_profile_file from = rp_profile_has_in(profiles, RP_FILE_CREDENTIALS, profile, key)
                                    ? RP_FILE_CREDENTIALS
                                    : RP_FILE_CONFIG;
    return rp_profile_get_from(profiles, from, profile, key);
}

bool rp_profile_has_in(struct rp_profiles *profiles, enum rp_profile_file file, const char *profile,
                       const char *key)
{
    return find(file_of(profiles, file), RP_SECTION_PROFILE, profile, key) != NULL;
}

bool rp_profile_has(struct rp_profiles *profiles, const char *profile, const char *key)
{
    return rp_profile_has_in(profiles, RP_FILE_CREDENTIALS, profile, key) ||
           rp_profile_has_in(profiles, RP_FILE_CONFIG, profile, key);
}

void rp_profile_where(struct rp_profiles *profiles, const char *profile, const char *key, char *out,
                      size_t size)
{
    enum rp_profile_file which = RP_FILE_CREDENTIALS;
    int n;

    if (key != NULL && !rp_profile_has(profiles, profile, key))
        key = NULL;
    /* A property counts in the credentials file first; a section is rather looked for in the other.
     */
    if (key == NULL || !rp_profile_has_in(profiles, which, profile, key))
        which = RP_FILE_CONFIG;
    const struct rp_profile_item *item =
        find(file_of(profiles, which), RP_SECTION_PROFILE, profile, key);
    if (item == NULL) {
        which = RP_FILE_CREDENTIALS;
        item = find(file_of(profiles, which), RP_SECTION_PROFILE, profile, key);
    }
    if (item == NULL)
        n = snprintf(out, size, "%s", rp_profiles_path(profiles, RP_FILE_CONFIG));
    else
        n = snprintf(out, size, "%s, line %u", rp_profiles_path(profiles, which), item->line);
    (void)n; /* an over-long path is cut */
}

static const char *const type_names[] = {
    [RP_SECTION_PROFILE] = "profile",
    [RP_SECTION_BARE_DEFAULT] = "profile",
    [RP_SECTION_SSO_SESSION] = "sso-session",
    [RP_SECTION_SERVICES] = "services",
    [RP_SECTION_OTHER] = NULL,
};

const char *rp_profiles_section_get(struct rp_profiles *profiles, const char *section_type,
                                    const char *name, const char *key)
{
    enum rp_section_type type = strcmp(section_type, "services") == 0      ? RP_SECTION_SERVICES
                                : strcmp(section_type, "sso-session") == 0 ? RP_SECTION_SSO_SESSION
                                                                           : RP_SECTION_PROFILE;
    return value_of(find(file_of(profiles, RP_FILE_CONFIG), type, name, key));
}

void rp_profiles_visit(struct rp_profiles *profiles, rp_profile_visit_fn *visit, void *self)
{
    for (int which = 0; which < RP_FILE__COUNT; which++) {
        const struct rp_profile_text *file = file_of(profiles, (enum rp_profile_file)which);
        const struct rp_profile_item *header = NULL;
        for (size_t i = 0; i < file->count; i++) {
            const struct rp_profile_item *item = &file->items[i];
            if (item->key == NULL)
                header = item;
            if (header == NULL)
                continue; /* a property before the first section is not kept */
            bool replaced = header->type == RP_SECTION_BARE_DEFAULT && file->prefixed_default;
            if (type_names[header->type] != NULL && !replaced)
                visit(self, (enum rp_profile_file)which, type_names[header->type], header->text,
                      item->key, item->key == NULL ? NULL : item->text);
        }
    }
}
