/* Taking roles: by the cache or by STS; each asks for what stands below it when it needs that. */
#include "role.h"

#include "cache.h"
#include "chain.h"
#include "mfa.h"
#include "rdspass/base/deadline.h"
#include "service.h"

/* How long another process may take to bring what we want, too: STS, or a person at a terminal. */
enum { LOCK_MS = 30000, LOCK_PERSON_MS = 120000, KEY_MAX = 16384 };

static const char provider_name[] = "assume-role";

/* Whether the cache has the role; *cache is then its file. */
static rp_status look(struct rp_cache *cache, struct rp_role_session *out, bool *out_found,
                      struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *content = NULL;

    RP_TRY(rp_cache_read(cache, &content, err));
    *out_found = content != NULL && rp_role_from_cache(cache->session, content, out);
    return RP_OK;
}

static rp_status open_cache(const struct rp_session *session, const struct rp_role *role,
                            struct rp_cache *out, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf key = {.max = KEY_MAX};

    RP_TRY(rp_role_cache_key(role, &key, err));
    return rp_cache_open(out, session, RP_CACHE_ROLES, rp_buf_span(&key), err);
}

rp_status rp_role_cached_or(const struct rp_session *session, const struct rp_role *role,
                            const struct rp_role_getter *getter, struct rp_role_session *out,
                            bool *out_cached, struct rp_error *err)
{
    RP_ROLE_SESSION_AUTO struct rp_role_session got = {0};
    RP_CACHE_AUTO struct rp_cache cache = {.lock_fd = -1};
    RP_JSON_AUTO struct rp_json *content = NULL;

    *out_cached = false;
    RP_TRY(open_cache(session, role, &cache, err));
    cache.warned = getter->looked;
    if (!getter->looked)
        RP_TRY(look(&cache, out, out_cached, err));
    if (*out_cached)
        return RP_OK;
    if (!getter->locked &&
        rp_cache_lock(&cache, rp_deadline_in(getter->asks_person ? LOCK_PERSON_MS : LOCK_MS)))
        RP_TRY(look(&cache, out, out_cached, err));
    if (*out_cached)
        return RP_OK;
    RP_TRY(getter->get(getter->self, &got, err));
    content = rp_role_to_cache(&got);
    rp_cache_write(&cache, content);
    rp_role_session_release(out);
    *out = got;
    got = (struct rp_role_session){0}; /* moved */
    return RP_OK;
}

/* What is to be taken: the roles above the last one that is cached, or above the base. */
struct ascent {
    const struct rp_session *session;
    const struct rp_role_plan *plan;
    struct rp_credentials cached; /* of the role below `from` */
    size_t from;                  /* 0: none is cached */
};

static rp_status reach(struct ascent *ascent, size_t height, struct rp_credentials *out,
                       struct rp_error *err);

/* A role of the plan, and the credentials that take it, when they have been come by. */
struct step {
    struct ascent *ascent;
    size_t number;
    const struct rp_role *role;
    struct rp_credentials by;
};

/* The person is asked first: nothing below is dialled for a code that does not come. */
static rp_status ask_sts(void *self, struct rp_role_session *out, struct rp_error *err)
{
    struct step *step = self;
    const struct rp_session *session = step->ascent->session;
    RP_SECRET_AUTO struct rp_secret code = {0};

    if (step->role->mfa_serial != NULL)
        RP_TRY(rp_mfa_code(session, step->role->mfa_serial, &code, err));
    RP_TRY(reach(step->ascent, step->number, &step->by, err));
    rp_trace(session->ctx, "taking the role %s by key %s", step->role->arn, step->by.access_key_id);
    return rp_sts_assume_role(session, &step->by, step->role, &code, out, err);
}

static void copy_hops(const struct rp_credentials *from, struct rp_credentials *to)
{
    memcpy(to->hops, from->hops, sizeof(to->hops));
    to->hop_count = from->hop_count;
}

/* Puts a role's credentials in the place of those that it stands on. */
static void stand_on(struct rp_role_session *role, const char *arn, bool cached,
                     struct rp_credentials *credentials)
{
    copy_hops(credentials, &role->credentials);
    rp_credentials_add_hop(&role->credentials, provider_name, cached, "%s", arn);
    rp_credentials_release(credentials);
    *credentials = role->credentials;
    role->credentials = (struct rp_credentials){0};
    credentials->source = provider_name;
}

/* What stands below a role that was cached, and is not asked, in the words of the plan. */
static void tell_unasked(const struct rp_role_plan *plan, size_t role, struct rp_credentials *out)
{
    if (plan->profile != NULL)
        rp_credentials_add_hop(out, "source_profile", false, "profile %s", plan->profile);
    else if (plan->source != NULL)
        rp_credentials_add_hop(out, "credential_source", false, "%s", plan->source);
    for (size_t i = 0; i < role; i++)
        rp_credentials_add_hop(out, provider_name, false, "%s", plan->roles[i].role.arn);
}

