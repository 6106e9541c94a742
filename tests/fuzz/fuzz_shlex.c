/* Fuzzer: command lines of credential_process. */
#include "rdspass/codec/shlex.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RP_BUF_AUTO struct rp_buf words = {.max = 4096};
    size_t count = 0;
    size_t ends = 0;

    if (rp_shlex_split((struct rp_span){(const char *)data, size}, &words, &count) != NULL ||
        words.state != RP_BUF_FINE)
        return 0;
    for (size_t i = 0; i < words.len; i++)
        ends += words.data[i] == '\0';
    if (ends != count) /* a caller walks from NUL to NUL */
        abort();
    return 0;
}
