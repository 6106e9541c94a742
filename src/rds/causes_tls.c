/* Causes: TLS, and who the server proves to be. */
#include <string.h>

#include "causes_rows.h"

enum { TLS = RP_ONE_OF(RP_STAGE_TLS) };

/* OpenSSL has four words for a chain that ends in nobody whom we trust. */
#define UNTRUSTED                                                                                  \
    {                                                                                              \
        RP_VERIFY_SELF_SIGNED_LEAF, RP_VERIFY_SELF_SIGNED_IN_CHAIN, RP_VERIFY_NO_ISSUER_LOCALLY,   \
            RP_VERIFY_NO_CHAIN, RP_VERIFY_NO_ISSUER                                                \
    }

static bool has_ca_file(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)seen;
    return target->ca_file;
}

/* Each region's issuers are called after it: "Amazon RDS eu-west-1 Subordinate CA ...". */
static bool issuer_is_rds(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return strstr(seen->certificate.issuer, "Amazon RDS ") != NULL;
}

/* Whether it came so far that its certificate was looked at, and not liked. */
static bool was_refused(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return seen->verify != 0;
}

#define OLD_TLS_WHY                                                                                \
    "The database has been told to speak old versions of TLS only, "                               \
    "and those are not safe. Its parameter group says which it "                                   \
    "speaks."
#define OLD_TLS_FIX                                                                                \
    "Let it speak TLS 1.2 or later: set tls_version (MySQL) or "                                   \
    "ssl_max_protocol_version (PostgreSQL) in its parameter "                                      \
    "group.\n"                                                                                     \
    "$ aws rds modify-db-cluster-parameter-group "                                                 \
    "--db-cluster-parameter-group-name GROUP --parameters "                                        \
    "ParameterName=NAME,ParameterValue=VALUE,ApplyMethod=pending-reboot "                          \
    "--region {region}"

