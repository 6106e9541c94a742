/*
 * Options: tables that say what there is, and the parser that reads argv by
 * them. Help, completions and the tests of the man pages come from the same
 * tables.
 */
#ifndef RP_CMD_OPTION_H
#define RP_CMD_OPTION_H

#include "rdspass/base/status.h"
#include "rdspass/rds/target.h"

/* Every option of every command. The first ones are the settings of a target. */
enum rp_opt {
    RP_OPT_HOST = RP_SET_HOST,
    RP_OPT_PORT = RP_SET_PORT,
    RP_OPT_USER = RP_SET_USER,
    RP_OPT_DATABASE = RP_SET_DATABASE,
    RP_OPT_ENGINE = RP_SET_ENGINE,
    RP_OPT_REGION = RP_SET_REGION,
    RP_OPT_PROFILE = RP_SET_PROFILE,
    RP_OPT_VIA = RP_SET_VIA,
    RP_OPT_CA_FILE = RP_SET_CA_FILE,
    RP_OPT_ROLE_ARN = RP_SET_ROLE_ARN,
    RP_OPT_EXTERNAL_ID = RP_SET_EXTERNAL_ID,
    RP_OPT_ROLE_SESSION_NAME = RP_SET_ROLE_SESSION_NAME,
    RP_OPT_MFA_COMMAND = RP_SET_MFA_COMMAND,
    RP_OPT_FORMAT = RP_SET__COUNT,
    RP_OPT_MFA_CODE,
    RP_OPT_NO_CACHE,
    RP_OPT_VERIFY,
    RP_OPT_OFFLINE,
    RP_OPT_MESSAGE,
    RP_OPT_NO_NEWLINE,
    RP_OPT_OUT,
    RP_OPT_MIN_TTL,
    RP_OPT_EXPIRES_IN,
    RP_OPT_ADMIN,
    RP_OPT_UNQUOTE_USER,
    RP_OPT_CLIENT,
    RP_OPT_CONNECT_TIMEOUT,
    RP_OPT_WAIT,
    RP_OPT_ENV,
    RP_OPT_TCP,
    RP_OPT_EXECUTE,
    RP_OPT_FILE,
    RP_OPT_NO_HEADER,
    RP_OPT_NULL,
    RP_OPT_BINARY,
    RP_OPT_FORCE,
    RP_OPT_TIMEOUT,
    RP_OPT_LOCAL_INFILE,
    RP_OPT_NO_HISTORY,
    RP_OPT_QUIET,
    RP_OPT_VERBOSE,
    RP_OPT_HELP,
    RP_OPT_VERSION,
    RP_OPT__COUNT
};

struct rp_option {
    enum rp_opt id;
    const char *name;   /* without the dashes */
    const char *also;   /* another long name, or NULL */
    const char *shorts; /* each a short name: "pP" */
    /*
     * What its value is called; NULL for a flag. In brackets, as in "[PORT]": it may be
     * left out and is then "", and only '=' can give it. With dots behind it, as in
     * "NAME...": the option repeats, and all values count (rp_args_next).
     */
    const char *arg;
    const char *values; /* "raw json ...", where only these are taken, or NULL */
    const char *help;
};

/* Ends a table of options. */
#define RP_OPTIONS_END                                                                             \
    {                                                                                              \
        .name = NULL                                                                               \
    }

enum { RP_POSITIONAL_MAX = 3, RP_GROUPS_MAX = 5, RP_REPEATED_MAX = 64 };

/* What argv says. Everything is borrowed from it. */
struct rp_args {
    const char *value[RP_OPT__COUNT]; /* a flag's is "" where it was given; else NULL */
    struct {
        enum rp_opt id;
        const char *value;
    } repeated[RP_REPEATED_MAX]; /* of options that repeat, in their order */
    size_t repeated_count;
    const char *positional[RP_POSITIONAL_MAX];
    size_t positional_count;
    char *const *client; /* what stands behind "--", for a command that runs a client; else NULL */
    size_t client_count;
};

struct rp_command;

/*
 * Reads the arguments behind the command's name. "--name value", "--name=value",
 * "-xVALUE", "-x VALUE"; the last of several counts; "--" ends the options. A
 * value that begins with '-' wants the form with '='. For a command that runs a
 * client, what stands behind "--" is the client's. RP_KIND_USAGE.
 */
rp_status rp_args_parse(const struct rp_command *command, int argc, char *const argv[],
                        struct rp_args *out, struct rp_error *err) RP_MUST_USE;

/*
 * The values of an option that repeats: the one at *index or behind it, which
 * moves on. NULL behind the last.
 */
const char *rp_args_next(const struct rp_args *args, enum rp_opt id, size_t *index);

/* A number option's value, or `fallback`; RP_KIND_USAGE where it is none or above `max`. */
rp_status rp_args_number(const struct rp_args *args, enum rp_opt id, const char *name,
                         uint32_t fallback, uint32_t max, uint32_t *out,
                         struct rp_error *err) RP_MUST_USE;

/* Groups that several commands share. */
extern const struct rp_option rp_target_options[]; /* host, port, user, ... */
extern const struct rp_option rp_aws_options[];    /* region, profile, roles */
extern const struct rp_option rp_login_options[];  /* connect-timeout, wait */
extern const struct rp_option rp_common_options[]; /* quiet, verbose, help */

#endif
