/* The signer: who may have a token, from which credentials, and when these are renewed. */
#include "signer.h"

#include "rdspass/base/deadline.h"
#include "rdspass/codec/time.h"
#include "rdspass/ipc/gate.h"

enum {
    AHEAD_S = 900,      /* credentials are renewed when less is left: a token's life; */
    AHEAD_PART = 3,     /* or this part of the life that they came with, which may be a minute */
    REST_MS = 60000,    /* between two renewals that nobody has to wait for */
    PATIENCE_MS = 5000, /* with a renewal, where there is something to answer with: others wait */
    LOOK_MS = 3600000,  /* clocks are set: look at them now and then */
};

/* What the files are, so that a change shows. One that is not there is all zeros. */
static void look_at_files(const struct rp_signer *signer, struct stat out[RP_FILE__COUNT])
{
    for (int file = 0; file < RP_FILE__COUNT; file++) {
        const char *path =
            rp_profiles_path(signer->login->session.profiles, (enum rp_profile_file)file);
        if (path == NULL || stat(path, &out[file]) != 0)
            out[file] = (struct stat){0};
    }
}

static bool have_files_changed(const struct rp_signer *signer)
{
    struct stat now[RP_FILE__COUNT];

    look_at_files(signer, now);
    for (int file = 0; file < RP_FILE__COUNT; file++) {
        const struct stat *then = &signer->files[file];
        if (now[file].st_ino != then->st_ino || now[file].st_size != then->st_size ||
            now[file].st_mtim.tv_sec != then->st_mtim.tv_sec ||
            now[file].st_mtim.tv_nsec != then->st_mtim.tv_nsec)
            return true;
    }
    return false;
}

static int64_t seconds_left(const struct rp_signer *signer)
{
    int64_t end = signer->login->credentials.expires_at;
    return end == RP_NEVER ? INT64_MAX : end - rp_now(signer->ctx);
}

/*
 * Some sources give credentials of a quarter of an hour, others what is left of an
 * hour: asked again at once, they would say the same.
 */
static void plan_renewal(struct rp_signer *signer)
{
    int64_t part = seconds_left(signer) / AHEAD_PART;
    signer->ahead = part < AHEAD_S ? part : AHEAD_S;
}

void rp_signer_init(struct rp_signer *signer, const struct rp_context *ctx, struct rp_login *login,
                    struct rp_channel *channel)
{
    *signer = (struct rp_signer){.ctx = ctx, .login = login, .channel = channel};
    look_at_files(signer, signer->files);
    plan_renewal(signer);
}

void rp_signer_release(struct rp_signer *signer)
{
    rp_renewal_stop(&signer->renewal);
}

/* doctor asks a server what it wants also where there is nothing to give. */
static bool has_credentials(const struct rp_signer *signer)
{
    return signer->login->credentials.source != NULL;
}

/* The environment of a process does not change, and with it the keys in it. */
static bool can_be_renewed(const struct rp_signer *signer)
{
    return has_credentials(signer) && strcmp(signer->login->credentials.source, "env") != 0;
}

static rp_status refuse(struct rp_signer *signer, const struct rp_error *why, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_failure(why);

    signer->waiting = false;
    return rp_channel_send(signer->channel, header, RP_SPAN(""), err);
}

static rp_status refuse_dead(struct rp_signer *signer, struct rp_error *err)
{
    const struct rp_credentials *credentials = &signer->login->credentials;
    struct rp_error why = {0};
    char end[RP_TIME_ISO_SIZE];

    if (signer->failure.kind != RP_KIND_NONE)
        return refuse(signer, &signer->failure, err);
    rp_time_format_iso(credentials->expires_at, end);
    rp_ignore(rp_fail(&why, RP_KIND_CREDENTIALS, "the AWS credentials (%s) ended at %s",
                      credentials->source, end));
    rp_hint(&why, "renew them, and start this command again");
    return refuse(signer, &why, err);
}

static rp_status sign(struct rp_signer *signer, struct rp_error *err)
{
    const struct rp_login *login = signer->login;
    RP_TOKEN_AUTO struct rp_token token = {0};
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_token();
    struct rp_error why = {0};

    if (rp_failed(
            rp_login_sign(login, signer->user, RP_TOKEN_LIFE, rp_now(signer->ctx), &token, &why)))
        return refuse(signer, &why, err);
    rp_trace(signer->ctx, "a token for %s, by key %s (%s)", signer->user,
             login->credentials.access_key_id, login->credentials.source);
    signer->waiting = false;
    return rp_channel_send(signer->channel, header, rp_secret_reveal(&token.text), err);
}

/* The wish is answered with what is there now. */
static rp_status answer(struct rp_signer *signer, struct rp_error *err)
{
    struct rp_error none = {0};
    struct rp_error same = {0};

    if (!has_credentials(signer)) {
        rp_ignore(rp_fail(&none, RP_KIND_NO_CREDENTIALS, "there are no AWS credentials"));
        return refuse(signer, &none, err);
    }
    if (signer->again) { /* other keys would have cleared it */
        rp_ignore(rp_fail(&same, RP_KIND_CREDENTIALS, "there are no other AWS credentials"));
        return refuse(signer, &same, err);
    }
    return seconds_left(signer) > 0 ? sign(signer, err) : refuse_dead(signer, err);
}

