/*
 * Sessions of `aws login` from arbitrary bytes: a cache file, a line "==", and
 * what the sign-in service answers; with '!' in front that is a refusal. What is
 * renewed is found by who comes next, without a network.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "aws/provider.h"
#include "context.h"
#include "rdspass/base/file.h"

#define ARN "arn:aws:sts::012345678910:assumed-role/Admin/admin"
#define FILE_NAME "/4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json"

enum { FRESH_S = 300 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char home[] = "/tmp/rdspass-fuzz.XXXXXX";
static char file[128];

static void remove_home(void)
{
    char lock[128];

    (void)snprintf(lock, sizeof(lock), "%s/.rdspass.lock", home);
    (void)unlink(lock);
    (void)unlink(file);
    (void)rmdir(home);
}

static void make_home(void)
{
    if (file[0] != '\0')
        return;
    if (mkdtemp(home) == NULL)
        abort();
    (void)snprintf(file, sizeof(file), "%s%s", home, FILE_NAME);
    (void)atexit(remove_home);
}

static const char *get(void *self, const char *name)
{
    (void)self;
    if (strcmp(name, "AWS_LOGIN_CACHE_DIRECTORY") == 0)
        return home;
    if (strcmp(name, "AWS_REGION") == 0)
        return "eu-west-1";
    return strcmp(name, "AWS_MAX_ATTEMPTS") == 0 ? "1" : NULL;
}

struct net {
    struct rp_span answer;
    int asked;
};

static rp_status perform(void *self, const struct rp_http_request *request,
                         struct rp_http_response *out, struct rp_error *err)
{
    struct net *net = self;
    bool refuses = rp_span_starts(net->answer, "!");

    (void)err;
    net->asked++;
    if (request->dpop_key.n == 0 || request->body.n == 0)
        abort();
    rp_http_response_release(out);
    out->outcome = RP_HTTP_ANSWERED;
    out->status = refuses ? 400 : 200;
    rp_buf_init(&out->body, request->max_body);
    rp_buf_add(&out->body, rp_span_skip(net->answer, refuses ? 1 : 0));
    return RP_OK;
}

/* Asks the provider; false where it fails, which it explains. */
static bool load(struct rp_session *session, struct rp_credentials *out)
{
    enum rp_answer answer = RP_ANSWER_NOT_CONFIGURED;
    char why[RP_WHY_SIZE];
    struct rp_error err = {0};

    if (!rp_failed(rp_provider_login.load(session, &answer, out, why, &err))) {
        if (answer != RP_ANSWER_CREDENTIALS || out->access_key_id[0] == '\0' ||
            rp_secret_is_empty(&out->secret_access_key) ||
            rp_secret_is_empty(&out->session_token) || out->hop_count != 1)
            abort();
        return true;
    }
    if (err.kind == RP_KIND_NONE || err.kind == RP_KIND_INTERNAL || err.msg[0] == '\0')
        abort();
    return false;
}

static void check(struct rp_session *session, struct net *net)
{
    RP_CREDENTIALS_AUTO struct rp_credentials first = {0};
    RP_CREDENTIALS_AUTO struct rp_credentials second = {0};

    if (!load(session, &first) || first.expires_at - FUZZ_NOW <= FRESH_S)
        return;
    net->asked = 0;
    if (!load(session, &second) || net->asked > 0 || second.expires_at != first.expires_at ||
        strcmp(second.access_key_id, first.access_key_id) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char mark[] = "\n==\n";
    struct rp_context ctx = FUZZ_CONTEXT(get);
    struct rp_session session = {.ctx = &ctx, .profile = "dev"};
    struct rp_span all = {(const char *)data, size};
    const char *at = memmem(all.p, all.n, mark, sizeof(mark) - 1);
    size_t n = at == NULL ? all.n : (size_t)(at - all.p);
    struct net net = {.answer = rp_span_skip(all, n + (at == NULL ? 0 : sizeof(mark) - 1))};
    struct rp_transport transport = {.perform = perform, .self = &net};

    make_home();
    session.net = &transport;
    if (rp_failed(rp_profiles_parse(&ctx, RP_SPAN("[profile dev]\nlogin_session = " ARN "\n"),
                                    RP_SPAN(""), &session.profiles, NULL)) ||
        rp_failed(rp_file_replace(file, rp_span_first(all, n), RP_FILE_PRIVATE, NULL)))
        abort();
    check(&session, &net);
    rp_profiles_free(&session.profiles);
    return 0;
}
