/*
 * Certificates that people have in files: PEM read, so that the core needs no
 * parser of X.509 (`rdspass ca`).
 */
#ifndef RP_GATE_CERTIFICATES_H
#define RP_GATE_CERTIFICATES_H

#include "rdspass/base/buf.h"

enum {
    RP_CERTIFICATES_MAX = 1000,
    RP_CERTIFICATES_JSON_MAX = 1024 * 1024,
    RP_CERTIFICATES_NAME_MAX = 128, /* of a subject or issuer; a longer one is cut */
};

/*
 * Adds to `out` what rp_gate_read_certificates gives: a JSON array, on one line.
 * Names are common names, or all of the name where it has none; escaped.
 * `issuer_sha256` is the certificate of the file that has signed this one.
 *
 * Text before a block is passed over, as by everyone, and so are lines that begin
 * with '#'. RP_KIND_CONFIG, with the number of the line: a block that is not
 * complete, or of another kind; one that is no certificate; text behind the last
 * one; more than RP_CERTIFICATES_MAX; none at all.
 */
rp_status rp_certificates_read(struct rp_span pem, struct rp_buf *out,
                               struct rp_error *err) RP_MUST_USE;

#endif
