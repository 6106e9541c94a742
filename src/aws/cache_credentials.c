/* The member "Credentials" of the AWS CLI's cache of roles, be they of STS or of SSO. */
#include "cache.h"
#include "rdspass/aws/credentials_json.h"

enum { LIFE_S = 15 * 60 };

static const char member[] = "Credentials";

bool rp_cache_get_credentials(const struct rp_session *session, const struct rp_json *content,
                              const char *where, struct rp_credentials *out)
{
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    struct rp_error fault = {0};

    if (session->options.anew)
        return false;
    if (rp_failed(rp_credentials_from_json(rp_json_member(content, member),
                                           &rp_credentials_cache_fields, where, &found, &fault))) {
        rp_trace(session->ctx, "cached credentials are not used: %s", fault.msg);
        return false;
    }
    if (found.expires_at - rp_now(session->ctx) < LIFE_S) {
        rp_trace(session->ctx,
                 "cached credentials are not used: %s: they live less than %d minutes", where,
                 LIFE_S / 60);
        return false;
    }
    rp_credentials_release(out);
    *out = found;
    found = (struct rp_credentials){0}; /* moved */
    return true;
}

void rp_cache_add_credentials(struct rp_json *content, const struct rp_credentials *credentials,
                              const char *end, struct rp_span account)
{
    const struct rp_credentials_fields *fields = &rp_credentials_cache_fields;
    struct rp_json *in = rp_json_add_object(content, member);

    rp_json_add_text(in, fields->access_key_id, credentials->access_key_id);
    rp_json_add_secret(in, fields->secret_access_key, &credentials->secret_access_key);
    rp_json_add_secret(in, fields->session_token, &credentials->session_token);
    rp_json_add_text(in, fields->expiration, end);
    if (account.n > 0)
        rp_json_add_bytes(in, "AccountId", account);
}
