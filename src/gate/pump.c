/* The pump: reads into one piece that all share, writes, and keeps what is not taken. */
#include "pump.h"

#include <errno.h>
#include <sys/socket.h>

/* A read from the server that brings less has most likely emptied the socket. */
enum { SHORT_READ = 4096 };

/* There is one thread, and nothing stays here from one move to the next. */
static char piece[RP_PUMP_PIECE];

/* How writing, or a move, ended. */
enum moved {
    MOVED_ALL,     /* all that is there by now */
    MOVED_SOME,    /* there may be more: others have their turn first */
    MOVED_BLOCKED, /* the sink is full */
    MOVED_ENDED,   /* the source has ended, and all of it is written */
    MOVED_BROKEN,  /* the sink is gone */
    MOVED_LOST,    /* no memory for what the sink has not taken */
};

/* --- sinks ------------------------------------------------------------------- */

/* Writes what the sink takes now: MOVED_ALL, MOVED_BLOCKED (after *out_n bytes), MOVED_BROKEN. */
typedef enum moved writer(struct rp_pump *pump, const char *bytes, size_t n, size_t *out_n);

static enum moved write_client(struct rp_pump *pump, const char *bytes, size_t n, size_t *out_n)
{
    ssize_t written = send(pump->client->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);

    *out_n = written > 0 ? (size_t)written : 0;
    if (written < 0 && errno != EAGAIN && errno != EINTR)
        return MOVED_BROKEN;
    return *out_n == n ? MOVED_ALL : MOVED_BLOCKED;
}

static enum moved write_upstream(struct rp_pump *pump, const char *bytes, size_t n, size_t *out_n)
{
    *out_n = 0;
    while (*out_n < n) {
        size_t written = 0;

        switch (rp_upstream_write(pump->upstream, bytes + *out_n, n - *out_n, &written)) {
        case RP_TLS_DONE:
            *out_n += written;
            break;
        case RP_TLS_WANTS_READ:
            pump->tls_wants |= EPOLLIN;
            return MOVED_BLOCKED;
        case RP_TLS_WANTS_WRITE:
            return MOVED_BLOCKED;
        case RP_TLS_CLOSED:
        case RP_TLS_FAILED:
            return MOVED_BROKEN;
        }
    }
    return MOVED_ALL;
}

static bool keep_rest(struct rp_pump_rest *rest, const char *bytes, size_t n)
{
    if (n == 0)
        return true;
    char *copy = malloc(n);
    if (copy == NULL)
        return false;
    memcpy(copy, bytes, n);
    *rest = (struct rp_pump_rest){.bytes = copy, .n = n};
    return true;
}

static void drop_rest(struct rp_pump_rest *rest)
{
    free(rest->bytes);
    *rest = (struct rp_pump_rest){0};
}

/* What was left the last time. */
static enum moved write_rest(struct rp_pump *pump, struct rp_pump_rest *rest, writer *write_some)
{
    size_t n = 0;

    if (rest->bytes == NULL)
        return MOVED_ALL;
    enum moved moved = write_some(pump, rest->bytes + rest->at, rest->n - rest->at, &n);
    rest->at += n;
    if (moved != MOVED_BLOCKED)
        drop_rest(rest);
    return moved;
}

/* The first bytes of the piece. */
static enum moved write_piece(struct rp_pump *pump, size_t size, struct rp_pump_rest *rest,
                              writer *write_some)
{
    size_t n = 0;

    if (size == 0)
        return MOVED_ALL;
    enum moved moved = write_some(pump, piece, size, &n);
    if (moved == MOVED_BLOCKED && !keep_rest(rest, piece + n, size - n))
        return MOVED_LOST;
    return moved;
}

/* --- from the server to the client -------------------------------------------- */

/* Fills the piece; false where it is full and there may be more. */
static bool read_upstream(struct rp_pump *pump, size_t *out_n)
{
    *out_n = 0;
    while (*out_n < sizeof(piece)) {
        size_t n = 0;

        switch (rp_upstream_read(pump->upstream, piece + *out_n, sizeof(piece) - *out_n, &n)) {
        case RP_TLS_DONE:
            *out_n += n;
            if (n < SHORT_READ && !rp_tls_has_pending(&pump->upstream->tls))
                return true;
            break;
        case RP_TLS_WANTS_READ:
            return true;
        case RP_TLS_WANTS_WRITE:
            pump->tls_wants |= EPOLLOUT;
            return true;
        case RP_TLS_CLOSED:
        case RP_TLS_FAILED:
            pump->upstream_ended = true;
            return true;
        }
    }
    return false;
}

static enum moved move_down(struct rp_pump *pump)
{
    size_t n = 0;
    bool all = true;

    enum moved moved = write_rest(pump, &pump->to_client, write_client);
    if (moved == MOVED_ALL && !pump->upstream_ended) {
        all = read_upstream(pump, &n);
        moved = write_piece(pump, n, &pump->to_client, write_client);
    }
    if (moved != MOVED_ALL)
        return moved;
    return pump->upstream_ended ? MOVED_ENDED : all ? MOVED_ALL : MOVED_SOME;
}

