/*
 * The gate as the core sees it: starting one, and what the two say to each other.
 *
 *     core -> gate   open          once: what to open, with the roots as body
 *     gate -> core   opened        the doors are open; or failure, and it ends
 *     gate -> core   sign          a token for USER, please; one at a time
 *     core -> gate   token         as body; or failure: why there is none
 *     gate -> core   entered       a login succeeded, and over which connection
 *     gate -> core   failure       a login failed, and why: for the exit code
 *     gate -> core   step          what was seen on the way: for doctor
 *
 *     core -> gate   certificates  PEM as body: read them (`ca`); it ends then
 *     gate -> core   certificates  what they are, as JSON in the body
 *
 * A gate ends when its channel does, and leaves no socket behind.
 */
#ifndef RP_IPC_GATE_H
#define RP_IPC_GATE_H

#include <sys/types.h>

#include "rdspass/base/context.h"
#include "rdspass/base/secret.h"
#include "rdspass/base/spawn.h"
#include "rdspass/ipc/channel.h"
#include "rdspass/rds/causes.h"
#include "rdspass/rds/target.h"
#include "rdspass/rds/trust.h"

enum { RP_GATE_NO_TCP = -1, RP_GATE_TIMEOUT_MAX = 86400 };

/* What a gate is for. */
enum rp_gate_purpose {
    RP_GATE_SERVE, /* clients */
    RP_GATE_LOOK,  /* at the endpoint, as far as TLS: then every client is refused, with no login */
    RP_GATE_CHECK, /* as SERVE, and tells each step of a login */
};

/*
 * What a gate is to open. The name of its unix socket follows from engine and
 * port: rp_gate_add_socket_path.
 */
struct rp_gate_order {
    enum rp_gate_purpose purpose;
    enum rp_engine engine;       /* never unknown */
    struct rp_endpoint endpoint; /* its name is verified, and dialled unless `via` is set */
    uint16_t port;               /* of the endpoint */
    struct rp_via via;
    char user[RP_USER_MAX + 1];             /* empty: the client's is signed */
    char database[RP_DATABASE_MAX + 1];     /* where the client names none; may be empty */
    char region[RP_REGION_MAX + 1];         /* for the words of causes */
    bool ca_file;                           /* the roots are the person's, as PEM; else DER, ours */
    uint32_t connect_timeout;               /* seconds for one attempt to reach and log in */
    uint32_t wait;                          /* seconds to keep trying; 0: one attempt */
    char directory[RP_SOCKET_PATH_MAX + 1]; /* private, 0700; the gate removes it when it ends */
    int tcp; /* RP_GATE_NO_TCP, 0 for any port of loopback, or that port */
};

/* "DIRECTORY/.s.PGSQL.PORT" or "DIRECTORY/mysql.sock". */
void rp_gate_add_socket_path(const struct rp_gate_order *order, struct rp_buf *out);

/* --- the side of the core ---------------------------------------------------- */

/* Starts as {0} with channel.fd -1. */
struct rp_gate {
    struct rp_child child;
    struct rp_channel channel; /* its descriptor is for poll(2) */
};

/*
 * Starts rdspass-gate with one end of a socketpair as its standard input. It is
 * not killed when we are: it sees the channel end, cleans up and leaves.
 * RP_KIND_INTERNAL as rp_helper_start.
 */
rp_status rp_gate_start(const struct rp_context *ctx, struct rp_gate *out,
                        struct rp_error *err) RP_MUST_USE;

/*
 * Has it open its doors; waits for the answer. *out_tcp is the port on loopback
 * (0 without one). Fails as the gate says: RP_KIND_CONFIG for roots that are
 * none or a port that is taken, RP_KIND_INTERNAL.
 */
rp_status rp_gate_open(struct rp_gate *gate, const struct rp_gate_order *order,
                       struct rp_span roots, uint16_t *out_tcp, struct rp_error *err) RP_MUST_USE;

/*
 * Asks it to read certificates (PEM). *out is a JSON array, in the order of the
 * file, of objects with subject, issuer, not_before, not_after (ISO 8601),
 * sha256 (of the DER, lower-case hexadecimal), issuer_sha256 (of the certificate
 * of the file that signed it, or null), self_signed, ca, pem_at and pem_size
 * (where its block stands in the file). Names are escaped.
 */
rp_status rp_gate_read_certificates(struct rp_gate *gate, struct rp_span pem, struct rp_json **out,
                                    struct rp_error *err) RP_MUST_USE;

/*
 * Fails with what is to be said of a gate whose channel failed (`status`, *err)
 * or ended (`silent`), once it has stopped: that it was killed, or how it ended.
 */
rp_status rp_gate_explain(struct rp_gate *gate, rp_status status, bool silent,
                          struct rp_error *err) RP_MUST_USE;

/* Closes the channel and waits for the gate to clean up and end; ends it where it does not. */
void rp_gate_stop(struct rp_gate *gate, struct rp_exit *out);

/* --- messages, for both sides ------------------------------------------------ */

enum rp_gate_message {
    RP_GATE_OPEN,
    RP_GATE_OPENED,
    RP_GATE_SIGN,
    RP_GATE_TOKEN,
    RP_GATE_ENTERED,
    RP_GATE_FAILURE,
    RP_GATE_STEP,
    RP_GATE_CERTIFICATES,
};

