/* doctor: the way to the server, as far as TLS, by a gate that only looks. */
#include "doctor_look.h"

enum { SURVEY_GRACE_MS = 3000 }; /* for addresses that are silent, once the rest is known */

void rp_look_release(struct rp_look *look)
{
    rp_json_free(&look->names.seen);
    rp_json_free(&look->tcp.seen);
    rp_json_free(&look->greeting.seen);
    rp_json_free(&look->tls.seen);
}

bool rp_look_is_secure(const struct rp_look *look)
{
    bool verified = false;

    return rp_json_boolean(rp_json_member(look->tls.seen, "verified"), &verified) && verified;
}

/* --- what the gate says -------------------------------------------------------------------- */

/* The last one counts: a login that was tried again tells its steps again. */
static void keep(struct rp_gate_step *kept, struct rp_gate_step *step)
{
    rp_json_free(&kept->seen);
    *kept = *step;
    step->seen = NULL;
}

static void hear_address(struct rp_look *look, const struct rp_gate_step *step)
{
    const char *address = rp_doctor_text(step->seen, "address");
    int64_t sys = 0;

    if (look->tcp.seen == NULL) {
        look->tcp = (struct rp_gate_step){.seen = rp_json_new()};
        rp_json_add_array(look->tcp.seen, "addresses");
    }
    struct rp_json *element = rp_json_add_element(rp_json_array(look->tcp.seen, "addresses"));
    (void)rp_json_integer(rp_json_member(step->seen, "errno"), &sys);
    rp_json_add_text(element, "address", address);
    rp_json_add_text(element, "from", rp_json_text(rp_json_member(step->seen, "from")));
    rp_json_add_number(element, "errno", sys);
    rp_json_add_text(element, "error", sys == 0 ? NULL : strerror((int)sys));
    rp_json_add_bool(element, "private", rp_address_is_private(rp_span(address)));
    look->tcp.ms = step->ms;
    look->reached += sys == 0 ? 1 : 0;
}

static void hear_failure(struct rp_look *look, const struct rp_gate_step *step)
{
    static const struct {
        const char *stage;
        enum rp_step step;
    } stages[] = {
        {"resolve", RP_STEP_DNS},
        {"dial", RP_STEP_TCP},
        {"greeting", RP_STEP_GREETING},
        {"tls", RP_STEP_TLS},
    };
    const char *stage = rp_doctor_text(step->seen, "stage");

    look->failed_ms = step->ms;
    look->cause = rp_cause_named(rp_doctor_text(step->seen, "cause"));
    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
        if (strcmp(stage, stages[i].stage) == 0)
            look->failed_at = stages[i].step;
}

static rp_status hear(void *self, struct rp_gate_step *step, struct rp_error *err)
{
    struct rp_look *look = self;

    (void)err;
    switch (step->type) {
    case RP_GATE_STEP_NAMES:
        keep(&look->names, step);
        break;
    case RP_GATE_STEP_ADDRESS:
        hear_address(look, step);
        break;
    case RP_GATE_STEP_SURVEYED:
        look->surveyed = true;
        break;
    case RP_GATE_STEP_GREETING:
        keep(&look->greeting, step);
        break;
    case RP_GATE_STEP_TLS:
        keep(&look->tls, step);
        break;
    case RP_GATE_STEP_FAILED:
        hear_failure(look, step);
        break;
    case RP_GATE_STEP_AUTHENTICATION:
    case RP_GATE_STEP__COUNT:
        break;
    }
    return RP_OK;
}

/* --- one look ---------------------------------------------------------------------------- */

/* Our own client comes to the gate, which goes with it as far as TLS, and then refuses it. */
static rp_status knock(struct rp_doctor *doctor, struct rp_private_gate *gate, struct rp_look *look,
                       struct rp_error *err)
{
    struct rp_client_order order;
    struct rp_own_client client = {
        .order = &order, .gate = gate, .login = &doctor->login, .stdin_fd = -1, .stdout_fd = -1};

