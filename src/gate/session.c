/* Sessions: their beginning, their deadlines, their end. */
#include "session.h"

#include <sys/socket.h>

#include "rdspass/base/deadline.h"
#include "session_state.h"

enum {
    LEAVE_MS = 2000, /* for the client to read why it is refused */
    DISCARD = 4096,
};

static int64_t now_ms(void)
{
    return rp_deadline_in(0);
}

/* --- the end ------------------------------------------------------------------ */

static void free_login(struct rp_session *session)
{
    struct rp_session_login *login = session->login;

    if (login == NULL)
        return;
    rp_knock_stop(&login->knock);
    rp_signer_forget(&session->server->signer, &login->wish);
    rp_secret_release(&login->token);
    rp_gate_login_release(&login->talk);
    free(login);
    session->login = NULL;
}

/* Gives up the server's side. */
static void leave_upstream(struct rp_session *session)
{
    if (session->phase == RP_PHASE_PUMP) {
        rp_pump_release(&session->pump);
        session->server->in_use--;
    }
    rp_upstream_close(&session->upstream);
}

void rp_session_end(struct rp_session *session)
{
    struct rp_server *server = session->server;

    leave_upstream(session);
    free_login(session);
    rp_timer_clear(&server->loop, &session->timer);
    rp_loop_forget(&server->loop, &session->client);
    (void)close(session->client.fd);
    rp_buf_release(&session->key);
    if (session->next != NULL)
        session->next->prev = session->prev;
    if (session->prev != NULL)
        session->prev->next = session->next;
    else
        server->sessions = session->next;
    server->session_count--;
    free(session);
}

void rp_sessions_end(struct rp_server *server)
{
    struct rp_session *next;

    for (struct rp_session *session = server->sessions; session != NULL; session = next) {
        next = session->next;
        rp_session_end(session);
    }
}

/*
 * A TCP connection that is closed with bytes unread is reset, which would take
 * from the client what it has not read yet: those bytes are read first.
 */
static void discard(struct rp_session *session)
{
    char bytes[DISCARD];
    ssize_t n = recv(session->client.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    explicit_bzero(bytes, sizeof(bytes));
    if (n == 0)
        rp_session_end(session);
}

static void go_on_leaving(struct rp_session *session, uint32_t events)
{
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
        rp_session_end(session);
        return;
    }
    if (session->login != NULL) {
        if (!rp_session_flush_client(session)) {
            rp_session_end(session);
            return;
        }
        if (session->login->talk.client_out.len > 0) {
            rp_loop_change(&session->server->loop, &session->client, EPOLLOUT);
            return;
        }
        free_login(session);
        (void)shutdown(session->client.fd, SHUT_WR);
        rp_loop_change(&session->server->loop, &session->client, EPOLLIN);
    }
    discard(session);
}

static void client_ready(void *self, uint32_t events)
{
    struct rp_session *session = self;

    if (session->phase == RP_PHASE_LEAVE)
        go_on_leaving(session, events);
    else
        rp_session_client_ready(session, events);
}

void rp_session_leave(struct rp_session *session)
{
    leave_upstream(session);
    session->client.ready = client_ready;
    session->client.self = session;
    session->phase = RP_PHASE_LEAVE;
    rp_timer_set(&session->server->loop, &session->timer, LEAVE_MS);
    if (session->login == NULL) {
        (void)shutdown(session->client.fd, SHUT_WR);
        rp_loop_change(&session->server->loop, &session->client, EPOLLIN);
    } else {
        go_on_leaving(session, EPOLLOUT);
    }
}

/* --- deadlines ---------------------------------------------------------------- */

static void time_is_over(void *self)
{
    static const struct rp_error silent = {.kind = RP_KIND_INTERNAL,
                                           .msg = "rdspass has given no token in time"};
    struct rp_session *session = self;

    switch (session->phase) {
    case RP_PHASE_UPSTREAM:
        rp_session_timed_out(session);
        break;
    case RP_PHASE_TOKEN:
        rp_session_refuse(session, &silent);
        break;
    case RP_PHASE_PAUSE:
        rp_session_try_again(session);
        break;
    case RP_PHASE_START:
    case RP_PHASE_CLIENT:
    case RP_PHASE_CANCEL:
    case RP_PHASE_PUMP:
    case RP_PHASE_LEAVE:
    case RP_PHASE__COUNT:
        rp_session_end(session);
        break;
    }
}

