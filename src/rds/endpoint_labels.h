/* A host name in labels, between the grammar (endpoint.c) and the words of refusal. */
#ifndef RP_RDS_ENDPOINT_LABELS_H
#define RP_RDS_ENDPOINT_LABELS_H

#include "rdspass/base/span.h"
#include "rdspass/base/status.h"

enum { RP_LABELS_MAX = 127 }; /* 253 bytes hold no more */

/* The labels stand one behind the other, a dot between them, in one lower-case text. */
struct rp_labels {
    struct rp_span at[RP_LABELS_MAX];
    size_t count;
};

/* All labels from `first` on, as one text; empty where there are none. */
struct rp_span rp_labels_from(const struct rp_labels *labels, size_t first);

/* Fails for what is no DNS name but an address, in any form that resolvers take, or localhost. */
rp_status rp_endpoint_refuse_address(struct rp_span host, struct rp_error *err) RP_MUST_USE;

/* Fails always, for a well-formed name outside the grammar, saying what it seems to be. */
rp_status rp_endpoint_refuse_name(const struct rp_labels *labels, struct rp_error *err) RP_MUST_USE;

#endif
