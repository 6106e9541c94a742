/* Unit test of src/rds/causes_read.c: what clients print, and the cause that it leads to. */
#include "rdspass/rds/causes.h"

#include "causes_messages.h"
#include "tap.h"

static const char *cause_of(const char *message, enum rp_engine *engine)
{
    struct rp_cause_target target = {
        .user = "", .database = "", .via = "", .region = "", .engine = RP_ENGINE_UNKNOWN};
    struct rp_observation seen;
    struct rp_error err = {0};

    *engine = RP_ENGINE_UNKNOWN;
    rp_cause_read(message, &seen, engine);
    target.engine = *engine;
    return rp_cause_find(&seen, &target, &err)->name;
}

static void test_users(void)
{
    static const struct {
        const char *message;
        const char *user;
    } cases[] = {
        {"Access denied for user 'app'@'10.0.0.1' (using password: YES)", "app"},
        {"Access denied for user 'o'Brien'@'h'", "o'Brien"},
        {"User 'app' has exceeded the 'max_user_connections' resource", "app"},
        {"FATAL:  PAM authentication failed for user \"a b\"", "a b"},
        {"FATAL:  role \"app\" does not exist", "app"},
        {"Access denied for user ''@'h'", "before"},
        {"Access denied for user 'app", "before"},
        {"for user \"a\nb\"", "before"},
        {"for user \"\xff\"", "before"},
        {"for user \"12345678\"", "before"},
        {"for user \"1234567\"", "1234567"},
        {"", "before"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char user[8] = "before";
        rp_cause_read_user(cases[i].message, user, sizeof(user));
        IS_STR(user, cases[i].user, cases[i].message);
    }
}

static void test_endpoints(void)
{
    struct rp_endpoint endpoint = {.host = "before"};

    OK(rp_cause_read_endpoint(
           "psql: error: connection to server at "
           "\"Shop.cluster-abc123xyz.eu-central-1.rds.amazonaws.com\" (10.0.1.2)",
           &endpoint),
       "an endpoint");
    IS_STR(endpoint.host, "shop.cluster-abc123xyz.eu-central-1.rds.amazonaws.com", "  its name");
    IS_STR(endpoint.region, "eu-central-1", "  and region");
    OK(!rp_cause_read_endpoint("at \"db.corp.example\" (10.0.1.2)", &endpoint), "another host");
    OK(!rp_cause_read_endpoint("", &endpoint), "none");
    IS_STR(endpoint.region, "eu-central-1", "what was there stays");
}

int main(void)
{
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        enum rp_engine engine;
        IS_STR(cause_of(messages[i].message, &engine), messages[i].cause, messages[i].message);
        IS_INT((int)engine, messages[i].engine, "  its engine");
    }
    test_users();
    test_endpoints();
    return tap_done();
}
