/* doctor: what a gate that looks has seen: heard by doctor_look.c, told by doctor_look_tell.c. */
#ifndef RP_CMD_DOCTOR_LOOK_H
#define RP_CMD_DOCTOR_LOOK_H

#include "doctor.h"

/* Starts as {0}; of steps that the gate has not told, `seen` is NULL. */
struct rp_look {
    struct rp_gate_step names;
    struct rp_gate_step tcp; /* put together from those of each address */
    struct rp_gate_step greeting;
    struct rp_gate_step tls;
    size_t reached; /* of the addresses */
    bool surveyed;
    enum rp_step failed_at;       /* RP_STEP__COUNT: it did not fail, and came as far as TLS */
    uint32_t failed_ms;           /* so long it took to */
    const struct rp_cause *cause; /* why, ... */
    struct rp_error failure;      /* ... in words */
};

void rp_look_release(struct rp_look *look);

bool rp_look_is_secure(const struct rp_look *look);

/* Tells dns, tcp, greeting and tls. */
void rp_look_tell(struct rp_doctor *doctor, struct rp_look *look);

#endif
