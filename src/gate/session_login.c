/* The conversation of a login: its bytes are moved, and what it waits for is done. */
#include <errno.h>
#include <sys/socket.h>

#include "session_state.h"

enum { READ_STEP = 4096 };

/* Whether there is a server to talk to, in clear or by TLS. */
static bool is_connected(const struct rp_session *session)
{
    return session->upstream.watch.watched;
}

/* --- the client's side ---------------------------------------------------------- */

bool rp_session_flush_client(struct rp_session *session)
{
    struct rp_buf *out = &session->login->talk.client_out;

    while (out->len > 0) {
        ssize_t n = send(session->client.fd, out->data, out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        rp_buf_drop(out, (size_t)n);
    }
    return true;
}

/* Reads into a buffer as much as it may hold; the reader is one of those below. */
static char *room(struct rp_buf *in, size_t *out_n)
{
    *out_n = in->max - in->len < READ_STEP ? in->max - in->len : READ_STEP;
    return *out_n == 0 ? NULL : rp_buf_room(in, *out_n);
}

/* False where the client has ended, and has said nothing before that. */
static bool read_client(struct rp_session *session)
{
    struct rp_buf *in = &session->login->talk.client_in;
    bool some = false;

    for (;;) {
        size_t step;
        char *bytes = room(in, &step);
        if (bytes == NULL)
            return some;
        ssize_t n = recv(session->client.fd, bytes, step, MSG_DONTWAIT);
        if (n < 0)
            return some || errno == EAGAIN || errno == EINTR;
        if (n == 0)
            return some;
        rp_buf_added(in, (size_t)n);
        some = true;
        if ((size_t)n < step)
            return true;
    }
}

/*
 * What the client is watched for: bytes where it is its turn, else that it goes
 * away, since nobody may be left to be logged in.
 */
static void watch_client(struct rp_session *session)
{
    uint32_t events = session->phase == RP_PHASE_CLIENT ? EPOLLIN : EPOLLRDHUP;

    if (session->login->talk.client_out.len > 0)
        events |= EPOLLOUT;
    rp_loop_change(&session->server->loop, &session->client, events);
}

void rp_session_client_ready(struct rp_session *session, uint32_t events)
{
    if (session->phase == RP_PHASE_CANCEL)
        return; /* many clients do not wait for the end of a cancel request */
    if (session->phase == RP_PHASE_CLIENT && (events & ~(uint32_t)EPOLLOUT) != 0) {
        if (read_client(session))
            rp_session_talk(session);
        else
            rp_session_end(session);
        return;
    }
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0 || !rp_session_flush_client(session))
        rp_session_end(session);
    else
        watch_client(session);
}

/* --- the server's side ---------------------------------------------------------- */

/* Reads what there is; sees the end. */
static void read_upstream(struct rp_session *session)
{
    struct rp_session_login *login = session->login;

    while (!login->upstream_ended) {
        size_t n = 0;
        size_t step;
        char *bytes = room(&login->talk.upstream_in, &step);
        if (bytes == NULL)
            return;
        errno = 0;
        enum rp_tls_result result = rp_upstream_read(&session->upstream, bytes, step, &n);
        if (result == RP_TLS_WANTS_READ || result == RP_TLS_WANTS_WRITE)
            return;
        if (result == RP_TLS_DONE) {
            rp_buf_added(&login->talk.upstream_in, n);
            continue;
        }
        login->upstream_ended = true;
        login->upstream_sys = result == RP_TLS_FAILED ? errno : 0;
    }
}

/* Writes what the server takes now. Where it takes nothing any more, that is its end. */
static void flush_upstream(struct rp_session *session)
{
    struct rp_session_login *login = session->login;
    struct rp_buf *out = &login->talk.upstream_out;

    while (out->len > 0 && !login->upstream_ended) {
        size_t n = 0;
        errno = 0;
        enum rp_tls_result result = rp_upstream_write(&session->upstream, out->data, out->len, &n);
        if (result == RP_TLS_WANTS_READ || result == RP_TLS_WANTS_WRITE)
            return;
        if (result == RP_TLS_DONE) {
            rp_buf_drop(out, n);
            continue;
        }
        int sys = result == RP_TLS_FAILED ? errno : 0;
        read_upstream(session); /* it may have said why */
        login->upstream_ended = true;
        login->upstream_sys = sys;
    }
    if (login->upstream_ended)
        rp_buf_clear(out);
}

