/*
 * Is a signature right? The request that the token is gets signed again. Where
 * that gives something else, one part after the other is changed to what is
 * known to be mistaken for it, until a signature fits: it tells what was signed.
 */
#include "rdspass/rds/token_read.h"
#include "rdspass/sigv4/sign.h"

enum { HOST_SIZE = RP_HOST_MAX + sizeof(":65535") };

/* What is signed. Texts are borrowed, or in `room`. */
struct guess {
    const char *host;
    uint16_t port;
    bool with_port;
    const char *user;
    const char *region;
    const char *service;
    const char *action;
    uint32_t expires;
    const struct rp_secret *session_token;
    char room[RP_USER_MAX * 3 + 1];
};

static rp_status sign(const struct rp_token_facts *facts, const struct guess *guess,
                      const struct rp_credentials *credentials,
                      char out[static RP_SIGV4_SIGNATURE_SIZE], struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf canonical = {.max = RP_SIGV4_TEXT_MAX};
    RP_BUF_AUTO struct rp_buf to_sign = {.max = RP_SIGV4_TEXT_MAX};
    char host[HOST_SIZE];
    int n = guess->with_port ? snprintf(host, sizeof(host), "%s:%u", guess->host, guess->port)
                             : snprintf(host, sizeof(host), "%s", guess->host);
    const struct rp_sigv4_pair query[] = {{RP_SPAN("Action"), rp_span(guess->action)},
                                          {RP_SPAN("DBUser"), rp_span(guess->user)}};
    const struct rp_sigv4_pair header = {RP_SPAN("host"), rp_span(host)};
    const struct rp_sigv4_request request = {
        .method = RP_SPAN("GET"),
        .path = RP_SPAN("/"),
        .query = query,
        .query_count = guess->user[0] == '\0' ? 1 : 2,
        .headers = &header,
        .header_count = 1,
    };
    const struct rp_sigv4_signer signer = {
        .access_key_id = rp_span(facts->access_key_id),
        .secret_access_key = &credentials->secret_access_key,
        .session_token = guess->session_token,
        .region = rp_span(guess->region),
        .service = rp_span(guess->service),
        .when = facts->signed_at,
        .expires = guess->expires,
        .normalize = true,
    };

    (void)n; /* both fit */
    RP_TRY(rp_sigv4_canonical_request(&request, &signer, true, &canonical, err));
    RP_TRY(rp_sigv4_string_to_sign(&signer, rp_buf_span(&canonical), &to_sign, err));
    return rp_sigv4_signature(&signer, rp_buf_span(&to_sign), out, err);
}

/* --- what may have been signed instead ------------------------------------------------ */

/* Changes one part; false where there is nothing to change. `out_part` says what was signed. */
struct attempt {
    const struct rp_token_facts *facts;
    const struct rp_token_purpose *purpose;
    const struct rp_credentials *credentials;
};

typedef bool change_fn(const struct attempt *attempt, struct guess *guess, char *out_part);

static bool set_port(struct guess *guess, uint16_t port, char *out_part)
{
    if (guess->with_port && guess->port == port)
        return false;
    guess->port = port;
    guess->with_port = true;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed for port %u", port);
    return true;
}

static bool port_of_mysql(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    (void)attempt;
    return set_port(guess, 3306, out_part);
}

static bool port_of_postgres(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    (void)attempt;
    return set_port(guess, 5432, out_part);
}

static bool port_meant(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    return attempt->purpose->port != 0 && set_port(guess, attempt->purpose->port, out_part);
}

static bool no_port(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    (void)attempt;
    guess->with_port = false;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed without a port");
    return true;
}

static bool host_meant(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    guess->host = attempt->purpose->host;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed for the host %.255s", guess->host);
    return guess->host[0] != '\0';
}

static bool host_written(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    guess->host = attempt->facts->written;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE,
                   "it was signed for the host with its capitals, and servers sign lower case");
    return (attempt->facts->looks & RP_TOKEN_UPPER_CASE) != 0;
}

static bool user_meant(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    guess->user = attempt->purpose->user;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed for the user %.255s", guess->user);
    return guess->user[0] != '\0';
}

static bool lower_user(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    size_t n = strlen(attempt->facts->user);

    for (size_t i = 0; i <= n; i++)
        guess->room[i] = rp_lower(attempt->facts->user[i]);
    guess->user = guess->room;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed for the user %.255s", guess->user);
    return true;
}

