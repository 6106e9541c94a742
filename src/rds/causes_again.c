/* Causes: the options that were given and are to be given again, each behind a blank. */
#include "causes_line.h"

static void database(struct rp_cause_line *line)
{
    if (rp_cause_usable(line->target->database, RP_CAUSE_NAME_MAX, "")[0] != '\0')
        rp_cause_add_template(line, RP_SPAN(" -d {database-name}"));
}

static void roots(struct rp_cause_line *line)
{
    if (rp_cause_usable(line->target->roots, RP_CAUSE_PATH_MAX, "")[0] != '\0')
        rp_cause_add_template(line, RP_SPAN(" --ca-file {ca-file}"));
}

static void via(struct rp_cause_line *line)
{
    if (line->target->via[0] != '\0')
        rp_cause_add_template(line, RP_SPAN(" --via {via}"));
}

const struct rp_cause_word rp_cause_words_again[] = {
    {"-d", database},
    {"--ca-file", roots},
    {"--via", via},
    {NULL, NULL},
};
