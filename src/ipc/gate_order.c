/* The order for a gate as a message, each member checked by who reads it. */
#include "gate_messages.h"
#include "members.h"

void rp_gate_add_socket_path(const struct rp_gate_order *order, struct rp_buf *out)
{
    rp_buf_add_str(out, order->directory);
    if (order->engine == RP_ENGINE_POSTGRES)
        rp_buf_addf(out, "/.s.PGSQL.%d", (int)order->port);
    else
        rp_buf_add_str(out, "/mysql.sock");
}

static const char *const purposes[] = {
    [RP_GATE_SERVE] = "serve",
    [RP_GATE_LOOK] = "look",
    [RP_GATE_CHECK] = "check",
};

static void add_via(struct rp_json *in, const struct rp_via *via)
{
    if (!via->is_set) {
        rp_json_add_text(in, "via", NULL);
        return;
    }
    struct rp_json *json = rp_json_add_object(in, "via");
    if (json == NULL)
        return; /* `in` is spoilt */
    if (via->socket[0] != '\0') {
        rp_json_add_text(json, "socket", via->socket);
    } else {
        rp_json_add_text(json, "host", via->host);
        rp_json_add_number(json, "port", via->port);
    }
}

struct rp_json *rp_gate_format_open(const struct rp_gate_order *order)
{
    struct rp_json *json = rp_gate_new(RP_GATE_OPEN);

    if (json == NULL)
        return NULL;
    rp_json_add_text(json, "purpose", purposes[order->purpose]);
    rp_json_add_text(json, "engine", rp_engine_name(order->engine));
    rp_json_add_text(json, "host", order->endpoint.host);
    rp_json_add_number(json, "port", order->port);
    add_via(json, &order->via);
    rp_json_add_text(json, "user", order->user);
    rp_json_add_text(json, "database", order->database);
    rp_json_add_text(json, "region", order->region);
    rp_json_add_bool(json, "ca_file", order->ca_file);
    rp_json_add_number(json, "connect_timeout", order->connect_timeout);
    rp_json_add_number(json, "wait", order->wait);
    rp_json_add_text(json, "directory", order->directory);
    if (order->tcp == RP_GATE_NO_TCP)
        rp_json_add_text(json, "tcp", NULL);
    else
        rp_json_add_number(json, "tcp", order->tcp);
    return json;
}

static bool get_port(const struct rp_json *from, uint16_t *out)
{
    int64_t port;

    if (!rp_members_number(from, "port", 1, UINT16_MAX, &port))
        return false;
    *out = (uint16_t)port;
    return true;
}

static bool get_via(const struct rp_json *from, struct rp_via *out)
{
    if (rp_json_is_null(from))
        return true;
    out->is_set = true;
    if (rp_json_count(from) == 1)
        return rp_members_text(from, "socket", out->socket, sizeof(out->socket)) &&
               out->socket[0] != '\0';
    return rp_json_count(from) == 2 &&
           rp_members_text(from, "host", out->host, sizeof(out->host)) && out->host[0] != '\0' &&
           get_port(from, &out->port);
}

static bool get_purpose(const struct rp_json *from, enum rp_gate_purpose *out)
{
    struct rp_span name = rp_span(rp_json_text(rp_json_member(from, "purpose")));

    for (size_t i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++) {
        if (rp_span_is(name, purposes[i])) {
            *out = (enum rp_gate_purpose)i;
            return true;
        }
    }
    return false;
}

static bool get_engine(const struct rp_json *from, enum rp_engine *out)
{
    struct rp_span name = rp_span(rp_json_text(rp_json_member(from, "engine")));

    return rp_engine_parse(name, out) && rp_span_is(name, rp_engine_name(*out));
}

/* The name is taken apart anew, so that both sides know the same of it. Any can be looked at. */
static bool get_endpoint(const struct rp_json *from, enum rp_gate_purpose purpose,
                         struct rp_endpoint *out)
{
    struct rp_span host = rp_span(rp_json_text(rp_json_member(from, "host")));
    rp_status status = purpose == RP_GATE_LOOK ? rp_endpoint_parse_any(host, out, NULL)
                                               : rp_endpoint_parse(host, out, NULL);

    return !rp_failed(status) && rp_span_is(host, out->host);
}

static bool get_seconds(const struct rp_json *from, const char *name, int64_t min, uint32_t *out)
{
    int64_t seconds;

    if (!rp_members_number(from, name, min, RP_GATE_TIMEOUT_MAX, &seconds))
        return false;
    *out = (uint32_t)seconds;
    return true;
}

static bool get_tcp(const struct rp_json *from, int *out)
{
    int64_t port = RP_GATE_NO_TCP;

    if (!rp_json_is_null(rp_json_member(from, "tcp")) &&
        !rp_members_number(from, "tcp", 0, UINT16_MAX, &port))
        return false;
    *out = (int)port;
    return true;
}

static bool socket_fits(const struct rp_gate_order *order)
{
    RP_BUF_AUTO struct rp_buf path = {.max = RP_SOCKET_PATH_MAX};

    rp_gate_add_socket_path(order, &path);
    return order->directory[0] == '/' && path.state == RP_BUF_FINE;
}

rp_status rp_gate_parse_open(const struct rp_message *message, struct rp_gate_order *out,
                             struct rp_error *err)
{
    const struct rp_json *from = message->header;
    struct rp_gate_order order = {0};

    if (!rp_gate_is_of(message, RP_GATE_OPEN) || !get_purpose(from, &order.purpose) ||
        !get_engine(from, &order.engine) || !get_endpoint(from, order.purpose, &order.endpoint) ||
        !get_port(from, &order.port) || !get_via(rp_json_member(from, "via"), &order.via) ||
        !rp_members_text(from, "user", order.user, sizeof(order.user)) ||
        !rp_members_text(from, "database", order.database, sizeof(order.database)) ||
        !rp_members_text(from, "region", order.region, sizeof(order.region)) ||
        !rp_json_boolean(rp_json_member(from, "ca_file"), &order.ca_file) ||
        !get_seconds(from, "connect_timeout", 1, &order.connect_timeout) ||
        !get_seconds(from, "wait", 0, &order.wait) ||
        !rp_members_text(from, "directory", order.directory, sizeof(order.directory)) ||
        !get_tcp(from, &order.tcp) || !socket_fits(&order))
        return rp_gate_fail_form(err);
    *out = order;
    return RP_OK;
}