/* '+' for a blank, as in forms: the signature wants %20. */
static bool plus_in_user(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    size_t n = strlen(attempt->facts->user);
    bool changed = false;

    for (size_t i = 0; i <= n; i++) {
        guess->room[i] = attempt->facts->user[i] == '+' ? ' ' : attempt->facts->user[i];
        changed = changed || guess->room[i] != attempt->facts->user[i];
    }
    guess->user = guess->room;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE,
                   "the blank in the user's name stands in it as '+', and was signed as %%20");
    return changed;
}

static bool region_of_endpoint(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    const struct rp_token_facts *facts = attempt->facts;

    guess->region = facts->is_endpoint ? facts->endpoint.region : "";
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed for the region %s", guess->region);
    return guess->region[0] != '\0';
}

static bool region_meant(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    guess->region = attempt->purpose->region;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed for the region %.100s",
                   guess->region);
    return guess->region[0] != '\0';
}

static bool no_session(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    static const struct rp_secret none = {0};

    guess->session_token = &none;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE,
                   "the session token was added after it was signed, or signed as an empty one");
    return !rp_secret_is_empty(&attempt->facts->session_token);
}

static bool own_session(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    guess->session_token = &attempt->credentials->session_token;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE,
                   "it was signed with another session token than it holds");
    return !rp_secret_is_empty(guess->session_token);
}

static bool usual_life(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    guess->expires = RP_TOKEN_LIFE;
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed for %d seconds", RP_TOKEN_LIFE);
    return attempt->facts->expires != RP_TOKEN_LIFE;
}

static bool service_of_rds(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    (void)attempt;
    guess->service = "rds-db";
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed for the service rds-db");
    return true;
}

static bool service_of_dsql(const struct attempt *attempt, struct guess *guess, char *out_part)
{
    (void)attempt;
    guess->service = "dsql";
    (void)snprintf(out_part, RP_TOKEN_PART_SIZE, "it was signed for the service dsql");
    return true;
}

static change_fn *const changes[] = {
    port_meant, port_of_mysql, port_of_postgres, no_port,         host_meant,         host_written,
    user_meant, lower_user,    plus_in_user,     region_meant,    region_of_endpoint, own_session,
    no_session, usual_life,    service_of_rds,   service_of_dsql,
};

/* --- the comparison ------------------------------------------------------------------- */

static struct guess as_written(const struct rp_token_facts *facts)
{
    return (struct guess){
        .host = facts->host,
        .port = facts->port,
        .with_port = facts->port != 0,
        .user = facts->user,
        .region = facts->region,
        .service = facts->service,
        .action = facts->action,
        .expires = facts->expires,
        .session_token = &facts->session_token,
    };
}

/* Not in constant time: nobody is let in by it. */
static rp_status fits(const struct attempt *attempt, const struct guess *guess, bool *out,
                      struct rp_error *err)
{
    char signature[RP_SIGV4_SIGNATURE_SIZE];

    RP_TRY(sign(attempt->facts, guess, attempt->credentials, signature, err));
    *out = strcmp(signature, attempt->facts->signature) == 0;
    return RP_OK;
}

rp_status rp_token_compare(const struct rp_token_facts *facts,
                           const struct rp_token_purpose *purpose,
                           const struct rp_credentials *credentials, enum rp_token_signature *out,
                           char out_part[static RP_TOKEN_PART_SIZE], struct rp_error *err)
{
    const struct attempt attempt = {facts, purpose, credentials};
    struct guess guess = as_written(facts);
    bool fit = false;

    out_part[0] = '\0';
    *out = RP_SIGNATURE_UNCHECKED;
    if (facts->signature[0] == '\0' || facts->access_key_id[0] == '\0' ||
        strcmp(facts->access_key_id, credentials->access_key_id) != 0)
        return RP_OK;
    RP_TRY(fits(&attempt, &guess, &fit, err));
    *out = fit ? RP_SIGNATURE_RIGHT : RP_SIGNATURE_WRONG;
    for (size_t i = 0; !fit && i < sizeof(changes) / sizeof(changes[0]); i++) {
        char part[RP_TOKEN_PART_SIZE];
        guess = as_written(facts);
        if (!changes[i](&attempt, &guess, part))
            continue;
        RP_TRY(fits(&attempt, &guess, &fit, err));
        if (fit) {
            *out = RP_SIGNATURE_OTHER;
            rp_escape_text(out_part, RP_TOKEN_PART_SIZE, part);
        }
    }
    return RP_OK;
}
