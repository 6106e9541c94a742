/*
 * MySQL's client/server protocol up to the end of a login: packets parsed and
 * built, no I/O. MariaDB's servers and clients speak it too.
 *
 * Source of the formats: MySQL's and MariaDB's protocol documentation
 * ("Connection Phase"). What comes from outside is hostile: every function here
 * refuses lengths that lie, and nothing it gives is trusted text.
 *
 * Parsed things borrow from the bytes they were parsed from.
 */
#ifndef RP_WIRE_MYSQL_H
#define RP_WIRE_MYSQL_H

#include <stdint.h>

#include "rdspass/base/buf.h"

/* Capabilities. Those that change how commands and results look must be alike on both legs. */
#define RP_MYSQL_LONG_PASSWORD (UINT32_C(1) << 0) /* clear: MariaDB's extended ones follow */
#define RP_MYSQL_FOUND_ROWS (UINT32_C(1) << 1)
#define RP_MYSQL_LONG_FLAG (UINT32_C(1) << 2)
#define RP_MYSQL_CONNECT_WITH_DB (UINT32_C(1) << 3)
#define RP_MYSQL_NO_SCHEMA (UINT32_C(1) << 4)
#define RP_MYSQL_COMPRESS (UINT32_C(1) << 5)
#define RP_MYSQL_ODBC (UINT32_C(1) << 6)
#define RP_MYSQL_LOCAL_FILES (UINT32_C(1) << 7)
#define RP_MYSQL_IGNORE_SPACE (UINT32_C(1) << 8)
#define RP_MYSQL_PROTOCOL_41 (UINT32_C(1) << 9)
#define RP_MYSQL_INTERACTIVE (UINT32_C(1) << 10)
#define RP_MYSQL_SSL (UINT32_C(1) << 11)
#define RP_MYSQL_IGNORE_SIGPIPE (UINT32_C(1) << 12)
#define RP_MYSQL_TRANSACTIONS (UINT32_C(1) << 13)
#define RP_MYSQL_RESERVED (UINT32_C(1) << 14)
#define RP_MYSQL_SECURE_CONNECTION (UINT32_C(1) << 15)
#define RP_MYSQL_MULTI_STATEMENTS (UINT32_C(1) << 16)
#define RP_MYSQL_MULTI_RESULTS (UINT32_C(1) << 17)
#define RP_MYSQL_PS_MULTI_RESULTS (UINT32_C(1) << 18)
#define RP_MYSQL_PLUGIN_AUTH (UINT32_C(1) << 19)
#define RP_MYSQL_CONNECT_ATTRS (UINT32_C(1) << 20)
#define RP_MYSQL_LENENC_AUTH (UINT32_C(1) << 21)
#define RP_MYSQL_EXPIRED_PASSWORDS (UINT32_C(1) << 22)
#define RP_MYSQL_SESSION_TRACK (UINT32_C(1) << 23)
#define RP_MYSQL_DEPRECATE_EOF (UINT32_C(1) << 24)
#define RP_MYSQL_OPTIONAL_METADATA (UINT32_C(1) << 25)
#define RP_MYSQL_ZSTD (UINT32_C(1) << 26)
#define RP_MYSQL_QUERY_ATTRIBUTES (UINT32_C(1) << 27)
#define RP_MYSQL_MFA (UINT32_C(1) << 28)
#define RP_MYSQL_CAPABILITY_EXTENSION (UINT32_C(1) << 29)
#define RP_MYSQL_SSL_VERIFY (UINT32_C(1) << 30)
#define RP_MYSQL_REMEMBER_OPTIONS (UINT32_C(1) << 31)

enum {
    RP_MYSQL_HEADER_SIZE = 4,
    RP_MYSQL_PACKET_MAX = 128 * 1024, /* of a login; attributes have at most 64 KiB */
    RP_MYSQL_SCRAMBLE_SIZE = 20,
    RP_MYSQL_VERSION_MAX = 127,
    RP_MYSQL_PLUGIN_MAX = 63,
};

struct rp_mysql_packet {
    uint8_t seq;
    struct rp_span payload;
};

/*
 * Takes the first packet from what has come. *out_used is what it took, 0 where
 * more is wanted (and *out is as it was). RP_KIND_LOGIN where it claims to be
 * longer than `max`: the length is refused before its bytes are waited for.
 */
rp_status rp_mysql_take(struct rp_span bytes, size_t max, struct rp_mysql_packet *out,
                        size_t *out_used, struct rp_error *err) RP_MUST_USE;

