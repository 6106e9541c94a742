/* Secrets: exact-size memory that is wiped before it is given back. */
#include "rdspass/base/secret.h"

#include <stdlib.h>
#include <string.h>

enum { BEGINNING_LENGTH = 12 }; /* of a secret: what tells it from other texts */

rp_status rp_secret_set(struct rp_secret *secret, struct rp_span bytes, struct rp_error *err)
{
    struct rp_secret copy = {0};

    if (bytes.n > 0) {
        copy.bytes = malloc(bytes.n);
        if (copy.bytes == NULL)
            return rp_fail_memory(err);
        memcpy(copy.bytes, bytes.p, bytes.n);
        copy.n = bytes.n;
    }
    rp_secret_move(secret, &copy);
    return RP_OK;
}

void rp_secret_move(struct rp_secret *to, struct rp_secret *from)
{
    rp_secret_release(to);
    *to = *from;
    *from = (struct rp_secret){0};
}

void rp_secret_release(struct rp_secret *secret)
{
    if (secret->bytes != NULL) {
        explicit_bzero(secret->bytes, secret->n);
        free(secret->bytes);
    }
    *secret = (struct rp_secret){0};
}

bool rp_secret_is_empty(const struct rp_secret *secret)
{
    return secret->n == 0;
}

struct rp_span rp_secret_reveal(const struct rp_secret *secret)
{
    return (struct rp_span){secret->bytes, secret->n};
}

bool rp_secret_is_repeated(struct rp_span secret, struct rp_span text)
{
    struct rp_span beginning = rp_span_first(secret, BEGINNING_LENGTH);

    return beginning.n > 0 && text.n > 0 &&
           memmem(text.p, text.n, beginning.p, beginning.n) != NULL;
}
