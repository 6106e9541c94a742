/*
 * Unit test of src/rds/token.c: signatures that others published, what a token
 * looks like, what is refused. More known answers: token_vectors.c.
 */
#include "token_facts.h"

/* Credentials are those of the tests that published the signatures; they open nothing. */
static const struct token_fact facts[] = {
    {.name = "botocore, RDS (tests/unit/test_signers.py)",
     .host = "prod-instance.us-east-1.rds.amazonaws.com",
     .port = 3306,
     .user = "someusername",
     .access_key_id = "akid",
     .secret_access_key = "skid",
     .region = "us-east-1",
     .timestamp = "20161107T173933Z",
     .expires = 900,
     .canonical_request =
         "GET\n/\nAction=connect&DBUser=someusername&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-"
         "Credential=akid%2F20161107%2Fus-east-1%2Frds-db%2Faws4_request&X-Amz-Date="
         "20161107T173933Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host\n"
         "host:prod-instance.us-east-1.rds.amazonaws.com:3306\n\nhost\n"
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
     .signature = "d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61",
     .token =
         "prod-instance.us-east-1.rds.amazonaws.com:3306/?Action=connect&DBUser=someusername&"
         "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=akid%2F20161107%2Fus-east-1%2Frds-db"
         "%2Faws4_request&X-Amz-Date=20161107T173933Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&"
         "X-Amz-Signature=d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61"},
    {.name = "aws-cli, RDS (tests/functional/rds)",
     .host = "host.us-east-1.amazonaws.com",
     .port = 3306,
     .user = "mySQLUser",
     .access_key_id = "access_key",
     .secret_access_key = "secret_key",
     .region = "us-east-1",
     .timestamp = "20161107T173933Z",
     .expires = 900,
     .signature = "87ab58107ef49f1c311a412f98b7f976b0b5152ffb559f0d36c6c9a0c5e0e362"},
    {.name = "botocore, DSQL (tests/unit/test_signers.py)",
     .dsql = true,
     .host = "test.dsql.us-east-1.on.aws",
     .access_key_id = "ACCESS_KEY",
     .secret_access_key = "SECRET_KEY",
     .session_token = "SESSION_TOKEN",
     .region = "us-east-1",
     .timestamp = "20241107T173933Z",
     .expires = 900,
     .signature = "57fe03e060348aaa21405c239bf02572bbc911076e94dcd65c12ae569dd8fcf4",
     .token = "test.dsql.us-east-1.on.aws/?Action=DbConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-"
              "Credential=ACCESS_KEY%2F20241107%2Fus-east-1%2Fdsql%2Faws4_request&X-Amz-Date="
              "20241107T173933Z&X-Amz-Expires=900&X-Amz-Security-Token=SESSION_TOKEN&X-Amz-"
              "SignedHeaders=host&X-Amz-Signature="
              "57fe03e060348aaa21405c239bf02572bbc911076e94dcd65c12ae569dd8fcf4"},
};

struct world {
    struct rp_endpoint endpoint;
    struct rp_credentials credentials;
    struct rp_token_request request;
};

/* AWS's example credentials. */
static void begin(struct world *world, enum rp_endpoint_kind kind)
{
    struct rp_error err = {0};

    *world = (struct world){
        .endpoint = {.kind = kind, .host = "db.abc123.us-east-1.rds.amazonaws.com"},
        .credentials = {.access_key_id = "AKIDEXAMPLE", .expires_at = RP_NEVER},
    };
    rp_ignore(rp_secret_set(&world->credentials.secret_access_key,
                            RP_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), &err));
    world->request = (struct rp_token_request){
        .endpoint = &world->endpoint,
        .port = 3306,
        .user = RP_SPAN("u"),
        .region = RP_SPAN("us-east-1"),
        .expires = RP_TOKEN_LIFE,
    };
}

static void check_has(struct world *world, const char *part, bool want, const char *name)
{
    RP_TOKEN_AUTO struct rp_token token = {.signed_at = 0};
    struct rp_error err = {0};

    WORKS(rp_token_sign(&world->request, &world->credentials, 1000000000, &token, &err), err, name);
    /* The text has no NUL inside, and one behind its end only by luck. */
    struct rp_span text = rp_secret_reveal(&token.text);
    OK((text.n > 0 && memmem(text.p, text.n, part, strlen(part)) != NULL) == want, "  %s \"%s\"",
       want ? "has" : "does not have", part);
}

