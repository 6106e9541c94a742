/* The layers of a target. */
#include "layers.h"

#include <stdarg.h>

void rp_layers_release(struct rp_layers *layers)
{
    rp_config_release(&layers->config);
}

/* Options are named as the person typed them, or nearly so. */
static const char *const option_names[] = {
    [RP_SET_HOST] = "--host",
    [RP_SET_PORT] = "--port",
    [RP_SET_USER] = "--user",
    [RP_SET_DATABASE] = "--database",
    [RP_SET_ENGINE] = "--engine",
    [RP_SET_REGION] = "--region",
    [RP_SET_PROFILE] = "--profile",
    [RP_SET_VIA] = "--via",
    [RP_SET_CA_FILE] = "--ca-file",
    [RP_SET_ROLE_ARN] = "--role-arn",
    [RP_SET_EXTERNAL_ID] = "--external-id",
    [RP_SET_ROLE_SESSION_NAME] = "--role-session-name",
    [RP_SET_MFA_COMMAND] = "--mfa-command",
};
_Static_assert(sizeof(option_names) / sizeof(option_names[0]) == RP_SET__COUNT, "all are named");

/* What may stand behind the '?' of a URL: nothing that would ask for less than is done anyway. */
static const struct {
    const char *name;
    const char *value;
} known_parameters[] = {
    {"sslmode", "verify-full"},
    {"ssl-mode", "VERIFY_IDENTITY"},
    {"sslMode", "verify-full"},
    {"sslMode", "VERIFY_IDENTITY"},
};

static bool is_known_parameter(struct rp_span parameter)
{
    size_t n = rp_span_find(parameter, '=');

    for (size_t i = 0; i < sizeof(known_parameters) / sizeof(known_parameters[0]); i++)
        if (rp_span_is(rp_span_first(parameter, n), known_parameters[i].name) &&
            rp_span_is_nocase(rp_span_skip(parameter, n + 1), known_parameters[i].value))
            return true;
    return parameter.n == 0;
}

/* Quotes no value: a password may stand there. */
static rp_status check_query(struct rp_span query, struct rp_error *err)
{
    struct rp_span parameter = {NULL, 0};

    while (rp_span_split(&query, '&', &parameter)) {
        if (is_known_parameter(parameter))
            continue;
        struct rp_span name = rp_span_first(parameter, rp_span_find(parameter, '='));
        rp_status status = rp_fail(err, RP_KIND_USAGE,
                                   "the URL's parameter \"%.*s\" is not supported, or not with "
                                   "that value",
                                   RP_SPAN_ARGS(rp_span_first(name, 64)));
        rp_hint(err, "leave it out; the server's certificate is always verified in full");
        return status;
    }
    return RP_OK;
}

static rp_status read_url(struct rp_layers *layers, struct rp_error *err)
{
    enum rp_engine engine;

    RP_TRY(rp_uri_parse(rp_span(layers->options->target), &layers->uri, err));
    if (!rp_engine_parse(rp_span(layers->uri.scheme), &engine)) {
        rp_status status = rp_fail(err, RP_KIND_USAGE,
                                   "a URL with the scheme \"%s\" names no "
                                   "database",
                                   layers->uri.scheme);
        rp_hint(err, "mysql://[USER@]HOST[:PORT][/DATABASE] or postgres://…");
        return status;
    }
    layers->host = rp_span(layers->uri.host);
    layers->port = rp_span(layers->uri.port);
    return check_query(layers->uri.query, err);
}

/* Whether a name could be a host's at all, or the text is a mere word. */
static bool is_word(struct rp_span text)
{
    return rp_span_find(text, '.') == text.n && rp_span_find(text, ':') == text.n &&
           !rp_is_digit(text.p[0]) && !rp_span_is_nocase(text, "localhost");
}

static rp_status refuse_word(const struct rp_layers *layers, struct rp_error *err)
{
    const char *word = layers->options->target;
    bool has_host = layers->options->option[RP_SET_HOST] != NULL;
    rp_status status =
        rp_fail(err, has_host ? RP_KIND_USAGE : RP_KIND_CONFIG,
                "\"%s\" is neither a section of the config file nor an endpoint", word);

    if (has_host)
        rp_hint(err, "a database is named with -D %s", word);
    else
        rp_hint(err, "sections are read from %s and %s",
                rp_buf_str(&layers->config.path[RP_CONFIG_SYSTEM]),
                rp_buf_str(&layers->config.path[RP_CONFIG_USER]));
    return status;
}

/* "HOST" or "HOST:PORT"; a text with more colons is an IPv6 address, refused elsewhere. */
static rp_status read_host(struct rp_layers *layers, struct rp_error *err)
{
    struct rp_span text = rp_span(layers->options->target);
    size_t colon = rp_span_find(text, ':');

    if (rp_span_find(text, '@') < text.n) {
        rp_status status = rp_fail(err, RP_KIND_USAGE, "the target has an '@' in it");
        rp_hint(err, "name the user with -u USER, or write mysql://USER@HOST or "
                     "postgres://USER@HOST");
        return status;
    }
    if (is_word(text))
        return refuse_word(layers, err);
    layers->host = text;
    if (rp_span_starts(text, "[")) {
        size_t bracket = rp_span_find(text, ']');
        if (rp_span_starts(rp_span_skip(text, bracket), "]:")) {
            layers->host = rp_span_first(text, bracket + 1);
            layers->port = rp_span_skip(text, bracket + 2);
        }
    } else if (colon < text.n && colon == rp_span_find_last(text, ':')) {
        layers->host = rp_span_first(text, colon);
        layers->port = rp_span_skip(text, colon + 1);
        if (layers->port.n == 0)
            return rp_fail(err, RP_KIND_USAGE, "no port follows the ':' of the target");
    }
    return RP_OK;
}