static const struct rp_cause_row rows[] = {
    /* The roots themselves. */
    {.cause = {"tls-no-roots", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The certificates of databases in {region} come from roots of that "
               "region, and rdspass has none of it: the region is misspelled, "
               "newer than this release, or of another partition of AWS. Nothing "
               "was connected to.",
               "Before that, see whether {region} is spelled right: it was read "
               "from the name of the host."},
     .stages = TLS,
     .failed = RP_ONE_OF(RP_KIND_CONFIG),
     .text = {"are not built in"},
     .msg = "{said}"},
    {.cause = {"tls-roots", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The roots by which the server's certificate is to be checked cannot be "
               "used, for the reason given. Nothing was connected to.",
               "@own-roots"},
     .stages = TLS,
     .failed = RP_ONE_OF(RP_KIND_CONFIG),
     .msg = "{said}"},

    /* Nobody vouches for it. */
    {.cause = {"tls-untrusted-file", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The server's certificate is checked against the roots in your "
               "own file, and none of them has issued it.",
               "@own-roots"},
     .stages = TLS,
     .verify = UNTRUSTED,
     .when = has_ca_file,
     .msg = "{host}: no root in --ca-file vouches for its certificate (issued by {issuer}; for "
            "{names}; valid {dates})",
     .hint = "`rdspass ca check FILE` says what is missing in it; without --ca-file the built-in "
             "roots count"},
    {.cause = {"tls-other-region", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The certificate is one of Amazon RDS, but of another region's "
               "issuer than the name tells. The DNS or a tunnel leads to a "
               "database elsewhere, or AWS's roots are newer than those built "
               "in.",
               "See where the name leads:\n"
               "$ getent hosts {host}\n"
               "If it is the right server, fetch AWS's present roots and use "
               "them:\n"
               "$ rdspass ca fetch {partition} -o roots.pem\n"
               "Then add --ca-file roots.pem"},
     .stages = TLS,
     .verify = UNTRUSTED,
     .when = issuer_is_rds,
     .msg = "{host}: its certificate comes from {issuer}, for which the roots of {region} do not "
            "vouch (for {names}; valid {dates})",
     .hint = "a server of another region answers, or its roots are newer than those built in: see "
             "--region, `rdspass ca fetch PARTITION -o FILE` and --ca-file FILE"},
    {.cause = {"tls-untrusted-via", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "What answers behind the tunnel is not the database of that "
               "name: no root of AWS has issued its certificate. The tunnel "
               "leads to another server, or something on the way opens TLS.",
               "Point the far end of the tunnel at {host}:{port}."},
     .stages = TLS,
     .verify = UNTRUSTED,
     .when = rp_cause_has_via,
     .msg = "{host}: what answers at --via {via} has a certificate for which no root vouches "
            "(issued by {issuer}; for {names}; valid {dates})",
     .hint = "the tunnel leads to another server, or something inspects TLS on the way"},
    {.cause = {"tls-untrusted", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "No root of AWS has issued the certificate of what answers. "
               "Something on the way opens TLS, as company proxies do, or it "
               "is another server. The issuer above says which.",
               "Have {host}:{port} taken out of the inspection of TLS.\n"
               "Where whoever inspects may see the data, trust its root: "
               "--ca-file FILE"},
     .stages = TLS,
     .verify = UNTRUSTED,
     .msg = "{host}: no root vouches for its certificate (issued by {issuer}; for {names}; valid "
            "{dates})",
     .hint = "another server answers, or a proxy that inspects TLS: let {host}:{port} pass it "
             "unopened, or, where it may see the data, trust its root with --ca-file FILE"},

    /* Its dates. */
    {.cause = {"tls-not-yet-valid", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The certificate's time has not begun. Certificates of RDS are "
               "valid as soon as they are made, so this machine's clock is "
               "probably behind.",
               "See this machine's time, and set it by the network:\n"
               "$ date -u\n"
               "$ sudo timedatectl set-ntp true"},
     .stages = TLS,
     .verify = {RP_VERIFY_NOT_YET_VALID},
     .msg = "{host}: its certificate is valid from {not-before} only (issued by {issuer})",
     .hint = "is this machine's clock right? `date -u` shows it"},
    {.cause = {"tls-expired", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The certificate's time is over. Either the database still has "
               "an old certificate that must be rotated, or this machine's "
               "clock is ahead.",
               "See this machine's time:\n"
               "$ date -u\n"
               "If it is right, rotate the certificate:\n"
               "@rotate"},
     .stages = TLS,
     .verify = {RP_VERIFY_EXPIRED},
     .msg = "{host}: its certificate has expired on {not-after} (issued by {issuer})",
     .hint = "is this machine's clock right (`date -u`)? else rotate the server's certificate: "
             "aws rds modify-db-instance --ca-certificate-identifier rds-ca-rsa2048-g1"},

    /* Its names. */
    {.cause = {"tls-wrong-name-via", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The tunnel leads to another database than the one that was "
               "named. The names in the certificate say which.",
               "Point the far end of the tunnel at {host}:{port}, or name "
               "with -h the endpoint that it leads to."},
     .stages = TLS,
     .verify = {RP_VERIFY_WRONG_NAME},
     .when = rp_cause_has_via,
     .msg = "the certificate of what answers at --via {via} is not for {host} but for: {names} "
            "(issued by {issuer}, valid {dates})",
     .hint = "the tunnel leads to another server: point it at {host}:{port}, or name with -h the "
             "endpoint that it leads to"},
    {.cause = {"tls-wrong-name-proxy", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The certificate of an RDS Proxy covers its default endpoint, "
               "and not always those that were added. So the name that was "
               "asked for is not in it.",
               "Sign and verify for the proxy's default endpoint, and dial "
               "this one: -h DEFAULT-ENDPOINT --via {host}:{port}\n"
               "$ aws rds describe-db-proxies --region {region} --query "
               "'DBProxies[].[DBProxyName,Endpoint]' --output text"},
     .stages = TLS,
     .verify = {RP_VERIFY_WRONG_NAME},
     .endpoints = RP_ONE_OF(RP_ENDPOINT_PROXY_ENDPOINT),
     .msg = "the certificate of {host} is for other names: {names} (issued by {issuer}, valid "
            "{dates})",
     .hint = "that of an RDS Proxy may cover its default endpoint alone: -h DEFAULT-ENDPOINT --via "
             "{host}:{port}"},
    {.cause = {"tls-wrong-name-dsql", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The certificate is for other names. A cluster of DSQL has one "
               "name for the internet and another for each VPC endpoint.",
               "Through a VPC endpoint, sign and verify for the cluster's own "
               "name, and dial the other: -h CLUSTER-ENDPOINT --via "
               "{host}:{port}\n"
               "@describe"},
     .stages = TLS,
     .verify = {RP_VERIFY_WRONG_NAME},
     .endpoints = RP_ANY_DSQL,
     .msg = "the certificate of {host} is for other names: {names} (issued by {issuer}, valid "
            "{dates})",
     .hint = "through a VPC endpoint: -h CLUSTER.dsql-SUFFIX.{region}.on.aws --via "
             "VPC-ENDPOINT:{port}"},
    {.cause = {"tls-wrong-name", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The certificate is a right one, but for another name. An "
               "alias, a changed DNS or a redirect leads to another server, "
               "or the database was renamed and keeps its old certificate for "
               "a while.",
               "See what the endpoint is called:\n"
               "@describe\n"
               "Where the other server is meant, name it as the certificate "
               "does, and dial this one: -h NAME-IN-THE-CERTIFICATE --via "
               "{host}:{port}"},
     .stages = TLS,
     .verify = {RP_VERIFY_WRONG_NAME},
     .msg = "the certificate of {host} is for other names: {names} (issued by {issuer}, valid "
            "{dates})",
     .hint = "the DNS or a redirect leads to another server; where that is meant (an instance that "
             "was renamed): -h NAME-IN-THE-CERTIFICATE --via {host}:{port}"},
    {.cause = {"tls-bad-certificate", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The certificate was checked, and is refused for a reason that "
               "servers of AWS do not give. So another server may be "
               "answering.",
               "See where the name leads:\n"
               "$ getent hosts {host}\n"
               "@describe"},
     .stages = TLS,
     .when = was_refused,
     .msg = "{host}: its certificate is refused: {tls} (issued by {issuer}; for {names}; valid "
            "{dates})"},

    /* The handshake. */
    {.cause = {"tls-version", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY, OLD_TLS_WHY,
               OLD_TLS_FIX},
     .stages = TLS,
     .tls = "protocol version",
     .msg = "{where}: the server does not speak TLS 1.2 or later: {tls}",
     .hint = "its parameter group sets the versions (tls_version, ssl_min_protocol_version)"},
    {.cause = {"tls-version-old", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY, OLD_TLS_WHY,
               OLD_TLS_FIX},
     .stages = TLS,
     .tls = "unsupported protocol",
     .msg = "{where}: the server does not speak TLS 1.2 or later: {tls}",
     .hint = "its parameter group sets the versions (tls_version, ssl_min_protocol_version)"},
    {.cause = {"tls-not-tls", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "What answers does not speak TLS at all. The port is that of "
               "something else, or something on the way takes the encryption "
               "away.",
               "See the database's port:\n"
               "@describe"},
     .stages = TLS,
     .tls = "wrong version number",
     .msg = "{where}: what answers speaks no TLS: {tls}",
     .hint = "is {port} the port of the database? something between may take TLS away"},
    {.cause = {"tls-unrecognized-name", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "One address serves many clusters, and sends each connection "
               "on by the name that is asked for. It knows none of this name: "
               "it is misspelled, or the cluster is gone.",
               "See what the endpoint is called:\n"
               "@describe"},
     .stages = TLS,
     .tls = "unrecognized name",
     .msg = "{where}: the server does not know that name: {tls}",
     .hint = "an endpoint that serves many clusters sends each where its name says: is {host} "
             "spelled right, and does it still exist?"},
    {.cause = {"tls-no-alpn", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "TLS works, and behind it is something else than PostgreSQL: "
               "the port is that of another service.",
               "See the database's port:\n"
               "@describe"},
     .stages = TLS,
     .tls = "no application protocol",
     .msg = "{where}: the server does not speak PostgreSQL behind TLS: {tls}",
     .hint = "is {port} the port of the database?"},
    {.cause = {"tls-handshake", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server and this machine have no way of encryption in "
               "common. Its parameter group may allow too few versions or "
               "ciphers.",
               "See tls_version and ssl_cipher (MySQL), or "
               "ssl_min_protocol_version and ssl_ciphers (PostgreSQL), in the "
               "parameter group:\n"
               "$ aws rds describe-db-cluster-parameters "
               "--db-cluster-parameter-group-name GROUP --region {region} "
               "--query \"Parameters[?contains(ParameterName, 'ssl') || "
               "contains(ParameterName, "
               "'tls')].[ParameterName,ParameterValue]\" --output text"},
     .stages = TLS,
     .tls = "handshake failure",
     .msg = "{where}: the server finds no way to speak TLS with us: {tls}",
     .hint =
         "its parameter group sets versions and ciphers (tls_version, ssl_cipher, ssl_ciphers)"},
    {.cause = {"tls-timeout", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_POSSIBLE,
               "TLS was begun, and the other side fell silent. Large packets "
               "may be lost on the way, which a VPN or tunnel with a too "
               "large MTU does, or the server is overloaded.",
               "Try a smaller MTU on the VPN or tunnel, or wait longer: "
               "--connect-timeout SECONDS\n"
               "@wait"},
     .stages = TLS,
     .seen = RP_ONE_OF(RP_SEEN_TIMEOUT),
     .msg = "{where}: TLS was begun, and not completed in time{addresses}",
     .hint = "the server may be overloaded, or packets be too large for the way (the MTU of a VPN "
             "or tunnel); --connect-timeout SECONDS waits longer"},
    {.cause = {"tls-closed", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_POSSIBLE,
               "The connection was dropped while TLS was being begun. A "
               "server that is restarting does, and a firewall that does not "
               "like the name or the encryption.",
               "@wait\n"
               "If it lasts, have {host}:{port} let through the firewall."},
     .stages = TLS,
     .seen = RP_ONE_OF(RP_SEEN_CLOSED),
     .msg = "{where}: the connection was closed during the TLS handshake{addresses}",
     .hint = "a server that is restarting does (--wait SECONDS), and so does a firewall that does "
             "not like the name or TLS"},
    {.cause = {"tls-failed", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "TLS failed for a reason that is seldom seen. OpenSSL's own "
               "words are in the message.",
               "See whether the same happens by another network, without a "
               "proxy or tunnel.\n"
               "@describe"},
     .stages = TLS,
     .msg = "{where}: no TLS: {tls}"},
};

const struct rp_cause_part rp_causes_tls = {rows, sizeof(rows) / sizeof(rows[0])};
