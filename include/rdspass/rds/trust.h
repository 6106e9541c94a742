/*
 * Trust: which root certificates vouch for an endpoint.
 *
 * RDS and Aurora have three roots of their own in each region, and Aurora's
 * express configuration may chain to Amazon's public roots; RDS Proxy and DSQL
 * chain to Amazon's public roots only. The certificates are compiled in, from
 * src/rds/roots/, and installed as PEM files for other clients.
 */
#ifndef RP_RDS_TRUST_H
#define RP_RDS_TRUST_H

#include "rdspass/base/buf.h"
#include "rdspass/rds/endpoint.h"

/*
 * A root certificate that is compiled in. It holds no pointers: the loader would
 * have to relocate them at each start, of which few need a root.
 */
struct rp_root {
    char set[24];         /* a region, or "amazon" */
    char subject[64];     /* common name */
    char key[12];         /* "RSA 2048", "RSA 4096", "EC P-384" */
    char not_after[12];   /* "2061-05-21": text, since some end after 2106 */
    char fingerprint[65]; /* SHA-256 of the DER, lower-case hexadecimal */
    uint32_t der_at;      /* for rp_root_der */
    uint32_t der_size;
};

/* All of them, sorted by set and key; `count` is how many. */
const struct rp_root *rp_roots(size_t *count);

/*
 * Roots that are known by their fingerprints alone (der_size 0), sorted as the
 * others: GovCloud's, in the sets "us-gov-east-1" and "us-gov-west-1", and those
 * of AWS's test environments, which nobody needs.
 */
const struct rp_root *rp_known_roots(size_t *count);
bool rp_root_is_of_tests(const struct rp_root *root);

/* The certificate itself: `der_size` bytes. */
const uint8_t *rp_root_der(const struct rp_root *root);

/* The roots of one endpoint: one or two sets. */
struct rp_trust {
    const char *sets[2]; /* the second may be NULL */
    const char *file;    /* name of the installed file that holds them: "eu-central-1.pem" */
};

/*
 * Chooses by the endpoint's kind and `region`. RP_KIND_CONFIG where the roots of
 * that region are not held, with the hint that leads on (ca fetch, --ca-file).
 */
rp_status rp_trust_choose(const struct rp_endpoint *endpoint, struct rp_span region,
                          struct rp_trust *out, struct rp_error *err) RP_MUST_USE;

/*
 * The roots that a name on the command line means: a region (what is trusted
 * for its clusters), "amazon", "global" (all regions and Amazon's), or an
 * endpoint. RP_KIND_CONFIG where there are none.
 */
rp_status rp_trust_by_name(const char *name, struct rp_trust *out,
                           struct rp_error *err) RP_MUST_USE;

/* Where AWS publishes the roots of a partition ("aws-us-gov"); NULL where that is not known. */
const char *rp_trust_bundle_url(const char *partition);

/* Whether the root belongs to the trust. */
bool rp_trust_has(const struct rp_trust *trust, const struct rp_root *root);

/* Adds the certificates as DER, one behind the other. */
void rp_trust_add_der(const struct rp_trust *trust, struct rp_buf *out);

/* Adds the certificates as PEM, each below a line "# SUBJECT". */
void rp_trust_add_pem(const struct rp_trust *trust, struct rp_buf *out);

#endif
