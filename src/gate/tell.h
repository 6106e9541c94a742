/*
 * What a gate tells its parent of the way to a login, step by step: the messages
 * of enum rp_gate_step_type. Nothing is told, and nothing is made, where the gate
 * serves clients (RP_GATE_SERVE). `began` is when the survey or the attempt did.
 */
#ifndef RP_GATE_TELL_H
#define RP_GATE_TELL_H

#include "names.h"
#include "upstream.h"

enum { RP_TELL_CERTIFICATES_MAX = 8, RP_TELL_NAMES_MAX = 20 };

/* --- the survey ---------------------------------------------------------------- */

/* `failure`: EAI_..., or 0. */
void rp_tell_names(struct rp_server *server, int64_t began, const struct rp_names *names,
                   const struct rp_addresses *addresses, int failure);
/* `from`: our own end, or NULL. `sys`: 0 where it was reached. */
void rp_tell_address(struct rp_server *server, int64_t began, const struct rp_address *address,
                     const struct rp_address *from, int sys);
void rp_tell_surveyed(struct rp_server *server, int64_t began);

/* --- a login ------------------------------------------------------------------- */

/* `version`: NULL where the protocol tells none. */
void rp_tell_greeting(const struct rp_upstream *upstream, const char *protocol,
                      const char *version);
/* The end of a handshake, good or bad, while its connection is there. */
void rp_tell_tls(const struct rp_upstream *upstream);
/* `asked`: NULL where the server lets in without. */
void rp_tell_authentication(const struct rp_upstream *upstream, const char *asked, bool token);
void rp_tell_failed(struct rp_server *server, int64_t began, const struct rp_cause *cause,
                    enum rp_stage stage);

/* --- for those who make them ------------------------------------------------------ */

/* A text from outside: cut to size, escaped. NULL is null. */
void rp_tell_add_text(struct rp_json *in, const char *name, const char *text);
void rp_tell_add_certificates(struct rp_json *in, const struct rp_tls *tls);

#endif
