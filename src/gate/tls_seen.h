/* What a certificate says, for a person. */
#ifndef RP_GATE_TLS_SEEN_H
#define RP_GATE_TLS_SEEN_H

#include <openssl/x509v3.h>

#include "rdspass/rds/causes.h"

/*
 * What is verified and was refused: the server's own certificate. Where nobody
 * vouches for its chain, the issuer is the one whom the chain ends in: it tells
 * which proxy inspects TLS, and which region a server is of.
 */
void rp_tls_see(const X509_STORE_CTX *refused, struct rp_certificate_seen *out);

/* "CN=..., O=..."; all of the name where it has neither. */
void rp_tls_name_text(const X509_NAME *name, char *out, size_t size);
/* A DNS name or an address; false, and empty, for what is neither. */
bool rp_tls_alternative_text(const GENERAL_NAME *name, char *out, size_t size);
/* "2026-11-25T00:00:00Z"; empty where it is no time. */
void rp_tls_time_text(const ASN1_TIME *when, char out[static 24]);

#endif
