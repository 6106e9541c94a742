/* doctor: the end of the report: the most likely cause, and what to do about it. */
#include "command.h"
#include "doctor.h"

enum { JSON_VERSION = 1, WIDTH = 78 };

/* --- which step says it ------------------------------------------------------------------- */

static bool is_about_dates(const struct rp_cause *cause)
{
    return cause != NULL && (strcmp(cause->name, "tls-expired") == 0 ||
                             strcmp(cause->name, "tls-not-yet-valid") == 0);
}

/*
 * The first that failed, as what comes later may come of it; but a wrong clock is
 * behind certificates that seem out of date and signatures that AWS refuses.
 */
static enum rp_step find_step(const struct rp_report *report)
{
    enum rp_step first = rp_report_first(report, RP_VERDICT_FAILED);
    bool clock = report->steps[RP_STEP_CLOCK].verdict == RP_VERDICT_FAILED;

    if (clock && (first == RP_STEP_IDENTITY || is_about_dates(report->steps[first].cause)))
        return RP_STEP_CLOCK;
    for (int step = 0; first == RP_STEP__COUNT && step < RP_STEP__COUNT; step++)
        if (report->steps[step].verdict == RP_VERDICT_WARNING && report->steps[step].cause != NULL)
            first = (enum rp_step)step;
    return first;
}

static enum rp_verdict verdict_of(const struct rp_report *report)
{
    return rp_report_first(report, RP_VERDICT_FAILED) != RP_STEP__COUNT    ? RP_VERDICT_FAILED
           : rp_report_first(report, RP_VERDICT_WARNING) != RP_STEP__COUNT ? RP_VERDICT_WARNING
                                                                           : RP_VERDICT_OK;
}

static int exit_of(const struct rp_report *report)
{
    enum rp_step first = rp_report_first(report, RP_VERDICT_FAILED);

    return first == RP_STEP__COUNT ? 0 : rp_kind_info(report->steps[first].kind)->exit_code;
}

/* --- advice -------------------------------------------------------------------------------- */

struct advice {
    const struct rp_cause *cause;
    struct rp_cause_target target;
    size_t index;
    const char *hint;    /* still to be given; or empty, as the next */
    const char *command; /* to be given in the place of the first */
};

/* Whether a hint names a command that the advice has anyway. */
static bool is_said(const struct rp_cause *cause, const struct rp_cause_target *target,
                    const char *hint)
{
    RP_BUF_AUTO struct rp_buf piece = {.max = RP_OUTPUT_MAX};
    enum rp_advice_kind kind;

    for (size_t i = 0; rp_cause_advise(cause, target, i, &kind, &piece); i++) {
        if (kind == RP_ADVICE_SHELL && strstr(hint, rp_buf_str(&piece)) != NULL)
            return true;
        rp_buf_clear(&piece);
    }
    return false;
}

static struct advice advice_of(const struct rp_doctor *doctor, enum rp_step step)
{
    const struct rp_report_step *told = &doctor->report.steps[step];
    struct rp_cause_target target = rp_doctor_cause_target(doctor);
    bool command = rp_cause_hint_is_command(told->cause);
    bool no_more = rp_cause_is_whole(told->cause) || is_said(told->cause, &target, told->hint);

    return (struct advice){
        .cause = told->cause,
        .hint = command || no_more ? "" : told->hint,
        .command = command ? told->hint : "",
        .target = target,
    };
}

/* The next piece; false behind the last. */
static bool next_piece(struct advice *advice, enum rp_advice_kind *out_kind, struct rp_buf *out)
{
    rp_buf_clear(out);
    if (advice->hint[0] != '\0') {
        *out_kind = RP_ADVICE_TEXT;
        rp_buf_add_str(out, advice->hint);
        advice->hint = "";
        return true;
    }
    if (!rp_cause_advise(advice->cause, &advice->target, advice->index++, out_kind, out))
        return false;
    if (*out_kind == RP_ADVICE_SHELL && advice->command[0] != '\0') {
        rp_buf_clear(out);
        rp_buf_add_str(out, advice->command);
        advice->command = "";
    }
    return true;
}

/* --- as text ---------------------------------------------------------------------------------- */

/* A paragraph, its lines no longer than they must be. */
static void add_wrapped(struct rp_buf *out, const char *first, const char *next,
                        struct rp_span text)
{
    const char *indent = first;
    size_t column = 0;
    struct rp_span word;

    while (rp_span_split(&text, ' ', &word)) {
        if (column > 0 && column + 1 + word.n > WIDTH) {
            rp_buf_add_char(out, '\n');
            column = 0;
        }
        rp_buf_add_str(out, column == 0 ? indent : " ");
        column += (column == 0 ? strlen(indent) : 1) + word.n;
        indent = next;
        rp_buf_add(out, word);
    }
    rp_buf_add_char(out, '\n');
}

/* Lines that are to be copied, each as it is. */
static void add_copied(struct rp_buf *out, struct rp_span text)
{
    struct rp_span line;

    while (rp_span_split(&text, '\n', &line)) {
        if (line.n == 0)
            continue;
        rp_buf_add_str(out, "      ");
        rp_buf_add(out, line);
        rp_buf_add_char(out, '\n');
    }
}

static void add_piece(struct rp_buf *out, enum rp_advice_kind kind, struct rp_span text)
{
    if (kind == RP_ADVICE_TEXT)
        add_wrapped(out, "  - ", "    ", text);
    else
        add_copied(out, text);
}

/* How sure it is, in words for a person. */
static const char *heading(enum rp_confidence confidence)
{
    return confidence == RP_CONFIDENCE_CERTAIN  ? "The cause:"
           : confidence == RP_CONFIDENCE_LIKELY ? "Most likely:"
                                                : "Possibly, among others:";
}

