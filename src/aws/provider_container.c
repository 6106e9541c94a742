/*
 * The provider `container-role`: credentials from the agent beside a container
 * (Amazon ECS, EKS Pod Identity, Greengrass and the like).
 *
 * The address is in the environment, so it is one of a few that only this
 * machine can reach, or verified by TLS: anything else could be anybody's.
 */
#include <arpa/inet.h>
#include <poll.h>

#include "provider.h"
#include "rdspass/aws/credentials_json.h"
#include "rdspass/base/deadline.h"
#include "rdspass/base/file.h"
#include "rdspass/base/utf8.h"
#include "rdspass/codec/time.h"

enum { CONNECT_MS = 1000, EXCHANGE_MS = 2000, WHOLE_MS = 7000, PAUSE_MS = 250, ATTEMPTS = 3 };
enum { URL_SIZE = 2048, HOST_SIZE = 64, BODY_MAX = 64 * 1024, TOKEN_MAX = 16384 };

static const char relative_name[] = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
static const char full_name[] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
static const char token_name[] = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
static const char token_file_name[] = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
static const char document[] = "the answer of the container's credential service";

/* Where to ask. */
struct service {
    char url[URL_SIZE];
    const char *variable;   /* that names it */
    bool direct;            /* an address of this machine: no proxy */
    bool tls;               /* https */
    struct rp_secret token; /* that authorizes us; empty: none */
};

static void release_service(struct service *service)
{
    rp_secret_release(&service->token);
}

/* Whether it is an address that only this machine can reach. Compared as addresses. */
static bool is_local_address(struct rp_span host)
{
    static const unsigned char local6[][16] = {
        {[15] = 1},                            /* ::1 */
        {0xfd, 0x00, 0x0e, 0xc2, [15] = 0x23}, /* fd00:ec2::23 */
    };
    unsigned char bytes[16];
    char text[HOST_SIZE];

    if (host.n >= sizeof(text))
        return false;
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';
    if (inet_pton(AF_INET, text, bytes) == 1)
        return bytes[0] == 127 || (bytes[0] == 169 && bytes[1] == 254 && bytes[2] == 170 &&
                                   (bytes[3] == 2 || bytes[3] == 23));
    if (inet_pton(AF_INET6, text, bytes) == 1)
        for (size_t i = 0; i < sizeof(local6) / sizeof(local6[0]); i++)
            if (memcmp(bytes, local6[i], sizeof(bytes)) == 0)
                return true;
    return false;
}

/* The host of an authority "HOST[:PORT]" or "[ADDRESS][:PORT]"; empty where it is neither. */
static struct rp_span host_of(struct rp_span authority)
{
    bool bracketed = rp_span_starts(authority, "[");
    size_t end = rp_span_find(authority, bracketed ? ']' : ':');
    struct rp_span host = bracketed ? rp_span_first(rp_span_skip(authority, 1), end - 1)
                                    : rp_span_first(authority, end);
    struct rp_span rest = rp_span_skip(authority, bracketed ? end + 1 : end);
    uint32_t port;

    if (bracketed && end == authority.n)
        return RP_SPAN("");
    if (rest.n > 0 && (rest.p[0] != ':' || !rp_span_to_uint(rp_span_skip(rest, 1), 65535, &port)))
        return RP_SPAN("");
    return host;
}

static rp_status check_full_uri(struct service *service, struct rp_error *err)
{
    struct rp_span rest = rp_span(service->url);
    bool https = rp_span_starts(rest, "https://");
    size_t end = 0;

    if (!https && !rp_span_starts(rest, "http://"))
        return rp_fail(err, RP_KIND_CONFIG, "%s is not a URL of http or https", full_name);
    rest = rp_span_skip(rest, https ? sizeof("https://") - 1 : sizeof("http://") - 1);
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' && rest.p[end] != '#')
        end++;
    struct rp_span host = host_of(rp_span_first(rest, end));
    if (host.n == 0 || rp_span_find(rp_span_first(rest, end), '@') != end)
        return rp_fail(err, RP_KIND_CONFIG, "%s is not a URL that names a host alone", full_name);
    service->tls = https;
    service->direct = rp_span_is_nocase(host, "localhost") || is_local_address(host);
    if (https || service->direct)
        return RP_OK;
    rp_status status =
        rp_fail(err, RP_KIND_CONFIG, "%s: the host \"%.*s\" is not allowed with http", full_name,
                RP_SPAN_ARGS(host));
    rp_hint(err, "it is localhost, an address of this machine (127.0.0.0/8, ::1), 169.254.170.2, "
                 "169.254.170.23 or [fd00:ec2::23]; any host with https");
    return status;
}

