/* Targets: judging what the layers give. */
#include "rdspass/rds/target.h"

#include <string.h>

#include "rdspass/base/file.h"
#include "rdspass/base/utf8.h"
#include "target_roles.h"

rp_status rp_target_copy_text(const struct rp_given *given, char *out, size_t size,
                              struct rp_error *err)
{
    if (given->text.n == 0)
        return rp_given_fail(given, err, "the value is empty");
    if (given->text.n >= size)
        return rp_given_fail(given, err, "the value is longer than %zu bytes", size - 1);
    if (!rp_utf8_valid(given->text))
        return rp_given_fail(given, err, "the value is not UTF-8");
    if (rp_utf8_has_control(given->text))
        return rp_given_fail(given, err, "the value has a control character in it");
    memcpy(out, given->text.p, given->text.n);
    out[given->text.n] = '\0';
    return RP_OK;
}

/* Nothing given leaves `out` as it is. */
static rp_status take_text(const struct rp_layers *layers, enum rp_setting setting, char *out,
                           size_t size, struct rp_error *err)
{
    struct rp_given given;

    if (!rp_layers_get(layers, setting, RP_LAYER_DEFAULTS, &given))
        return RP_OK;
    return rp_target_copy_text(&given, out, size, err);
}

static rp_status take_port(const struct rp_layers *layers, uint16_t *out, struct rp_error *err)
{
    struct rp_given given;
    uint32_t port;

    if (!rp_layers_get(layers, RP_SET_PORT, RP_LAYER_DEFAULTS, &given))
        return RP_OK;
    if (!rp_span_to_uint(given.text, UINT16_MAX, &port) || port == 0)
        return rp_given_fail(&given, err, "a port is a number from 1 to 65535");
    *out = (uint16_t)port;
    return RP_OK;
}

/*
 * The engine: as given; else the only one that the endpoint can have; else that
 * of the client; else the one whose port it is. What the environment and
 * [defaults] say in general yields to what an endpoint is.
 */
static rp_status find_engine(const struct rp_layers *layers, const struct rp_target *target,
                             uint16_t port, enum rp_engine *out, struct rp_error *err)
{
    enum rp_engine fact = target->endpoint.engine;
    enum rp_engine engine = RP_ENGINE_UNKNOWN;
    struct rp_given given;

    if (rp_layers_get(layers, RP_SET_ENGINE, RP_LAYER_DEFAULTS, &given)) {
        if (!rp_engine_parse(given.text, &engine))
            return rp_given_fail(&given, err, "\"%.*s\" is neither mysql nor postgres",
                                 RP_SPAN_ARGS(given.text));
        if (fact != RP_ENGINE_UNKNOWN && engine != fact && given.layer <= RP_LAYER_TARGET)
            return rp_given_fail(&given, err, "a %s speaks %s only",
                                 rp_endpoint_kind_name(target->endpoint.kind),
                                 rp_engine_name(fact));
    }
    if (fact != RP_ENGINE_UNKNOWN)
        engine = fact;
    if (engine == RP_ENGINE_UNKNOWN)
        engine = layers->options->client_engine;
    *out = engine == RP_ENGINE_UNKNOWN ? rp_engine_of_port(port) : engine;
    return RP_OK;
}

/* What people type for a host and is none: a port behind it, a URL, a socket. */
static rp_status check_host(const struct rp_given *given, struct rp_error *err)
{
    struct rp_span host = given->text;
    size_t colon = rp_span_find(host, ':');

    if (host.n == 0)
        return rp_given_fail(given, err, "the value is empty");
    if (rp_span_find(host, '/') < host.n || rp_span_find(host, '@') < host.n) {
        rp_status status = rp_given_fail(given, err,
                                         "the value is not the name of an "
                                         "endpoint alone");
        rp_hint(err, "a URL is given as the target, a socket with --via");
        return status;
    }
    if (colon < host.n && colon == rp_span_find_last(host, ':')) {
        rp_status status = rp_given_fail(given, err,
                                         "the name of an endpoint stands alone "
                                         "here, without a port");
        rp_hint(err, "give the port by itself (-P PORT), or HOST:PORT as the target");
        return status;
    }
    return RP_OK;
}

