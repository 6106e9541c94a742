/*
 * The instance metadata service of EC2 (IMDS): its settings, and documents from it.
 *
 *     rp_metadata_open   settings; a token, as version 2 wants one
 *     rp_metadata_get    a document, with that token
 */
#ifndef RP_AWS_METADATA_H
#define RP_AWS_METADATA_H

#include "provider.h"

enum { RP_METADATA_URL_MAX = 255, RP_METADATA_BODY_MAX = 64 * 1024 };

/* What is configured: the environment's variable, else the profile's key, else the AWS CLI's. */
struct rp_metadata_settings {
    char base[RP_METADATA_URL_MAX + 1]; /* without a slash at its end */
    const char *v1_forbidden_by;        /* the setting that forbids version 1; NULL: none does */
    uint32_t timeout_ms;                /* for one exchange */
    uint32_t attempts;                  /* where nothing is answered */
};

/* RP_KIND_CONFIG where a setting makes no sense. */
rp_status rp_metadata_read_settings(const struct rp_session *session,
                                    struct rp_metadata_settings *out,
                                    struct rp_error *err) RP_MUST_USE;

/* Starts as {0}. */
struct rp_metadata {
    const struct rp_session *session; /* borrowed */
    struct rp_metadata_settings settings;
    int64_t deadline;       /* for everything, as in rdspass/base/deadline.h */
    struct rp_secret token; /* empty: version 1 is spoken */
    bool renewed;           /* the token was refused once, and is a new one */
    bool hung;              /* an answer was begun or awaited, and did not come in time */
};

void rp_metadata_release(struct rp_metadata *metadata);
#define RP_METADATA_AUTO __attribute__((cleanup(rp_metadata_release)))

/*
 * Finds the service and gets a token, or none where it knows version 1 only and
 * that is allowed. RP_ANSWER_NOT_CONFIGURED, and `why`, where it may not be
 * asked or nobody is there. RP_KIND_CONFIG of its settings; else
 * RP_KIND_NO_CREDENTIALS where somebody is there and gives none.
 */
rp_status rp_metadata_open(struct rp_metadata *metadata, const struct rp_session *session,
                           enum rp_answer *out_answer, char why[static RP_WHY_SIZE],
                           struct rp_error *err) RP_MUST_USE;

/*
 * Gets the document at `path`, which begins with '/'. *out_found is false where
 * there is none (404). A document has a byte at least. RP_KIND_NO_CREDENTIALS
 * where the service fails to give it, `what` ("the role's name").
 */
rp_status rp_metadata_get(struct rp_metadata *metadata, const char *path, const char *what,
                          bool *out_found, struct rp_http_response *out,
                          struct rp_error *err) RP_MUST_USE;

#endif
