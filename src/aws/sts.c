/* STS: what is asked, signed where it is signed, and what the answer gives. */
#include "sts.h"

#include "rdspass/codec/percent.h"
#include "rdspass/codec/time.h"
#include "rdspass/codec/xml.h"
#include "rdspass/sigv4/sign.h"
#include "service.h"
#include "sts_refusal.h"

enum { BODY_MAX = 64 * 1024, ANSWER_MAX = 128 * 1024, HEADERS_MAX = 40 * 1024, PATH_SIZE = 160 };

static const char content_type[] = "application/x-www-form-urlencoded; charset=utf-8";

void rp_role_session_release(struct rp_role_session *session)
{
    rp_credentials_release(&session->credentials);
    *session = (struct rp_role_session){.arn = ""};
}

void rp_sts_session_name(const char *text, char out[static RP_SESSION_NAME_SIZE])
{
    size_t n = 0;

    for (; text[n] != '\0' && n + 1 < (size_t)RP_SESSION_NAME_SIZE; n++) {
        char c = text[n];
        bool good = rp_is_alpha(c) || rp_is_digit(c) || strchr("_+=,.@-", c) != NULL;
        out[n] = good ? c : '-';
    }
    while (n < 2)
        out[n++] = '-';
    out[n] = '\0';
}

/* --- the request ------------------------------------------------------------------------ */

static void begin_body(const char *operation, struct rp_buf *out)
{
    rp_buf_add_str(out, "Action=");
    rp_buf_add_str(out, operation);
    rp_buf_add_str(out, "&Version=2011-06-15");
}

static void add_parameter(struct rp_buf *out, const char *name, struct rp_span value)
{
    rp_buf_add_char(out, '&');
    rp_buf_add_str(out, name);
    rp_buf_add_char(out, '=');
    rp_percent_encode(out, value);
}

static void add_role(const struct rp_session *session, const struct rp_role *role,
                     struct rp_buf *out)
{
    char name[RP_SESSION_NAME_SIZE];
    char made[64];

    (void)snprintf(made, sizeof(made), "rdspass-%lld", (long long)rp_now(session->ctx));
    rp_sts_session_name(role->session_name == NULL ? made : role->session_name, name);
    add_parameter(out, "RoleArn", rp_span(role->arn));
    add_parameter(out, "RoleSessionName", rp_span(name));
    if (role->duration != 0)
        rp_buf_addf(out, "&DurationSeconds=%u", (unsigned)role->duration);
}

/* Takes the lines "Name:value" of signed headers into a request, which borrows them. */
static void take_headers(char *lines, struct rp_http_request *out)
{
    char *line = lines;

    while (*line != '\0' && out->header_count < RP_HTTP_HEADERS_MAX) {
        char *colon = strchr(line, ':');
        char *end = strchr(line, '\n');
        if (colon == NULL || end == NULL)
            return;
        *colon = '\0';
        out->headers[out->header_count++] =
            (struct rp_http_header){line, {colon + 1, (size_t)(end - colon - 1)}};
        line = end + 1;
    }
}

static rp_status sign(const struct rp_session *session, const struct rp_credentials *by,
                      const struct rp_service_endpoint *endpoint, const char *path,
                      struct rp_span body, struct rp_buf *out_headers, struct rp_error *err)
{
    const struct rp_sigv4_pair headers[] = {{RP_SPAN("Content-Type"), rp_span(content_type)},
                                            {RP_SPAN("Host"), rp_span(endpoint->host)}};
    const struct rp_sigv4_request request = {
        .method = RP_SPAN("POST"),
        .path = rp_span(path),
        .headers = headers,
        .header_count = 2,
        .body = body,
    };
    const struct rp_sigv4_signer signer = {
        .access_key_id = rp_span(by->access_key_id),
        .secret_access_key = &by->secret_access_key,
        .session_token = &by->session_token,
        .region = rp_span(endpoint->region),
        .service = RP_SPAN("sts"),
        .when = rp_now(session->ctx),
        .normalize = true,
    };

    return rp_sigv4_sign_headers(&request, &signer, out_headers, err);
}

/* One question and its answer. */
struct exchange {
    struct rp_service_endpoint endpoint;
    struct rp_service_question question;
    struct rp_span secret; /* that is sent, and must not come back in what is shown */
    struct rp_http_response response;
    struct rp_xml *xml;
};

static void release_exchange(struct exchange *exchange)
{
    rp_http_response_release(&exchange->response);
    rp_xml_free(&exchange->xml);
}

