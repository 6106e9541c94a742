/*
 * rdspass doctor: says what is wrong with a target.
 *
 *     arguments -> target -> a look at the server -> identity -> a login -> cause
 *
 * It goes on past a failure wherever that tells more, and no secret goes to a
 * server that was not verified: the gate asks for none before.
 */
#include "doctor.h"

#include <signal.h>

#include "command.h"

static const struct rp_option options[] = {
    {RP_OPT_FORMAT, "format", NULL, "", "FORMAT", "text json", "how to print the report"},
    {RP_OPT_OFFLINE, "offline", NULL, "", NULL, NULL, "leave out what needs the network"},
    {RP_OPT_MESSAGE, "message", NULL, "", "TEXT", NULL, "explain what another client has printed"},
    RP_OPTIONS_END,
};

/* --- what the parts share --------------------------------------------------------------- */

struct rp_cause_target rp_doctor_cause_target(const struct rp_doctor *doctor)
{
    const struct rp_login *login = &doctor->login;
    const struct rp_target *target = &login->target;

    bool known = target->endpoint.host[0] != '\0' && target->endpoint.kind != RP_ENDPOINT_OTHER;
    const struct rp_endpoint *endpoint = known                           ? &target->endpoint
                                         : doctor->alias.host[0] != '\0' ? &doctor->alias
                                                                         : NULL;

    return (struct rp_cause_target){
        .endpoint = endpoint,
        .port = target->port,
        .user = target->user,
        .database = target->database,
        .via = doctor->via,
        .region = login->region.name[0] != '\0' ? login->region.name
                  : endpoint == NULL            ? ""
                                                : endpoint->region,
        .engine = target->engine,
        .ca_file = target->ca_file[0] != '\0',
        .roots = target->ca_file,
        .identity = doctor->caller.arn,
        .account = doctor->caller.account,
        .profile = !doctor->began                 ? target->profile
                   : login->session.profile_named ? login->session.profile
                                                  : "",
        .named = known ? "" : target->endpoint.host,
        .clock = doctor->report.steps[RP_STEP_CLOCK].verdict == RP_VERDICT_OK,
        .hearsay = known || endpoint == NULL ? NULL : doctor->alias_by,
    };
}

const char *rp_doctor_words(const struct rp_doctor *doctor, const char *msg)
{
    const char *host = doctor->login.target.endpoint.host;
    const char *end = strstr(msg, ": ");

    if (host[0] == '\0')
        host = "ENDPOINT"; /* as the table has it where there is none */
    size_t n = strlen(host);
    return end == NULL || strncmp(msg, host, n) != 0 || msg[n] != ':' ? msg : end + 2;
}

const char *rp_doctor_text(const struct rp_json *seen, const char *name)
{
    const char *text = rp_json_text(rp_json_member(seen, name));
    return text == NULL ? "" : text;
}

void rp_doctor_fail_seen(struct rp_doctor *doctor, enum rp_step step,
                         const struct rp_observation *seen)
{
    const struct rp_cause_target target = rp_doctor_cause_target(doctor);
    struct rp_error why = {0};

    const struct rp_cause *cause = rp_cause_find(seen, &target, &why);
    rp_report_fail(&doctor->report, step, cause, why.kind, "%s", rp_doctor_words(doctor, why.msg));
}

void rp_doctor_warn_seen(struct rp_doctor *doctor, enum rp_step step,
                         const struct rp_observation *seen)
{
    const struct rp_cause_target target = rp_doctor_cause_target(doctor);
    struct rp_error why = {0};

    const struct rp_cause *cause = rp_cause_find(seen, &target, &why);
    rp_report_warn(&doctor->report, step, cause, "%s", rp_doctor_words(doctor, why.msg));
}

void rp_doctor_fail(struct rp_doctor *doctor, enum rp_step step, enum rp_stage stage,
                    const struct rp_error *why)
{
    static const struct rp_error untold = {.kind = RP_KIND_INTERNAL,
                                           .msg = "it has ended without a word on why"};
    const struct rp_cause_target target = rp_doctor_cause_target(doctor);
    struct rp_error words = {0};

    if (why->kind == RP_KIND_NONE)
        why = &untold;
    struct rp_observation seen = {.stage = stage, .failed = why->kind, .sys = why->sys};
    (void)snprintf(seen.text, sizeof(seen.text), "%.*s", RP_SEEN_TEXT_MAX, why->msg);
    const struct rp_cause *cause = rp_cause_find(&seen, &target, &words);
    if (why->hint[0] != '\0')
        memcpy(doctor->report.steps[step].hint, why->hint, sizeof(why->hint));
    rp_report_fail(&doctor->report, step, cause, why->kind, "%s",
                   rp_doctor_words(doctor, why->msg));
}

rp_status rp_doctor_run(struct rp_doctor *doctor, struct rp_own_client *client,
                        struct rp_error *err)
{
    rp_status status = rp_own_client_run(&doctor->ctx, client, err);

    rp_job_give_signals_back();
    int asked = rp_job_asked_to_end();
    if (asked == SIGINT)
        return rp_fail(err, RP_KIND_INTERRUPTED, "interrupted");
    if (asked != 0)
        return rp_fail(err, RP_KIND_TERMINATED, "terminated");
    RP_TRY(status);
    if (client->end.signaled)
        return rp_fail(err, RP_KIND_INTERNAL, "our own client was killed");
    return RP_OK;
}

