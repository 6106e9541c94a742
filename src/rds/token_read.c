/* Reading a token: the text, its host, its parameters. Nothing is judged here but what it is. */
#include "rdspass/rds/token_read.h"

#include "rdspass/codec/percent.h"
#include "rdspass/codec/time.h"

enum { DECODED_MAX = RP_TOKEN_MAX, SIGNATURE_LENGTH = 64 };

void rp_token_facts_release(struct rp_token_facts *facts)
{
    rp_secret_release(&facts->session_token);
    *facts = (struct rp_token_facts){0};
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* --- the text ------------------------------------------------------------------- */

/* Takes the white space away: around the token, and inside, where lines were wrapped. */
static void strip(struct rp_span text, struct rp_buf *out, unsigned *looks)
{
    size_t end = text.n;

    if (end > 0 && text.p[end - 1] == '\n') {
        *looks |= RP_TOKEN_LINE_END;
        end--;
    }
    if (end > 0 && (is_space(text.p[0]) || is_space(text.p[end - 1])))
        *looks |= RP_TOKEN_WHITE_SPACE;
    while (end > 0 && is_space(text.p[end - 1]))
        end--;
    for (size_t i = 0; i < end; i++) {
        if (!is_space(text.p[i]))
            rp_buf_add_char(out, text.p[i]);
        else if (out->len > 0)
            *looks |= RP_TOKEN_BROKEN_LINE;
    }
}

/* A token that somebody encoded for a URL, whole: '?' and '=' are not in it any more. */
static bool is_encoded_whole(struct rp_span text)
{
    RP_BUF_AUTO struct rp_buf plain = {.max = DECODED_MAX};

    return rp_span_find(text, '?') == text.n && rp_span_find(text, '=') == text.n &&
           rp_percent_decode(&plain, text) && rp_span_find(rp_buf_span(&plain), '?') < plain.len;
}

/* "...", '...': as it stands in a program, a shell's script, JSON. */
static struct rp_span without_quotes(struct rp_span text, unsigned *looks)
{
    if (text.n < 2 || (text.p[0] != '"' && text.p[0] != '\'') || text.p[text.n - 1] != text.p[0])
        return text;
    *looks |= RP_TOKEN_QUOTED;
    return (struct rp_span){text.p + 1, text.n - 2};
}

static struct rp_span without_scheme(struct rp_span text, unsigned *looks)
{
    static const char *const schemes[] = {"https://", "http://"};

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (rp_span_starts(text, schemes[i])) {
            *looks |= RP_TOKEN_SCHEME;
            return rp_span_skip(text, strlen(schemes[i]));
        }
    }
    return text;
}

/* --- host and port ---------------------------------------------------------------- */

static bool copy(struct rp_span from, char *out, size_t size)
{
    if (from.n >= size || rp_span_find(from, '\0') < from.n)
        return false;
    memcpy(out, from.p, from.n);
    out[from.n] = '\0';
    return true;
}

static bool read_authority(struct rp_span authority, struct rp_token_facts *out)
{
    size_t colon = rp_span_find_last(authority, ':');
    struct rp_span host = rp_span_first(authority, colon);
    struct rp_error ignored = {0};
    uint32_t port = 0;

    if (colon < authority.n && !rp_span_to_uint(rp_span_skip(authority, colon + 1), 65535, &port))
        return false;
    if (host.n == 0 || !copy(host, out->host, sizeof(out->host)))
        return false;
    memcpy(out->written, out->host, sizeof(out->written));
    for (char *c = out->host; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z')
            out->looks |= RP_TOKEN_UPPER_CASE;
        *c = rp_lower(*c);
    }
    out->port = (uint16_t)port;
    out->is_endpoint = !rp_failed(rp_endpoint_parse(rp_span(out->host), &out->endpoint, &ignored));
    return true;
}

/* --- parameters --------------------------------------------------------------------- */

/* What is left of "%25XX": the value was encoded, and then again. */
static bool is_still_encoded(struct rp_span value)
{
    for (size_t i = 0; i + 2 < value.n; i++) {
        RP_BUF_AUTO struct rp_buf one = {.max = 8};
        struct rp_span three = {value.p + i, 3};
        if (value.p[i] == '%' && rp_percent_decode(&one, three))
            return true;
    }
    return false;
}

static bool read_action(struct rp_span value, struct rp_token_facts *out)
{
    return copy(value, out->action, sizeof(out->action));
}