static void test_parts(void)
{
    struct world world;

    begin(&world, RP_ENDPOINT_INSTANCE);
    world.request.user = RP_SPAN("o'Brien+a b@x.com/\xc3\xa9~*(1)");
    check_has(&world, "&DBUser=o%27Brien%2Ba%20b%40x.com%2F%C3%A9~%2A%281%29&", true,
              "a user is encoded once");
    check_has(&world, "Security-Token", false, "no session token, no parameter");
    world.request.port = 443;
    check_has(&world, "db.abc123.us-east-1.rds.amazonaws.com:443/?Action=connect", true,
              "port 443 stays");
    rp_credentials_release(&world.credentials);

    begin(&world, RP_ENDPOINT_DSQL_PRIVATELINK);
    check_has(&world, "Action=DbConnect&", true, "DSQL");
    check_has(&world, "DBUser", false, "DSQL has no user");
    check_has(&world, ":3306", false, "DSQL has no port");
    world.request.admin = true;
    world.request.expires = RP_DSQL_TOKEN_LIFE_MAX;
    check_has(&world, "Action=DbConnectAdmin&", true, "DSQL's admin");
    check_has(&world, "X-Amz-Expires=604800&", true, "a week");
    rp_credentials_release(&world.credentials);
}

static void check_refused(struct world *world, enum rp_kind kind, const char *name)
{
    RP_TOKEN_AUTO struct rp_token token = {.signed_at = 7};
    struct rp_error err = {0};

    FAILS(rp_token_sign(&world->request, &world->credentials, 0, &token, &err), kind, err, name);
    OK(rp_secret_is_empty(&token.text) && token.signed_at == 7, "  the result is left alone");
}

static void test_refusals(void)
{
    struct world world;

    begin(&world, RP_ENDPOINT_INSTANCE);
    world.request.expires = 901;
    check_refused(&world, RP_KIND_USAGE, "more than 900 seconds");
    world.request.expires = 0;
    check_refused(&world, RP_KIND_USAGE, "no life");
    world.request.expires = RP_TOKEN_LIFE;
    world.request.port = 0;
    check_refused(&world, RP_KIND_USAGE, "no port");
    world.request.port = 3306;
    world.request.user = RP_SPAN("");
    check_refused(&world, RP_KIND_USAGE, "no user");
    world.request.user = RP_SPAN("u");
    world.request.region = RP_SPAN("");
    check_refused(&world, RP_KIND_CONFIG, "no region");
    world.request.region = RP_SPAN("us-east-1");
    world.endpoint.kind = RP_ENDPOINT_CUSTOM;
    check_refused(&world, RP_KIND_CONFIG, "a custom endpoint");
    world.endpoint.kind = RP_ENDPOINT_DSQL;
    world.request.expires = RP_DSQL_TOKEN_LIFE_MAX + 1;
    check_refused(&world, RP_KIND_USAGE, "more than a week");
    rp_credentials_release(&world.credentials);
}

static void test_life(void)
{
    RP_TOKEN_AUTO struct rp_token token = {.signed_at = 0};
    struct rp_error err = {0};
    struct world world;

    begin(&world, RP_ENDPOINT_INSTANCE);
    WORKS(rp_token_sign(&world.request, &world.credentials, 1000, &token, &err), err, "sign");
    IS_INT(token.signed_at, 1000, "signed now");
    IS_INT(token.expires_at, 1900, "it lives 900 seconds");
    world.credentials.expires_at = 1234;
    WORKS(rp_token_sign(&world.request, &world.credentials, 1000, &token, &err), err, "sign again");
    IS_INT(token.expires_at, 1234, "no longer than its credentials");
    rp_credentials_release(&world.credentials);
}

/* The longest of everything must still fit. */
static void test_size(void)
{
    static char large[RP_SESSION_TOKEN_MAX];
    RP_TOKEN_AUTO struct rp_token token = {.signed_at = 0};
    struct rp_error err = {0};
    struct world world;

    begin(&world, RP_ENDPOINT_INSTANCE);
    memset(large, '/', sizeof(large));
    rp_ignore(rp_secret_set(&world.credentials.session_token,
                            (struct rp_span){large, sizeof(large)}, &err));
    WORKS(rp_token_sign(&world.request, &world.credentials, 0, &token, &err), err,
          "the longest session token");
    OK(rp_secret_reveal(&token.text).n > 3 * sizeof(large), "  is all there");
    rp_credentials_release(&world.credentials);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        check_fact(&facts[i]);
    test_parts();
    test_refusals();
    test_life();
    test_size();
    return tap_done();
}
