/* One role as its profile has it: values that STS would take, and words for those it would not. */
#include "role_read.h"

#include "rdspass/base/utf8.h"

enum { DURATION_MIN = 900, DURATION_MAX = 43200, ARN_MIN = 20 };
enum { EXTERNAL_ID_MAX = 1224, SERIAL_MAX = 256, SESSION_NAME_MAX = 256 };

rp_status rp_role_fail_at(const struct rp_session *session, const char *profile, const char *key,
                          const char *fault, struct rp_error *err)
{
    char where[RP_ERROR_TEXT_MAX];

    rp_profile_where(session->profiles, profile, key, where, sizeof(where));
    return rp_fail(err, RP_KIND_CONFIG, "%s: the profile (%s) %s", where, profile, fault);
}

rp_status rp_role_fail_value(const struct rp_session *session, const char *profile, const char *key,
                             const char *fault, struct rp_error *err)
{
    char text[RP_ERROR_TEXT_MAX];
    int n = snprintf(text, sizeof(text), "has a %s that %s", key, fault);
    (void)n; /* both are short */
    return rp_role_fail_at(session, profile, key, text, err);
}

/* A text of a role; NULL in *out where the profile has none. */
static rp_status get_text(const struct rp_session *session, const char *profile, const char *key,
                          size_t max, const char **out, struct rp_error *err)
{
    struct rp_span text = rp_span(rp_profile_get(session->profiles, profile, key));

    *out = text.p;
    if (text.n > max)
        return rp_role_fail_value(session, profile, key, "is too long", err);
    if (!rp_utf8_valid(text) || rp_utf8_has_control(text))
        return rp_role_fail_value(
            session, profile, key,
            "has a line break, a control character or bytes that are not UTF-8", err);
    return RP_OK;
}

const char *rp_role_arn_fault(struct rp_span arn)
{
    if (arn.n == 0)
        return "is empty";
    if (arn.n > RP_ARN_MAX)
        return "is too long";
    if (arn.n < ARN_MIN || !rp_span_starts(arn, "arn:") || rp_span_find(arn, ' ') != arn.n ||
        !rp_utf8_valid(arn) || rp_utf8_has_control(arn))
        return "is no ARN of a role, like arn:aws:iam::123456789012:role/NAME";
    return NULL;
}

/* Python's int(): blanks around it, a sign. False where it is none. */
static bool parse_integer(struct rp_span text, bool *out_fits, uint32_t *out)
{
    text = rp_span_trim(text);
    bool negative = text.n > 0 && text.p[0] == '-';
    if (text.n > 0 && (text.p[0] == '-' || text.p[0] == '+'))
        text = rp_span_skip(text, 1);
    for (size_t i = 0; i < text.n; i++)
        if (!rp_is_digit(text.p[i]))
            return false;
    *out_fits = !negative && rp_span_to_uint(text, DURATION_MAX, out) && *out >= DURATION_MIN;
    return text.n > 0;
}

static rp_status get_duration(const struct rp_session *session, const char *profile, uint32_t *out,
                              struct rp_error *err)
{
    static const char key[] = "duration_seconds";
    const char *text = rp_profile_get(session->profiles, profile, key);
    char where[RP_ERROR_TEXT_MAX];
    bool fits;

    *out = 0;
    if (text == NULL)
        return RP_OK;
    if (!parse_integer(rp_span(text), &fits, out)) {
        rp_profile_where(session->profiles, profile, key, where, sizeof(where));
        rp_warn(session->ctx, "%s: %s of the profile (%s) is no whole number and does not count",
                where, key, profile);
        return RP_OK;
    }
    if (!fits)
        return rp_role_fail_value(session, profile, key, "is not from 900 to 43200", err);
    return RP_OK;
}

rp_status rp_role_read(const struct rp_session *session, const char *profile,
                       struct rp_planned_role *out, struct rp_error *err)
{
    struct rp_role *role = &out->role;
    char where[256];

    *out = (struct rp_planned_role){0};
    role->arn = rp_profile_get(session->profiles, profile, "role_arn");
    const char *fault = rp_role_arn_fault(rp_span(role->arn));
    if (fault != NULL)
        return rp_role_fail_value(session, profile, "role_arn", fault, err);
    RP_TRY(get_text(session, profile, "external_id", EXTERNAL_ID_MAX, &role->external_id, err));
    RP_TRY(get_text(session, profile, "mfa_serial", SERIAL_MAX, &role->mfa_serial, err));
    RP_TRY(get_text(session, profile, "role_session_name", SESSION_NAME_MAX, &role->session_name,
                    err));
    RP_TRY(get_duration(session, profile, &role->duration, err));
    if (session->options.role_session_name != NULL)
        role->session_name = session->options.role_session_name;
    rp_profile_where(session->profiles, profile, "role_arn", where, sizeof(where));
    int n = snprintf(out->wanted_by, sizeof(out->wanted_by), "the profile (%.127s) in %s", profile,
                     where);
    (void)n; /* an over-long one is cut */
    return RP_OK;
}
