/* The transport: which helper is started, how, and what is said when it does not do its work. */
#include "rdspass/ipc/fetch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "held_context.h"
#include "rdspass/base/process.h"

static char fakes[4096]; /* build/VARIANT/tests/fakes */

static const struct rp_http_request example = {
    .method = "GET",
    .url = "http://127.0.0.1:1/",
    .connect_ms = 100,
    .total_ms = 100,
    .max_body = 16384,
    .direct = true,
};

static rp_status ask(const char *const *variables, size_t max_body, struct rp_http_response *out,
                     struct rp_error *err)
{
    struct held held;
    RP_FETCH_AUTO struct rp_fetch fetch;
    struct rp_http_request request = example;

    held_init(&held, variables);
    rp_fetch_init(&fetch, &held.ctx);
    struct rp_transport transport = rp_fetch_transport(&fetch);
    request.max_body = max_body;
    rp_status status = transport.perform(transport.self, &request, out, err);
    held_release(&held);
    return status;
}

static void fails(const char *how, const char *want)
{
    const char *const variables[] = {"RP_TEST_LIBEXEC", fakes, "RP_TEST_FAKE", how, NULL};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    struct rp_error err = {0};

    FAILS(ask(variables, 4, &response, &err), RP_KIND_INTERNAL, err, how);
    IS_STR(err.msg, want, want);
    OK(strcmp(how, "version") != 0 || err.hint[0] != '\0', "%s: hint", how);
}

static void test_failures(void)
{
    fails("killed", "rdspass-fetch was killed by SIGKILL");
    fails("killed-halfway", "rdspass-fetch was killed by SIGKILL");
    fails("exit", "rdspass-fetch ended too early, with exit code 9");
    fails("garbage", "rdspass-fetch: what came is no message: the header is not valid JSON: "
                     "a value is malformed");
    fails("version", "rdspass-fetch is of version 9.9.9, and this is " RP_VERSION);
    fails("hang", "rdspass-fetch does not answer");
    fails("long", "rdspass-fetch: a body is longer than was asked for");
}

static void test_start(void)
{
    const char *const variables[] = {
        "RP_TEST_LIBEXEC",
        fakes,
        "RP_TEST_FAKE",
        "report",
        "AWS_SECRET_ACCESS_KEY",
        "canary",
        "LD_PRELOAD",
        "x",
        "OPENSSL_CONF",
        "x",
        "HTTP_PROXY",
        "http://p:1",
        "https_proxy",
        "http://u:p@p:2",
        "NO_PROXY",
        "a,b",
        "HOME",
        "/root",
        "SSL_CERT_FILE",
        "/x",
        NULL,
    };
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    struct rp_error err = {0};
    int stray = open("/dev/null", O_RDONLY | O_CLOEXEC);

    OK(stray > 2 && fcntl(stray, F_SETFD, 0) == 0, "one that a careless caller left open");
    WORKS(ask(variables, 16384, &response, &err), err, "started");
    const char *told = rp_buf_str(&response.body);
    OK(held_has(told, "arg rdspass-fetch\nenv https_proxy=http://u:p@p:2\nenv NO_PROXY=a,b\n"
                      "env http_proxy=http://p:1\nenv RP_TEST_FAKE=report\nfd "),
       "its arguments and its environment, and no other: %s", told);
    const char *fd = strstr(told, "fd ");
    OK(fd != NULL && strstr(fd + 1, "fd ") == NULL, "no descriptor but the one it looks with");
    (void)close(stray);
}

static void test_cgi(void)
{
    const char *const variables[] = {"RP_TEST_LIBEXEC", fakes,        "RP_TEST_FAKE",
                                     "report",          "HTTP_PROXY", "http://p:1",
                                     "REQUEST_METHOD",  "GET",        NULL};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    struct rp_error err = {0};

    WORKS(ask(variables, 16384, &response, &err), err, "started by a CGI program");
    OK(!held_has(rp_buf_str(&response.body), "roxy"), "whose caller chooses no proxy");
}

