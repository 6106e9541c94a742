/* One HTTP exchange by libcurl, within limits, with nothing that was not asked for. */
#ifndef RP_FETCH_EXCHANGE_H
#define RP_FETCH_EXCHANGE_H

#include <curl/curl.h>

#include "rdspass/aws/transport.h"

/* Keeps connections from one exchange to the next. */
struct rp_exchanger {
    CURLM *multi;
    CURL *easy;
};

bool rp_exchanger_init(struct rp_exchanger *exchanger);
void rp_exchanger_release(struct rp_exchanger *exchanger);

/*
 * Performs it. False where `cancel_fd` became readable or was closed meanwhile:
 * then nobody waits for the answer. Whatever else goes wrong is an outcome.
 */
bool rp_exchange(struct rp_exchanger *exchanger, const struct rp_http_request *request,
                 int cancel_fd, struct rp_http_response *out);

#endif
