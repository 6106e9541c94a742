/* Where to dial instead of the endpoint: "HOST:PORT", or the path of a socket. */
#include <string.h>
#include <sys/un.h>

#include "rdspass/rds/target.h"

_Static_assert(sizeof(((struct sockaddr_un *)NULL)->sun_path) == RP_SOCKET_PATH_MAX + 1,
               "the kernel's limit");

static rp_status read_socket(struct rp_span text, struct rp_via *out, struct rp_error *err)
{
    if (text.n > RP_SOCKET_PATH_MAX)
        return rp_fail(err, RP_KIND_USAGE, "a socket's path has at most %d bytes",
                       RP_SOCKET_PATH_MAX);
    memcpy(out->socket, text.p, text.n);
    out->socket[text.n] = '\0';
    return RP_OK;
}

/* Names, and addresses of both kinds ("fe80::1%eth0" too). Nothing is signed for them. */
static bool is_host_char(char c)
{
    return rp_is_alpha(c) || rp_is_digit(c) || strchr("-._:%", c) != NULL;
}

static rp_status fail_form(struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_USAGE, "neither HOST:PORT nor the path of a socket");
    rp_hint(err, "127.0.0.1:3306, [::1]:5432, or a path with a '/' in it");
    return status;
}

static rp_status read_address(struct rp_span text, struct rp_via *out, struct rp_error *err)
{
    size_t colon = rp_span_find_last(text, ':');
    struct rp_span host = rp_span_first(text, colon);
    uint32_t port;

    if (!rp_span_to_uint(rp_span_skip(text, colon + 1), UINT16_MAX, &port) || port == 0)
        return fail_form(err);
    if (rp_span_starts(host, "[") && rp_span_ends(host, "]"))
        host = rp_span_first(rp_span_skip(host, 1), host.n - 2);
    else if (rp_span_find(host, ':') < host.n)
        return fail_form(err);
    if (host.n == 0 || host.n > RP_HOST_MAX)
        return fail_form(err);
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] == '\0' || !is_host_char(host.p[i]))
            return fail_form(err);
    memcpy(out->host, host.p, host.n);
    out->host[host.n] = '\0';
    out->port = (uint16_t)port;
    return RP_OK;
}

rp_status rp_via_parse(struct rp_span text, struct rp_via *out, struct rp_error *err)
{
    struct rp_via via = {.is_set = true};

    if (rp_span_find(text, '\0') < text.n)
        return fail_form(err);
    if (rp_span_find(text, '/') < text.n)
        RP_TRY(read_socket(text, &via, err));
    else
        RP_TRY(read_address(text, &via, err));
    *out = via;
    return RP_OK;
}

void rp_via_add_text(const struct rp_via *via, struct rp_buf *out)
{
    if (!via->is_set)
        return;
    if (via->socket[0] != '\0')
        rp_buf_add_str(out, via->socket);
    else
        rp_buf_addf(out, strchr(via->host, ':') == NULL ? "%s:%u" : "[%s]:%u", via->host,
                    (unsigned)via->port);
}
