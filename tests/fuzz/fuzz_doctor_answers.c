/*
 * The answers of a hostile server to doctor: both steps that come of them are told, a
 * failure has its reason and its exit code, and no byte of them can steer a terminal.
 */
#include "cmd/command.h"
#include "cmd/doctor_session.h"

#include <stdlib.h>
#include <unistd.h>

#include "fuzz/context.h"
#include "rdspass/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *get_variable(void *self, const char *name)
{
    (void)self;
    (void)name;
    return NULL;
}

static void check_step(const struct rp_report_step *step)
{
    struct rp_span lines = rp_buf_span(&step->details);
    struct rp_span line;

    if (step->verdict == RP_VERDICT_NONE || step->summary[0] == '\0' ||
        rp_utf8_has_control(rp_span(step->summary)))
        abort();
    if (step->verdict == RP_VERDICT_FAILED && (step->kind == RP_KIND_NONE || step->cause == NULL))
        abort();
    while (rp_span_split(&lines, '\n', &line))
        if (!rp_utf8_valid(line) || rp_utf8_has_control(line))
            abort();
}

static void tell(struct rp_doctor *doctor, struct rp_doctor_session *session)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_OUTPUT_MAX};
    RP_JSON_AUTO struct rp_json *json = rp_json_new();

    rp_report_init(&doctor->report, &doctor->ctx, true);
    rp_doctor_session_tell(doctor, session);
    check_step(&doctor->report.steps[RP_STEP_QUERY]);
    check_step(&doctor->report.steps[RP_STEP_PRIVILEGES]);
    rp_report_add_json(&doctor->report, json);
    if (rp_failed(rp_json_format(json, &text, NULL)))
        abort();
    rp_report_release(&doctor->report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rp_doctor doctor = {.ctx = FUZZ_CONTEXT(get_variable)};
    RP_DOCTOR_SESSION_AUTO struct rp_doctor_session session = {.fd = -1};

    doctor.login.target.endpoint.kind = RP_ENDPOINT_CLUSTER;
    if (rp_failed(rp_doctor_session_init(&session, NULL)) ||
        (size > 0 && pwrite(session.fd, data, size, 0) < 0))
        return 0; /* more than it takes is refused */
    for (int engine = RP_ENGINE_MYSQL; engine <= RP_ENGINE_POSTGRES; engine++) {
        doctor.login.target.engine = (enum rp_engine)engine;
        tell(&doctor, &session);
    }
    return 0;
}
