/* MFA codes: given, printed by a program, or typed by the person. */
#include "mfa.h"

#include "rdspass/base/terminal.h"
#include "run_command.h"

enum { DIGITS = 6, PROMPT_SIZE = 512, SERIAL_SHOWN = 256 };

/*
 * The code that --mfa-code gave, once it was used: AWS takes one only once. It is
 * the process's, since a command begins more than one session.
 */
static char used[DIGITS + 1];

static bool is_code(struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!rp_is_digit(text.p[i]))
            return false;
    return text.n == DIGITS;
}

static rp_status take_given(const char *code, struct rp_secret *out, struct rp_error *err)
{
    rp_status status;

    if (!is_code(rp_span(code)))
        return rp_fail(err, RP_KIND_USAGE, "--mfa-code is not %d digits", (int)DIGITS);
    if (rp_span_is(rp_span(code), used)) {
        status = rp_fail(err, RP_KIND_CREDENTIALS,
                         "the code of --mfa-code has been used: AWS takes each only once");
        rp_hint(err, "give a program that prints a new code each time with --mfa-command");
        return status;
    }
    (void)memcpy(used, code, sizeof(used));
    return rp_secret_set(out, rp_span(code), err);
}

static rp_status run(const struct rp_session *session, struct rp_secret *out, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf output = {.max = RP_COMMAND_OUTPUT_MAX};
    struct rp_command_line line = {
        .where = "--mfa-command", .text = session->options.mfa_command, .wrong = RP_KIND_USAGE};

    RP_TRY(rp_run_command(session->ctx, &line, &output, err));
    struct rp_span code = rp_buf_span(&output);
    if (rp_span_ends(code, "\n"))
        code.n--;
    code = rp_span_trim(code);
    if (!is_code(code))
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s printed something else than %d digits",
                       line.where, (int)DIGITS);
    return rp_secret_set(out, code, err);
}

static rp_status ask(const char *serial, struct rp_secret *out, struct rp_error *err)
{
    RP_SECRET_AUTO struct rp_secret typed = {0};
    char prompt[PROMPT_SIZE];

    (void)snprintf(prompt, sizeof(prompt), "Enter MFA code for %s: ", serial);
    RP_TRY(rp_terminal_ask(prompt, &typed, err));
    struct rp_span code = rp_span_trim(rp_secret_reveal(&typed));
    if (!is_code(code))
        return rp_fail(err, RP_KIND_CREDENTIALS, "what was typed is not %d digits", (int)DIGITS);
    return rp_secret_set(out, code, err);
}

rp_status rp_mfa_code(const struct rp_session *session, const char *serial, struct rp_secret *out,
                      struct rp_error *err)
{
    const struct rp_identity_options *options = &session->options;
    char shown[SERIAL_SHOWN];

    if (options->mfa_code != NULL)
        return take_given(options->mfa_code, out, err);
    if (options->mfa_command != NULL)
        return run(session, out, err);
    rp_escape_text(shown, sizeof(shown), serial);
    rp_status status = ask(shown, out, err);
    if (rp_failed(status)) {
        rp_error_prefix(err, "no MFA code for %s", shown);
        rp_hint(err, "give it with --mfa-code CODE, or a program that prints it with "
                     "--mfa-command COMMAND");
    }
    return status;
}