/* Adds a packet; `payload` is shorter than 2^24 - 1 bytes. */
void rp_mysql_add_packet(struct rp_buf *out, uint8_t seq, struct rp_span payload);

/* HandshakeV10: what the server says first, in clear and thus untrusted. */
struct rp_mysql_greeting {
    char version[RP_MYSQL_VERSION_MAX + 1]; /* printable ASCII; others became '?' */
    uint32_t connection_id;
    uint32_t capabilities;
    uint32_t mariadb_capabilities; /* the extended ones; 0 where LONG_PASSWORD is set */
    uint8_t charset;
    uint16_t status;
    uint8_t scramble[RP_MYSQL_SCRAMBLE_SIZE];
    char plugin[RP_MYSQL_PLUGIN_MAX + 1]; /* empty without PLUGIN_AUTH */
};

rp_status rp_mysql_parse_greeting(struct rp_span payload, struct rp_mysql_greeting *out,
                                  struct rp_error *err) RP_MUST_USE;
/* Adds the payload of one. */
void rp_mysql_add_greeting(struct rp_buf *out, const struct rp_mysql_greeting *greeting);

/* HandshakeResponse41: who the client is and what it speaks. */
struct rp_mysql_response {
    uint32_t capabilities;
    uint32_t mariadb_capabilities; /* 0 where LONG_PASSWORD is set */
    uint32_t max_packet;
    uint8_t charset;
    struct rp_span user;
    struct rp_span auth;
    bool has_database;
    struct rp_span database;
    struct rp_span plugin;     /* empty where the client names none */
    struct rp_span attributes; /* as on the wire, without their own total length */
};

/* Whether the payload is an SSLRequest: the head of a response that ends there. */
bool rp_mysql_is_ssl_request(struct rp_span payload);

/* A response without PROTOCOL_41 is refused (clients before 4.1). */
rp_status rp_mysql_parse_response(struct rp_span payload, struct rp_mysql_response *out,
                                  struct rp_error *err) RP_MUST_USE;
/*
 * Adds the payload of one: the fields that its capabilities call for, in their
 * form (`has_database` is not asked; ZSTD's level is not known here). The buffer
 * is too long where `auth` needs LENENC_AUTH and does not have it.
 */
void rp_mysql_add_response(struct rp_buf *out, const struct rp_mysql_response *response);
/* Adds the 32 bytes of an SSLRequest, which head the response that follows it. */
void rp_mysql_add_ssl_request(struct rp_buf *out, const struct rp_mysql_response *response);

/* What a server says to a response, or to what it asked for after it. */
enum rp_mysql_answer {
    RP_MYSQL_OK,
    RP_MYSQL_ERROR,
    RP_MYSQL_SWITCH,      /* use another plugin: rp_mysql_parse_switch */
    RP_MYSQL_OLD_SWITCH,  /* a lone 0xFE: the password hash of MySQL 4.0 */
    RP_MYSQL_MORE_DATA,   /* 0x01: the plugin talks on */
    RP_MYSQL_NEXT_FACTOR, /* 0x02: a second password */
    RP_MYSQL_OTHER,
};

enum rp_mysql_answer rp_mysql_answer(struct rp_span payload);

struct rp_mysql_switch {
    struct rp_span plugin;
    struct rp_span data;
};

rp_status rp_mysql_parse_switch(struct rp_span payload, struct rp_mysql_switch *out,
                                struct rp_error *err) RP_MUST_USE;

struct rp_mysql_error {
    uint16_t code;
    char sqlstate[6]; /* empty where there is none: before the login's response */
    struct rp_span text;
};

rp_status rp_mysql_parse_error(struct rp_span payload, struct rp_mysql_error *out,
                               struct rp_error *err) RP_MUST_USE;
/* Adds the payload of one; `sqlstate` NULL: the client has said nothing yet, and reads none. */
void rp_mysql_add_error(struct rp_buf *out, uint16_t code, const char *sqlstate,
                        struct rp_span text);

/* Adds the payload of a COM_QUERY; `attributes`: QUERY_ATTRIBUTES is on, none are sent. */
void rp_mysql_add_query(struct rp_buf *out, bool attributes, const char *sql);

/*
 * A length-encoded text at the head of a payload, such as the one column of a
 * row. False where it is NULL or lies.
 */
bool rp_mysql_row_text(struct rp_span payload, struct rp_span *out);

#endif