/* Reads the endpoint where the layers down to `last` name one. */
static rp_status take_host(const struct rp_layers *layers, enum rp_layer last,
                           struct rp_target *out, struct rp_error *err)
{
    struct rp_given given;

    if (out->endpoint.host[0] != '\0' || !rp_layers_get(layers, RP_SET_HOST, last, &given))
        return RP_OK;
    RP_TRY(check_host(&given, err));
    rp_status status = layers->options->any_host
                           ? rp_endpoint_parse_any(given.text, &out->endpoint, err)
                           : rp_endpoint_parse(given.text, &out->endpoint, err);
    if (rp_failed(status))
        rp_given_prefix(&given, err);
    return status;
}

static rp_status fail_without_host(const struct rp_layers *layers, struct rp_error *err)
{
    rp_status status;

    if (layers->config.has_section)
        status = rp_fail(err, RP_KIND_CONFIG, "the section \"%s\" names no host",
                         layers->options->target);
    else
        status = rp_fail(err, RP_KIND_USAGE, "no host was given");
    rp_hint(err, "name the endpoint: -h HOST, HOST:PORT or a URL as the target, or RDSPASS_HOST");
    return status;
}

/*
 * Whether PGPORT is the endpoint's: it is not where something else is dialled
 * (our own --format export --via leaves such variables behind), or for DSQL,
 * which has one port only.
 */
static bool is_libpq_port(const struct rp_layers *layers, const struct rp_endpoint *endpoint)
{
    struct rp_given given;

    return rp_env_get(layers->ctx, "PGHOSTADDR") == NULL &&
           !rp_layers_get(layers, RP_SET_VIA, RP_LAYER_DEFAULTS, &given) &&
           !rp_endpoint_is_dsql(endpoint);
}

/*
 * Host, engine and port hang together: libpq's variables count once the engine
 * is known, and may then name the host, which may tell the engine.
 */
static rp_status take_place(struct rp_layers *layers, struct rp_target *out, struct rp_error *err)
{
    uint16_t port = 0;

    RP_TRY(take_host(layers, RP_LAYER_ENVIRONMENT, out, err));
    RP_TRY(take_port(layers, &port, err));
    RP_TRY(find_engine(layers, out, port, &out->engine, err));
    layers->libpq = out->engine == RP_ENGINE_POSTGRES;
    RP_TRY(take_host(layers, RP_LAYER_DEFAULTS, out, err));
    if (out->endpoint.host[0] == '\0')
        return fail_without_host(layers, err);
    RP_TRY(find_engine(layers, out, port, &out->engine, err));
    layers->libpq = out->engine == RP_ENGINE_POSTGRES;
    layers->libpq_port = is_libpq_port(layers, &out->endpoint);
    RP_TRY(take_port(layers, &port, err));
    out->port = port == 0 ? rp_engine_port(out->engine) : port;
    return RP_OK;
}

static rp_status take_region(const struct rp_layers *layers, struct rp_target *out,
                             struct rp_error *err)
{
    struct rp_given given;

    if (!rp_layers_get(layers, RP_SET_REGION, RP_LAYER_DEFAULTS, &given))
        return RP_OK;
    RP_TRY(rp_target_copy_text(&given, out->region, sizeof(out->region), err));
    out->region_asked = given.layer <= RP_LAYER_TARGET;
    if (given.layer == RP_LAYER_DEFAULTS)
        given.name = "[defaults]";
    bool section = given.layer == RP_LAYER_TARGET;
    (void)snprintf(out->region_source, sizeof(out->region_source), "%s%s",
                   section ? "section " : "", section ? out->section : given.name);
    return RP_OK;
}

static rp_status take_via(const struct rp_layers *layers, struct rp_target *out,
                          struct rp_error *err)
{
    struct rp_given given;
    struct rp_error why = {0};

