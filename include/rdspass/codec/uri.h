/*
 * URLs of databases, RFC 3986 §3:
 *
 *     SCHEME://[USER@][HOST][:PORT][/DATABASE][?QUERY]
 *
 * The scheme says what to do with it and is judged by the caller, as are the
 * parameters of the query.
 */
#ifndef RP_CODEC_URI_H
#define RP_CODEC_URI_H

#include "rdspass/base/span.h"
#include "rdspass/base/status.h"

enum { RP_URI_TEXT_MAX = 255 };

/* Texts are percent-decoded; each is empty where the URL has none. */
struct rp_uri {
    char scheme[32]; /* lower case */
    char user[RP_URI_TEXT_MAX + 1];
    char host[RP_URI_TEXT_MAX + 1]; /* as written, an IPv6 address without its brackets */
    char port[8];                   /* digits */
    char database[RP_URI_TEXT_MAX + 1];
    struct rp_span query; /* as written, without the '?': part of the text that was parsed */
};

/* Whether the text begins like a URL, "SCHEME://", or like JDBC's, "jdbc:SCHEME:". */
bool rp_uri_is(struct rp_span text);

/*
 * Takes a URL apart. RP_KIND_USAGE where it is malformed, where it holds a
 * password (or what may be one), a fragment, more than one host, a NUL. No
 * error quotes any part of it.
 */
rp_status rp_uri_parse(struct rp_span text, struct rp_uri *out, struct rp_error *err) RP_MUST_USE;

#endif
