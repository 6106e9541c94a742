/* Causes: the names in what another client has printed: who, and where. */
#include <arpa/inet.h>
#include <string.h>

#include "causes_rows.h"
#include "rdspass/base/utf8.h"

/* The name stands in quotes behind these words, and ends with those. */
static const struct {
    const char *before;
    const char *behind;
} users[] = {
    {"user '", "'@"},
    {"user '", "'"},
    {"user \"", "\""},
    {"role \"", "\""},
};

void rp_cause_read_user(const char *message, char *out, size_t size)
{
    for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        const char *at = strcasestr(message, users[i].before);
        if (at == NULL)
            continue;
        at += strlen(users[i].before);
        const char *end = strstr(at, users[i].behind);
        struct rp_span name = {at, end == NULL ? 0 : (size_t)(end - at)};
        if (name.n == 0 || name.n >= size || !rp_utf8_valid(name) || rp_utf8_has_control(name))
            continue;
        memcpy(out, name.p, name.n);
        out[name.n] = '\0';
        return;
    }
}

/* Takes the next run of what names of hosts and addresses are made of; false at the end. */
static bool next_name(struct rp_span *rest, struct rp_span *out)
{
    static const char of_names[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

    *rest = rp_span_skip(*rest, strcspn(rest->p, of_names));
    *out = rp_span_first(*rest, strspn(rest->p, of_names));
    *rest = rp_span_skip(*rest, out->n);
    return out->n > 0;
}

bool rp_cause_read_endpoint(const char *message, struct rp_endpoint *out)
{
    struct rp_span rest = rp_span(message);
    struct rp_span name;
    struct rp_error err;

    while (next_name(&rest, &name))
        if (!rp_failed(rp_endpoint_parse(name, out, &err)))
            return true;
    return false;
}

bool rp_cause_read_address(const char *message, char out[static RP_CAUSE_ADDRESS_SIZE])
{
    struct rp_span rest = rp_span(message);
    struct rp_span name;
    unsigned char bytes[4];

    while (next_name(&rest, &name)) {
        char address[RP_CAUSE_ADDRESS_SIZE];
        if (name.n >= sizeof(address))
            continue;
        memcpy(address, name.p, name.n);
        address[name.n] = '\0';
        if (inet_pton(AF_INET, address, bytes) != 1)
            continue;
        memcpy(out, address, name.n + 1);
        return true;
    }
    return false;
}