    if (!rp_layers_get(layers, RP_SET_VIA, RP_LAYER_DEFAULTS, &given))
        return RP_OK;
    if (!rp_failed(rp_via_parse(given.text, &out->via, &why)))
        return RP_OK;
    rp_status status = rp_given_fail(&given, err, "%s", why.msg);
    rp_hint(err, "%s", why.hint);
    return status;
}

/* Makes it absolute: helpers run elsewhere. In a config file it must be so already. */
static rp_status take_ca_file(const struct rp_layers *layers, struct rp_target *out,
                              struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf path = {.max = sizeof(out->ca_file) - 1};
    char *text = out->ca_file;
    struct rp_given given;

    if (!rp_layers_get(layers, RP_SET_CA_FILE, RP_LAYER_DEFAULTS, &given))
        return RP_OK;
    RP_TRY(rp_target_copy_text(&given, text, sizeof(out->ca_file), err));
    if (!rp_path_expand(layers->ctx, text, &path))
        return rp_given_fail(&given, err, "the path begins with '~', and no home is known");
    if (rp_buf_str(&path)[0] != '/') {
        if (given.path != NULL)
            return rp_given_fail(&given, err, "the path must be absolute here");
        char *here = getcwd(NULL, 0);
        if (here == NULL)
            return rp_fail_errno(err, RP_KIND_CONFIG, "cannot tell the working directory");
        rp_buf_clear(&path);
        rp_buf_add_str(&path, here);
        rp_buf_add_char(&path, '/');
        rp_buf_add_str(&path, text);
        free(here);
    }
    RP_TRY(rp_buf_check(&path, RP_KIND_CONFIG, "the path of the roots", err));
    memcpy(out->ca_file, rp_buf_str(&path), path.len + 1);
    return RP_OK;
}

static rp_status take_section(const struct rp_layers *layers, struct rp_target *out,
                              struct rp_error *err)
{
    struct rp_given name = {.text = rp_span(layers->options->target), .name = "the target"};

    return layers->config.has_section
               ? rp_target_copy_text(&name, out->section, sizeof(out->section), err)
               : RP_OK;
}

static rp_status resolve(struct rp_layers *layers, struct rp_target *out, struct rp_error *err)
{
    RP_TRY(take_section(layers, out, err));
    RP_TRY(take_place(layers, out, err));
    RP_TRY(take_text(layers, RP_SET_USER, out->user, sizeof(out->user), err));
    if (rp_endpoint_is_dsql(&out->endpoint))
        memcpy(out->database, "postgres", sizeof("postgres"));
    RP_TRY(take_text(layers, RP_SET_DATABASE, out->database, sizeof(out->database), err));
    RP_TRY(take_text(layers, RP_SET_PROFILE, out->profile, sizeof(out->profile), err));
    RP_TRY(rp_target_take_roles(layers, &out->roles, err));
    RP_TRY(take_region(layers, out, err));
    RP_TRY(take_via(layers, out, err));
    return take_ca_file(layers, out, err);
}

rp_status rp_target_resolve(const struct rp_context *ctx, const struct rp_target_options *options,
                            struct rp_target *out, struct rp_error *err)
{
    RP_LAYERS_AUTO struct rp_layers layers = {0};

    *out = (struct rp_target){0};
    RP_TRY(rp_layers_init(&layers, ctx, options, err));
    return resolve(&layers, out, err);
}

rp_status rp_target_resolve_identity(const struct rp_context *ctx,
                                     const struct rp_target_options *options, struct rp_target *out,
                                     struct rp_error *err)
{
    RP_LAYERS_AUTO struct rp_layers layers = {0};

    *out = (struct rp_target){0};
    RP_TRY(rp_layers_init(&layers, ctx, options, err));
    RP_TRY(take_section(&layers, out, err));
    RP_TRY(take_text(&layers, RP_SET_PROFILE, out->profile, sizeof(out->profile), err));
    RP_TRY(rp_target_take_roles(&layers, &out->roles, err));
    return take_region(&layers, out, err);
}
