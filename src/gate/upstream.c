/* A connection to the endpoint, from its name to verified TLS. */
#include "upstream.h"

#include <errno.h>

#include "rdspass/base/deadline.h"
#include "tell.h"

/* --- how it ends --------------------------------------------------------------- */

static void succeed(struct rp_upstream *upstream)
{
    rp_loop_change(&upstream->server->loop, &upstream->watch, 0);
    upstream->done(upstream->self, NULL);
}

static void fail(struct rp_upstream *upstream, const struct rp_observation *seen)
{
    rp_upstream_close(upstream);
    upstream->done(upstream->self, seen);
}

void rp_upstream_close(struct rp_upstream *upstream)
{
    struct rp_server *server = upstream->server;

    if (server == NULL)
        return;
    if (server->resolver != NULL)
        rp_resolver_forget(server->resolver, &upstream->lookup);
    rp_dial_stop(&upstream->dial);
    rp_tls_release(&upstream->tls);
    rp_loop_forget(&server->loop, &upstream->watch);
    if (upstream->fd >= 0)
        (void)close(upstream->fd);
    upstream->fd = upstream->watch.fd = -1;
    upstream->securing = upstream->secure = false;
}

/* --- where it stands ------------------------------------------------------------- */

/* Adds those that fit: "10.0.0.1:3306, 10.0.0.2:3306". */
static void add_addresses(const struct rp_address *list, size_t count, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char text[RP_ADDRESS_TEXT_SIZE];
        const char *comma = used == 0 ? "" : ", ";
        rp_address_text(&list[i], text);
        if (used + strlen(comma) + strlen(text) >= size)
            break;
        used += (size_t)snprintf(out + used, size - used, "%s%s", comma, text);
    }
}

static enum rp_stage stage_of(const struct rp_upstream *upstream)
{
    if (upstream->secure)
        return RP_STAGE_LOGIN;
    if (upstream->securing)
        return RP_STAGE_TLS;
    if (upstream->fd >= 0)
        return RP_STAGE_GREETING;
    return upstream->dial.loop != NULL ? RP_STAGE_DIAL : RP_STAGE_RESOLVE;
}

void rp_upstream_where(const struct rp_upstream *upstream, struct rp_observation *out)
{
    out->stage = stage_of(upstream);
    if (upstream->fd >= 0)
        add_addresses(&upstream->address, 1, out->addresses, sizeof(out->addresses));
    else
        add_addresses(upstream->dial.addresses.list, upstream->dial.next, out->addresses,
                      sizeof(out->addresses));
}

void rp_upstream_facts(const struct rp_upstream *upstream, struct rp_gate_facts *out)
{
    *out = (struct rp_gate_facts){.address = ""};
    rp_address_text(&upstream->address, out->address);
    rp_tls_facts(&upstream->tls, out);
}

/* --- connecting ------------------------------------------------------------------ */

static void dialled(void *self, int fd, const struct rp_address *address, int sys)
{
    struct rp_upstream *upstream = self;
    struct rp_server *server = upstream->server;
    struct rp_error err = {.sys = sys};

    if (fd >= 0) {
        upstream->fd = fd;
        upstream->address = *address;
        upstream->watch = (struct rp_watch){.fd = fd};
    }
    if (fd < 0 || rp_failed(rp_loop_watch(&server->loop, &upstream->watch, &err))) {
        struct rp_observation seen = {.sys = err.sys};
        rp_upstream_where(upstream, &seen);
        seen.stage = RP_STAGE_DIAL;
        fail(upstream, &seen);
    } else if (rp_endpoint_is_dsql(&server->order.endpoint)) {
        rp_upstream_secure(upstream);
    } else {
        succeed(upstream);
    }
}

static void resolved(void *self, int failure, const struct rp_addresses *addresses)
{
    struct rp_upstream *upstream = self;

    if (failure == 0) {
        rp_dial_start(&upstream->dial, &upstream->server->loop, addresses, dialled, upstream);
        return;
    }
    struct rp_observation seen = {.stage = RP_STAGE_RESOLVE, .resolver = failure};
    fail(upstream, &seen);
}

static void dial_one(struct rp_upstream *upstream, const struct rp_address *address)
{
    struct rp_addresses one = {.list = {*address}, .count = 1};
    rp_dial_start(&upstream->dial, &upstream->server->loop, &one, dialled, upstream);
}

