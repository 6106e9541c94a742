/*
 * Causes: the errors of MySQL's and MariaDB's own clients (2000 and up), and others
 * that mean the client, as people report them: rp_cause_read.
 */
#include "causes_rows.h"

enum { CLIENT = RP_ONE_OF(RP_STAGE_CLIENT) };

#define TAKE_OURS                                                                                  \
    "Log in by rdspass connect, or give the client to rdspass "                                    \
    "exec, which tells it how."
#define LOOK_OURSELVES "Run `rdspass doctor` for the endpoint: it tells how far one gets."
#define GIVE_ROOTS                                                                                 \
    "Give it the roots of the region:\n"                                                           \
    "$ rdspass ca print {region} > roots.pem\n"

static const struct rp_cause_row rows[] = {
    /* On the way to the server. */
    {.cause = {"client-timeout", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "No answer came to the client. A private address is reached from inside of "
               "its VPC alone, or by a VPN or a tunnel; at a public one nearly always a "
               "security group does not let the client's address in.",
               LOOK_OURSELVES "\n"
                              "@security-group"},
     .stages = CLIENT,
     .seen = RP_ONE_OF(RP_SEEN_TIMEOUT),
     .msg = "{where}: the client got no answer in time{says}"},
    {.cause = {"client-closed", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The connection was ended before the client was logged in. A server that is "
               "restarting, failing over or full does that, a proxy that cuts long passwords, "
               "and what listens there if it is no database.",
               LOOK_OURSELVES "\n"
                              "See the state and the port of the database:\n"
                              "@describe"},
     .stages = CLIENT,
     .seen = RP_ONE_OF(RP_SEEN_CLOSED),
     .msg = "{where}: the client's connection was ended{says}"},
    {.cause = {"client-untrusted", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The client does not trust who signed the server's certificate. Mostly it "
               "lacks the roots of RDS, which no system has by itself; RDS Proxy and Aurora "
               "DSQL have Amazon's. Else something on the way opens TLS, as company proxies do.",
               GIVE_ROOTS TAKE_OURS "\n" LOOK_OURSELVES},
     .stages = CLIENT,
     .verify = {RP_VERIFY_SELF_SIGNED_LEAF, RP_VERIFY_SELF_SIGNED_IN_CHAIN,
                RP_VERIFY_NO_ISSUER_LOCALLY},
     .msg = "{where}: the client trusts none of those who signed the server's certificate{says}"},
    {.cause = {"client-wrong-name", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The client was given another name than the certificate has: that of a tunnel, "
               "an address or an alias. A token must be signed for the endpoint's own name, "
               "too.",
               "Name the endpoint itself as the host. Through a tunnel, libpq wants its "
               "address beside that, as hostaddr; rdspass has --via HOST:PORT for it.\n" TAKE_OURS},
     .stages = CLIENT,
     .verify = {RP_VERIFY_WRONG_NAME},
     .msg = "{where}: the server's certificate is for another name than the client was "
            "given{says}"},
    {.cause = {"client-dates", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "To the client's clock the certificate's time is over, or has not begun. Either "
               "that clock is wrong, or the database still has an old certificate that must be "
               "rotated, or a root in the client's file is an old one.",
               "See the time of the client's machine:\n"
               "$ date -u\n" LOOK_OURSELVES "\n" GIVE_ROOTS
               "If it is the server's that has expired, rotate it:\n"
               "@rotate"},
     .stages = CLIENT,
     .verify = {RP_VERIFY_EXPIRED, RP_VERIFY_NOT_YET_VALID},
     .msg = "{where}: a certificate is not valid at the client's time{says}"},
    {.cause =
         {"client-handshake", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
          "Client and server have no version or cipher of TLS in common, or the client "
          "does not say in TLS which server it wants, as those of PostgreSQL before 14. "
          "Either may be too old: TLS 1.2 is the least.",
          "Try rdspass connect. If that works, the client is at fault: take a newer one.\n" LOOK_OURSELVES},
     .stages = CLIENT,
     .text = {"protocol version", "unsupported protocol", "handshake failure", "unrecognized name"},
     .msg = "{where}: the client and the server cannot begin TLS{says}"},
    {.cause = {"client-no-roots", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The client is told to verify the server, and has no file of roots where it "
               "looks for one.",
               GIVE_ROOTS "And name it to the client, for libpq:\n"
                          "$ export PGSSLROOTCERT=roots.pem\n" TAKE_OURS},
     .stages = CLIENT,
     .text = {"root certificate file"},
     .msg = "{where}: the client has no file of roots{says}"},
    {.cause = {"client-url", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token stands in a URL as it is. Its % and & mean something else there, so "
               "it must be encoded once more.",
               "Have the whole URL printed, into a file that only you may read:\n"
               "$ rdspass token postgres://USER@{host} --format url -o shop.url\n" TAKE_OURS},
     .stages = CLIENT,
     .text = {"percent-encoded token"},
     .msg = "{where}: the client cannot read the URL that it was given"},
    {.cause = {"client-no-password", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The server asks for a password, and the client has none to send: a variable is "
               "not set, the command that should have made the token failed, or no line of a "
               "password file fits.",
               TAKE_OURS},
     .stages = CLIENT,
     .text = {"no password supplied", "no password was provided", "no password has been provided"},
     .msg = "{where}: the client has no token to send{says}"},

    /* By the codes of MySQL's own. */
    {.cause = {"client-socket", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The client was given no host, or localhost, and so takes the "
               "socket of a server on this machine.",
               "Name the host: the endpoint, or 127.0.0.1 for a tunnel.\n" TAKE_OURS},
     .stages = CLIENT,
     .mysql = {2002},
     .msg = "{where}: the client looks for a server on this machine{says}"},
    {.cause = {"client-connect", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The client reaches nothing at that host and port.",
               LOOK_OURSELVES "\n"
                              "@security-group"},
     .stages = CLIENT,
     .mysql = {2003},
     .msg = "{where}: the client cannot connect{says}"},
    {.cause = {"client-host", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The DNS knows no such name.",
               "See what the endpoint is called:\n"
               "@describe"},
     .stages = CLIENT,
     .mysql = {2005},
     .msg = "{where}: the client finds no such host (error {code})"},
    {.cause = {"client-lost-authorization", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server dropped the connection when the token came: a "
               "proxy that cuts long passwords, or IAM did not answer in time.",
               "Try once more.\n" TAKE_OURS},
     .stages = CLIENT,
     .mysql = {2012, 2013},
     .text = {"authorization packet"},
     .msg = "{where}: the connection was lost during the login (error {code})"},
    {.cause = {"client-lost", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The server dropped the connection before it greeted: it is "
               "full, restarting, or the port is that of something else.",
               "See the state and the port of the database:\n"
               "@describe"},
     .stages = CLIENT,
     .mysql = {2012, 2013, 2006, 2055},
     .msg = "{where}: the connection was lost before the login (error {code})"},
    {.cause = {"client-tls", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The client does not trust the server's certificate, mostly "
               "since it lacks the roots of RDS, or it is told to use TLS in "
               "a way that the server is not.",
               GIVE_ROOTS TAKE_OURS},
     .stages = CLIENT,
     .mysql = {2026},
     .msg = "{where}: the client cannot begin TLS (error {code})"},
    {.cause = {"client-malformed", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "What answers is no MySQL server.",
               "See the port of the database:\n"
               "@describe"},
     .stages = CLIENT,
     .mysql = {2027},
     .msg = "{where}: the client does not understand the server (error {code})"},
    {.cause = {"client-old", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The client was told of a way to log in that it takes for "
               "unsafe. A token needs mysql_clear_password over TLS.",
               TAKE_OURS},
     .stages = CLIENT,
     .mysql = {2049},
     .msg = "{where}: the client refuses an old way to log in (error {code})"},
    {.cause = {"client-plugin", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token goes to the server as a clear-text password inside of "
               "TLS, and clients send one only where they are allowed to.",
               "MySQL's client wants --enable-cleartext-plugin; MariaDB's "
               "must find mysql_clear_password.so in its plugin directory.\n" TAKE_OURS},
     .stages = CLIENT,
     .mysql = {2059},
     .msg = "{where}: the client lacks, or may not use, the plugin for clear-text "
            "passwords (error {code})"},
    {.cause = {"client-plugin-failed", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The client's plugin for the login failed, often since the "
               "connection is not encrypted.",
               "Let the client verify the server: --ssl-mode=VERIFY_IDENTITY "
               "with --ssl-ca.\n" TAKE_OURS},
     .stages = CLIENT,
     .mysql = {2061},
     .msg = "{where}: the client's way to log in has failed (error {code})"},
    {.cause = {"client-restricted", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The client is told to log in by tokens only "
               "(restricted_auth), and the server asks for another way: the "
               "account is not one of IAM.",
               "As an administrator:\n"
               "@iam-user\n"
               "@enable-iam"},
     .stages = CLIENT,
     .mysql = {5010},
     .msg = "{where}: the client does not use the way to log in that the server asks for "
            "(error {code})"},
    {.cause = {"client-no-token", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The server was given no password at all: something between "
               "takes the token away, or the client sends none.",
               "Log in by rdspass connect, which sends the token itself. If "
               "that works, the client is at fault: it must send a clear-text "
               "password over TLS."},
     .stages = CLIENT,
     .mysql = {1045},
     .text = {"using password: NO"},
     .msg = "{where}: the client sent no token for {user} (error {code}){says}"},
};

const struct rp_cause_part rp_causes_clients = {rows, sizeof(rows) / sizeof(rows[0])};
