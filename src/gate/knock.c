/* A knock: the silence, a connection, eight bytes, and whether one letter comes back. */
#include "knock.h"

#include <sys/socket.h>

#include "rdspass/wire/postgres.h"

enum { ANSWER = 8 };

void rp_knock_stop(struct rp_knock *knock)
{
    if (knock->loop == NULL)
        return;
    rp_timer_clear(knock->loop, &knock->timer);
    rp_dial_stop(&knock->dial);
    rp_loop_forget(knock->loop, &knock->watch);
    if (knock->watch.fd >= 0)
        (void)close(knock->watch.fd);
    knock->watch.fd = -1;
    knock->loop = NULL;
}

/* MySQL's greeting may come here as late as there; it is longer than a letter. */
static void take_answer(void *self, uint32_t events)
{
    struct rp_knock *knock = self;
    char bytes[ANSWER];

    (void)events;
    ssize_t n = recv(knock->watch.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    rp_knock_stop(knock);
    if (n == 1 && (bytes[0] == 'S' || bytes[0] == 'N'))
        knock->answered(knock->self);
}

static bool ask(int fd)
{
    RP_BUF_AUTO struct rp_buf request = {.max = RP_POSTGRES_FIRST_MAX};

    rp_postgres_add_ssl_request(&request);
    return request.state == RP_BUF_FINE &&
           send(fd, request.data, request.len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)request.len;
}

static void dialled(void *self, int fd, const struct rp_address *address, int sys)
{
    struct rp_knock *knock = self;

    (void)address;
    (void)sys;
    knock->watch =
        (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = take_answer, .self = knock};
    if (fd < 0 || !ask(fd) || rp_failed(rp_loop_watch(knock->loop, &knock->watch, NULL)))
        rp_knock_stop(knock);
}

static void time_is_come(void *self)
{
    struct rp_knock *knock = self;
    const struct rp_addresses one = {.list = {knock->address}, .count = 1};

    rp_dial_start(&knock->dial, knock->loop, &one, dialled, knock);
}

void rp_knock_start(struct rp_knock *knock, struct rp_loop *loop, const struct rp_address *address,
                    void (*answered)(void *self), void *self)
{
    *knock = (struct rp_knock){
        .loop = loop, .address = *address, .watch = {.fd = -1}, .answered = answered, .self = self};
    knock->timer = (struct rp_timer){.due = time_is_come, .self = knock};
    rp_timer_set(loop, &knock->timer, RP_KNOCK_AFTER_MS);
}
