/* Causes: what is wrong with the target itself, before anything is dialled. */
#include "causes_rows.h"

enum { TARGET = RP_ONE_OF(RP_STAGE_TARGET) };

static const struct rp_cause_row rows[] = {
    /* At any stage. */
    {.cause = {"program", RP_KIND_INTERNAL, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "This is not about the database: a program of rdspass itself is "
               "not there, cannot be started, or has failed. It may have been "
               "built without one of its clients (WITH_MYSQL=no, "
               "WITH_POSTGRES=no).",
               "Install rdspass with all of its helpers.\n"
               "If they are all there, see what is tried: rdspass doctor -v"},
     .failed = RP_ONE_OF(RP_KIND_INTERNAL),
     .msg = "{said}"},

    {.cause = {"target-address", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token is signed for the database's own endpoint, the name "
               "that AWS gave it. An address is none, and a certificate is "
               "not for one either.",
               "@which-endpoint\n"
               "Name the endpoint, and dial the address:\n"
               "@dial"},
     .advice_is_whole = true,
     .stages = TARGET,
     .text = {"is an IP address"},
     .msg = "{said}",
     .hint = "-h ENDPOINT --via ADDRESS:PORT"},
    {.cause = {"target-arn", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "An ARN is what IAM calls the database. It is reached, and a "
               "token is signed, by the name of its endpoint.",
               "See what the endpoint is called:\n"
               "@describe"},
     .advice_is_whole = true,
     .stages = TARGET,
     .text = {"is an ARN"},
     .msg = "{said}",
     .hint = "-h ENDPOINT"},
    {.cause = {"target-localhost", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token is signed for the database's own endpoint, the name "
               "that AWS gave it. What listens on this machine is the near "
               "end of a tunnel at best.",
               "@which-endpoint\n"
               "Name the endpoint, and dial the tunnel:\n"
               "@dial"},
     .advice_is_whole = true,
     .stages = TARGET,
     .text = {"is this machine"},
     .msg = "{said}",
     .hint = "for a tunnel: -h ENDPOINT --via 127.0.0.1:PORT"},
    {.cause = {"target-other-service", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The name belongs to another service of AWS, which does not "
               "take the tokens of RDS and Aurora. It has its own way to log "
               "in.",
               "Log in by that service's own means, or name an endpoint of "
               "RDS, Aurora, RDS Proxy or Aurora DSQL."},
     .stages = TARGET,
     .text = {"takes no IAM database token", "whose tokens are not made here"},
     .msg = "{said}"},
    {.cause = {"target-balancer", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token is signed for the database's own endpoint, the name "
               "that AWS gave it. What was named only leads there.",
               "@which-endpoint\n"
               "Name the endpoint, and dial this:\n"
               "@dial"},
     .advice_is_whole = true,
     .stages = TARGET,
     .text = {"name of a load balancer", "name of a VPC endpoint"},
     .msg = "{said}",
     .hint = "-h ENDPOINT --via NAME:PORT"},
    {.cause = {"target-alias", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token is signed for the database's own endpoint, the name "
               "that AWS gave it. This is an alias or a name of your own. "
               "What the DNS says of it nobody vouches for, so it is not "
               "followed by itself.",
               "@which-endpoint\n"
               "Name the endpoint in place of the alias, or let the alias stand "
               "for it, in ~/.config/rdspass/config:\n"
               "config>\n"
               "Then the alias will do:\n"
               "$ rdspass doctor {named}"},
     .advice_is_whole = true,
     .stages = TARGET,
     .text = {"not a name that AWS gave"},
     .msg = "{said}",
     .hint = "-h ENDPOINT --via NAME:PORT, or a section of the config file"},
    {.cause = {"target-custom", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The database takes tokens that were signed for its cluster "
               "endpoint or an instance's. A custom endpoint leads to some of "
               "the instances, and is no name of theirs.",
               "See which cluster it is of, and what that one's endpoint is "
               "called:\n"
               "@describe\n"
               "@list\n"
               "Sign for the cluster, and dial the custom endpoint:\n"
               "$ rdspass doctor -h CLUSTER-ENDPOINT --engine {engine-name} -u "
               "{user-name} --via {host}:{port}"},
     .advice_is_whole = true,
     .stages = TARGET,
     .text = {"is a custom endpoint"},
     .msg = "{said}",
     .hint = "-h CLUSTER-ENDPOINT --via {host}:PORT"},
    {.cause = {"target-not-endpoint", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The name ends like one of AWS's, but is in none of the forms "
               "that databases' names have. It is misspelled or cut.",
               "See what the endpoint is called:\n"
               "@describe"},
     .stages = TARGET,
     .text = {"but not the endpoint of a database"},
     .msg = "{said}",
     .hint = "is it spelled right?"},
    {.cause = {"target-no-host", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "Nothing says which database is meant.",
               "See what the endpoint is called:\n"
               "@describe\n"
               "Give it as the target, or with -h: rdspass doctor HOST:PORT"},
     .stages = TARGET,
     .text = {"no host was given", "names no host"},
     .msg = "{said}",
     .hint = "-h HOST, HOST:PORT or a URL as the target"},
    {.cause = {"target-bad-name", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "What was given cannot be the name of a host.",
               "See what the endpoint is called:\n"
               "@describe"},
     .stages = TARGET,
     .text = {"is not a host name", "the host name "},
     .msg = "{said}",
     .hint = "is it spelled right?"},
    {.cause = {"target-global", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A global endpoint leads to the writer of whatever region it "
               "is in at present, and a token is signed for one region. The "
               "name does not tell which.",
               "See in which region the writer is:\n"
               "@describe\n"
               "Give that: --region REGION"},
     .advice_is_whole = true,
     .stages = TARGET,
     .text = {"global writer endpoint"},
     .msg = "{said}",
     .hint = "--region REGION: of the cluster that is the writer now"},
    {.cause = {"target-other-region", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The database is in the region that its name tells. A token "
               "for another region is refused.",
               "Leave --region out, or correct it in the config file. "
               "AWS_REGION does not count here."},
     .stages = TARGET,
     .text = {"but the token is signed for"},
     .msg = "{said}",
     .hint = "leave the other region out: the endpoint's name tells its own"},
    {.cause = {"target-no-region", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token is signed for a region, and nothing tells which.",
               "Give the region of the database: --region REGION"},
     .stages = TARGET,
     .text = {"no region is known"},
     .msg = "{said}",
     .hint = "--region REGION, or AWS_REGION"},
    {.cause = {"target-bad-region", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "What was given cannot be a region's name: those are like "
               "eu-central-1.",
               "Correct it where the message says that it comes from."},
     .stages = TARGET,
     .text = {"is not the name of a region"},
     .msg = "{said}",
     .hint = "a region is like eu-central-1"},
    {.cause = {"target-engine", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "Neither the name of the endpoint nor the port tells whether "
               "it is MySQL or PostgreSQL.",
               "Give it: --engine mysql, or --engine postgres"},
     .stages = TARGET,
     .text = {"nor its engine is known", "that of"},
     .msg = "{said}",
     .hint = "--engine mysql or --engine postgres"},
    {.cause = {"target-user", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token is made for one user of the database, and nothing "
               "says which.",
               "Add the database user to what you typed, and a login is tried, too: -u USER, or a "
               "URL. Where the database is known, add it as well:\n"
               "@with-user"},
     .stages = TARGET,
     .text = {"no database user", "needs the database user", "needs a database user"},
     .msg = "{said}",
     .hint = "-u USER: the database user to log in as"},
    {.cause = {"target-config-owner", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The config file chooses hosts and roots, so nobody else may "
               "be able to write to it.",
               "Let the file be yours, and let only you write to it."},
     .stages = TARGET,
     .text = {"belongs to another user", "anybody can write to it"},
     .msg = "{said}"},
    {.cause = {"target-word", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A word without a dot is the name of a section of the config "
               "file, and there is none of that name.",
               "Correct it, or give the endpoint. Where it is what AWS calls the "
               "database, that is printed by:\n"
               "@describe"},
     .stages = TARGET,
     .text = {"is neither a section"},
     .msg = "{said}"},
    {.cause = {"target-config", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "What is configured for the target cannot be used, for the "
               "reason given.",
               "Correct it where the message says that it comes from. "
               "rdspass-config(5) has the keys of the config file."},
     .stages = TARGET,
     .msg = "{said}"},
};

const struct rp_cause_part rp_causes_target = {rows, sizeof(rows) / sizeof(rows[0])};
