/* doctor: who signs, by which clock, for which region, and what a token then says. */
#include "doctor.h"
#include "rdspass/codec/time.h"
#include "row.h"

enum {
    ANSWER_MS = 5000,  /* for AWS, which is only asked beside the way to the database */
    SKEW_SIGNED = 300, /* seconds; services of AWS refuse what is signed with more */
    SKEW_NOTED = 60,
    TOKENS_LIFE = RP_TOKEN_LIFE,
};

/* --- AWS's clock -------------------------------------------------------------------------- */

/* Metadata is asked in clear, and by its machine's own clock. */
static bool is_of_aws(const struct rp_http_request *request,
                      const struct rp_http_response *response)
{
    return response->date != 0 && !request->direct;
}

/*
 * login's transport, with an eye on the date of each answer and less patience: who
 * was silent once is so again, and each try would be waited for.
 */
static rp_status perform(void *self, const struct rp_http_request *request,
                         struct rp_http_response *out, struct rp_error *err)
{
    struct rp_doctor *doctor = self;
    struct rp_transport *net = &doctor->login.net;
    struct rp_http_request hasty = *request;

    if (!request->direct && doctor->aws_silent[0] != '\0') {
        out->outcome = RP_HTTP_TIMED_OUT;
        memcpy(out->why, doctor->aws_silent, sizeof(out->why));
        return RP_OK;
    }
    if (hasty.total_ms > ANSWER_MS)
        hasty.total_ms = ANSWER_MS;
    RP_TRY(net->perform(net->self, &hasty, out, err));
    if (!request->direct && out->outcome == RP_HTTP_TIMED_OUT)
        memcpy(doctor->aws_silent, out->why, sizeof(out->why));
    if (is_of_aws(request, out)) {
        doctor->aws_date = out->date;
        doctor->ahead = rp_now(&doctor->ctx) - out->date;
    }
    return RP_OK;
}

static void tell_clock(struct rp_doctor *doctor)
{
    int64_t apart = doctor->ahead < 0 ? -doctor->ahead : doctor->ahead;
    char date[RP_TIME_ISO_SIZE];

    doctor->now = RP_STEP_CLOCK;
    if (doctor->aws_date == 0) {
        rp_report_skip(&doctor->report, RP_STEP_CLOCK, RP_STEP_CLOCK,
                       doctor->offline ? "needs the network (--offline)"
                                       : "AWS has not told the time");
        return;
    }
    rp_time_format_iso(doctor->aws_date, date);
    struct rp_json *seen = rp_json_new();
    rp_json_add_text(seen, "aws", date);
    rp_json_add_number(seen, "ahead_s", doctor->ahead);
    rp_report_seen(&doctor->report, RP_STEP_CLOCK, seen);
    const struct rp_observation off = {.stage = RP_STAGE_CLOCK, .ahead = doctor->ahead};
    if (apart > SKEW_SIGNED)
        rp_doctor_fail_seen(doctor, RP_STEP_CLOCK, &off);
    else if (apart > SKEW_NOTED)
        rp_doctor_warn_seen(doctor, RP_STEP_CLOCK, &off);
    else
        rp_report_ok(&doctor->report, RP_STEP_CLOCK, "as AWS's (%s)", date);
}

/* --- who signs ------------------------------------------------------------------------------ */

void rp_doctor_begin_identity(struct rp_doctor *doctor)
{
    struct rp_login *login = &doctor->login;
    struct rp_error *why = &doctor->region_error;

    doctor->now = RP_STEP_REGION;
    doctor->began = !rp_failed(rp_login_begin(&doctor->ctx, login, why));
    if (!doctor->began)
        return;
    doctor->net = (struct rp_transport){.perform = perform, .self = doctor};
    login->session.net = doctor->offline ? NULL : &doctor->net;
    doctor->deaf = true;
    if (!rp_failed(
            rp_region_choose(&doctor->ctx, &login->target, &login->session, &login->region, why)))
        login->session.region_database = login->region.name;
    doctor->deaf = false;
}

static void see_identity(struct rp_doctor *doctor)
{
    const struct rp_credentials *credentials = &doctor->login.credentials;
    const struct rp_caller *caller = &doctor->caller;
    struct rp_json *seen = rp_json_new();
    char end[RP_TIME_ISO_SIZE];

    rp_json_add_text(seen, "source", credentials->source);
    rp_json_add_text(seen, "access_key_id", credentials->access_key_id);
    rp_add_hops(credentials, seen);
    rp_time_format_iso(credentials->expires_at, end);
    rp_json_add_text(seen, "expires_at", credentials->expires_at == RP_NEVER ? NULL : end);
    rp_json_add_text(seen, "arn", caller->arn[0] == '\0' ? NULL : caller->arn);
    rp_json_add_text(seen, "account", caller->account[0] == '\0' ? NULL : caller->account);
    rp_report_seen(&doctor->report, RP_STEP_IDENTITY, seen);
}

