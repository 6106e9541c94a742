/*
 * Profile files from arbitrary bytes: the INI reader, and both files of a
 * session on top of it. The first byte says where the credentials file begins.
 */
#include "context.h"
#include "rdspass/aws/profiles.h"
#include "rdspass/codec/ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *get_variable(void *self, const char *name)
{
    (void)self;
    return strcmp(name, "HOME") == 0 ? "/home/user" : NULL;
}

static const struct rp_context context = FUZZ_CONTEXT(get_variable);

/* Events must come in order, and their spans must lie in the text. */
struct checker {
    struct rp_span text;
    unsigned line;
};

static void check_span(const struct checker *checker, struct rp_span span)
{
    if (span.n > 0 &&
        (span.p < checker->text.p || span.p + span.n > checker->text.p + checker->text.n))
        abort();
}

static bool check_event(void *self, const struct rp_ini_event *event)
{
    struct checker *checker = self;

    if (event->line < checker->line || (event->kind == RP_INI_BAD) != (event->problem != NULL))
        abort();
    checker->line = event->line;
    check_span(checker, event->name);
    check_span(checker, event->value);
    check_span(checker, event->text);
    return true;
}

/* What is visited must be found again, and in one piece. */
static void check_visit(void *self, enum rp_profile_file file, const char *section_type,
                        const char *name, const char *key, const char *value)
{
    struct rp_profiles *profiles = self;

    if (key == NULL) {
        if (strcmp(section_type, "profile") == 0 && !rp_profile_exists(profiles, name))
            abort();
        return;
    }
    if (strcmp(section_type, "profile") == 0 && !rp_profile_has_in(profiles, file, name, key))
        abort();
    const char *got = rp_profile_get(profiles, name, key);
    if (got != NULL && strlen(got) > RP_PROFILES_MAX)
        abort();
    if (strlen(value) > RP_PROFILES_MAX)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span bytes = {(const char *)data, size};
    struct checker checker = {.text = bytes};
    struct rp_profiles *profiles = NULL;

    if (!rp_ini_read(bytes, check_event, &checker))
        abort();
    if (size > 0 && size <= 4096) { /* looking everything up again is quadratic */
        struct rp_span rest = rp_span_skip(bytes, 1);
        size_t config = data[0] == 255 ? rest.n : (size_t)data[0] * rest.n / 255;
        if (!rp_failed(rp_profiles_parse(&context, rp_span_first(rest, config),
                                         rp_span_skip(rest, config), &profiles, NULL)))
            rp_profiles_visit(profiles, check_visit, profiles);
        rp_profiles_free(&profiles);
    }
    return 0;
}
