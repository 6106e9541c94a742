/*
 * The first stage: one text for all the ways to write the same request.
 *
 * Names and values are written one behind the other into a scratch buffer and
 * sorted as places in it, since the buffer moves while it grows.
 */
#include "canonical.h"

#include "rdspass/codec/hex.h"
#include "rdspass/codec/percent.h"
#include "rdspass/crypto/sha256.h"

struct place {
    size_t name, name_n;
    size_t value, value_n;
};

struct pairs {
    struct rp_buf text;
    struct place places[RP_SIGV4_PAIRS_MAX];
    size_t count;
};

static struct rp_span name_of(const struct pairs *pairs, size_t i)
{
    return (struct rp_span){rp_buf_str(&pairs->text) + pairs->places[i].name,
                            pairs->places[i].name_n};
}

static struct rp_span value_of(const struct pairs *pairs, size_t i)
{
    return (struct rp_span){rp_buf_str(&pairs->text) + pairs->places[i].value,
                            pairs->places[i].value_n};
}

static void release_pairs(struct pairs *pairs)
{
    rp_buf_release(&pairs->text);
}

/* How a name or a value is written: one function for the query, two for headers. */
typedef void write_fn(struct rp_buf *out, struct rp_span raw);

static rp_status add_pair(struct pairs *pairs, write_fn *write_name, struct rp_span name,
                          write_fn *write_value, struct rp_span value, struct rp_error *err)
{
    if (pairs->count == RP_SIGV4_PAIRS_MAX)
        return rp_fail(err, RP_KIND_INTERNAL, "a request to be signed has too many parts");
    struct place *place = &pairs->places[pairs->count++];
    place->name = pairs->text.len;
    write_name(&pairs->text, name);
    place->name_n = pairs->text.len - place->name;
    place->value = pairs->text.len;
    write_value(&pairs->text, value);
    place->value_n = pairs->text.len - place->value;
    return rp_buf_check(&pairs->text, RP_KIND_INTERNAL, "a request to be signed", err);
}

/* Insertion sort: stable, and the lists are short. Headers keep the order of equal names. */
static void sort_pairs(struct pairs *pairs, bool by_value)
{
    for (size_t i = 1; i < pairs->count; i++) {
        for (size_t j = i; j > 0; j--) {
            int order = rp_span_cmp(name_of(pairs, j - 1), name_of(pairs, j));
            if (order == 0 && by_value)
                order = rp_span_cmp(value_of(pairs, j - 1), value_of(pairs, j));
            if (order <= 0)
                break;
            struct place later = pairs->places[j - 1];
            pairs->places[j - 1] = pairs->places[j];
            pairs->places[j] = later;
        }
    }
}

bool rp_sigv4_signs_token(const struct rp_sigv4_signer *signer)
{
    return !rp_secret_is_empty(signer->session_token) && !signer->token_outside;
}

void rp_sigv4_add_scope(const struct rp_sigv4_signer *signer, struct rp_buf *out)
{
    char when[RP_TIME_AMZ_SIZE];

    rp_time_format_amz(signer->when, when);
    rp_buf_add(out, rp_span_first(rp_span(when), sizeof("20150830") - 1));
    rp_buf_add_char(out, '/');
    rp_buf_add(out, signer->region);
    rp_buf_add_char(out, '/');
    rp_buf_add(out, signer->service);
    rp_buf_add_str(out, "/aws4_request");
}

rp_status rp_sigv4_payload_hash(const struct rp_sigv4_request *request, struct rp_buf *out,
                                struct rp_error *err)
{
    uint8_t hash[RP_SHA256_SIZE];

    RP_TRY(rp_sha256(request->body, hash, err));
    rp_hex_add(out, hash, sizeof(hash));
    return RP_OK;
}

static rp_status add_query(struct pairs *pairs, struct rp_span name, struct rp_span value,
                           struct rp_error *err)
{
    return add_pair(pairs, rp_percent_encode, name, rp_percent_encode, value, err);
}

/* A value that was put together: a part of it, for want of memory, must not be signed. */
static rp_status add_query_text(struct pairs *pairs, struct rp_span name, const struct rp_buf *text,
                                struct rp_error *err)
{
    RP_TRY(rp_buf_check(text, RP_KIND_INTERNAL, "a request to be signed", err));
    return add_query(pairs, name, rp_buf_span(text), err);
}

