/* Messages between our programs, and HTTP exchanges as messages: there and back, and refused. */
#include "rdspass/ipc/message.h"

#include <fcntl.h>

#include "rdspass/ipc/fetch.h"
#include "tap.h"

#define V "{\"rdspass\":\"" RP_VERSION "\","

static void refused(struct rp_span bytes, const char *want)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_error err = {0};
    size_t used = 99;

    FAILS(rp_message_parse(bytes, "peer", &message, &used, &err), RP_KIND_INTERNAL, err, want);
    OK(strstr(err.msg, want) != NULL, "%s: %s", want, err.msg);
    OK(used == 99 && message.header == NULL, "nothing is given");
}

static void test_parse(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_span bytes = RP_SPAN(V "\"type\":\"t\",\"body\":5}\nhello+");
    struct rp_error err = {0};
    size_t used = 99;

    for (size_t n = 0; n < bytes.n - 1; n++) {
        if (rp_failed(rp_message_parse(rp_span_first(bytes, n), "peer", &message, &used, &err)) ||
            used != 0 || message.header != NULL)
            OK(false, "%zu bytes are too few", n);
    }
    WORKS(rp_message_parse(bytes, "peer", &message, &used, &err), err, "a message");
    IS_INT(used, bytes.n - 1, "its length");
    IS_STR(rp_buf_str(&message.body), "hello", "its body");
    IS_STR(rp_json_text(rp_json_member(message.header, "type")), "t", "its type");
    refused(RP_SPAN("x\n"), "what came is no message");
    refused(RP_SPAN("\n"), "what came is no message");
    refused(RP_SPAN("[]\n"), "no version");
    refused(RP_SPAN("{\"Rdspass\":\"1\"}\n"), "no version");
    refused(RP_SPAN("{\"rdspass\":1}\n"), "no version");
    refused(RP_SPAN("{\"rdspass\":\"9.9\"}\n"), "peer is of version 9.9, and this is ");
    refused(RP_SPAN(V "\"type\":1}\n"), "no type");
    refused(RP_SPAN(V "\"type\":\"t\",\"type\":\"t\"}\n"), "a name comes twice");
    refused(RP_SPAN(V "\"type\":\"t\",\"body\":-1}\n"), "the length of a message's body");
    refused(RP_SPAN(V "\"type\":\"t\",\"body\":1.5}\n"), "the length of a message's body");
    refused(RP_SPAN(V "\"type\":\"t\",\"body\":\"5\"}\n"), "the length of a message's body");
    refused(RP_SPAN(V "\"type\":\"t\",\"body\":1048577}\n"), "the length of a message's body");
    RP_BUF_AUTO struct rp_buf endless = {.max = RP_MESSAGE_HEADER_MAX};
    for (int i = 0; i < RP_MESSAGE_HEADER_MAX; i++)
        rp_buf_add_char(&endless, ' ');
    refused(rp_buf_span(&endless), "no end of line in 65536 bytes");
}

/* A pipe with these bytes in it, closed behind them if wanted. */
static int pipe_with(struct rp_span bytes, int *out_writer)
{
    int pipes[2];

    if (pipe2(pipes, O_CLOEXEC) != 0 || write(pipes[1], bytes.p, bytes.n) != (ssize_t)bytes.n)
        return -1;
    *out_writer = pipes[1];
    return pipes[0];
}

static void read_refused(struct rp_span bytes, bool close_it, const char *want)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    struct rp_error err = {0};
    bool ended = true;
    int writer = -1;
    int fd = pipe_with(bytes, &writer);

    if (close_it)
        (void)close(writer);
    FAILS(rp_message_read(fd, "peer", 50, &message, &ended, &err), RP_KIND_INTERNAL, err, want);
    OK(strstr(err.msg, want) != NULL, "%s: %s", want, err.msg);
    (void)close(fd);
    if (!close_it)
        (void)close(writer);
}

