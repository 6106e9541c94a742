/* doctor: a real login, and what its session can do, by our own client at a gate that tells all. */
#include "doctor.h"
#include "doctor_session.h"
#include "rdspass/base/deadline.h"

/* What the gate has told. */
struct check {
    struct rp_doctor *doctor;
    struct rp_gate_step asked; /* `seen` NULL: it has asked for nothing */
    const struct rp_cause *cause;
    int64_t began; /* on the clock of rp_deadline_in */
    int64_t ms;    /* so long the client ran */
};

static rp_status hear(void *self, struct rp_gate_step *step, struct rp_error *err)
{
    struct check *check = self;

    (void)err;
    if (step->type == RP_GATE_STEP_AUTHENTICATION) {
        rp_json_free(&check->asked.seen);
        check->asked = *step;
        step->seen = NULL;
    } else if (step->type == RP_GATE_STEP_FAILED) {
        check->cause = rp_cause_named(rp_doctor_text(step->seen, "cause"));
    }
    return RP_OK;
}

/* --- telling it -------------------------------------------------------------------------- */

/* By what the server asked for, before it got any secret. */
static void tell_authentication(struct check *check, const struct rp_private_gate *gate)
{
    struct rp_doctor *doctor = check->doctor;
    struct rp_report *report = &doctor->report;
    const char *asked = rp_json_text(rp_json_member(check->asked.seen, "asked"));
    bool token = false;

    doctor->now = RP_STEP_AUTHENTICATION;
    rp_report_took(report, RP_STEP_AUTHENTICATION, check->asked.ms);
    (void)rp_json_boolean(rp_json_member(check->asked.seen, "token"), &token);
    if (asked != NULL && token)
        rp_report_ok(report, RP_STEP_AUTHENTICATION, "asks for %s, which takes a token", asked);
    else if (asked != NULL)
        rp_report_fail(report, RP_STEP_AUTHENTICATION, check->cause, gate->failure.kind, "%s",
                       rp_doctor_words(doctor, gate->failure.msg));
    else if (gate->entered)
        rp_report_warn(report, RP_STEP_AUTHENTICATION, NULL,
                       "the server lets %s in without asking for anything",
                       doctor->login.target.user);
    else
        rp_report_skip(report, RP_STEP_AUTHENTICATION, RP_STEP_AUTHENTICATION,
                       "the server refused before it asked");
    if (asked == NULL)
        return;
    rp_report_seen(report, RP_STEP_AUTHENTICATION, check->asked.seen);
    check->asked.seen = NULL;
}

static void tell_entered(struct check *check, const struct rp_private_gate *gate)
{
    const struct rp_gate_facts *facts = &gate->facts;
    struct rp_report *report = &check->doctor->report;
    struct rp_json *seen = rp_json_new();

    rp_json_add_text(seen, "address", facts->address);
    rp_json_add_text(seen, "tls", facts->tls);
    rp_json_add_text(seen, "cipher", facts->cipher);
    rp_report_seen(report, RP_STEP_LOGIN, seen);
    rp_report_took(report, RP_STEP_LOGIN, gate->entered_at - check->began);
    rp_report_ok(report, RP_STEP_LOGIN, "%s is in, at %s", check->doctor->login.target.user,
                 facts->address);
}

/* A failure without a cause is ours: no token could be had for it. */
static void tell_login(struct check *check, const struct rp_private_gate *gate)
{
    struct rp_doctor *doctor = check->doctor;
    struct rp_report *report = &doctor->report;

    doctor->now = RP_STEP_LOGIN;
    rp_report_took(report, RP_STEP_LOGIN, check->ms);
    if (gate->entered) {
        tell_entered(check, gate);
    } else if (report->steps[RP_STEP_AUTHENTICATION].verdict == RP_VERDICT_FAILED) {
        rp_report_skip(report, RP_STEP_LOGIN, RP_STEP_LOGIN, "no token was asked for");
    } else if (check->cause != NULL) {
        rp_report_fail(report, RP_STEP_LOGIN, check->cause, gate->failure.kind, "%s",
                       rp_doctor_words(doctor, gate->failure.msg));
    } else if (!doctor->identified) {
        rp_report_skip(report, RP_STEP_LOGIN, RP_STEP_LOGIN,
                       "there are no credentials to sign with");
    } else {
        rp_doctor_fail(doctor, RP_STEP_LOGIN, RP_STAGE_IDENTITY, &gate->failure);
    }
}

/* --- the run ----------------------------------------------------------------------------- */

static rp_status log_in(struct check *check, struct rp_private_gate *gate,
                        struct rp_doctor_session *session, struct rp_error *err)
{
    struct rp_doctor *doctor = check->doctor;
    struct rp_client_order order;
    struct rp_own_client client = {.order = &order,
                                   .gate = gate,
                                   .login = &doctor->login,
                                   .stdin_fd = -1,
                                   .stdout_fd = session->fd};

    RP_TRY(rp_own_client_order(&gate->order, &order, err));
    rp_doctor_session_order(&order);
    check->began = rp_deadline_in(0);
    RP_TRY(rp_doctor_run(doctor, &client, err));
    session->failure = client.failure;
    check->ms = rp_deadline_in(0) - check->began;
    session->ms = gate->entered ? rp_deadline_in(0) - gate->entered_at : 0;
    return RP_OK;
}

static rp_status check_at(struct check *check, struct rp_private_gate *gate, struct rp_error *err)
{
    struct rp_doctor *doctor = check->doctor;
    RP_DOCTOR_SESSION_AUTO struct rp_doctor_session session = {.fd = -1};

    RP_TRY(rp_doctor_session_init(&session, err));
    RP_TRY(rp_private_gate_open(&doctor->ctx, doctor->args, &doctor->login, RP_GATE_NO_TCP, gate,
                                err));
    RP_TRY(log_in(check, gate, &session, err));
    tell_authentication(check, gate);
    tell_login(check, gate);
    if (gate->entered)
        rp_doctor_session_tell(doctor, &session);
    return RP_OK;
}

rp_status rp_doctor_check(struct rp_doctor *doctor, struct rp_error *err)
{
    RP_PRIVATE_GATE_AUTO struct rp_private_gate gate = RP_PRIVATE_GATE_NONE;
    struct check check = {.doctor = doctor};

    doctor->now = RP_STEP_AUTHENTICATION;
    gate.order.purpose = RP_GATE_CHECK;
    gate.told = hear;
    gate.told_self = &check;
    rp_status status = check_at(&check, &gate, err);
    rp_json_free(&check.asked.seen);
    return status;
}