static bool read_user(struct rp_span value, struct rp_token_facts *out)
{
    if (is_still_encoded(value))
        out->looks |= RP_TOKEN_USER_ENCODED;
    return copy(value, out->user, sizeof(out->user));
}

static bool read_algorithm(struct rp_span value, struct rp_token_facts *out)
{
    if (!rp_span_is(value, "AWS4-HMAC-SHA256"))
        out->looks |= RP_TOKEN_OTHER_METHOD;
    return true;
}

static bool read_headers(struct rp_span value, struct rp_token_facts *out)
{
    if (!rp_span_is(value, "host"))
        out->looks |= RP_TOKEN_OTHER_HEADERS;
    return true;
}

/* "KEYID/20260102/eu-central-1/rds-db/aws4_request". The date is compared when all is read. */
static bool read_credential(struct rp_span value, struct rp_token_facts *out)
{
    struct rp_span rest = value;
    struct rp_span part[5] = {{NULL, 0}};
    size_t n = 0;

    while (n < 5 && rp_span_split(&rest, '/', &part[n]))
        n++;
    if (n < 5 || rest.p != NULL || !rp_span_is(part[4], "aws4_request") ||
        !copy(part[1], out->date, sizeof(out->date)) ||
        !copy(part[0], out->access_key_id, sizeof(out->access_key_id)) ||
        !copy(part[2], out->region, sizeof(out->region)) ||
        !copy(part[3], out->service, sizeof(out->service)))
        out->looks |= RP_TOKEN_BAD_CREDENTIAL;
    return true;
}

/* "20260102T030405Z" as the time that the other format of AWS's would say. */
static bool read_date(struct rp_span value, struct rp_token_facts *out)
{
    char iso[RP_TIME_ISO_SIZE];

    if (value.n != RP_TIME_AMZ_SIZE - 1 || value.p[8] != 'T' || value.p[15] != 'Z') {
        out->looks |= RP_TOKEN_BAD_DATE;
        return true;
    }
    (void)snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", value.p, value.p + 4,
                   value.p + 6, value.p + 9, value.p + 11, value.p + 13);
    if (!rp_time_parse_iso(rp_span(iso), &out->signed_at))
        out->looks |= RP_TOKEN_BAD_DATE;
    return true;
}

static bool read_expires(struct rp_span value, struct rp_token_facts *out)
{
    return rp_span_to_uint(value, UINT32_MAX - 1, &out->expires);
}

static bool read_session(struct rp_span value, struct rp_token_facts *out)
{
    struct rp_error ignored = {0};

    if (value.n == 0)
        out->looks |= RP_TOKEN_EMPTY_SESSION;
    return !rp_failed(rp_secret_set(&out->session_token, value, &ignored));
}

static bool read_signature(struct rp_span value, struct rp_token_facts *out)
{
    for (size_t i = 0; i < value.n; i++)
        if (!rp_is_digit(value.p[i]) && (value.p[i] < 'a' || value.p[i] > 'f'))
            return false;
    if (value.n == SIGNATURE_LENGTH)
        return copy(value, out->signature, sizeof(out->signature));
    out->looks |= RP_TOKEN_NO_SIGNATURE;
    return value.n < SIGNATURE_LENGTH;
}

enum parameter {
    ACTION,
    USER,
    ALGORITHM,
    CREDENTIAL,
    DATE,
    EXPIRES,
    SESSION,
    HEADERS,
    SIGNATURE,
    PARAMETER_COUNT
};

static const struct {
    const char *name;
    bool (*read)(struct rp_span value, struct rp_token_facts *out);
} parameters[PARAMETER_COUNT] = {
    [ACTION] = {"Action", read_action},
    [USER] = {"DBUser", read_user},
    [ALGORITHM] = {"X-Amz-Algorithm", read_algorithm},
    [CREDENTIAL] = {"X-Amz-Credential", read_credential},
    [DATE] = {"X-Amz-Date", read_date},
    [EXPIRES] = {"X-Amz-Expires", read_expires},
    [SESSION] = {"X-Amz-Security-Token", read_session},
    [HEADERS] = {"X-Amz-SignedHeaders", read_headers},
    [SIGNATURE] = {"X-Amz-Signature", read_signature},
};

/* Which parameters were met: a bit for each. */
static bool is_seen(unsigned seen, enum parameter parameter)
{
    return (seen & (1U << parameter)) != 0;
}

