/* The exchange: drives libcurl, and says in one of eight words how far it got. */
#include "exchange.h"

#include "dpop.h"
#include "options.h"

enum { POLL_MS = 1000, HEADER_BYTES_MAX = 32 * 1024 };

bool rp_exchanger_init(struct rp_exchanger *exchanger)
{
    exchanger->multi = curl_multi_init();
    exchanger->easy = curl_easy_init();
    return exchanger->multi != NULL && exchanger->easy != NULL;
}

void rp_exchanger_release(struct rp_exchanger *exchanger)
{
    curl_easy_cleanup(exchanger->easy);
    (void)curl_multi_cleanup(exchanger->multi);
}

/* What comes in while the exchange goes on. */
struct incoming {
    struct rp_http_response *out;
    size_t header_bytes;
};

/* Takes a part of the body; less than all of it stops the exchange at once. */
static size_t take_body(const char *bytes, size_t size, size_t count, void *self)
{
    struct incoming *in = self;

    rp_buf_add(&in->out->body, (struct rp_span){bytes, size * count});
    return in->out->body.state == RP_BUF_FINE ? size * count : 0;
}

/* The value of a header's line, where it is that header. */
static bool is_header(struct rp_span line, const char *name, struct rp_span *out_value)
{
    size_t colon = rp_span_find(line, ':');

    if (!rp_span_is_nocase(rp_span_first(line, colon), name))
        return false;
    struct rp_span rest = rp_span_skip(line, colon + 1);
    *out_value = rp_span_trim(rp_span_first(rest, rp_span_find(rest, '\n')));
    return true;
}

static int64_t read_date(struct rp_span value)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 64};

    rp_buf_add(&text, value);
    time_t when = curl_getdate(rp_buf_str(&text), NULL);
    return when > 0 ? (int64_t)when : 0;
}

/* Printable ASCII; a value with anything else in it is none, and an over-long one is cut. */
static void keep(struct rp_span value, char *out, size_t size)
{
    value = rp_span_first(value, size - 1);
    out[0] = '\0';
    if (!rp_span_is_printable(value))
        return;
    memcpy(out, value.p, value.n);
    out[value.n] = '\0';
}

static size_t take_header(const char *bytes, size_t size, size_t count, void *self)
{
    struct incoming *in = self;
    struct rp_span line = {bytes, size * count};
    struct rp_span value;

    in->header_bytes += line.n;
    if (in->header_bytes > HEADER_BYTES_MAX)
        return 0;
    if (is_header(line, "date", &value))
        in->out->date = read_date(value);
    else if (is_header(line, "x-amzn-errortype", &value))
        keep(value, in->out->error_type, sizeof(in->out->error_type));
    else if (is_header(line, "x-amzn-requestid", &value) ||
             is_header(line, "x-amz-request-id", &value))
        keep(value, in->out->request_id, sizeof(in->out->request_id));
    return line.n;
}

/* In the order of what a transfer does; all that is not listed is "broken". */
static const struct {
    CURLcode code;
    enum rp_http_outcome outcome;
} outcomes[] = {
    {CURLE_OK, RP_HTTP_ANSWERED},
    {CURLE_COULDNT_RESOLVE_PROXY, RP_HTTP_NOT_RESOLVED},
    {CURLE_COULDNT_RESOLVE_HOST, RP_HTTP_NOT_RESOLVED},
    {CURLE_COULDNT_CONNECT, RP_HTTP_NOT_CONNECTED},
    {CURLE_OPERATION_TIMEDOUT, RP_HTTP_TIMED_OUT},
    {CURLE_SSL_CONNECT_ERROR, RP_HTTP_TLS_FAILED},
    {CURLE_PEER_FAILED_VERIFICATION, RP_HTTP_TLS_FAILED},
    {CURLE_SSL_CACERT_BADFILE, RP_HTTP_TLS_FAILED},
    {CURLE_SSL_CERTPROBLEM, RP_HTTP_TLS_FAILED},
    {CURLE_SSL_CIPHER, RP_HTTP_TLS_FAILED},
    {CURLE_SSL_ISSUER_ERROR, RP_HTTP_TLS_FAILED},
    {CURLE_SSL_INVALIDCERTSTATUS, RP_HTTP_TLS_FAILED},
    {CURLE_FILESIZE_EXCEEDED, RP_HTTP_TOO_LARGE},
};

static enum rp_http_outcome outcome_of(CURLcode code)
{
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
        if (outcomes[i].code == code)
            return outcomes[i].outcome;
    return RP_HTTP_BROKEN;
}

