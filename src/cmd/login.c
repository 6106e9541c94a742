/* Preparing a login: target, region, credentials. */
#include "login.h"

#include <sys/stat.h>

#include "installed.h"
#include "rdspass/base/utf8.h"
#include "rdspass/rds/trust.h"

void rp_login_release(struct rp_login *login)
{
    rp_fetch_release(&login->fetch);
    rp_session_release(&login->session);
    rp_credentials_release(&login->credentials);
}

struct rp_target_options rp_target_options_of(const struct rp_args *args)
{
    struct rp_target_options options = {
        .target = args->positional[0],
        .database = args->positional[1],
    };

    for (int i = 0; i < RP_SET__COUNT; i++)
        options.option[i] = args->value[i];
    return options;
}

rp_status rp_login_prepare(const struct rp_context *ctx, const struct rp_args *args,
                           struct rp_login *out, struct rp_error *err)
{
    struct rp_target_options options = rp_target_options_of(args);

    RP_TRY(rp_target_resolve(ctx, &options, &out->target, err));
    RP_TRY(rp_endpoint_check_token(&out->target.endpoint, err));
    const char *profile = out->target.profile[0] == '\0' ? NULL : out->target.profile;
    RP_TRY(rp_session_init(&out->session, ctx, profile, err));
    rp_fetch_init(&out->fetch, ctx);
    out->net = rp_fetch_transport(&out->fetch);
    out->session.net = &out->net;
    RP_TRY(rp_region_choose(ctx, &out->target, &out->session, &out->region, err));
    RP_TRY(rp_credentials_find(&out->session, &out->credentials, &out->chain, err));
    return RP_OK;
}

rp_status rp_login_ca_path(const struct rp_login *login, struct rp_buf *out, struct rp_error *err)
{
    const struct rp_target *target = &login->target;
    struct rp_trust trust;

    if (target->ca_file[0] != '\0') {
        struct stat st;
        if (stat(target->ca_file, &st) != 0 || access(target->ca_file, R_OK) != 0)
            return rp_fail_errno(err, RP_KIND_CONFIG, "cannot read the roots in %s",
                                 target->ca_file);
        if (S_ISDIR(st.st_mode))
            return rp_fail(err, RP_KIND_CONFIG, "%s is a directory, not a file of roots",
                           target->ca_file);
        rp_buf_add_str(out, target->ca_file);
    } else {
        RP_TRY(rp_trust_choose(&target->endpoint, rp_span(login->region.name), &trust, err));
        RP_TRY(rp_installed_ca(trust.file, out, err));
    }
    RP_TRY(rp_buf_check(out, RP_KIND_CONFIG, "the path of the roots", err));
    if (rp_utf8_has_control(rp_buf_span(out)))
        return rp_fail(err, RP_KIND_CONFIG, "the path of the roots has control characters: %s",
                       rp_buf_str(out));
    return RP_OK;
}