static void watch_upstream(struct rp_session *session)
{
    struct rp_session_login *login = session->login;
    bool full = login->talk.upstream_in.len == login->talk.upstream_in.max;

    /* With EPOLLET alone what has hung up is reported once, and not for ever. */
    uint32_t events = full || login->upstream_ended ? EPOLLET : EPOLLIN;
    if (login->talk.upstream_out.len > 0)
        events |= EPOLLOUT;
    rp_loop_change(&session->server->loop, &session->upstream.watch, events);
}

static void act(struct rp_session *session);

static void upstream_ready(void *self, uint32_t events)
{
    struct rp_session *session = self;
    struct rp_session_login *login = session->login;
    size_t had = login->talk.upstream_in.len;

    (void)events;
    flush_upstream(session);
    if (login->next != RP_LOGIN_TLS) /* what comes now is TLS's */
        read_upstream(session);
    if (login->talk.upstream_in.len > had)
        rp_knock_stop(&login->knock);
    if (login->next == RP_LOGIN_UPSTREAM && login->talk.upstream_in.len > had)
        rp_session_talk(session);
    else if (login->next == RP_LOGIN_TOKEN)
        watch_upstream(session); /* its end is seen when there is something to say to it */
    else
        act(session);
}

/* Connected, or over TLS; or neither. */
static void upstream_done(void *self, const struct rp_observation *seen)
{
    struct rp_session *session = self;

    if (seen != NULL) {
        rp_session_failed(session, seen);
        return;
    }
    session->upstream.watch.ready = upstream_ready;
    session->upstream.watch.self = session;
    if (session->upstream.secure && session->server->order.purpose == RP_GATE_LOOK) {
        rp_session_dismiss(session);
        return;
    }
    if (!session->upstream.secure)
        rp_session_doubt(session);
    rp_session_talk(session);
}

/* --- waiting ------------------------------------------------------------------- */

/* In that phase, with an eye on both sides. */
static void wait_in(struct rp_session *session, enum rp_phase phase)
{
    rp_session_wait(session, phase);
    watch_client(session);
    if (is_connected(session))
        watch_upstream(session);
}

/* For more from one side. Where none can come, or what is there is too much, that is the end. */
static void wait_for_more(struct rp_session *session, enum rp_phase phase)
{
    const struct rp_session_login *login = session->login;
    const struct rp_buf *in =
        phase == RP_PHASE_CLIENT ? &login->talk.client_in : &login->talk.upstream_in;

    if (login->upstream_ended)
        rp_session_fail_here(session, RP_SEEN_CLOSED, login->upstream_sys);
    else if (in->len < in->max)
        wait_in(session, phase);
    else if (phase == RP_PHASE_UPSTREAM)
        rp_session_fail_here(session, RP_SEEN_NOT_PROTOCOL, 0);
    else
        rp_session_end(session);
}

/* TLS starts when all that comes before it is written, and nothing has come that should not. */
static void start_tls(struct rp_session *session)
{
    struct rp_session_login *login = session->login;

    if (login->talk.upstream_in.len > 0) {
        rp_session_fail_here(session, RP_SEEN_EARLY_BYTES, 0);
    } else if (login->upstream_ended) {
        rp_session_fail_here(session, RP_SEEN_CLOSED, login->upstream_sys);
    } else if (login->talk.upstream_out.len > 0) {
        wait_in(session, RP_PHASE_UPSTREAM);
        rp_loop_change(&session->server->loop, &session->upstream.watch, EPOLLOUT);
    } else {
        wait_in(session, RP_PHASE_UPSTREAM);
        rp_upstream_secure(&session->upstream);
    }
}

static void token_done(void *self, struct rp_secret *token, const struct rp_error *failure)
{
    struct rp_session *session = self;

    if (failure != NULL) {
        rp_session_refuse(session, failure);
        return;
    }
    rp_secret_move(&session->login->talk.token, token);
    rp_session_talk(session);
}

