/* HTTP as the providers see it: what an answer owns. */
#include "rdspass/aws/transport.h"

void rp_http_response_release(struct rp_http_response *response)
{
    rp_buf_release(&response->body);
    *response = (struct rp_http_response){0};
}
