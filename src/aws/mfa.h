/*
 * The code of a person's MFA device: --mfa-code, else what --mfa-command prints,
 * else the person at the terminal is asked.
 */
#ifndef RP_AWS_MFA_H
#define RP_AWS_MFA_H

#include "rdspass/aws/session.h"
#include "rdspass/base/secret.h"

/*
 * Six digits. RP_KIND_CREDENTIALS where there is no terminal to ask at (the hint
 * names --mfa-code and --mfa-command), the command fails or prints something else,
 * or the code that was given has been used before in this process.
 */
rp_status rp_mfa_code(const struct rp_session *session, const char *serial, struct rp_secret *out,
                      struct rp_error *err) RP_MUST_USE;

#endif
