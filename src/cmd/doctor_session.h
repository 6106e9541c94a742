/* doctor: what is asked in the session of a login that succeeded, and what the answers mean. */
#ifndef RP_CMD_DOCTOR_SESSION_H
#define RP_CMD_DOCTOR_SESSION_H

#include "doctor.h"

/* Starts as {.fd = -1}. */
struct rp_doctor_session {
    int fd;                  /* what the client writes to: a piece of memory that does not grow */
    struct rp_error failure; /* why the client ended; kind NONE: it did all */
    int64_t ms;
};

rp_status rp_doctor_session_init(struct rp_doctor_session *session,
                                 struct rp_error *err) RP_MUST_USE;
void rp_doctor_session_release(struct rp_doctor_session *session);
#define RP_DOCTOR_SESSION_AUTO __attribute__((cleanup(rp_doctor_session_release)))

/* The statements, in the engine's own SQL. */
void rp_doctor_session_order(struct rp_client_order *order);

/* Tells query and privileges. */
void rp_doctor_session_tell(struct rp_doctor *doctor, struct rp_doctor_session *session);

#endif
