/* Causes: what comes before TLS, for which nobody vouches. */
#include "causes_rows.h"

enum {
    GREETING = RP_ONE_OF(RP_STAGE_GREETING),
    TIMEOUT = RP_ONE_OF(RP_SEEN_TIMEOUT),
    CLOSED = RP_ONE_OF(RP_SEEN_CLOSED),
};

/* Whether the server itself said no, with a text or without one. */
static bool is_servers_word(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return seen->seen == RP_SEEN_NOTHING && seen->sys == 0;
}

static const struct rp_cause_row rows[] = {
    {.cause = {"no-tls", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "What answers offers no encryption. Every server of RDS and "
               "Aurora offers it, so another server answers here, or "
               "something on the way takes it away. No password and no token "
               "was sent.",
               "Find out what stands at {host}:{port} from here: a tunnel, a "
               "load balancer or a firewall that opens connections. Lead the "
               "connection past it."},
     .seen = RP_ONE_OF(RP_SEEN_NO_TLS),
     .msg = "{where}: the server offers no TLS, so nothing was sent to it",
     .hint = "every server of RDS and Aurora offers it: another server answers here, or something "
             "between takes TLS away"},
    {.cause = {"early-bytes", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "Bytes came before the encryption that no server sends at that "
               "place. Somebody on the way may be adding them, so nothing was "
               "sent.",
               "Connect by another network. If it happens again, have the way "
               "to {host}:{port} looked into."},
     .seen = RP_ONE_OF(RP_SEEN_EARLY_BYTES),
     .msg = "{where}: bytes came before TLS that no server sends: somebody between may be putting "
            "them there, so nothing was sent"},
    {.cause = {"other-engine-via", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The tunnel leads to a database of the other kind: it speaks "
               "{other-engine}'s protocol, and {engine}'s was asked for.",
               "Point the far end of the tunnel at {host}:{port}.\n"
               "@its-engine"},
     .seen = RP_ONE_OF(RP_SEEN_OTHER_PROTOCOL),
     .when = rp_cause_has_via,
     .msg = "{where}: what answers at the far end of the tunnel speaks {other-engine}'s protocol, "
            "not {engine}'s",
     .hint = "point the far end of the tunnel at {host}:{port}; or --engine {other-engine-name}, "
             "if that is what it is"},
    {.cause = {"other-engine", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The server is a database of the other kind: it speaks "
               "{other-engine}'s protocol, and {engine}'s was asked for.",
               "@its-engine\n"
               "Or give the port of the other database with -P."},
     .seen = RP_ONE_OF(RP_SEEN_OTHER_PROTOCOL),
     .msg = "{where}: what answers speaks {other-engine}'s protocol, not {engine}'s",
     .hint = "--engine {other-engine-name}, or another --port"},
    {.cause = {"not-protocol", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "Something answers at that port that is no database of this "
               "kind: a wrong port, or a tunnel or load balancer that leads "
               "elsewhere. Nothing was sent to it.",
               "See the database's port:\n"
               "@describe"},
     .stages = GREETING,
     .seen = RP_ONE_OF(RP_SEEN_NOT_PROTOCOL),
     .msg = "{where}: what answers is no {engine} server, so nothing was sent to it{wrong}",
     .hint = "is {port} the port of the database? a load balancer or a tunnel may lead elsewhere"},
    {.cause = {"silent-via", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The near end of the tunnel takes the connection, but its far "
               "end does not reach the database. It connects from where it "
               "stands: that machine's security group and network count.",
               "@silent-engine\n"
               "On the far end, see whether {host}:{port} can be reached.\n"
               "@security-group\n"
               "@paused"},
     .stages = GREETING,
     .seen = TIMEOUT,
     .when = rp_cause_has_via,
     .msg = "{where}: the tunnel takes the connection, and then nothing comes from the database",
     .hint = "does its far end reach {host}:{port}? security groups count from there"},
    {.cause = {"silent-mysql", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_POSSIBLE,
               "The connection was made, but MySQL did not greet, which it "
               "does first of all. Something else may listen there, as "
               "PostgreSQL, which waits to be asked; a load balancer may have "
               "no server behind it; or the server is overloaded or waking up.",
               "@silent-engine\n"
               "See the state and the port of the database:\n"
               "@describe\n"
               "@paused\n"
               "@wait"},
     .stages = GREETING,
     .seen = TIMEOUT,
     .engine = RP_ENGINE_MYSQL,
     .msg = "{where}: connected, but no greeting came in time, which MySQL's servers send first"
            "{addresses}",
     .hint = "something else may listen on {port} (PostgreSQL waits to be asked), a load balancer "
             "have no server behind it, or the server be overloaded or resuming: --wait SECONDS"},
    {.cause = {"silent-postgres", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_POSSIBLE,
               "The connection was made, but nobody answered whether to "
               "encrypt it. Something else may listen there; a load balancer "
               "may have no server behind it; or the server is overloaded or "
               "waking up.",
               "See the state and the port of the database:\n"
               "@describe\n"
               "@paused\n"
               "@wait"},
     .stages = GREETING,
     .seen = TIMEOUT,
     .msg = "{where}: connected, but the request for TLS was not answered in time{addresses}",
     .hint = "something else may listen on {port}, a load balancer have no server behind it, or "
             "the server be overloaded or resuming: --wait SECONDS"},
    {.cause = {"closed-via", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "The near end of the tunnel takes the connection and drops it, "
               "since its far end cannot reach the database: a wrong port or "
               "name there, a security group, or a server that is starting.",
               "On the far end, see whether {host}:{port} can be reached.\n"
               "@security-group\n"
               "@wait"},
     .stages = GREETING,
     .seen = CLOSED,
     .when = rp_cause_has_via,
     .msg = "{where}: the tunnel takes the connection, and closes it at once",
     .hint = "its far end does not reach {host}:{port}: wrong port, security group, or a server "
             "that is starting (--wait SECONDS)"},
    {.cause = {"closed-early", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_POSSIBLE,
               "The server dropped the connection before it said anything. "
               "One that is starting, failing over or full does, and so does "
               "one that speaks another protocol at that port.",
               "See the state and the port of the database:\n"
               "@describe\n"
               "@wait"},
     .stages = GREETING,
     .seen = CLOSED,
     .msg = "{where}: the server closed the connection before it said anything{addresses}",
     .hint = "one that is starting, failing over or out of connections does (--wait SECONDS), and "
             "so does a port that is not {engine}'s"},

    /* Errors that real servers send before TLS: MySQL's are among those of MySQL. */
    {.cause = {"postgres-error-early-busy", RP_KIND_LOGIN, RP_REMEDY_WAIT, RP_CONFIDENCE_CERTAIN,
               "The server has no memory or processes left for another "
               "connection.",
               "@wait\n"
               "If it lasts, end connections that nobody uses, or give it a "
               "larger instance class."},
     .stages = GREETING,
     .engine = RP_ENGINE_POSTGRES,
     .text = {"could not fork"},
     .msg = "{where}: the server has no resources for another connection{says}",
     .hint = "--wait SECONDS tries again"},
    {.cause = {"postgres-error-early", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server answered with an error where it should have said "
               "whether to encrypt. Nobody vouches for the text, and nothing "
               "was sent.",
               "See the state and the port of the database:\n"
               "@describe"},
     .stages = GREETING,
     .engine = RP_ENGINE_POSTGRES,
     .when = is_servers_word,
     .msg = "{where}: an error came in place of TLS, so nothing was sent{says}"},
};

const struct rp_cause_part rp_causes_greeting = {rows, sizeof(rows) / sizeof(rows[0])};
