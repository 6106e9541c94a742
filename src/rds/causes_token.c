/* Causes: the token's own fields, by the findings of rp_token_judge. */
#include "causes_rows.h"

enum { TOKEN = RP_ONE_OF(RP_STAGE_TOKEN) };

static const struct rp_cause_row rows[] = {
    {.cause = {"token-expired", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token of RDS counts for 15 minutes from when it was signed, "
               "and this one is older.",
               "Make a new one for each login, or let rdspass exec and "
               "connect do so.\n"
               "$ rdspass token -h {host} -P {port} -u {user-name}"},
     .stages = TOKEN,
     .finding = "expired",
     .msg = "the token: {said}"},
    {.cause = {"token-life", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A token of RDS may ask for 900 seconds at most (Aurora DSQL: "
               "a week). One that asks for more is refused from the start.",
               "Let it be signed for 900 seconds (--expires-in is for Aurora "
               "DSQL).\n"
               "Make a new one: rdspass token, exec and connect do it right."},
     .stages = TOKEN,
     .finding = "life no-expiry",
     .msg = "the token: {said}"},
    {.cause = {"token-future", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The token was signed by a clock that is ahead. AWS allows "
               "five minutes.",
               "@clock"},
     .stages = TOKEN,
     .finding = "future",
     .msg = "the token: {said}"},
    {.cause = {"token-empty-session", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The token holds a session token that is empty, which RDS "
               "Proxy and others refuse. AWS_SESSION_TOKEN is set, and empty.",
               "$ unset AWS_SESSION_TOKEN"},
     .stages = TOKEN,
     .finding = "empty-session-token",
     .msg = "the token: {said}"},
    {.cause = {"token-session", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The session token does not belong to the key: temporary keys "
               "(ASIA) need theirs, long-term ones (AKIA) have none.",
               "Take all three of the same set, or none:\n"
               "$ env | grep -o '^AWS_[A-Z_]*'\n"
               "$ unset AWS_SESSION_TOKEN"},
     .stages = TOKEN,
     .finding = "no-session-token stray-session-token",
     .msg = "the token: {said}"},
    {.cause = {"token-port", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The port is part of what is signed. It must be that of the "
               "endpoint, not of a tunnel.",
               "Give the database's own port with -P, and the tunnel with "
               "--via 127.0.0.1:PORT"},
     .stages = TOKEN,
     .finding = "port no-port other-port",
     .msg = "the token: {said}"},
    {.cause = {"token-host", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The host is part of what is signed. It must be the endpoint "
               "itself, as AWS calls it, not an alias, an address or a tunnel.",
               "See what the endpoint is called:\n"
               "@describe"},
     .stages = TOKEN,
     .finding = "host other-host custom-endpoint",
     .msg = "the token: {said}"},
    {.cause = {"token-region", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The region is part of what is signed. It must be that of the "
               "database, whatever AWS_REGION says.",
               "Sign for its own region: --region {region}"},
     .stages = TOKEN,
     .finding = "region",
     .msg = "the token: {said}"},
    {.cause = {"token-dsql-action", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "DSQL has two kinds of tokens: DbConnectAdmin for the user "
               "admin, DbConnect for all others.",
               "Name the user, and the right one is made: -u USER"},
     .stages = TOKEN,
     .finding = "dsql-action",
     .msg = "the token: {said}"},
    {.cause = {"token-user", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The database user is part of what is signed. It must be the "
               "very one that logs in, with the same case of letters.",
               "Sign for the user that logs in: -u USER"},
     .stages = TOKEN,
     .finding = "user no-user other-user user-encoded",
     .msg = "the token: {said}"},
    {.cause = {"token-service", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The token was made for another service or another kind of "
               "database than this one.",
               "Make a new one: rdspass token, exec and connect do it right."},
     .stages = TOKEN,
     .finding = "action service engine",
     .msg = "the token: {said}"},
    {.cause = {"token-too-long", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "Tokens are long: those of roles have 1,500 bytes and more. "
               "Some programs cut a password that is so long, and the login "
               "fails as if it were wrong.",
               "Log in by rdspass exec or connect, by which the client never "
               "sees the token; or take a client that has no such limit."},
     .stages = TOKEN,
     .finding = "too-long",
     .msg = "the token: {said}"},
    {.cause = {"token-broken", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The text is not what was signed: it was cut, encoded twice, "
               "or changed on its way.",
               "Give it to the client unchanged, on one line, without blanks "
               "and line ends.\n"
               "Make a new one: rdspass token, exec and connect do it right."},
     .stages = TOKEN,
     .finding =
         "truncated quotes begin line-break white-space double-encoding scheme twice line-end date "
         "dates-differ credential method signature unknown-parameter",
     .msg = "the token: {said}"},
    {.cause = {"token-other", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "Something speaks against the token; the message says what.",
               "Make a new one: rdspass token, exec and connect do it right."},
     .stages = TOKEN,
     .msg = "the token: {said}"},
};

const struct rp_cause_part rp_causes_token = {rows, sizeof(rows) / sizeof(rows[0])};
