/* MySQL's greeting, HandshakeV10: what a server says before anything else. */
#include "mysql_field.h"
#include "rdspass/wire/mysql.h"

enum {
    PROTOCOL = 10,
    SCRAMBLE_HEAD = 8,  /* how much of the scramble stands before the capabilities */
    SCRAMBLE_TAIL = 13, /* the rest and a NUL: at least that much */
};

/* Copies a text that may be shown: printable ASCII. */
static rp_status copy_shown(struct rp_span text, const char *what, char *out, size_t size,
                            struct rp_error *err)
{
    if (text.n >= size)
        return rp_fail(err, RP_KIND_LOGIN, "the greeting's %s is longer than %zu bytes", what,
                       size - 1);
    for (size_t i = 0; i < text.n; i++)
        out[i] = text.p[i] >= ' ' && text.p[i] <= '~' ? text.p[i] : '?';
    out[text.n] = '\0';
    return RP_OK;
}

/* The second half of the scramble; its length is that of both. */
static void read_tail(struct rp_mysql_reader *reader, uint64_t length, uint8_t *out)
{
    enum { WANTED = RP_MYSQL_SCRAMBLE_SIZE - SCRAMBLE_HEAD };
    uint64_t n = length > SCRAMBLE_HEAD + SCRAMBLE_TAIL ? length - SCRAMBLE_HEAD : SCRAMBLE_TAIL;
    struct rp_span tail = rp_span_first(rp_mysql_read_bytes(reader, n), WANTED);

    memcpy(out, tail.p, tail.n);
}

rp_status rp_mysql_parse_greeting(struct rp_span payload, struct rp_mysql_greeting *out,
                                  struct rp_error *err)
{
    struct rp_mysql_reader reader = {.rest = payload};
    struct rp_mysql_greeting parsed = {0};

    uint64_t protocol = rp_mysql_read_uint(&reader, 1);
    if (protocol != PROTOCOL)
        return rp_fail(err, RP_KIND_LOGIN, "the greeting is not of MySQL's protocol %d", PROTOCOL);
    struct rp_span version = rp_mysql_read_text(&reader);
    parsed.connection_id = (uint32_t)rp_mysql_read_uint(&reader, 4);
    struct rp_span head = rp_mysql_read_bytes(&reader, SCRAMBLE_HEAD);
    memcpy(parsed.scramble, head.p, head.n);
    (void)rp_mysql_read_bytes(&reader, 1); /* the NUL between the halves */
    parsed.capabilities = (uint32_t)rp_mysql_read_uint(&reader, 2);
    parsed.charset = (uint8_t)rp_mysql_read_uint(&reader, 1);
    parsed.status = (uint16_t)rp_mysql_read_uint(&reader, 2);
    parsed.capabilities |= (uint32_t)rp_mysql_read_uint(&reader, 2) << 16;
    uint64_t scramble = rp_mysql_read_uint(&reader, 1);
    (void)rp_mysql_read_bytes(&reader, 6); /* reserved */
    uint32_t extended = (uint32_t)rp_mysql_read_uint(&reader, 4);
    if ((parsed.capabilities & RP_MYSQL_LONG_PASSWORD) == 0)
        parsed.mariadb_capabilities = extended;
    read_tail(&reader, scramble, parsed.scramble + SCRAMBLE_HEAD);
    struct rp_span plugin = {"", 0};
    if ((parsed.capabilities & RP_MYSQL_PLUGIN_AUTH) != 0)
        plugin = rp_mysql_read_last_text(&reader);
    RP_TRY(rp_mysql_read_check(&reader, "the greeting", err));
    RP_TRY(copy_shown(version, "version", parsed.version, sizeof(parsed.version), err));
    RP_TRY(copy_shown(plugin, "plugin", parsed.plugin, sizeof(parsed.plugin), err));
    *out = parsed;
    return RP_OK;
}

void rp_mysql_add_greeting(struct rp_buf *out, const struct rp_mysql_greeting *greeting)
{
    const char *scramble = (const char *)greeting->scramble;
    bool plugin = (greeting->capabilities & RP_MYSQL_PLUGIN_AUTH) != 0;
    bool mariadb = (greeting->capabilities & RP_MYSQL_LONG_PASSWORD) == 0;

    rp_mysql_add_uint(out, PROTOCOL, 1);
    rp_mysql_add_text(out, rp_span(greeting->version));
    rp_mysql_add_uint(out, greeting->connection_id, 4);
    rp_buf_add(out, (struct rp_span){scramble, SCRAMBLE_HEAD});
    rp_mysql_add_uint(out, 0, 1);
    rp_mysql_add_uint(out, greeting->capabilities & 0xFFFF, 2);
    rp_mysql_add_uint(out, greeting->charset, 1);
    rp_mysql_add_uint(out, greeting->status, 2);
    rp_mysql_add_uint(out, greeting->capabilities >> 16, 2);
    rp_mysql_add_uint(out, plugin ? RP_MYSQL_SCRAMBLE_SIZE + 1 : 0, 1);
    rp_mysql_add_uint(out, 0, 6);
    rp_mysql_add_uint(out, mariadb ? greeting->mariadb_capabilities : 0, 4);
    rp_mysql_add_text(
        out, (struct rp_span){scramble + SCRAMBLE_HEAD, RP_MYSQL_SCRAMBLE_SIZE - SCRAMBLE_HEAD});
    if (plugin)
        rp_mysql_add_text(out, rp_span(greeting->plugin));
}