static void add_identity(struct rp_doctor *doctor)
{
    const struct rp_credentials *credentials = &doctor->login.credentials;
    struct rp_report *report = &doctor->report;
    char end[RP_TIME_ISO_SIZE];

    rp_report_add(report, RP_STEP_IDENTITY, "key %s, from %s", credentials->access_key_id,
                  credentials->source);
    for (size_t i = 0; i < credentials->hop_count; i++)
        rp_report_add(report, RP_STEP_IDENTITY, "by %s: %s%s", credentials->hops[i].source,
                      credentials->hops[i].what,
                      credentials->hops[i].cached ? " (from the cache)" : "");
    if (credentials->expires_at == RP_NEVER)
        return;
    int64_t left = credentials->expires_at - rp_now(&doctor->ctx);
    rp_time_format_iso(credentials->expires_at, end);
    rp_report_add(report, RP_STEP_IDENTITY, "they end at %s, in %lld minutes", end,
                  (long long)left / 60);
    if (left < TOKENS_LIFE)
        rp_report_remark(report, RP_STEP_IDENTITY,
                         "a token dies with the credentials that signed it, sooner than by itself");
}

/* AWS says of such keys alone that it does not know them. */
static void explain_refusal(const struct rp_credentials *credentials, struct rp_error *why)
{
    bool session = !rp_secret_is_empty(&credentials->session_token);

    if (rp_credentials_lack_session(credentials))
        rp_ignore(rp_fail(why, RP_KIND_CREDENTIALS,
                          "the key %s (%s) is a temporary one, and its session token is missing",
                          credentials->access_key_id, credentials->source));
    if (rp_span_starts(rp_span(credentials->access_key_id), "AKIA") && session)
        rp_ignore(rp_fail(why, RP_KIND_CREDENTIALS,
                          "the key %s (%s) is a long-term one, and the session token of others is "
                          "with it",
                          credentials->access_key_id, credentials->source));
}

/* Whether AWS refused the question and not the keys, which may log in all the same. */
static bool is_no_fault_of_keys(const struct rp_error *why)
{
    return why->kind != RP_KIND_CREDENTIALS || strstr(why->msg, ": AccessDenied") != NULL ||
           strstr(why->msg, "scoped to a valid region") != NULL;
}

/* Who AWS takes them for. That it cannot be asked is no fault of theirs. */
static void verify(struct rp_doctor *doctor)
{
    struct rp_login *login = &doctor->login;
    struct rp_error why = {0};

    if (doctor->offline) {
        rp_report_ok(&doctor->report, RP_STEP_IDENTITY, "%s (AWS was not asked who that is)",
                     login->credentials.access_key_id);
        return;
    }
    rp_status status =
        rp_sts_get_caller_identity(&login->session, &login->credentials, &doctor->caller, &why);
    if (rp_failed(status) && why.kind == RP_KIND_CREDENTIALS)
        explain_refusal(&login->credentials, &why);
    if (!rp_failed(status))
        rp_report_ok(&doctor->report, RP_STEP_IDENTITY, "%s", doctor->caller.arn);
    else if (!is_no_fault_of_keys(&why))
        rp_doctor_fail(doctor, RP_STEP_IDENTITY, RP_STAGE_IDENTITY, &why);
    else
        rp_report_warn(&doctor->report, RP_STEP_IDENTITY, NULL, "AWS could not be asked: %s",
                       why.msg);
}

static void tell_identity(struct rp_doctor *doctor)
{
    struct rp_login *login = &doctor->login;
    struct rp_error why = doctor->region_error;

    doctor->now = RP_STEP_IDENTITY;
    if (!doctor->began) {
        rp_doctor_fail(doctor, RP_STEP_IDENTITY, RP_STAGE_IDENTITY, &why);
        return;
    }
    if (rp_failed(rp_credentials_find(&login->session, &login->credentials, &login->chain, &why))) {
        for (size_t i = 0; i < login->chain.count; i++)
            rp_report_add(&doctor->report, RP_STEP_IDENTITY, "passed over: %s: %s",
                          login->chain.steps[i].provider, login->chain.steps[i].why);
        if (doctor->offline && why.kind == RP_KIND_INTERNAL)
            rp_report_skip(&doctor->report, RP_STEP_IDENTITY, RP_STEP_IDENTITY, "%s (--offline)",
                           why.msg);
        else
            rp_doctor_fail(doctor, RP_STEP_IDENTITY, RP_STAGE_IDENTITY, &why);
        return;
    }
    doctor->identified = true;
    add_identity(doctor);
    verify(doctor);
    see_identity(doctor);
}

/* --- the region -------------------------------------------------------------------------- */

