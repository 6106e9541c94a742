/* Files of certificates from arbitrary bytes: what is read is JSON, and each block stands inside.
 */
#include <stdlib.h>

#include "gate/certificates.h"
#include "rdspass/codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_one(const struct rp_json *one, size_t size)
{
    int64_t at;
    int64_t length;

    if (!rp_json_integer(rp_json_member(one, "pem_at"), &at) ||
        !rp_json_integer(rp_json_member(one, "pem_size"), &length) || at < 0 || length <= 0 ||
        (size_t)(at + length) > size || rp_json_text(rp_json_member(one, "subject")) == NULL ||
        rp_json_text(rp_json_member(one, "sha256")) == NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_CERTIFICATES_JSON_MAX};
    RP_JSON_AUTO struct rp_json *all = NULL;
    struct rp_error err = {0};

    if (rp_failed(rp_certificates_read((struct rp_span){(const char *)data, size}, &out, &err))) {
        if (err.kind != RP_KIND_CONFIG || err.msg[0] == '\0')
            abort();
        return 0;
    }
    if (rp_failed(rp_json_parse(rp_buf_span(&out), RP_KIND_INTERNAL, "it", &all, &err)) ||
        rp_json_count(all) == 0)
        abort();
    for (size_t i = 0; i < rp_json_count(all); i++)
        check_one(rp_json_element(all, i), size);
    return 0;
}
