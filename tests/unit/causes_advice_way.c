/* Unit test of src/rds/causes_recipes.c: advice by how the database was named and is reached. */
#include "causes_advised.h"

/* An alias, with what DNS says of it and without. */
static void test_section(void)
{
    struct rp_endpoint endpoint = endpoint_of(CLUSTER);
    struct rp_cause_target target = target_of(&my, &endpoint);
    RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};

    target.named = "db.corp.example";
    target.hearsay = "DNS";
    const char *text = advise_named("target-alias", &target, &out);
    OK(has(text, "config: [db.corp.example]\nhost = " CLUSTER "\n# as DNS said; not verified\n"
                 "port = 3306\nengine = mysql\nuser = app\ndatabase = shop\ntext: "),
       "what DNS says");
    OK(has(text, "shell: rdspass doctor db.corp.example\n"), "what is typed then");
    OK(has(text, "text: That it is " CLUSTER ", DNS says, and nobody vouches for that. See "),
       "who says it");
    target.endpoint = NULL;
    target.hearsay = NULL;
    target.user = "a # b";
    target.database = "a # b";
    target.roots = "/a # b";
    OK(has(advise_named("target-alias", &target, &out),
           "config: [db.corp.example]\nhost = ENDPOINT\nvia = db.corp.example:3306\n"
           "engine = mysql\ntext: "),
       "where it says nothing, and of a user, a database and roots that are no values");
    target.user = "app";
    target.database = "";
    target.roots = "/etc/roots.pem";
    OK(has(advise_named("target-alias", &target, &out), "user = app\nca-file = /etc/roots.pem\n"),
       "roots of one's own");
}

/* What is typed again has what was given. */
static void test_given_again(void)
{
    struct rp_endpoint endpoint = endpoint_of(CLUSTER);
    struct rp_cause_target target = target_of(&my, &endpoint);
    RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};

    target.endpoint = NULL;
    target.named = "db.corp.example";
    OK(has(advise_named("target-address", &target, &out),
           "shell: rdspass doctor -h ENDPOINT --engine mysql -u app -d shop --via "
           "db.corp.example:3306\n"),
       "what is named is dialled");
    target.database = "a b";
    target.roots = "/my roots.pem";
    OK(has(advise_named("target-address", &target, &out),
           " -u app -d 'a b' --ca-file '/my roots.pem' --via "),
       "each is quoted for itself");
    OK(has(advise_named("tls-untrusted-file", &target, &out),
           "shell: rdspass ca check '/my roots.pem'\n"),
       "the file that is to be looked at");
    target.roots = "/a\nb";
    target.database = "";
    OK(has(advise_named("target-address", &target, &out), " -u app --via "),
       "not what cannot be written");
}

/* Who dials the database is let in, and what is to be led elsewhere is the tunnel. */
static void test_tunnels(void)
{
    struct rp_endpoint endpoint = endpoint_of(CLUSTER);
    struct rp_cause_target target = target_of(&tunnel, &endpoint);
    RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};
    const char *text = advise_named("silent-via", &target, &out);

    OK(has(text, " --cidr FAR-END-ADDRESS/32 ") && !has(text, "this machine"),
       "the far end is let in");
    OK(has(text, "--wait 60"), "what was paused wakes");
    text = advise_named("other-engine-via", &target, &out);
    OK(has(text, "text: Point the far end of the tunnel at " CLUSTER ":3306.\n") &&
           !has(text, "-P"),
       "the tunnel is at fault, and not the port that is signed for");
    target = target_of(&my, &endpoint);
    OK(has(advise_named("timeout-private", &target, &out), " --cidr YOUR-ADDRESS/32 "),
       "without a tunnel this machine is");
    OK(has(advise_named("other-engine", &target, &out), "engine = postgres in the config file\n"),
       "where an engine may stand");
    endpoint = endpoint_of(PROXY);
    OK(!has(advise_named("silent-mysql", &target, &out), "paused"), "no proxy is paused");
    endpoint = endpoint_of(CLUSTER);
    OK(has(advise_named("timeout-private", &target, &out), " -L 127.0.0.1:PORT:" CLUSTER ":3306 "),
       "a tunnel to be opened");
    target = target_of(&socket_tunnel, &endpoint);
    OK(has(advise_named("tunnel-no-socket", &target, &out), " -L /run/db.sock:" CLUSTER ":3306 "),
       "one that is named");
    target.via = "bastion:13306";
    OK(!has(advise_named("tunnel-down", &target, &out), "ssh"), "one that is elsewhere");
}

/* What is wrong with a right token: it is looked at first. */
static void test_token_checks(void)
{
    struct rp_endpoint endpoint = endpoint_of(CLUSTER);
    struct rp_cause_target target = target_of(&tunnel, &endpoint);
    RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};

    OK(rp_span_starts(rp_span(advise_named("mysql-token-refused", &target, &out)),
                      "text: Each token tells its time"),
       "a clock that nobody has looked at");
    target.clock = true;
    OK(!has(advise_named("mysql-token-refused", &target, &out), "timedatectl"),
       "one that is right");
    target.port = 13306;
    OK(rp_span_starts(rp_span(advise_named("postgres-token-refused", &target, &out)),
                      "text: The token is signed for port 13306. "),
       "a port that may be the tunnel's");
    target.via = "";
    OK(!has(advise_named("postgres-token-refused", &target, &out), "signed for port"),
       "without a tunnel it has been dialled");
}

int main(void)
{
    test_section();
    test_given_again();
    test_tunnels();
    test_token_checks();
    return tap_done();
}
