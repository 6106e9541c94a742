/* Preparing a login: target, region, credentials. */
#include "login.h"

#include <sys/stat.h>

#include "client.h"
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
        .client_engine = args->client_count == 0
                             ? RP_ENGINE_UNKNOWN
                             : rp_client_engine(rp_client_find(args->client[0])),
    };

    for (int i = 0; i < RP_SET__COUNT; i++)
        options.option[i] = args->value[i];
    const char *arn;
    size_t at = 0;
    while (options.role_count <= RP_TARGET_ROLES_MAX &&
           (arn = rp_args_next(args, RP_OPT_ROLE_ARN, &at)) != NULL)
        options.role_arns[options.role_count++] = arn;
    return options;
}

_Static_assert((int)RP_TARGET_ROLES_MAX == (int)RP_ROLE_ARNS_MAX, "a session takes them all");

/* NULL where nothing was given. */
static const char *given(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

void rp_login_roles(const struct rp_args *args, const struct rp_target *target,
                    struct rp_identity_options *out)
{
    const struct rp_target_roles *roles = &target->roles;
    const char *arn = roles->arns;

    *out = (struct rp_identity_options){
        .role_count = roles->count,
        .external_id = given(roles->external_id),
        .role_session_name = given(roles->session_name),
        .mfa_code = args->value[RP_OPT_MFA_CODE],
        .mfa_command = given(roles->mfa_command),
        .no_cache = args->value[RP_OPT_NO_CACHE] != NULL,
    };
    for (size_t i = 0; i < roles->count; i++) {
        out->role_arns[i] = arn;
        arn += strlen(arn) + 1;
    }
}

rp_status rp_login_target(const struct rp_context *ctx, const struct rp_args *args,
                          struct rp_login *out, struct rp_error *err)
{
    struct rp_target_options options = rp_target_options_of(args);

    RP_TRY(rp_target_resolve(ctx, &options, &out->target, err));
    rp_login_roles(args, &out->target, &out->roles);
    return rp_endpoint_check_token(&out->target.endpoint, err);
}

/* The session of the target's profile, with a helper for what the network has to tell. */
static rp_status begin_session(const struct rp_context *ctx, const struct rp_login *login,
                               struct rp_fetch *fetch, struct rp_transport *net,
                               struct rp_session *out, struct rp_error *err)
{
    const struct rp_target *target = &login->target;

    RP_TRY(rp_session_init(out, ctx, target->profile[0] == '\0' ? NULL : target->profile, err));
    rp_fetch_init(fetch, ctx);
    *net = rp_fetch_transport(fetch);
    out->net = net;
    out->options = login->roles;
    out->region_asked = target->region_asked ? target->region : NULL;
    return RP_OK;
}

rp_status rp_login_begin(const struct rp_context *ctx, struct rp_login *login, struct rp_error *err)
{
    return begin_session(ctx, login, &login->fetch, &login->net, &login->session, err);
}

rp_status rp_login_region(const struct rp_context *ctx, struct rp_login *login,
                          struct rp_error *err)
{
    RP_TRY(rp_login_begin(ctx, login, err));
    RP_TRY(rp_region_choose(ctx, &login->target, &login->session, &login->region, err));
    login->session.region_database = login->region.name;
    return RP_OK;
}

rp_status rp_login_identity(const struct rp_context *ctx, struct rp_login *login,
                            struct rp_error *err)
{
    const struct rp_credentials *found = &login->credentials;

    RP_TRY(rp_credentials_find(&login->session, &login->credentials, &login->chain, err));
    if (rp_credentials_lack_session(found)) /* AWS's tools sign with half of a set, too */
        rp_warn(ctx,
                "the key %s (%s) is a temporary one, and its session token is missing: "
                "servers refuse what it signs",
                found->access_key_id, found->source);
    return RP_OK;
}

rp_status rp_login_renew(const struct rp_context *ctx, const struct rp_login *login, bool anew,
                         struct rp_credentials *out, struct rp_error *err)
{
    RP_FETCH_AUTO struct rp_fetch fetch = {0};
    RP_SESSION_AUTO struct rp_session session = {0};
    struct rp_transport net;

    RP_TRY(begin_session(ctx, login, &fetch, &net, &session, err));
    session.region_database = login->region.name;
    session.options.mfa_code = NULL;
    session.options.anew = anew;
    return rp_credentials_find(&session, out, NULL, err);
}

rp_status rp_login_check_engine(const struct rp_target *target, struct rp_error *err)
{
    if (target->engine != RP_ENGINE_UNKNOWN)
        return RP_OK;
    rp_status status =
        rp_fail(err, RP_KIND_USAGE, "the engine of %s is not known", target->endpoint.host);
    rp_hint(err, "add --engine mysql or --engine postgres");
    return status;
}

rp_status rp_login_sign(const struct rp_login *login, const char *user, uint32_t expires,
                        int64_t now, struct rp_token *out, struct rp_error *err)
{
    const struct rp_target *target = &login->target;
    struct rp_token_request request = {
        .endpoint = &target->endpoint,
        .port = target->port,
        .user = rp_span(user),
        .region = rp_span(login->region.name),
        .admin = rp_span_is(rp_span(user), RP_LOGIN_ADMIN),
        .expires = expires,
    };

    return rp_token_sign(&request, &login->credentials, now, out, err);
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