void rp_upstream_connect(struct rp_upstream *upstream, struct rp_server *server,
                         const struct rp_address *address,
                         void (*done)(void *self, const struct rp_observation *seen), void *self)
{
    *upstream = (struct rp_upstream){.server = server,
                                     .began = rp_deadline_in(0),
                                     .fd = -1,
                                     .watch = {.fd = -1},
                                     .done = done,
                                     .self = self};
    if (address != NULL) {
        dial_one(upstream, address);
    } else if (server->in_use > 0 && !server->pinned_lost) {
        upstream->pinned = true;
        dial_one(upstream, &server->pinned);
    } else if (server->resolver == NULL) {
        const struct rp_address socket = rp_address_of_socket(server->order.via.socket);
        dial_one(upstream, &socket);
    } else {
        upstream->lookup = (struct rp_lookup){.done = resolved, .self = upstream};
        rp_resolver_ask(server->resolver, &upstream->lookup);
    }
}

/* --- TLS --------------------------------------------------------------------- */

static void shake_hands(void *self, uint32_t events)
{
    struct rp_upstream *upstream = self;
    struct rp_loop *loop = &upstream->server->loop;
    struct rp_observation seen = {0};

    (void)events;
    switch (rp_tls_handshake(&upstream->tls, &seen)) {
    case RP_TLS_DONE:
        upstream->securing = false;
        upstream->secure = true;
        rp_tell_tls(upstream);
        succeed(upstream);
        break;
    case RP_TLS_WANTS_READ:
        rp_loop_change(loop, &upstream->watch, EPOLLIN);
        break;
    case RP_TLS_WANTS_WRITE:
        rp_loop_change(loop, &upstream->watch, EPOLLOUT);
        break;
    case RP_TLS_CLOSED:
    case RP_TLS_FAILED:
        rp_upstream_where(upstream, &seen);
        rp_tell_tls(upstream);
        fail(upstream, &seen);
        break;
    }
}

/*
 * Where a conversation comes before TLS, what has come behind it was not asked
 * for. OpenSSL would refuse it as well, but could not tell what it is.
 */
static bool has_early_bytes(const struct rp_upstream *upstream)
{
    char byte;

    return !rp_endpoint_is_dsql(&upstream->server->order.endpoint) &&
           recv(upstream->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

/* The first step of TLS, when the descriptor can be written: from the loop. */
static void start_tls(void *self, uint32_t events)
{
    struct rp_upstream *upstream = self;
    const struct rp_endpoint *endpoint = &upstream->server->order.endpoint;
    struct rp_observation seen = {0};
    struct rp_error err = {0};

    rp_upstream_where(upstream, &seen);
    if (has_early_bytes(upstream)) {
        seen.seen = RP_SEEN_EARLY_BYTES;
        fail(upstream, &seen);
    } else if (rp_failed(rp_tls_start(upstream->server->tls, upstream->fd, endpoint->host,
                                      rp_endpoint_is_dsql(endpoint), &upstream->tls, &err))) {
        (void)snprintf(seen.tls, sizeof(seen.tls), "%.150s", err.msg);
        fail(upstream, &seen);
    } else {
        upstream->watch.ready = shake_hands;
        shake_hands(upstream, events);
    }
}

void rp_upstream_secure(struct rp_upstream *upstream)
{
    if (upstream->securing)
        return;
    upstream->securing = true;
    upstream->watch.ready = start_tls;
    upstream->watch.self = upstream;
    rp_loop_change(&upstream->server->loop, &upstream->watch, EPOLLOUT);
}

/* --- bytes ------------------------------------------------------------------- */

static enum rp_tls_result judge(ssize_t n, enum rp_tls_result wants, size_t *out_n)
{
    if (n > 0) {
        *out_n = (size_t)n;
        return RP_TLS_DONE;
    }
    if (n == 0)
        return RP_TLS_CLOSED;
    return errno == EAGAIN || errno == EINTR ? wants : RP_TLS_FAILED;
}

enum rp_tls_result rp_upstream_read(struct rp_upstream *upstream, char *bytes, size_t size,
                                    size_t *out_n)
{
    if (upstream->secure)
        return rp_tls_read(&upstream->tls, bytes, size, out_n);
    return judge(recv(upstream->fd, bytes, size, MSG_DONTWAIT), RP_TLS_WANTS_READ, out_n);
}

enum rp_tls_result rp_upstream_write(struct rp_upstream *upstream, const char *bytes, size_t n,
                                     size_t *out_n)
{
    if (upstream->secure || n == 0)
        return rp_tls_write(&upstream->tls, bytes, n, out_n);
    return judge(send(upstream->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT), RP_TLS_WANTS_WRITE,
                 out_n);
}
