/*
 * rdspass exec: runs a client that is already logged in.
 *
 *     arguments -> login (target, identity) -> private gate -> client -> its exit code
 */
#include <errno.h>

#include "client.h"
#include "command.h"
#include "private_gate.h"

/* What a shell and env(1) exit with where a program cannot be run. */
enum { EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

static const struct rp_option options[] = {
    {RP_OPT_ENV, "env", NULL, "", "NAME=VALUE...", NULL,
     "a variable for the client, with {placeholders}"},
    {RP_OPT_TCP, "tcp", NULL, "", "[PORT]", NULL, "also a door on 127.0.0.1, for you alone"},
    RP_OPTIONS_END,
};

static rp_status read_tcp(const struct rp_args *args, int *out, struct rp_error *err)
{
    const char *text = args->value[RP_OPT_TCP];
    uint32_t port = 0;

    *out = RP_GATE_NO_TCP;
    if (text == NULL)
        return RP_OK;
    if (text[0] != '\0' && (!rp_span_to_uint(rp_span(text), UINT16_MAX, &port) || port == 0))
        return rp_fail(err, RP_KIND_USAGE, "--tcp: a port is a number from 1 to 65535");
    *out = (int)port;
    return RP_OK;
}

static rp_status check_client(const struct rp_args *args, struct rp_error *err)
{
    if (args->client_count > 0)
        return RP_OK;
    rp_status status = rp_fail(err, RP_KIND_USAGE, "no client given");
    rp_hint(err, "rdspass exec TARGET -- psql, or mysql, or any other program");
    return status;
}

static rp_status check_target(const struct rp_args *args, const struct rp_target *target,
                              struct rp_error *err)
{
    RP_TRY(rp_login_check_engine(target, err));
    enum rp_engine spoken = rp_client_engine(rp_client_find(args->client[0]));
    if (spoken == RP_ENGINE_UNKNOWN || spoken == target->engine)
        return RP_OK;
    rp_status status =
        rp_fail(err, RP_KIND_USAGE, "%s speaks to %s, and %s is of %s", args->client[0],
                rp_engine_name(spoken), target->endpoint.host, rp_engine_name(target->engine));
    rp_hint(err, "run %s or the like, or name another target; --engine %s, if that is what it is",
            target->engine == RP_ENGINE_MYSQL ? "mysql" : "psql", rp_engine_name(spoken));
    return status;
}

/* Borrows from the gate. */
static rp_status find_place(const struct rp_private_gate *gate, struct rp_client_place *out,
                            struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf socket = {.max = RP_SOCKET_PATH_MAX};
    const struct rp_gate_order *order = &gate->order;
    bool tcp = gate->tcp != 0;
    bool mysql = order->engine == RP_ENGINE_MYSQL;

    *out = (struct rp_client_place){
        .engine = order->engine,
        .host = tcp     ? "127.0.0.1"
                : mysql ? "localhost"
                        : order->directory,
        .directory = order->directory,
        .user = order->user,
        .database = order->database,
        .tcp = tcp,
    };
    (void)snprintf(out->port, sizeof(out->port), "%u", (unsigned)(tcp ? gate->tcp : order->port));
    rp_gate_add_socket_path(order, &socket);
    RP_TRY(rp_buf_check(&socket, RP_KIND_INTERNAL, "the path of a socket", err));
    memcpy(out->socket, rp_buf_str(&socket), socket.len + 1);
    return RP_OK;
}

static rp_status start_client(const struct rp_context *ctx, const struct rp_args *args,
                              const struct rp_client_place *place, struct rp_job *out_job,
                              struct rp_error *err)
{
    const struct rp_client *client = rp_client_find(args->client[0]);
    RP_STRINGS_AUTO struct rp_strings arguments;
    RP_STRINGS_AUTO struct rp_strings environment;
    struct rp_spawn how = {.program_fd = -1, .stdin_fd = -1, .stdout_fd = -1};

