/* Parts of the chain of providers, as bases of roles. */
#ifndef RP_AWS_CHAIN_H
#define RP_AWS_CHAIN_H

#include "provider.h"

/* The whole chain, without roles of the command line. As rp_credentials_find. */
rp_status rp_chain_find(const struct rp_session *session, struct rp_credentials *out,
                        struct rp_chain_report *report, struct rp_error *err) RP_MUST_USE;

/*
 * What the providers of a profile find in one that is a role's source: its web
 * identity, SSO, keys, `aws login`, process. The environment's keys and web
 * identity do not count; region and endpoints are still the selected profile's.
 * RP_KIND_CONFIG where it has none of them.
 */
rp_status rp_chain_find_in_profile(const struct rp_session *session, const char *profile,
                                   struct rp_credentials *out, struct rp_error *err) RP_MUST_USE;

/*
 * What a profile's credential_source names: "Environment", "Ec2InstanceMetadata",
 * "EcsContainer". RP_KIND_NO_CREDENTIALS where it has none.
 */
rp_status rp_chain_find_in_source(const struct rp_session *session, const char *source,
                                  struct rp_credentials *out, struct rp_error *err) RP_MUST_USE;

#endif
