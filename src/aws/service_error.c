/* What an answer says that says no: XML of query services, JSON of the others, OAuth's. */
#include "rdspass/base/secret.h"
#include "rdspass/codec/json.h"
#include "rdspass/codec/xml.h"
#include "service.h"

static const char document[] = "an answer";

/* Takes a text, escaped; NULL and what was taken before stay. */
static void take(char *out, size_t size, const char *text)
{
    if (text != NULL && out[0] == '\0')
        rp_escape_text(out, size, text);
}

/* Of "ns#Name:url" the name. */
static void take_code(struct rp_service_error *out, const char *text)
{
    RP_BUF_AUTO struct rp_buf name = {.max = sizeof(out->code)};
    struct rp_span code = rp_span(text);
    size_t hash = rp_span_find(code, '#');

    if (hash < code.n)
        code = rp_span_skip(code, hash + 1);
    rp_buf_add(&name, rp_span_first(code, rp_span_find(code, ':')));
    if (name.state == RP_BUF_FINE)
        take(out->code, sizeof(out->code), rp_buf_str(&name));
}

static void read_xml(struct rp_span body, struct rp_service_error *out)
{
    RP_XML_AUTO struct rp_xml *xml = NULL;
    struct rp_error ignored = {0};

    rp_ignore(rp_xml_parse(body, RP_KIND_CREDENTIALS, document, &xml, &ignored));
    take_code(out, rp_xml_text(xml, "ErrorResponse/Error/Code"));
    take(out->message, sizeof(out->message), rp_xml_text(xml, "ErrorResponse/Error/Message"));
    take(out->request_id, sizeof(out->request_id), rp_xml_text(xml, "ErrorResponse/RequestId"));
}

static void read_json(struct rp_span body, struct rp_service_error *out)
{
    static const char *const codes[] = {"__type", "code", "error"};
    static const char *const messages[] = {"message", "Message", "error_description"};
    RP_JSON_AUTO struct rp_json *json = NULL;
    struct rp_error ignored = {0};

    rp_ignore(rp_json_parse(body, RP_KIND_CREDENTIALS, document, &json, &ignored));
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        take_code(out, rp_json_text(rp_json_member(json, codes[i])));
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
        take(out->message, sizeof(out->message), rp_json_text(rp_json_member(json, messages[i])));
}

void rp_service_read_error(const struct rp_http_response *response, struct rp_service_error *out)
{
    struct rp_span body = rp_buf_span(&response->body);

    *out = (struct rp_service_error){.code = ""};
    take_code(out, response->error_type);
    take(out->request_id, sizeof(out->request_id), response->request_id);
    if (rp_span_starts(body, "<"))
        read_xml(body, out);
    else
        read_json(body, out);
}

void rp_service_error_hide(struct rp_service_error *error, struct rp_span secret)
{
    char *const texts[] = {error->code, error->message, error->request_id};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (rp_secret_is_repeated(secret, rp_span(texts[i])))
            texts[i][0] = '\0';
}

rp_status rp_service_fail(const struct rp_service_question *question,
                          const struct rp_http_response *response,
                          const struct rp_service_error *error, struct rp_error *err)
{
    bool later =
        response->status == 429 || response->status >= 500 || rp_service_is_throttling(error->code);
    char status_text[32];
    bool has_id = error->request_id[0] != '\0';

    (void)snprintf(status_text, sizeof(status_text), "status %d", response->status);
    rp_status status = rp_fail(
        err, later ? RP_KIND_NETWORK : RP_KIND_CREDENTIALS, "%s at %s: %s%s%.300s%s%s%s",
        question->operation, question->endpoint->url,
        error->code[0] == '\0' ? status_text : error->code, error->message[0] == '\0' ? "" : ": ",
        error->message, has_id ? " (request " : "", error->request_id, has_id ? ")" : "");
    if (later)
        rp_hint(err, "try again in a moment");
    return status;
}