/* Warnings belong to the step under way; traces go where they went. */
static void note(void *self, enum rp_log_level level, const char *text)
{
    struct rp_doctor *doctor = self;

    if (level == RP_LOG_WARNING && doctor->deaf)
        return;
    if (level == RP_LOG_WARNING && doctor->now == RP_STEP_CONFIG && doctor->noted[0] == '\0')
        (void)snprintf(doctor->noted, sizeof(doctor->noted), "%s", text);
    if (level == RP_LOG_WARNING)
        rp_report_remark(&doctor->report, doctor->now, text);
    else
        doctor->log.line(doctor->log.self, level, text);
}

/* --- the course ------------------------------------------------------------------------------ */

static rp_status log_in(struct rp_doctor *doctor, struct rp_error *err)
{
    bool reached = doctor->report.steps[RP_STEP_TLS].verdict == RP_VERDICT_FAILED;
    const char *why = !doctor->secure ? reached ? "nothing is sent to a server that is not verified"
                                                : "it did not come to this"
                      : !doctor->signs                       ? "no token can be made for this host"
                      : !doctor->began                       ? "without an identity"
                      : doctor->login.target.user[0] == '\0' ? "there is no user (-u USER)"
                                                             : NULL;
    if (why == NULL)
        RP_TRY(rp_doctor_check(doctor, err));
    rp_report_skip(&doctor->report, RP_STEP_AUTHENTICATION, RP_STEP_PRIVILEGES, "%s",
                   why == NULL ? "there is no session" : why);
    return RP_OK;
}

static rp_status go_online(struct rp_doctor *doctor, struct rp_error *err)
{
    rp_doctor_begin_identity(doctor);
    RP_TRY(rp_doctor_look(doctor, err));
    rp_doctor_identify(doctor);
    return log_in(doctor, err);
}

static void stay_offline(struct rp_doctor *doctor)
{
    static const char why[] = "needs the network (--offline)";

    rp_doctor_begin_identity(doctor);
    rp_report_skip(&doctor->report, RP_STEP_DNS, RP_STEP_TLS, "%s", why);
    rp_doctor_identify(doctor);
    rp_report_skip(&doctor->report, RP_STEP_AUTHENTICATION, RP_STEP_PRIVILEGES, "%s", why);
}

/*
 * In the place of all that: what somebody else has seen. The target, if any, gives the names,
 * else the message.
 */
static rp_status explain(struct rp_doctor *doctor, const char *message, struct rp_error *err)
{
    struct rp_observation seen;
    struct rp_error none = {0};

    if (message[strspn(message, " \t\r\n")] == '\0')
        return rp_fail(err, RP_KIND_USAGE, "--message: there is nothing to explain");
    if (rp_failed(rp_doctor_resolve(doctor, &none)))
        rp_trace(&doctor->ctx, "no target: %s", none.msg);
    rp_cause_read(message, &seen, &doctor->login.target.engine);
    if (doctor->login.target.endpoint.host[0] == '\0')
        (void)rp_cause_read_endpoint(message, &doctor->login.target.endpoint);
    if (doctor->login.target.user[0] == '\0')
        rp_cause_read_user(message, doctor->login.target.user, sizeof(doctor->login.target.user));
    rp_doctor_fail_seen(doctor, RP_STEP_LOGIN, &seen);
    rp_report_skip(&doctor->report, RP_STEP_CONFIG, RP_STEP_PRIVILEGES, "a message is explained");
    return RP_OK;
}

static rp_status examine(struct rp_doctor *doctor, struct rp_error *err)
{
    const char *message = doctor->args->value[RP_OPT_MESSAGE];
    bool found;

    if (message != NULL)
        return explain(doctor, message, err);
    RP_TRY(rp_doctor_find_target(doctor, &found, err));
    if (!found)
        rp_report_skip(&doctor->report, RP_STEP_ENDPOINT, RP_STEP_PRIVILEGES, "there is no target");
    else if (doctor->offline)
        stay_offline(doctor);
    else
        RP_TRY(go_online(doctor, err));
    return RP_OK;
}

static rp_status examine_and_conclude(struct rp_doctor *doctor, struct rp_exit *out,
                                      struct rp_error *err)
{
    const char *format = doctor->args->value[RP_OPT_FORMAT];
    bool json = format != NULL && strcmp(format, "json") == 0;

    bool silent = json || doctor->args->value[RP_OPT_MESSAGE] != NULL;

    rp_report_init(&doctor->report, &doctor->ctx, silent);
    RP_TRY(examine(doctor, err));
    return rp_doctor_conclude(doctor, json, &out->code, err);
}

/* It is large for a stack. */
static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_exit *out,
                     struct rp_error *err)
{
    struct rp_doctor *doctor = calloc(1, sizeof(*doctor));

    if (doctor == NULL)
        return rp_fail_memory(err);
    doctor->ctx = *ctx;
    doctor->ctx.log.line = note;
    doctor->ctx.log.self = doctor;
    doctor->log = ctx->log;
    doctor->args = args;
    doctor->offline = args->value[RP_OPT_OFFLINE] != NULL;
    rp_status status = examine_and_conclude(doctor, out, err);
    rp_login_release(&doctor->login);
    rp_report_release(&doctor->report);
    free(doctor);
    return status;
}

const struct rp_command rp_command_doctor = {
    .name = "doctor",
    .summary = "Say what is wrong with a target, and what to do",
    .arguments = "[TARGET] [DATABASE]",
    .arguments_max = 2,
    .groups = {options, rp_target_options, rp_aws_options, rp_login_options, rp_common_options},
    .run_client = run,
};
