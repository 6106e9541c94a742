/* MySQL's HandshakeResponse41: who a client is, and what it speaks. */
#include "mysql_field.h"
#include "rdspass/wire/mysql.h"

enum { HEAD_SIZE = 32, RESERVED_SIZE = 19, ATTRIBUTES_MAX = 64 * 1024 };

static bool has(const struct rp_mysql_response *response, uint32_t capability)
{
    return (response->capabilities & capability) != 0;
}

static struct rp_span read_auth(struct rp_mysql_reader *reader,
                                const struct rp_mysql_response *response)
{
    if (has(response, RP_MYSQL_LENENC_AUTH))
        return rp_mysql_read_sized(reader);
    if (has(response, RP_MYSQL_SECURE_CONNECTION))
        return rp_mysql_read_bytes(reader, rp_mysql_read_uint(reader, 1));
    return rp_mysql_read_text(reader);
}

/* Pairs of a name and a value. Some clients announce them and send none, not even a length. */
static rp_status read_attributes(struct rp_mysql_reader *reader, struct rp_span *out,
                                 struct rp_error *err)
{
    if (reader->rest.n == 0)
        return RP_OK;
    struct rp_span attributes = rp_mysql_read_sized(reader);
    if (attributes.n > ATTRIBUTES_MAX)
        return rp_fail(err, RP_KIND_LOGIN, "the client's attributes are longer than %d bytes",
                       ATTRIBUTES_MAX);
    struct rp_mysql_reader pairs = {.rest = attributes};
    while (pairs.rest.n > 0 && !pairs.lied) {
        (void)rp_mysql_read_sized(&pairs);
        (void)rp_mysql_read_sized(&pairs);
    }
    RP_TRY(rp_mysql_read_check(&pairs, "one of the client's attributes", err));
    *out = attributes;
    return RP_OK;
}

bool rp_mysql_is_ssl_request(struct rp_span payload)
{
    struct rp_mysql_reader reader = {.rest = payload};

    return payload.n == HEAD_SIZE && (rp_mysql_read_uint(&reader, 4) & RP_MYSQL_SSL) != 0;
}

rp_status rp_mysql_parse_response(struct rp_span payload, struct rp_mysql_response *out,
                                  struct rp_error *err)
{
    struct rp_mysql_reader reader = {.rest = payload};
    struct rp_mysql_response parsed = {.user = {"", 0},
                                       .auth = {"", 0},
                                       .database = {"", 0},
                                       .plugin = {"", 0},
                                       .attributes = {"", 0}};

    parsed.capabilities = (uint32_t)rp_mysql_read_uint(&reader, 4);
    if (!has(&parsed, RP_MYSQL_PROTOCOL_41))
        return rp_fail(err, RP_KIND_LOGIN, "the client speaks a protocol older than MySQL 4.1");
    parsed.max_packet = (uint32_t)rp_mysql_read_uint(&reader, 4);
    parsed.charset = (uint8_t)rp_mysql_read_uint(&reader, 1);
    (void)rp_mysql_read_bytes(&reader, RESERVED_SIZE);
    uint32_t extended = (uint32_t)rp_mysql_read_uint(&reader, 4);
    if (!has(&parsed, RP_MYSQL_LONG_PASSWORD))
        parsed.mariadb_capabilities = extended;
    parsed.user = rp_mysql_read_text(&reader);
    parsed.auth = read_auth(&reader, &parsed);
    parsed.has_database = has(&parsed, RP_MYSQL_CONNECT_WITH_DB);
    if (parsed.has_database)
        parsed.database = rp_mysql_read_last_text(&reader);
    if (has(&parsed, RP_MYSQL_PLUGIN_AUTH))
        parsed.plugin = rp_mysql_read_last_text(&reader);
    if (has(&parsed, RP_MYSQL_CONNECT_ATTRS))
        RP_TRY(read_attributes(&reader, &parsed.attributes, err));
    RP_TRY(rp_mysql_read_check(&reader, "the client's response", err));
    *out = parsed;
    return RP_OK;
}

/* What an SSLRequest and the response behind it have in common. */
static void add_head(struct rp_buf *out, const struct rp_mysql_response *response)
{
    static const char reserved[RESERVED_SIZE] = {0};

    rp_mysql_add_uint(out, response->capabilities, 4);
    rp_mysql_add_uint(out, response->max_packet, 4);
    rp_mysql_add_uint(out, response->charset, 1);
    rp_buf_add(out, (struct rp_span){reserved, sizeof(reserved)});
    rp_mysql_add_uint(
        out, has(response, RP_MYSQL_LONG_PASSWORD) ? 0 : response->mariadb_capabilities, 4);
}

static void add_auth(struct rp_buf *out, const struct rp_mysql_response *response)
{
    if (has(response, RP_MYSQL_LENENC_AUTH)) {
        rp_mysql_add_sized(out, response->auth);
    } else if (!has(response, RP_MYSQL_SECURE_CONNECTION)) {
        rp_mysql_add_text(out, response->auth);
    } else if (response->auth.n <= UINT8_MAX) {
        rp_mysql_add_uint(out, response->auth.n, 1);
        rp_buf_add(out, response->auth);
    } else {
        out->state = RP_BUF_TOO_LONG;
    }
}

void rp_mysql_add_response(struct rp_buf *out, const struct rp_mysql_response *response)
{
    add_head(out, response);
    rp_mysql_add_text(out, response->user);
    add_auth(out, response);
    if (has(response, RP_MYSQL_CONNECT_WITH_DB))
        rp_mysql_add_text(out, response->database);
    if (has(response, RP_MYSQL_PLUGIN_AUTH))
        rp_mysql_add_text(out, response->plugin);
    if (has(response, RP_MYSQL_CONNECT_ATTRS))
        rp_mysql_add_sized(out, response->attributes);
}

void rp_mysql_add_ssl_request(struct rp_buf *out, const struct rp_mysql_response *response)
{
    add_head(out, response);
}
