/*
 * Causes: what can be seen of a connection that fails, and what it means.
 *
 * One table, in parts (src/rds/causes_*.c), leads from observation to cause and
 * fix. The gate asks it for the error packets that clients get, rdspass for its
 * messages and hints. A new row there is all that a new cause needs.
 */
#ifndef RP_RDS_CAUSES_H
#define RP_RDS_CAUSES_H

#include "rdspass/base/buf.h"
#include "rdspass/rds/endpoint.h"

/* How far a login had come. What was seen before TLS nobody vouches for. */
enum rp_stage {
    RP_STAGE_RESOLVE,
    RP_STAGE_DIAL,
    RP_STAGE_GREETING, /* connected, nothing verified yet: MySQL's greeting, PostgreSQL's 'S' */
    RP_STAGE_TLS,
    RP_STAGE_LOGIN, /* the server is verified */
    /* What is beside the connection, and seen without it. */
    RP_STAGE_TARGET,   /* configuration, endpoint, region: `failed`, `text` */
    RP_STAGE_IDENTITY, /* no credentials, or those that AWS refuses: `failed`, `text` */
    RP_STAGE_CLOCK,    /* compared with AWS's: `ahead` */
    RP_STAGE_TOKEN,    /* its own fields: `finding` and `text`, of rp_token_judge */
    RP_STAGE_SESSION,  /* logged in: a query fails (`text`, codes), or a privilege is missing */
    RP_STAGE_CLIENT,   /* what another client has printed: rp_cause_read */
    RP_STAGE__COUNT
};

/* What the server's certificate says, for a person who must see why it was refused. */
struct rp_certificate_seen {
    char subject[160];
    char issuer[160];
    char names[400];     /* the subject alternative names, "a, b"; "..." where there are more */
    char not_before[24]; /* "2026-11-25T00:00:00Z" */
    char not_after[24];
};

enum { RP_SEEN_TEXT_MAX = 400 };

/* What kind of thing went wrong, beside the numbers. */
enum rp_seen {
    RP_SEEN_NOTHING,        /* the numbers say it all */
    RP_SEEN_TIMEOUT,        /* of the stage */
    RP_SEEN_CLOSED,         /* the other side ended the connection */
    RP_SEEN_NO_TLS,         /* it offers none: 'N', a greeting without the capability */
    RP_SEEN_EARLY_BYTES,    /* it spoke before TLS */
    RP_SEEN_NOT_PROTOCOL,   /* what came is not of this protocol; `text` says what is wrong */
    RP_SEEN_OTHER_PROTOCOL, /* the other engine's */
    RP_SEEN_ASKS_OTHER,     /* for something else than a clear-text password; `asked` */
    RP_SEEN_READ_ONLY,      /* a writer endpoint leads to a server that only reads */
    RP_SEEN_CAPABILITIES,   /* after a retry the server is another one, and speaks otherwise */
    RP_SEEN_NO_PRIVILEGE,   /* in a session: nothing that the user may do */
    RP_SEEN_NOT_IAM_USER,   /* in a session: the user is not one who logs in by tokens */
    RP_SEEN__COUNT
};

/* Starts as {0}; texts are as the server sent them, cut. They are escaped when they are shown. */
struct rp_observation {
    enum rp_stage stage;
    enum rp_seen seen;
    int sys;             /* errno, or 0 */
    int resolver;        /* EAI_..., or 0 */
    long verify;         /* X509_V_ERR_..., or 0 */
    char tls[160];       /* OpenSSL's words for a handshake that failed */
    uint16_t mysql_code; /* or 0 */
    char sqlstate[6];    /* or empty */
    enum rp_kind failed; /* of an error of ours that was met there, or NONE */
    int64_t ahead;       /* seconds that our clock is ahead of AWS's */
    bool no_token;       /* the server refused without having asked for one */
    char finding[24];    /* the id of a finding; "too-long": of rp_token_too_long_for */
    char text[RP_SEEN_TEXT_MAX + 1];
    char asked[64];      /* a plugin, "SCRAM-SHA-256", ... */
    char addresses[200]; /* those tried, "10.0.0.1:3306, ..." */
    struct rp_certificate_seen certificate;
};

