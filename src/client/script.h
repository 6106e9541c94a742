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
    struct rp_database *database;        /* \connect opens another in its place */
    struct rp_result_writer *writer;
    struct rp_result_style style;
    uint64_t done;   /* statements that have run */
    uint64_t failed; /* how many failed, commands too, and --force went on */
};

/* The inputs of an order, opened in its order; -1 for one that is SQL itself. */
struct rp_script_inputs {
    int fds[RP_CLIENT_INPUTS_MAX];
    size_t count;
};

/*
 * Opens all files before anything is run. RP_KIND_CONFIG: one that cannot be
 * read.
 */
rp_status rp_script_open(const struct rp_client_order *order, struct rp_script_inputs *out,
                         struct rp_error *err) RP_MUST_USE;

/*
 * Runs all inputs, or standard input where there is none; closes them.
 * RP_KIND_SQL: a statement failed, "FILE:LINE: …"; also at the end, where
 * --force went on. RP_KIND_NETWORK: the connection was lost, with how many
 * statements had run. RP_KIND_CONFIG: a file that cannot be read to its end.
 * RP_KIND_OUTPUT. RP_KIND_INTERRUPTED, RP_KIND_TERMINATED: by a signal.
 */
rp_status rp_script_run(struct rp_script *script, const struct rp_script_inputs *inputs,
                        struct rp_error *err) RP_MUST_USE;

#endif
