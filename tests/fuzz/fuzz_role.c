/*
 * Roles from arbitrary bytes: behind '{' a file of the cache, which comes out as it
 * went in; else a config file, whose profile p is planned, and whose roles have keys
 * that are ASCII.
 */
#include <stdlib.h>

#include "aws/role.h"
#include "context.h"
#include "rdspass/codec/json.h"

enum { KEY_MAX = 65536, LIFE_S = 900 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *get(void *self, const char *name)
{
    (void)self;
    return strcmp(name, "HOME") == 0 ? "/home/user" : NULL;
}

static const struct rp_context context = FUZZ_CONTEXT(get);

static void read_cached(struct rp_span text)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    RP_JSON_AUTO struct rp_json *again = NULL;
    RP_ROLE_SESSION_AUTO struct rp_role_session first = {0};
    RP_ROLE_SESSION_AUTO struct rp_role_session second = {0};
    struct rp_session session = {.ctx = &context};

    if (rp_failed(rp_json_parse(text, RP_KIND_CREDENTIALS, "it", &json, NULL)) ||
        !rp_role_from_cache(&session, json, &first))
        return;
    if (first.credentials.expires_at - FUZZ_NOW < LIFE_S)
        abort();
    again = rp_role_to_cache(&first);
    if (!rp_role_from_cache(&session, again, &second) ||
        strcmp(first.credentials.access_key_id, second.credentials.access_key_id) != 0 ||
        !rp_span_eq(rp_secret_reveal(&first.credentials.session_token),
                    rp_secret_reveal(&second.credentials.session_token)) ||
        first.credentials.expires_at != second.credentials.expires_at)
        abort();
}

static void check_role(const struct rp_planned_role *planned)
{
    RP_BUF_AUTO struct rp_buf key = {.max = KEY_MAX};
    struct rp_role role = planned->role;

    role.wanted_by = planned->wanted_by;
    if (rp_failed(rp_role_cache_key(&role, &key, NULL)))
        abort();
    for (size_t i = 0; i < key.len; i++)
        if (key.data[i] < ' ' || key.data[i] > '~')
            abort();
}

static void plan_profile(struct rp_span text)
{
    struct rp_session session = {.ctx = &context, .profile = "p"};
    struct rp_role_plan plan;
    struct rp_error err = {0};

    if (rp_failed(rp_profiles_parse(&context, text, RP_SPAN(""), &session.profiles, NULL)))
        return;
    if (rp_role_is_named(&session, "p") &&
        !rp_failed(rp_role_plan_profile(&session, &plan, &err))) {
        if (plan.count == 0 || plan.count > RP_ROLES_MAX ||
            (plan.source == NULL) == (plan.profile == NULL))
            abort();
        for (size_t i = 0; i < plan.count; i++)
            check_role(&plan.roles[i]);
    }
    rp_session_release(&session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span text = {(const char *)data, size};

    if (rp_span_starts(text, "{"))
        read_cached(text);
    else
        plan_profile(text);
    return 0;
}
