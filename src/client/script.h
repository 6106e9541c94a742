/*
 * Scripts: SQL from arguments, files and standard input, run statement by
 * statement. The first that fails ends the run and is named by file, line and
 * the server's words, unless --force says to go on.
 */
#ifndef RP_CLIENT_SCRIPT_H
#define RP_CLIENT_SCRIPT_H

#include "database.h"
#include "splitter.h"

struct rp_script {
    const struct rp_client_order *order; /* borrowed, as all here */
    struct rp_database *database;
    struct rp_result_writer *writer;
    struct rp_result_style style;
    uint64_t done; /* statements that have run */
    bool failed;   /* one has failed, and --force went on */
};

/*
 * Runs all inputs of the order, or standard input where there is none.
 * RP_KIND_SQL: a statement failed, "FILE:LINE: …"; also at the end, where
 * --force went on. RP_KIND_NETWORK: the connection was lost, with how many
 * statements had run. RP_KIND_CONFIG: a file that cannot be read.
 * RP_KIND_OUTPUT.
 */
rp_status rp_script_run(struct rp_script *script, struct rp_error *err) RP_MUST_USE;

#endif
