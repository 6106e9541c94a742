/*
 * Options: http and https and no redirect to anything; certificates verified; no
 * cookies, no .netrc, no user of its own; the proxy of the environment or none.
 */
#include "options.h"

#include <sys/stat.h>

enum { HEADER_LINE_MAX = 64 * 1024 };

/* Keeps the first failure, as struct rp_buf does; the options that follow are then not set. */
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK)                                                                      \
            code = curl_easy_setopt(easy, option, value);                                          \
    } while (0)

static CURLcode add_line(struct curl_slist **headers, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*headers, line);

    if (longer == NULL)
        return CURLE_OUT_OF_MEMORY;
    *headers = longer;
    return CURLE_OK;
}

/* "Name: value"; an empty one is written "Name;" for libcurl. */
static CURLcode add_header(struct curl_slist **headers, const struct rp_http_header *header)
{
    RP_BUF_AUTO struct rp_buf line = {.max = HEADER_LINE_MAX};

    rp_buf_add_str(&line, header->name);
    rp_buf_add_str(&line, header->value.n == 0 ? ";" : ": ");
    rp_buf_add(&line, header->value);
    return line.state == RP_BUF_FINE ? add_line(headers, rp_buf_str(&line)) : CURLE_OUT_OF_MEMORY;
}

static bool has_header(const struct rp_http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (rp_span_is_nocase(rp_span(request->headers[i].name), name))
            return true;
    return false;
}

static CURLcode set_headers(CURL *easy, const struct rp_http_request *request,
                            struct curl_slist **headers)
{
    CURLcode code = add_line(headers, "Expect:"); /* no waiting for "100 Continue" */

    /* libcurl would call any body a form. */
    if (code == CURLE_OK && !has_header(request, "Content-Type"))
        code = add_line(headers, "Content-Type:");
    for (size_t i = 0; code == CURLE_OK && i < request->header_count; i++)
        code = add_header(headers, &request->headers[i]);
    SET(CURLOPT_HTTPHEADER, *headers);
    SET(CURLOPT_USERAGENT, "rdspass/" RP_VERSION);
    return code;
}

static CURLcode set_method(CURL *easy, const struct rp_http_request *request)
{
    CURLcode code = CURLE_OK;

    SET(CURLOPT_URL, request->url);
    if (strcmp(request->method, "GET") == 0) {
        SET(CURLOPT_HTTPGET, 1L);
        return code;
    }
    /* A POST that calls itself so: an empty body, too, is sent with its length. */
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
    SET(CURLOPT_POSTFIELDS, request->body.n == 0 ? "" : request->body.p);
    SET(CURLOPT_CUSTOMREQUEST, request->method);
    return code;
}

static CURLcode set_limits(CURL *easy, const struct rp_http_request *request)
{
    CURLcode code = CURLE_OK;

#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
    SET(CURLOPT_QUICK_EXIT, 1L); /* a resolver that hangs does not hold up the deadline */
#endif
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)request->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)request->total_ms);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)(request->max_body == 0 ? 1 : request->max_body));
    return code;
}

/* Where the certificates of https servers are looked up: there, and nowhere else as well. */
static CURLcode set_trust(CURL *easy, const struct rp_http_request *request)
{
    CURLcode code = CURLE_OK;
    struct stat st;

    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (request->ca_file != NULL) {
        bool directory = stat(request->ca_file, &st) == 0 && S_ISDIR(st.st_mode);
        SET(CURLOPT_CAINFO, directory ? NULL : request->ca_file);
        SET(CURLOPT_CAPATH, directory ? request->ca_file : NULL);
    }
    return code;
}

static CURLcode set_proxy(CURL *easy, const struct rp_http_request *request)
{
    CURLcode code = CURLE_OK;

    if (request->direct) {
        SET(CURLOPT_PROXY, ""); /* not even that of the environment */
        SET(CURLOPT_NOPROXY, "*");
    }
    return code;
}

CURLcode rp_fetch_set_options(CURL *easy, const struct rp_http_request *request,
                              struct curl_slist **out_headers)
{
    CURLcode code = set_limits(easy, request);

    if (code == CURLE_OK)
        code = set_trust(easy, request);
    if (code == CURLE_OK)
        code = set_proxy(easy, request);
    if (code == CURLE_OK)
        code = set_method(easy, request);
    if (code == CURLE_OK)
        code = set_headers(easy, request, out_headers);
    return code;
}
