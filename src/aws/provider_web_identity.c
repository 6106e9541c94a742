/*
 * The provider `assume-role-with-web-identity`: a role for a token in a file, as
 * EKS mounts it and CI systems write it. Each of the three settings comes from the
 * environment, else from the profile.
 */
#include "rdspass/base/file.h"
#include "rdspass/base/utf8.h"
#include "role.h"

/* STS's limits of a token. What stands behind it in the file is cut off. */
enum { TOKEN_MIN = 4, TOKEN_MAX = 20000, FILE_MAX = TOKEN_MAX + 1024 };

static const char provider_name[] = "assume-role-with-web-identity";

/* A setting, and where it stands. */
struct setting {
    const char *text; /* NULL: none */
    bool of_profile;
    char where[320];
};

struct web_identity {
    const struct rp_session *session;
    struct setting file;
    struct setting arn;
    struct setting name;
    struct rp_role role;
    char wanted_by[480];
};

static void read_setting(const struct rp_session *session, const char *variable, const char *key,
                         struct setting *out)
{
    /* A profile that was asked for by name is not mixed with the environment's role. */
    out->text = session->profile_explicit ? NULL : rp_env_get(session->ctx, variable);
    out->of_profile = out->text == NULL;
    if (!out->of_profile) {
        (void)snprintf(out->where, sizeof(out->where), "%s", variable);
    } else {
        out->text = rp_profile_get(session->profiles, session->profile, key);
        rp_profile_where(session->profiles, session->profile, key, out->where, sizeof(out->where));
    }
}

static rp_status fail_without_role(const struct web_identity *identity, struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_CONFIG,
                               "%s: a web identity's token is given, and no role to take with it",
                               identity->file.where);
    rp_hint(err, "%s",
            identity->session->profile_explicit ? "add role_arn to the profile"
                                                : "set AWS_ROLE_ARN, or role_arn in the profile");
    return status;
}

/* What is wrong with the settings of the role. */
static rp_status check(const struct web_identity *identity, struct rp_error *err)
{
    const struct setting *texts[] = {&identity->arn, &identity->name};

    if (identity->file.text == NULL)
        return rp_fail(err, RP_KIND_CONFIG, "%s: web_identity_token_file is empty",
                       identity->file.where);
    if (identity->arn.text == NULL)
        return fail_without_role(identity, err);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct rp_span text = rp_span(texts[i]->text);
        if (text.n > RP_ARN_MAX || !rp_utf8_valid(text) || rp_utf8_has_control(text))
            return rp_fail(err, RP_KIND_CONFIG, "%s: %s", texts[i]->where,
                           "too long, or with a line break or bytes that are not UTF-8");
    }
    return RP_OK;
}

/* The file is read at each use: whoever wrote it writes it anew before the token ends. */
static rp_status read_token(const struct web_identity *identity, struct rp_secret *out,
                            struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = FILE_MAX};
    const struct setting *file = &identity->file;
    bool found;

    RP_TRY(rp_file_read(file->text, RP_KIND_CREDENTIALS, &text, &found, err));
    if (!found) {
        rp_status status = rp_fail(err, RP_KIND_CREDENTIALS,
                                   "the file %s of the web identity's token (%s) is not there",
                                   file->text, file->where);
        rp_hint(err, "it is written by who runs this: on EKS for a pod with a service account that "
                     "has a role, in CI by a step of the job");
        return status;
    }
    struct rp_span token = rp_buf_span(&text);
    while (token.n > 0 && strchr(" \t\r\n\v\f", token.p[token.n - 1]) != NULL)
        token.n--;
    const char *fault = token.n == 0                 ? "is empty"
                        : token.n < TOKEN_MIN        ? "is too short for one"
                        : token.n > TOKEN_MAX        ? "is too long for one"
                        : rp_utf8_has_control(token) ? "has a line break or a control character "
                                                       "in it"
                                                     : NULL;
    if (fault != NULL)
        return rp_fail(err, RP_KIND_CREDENTIALS, "the file %s of the web identity's token (%s) %s",
                       file->text, file->where, fault);
    return rp_secret_set(out, token, err);
}

static rp_status ask_sts(void *self, struct rp_role_session *out, struct rp_error *err)
{
    const struct web_identity *identity = self;
    RP_SECRET_AUTO struct rp_secret token = {0};

    RP_TRY(read_token(identity, &token, err));
    rp_trace(identity->session->ctx, "taking the role %s by the token in %s", identity->role.arn,
             identity->file.text);
    return rp_sts_assume_role_with_web_identity(identity->session, &identity->role, &token, out,
                                                err);
}

static rp_status take(struct web_identity *identity, struct rp_credentials *out,
                      struct rp_error *err)
{
    RP_ROLE_SESSION_AUTO struct rp_role_session got = {0};
    struct rp_role_getter getter = {.get = ask_sts, .self = identity};
    const char *name = identity->session->options.role_session_name;
    bool cached = false;

    identity->role = (struct rp_role){
        .arn = identity->arn.text,
        .session_name = name != NULL ? name : identity->name.text,
        .wanted_by = identity->wanted_by,
    };
    int n = identity->arn.of_profile ? snprintf(identity->wanted_by, sizeof(identity->wanted_by),
                                                "the profile (%.127s) in %s",
                                                identity->session->profile, identity->arn.where)
                                     : snprintf(identity->wanted_by, sizeof(identity->wanted_by),
                                                "%s", identity->arn.where);
    (void)n; /* an over-long one is cut */
    RP_TRY(rp_role_cached_or(identity->session, &identity->role, &getter, &got, &cached, err));
    rp_credentials_add_hop(&got.credentials, provider_name, cached, "%s", identity->role.arn);
    rp_credentials_release(out);
    *out = got.credentials;
    got.credentials = (struct rp_credentials){0}; /* moved */
    return RP_OK;
}

static rp_status load(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err)
{
    struct web_identity identity = {.session = session};

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    read_setting(session, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file", &identity.file);
    if (identity.file.text == NULL &&
        !rp_profile_has(session->profiles, session->profile, "web_identity_token_file")) {
        rp_provider_why(why, "%sprofile %s has no web_identity_token_file",
                        session->profile_explicit ? ""
                                                  : "AWS_WEB_IDENTITY_TOKEN_FILE is not set, and ",
                        session->profile);
        return RP_OK;
    }
    read_setting(session, "AWS_ROLE_ARN", "role_arn", &identity.arn);
    read_setting(session, "AWS_ROLE_SESSION_NAME", "role_session_name", &identity.name);
    RP_TRY(check(&identity, err));
    RP_TRY(take(&identity, out, err));
    *out_answer = RP_ANSWER_CREDENTIALS;
    return RP_OK;
}

const struct rp_provider rp_provider_web_identity = {
    .name = provider_name, .reads_files = true, .of_profile = true, .load = load};