static void write_advice(struct advice *advice, struct rp_buf *out)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_OUTPUT_MAX};
    enum rp_advice_kind kind;
    bool any = false;

    while (next_piece(advice, &kind, &text)) {
        rp_buf_add_str(out, any ? "" : "\nWhat to do:\n");
        any = true;
        add_piece(out, kind, rp_buf_span(&text));
    }
}

static void write_cause(const struct rp_doctor *doctor, enum rp_step step, struct rp_buf *out)
{
    const struct rp_report_step *told = &doctor->report.steps[step];
    struct advice advice = advice_of(doctor, step);
    RP_BUF_AUTO struct rp_buf text = {.max = RP_OUTPUT_MAX};

    rp_cause_explain(told->cause, &advice.target, &text);
    rp_buf_addf(out, "\n%s\n", heading(told->cause->confidence));
    add_wrapped(out, "  ", "  ", rp_span(told->summary));
    if (text.len > 0)
        add_wrapped(out, "  ", "  ", rp_buf_span(&text));
    write_advice(&advice, out);
}

/* Nothing is wrong as far as it went; how to go further. */
static void write_untried(const struct rp_doctor *doctor, struct rp_buf *out)
{
    struct advice advice = {.cause = rp_cause_named("target-user"),
                            .target = rp_doctor_cause_target(doctor),
                            .hint = doctor->noted,
                            .command = ""};

    rp_buf_add_str(out, "\nNothing failed of what was tried; a login was not.\n");
    if (!doctor->offline && advice.target.user[0] == '\0')
        write_advice(&advice, out);
}

static void write_end(const struct rp_doctor *doctor, struct rp_buf *out)
{
    enum rp_step step = find_step(&doctor->report);
    bool failed = verdict_of(&doctor->report) == RP_VERDICT_FAILED;

    if (step != RP_STEP__COUNT && doctor->report.steps[step].cause != NULL)
        write_cause(doctor, step, out);
    else if (!failed && doctor->report.steps[RP_STEP_QUERY].verdict == RP_VERDICT_OK)
        rp_buf_add_str(out, "\nThe login works.\n");
    else if (!failed)
        write_untried(doctor, out);
}

/* --- as JSON ----------------------------------------------------------------------------- */

static const char *or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static void add_target(const struct rp_doctor *doctor, struct rp_json *in)
{
    const struct rp_target *target = &doctor->login.target;
    const char *host = target->endpoint.host;
    bool endpoint = host[0] != '\0' && target->endpoint.kind != RP_ENDPOINT_OTHER;

    rp_json_add_text(in, "host", or_null(host));
    if (target->port == 0)
        rp_json_add_text(in, "port", NULL);
    else
        rp_json_add_number(in, "port", target->port);
    rp_json_add_text(in, "user", or_null(target->user));
    rp_json_add_text(in, "database", or_null(target->database));
    rp_json_add_text(in, "engine",
                     target->engine == RP_ENGINE_UNKNOWN ? NULL : rp_engine_name(target->engine));
    rp_json_add_text(in, "kind", endpoint ? rp_endpoint_kind_name(target->endpoint.kind) : NULL);
    rp_json_add_text(in, "region", or_null(doctor->login.region.name));
    rp_json_add_text(in, "via", or_null(doctor->via));
}

static void add_cause(const struct rp_doctor *doctor, struct rp_json *in)
{
    enum rp_step step = find_step(&doctor->report);
    RP_BUF_AUTO struct rp_buf text = {.max = RP_OUTPUT_MAX};
    enum rp_advice_kind kind;

    if (step == RP_STEP__COUNT || doctor->report.steps[step].cause == NULL) {
        rp_json_add_text(in, "cause", NULL);
        return;
    }
    struct advice advice = advice_of(doctor, step);
    struct rp_json *cause = rp_json_add_object(in, "cause");
    rp_json_add_text(cause, "name", advice.cause->name);
    rp_json_add_text(cause, "step", rp_step_name(step));
    rp_json_add_text(cause, "confidence", rp_confidence_word(advice.cause->confidence));
    rp_json_add_text(cause, "message", doctor->report.steps[step].summary);
    rp_cause_explain(advice.cause, &advice.target, &text);
    rp_json_add_text(cause, "why", rp_buf_str(&text));
    struct rp_json *pieces = rp_json_add_array(cause, "advice");
    while (next_piece(&advice, &kind, &text)) {
        struct rp_json *piece = rp_json_add_element(pieces);
        rp_json_add_text(piece, "kind", rp_advice_word(kind));
        rp_json_add_text(piece, "text", rp_buf_str(&text));
    }
}

static rp_status write_json(struct rp_doctor *doctor, struct rp_buf *out, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = rp_json_new();

    rp_json_add_number(json, "version", JSON_VERSION);
    rp_json_add_text(json, "rdspass", RP_VERSION);
    add_target(doctor, rp_json_add_object(json, "target"));
    rp_json_add_text(json, "verdict", rp_verdict_name(verdict_of(&doctor->report)));
    rp_json_add_number(json, "exit", exit_of(&doctor->report));
    add_cause(doctor, json);
    rp_report_add_json(&doctor->report, json);
    return rp_json_format(json, out, err);
}

rp_status rp_doctor_conclude(struct rp_doctor *doctor, bool json, int *out_code,
                             struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};

    if (json)
        RP_TRY(write_json(doctor, &out, err));
    else
        write_end(doctor, &out);
    *out_code = exit_of(&doctor->report);
    return rp_print(&out, err);
}
