/*
 * Causes: the errors of MySQL's and MariaDB's own clients (2000 and up), and others
 * that mean the client, as people report them: rp_cause_read.
 */
#include "causes_rows.h"

enum { CLIENT = RP_ONE_OF(RP_STAGE_CLIENT) };

static const struct rp_cause_row rows[] = {
    {.cause = {"client-socket", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The client was given no host, or localhost, and so takes the "
               "socket of a server on this machine.",
               "Name the host: the endpoint, or 127.0.0.1 for a tunnel.\n"
               "Log in by rdspass connect, or give the client to rdspass "
               "exec, which tells it how."},
     .stages = CLIENT,
     .mysql = {2002},
     .msg = "{where}: the client looks for a server on this machine (error {code})"},
    {.cause = {"client-connect", RP_KIND_NETWORK, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The client reaches nothing at that host and port.",
               "Run `rdspass doctor` for the endpoint: it tells how far one "
               "gets.\n"
               "@security-group"},
     .stages = CLIENT,
     .mysql = {2003},
     .msg = "{where}: the client cannot connect (error {code})"},
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
               "Try once more.\n"
               "Log in by rdspass connect, or give the client to rdspass "
               "exec, which tells it how."},
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
               "Give it the roots of the region:\n"
               "$ rdspass ca print {region} > roots.pem\n"
               "Log in by rdspass connect, or give the client to rdspass "
               "exec, which tells it how."},
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
               "Log in by rdspass connect, or give the client to rdspass "
               "exec, which tells it how."},
     .stages = CLIENT,
     .mysql = {2049},
     .msg = "{where}: the client refuses an old way to log in (error {code})"},
    {.cause = {"client-plugin", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token goes to the server as a clear-text password inside of "
               "TLS, and clients send one only where they are allowed to.",
               "MySQL's client wants --enable-cleartext-plugin; MariaDB's "
               "must find mysql_clear_password.so in its plugin directory.\n"
               "Log in by rdspass connect, or give the client to rdspass "
               "exec, which tells it how."},
     .stages = CLIENT,
     .mysql = {2059},
     .msg = "{where}: the client lacks, or may not use, the plugin for clear-text "
            "passwords (error {code})"},
    {.cause = {"client-plugin-failed", RP_KIND_LOGIN, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The client's plugin for the login failed, often since the "
               "connection is not encrypted.",
               "Let the client verify the server: --ssl-mode=VERIFY_IDENTITY "
               "with --ssl-ca.\n"
               "Log in by rdspass connect, or give the client to rdspass "
               "exec, which tells it how."},
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
