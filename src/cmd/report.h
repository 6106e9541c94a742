/*
 * The report of doctor: steps in a fixed order, each with a verdict, the time it
 * took, and what was seen. As text it appears step by step; as JSON at the end,
 * by docs/doctor.schema.json.
 */
#ifndef RP_CMD_REPORT_H
#define RP_CMD_REPORT_H

#include "rdspass/base/buf.h"
#include "rdspass/base/context.h"
#include "rdspass/codec/json.h"
#include "rdspass/rds/causes.h"

enum rp_step {
    RP_STEP_CONFIG,
    RP_STEP_ENDPOINT,
    RP_STEP_DNS,
    RP_STEP_TCP,
    RP_STEP_GREETING,
    RP_STEP_TLS,
    RP_STEP_IDENTITY,
    RP_STEP_CLOCK,
    RP_STEP_REGION,
    RP_STEP_TOKEN,
    RP_STEP_AUTHENTICATION,
    RP_STEP_LOGIN,
    RP_STEP_QUERY,
    RP_STEP_PRIVILEGES,
    RP_STEP__COUNT
};

enum rp_verdict {
    RP_VERDICT_NONE, /* not told yet */
    RP_VERDICT_OK,
    RP_VERDICT_WARNING,
    RP_VERDICT_FAILED,
    RP_VERDICT_SKIPPED, /* it could not be taken, or was not wanted */
};

struct rp_report_step {
    enum rp_verdict verdict;
    int ms; /* -1: not known yet */
    char summary[RP_ERROR_TEXT_MAX];
    char hint[RP_ERROR_TEXT_MAX]; /* what to do, in the words of an error of ours; or empty */
    struct rp_buf details;        /* lines */
    struct rp_json *seen;         /* for programs; may be NULL */
    const struct rp_cause *cause;
    enum rp_kind kind; /* of a failure */
    bool remarked;     /* there is something to think about: it is told as a warning at best */
};

/* Starts by rp_report_init. Texts are escaped when they are taken. */
struct rp_report {
    bool silent; /* nothing is printed on the way */
    bool marks;  /* the terminal's language knows ticks and crosses */
    int64_t since;
    struct rp_report_step steps[RP_STEP__COUNT];
};

/* "config", "endpoint", ... */
const char *rp_step_name(enum rp_step step);
const char *rp_verdict_name(enum rp_verdict verdict);

void rp_report_init(struct rp_report *report, const struct rp_context *ctx, bool silent);
void rp_report_release(struct rp_report *report);

/* From here on the time of the next step that is told counts. */
void rp_report_start(struct rp_report *report);
/* That step took so long, whenever it is told. */
void rp_report_took(struct rp_report *report, enum rp_step step, int64_t ms);

/* Before a step is told: a line below it; what was seen, from now on the report's. */
void rp_report_add(struct rp_report *report, enum rp_step step, const char *fmt, ...)
    RP_PRINTF(3, 4);
/* The same, and the step is told as a warning where it would have been all right. */
void rp_report_remark(struct rp_report *report, enum rp_step step, const char *text);
void rp_report_seen(struct rp_report *report, enum rp_step step, struct rp_json *seen);

/* Tells a step, once; a warning may have a cause. A step that has been told stays as it is. */
void rp_report_ok(struct rp_report *report, enum rp_step step, const char *fmt, ...)
    RP_PRINTF(3, 4);
void rp_report_warn(struct rp_report *report, enum rp_step step, const struct rp_cause *cause,
                    const char *fmt, ...) RP_PRINTF(4, 5);
void rp_report_fail(struct rp_report *report, enum rp_step step, const struct rp_cause *cause,
                    enum rp_kind kind, const char *fmt, ...) RP_PRINTF(5, 6);
/* All from `first` to `last` that have not been told. */
void rp_report_skip(struct rp_report *report, enum rp_step first, enum rp_step last,
                    const char *fmt, ...) RP_PRINTF(4, 5);

/* The first step of that verdict, or RP_STEP__COUNT. */
enum rp_step rp_report_first(const struct rp_report *report, enum rp_verdict verdict);

/* The steps, as the array "steps" of `in`. */
void rp_report_add_json(struct rp_report *report, struct rp_json *in);

#endif
