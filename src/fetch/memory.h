/* Memory for libcurl, wiped before it is freed: answers hold keys, requests hold tokens. */
#ifndef RP_FETCH_MEMORY_H
#define RP_FETCH_MEMORY_H

#include <stdbool.h>

/* Initializes libcurl. False where it cannot be used. */
bool rp_fetch_curl_init(void);

#endif
