/* Where the profile files are: the variables that name them, and what those may hold. */
#include "profile_text.h"

#include "rdspass/base/file.h"

static bool in_name(char c)
{
    return rp_is_alpha(c) || rp_is_digit(c) || c == '_';
}

/*
 * The length of "$NAME" or "${NAME}" at the start of `text`, and its name; 0
 * where there is none.
 */
static size_t find_variable(struct rp_span text, struct rp_span *out_name)
{
    bool braces = text.n > 1 && text.p[1] == '{';
    size_t begin = braces ? 2 : 1;
    size_t end = begin;

    while (end < text.n && in_name(text.p[end]))
        end++;
    if (end == begin || (braces && (end == text.n || text.p[end] != '}')))
        return 0;
    *out_name = (struct rp_span){text.p + begin, end - begin};
    return braces ? end + 1 : end;
}

/* Replaces variables that are set; others stay as written, as the AWS CLI has it. */
static void expand_variables(const struct rp_context *ctx, const char *path, struct rp_buf *out)
{
    RP_BUF_AUTO struct rp_buf name = {.max = 256};
    struct rp_span rest = rp_span(path);
    struct rp_span variable = {NULL, 0};

    while (rest.n > 0) {
        size_t n = rest.p[0] == '$' ? find_variable(rest, &variable) : 0;
        const char *value = NULL;
        if (n > 0) {
            rp_buf_clear(&name);
            rp_buf_add(&name, variable);
            value = ctx->env.get(ctx->env.self, rp_buf_str(&name));
        }
        if (n == 0)
            n = 1;
        if (value != NULL)
            rp_buf_add_str(out, value);
        else
            rp_buf_add(out, rp_span_first(rest, n));
        rest = rp_span_skip(rest, n);
    }
}

void rp_profiles_find_path(const struct rp_context *ctx, const char *variable, const char *standard,
                           struct rp_buf *out)
{
    RP_BUF_AUTO struct rp_buf path = {.max = out->max};
    const char *override = rp_env_get(ctx, variable);

    if (override != NULL)
        expand_variables(ctx, override, &path);
    else
        rp_buf_add_str(&path, standard);
    /* Without a home there is no such file; the unexpanded path serves messages. */
    if (!rp_path_expand(ctx, rp_buf_str(&path), out))
        rp_buf_add(out, rp_buf_span(&path));
    if (path.state != RP_BUF_FINE)
        out->state = path.state;
}
