/* Settings of the instance metadata service: environment, profile, the AWS CLI's defaults. */
#include "metadata.h"

enum { TIMEOUT_S = 1, TIMEOUT_MAX_S = 120, ATTEMPTS = 1, ATTEMPTS_MAX = 10 };

/* A setting by its two names. */
struct setting {
    const char *variable;
    const char *key;
};

static const struct setting endpoint = {"AWS_EC2_METADATA_SERVICE_ENDPOINT",
                                        "ec2_metadata_service_endpoint"};
static const struct setting mode = {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                                    "ec2_metadata_service_endpoint_mode"};
static const struct setting v1_disabled = {"AWS_EC2_METADATA_V1_DISABLED",
                                           "ec2_metadata_v1_disabled"};
static const struct setting timeout = {"AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"};
static const struct setting attempts = {"AWS_METADATA_SERVICE_NUM_ATTEMPTS",
                                        "metadata_service_num_attempts"};

/* The value and the name under which it was found; NULL where it is not set. */
static const char *look_up(const struct rp_session *session, struct setting setting,
                           const char **out_name)
{
    const char *value = rp_env_get(session->ctx, setting.variable);

    *out_name = setting.variable;
    if (value == NULL) {
        *out_name = setting.key;
        value = rp_profile_get(session->profiles, session->profile, setting.key);
    }
    return value;
}

/* A number from 1 on; *out keeps its default where the setting is not there. */
static rp_status read_number(const struct rp_session *session, struct setting setting, uint32_t max,
                             uint32_t *out, struct rp_error *err)
{
    const char *name;
    const char *value = look_up(session, setting, &name);
    uint32_t number;

    if (value == NULL)
        return RP_OK;
    if (!rp_span_to_uint(rp_span(value), max, &number) || number == 0)
        return rp_fail(err, RP_KIND_CONFIG, "%s: \"%.40s\" is not a number from 1 to %u", name,
                       value, max);
    *out = number;
    return RP_OK;
}

/* Whether a URL is http or https with a host, and holds nothing but what a path can have. */
static bool is_base_url(struct rp_span url)
{
    static const char *const schemes[] = {"http://", "https://"};
    bool has_host = false;

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        struct rp_span rest = rp_span_skip(url, strlen(schemes[i]));
        if (rp_span_is_nocase(rp_span_first(url, strlen(schemes[i])), schemes[i]))
            has_host = rest.n > 0 && rest.p[0] != '/' && rest.p[0] != ':';
    }
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("\"#<>?@\\^`{|}", url.p[i]) != NULL)
            return false;
    return has_host;
}

/* An endpoint that is given beats the mode, as in the AWS CLI. */
static rp_status read_base(const struct rp_session *session, struct rp_metadata_settings *out,
                           struct rp_error *err)
{
    const char *name;
    const char *value = look_up(session, mode, &name);
    struct rp_span url = RP_SPAN("http://169.254.169.254");

    if (value != NULL && rp_span_is_nocase(rp_span(value), "ipv6"))
        url = RP_SPAN("http://[fd00:ec2::254]");
    else if (value != NULL && !rp_span_is_nocase(rp_span(value), "ipv4"))
        return rp_fail(err, RP_KIND_CONFIG, "%s: \"%.40s\" is neither IPv4 nor IPv6", name, value);
    value = look_up(session, endpoint, &name);
    if (value != NULL)
        url = rp_span(value);
    while (url.n > 0 && url.p[url.n - 1] == '/')
        url.n--;
    if (url.n > RP_METADATA_URL_MAX || !is_base_url(url))
        return rp_fail(err, RP_KIND_CONFIG, "%s is not a URL like http://169.254.169.254", name);
    memcpy(out->base, url.p, url.n);
    out->base[url.n] = '\0';
    return RP_OK;
}

rp_status rp_metadata_read_settings(const struct rp_session *session,
                                    struct rp_metadata_settings *out, struct rp_error *err)
{
    struct rp_metadata_settings settings = {.attempts = ATTEMPTS};
    uint32_t timeout_s = TIMEOUT_S;
    const char *name;

    RP_TRY(read_base(session, &settings, err));
    RP_TRY(read_number(session, timeout, TIMEOUT_MAX_S, &timeout_s, err));
    RP_TRY(read_number(session, attempts, ATTEMPTS_MAX, &settings.attempts, err));
    settings.timeout_ms = timeout_s * 1000;
    const char *value = look_up(session, v1_disabled, &name);
    if (value != NULL && rp_span_is_nocase(rp_span(value), "true"))
        settings.v1_forbidden_by = name;
    *out = settings;
    return RP_OK;
}
