/* Unit test of src/rds/causes_target.c against what our own errors really say. */
#include "rdspass/rds/causes.h"

#include "tap.h"

static const char *name_of(const struct rp_error *failure)
{
    const struct rp_cause_target nobody = {.user = "", .database = "", .via = "", .region = ""};
    struct rp_observation seen = {.stage = RP_STAGE_TARGET, .failed = failure->kind};
    struct rp_error err = {0};

    (void)snprintf(seen.text, sizeof(seen.text), "%.*s", (int)RP_SEEN_TEXT_MAX, failure->msg);
    const struct rp_cause *cause = rp_cause_find(&seen, &nobody, &err);
    IS_INT(err.kind, failure->kind, "the error keeps its kind");
    IS_STR(err.msg, seen.text, "and its words");
    return cause->name;
}

int main(void)
{
    static const struct {
        const char *host;
        const char *cause;
    } cases[] = {
        {"10.0.0.1", "target-address"},
        {"[fd00::1]", "target-address"},
        {"localhost", "target-localhost"},
        {"db.corp.example", "target-alias"},
        {"a..b", "target-bad-name"},
        {"", "target-bad-name"},
        {"cl.abc.eu-west-1.redshift.amazonaws.com", "target-other-service"},
        {"c.abc.eu-west-1.docdb.amazonaws.com", "target-other-service"},
        {"x.neptune.eu-west-1.amazonaws.com", "target-other-service"},
        {"x.abc.0001.euw1.cache.amazonaws.com", "target-other-service"},
        {"x-1.elb.eu-west-1.amazonaws.com", "target-balancer"},
        {"vpce-1.x.eu-west-1.vpce.amazonaws.com", "target-balancer"},
        {"x.rds.amazonaws.com", "target-not-endpoint"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rp_endpoint endpoint;
        struct rp_error err = {0};

        OK(rp_failed(rp_endpoint_parse(rp_span(cases[i].host), &endpoint, &err)), "%s is none",
           cases[i].host);
        IS_STR(name_of(&err), cases[i].cause, cases[i].host);
    }
    struct rp_endpoint custom = {.kind = RP_ENDPOINT_CUSTOM, .host = "x"};
    struct rp_error err = {0};
    OK(rp_failed(rp_endpoint_check_token(&custom, &err)), "a custom endpoint");
    IS_STR(name_of(&err), "target-custom", "has its cause");
    return tap_done();
}