static void test_read(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    RP_JSON_AUTO struct rp_json *header = rp_message_new("t");
    struct rp_error err = {0};
    bool ended = true;
    int writer = -1;
    int fd = pipe_with((struct rp_span){"", 0}, &writer);

    rp_json_add_text(header, "x", "y\n");
    WORKS(rp_message_write(writer, "peer", header, RP_SPAN("a\0b"), &err), err, "written");
    WORKS(rp_message_read(fd, "peer", 1000, &message, &ended, &err), err, "read");
    OK(!ended, "not the end");
    OK(rp_span_eq(rp_buf_span(&message.body), RP_SPAN("a\0b")), "the body");
    IS_STR(rp_json_text(rp_json_member(message.header, "x")), "y\n", "a member");
    (void)close(writer);
    WORKS(rp_message_read(fd, "peer", 1000, &message, &ended, &err), err, "closed");
    OK(ended, "the end");
    (void)close(fd);
    read_refused((struct rp_span){"", 0}, false, "peer does not answer");
    read_refused(RP_SPAN(V), false, "peer does not answer");
    read_refused(RP_SPAN(V "\"type\":\"t\",\"body\":5}\nhell"), true, "a message breaks off");
    read_refused(RP_SPAN(V "\"type\":\"t\"}\n+"), false, "something follows a message");
}

static const struct rp_http_request example = {
    .method = "PUT",
    .url = "http://169.254.169.254/latest/api/token",
    .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", {"21600", 5}},
                {"Empty", {NULL, 0}},
                {"x-amz-sso_bearer_token", {"t", 1}}},
    .header_count = 3,
    .body = {"body", 4},
    .connect_ms = 1000,
    .total_ms = 2000,
    .max_body = 4096,
    .direct = true,
};

/* Formats a header and reads it back as the other side does. */
static rp_status carry(struct rp_json *header, struct rp_span body, struct rp_message *out)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = 1 << 21};
    size_t used = 0;

    RP_TRY(rp_message_format(header, body, &bytes, NULL));
    RP_TRY(rp_message_parse(rp_buf_span(&bytes), "peer", out, &used, NULL));
    return used == bytes.len ? RP_OK : rp_fail(NULL, RP_KIND_INTERNAL, "a rest");
}

static void test_request(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    RP_JSON_AUTO struct rp_json *header = NULL;
    struct rp_http_request got = {0};
    struct rp_error err = {0};

    WORKS(rp_fetch_format_request(&example, &header, &err), err, "formatted");
    WORKS(carry(header, example.body, &message), err, "carried");
    WORKS(rp_fetch_parse_request(&message, &got, &err), err, "parsed");
    IS_STR(got.method, "PUT", "method");
    IS_STR(got.url, example.url, "URL");
    IS_INT(got.header_count, 3, "headers");
    IS_STR(got.headers[0].name, example.headers[0].name, "name");
    IS_SPAN(got.headers[0].value, "21600", "value");
    IS_SPAN(got.headers[1].value, "", "empty value");
    IS_STR(got.headers[2].name, "x-amz-sso_bearer_token", "a name with an underscore");
    IS_SPAN(got.body, "body", "body");
    OK(got.connect_ms == 1000 && got.total_ms == 2000 && got.max_body == 4096, "limits");
    OK(got.direct && got.ca_file == NULL, "policy");
}

static void test_request_refused(void)
{
    static const struct {
        struct rp_http_header header;
        const char *why;
    } cases[] = {
        {{"X", {"a\r\nEvil: 1", 10}}, "the value for the HTTP header X holds a control character"},
        {{"X", {"a\0b", 3}}, "the value for the HTTP header X holds a control character"},
        {{"X", {"\xff", 1}}, "the value for the HTTP header X holds a control character"},
        {{"X: y", {"a", 1}}, "the name of an HTTP header is malformed"},
        {{"", {"a", 1}}, "the name of an HTTP header is malformed"},
    };
    struct rp_error err = {0};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        RP_JSON_AUTO struct rp_json *header = NULL;
        struct rp_http_request request = example;
        request.headers[0] = cases[i].header;
        FAILS(rp_fetch_format_request(&request, &header, &err), RP_KIND_INTERNAL, err, "refused");
        IS_STR(err.msg, cases[i].why, "why");
    }
    RP_JSON_AUTO struct rp_json *header = NULL;
    struct rp_http_request request = example;
    request.url = "http://a/\n";
    FAILS(rp_fetch_format_request(&request, &header, &err), RP_KIND_INTERNAL, err, "URL");
    request = example;
    request.method = "DELETE";
    FAILS(rp_fetch_format_request(&request, &header, &err), RP_KIND_INTERNAL, err, "method");
    request = example;
    request.total_ms = 0;
    FAILS(rp_fetch_format_request(&request, &header, &err), RP_KIND_INTERNAL, err, "no deadline");
    request = example;
    request.max_body = RP_HTTP_BODY_MAX + 1;
    FAILS(rp_fetch_format_request(&request, &header, &err), RP_KIND_INTERNAL, err, "size cap");
}

