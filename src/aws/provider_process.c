/*
 * The provider `custom-process`: the program that a profile's
 * credential_process names prints credentials as JSON.
 *
 * It is started without a shell, as the AWS CLI does, with our environment,
 * input and standard error, so that it can ask a person something.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include "provider.h"
#include "rdspass/aws/credentials_json.h"
#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"
#include "rdspass/base/spawn.h"
#include "rdspass/codec/shlex.h"
#include "rdspass/codec/time.h"

enum { TIMEOUT_MS = 60000, STEP_MS = 50, OUTPUT_MAX = 64 * 1024, COMMAND_MAX = 16384 };
enum { WORDS_MAX = 256, WHERE_SIZE = 320, STEP_SIZE = 1024 };

static const struct rp_credentials_fields fields = {
    .access_key_id = "AccessKeyId",
    .secret_access_key = "SecretAccessKey",
    .session_token = "SessionToken",
    .expiration = "Expiration",
};

/* One run of the program. */
struct run {
    char where[WHERE_SIZE]; /* "the credential_process of the profile (NAME)" */
    struct rp_child child;
    struct rp_exit end;
    struct rp_buf output;
    int from; /* its standard output */
};

static int timeout_ms(const struct rp_session *session)
{
#ifdef RP_TEST_BUILD
    uint32_t ms;
    const char *text = rp_env_get(session->ctx, "RP_TEST_PROCESS_TIMEOUT_MS");

    if (text != NULL && rp_span_to_uint(rp_span(text), TIMEOUT_MS, &ms))
        return (int)ms;
#endif
    (void)session;
    return TIMEOUT_MS;
}

static void release(struct run *run)
{
    rp_child_end(&run->child, true);
    rp_fd_close(&run->from);
    rp_buf_release(&run->output);
}

static rp_status split(const struct run *run, const char *command, struct rp_buf *words,
                       const char *argv[static WORDS_MAX + 1], struct rp_error *err)
{
    size_t count;
    const char *fault = rp_shlex_split(rp_span(command), words, &count);

    if (fault == NULL && count > WORDS_MAX)
        fault = "it has too many words";
    if (fault != NULL)
        return rp_fail(err, RP_KIND_CONFIG, "%s cannot be split into words: %s", run->where, fault);
    RP_TRY(rp_buf_check(words, RP_KIND_CONFIG, run->where, err));
    if (count == 0 || rp_buf_str(words)[0] == '\0')
        return rp_fail(err, RP_KIND_CONFIG, "%s names no program", run->where);
    const char *word = rp_buf_str(words);
    for (size_t i = 0; i < count; i++) {
        argv[i] = word;
        word += strlen(word) + 1;
    }
    argv[count] = NULL;
    return RP_OK;
}

static rp_status start(struct run *run, const char *command, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf words = {.max = COMMAND_MAX};
    const char *argv[WORDS_MAX + 1];
    int ends[2];

    RP_TRY(split(run, command, &words, argv, err));
    if (pipe2(ends, O_CLOEXEC) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot make a pipe");
    run->from = ends[0];
    RP_FD_AUTO int output = ends[1];
    struct rp_spawn how = {
        .program_fd = -1,
        .argv = argv,
        .stdin_fd = -1,
        .stdout_fd = output,
        .own_group = true,
        .death_signal = SIGKILL,
    };
    if (!rp_failed(rp_spawn(&how, &run->child, err)))
        return RP_OK;
    /* Not in its words: "KEY=secret program", which a shell would take, is all program here. */
    errno = err == NULL ? 0 : err->sys;
    return rp_fail_errno(err, RP_KIND_CREDENTIALS, "%s cannot be started", run->where);
}

/* Takes what can be read now. False at the end, or where there is too much. */
static bool take_output(struct run *run)
{
    char *room = rp_buf_room(&run->output, STEP_SIZE);
    ssize_t n = room == NULL ? 0 : read(run->from, room, STEP_SIZE);

    if (n > 0)
        rp_buf_added(&run->output, (size_t)n);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/*
 * Reads until the program has ended. What it leaves behind may hold the pipe
 * open, so the end of the file is not waited for.
 */
static rp_status collect(struct run *run, int64_t deadline, struct rp_error *err)
{
    struct pollfd output = {.fd = run->from, .events = POLLIN};
    bool open = true;
    bool ended = false;

    (void)fcntl(run->from, F_SETFL, O_NONBLOCK);
    while (!ended) {
        int left = rp_deadline_left(deadline);
        if (left == 0)
            return rp_fail(err, RP_KIND_CREDENTIALS, "%s did not end in time", run->where);
        int step = left < STEP_MS ? left : STEP_MS;
        bool ready = open && poll(&output, 1, step) > 0;
        if (ready)
            open = take_output(run);
        if (run->output.state != RP_BUF_FINE || run->output.len > OUTPUT_MAX)
            return rp_fail(err, RP_KIND_CREDENTIALS, "%s printed more than %d bytes", run->where,
                           OUTPUT_MAX);
        ended = rp_child_wait(&run->child, open ? 0 : step, &run->end);
    }
    while (open && run->output.len <= OUTPUT_MAX && poll(&output, 1, 0) > 0)
        open = take_output(run);
    return RP_OK;
}

static rp_status judge_exit(const struct run *run, struct rp_error *err)
{
    if (run->end.signaled)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s was killed by signal %d", run->where,
                       run->end.code);
    if (run->end.code != 0)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s failed with exit code %d", run->where,
                       run->end.code);
    if (strspn(rp_buf_str(&run->output), " \t\r\n") == run->output.len)
        return rp_fail(err, RP_KIND_NO_CREDENTIALS, "%s printed nothing", run->where);
    return RP_OK;
}

/* Reads the document; its version must be the number 1. */
static rp_status read_document(const struct run *run, int64_t now, struct rp_credentials *out,
                               struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    char document[WHERE_SIZE + 32];
    char end[RP_TIME_ISO_SIZE];
    int64_t version;

    (void)snprintf(document, sizeof(document), "the output of %s", run->where);
    RP_TRY(rp_json_parse(rp_buf_span(&run->output), RP_KIND_CREDENTIALS, document, &json, err));
    if (!rp_json_integer(rp_json_member(json, "Version"), &version) || version != 1)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s has no Version that is the number 1",
                       document);
    RP_TRY(rp_credentials_from_json(json, &fields, document, out, err));
    if (out->expires_at > now)
        return RP_OK;
    rp_time_format_iso(out->expires_at, end);
    return rp_fail(err, RP_KIND_CREDENTIALS, "the credentials of %s expired at %s", run->where,
                   end);
}

static rp_status load(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err)
{
    __attribute__((cleanup(release))) struct run run = {.from = -1,
                                                        .output.max = OUTPUT_MAX + STEP_SIZE};
    const char *command = rp_profile_get(session->profiles, session->profile, "credential_process");

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    if (!rp_profile_has(session->profiles, session->profile, "credential_process")) {
        rp_provider_why(why, "profile %s has no credential_process", session->profile);
        return RP_OK;
    }
    (void)snprintf(run.where, sizeof(run.where), "the credential_process of the profile (%.200s)",
                   session->profile);
    RP_TRY(start(&run, command == NULL ? "" : command, err));
    RP_TRY(collect(&run, rp_deadline_in(timeout_ms(session)), err));
    RP_TRY(judge_exit(&run, err));
    RP_TRY(read_document(&run, rp_now(session->ctx), out, err));
    *out_answer = RP_ANSWER_CREDENTIALS;
    return RP_OK;
}

const struct rp_provider rp_provider_process = {
    .name = "custom-process", .reads_files = true, .load = load};
