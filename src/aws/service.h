/*
 * The services of AWS that a chain of credentials asks: where they are, how an
 * exchange with one is tried again, and what an answer that says no says.
 *
 *     rp_service_find    region and settings -> endpoint
 *     rp_service_ask     endpoint, request -> answer, tried again where that helps
 *     rp_service_error   an answer that says no -> code, message, request id
 */
#ifndef RP_AWS_SERVICE_H
#define RP_AWS_SERVICE_H

#include "rdspass/aws/session.h"

enum rp_service {
    RP_SERVICE_STS,    /* Security Token Service */
    RP_SERVICE_SSO,    /* the portal of IAM Identity Center */
    RP_SERVICE_OIDC,   /* its tokens */
    RP_SERVICE_SIGNIN, /* the sessions of `aws login` */
    RP_SERVICE__COUNT
};

enum { RP_SERVICE_URL_MAX = 511, RP_SERVICE_BY_SIZE = 64 };

struct rp_service_endpoint {
    enum rp_service service;
    char url[RP_SERVICE_URL_MAX +
             1]; /* scheme, host, port where given, path without '/' at its end */
    char host[RP_SERVICE_URL_MAX +
              1]; /* as in the header Host: with the port that is not the scheme's */
    char path[RP_SERVICE_URL_MAX + 1]; /* of the URL: "", or "/base" of a configured one */
    char region[64];                   /* to sign for */
    char by[RP_SERVICE_BY_SIZE];       /* who has configured the URL; empty: it is AWS's rule */
};

/*
 * Where a service is, of a region: what AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL,
 * the profile's `services` section and its endpoint_url say, in this order, and
 * unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or the profile forbids that; else
 * the partition's rule, with FIPS and dual stack as environment and profile ask.
 * STS is regional, but for sts_regional_endpoints = legacy, which the old regions
 * follow. (Rules: the endpoint rule sets of AWS's service models.)
 *
 * `region` NULL: what the session has, in this order: region_asked, environment,
 * profile, region_database. RP_KIND_CONFIG where there is none ("no region
 * for STS"), where it is no region, a configured URL is none or not http(s), or
 * FIPS or dual stack meets a configured URL.
 */
rp_status rp_service_find(const struct rp_session *session, enum rp_service service,
                          const char *region, struct rp_service_endpoint *out,
                          struct rp_error *err) RP_MUST_USE;

/* What AWS says when it says no. Texts are escaped, and hold nothing that was sent as a secret. */
struct rp_service_error {
    char code[96]; /* "AccessDenied", "UnauthorizedException", "invalid_grant"; empty: unknown */
    char message[400]; /* empty where there is none */
    char request_id[96];
};

/*
 * Reads an answer whose status is not 200: XML of the query services, JSON with
 * its type in x-amzn-ErrorType or the body's __type ("ns#Name:url" is Name), or
 * OAuth's error and error_description. What is none of these has no code.
 */
void rp_service_read_error(const struct rp_http_response *response, struct rp_service_error *out);

/*
 * Empties each text that repeats a secret that was sent (rp_secret_is_repeated). A
 * hostile answer repeats it in the code or the request id as well as in the message.
 */
void rp_service_error_hide(struct rp_service_error *error, struct rp_span secret);

/* Whether a code of AWS's says "too fast" or "later". */
bool rp_service_is_throttling(const char *code);

/* A question. Everything is borrowed. */
struct rp_service_question {
    const struct rp_service_endpoint *endpoint;
    const char *operation; /* "AssumeRole", for words */
    /* URL, limits, proxy and CA file are filled in by rp_service_ask. */
    struct rp_http_request request;
    const char *path; /* with its query; behind the endpoint's URL: "/", "/token" */
    /* Codes of a 4xx that pass by themselves, "InvalidIdentityToken IDPCommunicationError"; or
     * NULL. */
    const char *passing;
};

/*
 * Asks, up to three times (AWS_MAX_ATTEMPTS, max_attempts: 1 to 10) in 25 seconds
 * in all: again where nothing was answered, for 500, 502, 503, 504, 429, AWS's
 * throttling codes and `passing`, with a pause that grows and is random. Warns
 * where the clocks differ. Any answer is a success, status 200 or not.
 *
 * RP_KIND_NETWORK where nothing is answered, RP_KIND_TLS where it is not verified,
 * RP_KIND_CREDENTIALS where the answer is too large; the message names operation
 * and URL.
 */
rp_status rp_service_ask(const struct rp_session *session,
                         const struct rp_service_question *question, struct rp_http_response *out,
                         struct rp_error *err) RP_MUST_USE;

/*
 * Fails for an answer that says no: RP_KIND_NETWORK, with the hint to try again,
 * for 5xx, 429 and AWS's throttling codes, else RP_KIND_CREDENTIALS; "AssumeRole
 * at URL: CODE: MESSAGE (request ID)". The caller adds who wanted it, and a hint.
 */
rp_status rp_service_fail(const struct rp_service_question *question,
                          const struct rp_http_response *response,
                          const struct rp_service_error *error, struct rp_error *err) RP_MUST_USE;

#endif