/* Asks; `by` NULL: unsigned. Fails where STS says no, in the words of sts_refusal.h. */
static rp_status ask(const struct rp_session *session, const struct rp_sts_asker *asker,
                     const struct rp_credentials *by, struct rp_span body,
                     struct exchange *exchange, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf headers = {.max = HEADERS_MAX};
    RP_BUF_AUTO struct rp_buf path = {.max = RP_SERVICE_URL_MAX + 1};

    RP_TRY(rp_service_find(session, RP_SERVICE_STS, NULL, &exchange->endpoint, err));
    exchange->secret = rp_secret_reveal(asker->secret);
    rp_buf_add_str(&path, exchange->endpoint.path);
    rp_buf_add_char(&path, '/');
    exchange->question = (struct rp_service_question){
        .endpoint = &exchange->endpoint,
        .operation = asker->operation,
        .request = {.method = "POST",
                    .headers = {{"Content-Type", rp_span(content_type)}},
                    .header_count = 1,
                    .body = body,
                    .max_body = ANSWER_MAX},
        .path = "/",
        .passing = by == NULL ? "InvalidIdentityToken IDPCommunicationError" : NULL,
    };
    if (by != NULL) {
        RP_TRY(sign(session, by, &exchange->endpoint, rp_buf_str(&path), body, &headers, err));
        take_headers(headers.data, &exchange->question.request);
    }
    rp_status status = rp_service_ask(session, &exchange->question, &exchange->response, err);
    if (rp_failed(status)) {
        if (asker->role != NULL)
            rp_error_prefix(err, "%s, which %s wants", asker->role->arn, asker->role->wanted_by);
        return status;
    }
    if (exchange->response.status != 200)
        return rp_sts_fail(session, asker, &exchange->question, &exchange->response, err);
    return rp_xml_parse(rp_buf_span(&exchange->response.body), RP_KIND_CREDENTIALS,
                        "the answer of STS", &exchange->xml, err);
}

/* --- the answer ------------------------------------------------------------------------- */

/* The text at "OPERATIONResponse/OPERATIONResult/WHERE"; RP_KIND_CREDENTIALS where it is missing.
 */
static rp_status get(const struct exchange *exchange, const char *where, const char **out,
                     struct rp_error *err)
{
    const char *operation = exchange->question.operation;
    char path[PATH_SIZE];
    int n = snprintf(path, sizeof(path), "%sResponse/%sResult/%s", operation, operation, where);

    (void)n; /* all fit */
    *out = rp_xml_text(exchange->xml, path);
    if (*out != NULL && (*out)[0] != '\0')
        return RP_OK;
    return rp_fail(err, RP_KIND_CREDENTIALS, "the answer of STS to %s has no %s (%s)", operation,
                   where, exchange->endpoint.url);
}

/* The same into a fixed place, from where it is shown. */
static rp_status get_into(const struct exchange *exchange, const char *where, char *out,
                          size_t size, struct rp_error *err)
{
    const char *text;

    RP_TRY(get(exchange, where, &text, err));
    if (strlen(text) >= size)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the answer of STS to %s has an over-long %s",
                       exchange->question.operation, where);
    if (rp_secret_is_repeated(exchange->secret, rp_span(text)))
        return rp_fail(err, RP_KIND_CREDENTIALS,
                       "the %s in the answer of STS to %s repeats what was sent", where,
                       exchange->question.operation);
    memcpy(out, text, strlen(text) + 1);
    return RP_OK;
}

static rp_status get_credentials(const struct rp_session *session, const struct exchange *exchange,
                                 struct rp_credentials *out, struct rp_error *err)
{
    const char *id;
    const char *secret;
    const char *token;
    const char *end;
    int64_t expires_at;

    RP_TRY(get(exchange, "Credentials/AccessKeyId", &id, err));
    RP_TRY(get(exchange, "Credentials/SecretAccessKey", &secret, err));
    RP_TRY(get(exchange, "Credentials/SessionToken", &token, err));
    RP_TRY(get(exchange, "Credentials/Expiration", &end, err));
    if (!rp_time_parse_iso(rp_span(end), &expires_at))
        return rp_fail(err, RP_KIND_CREDENTIALS,
                       "the Expiration in the answer of STS to %s is no time",
                       exchange->question.operation);
    if (expires_at <= rp_now(session->ctx))
        return rp_fail(err, RP_KIND_CREDENTIALS,
                       "the credentials that STS gave for %s have expired already",
                       exchange->question.operation);
    RP_TRY(rp_credentials_set(out, "the answer of STS", rp_span(id), rp_span(secret),
                              rp_span(token), err));
    RP_TRY(rp_credentials_check_id(out, "the answer of STS", exchange->secret, err));
    out->expires_at = expires_at;
    return RP_OK;
}

