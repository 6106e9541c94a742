/*
 * rdspass inspect: what a token says, and what a server will say to it.
 *
 *     text (standard input, a file) -> facts -> findings; with keys at hand, the signature
 */
#include "command.h"
#include "rdspass/base/file.h"
#include "rdspass/codec/json.h"
#include "rdspass/codec/time.h"
#include "rdspass/rds/token_read.h"
#include "row.h"

enum { JSON_VERSION = 1 };

static const struct rp_option options[] = {
    {RP_OPT_FORMAT, "format", NULL, "", "FORMAT", "text json", "how to print it"},
    {RP_OPT_HOST, "host", "hostname", "h", "HOST", NULL, "the endpoint that it is meant for"},
    {RP_OPT_PORT, "port", NULL, "Pp", "PORT", NULL, "the port of the endpoint"},
    {RP_OPT_USER, "user", "username", "uU", "USER", NULL, "the database user"},
    {RP_OPT_ENGINE, "engine", NULL, "", "ENGINE", "mysql postgres", "the engine"},
    {RP_OPT_REGION, "region", NULL, "", "REGION", NULL, "the region, of a global writer"},
    {RP_OPT_PROFILE, "profile", NULL, "", "NAME", NULL, "whose keys it is compared with"},
    RP_OPTIONS_END,
};

struct inspection {
    const struct rp_context *ctx;
    struct rp_token_facts facts;
    struct rp_token_purpose purpose;
    char host[RP_HOST_MAX + 1]; /* of the purpose, lower case */
    int64_t now;
    struct rp_token_findings findings;
    enum rp_token_signature signature;
    char part[RP_TOKEN_PART_SIZE]; /* what else was signed, or why nothing was checked */
};

/* --- what is asked ---------------------------------------------------------------------- */

static rp_status read_text(const struct rp_args *args, struct rp_buf *out, struct rp_error *err)
{
    const char *path = args->positional[0];
    bool found;

    if (path == NULL || strcmp(path, "-") == 0)
        return rp_read_all(STDIN_FILENO, RP_KIND_CONFIG, "the token from standard input", out, err);
    if (strchr(path, '?') != NULL || strstr(path, "X-Amz-") != NULL) {
        rp_status status = rp_fail(err, RP_KIND_USAGE, "a token is no argument: others can see it");
        rp_hint(err, "give it on standard input, or in a file");
        return status;
    }
    RP_TRY(rp_file_read(path, RP_KIND_CONFIG, out, &found, err));
    return found ? RP_OK : rp_fail(err, RP_KIND_CONFIG, "there is no file %s", path);
}

static rp_status read_purpose(struct inspection *inspection, const struct rp_args *args,
                              struct rp_error *err)
{
    struct rp_token_purpose *purpose = &inspection->purpose;
    const char *host = args->value[RP_OPT_HOST];
    const char *engine = args->value[RP_OPT_ENGINE];
    struct rp_endpoint endpoint;
    uint32_t port;

    *purpose = (struct rp_token_purpose){.host = "", .user = "", .region = ""};
    if (host != NULL) {
        RP_TRY(rp_endpoint_parse(rp_span(host), &endpoint, err));
        memcpy(inspection->host, endpoint.host, sizeof(endpoint.host));
        purpose->host = inspection->host;
    }
    RP_TRY(rp_args_number(args, RP_OPT_PORT, "port", 0, 65535, &port, err));
    purpose->port = (uint16_t)port;
    if (args->value[RP_OPT_USER] != NULL)
        purpose->user = args->value[RP_OPT_USER];
    if (args->value[RP_OPT_REGION] != NULL)
        purpose->region = args->value[RP_OPT_REGION];
    if (engine != NULL && !rp_engine_parse(rp_span(engine), &purpose->engine))
        return rp_fail(err, RP_KIND_USAGE, "\"%s\" is no engine", engine);
    return RP_OK;
}

/*
 * Compares with the keys at hand: those that are here without a network. That
 * there are none, or others, is no fault of the token's.
 */
static rp_status check_signature(struct inspection *inspection, const char *profile,
                                 struct rp_error *err)
{
    RP_SESSION_AUTO struct rp_session session = {0};
    RP_CREDENTIALS_AUTO struct rp_credentials credentials = {0};
    struct rp_error why = {0};

