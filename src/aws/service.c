/* Where a service is: what is configured, else the rule of the region's partition. */
#include "service.h"

#include "rdspass/aws/partition.h"
#include "rdspass/base/utf8.h"

/* What a service is called where. */
static const struct description {
    const char *words;    /* in messages */
    const char *variable; /* that names its URL */
    const char *section;  /* in a section [services NAME] */
    const char *label;    /* before the region; NULL: sign-in, which has rules of its own */
    const char *fips;     /* the same with FIPS ... */
    const char *fips_gov; /* ... and that in GovCloud, where it is the usual one */
} descriptions[RP_SERVICE__COUNT] = {
    [RP_SERVICE_STS] = {"STS", "AWS_ENDPOINT_URL_STS", "sts", "sts", "sts-fips", "sts"},
    [RP_SERVICE_SSO] = {"the SSO portal", "AWS_ENDPOINT_URL_SSO", "sso", "portal.sso",
                        "portal.sso-fips", "portal.sso"},
    [RP_SERVICE_OIDC] = {"SSO OIDC", "AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc", "oidc", "oidc-fips",
                         "oidc"},
    [RP_SERVICE_SIGNIN] = {"AWS Sign-In", "AWS_ENDPOINT_URL_SIGNIN", "signin", NULL, NULL, NULL},
};

/* --- settings ------------------------------------------------------------------------ */

/* The variable's value, else that of the profile's key; *out_name is which. NULL: neither. */
static const char *setting(const struct rp_session *session, const char *variable, const char *key,
                           const char **out_name)
{
    const char *value = rp_env_get(session->ctx, variable);

    *out_name = variable;
    if (value != NULL)
        return value;
    *out_name = key;
    return rp_session_setting(session, key);
}

static bool is_true(const struct rp_session *session, const char *variable, const char *key)
{
    const char *name;
    return rp_span_is_nocase(rp_span(setting(session, variable, key, &name)), "true");
}

/* Which kind of endpoint is wanted. */
struct variants {
    bool fips;
    bool dual_stack;
};