/* Drives the transfer to its end. False where it was cancelled. */
static bool drive(CURLM *multi, int cancel_fd, CURLcode *out_code)
{
    struct curl_waitfd cancel = {.fd = cancel_fd, .events = CURL_WAIT_POLLIN};
    int running = 1;
    int left;

    for (;;) {
        if (curl_multi_perform(multi, &running) != CURLM_OK) {
            *out_code = CURLE_OUT_OF_MEMORY;
            return true;
        }
        const CURLMsg *done = curl_multi_info_read(multi, &left);
        if (done != NULL) {
            *out_code = done->data.result;
            return true;
        }
        cancel.revents = 0;
        if (curl_multi_poll(multi, &cancel, 1, POLL_MS, NULL) != CURLM_OK) {
            *out_code = CURLE_OUT_OF_MEMORY;
            return true;
        }
        if (cancel.revents != 0)
            return false;
    }
}

/* Whether a connection stood, be it a new one or one that was kept. */
static bool was_connected(CURL *easy)
{
    curl_off_t connect = 0;
    curl_off_t sent = 0;

    (void)curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connect);
    (void)curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
    return connect > 0 || sent > 0;
}

/* What went wrong in words: libcurl's, but for those that quote a proxy's URL, password and all. */
static const char *words_for(const struct rp_http_response *out, CURLcode code, const char *text)
{
    if (out->outcome == RP_HTTP_TOO_LARGE)
        return "the answer is too large";
    if (rp_span_starts(rp_span(text), "Unsupported proxy"))
        return "what the environment names as proxy is no URL of a proxy that can be used";
    return text[0] != '\0' ? text : curl_easy_strerror(code);
}

/* Turns libcurl's verdict into ours. A failure keeps nothing of the body. */
static void conclude(CURL *easy, CURLcode code, const char *text, struct rp_http_response *out)
{
    long status = 0;

    out->outcome = out->body.state == RP_BUF_TOO_LONG ? RP_HTTP_TOO_LARGE : outcome_of(code);
    out->connected = was_connected(easy);
    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (out->outcome == RP_HTTP_ANSWERED && (status < 100 || status > 999))
        out->outcome = RP_HTTP_BROKEN;
    if (out->outcome == RP_HTTP_ANSWERED) {
        out->status = (int)status;
        return;
    }
    rp_buf_release(&out->body);
    rp_escape_text(out->why, sizeof(out->why), words_for(out, code, text));
}

/* Performs a request that is complete. */
static bool transfer(struct rp_exchanger *exchanger, const struct rp_http_request *request,
                     int cancel_fd, struct rp_http_response *out)
{
    char text[CURL_ERROR_SIZE] = "";
    struct incoming in = {.out = out};
    struct curl_slist *headers = NULL;
    CURL *easy = exchanger->easy;
    CURLcode code;
    bool waited_for = true;

    rp_buf_init(&out->body, request->max_body);
    code = rp_fetch_set_options(easy, request, &headers);
    if (code == CURLE_OK) {
        (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, text);
        (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
        (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, &in);
        (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
        (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, &in);
        if (curl_multi_add_handle(exchanger->multi, easy) != CURLM_OK)
            code = CURLE_OUT_OF_MEMORY;
        else
            waited_for = drive(exchanger->multi, cancel_fd, &code);
    }
    conclude(easy, code, text, out);
    (void)curl_multi_remove_handle(exchanger->multi, easy);
    curl_easy_reset(easy); /* forgets what points into this function; keeps connections */
    curl_slist_free_all(headers);
    return waited_for;
}

bool rp_exchange(struct rp_exchanger *exchanger, const struct rp_http_request *request,
                 int cancel_fd, struct rp_http_response *out)
{
    RP_BUF_AUTO struct rp_buf proof = {.max = RP_DPOP_PROOF_MAX};
    struct rp_http_request complete = *request;

    rp_http_response_release(out);
    if (request->dpop_key.n > 0) {
        const char *problem = rp_dpop_prove(request, &proof);
        if (problem != NULL) {
            out->outcome = RP_HTTP_NO_PROOF;
            rp_escape_text(out->why, sizeof(out->why), problem);
            return true;
        }
        complete.headers[complete.header_count++] =
            (struct rp_http_header){"DPoP", rp_buf_span(&proof)};
    }
    return transfer(exchanger, &complete, cancel_fd, out);
}
