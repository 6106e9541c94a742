/*
 * The cross-SDK cases for profile files (profile-parser-tests.json and
 * file-location-tests.json), and the partitions, from the folder RP_SEP_TESTS.
 *
 * A case that expects an error passes where the line was reported: here a bad
 * line costs a warning, not the file. What we take without a warning although
 * the case wants an error is named in the output.
 */
#include <cjson/cJSON.h>

#include "held_context.h"
#include "rdspass/aws/partition.h"
#include "rdspass/aws/session.h"
#include "rdspass/base/file.h"

#define DEFAULT_FOLDER "../shared/data/sep-tests"

/* Errors of the specification that the lenient grammar takes (docs/credentials.md). */
static const char *const taken[] = {
    "Expected a property definition", /* properties that are all indented */
    "Expected a profile definition",  /* a section that is indented */
};

static cJSON *load(const char *name)
{
    struct rp_env env = rp_env_process();
    const char *folder = env.get(env.self, "RP_SEP_TESTS");
    struct rp_error err = {0};
    char path[1024];
    bool found = false;
    RP_BUF_AUTO struct rp_buf text = {.max = 1 << 24};

    (void)snprintf(path, sizeof(path), "%s/%s",
                   folder == NULL || folder[0] == '\0' ? DEFAULT_FOLDER : folder, name);
    if (rp_failed(rp_file_read(path, RP_KIND_CONFIG, &text, &found, &err)) || !found) {
        char why[1100];
        (void)snprintf(why, sizeof(why), "%s is not there", path);
        tap_skip(why);
        return NULL;
    }
    cJSON *json = cJSON_ParseWithLength(rp_buf_str(&text), text.len);
    OK(json != NULL, "%s is JSON", name);
    return json;
}

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* Puts what is visited into objects as the cases have them. */
static void collect(void *self, enum rp_profile_file file, const char *section_type,
                    const char *name, const char *key, const char *value)
{
    const char *group = strcmp(section_type, "profile") == 0       ? "profiles"
                        : strcmp(section_type, "sso-session") == 0 ? "sso_sessions"
                                                                   : "services";
    cJSON *root = self;
    cJSON *sections = cJSON_GetObjectItemCaseSensitive(root, group);

    (void)file; /* the credentials file comes second, so that its values win */
    if (sections == NULL)
        sections = cJSON_AddObjectToObject(root, group);
    cJSON *section = cJSON_GetObjectItemCaseSensitive(sections, name);
    if (section == NULL)
        section = cJSON_AddObjectToObject(sections, name);
    if (key != NULL) {
        cJSON_DeleteItemFromObjectCaseSensitive(section, key);
        (void)cJSON_AddStringToObject(section, key, value);
    }
}

/* Whether a group of sections is as wanted; one that is not there is empty. */
static bool same_group(const cJSON *got, const cJSON *want, const char *group)
{
    const cJSON *a = cJSON_GetObjectItemCaseSensitive(got, group);
    const cJSON *b = cJSON_GetObjectItemCaseSensitive(want, group);

    if (a == NULL || b == NULL)
        return cJSON_GetArraySize(a) == 0 && cJSON_GetArraySize(b) == 0;
    return cJSON_Compare(a, b, true);
}

/* Each value by the function that the providers use: the credentials file wins. */
static bool same_answers(struct rp_profiles *profiles, const cJSON *want)
{
    const cJSON *profile;
    const cJSON *property;
    bool same = true;

    cJSON_ArrayForEach(profile, cJSON_GetObjectItemCaseSensitive(want, "profiles"))
    {
        same = same && rp_profile_exists(profiles, profile->string);
        cJSON_ArrayForEach(property, profile)
        {
            const char *value = rp_profile_get(profiles, profile->string, property->string);
            same = same && strcmp(value == NULL ? "" : value, property->valuestring) == 0;
        }
    }
    return same;
}

static void expect_output(struct rp_profiles *profiles, const cJSON *want, const char *name)
{
    cJSON *got = cJSON_CreateObject();

    rp_profiles_visit(profiles, collect, got);
    bool same = same_group(got, want, "profiles") && same_group(got, want, "sso_sessions") &&
                same_group(got, want, "services");
    if (!OK(same, "%s", name)) {
        char *a = cJSON_Print(got);
        char *b = cJSON_Print(want);
        (void)fprintf(stderr, "got %s\nwant %s\n", a, b);
        cJSON_free(a);
        cJSON_free(b);
    }
    OK(same_answers(profiles, want), "%s (as providers ask)", name);
    cJSON_Delete(got);
}

static void expect_error(const struct held *held, const char *wanted, const char *name)
{
    bool lenient = false;

    if (held->warnings.len == 0)
        for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
            lenient = lenient || held_has(wanted, taken[i]);
    OK(held->warnings.len > 0 || lenient, "%s (%s)", name,
       lenient ? "an error there, taken here" : "a warning here");
    if (held->warnings.len > 0)
        OK(held_has(rp_buf_str(&held->warnings), "config:") ||
               held_has(rp_buf_str(&held->warnings), "credentials:"),
           "%s: the warning names file and line", name);
}