static rp_status get_role_session(const struct rp_session *session, const struct exchange *exchange,
                                  struct rp_role_session *out, struct rp_error *err)
{
    RP_ROLE_SESSION_AUTO struct rp_role_session made = {.arn = ""};

    RP_TRY(get_into(exchange, "AssumedRoleUser/Arn", made.arn, sizeof(made.arn), err));
    RP_TRY(get_into(exchange, "AssumedRoleUser/AssumedRoleId", made.id, sizeof(made.id), err));
    RP_TRY(get_credentials(session, exchange, &made.credentials, err));
    rp_role_session_release(out);
    *out = made;
    made = (struct rp_role_session){.arn = ""}; /* moved */
    return RP_OK;
}

/* --- the operations --------------------------------------------------------------------- */

rp_status rp_sts_assume_role(const struct rp_session *session, const struct rp_credentials *by,
                             const struct rp_role *role, const struct rp_secret *mfa_code,
                             struct rp_role_session *out, struct rp_error *err)
{
    __attribute__((cleanup(release_exchange))) struct exchange exchange = {.xml = NULL};
    RP_BUF_AUTO struct rp_buf body = {.max = BODY_MAX};
    const struct rp_sts_asker asker = {
        .operation = "AssumeRole", .role = role, .by = by, .secret = &by->session_token};

    begin_body(asker.operation, &body);
    add_role(session, role, &body);
    if (role->external_id != NULL)
        add_parameter(&body, "ExternalId", rp_span(role->external_id));
    if (role->mfa_serial != NULL) {
        add_parameter(&body, "SerialNumber", rp_span(role->mfa_serial));
        add_parameter(&body, "TokenCode", rp_secret_reveal(mfa_code));
    }
    RP_TRY(rp_buf_check(&body, RP_KIND_CONFIG, "a request to STS", err));
    RP_TRY(ask(session, &asker, by, rp_buf_span(&body), &exchange, err));
    return get_role_session(session, &exchange, out, err);
}

rp_status rp_sts_assume_role_with_web_identity(const struct rp_session *session,
                                               const struct rp_role *role,
                                               const struct rp_secret *token,
                                               struct rp_role_session *out, struct rp_error *err)
{
    __attribute__((cleanup(release_exchange))) struct exchange exchange = {.xml = NULL};
    RP_BUF_AUTO struct rp_buf body = {.max = BODY_MAX};
    const struct rp_sts_asker asker = {
        .operation = "AssumeRoleWithWebIdentity", .role = role, .secret = token};

    begin_body(asker.operation, &body);
    add_role(session, role, &body);
    add_parameter(&body, "WebIdentityToken", rp_secret_reveal(token));
    RP_TRY(rp_buf_check(&body, RP_KIND_CONFIG, "a request to STS", err));
    RP_TRY(ask(session, &asker, NULL, rp_buf_span(&body), &exchange, err));
    return get_role_session(session, &exchange, out, err);
}

rp_status rp_sts_get_caller_identity(const struct rp_session *session,
                                     const struct rp_credentials *credentials,
                                     struct rp_caller *out, struct rp_error *err)
{
    __attribute__((cleanup(release_exchange))) struct exchange exchange = {.xml = NULL};
    RP_BUF_AUTO struct rp_buf body = {.max = BODY_MAX};
    const struct rp_sts_asker asker = {
        .operation = "GetCallerIdentity", .by = credentials, .secret = &credentials->session_token};
    struct rp_caller caller = {.arn = ""};

    begin_body(asker.operation, &body);
    RP_TRY(ask(session, &asker, credentials, rp_buf_span(&body), &exchange, err));
    RP_TRY(get_into(&exchange, "Arn", caller.arn, sizeof(caller.arn), err));
    RP_TRY(get_into(&exchange, "Account", caller.account, sizeof(caller.account), err));
    RP_TRY(get_into(&exchange, "UserId", caller.user_id, sizeof(caller.user_id), err));
    caller.date = exchange.response.date;
    *out = caller;
    return RP_OK;
}
