/* The rows of the table of causes, and the filling of their words. */
#ifndef RP_RDS_CAUSES_ROWS_H
#define RP_RDS_CAUSES_ROWS_H

#include "rdspass/rds/causes.h"

/* OpenSSL's X509_V_ERR_..., which are part of its ABI: nothing here includes its headers. */
enum {
    RP_VERIFY_NO_ISSUER = 2,
    RP_VERIFY_NOT_YET_VALID = 9,
    RP_VERIFY_EXPIRED = 10,
    RP_VERIFY_SELF_SIGNED_LEAF = 18,
    RP_VERIFY_SELF_SIGNED_IN_CHAIN = 19,
    RP_VERIFY_NO_ISSUER_LOCALLY = 20,
    RP_VERIFY_NO_CHAIN = 21,
    RP_VERIFY_WRONG_NAME = 62,
};

/* For the sets of a row. */
#define RP_ONE_OF(value) (1U << (unsigned)(value))

/*
 * What must be so for a row to match, and what is said then. All conditions must
 * hold; one that is 0 or NULL asks for nothing. In lists of numbers 0 ends the
 * list, and any of them will do.
 *
 * Numbers are small ones, and codes lie in the row: what has pointers in it is relocated
 * at each start of the program, page by page.
 *
 * A reset counts as RP_SEEN_CLOSED and ETIMEDOUT as RP_SEEN_TIMEOUT. Words in
 * braces are filled: see the tables in causes_words.c and causes_names.c;
 * advice is in lines (causes_recipes.c).
 */
struct rp_cause_row {
    struct rp_cause cause;
    uint16_t stages;
    uint16_t seen;
    unsigned endpoints; /* kinds */
    enum rp_engine engine;
    int16_t sys[8];
    int16_t resolver[4];
    int16_t verify[6];
    int16_t mysql[8];    /* codes of MySQL's */
    char sqlstate[6];    /* it, or its class: "53" */
    uint16_t failed;     /* kinds of an error of ours */
    const char *finding; /* ids of findings: "port other-port" */
    const char *text[4]; /* parts of the text, in any case of letters */
    const char *tls;     /* a part of OpenSSL's words */
    bool (*when)(const struct rp_observation *seen, const struct rp_cause_target *target);
    const char *msg;
    const char *hint;     /* NULL: none */
    bool advice_is_whole; /* the fix says all that the hint of an error does: rp_cause_is_whole */
    bool hint_is_command; /* rp_cause_hint_is_command */
};

_Static_assert(RP_STAGE__COUNT <= 16 && RP_SEEN__COUNT <= 16 && RP_KIND__COUNT <= 16,
               "the sets of a row hold 16");

/* What rows of both engines say alike: why, and what to do. */
#define RP_TOKEN_REFUSED_PROXY_WHY                                                                 \
    "The proxy asked for a token and refuses the one that it got. "                                \
    "Most often the policy of who signs does not allow it, or "                                    \
    "names the database's id where the proxy's (prx-) must stand."
#define RP_TOKEN_REFUSED_PROXY_FIX                                                                 \
    "@token-checks\n"                                                                              \
    "@allow\n"                                                                                     \
    "The proxy must require IAM for {user}, and have a secret for "                                \
    "that user, or IAM to the database, too:\n"                                                    \
    "@proxy-auth-show\n"                                                                           \
    "@policy-notes\n"                                                                              \
    "@server-log"

#define RP_TOKEN_REFUSED_WHY                                                                       \
    "The server asked for a token and refuses the one that it got; "                               \
    "it does not tell why. If identity, clock, region and token "                                  \
    "are right, what is left is permission: the policy of who "                                    \
    "signs does not allow {action} on this database for this user."

/* In the order in which they are asked; each part has its own file. */
struct rp_cause_part {
    const struct rp_cause_row *rows;
    size_t count;
};

extern const struct rp_cause_part rp_causes_target;
extern const struct rp_cause_part rp_causes_identity;
extern const struct rp_cause_part rp_causes_clock;
extern const struct rp_cause_part rp_causes_token;
extern const struct rp_cause_part rp_causes_session;
extern const struct rp_cause_part rp_causes_network;
extern const struct rp_cause_part rp_causes_greeting;
extern const struct rp_cause_part rp_causes_tls;
extern const struct rp_cause_part rp_causes_login;
extern const struct rp_cause_part rp_causes_clients;
extern const struct rp_cause_part rp_causes_mysql;
extern const struct rp_cause_part rp_causes_proxy;
extern const struct rp_cause_part rp_causes_dsql;
extern const struct rp_cause_part rp_causes_postgres;
extern const struct rp_cause_part rp_causes_statement;
extern const struct rp_cause_part rp_causes_rest;

/* Both proxies' endpoints; both of DSQL. */
#define RP_ANY_PROXY (RP_ONE_OF(RP_ENDPOINT_PROXY) | RP_ONE_OF(RP_ENDPOINT_PROXY_ENDPOINT))
#define RP_ANY_DSQL (RP_ONE_OF(RP_ENDPOINT_DSQL) | RP_ONE_OF(RP_ENDPOINT_DSQL_PRIVATELINK))

/* What is said of a token that is refused; a proxy may lack more. */
#define RP_HINT_ALLOW                                                                              \
    "who `rdspass whoami` names must be allowed {action} on {policy}; new permissions take "       \
    "minutes: --wait SECONDS; `rdspass doctor` with the same target tells more"
#define RP_HINT_ALLOW_PROXY "the proxy needs IAM required and a secret for {user}; " RP_HINT_ALLOW

/* Conditions that several parts use. */
bool rp_cause_has_via(const struct rp_observation *seen, const struct rp_cause_target *target);
bool rp_cause_no_token(const struct rp_observation *seen, const struct rp_cause_target *target);

/* The first "10.0.1.2" of a message: where a client was going to. False: there is none. */
enum { RP_CAUSE_ADDRESS_SIZE = sizeof("255.255.255.255") };
bool rp_cause_read_address(const char *message, char out[static RP_CAUSE_ADDRESS_SIZE]);

/* Fills a template; escaped, one line, cut where it does not fit. */
void rp_cause_fill(char out[static RP_ERROR_TEXT_MAX], const char *words,
                   const struct rp_observation *seen, const struct rp_cause_target *target);

#endif
