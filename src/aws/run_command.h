/*
 * A program of the person's whose output is wanted: what credential_process and
 * --mfa-command name. It is started without a shell, as the AWS CLI does, with
 * our environment, input and standard error, so that it can ask something.
 */
#ifndef RP_AWS_RUN_COMMAND_H
#define RP_AWS_RUN_COMMAND_H

#include "rdspass/base/buf.h"
#include "rdspass/base/context.h"

enum { RP_COMMAND_OUTPUT_MAX = 64 * 1024 };

/* Everything is borrowed. */
struct rp_command_line {
    const char *where;  /* for words: "the credential_process of the profile (NAME)" */
    const char *text;   /* to be split into words (rdspass/codec/shlex.h) */
    enum rp_kind wrong; /* the kind of failure where it is no command */
};

/*
 * Runs it to its end, for at most 60 seconds, and adds what it printed to `out`,
 * which takes RP_COMMAND_OUTPUT_MAX at least. RP_KIND_CREDENTIALS where it cannot
 * be started, fails, takes longer or prints too much. What it left behind is
 * ended, but for where a person at the terminal can (rdspass/base/spawn.h).
 */
rp_status rp_run_command(const struct rp_context *ctx, const struct rp_command_line *line,
                         struct rp_buf *out, struct rp_error *err) RP_MUST_USE;

#endif