/* The last role that is cached; *out_next is the one above it, 0 where none is. */
static rp_status find_cached(const struct rp_session *session, const struct rp_role_plan *plan,
                             struct rp_credentials *out, size_t *out_next, struct rp_error *err)
{
    bool found = false;

    *out_next = 0;
    for (size_t i = plan->count; i > 0 && !found; i--) {
        RP_ROLE_SESSION_AUTO struct rp_role_session got = {0};
        RP_CACHE_AUTO struct rp_cache cache = {.lock_fd = -1};
        struct rp_role role = plan->roles[i - 1].role;
        role.wanted_by = plan->roles[i - 1].wanted_by;
        RP_TRY(open_cache(session, &role, &cache, err));
        RP_TRY(look(&cache, &got, &found, err));
        if (!found)
            continue;
        rp_trace(session->ctx, "the role %s is cached: %s", role.arn, cache.path);
        tell_unasked(plan, i - 1, out);
        stand_on(&got, role.arn, true, out);
        *out_next = i;
    }
    return RP_OK;
}

/* Whether a person may be asked before this role's credentials are there. */
static bool asks_person(const struct ascent *ascent, size_t number)
{
    for (size_t i = ascent->from; i <= number; i++)
        if (ascent->plan->roles[i].role.mfa_serial != NULL)
            return true;
    return false;
}

static bool are_same(const struct rp_role *a, const struct rp_role *b)
{
    return rp_span_eq(rp_span(a->arn), rp_span(b->arn)) &&
           rp_span_eq(rp_span(a->session_name), rp_span(b->session_name)) &&
           rp_span_eq(rp_span(a->external_id), rp_span(b->external_id)) &&
           rp_span_eq(rp_span(a->mfa_serial), rp_span(b->mfa_serial)) && a->duration == b->duration;
}

/* Whether we would wait for ourselves: roles are locked from the top down. */
static bool is_locked_above(const struct rp_role_plan *plan, size_t number)
{
    for (size_t i = number + 1; i < plan->count; i++)
        if (are_same(&plan->roles[i].role, &plan->roles[number].role))
            return true;
    return false;
}

static rp_status take(struct ascent *ascent, size_t number, struct rp_credentials *out,
                      struct rp_error *err)
{
    RP_ROLE_SESSION_AUTO struct rp_role_session got = {0};
    const struct rp_planned_role *planned = &ascent->plan->roles[number];
    struct rp_role role = planned->role;
    struct step step = {.ascent = ascent, .number = number, .role = &role};
    struct rp_role_getter getter = {
        .get = ask_sts,
        .self = &step,
        .asks_person = asks_person(ascent, number),
        .looked = true,
        .locked = is_locked_above(ascent->plan, number),
    };
    bool cached = false;

    role.wanted_by = planned->wanted_by;
    rp_status status = rp_role_cached_or(ascent->session, &role, &getter, &got, &cached, err);
    if (!rp_failed(status)) {
        if (cached)
            tell_unasked(ascent->plan, number, &step.by);
        stand_on(&got, role.arn, cached, &step.by);
        rp_credentials_release(out);
        *out = step.by;
        step.by = (struct rp_credentials){0}; /* moved */
    }
    rp_credentials_release(&step.by);
    return status;
}

static rp_status find_base(const struct rp_session *session, const struct rp_role_plan *plan,
                           struct rp_credentials *out, struct rp_error *err)
{
    if (plan->whole_chain)
        return rp_chain_find(session, out, plan->report, err);
    return plan->profile != NULL ? rp_chain_find_in_profile(session, plan->profile, out, err)
                                 : rp_chain_find_in_source(session, plan->source, out, err);
}

/* The credentials after so many roles of the plan. */
static rp_status reach(struct ascent *ascent, size_t height, struct rp_credentials *out,
                       struct rp_error *err)
{
    if (height > ascent->from)
        return take(ascent, height - 1, out, err);
    if (ascent->from == 0)
        return find_base(ascent->session, ascent->plan, out, err);
    rp_credentials_release(out);
    *out = ascent->cached;
    ascent->cached = (struct rp_credentials){0}; /* moved */
    return RP_OK;
}

/* Without a network, or a region for STS, nothing that is asked below would help. */
static rp_status check_reach(const struct rp_session *session, const struct rp_role_plan *plan,
                             struct rp_error *err)
{
    struct rp_service_endpoint sts;

    if (session->net == NULL)
        return rp_fail(err, RP_KIND_INTERNAL, "no network here, and the role %s wants one",
                       plan->roles[plan->count - 1].role.arn);
    return rp_service_find(session, RP_SERVICE_STS, NULL, &sts, err);
}

rp_status rp_role_run(const struct rp_session *session, const struct rp_role_plan *plan,
                      struct rp_credentials *out, struct rp_error *err)
{
    struct ascent ascent = {.session = session, .plan = plan};

    rp_status status = find_cached(session, plan, &ascent.cached, &ascent.from, err);
    if (!rp_failed(status) && ascent.from < plan->count)
        status = check_reach(session, plan, err);
    if (!rp_failed(status))
        status = reach(&ascent, plan->count, out, err);
    rp_credentials_release(&ascent.cached);
    return status;
}
