/*
 * HTTP as the providers see it: one exchange, made by somebody else.
 *
 * The interface is defined here, below, and filled above by src/ipc (with
 * rdspass-fetch) or by a test.
 */
#ifndef RP_AWS_TRANSPORT_H
#define RP_AWS_TRANSPORT_H

#include "rdspass/base/buf.h"
#include "rdspass/base/context.h"

struct rp_http_header {
    const char *name;
    struct rp_span value; /* may be secret: never logged */
};

enum { RP_HTTP_HEADERS_MAX = 16, RP_HTTP_BODY_MAX = 1024 * 1024, RP_HTTP_DPOP_KEY_MAX = 4096 };

/* Everything is borrowed. Names and values hold no control characters. */
struct rp_http_request {
    const char *method; /* "GET", "PUT", "POST" */
    const char *url;    /* http or https; no user in it */
    struct rp_http_header headers[RP_HTTP_HEADERS_MAX];
    size_t header_count;
    struct rp_span body;
    uint32_t connect_ms;
    uint32_t total_ms; /* from the start to the last byte */
    size_t max_body;   /* at most RP_HTTP_BODY_MAX */
    bool direct;       /* metadata: no proxy, whatever the environment says */
    /* AWS_CA_BUNDLE, ca_bundle; NULL: what other variables name, else the system's. */
    const char *ca_file;
    /*
     * The private key, PEM, of an `aws login` session: the proof (RFC 9449, header
     * DPoP) is made beside the socket. Empty: none is sent.
     */
    struct rp_span dpop_key;
    int64_t dpop_time; /* that the proof bears; filled in by the transport */
};

/*
 * Whether a text may be handed over as dpop_key: printable ASCII in lines, as PEM is,
 * and not too long. Whether it is a key, the proof's maker sees.
 */
bool rp_http_is_dpop_key(struct rp_span key);

/* Where an exchange got to. Only RP_HTTP_ANSWERED has a status and a body. */
enum rp_http_outcome {
    RP_HTTP_ANSWERED,
    RP_HTTP_NOT_RESOLVED,
    RP_HTTP_NOT_CONNECTED, /* refused, unreachable */
    RP_HTTP_TIMED_OUT,     /* at any stage */
    RP_HTTP_TLS_FAILED,
    RP_HTTP_BROKEN,    /* reset, cut short, not HTTP */
    RP_HTTP_TOO_LARGE, /* more than max_body */
    RP_HTTP_NO_PROOF,  /* dpop_key is no key that a proof can be made with: nothing was sent */
    RP_HTTP__COUNT
};

/* Whether the network may do better in a moment, where nothing was answered. */
bool rp_http_may_pass(enum rp_http_outcome outcome);

/* Starts as {0}. */
struct rp_http_response {
    enum rp_http_outcome outcome;
    bool connected;       /* the connection stood: a time-out after that is the server's */
    int status;           /* 200, ...; 0 where nothing was answered */
    int64_t date;         /* of the header Date, seconds since 1970; 0: none */
    char error_type[128]; /* of x-amzn-ErrorType; empty: none. Printable ASCII, as is the next */
    char request_id[96];  /* of x-amzn-RequestId or x-amz-request-id; empty: none */
    struct rp_buf body;   /* owned by the caller: rp_http_response_release */
    char why[256];        /* what happened where nothing was answered, for a message */
};

void rp_http_response_release(struct rp_http_response *response);
#define RP_HTTP_RESPONSE_AUTO __attribute__((cleanup(rp_http_response_release)))

/*
 * Warns where our clock and that of `who` ("the instance metadata service") are
 * more than four minutes apart: servers refuse what is signed then.
 */
void rp_http_check_clock(const struct rp_context *ctx, const struct rp_http_response *response,
                         const char *who);

struct rp_transport {
    /*
     * Fails only where the helper cannot be used at all (missing, of another
     * version, killed) or the request is none: RP_KIND_INTERNAL. What the network
     * does is an outcome. *out is replaced, and untouched on failure.
     */
    rp_status (*perform)(void *self, const struct rp_http_request *request,
                         struct rp_http_response *out, struct rp_error *err);
    void *self;
};

#endif
