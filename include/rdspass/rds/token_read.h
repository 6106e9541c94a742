/*
 * Tokens that somebody has already: what one says, what speaks against it, and
 * whether its signature is right.
 *
 *     rp_token_read      text -> facts; what is no token at all fails here
 *     rp_token_judge     facts, what it is meant for, the time -> findings
 *     rp_token_compare   facts, credentials -> is the signature right, and if not, which part
 *
 * Nothing of it is asked of a network. The text is a secret, as is the session
 * token inside; no finding quotes either, or the signature.
 */
#ifndef RP_RDS_TOKEN_READ_H
#define RP_RDS_TOKEN_READ_H

#include "rdspass/rds/target.h"
#include "rdspass/rds/token.h"

/* How the text around and inside of the token looked, beside what it says. */
enum rp_token_look {
    RP_TOKEN_LINE_END = 1 << 0,        /* one newline behind it, as commands print it */
    RP_TOKEN_WHITE_SPACE = 1 << 1,     /* blanks or line ends before, behind, or more than one */
    RP_TOKEN_BROKEN_LINE = 1 << 2,     /* inside */
    RP_TOKEN_SCHEME = 1 << 3,          /* "https://" before it */
    RP_TOKEN_ENCODED_TWICE = 1 << 4,   /* percent-encoded once more, whole or in a value */
    RP_TOKEN_EMPTY_SESSION = 1 << 5,   /* X-Amz-Security-Token= */
    RP_TOKEN_NAMED_TWICE = 1 << 6,     /* a parameter stands there twice */
    RP_TOKEN_UNKNOWN_NAME = 1 << 7,    /* a parameter that tokens do not have */
    RP_TOKEN_NO_SIGNATURE = 1 << 8,    /* or a part of one: cut off */
    RP_TOKEN_OTHER_HEADERS = 1 << 9,   /* X-Amz-SignedHeaders is not "host" */
    RP_TOKEN_OTHER_METHOD = 1 << 10,   /* X-Amz-Algorithm is not AWS4-HMAC-SHA256 */
    RP_TOKEN_DATES_DIFFER = 1 << 11,   /* X-Amz-Date and the date of X-Amz-Credential */
    RP_TOKEN_UPPER_CASE = 1 << 12,     /* in the host */
    RP_TOKEN_BAD_DATE = 1 << 13,       /* X-Amz-Date is missing or none */
    RP_TOKEN_BAD_CREDENTIAL = 1 << 14, /* X-Amz-Credential is missing or none */
    RP_TOKEN_USER_ENCODED = 1 << 15,   /* the user's name looks like one that was encoded before */
    RP_TOKEN_QUOTED = 1 << 16,         /* quotes around it */
};

enum { RP_TOKEN_WORD_MAX = 63 };

/* Texts are decoded, and empty where the token has none. Starts as {0}. */
struct rp_token_facts {
    unsigned looks;                /* enum rp_token_look */
    size_t length;                 /* in bytes, as it is sent: without white space around */
    char host[RP_HOST_MAX + 1];    /* lower case, as servers sign it */
    char written[RP_HOST_MAX + 1]; /* the same as it is written */
    uint16_t port;                 /* 0: none is there */
    struct rp_endpoint endpoint;
    bool is_endpoint; /* the host is a name of AWS's, and `endpoint` is filled */
    char action[RP_TOKEN_WORD_MAX + 1];
    char user[RP_USER_MAX + 1];
    char access_key_id[RP_ACCESS_KEY_ID_MAX + 1];
    char date[8 + 1]; /* of the credential: "20260102" */
    char region[RP_REGION_MAX + 1];
    char service[RP_TOKEN_WORD_MAX + 1];
    int64_t signed_at; /* seconds since 1970 */
    uint32_t expires;  /* seconds; 0: none is there */
    struct rp_secret session_token;
    char signature[64 + 1]; /* empty where it is not whole */
};

void rp_token_facts_release(struct rp_token_facts *facts);
#define RP_TOKEN_FACTS_AUTO __attribute__((cleanup(rp_token_facts_release)))

/*
 * Reads a token, good or bad. RP_KIND_CONFIG where the text is none: empty,
 * longer than RP_TOKEN_MAX, not one host with a query of a presigned request.
 */
rp_status rp_token_read(struct rp_span text, struct rp_token_facts *out,
                        struct rp_error *err) RP_MUST_USE;

/* What it is meant for; empty and 0 where that is not known. */
struct rp_token_purpose {
    const char *host; /* lower case */
    uint16_t port;
    const char *user;
    const char *region;
    enum rp_engine engine;
};

struct rp_token_finding {
    const char *id; /* "expired", "no-port", ...; static */
    bool refused;   /* a server refuses it for this; else a remark */
    char text[320];
    char hint[320]; /* what to do; empty where there is nothing */
};

enum { RP_TOKEN_FINDINGS_MAX = 24 };

struct rp_token_findings {
    struct rp_token_finding list[RP_TOKEN_FINDINGS_MAX];
    size_t count;
    size_t refused; /* how many of them */
};

/* Says what speaks against a token at the time `now`, the weightiest first. */
void rp_token_judge(const struct rp_token_facts *facts, const struct rp_token_purpose *purpose,
                    int64_t now, struct rp_token_findings *out);

enum rp_token_signature {
    RP_SIGNATURE_UNCHECKED, /* the token is of other keys, or not whole */
    RP_SIGNATURE_RIGHT,
    RP_SIGNATURE_OTHER, /* right if one part were another: `out_part` says which */
    RP_SIGNATURE_WRONG, /* another secret key, or more than one part differs */
};

enum { RP_TOKEN_PART_SIZE = 320 };

/*
 * Signs again what the token says, with credentials of the same key id, and
 * where that gives another signature tries what is known to go wrong: port, host,
 * user, region, service, session token, life. `out_part` is then "it was signed
 * for port 5432".
 */
rp_status rp_token_compare(const struct rp_token_facts *facts,
                           const struct rp_token_purpose *purpose,
                           const struct rp_credentials *credentials, enum rp_token_signature *out,
                           char out_part[static RP_TOKEN_PART_SIZE],
                           struct rp_error *err) RP_MUST_USE;

/* Adds what a comparison says against it. */
void rp_token_judge_signature(enum rp_token_signature signature, const char *part,
                              struct rp_token_findings *out);

/*
 * The first clients that cannot take a token of that length, and the most that
 * they take: each index gives one, in order of their limits; NULL behind the last.
 */
struct rp_token_limit {
    const char *client;
    size_t bytes;
};
const struct rp_token_limit *rp_token_too_long_for(size_t length, size_t index);

#endif
