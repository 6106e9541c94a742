/* A token of known answer: what goes in, what each stage gives. For token.c and token_vectors.c. */
#ifndef TOKEN_FACTS_H
#define TOKEN_FACTS_H

#include "rds/token_request.h"
#include "tap.h"

struct token_fact {
    const char *name;
    bool dsql;
    const char *host;
    unsigned port;
    const char *user;
    bool admin;
    const char *access_key_id, *secret_access_key, *session_token; /* NULL: none */
    const char *region;
    const char *timestamp; /* 20161107T173933Z */
    unsigned expires;
    /* NULL: not compared */
    const char *canonical_request, *string_to_sign, *signature, *token;
};

/* "20161107T173933Z" in seconds since 1970; false where it is none. */
static bool fact_time(const char *text, int64_t *out)
{
    char iso[RP_TIME_ISO_SIZE];

    if (text == NULL || strlen(text) != sizeof("20161107T173933Z") - 1)
        return false;
    (void)snprintf(iso, sizeof(iso), "%.4s-%.2s-%.5s:%.2s:%.3s", text, text + 4, text + 6,
                   text + 11, text + 13);
    return rp_time_parse_iso(rp_span(iso), out);
}

static void fact_stages(const struct token_fact *fact, const struct rp_token_draft *draft)
{
    RP_BUF_AUTO struct rp_buf canonical = {.max = RP_SIGV4_TEXT_MAX};
    RP_BUF_AUTO struct rp_buf to_sign = {.max = RP_SIGV4_TEXT_MAX};
    char signature[RP_SIGV4_SIGNATURE_SIZE] = "";
    struct rp_error err = {0};

    WORKS(rp_sigv4_canonical_request(&draft->request, &draft->signer, true, &canonical, &err), err,
          fact->name);
    if (fact->canonical_request != NULL)
        IS_SPAN(rp_buf_span(&canonical), fact->canonical_request, "  canonical request");
    WORKS(rp_sigv4_string_to_sign(&draft->signer, rp_buf_span(&canonical), &to_sign, &err), err,
          fact->name);
    if (fact->string_to_sign != NULL)
        IS_SPAN(rp_buf_span(&to_sign), fact->string_to_sign, "  string to sign");
    WORKS(rp_sigv4_signature(&draft->signer, rp_buf_span(&to_sign), signature, &err), err,
          fact->name);
    IS_STR(signature, fact->signature, "  signature");
}

/* The endpoint is built by hand: some facts have hosts that AWS gives to no database. */
static void check_fact(const struct token_fact *fact)
{
    struct rp_endpoint endpoint = {.kind = fact->dsql ? RP_ENDPOINT_DSQL : RP_ENDPOINT_INSTANCE};
    struct rp_credentials credentials = {.expires_at = RP_NEVER, .source = "test"};
    struct rp_token_draft draft;
    struct rp_token token = {.signed_at = 0};
    struct rp_error err = {0};
    int64_t now = 0;

    for (size_t i = 0; fact->host[i] != '\0' && i < RP_HOST_MAX; i++)
        endpoint.host[i] = rp_lower(fact->host[i]);
    (void)snprintf(credentials.access_key_id, sizeof(credentials.access_key_id), "%s",
                   fact->access_key_id);
    rp_ignore(
        rp_secret_set(&credentials.secret_access_key, rp_span(fact->secret_access_key), &err));
    rp_ignore(rp_secret_set(&credentials.session_token, rp_span(fact->session_token), &err));
    const struct rp_token_request request = {
        .endpoint = &endpoint,
        .port = (uint16_t)fact->port,
        .user = rp_span(fact->user),
        .region = rp_span(fact->region),
        .admin = fact->admin,
        .expires = fact->expires,
    };
    OK(fact_time(fact->timestamp, &now), "%s: its time", fact->name);
    WORKS(rp_token_draft_init(&draft, &request, &credentials, now, &err), err, fact->name);
    if (err.kind == RP_KIND_NONE)
        fact_stages(fact, &draft);
    WORKS(rp_token_sign(&request, &credentials, now, &token, &err), err, fact->name);
    if (fact->token != NULL)
        IS_SPAN(rp_secret_reveal(&token.text), fact->token, "  token");
    struct rp_span text = rp_secret_reveal(&token.text);
    OK(rp_span_ends(text, fact->signature), "  the token ends in the signature");
    IS_INT(token.expires_at, now + fact->expires, "  its end");
    rp_token_release(&token);
    rp_credentials_release(&credentials);
}

#endif