/* The relative URI counts before the full one, as in the AWS CLI. */
static rp_status find_service(const struct rp_session *session, struct service *out,
                              struct rp_error *err)
{
    const struct rp_env *env = &session->ctx->env;
    const char *relative = env->get(env->self, relative_name);
    const char *full = env->get(env->self, full_name);
    const char *uri = relative != NULL ? relative : full;

    out->variable = relative != NULL ? relative_name : full_name;
    if (uri == NULL || uri[0] == '\0')
        return rp_fail(err, RP_KIND_CONFIG, "%s is set and empty", out->variable);
    int n = snprintf(out->url, sizeof(out->url), "%s%s",
                     relative != NULL ? "http://169.254.170.2" : "", uri);
    if (n < 0 || (size_t)n >= sizeof(out->url))
        return rp_fail(err, RP_KIND_CONFIG, "%s is longer than %d bytes", out->variable, URL_SIZE);
    for (const char *c = out->url; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~')
            return rp_fail(err, RP_KIND_CONFIG, "%s has a character in it that no URL has",
                           out->variable);
    if (relative == NULL)
        return check_full_uri(out, err);
    out->direct = true;
    return relative[0] == '/'
               ? RP_OK
               : rp_fail(err, RP_KIND_CONFIG, "%s does not begin with '/'", relative_name);
}

/* The file is read each time: EKS changes what is in it. */
static rp_status read_token_file(const char *path, struct rp_buf *out, struct rp_error *err)
{
    bool found;

    RP_TRY(rp_file_read(path, RP_KIND_CREDENTIALS, out, &found, err));
    if (!found)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s names %s, which is not there", token_file_name,
                       path);
    return RP_OK;
}

/* What authorizes us, without the line's end; empty where nothing is configured. */
static rp_status find_token(const struct rp_session *session, struct rp_secret *out,
                            struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = TOKEN_MAX};
    const char *path = rp_env_get(session->ctx, token_file_name);
    const char *value = rp_env_get(session->ctx, token_name);
    const char *where = path != NULL ? path : token_name;

    if (path != NULL)
        RP_TRY(read_token_file(path, &text, err));
    else if (value != NULL)
        rp_buf_add_str(&text, value);
    else
        return RP_OK;
    RP_TRY(rp_buf_check(&text, RP_KIND_CREDENTIALS, where, err));
    struct rp_span token = rp_buf_span(&text);
    while (token.n > 0 && (token.p[token.n - 1] == '\n' || token.p[token.n - 1] == '\r'))
        token.n--;
    if (token.n == 0)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the authorization token in %s is empty", where);
    if (rp_utf8_has_control(token) || !rp_utf8_valid(token))
        return rp_fail(
            err, RP_KIND_CREDENTIALS,
            "the authorization token in %s has a line break or a control character in it", where);
    return rp_secret_set(out, token, err);
}

static bool is_json(struct rp_span text)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    return !rp_failed(rp_json_parse(text, RP_KIND_CREDENTIALS, document, &json, NULL));
}

/* Whether the same question may get a better answer in a moment. */
static bool may_pass(const struct rp_http_response *response)
{
    if (response->outcome != RP_HTTP_ANSWERED)
        return rp_http_may_pass(response->outcome);
    return response->status == 429 || response->status >= 500 ||
           (response->status == 200 && !is_json(rp_buf_span(&response->body)));
}

static rp_status ask(const struct rp_session *session, struct service *service,
                     struct rp_http_response *out, struct rp_error *err)
{
    struct rp_http_request request = {
        .method = "GET",
        .url = service->url,
        .headers = {{"Accept", RP_SPAN("application/json")}},
        .header_count = 1,
        .connect_ms = CONNECT_MS,
        .max_body = BODY_MAX,
        .direct = service->direct,
        .ca_file = service->tls ? rp_session_ca_file(session) : NULL,
    };
    int64_t deadline = rp_deadline_in(WHOLE_MS);