void rp_session_wait(struct rp_session *session, enum rp_phase phase)
{
    struct rp_session_login *login = session->login;
    int64_t now = now_ms();

    if (session->phase == phase && session->timer.set)
        return;
    login->left_ms[session->phase] -= now - login->since;
    login->since = now;
    session->phase = phase;
    rp_timer_set(&session->server->loop, &session->timer,
                 login->left_ms[phase] < 0 ? 0 : login->left_ms[phase]);
}

/* --- from login to pump --------------------------------------------------------- */

static void pump_is_done(void *self)
{
    struct rp_session *session = self;

    if (session->pump.client_ended)
        rp_session_end(session);
    else
        rp_session_leave(session);
}

static rp_status start_pump(struct rp_session *session, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf to_client = {.max = 2 * RP_LOGIN_BUFFER_MAX};
    RP_BUF_AUTO struct rp_buf to_upstream = {.max = 2 * RP_LOGIN_BUFFER_MAX};
    const struct rp_gate_login *talk = &session->login->talk;

    /* What has not been written yet, and behind it what has come already. */
    rp_buf_add(&to_client, rp_buf_span(&talk->client_out));
    rp_buf_add(&to_client, rp_buf_span(&talk->upstream_in));
    rp_buf_add(&to_upstream, rp_buf_span(&talk->upstream_out));
    rp_buf_add(&to_upstream, rp_buf_span(&talk->client_in));
    RP_TRY(rp_buf_check(&to_client, RP_KIND_INTERNAL, "what a login leaves", err));
    RP_TRY(rp_buf_check(&to_upstream, RP_KIND_INTERNAL, "what a login leaves", err));
    return rp_pump_start(&session->pump, session->server, &session->client, &session->upstream,
                         rp_buf_span(&to_client), rp_buf_span(&to_upstream), pump_is_done, session,
                         err);
}

void rp_session_enter(struct rp_session *session)
{
    struct rp_server *server = session->server;
    struct rp_session_login *login = session->login;
    struct rp_gate_facts facts;

    if (rp_failed(start_pump(session, NULL))) {
        rp_session_end(session);
        return;
    }
    rp_timer_clear(&server->loop, &session->timer);
    session->phase = RP_PHASE_PUMP;
    if (server->in_use++ == 0 || server->pinned_lost)
        server->pinned = session->upstream.address;
    server->pinned_lost = false;
    session->pid = login->talk.postgres.pid;
    session->key = login->talk.postgres.key;
    rp_buf_init(&login->talk.postgres.key, session->key.max);
    free_login(session);
    rp_upstream_facts(&session->upstream, &facts);
    rp_signer_report_entered(&server->signer, &facts);
}

/* --- the beginning -------------------------------------------------------------- */

static struct rp_session *new_session(struct rp_server *server, int fd)
{
    struct rp_session *session = calloc(1, sizeof(*session));
    struct rp_session_login *login = calloc(1, sizeof(*login));

    if (session == NULL || login == NULL) {
        free(session);
        free(login);
        return NULL;
    }
    rp_gate_login_init(&login->talk, &server->order);
    login->since = now_ms();
    login->wait_until = login->since + (int64_t)server->order.wait * 1000;
    login->left_ms[RP_PHASE_CLIENT] = RP_SESSION_CLIENT_MS;
    login->left_ms[RP_PHASE_UPSTREAM] = (int64_t)server->order.connect_timeout * 1000;
    login->left_ms[RP_PHASE_CANCEL] = login->left_ms[RP_PHASE_UPSTREAM];
    *session = (struct rp_session){.server = server, .login = login};
    session->client =
        (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = client_ready, .self = session};
    session->upstream = (struct rp_upstream){.fd = -1, .watch = {.fd = -1}};
    session->timer = (struct rp_timer){.due = time_is_over, .self = session};
    return session;
}

void rp_session_start(struct rp_server *server, int fd)
{
    struct rp_session *session = new_session(server, fd);

    if (session == NULL) {
        (void)close(fd);
        return;
    }
    session->next = server->sessions;
    if (session->next != NULL)
        session->next->prev = session;
    server->sessions = session;
    server->session_count++;
    if (rp_failed(rp_loop_watch(&server->loop, &session->client, NULL)))
        rp_session_end(session);
    else
        rp_session_talk(session);
}
