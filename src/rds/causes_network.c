/* Causes: finding the endpoint, and reaching it. */
#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "causes_rows.h"

enum {
    RESOLVING = RP_ONE_OF(RP_STAGE_RESOLVE),
    DIALLING = RP_ONE_OF(RP_STAGE_DIAL),
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

/* --- the rows ------------------------------------------------------------------------ */

static const struct rp_cause_row rows[] = {
    /* Resolving. */
    {.cause = {"name-via-unknown", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The host in --via is looked up first, and the DNS knows none "
               "of that name. The endpoint itself is not at fault.",
               "Name the end of the tunnel that is on this machine: --via "
               "127.0.0.1:PORT"},
     .stages = RESOLVING,
     .resolver = {EAI_NONAME, EAI_NODATA, EAI_ADDRFAMILY},
     .when = rp_cause_has_via,
     .msg = "there is no host of the name in --via {via}",
     .hint = "for a tunnel on this machine: --via 127.0.0.1:PORT"},
    {.cause =
         {"name-unknown-privatelink", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
          "The name of a VPC endpoint exists only inside of its VPC, and "
          "only where private DNS is on for that endpoint. From anywhere "
          "else the DNS has no such name.",
          "Connect from inside of the VPC, or dial the VPC endpoint by "
          "its own name: --via VPC-ENDPOINT:{port}\n"
          "This lists the VPC endpoints and whether their private DNS is "
          "on:\n"
          "$ aws ec2 describe-vpc-endpoints --region {region} --query "
          "'VpcEndpoints[].[VpcEndpointId,ServiceName,PrivateDnsEnabled,DnsEntries[0].DnsName]' "
          "--output text\n"
          "@describe"},
     .stages = RESOLVING,
     .resolver = {EAI_NONAME, EAI_NODATA},
     .endpoints = RP_ONE_OF(RP_ENDPOINT_DSQL_PRIVATELINK),
     .msg = "{host}: no such name in the DNS",
     .hint = "the names of a VPC endpoint for DSQL exist inside its VPC alone, where private DNS "
             "is on; else: --via VPC-ENDPOINT:{port}"},
    {.cause = {"name-unknown", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The DNS has no such name. It is misspelled, or the database "
               "was deleted or renamed, or it was made minutes ago, or this "
               "machine's DNS does not see a private zone that has it.",
               "See which there are, and how they are spelled:\n"
               "@list\n"
               "Correct the host in what you typed, or in the section of the "
               "config file. One that is in that list has a name inside of its "
               "VPC alone, or is too new."},
     .stages = RESOLVING,
     .resolver = {EAI_NONAME},
     .msg = "{host}: no such name in the DNS",
     .hint = "is it spelled right, and does it still exist? `aws rds describe-db-clusters` and "
             "`describe-db-instances` (--region {region}) list the endpoints; one that was just "
             "made takes minutes to get its name"},
    {.cause = {"name-without-address", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The name is there, but has no address of a kind that this "
               "machine can use. A stopped database has none, and a machine "
               "without IPv6 cannot use an endpoint with nothing else.",
               "See whether it is running:\n"
               "@describe\n"
               "A stopped cluster is started so:\n"
               "@start"},
     .stages = RESOLVING,
     .resolver = {EAI_NODATA, EAI_ADDRFAMILY},
     .msg = "{dialled}: the name has no address that this machine can use",
     .hint = "a stopped or deleted instance has none; a machine without IPv6 cannot use an "
             "endpoint that has nothing else"},
    {.cause = {"name-no-answer", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The DNS servers of this machine give no answer for now: there is "
               "no network, they are down, or they fail for this name. This is "
               "not about the database.",
               "See which DNS servers this machine asks, and whether they "
               "answer:\n"
               "$ cat /etc/resolv.conf\n"
               "$ getent hosts {host}\n"
               "@wait"},
     .stages = RESOLVING,
     .resolver = {EAI_AGAIN},
     .msg = "{dialled}: the DNS does not answer for now",
     .hint = "is there a network? the resolvers are those of /etc/resolv.conf; --wait SECONDS "
             "asks again"},
    {.cause = {"name-timeout", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "The DNS servers of this machine did not answer in time. This "
               "is not about the database.",
               "See which DNS servers this machine asks, and whether they "
               "answer:\n"
               "$ cat /etc/resolv.conf\n"
               "$ getent hosts {host}\n"
               "Give them longer: --connect-timeout SECONDS"},
     .stages = RESOLVING,
     .seen = TIMEOUT,
     .msg = "{dialled}: the DNS did not answer in time",
     .hint = "is there a network? the resolvers are those of /etc/resolv.conf; --connect-timeout "
             "SECONDS gives them longer"},
    {.cause = {"name-failed", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "This machine's own way of looking up names fails, before any "
               "question reaches AWS.",
               "See how names are looked up here:\n"
               "$ cat /etc/nsswitch.conf /etc/resolv.conf\n"
               "$ getent hosts {host}"},
     .stages = RESOLVING,
     .msg = "{dialled}: the name cannot be looked up (getaddrinfo: error {resolver})",
     .hint = "check /etc/resolv.conf and /etc/nsswitch.conf"},

    /* Our own limits. */
    {.cause = {"no-descriptors", RP_KIND_INTERNAL, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "This machine, or this shell, has too many files and "
               "connections open, or no memory left.",
               "See the limit, and raise it:\n"
               "$ ulimit -n\n"
               "Close connections that nobody uses, and try again."},
     .sys = {EMFILE, ENFILE, ENOBUFS, ENOMEM},
     .msg = "{where}: this machine has nothing left to connect with: {errno}",
     .hint = "close connections, or allow more open files: ulimit -n"},

    /* Through a tunnel. */
    {.cause = {"tunnel-no-socket", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "The tunnel's socket is not there, so the tunnel is not up, or "
               "its path is another.",
               "Start the tunnel, and give the path of its socket: --via "
               "/PATH/TO/SOCKET\n"
               "@open-tunnel"},
     .stages = DIALLING,
     .sys = {ENOENT, ENOTSOCK},
     .when = rp_cause_has_via,
     .msg = "there is no socket at --via {via}",
     .hint = "is the tunnel up?"},
    {.cause = {"tunnel-down", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "The address in --via is the near end of a tunnel, and nothing "
               "listens there. The database was not reached at all.",
               "Start the tunnel, or correct its port in --via.\n"
               "@open-tunnel\n"
               "What listens on this machine:\n"
               "$ ss -ltn\n"
               "A tunnel that is just being started is waited for: --wait "
               "SECONDS"},
     .stages = DIALLING,
     .sys = {ECONNREFUSED},
     .when = rp_cause_has_via,
     .msg = "nothing listens at --via {via}",
     .hint = "is the tunnel up, and is this its port? --wait SECONDS waits for it"},
    {.cause = {"tunnel-timeout", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The near end of the tunnel does not answer, so the database "
               "was not reached at all.",
               "Start the tunnel anew, or correct its address in --via."},
     .stages = DIALLING,
     .seen = TIMEOUT,
     .when = rp_cause_has_via,
     .msg = "--via {via} did not answer in time",
     .hint = "is the tunnel up, and is this its address?"},

    /* Dialling. */
    {.cause = {"timeout-private", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The address is a private one of the database's VPC, and no "
               "answer came. Either this machine is outside of that VPC and "
               "has no way into it, or a security group there does not let it "
               "in.",
               "From outside, connect the VPN first, or open a tunnel and "
               "dial it: --via 127.0.0.1:PORT\n"
               "@open-tunnel\n"
               "From inside, or through the VPN, the security group must let "
               "this machine in.\n"
               "@security-group"},
     .stages = DIALLING,
     .seen = TIMEOUT,
     .when = all_private,
     .msg = "{where}: no answer in time from a private address{addresses}",
     .hint = "from outside its VPC it is reached by a VPN or a tunnel (--via HOST:PORT) alone; "
             "inside, does the security group let port {port} in from here?"},
    {.cause = {"timeout-public", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The address is public, and no answer came. Nearly always a "
               "security group does not let this machine's address in; more "
               "rarely the subnet has no route to the internet, or a firewall "
               "on the way is in between.",
               "@security-group\n"
               "See whether it is running, and where:\n"
               "@describe\n"
               "A network ACL, or a subnet without a route to an internet "
               "gateway, has the same effect."},
     .stages = DIALLING,
     .seen = TIMEOUT,
     .msg = "{where}: no answer in time{addresses}",
     .hint = "does the security group let port {port} in from this machine's address, and does "
             "the subnet route to the internet? --connect-timeout SECONDS waits longer"},
    {.cause = {"refused-proxy-port", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "RDS Proxy listens on 3306 for MySQL and on 5432 for "
               "PostgreSQL, whatever the port of the database behind it is. "
               "The port asked for is another.",
               "Leave the port out, or give the engine's own: -P 3306 or -P "
               "5432"},
     .stages = DIALLING,
     .sys = {ECONNREFUSED},
     .endpoints = RP_ANY_PROXY,
     .when = port_is_unusual,
     .msg = "{where}: connection refused{addresses}",
     .hint = "RDS Proxy listens on 3306 (MySQL) and 5432 (PostgreSQL), whatever the port of the "
             "database behind it"},
    {.cause = {"refused", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The machine was reached, and nothing listens at that port: "
               "the port is wrong, or the database is stopped, starting or "
               "failing over.",
               "See whether it is running, and at which port:\n"
               "@describe\n"
               "@other-engine\n"
               "A stopped one is started so:\n"
               "@start\n"
               "@wait"},
     .stages = DIALLING,
     .sys = {ECONNREFUSED},
     .msg = "{where}: connection refused{addresses}",
     .hint = "is {port} its port? it may be stopped, starting or failing over: --wait SECONDS "
             "tries again"},
    {.cause = {"unreachable-ipv6", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "The name has IPv6 addresses only, and this machine has no "
               "IPv6 network.",
               "Connect from a machine that has IPv6, or through one: --via "
               "HOST:PORT"},
     .stages = DIALLING,
     .sys = {ENETUNREACH, EHOSTUNREACH, EAFNOSUPPORT, EADDRNOTAVAIL},
     .when = all_ipv6,
     .msg = "{where}: this machine has no way to the IPv6 addresses that the name has{addresses}",
     .hint = "give the machine IPv6, or reach it by one that has it: --via HOST:PORT"},
    {.cause = {"unreachable", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "This machine has no route to that address. Its network, the "
               "VPN or the tunnel is down.",
               "See the way that packets take:\n"
               "$ ip route\n"
               "Bring up the network or the VPN, or dial a tunnel: --via "
               "HOST:PORT\n"
               "@wait"},
     .stages = DIALLING,
     .sys = {ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EAFNOSUPPORT,
             EINVAL /* a route of type blackhole */},
     .msg = "{where}: unreachable from here: {errno}{addresses}",
     .hint = "is the network up, and the VPN or the tunnel (--via HOST:PORT)?"},
    {.cause = {"not-allowed", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "This machine itself forbids the connection: a local firewall, "
               "a sandbox, or the permissions of a socket.",
               "See the firewall's rules for this machine, and the "
               "permissions of what --via names."},
     .stages = DIALLING,
     .sys = {EACCES, EPERM},
     .msg = "{where}: this machine does not allow the connection: {errno}{addresses}",
     .hint = "a local firewall or sandbox, or the permissions of the socket in --via"},
    {.cause = {"reset", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "Something ended the connection as soon as it was there. A "
               "firewall does that, and a server that is restarting.",
               "@wait\n"
               "See whether it is running:\n"
               "@describe"},
     .stages = DIALLING,
     .seen = CLOSED,
     .msg = "{where}: the connection was reset as soon as it was made{addresses}",
     .hint = "a firewall does that, and a server that is restarting: --wait SECONDS tries again"},
    {.cause = {"not-connected", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_POSSIBLE,
               "The system refused the connection for a reason that is seldom "
               "seen.",
               "See whether the database is running, and at which port:\n"
               "@describe"},
     .stages = DIALLING,
     .msg = "{where}: no connection: {errno}{addresses}"},
};

const struct rp_cause_part rp_causes_network = {rows, sizeof(rows) / sizeof(rows[0])};
