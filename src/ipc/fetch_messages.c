/*
 * HTTP exchanges as messages. Each kind of message has its members and no
 * others: both ends are of one version, so anything else is a mistake.
 *
 *     {"rdspass":V,"type":"exchange","method":…,"url":…,"headers":[{"name":…,"value":…}],
 *      "connect_ms":…,"total_ms":…,"max_body":…,"direct":…,"ca_file":…,
 *      "proof":{"key":…,"time":…} or null,"body":N}
 *     {"rdspass":V,"type":"answer","outcome":…,"connected":…,"status":…,"date":…,
 *      "error_type":…,"request_id":…,"why":…,"body":N}
 *     {"rdspass":V,"type":"refusal","why":…}
 */
#include "members.h"
#include "rdspass/base/utf8.h"
#include "rdspass/ipc/fetch.h"

_Static_assert((int)RP_HTTP_BODY_MAX <= (int)RP_MESSAGE_BODY_MAX, "a body must fit a message");

static const char type_request[] = "exchange";
static const char type_response[] = "answer";
static const char type_refusal[] = "refusal";

static const char *const outcomes[] = {
    [RP_HTTP_ANSWERED] = "answered",           [RP_HTTP_NOT_RESOLVED] = "not-resolved",
    [RP_HTTP_NOT_CONNECTED] = "not-connected", [RP_HTTP_TIMED_OUT] = "timed-out",
    [RP_HTTP_TLS_FAILED] = "tls-failed",       [RP_HTTP_BROKEN] = "broken",
    [RP_HTTP_TOO_LARGE] = "too-large",         [RP_HTTP_NO_PROOF] = "no-proof",
};
_Static_assert(sizeof(outcomes) / sizeof(outcomes[0]) == RP_HTTP__COUNT, "a word for each");

static bool is_method(const char *method)
{
    return method != NULL && (strcmp(method, "GET") == 0 || strcmp(method, "PUT") == 0 ||
                              strcmp(method, "POST") == 0);
}

/* Letters, digits, '-' and '_': all that the headers of AWS need (x-amz-sso_bearer_token). */
static bool is_header_name(const char *name)
{
    if (name == NULL || name[0] == '\0')
        return false;
    for (; *name != '\0'; name++)
        if (!rp_is_alpha(*name) && !rp_is_digit(*name) && *name != '-' && *name != '_')
            return false;
    return true;
}

static bool is_one_line(struct rp_span text)
{
    return rp_utf8_valid(text) && !rp_utf8_has_control(text);
}

/* What neither side lets pass, since it would change the request or hang the helper. */
static rp_status check_request(const struct rp_http_request *request, struct rp_error *err)
{
    if (!is_method(request->method))
        return rp_fail(err, RP_KIND_INTERNAL, "an HTTP method is unknown");
    if (request->url == NULL || !is_one_line(rp_span(request->url)))
        return rp_fail(err, RP_KIND_INTERNAL, "a URL holds a control character");
    if (request->header_count > RP_HTTP_HEADERS_MAX)
        return rp_fail(err, RP_KIND_INTERNAL, "an HTTP request has too many headers");
    for (size_t i = 0; i < request->header_count; i++) {
        const struct rp_http_header *header = &request->headers[i];
        if (!is_header_name(header->name))
            return rp_fail(err, RP_KIND_INTERNAL, "the name of an HTTP header is malformed");
        if (!is_one_line(header->value))
            return rp_fail(err, RP_KIND_INTERNAL,
                           "the value for the HTTP header %s holds a control character",
                           header->name);
    }
    if (request->connect_ms == 0 || request->total_ms == 0 || request->total_ms > INT32_MAX / 2 ||
        request->connect_ms > INT32_MAX / 2 || request->max_body > RP_HTTP_BODY_MAX)
        return rp_fail(err, RP_KIND_INTERNAL, "the limits of an HTTP exchange are wrong");
    if (request->ca_file != NULL && !rp_utf8_valid(rp_span(request->ca_file)))
        return rp_fail(err, RP_KIND_INTERNAL, "the path of the CA file is not UTF-8");
    if (!rp_http_is_dpop_key(request->dpop_key) || request->dpop_time < 0 ||
        (request->dpop_key.n > 0 && request->header_count == RP_HTTP_HEADERS_MAX))
        return rp_fail(err, RP_KIND_INTERNAL, "the key for a proof is no PEM text, or too long");
    return RP_OK;
}