/* Who was to be logged in, for the words. Borrowed. */
struct rp_cause_target {
    const struct rp_endpoint *endpoint; /* NULL: there is none, as for RP_ENDPOINT_OTHER */
    uint16_t port;                      /* 0: not known */
    const char *user;                   /* never NULL, as the next three */
    const char *database;               /* may be empty */
    const char *via; /* "127.0.0.1:13306"; empty where the endpoint itself is dialled */
    const char *region;
    enum rp_engine engine;
    bool ca_file;         /* the roots are the person's own */
    const char *roots;    /* the file that has them; NULL or empty: not known */
    const char *identity; /* the ARN that signs, as AWS says; NULL or empty: not known */
    const char *account;  /* its number; NULL or empty: not known */
    bool clock;           /* this machine's is right, as AWS says */
    const char *profile;  /* that the identity is of; NULL or empty: none was named */
    const char *named;   /* the host that was given, where it is no endpoint; NULL or empty: none */
    const char *hearsay; /* who says that `endpoint` is behind that host: "DNS"; NULL: nobody */
};

/* What a cause lets one do. */
enum rp_remedy {
    RP_REMEDY_NONE,
    RP_REMEDY_WAIT,  /* goes by itself: --wait tries again */
    RP_REMEDY_TOKEN, /* may be the token: a second try with other credentials, then as WAIT */
};

/* How sure it is that what was seen means this. */
enum rp_confidence {
    RP_CONFIDENCE_LIKELY,
    RP_CONFIDENCE_CERTAIN,  /* it means nothing else */
    RP_CONFIDENCE_POSSIBLE, /* one of several */
};

struct rp_cause {
    const char *name; /* a word for tables and tests: "tls-wrong-name" */
    enum rp_kind kind;
    enum rp_remedy remedy;
    enum rp_confidence confidence;
    const char *why; /* what it means, to be filled: rp_cause_explain */
    const char *fix; /* what to do about it, the same: rp_cause_advise */
};

/*
 * The cause that fits best; never NULL. Fills *err (kind, message, hint) with
 * what was seen and what to do, in the user's own names; text of a server is
 * escaped, and marked where nobody vouches for it.
 */
const struct rp_cause *rp_cause_find(const struct rp_observation *seen,
                                     const struct rp_cause_target *target, struct rp_error *err);

/* The row of that name, or NULL. */
const struct rp_cause *rp_cause_named(const char *name);

/* "certain", "likely", "possible". */
const char *rp_confidence_word(enum rp_confidence confidence);

/* Adds what the cause means, in a few sentences of one line. */
void rp_cause_explain(const struct rp_cause *cause, const struct rp_cause_target *target,
                      struct rp_buf *out);

/* One piece of advice. Commands and SQL can be copied as they stand, but for words in capitals. */
enum rp_advice_kind {
    RP_ADVICE_TEXT,
    RP_ADVICE_SHELL,
    RP_ADVICE_SQL,
    RP_ADVICE_POLICY, /* a policy document of IAM, as JSON: several lines */
    RP_ADVICE_CONFIG, /* a section of rdspass's configuration: several lines */
    RP_ADVICE__COUNT
};
const char *rp_advice_word(enum rp_advice_kind kind); /* "text", "shell", "sql", ... */

/*
 * The piece `index` of what to do, the most useful first; false behind the last.
 * Names that a shell or SQL would misread are quoted.
 */
bool rp_cause_advise(const struct rp_cause *cause, const struct rp_cause_target *target,
                     size_t index, enum rp_advice_kind *out_kind, struct rp_buf *out);

/* Whether that says all that the hint of an error of ours with this cause does. */
bool rp_cause_is_whole(const struct rp_cause *cause);
/* Whether that hint is the command of its advice, with the very profile that it must be given. */
bool rp_cause_hint_is_command(const struct rp_cause *cause);

/*
 * Reads what another client has printed, or a server's log: mysql, psql, JDBC, a
 * driver. Codes and words of it become an observation; *engine is set where they
 * tell it, and stays where they do not. Any text gives an observation.
 */
void rp_cause_read(const char *message, struct rp_observation *out, enum rp_engine *engine);

/* The database user whom such a text names; `out` stays where it names none, or a longer one. */
void rp_cause_read_user(const char *message, char *out, size_t size);

/* The first endpoint that it names; false: none, and `out` is untouched. */
bool rp_cause_read_endpoint(const char *message, struct rp_endpoint *out);

/* Whether "10.0.0.1:3306", "[fd00::1]:5432" is of a network that the internet does not route. */
bool rp_address_is_private(struct rp_span address);

/* The rows one by one, in their order, for tests and documentation; NULL behind the last. */
const struct rp_cause *rp_cause_at(size_t index);

#endif