static void get_token(struct rp_session *session)
{
    session->login->left_ms[RP_PHASE_TOKEN] = RP_SESSION_TOKEN_MS;
    wait_in(session, RP_PHASE_TOKEN);
    rp_session_ask(session, false, token_done);
}

/* The token that a refresh has brought for this attempt. */
static bool has_token(struct rp_session_login *login)
{
    if (rp_secret_is_empty(&login->token))
        return false;
    rp_secret_move(&login->talk.token, &login->token);
    return true;
}

void rp_session_ask(struct rp_session *session, bool again,
                    void (*done)(void *self, struct rp_secret *token,
                                 const struct rp_error *failure))
{
    struct rp_session_login *login = session->login;

    login->wish = (struct rp_token_wish){.again = again, .done = done, .self = session};
    memcpy(login->wish.user, login->talk.user, sizeof(login->wish.user));
    rp_signer_ask(&session->server->signer, &login->wish);
}

/* --- the conversation ------------------------------------------------------------ */

/* Does what it waits for. */
static void act(struct rp_session *session)
{
    struct rp_session_login *login = session->login;

    switch (login->next) {
    case RP_LOGIN_CLIENT:
        wait_for_more(session, RP_PHASE_CLIENT);
        break;
    case RP_LOGIN_UPSTREAM:
        wait_for_more(session, RP_PHASE_UPSTREAM);
        break;
    case RP_LOGIN_DIAL:
        wait_in(session, RP_PHASE_UPSTREAM);
        rp_upstream_connect(&session->upstream, session->server, NULL, upstream_done, session);
        break;
    case RP_LOGIN_TLS:
        start_tls(session);
        break;
    case RP_LOGIN_TOKEN:
        get_token(session);
        break;
    case RP_LOGIN_FAILED:
        rp_session_failed(session, &login->talk.seen);
        break;
    case RP_LOGIN_REFUSED:
        rp_session_leave(session);
        break;
    case RP_LOGIN_CANCEL:
        rp_session_cancel(session);
        break;
    case RP_LOGIN_ENTERED:
        rp_session_enter(session);
        break;
    }
}

static bool is_fine(const struct rp_gate_login *talk)
{
    return talk->client_in.state == RP_BUF_FINE && talk->client_out.state == RP_BUF_FINE &&
           talk->upstream_in.state == RP_BUF_FINE && talk->upstream_out.state == RP_BUF_FINE;
}

/*
 * Whether what it waits for is there: a token, or the last words of a server
 * that takes nothing any more.
 */
static bool can_go_on(struct rp_session_login *login, size_t had)
{
    return login->next == RP_LOGIN_TOKEN
               ? has_token(login)
               : login->next == RP_LOGIN_UPSTREAM && login->talk.upstream_in.len > had;
}

void rp_session_talk(struct rp_session *session)
{
    struct rp_session_login *login = session->login;
    size_t had;

    do {
        login->next = login->talk.protocol->advance(&login->talk);
        rp_session_tell(session);
        /* The parent is told before the client, with whose end it would not listen any more. */
        if (login->next == RP_LOGIN_REFUSED)
            rp_signer_report_failure(&session->server->signer, &login->talk.refusal);
        bool now = login->next != RP_LOGIN_ENTERED; /* else the pump, once the parent is told */
        if (!is_fine(&login->talk) || (now && !rp_session_flush_client(session))) {
            rp_session_end(session);
            return;
        }
        had = login->talk.upstream_in.len;
        if (is_connected(session))
            flush_upstream(session);
    } while (can_go_on(login, had));
    act(session);
}

void rp_session_try_again(struct rp_session *session)
{
    struct rp_session_login *login = session->login;

    login->talk.protocol->restart(&login->talk);
    login->upstream_ended = false;
    login->upstream_sys = 0;
    login->greeted = false;
    login->left_ms[RP_PHASE_UPSTREAM] = (int64_t)session->server->order.connect_timeout * 1000;
    rp_session_talk(session);
}
