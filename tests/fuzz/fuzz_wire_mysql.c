/*
 * Packets of MySQL from arbitrary bytes: what is taken for a greeting, a
 * response, an error or a request must come out the same when it is built and
 * parsed again.
 */
#include "rdspass/wire/mysql.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool good)
{
    if (!good)
        abort();
}

static void check_greeting(struct rp_span payload)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = RP_MYSQL_PACKET_MAX};
    struct rp_mysql_greeting a;
    struct rp_mysql_greeting b;

    if (rp_failed(rp_mysql_parse_greeting(payload, &a, NULL)))
        return;
    for (const char *c = a.version; *c != '\0'; c++)
        demand(*c >= ' ' && *c <= '~');
    rp_mysql_add_greeting(&bytes, &a);
    demand(!rp_failed(rp_mysql_parse_greeting(rp_buf_span(&bytes), &b, NULL)));
    demand(strcmp(a.version, b.version) == 0 && strcmp(a.plugin, b.plugin) == 0 &&
           memcmp(a.scramble, b.scramble, sizeof(a.scramble)) == 0);
    demand(a.connection_id == b.connection_id && a.capabilities == b.capabilities &&
           a.mariadb_capabilities == b.mariadb_capabilities && a.charset == b.charset &&
           a.status == b.status);
}

static void check_response(struct rp_span payload)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = 2 * RP_MYSQL_PACKET_MAX};
    struct rp_mysql_response a;
    struct rp_mysql_response b;

    (void)rp_mysql_is_ssl_request(payload);
    if (rp_failed(rp_mysql_parse_response(payload, &a, NULL)))
        return;
    rp_mysql_add_response(&bytes, &a);
    demand(!rp_failed(rp_mysql_parse_response(rp_buf_span(&bytes), &b, NULL)));
    demand(a.capabilities == b.capabilities && a.mariadb_capabilities == b.mariadb_capabilities &&
           a.max_packet == b.max_packet && a.charset == b.charset &&
           a.has_database == b.has_database);
    demand(rp_span_eq(a.user, b.user) && rp_span_eq(a.auth, b.auth) &&
           rp_span_eq(a.database, b.database) && rp_span_eq(a.plugin, b.plugin) &&
           rp_span_eq(a.attributes, b.attributes));
}

static void check_answer(struct rp_span payload)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = RP_MYSQL_PACKET_MAX};
    struct rp_mysql_switch request;
    struct rp_mysql_error a;
    struct rp_mysql_error b;

    if (!rp_failed(rp_mysql_parse_switch(payload, &request, NULL)))
        demand(rp_mysql_answer(payload) == RP_MYSQL_SWITCH &&
               request.plugin.n + request.data.n + 2 == payload.n);
    if (rp_failed(rp_mysql_parse_error(payload, &a, NULL)))
        return;
    rp_mysql_add_error(&bytes, a.code, a.sqlstate[0] == '\0' ? NULL : a.sqlstate, a.text);
    demand(rp_span_eq(rp_buf_span(&bytes), payload));
    demand(!rp_failed(rp_mysql_parse_error(rp_buf_span(&bytes), &b, NULL)));
    demand(a.code == b.code && strcmp(a.sqlstate, b.sqlstate) == 0 && rp_span_eq(a.text, b.text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RP_BUF_AUTO struct rp_buf again = {.max = RP_MYSQL_PACKET_MAX + RP_MYSQL_HEADER_SIZE};
    struct rp_span bytes = {(const char *)data, size};
    struct rp_mysql_packet packet;
    struct rp_span text;
    size_t used = 0;

    /* Once as a payload, once as a packet with its header. */
    check_greeting(bytes);
    check_response(bytes);
    check_answer(bytes);
    if (rp_mysql_row_text(bytes, &text))
        demand(text.n < bytes.n);
    if (rp_failed(rp_mysql_take(bytes, RP_MYSQL_PACKET_MAX, &packet, &used, NULL)) || used == 0)
        return 0;
    demand(used <= size && used == packet.payload.n + RP_MYSQL_HEADER_SIZE);
    rp_mysql_add_packet(&again, packet.seq, packet.payload);
    demand(rp_span_eq(rp_buf_span(&again), rp_span_first(bytes, used)));
    check_greeting(packet.payload);
    check_response(packet.payload);
    check_answer(packet.payload);
    return 0;
}
