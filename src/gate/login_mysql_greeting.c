/* MySQL's login before TLS: the server's greeting, and the request for TLS. */
#include "login_mysql.h"

enum { GREETING_MAX = 2048 }; /* that of real ones is a tenth */

/* Speaks by itself when it is tired of waiting: an ErrorResponse. */
static bool is_postgres(struct rp_span bytes)
{
    return bytes.n >= 6 && memcmp(bytes.p, "E\0\0", 3) == 0 && bytes.p[5] == 'S';
}

/* What the gate needs of a server beside TLS. */
static bool is_capable(uint32_t capabilities)
{
    const uint32_t needed =
        RP_MYSQL_PROTOCOL_41 | RP_MYSQL_SECURE_CONNECTION | RP_MYSQL_PLUGIN_AUTH;

    return (capabilities & needed) == needed;
}

static enum rp_login_next look_at(struct rp_gate_login *login, struct rp_span payload)
{
    struct rp_error err = {0};

    if (rp_mysql_answer(payload) == RP_MYSQL_ERROR)
        return rp_mysql_server_error(login, payload);
    rp_status status = rp_mysql_parse_greeting(payload, &login->mysql.upstream, &err);
    if (rp_failed(status))
        return rp_mysql_server_nonsense(login, err.msg);
    if ((login->mysql.upstream.capabilities & RP_MYSQL_SSL) == 0)
        return rp_mysql_server_fail(login, RP_SEEN_NO_TLS);
    if (!is_capable(login->mysql.upstream.capabilities))
        return rp_mysql_server_nonsense(login,
                                        "the server is too old to be asked for an authentication");
    return RP_LOGIN_CLIENT;
}

enum rp_login_next rp_mysql_greeting_take(struct rp_gate_login *login)
{
    struct rp_span bytes = rp_buf_span(&login->upstream_in);
    const char *stranger = rp_gate_login_stranger(bytes);
    struct rp_mysql_packet packet;
    enum rp_login_next next;
    size_t used = 0;

    if (is_postgres(bytes))
        return rp_mysql_server_fail(login, RP_SEEN_OTHER_PROTOCOL);
    if (stranger != NULL)
        return rp_mysql_server_nonsense(login, stranger);
    if (!rp_mysql_server_take(login, GREETING_MAX, 0, &packet, &used, &next))
        return next;
    next = look_at(login, packet.payload);
    rp_buf_drop(&login->upstream_in, used);
    if (next != RP_LOGIN_FAILED && login->upstream_in.len > 0)
        return rp_mysql_server_fail(login, RP_SEEN_EARLY_BYTES);
    return next;
}

enum rp_login_next rp_mysql_greeting_early(struct rp_gate_login *login)
{
    struct rp_mysql_packet packet;
    size_t used = 0;

    rp_status status =
        rp_mysql_take(rp_buf_span(&login->upstream_in), GREETING_MAX, &packet, &used, NULL);
    if (!rp_failed(status) && used == login->upstream_in.len &&
        rp_mysql_answer(packet.payload) == RP_MYSQL_ERROR)
        return rp_mysql_server_error(login, packet.payload);
    return rp_mysql_server_fail(login, RP_SEEN_EARLY_BYTES);
}

/* Whether the server speaks all that was agreed upon with the client. */
static bool is_covered(const struct rp_gate_login *login, const struct rp_mysql_response *response)
{
    const struct rp_mysql_greeting *greeting = &login->mysql.upstream;
    uint32_t missing = response->capabilities & ~greeting->capabilities;

    return (missing & ~RP_MYSQL_LONG_PASSWORD) == 0 &&
           (response->mariadb_capabilities & ~greeting->mariadb_capabilities) == 0;
}

enum rp_login_next rp_mysql_greeting_secure(struct rp_gate_login *login)
{
    RP_BUF_AUTO struct rp_buf payload = {.max = RP_MYSQL_PACKET_MAX};
    struct rp_mysql_response response;

    rp_mysql_client_response(login, &response);
    if (!is_covered(login, &response))
        return rp_mysql_server_fail(login, RP_SEEN_CAPABILITIES);
    rp_mysql_add_ssl_request(&payload, &response);
    rp_mysql_server_send(login, &payload);
    return RP_LOGIN_TLS;
}
