/* rdspass ca list, print, path: the roots that are compiled in. */
#include "ca.h"
#include "installed.h"

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

/* The roots that the argument means; all without one. */
static rp_status choose(const struct rp_args *args, struct rp_trust *out, struct rp_error *err)
{
    return rp_trust_by_name(args->positional_count > 1 ? args->positional[1] : "global", out, err);
}

rp_status rp_ca_list(const struct rp_context *ctx, const struct rp_args *args, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};
    struct rp_trust trust;

    (void)ctx;
    RP_TRY(choose(args, &trust, err));
    if (rp_ca_wants_json(args))
        RP_TRY(list_json(&trust, &out, err));
    else
        list_text(&trust, &out);
    return rp_print(&out, err);
}

rp_status rp_ca_print(const struct rp_context *ctx, const struct rp_args *args,
                      struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};
    struct rp_trust trust;

    (void)ctx;
    RP_TRY(choose(args, &trust, err));
    rp_trust_add_pem(&trust, &out);
    return rp_print(&out, err);
}

rp_status rp_ca_path(const struct rp_context *ctx, const struct rp_args *args, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};
    struct rp_trust trust;

    (void)ctx;
    RP_TRY(choose(args, &trust, err));
    RP_TRY(rp_installed_ca(trust.file, &out, err));
    rp_buf_add_char(&out, '\n');
    return rp_print(&out, err);
}
