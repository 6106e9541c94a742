/* MySQL's login in three parts: the server's side, the client's, a question in between. */
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
