/*
 * Commands: one file each, one of these, one line in the table of main.c.
 * CONTRIBUTING.md has the recipe.
 */
#ifndef RP_CMD_COMMAND_H
#define RP_CMD_COMMAND_H

#include "option.h"
#include "rdspass/base/context.h"
#include "rdspass/base/spawn.h"

struct rp_command {
    const char *name;
    const char *summary;   /* one line, without a full stop */
    const char *arguments; /* what follows the options in the synopsis, or "" */
    size_t arguments_max;  /* how many there may be */
    bool takes_client;     /* what stands behind "--" is a client and its arguments */
    const struct rp_option *groups[RP_GROUPS_MAX]; /* tables of options; the rest NULL */
    rp_status (*run)(const struct rp_context *ctx, const struct rp_args *args,
                     struct rp_error *err);
    /*
     * In the place of `run`, for a command that runs a client: it says how that
     * ended. On failure *out may have the exit code of a shell that cannot run it.
     */
    rp_status (*run_client)(const struct rp_context *ctx, const struct rp_args *args,
                            struct rp_exit *out, struct rp_error *err);
};

extern const struct rp_command rp_command_token;
extern const struct rp_command rp_command_connect;
extern const struct rp_command rp_command_exec;
extern const struct rp_command rp_command_doctor;
extern const struct rp_command rp_command_whoami;
extern const struct rp_command rp_command_inspect;
extern const struct rp_command rp_command_ca;
extern const struct rp_command rp_command_help;

/* The table, ended by NULL, in the order of the help. */
extern const struct rp_command *const rp_commands[];
const struct rp_command *rp_command_find(const char *name);
/* RP_KIND_USAGE: there is no such command. */
rp_status rp_command_fail_unknown(const char *name, struct rp_error *err) RP_MUST_USE;

/* Calls for each option of a command, in order. */
typedef void rp_option_visit_fn(void *self, const struct rp_option *option);
void rp_command_each_option(const struct rp_command *command, rp_option_visit_fn *visit,
                            void *self);

/* The help of the program, of one command; the tables in a form for scripts. */
void rp_help_program(struct rp_buf *out);
void rp_help_command(const struct rp_command *command, struct rp_buf *out);
void rp_help_tables(struct rp_buf *out);

/* Writes a result to standard output, all of it at once. RP_KIND_OUTPUT. */
rp_status rp_print(const struct rp_buf *text, struct rp_error *err) RP_MUST_USE;

enum { RP_OUTPUT_MAX = 4 * 1024 * 1024 };

#endif
