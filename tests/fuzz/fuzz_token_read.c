/* Tokens from arbitrary bytes: read, judged, compared. */
#include "rdspass/rds/token_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct rp_token_facts *facts)
{
    static const struct rp_token_purpose purpose = {
        .host = "shop.cluster-abc123xyz.eu-central-1.rds.amazonaws.com",
        .port = 3306,
        .user = "app",
        .region = "eu-central-1",
        .engine = RP_ENGINE_MYSQL,
    };
    RP_CREDENTIALS_AUTO struct rp_credentials keys = {0};
    struct rp_token_findings findings;
    enum rp_token_signature signature;
    char part[RP_TOKEN_PART_SIZE];
    struct rp_error err = {0};

    if (facts->host[0] == '\0' || facts->length == 0)
        abort();
    rp_token_judge(facts, &purpose, 1767323045, &findings);
    if (findings.count > RP_TOKEN_FINDINGS_MAX || findings.refused > findings.count)
        abort();
    if (rp_failed(rp_credentials_set(&keys, "", rp_span(facts->access_key_id), RP_SPAN("secret"),
                                     RP_SPAN("token"), &err)))
        return;
    if (rp_failed(rp_token_compare(facts, &purpose, &keys, &signature, part, &err)))
        abort();
    if (signature == RP_SIGNATURE_OTHER && part[0] == '\0')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RP_TOKEN_FACTS_AUTO struct rp_token_facts facts = {0};
    struct rp_error err = {0};

    if (!rp_failed(rp_token_read((struct rp_span){(const char *)data, size}, &facts, &err)))
        check(&facts);
    else if (err.kind != RP_KIND_CONFIG || err.msg[0] == '\0')
        abort();
    return 0;
}