static void tell_region(struct rp_doctor *doctor)
{
    const struct rp_region *region = &doctor->login.region;
    const struct rp_endpoint *endpoint = &doctor->login.target.endpoint;

    doctor->now = RP_STEP_REGION;
    if (!doctor->began) {
        rp_report_skip(&doctor->report, RP_STEP_REGION, RP_STEP_REGION, "without an identity");
        return;
    }
    if (doctor->region_error.kind != RP_KIND_NONE) {
        rp_doctor_fail(doctor, RP_STEP_REGION, RP_STAGE_TARGET, &doctor->region_error);
        return;
    }
    struct rp_json *seen = rp_json_new();
    rp_json_add_text(seen, "region", region->name);
    rp_json_add_text(seen, "source", region->source);
    rp_report_seen(&doctor->report, RP_STEP_REGION, seen);
    if (endpoint->region[0] == '\0' || strcmp(endpoint->region, region->name) == 0) {
        rp_report_ok(&doctor->report, RP_STEP_REGION, "%s, from %s", region->name, region->source);
        return;
    }
    struct rp_error other = {0};
    rp_ignore(rp_fail(&other, RP_KIND_CONFIG,
                      "the endpoint is in %s, but the token is signed for %s, as %s says",
                      endpoint->region, region->name, region->source));
    rp_doctor_fail(doctor, RP_STEP_REGION, RP_STAGE_TARGET, &other);
}

/* --- the token --------------------------------------------------------------------------- */

static void see_token(struct rp_doctor *doctor, const struct rp_token_facts *facts,
                      const struct rp_token *token, const struct rp_token_findings *findings)
{
    struct rp_json *seen = rp_json_new();

    rp_json_add_number(seen, "length", (int64_t)facts->length);
    if (token->expires_at == RP_NEVER)
        rp_json_add_text(seen, "expires_s", NULL);
    else
        rp_json_add_number(seen, "expires_s", token->expires_at - token->signed_at);
    rp_add_findings(findings, seen);
    rp_report_seen(&doctor->report, RP_STEP_TOKEN, seen);
}

static void judge_token(struct rp_doctor *doctor, const struct rp_token *token,
                        const struct rp_token_facts *facts)
{
    const struct rp_target *target = &doctor->login.target;
    const struct rp_token_purpose purpose = {.host = target->endpoint.host,
                                             .port = target->port,
                                             .user = target->user,
                                             .region = target->endpoint.region,
                                             .engine = target->engine};
    struct rp_token_findings findings = {.count = 0};

    rp_token_judge(facts, &purpose, rp_now(&doctor->ctx) - doctor->ahead, &findings);
    see_token(doctor, facts, token, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        rp_report_add(&doctor->report, RP_STEP_TOKEN, "%s", findings.list[i].text);
        if (!findings.list[i].refused)
            continue;
        struct rp_observation seen = {.stage = RP_STAGE_TOKEN};
        (void)snprintf(seen.finding, sizeof(seen.finding), "%s", findings.list[i].id);
        (void)snprintf(seen.text, sizeof(seen.text), "%s", findings.list[i].text);
        rp_doctor_fail_seen(doctor, RP_STEP_TOKEN, &seen);
    }
    rp_report_ok(&doctor->report, RP_STEP_TOKEN, "%zu bytes, good for %lld s", facts->length,
                 (long long)(token->expires_at == RP_NEVER ? TOKENS_LIFE
                                                           : token->expires_at - token->signed_at));
}

static void tell_token(struct rp_doctor *doctor)
{
    RP_TOKEN_AUTO struct rp_token token = {0};
    RP_TOKEN_FACTS_AUTO struct rp_token_facts facts = {0};
    struct rp_login *login = &doctor->login;
    struct rp_error why = {0};

    doctor->now = RP_STEP_TOKEN;
    if (!doctor->signs || !doctor->identified || login->region.name[0] == '\0' ||
        login->target.user[0] == '\0' || login->target.port == 0) {
        rp_report_skip(&doctor->report, RP_STEP_TOKEN, RP_STEP_TOKEN, "%s",
                       !doctor->signs                  ? "there is no endpoint to sign for"
                       : !doctor->identified           ? "there are no credentials to sign with"
                       : login->target.user[0] == '\0' ? "there is no user to sign for (-u USER)"
                       : login->region.name[0] == '\0' ? "there is no region to sign for"
                                                       : "there is no port to sign for");
        return;
    }
    if (rp_failed(rp_login_sign(login, login->target.user, TOKENS_LIFE, rp_now(&doctor->ctx),
                                &token, &why)) ||
        rp_failed(rp_token_read(rp_secret_reveal(&token.text), &facts, &why)))
        rp_doctor_fail(doctor, RP_STEP_TOKEN, RP_STAGE_TOKEN, &why);
    else
        judge_token(doctor, &token, &facts);
}

void rp_doctor_identify(struct rp_doctor *doctor)
{
    rp_report_start(&doctor->report);
    tell_identity(doctor);
    tell_clock(doctor);
    tell_region(doctor);
    tell_token(doctor);
}
