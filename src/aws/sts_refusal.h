/* What STS's refusals mean, and what to do: for sts.c. */
#ifndef RP_AWS_STS_REFUSAL_H
#define RP_AWS_STS_REFUSAL_H

#include "service.h"
#include "sts.h"

/* Who asked for what. Borrowed; NULL where there is none. */
struct rp_sts_asker {
    const char *operation;
    const struct rp_role *role;
    const struct rp_credentials *by; /* who signed; NULL: a web identity */
    const struct rp_secret *secret;  /* that is sent, and must not come back; may be empty */
};

/*
 * Fails for an answer of STS's whose status is not 200: its own words, whose role
 * it was about, and a hint by its code. RP_KIND_CREDENTIALS; RP_KIND_NETWORK where
 * it would have passed by itself.
 */
rp_status rp_sts_fail(const struct rp_session *session, const struct rp_sts_asker *asker,
                      const struct rp_service_question *question,
                      const struct rp_http_response *response, struct rp_error *err) RP_MUST_USE;

#endif
