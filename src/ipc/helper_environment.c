/*
 * The environment of helpers: which proxy to take, and nothing else. The core
 * reads the variables that name CA files; AWS keys, LD_*, OPENSSL_* and the like
 * stay out of a program that talks to a network.
 */
#include "helper_environment.h"

enum { ENVIRONMENT_MAX = 65536 };

static const char *const allowed[] = {
    "http_proxy",   "https_proxy",   "HTTPS_PROXY",  "all_proxy",
    "ALL_PROXY",    "no_proxy",      "NO_PROXY",
#ifdef RP_TEST_BUILD
    "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "RP_TEST_FAKE", /* for stand-ins */
#endif
};
_Static_assert(sizeof(allowed) / sizeof(allowed[0]) < RP_HELPER_VARIABLES_MAX, "room for all");

static void add(struct rp_buf *text, const char *name, const char *value)
{
    rp_buf_add_str(text, name);
    rp_buf_add_char(text, '=');
    rp_buf_add_str(text, value);
    rp_buf_add_char(text, '\0');
}

rp_status rp_helper_environment(const struct rp_context *ctx, struct rp_helper_environment *out,
                                struct rp_error *err)
{
    size_t count = 0;

    rp_buf_init(&out->text, ENVIRONMENT_MAX);
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        const char *value = rp_env_get(ctx, allowed[i]);
        if (value != NULL)
            add(&out->text, allowed[i], value);
    }
    /*
     * The AWS CLI heeds HTTP_PROXY, libcurl only http_proxy: a CGI program finds
     * a header of its caller in the former, and is known by REQUEST_METHOD.
     */
    const char *proxy = rp_env_get(ctx, "HTTP_PROXY");
    if (proxy != NULL && rp_env_get(ctx, "http_proxy") == NULL &&
        rp_env_get(ctx, "REQUEST_METHOD") == NULL)
        add(&out->text, "http_proxy", proxy);
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
