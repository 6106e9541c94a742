/* The server's side of MySQL's login: its packets, and how it fails. */
#include "login_mysql.h"

/* --- packets -------------------------------------------------------------------- */

bool rp_mysql_server_take(struct rp_gate_login *login, size_t max, uint8_t seq,
                          struct rp_mysql_packet *out, size_t *out_used,
                          enum rp_login_next *out_next)
{
    struct rp_error err = {0};

    *out_next = RP_LOGIN_UPSTREAM;
    rp_status status = rp_mysql_take(rp_buf_span(&login->upstream_in), max, out, out_used, &err);
    if (rp_failed(status)) {
        *out_next = rp_mysql_server_nonsense(login, err.msg);
        return false;
    }
    if (*out_used == 0)
        return false;
    if (out->seq != seq) {
        *out_next = rp_mysql_server_nonsense(login, "packets out of order");
        return false;
    }
    login->mysql.upstream_seq = seq;
    return true;
}

void rp_mysql_server_send(struct rp_gate_login *login, const struct rp_buf *payload)
{
    rp_mysql_add_packet(&login->upstream_out, ++login->mysql.upstream_seq, rp_buf_span(payload));
    if (payload->state != RP_BUF_FINE)
        login->upstream_out.state = payload->state;
}

/* --- failures ------------------------------------------------------------------- */

enum rp_login_next rp_mysql_server_fail(struct rp_gate_login *login, enum rp_seen seen)
{
    login->seen.seen = seen;
    return RP_LOGIN_FAILED;
}

enum rp_login_next rp_mysql_server_nonsense(struct rp_gate_login *login, const char *why)
{
    rp_gate_login_quote(login, rp_span(why), login->seen.text, sizeof(login->seen.text));
    return rp_mysql_server_fail(login, RP_SEEN_NOT_PROTOCOL);
}

enum rp_login_next rp_mysql_server_asks(struct rp_gate_login *login, struct rp_span plugin)
{
    rp_gate_login_quote(login, plugin, login->seen.asked, sizeof(login->seen.asked));
    return rp_mysql_server_fail(login, RP_SEEN_ASKS_OTHER);
}

enum rp_login_next rp_mysql_server_error(struct rp_gate_login *login, struct rp_span payload)
{
    struct rp_mysql_error error;
    struct rp_error err = {0};

    rp_status status = rp_mysql_parse_error(payload, &error, &err);
    if (rp_failed(status))
        return rp_mysql_server_nonsense(login, err.msg);
    login->seen.mysql_code = error.code;
    memcpy(login->seen.sqlstate, error.sqlstate, sizeof(error.sqlstate));
    rp_gate_login_quote(login, error.text, login->seen.text, sizeof(login->seen.text));
    return rp_mysql_server_fail(login, RP_SEEN_NOTHING);
}
