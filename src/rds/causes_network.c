/* Causes: finding the endpoint, reaching it, and what it says before TLS. */
#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "causes_rows.h"

enum {
    RESOLVING = RP_ONE_OF(RP_STAGE_RESOLVE),
    DIALLING = RP_ONE_OF(RP_STAGE_DIAL),
    GREETING = RP_ONE_OF(RP_STAGE_GREETING),
    TIMEOUT = RP_ONE_OF(RP_SEEN_TIMEOUT),
    CLOSED = RP_ONE_OF(RP_SEEN_CLOSED),
};

/* --- addresses, as "10.0.0.1:3306, [fd00::1]:5432" --------------------------------- */

/* Takes a number and the dot or colon behind it off the head; -1 where there is none. */
static int take_octet(struct rp_span *text)
{
    size_t n = 0;
    uint32_t value;

    while (n < text->n && rp_is_digit(text->p[n]))
        n++;
    if (!rp_span_to_uint(rp_span_first(*text, n), 255, &value))
        return -1;
    *text = rp_span_skip(*text, n + 1);
    return (int)value;
}

/* Of networks that the internet does not route (RFC 1918, 6598, 4193), or this machine. */
bool rp_address_is_private(struct rp_span address)
{
    if (rp_span_starts(address, "["))
        return rp_span_starts(address, "[fc") || rp_span_starts(address, "[fd") ||
               rp_span_starts(address, "[fe80") || rp_span_starts(address, "[::1]");
    int a = take_octet(&address);
    int b = take_octet(&address);
    return a == 10 || a == 127 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
           (a == 100 && b >= 64 && b < 128);
}

static bool is_ipv6(struct rp_span address)
{
    return rp_span_starts(address, "[");
}

/* Whether there are addresses, and all are so. */
static bool all_are(const char *addresses, bool (*so)(struct rp_span address))
{
    struct rp_span rest = rp_span(addresses);
    struct rp_span piece;

    if (rest.n == 0)
        return false;
    while (rp_span_split(&rest, ',', &piece))
        if (!so(rp_span_trim(piece)))
            return false;
    return true;
}

static bool all_private(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return all_are(seen->addresses, rp_address_is_private);
}

static bool all_ipv6(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return all_are(seen->addresses, is_ipv6);
}

/* RDS Proxy listens on the engines' own ports alone. */
static bool port_is_unusual(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)seen;
    return rp_engine_of_port(target->port) == RP_ENGINE_UNKNOWN;
}

/* Whether the server itself said no, with a text or without one. */
static bool is_servers_word(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return seen->seen == RP_SEEN_NOTHING && seen->sys == 0;
}

/* --- the rows ------------------------------------------------------------------------ */

