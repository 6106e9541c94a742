/*
 * rdspass connect: opens the session itself, with a client of our own.
 *
 *     arguments -> login (target, identity) -> private gate -> rdspass-mysql or rdspass-postgres
 */
#include <sys/socket.h>

#include "command.h"
#include "private_gate.h"
#include "rdspass/base/file.h"
#include "rdspass/ipc/client.h"
#include "rdspass/ipc/helper.h"

static const struct rp_option options[] = {
    {RP_OPT_EXECUTE, "execute", "command", "ec", "SQL...", NULL, "run this"},
    {RP_OPT_FILE, "file", NULL, "f", "FILE...", NULL, "run this script; - is standard input"},
    {RP_OPT_FORMAT, "format", NULL, "", "FORMAT", "table tsv csv json vertical",
     "how to print results"},
    {RP_OPT_NO_HEADER, "no-header", NULL, "", NULL, NULL, "no names of columns"},
    {RP_OPT_NULL, "null", NULL, "", "TEXT", NULL, "what to print for NULL"},
    {RP_OPT_BINARY, "binary", NULL, "", "FORM", "hex base64", "how to print binary values"},
    {RP_OPT_FORCE, "force", NULL, "", NULL, NULL, "go on behind a statement that fails"},
    {RP_OPT_TIMEOUT, "timeout", NULL, "", "SECONDS", NULL, "cancel a statement that takes longer"},
    {RP_OPT_LOCAL_INFILE, "local-infile", NULL, "", NULL, NULL, "allow LOAD DATA LOCAL"},
    {RP_OPT_NO_HISTORY, "no-history", NULL, "", NULL, NULL, "keep no history of the prompt"},
    RP_OPTIONS_END,
};

/* Our client, and what it has said. */
struct client {
    struct rp_companion companion; /* first: `hear` is given this */
    const struct rp_login *login;
    const struct rp_private_gate *gate;
    struct rp_error failure; /* why it ends; kind NONE: it has not said */
};

static rp_status check_target(const struct rp_target *target, struct rp_error *err)
{
    RP_TRY(rp_login_check_engine(target, err));
    if (target->user[0] != '\0')
        return RP_OK;
    rp_status status = rp_fail(err, RP_KIND_USAGE, "no database user given");
    rp_hint(err, "add -u USER: the database user to log in as");
    return status;
}

/* --- what the client is told ------------------------------------------------------ */

static rp_status add_inputs(const struct rp_args *args, struct rp_client_order *order,
                            struct rp_error *err)
{
    for (size_t i = 0; i < args->repeated_count; i++) {
        if (order->input_count == RP_CLIENT_INPUTS_MAX)
            return rp_fail(err, RP_KIND_USAGE, "more than %d statements and files",
                           RP_CLIENT_INPUTS_MAX);
        order->inputs[order->input_count].is_file = args->repeated[i].id == RP_OPT_FILE;
        order->inputs[order->input_count++].text = args->repeated[i].value;
    }
    return RP_OK;
}

/* A short text of the command line. */
static rp_status copy(const char *name, const char *value, char *out, size_t size,
                      struct rp_error *err)
{
    size_t n = value == NULL ? 0 : strlen(value);

    if (n >= size)
        return rp_fail(err, RP_KIND_USAGE, "--%s: longer than %zu bytes", name, size - 1);
    if (n > 0)
        memcpy(out, value, n + 1);
    return RP_OK;
}

/* Where the prompt's history is kept; nowhere without a home. */
static void find_history(const struct rp_context *ctx, struct rp_client_order *order)
{
    RP_BUF_AUTO struct rp_buf path = {.max = RP_PATH_MAX - 1};
    const char *state = rp_env_get(ctx, "XDG_STATE_HOME");

    if (state != NULL && state[0] == '/')
        rp_buf_add_str(&path, state);
    else if (!rp_path_expand(ctx, "~/.local/state", &path))
        return;
    rp_buf_add_str(&path, "/rdspass/history");
    if (path.state == RP_BUF_FINE)
        memcpy(order->history, rp_buf_str(&path), path.len + 1);
}

static rp_status fill_order(const struct rp_context *ctx, const struct rp_args *args,
                            const struct rp_gate_order *gate, struct rp_client_order *order,
                            struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf socket = {.max = RP_SOCKET_PATH_MAX};

    rp_gate_add_socket_path(gate, &socket);
    RP_TRY(rp_buf_check(&socket, RP_KIND_INTERNAL, "the path of a socket", err));
    memcpy(order->socket, rp_buf_str(&socket), socket.len + 1);
    order->engine = gate->engine;
    order->port = gate->port;
    memcpy(order->host, gate->endpoint.host, sizeof(order->host));
    memcpy(order->user, gate->user, sizeof(order->user));
    memcpy(order->database, gate->database, sizeof(order->database));
    RP_TRY(copy("format", args->value[RP_OPT_FORMAT], order->format, sizeof(order->format), err));
    RP_TRY(copy("binary", args->value[RP_OPT_BINARY], order->binary, sizeof(order->binary), err));
    RP_TRY(copy("null", args->value[RP_OPT_NULL], order->null, sizeof(order->null), err));
    order->null_given = args->value[RP_OPT_NULL] != NULL;
    order->no_header = args->value[RP_OPT_NO_HEADER] != NULL;
    order->force = args->value[RP_OPT_FORCE] != NULL;
    order->verbose = args->value[RP_OPT_VERBOSE] != NULL;
    order->quiet = args->value[RP_OPT_QUIET] != NULL;
    order->local_infile = args->value[RP_OPT_LOCAL_INFILE] != NULL;
    RP_TRY(rp_args_number(args, RP_OPT_TIMEOUT, "timeout", 0, RP_CLIENT_TIMEOUT_MAX,
                          &order->timeout, err));
    if (args->value[RP_OPT_NO_HISTORY] == NULL)
        find_history(ctx, order);
    return add_inputs(args, order, err);
}

