/* Credentials in a JSON object, as metadata services, containers and processes give them. */
#ifndef RP_AWS_CREDENTIALS_JSON_H
#define RP_AWS_CREDENTIALS_JSON_H

#include "rdspass/aws/credentials.h"
#include "rdspass/codec/json.h"

/* What the members are called in one kind of document, and which must be there. */
struct rp_credentials_fields {
    const char *access_key_id;
    const char *secret_access_key;
    const char *session_token;
    const char *expiration; /* NULL: the end is no text there, and the caller's to read */
    bool needs_session_token;
    bool needs_expiration;
};

/* What the metadata services of AWS, an instance's and a container's, call them. */
extern const struct rp_credentials_fields rp_credentials_metadata_fields;
/* And the AWS CLI in its cache of roles. */
extern const struct rp_credentials_fields rp_credentials_cache_fields;
/* And a credential_process, where an end and a session token may be missing. */
extern const struct rp_credentials_fields rp_credentials_process_fields;
/* And the services of SSO and sign-in, whose answers tell the end in ways of their own. */
extern const struct rp_credentials_fields rp_credentials_service_fields;

/*
 * Fills credentials from the members of `object`; others are passed over, and
 * null counts as not there. RP_KIND_CREDENTIALS, with the member's name and
 * never its value, where `object` is none, a member that must be there is not,
 * one is no text or cannot be signed with, or the end is no time. `where` names
 * the document in the error ("the answer of the container"). An end that has
 * passed is the caller's to judge. *out is replaced, and untouched on failure.
 */
rp_status rp_credentials_from_json(const struct rp_json *object,
                                   const struct rp_credentials_fields *fields, const char *where,
                                   struct rp_credentials *out, struct rp_error *err) RP_MUST_USE;

#endif
