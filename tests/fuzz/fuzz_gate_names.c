/*
 * Answers of DNS from arbitrary bytes: what comes of them are host names, each
 * once, and not more than there may be. Also resolv.conf.
 */
#include <stdlib.h>

#include "gate/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const struct rp_names *names, size_t at)
{
    const char *name = names->list[at];
    size_t n = strnlen(name, RP_HOST_MAX + 1);

    if (n == 0 || n > RP_HOST_MAX || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != n)
        abort();
    for (size_t i = 0; i < at; i++)
        if (strcmp(names->list[i], name) == 0)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span bytes = {(const char *)data, size};
    struct rp_names names;
    struct rp_addresses servers;

    enum rp_names_answer answer = rp_names_read(bytes, 0x1234, "db.example.com", &names);
    if (names.count > RP_NAMES_MAX || (answer != RP_NAMES_ANSWERED && names.count > 0))
        abort();
    for (size_t i = 0; i < names.count; i++)
        check_name(&names, i);
    rp_names_read_servers(bytes, &servers);
    if (servers.count == 0 || servers.count > RP_NAMES_SERVERS_MAX)
        abort();
    return 0;
}
