/*
 * rdspass token: prints a token, in the form that the next program takes.
 *
 *     arguments -> login (target, region, credentials) -> token -> format -> output
 */
#include "command.h"
#include "login.h"
#include "rdspass/codec/time.h"
#include "token_format.h"
#include "token_output.h"

enum { DEFAULT_MIN_TTL = 60, MAX_MIN_TTL = RP_DSQL_TOKEN_LIFE_MAX };

static const struct rp_option options[] = {
    {RP_OPT_FORMAT, "format", NULL, "", "FORMAT", RP_TOKEN_FORMATS, "its form"},
    {RP_OPT_OUT, "out", NULL, "o", "FILE", NULL, "write it to a file of mode 0600"},
    {RP_OPT_NO_NEWLINE, "no-newline", NULL, "n", NULL, NULL, "no newline behind a raw token"},
    {RP_OPT_MIN_TTL, "min-ttl", NULL, "", "SECONDS", NULL, "fail where it dies sooner (60)"},
    {RP_OPT_EXPIRES_IN, "expires-in", NULL, "", "SECONDS", NULL,
     "its life; Aurora DSQL only (900)"},
    {RP_OPT_ADMIN, "admin", NULL, "", NULL, NULL, "for the user admin; Aurora DSQL only"},
    {RP_OPT_CLIENT, "client", NULL, "", "CLIENT", "mariadb mysql", "the only reader of mycnf"},
    {RP_OPT_UNQUOTE_USER, "unquote-user", NULL, "", NULL, NULL,
     "the user is quoted as in SQL (pgAdmin)"},
    RP_OPTIONS_END,
};

/* What the options of this command say. */
struct settings {
    const struct rp_token_format *format;
    const char *client; /* or NULL */
    const char *file;   /* or NULL: standard output */
    uint32_t min_ttl;
    bool min_ttl_given;
    uint32_t expires;
    bool expires_given;
    bool admin;
    bool newline;
};

static rp_status read_settings(const struct rp_args *args, struct settings *out,
                               struct rp_error *err)
{
    const char *format = args->value[RP_OPT_FORMAT];

    out->format = rp_token_format_find(format == NULL ? "raw" : format);
    out->client = args->value[RP_OPT_CLIENT];
    out->file = args->value[RP_OPT_OUT];
    out->admin = args->value[RP_OPT_ADMIN] != NULL;
    out->newline = args->value[RP_OPT_NO_NEWLINE] == NULL;
    out->expires_given = args->value[RP_OPT_EXPIRES_IN] != NULL;
    if (out->file != NULL && out->file[0] == '\0')
        return rp_fail(err, RP_KIND_USAGE, "--out: the value is empty");
    if (out->file != NULL && strcmp(out->file, "-") == 0)
        return rp_fail(err, RP_KIND_USAGE,
                       "-o wants the name of a file; without it the token goes to standard output");
    if (out->client != NULL && !rp_span_is(rp_span(out->format->name), "mycnf"))
        return rp_fail(err, RP_KIND_USAGE, "--client goes with --format mycnf");
    if (!out->newline && !rp_span_is(rp_span(out->format->name), "raw"))
        return rp_fail(err, RP_KIND_USAGE, "-n goes with --format raw");
    out->min_ttl_given = args->value[RP_OPT_MIN_TTL] != NULL;
    RP_TRY(rp_args_number(args, RP_OPT_MIN_TTL, "min-ttl", DEFAULT_MIN_TTL, MAX_MIN_TTL,
                          &out->min_ttl, err));
    RP_TRY(rp_args_number(args, RP_OPT_EXPIRES_IN, "expires-in", RP_TOKEN_LIFE,
                          RP_DSQL_TOKEN_LIFE_MAX, &out->expires, err));
    if (out->expires == 0)
        return rp_fail(err, RP_KIND_USAGE, "--expires-in: a token lives for one second at least");
    return RP_OK;
}

/*
 * Undoes SQL's quoting of an identifier in place: pgAdmin hands over
 * "Odd ""name""" for the user Odd "name". One that is not quoted stays.
 */
static void unquote(char *user)
{
    size_t n = strlen(user);
    char *to = user;

    if (n < 2 || user[0] != '"' || user[n - 1] != '"')
        return;
    for (const char *from = user + 1; from < user + n - 1; from++) {
        *to++ = *from;
        if (from[0] == '"' && from[1] == '"' && from + 1 < user + n - 1)
            from++;
    }
    *to = '\0';
}

/* --admin is for DSQL's user admin, who is then the user where none is named. */
static rp_status check_admin(struct rp_target *target, struct rp_error *err)
{
    if (!rp_endpoint_is_dsql(&target->endpoint))
        return rp_fail(err, RP_KIND_USAGE, "--admin is for Aurora DSQL; %s is another endpoint",
                       target->endpoint.host);
    if (target->user[0] == '\0')
        memcpy(target->user, RP_LOGIN_ADMIN, sizeof(RP_LOGIN_ADMIN));
    if (rp_span_is(rp_span(target->user), RP_LOGIN_ADMIN))
        return RP_OK;
    rp_status status =
        rp_fail(err, RP_KIND_USAGE, "--admin is for the user admin, not for %s", target->user);
    rp_hint(err, "leave out one of them");
    return status;
}

