/*
 * Whether a server only reads. Just after a failover the name of a writer may
 * lead to the old one for a while, which lets in and refuses to write.
 */
#include "login_mysql.h"

/* Of MariaDB's extended capabilities: a result says whether its columns are described. */
#define CACHE_METADATA (UINT32_C(1) << 4)

enum part { COLUMN_COUNT, COLUMN, COLUMNS_END, ROWS };

bool rp_mysql_probe_is_due(const struct rp_gate_login *login)
{
    enum rp_endpoint_kind kind = login->order->endpoint.kind;

    return login->order->wait > 0 && (kind == RP_ENDPOINT_CLUSTER || kind == RP_ENDPOINT_GLOBAL);
}

void rp_mysql_probe_ask(struct rp_gate_login *login)
{
    RP_BUF_AUTO struct rp_buf query = {.max = 64};
    struct rp_mysql_response response;

    rp_mysql_client_response(login, &response);
    rp_mysql_add_query(&query, (response.capabilities & RP_MYSQL_QUERY_ATTRIBUTES) != 0,
                       "SELECT @@innodb_read_only");
    rp_mysql_add_packet(&login->upstream_out, 0, rp_buf_span(&query));
    if (query.state != RP_BUF_FINE)
        login->upstream_out.state = query.state;
    login->mysql.upstream_seq = 0;
    login->mysql.probe = COLUMN_COUNT;
    login->mysql.read_only = false;
}

/* What follows the description of the column. */
static enum part after_column(const struct rp_mysql_response *response)
{
    return (response->capabilities & RP_MYSQL_DEPRECATE_EOF) != 0 ? ROWS : COLUMNS_END;
}

/* How many columns: one. Before or behind that may stand whether it is described. */
static enum rp_mysql_probe take_count(struct rp_gate_login *login, struct rp_span payload)
{
    struct rp_mysql_response response;

    rp_mysql_client_response(login, &response);
    bool before = (response.capabilities & RP_MYSQL_OPTIONAL_METADATA) != 0;
    bool behind = !before && (response.mariadb_capabilities & CACHE_METADATA) != 0;
    if (payload.n != (before || behind ? 2 : 1) || payload.p[before ? 1 : 0] != 1)
        return RP_MYSQL_PROBE_BROKEN;
    bool described = payload.n == 1 || payload.p[before ? 0 : 1] != 0;
    login->mysql.probe = described ? COLUMN : (int)after_column(&response);
    return RP_MYSQL_PROBE_GOES_ON;
}

static enum rp_mysql_probe take_column(struct rp_gate_login *login)
{
    struct rp_mysql_response response;

    rp_mysql_client_response(login, &response);
    login->mysql.probe = (int)after_column(&response);
    return RP_MYSQL_PROBE_GOES_ON;
}

static bool is_end(struct rp_span payload)
{
    return payload.n > 0 && (uint8_t)payload.p[0] == 0xFE;
}

static enum rp_mysql_probe take_row(struct rp_gate_login *login, struct rp_span payload)
{
    struct rp_span value = {"", 0};

    if (is_end(payload))
        return RP_MYSQL_PROBE_OVER;
    if (rp_mysql_row_text(payload, &value))
        login->mysql.read_only = rp_span_is(value, "1");
    return RP_MYSQL_PROBE_GOES_ON;
}

enum rp_mysql_probe rp_mysql_probe_answer(struct rp_gate_login *login, struct rp_span payload)
{
    if (rp_mysql_answer(payload) == RP_MYSQL_ERROR) {
        login->mysql.read_only = false;
        return RP_MYSQL_PROBE_OVER;
    }
    switch ((enum part)login->mysql.probe) {
    case COLUMN_COUNT:
        return take_count(login, payload);
    case COLUMN:
        return take_column(login);
    case COLUMNS_END:
        login->mysql.probe = ROWS;
        return is_end(payload) ? RP_MYSQL_PROBE_GOES_ON : RP_MYSQL_PROBE_BROKEN;
    case ROWS:
        break;
    }
    return take_row(login, payload);
}
