/* Parts of target.c: texts, and the roles of a target. */
#ifndef RP_RDS_TARGET_ROLES_H
#define RP_RDS_TARGET_ROLES_H

#include "layers.h"

/* Copies a text that people read and servers get; `size` counts the NUL. */
rp_status rp_target_copy_text(const struct rp_given *given, char *out, size_t size,
                              struct rp_error *err) RP_MUST_USE;

/*
 * The roles, and what goes with them. An external id is the last role's: it counts
 * where it stands beside role-arn, or above it.
 */
rp_status rp_target_take_roles(const struct rp_layers *layers, struct rp_target_roles *out,
                               struct rp_error *err) RP_MUST_USE;

#endif