/* What must be known of a target before it can be signed for. */
static rp_status check_target(const struct rp_target *target, const struct settings *settings,
                              struct rp_error *err)
{
    bool dsql = rp_endpoint_is_dsql(&target->endpoint);
    rp_status status;

    if (!dsql && settings->expires_given && settings->expires != RP_TOKEN_LIFE)
        return rp_fail(err, RP_KIND_USAGE,
                       "--expires-in is for Aurora DSQL; tokens of RDS live for %d seconds",
                       RP_TOKEN_LIFE);
    if (!dsql && target->user[0] == '\0') {
        status = rp_fail(err, RP_KIND_USAGE, "no database user given");
        rp_hint(err, "add -u USER: the database user that the token is for");
        return status;
    }
    if (!dsql && target->port == 0) {
        status = rp_fail(err, RP_KIND_USAGE, "neither the port of %s nor its engine is known",
                         target->endpoint.host);
        rp_hint(err, "add --engine mysql or --engine postgres, or the port with -P");
        return status;
    }
    if (settings->format->needs_engine && target->engine == RP_ENGINE_UNKNOWN) {
        status = rp_fail(err, RP_KIND_USAGE,
                         "--format %s differs by engine, and that of %s is "
                         "not known",
                         settings->format->name, target->endpoint.host);
        rp_hint(err, "add --engine mysql or --engine postgres");
        return status;
    }
    return RP_OK;
}

/* A token that dies in a moment is worse than none: it fails where no one looks. */
static rp_status check_life(const struct rp_login *login, const struct rp_token *token,
                            const struct settings *settings, int64_t now, struct rp_error *err)
{
    char end[RP_TIME_ISO_SIZE];
    int64_t left = token->expires_at - now;

    if (login->credentials.past_end && settings->min_ttl_given && settings->min_ttl > 0)
        return rp_fail(err, RP_KIND_CREDENTIALS,
                       "nobody knows how long the token would live, since the AWS credentials (%s) "
                       "are past their end, and at least %u seconds are asked for (--min-ttl)",
                       login->credentials.source, settings->min_ttl);
    if (left >= (int64_t)settings->min_ttl)
        return RP_OK;
    rp_time_format_iso(token->expires_at, end);
    rp_status status = rp_fail(err, RP_KIND_CREDENTIALS,
                               "the token would live for %lld seconds only, until %s, and at least "
                               "%u are asked for (--min-ttl)",
                               (long long)left, end, settings->min_ttl);
    if (login->credentials.expires_at == token->expires_at)
        rp_hint(err, "the AWS credentials (%s) end then: renew them", login->credentials.source);
    return status;
}

/*
 * What a form cannot carry is told before anybody is asked for credentials, and a person for a code
 * of MFA: so it is written once without a token. Those that are alike for all engines carry all.
 */
static rp_status try_form(const struct rp_login *login, const struct settings *settings,
                          struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_OUTPUT_MAX};
    const struct rp_token none = {.expires_at = RP_NEVER};
    const struct rp_token_form form = {login, &none, settings->client, settings->newline};

    return settings->format->needs_engine ? settings->format->write(&form, &text, err) : RP_OK;
}

static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_error *err)
{
    RP_LOGIN_AUTO struct rp_login login = {0};
    RP_TOKEN_AUTO struct rp_token token = {0};
    RP_BUF_AUTO struct rp_buf text = {.max = RP_OUTPUT_MAX};
    struct settings settings;

    RP_TRY(read_settings(args, &settings, err));
    RP_TRY(rp_login_target(ctx, args, &login, err));
    if (args->value[RP_OPT_UNQUOTE_USER] != NULL)
        unquote(login.target.user);
    if (settings.admin)
        RP_TRY(check_admin(&login.target, err));
    RP_TRY(check_target(&login.target, &settings, err));
    RP_TRY(rp_login_region(ctx, &login, err));
    RP_TRY(try_form(&login, &settings, err));
    RP_TRY(rp_login_identity(ctx, &login, err));
    int64_t now = rp_now(ctx); /* not before: a source of credentials may take its time */
    RP_TRY(rp_login_sign(&login, login.target.user, settings.expires, now, &token, err));
    RP_TRY(check_life(&login, &token, &settings, now, err));

    struct rp_token_form form = {&login, &token, settings.client, settings.newline};
    RP_TRY(settings.format->write(&form, &text, err));
    RP_TRY(rp_buf_check(&text, RP_KIND_CONFIG, "the token", err));
    return settings.file == NULL
               ? rp_print(&text, err)
               : rp_token_write_file(settings.format, settings.file, rp_buf_span(&text), err);
}

const struct rp_command rp_command_token = {
    .name = "token",
    .summary = "Print a token for another client",
    .arguments = "[TARGET] [DATABASE]",
    .arguments_max = 2,
    .groups = {options, rp_target_options, rp_aws_options, rp_common_options},
    .run = run,
};
