/*
 * A session from within: what session.c (from first byte to last),
 * session_login.c (the conversation), session_steps.c (what is told of it),
 * session_failure.c (another try, or the refusal) and cancel.c share.
 */
#ifndef RP_GATE_SESSION_STATE_H
#define RP_GATE_SESSION_STATE_H

#include "knock.h"
#include "login.h"
#include "pump.h"
#include "session.h"

enum { RP_SESSION_TOKEN_MS = 60000 };

/* Whom a session waits for; each has its time. */
enum rp_phase {
    RP_PHASE_START,
    RP_PHASE_CLIENT,   /* what the client owes before it is logged in */
    RP_PHASE_UPSTREAM, /* what the server owes: one attempt, from name to verdict */
    RP_PHASE_TOKEN,
    RP_PHASE_PAUSE,  /* between two attempts */
    RP_PHASE_CANCEL, /* a cancel request on its way */
    RP_PHASE_PUMP,   /* logged in: no deadline */
    RP_PHASE_LEAVE,  /* the client is to take its last bytes */
    RP_PHASE__COUNT
};

/* What a session needs until it is logged in, and not for long after. */
struct rp_session_login {
    struct rp_gate_login talk;
    enum rp_login_next next; /* what `talk` has said last */
    bool upstream_ended;     /* nothing more comes or goes there */
    int upstream_sys;        /* why, or 0 */
    bool greeted;            /* by the server in this attempt, and told */
    struct rp_knock knock;   /* while the server has said nothing */
    int64_t since;           /* when this phase began */
    int64_t left_ms[RP_PHASE__COUNT];
    int64_t wait_until; /* of --wait */
    int pause_ms;       /* the last pause */
    struct rp_token_wish wish;
    bool refreshed;         /* credentials have been fetched anew for this login */
    struct rp_secret token; /* that came of it, for the next attempt */
    struct rp_error failure;
    struct rp_observation seen; /* behind `failure` */
    enum rp_remedy remedy;      /* of `failure` */
};

struct rp_session {
    struct rp_server *server;
    struct rp_session *next, *prev;
    struct rp_watch client;
    struct rp_upstream upstream;
    struct rp_timer timer;
    enum rp_phase phase;
    struct rp_session_login *login; /* NULL once it is over */
    struct rp_pump pump;
    uint32_t pid; /* for cancel requests; see rp_gate_login */
    struct rp_buf key;
};

/* --- session.c ---------------------------------------------------------------- */

/* Waits in that phase, for what is left of its time; going on with one leaves it as it is. */
void rp_session_wait(struct rp_session *session, enum rp_phase phase);
/* Ends it at once, and frees it. */
void rp_session_end(struct rp_session *session);
/* Ends it once the client has taken what is for it, or takes too long. */
void rp_session_leave(struct rp_session *session);
/* From the login to the pump. */
void rp_session_enter(struct rp_session *session);

/* --- session_login.c ----------------------------------------------------------- */

/* Lets the conversation go on with what has come. The session may be gone afterwards. */
void rp_session_talk(struct rp_session *session);
/* A new attempt upstream, from the name on. */
void rp_session_try_again(struct rp_session *session);
/* Asks for a token; `done` as in signer.h, with the session as self. */
void rp_session_ask(struct rp_session *session, bool again,
                    void (*done)(void *self, struct rp_secret *token,
                                 const struct rp_error *failure));
/* Writes what the client takes now. False where it is gone. */
bool rp_session_flush_client(struct rp_session *session);
/* The client's descriptor is ready, before the login is over. */
void rp_session_client_ready(struct rp_session *session, uint32_t events);

/* --- session_failure.c --------------------------------------------------------- */

/* An attempt failed. The session may be gone afterwards; so with all below. */
void rp_session_failed(struct rp_session *session, const struct rp_observation *seen);
/* The same, at the stage where the connection stands; `sys` is an errno, or 0. */
void rp_session_fail_here(struct rp_session *session, enum rp_seen what, int sys);
/* The time of an attempt is over. */
void rp_session_timed_out(struct rp_session *session);
/* Connected to what should be MySQL's server: should it stay silent, is it PostgreSQL's? */
void rp_session_doubt(struct rp_session *session);
/* Refuses the client for another reason than the server. */
void rp_session_refuse(struct rp_session *session, const struct rp_error *why);
/* RP_GATE_LOOK: all has been seen. The client is refused, which is no failure to be told. */
void rp_session_dismiss(struct rp_session *session);

/* --- session_steps.c ----------------------------------------------------------- */

/* Tells the parent the step that the conversation has just made, where it wants to know. */
void rp_session_tell(struct rp_session *session);

/* --- cancel.c ------------------------------------------------------------------- */

/* Carries the cancel request that this client has sent to where it belongs. */
void rp_session_cancel(struct rp_session *cancel);

#endif
