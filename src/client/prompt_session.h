/* What the sources of the prompt share. */
#ifndef RP_CLIENT_PROMPT_SESSION_H
#define RP_CLIENT_PROMPT_SESSION_H

#include "prompt.h"
#include "prompt_line.h"
#include "script_command.h"

/* What a person has set, and where the session is. */
struct rp_prompt {
    struct rp_script *script;
    const struct rp_prompt_facts *facts;
    struct rp_prompt_line *line;
    struct rp_splitter splitter;
    struct rp_script_guard guard; /* of a dump that is pasted */
    bool timing;
    bool lost;       /* the connection: the next statement opens another */
    bool data_ended; /* those of the COPY that runs have all come */
    bool leaves;
};

/* A line for the person, on standard error; a server's text cannot steer the terminal. */
void rp_prompt_say(const char *text);
void rp_prompt_say_error(const struct rp_error *err);
/* The line of the statement where the character stands, from 1, and a mark below that one. */
void rp_prompt_say_place(struct rp_span sql, uint64_t position, size_t width);

/* Opens a session in the place of the present one, and says so. RP_KIND_INTERRUPTED: Ctrl-C. */
rp_status rp_prompt_open_again(struct rp_prompt *prompt, struct rp_error *err) RP_MUST_USE;

/* Runs a command, given without its backslash. RP_KIND_USAGE, RP_KIND_SQL: it cannot be run. */
rp_status rp_prompt_command(struct rp_prompt *prompt, struct rp_span command,
                            struct rp_error *err) RP_MUST_USE;

#endif
