/*
 * Cancel requests (PostgreSQL): each comes by a connection of its own, and is
 * carried to the very server that its session is on, over TLS as the session is.
 */
#include "session_state.h"

enum {
    ANSWER = 64,
    DONE_MS = 5000, /* for the server to close, which says that it has seen the request */
};

/* The session that is meant: whoever knows its key may cancel what it does. */
static const struct rp_session *find(const struct rp_session *cancel)
{
    struct rp_span key = rp_buf_span(&cancel->login->talk.cancel_key);

    for (const struct rp_session *session = cancel->server->sessions; session != NULL;
         session = session->next)
        if (session->phase == RP_PHASE_PUMP && session->key.len > 0 &&
            session->pid == cancel->login->talk.cancel_pid &&
            rp_span_eq(rp_buf_span(&session->key), key))
            return session;
    return NULL;
}

/* So little that a connection that has just been made takes it at once. */
static bool say(struct rp_session *cancel, const struct rp_buf *bytes)
{
    size_t n = 0;

    return bytes->state == RP_BUF_FINE &&
           rp_upstream_write(&cancel->upstream, bytes->data, bytes->len, &n) == RP_TLS_DONE &&
           n == bytes->len;
}

static bool ask_for_tls(struct rp_session *cancel)
{
    RP_BUF_AUTO struct rp_buf request = {.max = RP_POSTGRES_FIRST_MAX};

    rp_postgres_add_ssl_request(&request);
    return say(cancel, &request);
}

static bool hand_over(struct rp_session *cancel)
{
    RP_BUF_AUTO struct rp_buf request = {.max = RP_POSTGRES_FIRST_MAX};

    rp_postgres_add_cancel_request(&request, cancel->login->talk.cancel_pid,
                                   rp_buf_span(&cancel->login->talk.cancel_key));
    return say(cancel, &request);
}

/* The server's 'S', and then, over TLS, nothing but the end. */
static void upstream_ready(void *self, uint32_t events)
{
    struct rp_session *cancel = self;
    char bytes[ANSWER];
    size_t n = 0;

    (void)events;
    enum rp_tls_result result = rp_upstream_read(&cancel->upstream, bytes, sizeof(bytes), &n);
    if (result == RP_TLS_WANTS_READ || result == RP_TLS_WANTS_WRITE)
        return;
    if (result == RP_TLS_DONE && n == 1 && bytes[0] == 'S' && !cancel->upstream.secure)
        rp_upstream_secure(&cancel->upstream);
    else
        rp_session_end(cancel);
}

/* Connected, then over TLS (at once where that comes first). */
static void upstream_done(void *self, const struct rp_observation *seen)
{
    struct rp_session *cancel = self;
    bool secure = seen == NULL && cancel->upstream.secure;

    if (seen != NULL || !(secure ? hand_over(cancel) : ask_for_tls(cancel))) {
        rp_session_end(cancel);
        return;
    }
    if (secure)
        rp_timer_set(&cancel->server->loop, &cancel->timer, DONE_MS);
    cancel->upstream.watch.ready = upstream_ready;
    cancel->upstream.watch.self = cancel;
    rp_loop_change(&cancel->server->loop, &cancel->upstream.watch, EPOLLIN);
}

void rp_session_cancel(struct rp_session *cancel)
{
    const struct rp_session *session = find(cancel);

    if (session == NULL) {
        rp_session_end(cancel);
        return;
    }
    rp_session_wait(cancel, RP_PHASE_CANCEL);
    /* The client is not heard any more; it may be gone, or wait for the end. */
    rp_loop_change(&cancel->server->loop, &cancel->client, EPOLLET);
    rp_upstream_connect(&cancel->upstream, cancel->server, &session->upstream.address,
                        upstream_done, cancel);
}
