/* Renewal: a forked process asks the sources, and says in one message what it found. */
#include "renewal.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "rdspass/aws/credentials_json.h"
#include "rdspass/base/deadline.h"
#include "rdspass/codec/time.h"
#include "rdspass/ipc/gate.h"

enum { RENEWAL_MS = 120000 };

static const char type[] = "credentials";
static const char who[] = "the renewal of credentials";

/* In the words of a credential_process, which are read strictly already. */
static struct rp_json *format(const struct rp_credentials *credentials)
{
    const struct rp_credentials_fields *fields = &rp_credentials_process_fields;
    struct rp_json *header = rp_message_new(type);
    char end[RP_TIME_ISO_SIZE];

    rp_json_add_text(header, "source", credentials->source);
    rp_json_add_bool(header, "past_end", credentials->past_end);
    rp_json_add_text(header, fields->access_key_id, credentials->access_key_id);
    rp_json_add_secret(header, fields->secret_access_key, &credentials->secret_access_key);
    if (!rp_secret_is_empty(&credentials->session_token))
        rp_json_add_secret(header, fields->session_token, &credentials->session_token);
    if (credentials->expires_at != RP_NEVER) {
        rp_time_format_iso(credentials->expires_at, end);
        rp_json_add_text(header, fields->expiration, end);
    }
    return header;
}

static rp_status parse(const struct rp_message *message, struct rp_credentials *out,
                       struct rp_error *err)
{
    const char *source = rp_json_text(rp_json_member(message->header, "source"));
    bool past_end = false;

    if (!rp_span_is(rp_span(rp_json_text(rp_json_member(message->header, "type"))), type)) {
        struct rp_error failure = {0};
        RP_TRY(rp_gate_parse_failure(message, &failure, err));
        *err = failure;
        return RP_FAILED;
    }
    if (source == NULL || rp_credentials_source(source) == NULL ||
        !rp_json_boolean(rp_json_member(message->header, "past_end"), &past_end))
        return rp_fail(err, RP_KIND_INTERNAL, "%s: what came is not understood", who);
    RP_TRY(
        rp_credentials_from_json(message->header, &rp_credentials_process_fields, who, out, err));
    out->source = rp_credentials_source(source);
    out->past_end = past_end;
    return RP_OK;
}

/* Warnings have been given when the sources were asked first; the screen is the client's now. */
static void keep_quiet(void *self, enum rp_log_level level, const char *text)
{
    const struct rp_log *log = self;

    if (level == RP_LOG_TRACE)
        log->line(log->self, level, text);
}

/*
 * The new process. It has no terminal, so that nothing asks a person while
 * their client has the screen, and no part in what the terminal's keys do.
 */
static _Noreturn void find(const struct rp_context *ctx, const struct rp_login *login, bool anew,
                           int fd)
{
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    RP_JSON_AUTO struct rp_json *header = NULL;
    struct rp_log log = ctx->log;
    struct rp_context quiet = *ctx;
    struct rp_error err = {0};

    quiet.log.line = keep_quiet;
    quiet.log.self = &log;
    (void)setsid();
    (void)signal(SIGTERM, SIG_DFL);
    (void)signal(SIGHUP, SIG_DFL);
    if (rp_failed(rp_login_renew(&quiet, login, anew, &found, &err)))
        header = rp_gate_format_failure(&err);
    else
        header = format(&found);
    bool failed = rp_failed(rp_message_write(fd, who, header, RP_SPAN(""), &err));
    rp_json_free(&header);
    rp_credentials_release(&found);
    _exit(failed ? 1 : 0);
}

rp_status rp_renewal_start(const struct rp_context *ctx, const struct rp_login *login, bool anew,
                           struct rp_renewal *renewal, struct rp_error *err)
{
    int ends[2];
    pid_t parent = getpid();

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot renew credentials");
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL) != 0 || getppid() != parent)
            _exit(1);
        find(ctx, login, anew, ends[1]);
    }
    int sys = errno;
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        errno = sys;
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot renew credentials");
    }
    rp_channel_init(&renewal->channel, ends[0], who);
    renewal->child = (struct rp_child){.pid = pid};
    renewal->deadline = rp_deadline_in(RENEWAL_MS);
    renewal->running = true;
    rp_trace(ctx, "renewing the credentials");
    return RP_OK;
}

bool rp_renewal_is_over(struct rp_renewal *renewal, struct rp_credentials *out,
                        struct rp_error *out_failure)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_channel_state state = RP_CHANNEL_QUIET;

    *out_failure = (struct rp_error){0};
    rp_status status = rp_channel_receive(&renewal->channel, &message, &state, out_failure);
    if (!rp_failed(status) && state == RP_CHANNEL_QUIET) {
        if (rp_deadline_left(renewal->deadline) > 0)
            return false;
        rp_ignore(rp_fail(out_failure, RP_KIND_CREDENTIALS,
                          "the AWS credentials cannot be renewed: no answer in %d seconds",
                          RENEWAL_MS / 1000));
    } else if (!rp_failed(status) && state == RP_CHANNEL_ENDED) {
        rp_ignore(rp_fail(out_failure, RP_KIND_INTERNAL, "%s ended without an answer", who));
    } else if (!rp_failed(status)) {
        rp_ignore(parse(&message, out, out_failure));
    }
    rp_renewal_stop(renewal);
    return true;
}

void rp_renewal_stop(struct rp_renewal *renewal)
{
    if (!renewal->running)
        return;
    rp_channel_release(&renewal->channel);
    rp_child_end(&renewal->child, false);
    renewal->running = false;
}