static const struct rp_cause_row rows[] = {
    /* Resolving. */
    {.cause = {"name-via-unknown", RP_KIND_NETWORK, RP_REMEDY_NONE},
     .stages = RESOLVING,
     .resolver = {EAI_NONAME, EAI_NODATA, EAI_ADDRFAMILY},
     .when = rp_cause_has_via,
     .msg = "there is no host of the name in --via {via}",
     .hint = "for a tunnel on this machine: --via 127.0.0.1:PORT"},
    {.cause = {"name-unknown-privatelink", RP_KIND_NETWORK, RP_REMEDY_NONE},
     .stages = RESOLVING,
     .resolver = {EAI_NONAME, EAI_NODATA},
     .endpoints = RP_ONE_OF(RP_ENDPOINT_DSQL_PRIVATELINK),
     .msg = "{host}: no such name in the DNS",
     .hint = "the names of a VPC endpoint for DSQL exist inside its VPC alone, where private DNS "
             "is on; else: --via VPC-ENDPOINT:{port}"},
    {.cause = {"name-unknown", RP_KIND_NETWORK, RP_REMEDY_NONE},
     .stages = RESOLVING,
     .resolver = {EAI_NONAME},
     .msg = "{host}: no such name in the DNS",
     .hint = "is it spelled right, and does it still exist? `aws rds describe-db-clusters` and "
             "`describe-db-instances` (--region {region}) list the endpoints; one that was just "
             "made takes minutes to get its name"},
    {.cause = {"name-without-address", RP_KIND_NETWORK, RP_REMEDY_NONE},
     .stages = RESOLVING,
     .resolver = {EAI_NODATA, EAI_ADDRFAMILY},
     .msg = "{dialled}: the name has no address that this machine can use",
     .hint = "a stopped or deleted instance has none; a machine without IPv6 cannot use an "
             "endpoint that has nothing else"},
    {.cause = {"name-no-answer", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = RESOLVING,
     .resolver = {EAI_AGAIN},
     .msg = "{dialled}: the DNS does not answer for now",
     .hint = "is there a network? the resolvers are those of /etc/resolv.conf; --wait SECONDS "
             "asks again"},
    {.cause = {"name-timeout", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = RESOLVING,
     .seen = TIMEOUT,
     .msg = "{dialled}: the DNS did not answer in time",
     .hint = "is there a network? the resolvers are those of /etc/resolv.conf; --connect-timeout "
             "SECONDS gives them longer"},
    {.cause = {"name-failed", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = RESOLVING,
     .msg = "{dialled}: the name cannot be looked up (getaddrinfo: error {resolver})",
     .hint = "check /etc/resolv.conf and /etc/nsswitch.conf"},

    /* Our own limits. */
    {.cause = {"no-descriptors", RP_KIND_INTERNAL, RP_REMEDY_WAIT},
     .sys = {EMFILE, ENFILE, ENOBUFS, ENOMEM},
     .msg = "{where}: this machine has nothing left to connect with: {errno}",
     .hint = "close connections, or allow more open files: ulimit -n"},

    /* Through a tunnel. */
    {.cause = {"tunnel-no-socket", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .sys = {ENOENT, ENOTSOCK},
     .when = rp_cause_has_via,
     .msg = "there is no socket at --via {via}",
     .hint = "is the tunnel up?"},
    {.cause = {"tunnel-down", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .sys = {ECONNREFUSED},
     .when = rp_cause_has_via,
     .msg = "nothing listens at --via {via}",
     .hint = "is the tunnel up, and is this its port? --wait SECONDS waits for it"},
    {.cause = {"tunnel-timeout", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .seen = TIMEOUT,
     .when = rp_cause_has_via,
     .msg = "--via {via} did not answer in time",
     .hint = "is the tunnel up, and is this its address?"},

    /* Dialling. */
    {.cause = {"timeout-private", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .seen = TIMEOUT,
     .when = all_private,
     .msg = "{where}: no answer in time from a private address{addresses}",
     .hint = "from outside its VPC it is reached by a VPN or a tunnel (--via HOST:PORT) alone; "
             "inside, does the security group let port {port} in from here?"},
    {.cause = {"timeout-public", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .seen = TIMEOUT,
     .msg = "{where}: no answer in time{addresses}",
     .hint = "does the security group let port {port} in from this machine's address, and does "
             "the subnet route to the internet? --connect-timeout SECONDS waits longer"},
    {.cause = {"refused-proxy-port", RP_KIND_NETWORK, RP_REMEDY_NONE},
     .stages = DIALLING,
     .sys = {ECONNREFUSED},
     .endpoints = RP_ANY_PROXY,
     .when = port_is_unusual,
     .msg = "{where}: connection refused{addresses}",
     .hint = "RDS Proxy listens on 3306 (MySQL) and 5432 (PostgreSQL), whatever the port of the "
             "database behind it"},
    {.cause = {"refused", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .sys = {ECONNREFUSED},
     .msg = "{where}: connection refused{addresses}",
     .hint = "is {port} its port? it may be stopped, starting or failing over: --wait SECONDS "
             "tries again"},
    {.cause = {"unreachable-ipv6", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .sys = {ENETUNREACH, EHOSTUNREACH, EAFNOSUPPORT, EADDRNOTAVAIL},
     .when = all_ipv6,
     .msg = "{where}: this machine has no way to the IPv6 addresses that the name has{addresses}",
     .hint = "give the machine IPv6, or reach it by one that has it: --via HOST:PORT"},
    {.cause = {"unreachable", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .sys = {ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EAFNOSUPPORT},
     .msg = "{where}: unreachable from here: {errno}{addresses}",
     .hint = "is the network up, and the VPN or the tunnel (--via HOST:PORT)?"},
    {.cause = {"not-allowed", RP_KIND_NETWORK, RP_REMEDY_NONE},
     .stages = DIALLING,
     .sys = {EACCES, EPERM},
     .msg = "{where}: this machine does not allow the connection: {errno}{addresses}",
     .hint = "a local firewall or sandbox, or the permissions of the socket in --via"},
    {.cause = {"reset", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .seen = CLOSED,
     .msg = "{where}: the connection was reset as soon as it was made{addresses}",
     .hint = "a firewall does that, and a server that is restarting: --wait SECONDS tries again"},
    {.cause = {"not-connected", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = DIALLING,
     .msg = "{where}: no connection: {errno}{addresses}"},

    /* Before TLS. */
    {.cause = {"no-tls", RP_KIND_TLS, RP_REMEDY_NONE},
     .seen = RP_ONE_OF(RP_SEEN_NO_TLS),
     .msg = "{where}: the server offers no TLS, so nothing was sent to it",
     .hint = "every server of RDS and Aurora offers it: another server answers here, or something "
             "between takes TLS away"},
    {.cause = {"early-bytes", RP_KIND_TLS, RP_REMEDY_NONE},
     .seen = RP_ONE_OF(RP_SEEN_EARLY_BYTES),
     .msg = "{where}: bytes came before TLS that no server sends: somebody between may be putting "
            "them there, so nothing was sent"},
    {.cause = {"other-engine", RP_KIND_NETWORK, RP_REMEDY_NONE},
     .seen = RP_ONE_OF(RP_SEEN_OTHER_PROTOCOL),
     .msg = "{where}: what answers speaks {other-engine}'s protocol, not {engine}'s",
     .hint = "--engine {other-engine-name}, or another --port"},
    {.cause = {"not-protocol", RP_KIND_TLS, RP_REMEDY_NONE},
     .stages = GREETING,
     .seen = RP_ONE_OF(RP_SEEN_NOT_PROTOCOL),
     .msg = "{where}: what answers is no {engine} server, so nothing was sent to it{wrong}",
     .hint = "is {port} the port of the database? a load balancer or a tunnel may lead elsewhere"},
    {.cause = {"silent-via", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = GREETING,
     .seen = TIMEOUT,
     .when = rp_cause_has_via,
     .msg = "{where}: the tunnel takes the connection, and then nothing comes from the database",
     .hint = "does its far end reach {host}:{port}? security groups count from there"},
    {.cause = {"silent-mysql", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = GREETING,
     .seen = TIMEOUT,
     .engine = RP_ENGINE_MYSQL,
     .msg = "{where}: connected, but no greeting came in time, which MySQL's servers send first"
            "{addresses}",
     .hint = "something else may listen on {port} (PostgreSQL waits to be asked), a load balancer "
             "have no server behind it, or the server be overloaded or resuming: --wait SECONDS"},
    {.cause = {"silent-postgres", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = GREETING,
     .seen = TIMEOUT,
     .msg = "{where}: connected, but the request for TLS was not answered in time{addresses}",
     .hint = "something else may listen on {port}, a load balancer have no server behind it, or "
             "the server be overloaded or resuming: --wait SECONDS"},
    {.cause = {"closed-via", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = GREETING,
     .seen = CLOSED,
     .when = rp_cause_has_via,
     .msg = "{where}: the tunnel takes the connection, and closes it at once",
     .hint = "its far end does not reach {host}:{port}: wrong port, security group, or a server "
             "that is starting (--wait SECONDS)"},
    {.cause = {"closed-early", RP_KIND_NETWORK, RP_REMEDY_WAIT},
     .stages = GREETING,
     .seen = CLOSED,
     .msg = "{where}: the server closed the connection before it said anything{addresses}",
     .hint = "one that is starting, failing over or out of connections does (--wait SECONDS), and "
             "so does a port that is not {engine}'s"},

    /* Errors that real servers send before TLS: MySQL's are among those of MySQL. */
    {.cause = {"postgres-error-early-busy", RP_KIND_LOGIN, RP_REMEDY_WAIT},
     .stages = GREETING,
     .engine = RP_ENGINE_POSTGRES,
     .text = "could not fork",
     .msg = "{where}: the server has no resources for another connection{says}",
     .hint = "--wait SECONDS tries again"},
    {.cause = {"postgres-error-early", RP_KIND_TLS, RP_REMEDY_NONE},
     .stages = GREETING,
     .engine = RP_ENGINE_POSTGRES,
     .when = is_servers_word,
     .msg = "{where}: an error came in place of TLS, so nothing was sent{says}"},
};

const struct rp_cause_part rp_causes_network = {rows, sizeof(rows) / sizeof(rows[0])};