static void parser_case(const cJSON *test)
{
    const char *name = text_of(test, "name");
    const cJSON *input = cJSON_GetObjectItemCaseSensitive(test, "input");
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(test, "output");
    const char *wanted_error = text_of(output, "errorContaining");
    struct rp_profiles *profiles = NULL;
    struct rp_error err = {0};
    struct held held;

    held_init(&held, NULL);
    WORKS(rp_profiles_parse(&held.ctx, rp_span(text_of(input, "configFile")),
                            rp_span(text_of(input, "credentialsFile")), &profiles, &err),
          err, name);
    if (profiles != NULL && wanted_error != NULL)
        expect_error(&held, wanted_error, name);
    else if (profiles != NULL)
        expect_output(profiles, cJSON_GetObjectItemCaseSensitive(output, "config"), name);
    rp_profiles_free(&profiles);
    held_release(&held);
}

/* The variables of a case are looked up in its own object. */
static const char *get_of_case(void *self, const char *name)
{
    return text_of(self, name);
}

static void location_case(const cJSON *test)
{
    const char *name = text_of(test, "name");
    const char *platform = text_of(test, "platform");
    const char *profile = text_of(test, "profile");
    struct rp_session session = {0};
    struct rp_error err = {0};
    struct held held;

    if (platform == NULL || strcmp(platform, "linux") != 0)
        return;
    held_init(&held, NULL);
    held.ctx.env.get = get_of_case;
    held.ctx.env.self = cJSON_GetObjectItemCaseSensitive(test, "environment");
    /* A profile that the environment names must exist; here no file does. */
    bool failed = rp_failed(rp_session_init(&session, &held.ctx, NULL, &err));
    if (failed) {
        OK(profile != NULL && held_has(err.msg, profile), "%s: the profile that was looked for",
           name);
        OK(held_has(err.msg, text_of(test, "configLocation")), "%s: config", name);
        OK(held_has(err.msg, text_of(test, "credentialsLocation")), "%s: credentials", name);
    } else {
        IS_STR(session.profile, profile == NULL ? "default" : profile, name);
        IS_STR(rp_profiles_path(session.profiles, RP_FILE_CONFIG), text_of(test, "configLocation"),
               name);
        IS_STR(rp_profiles_path(session.profiles, RP_FILE_CREDENTIALS),
               text_of(test, "credentialsLocation"), name);
    }
    rp_session_release(&session);
    held_release(&held);
}

/*
 * A region that nobody has yet, of a partition's pattern, which is written
 * "^(us|eu)\\-\\w+\\-\\d+$": its first alternative, and some word and number.
 */
static void invent(const char *pattern, struct rp_buf *out)
{
    for (const char *c = pattern; *c != '\0'; c++) {
        struct rp_span rest = rp_span(c);
        bool word = rp_span_starts(rest, "\\w+");
        if (word || rp_span_starts(rest, "\\d+")) {
            rp_buf_add_str(out, word ? "newest" : "7");
            c += 2;
        } else if (*c == '|') {
            c += strcspn(c, ")") - 1;
        } else if (strchr("^$()\\", *c) == NULL) {
            rp_buf_add_char(out, *c);
        }
    }
}

static void pattern_case(const char *pattern, const char *id)
{
    RP_BUF_AUTO struct rp_buf region = {.max = 64};

    invent(pattern, &region);
    const struct rp_partition *got = rp_partition_of_region(rp_buf_span(&region));
    IS_STR(got == NULL ? "none" : got->name, id, rp_buf_str(&region));
}

static void partition_case(const cJSON *partition)
{
    const cJSON *outputs = cJSON_GetObjectItemCaseSensitive(partition, "outputs");
    const char *id = text_of(partition, "id");
    const cJSON *region;

    pattern_case(text_of(partition, "regionRegex"), id);
    cJSON_ArrayForEach(region, cJSON_GetObjectItemCaseSensitive(partition, "regions"))
    {
        /* "aws-global" and its like are no regions. */
        if (rp_span_ends(rp_span(region->string), "-global"))
            continue;
        const struct rp_partition *got = rp_partition_of_region(rp_span(region->string));
        if (OK(got != NULL, "%s is a region", region->string)) {
            IS_STR(got->name, id, region->string);
            IS_STR(got->dns_suffix, text_of(outputs, "dnsSuffix"), region->string);
            IS_STR(got->dual_stack_suffix, text_of(outputs, "dualStackDnsSuffix"), region->string);
        }
    }
}

static void for_each(const char *file, const char *list, void (*check)(const cJSON *))
{
    cJSON *json = load(file);
    const cJSON *element;

    cJSON_ArrayForEach(element, cJSON_GetObjectItemCaseSensitive(json, list)) check(element);
    cJSON_Delete(json);
}

int main(void)
{
    for_each("profile-parser-tests.json", "tests", parser_case);
    for_each("file-location-tests.json", "tests", location_case);
    for_each("partitions.json", "partitions", partition_case);
    return tap_done();
}
