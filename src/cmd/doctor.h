/*
 * doctor from within: what its parts share. They run in this order, and each
 * tells its steps of the report:
 *
 *     doctor_target     config, endpoint
 *     doctor_look       dns, tcp, greeting, tls: a gate that only looks
 *     doctor_identity   identity, clock, region, token
 *     doctor_check      authentication, login, query, privileges: a gate that logs in
 *     doctor_conclude   the most likely cause, and what to do
 */
#ifndef RP_CMD_DOCTOR_H
#define RP_CMD_DOCTOR_H

#include "login.h"
#include "own_client.h"
#include "rdspass/aws/caller.h"
#include "report.h"

struct rp_doctor {
    struct rp_context ctx; /* the program's, but for warnings, which go to the step under way */
    struct rp_log log;     /* the program's */
    const struct rp_args *args;
    bool offline;
    struct rp_report report;
    enum rp_step now;              /* the step under way */
    bool deaf;                     /* a warning says what is about to be told anyway */
    char noted[RP_ERROR_TEXT_MAX]; /* the first warning about the config file; or empty */
    struct rp_login login;
    char via[RP_HOST_MAX + 16];   /* login's, as text */
    bool signs;                   /* the endpoint is one that a token can be made for */
    struct rp_endpoint alias;     /* said to be behind a host which is none; or host "" */
    const char *alias_by;         /* who says so: "DNS" */
    bool secure;                  /* the server was verified */
    bool began;                   /* login.session is there */
    struct rp_error region_error; /* why there is no region; kind NONE: there is one */
    bool identified;              /* login.credentials are there */
    struct rp_transport net;      /* login's, with an eye on AWS's clock: */
    char aws_silent[256];         /* how long AWS was silent, and is asked no more; empty: it is */
    int64_t aws_date;             /* the last Date that AWS told; 0: none ... */
    int64_t ahead;                /* ... and by how many seconds we were ahead of it */
    struct rp_caller caller;      /* who signs, as AWS says; empty texts: not known */
};

/* Whom the words of causes are about. */
struct rp_cause_target rp_doctor_cause_target(const struct rp_doctor *doctor);

/* A message without the "HOST:PORT: " that it begins with: a report is about one host. */
const char *rp_doctor_words(const struct rp_doctor *doctor, const char *msg);

/* The text of a member of what a gate has seen; "" where there is none. */
const char *rp_doctor_text(const struct rp_json *seen, const char *name);

/* Fails a step, or warns, by what was seen, in the table's words; or by an error, in its own. */
void rp_doctor_fail_seen(struct rp_doctor *doctor, enum rp_step step,
                         const struct rp_observation *seen);
void rp_doctor_warn_seen(struct rp_doctor *doctor, enum rp_step step,
                         const struct rp_observation *seen);
void rp_doctor_fail(struct rp_doctor *doctor, enum rp_step step, enum rp_stage stage,
                    const struct rp_error *why);

/* Puts the target together, of any host. Fails as rp_target_resolve. */
rp_status rp_doctor_resolve(struct rp_doctor *doctor, struct rp_error *err) RP_MUST_USE;

/*
 * RP_KIND_USAGE: the command line is wrong. Any other failure is the report's, and
 * then there is nothing to go on with: *out_found is false.
 */
rp_status rp_doctor_find_target(struct rp_doctor *doctor, bool *out_found,
                                struct rp_error *err) RP_MUST_USE;

/*
 * Runs our own client at a gate. RP_KIND_INTERRUPTED, RP_KIND_TERMINATED: somebody has
 * ended it, and with it this command; else how it ended is the caller's to judge.
 */
rp_status rp_doctor_run(struct rp_doctor *doctor, struct rp_own_client *client,
                        struct rp_error *err) RP_MUST_USE;

/* Fails as that, and for options: RP_KIND_USAGE. */
rp_status rp_doctor_look(struct rp_doctor *doctor, struct rp_error *err) RP_MUST_USE;
/* Fails so, too, and for what is no fault of the target's: RP_KIND_INTERNAL. */
rp_status rp_doctor_check(struct rp_doctor *doctor, struct rp_error *err) RP_MUST_USE;

/* The session and the region, which are wanted early; what fails is told by the next. */
void rp_doctor_begin_identity(struct rp_doctor *doctor);
void rp_doctor_identify(struct rp_doctor *doctor);

/* Prints the end of the report, or all of it as JSON; *out_code is what to exit with. */
rp_status rp_doctor_conclude(struct rp_doctor *doctor, bool json, int *out_code,
                             struct rp_error *err) RP_MUST_USE;

#endif
