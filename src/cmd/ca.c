/* rdspass ca: the root certificates, for people and for other clients. */
#include "ca.h"

static const struct rp_option options[] = {
    {RP_OPT_FORMAT, "format", NULL, "", "FORMAT", "text json", "how list and check print"},
    {RP_OPT_OUT, "out", NULL, "o", "FILE", NULL, "where fetch puts the roots"},
    RP_OPTIONS_END,
};

static const struct {
    const char *name;
    rp_ca_action_fn *run;
    size_t arguments_min; /* with the action's name */
    size_t arguments_max;
    const char *usage;
} actions[] = {
    {"list", rp_ca_list, 1, 2, "list [REGION|amazon|global|ENDPOINT]"},
    {"print", rp_ca_print, 1, 2, "print [REGION|amazon|global|ENDPOINT]"},
    {"path", rp_ca_path, 1, 2, "path [REGION|amazon|global|ENDPOINT]"},
    {"check", rp_ca_check, 2, 3, "check FILE [REGION|amazon|global|ENDPOINT]"},
    {"fetch", rp_ca_fetch, 2, 2, "fetch PARTITION -o FILE"},
};

bool rp_ca_wants_json(const struct rp_args *args)
{
    return rp_span_is(rp_span(args->value[RP_OPT_FORMAT]), "json");
}

static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_error *err)
{
    struct rp_span name = rp_span(args->positional[0]);

    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (!rp_span_is(name, actions[i].name))
            continue;
        if (args->positional_count < actions[i].arguments_min)
            return rp_fail(err, RP_KIND_USAGE, "usage: rdspass ca %s", actions[i].usage);
        if (args->positional_count > actions[i].arguments_max)
            return rp_fail(err, RP_KIND_USAGE, "too many arguments: \"%s\"",
                           args->positional[actions[i].arguments_max]);
        return actions[i].run(ctx, args, err);
    }
    return rp_fail(err, RP_KIND_USAGE, "rdspass ca wants list, print, path, check or fetch");
}

const struct rp_command rp_command_ca = {
    .name = "ca",
    .summary = "Show, check and fetch the root certificates to trust",
    .arguments = "list|print|path|check|fetch [REGION|amazon|global|ENDPOINT|FILE|PARTITION] "
                 "[REGION|amazon|global|ENDPOINT]",
    .arguments_max = 3,
    .groups = {options, rp_common_options},
    .run = run,
};
