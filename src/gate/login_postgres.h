/* PostgreSQL's login from within: its two sides, for src/gate/login_postgres*.c only. */
#ifndef RP_GATE_LOGIN_POSTGRES_H
#define RP_GATE_LOGIN_POSTGRES_H

#include "login.h"

/* What the next call of `advance` finds. */
enum rp_postgres_step {
    RP_POSTGRES_OPENING,  /* the client has not said all that it must */
    RP_POSTGRES_AGAIN,    /* what it has said is kept; another connection is wanted */
    RP_POSTGRES_DIALLED,  /* there is a connection */
    RP_POSTGRES_ASKED,    /* the server is to answer whether it does TLS */
    RP_POSTGRES_VERIFIED, /* TLS is complete */
    RP_POSTGRES_AUTH,     /* the server is to say what it wants, or that it is content */
    RP_POSTGRES_SIGNED,   /* there is a token */
    RP_POSTGRES_SETUP,    /* logged in: the session is being set up */
    RP_POSTGRES_READY,
};

/* --- login_postgres_client.c ---------------------------------------------------- */

/* RP_LOGIN_CLIENT until the client's startup is known, then RP_LOGIN_DIAL; or neither. */
enum rp_login_next rp_postgres_advance_client(struct rp_gate_login *login);
void rp_postgres_refuse(struct rp_gate_login *login, const struct rp_error *why,
                        const struct rp_observation *seen);

/* --- login_postgres_tls.c -------------------------------------------------------- */

enum rp_login_next rp_postgres_ask_for_tls(struct rp_gate_login *login);
/* RP_LOGIN_TLS for a server that does TLS and has said nothing else; RP_LOGIN_FAILED for others. */
enum rp_login_next rp_postgres_take_answer(struct rp_gate_login *login);

/* --- login_postgres_error.c ----------------------------------------------------- */

/* Each tells in `seen` what the server did, and gives RP_LOGIN_FAILED. */
enum rp_login_next rp_postgres_failed(struct rp_gate_login *login, enum rp_seen what);
enum rp_login_next rp_postgres_not_protocol(struct rp_gate_login *login, const char *why);
/* The body of an ErrorResponse. */
enum rp_login_next rp_postgres_failed_error(struct rp_gate_login *login, struct rp_span body);
/* The body of a request for another authentication than a password. */
enum rp_login_next rp_postgres_asks_other(struct rp_gate_login *login, uint32_t auth,
                                          struct rp_span body);

#endif
