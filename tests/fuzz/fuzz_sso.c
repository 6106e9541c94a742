/*
 * What stands in the files of SSO's caches and what its services answer, both from
 * arbitrary bytes: credentials that come of it can be signed with, and live.
 *
 * An input is a digit (the status of the answers), a token file, a line "%", and
 * the answer to every question; behind another "%" the file of the role's keys.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "aws/provider.h"
#include "context.h"
#include "rdspass/base/file.h"
#include "rdspass/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The names of the files are tested by tests/unit/sso.c. */
#define TOKEN_FILE "/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json"
#define KEYS_FILE "/.aws/cli/cache/d1e6750b1ea096ebf55cdc2cc824bd9c63f07bdc.json"

static char home[] = "/dev/shm/rdspass-fuzz.XXXXXX";
static const int statuses[] = {200, 200, 200, 400, 401, 403, 404, 429, 500, 302};

static const char *get_variable(void *self, const char *name)
{
    (void)self;
    return strcmp(name, "HOME") == 0 ? home : strcmp(name, "AWS_MAX_ATTEMPTS") == 0 ? "1" : NULL;
}

static const struct rp_context context = FUZZ_CONTEXT(get_variable);

static void put(const char *name, struct rp_span bytes)
{
    char path[256];

    (void)snprintf(path, sizeof(path), "%s%s", home, name);
    RP_FD_AUTO int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || rp_failed(rp_write_all(fd, bytes, path, NULL)))
        abort();
}

static void remove_home(void)
{
    static const char *const names[] = {TOKEN_FILE, KEYS_FILE, "/.aws/sso/cache/.rdspass.lock",
                                        "/.aws/cli/cache/.rdspass.lock"};
    static const char *const directories[] = {"/.aws/sso/cache", "/.aws/sso", "/.aws/cli/cache",
                                              "/.aws/cli",       "/.aws",     ""};
    char path[256];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", home, names[i]);
        (void)unlink(path);
    }
    for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", home, directories[i]);
        (void)rmdir(path);
    }
}

static void make_home(void)
{
    static const char *const names[] = {"/.aws", "/.aws/sso", "/.aws/sso/cache", "/.aws/cli",
                                        "/.aws/cli/cache"};
    static bool made;
    char path[256];

    if (made)
        return;
    if (mkdtemp(home) == NULL || atexit(remove_home) != 0)
        abort();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", home, names[i]);
        if (mkdir(path, 0700) != 0)
            abort();
    }
    made = true;
}

struct answer {
    int status;
    struct rp_span body;
};

static rp_status perform(void *self, const struct rp_http_request *request,
                         struct rp_http_response *out, struct rp_error *err)
{
    const struct answer *answer = self;

    (void)err;
    for (size_t i = 0; i < request->header_count; i++)
        if (rp_utf8_has_control(request->headers[i].value))
            abort();
    rp_http_response_release(out);
    *out = (struct rp_http_response){
        .outcome = RP_HTTP_ANSWERED, .connected = true, .status = answer->status};
    rp_buf_init(&out->body, request->max_body);
    rp_buf_add(&out->body, answer->body);
    return RP_OK;
}

static void load(struct answer *answer)
{
    static const char config[] = "[profile p]\nsso_session = my-sso\nsso_role_name = Dev Ops\n"
                                 "sso_account_id = 012345678901\n[sso-session my-sso]\n"
                                 "sso_region = us-east-1\nsso_start_url = https://s/\n";
    const struct rp_transport net = {.perform = perform, .self = answer};
    struct rp_session session = {.ctx = &context, .profile = "p", .net = &net};
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    enum rp_answer kind = RP_ANSWER_NOT_CONFIGURED;
    char why[RP_WHY_SIZE];
    struct rp_error err = {0};

    if (rp_failed(
            rp_profiles_parse(&context, rp_span(config), RP_SPAN(""), &session.profiles, &err)))
        abort();
    if (!rp_failed(rp_provider_sso.load(&session, &kind, &found, why, &err))) {
        if (kind != RP_ANSWER_CREDENTIALS || found.access_key_id[0] == '\0' ||
            rp_secret_is_empty(&found.secret_access_key) ||
            rp_secret_is_empty(&found.session_token) || found.expires_at <= FUZZ_NOW)
            abort();
    } else if (err.msg[0] == '\0' || rp_utf8_has_control(rp_span(err.msg))) {
        abort();
    }
    rp_profiles_free(&session.profiles);
}

/* What stands before the next line "%". */
static struct rp_span take_part(struct rp_span *rest)
{
    const char *end = rest->n == 0 ? NULL : memmem(rest->p, rest->n, "\n%\n", 3);
    size_t n = end == NULL ? rest->n : (size_t)(end - rest->p);
    struct rp_span part = rp_span_first(*rest, n);

    *rest = rp_span_skip(*rest, end == NULL ? n : n + 3);
    return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span rest = {(const char *)data, size};
    struct answer answer = {.status = 200};

    make_home();
    if (size > 0 && rp_is_digit(rest.p[0])) {
        answer.status = statuses[rest.p[0] - '0'];
        rest = rp_span_skip(rest, 1);
    }
    put(TOKEN_FILE, take_part(&rest));
    answer.body = take_part(&rest);
    put(KEYS_FILE, rest);
    load(&answer);
    return 0;
}