static void test_real(void)
{
    RP_BUF_AUTO struct rp_buf build = {.max = 4096};
    struct held held;
    RP_FETCH_AUTO struct rp_fetch fetch;
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    struct rp_error err = {0};

    rp_buf_add_str(&build, fakes);
    rp_buf_add_str(&build, "/../..");
    const char *const variables[] = {"RP_TEST_LIBEXEC", rp_buf_str(&build), NULL};
    held_init(&held, variables);
    rp_fetch_init(&fetch, &held.ctx);
    struct rp_transport transport = rp_fetch_transport(&fetch);
    WORKS(transport.perform(transport.self, &example, &response, &err), err, "the real one");
    IS_INT(response.outcome, RP_HTTP_NOT_CONNECTED, "nobody listens there");
    OK(response.why[0] != '\0' && response.status == 0, "why");
    pid_t pid = fetch.helper.child.pid;
    WORKS(transport.perform(transport.self, &example, &response, &err), err, "a second exchange");
    IS_INT(fetch.helper.child.pid, pid, "by the same process");
    (void)kill(pid, SIGKILL);
    FAILS(transport.perform(transport.self, &example, &response, &err), RP_KIND_INTERNAL, err,
          "killed between two");
    IS_STR(err.msg, "rdspass-fetch was killed by SIGKILL", "one clear error");
    held_release(&held);
}

/* A directory with one program in it, and modes that must not be trusted. */
static void test_place(void)
{
    char folder[] = "/tmp/rdspass-fetch.XXXXXX";
    char program[64];
    char message[256];
    const char *const variables[] = {"RP_TEST_LIBEXEC", folder, NULL};
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    struct rp_error err = {0};

    OK(mkdtemp(folder) != NULL, "a folder");
    FAILS(ask(variables, 4, &response, &err), RP_KIND_INTERNAL, err, "no helper");
    (void)snprintf(message, sizeof(message), "cannot start rdspass-fetch in %s: %s", folder,
                   "No such file or directory");
    IS_STR(err.msg, message, "says where it is missed");
    OK(err.hint[0] != '\0', "and what to do");
    (void)snprintf(program, sizeof(program), "%s/rdspass-fetch", folder);
    int fd = open(program, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
    OK(fd >= 0 && fchmod(fd, 0757) == 0, "a program that everybody may write to");
    FAILS(ask(variables, 4, &response, &err), RP_KIND_INTERNAL, err, "refused");
    IS_STR(err.msg, "refusing the helpers: everybody may write to rdspass-fetch", "why");
    OK(fchmod(fd, 0755) == 0 && chmod(folder, 01777) == 0, "a folder like /tmp");
    FAILS(ask(variables, 4, &response, &err), RP_KIND_INTERNAL, err, "refused");
    (void)snprintf(message, sizeof(message), "refusing the helpers: everybody may write to %s",
                   folder);
    IS_STR(err.msg, message, "why");
    (void)close(fd); /* else it is busy */
    OK(chmod(folder, 0755) == 0, "as it should be");
    FAILS(ask(variables, 4, &response, &err), RP_KIND_INTERNAL, err, "no program");
    IS_STR(err.msg, "cannot start rdspass-fetch: Exec format error", "why");
    if (geteuid() == 0) {
        OK(chown(folder, 12345, 0) == 0, "somebody else's");
        FAILS(ask(variables, 4, &response, &err), RP_KIND_INTERNAL, err, "refused");
        OK(held_has(err.msg, "belongs neither to root nor to you"), "why: %s", err.msg);
    }
    (void)unlink(program);
    (void)rmdir(folder);
}

int main(void)
{
    RP_BUF_AUTO struct rp_buf path = {.max = sizeof(fakes) - 16};
    struct rp_error err = {0};

    rp_process_take_signals();
    WORKS(rp_process_directory(RP_KIND_INTERNAL, &path, &err), err, "build/VARIANT/tests/unit");
    (void)snprintf(fakes, sizeof(fakes), "%s/../fakes", rp_buf_str(&path));
    test_failures();
    test_start();
    test_cgi();
    test_real();
    test_place();
    return tap_done();
}
