/* Addresses of sockets: their text, and those that a name has. */
#ifndef RP_GATE_ADDRESS_H
#define RP_GATE_ADDRESS_H

#include <sys/socket.h>

#include "rdspass/rds/target.h"

enum { RP_ADDRESSES_MAX = 16, RP_ADDRESS_TEXT_SIZE = 112 };

struct rp_address {
    struct sockaddr_storage sa; /* AF_INET, AF_INET6 or AF_UNIX */
    socklen_t n;
};

struct rp_addresses {
    struct rp_address list[RP_ADDRESSES_MAX];
    size_t count;
};

/* "10.0.0.1:3306", "[::1]:5432", a socket's path. */
void rp_address_text(const struct rp_address *address, char out[RP_ADDRESS_TEXT_SIZE]);

/* The address of a socket with that path, which is not too long for one. */
struct rp_address rp_address_of_socket(const char *path);

/*
 * Looks up a name, which may block for long; with AI_NUMERICHOST in `flags` it
 * reads an address, and does not. Gives 0 or EAI_...; each address comes once.
 */
int rp_addresses_find(const char *host, const char *port, int flags, struct rp_addresses *out);

#endif
