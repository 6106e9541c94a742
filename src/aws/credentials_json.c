/* Credentials in a JSON object: texts where texts belong, and a time that is one. */
#include "rdspass/aws/credentials_json.h"

#include "rdspass/codec/time.h"

const struct rp_credentials_fields rp_credentials_metadata_fields = {
    .access_key_id = "AccessKeyId",
    .secret_access_key = "SecretAccessKey",
    .session_token = "Token",
    .expiration = "Expiration",
    .needs_session_token = true,
    .needs_expiration = true,
};

const struct rp_credentials_fields rp_credentials_cache_fields = {
    .access_key_id = "AccessKeyId",
    .secret_access_key = "SecretAccessKey",
    .session_token = "SessionToken",
    .expiration = "Expiration",
    .needs_session_token = true,
    .needs_expiration = true,
};

const struct rp_credentials_fields rp_credentials_process_fields = {
    .access_key_id = "AccessKeyId",
    .secret_access_key = "SecretAccessKey",
    .session_token = "SessionToken",
    .expiration = "Expiration",
};

const struct rp_credentials_fields rp_credentials_service_fields = {
    .access_key_id = "accessKeyId",
    .secret_access_key = "secretAccessKey",
    .session_token = "sessionToken",
    .needs_session_token = true,
};

/* Gives the text of a member; an empty span where it is absent and need not be there. */
static rp_status get_text(const struct rp_json *object, const char *name, bool needed,
                          const char *where, struct rp_span *out, struct rp_error *err)
{
    const struct rp_json *member = rp_json_member(object, name);
    const char *text = rp_json_text(member);

    *out = rp_span(text);
    if (member == NULL || rp_json_is_null(member)) {
        if (needed)
            return rp_fail(err, RP_KIND_CREDENTIALS, "%s has no %s", where, name);
        return RP_OK;
    }
    if (text == NULL)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the %s in %s is not a text", name, where);
    if (needed && out->n == 0)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the %s in %s is empty", name, where);
    return RP_OK;
}

static rp_status get_end(const struct rp_json *object, const struct rp_credentials_fields *fields,
                         const char *where, int64_t *out, struct rp_error *err)
{
    struct rp_span text;

    *out = RP_NEVER;
    if (fields->expiration == NULL)
        return RP_OK;
    RP_TRY(get_text(object, fields->expiration, fields->needs_expiration, where, &text, err));
    if (text.p == NULL || rp_time_parse_iso(text, out))
        return RP_OK;
    return rp_fail(err, RP_KIND_CREDENTIALS, "the %s in %s is not a time like 2026-01-02T03:04:05Z",
                   fields->expiration, where);
}

rp_status rp_credentials_from_json(const struct rp_json *object,
                                   const struct rp_credentials_fields *fields, const char *where,
                                   struct rp_credentials *out, struct rp_error *err)
{
    struct rp_span id;
    struct rp_span secret;
    struct rp_span token;
    int64_t end;

    if (!rp_json_is_object(object))
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s is not a JSON object", where);
    RP_TRY(get_text(object, fields->access_key_id, true, where, &id, err));
    RP_TRY(get_text(object, fields->secret_access_key, true, where, &secret, err));
    RP_TRY(
        get_text(object, fields->session_token, fields->needs_session_token, where, &token, err));
    RP_TRY(get_end(object, fields, where, &end, err));
    RP_TRY(rp_credentials_set(out, where, id, secret, token, err));
    out->expires_at = end;
    return RP_OK;
}