static void add_proof(struct rp_json *json, const struct rp_http_request *request)
{
    if (request->dpop_key.n == 0) {
        rp_json_add_text(json, "proof", NULL);
        return;
    }
    struct rp_json *proof = rp_json_add_object(json, "proof");
    if (proof == NULL)
        return; /* `json` is spoilt */
    rp_json_add_bytes(proof, "key", request->dpop_key);
    rp_json_add_number(proof, "time", request->dpop_time);
}

rp_status rp_fetch_format_request(const struct rp_http_request *request, struct rp_json **out,
                                  struct rp_error *err)
{
    RP_TRY(check_request(request, err));
    struct rp_json *json = rp_message_new(type_request);
    if (json == NULL)
        return rp_fail_memory(err);
    rp_json_add_text(json, "method", request->method);
    rp_json_add_text(json, "url", request->url);
    struct rp_json *headers = rp_json_add_array(json, "headers");
    for (size_t i = 0; headers != NULL && i < request->header_count; i++) {
        struct rp_json *header = rp_json_add_element(headers);
        if (header == NULL)
            break; /* `headers` is spoilt, and with it the message */
        rp_json_add_text(header, "name", request->headers[i].name);
        rp_json_add_bytes(header, "value", request->headers[i].value);
    }
    rp_json_add_number(json, "connect_ms", request->connect_ms);
    rp_json_add_number(json, "total_ms", request->total_ms);
    rp_json_add_number(json, "max_body", (int64_t)request->max_body);
    rp_json_add_bool(json, "direct", request->direct);
    rp_json_add_text(json, "ca_file", request->ca_file);
    add_proof(json, request);
    *out = json;
    return RP_OK;
}

rp_status rp_fetch_format_response(const struct rp_http_response *response, struct rp_json **out,
                                   struct rp_error *err)
{
    char why[sizeof(response->why)];
    struct rp_json *json = rp_message_new(type_response);

    if (json == NULL)
        return rp_fail_memory(err);
    rp_escape_text(why, sizeof(why), response->why);
    rp_json_add_text(json, "outcome", outcomes[response->outcome]);
    rp_json_add_bool(json, "connected", response->connected);
    rp_json_add_number(json, "status", response->status);
    rp_json_add_number(json, "date", response->date);
    rp_json_add_text(json, "error_type", response->error_type);
    rp_json_add_text(json, "request_id", response->request_id);
    rp_json_add_text(json, "why", why);
    *out = json;
    return RP_OK;
}

struct rp_json *rp_fetch_format_refusal(const char *why)
{
    struct rp_json *json = rp_message_new(type_refusal);

    if (json != NULL)
        rp_json_add_text(json, "why", why);
    return json;
}

static bool get_limit(const struct rp_json *from, const char *name, int64_t *out)
{
    return rp_members_number(from, name, 0, INT32_MAX, out);
}

static bool get_header(const struct rp_json *from, struct rp_http_header *out)
{
    out->name = rp_json_text(rp_json_member(from, "name"));
    const char *value = rp_json_text(rp_json_member(from, "value"));
    out->value = rp_span(value);
    return out->name != NULL && value != NULL && rp_json_count(from) == 2;
}

static bool get_headers(const struct rp_json *from, struct rp_http_request *out)
{
    size_t count = rp_json_count(from);

    if (!rp_json_is_array(from) || count > RP_HTTP_HEADERS_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!get_header(rp_json_element(from, i), &out->headers[i]))
            return false;
    out->header_count = count;
    return true;
}

static bool get_proof(const struct rp_json *from, struct rp_http_request *out)
{
    if (rp_json_is_null(from))
        return true;
    out->dpop_key = rp_span(rp_json_text(rp_json_member(from, "key")));
    return out->dpop_key.n > 0 && rp_json_count(from) == 2 &&
           rp_json_integer(rp_json_member(from, "time"), &out->dpop_time);
}

