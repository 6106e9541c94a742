/*
 * The prompt, for a person at a terminal: libedit, a history of mode 0600,
 * statements over several lines, \q \? \g \G \format \timing \conninfo. Ctrl-C
 * cancels the statement that runs, Ctrl-D leaves. A connection that is lost is
 * opened again at the next statement, and what is gone with it is said.
 */
#ifndef RP_CLIENT_PROMPT_H
#define RP_CLIENT_PROMPT_H

#include "script.h"

/* Who answers \conninfo: the lines to show. */
struct rp_prompt_facts {
    rp_status (*ask)(void *self, struct rp_buf *out, struct rp_error *err);
    void *self;
};

/* Until the person leaves. What fails is shown and goes on; RP_KIND_OUTPUT ends it. */
rp_status rp_prompt_run(struct rp_script *script, const struct rp_prompt_facts *facts,
                        struct rp_error *err) RP_MUST_USE;

#endif