    RP_TRY(rp_own_client_order(&gate->order, &order, err));
    if (order.user[0] == '\0') /* it stays here */
        (void)snprintf(order.user, sizeof(order.user), "rdspass");
    order.inputs[0].text = "SELECT 1";
    order.input_count = 1;
    order.quiet = true;
    if (!rp_failed(rp_doctor_run(doctor, &client, err)))
        return rp_private_gate_hear(gate, &look->surveyed, SURVEY_GRACE_MS, err);
    if (err->kind == RP_KIND_INTERNAL) /* the survey does without a client */
        rp_ignore(rp_private_gate_hear(gate, &look->surveyed, SURVEY_GRACE_MS, NULL));
    return RP_FAILED;
}

/* Roots that cannot be used and a program that is not there are for the report; the rest is not. */
static rp_status take_failure(struct rp_look *look, const struct rp_error *err)
{
    if (err->kind != RP_KIND_CONFIG && err->kind != RP_KIND_INTERNAL)
        return RP_FAILED;
    look->failed_at = RP_STEP_TLS;
    look->cause = NULL;
    look->failure = *err;
    return RP_OK;
}

static rp_status look_once(struct rp_doctor *doctor, struct rp_look *look, struct rp_error *err)
{
    RP_PRIVATE_GATE_AUTO struct rp_private_gate gate = RP_PRIVATE_GATE_NONE;

    *look = (struct rp_look){.failed_at = RP_STEP__COUNT};
    gate.order.purpose = RP_GATE_LOOK;
    gate.told = hear;
    gate.told_self = look;
    rp_status status = rp_private_gate_open(&doctor->ctx, doctor->args, &doctor->login,
                                            RP_GATE_NO_TCP, &gate, err);
    if (!rp_failed(status))
        status = knock(doctor, &gate, look, err);
    if (rp_failed(status))
        return take_failure(look, err);
    look->failure = gate.failure;
    if (look->tls.seen == NULL && look->failed_at == RP_STEP__COUNT)
        look->failed_at = RP_STEP_TLS; /* by something between our own programs */
    return RP_OK;
}

/* --- which engine ------------------------------------------------------------------------ */

/* Looks for that engine, on its port where none was given. */
static rp_status look_for(struct rp_doctor *doctor, enum rp_engine engine, uint16_t port,
                          struct rp_look *look, struct rp_error *err)
{
    struct rp_target *target = &doctor->login.target;

    target->engine = engine;
    target->port = port == 0 ? rp_engine_port(engine) : port;
    return look_once(doctor, look, err);
}

/*
 * Where nothing tells the engine, both are tried. A server of MySQL's speaks
 * before it is asked, so that PostgreSQL's protocol finds it, too.
 */
static rp_status guess(struct rp_doctor *doctor, struct rp_look *look, struct rp_error *err)
{
    struct rp_target *target = &doctor->login.target;
    uint16_t port = target->port;
    struct rp_look other = {0};

    RP_TRY(look_for(doctor, RP_ENGINE_POSTGRES, port, look, err));
    bool silent =
        port != 0 && look->cause != NULL && strcmp(look->cause->name, "silent-postgres") == 0;
    if (look->failed_at > RP_STEP_GREETING || look->failed_at == RP_STEP_DNS || silent)
        return RP_OK;
    rp_status status = look_for(doctor, RP_ENGINE_MYSQL, port, &other, err);
    if (!rp_failed(status) && other.failed_at > look->failed_at) {
        struct rp_look first = *look;
        *look = other;
        other = first;
    } else {
        target->engine = RP_ENGINE_POSTGRES;
        target->port = port == 0 ? rp_engine_port(RP_ENGINE_POSTGRES) : port;
    }
    rp_look_release(&other);
    return status;
}

rp_status rp_doctor_look(struct rp_doctor *doctor, struct rp_error *err)
{
    bool known = doctor->login.target.engine != RP_ENGINE_UNKNOWN;
    struct rp_look look = {0};

    doctor->now = RP_STEP_DNS;
    rp_status status = known ? look_once(doctor, &look, err) : guess(doctor, &look, err);
    if (!rp_failed(status)) {
        doctor->secure = rp_look_is_secure(&look);
        if (!known && look.greeting.seen != NULL)
            rp_report_remark(&doctor->report, RP_STEP_GREETING,
                             doctor->login.target.engine == RP_ENGINE_MYSQL
                                 ? "nothing names the engine: --engine mysql, or --port 3306"
                                 : "nothing names the engine: --engine postgres, or --port 5432");
        rp_look_tell(doctor, &look);
    }
    rp_look_release(&look);
    return status;
}
