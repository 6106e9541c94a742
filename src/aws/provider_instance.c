/*
 * The provider `iam-role`: the role of the EC2 instance, from its metadata.
 *
 * In an outage AWS serves credentials past their end, and its services take
 * them for a while: so they are used, with a warning.
 */
#include "metadata.h"
#include "rdspass/aws/credentials_json.h"
#include "rdspass/base/utf8.h"
#include "rdspass/codec/time.h"

enum { ROLE_MAX = 128, PATH_SIZE = 256 };

static const char roles_path[] = "/latest/meta-data/iam/security-credentials/";
static const char document[] = "the answer of the instance metadata service";

/* Whether it is the name of a role: then it is no other path, and no other host. */
static bool is_role(struct rp_span name)
{
    if (name.n == 0 || name.n > ROLE_MAX || rp_span_is(name, ".") || rp_span_is(name, ".."))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!rp_is_alpha(name.p[i]) && !rp_is_digit(name.p[i]) &&
            (name.p[i] == '\0' || strchr("+=,.@_-", name.p[i]) == NULL))
            return false;
    return true;
}

/* Whether a text is no word of the service's but what it was sent. */
static bool repeats_token(const struct rp_metadata *metadata, struct rp_span text)
{
    return rp_secret_is_repeated(rp_secret_reveal(&metadata->token), text);
}

/* The path of the role's credentials; an empty one where the instance has no role. */
static rp_status find_role(struct rp_metadata *metadata, char path[static PATH_SIZE],
                           struct rp_error *err)
{
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    bool found;

    path[0] = '\0';
    RP_TRY(rp_metadata_get(metadata, roles_path, "the name of the role", &found, &response, err));
    if (!found)
        return RP_OK;
    struct rp_span text = rp_buf_span(&response.body);
    struct rp_span name = rp_span_trim(rp_span_first(text, rp_span_find(text, '\n')));
    if (!is_role(name) || repeats_token(metadata, name)) {
        rp_status status = rp_fail(err, RP_KIND_NO_CREDENTIALS,
                                   "the instance metadata service at %s names a role that cannot "
                                   "be one",
                                   metadata->settings.base);
        rp_hint(err, "see what answers there: curl %s%s", metadata->settings.base, roles_path);
        return status;
    }
    int n = snprintf(path, PATH_SIZE, "%s%.*s", roles_path, RP_SPAN_ARGS(name));
    (void)n; /* it fits: ROLE_MAX */
    return RP_OK;
}

/* What stands in Code and Message where there are no credentials. */
static rp_status check_code(const struct rp_metadata *metadata, const struct rp_json *json,
                            struct rp_error *err)
{
    const char *code = rp_json_text(rp_json_member(json, "Code"));
    const char *message = rp_json_text(rp_json_member(json, "Message"));

    if (rp_span_is(rp_span(code), "Success"))
        return RP_OK;
    if (!rp_json_is_object(json))
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s is not a JSON object", document);
    if (code == NULL)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s has no Code that is a text", document);
    if (repeats_token(metadata, rp_span(message)))
        message = NULL;
    if (repeats_token(metadata, rp_span(code)))
        code = "none that can be told";
    return rp_fail(err, RP_KIND_CREDENTIALS,
                   "the instance's role has no credentials: %.80s%s%.300s", code,
                   message == NULL ? "" : ": ", message == NULL ? "" : message);
}

/* Gets the role's document; one that is no JSON is asked for once more. */
static rp_status get_document(struct rp_metadata *metadata, const char *path,
                              struct rp_json **out_json, struct rp_error *err)
{
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    rp_status status = RP_OK;
    bool found;

    for (int attempt = 0; attempt < 2; attempt++) {
        RP_TRY(rp_metadata_get(metadata, path, "credentials", &found, &response, err));
        if (!found) {
            status = rp_fail(err, RP_KIND_NO_CREDENTIALS,
                             "the instance metadata service at %s has no credentials for the role "
                             "that it names",
                             metadata->settings.base);
            rp_hint(err, "try again: the role may just have been changed");
            return status;
        }
        status = rp_json_parse(rp_buf_span(&response.body), RP_KIND_CREDENTIALS, document, out_json,
                               err);
        if (!rp_failed(status))
            break;
    }
    RP_TRY(status);
    rp_http_check_clock(metadata->session->ctx, &response, "the instance metadata service");
    return RP_OK;
}

/* Nobody knows how long AWS takes what it serves past its end. */
static void judge_end(const struct rp_context *ctx, struct rp_credentials *credentials)
{
    char end[RP_TIME_ISO_SIZE];

    if (credentials->expires_at > rp_now(ctx))
        return;
    rp_time_format_iso(credentials->expires_at, end);
    rp_warn(ctx,
            "the credentials that the instance metadata service gives expired at %s: they are used "
            "all the same, since AWS takes them for a while when it cannot renew them",
            end);
    credentials->expires_at = RP_NEVER;
    credentials->past_end = true;
}

static rp_status load(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err)
{
    RP_METADATA_AUTO struct rp_metadata metadata = {0};
    RP_JSON_AUTO struct rp_json *json = NULL;
    char path[PATH_SIZE];

    RP_TRY(rp_metadata_open(&metadata, session, out_answer, why, err));
    if (*out_answer == RP_ANSWER_NOT_CONFIGURED)
        return RP_OK;
    RP_TRY(find_role(&metadata, path, err));
    if (path[0] == '\0') {
        *out_answer = RP_ANSWER_NOT_CONFIGURED;
        rp_provider_why(why, "the instance metadata service at %s has no role",
                        metadata.settings.base);
        return RP_OK;
    }
    RP_TRY(get_document(&metadata, path, &json, err));
    RP_TRY(check_code(&metadata, json, err));
    RP_TRY(rp_credentials_from_json(json, &rp_credentials_metadata_fields, document, out, err));
    RP_TRY(rp_credentials_check_id(out, document, rp_secret_reveal(&metadata.token), err));
    judge_end(session->ctx, out);
    rp_credentials_add_hop(out, rp_provider_instance.name, false, "instance role %s",
                           path + strlen(roles_path));
    return RP_OK;
}

const struct rp_provider rp_provider_instance = {
    .name = "iam-role", .reads_files = true, .load = load};
