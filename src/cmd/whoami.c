/* rdspass whoami: which AWS identity would sign, and why not another. */
#include "command.h"
#include "login.h"
#include "rdspass/aws/caller.h"
#include "rdspass/aws/partition.h"
#include "rdspass/codec/json.h"
#include "rdspass/codec/time.h"
#include "row.h"

static const struct rp_option options[] = {
    {RP_OPT_FORMAT, "format", NULL, "", "FORMAT", "text json", "how to print it"},
    {RP_OPT_VERIFY, "verify", NULL, "", NULL, NULL, "ask AWS whose credentials they are"},
    RP_OPTIONS_END,
};

/* What is told. */
struct identity {
    struct rp_login login; /* its target has profile, roles and region alone */
    const char *region;    /* or NULL */
    char region_source[160];
    char instance_region[RP_REGION_MAX + 1];
    char expires_at[RP_TIME_ISO_SIZE]; /* empty: never */
    bool verified;                     /* AWS was asked, and says: */
    struct rp_caller caller;
    int64_t now; /* our clock then */
};

static void write_hops(const struct rp_credentials *credentials, struct rp_buf *out)
{
    for (size_t i = 0; i < credentials->hop_count; i++) {
        const struct rp_hop *hop = &credentials->hops[i];
        rp_add_row(out, "hop", "%s: %s%s", hop->source, hop->what, hop->cached ? ", cached" : "");
    }
}

/* What AWS says; its clock is as it was in its answer. */
static void write_caller(const struct identity *identity, struct rp_buf *out)
{
    const struct rp_caller *caller = &identity->caller;
    char date[RP_TIME_ISO_SIZE];
    long long ahead = (long long)(caller->date - identity->now);

    rp_add_row(out, "arn", "%s", caller->arn);
    rp_add_row(out, "account", "%s", caller->account);
    rp_add_row(out, "user id", "%s", caller->user_id);
    if (caller->date == 0)
        return;
    rp_time_format_iso(caller->date, date);
    if (ahead == 0)
        rp_add_row(out, "clock of AWS", "%s, as ours", date);
    else
        rp_add_row(out, "clock of AWS", "%s, ours is %lld s %s", date, ahead < 0 ? -ahead : ahead,
                   ahead < 0 ? "ahead" : "behind");
}

static void write_text(const struct identity *identity, struct rp_buf *out)
{
    const struct rp_credentials *credentials = &identity->login.credentials;

    rp_add_row(out, "access key id", "%s", credentials->access_key_id);
    rp_add_row(out, "source", "%s", credentials->source);
    write_hops(credentials, out);
    rp_add_row(out, "expires", "%s",
               credentials->past_end             ? "unknown: they are served past their end"
               : identity->expires_at[0] == '\0' ? "never"
                                                 : identity->expires_at);
    rp_add_row(out, "profile", "%s", identity->login.session.profile);
    if (identity->region == NULL)
        rp_add_row(out, "region", "none set; the endpoint's name tells it");
    else
        rp_add_row(out, "region", "%s, from %s", identity->region, identity->region_source);
    if (identity->verified)
        write_caller(identity, out);
    for (size_t i = 0; i < identity->login.chain.count; i++)
        rp_add_row(out, "passed over", "%s: %s", identity->login.chain.steps[i].provider,
                   identity->login.chain.steps[i].why);
}

static void add_caller(const struct identity *identity, struct rp_json *json)
{
    char date[RP_TIME_ISO_SIZE];

    if (!identity->verified) {
        rp_json_add_text(json, "verified", NULL);
        return;
    }
    rp_time_format_iso(identity->caller.date, date);
    struct rp_json *verified = rp_json_add_object(json, "verified");
    rp_json_add_text(verified, "arn", identity->caller.arn);
    rp_json_add_text(verified, "account", identity->caller.account);
    rp_json_add_text(verified, "user_id", identity->caller.user_id);
    rp_json_add_text(verified, "date", identity->caller.date == 0 ? NULL : date);
}

