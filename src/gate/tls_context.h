/* The inside of a TLS context, for tls.c. */
#ifndef RP_GATE_TLS_CONTEXT_H
#define RP_GATE_TLS_CONTEXT_H

#include "tls.h"

struct rp_tls_context {
    SSL_CTX *ssl;
};

#endif