static rp_status add_presign_parameters(struct pairs *pairs, const struct rp_sigv4_request *request,
                                        const struct rp_sigv4_signer *signer, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_SIGV4_TEXT_MAX};
    char when[RP_TIME_AMZ_SIZE];

    RP_TRY(add_query(pairs, RP_SPAN("X-Amz-Algorithm"), RP_SPAN("AWS4-HMAC-SHA256"), err));
    rp_buf_add(&text, signer->access_key_id);
    rp_buf_add_char(&text, '/');
    rp_sigv4_add_scope(signer, &text);
    RP_TRY(add_query_text(pairs, RP_SPAN("X-Amz-Credential"), &text, err));
    rp_time_format_amz(signer->when, when);
    RP_TRY(add_query(pairs, RP_SPAN("X-Amz-Date"), rp_span(when), err));
    rp_buf_clear(&text);
    rp_buf_addf(&text, "%u", signer->expires);
    RP_TRY(add_query_text(pairs, RP_SPAN("X-Amz-Expires"), &text, err));
    if (rp_sigv4_signs_token(signer))
        RP_TRY(add_query(pairs, RP_SPAN("X-Amz-Security-Token"),
                         rp_secret_reveal(signer->session_token), err));
    rp_buf_clear(&text);
    RP_TRY(rp_sigv4_canonical_headers(request, signer, true, NULL, &text, err));
    return add_query_text(pairs, RP_SPAN("X-Amz-SignedHeaders"), &text, err);
}

rp_status rp_sigv4_canonical_query(const struct rp_sigv4_request *request,
                                   const struct rp_sigv4_signer *signer, bool presigned,
                                   struct rp_buf *out, struct rp_error *err)
{
    __attribute__((cleanup(release_pairs))) struct pairs pairs = {.text.max = RP_SIGV4_TEXT_MAX};

    for (size_t i = 0; i < request->query_count; i++)
        RP_TRY(add_query(&pairs, request->query[i].name, request->query[i].value, err));
    if (presigned)
        RP_TRY(add_presign_parameters(&pairs, request, signer, err));
    sort_pairs(&pairs, true);
    for (size_t i = 0; i < pairs.count; i++) {
        if (i > 0)
            rp_buf_add_char(out, '&');
        rp_buf_add(out, name_of(&pairs, i));
        rp_buf_add_char(out, '=');
        rp_buf_add(out, value_of(&pairs, i));
    }
    return RP_OK;
}

static void write_header_name(struct rp_buf *out, struct rp_span raw)
{
    for (size_t i = 0; i < raw.n; i++)
        rp_buf_add_char(out, rp_lower(raw.p[i]));
}

/* Without blanks at the ends, and with one space for each run of blanks inside. */
static void write_header_value(struct rp_buf *out, struct rp_span raw)
{
    bool blank = false;

    raw = rp_span_trim(raw);
    for (size_t i = 0; i < raw.n; i++) {
        bool was_blank = blank;
        blank = raw.p[i] == ' ' || raw.p[i] == '\t';
        if (!blank)
            rp_buf_add_char(out, raw.p[i]);
        else if (!was_blank)
            rp_buf_add_char(out, ' ');
    }
}

static rp_status add_header(struct pairs *pairs, struct rp_span name, struct rp_span value,
                            struct rp_error *err)
{
    return add_pair(pairs, write_header_name, name, write_header_value, value, err);
}

static rp_status add_signing_headers(struct pairs *pairs, const struct rp_sigv4_request *request,
                                     const struct rp_sigv4_signer *signer, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf hash = {.max = 2 * RP_SHA256_SIZE};
    char when[RP_TIME_AMZ_SIZE];

    rp_time_format_amz(signer->when, when);
    RP_TRY(add_header(pairs, RP_SPAN("X-Amz-Date"), rp_span(when), err));
    if (rp_sigv4_signs_token(signer))
        RP_TRY(add_header(pairs, RP_SPAN("X-Amz-Security-Token"),
                          rp_secret_reveal(signer->session_token), err));
    if (!signer->sign_body)
        return RP_OK;
    RP_TRY(rp_sigv4_payload_hash(request, &hash, err));
    RP_TRY(rp_buf_check(&hash, RP_KIND_INTERNAL, "a request to be signed", err));
    return add_header(pairs, RP_SPAN("X-Amz-Content-Sha256"), rp_buf_span(&hash), err);
}

static bool is_same_name(const struct pairs *pairs, size_t i)
{
    return i > 0 && rp_span_eq(name_of(pairs, i - 1), name_of(pairs, i));
}

