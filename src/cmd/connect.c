/*
 * rdspass connect: opens the session itself, with a client of our own.
 *
 *     arguments -> login (target, identity) -> private gate -> rdspass-mysql or rdspass-postgres
 */
#include "command.h"
#include "own_client.h"
#include "rdspass/base/file.h"

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
    RP_TRY(rp_own_client_order(gate, order, err));
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

/* --- running it ------------------------------------------------------------------- */

/* Without its gate the client ends as it is told to, if not by itself: neither says why. */
static bool lost_gate(const struct rp_own_client *client)
{
    enum rp_kind kind = client->failure.kind;

    return client->gate->gone &&
           (kind == RP_KIND_TERMINATED || kind == RP_KIND_LOGIN ||
            (kind == RP_KIND_NONE && (client->end.signaled || client->end.code != 0)));
}

/* A login that failed says more than the client, to which its words came last. */
static rp_status judge(const struct rp_own_client *client, struct rp_exit *out,
                       struct rp_error *err)
{
    const struct rp_private_gate *gate = client->gate;
    const struct rp_error *why = &client->failure;
    struct rp_error lost = {0};

    if (lost_gate(client)) {
        rp_ignore(
            rp_fail(&lost, RP_KIND_NETWORK, "connection to %s lost", gate->order.endpoint.host));
        why = &lost;
    }
    if (!gate->entered && gate->failure.kind != RP_KIND_NONE)
        why = &gate->failure;
    if (why->kind == RP_KIND_NONE) {
        *out = client->end;
        return RP_OK;
    }
    *err = *why;
    return RP_FAILED;
}

static rp_status serve(const struct rp_context *ctx, const struct rp_args *args,
                       struct rp_login *login, struct rp_private_gate *gate, struct rp_exit *out,
                       struct rp_error *err)
{
    struct rp_client_order order;
    struct rp_own_client client = {
        .order = &order, .gate = gate, .login = login, .stdin_fd = -1, .stdout_fd = -1};

    RP_TRY(fill_order(ctx, args, &gate->order, &order, err));
    RP_TRY(rp_own_client_run(ctx, &client, err));
    return judge(&client, out, err);
}

static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_exit *out,
                     struct rp_error *err)
{
    RP_LOGIN_AUTO struct rp_login login = {0};
    RP_PRIVATE_GATE_AUTO struct rp_private_gate gate = RP_PRIVATE_GATE_NONE;

    RP_TRY(rp_login_target(ctx, args, &login, err));
    RP_TRY(check_target(&login.target, err));
    RP_TRY(rp_login_region(ctx, &login, err));
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
