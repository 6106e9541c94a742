/*
 * PostgreSQL's frontend/backend protocol, 3.0 and 3.2, up to the end of a
 * login: messages parsed and built, no I/O.
 *
 * Source of the formats: PostgreSQL's documentation, "Message Formats". What
 * comes from outside is hostile: every function here refuses lengths that lie,
 * and nothing it gives is trusted text. Numbers are big-endian.
 *
 * Parsed things borrow from the bytes they were parsed from.
 */
#ifndef RP_WIRE_POSTGRES_H
#define RP_WIRE_POSTGRES_H

#include <stdint.h>

#include "rdspass/base/buf.h"

#define RP_POSTGRES_3_0 UINT32_C(0x00030000)
#define RP_POSTGRES_3_2 UINT32_C(0x00030002)

enum {
    RP_POSTGRES_FIRST_MAX = 10000,       /* the server's own limit of a startup packet */
    RP_POSTGRES_MESSAGE_MAX = 64 * 1024, /* of a login */
    RP_POSTGRES_KEY_MAX = 256,           /* of a cancel key, in 3.2; 4 bytes in 3.0 */
};

/* What a client says first; it has no type byte. */
enum rp_postgres_first {
    RP_POSTGRES_SSL_REQUEST,
    RP_POSTGRES_GSS_REQUEST,
    RP_POSTGRES_CANCEL_REQUEST,
    RP_POSTGRES_STARTUP,
};

struct rp_postgres_opening {
    enum rp_postgres_first kind;
    uint32_t version;          /* STARTUP: 0x00030000 and up; its major version is 3 */
    struct rp_span parameters; /* STARTUP: NAME NUL VALUE NUL ..., without the last NUL; checked */
    uint32_t pid;              /* CANCEL_REQUEST */
    struct rp_span key;        /* CANCEL_REQUEST: 4 to 256 bytes */
};

/*
 * Takes it from what has come. *out_used is what it took, 0 where more is
 * wanted. RP_KIND_LOGIN: a length that cannot be, TLS (0x16 comes first),
 * another major version, parameters that are not pairs.
 */
rp_status rp_postgres_take_opening(struct rp_span bytes, struct rp_postgres_opening *out,
                                   size_t *out_used, struct rp_error *err) RP_MUST_USE;

/* Walks the parameters: false behind the last one. */
bool rp_postgres_next_parameter(struct rp_span *rest, struct rp_span *out_name,
                                struct rp_span *out_value);

void rp_postgres_add_ssl_request(struct rp_buf *out);
void rp_postgres_add_cancel_request(struct rp_buf *out, uint32_t pid, struct rp_span key);
/*
 * A startup message of that version, with `user` and `database` (empty: none)
 * in place of those among the parameters, which else go along as they are.
 */
void rp_postgres_add_startup(struct rp_buf *out, uint32_t version, struct rp_span user,
                             struct rp_span database, struct rp_span parameters);

/* A message with a type: what all others are. */
struct rp_postgres_message {
    char type;
    struct rp_span body;
    struct rp_span whole; /* with type and length, to be handed on */
};

/* As rp_mysql_take; `max` is of the body. */
rp_status rp_postgres_take(struct rp_span bytes, size_t max, struct rp_postgres_message *out,
                           size_t *out_used, struct rp_error *err) RP_MUST_USE;

void rp_postgres_add_message(struct rp_buf *out, char type, struct rp_span body);
/* PasswordMessage: the bytes and a NUL. */
void rp_postgres_add_password(struct rp_buf *out, struct rp_span password);

/* 'R': which authentication is asked for. */
enum rp_postgres_auth {
    RP_POSTGRES_AUTH_OK = 0,
    RP_POSTGRES_AUTH_KERBEROS = 2,
    RP_POSTGRES_AUTH_CLEARTEXT = 3,
    RP_POSTGRES_AUTH_MD5 = 5,
    RP_POSTGRES_AUTH_GSS = 7,
    RP_POSTGRES_AUTH_SSPI = 9,
    RP_POSTGRES_AUTH_SASL = 10, /* SCRAM-SHA-256 */
};

/* The number, of which others than those may come. */
rp_status rp_postgres_parse_auth(struct rp_span body, uint32_t *out,
                                 struct rp_error *err) RP_MUST_USE;
/* "SCRAM-SHA-256", "MD5", ...; "an unknown method" for others. */
const char *rp_postgres_auth_name(uint32_t auth);

/* 'E': empty where a field is not there. */
struct rp_postgres_error {
    struct rp_span severity;
    char sqlstate[6];
    struct rp_span message;
    struct rp_span detail;
    struct rp_span hint;
};

rp_status rp_postgres_parse_error(struct rp_span body, struct rp_postgres_error *out,
                                  struct rp_error *err) RP_MUST_USE;
/* A whole ErrorResponse of severity FATAL; `detail` and `hint` may be empty. */
void rp_postgres_add_error(struct rp_buf *out, const char *sqlstate, struct rp_span message,
                           struct rp_span detail, struct rp_span hint);

/* 'K': what a cancel request must name. */
rp_status rp_postgres_parse_key(struct rp_span body, uint32_t *out_pid, struct rp_span *out_key,
                                struct rp_error *err) RP_MUST_USE;
/* 'S': a setting of the session. */
rp_status rp_postgres_parse_status(struct rp_span body, struct rp_span *out_name,
                                   struct rp_span *out_value, struct rp_error *err) RP_MUST_USE;

#endif
