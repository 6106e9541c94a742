/*
 * A Security Token Service for tests of roles: a transport that notes what is
 * asked, by whom, and gives credentials whose key id tells the role.
 */
#ifndef FAKE_STS_H
#define FAKE_STS_H

#include "rdspass/aws/transport.h"
#include "rdspass/codec/percent.h"
#include "rdspass/codec/time.h"
#include "tap.h"

struct fake_sts {
    struct rp_buf calls; /* "AssumeRole R by AKID external=e mfa=123456 for=900 as=n\n" each */
    int64_t ends;        /* of the credentials that it gives */
    const char *refuses; /* a role that it says no for; NULL: none */
    int unreachable;     /* so many exchanges come to nothing */
    char asked[128];     /* the URL of the last exchange */
    struct rp_transport transport;
};

/* Adds a parameter of the body, decoded, behind `label`; nothing where it is not there. */
static void fake_sts_add(struct rp_buf *out, struct rp_span body, const char *name,
                         const char *label)
{
    struct rp_span one = {0};

    while (rp_span_split(&body, '&', &one)) {
        size_t equals = rp_span_find(one, '=');
        if (!rp_span_is(rp_span_first(one, equals), name))
            continue;
        rp_buf_add_str(out, label);
        OK(rp_percent_decode(out, rp_span_skip(one, equals + 1)), "%s is encoded well", name);
    }
}

/* The key id that signed; "nobody" where none did. */
static void fake_sts_add_signer(struct rp_buf *out, const struct rp_http_request *request)
{
    static const char before[] = "Credential=";

    for (size_t i = 0; i < request->header_count; i++) {
        if (!rp_span_is_nocase(rp_span(request->headers[i].name), "authorization"))
            continue;
        struct rp_span value = request->headers[i].value;
        while (value.n > 0 && !rp_span_starts(value, before))
            value = rp_span_skip(value, 1);
        value = rp_span_skip(value, sizeof(before) - 1);
        rp_buf_add(out, rp_span_first(value, rp_span_find(value, '/')));
        return;
    }
    rp_buf_add_str(out, "nobody");
}

static void fake_sts_note(struct fake_sts *sts, const struct rp_http_request *request)
{
    struct rp_buf *out = &sts->calls;

    fake_sts_add(out, request->body, "Action", "");
    fake_sts_add(out, request->body, "RoleArn", " ");
    rp_buf_add_str(out, " by ");
    fake_sts_add_signer(out, request);
    fake_sts_add(out, request->body, "WebIdentityToken", " token=");
    fake_sts_add(out, request->body, "ExternalId", " external=");
    fake_sts_add(out, request->body, "SerialNumber", " serial=");
    fake_sts_add(out, request->body, "TokenCode", " mfa=");
    fake_sts_add(out, request->body, "DurationSeconds", " for=");
    fake_sts_add(out, request->body, "RoleSessionName", " as=");
    rp_buf_add_char(out, '\n');
    (void)snprintf(sts->asked, sizeof(sts->asked), "%s", request->url);
}

static void fake_sts_grant(struct fake_sts *sts, const char *action, const char *role,
                           struct rp_buf *body)
{
    char end[RP_TIME_ISO_SIZE];

    rp_time_format_iso(sts->ends, end);
    rp_buf_addf(body, "<%sResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><%sResult>",
                action, action);
    rp_buf_addf(body,
                "<Credentials><AccessKeyId>ASIA%s</AccessKeyId><SecretAccessKey>secret-of-%s"
                "</SecretAccessKey><SessionToken>token-of-%s</SessionToken><Expiration>%s"
                "</Expiration></Credentials>",
                role, role, role, end);
    rp_buf_addf(body,
                "<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/%s/s</Arn>"
                "<AssumedRoleId>AROAEXAMPLE:s</AssumedRoleId></AssumedRoleUser>",
                role);
    rp_buf_addf(body,
                "</%sResult><ResponseMetadata><RequestId>1-2-3</RequestId></ResponseMetadata>"
                "</%sResponse>",
                action, action);
}

static void fake_sts_refuse(const char *role, struct rp_buf *body)
{
    rp_buf_addf(body,
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
                "<Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to take %s"
                "</Message></Error><RequestId>1-2-3</RequestId></ErrorResponse>",
                role);
}

static rp_status fake_sts_perform(void *self, const struct rp_http_request *request,
                                  struct rp_http_response *out, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf arn = {.max = 4096};
    RP_BUF_AUTO struct rp_buf action = {.max = 64};
    struct fake_sts *sts = self;

    (void)err;
    fake_sts_note(sts, request);
    fake_sts_add(&arn, request->body, "RoleArn", "/");
    fake_sts_add(&action, request->body, "Action", "");
    const char *role = strrchr(rp_buf_str(&arn), '/') + 1;
    rp_http_response_release(out);
    rp_buf_init(&out->body, request->max_body);
    if (sts->unreachable > 0) {
        sts->unreachable--;
        out->outcome = RP_HTTP_NOT_CONNECTED;
        (void)snprintf(out->why, sizeof(out->why), "refused");
        return RP_OK;
    }
    bool refused = sts->refuses != NULL && strcmp(role, sts->refuses) == 0;
    out->outcome = RP_HTTP_ANSWERED;
    out->connected = true;
    out->status = refused ? 403 : 200;
    if (refused)
        fake_sts_refuse(role, &out->body);
    else
        fake_sts_grant(sts, rp_buf_str(&action), role, &out->body);
    return RP_OK;
}

static void fake_sts_init(struct fake_sts *sts, int64_t ends)
{
    *sts = (struct fake_sts){.ends = ends, .calls.max = 1 << 16};
    sts->transport = (struct rp_transport){.perform = fake_sts_perform, .self = sts};
}

static void fake_sts_release(struct fake_sts *sts)
{
    rp_buf_release(&sts->calls);
}

#endif
