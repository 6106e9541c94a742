/*
 * Messages between core and gate from arbitrary bytes: what is accepted must come
 * out the same when it is formatted and parsed again. The bytes stand behind our
 * version: so the corpus begins there, and outlives a release.
 */
#include "rdspass/ipc/gate.h"

#include "carry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_open(const struct rp_message *message)
{
    RP_MESSAGE_AUTO struct rp_message again = {0};
    RP_BUF_AUTO struct rp_buf path = {.max = RP_SOCKET_PATH_MAX};
    struct rp_gate_order a = {0};
    struct rp_gate_order b = {0};

    if (rp_failed(rp_gate_parse_open(message, &a, NULL)) ||
        !carry(rp_gate_format_open(&a), RP_SPAN(""), &again))
        return;
    rp_gate_add_socket_path(&a, &path);
    if (rp_failed(rp_gate_parse_open(&again, &b, NULL)) || path.state != RP_BUF_FINE ||
        a.purpose != b.purpose || a.engine != b.engine || a.port != b.port || a.tcp != b.tcp ||
        a.wait != b.wait || a.connect_timeout != b.connect_timeout || a.ca_file != b.ca_file ||
        a.via.is_set != b.via.is_set || a.via.port != b.via.port ||
        strcmp(a.via.host, b.via.host) != 0 || strcmp(a.via.socket, b.via.socket) != 0 ||
        strcmp(a.endpoint.host, b.endpoint.host) != 0 || strcmp(a.user, b.user) != 0 ||
        strcmp(a.database, b.database) != 0 || strcmp(a.region, b.region) != 0 ||
        strcmp(a.directory, b.directory) != 0)
        abort();
}

static void check_sign(const struct rp_message *message)
{
    RP_MESSAGE_AUTO struct rp_message message_again = {0};
    char user[RP_USER_MAX + 1];
    char user_again[RP_USER_MAX + 1];
    bool again;
    bool again_again;

    if (rp_failed(rp_gate_parse_sign(message, user, &again, NULL)) ||
        !carry(rp_gate_format_sign(user, again), RP_SPAN(""), &message_again))
        return;
    if (rp_failed(rp_gate_parse_sign(&message_again, user_again, &again_again, NULL)) ||
        again != again_again || strcmp(user, user_again) != 0)
        abort();
}

static void check_failure(const struct rp_message *message)
{
    RP_MESSAGE_AUTO struct rp_message again = {0};
    struct rp_error a = {0};
    struct rp_error b = {0};

    if (rp_failed(rp_gate_parse_failure(message, &a, NULL)) ||
        !carry(rp_gate_format_failure(&a), RP_SPAN(""), &again))
        return;
    if (rp_failed(rp_gate_parse_failure(&again, &b, NULL)) || a.kind != b.kind ||
        a.kind == RP_KIND_NONE || strcmp(a.msg, b.msg) != 0 || strcmp(a.hint, b.hint) != 0)
        abort();
}

static void check_step(const struct rp_message *message)
{
    RP_MESSAGE_AUTO struct rp_message again = {0};
    RP_BUF_AUTO struct rp_buf body = {.max = SIZE_MAX / 2};
    struct rp_gate_step a = {0};
    struct rp_gate_step b = {0};

    if (rp_failed(rp_gate_parse_step(message, &a, NULL)))
        return;
    struct rp_json *header = rp_gate_format_step(&a, &body);
    bool fits = body.len <= RP_MESSAGE_BODY_MAX;
    if (!fits)
        rp_json_free(&header);
    else if (carry(header, rp_buf_span(&body), &again) &&
             (rp_failed(rp_gate_parse_step(&again, &b, NULL)) || a.type != b.type || a.ms != b.ms ||
              rp_json_count(a.seen) != rp_json_count(b.seen)))
        abort();
    rp_json_free(&a.seen);
    rp_json_free(&b.seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = SIZE_MAX / 2};
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_gate_message type;
    uint16_t tcp;
    size_t used = 0;

    rp_buf_add_str(&bytes, "{\"rdspass\":\"" RP_VERSION "\",");
    rp_buf_add(&bytes, (struct rp_span){(const char *)data, size});
    if (rp_failed(rp_message_parse(rp_buf_span(&bytes), "peer", &message, &used, NULL)) ||
        used == 0)
        return 0;
    check_open(&message);
    check_sign(&message);
    check_failure(&message);
    check_step(&message);
    if (!rp_failed(rp_gate_parse_opened(&message, &tcp, NULL)) &&
        rp_failed(rp_gate_message_type(&message, &type, NULL)))
        abort();
    return 0;
}
