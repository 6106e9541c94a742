/* URLs of databases. Errors quote nothing, since a password may stand anywhere in a bad one. */
#include "rdspass/codec/uri.h"

#include <string.h>

#include "rdspass/codec/percent.h"

static bool is_scheme_char(char c)
{
    return rp_is_alpha(c) || rp_is_digit(c) || c == '+' || c == '-' || c == '.';
}

/* The scheme at the start of the text, if "://" follows it. */
static struct rp_span find_scheme(struct rp_span text)
{
    struct rp_span scheme = rp_span_first(text, rp_span_find(text, ':'));

    if (scheme.n == 0 || !rp_is_alpha(scheme.p[0]) ||
        !rp_span_starts(rp_span_skip(text, scheme.n), "://"))
        return (struct rp_span){NULL, 0};
    for (size_t i = 0; i < scheme.n; i++)
        if (!is_scheme_char(scheme.p[i]))
            return (struct rp_span){NULL, 0};
    return scheme;
}

static bool is_jdbc(struct rp_span text)
{
    return text.n >= 5 && rp_span_is_nocase(rp_span_first(text, 5), "jdbc:");
}

bool rp_uri_is(struct rp_span text)
{
    return find_scheme(text).n > 0 || is_jdbc(text);
}

/* Copies into a field of `size` bytes, NUL included. */
static rp_status copy(char *out, size_t size, struct rp_span text, const char *what,
                      struct rp_error *err)
{
    if (text.n >= size)
        return rp_fail(err, RP_KIND_USAGE, "the URL's %s is longer than %zu bytes", what, size - 1);
    if (text.n > 0)
        memcpy(out, text.p, text.n);
    out[text.n] = '\0';
    return RP_OK;
}

static rp_status decode(char out[static RP_URI_TEXT_MAX + 1], struct rp_span text, const char *what,
                        struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf plain = {.max = RP_URI_TEXT_MAX};

    if (!rp_percent_decode(&plain, text)) {
        rp_status status = rp_fail(err, RP_KIND_USAGE,
                                   "the URL's %s has a '%%' without two hexadecimal digits, or a "
                                   "NUL byte",
                                   what);
        rp_hint(err, "write a '%%' itself as %%25");
        return status;
    }
    if (plain.state == RP_BUF_TOO_LONG)
        return rp_fail(err, RP_KIND_USAGE, "the URL's %s is longer than %d bytes", what,
                       RP_URI_TEXT_MAX);
    RP_TRY(rp_buf_check(&plain, RP_KIND_USAGE, what, err));
    return copy(out, RP_URI_TEXT_MAX + 1, rp_buf_span(&plain), what, err);
}

/* "USER", "USER:" or, refused, "USER:PASSWORD". */
static rp_status read_user(struct rp_span text, struct rp_uri *out, struct rp_error *err)
{
    struct rp_span user = rp_span_first(text, rp_span_find(text, ':'));

    if (rp_span_skip(text, user.n + 1).n > 0) {
        rp_status status = rp_fail(err, RP_KIND_USAGE, "the URL holds a password");
        rp_hint(err, "leave it out: the token takes its place");
        return status;
    }
    if (rp_span_find(text, '@') < text.n) {
        rp_status status = rp_fail(err, RP_KIND_USAGE, "the URL has more than one '@'");
        rp_hint(err, "write an '@' in the user's name as %%40");
        return status;
    }
    return decode(out->user, user, "user", err);
}

static bool is_address_char(char c)
{
    return rp_is_digit(c) || (rp_lower(c) >= 'a' && rp_lower(c) <= 'f') || c == ':' || c == '.';
}

/* "[ADDRESS]" at the start of the text; *out_rest is what follows. */
static rp_status read_bracketed(struct rp_span text, struct rp_span *out_rest, struct rp_uri *out,
                                struct rp_error *err)
{
    struct rp_span address = rp_span_skip(rp_span_first(text, rp_span_find(text, ']')), 1);

    *out_rest = rp_span_skip(text, address.n + 2);
    if (address.n + 2 > text.n || address.n == 0)
        return rp_fail(err, RP_KIND_USAGE, "the URL's host is not an address in brackets");
    for (size_t i = 0; i < address.n; i++)
        if (!is_address_char(address.p[i]))
            return rp_fail(err, RP_KIND_USAGE, "the URL's host is not an address in brackets");
    return copy(out->host, sizeof(out->host), address, "host", err);
}