static rp_status start_renewal(struct rp_signer *signer, struct rp_error *err)
{
    if (signer->renewal.running)
        return RP_OK;
    signer->rest = rp_deadline_in(REST_MS);
    look_at_files(signer, signer->files);
    bool anew = signer->waiting && signer->again;
    return rp_renewal_start(signer->ctx, signer->login, anew, &signer->renewal, err);
}

static bool are_same(const struct rp_credentials *a, const struct rp_credentials *b)
{
    return strcmp(a->access_key_id, b->access_key_id) == 0 &&
           rp_span_eq(rp_secret_reveal(&a->secret_access_key),
                      rp_secret_reveal(&b->secret_access_key)) &&
           rp_span_eq(rp_secret_reveal(&a->session_token), rp_secret_reveal(&b->session_token));
}

/* Takes what a renewal has found; what was there stays where it has failed. */
static void finish_renewal(struct rp_signer *signer)
{
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};

    if (!rp_renewal_is_over(&signer->renewal, &found, &signer->failure))
        return;
    if (signer->failure.kind != RP_KIND_NONE) {
        rp_trace(signer->ctx, "the credentials are not renewed: %s", signer->failure.msg);
        return;
    }
    bool same = are_same(&found, &signer->login->credentials);
    bool same_end = found.expires_at == signer->login->credentials.expires_at;
    rp_trace(signer->ctx, "the credentials are %s: key %s", same ? "the same again" : "renewed",
             found.access_key_id);
    rp_credentials_release(&signer->login->credentials);
    signer->login->credentials = found;
    found = (struct rp_credentials){0};
    if (!same)
        signer->again = false;
    if (!same || !same_end) /* else it is as if they had not been asked for */
        plan_renewal(signer);
}

/* Says who the token may be for, in words that reach the client. */
static rp_status check_user(const struct rp_signer *signer, struct rp_error *err)
{
    const char *fixed = signer->login->target.user;

    if (signer->user[0] == '\0')
        return rp_fail(err, RP_KIND_LOGIN, "the client names no database user");
    if (fixed[0] == '\0' || strcmp(fixed, signer->user) == 0)
        return RP_OK;
    return rp_fail(err, RP_KIND_LOGIN, "tokens are signed for the user %s, not for %s", fixed,
                   signer->user);
}

/*
 * Whether the wish is to wait for a renewal, and for how long. One who has been
 * refused gets other keys if there are any, but not at the cost of all the
 * others: their wishes stand behind this one.
 */
static void wait_for_renewal(struct rp_signer *signer)
{
    bool dead = seconds_left(signer) <= 0;
    bool changed = have_files_changed(signer);
    bool rested = signer->renewal.running || rp_deadline_left(signer->rest) == 0;

    signer->patient = can_be_renewed(signer) && (dead || changed || (signer->again && rested));
    signer->patience = rp_deadline_in(dead ? -1 : PATIENCE_MS);
}

/* Whether the wish still waits for a renewal. */
static bool is_patient(const struct rp_signer *signer)
{
    return signer->patient && signer->renewal.running && rp_deadline_left(signer->patience) != 0;
}

rp_status rp_signer_take(struct rp_signer *signer, const struct rp_message *wish,
                         struct rp_error *err)
{
    struct rp_error why = {0};

    RP_TRY(rp_gate_parse_sign(wish, signer->user, &signer->again, err));
    signer->waiting = true;
    if (rp_failed(check_user(signer, &why)))
        return refuse(signer, &why, err);
    wait_for_renewal(signer);
    if (signer->patient)
        RP_TRY(start_renewal(signer, err));
    return rp_signer_work(signer, err);
}

static bool is_renewal_due(const struct rp_signer *signer)
{
    return can_be_renewed(signer) && seconds_left(signer) <= signer->ahead &&
           rp_deadline_left(signer->rest) == 0;
}

rp_status rp_signer_work(struct rp_signer *signer, struct rp_error *err)
{
    if (signer->renewal.running)
        finish_renewal(signer);
    if (signer->waiting && !is_patient(signer))
        RP_TRY(answer(signer, err));
    if (!signer->renewal.running && is_renewal_due(signer))
        RP_TRY(start_renewal(signer, err));
    return RP_OK;
}

int rp_signer_fd(const struct rp_signer *signer)
{
    return signer->renewal.running ? signer->renewal.channel.fd : -1;
}

int rp_signer_timeout(const struct rp_signer *signer)
{
    int64_t left = seconds_left(signer);

    if (signer->renewal.running)
        return rp_deadline_left(signer->waiting && signer->patience < signer->renewal.deadline
                                    ? signer->patience
                                    : signer->renewal.deadline);
    if (!can_be_renewed(signer) || left == INT64_MAX)
        return -1;
    int64_t ms = left > signer->ahead ? (left - signer->ahead) * 1000 : 0;
    if (ms < rp_deadline_left(signer->rest))
        ms = rp_deadline_left(signer->rest);
    return ms > LOOK_MS ? LOOK_MS : (int)ms;
}