    RP_TRY(rp_session_init(&session, inspection->ctx, profile, err));
    if (rp_failed(rp_credentials_find(&session, &credentials, NULL, &why))) {
        rp_trace(inspection->ctx, "no AWS credentials at hand: %s", why.msg);
        (void)snprintf(inspection->part, sizeof(inspection->part), "no AWS credentials at hand");
        return RP_OK;
    }
    RP_TRY(rp_token_compare(&inspection->facts, &inspection->purpose, &credentials,
                            &inspection->signature, inspection->part, err));
    if (inspection->facts.signature[0] == '\0')
        (void)snprintf(inspection->part, sizeof(inspection->part), "it is not whole");
    else if (inspection->signature == RP_SIGNATURE_UNCHECKED)
        (void)snprintf(inspection->part, sizeof(inspection->part), "the keys at hand are %s",
                       credentials.access_key_id);
    return RP_OK;
}

/* --- as text ------------------------------------------------------------------------------ */

/* A part of the token, which may lack it. */
static void add_part(struct rp_buf *out, const char *name, const char *text)
{
    rp_add_row(out, name, "%s", text[0] == '\0' ? "missing" : text);
}

static void add_times(const struct inspection *inspection, struct rp_buf *out)
{
    const struct rp_token_facts *facts = &inspection->facts;
    int64_t end = facts->signed_at + facts->expires;
    int64_t left = end - inspection->now;
    char text[RP_TIME_ISO_SIZE];

    if ((facts->looks & RP_TOKEN_BAD_DATE) != 0) {
        add_part(out, "signed at", "");
        return;
    }
    rp_time_format_iso(facts->signed_at, text);
    rp_add_row(out, "signed at", "%s", text);
    rp_time_format_iso(end, text);
    if (left > 0)
        rp_add_row(out, "expires", "%s, in %lld seconds", text, (long long)left);
    else
        rp_add_row(out, "expires", "%s, %lld seconds ago", text, (long long)-left);
}

static const char *signature_word(enum rp_token_signature signature)
{
    return signature == RP_SIGNATURE_RIGHT       ? "right"
           : signature == RP_SIGNATURE_UNCHECKED ? "unchecked"
                                                 : "wrong";
}

static void add_signature(const struct inspection *inspection, struct rp_buf *out)
{
    switch (inspection->signature) {
    case RP_SIGNATURE_RIGHT:
        rp_add_row(out, "signature", "right, by the keys at hand");
        break;
    case RP_SIGNATURE_OTHER:
        rp_add_row(out, "signature", "wrong: %s", inspection->part);
        break;
    case RP_SIGNATURE_WRONG:
        rp_add_row(out, "signature",
                   "wrong: the secret key is another, or more than one part was changed");
        break;
    case RP_SIGNATURE_UNCHECKED:
        rp_add_row(out, "signature", "unchecked: %s", inspection->part);
        break;
    }
}

static void write_text(const struct inspection *inspection, struct rp_buf *out)
{
    const struct rp_token_facts *facts = &inspection->facts;
    const struct rp_token_limit *limit;

    if (facts->is_endpoint)
        rp_add_row(out, "host", "%s (%s)", facts->host,
                   rp_endpoint_kind_name(facts->endpoint.kind));
    else
        rp_add_row(out, "host", "%s", facts->host);
    if (facts->port != 0)
        rp_add_row(out, "port", "%u", facts->port);
    else
        rp_add_row(out, "port", "none");
    rp_add_row(out, "user", "%s", facts->user[0] == '\0' ? "none" : facts->user);
    add_part(out, "region", facts->region);
    add_part(out, "service", facts->service);
    add_part(out, "action", facts->action);
    add_part(out, "access key id", facts->access_key_id);
    add_times(inspection, out);
    if (rp_secret_is_empty(&facts->session_token))
        rp_add_row(out, "session token", "none");
    else
        rp_add_row(out, "session token", "present, %zu bytes", facts->session_token.n);
    rp_add_row(out, "length", "%zu bytes", facts->length);
    for (size_t i = 0; (limit = rp_token_too_long_for(facts->length, i)) != NULL; i++)
        rp_add_row(out, "too long for", "%s (%zu)", limit->client, limit->bytes);
    add_signature(inspection, out);
    for (size_t i = 0; i < inspection->findings.count; i++) {
        const struct rp_token_finding *finding = &inspection->findings.list[i];
        rp_add_row(out, finding->refused ? "refused" : "remark", "%s", finding->text);
        if (finding->hint[0] != '\0')
            rp_add_row(out, "", "%s", finding->hint);
    }
}

/* --- as JSON ------------------------------------------------------------------------------- */

static void add_time(struct rp_json *in, const char *name, bool known, int64_t when)
{
    char text[RP_TIME_ISO_SIZE];

    rp_time_format_iso(when, text);
    rp_json_add_text(in, name, known ? text : NULL);
}

