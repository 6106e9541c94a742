/* A line that is made of a template: words in braces are filled with what is known. */
#ifndef RP_RDS_CAUSES_LINE_H
#define RP_RDS_CAUSES_LINE_H

#include "causes_rows.h"

enum { RP_CAUSE_LINE_MAX = 4096, RP_CAUSE_NAME_SHOWN = 96, RP_CAUSE_TEXT_SHOWN = 240 };

/* It grows, escaped, and is cut between two characters where it is full. */
struct rp_cause_line {
    char *text;
    size_t size;
    size_t used;
    bool shell; /* a shell will read it: quotes what a word gives */
    const struct rp_observation *seen;
    const struct rp_cause_target *target;
};

/* Adds a text. What is in its braces stays: what is filled in is not filled again. */
void rp_cause_add(struct rp_cause_line *line, const char *text);
/* At most `max` bytes of it, "..." where there is more. */
void rp_cause_add_cut(struct rp_cause_line *line, const char *text, size_t max);
void rp_cause_add_number(struct rp_cause_line *line, long number);

/* Adds a template, with its words filled. */
void rp_cause_add_template(struct rp_cause_line *line, struct rp_span words);

/* A word of a template. */
struct rp_cause_word {
    const char *name;
    void (*add)(struct rp_cause_line *line);
};

/*
 * Words of what was seen (causes_words.c), of the user's own names (causes_names.c), and
 * whole options (causes_again.c), whose parts are quoted by themselves.
 */
extern const struct rp_cause_word rp_cause_words_seen[];
extern const struct rp_cause_word rp_cause_words_names[];
extern const struct rp_cause_word rp_cause_words_again[];

/* --- the target, as commands take it (causes_principal.c) ------------------------------- */

enum {
    RP_CAUSE_NAME_MAX = 128,
    RP_CAUSE_ARN_MAX = 1024,
    RP_CAUSE_PRINCIPAL_MAX = 64,
    RP_CAUSE_PATH_MAX = 1024
};

/* The name where it can be written as it is: not empty, no control characters, not over-long. */
const char *rp_cause_usable(const char *name, size_t max, const char *otherwise);
enum rp_endpoint_kind rp_cause_kind(const struct rp_cause_target *target);
bool rp_cause_is_dsql(const struct rp_cause_target *target);
/* "aws", "aws-cn", ...: of the endpoint, or else of the region. */
const char *rp_cause_partition(const struct rp_cause_target *target);
/* What IAM must allow: "rds-db:connect", ... */
const char *rp_cause_action(const struct rp_cause_target *target);

enum rp_cause_principal {
    RP_PRINCIPAL_UNKNOWN,
    RP_PRINCIPAL_ROLE,
    RP_PRINCIPAL_SSO_ROLE, /* IAM Identity Center makes it, from a permission set */
    RP_PRINCIPAL_USER,
    RP_PRINCIPAL_ROOT,
};

/* What the ARN tells of who signs; `out_name` is the role's or the user's, as commands take it. */
enum rp_cause_principal rp_cause_principal_of(const struct rp_cause_target *target,
                                              struct rp_span *out_name);

/* --- advice that many rows share (causes_recipes.c) ------------------------------------- */

/*
 * Lines of advice, chosen by the target; NULL where there is none of that name.
 * Each line is a piece; "$ " before it makes it a command, "sql> " a statement.
 * "@NAME" stands for the lines of a recipe, "policy>" and "config>" for documents.
 */
const char *rp_cause_recipe(struct rp_span name, const struct rp_cause_target *target);

struct rp_cause_recipe {
    const char *name;
    const char *(*lines)(const struct rp_cause_target *target);
};

extern const struct rp_cause_recipe rp_cause_recipes_iam[]; /* causes_recipes_iam.c */

/*
 * AWS's commands differ by what an endpoint is of. None has a recipe for another
 * thing than itself: where the identifier is not in the endpoint's name, a command
 * that prints it comes first, and the next has it in capitals.
 */
struct rp_cause_commands {
    const char *id;          /* what a policy names: "cluster-ID" */
    const char *list;        /* which there are of its kind, and how they are spelled */
    const char *describe;    /* is it there, in which state, at which port */
    const char *resource_id; /* prints that */
    const char *groups;      /* its security groups */
    const char *enable_iam;  /* a command first, or why there is none */
    const char *log;         /* why IAM refused, as the server saw it */
    const char *start;
};

const struct rp_cause_commands *rp_cause_commands(const struct rp_cause_target *target);

#endif