static void test_unknown_member(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    RP_JSON_AUTO struct rp_json *header = NULL;
    struct rp_http_request got = {0};
    struct rp_error err = {0};

    WORKS(rp_fetch_format_request(&example, &header, &err), err, "formatted");
    rp_json_add_bool(header, "insecure", true);
    WORKS(carry(header, example.body, &message), err, "carried");
    FAILS(rp_fetch_parse_request(&message, &got, &err), RP_KIND_INTERNAL, err, "unknown member");
}

static void test_response(void)
{
    RP_MESSAGE_AUTO struct rp_message message = {0};
    RP_JSON_AUTO struct rp_json *header = NULL;
    RP_HTTP_RESPONSE_AUTO struct rp_http_response got = {0};
    struct rp_http_response sent = {.status = 200,
                                    .connected = true,
                                    .date = 1767323045,
                                    .error_type = "Denied",
                                    .request_id = "1-2"};
    struct rp_error err = {0};

    WORKS(rp_fetch_format_response(&sent, &header, &err), err, "formatted");
    WORKS(carry(header, RP_SPAN("{}"), &message), err, "carried");
    WORKS(rp_fetch_parse_response(&message, &got, &err), err, "parsed");
    OK(got.outcome == RP_HTTP_ANSWERED && got.status == 200 && got.connected &&
           got.date == 1767323045,
       "what it says");
    IS_STR(got.error_type, "Denied", "its error's type");
    IS_STR(got.request_id, "1-2", "its request's id");
    IS_STR(rp_buf_str(&got.body), "{}", "body");
    OK(message.body.data == NULL, "is moved");

    rp_json_free(&header);
    sent = (struct rp_http_response){.outcome = RP_HTTP_TIMED_OUT, .why = "a\nb"};
    WORKS(rp_fetch_format_response(&sent, &header, &err), err, "a failure formatted");
    WORKS(carry(header, (struct rp_span){0}, &message), err, "carried");
    WORKS(rp_fetch_parse_response(&message, &got, &err), err, "parsed");
    OK(got.outcome == RP_HTTP_TIMED_OUT && got.status == 0 && !got.connected, "what it says");
    IS_STR(got.why, "a\\x0ab", "why, escaped");
    IS_STR(rp_buf_str(&got.body), "", "the former body is gone");

    rp_json_free(&header);
    sent.outcome = RP_HTTP_ANSWERED;
    WORKS(rp_fetch_format_response(&sent, &header, &err), err, "an answer without a status");
    WORKS(carry(header, (struct rp_span){0}, &message), err, "carried");
    FAILS(rp_fetch_parse_response(&message, &got, &err), RP_KIND_INTERNAL, err, "refused");
    rp_json_free(&header);
    sent = (struct rp_http_response){.status = 403, .error_type = "a\nb"};
    WORKS(rp_fetch_format_response(&sent, &header, &err), err, "a type of two lines");
    WORKS(carry(header, (struct rp_span){0}, &message), err, "carried");
    FAILS(rp_fetch_parse_response(&message, &got, &err), RP_KIND_INTERNAL, err, "refused");
    rp_json_free(&header);
    header = rp_fetch_format_refusal("no such thing");
    WORKS(carry(header, (struct rp_span){0}, &message), err, "a refusal");
    FAILS(rp_fetch_parse_response(&message, &got, &err), RP_KIND_INTERNAL, err, "is an error");
    IS_STR(err.msg, "rdspass-fetch: no such thing", "in its words");
}

int main(void)
{
    test_parse();
    test_read();
    test_request();
    test_request_refused();
    test_unknown_member();
    test_response();
    return tap_done();
}
