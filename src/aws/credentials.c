/* Credentials: what can be signed with, and wiping it. */
#include "rdspass/aws/credentials.h"

#include <stdarg.h>

#include "rdspass/base/utf8.h"

void rp_credentials_add_hop(struct rp_credentials *credentials, const char *source, bool cached,
                            const char *fmt, ...)
{
    struct rp_hop *hop = &credentials->hops[credentials->hop_count];
    char raw[sizeof(hop->what)];
    va_list args;

    if (credentials->hop_count == RP_HOPS_MAX)
        return;
    va_start(args, fmt);
    int n = vsnprintf(raw, sizeof(raw), fmt, args);
    va_end(args);
    *hop = (struct rp_hop){.source = source, .cached = cached};
    rp_escape_text(hop->what, sizeof(hop->what), n < 0 ? "" : raw);
    credentials->hop_count++;
}

void rp_credentials_release(struct rp_credentials *credentials)
{
    rp_secret_release(&credentials->secret_access_key);
    rp_secret_release(&credentials->session_token);
    *credentials = (struct rp_credentials){0};
}

/* What is wrong with a key id; NULL where nothing is. */
static const char *fault_of_id(struct rp_span id)
{
    if (id.n == 0)
        return "is empty";
    if (id.n > RP_ACCESS_KEY_ID_MAX)
        return "is too long";
    for (size_t i = 0; i < id.n; i++) {
        if (id.p[i] == '"' || id.p[i] == '\'')
            return "has quotes in it: they would be part of the value";
        if (id.p[i] <= ' ' || id.p[i] > '~' || id.p[i] == '/')
            return "has a character in it that no key id has";
    }
    return NULL;
}

static const char *fault_of_secret(struct rp_span secret, size_t max)
{
    if (secret.n > max)
        return "is too long";
    if (rp_utf8_has_control(secret))
        return "has a line break or a control character in it";
    return NULL;
}

rp_status rp_credentials_check_id(struct rp_credentials *credentials, const char *where,
                                  struct rp_span sent, struct rp_error *err)
{
    if (!rp_secret_is_repeated(sent, rp_span(credentials->access_key_id)))
        return RP_OK;
    rp_credentials_release(credentials);
    return rp_fail(err, RP_KIND_CREDENTIALS, "the access key id in %s repeats what was sent",
                   where);
}

bool rp_credentials_lack_session(const struct rp_credentials *credentials)
{
    return rp_span_starts(rp_span(credentials->access_key_id), "ASIA") &&
           rp_secret_is_empty(&credentials->session_token);
}

rp_status rp_credentials_set(struct rp_credentials *credentials, const char *where,
                             struct rp_span access_key_id, struct rp_span secret_access_key,
                             struct rp_span session_token, struct rp_error *err)
{
    RP_CREDENTIALS_AUTO struct rp_credentials made = {.expires_at = RP_NEVER};
    const char *what = "access key id";
    const char *fault = fault_of_id(access_key_id);

    if (fault == NULL) {
        what = "secret access key";
        fault = secret_access_key.n == 0 ? "is empty"
                                         : fault_of_secret(secret_access_key, RP_SECRET_KEY_MAX);
    }
    if (fault == NULL) {
        what = "session token"; /* it travels in messages and headers; a key only signs */
        fault = !rp_utf8_valid(session_token)
                    ? "has bytes that are not UTF-8 in it"
                    : fault_of_secret(session_token, RP_SESSION_TOKEN_MAX);
    }
    if (fault != NULL)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the %s in %s %s", what, where, fault);
    memcpy(made.access_key_id, access_key_id.p, access_key_id.n);
    RP_TRY(rp_secret_set(&made.secret_access_key, secret_access_key, err));
    RP_TRY(rp_secret_set(&made.session_token, session_token, err));
    rp_credentials_release(credentials);
    *credentials = made;
    made = (struct rp_credentials){0}; /* moved */
    return RP_OK;
}
