/*
 * Messages between core and built-in client from arbitrary bytes: what is accepted
 * must come out the same when it is formatted and parsed again. The bytes stand
 * behind our version: so the corpus begins there, and outlives a release.
 */
#include "rdspass/ipc/client.h"

#include "carry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same_inputs(const struct rp_client_order *a, const struct rp_client_order *b)
{
    for (size_t i = 0; i < a->input_count; i++)
        if (a->inputs[i].is_file != b->inputs[i].is_file ||
            strcmp(a->inputs[i].text, b->inputs[i].text) != 0)
            return false;
    return a->input_count == b->input_count;
}

static void check_run(const struct rp_message *message)
{
    RP_MESSAGE_AUTO struct rp_message again = {0};
    RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX};
    struct rp_client_order a = {0};
    struct rp_client_order b = {0};

    if (rp_failed(rp_client_parse_run(message, &a, NULL)))
        return;
    struct rp_json *header = rp_client_format_run(&a, &body);
    if (!carry(header, rp_buf_span(&body), &again))
        return;
    if (rp_failed(rp_client_parse_run(&again, &b, NULL)) || a.engine != b.engine ||
        a.port != b.port || a.no_header != b.no_header || a.force != b.force ||
        a.verbose != b.verbose || a.quiet != b.quiet || a.local_infile != b.local_infile ||
        a.null_given != b.null_given || a.timeout != b.timeout || strcmp(a.socket, b.socket) != 0 ||
        strcmp(a.host, b.host) != 0 || strcmp(a.user, b.user) != 0 ||
        strcmp(a.database, b.database) != 0 || strcmp(a.format, b.format) != 0 ||
        strcmp(a.binary, b.binary) != 0 || strcmp(a.null, b.null) != 0 ||
        strcmp(a.history, b.history) != 0 || !same_inputs(&a, &b))
        abort();
}

static void check_failure(const struct rp_message *message)
{
    RP_MESSAGE_AUTO struct rp_message again = {0};
    struct rp_error a = {0};
    struct rp_error b = {0};

    if (rp_failed(rp_client_parse_failure(message, &a, NULL)) ||
        !carry(rp_client_format_failure(&a), RP_SPAN(""), &again))
        return;
    if (rp_failed(rp_client_parse_failure(&again, &b, NULL)) || a.kind != b.kind ||
        a.kind == RP_KIND_NONE || strcmp(a.msg, b.msg) != 0 || strcmp(a.hint, b.hint) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = SIZE_MAX / 2};
    RP_MESSAGE_AUTO struct rp_message message = {0};
    enum rp_client_message type;
    size_t used = 0;

    rp_buf_add_str(&bytes, "{\"rdspass\":\"" RP_VERSION "\",");
    rp_buf_add(&bytes, (struct rp_span){(const char *)data, size});
    if (rp_failed(rp_message_parse(rp_buf_span(&bytes), "peer", &message, &used, NULL)) ||
        used == 0)
        return 0;
    check_run(&message);
    check_failure(&message);
    rp_ignore(rp_client_message_type(&message, &type, NULL));
    return 0;
}
