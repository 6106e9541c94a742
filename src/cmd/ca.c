/* rdspass ca: the root certificates, for people and for other clients. */
#include "command.h"
#include "installed.h"
#include "rdspass/codec/json.h"
#include "rdspass/rds/trust.h"

static const struct rp_option options[] = {
    {RP_OPT_FORMAT, "format", NULL, "", "FORMAT", "text json", "how to print the list"},
    RP_OPTIONS_END,
};

static void list_text(const struct rp_trust *trust, struct rp_buf *out)
{
    size_t count;
    const struct rp_root *roots = rp_roots(&count);

    for (size_t i = 0; i < count; i++)
        if (rp_trust_has(trust, &roots[i]))
            rp_buf_addf(out, "%-14s  %-8s  %s  %s  %s\n", roots[i].set, roots[i].key,
                        roots[i].not_after, roots[i].fingerprint, roots[i].subject);
}

static rp_status list_json(const struct rp_trust *trust, struct rp_buf *out, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = rp_json_new();
    struct rp_json *array = rp_json_add_array(json, "roots");
    size_t count;
    const struct rp_root *roots = rp_roots(&count);

    for (size_t i = 0; i < count; i++) {
        if (!rp_trust_has(trust, &roots[i]))
            continue;
        struct rp_json *root = rp_json_add_element(array);
        rp_json_add_text(root, "set", roots[i].set);
        rp_json_add_text(root, "key", roots[i].key);
        rp_json_add_text(root, "not_after", roots[i].not_after);
        rp_json_add_text(root, "sha256", roots[i].fingerprint);
        rp_json_add_text(root, "subject", roots[i].subject);
    }
    return rp_json_format(json, out, err);
}

static rp_status list(const struct rp_trust *trust, const struct rp_args *args, struct rp_buf *out,
                      struct rp_error *err)
{
    const char *format = args->value[RP_OPT_FORMAT];

    if (format != NULL && rp_span_is(rp_span(format), "json"))
        return list_json(trust, out, err);
    list_text(trust, out);
    return RP_OK;
}

static rp_status path(const struct rp_trust *trust, struct rp_buf *out, struct rp_error *err)
{
    RP_TRY(rp_installed_ca(trust->file, out, err));
    rp_buf_add_char(out, '\n');
    return RP_OK;
}

static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};
    struct rp_span action = rp_span(args->positional[0]);
    const char *name = args->positional_count > 1 ? args->positional[1] : "global";
    struct rp_trust trust;

    (void)ctx;
    if (!rp_span_is(action, "list") && !rp_span_is(action, "print") && !rp_span_is(action, "path"))
        return rp_fail(err, RP_KIND_USAGE, "rdspass ca wants list, print or path");
    RP_TRY(rp_trust_by_name(name, &trust, err));
    if (rp_span_is(action, "list"))
        RP_TRY(list(&trust, args, &out, err));
    else if (rp_span_is(action, "path"))
        RP_TRY(path(&trust, &out, err));
    else
        rp_trust_add_pem(&trust, &out);
    return rp_print(&out, err);
}

const struct rp_command rp_command_ca = {
    .name = "ca",
    .summary = "Show the root certificates to trust",
    .arguments = "list|print|path [REGION|amazon|global|ENDPOINT]",
    .arguments_max = 2,
    .groups = {options, rp_common_options},
    .run = run,
};