    rp_strings_init(&arguments);
    rp_strings_init(&environment);
    rp_client_arguments(ctx, client, place, args, &arguments);
    RP_TRY(rp_client_environment(client, place, args, environ, &environment, err));
    RP_TRY(rp_strings_list(&arguments, &how.argv, err));
    RP_TRY(rp_strings_list(&environment, &how.envp, err));
    return rp_job_start(&how, out_job, err);
}

/* Whose user it was that was refused is worth a word where the target names none. */
static void tell_failure(const struct rp_private_gate *gate, struct rp_error *err)
{
    *err = gate->failure;
    if (err->kind == RP_KIND_LOGIN && gate->order.user[0] == '\0')
        rp_hint(err, "is that the user you mean? the target names none: -u USER%s%s",
                gate->failure.hint[0] == '\0' ? "" : "; else ", gate->failure.hint);
}

/* What may be wrong with a client that failed, and never came. */
static const char *find_advice(enum rp_client_family family, const struct rp_private_gate *gate)
{
    if (family == RP_CLIENT_LIBPQ)
        return ": a host among its arguments would lead it elsewhere";
    if (family == RP_CLIENT_OTHER && gate->order.engine == RP_ENGINE_MYSQL && gate->tcp == 0)
        return ": {socket} and {user}, in its arguments or in --env, would lead it there";
    return "";
}

/*
 * A client that failed because it could not log in does not say why in its exit
 * code; the first failure does. A client that we know comes to log in: some have
 * success without it, as pg_isready and mysqladmin ping, to which any answer of
 * ours is a sign of life, and that would be untrue.
 */
static rp_status judge(const struct rp_context *ctx, const struct rp_args *args,
                       const struct rp_private_gate *gate, struct rp_exit *end,
                       struct rp_error *err)
{
    enum rp_client_family family = rp_client_find(args->client[0])->family;
    bool failed = end->signaled || end->code != 0;

    if (!gate->came)
        rp_warn(ctx, "%s never came to %s by way of rdspass%s", args->client[0],
                gate->order.endpoint.host, failed ? find_advice(family, gate) : "");
    if ((!failed && family == RP_CLIENT_OTHER) || gate->entered ||
        gate->failure.kind == RP_KIND_NONE)
        return RP_OK;
    tell_failure(gate, err);
    *end = (struct rp_exit){0};
    return RP_FAILED;
}

static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_exit *out,
                     struct rp_error *err)
{
    RP_LOGIN_AUTO struct rp_login login = {0};
    RP_PRIVATE_GATE_AUTO struct rp_private_gate gate = RP_PRIVATE_GATE_NONE;
    struct rp_client_place place;
    struct rp_job job = {0};
    int tcp;

    RP_TRY(check_client(args, err));
    RP_TRY(read_tcp(args, &tcp, err));
    RP_TRY(rp_login_target(ctx, args, &login, err));
    RP_TRY(check_target(args, &login.target, err));
    RP_TRY(rp_login_region(ctx, &login, err));
    RP_TRY(rp_login_identity(ctx, &login, err));
    rp_fetch_release(&login.fetch); /* not to be kept for as long as the client runs */
    RP_TRY(rp_private_gate_open(ctx, args, &login, tcp, &gate, err));
    RP_TRY(find_place(&gate, &place, err));
    rp_status started = start_client(ctx, args, &place, &job, err);
    if (rp_failed(started) && err->sys != 0)
        out->code = err->sys == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
    RP_TRY(started);
    RP_TRY(rp_private_gate_serve(&gate, &job, NULL, out, err));
    return judge(ctx, args, &gate, out, err);
}

const struct rp_command rp_command_exec = {
    .name = "exec",
    .summary = "Run a client that is already logged in",
    .arguments = "[TARGET] [DATABASE] -- CLIENT [ARG...]",
    .arguments_max = 2,
    .takes_client = true,
    .groups = {options, rp_target_options, rp_aws_options, rp_login_options, rp_common_options},
    .run_client = run,
};