static rp_status read_name(struct rp_span text, struct rp_span *out_rest, struct rp_uri *out,
                           struct rp_error *err)
{
    struct rp_span name = rp_span_first(text, rp_span_find(text, ':'));

    *out_rest = rp_span_skip(text, name.n);
    if (rp_span_find(text, ',') < text.n)
        return rp_fail(err, RP_KIND_USAGE, "the URL names more than one host");
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!rp_is_alpha(c) && !rp_is_digit(c) && c != '-' && c != '.' && c != '_')
            return rp_fail(err, RP_KIND_USAGE,
                           "the URL's host has a character that no host name has");
    }
    return copy(out->host, sizeof(out->host), name, "host", err);
}

/* "" or ":" or ":PORT". */
static rp_status read_port(struct rp_span text, struct rp_uri *out, struct rp_error *err)
{
    struct rp_span port = rp_span_skip(text, 1);
    uint32_t number;

    if (text.n > 0 && text.p[0] != ':')
        return rp_fail(err, RP_KIND_USAGE, "the URL has something between host and port");
    if (port.n == 0)
        return RP_OK;
    if (port.n >= sizeof(out->port) || !rp_span_to_uint(port, UINT16_MAX, &number) || number == 0) {
        rp_status status =
            rp_fail(err, RP_KIND_USAGE, "the URL's port is not a number from 1 to 65535");
        rp_hint(err, "a '/', '?' or '#' in the user's name is written as %%2F, %%3F, %%23");
        return status;
    }
    return copy(out->port, sizeof(out->port), port, "port", err);
}

static rp_status read_authority(struct rp_span text, struct rp_uri *out, struct rp_error *err)
{
    size_t at = rp_span_find_last(text, '@');
    struct rp_span rest = {NULL, 0};

    if (at < text.n) {
        RP_TRY(read_user(rp_span_first(text, at), out, err));
        text = rp_span_skip(text, at + 1);
    }
    if (rp_span_starts(text, "["))
        RP_TRY(read_bracketed(text, &rest, out, err));
    else
        RP_TRY(read_name(text, &rest, out, err));
    return read_port(rest, out, err);
}

static rp_status read_path(struct rp_span text, struct rp_uri *out, struct rp_error *err)
{
    struct rp_span database = rp_span_skip(text, 1);

    if (rp_span_find(database, '/') < database.n) {
        rp_status status = rp_fail(err, RP_KIND_USAGE, "the URL's path has more than one part");
        rp_hint(err, "write a '/' in the database's name as %%2F");
        return status;
    }
    return decode(out->database, database, "database", err);
}

/* Where the text has one of the two characters first; its length where it has neither. */
static size_t find_either(struct rp_span text, char a, char b)
{
    size_t at = rp_span_find(text, a);
    size_t other = rp_span_find(text, b);
    return at < other ? at : other;
}

static rp_status parse(struct rp_span text, struct rp_uri *out, struct rp_error *err)
{
    struct rp_span scheme = find_scheme(text);

    if (is_jdbc(text)) {
        rp_status status = rp_fail(err, RP_KIND_USAGE, "a JDBC URL is not understood");
        rp_hint(err, "mysql://USER@HOST:PORT/DATABASE or postgres://USER@HOST:PORT/DATABASE");
        return status;
    }
    if (scheme.n == 0)
        return rp_fail(err, RP_KIND_USAGE, "that is not a URL");
    RP_TRY(copy(out->scheme, sizeof(out->scheme), scheme, "scheme", err));
    for (char *c = out->scheme; *c != '\0'; c++)
        *c = rp_lower(*c);
    if (rp_span_find(text, '#') < text.n)
        return rp_fail(err, RP_KIND_USAGE, "the URL has a fragment, '#' and what follows");

    struct rp_span rest = rp_span_skip(text, scheme.n + strlen("://"));
    struct rp_span authority = rp_span_first(rest, find_either(rest, '/', '?'));
    rest = rp_span_skip(rest, authority.n);
    struct rp_span path = rp_span_first(rest, rp_span_find(rest, '?'));
    out->query = rp_span_skip(rest, path.n + 1);
    RP_TRY(read_authority(authority, out, err));
    return read_path(path, out, err);
}

rp_status rp_uri_parse(struct rp_span text, struct rp_uri *out, struct rp_error *err)
{
    struct rp_uri uri = {.scheme = ""};

    RP_TRY(parse(text, &uri, err));
    *out = uri;
    return RP_OK;
}
