/* Host names from arbitrary bytes. What passes must end in a name that AWS alone can give. */
#include "rdspass/rds/endpoint.h"
#include "rdspass/rds/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_accepted(const struct rp_endpoint *endpoint)
{
    struct rp_span host = rp_span(endpoint->host);
    const char *suffix = rp_endpoint_is_dsql(endpoint) ? "on.aws" : endpoint->partition->dns_suffix;
    struct rp_endpoint again;
    struct rp_trust trust;
    struct rp_error err = {0};

    if (!rp_span_ends(host, suffix) || host.p[host.n - strlen(suffix) - 1] != '.')
        abort();
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] != rp_lower(host.p[i]))
            abort();
    if ((endpoint->region[0] == '\0') != (endpoint->kind == RP_ENDPOINT_GLOBAL))
        abort();
    if (rp_failed(rp_endpoint_parse(host, &again, &err)) || again.kind != endpoint->kind ||
        !rp_span_eq(rp_span(again.host), host))
        abort();
    rp_ignore(rp_trust_choose(endpoint, rp_span("us-east-1"), &trust, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_endpoint endpoint;
    struct rp_error err = {0};

    if (!rp_failed(rp_endpoint_parse((struct rp_span){(const char *)data, size}, &endpoint, &err)))
        check_accepted(&endpoint);
    else if (err.kind != RP_KIND_CONFIG || err.msg[0] == '\0')
        abort();
    return 0;
}
