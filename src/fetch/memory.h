/*
 * Memory for libcurl and OpenSSL, wiped before it is freed: answers hold keys,
 * requests hold tokens, and proofs are made with a key.
 */
#ifndef RP_FETCH_MEMORY_H
#define RP_FETCH_MEMORY_H

#include <stdbool.h>

/* To be called first. Initializes libcurl; false where it cannot be used. */
bool rp_fetch_curl_init(void);

#endif
