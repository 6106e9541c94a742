/* The table of formats; raw and json; which of the others fits which engine. */
#include "token_format.h"

#include "rdspass/codec/json.h"
#include "rdspass/codec/time.h"

static rp_status write_raw(const struct rp_token_form *form, struct rp_buf *out,
                           struct rp_error *err)
{
    (void)err;
    rp_buf_add(out, rp_secret_reveal(&form->token->text));
    if (form->newline)
        rp_buf_add_char(out, '\n');
    return RP_OK;
}

static const char *or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static void add_time(struct rp_json *in, const char *name, int64_t when)
{
    char text[RP_TIME_ISO_SIZE];

    rp_time_format_iso(when, text);
    rp_json_add_text(in, name, when == RP_NEVER ? NULL : text);
}

static rp_status write_json(const struct rp_token_form *form, struct rp_buf *out,
                            struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = rp_json_new();
    const struct rp_login *login = form->login;
    const struct rp_target *target = &login->target;

    rp_json_add_secret(json, "token", &form->token->text);
    add_time(json, "expires_at", form->token->expires_at);
    rp_json_add_text(json, "engine",
                     target->engine == RP_ENGINE_UNKNOWN ? NULL : rp_engine_name(target->engine));
    rp_json_add_text(json, "host", target->endpoint.host);
    rp_json_add_number(json, "port", target->port);
    rp_json_add_text(json, "user", or_null(target->user));
    rp_json_add_text(json, "region", login->region.name);
    rp_json_add_text(json, "region_source", login->region.source);
    struct rp_json *credentials = rp_json_add_object(json, "credentials");
    rp_json_add_text(credentials, "source", login->credentials.source);
    rp_json_add_text(credentials, "access_key_id", login->credentials.access_key_id);
    add_time(credentials, "expires_at", login->credentials.expires_at);
    return rp_json_format(json, out, err);
}

static bool is_mysql(const struct rp_token_form *form)
{
    return form->login->target.engine == RP_ENGINE_MYSQL;
}

/* Formats that would have a client of MySQL send the token to whoever answers. */
static rp_status refuse_mysql(const char *format, const char *why, struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_USAGE, "--format %s is not for MySQL: %s", format, why);

    rp_hint(err, "use --format mycnf for mysql and its family, --format jdbc for Java, or "
                 "rdspass exec");
    return status;
}

static rp_status write_variables(const struct rp_token_form *form, const char *format,
                                 bool for_shell, struct rp_buf *out, struct rp_error *err)
{
    if (is_mysql(form))
        return refuse_mysql(format, "its clients take no TLS settings from the environment", err);
    return rp_token_write_variables(form, for_shell, out, err);
}

static rp_status write_export(const struct rp_token_form *form, struct rp_buf *out,
                              struct rp_error *err)
{
    return write_variables(form, "export", true, out, err);
}

static rp_status write_env(const struct rp_token_form *form, struct rp_buf *out,
                           struct rp_error *err)
{
    return write_variables(form, "env", false, out, err);
}

static rp_status write_pgpass(const struct rp_token_form *form, struct rp_buf *out,
                              struct rp_error *err)
{
    if (is_mysql(form))
        return refuse_mysql("pgpass", "it is PostgreSQL's password file", err);
    return rp_token_write_pgpass(form, out, err);
}

static rp_status write_mycnf(const struct rp_token_form *form, struct rp_buf *out,
                             struct rp_error *err)
{
    if (is_mysql(form))
        return rp_token_write_mycnf(form, out, err);
    rp_status status = rp_fail(err, RP_KIND_USAGE,
                               "--format mycnf is not for PostgreSQL: it is MySQL's option file");
    rp_hint(err, "use --format pgpass, export, env or url");
    return status;
}

static rp_status write_url(const struct rp_token_form *form, struct rp_buf *out,
                           struct rp_error *err)
{
    if (is_mysql(form))
        return refuse_mysql("url",
                            "a client that skips parameters it does not know would send the "
                            "token in clear",
                            err);
    return rp_token_write_postgres_url(form, out, err);
}

static rp_status write_jdbc(const struct rp_token_form *form, struct rp_buf *out,
                            struct rp_error *err)
{
    return is_mysql(form) ? rp_token_write_mariadb_jdbc(form, out, err)
                          : rp_token_write_postgres_jdbc(form, out, err);
}

static const struct rp_token_format formats[] = {
    {"raw", false, write_raw, NULL},
    {"json", false, write_json, NULL},
    {"export", true, write_export, NULL},
    {"env", true, write_env, NULL},
    {"pgpass", true, write_pgpass, rp_token_owns_pgpass},
    {"mycnf", true, write_mycnf, rp_token_owns_mycnf},
    {"url", true, write_url, NULL},
    {"jdbc", true, write_jdbc, NULL},
};

const struct rp_token_format *rp_token_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (rp_span_is(rp_span(name), formats[i].name))
            return &formats[i];
    return NULL;
}
