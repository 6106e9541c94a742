/*
 * A role's credentials in the AWS CLI's cache: the key, by which its arguments
 * find them, and what is in the file.
 */
#include "cache.h"
#include "rdspass/codec/time.h"
#include "role.h"

/* Begins a member; what it stands for comes behind. */
static void add_name(struct rp_buf *out, const char *name)
{
    rp_buf_add_str(out, out->len == 1 ? "\"" : ", \"");
    rp_buf_add_str(out, name);
    rp_buf_add_str(out, "\": ");
}

/* Adds a text, where there is one. False where it is not UTF-8. */
static bool add_text(struct rp_buf *out, const char *name, const char *value)
{
    if (value == NULL)
        return true;
    add_name(out, name);
    return rp_json_quote_ascii(out, value);
}

rp_status rp_role_cache_key(const struct rp_role *role, struct rp_buf *out, struct rp_error *err)
{
    rp_buf_clear(out);
    rp_buf_add_char(out, '{');
    if (role->duration != 0) {
        add_name(out, "DurationSeconds");
        rp_buf_addf(out, "%u", role->duration);
    }
    if (!add_text(out, "ExternalId", role->external_id) || !add_text(out, "RoleArn", role->arn) ||
        !add_text(out, "RoleSessionName", role->session_name) ||
        !add_text(out, "SerialNumber", role->mfa_serial))
        return rp_fail(err, RP_KIND_CONFIG, "what %s says of its role is not UTF-8",
                       role->wanted_by);
    rp_buf_add_char(out, '}');
    return rp_buf_check(out, RP_KIND_CONFIG, "what a role is asked for with", err);
}

/* The account of an ARN: its fifth part. */
static struct rp_span account_of(const char *arn)
{
    struct rp_span rest = rp_span(arn);
    struct rp_span part = {0};

    for (int i = 0; i < 5; i++)
        if (!rp_span_split(&rest, ':', &part))
            return (struct rp_span){0};
    return part;
}

struct rp_json *rp_role_to_cache(const struct rp_role_session *role)
{
    struct rp_json *content = rp_json_new();
    char iso[RP_TIME_ISO_SIZE];
    char end[RP_TIME_ISO_SIZE + 2]; /* as the AWS CLI writes it there: "2026-01-02T03:04:05UTC" */

    rp_time_format_iso(role->credentials.expires_at, iso);
    (void)snprintf(end, sizeof(end), "%.*sUTC", (int)strlen(iso) - 1, iso);
    rp_cache_add_credentials(content, &role->credentials, end, account_of(role->arn));
    struct rp_json *user = rp_json_add_object(content, "AssumedRoleUser");
    rp_json_add_text(user, "AssumedRoleId", role->id);
    rp_json_add_text(user, "Arn", role->arn);
    return content;
}

/* Copies a text of the file that is there for show: absent, or too long, it is empty. */
static void copy_text(const struct rp_json *object, const char *name, char *out, size_t size)
{
    const char *text = rp_json_text(rp_json_member(object, name));

    out[0] = '\0';
    if (text != NULL && strlen(text) < size)
        rp_escape_text(out, size, text);
}

bool rp_role_from_cache(const struct rp_session *session, const struct rp_json *content,
                        struct rp_role_session *out)
{
    RP_ROLE_SESSION_AUTO struct rp_role_session found = {0};
    const struct rp_json *user = rp_json_member(content, "AssumedRoleUser");

    if (!rp_cache_get_credentials(session, content, "the cached file", &found.credentials))
        return false;
    copy_text(user, "Arn", found.arn, sizeof(found.arn));
    copy_text(user, "AssumedRoleId", found.id, sizeof(found.id));
    rp_role_session_release(out);
    *out = found;
    found = (struct rp_role_session){0}; /* moved */
    return true;
}
