/*
 * A login as a conversation: bytes come in from both sides, bytes go out to
 * both, and `advance` says what it waits for. No I/O, no clock: the session
 * moves the bytes, and tests and fuzzers hold both ends.
 *
 * MySQL's server speaks first, so its greeting is fetched, and the client is
 * greeted alike; TLS is made when the client has said what it speaks, since the
 * request for TLS must say it, too. PostgreSQL's client speaks first. The token
 * is asked for when the verified server asks for a password, and not before.
 *
 * What a login waits for is there before it is advanced again: more bytes in the
 * buffer, the connection, TLS, the token.
 */
#ifndef RP_GATE_LOGIN_H
#define RP_GATE_LOGIN_H

#include "rdspass/base/secret.h"
#include "rdspass/ipc/gate.h"
#include "rdspass/rds/causes.h"
#include "rdspass/wire/mysql.h"
#include "rdspass/wire/postgres.h"

enum {
    RP_LOGIN_BUFFER_MAX = 192 * 1024,
    RP_POSTGRES_HELD_MAX = 128 * 1024, /* of messages between a login and its ReadyForQuery */
};

/* What a login waits for. */
enum rp_login_next {
    RP_LOGIN_CLIENT,   /* bytes from the client */
    RP_LOGIN_DIAL,     /* a connection to the endpoint; over TLS already where it is DSQL */
    RP_LOGIN_UPSTREAM, /* bytes from the server */
    RP_LOGIN_TLS,      /* TLS, at once: bytes that have come before it are an attack */
    RP_LOGIN_TOKEN,    /* `token`, for `user` */
    RP_LOGIN_FAILED,   /* the server does not let in (`seen`): the session decides what next */
    RP_LOGIN_REFUSED,  /* the client is refused (`refusal`): flush its side and close */
    RP_LOGIN_CANCEL,  /* no login: carry `cancel_pid` and `cancel_key` to their session's address */
    RP_LOGIN_ENTERED, /* done: flush both sides, and pump what is left in the buffers and all that
                         comes */
};

struct rp_gate_login;

/* One of the two protocols. */
struct rp_protocol {
    /* Consumes what it can of the `_in` buffers, fills the `_out` ones, says what it waits for. */
    enum rp_login_next (*advance)(struct rp_gate_login *login);
    /*
     * The connection to the server is gone or is given up: back to before
     * RP_LOGIN_DIAL, with what the client has said kept.
     */
    void (*restart)(struct rp_gate_login *login);
    /* Adds the protocol's own error packet for the client, with cause and hint. */
    void (*refuse)(struct rp_gate_login *login, const struct rp_error *why,
                   const struct rp_observation *seen);
};

extern const struct rp_protocol rp_login_mysql;
extern const struct rp_protocol rp_login_postgres;

struct rp_mysql_login {
    int step;
    struct rp_mysql_greeting upstream; /* the server's greeting of this attempt */
    uint32_t offered;                  /* capabilities in our greeting; 0: none sent yet */
    uint32_t offered_mariadb;
    uint8_t client_seq;     /* the last sequence number that the client used, or will */
    uint8_t upstream_seq;   /* the last one between us and the server */
    struct rp_buf response; /* the client's HandshakeResponse41, kept for a retry */
    int probe;              /* which part of the answer is next: whether the server only reads */
    bool read_only;
    struct rp_buf welcome; /* the server's OK, held back until that is known */
};

struct rp_postgres_login {
    int step;
    uint32_t version;      /* that the client asks for */
    struct rp_buf startup; /* its parameters, kept for a retry */
    uint8_t ssl_requests;  /* that were answered with 'N' */
    uint8_t gss_requests;
    struct rp_buf held; /* what the server has said for the client, until it is ready */
    uint32_t pid;       /* of the session, for cancel requests */
    struct rp_buf key;
};

/* Starts by rp_gate_login_init; every buffer is wiped on release. */
struct rp_gate_login {
    const struct rp_protocol *protocol;
    const struct rp_gate_order *order; /* borrowed */
    struct rp_buf client_in, client_out, upstream_in, upstream_out;
    char user[RP_USER_MAX + 1]; /* known when RP_LOGIN_TOKEN is returned */
    char database[RP_DATABASE_MAX + 1];
    struct rp_secret token; /* the session fills it before it advances again */
    bool asked_token;       /* in this attempt: what failed then may be the token */
    struct rp_observation seen;
    struct rp_error refusal;
    uint32_t cancel_pid;
    struct rp_buf cancel_key;
    struct rp_mysql_login mysql;
    struct rp_postgres_login postgres;
};

void rp_gate_login_init(struct rp_gate_login *login, const struct rp_gate_order *order);
void rp_gate_login_release(struct rp_gate_login *login);

/*
 * Copies a server's text into `out` with what looks like a part of the token
 * behind its host taken out: a server may repeat it.
 */
void rp_gate_login_quote(const struct rp_gate_login *login, struct rp_span text, char *out,
                         size_t size);

/* What speaks in the database's place, for a person, by its first bytes; NULL: nothing known. */
const char *rp_gate_login_stranger(struct rp_span bytes);

#endif