static struct variants wanted_variants(const struct rp_session *session)
{
    return (struct variants){
        .fips = is_true(session, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        .dual_stack = is_true(session, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
    };
}

static rp_status find_region(const struct rp_session *session, const struct description *service,
                             const char *given, struct rp_service_endpoint *out,
                             struct rp_error *err)
{
    char source[160] = "";
    const char *region = given;

    if (region == NULL)
        region = session->region_asked;
    if (region == NULL)
        region = rp_session_region(session, source, sizeof(source));
    if (region == NULL)
        region = session->region_database;
    if (region == NULL) {
        rp_status status = rp_fail(err, RP_KIND_CONFIG, "no region for %s", service->words);
        rp_hint(err, "set AWS_REGION, or region in the profile (%s), or give --region",
                session->profile);
        return status;
    }
    if (rp_partition_of_region(rp_span(region)) == NULL || strlen(region) >= sizeof(out->region))
        return rp_fail(err, RP_KIND_CONFIG, "\"%s\"%s%s is not the name of a region, for %s",
                       region, source[0] == '\0' ? "" : " from ", source, service->words);
    memcpy(out->region, region, strlen(region) + 1);
    return RP_OK;
}

/* --- a configured URL ------------------------------------------------------------------ */

/* endpoint_url in the lines below `sts =` of the section that the profile's `services` names. */
static struct rp_span url_of_section(const struct rp_session *session, const char *service)
{
    const char *name = rp_session_setting(session, "services");
    const char *nested = NULL;
    struct rp_span line = {NULL, 0};

    if (name != NULL)
        nested = rp_profiles_section_get(session->profiles, "services", name, service);
    struct rp_span rest = rp_span(nested);
    while (rest.p != NULL && rp_span_split(&rest, '\n', &line)) {
        size_t equals = rp_span_find(line, '=');
        if (rp_span_is_nocase(rp_span_trim(rp_span_first(line, equals)), "endpoint_url"))
            return rp_span_trim(rp_span_skip(line, equals + 1));
    }
    return (struct rp_span){NULL, 0};
}

/* What is configured, and where; an empty span where nothing is. */
static struct rp_span configured_url(const struct rp_session *session,
                                     const struct description *service,
                                     char out_where[RP_SERVICE_BY_SIZE])
{
    struct rp_span url;
    int n = snprintf(out_where, RP_SERVICE_BY_SIZE, "%s", service->variable);

    (void)n; /* all fit */
    if (is_true(session, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
        return RP_SPAN("");
    url = rp_span(rp_env_get(session->ctx, out_where));
    if (url.n > 0)
        return url;
    (void)snprintf(out_where, RP_SERVICE_BY_SIZE, "AWS_ENDPOINT_URL");
    url = rp_span(rp_env_get(session->ctx, out_where));
    if (url.n > 0)
        return url;
    (void)snprintf(out_where, RP_SERVICE_BY_SIZE, "endpoint_url of %s in the services",
                   service->section);
    url = url_of_section(session, service->section);
    if (url.n > 0)
        return url;
    (void)snprintf(out_where, RP_SERVICE_BY_SIZE, "endpoint_url of the profile");
    return rp_span(rp_session_setting(session, "endpoint_url"));
}

static void copy_lower(char *out, struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        out[i] = rp_lower(text.p[i]);
    out[text.n] = '\0';
}

/*
 * Takes "SCHEME://HOST[:PORT][/PATH]" apart. The port of the scheme is left out of
 * `host`, as clients do in the header Host, which is signed.
 */
static bool take_url(struct rp_span url, struct rp_service_endpoint *out)
{
    bool tls = rp_span_is_nocase(rp_span_first(url, 8), "https://");
    size_t scheme = tls ? 8 : 7;

    if ((!tls && !rp_span_is_nocase(rp_span_first(url, 7), "http://")) ||
        url.n > RP_SERVICE_URL_MAX || rp_utf8_has_control(url))
        return false;
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("@?#\\", url.p[i]) != NULL)
            return false;
    while (url.n > scheme && url.p[url.n - 1] == '/')
        url.n--;
    struct rp_span rest = rp_span_skip(url, scheme);
    size_t slash = rp_span_find(rest, '/');
    struct rp_span authority = rp_span_first(rest, slash);
    if (authority.n == 0 || authority.p[0] == ':')
        return false;
    copy_lower(out->host, authority);
    if (rp_span_ends(authority, tls ? ":443" : ":80"))
        out->host[authority.n - (tls ? 4 : 3)] = '\0';
    copy_lower(out->path, RP_SPAN(""));
    memcpy(out->path, rest.p + slash, rest.n - slash);
    out->path[rest.n - slash] = '\0';
    int n = snprintf(out->url, sizeof(out->url), "%s%s%s", tls ? "https://" : "http://", out->host,
                     out->path);
    return n > 0 && (size_t)n < sizeof(out->url);
}

static rp_status use_configured(struct rp_span url, const char *where,
                                const struct variants *variants, struct rp_service_endpoint *out,
                                struct rp_error *err)
{
    if (variants->fips || variants->dual_stack)
        return rp_fail(
            err, RP_KIND_CONFIG,
            "%s names an endpoint, and %s wants another: AWS has no rule for both", where,
            variants->fips ? "FIPS (use_fips_endpoint)" : "dual stack (use_dualstack_endpoint)");
    if (!take_url(url, out))
        return rp_fail(err, RP_KIND_CONFIG,
                       "%s is no URL like https://HOST:PORT, without user, query and fragment",
                       where);
    return RP_OK;
}

/* --- the rules of AWS -------------------------------------------------------------------- */

static bool is_gov(const struct rp_partition *partition)
{
    return strcmp(partition->name, "aws-us-gov") == 0;
}

/* "{R}.signin.SUFFIX" of a partition. */
static const char *signin_suffix(const struct rp_partition *partition)
{
    static const char *const suffixes[][2] = {
        {"aws", "aws.amazon.com"},
        {"aws-cn", "amazonaws.cn"},
        {"aws-us-gov", "amazonaws-us-gov.com"},
        {"aws-iso", "c2shome.ic.gov"},
        {"aws-iso-b", "sc2shome.sgov.gov"},
        {"aws-iso-e", "csphome.adc-e.uk"},
        {"aws-iso-f", "csphome.hci.ic.gov"},
        {"aws-eusc", "amazonaws-eusc.eu"},
    };

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (strcmp(suffixes[i][0], partition->name) == 0)
            return suffixes[i][1];
    return suffixes[0][1];
}

static void add_signin_host(const char *region, const struct rp_partition *partition,
                            const struct variants *variants, struct rp_buf *out)
{
    if (variants->dual_stack)
        rp_buf_addf(out, "signin%s.%s.%s", variants->fips ? "-fips" : "", region,
                    partition->dual_stack_suffix);
    else if (!variants->fips)
        rp_buf_addf(out, "%s.signin.%s", region, signin_suffix(partition));
    else if (!is_gov(partition))
        rp_buf_addf(out, "signin-fips.%s.%s", region, partition->dns_suffix);
    else if (strcmp(region, "us-gov-west-1") == 0)
        rp_buf_addf(out, "signin-fips.%s", signin_suffix(partition));
    else
        rp_buf_addf(out, "%s.signin-fips.%s", region, signin_suffix(partition));
}

static void add_host(const struct description *service, const char *region,
                     const struct rp_partition *partition, const struct variants *variants,
                     struct rp_buf *out)
{
    const char *label = service->label;

    if (variants->fips)
        label = is_gov(partition) && !variants->dual_stack ? service->fips_gov : service->fips;
    rp_buf_addf(out, "%s.%s.%s", label, region,
                variants->dual_stack ? partition->dual_stack_suffix : partition->dns_suffix);
}

/* The regions whose requests went to the global endpoint before STS was regional everywhere. */
static bool is_old_region(const char *region)
{
    static const char *const regions[] = {
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
        "eu-central-1",   "eu-north-1", "eu-west-1",      "eu-west-2",      "eu-west-3",
        "sa-east-1",      "us-east-1",  "us-east-2",      "us-west-1",      "us-west-2"};

    for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++)
        if (strcmp(regions[i], region) == 0)
            return true;
    return false;
}

static bool is_legacy(const struct rp_session *session, enum rp_service service,
                      const struct variants *variants, const char *region)
{
    const char *name;

    return service == RP_SERVICE_STS && !variants->fips && !variants->dual_stack &&
           is_old_region(region) &&
           rp_span_is_nocase(rp_span(setting(session, "AWS_STS_REGIONAL_ENDPOINTS",
                                             "sts_regional_endpoints", &name)),
                             "legacy");
}

static rp_status use_rule(const struct rp_session *session, const struct variants *variants,
                          struct rp_service_endpoint *out, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf url = {.max = RP_SERVICE_URL_MAX};
    const struct description *service = &descriptions[out->service];
    const struct rp_partition *partition = rp_partition_of_region(rp_span(out->region));

    rp_buf_add_str(&url, "https://");
    if (service->label == NULL) {
        add_signin_host(out->region, partition, variants, &url);
    } else if (is_legacy(session, out->service, variants, out->region)) {
        rp_buf_add_str(&url, "sts.amazonaws.com");
        (void)snprintf(out->region, sizeof(out->region), "us-east-1");
    } else {
        add_host(service, out->region, partition, variants, &url);
    }
    RP_TRY(rp_buf_check(&url, RP_KIND_CONFIG, "the URL of a service", err));
    return take_url(rp_buf_span(&url), out)
               ? RP_OK
               : rp_fail(err, RP_KIND_INTERNAL, "the URL of %s is none", service->words);
}

rp_status rp_service_find(const struct rp_session *session, enum rp_service service,
                          const char *region, struct rp_service_endpoint *out, struct rp_error *err)
{
    struct rp_service_endpoint found = {.service = service};
    struct variants variants = wanted_variants(session);
    char by[RP_SERVICE_BY_SIZE];

    RP_TRY(find_region(session, &descriptions[service], region, &found, err));
    struct rp_span url = configured_url(session, &descriptions[service], by);
    if (url.n > 0) {
        RP_TRY(use_configured(url, by, &variants, &found, err));
        memcpy(found.by, by, sizeof(found.by));
    } else {
        RP_TRY(use_rule(session, &variants, &found, err));
    }
    rp_trace(session->ctx, "%s: %s, region %s%s%s", descriptions[service].words, found.url,
             found.region, found.by[0] == '\0' ? "" : ", by ", found.by);
    *out = found;
    return RP_OK;
}
