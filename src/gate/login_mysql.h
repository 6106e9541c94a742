/*
 * MySQL's login in parts, of which login_mysql.c is the whole: the client's
 * side, the server's, its greeting, and a question to a server that lets in.
 */
#ifndef RP_GATE_LOGIN_MYSQL_H
#define RP_GATE_LOGIN_MYSQL_H

#include "login.h"

/* --- the client's side: login_mysql_client.c ---------------------------------- */

/* Greets the client as the server has greeted us, less what we cannot carry. */
void rp_mysql_client_greet(struct rp_gate_login *login);

enum rp_mysql_client {
    RP_MYSQL_CLIENT_WAITS,   /* the rest of its response is yet to come */
    RP_MYSQL_CLIENT_IS_IN,   /* who it is, is known: `user`, `database`, `mysql.response` */
    RP_MYSQL_CLIENT_REFUSED, /* it has been told so; `refusal` is filled */
};

/* Takes its response. */
enum rp_mysql_client rp_mysql_client_hear(struct rp_gate_login *login);

/*
 * What the server is to be told of the client: its response with the
 * capabilities that both legs speak. The plugin and its data are the caller's.
 */
void rp_mysql_client_response(const struct rp_gate_login *login, struct rp_mysql_response *out);

void rp_mysql_client_refuse(struct rp_gate_login *login, const struct rp_error *why,
                            const struct rp_observation *seen);

/* --- the server's side: login_mysql_server.c ---------------------------------- */

/*
 * The next packet, which must have that number; *out_used is to be dropped from
 * `upstream_in`. False where there is none: *out_next says what the login waits
 * for, or that it has failed.
 */
bool rp_mysql_server_take(struct rp_gate_login *login, size_t max, uint8_t seq,
                          struct rp_mysql_packet *out, size_t *out_used,
                          enum rp_login_next *out_next);
/* Sends one, with the next number. */
void rp_mysql_server_send(struct rp_gate_login *login, const struct rp_buf *payload);

/* How it fails, by RP_LOGIN_FAILED: in general; what came is not MySQL's, and why; */
enum rp_login_next rp_mysql_server_fail(struct rp_gate_login *login, enum rp_seen seen);
enum rp_login_next rp_mysql_server_nonsense(struct rp_gate_login *login, const char *why);
/* the server asks for something else than a token; it says no, in an error packet. */
enum rp_login_next rp_mysql_server_asks(struct rp_gate_login *login, struct rp_span plugin);
enum rp_login_next rp_mysql_server_error(struct rp_gate_login *login, struct rp_span payload);

/* --- before TLS: login_mysql_greeting.c --------------------------------------- */

/* Takes the server's greeting. RP_LOGIN_CLIENT: it is fine, and the client is next. */
enum rp_login_next rp_mysql_greeting_take(struct rp_gate_login *login);
/* The server says more before TLS: it gives up, and says so, or it is an attack. */
enum rp_login_next rp_mysql_greeting_early(struct rp_gate_login *login);
/* Requests TLS, with what server and client have in common. */
enum rp_login_next rp_mysql_greeting_secure(struct rp_gate_login *login);

/* --- whether the server only reads: login_mysql_probe.c ----------------------- */

/* Whether that is to be asked: a writer endpoint just after a failover, with time to wait. */
bool rp_mysql_probe_is_due(const struct rp_gate_login *login);

/* Asks. */
void rp_mysql_probe_ask(struct rp_gate_login *login);

enum rp_mysql_probe {
    RP_MYSQL_PROBE_GOES_ON,
    RP_MYSQL_PROBE_OVER, /* mysql.read_only tells */
    RP_MYSQL_PROBE_BROKEN,
};

/* Takes one packet of the answer. A server that does not know the question writes. */
enum rp_mysql_probe rp_mysql_probe_answer(struct rp_gate_login *login, struct rp_span payload);

#endif
