/* Addresses: in words, and as libc finds them. */
#include "address.h"

#include <netdb.h>
#include <sys/un.h>

void rp_address_text(const struct rp_address *address, char out[RP_ADDRESS_TEXT_SIZE])
{
    const struct sockaddr *sa = (const struct sockaddr *)&address->sa;
    char host[NI_MAXHOST], port[NI_MAXSERV];

    out[0] = '\0';
    if (sa->sa_family == AF_UNIX)
        (void)snprintf(out, RP_ADDRESS_TEXT_SIZE, "%.*s", RP_SOCKET_PATH_MAX,
                       ((const struct sockaddr_un *)sa)->sun_path);
    else if (getnameinfo(sa, address->n, host, sizeof(host), port, sizeof(port),
                         NI_NUMERICHOST | NI_NUMERICSERV) == 0)
        (void)snprintf(out, RP_ADDRESS_TEXT_SIZE,
                       sa->sa_family == AF_INET6 ? "[%.80s]:%.6s" : "%.80s:%.6s", host, port);
}

struct rp_address rp_address_of_socket(const char *path)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    struct rp_address address = {.n = sizeof(sa)};

    (void)snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
    memcpy(&address.sa, &sa, sizeof(sa));
    return address;
}

/* A hosts file brings the same address twice for a name that it has twice. */
static bool has(const struct rp_addresses *addresses, const struct addrinfo *info)
{
    for (size_t i = 0; i < addresses->count; i++)
        if (addresses->list[i].n == info->ai_addrlen &&
            memcmp(&addresses->list[i].sa, info->ai_addr, info->ai_addrlen) == 0)
            return true;
    return false;
}

static void take(const struct addrinfo *list, struct rp_addresses *out)
{
    for (const struct addrinfo *i = list; i != NULL && out->count < RP_ADDRESSES_MAX;
         i = i->ai_next) {
        bool usable = (i->ai_family == AF_INET || i->ai_family == AF_INET6) &&
                      i->ai_addrlen <= sizeof(out->list[0].sa);
        if (!usable || has(out, i))
            continue;
        struct rp_address *address = &out->list[out->count++];
        memcpy(&address->sa, i->ai_addr, i->ai_addrlen);
        address->n = i->ai_addrlen;
    }
}

/*
 * Asks for both families, whatever addresses this host has itself
 * (AI_ADDRCONFIG): one with loopback alone could not reach a tunnel, and an
 * address that has no route costs dialling nothing.
 */
int rp_addresses_find(const char *host, const char *port, int flags, struct rp_addresses *out)
{
    const struct addrinfo how = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags};
    struct addrinfo *found = NULL;

    int failure = getaddrinfo(host, port, &how, &found);
    if (failure != 0)
        return failure;
    take(found, out);
    freeaddrinfo(found);
    return out->count > 0 ? 0 : EAI_NONAME;
}