static rp_status write_json(const struct identity *identity, struct rp_buf *out,
                            struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = rp_json_new();

    struct rp_json *credentials = rp_json_add_object(json, "credentials");
    rp_json_add_text(credentials, "source", identity->login.credentials.source);
    rp_json_add_text(credentials, "access_key_id", identity->login.credentials.access_key_id);
    rp_json_add_text(credentials, "expires_at",
                     identity->expires_at[0] == '\0' ? NULL : identity->expires_at);
    rp_add_hops(&identity->login.credentials, json);
    add_caller(identity, json);
    rp_json_add_text(json, "profile", identity->login.session.profile);
    rp_json_add_text(json, "region", identity->region);
    rp_json_add_text(json, "region_source",
                     identity->region == NULL ? NULL : identity->region_source);
    struct rp_json *passed_over = rp_json_add_array(json, "passed_over");
    for (size_t i = 0; i < identity->login.chain.count; i++) {
        struct rp_json *step = rp_json_add_element(passed_over);
        rp_json_add_text(step, "provider", identity->login.chain.steps[i].provider);
        rp_json_add_text(step, "why", identity->login.chain.steps[i].why);
    }
    return rp_json_format(json, out, err);
}

/*
 * The region that a token would be signed for where the endpoint's name tells
 * none. The instance is asked only where it gave the credentials: elsewhere
 * that may take seconds, and no token needs it.
 */
static rp_status find_region(struct identity *identity, struct rp_error *err)
{
    char *source = identity->region_source;
    size_t size = sizeof(identity->region_source);

    if (identity->login.target.region[0] != '\0') {
        identity->region = identity->login.target.region;
        (void)snprintf(source, size, "%s", identity->login.target.region_source);
    } else {
        identity->region = rp_session_region(&identity->login.session, source, size);
    }
    if (identity->region != NULL && rp_partition_of_region(rp_span(identity->region)) == NULL)
        return rp_fail(err, RP_KIND_CONFIG, "\"%s\" (%s) is not the name of a region",
                       identity->region, source);
    if (identity->region == NULL && strcmp(identity->login.credentials.source, "iam-role") == 0 &&
        rp_session_instance_region(&identity->login.session, identity->instance_region,
                                   sizeof(identity->instance_region))) {
        identity->region = identity->instance_region;
        (void)snprintf(source, size, "instance metadata");
    }
    return RP_OK;
}

/* Asks AWS in the region that was found, where nothing names another for its services. */
static rp_status verify(struct identity *identity, struct rp_error *err)
{
    struct rp_session *session = &identity->login.session;

    if (session->region_database == NULL)
        session->region_database = identity->region;
    RP_TRY(
        rp_sts_get_caller_identity(session, &identity->login.credentials, &identity->caller, err));
    identity->now = rp_now(session->ctx);
    identity->verified = true;
    return RP_OK;
}

static rp_status tell(struct identity *identity, const struct rp_context *ctx,
                      const struct rp_args *args, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};
    struct rp_target_options given = rp_target_options_of(args);
    struct rp_login *login = &identity->login;
    const char *format = args->value[RP_OPT_FORMAT];

    RP_TRY(rp_target_resolve_identity(ctx, &given, &login->target, err));
    rp_login_roles(args, &login->target, &login->roles);
    RP_TRY(rp_login_begin(ctx, login, err));
    if (login->target.region[0] != '\0')
        login->session.region_database = login->target.region;
    RP_TRY(rp_credentials_find(&login->session, &login->credentials, &login->chain, err));
    RP_TRY(find_region(identity, err));
    if (args->value[RP_OPT_VERIFY] != NULL)
        RP_TRY(verify(identity, err));
    if (login->credentials.expires_at != RP_NEVER)
        rp_time_format_iso(login->credentials.expires_at, identity->expires_at);
    if (format != NULL && rp_span_is(rp_span(format), "json"))
        RP_TRY(write_json(identity, &out, err));
    else
        write_text(identity, &out);
    return rp_print(&out, err);
}

static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_error *err)
{
    struct identity identity = {.region = NULL};

    rp_status status = tell(&identity, ctx, args, err);
    rp_login_release(&identity.login);
    return status;
}

const struct rp_command rp_command_whoami = {
    .name = "whoami",
    .summary = "Show which AWS identity would sign",
    .arguments = "[TARGET]",
    .arguments_max = 1,
    .groups = {options, rp_aws_options, rp_common_options},
    .run = run,
};