    RP_TRY(find_token(session, &service->token, err));
    if (!rp_secret_is_empty(&service->token))
        request.headers[request.header_count++] =
            (struct rp_http_header){"Authorization", rp_secret_reveal(&service->token)};
    for (int attempt = 1;; attempt++) {
        int left = rp_deadline_left(deadline);
        request.total_ms = (uint32_t)(left < EXCHANGE_MS ? left : EXCHANGE_MS);
        rp_http_response_release(out);
        RP_TRY(session->net->perform(session->net->self, &request, out, err));
        if (!may_pass(out) || attempt == ATTEMPTS ||
            rp_deadline_left(deadline) <= PAUSE_MS * attempt)
            return RP_OK;
        rp_trace(session->ctx, "container: %s: trying again",
                 out->outcome == RP_HTTP_ANSWERED ? "not now" : out->why);
        (void)poll(NULL, 0, PAUSE_MS * attempt);
    }
}

/* What the service says of its refusal: {"code": "...", "message": "..."}. */
static rp_status fail_refused(const struct service *service,
                              const struct rp_http_response *response, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    struct rp_error ignored;
    bool later = response->status == 429 || response->status >= 500;
    enum rp_kind kind = later ? RP_KIND_NETWORK : RP_KIND_CREDENTIALS;

    rp_ignore(rp_json_parse(rp_buf_span(&response->body), kind, document, &json, &ignored));
    const char *message = rp_json_text(rp_json_member(json, "message"));
    if (rp_secret_is_repeated(rp_secret_reveal(&service->token), rp_span(message)))
        message = NULL; /* it repeats what it got */
    rp_status status =
        rp_fail(err, kind, "the container's credential service (%s) refuses with status %d%s%.300s",
                service->variable, response->status, message == NULL ? "" : ": ",
                message == NULL ? "" : message);
    rp_hint(err, later
                     ? "try again in a moment"
                     : "the task or the pod needs a role: taskRoleArn of the ECS task definition, "
                       "or an EKS Pod Identity association");
    return status;
}

static rp_status judge(const struct service *service, const struct rp_http_response *response,
                       struct rp_error *err)
{
    if (response->outcome == RP_HTTP_ANSWERED)
        return response->status == 200 ? RP_OK : fail_refused(service, response, err);
    enum rp_kind kind = response->outcome == RP_HTTP_TLS_FAILED  ? RP_KIND_TLS
                        : response->outcome == RP_HTTP_TOO_LARGE ? RP_KIND_CREDENTIALS
                                                                 : RP_KIND_NETWORK;
    rp_status status = rp_fail(err, kind, "the container's credential service (%s): %s",
                               service->variable, response->why);
    rp_hint(err, "%s is for a program inside of a container; elsewhere unset it",
            service->variable);
    return status;
}

static rp_status read_document(const struct service *service,
                               const struct rp_http_response *response, int64_t now,
                               struct rp_credentials *out, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    char end[RP_TIME_ISO_SIZE];

    RP_TRY(rp_json_parse(rp_buf_span(&response->body), RP_KIND_CREDENTIALS, document, &json, err));
    RP_TRY(rp_credentials_from_json(json, &rp_credentials_metadata_fields, document, out, err));
    RP_TRY(rp_credentials_check_id(out, document, rp_secret_reveal(&service->token), err));
    if (out->expires_at > now)
        return RP_OK;
    rp_time_format_iso(out->expires_at, end);
    return rp_fail(err, RP_KIND_CREDENTIALS,
                   "the credentials of the container's credential service expired at %s", end);
}

static rp_status load(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err)
{
    const struct rp_env *env = &session->ctx->env;
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    __attribute__((cleanup(release_service))) struct service service = {0};

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    /* Set to nothing still says that this is a container, as in the AWS CLI. */
    if (env->get(env->self, relative_name) == NULL && env->get(env->self, full_name) == NULL) {
        rp_provider_why(why, "%s and its sister ..._FULL_URI are not set", relative_name);
        return RP_OK;
    }
    RP_TRY(find_service(session, &service, err));
    if (session->net == NULL)
        return rp_fail(err, RP_KIND_INTERNAL, "no network here, and %s wants one",
                       service.variable);
    RP_TRY(ask(session, &service, &response, err));
    RP_TRY(judge(&service, &response, err));
    rp_http_check_clock(session->ctx, &response, "the container's credential service");
    RP_TRY(read_document(&service, &response, rp_now(session->ctx), out, err));
    rp_credentials_add_hop(out, rp_provider_container.name, false, "credential service of %s",
                           service.variable);
    *out_answer = RP_ANSWER_CREDENTIALS;
    return RP_OK;
}

const struct rp_provider rp_provider_container = {.name = "container-role", .load = load};