rp_status rp_layers_init(struct rp_layers *layers, const struct rp_context *ctx,
                         const struct rp_target_options *options, struct rp_error *err)
{
    layers->ctx = ctx;
    layers->options = options;
    if (options->target != NULL && options->target[0] == '\0')
        return rp_fail(err, RP_KIND_USAGE, "the target is empty");
    RP_TRY(rp_config_read(ctx, rp_span(options->target), &layers->config, err));
    if (options->target == NULL || layers->config.has_section)
        return RP_OK;
    return rp_uri_is(rp_span(options->target)) ? read_url(layers, err) : read_host(layers, err);
}

static bool get_option(const struct rp_layers *layers, enum rp_setting setting,
                       struct rp_given *out)
{
    const char *text = layers->options->option[setting];
    const char *name = option_names[setting];

    if (text == NULL && setting == RP_SET_DATABASE) {
        text = layers->options->database;
        name = "DATABASE";
    }
    *out = (struct rp_given){.text = rp_span(text), .layer = RP_LAYER_OPTION, .name = name};
    return text != NULL;
}

static bool get_config(const struct rp_layers *layers, enum rp_config_part part,
                       enum rp_setting setting, struct rp_given *out)
{
    const struct rp_config_value *value = &layers->config.value[part][setting];

    *out = (struct rp_given){
        .text = value->text,
        .layer = part == RP_CONFIG_SECTION ? RP_LAYER_TARGET : RP_LAYER_DEFAULTS,
        .name = rp_setting_name(setting),
        .path = value->path,
        .line = value->line,
    };
    return value->text.n > 0;
}

static struct rp_span part_of_target(const struct rp_layers *layers, enum rp_setting setting)
{
    switch (setting) {
    case RP_SET_HOST:
        return layers->host;
    case RP_SET_PORT:
        return layers->port;
    case RP_SET_USER:
        return rp_span(layers->uri.user);
    case RP_SET_DATABASE:
        return rp_span(layers->uri.database);
    case RP_SET_ENGINE:
        return rp_span(layers->uri.scheme);
    case RP_SET_REGION:
    case RP_SET_PROFILE:
    case RP_SET_VIA:
    case RP_SET_CA_FILE:
    case RP_SET_ROLE_ARN:
    case RP_SET_EXTERNAL_ID:
    case RP_SET_ROLE_SESSION_NAME:
    case RP_SET_MFA_COMMAND:
    case RP_SET__COUNT:
        break;
    }
    return (struct rp_span){NULL, 0};
}

static bool get_target(const struct rp_layers *layers, enum rp_setting setting,
                       struct rp_given *out)
{
    if (layers->config.has_section)
        return get_config(layers, RP_CONFIG_SECTION, setting, out);
    *out = (struct rp_given){
        .text = part_of_target(layers, setting), .layer = RP_LAYER_TARGET, .name = "the target"};
    return out->text.n > 0;
}

static bool get_variable(const struct rp_layers *layers, const char *name, struct rp_given *out)
{
    const char *text = name == NULL ? NULL : rp_env_get(layers->ctx, name);

    *out = (struct rp_given){.text = rp_span(text), .layer = RP_LAYER_ENVIRONMENT, .name = name};
    return text != NULL;
}

static bool get_environment(const struct rp_layers *layers, enum rp_setting setting,
                            struct rp_given *out)
{
    const struct rp_setting_row *row = rp_setting_row(setting);

    if (get_variable(layers, row->variable, out))
        return true;
    if (!layers->libpq || !get_variable(layers, row->libpq, out))
        return false;
    if (setting == RP_SET_PORT && !layers->libpq_port)
        return false;
    /* The directory of a socket (or an abstract one) leads to no endpoint. */
    return setting != RP_SET_HOST || (out->text.p[0] != '/' && out->text.p[0] != '@');
}

bool rp_layers_get(const struct rp_layers *layers, enum rp_setting setting, enum rp_layer last,
                   struct rp_given *out)
{
    return get_option(layers, setting, out) ||
           (last >= RP_LAYER_TARGET && get_target(layers, setting, out)) ||
           (last >= RP_LAYER_ENVIRONMENT && get_environment(layers, setting, out)) ||
           (last >= RP_LAYER_DEFAULTS && get_config(layers, RP_CONFIG_DEFAULTS, setting, out));
}

static void prefix(const struct rp_given *given, struct rp_error *err)
{
    if (given->path != NULL)
        rp_error_prefix(err, "%s:%u: %s", given->path, given->line, given->name);
    else
        rp_error_prefix(err, "%s", given->name);
}

rp_status rp_given_fail(const struct rp_given *given, struct rp_error *err, const char *fmt, ...)
{
    bool typed = given->path == NULL && given->layer <= RP_LAYER_TARGET;
    char text[RP_ERROR_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    rp_status status =
        rp_fail(err, typed ? RP_KIND_USAGE : RP_KIND_CONFIG, "%s", n < 0 ? "" : text);
    prefix(given, err);
    return status;
}

void rp_given_prefix(const struct rp_given *given, struct rp_error *err)
{
    if (given->path != NULL || given->layer > RP_LAYER_TARGET)
        prefix(given, err);
}
