/* What libcurl is told for an exchange. */
#ifndef RP_FETCH_OPTIONS_H
#define RP_FETCH_OPTIONS_H

#include <curl/curl.h>

#include "rdspass/aws/transport.h"

/* Sets all but where the answer goes. *out_headers is the caller's to free, on failure too. */
CURLcode rp_fetch_set_options(CURL *easy, const struct rp_http_request *request,
                              struct curl_slist **out_headers);

#endif
