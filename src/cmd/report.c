/* The report: steps told one by one, as lines for a person, and as JSON for programs. */
#include "report.h"

#include <limits.h>
#include <stdarg.h>

#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"

enum { DETAILS_MAX = 16 * 1024, LINE_MAX_SIZE = 2 * RP_ERROR_TEXT_MAX, NAME_WIDTH = 15 };

static const char *const names[] = {
    [RP_STEP_CONFIG] = "config",
    [RP_STEP_ENDPOINT] = "endpoint",
    [RP_STEP_DNS] = "dns",
    [RP_STEP_TCP] = "tcp",
    [RP_STEP_GREETING] = "greeting",
    [RP_STEP_TLS] = "tls",
    [RP_STEP_IDENTITY] = "identity",
    [RP_STEP_CLOCK] = "clock",
    [RP_STEP_REGION] = "region",
    [RP_STEP_TOKEN] = "token",
    [RP_STEP_AUTHENTICATION] = "authentication",
    [RP_STEP_LOGIN] = "login",
    [RP_STEP_QUERY] = "query",
    [RP_STEP_PRIVILEGES] = "privileges",
};
_Static_assert(sizeof(names) / sizeof(names[0]) == RP_STEP__COUNT, "each has its name");

static const struct {
    const char *name;
    const char *mark; /* UTF-8 */
    const char *word;
} verdicts[] = {
    [RP_VERDICT_NONE] = {"skipped", "-", "-   "},
    [RP_VERDICT_OK] = {"ok", "\xe2\x9c\x93", "ok  "},
    [RP_VERDICT_WARNING] = {"warning", "!", "WARN"},
    [RP_VERDICT_FAILED] = {"failed", "\xe2\x9c\x97", "FAIL"},
    [RP_VERDICT_SKIPPED] = {"skipped", "-", "-   "},
};

const char *rp_step_name(enum rp_step step)
{
    return names[step];
}

const char *rp_verdict_name(enum rp_verdict verdict)
{
    return verdicts[verdict].name;
}

/* Whether what we write is shown as UTF-8, by the rules of setlocale(3). */
static bool is_utf8(const struct rp_context *ctx)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *value = NULL;

    for (size_t i = 0; value == NULL && i < sizeof(variables) / sizeof(variables[0]); i++)
        value = rp_env_get(ctx, variables[i]);
    return value != NULL && (strcasestr(value, "UTF-8") != NULL || strcasestr(value, "UTF8"));
}

void rp_report_init(struct rp_report *report, const struct rp_context *ctx, bool silent)
{
    *report = (struct rp_report){.silent = silent, .marks = is_utf8(ctx)};
    for (size_t i = 0; i < RP_STEP__COUNT; i++) {
        report->steps[i].details.max = DETAILS_MAX;
        report->steps[i].ms = -1;
    }
    rp_report_start(report);
}

void rp_report_release(struct rp_report *report)
{
    for (size_t i = 0; i < RP_STEP__COUNT; i++) {
        rp_buf_release(&report->steps[i].details);
        rp_json_free(&report->steps[i].seen);
    }
}

void rp_report_start(struct rp_report *report)
{
    report->since = rp_deadline_in(0);
}

void rp_report_took(struct rp_report *report, enum rp_step step, int64_t ms)
{
    report->steps[step].ms = ms > INT_MAX ? INT_MAX : (int)ms;
}

/* --- what was seen ---------------------------------------------------------------------- */

static void escape(char *out, size_t size, const char *fmt, va_list args) RP_PRINTF(3, 0);

static void escape(char *out, size_t size, const char *fmt, va_list args)
{
    char raw[LINE_MAX_SIZE];

    int n = vsnprintf(raw, sizeof(raw), fmt, args);
    rp_escape_text(out, size, n < 0 ? "" : raw);
}

void rp_report_add(struct rp_report *report, enum rp_step step, const char *fmt, ...)
{
    struct rp_buf *details = &report->steps[step].details;
    char line[LINE_MAX_SIZE];
    va_list args;

    va_start(args, fmt);
    escape(line, sizeof(line), fmt, args);
    va_end(args);
    rp_buf_add_str(details, line);
    rp_buf_add_char(details, '\n');
}

void rp_report_remark(struct rp_report *report, enum rp_step step, const char *text)
{
    rp_report_add(report, step, "%s", text);
    report->steps[step].remarked = true;
}

void rp_report_seen(struct rp_report *report, enum rp_step step, struct rp_json *seen)
{
    rp_json_free(&report->steps[step].seen);
    report->steps[step].seen = seen;
}

/* --- telling it --------------------------------------------------------------------------- */

static void add_head(const struct rp_report *report, enum rp_verdict verdict, const char *name,
                     struct rp_buf *out)
{
    rp_buf_add_str(out, report->marks ? verdicts[verdict].mark : verdicts[verdict].word);
    rp_buf_addf(out, " %-*s ", NAME_WIDTH, name);
}

/* Where the text of a head begins. */
static int indent(const struct rp_report *report)
{
    int mark = report->marks ? 1 : (int)strlen(verdicts[RP_VERDICT_OK].word);
    return mark + 1 + NAME_WIDTH + 1;
}

/* That a reader has gone shows when the end is printed. */
static void print(const struct rp_report *report, const struct rp_buf *out)
{
    if (!report->silent)
        rp_ignore(rp_write_all(STDOUT_FILENO, rp_buf_span(out), "to standard output", NULL));
}

