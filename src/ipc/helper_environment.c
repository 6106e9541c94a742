/*
 * The environment of helpers: which proxy to take, for one that needs it, and
 * nothing else. The core reads the variables that name CA files; AWS keys, LD_*,
 * OPENSSL_* and the like stay out of a program that talks to a network.
 */
#include "helper_environment.h"

enum { ENVIRONMENT_MAX = 65536 };

static const char *const proxies[] = {
    "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
};

/* What a screen and a person's language are, and where the keys are bound (~/.editrc). */
static const char *const terminal[] = {
    "TERM", "TERMINFO", "COLUMNS", "LINES", "LANG", "LC_ALL", "LC_CTYPE", "HOME", NULL,
};

/* For sanitizers and stand-ins; release builds have none. */
static const char *const of_tests[] = {
#ifdef RP_TEST_BUILD
    "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "RP_TEST_FAKE", "RP_TEST_DNS",
#endif
    NULL,
};
_Static_assert((sizeof(terminal) + sizeof(proxies) + sizeof(of_tests)) / sizeof(proxies[0]) <
                   RP_HELPER_VARIABLES_MAX,
               "room for all");

static void add(struct rp_buf *text, const char *name, const char *value)
{
    rp_buf_add_str(text, name);
    rp_buf_add_char(text, '=');
    rp_buf_add_str(text, value);
    rp_buf_add_char(text, '\0');
}

static void add_from(const struct rp_context *ctx, const char *name, struct rp_buf *text)
{
    const char *value = rp_env_get(ctx, name);

    if (value != NULL)
        add(text, name, value);
}

static void add_proxies(const struct rp_context *ctx, struct rp_buf *text)
{
    for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++)
        add_from(ctx, proxies[i], text);
    /*
     * The AWS CLI heeds HTTP_PROXY, libcurl only http_proxy: a CGI program finds
     * a header of its caller in the former, and is known by REQUEST_METHOD.
     */
    const char *proxy = rp_env_get(ctx, "HTTP_PROXY");
    if (proxy != NULL && rp_env_get(ctx, "http_proxy") == NULL &&
        rp_env_get(ctx, "REQUEST_METHOD") == NULL)
        add(text, "http_proxy", proxy);
}

rp_status rp_helper_environment(const struct rp_context *ctx, enum rp_helper_variables variables,
                                struct rp_helper_environment *out, struct rp_error *err)
{
    size_t count = 0;

    rp_buf_init(&out->text, ENVIRONMENT_MAX);
    if (variables == RP_HELPER_PROXIES)
        add_proxies(ctx, &out->text);
    for (size_t i = 0; variables == RP_HELPER_TERMINAL && terminal[i] != NULL; i++)
        add_from(ctx, terminal[i], &out->text);
    for (size_t i = 0; of_tests[i] != NULL; i++)
        add_from(ctx, of_tests[i], &out->text);
    RP_TRY(rp_buf_check(&out->text, RP_KIND_CONFIG, "the environment for proxies", err));

    struct rp_span rest = rp_buf_span(&out->text);
    while (rest.n > 0) {
        out->list[count++] = rest.p;
        rest = rp_span_skip(rest, rp_span_find(rest, '\0') + 1);
    }
    out->list[count] = NULL;
    return RP_OK;
}

void rp_helper_environment_release(struct rp_helper_environment *environment)
{
    rp_buf_release(&environment->text);
    environment->list[0] = NULL;
}