/* --- what the client says --------------------------------------------------------- */

static void add_facts(const struct client *client, struct rp_buf *out)
{
    const struct rp_gate_order *order = &client->gate->order;
    const struct rp_gate_facts *facts = &client->gate->facts;
    const struct rp_credentials *credentials = &client->login->credentials;

    rp_buf_addf(out, "Endpoint: %s:%u\n", order->endpoint.host, (unsigned)order->port);
    rp_buf_addf(out, "Address: %s\n", facts->address);
    rp_buf_addf(out, "User: %s\n", order->user);
    rp_buf_addf(out, "Signed by: %s (%s)\n", credentials->access_key_id, credentials->source);
    rp_buf_addf(out, "TLS: %s, %s\n", facts->tls, facts->cipher);
    rp_buf_addf(out, "Certificate: issued by %s, valid to %s\n", facts->issuer, facts->not_after);
}

static rp_status hear(struct rp_companion *companion, const struct rp_message *message,
                      struct rp_error *err)
{
    struct client *client = (struct client *)companion;
    RP_JSON_AUTO struct rp_json *header = NULL;
    RP_BUF_AUTO struct rp_buf facts = {.max = RP_CLIENT_FACTS_MAX};
    enum rp_client_message type;

    RP_TRY(rp_client_message_type(message, &type, err));
    switch (type) {
    case RP_CLIENT_ASK:
        add_facts(client, &facts);
        header = rp_client_format_facts();
        return rp_channel_send(&companion->channel, header, rp_buf_span(&facts), err);
    case RP_CLIENT_FAILURE:
        return rp_client_parse_failure(message, &client->failure, err);
    case RP_CLIENT_RUN:
    case RP_CLIENT_FACTS:
        break;
    }
    return rp_fail(err, RP_KIND_INTERNAL, "the client says what it should not");
}

/* --- running it ------------------------------------------------------------------- */

static rp_status start(const struct rp_context *ctx, const struct rp_client_order *order,
                       struct client *client, struct rp_job *job, struct rp_error *err)
{
    const char *name = order->engine == RP_ENGINE_MYSQL ? "rdspass-mysql" : "rdspass-postgres";
    RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX};
    RP_JSON_AUTO struct rp_json *header = rp_client_format_run(order, &body);
    int ends[2];

    RP_TRY(rp_buf_check(&body, RP_KIND_USAGE, "the command line", err));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start %s", name);
    rp_channel_init(&client->companion.channel, ends[0], name);
    RP_FD_AUTO int theirs = ends[1];
    RP_TRY(rp_channel_send(&client->companion.channel, header, rp_buf_span(&body), err));
    return rp_helper_job(ctx, name, theirs, job, err);
}

/* Without its gate the client ends as it is told to, if not by itself: neither says why. */
static bool lost_gate(const struct client *client, const struct rp_exit *end)
{
    enum rp_kind kind = client->failure.kind;

    return client->gate->gone && (kind == RP_KIND_TERMINATED || kind == RP_KIND_LOGIN ||
                                  (kind == RP_KIND_NONE && (end->signaled || end->code != 0)));
}

/* A login that failed says more than the client, to which its words came last. */
static rp_status judge(const struct client *client, struct rp_exit *end, struct rp_error *err)
{
    const struct rp_private_gate *gate = client->gate;
    const struct rp_error *why = &client->failure;
    struct rp_error lost = {0};

    if (lost_gate(client, end)) {
        rp_ignore(
            rp_fail(&lost, RP_KIND_NETWORK, "connection to %s lost", gate->order.endpoint.host));
        why = &lost;
    }
    if (!gate->entered && gate->failure.kind != RP_KIND_NONE)
        why = &gate->failure;
    if (why->kind == RP_KIND_NONE)
        return RP_OK;
    *err = *why;
    *end = (struct rp_exit){0};
    return RP_FAILED;
}

static rp_status serve(const struct rp_context *ctx, const struct rp_args *args,
                       struct rp_login *login, struct rp_private_gate *gate, struct rp_exit *out,
                       struct rp_error *err)
{
    struct rp_client_order order = {0};
    struct client client = {
        .companion = {.channel = {.fd = -1}, .hear = hear}, .login = login, .gate = gate};
    struct rp_job job = {0};

    RP_TRY(fill_order(ctx, args, &gate->order, &order, err));
    rp_status status = start(ctx, &order, &client, &job, err);
    if (!rp_failed(status))
        status = rp_private_gate_serve(gate, &job, &client.companion, out, err);
    rp_channel_release(&client.companion.channel);
    return rp_failed(status) ? status : judge(&client, out, err);
}

static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_exit *out,
                     struct rp_error *err)
{
    RP_LOGIN_AUTO struct rp_login login = {0};
    RP_PRIVATE_GATE_AUTO struct rp_private_gate gate = RP_PRIVATE_GATE_NONE;

    RP_TRY(rp_login_target(ctx, args, &login, err));
    RP_TRY(check_target(&login.target, err));
    RP_TRY(rp_login_identity(ctx, &login, err));
    RP_TRY(rp_private_gate_open(ctx, args, &login, RP_GATE_NO_TCP, &gate, err));
    return serve(ctx, args, &login, &gate, out, err);
}

const struct rp_command rp_command_connect = {
    .name = "connect",
    .summary = "Open a session, and run SQL in it",
    .arguments = "[TARGET] [DATABASE]",
    .arguments_max = 2,
    .groups = {options, rp_target_options, rp_aws_options, rp_login_options, rp_common_options},
    .run_client = run,
};