static void print_step(const struct rp_report *report, const struct rp_report_step *step,
                       const char *name)
{
    RP_BUF_AUTO struct rp_buf out = {.max = DETAILS_MAX * 4};
    struct rp_span lines = rp_buf_span(&step->details);
    struct rp_span line;

    add_head(report, step->verdict, name, &out);
    rp_buf_add_str(&out, step->summary);
    rp_buf_addf(&out, "  [%d ms]\n", step->ms);
    while (rp_span_split(&lines, '\n', &line)) {
        if (line.n == 0)
            continue;
        rp_buf_addf(&out, "%*s", indent(report), "");
        rp_buf_add(&out, line);
        rp_buf_add_char(&out, '\n');
    }
    print(report, &out);
}

static void tell(struct rp_report *report, enum rp_step at, enum rp_verdict verdict,
                 const char *fmt, va_list args) RP_PRINTF(4, 0);

static void tell(struct rp_report *report, enum rp_step at, enum rp_verdict verdict,
                 const char *fmt, va_list args)
{
    struct rp_report_step *step = &report->steps[at];
    int64_t now = rp_deadline_in(0);

    step->verdict = verdict == RP_VERDICT_OK && step->remarked ? RP_VERDICT_WARNING : verdict;
    if (step->ms < 0)
        step->ms = (int)(now - report->since);
    report->since = now;
    escape(step->summary, sizeof(step->summary), fmt, args);
    print_step(report, step, names[at]);
}

static bool is_told(const struct rp_report *report, enum rp_step step)
{
    return report->steps[step].verdict != RP_VERDICT_NONE;
}

void rp_report_ok(struct rp_report *report, enum rp_step step, const char *fmt, ...)
{
    va_list args;

    if (is_told(report, step))
        return;
    va_start(args, fmt);
    tell(report, step, RP_VERDICT_OK, fmt, args);
    va_end(args);
}

void rp_report_warn(struct rp_report *report, enum rp_step step, const struct rp_cause *cause,
                    const char *fmt, ...)
{
    va_list args;

    if (is_told(report, step))
        return;
    report->steps[step].cause = cause;
    va_start(args, fmt);
    tell(report, step, RP_VERDICT_WARNING, fmt, args);
    va_end(args);
}

void rp_report_fail(struct rp_report *report, enum rp_step step, const struct rp_cause *cause,
                    enum rp_kind kind, const char *fmt, ...)
{
    va_list args;

    if (is_told(report, step))
        return;
    report->steps[step].cause = cause;
    report->steps[step].kind = kind;
    va_start(args, fmt);
    tell(report, step, RP_VERDICT_FAILED, fmt, args);
    va_end(args);
}

void rp_report_skip(struct rp_report *report, enum rp_step first, enum rp_step last,
                    const char *fmt, ...)
{
    RP_BUF_AUTO struct rp_buf out = {.max = DETAILS_MAX};
    RP_BUF_AUTO struct rp_buf skipped = {.max = DETAILS_MAX};
    char why[RP_ERROR_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    escape(why, sizeof(why), fmt, args);
    va_end(args);
    for (int i = (int)first; i <= (int)last; i++) {
        struct rp_report_step *step = &report->steps[i];
        if (is_told(report, (enum rp_step)i))
            continue;
        step->verdict = RP_VERDICT_SKIPPED;
        step->ms = 0;
        memcpy(step->summary, why, sizeof(why));
        rp_buf_add_str(&skipped, skipped.len == 0 ? "" : ", ");
        rp_buf_add_str(&skipped, names[i]);
    }
    if (skipped.len == 0)
        return;
    if (skipped.len > NAME_WIDTH)
        rp_buf_add_char(&skipped, ':');
    add_head(report, RP_VERDICT_SKIPPED, rp_buf_str(&skipped), &out);
    rp_buf_add_str(&out, why);
    rp_buf_add_char(&out, '\n');
    print(report, &out);
}

enum rp_step rp_report_first(const struct rp_report *report, enum rp_verdict verdict)
{
    int step = 0;

    while (step < RP_STEP__COUNT && report->steps[step].verdict != verdict)
        step++;
    return (enum rp_step)step;
}

/* --- as JSON -------------------------------------------------------------------------------- */

static void add_details(const struct rp_report_step *step, struct rp_json *in)
{
    struct rp_json *details = rp_json_add_array(in, "details");
    struct rp_span lines = rp_buf_span(&step->details);
    struct rp_span line;

    while (rp_span_split(&lines, '\n', &line)) {
        char text[LINE_MAX_SIZE];
        if (line.n == 0)
            continue;
        (void)snprintf(text, sizeof(text), "%.*s", RP_SPAN_ARGS(line));
        rp_json_add_text_element(details, text);
    }
}

void rp_report_add_json(struct rp_report *report, struct rp_json *in)
{
    struct rp_json *steps = rp_json_add_array(in, "steps");

    for (int i = 0; i < RP_STEP__COUNT; i++) {
        struct rp_report_step *step = &report->steps[i];
        struct rp_json *out = rp_json_add_element(steps);
        if (step->verdict == RP_VERDICT_SKIPPED)
            rp_json_free(&step->seen);
        rp_json_add_text(out, "step", names[i]);
        rp_json_add_text(out, "verdict", rp_verdict_name(step->verdict));
        rp_json_add_number(out, "ms", step->ms);
        rp_json_add_text(out, "summary", step->summary);
        add_details(step, out);
        rp_json_move(out, "seen", &step->seen);
        rp_json_add_text(out, "cause", step->cause == NULL ? NULL : step->cause->name);
    }
}