/* The members of a request, where each is there and of its type. */
static bool get_request(const struct rp_message *message, struct rp_http_request *out)
{
    const struct rp_json *header = message->header;
    const struct rp_json *ca_file = rp_json_member(header, "ca_file");
    int64_t connect_ms;
    int64_t total_ms;
    int64_t max_body;

    if (!rp_members_count_is(message, 9) || !get_limit(header, "connect_ms", &connect_ms) ||
        !get_limit(header, "total_ms", &total_ms) || !get_limit(header, "max_body", &max_body) ||
        !rp_json_boolean(rp_json_member(header, "direct"), &out->direct) ||
        !get_headers(rp_json_member(header, "headers"), out) ||
        !get_proof(rp_json_member(header, "proof"), out))
        return false;
    out->method = rp_json_text(rp_json_member(header, "method"));
    out->url = rp_json_text(rp_json_member(header, "url"));
    out->ca_file = rp_json_text(ca_file);
    out->connect_ms = (uint32_t)connect_ms;
    out->total_ms = (uint32_t)total_ms;
    out->max_body = (size_t)max_body;
    out->body = rp_buf_span(&message->body);
    return out->method != NULL && out->url != NULL &&
           (out->ca_file != NULL || rp_json_is_null(ca_file));
}

rp_status rp_fetch_parse_request(const struct rp_message *message, struct rp_http_request *out,
                                 struct rp_error *err)
{
    struct rp_http_request request = {0};

    if (!rp_members_type_is(message, type_request) || !get_request(message, &request))
        return rp_fail(err, RP_KIND_INTERNAL, "a message is no HTTP request");
    RP_TRY(check_request(&request, err));
    *out = request;
    return RP_OK;
}

static bool get_outcome(const struct rp_json *from, enum rp_http_outcome *out)
{
    for (int i = 0; i < RP_HTTP__COUNT; i++) {
        if (rp_span_is(rp_span(rp_json_text(from)), outcomes[i])) {
            *out = (enum rp_http_outcome)i;
            return true;
        }
    }
    return false;
}

/* What a header of the answer said: printable ASCII, perhaps nothing. */
static bool get_header_text(const struct rp_json *from, const char *name, char *out, size_t size)
{
    return rp_members_text(from, name, out, size) && rp_span_is_printable(rp_span(out));
}

/* The members of a response but its body. */
static bool get_response(const struct rp_message *message, struct rp_http_response *out)
{
    const struct rp_json *header = message->header;
    const char *why = rp_json_text(rp_json_member(header, "why"));
    int64_t status;

    if (!rp_members_type_is(message, type_response) || !rp_members_count_is(message, 7) ||
        why == NULL || !get_outcome(rp_json_member(header, "outcome"), &out->outcome) ||
        !rp_json_boolean(rp_json_member(header, "connected"), &out->connected) ||
        !rp_members_number(header, "status", 0, 999, &status) ||
        !rp_json_integer(rp_json_member(header, "date"), &out->date) ||
        !get_header_text(header, "error_type", out->error_type, sizeof(out->error_type)) ||
        !get_header_text(header, "request_id", out->request_id, sizeof(out->request_id)))
        return false;
    if (out->date < 0 || (out->outcome == RP_HTTP_ANSWERED) != (status > 0) ||
        (out->outcome != RP_HTTP_ANSWERED && message->body.len > 0))
        return false;
    out->status = (int)status;
    rp_escape_text(out->why, sizeof(out->why), why);
    return true;
}

rp_status rp_fetch_parse_response(struct rp_message *message, struct rp_http_response *out,
                                  struct rp_error *err)
{
    struct rp_http_response response = {0};

    if (rp_members_type_is(message, type_refusal)) {
        const char *why = rp_json_text(rp_json_member(message->header, "why"));
        return rp_fail(err, RP_KIND_INTERNAL, "rdspass-fetch: %.300s", why == NULL ? "?" : why);
    }
    if (!get_response(message, &response))
        return rp_fail(err, RP_KIND_INTERNAL, "rdspass-fetch: a message is no HTTP response");
    rp_http_response_release(out);
    response.body = message->body;
    rp_buf_init(&message->body, 0);
    *out = response;
    return RP_OK;
}