static bool read_pair(struct rp_span pair, unsigned *seen, struct rp_token_facts *out)
{
    RP_BUF_AUTO struct rp_buf value = {.max = DECODED_MAX};
    size_t equals = rp_span_find(pair, '=');
    struct rp_span name = rp_span_first(pair, equals);

    if (!rp_percent_decode(&value, rp_span_skip(pair, equals + 1)))
        return false;
    for (unsigned i = 0; i < PARAMETER_COUNT; i++) {
        if (!rp_span_is(name, parameters[i].name))
            continue;
        if (is_seen(*seen, (enum parameter)i))
            out->looks |= RP_TOKEN_NAMED_TWICE;
        *seen |= 1U << i;
        if (i != USER && is_still_encoded(rp_buf_span(&value))) {
            RP_BUF_AUTO struct rp_buf plain = {.max = DECODED_MAX};
            out->looks |= RP_TOKEN_ENCODED_TWICE;
            return rp_percent_decode(&plain, rp_buf_span(&value)) &&
                   parameters[i].read(rp_buf_span(&plain), out);
        }
        return parameters[i].read(rp_buf_span(&value), out);
    }
    out->looks |= RP_TOKEN_UNKNOWN_NAME;
    return true;
}

/* The scope of the signature has a date, too: it must be the day of the other. */
static void compare_dates(struct rp_token_facts *facts)
{
    char amz[RP_TIME_AMZ_SIZE];

    if ((facts->looks & (RP_TOKEN_BAD_DATE | RP_TOKEN_BAD_CREDENTIAL)) != 0)
        return;
    rp_time_format_amz(facts->signed_at, amz);
    if (memcmp(amz, facts->date, sizeof(facts->date) - 1) != 0)
        facts->looks |= RP_TOKEN_DATES_DIFFER;
}

/* A token that was cut off ends anywhere: its last parameter may be half of one. */
static bool read_query(struct rp_span query, struct rp_token_facts *out)
{
    struct rp_span rest = query;
    struct rp_span pair = {NULL, 0};
    unsigned seen = 0;
    bool cut = false;

    while (rp_span_split(&rest, '&', &pair)) {
        bool last = rest.p == NULL;
        if (read_pair(pair, &seen, out))
            continue;
        if (!last)
            return false;
        cut = true;
    }
    if (cut || !is_seen(seen, SIGNATURE))
        out->looks |= RP_TOKEN_NO_SIGNATURE;
    if (!is_seen(seen, CREDENTIAL))
        out->looks |= RP_TOKEN_BAD_CREDENTIAL;
    if (!is_seen(seen, DATE))
        out->looks |= RP_TOKEN_BAD_DATE;
    compare_dates(out);
    return seen != 0;
}

/* --- all of it ------------------------------------------------------------------------ */

static bool read_plain(struct rp_span text, struct rp_token_facts *out)
{
    struct rp_span rest = without_scheme(text, &out->looks);
    size_t question = rp_span_find(rest, '?');
    struct rp_span authority = rp_span_first(rest, question);

    if (question == rest.n)
        return false;
    if (rp_span_ends(authority, "/"))
        authority.n--;
    return read_authority(authority, out) && read_query(rp_span_skip(rest, question + 1), out);
}

rp_status rp_token_read(struct rp_span text, struct rp_token_facts *out, struct rp_error *err)
{
    RP_TOKEN_FACTS_AUTO struct rp_token_facts facts = {0};
    RP_BUF_AUTO struct rp_buf stripped = {.max = RP_TOKEN_MAX};
    RP_BUF_AUTO struct rp_buf decoded = {.max = DECODED_MAX};

    strip(text, &stripped, &facts.looks);
    RP_TRY(rp_buf_check(&stripped, RP_KIND_CONFIG, "the token", err));
    struct rp_span token = without_quotes(rp_buf_span(&stripped), &facts.looks);
    if (is_encoded_whole(token)) {
        facts.looks |= RP_TOKEN_ENCODED_TWICE;
        rp_ignore(rp_percent_decode(&decoded, token) ? RP_OK : RP_FAILED);
        token = rp_buf_span(&decoded);
    }
    facts.length = stripped.len;
    if (!read_plain(token, &facts)) {
        rp_status status = rp_fail(err, RP_KIND_CONFIG, "this is no IAM authentication token%s",
                                   stripped.len == 0 ? ": nothing came" : "");
        rp_hint(err, "a token begins HOST:PORT/?Action=connect&DBUser=...");
        return status;
    }
    rp_token_facts_release(out);
    *out = facts;
    facts = (struct rp_token_facts){0}; /* moved */
    return RP_OK;
}
