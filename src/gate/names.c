/* Asking DNS for aliases: a datagram to one server after the other, and who answers. */
#include "names.h"

#include <netdb.h>
#include <sys/random.h>
#include <sys/socket.h>

/* One server is asked twice, since a datagram may be lost; several take turns. */
static size_t tries_of(const struct rp_names_query *query)
{
    return query->servers.count < 2 ? 2 : query->servers.count;
}

static void close_socket(struct rp_names_query *query)
{
    if (query->watch.fd < 0)
        return;
    rp_loop_forget(query->loop, &query->watch);
    (void)close(query->watch.fd);
    query->watch.fd = -1;
}

void rp_names_forget(struct rp_names_query *query)
{
    if (query->loop == NULL)
        return;
    close_socket(query);
    rp_timer_clear(query->loop, &query->timer);
    query->loop = NULL;
}

static void finish(struct rp_names_query *query, const struct rp_names *names)
{
    rp_names_forget(query);
    query->done(query->self, names);
}

static void answered(void *self, uint32_t events);

/* Sends the question from a socket, and so a port, of its own. */
static bool send_question(struct rp_names_query *query, const struct rp_address *server)
{
    char question[RP_NAMES_QUESTION_MAX];
    int fd = socket(server->sa.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return false;
    query->watch = (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = answered, .self = query};
    bool sent = getrandom(&query->id, sizeof(query->id), GRND_NONBLOCK) == sizeof(query->id);
    size_t n = rp_names_question(query->id, query->host, question);
    sent = sent && n > 0 && connect(fd, (const struct sockaddr *)&server->sa, server->n) == 0 &&
           send(fd, question, n, MSG_NOSIGNAL) == (ssize_t)n &&
           !rp_failed(rp_loop_watch(query->loop, &query->watch, NULL));
    if (!sent)
        close_socket(query);
    return sent;
}

/* The next try that can be made; or the end, without names. */
static void try_next(void *self)
{
    static const struct rp_names none;
    struct rp_names_query *query = self;
    size_t tries = query->servers.count == 0 ? 0 : tries_of(query);
    bool sent = false;

    close_socket(query);
    while (!sent && query->tries < tries)
        sent = send_question(query, &query->servers.list[query->tries++ % query->servers.count]);
    if (sent)
        rp_timer_set(query->loop, &query->timer, RP_NAMES_LIMIT_MS / (int64_t)tries);
    else
        finish(query, &none);
}

/* What comes in the meantime and is no answer is passed over: anybody may send it. */
static void answered(void *self, uint32_t events)
{
    struct rp_names_query *query = self;
    struct rp_names names = {.count = 0};
    char bytes[RP_NAMES_ANSWER_MAX];

    (void)events;
    ssize_t n = recv(query->watch.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (n < 0) { /* nobody is there */
        try_next(query);
        return;
    }
    switch (rp_names_read((struct rp_span){bytes, (size_t)n}, query->id, query->host, &names)) {
    case RP_NAMES_ANSWERED:
        finish(query, &names);
        break;
    case RP_NAMES_DECLINED:
        try_next(query);
        break;
    case RP_NAMES_FOREIGN:
        break;
    }
}

void rp_names_ask(struct rp_names_query *query, struct rp_loop *loop, const char *host,
                  const struct rp_addresses *servers,
                  void (*done)(void *self, const struct rp_names *names), void *self)
{
    struct rp_addresses number = {0};
    bool is_address = rp_addresses_find(host, "0", AI_NUMERICHOST, &number) == 0;

    *query = (struct rp_names_query){.loop = loop, .host = host, .done = done, .self = self};
    query->watch.fd = -1;
    query->timer = (struct rp_timer){.due = try_next, .self = query};
    if (!is_address)
        query->servers = *servers;
    if (query->servers.count > RP_NAMES_SERVERS_MAX)
        query->servers.count = RP_NAMES_SERVERS_MAX;
    rp_timer_set(loop, &query->timer, 0);
}
