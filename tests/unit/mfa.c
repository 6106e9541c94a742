/* MFA codes: where they come from, in which order, and what is no code. */
#include "../../src/aws/mfa.h"

#include <sys/wait.h>
#include <unistd.h>

#include "held_context.h"

static const char serial[] = "arn:aws:iam::123456789012:mfa/\033[31mada";

static rp_status code_of(struct rp_identity_options options, struct rp_secret *out,
                         struct rp_error *err)
{
    struct held held;

    held_init(&held, (const char *const[]){NULL});
    struct rp_session session = {.ctx = &held.ctx, .options = options};
    rp_status status = rp_mfa_code(&session, serial, out, err);
    held_release(&held);
    return status;
}

static void gives(struct rp_identity_options options, const char *code, const char *name)
{
    RP_SECRET_AUTO struct rp_secret got = {0};
    struct rp_error err = {0};

    WORKS(code_of(options, &got, &err), err, name);
    IS_SPAN(rp_secret_reveal(&got), code, name);
}

static void fails(struct rp_identity_options options, enum rp_kind kind, const char *msg,
                  const char *hint, const char *name)
{
    RP_SECRET_AUTO struct rp_secret got = {0};
    struct rp_error err = {0};

    FAILS(code_of(options, &got, &err), kind, err, name);
    IS_STR(err.msg, msg, name);
    OK(held_has(err.hint, hint), "%s: %s", name, err.hint);
    OK(rp_secret_is_empty(&got), "%s: no code", name);
}

static void test_given(void)
{
    gives((struct rp_identity_options){.mfa_code = "123456"}, "123456", "a code that was given");
    fails((struct rp_identity_options){.mfa_code = "123456", .mfa_command = "echo 654321"},
          RP_KIND_CREDENTIALS, "the code of --mfa-code has been used: AWS takes each only once",
          "--mfa-command", "twice");
    gives((struct rp_identity_options){.mfa_code = "000000"}, "000000", "another code");
    static const char *const wrong[] = {"", "12345", "1234567", "12345a", " 123456", "-12345"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        fails((struct rp_identity_options){.mfa_code = wrong[i]}, RP_KIND_USAGE,
              "--mfa-code is not 6 digits", "", wrong[i]);
}

static void test_command(void)
{
    gives((struct rp_identity_options){.mfa_command = "echo 123456"}, "123456", "a command");
    gives((struct rp_identity_options){.mfa_command = "echo 123456"}, "123456", "again");
    gives((struct rp_identity_options){.mfa_command = "printf ' 123456\\r\\n'"}, "123456",
          "with blanks and another system's line end");
    fails((struct rp_identity_options){.mfa_command = "echo 123456 654321"}, RP_KIND_CREDENTIALS,
          "--mfa-command printed something else than 6 digits", "", "two codes");
    fails((struct rp_identity_options){.mfa_command = "true"}, RP_KIND_CREDENTIALS,
          "--mfa-command printed something else than 6 digits", "", "nothing printed");
    fails((struct rp_identity_options){.mfa_command = "sh -c 'echo 123456; exit 3'"},
          RP_KIND_CREDENTIALS, "--mfa-command failed with exit code 3", "", "a command that fails");
    fails((struct rp_identity_options){.mfa_command = "echo '123456"}, RP_KIND_USAGE,
          "--mfa-command cannot be split into words: a quote does not end", "", "half a quote");
    fails((struct rp_identity_options){.mfa_command = " "}, RP_KIND_USAGE,
          "--mfa-command names no program", "", "no command");
    fails((struct rp_identity_options){.mfa_command = "/nonexistent/program"}, RP_KIND_CREDENTIALS,
          "--mfa-command cannot be started: No such file or directory", "no shell runs it",
          "no such program");
}

static void test_nobody(void)
{
    fails((struct rp_identity_options){.mfa_code = NULL}, RP_KIND_CREDENTIALS,
          "no MFA code for arn:aws:iam::123456789012:mfa/\\x1b[31mada: there is no terminal to ask "
          "at",
          "--mfa-code CODE, or a program that prints it with --mfa-command COMMAND", "no terminal");
}

/* In a session of its own, so that there is no terminal whoever runs the test. */
int main(void)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        (void)setsid();
        test_given();
        test_command();
        test_nobody();
        exit(tap_done());
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        abort();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
