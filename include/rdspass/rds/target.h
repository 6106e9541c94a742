/*
 * Targets: what to connect to, put together from the command line, a URL or a
 * section of the config file, the environment, and [defaults].
 */
#ifndef RP_RDS_TARGET_H
#define RP_RDS_TARGET_H

#include "rdspass/base/buf.h"
#include "rdspass/base/context.h"
#include "rdspass/rds/endpoint.h"

enum { RP_USER_MAX = 255, RP_DATABASE_MAX = 255, RP_PROFILE_MAX = 127, RP_PATH_MAX = 4096 };
enum { RP_TARGET_ROLES_MAX = 8 };
enum { RP_SOCKET_PATH_MAX = 107 }; /* what the kernel takes: struct sockaddr_un */

/*
 * The settings that a target has. Each is a long option, a key of the config
 * file and, where the table in src/rds/settings.c says so, a variable of the
 * environment; they are named alike.
 */
enum rp_setting {
    RP_SET_HOST,
    RP_SET_PORT,
    RP_SET_USER,
    RP_SET_DATABASE,
    RP_SET_ENGINE,
    RP_SET_REGION,
    RP_SET_PROFILE,
    RP_SET_VIA,
    RP_SET_CA_FILE,
    RP_SET_ROLE_ARN,
    RP_SET_EXTERNAL_ID,
    RP_SET_ROLE_SESSION_NAME,
    RP_SET_MFA_COMMAND,
    RP_SET__COUNT
};

/* "host", "ca-file", ... */
const char *rp_setting_name(enum rp_setting setting);

/* What the command line gives: NULL where it gives nothing. Borrowed. */
struct rp_target_options {
    const char *target;   /* TARGET: a section, HOST[:PORT] or a URL */
    const char *database; /* DATABASE, behind TARGET; less than -D */
    const char *option[RP_SET__COUNT];
    /* Of --role-arn, which repeats, in their order; one more than are taken shows that. */
    const char *role_arns[RP_TARGET_ROLES_MAX + 1];
    size_t role_count;
    enum rp_engine client_engine; /* of the client that is run; unknown: none */
    bool any_host;                /* one that is no endpoint will do: it is only looked at */
};

enum { RP_ROLES_TEXT_MAX = 2560, RP_EXTERNAL_ID_MAX = 1224, RP_MFA_COMMAND_MAX = 511 };
enum { RP_ROLE_SESSION_NAME_MAX = 64 };

/* Roles on top of the identity that is found. Texts are empty where nothing was given. */
struct rp_target_roles {
    char arns[RP_ROLES_TEXT_MAX]; /* `count` of them, each with its NUL */
    size_t count;
    char external_id[RP_EXTERNAL_ID_MAX + 1];
    char session_name[RP_ROLE_SESSION_NAME_MAX + 1];
    char mfa_command[RP_MFA_COMMAND_MAX + 1];
};

/* How to reach the endpoint where that is not by its own name. */
struct rp_via {
    bool is_set;
    char host[RP_HOST_MAX + 1]; /* a name or an address; empty for a socket */
    uint16_t port;
    char socket[RP_SOCKET_PATH_MAX + 1]; /* empty for host and port */
};

struct rp_target {
    char section[128]; /* of the config file; empty where none was named */
    struct rp_endpoint endpoint;
    uint16_t port;              /* of the endpoint: given, else the engine's; 0: neither is known */
    enum rp_engine engine;      /* unknown where nothing tells */
    char user[RP_USER_MAX + 1]; /* UTF-8; empty where none was given */
    char database[RP_DATABASE_MAX + 1]; /* empty where none was given */
    char region[RP_REGION_MAX + 1]; /* as given; empty where it was not: see rdspass/rds/region.h */
    bool region_asked;              /* by the command line or the section: beats the endpoint's */
    char region_source[144];        /* "--region", "section demo", ... */
    char profile[RP_PROFILE_MAX + 1]; /* AWS profile; empty where none was given */
    struct rp_target_roles roles;
    struct rp_via via;
    char ca_file[RP_PATH_MAX]; /* absolute; empty for the built-in roots */
};

/*
 * Puts a target together. For each setting the first of these that has it
 * counts: options, the target (its URL or its section), the environment,
 * [defaults]. The database of a DSQL cluster is "postgres" where none is given.
 *
 * RP_KIND_USAGE: no host; on the command line an empty value, a port that is
 * none, an unknown engine, text that is not UTF-8 or has control characters, a
 * URL with a password. RP_KIND_CONFIG: the same in environment and config file;
 * a config file that cannot be read or that others can write; a word that is
 * no section; an endpoint that rp_endpoint_parse refuses. *out then has what was
 * found by then.
 */
rp_status rp_target_resolve(const struct rp_context *ctx, const struct rp_target_options *options,
                            struct rp_target *out, struct rp_error *err) RP_MUST_USE;

/*
 * The AWS profile, roles and the region alone, by the same order, for a command that
 * needs no host: a TARGET may still name a section. The rest stays empty.
 */
rp_status rp_target_resolve_identity(const struct rp_context *ctx,
                                     const struct rp_target_options *options, struct rp_target *out,
                                     struct rp_error *err) RP_MUST_USE;

/* Adds the paths of the config files that are there, each with a newline. */
void rp_target_files(const struct rp_context *ctx, struct rp_buf *out);

/* "HOST:PORT", or the socket's path. */
rp_status rp_via_parse(struct rp_span text, struct rp_via *out, struct rp_error *err) RP_MUST_USE;
/* The same way back; nothing where none is set. */
void rp_via_add_text(const struct rp_via *via, struct rp_buf *out);

#endif
