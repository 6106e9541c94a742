/* The tables that scripts/embed-roots writes from src/rds/roots/, and rp_root_der. */
#ifndef RP_RDS_ROOTS_H
#define RP_RDS_ROOTS_H

#include "rdspass/rds/trust.h"

/* Sorted by set, key and subject. */
extern const struct rp_root rp_root_table[];
extern const size_t rp_root_count;

struct rp_root_set {
    char name[24]; /* a region, or "amazon" */
    char file[28]; /* "REGION.pem" */
};

/* Sorted by name. */
extern const struct rp_root_set rp_root_sets[];
extern const size_t rp_root_set_count;

#endif
