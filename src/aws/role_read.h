/* Parts of role_plan.c: one role, and errors that say where in the profiles they are. */
#ifndef RP_AWS_ROLE_READ_H
#define RP_AWS_ROLE_READ_H

#include "role.h"

/* The role that the profile names. */
rp_status rp_role_read(const struct rp_session *session, const char *profile,
                       struct rp_planned_role *out, struct rp_error *err) RP_MUST_USE;

/* What is wrong with a role's ARN; NULL where nothing is. What else it must be STS knows. */
const char *rp_role_arn_fault(struct rp_span arn);

/* Fails for what the profile says under `key` (NULL: for what it does not say). */
rp_status rp_role_fail_at(const struct rp_session *session, const char *profile, const char *key,
                          const char *fault, struct rp_error *err) RP_MUST_USE;

/* The same, "has a KEY that FAULT". */
rp_status rp_role_fail_value(const struct rp_session *session, const char *profile, const char *key,
                             const char *fault, struct rp_error *err) RP_MUST_USE;

#endif
