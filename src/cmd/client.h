/*
 * Other people's clients: which families there are, and how each is led to the
 * gate. Nothing that is added here is secret.
 */
#ifndef RP_CMD_CLIENT_H
#define RP_CMD_CLIENT_H

#include "option.h"
#include "rdspass/base/context.h"
#include "rdspass/rds/engine.h"
#include "strings.h"

enum rp_client_family {
    RP_CLIENT_LIBPQ, /* led by the environment */
    RP_CLIENT_MYSQL, /* led by its command line, which alone beats option files */
    RP_CLIENT_MYCLI, /* the same, with less options */
    RP_CLIENT_OTHER, /* led by placeholders */
};

struct rp_client {
    const char *name; /* of the program, without its folder; NULL: any other */
    enum rp_client_family family;
    bool takes_database; /* has an option for it */
};

/* By the name of the program; never NULL. */
const struct rp_client *rp_client_find(const char *program);
/* The engine that the client speaks; unknown for others. */
enum rp_engine rp_client_engine(const struct rp_client *client);

/* Where the gate is, for the client's words; no text is NULL. */
struct rp_client_place {
    enum rp_engine engine;
    const char *host; /* "127.0.0.1" with --tcp; else the directory, for MySQL "localhost" */
    char port[8];     /* of the door with --tcp; else of the endpoint */
    char socket[RP_SOCKET_PATH_MAX + 1];
    const char *directory;
    const char *user;     /* may be empty */
    const char *database; /* may be empty */
    bool tcp;
};

/*
 * The command line: the person's words behind "--", one at least, and what leads to the gate.
 * Asks a program of MySQL's family which flavour it is, since the two have
 * other words for "no TLS here".
 */
void rp_client_arguments(const struct rp_context *ctx, const struct rp_client *client,
                         const struct rp_client_place *place, const struct rp_args *args,
                         struct rp_strings *out);

/*
 * The environment: the caller's, less what would lead the client elsewhere or
 * have it speak TLS, and what leads it to the gate; then --env. RP_KIND_USAGE:
 * an --env that is no NAME=VALUE.
 */
rp_status rp_client_environment(const struct rp_client *client, const struct rp_client_place *place,
                                const struct rp_args *args, char *const *caller,
                                struct rp_strings *out, struct rp_error *err) RP_MUST_USE;

/* Adds a text with {host} {port} {socket} {socket-dir} {user} {database} replaced. */
void rp_client_fill_in(const struct rp_client_place *place, const char *text, struct rp_buf *out);

#endif