/*
 * RP_KIND_INTERNAL: a type that is none of these, or members or a body that it
 * does not have.
 */
rp_status rp_gate_message_type(const struct rp_message *message, enum rp_gate_message *out,
                               struct rp_error *err) RP_MUST_USE;

/*
 * The roots are the message's body. The directory is absolute, short enough for
 * the socket, and UTF-8, as all texts here.
 */
struct rp_json *rp_gate_format_open(const struct rp_gate_order *order);
rp_status rp_gate_parse_open(const struct rp_message *message, struct rp_gate_order *out,
                             struct rp_error *err) RP_MUST_USE;

struct rp_json *rp_gate_format_opened(uint16_t tcp);
rp_status rp_gate_parse_opened(const struct rp_message *message, uint16_t *out_tcp,
                               struct rp_error *err) RP_MUST_USE;

/*
 * `again`: the last token was refused, so credentials are to be fetched anew
 * before this one; where that brings the same, the answer is a failure.
 */
struct rp_json *rp_gate_format_sign(const char *user, bool again);
rp_status rp_gate_parse_sign(const struct rp_message *message, char out_user[RP_USER_MAX + 1],
                             bool *out_again, struct rp_error *err) RP_MUST_USE;

/* The connection of a login that succeeded: what \conninfo shows of it. */
struct rp_gate_facts {
    char address[112]; /* "10.0.0.1:5432", or the path of a socket */
    char tls[16];      /* "TLSv1.3" */
    char cipher[64];
    char issuer[160]; /* of the server's certificate */
    char not_after[24];
};

struct rp_json *rp_gate_format_entered(const struct rp_gate_facts *facts);
rp_status rp_gate_parse_entered(const struct rp_message *message, struct rp_gate_facts *out,
                                struct rp_error *err) RP_MUST_USE;

/* The token is the message's body. */
struct rp_json *rp_gate_format_token(void);
/* The file, or the answer, is the message's body. */
struct rp_json *rp_gate_format_certificates(void);

/* Kind, message and hint go across; a kind other than RP_KIND_NONE. */
struct rp_json *rp_gate_format_failure(const struct rp_error *failure);
rp_status rp_gate_parse_failure(const struct rp_message *message, struct rp_error *out,
                                struct rp_error *err) RP_MUST_USE;

/*
 * What was seen on the way to a login. LOOK starts with a survey of its own, beside
 * the login of a client: NAMES, an ADDRESS for each, SURVEYED. GREETING and TLS
 * are of a login; AUTHENTICATION comes with CHECK alone. Of an attempt that fails,
 * FAILED is the last. Members of the body:
 *
 *     NAMES           names: the aliases behind what is dialled, as DNS says (nobody vouches for
 *                     them; none for an address or a socket);
 *                     addresses: ["10.0.0.1:3306", ...]; failure: EAI_..., 0 for none
 *     ADDRESS         address; from: our own end, or null; errno: 0 where it was reached,
 *                     ETIMEDOUT where nothing came within the connect timeout
 *     SURVEYED        nothing: no ADDRESS follows
 *     GREETING        address; protocol: "mysql" or "postgres", that answered rightly;
 *                     version: MySQL's, or null
 *     TLS             address; verified; protocol: "TLSv1.3", or null; cipher, or null;
 *                     certificates: those that the server sent, its own first, each with subject,
 *                     issuer, names (its alternative names: an array), not_before, not_after;
 *                     root: the subject of the root that they lead to, or null
 *     AUTHENTICATION  asked: "mysql_clear_password", "SCRAM-SHA-256", "clear-text password", ...;
 *                     null where the server lets in without; token: whether that takes one
 *     FAILED          cause: its name (rds/causes.h); stage: "resolve", "dial", "greeting", "tls",
 *                     "login". RP_GATE_FAILURE with the words follows, once it is given up
 *
 * With LOOK, a TLS that is verified is the last of an attempt: the client is
 * refused then, which is no failure. One that fails for want of a token, or by
 * the client's own fault, has an RP_GATE_FAILURE without FAILED.
 */
enum rp_gate_step_type {
    RP_GATE_STEP_NAMES,
    RP_GATE_STEP_ADDRESS,
    RP_GATE_STEP_SURVEYED,
    RP_GATE_STEP_GREETING,
    RP_GATE_STEP_TLS,
    RP_GATE_STEP_AUTHENTICATION,
    RP_GATE_STEP_FAILED,
    RP_GATE_STEP__COUNT
};

struct rp_gate_step {
    enum rp_gate_step_type type;
    uint32_t ms;          /* since the survey, or this attempt of the login, began */
    struct rp_json *seen; /* an object, with the members above */
};

/* The header; `seen` is formatted into `body`, with `max` RP_MESSAGE_BODY_MAX. */
struct rp_json *rp_gate_format_step(const struct rp_gate_step *step, struct rp_buf *body);
/* The caller frees out->seen. RP_KIND_INTERNAL: no such step, or no object. */
rp_status rp_gate_parse_step(const struct rp_message *message, struct rp_gate_step *out,
                             struct rp_error *err) RP_MUST_USE;

#endif