/* --- from the client to the server -------------------------------------------- */

static size_t read_client(struct rp_pump *pump)
{
    ssize_t n = recv(pump->client->fd, piece, sizeof(piece), MSG_DONTWAIT);

    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        pump->client_ended = true;
    return n < 0 ? 0 : (size_t)n;
}

static enum moved move_up(struct rp_pump *pump)
{
    if (pump->upstream_deaf)
        return MOVED_ALL;
    enum moved moved = write_rest(pump, &pump->to_upstream, write_upstream);
    if (moved == MOVED_ALL && !pump->client_ended)
        moved = write_piece(pump, read_client(pump), &pump->to_upstream, write_upstream);
    return moved == MOVED_ALL && pump->client_ended ? MOVED_ENDED : moved;
}

/* --- both --------------------------------------------------------------------- */

/*
 * A descriptor that is not to be read or written may still report that it hung
 * up, again and again; with EPOLLET it does so once.
 */
static void want(struct rp_pump *pump, struct rp_watch *watch, uint32_t events)
{
    rp_loop_change(&pump->server->loop, watch, events == 0 ? EPOLLET : events);
}

static void settle(struct rp_pump *pump)
{
    bool client_full = pump->to_client.bytes != NULL;
    bool upstream_full = pump->to_upstream.bytes != NULL;

    want(pump, pump->client,
         (upstream_full || pump->client_ended ? 0U : EPOLLIN) | (client_full ? EPOLLOUT : 0U));
    want(pump, &pump->upstream->watch,
         (client_full || pump->upstream_ended ? 0U : EPOLLIN) | (upstream_full ? EPOLLOUT : 0U) |
             pump->tls_wants);
}

static bool is_over(enum moved moved)
{
    return moved == MOVED_ENDED || moved == MOVED_BROKEN || moved == MOVED_LOST;
}

/* Moves what can be moved. The pump may be gone when this returns. */
static void turn(struct rp_pump *pump, bool down, bool up)
{
    bool tls_waits = pump->tls_wants != 0;
    enum moved moved_up = MOVED_ALL;
    enum moved moved_down = MOVED_ALL;

    pump->tls_wants = 0;
    if (up || tls_waits)
        moved_up = move_up(pump);
    if (moved_up == MOVED_BROKEN) { /* it may have said why before it went */
        pump->upstream_deaf = true;
        pump->client_ended = true;
        moved_up = MOVED_ALL;
        down = true;
    }
    if (down || tls_waits)
        moved_down = move_down(pump);
    if (is_over(moved_up) || is_over(moved_down)) {
        pump->done(pump->self);
        return;
    }
    /* Bytes that TLS has read already make no descriptor ready. */
    if (moved_down == MOVED_SOME && rp_tls_has_pending(&pump->upstream->tls))
        rp_timer_set(&pump->server->loop, &pump->again, 0);
    settle(pump);
}

static void client_ready(void *self, uint32_t events)
{
    struct rp_pump *pump = self;
    bool gone = (events & (EPOLLHUP | EPOLLERR)) != 0;

    if (gone && pump->upstream_deaf)
        pump->done(pump->self);
    else
        turn(pump, (events & EPOLLOUT) != 0, (events & ~(uint32_t)EPOLLOUT) != 0);
}

static void upstream_ready(void *self, uint32_t events)
{
    turn(self, (events & ~(uint32_t)EPOLLOUT) != 0, (events & EPOLLOUT) != 0);
}

static void again_due(void *self)
{
    turn(self, true, true);
}

rp_status rp_pump_start(struct rp_pump *pump, struct rp_server *server, struct rp_watch *client,
                        struct rp_upstream *upstream, struct rp_span to_client,
                        struct rp_span to_upstream, void (*done)(void *self), void *self,
                        struct rp_error *err)
{
    *pump = (struct rp_pump){
        .server = server, .client = client, .upstream = upstream, .done = done, .self = self};
    pump->again = (struct rp_timer){.due = again_due, .self = pump};
    if (!keep_rest(&pump->to_client, to_client.p, to_client.n) ||
        !keep_rest(&pump->to_upstream, to_upstream.p, to_upstream.n)) {
        rp_pump_release(pump);
        return rp_fail_memory(err);
    }
    client->ready = client_ready;
    client->self = pump;
    upstream->watch.ready = upstream_ready;
    upstream->watch.self = pump;
    rp_timer_set(&server->loop, &pump->again, 0);
    return RP_OK;
}

void rp_pump_release(struct rp_pump *pump)
{
    drop_rest(&pump->to_client);
    drop_rest(&pump->to_upstream);
    if (pump->server != NULL)
        rp_timer_clear(&pump->server->loop, &pump->again);
}
