/*
 * What rdspass tells its built-in clients: one message over a socketpair that
 * the client has as descriptor 3. Standard input and output stay the person's.
 *
 *     core -> client   run      what to run, and how
 *     client -> core   ask      for the facts of the connection, for \conninfo
 *     core -> client   facts
 *     client -> core   failure  why it ends: the core prints it, and exits with its kind
 */
#ifndef RP_IPC_CLIENT_H
#define RP_IPC_CLIENT_H

#include "rdspass/ipc/channel.h"
#include "rdspass/rds/target.h"

enum { RP_CLIENT_FD = 3, RP_CLIENT_INPUTS_MAX = 64, RP_CLIENT_TIMEOUT_MAX = 1000000 };

/* A piece of SQL to run, in the order of the command line. */
struct rp_client_input {
    bool is_file;     /* `text` is a path, "-" standard input; else SQL */
    const char *text; /* borrowed */
};

struct rp_client_order {
    enum rp_engine engine;
    char socket[RP_SOCKET_PATH_MAX + 1]; /* the gate's */
    uint16_t port;                       /* of the endpoint: in PostgreSQL's name of the socket */
    char host[RP_HOST_MAX + 1];          /* the endpoint, for words */
    char user[RP_USER_MAX + 1];
    char database[RP_DATABASE_MAX + 1];
    struct rp_client_input inputs[RP_CLIENT_INPUTS_MAX]; /* none: standard input, or a prompt */
    size_t input_count;
    char format[16]; /* "tsv", ...; empty: table on a terminal, else tsv */
    char binary[8];  /* "", "hex", "base64" */
    bool no_header, force, verbose, quiet, local_infile;
    bool null_given;
    char null[64];
    uint32_t timeout;          /* seconds for a statement, at most RP_CLIENT_TIMEOUT_MAX; 0: none */
    char history[RP_PATH_MAX]; /* the prompt's; empty: none is kept */
};

/* What \conninfo shows, in lines "NAME: VALUE" that the core makes. */
enum { RP_CLIENT_FACTS_MAX = 4096 };

enum rp_client_message { RP_CLIENT_RUN, RP_CLIENT_ASK, RP_CLIENT_FACTS, RP_CLIENT_FAILURE };

/*
 * Messages, for both sides. RP_KIND_INTERNAL: a type that is none of these, or
 * members or a body that it does not have.
 */
rp_status rp_client_message_type(const struct rp_message *message, enum rp_client_message *out,
                                 struct rp_error *err) RP_MUST_USE;

/*
 * Texts that may hold any bytes go to the body, for which `body` (of at most
 * RP_MESSAGE_BODY_MAX, and the caller's to check) is filled; the rest is UTF-8.
 * A parsed order borrows its inputs from the message.
 */
struct rp_json *rp_client_format_run(const struct rp_client_order *order, struct rp_buf *body);
rp_status rp_client_parse_run(const struct rp_message *message, struct rp_client_order *out,
                              struct rp_error *err) RP_MUST_USE;

struct rp_json *rp_client_format_ask(void);
/* The facts are the message's body. */
struct rp_json *rp_client_format_facts(void);

/* What a client has to say at its end, beside its exit code: kind, message and hint. */
struct rp_json *rp_client_format_failure(const struct rp_error *failure);
rp_status rp_client_parse_failure(const struct rp_message *message, struct rp_error *out,
                                  struct rp_error *err) RP_MUST_USE;

#endif