static void add_token(const struct inspection *inspection, struct rp_json *in)
{
    const struct rp_token_facts *facts = &inspection->facts;
    bool dated = (facts->looks & RP_TOKEN_BAD_DATE) == 0;

    rp_json_add_text(in, "host", facts->host);
    rp_json_add_text(in, "endpoint",
                     facts->is_endpoint ? rp_endpoint_kind_name(facts->endpoint.kind) : NULL);
    if (facts->port != 0)
        rp_json_add_number(in, "port", facts->port);
    else
        rp_json_add_text(in, "port", NULL);
    rp_json_add_text(in, "user", facts->user[0] == '\0' ? NULL : facts->user);
    rp_json_add_text(in, "region", facts->region);
    rp_json_add_text(in, "service", facts->service);
    rp_json_add_text(in, "action", facts->action);
    rp_json_add_text(in, "access_key_id", facts->access_key_id);
    add_time(in, "signed_at", dated, facts->signed_at);
    add_time(in, "expires_at", dated, facts->signed_at + facts->expires);
    rp_json_add_number(in, "seconds_left",
                       dated ? facts->signed_at + facts->expires - inspection->now : 0);
    rp_json_add_bool(in, "session_token", !rp_secret_is_empty(&facts->session_token));
    rp_json_add_number(in, "length", (int64_t)facts->length);
}

static rp_status write_json(const struct inspection *inspection, struct rp_buf *out,
                            struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = rp_json_new();
    const struct rp_token_limit *limit;

    rp_json_add_number(json, "version", JSON_VERSION);
    rp_json_add_bool(json, "refused", inspection->findings.refused > 0);
    add_token(inspection, rp_json_add_object(json, "token"));
    struct rp_json *too_long = rp_json_add_array(json, "too_long_for");
    for (size_t i = 0; (limit = rp_token_too_long_for(inspection->facts.length, i)) != NULL; i++) {
        struct rp_json *element = rp_json_add_element(too_long);
        rp_json_add_text(element, "client", limit->client);
        rp_json_add_number(element, "bytes", (int64_t)limit->bytes);
    }
    rp_json_add_text(json, "signature", signature_word(inspection->signature));
    rp_json_add_text(json, "signature_why", inspection->part[0] == '\0' ? NULL : inspection->part);
    rp_add_findings(&inspection->findings, json);
    return rp_json_format(json, out, err);
}

/* --- the verdict ------------------------------------------------------------------------------ */

static rp_status conclude(const struct inspection *inspection, struct rp_error *err)
{
    const struct rp_token_findings *findings = &inspection->findings;
    size_t i = 0;

    if (findings->refused == 0)
        return RP_OK;
    while (!findings->list[i].refused)
        i++;
    const struct rp_token_finding *first = &findings->list[i];
    rp_status status = rp_fail(err, RP_KIND_LOGIN, "a server refuses this token: %s", first->text);
    if (first->hint[0] != '\0')
        rp_hint(err, "%s", first->hint);
    return status;
}

static rp_status inspect(struct inspection *inspection, const struct rp_args *args,
                         struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_TOKEN_MAX};
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};
    const char *format = args->value[RP_OPT_FORMAT];

    RP_TRY(read_purpose(inspection, args, err));
    RP_TRY(read_text(args, &text, err));
    RP_TRY(rp_token_read(rp_buf_span(&text), &inspection->facts, err));
    inspection->now = rp_now(inspection->ctx);
    RP_TRY(check_signature(inspection, args->value[RP_OPT_PROFILE], err));
    rp_token_judge(&inspection->facts, &inspection->purpose, inspection->now,
                   &inspection->findings);
    rp_token_judge_signature(inspection->signature, inspection->part, &inspection->findings);
    if (format != NULL && rp_span_is(rp_span(format), "json"))
        RP_TRY(write_json(inspection, &out, err));
    else
        write_text(inspection, &out);
    RP_TRY(rp_print(&out, err));
    return conclude(inspection, err);
}

static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_error *err)
{
    struct inspection inspection = {.ctx = ctx};

    rp_status status = inspect(&inspection, args, err);
    rp_token_facts_release(&inspection.facts);
    return status;
}

const struct rp_command rp_command_inspect = {
    .name = "inspect",
    .summary = "Show what a token says, and what is wrong with it",
    .arguments = "[-|FILE]",
    .arguments_max = 1,
    .groups = {options, rp_common_options},
    .run = run,
};
