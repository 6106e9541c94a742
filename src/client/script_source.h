/* Where a script comes from: SQL of the command line, a file, standard input. */
#ifndef RP_CLIENT_SCRIPT_SOURCE_H
#define RP_CLIENT_SCRIPT_SOURCE_H

#include "splitter.h"

enum { RP_SOURCE_CHUNK = 64 * 1024 };

struct rp_script_source {
    const char *name; /* for messages: "x.sql", "-e", "standard input" */
    const char *sql;  /* SQL itself; NULL: a file */
    int fd;           /* of the file; not owned */
    bool ended;       /* nothing is left to feed */
    bool data_came;   /* some of the data of the present COPY stood in the script */
    bool data_ended;  /* they have come to their end there */
    struct rp_splitter splitter;
    char chunk[RP_SOURCE_CHUNK];
};

/* Feeds the splitter once. RP_KIND_CONFIG: it cannot be read; RP_KIND_INTERRUPTED, ... */
rp_status rp_script_source_feed(struct rp_script_source *source, struct rp_error *err) RP_MUST_USE;

/*
 * The next data of a COPY: those that stand in the script; for SQL of the command
 * line that has none, standard input. Empty at their end.
 */
rp_status rp_script_source_data(struct rp_script_source *source, struct rp_span *out,
                                struct rp_error *err) RP_MUST_USE;

/* Reads over what is left in the script of the data of a COPY that has ended or failed. */
rp_status rp_script_source_skip_data(struct rp_script_source *source,
                                     struct rp_error *err) RP_MUST_USE;

#endif