/* "name:value,value", a line for each name. */
static void add_header_lines(const struct pairs *pairs, struct rp_buf *out)
{
    for (size_t i = 0; i < pairs->count; i++) {
        if (is_same_name(pairs, i)) {
            rp_buf_add_char(out, ',');
        } else {
            if (i > 0)
                rp_buf_add_char(out, '\n');
            rp_buf_add(out, name_of(pairs, i));
            rp_buf_add_char(out, ':');
        }
        rp_buf_add(out, value_of(pairs, i));
    }
    if (pairs->count > 0)
        rp_buf_add_char(out, '\n');
}

/* "name;name", each once. */
static void add_header_names(const struct pairs *pairs, struct rp_buf *out)
{
    for (size_t i = 0; i < pairs->count; i++) {
        if (is_same_name(pairs, i))
            continue;
        if (i > 0)
            rp_buf_add_char(out, ';');
        rp_buf_add(out, name_of(pairs, i));
    }
}

rp_status rp_sigv4_canonical_headers(const struct rp_sigv4_request *request,
                                     const struct rp_sigv4_signer *signer, bool presigned,
                                     struct rp_buf *out_lines, struct rp_buf *out_names,
                                     struct rp_error *err)
{
    __attribute__((cleanup(release_pairs))) struct pairs pairs = {.text.max = RP_SIGV4_TEXT_MAX};

    for (size_t i = 0; i < request->header_count; i++)
        RP_TRY(add_header(&pairs, request->headers[i].name, request->headers[i].value, err));
    if (!presigned)
        RP_TRY(add_signing_headers(&pairs, request, signer, err));
    sort_pairs(&pairs, false);
    if (out_lines != NULL)
        add_header_lines(&pairs, out_lines);
    if (out_names != NULL)
        add_header_names(&pairs, out_names);
    return RP_OK;
}

/* Resolves "." and ".." and empty segments (RFC 3986 §5.2.4), keeping a '/' at the end. */
static void normalize_path(struct rp_buf *out, struct rp_span path)
{
    struct rp_span kept[RP_SIGV4_PAIRS_MAX];
    struct rp_span segment = {NULL, 0};
    bool directory = false; /* what the last segment says: "a/." and "a/" name the same */
    size_t count = 0;

    while (rp_span_split(&path, '/', &segment)) {
        directory = segment.n == 0 || rp_span_is(segment, ".") || rp_span_is(segment, "..");
        if (rp_span_is(segment, "..") && count > 0)
            count--;
        else if (!directory && count == RP_SIGV4_PAIRS_MAX)
            out->state = RP_BUF_TOO_LONG;
        else if (!directory)
            kept[count++] = segment;
    }
    for (size_t i = 0; i < count; i++) {
        rp_buf_add_char(out, '/');
        rp_buf_add(out, kept[i]);
    }
    if (directory || count == 0)
        rp_buf_add_char(out, '/');
}

static void add_path(struct rp_buf *out, struct rp_span path, bool normalize)
{
    RP_BUF_AUTO struct rp_buf plain = {.max = RP_SIGV4_TEXT_MAX};

    if (normalize)
        normalize_path(&plain, path);
    else
        rp_buf_add(&plain, path);
    if (plain.state != RP_BUF_FINE)
        out->state = plain.state;
    rp_percent_encode_path(out, rp_buf_span(&plain));
}

rp_status rp_sigv4_canonical_request(const struct rp_sigv4_request *request,
                                     const struct rp_sigv4_signer *signer, bool presigned,
                                     struct rp_buf *out, struct rp_error *err)
{
    rp_buf_add(out, request->method);
    rp_buf_add_char(out, '\n');
    add_path(out, request->path, signer->normalize);
    rp_buf_add_char(out, '\n');
    RP_TRY(rp_sigv4_canonical_query(request, signer, presigned, out, err));
    rp_buf_add_char(out, '\n');
    RP_TRY(rp_sigv4_canonical_headers(request, signer, presigned, out, NULL, err));
    rp_buf_add_char(out, '\n');
    RP_TRY(rp_sigv4_canonical_headers(request, signer, presigned, NULL, out, err));
    rp_buf_add_char(out, '\n');
    RP_TRY(rp_sigv4_payload_hash(request, out, err));
    return rp_buf_check(out, RP_KIND_INTERNAL, "a request to be signed", err);
}
