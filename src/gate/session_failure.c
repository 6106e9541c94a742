/* Attempts that fail: another token, another try, or the refusal. */
#include "rdspass/base/deadline.h"
#include "session_state.h"
#include "tell.h"

enum { PAUSE_FIRST_MS = 250, PAUSE_MAX_MS = 5000 };

static void end_attempt(struct rp_session *session)
{
    rp_knock_stop(&session->login->knock);
    rp_upstream_close(&session->upstream);
    rp_signer_forget(&session->server->signer, &session->login->wish);
    rp_secret_release(&session->login->token);
}

/* Tells the client in its protocol's words, and the parent. */
static void refuse(struct rp_session *session)
{
    struct rp_session_login *login = session->login;

    login->talk.protocol->refuse(&login->talk, &login->failure, &login->seen);
    rp_signer_report_failure(&session->server->signer, &login->failure);
    rp_session_leave(session);
}

/* --wait: another attempt after a pause, while there is time. */
static void wait_or_refuse(struct rp_session *session)
{
    struct rp_session_login *login = session->login;
    int left = rp_deadline_left(login->wait_until);

    if (login->remedy == RP_REMEDY_NONE || left == 0) {
        refuse(session);
        return;
    }
    login->pause_ms = login->pause_ms == 0 ? PAUSE_FIRST_MS : 2 * login->pause_ms;
    if (login->pause_ms > PAUSE_MAX_MS)
        login->pause_ms = PAUSE_MAX_MS;
    login->left_ms[RP_PHASE_PAUSE] = login->pause_ms < left ? login->pause_ms : left;
    rp_session_wait(session, RP_PHASE_PAUSE);
}

/* A token of credentials that were fetched anew, or the reason why there is none. */
static void refreshed(void *self, struct rp_secret *token, const struct rp_error *failure)
{
    struct rp_session *session = self;

    if (failure != NULL) {
        wait_or_refuse(session); /* the server's refusal stands */
        return;
    }
    rp_secret_move(&session->login->token, token);
    rp_session_try_again(session);
}

/* What is told of the attempt: for whom, to where. */
static const struct rp_cause *find_cause(struct rp_session *session)
{
    const struct rp_gate_order *order = &session->server->order;
    struct rp_session_login *login = session->login;
    RP_BUF_AUTO struct rp_buf via = {.max = RP_HOST_MAX + sizeof("[]:65535")};

    rp_via_add_text(&order->via, &via);
    const struct rp_cause_target target = {
        .endpoint = &order->endpoint,
        .port = order->port,
        .user = login->talk.user[0] != '\0' ? login->talk.user : order->user,
        .database = login->talk.database[0] != '\0' ? login->talk.database : order->database,
        .via = rp_buf_str(&via),
        .region = order->region,
        .engine = order->engine,
        .ca_file = order->ca_file,
    };
    return rp_cause_find(&login->seen, &target, &login->failure);
}

/* What a session in use is connected to, and another should not be: gone, or no writer any more. */
static bool is_wrong_address(const struct rp_session_login *login)
{
    return login->seen.seen == RP_SEEN_READ_ONLY ||
           (login->seen.stage == RP_STAGE_DIAL && login->failure.kind == RP_KIND_NETWORK);
}

void rp_session_failed(struct rp_session *session, const struct rp_observation *seen)
{
    struct rp_session_login *login = session->login;
    struct rp_observation where = {0};

    rp_upstream_where(&session->upstream, &where);
    login->seen = *seen;
    login->seen.no_token = !login->talk.asked_token;
    if (login->seen.addresses[0] == '\0')
        memcpy(login->seen.addresses, where.addresses, sizeof(where.addresses));
    const struct rp_cause *cause = find_cause(session);
    login->remedy = cause->remedy;
    rp_tell_failed(session->server, session->upstream.began, cause, login->seen.stage);
    if (session->upstream.pinned && is_wrong_address(login))
        session->server->pinned_lost = true;
    end_attempt(session);
    if (login->remedy != RP_REMEDY_TOKEN || !login->talk.asked_token || login->refreshed) {
        wait_or_refuse(session);
        return;
    }
    login->refreshed = true;
    login->left_ms[RP_PHASE_TOKEN] = RP_SESSION_TOKEN_MS;
    rp_session_wait(session, RP_PHASE_TOKEN);
    rp_session_ask(session, true, refreshed);
}

void rp_session_fail_here(struct rp_session *session, enum rp_seen what, int sys)
{
    struct rp_observation seen = {0};

    rp_upstream_where(&session->upstream, &seen);
    seen.seen = what;
    seen.sys = sys;
    rp_session_failed(session, &seen);
}

void rp_session_timed_out(struct rp_session *session)
{
    rp_session_fail_here(session, RP_SEEN_TIMEOUT, 0);
}

/* It waits to be asked, as PostgreSQL's server does. */
static void it_is_postgres(void *self)
{
    rp_session_fail_here(self, RP_SEEN_OTHER_PROTOCOL, 0);
}

void rp_session_doubt(struct rp_session *session)
{
    struct rp_server *server = session->server;

    if (server->order.engine != RP_ENGINE_MYSQL || server->knocked)
        return;
    server->knocked = true;
    rp_knock_start(&session->login->knock, &server->loop, &session->upstream.address,
                   it_is_postgres, session);
}

void rp_session_dismiss(struct rp_session *session)
{
    static const struct rp_error only_looked = {
        .kind = RP_KIND_USAGE, .msg = "rdspass has only looked at the server: no login was tried"};
    struct rp_session_login *login = session->login;
    const struct rp_observation nothing = {.stage = RP_STAGE_LOGIN};

    end_attempt(session);
    login->talk.protocol->refuse(&login->talk, &only_looked, &nothing);
    rp_session_leave(session);
}

void rp_session_refuse(struct rp_session *session, const struct rp_error *why)
{
    struct rp_session_login *login = session->login;

    end_attempt(session);
    login->failure = *why;
    login->seen = (struct rp_observation){.stage = RP_STAGE_LOGIN};
    refuse(session);
}
