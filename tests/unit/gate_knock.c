/* Knocking: what is asked of a server that says nothing, and which answers count. */
#include "gate/knock.h"

#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>

#include "tap.h"

#define MUST(cond)                                                                                 \
    do {                                                                                           \
        if (!(cond))                                                                               \
            abort();                                                                               \
    } while (0)

enum { SOON_MS = 20000, NOTHING_MS = 50 };

/* --- a server ------------------------------------------------------------------ */

/* Takes one connection, and answers what it is asked with so much. */
struct fake {
    struct rp_loop *loop;
    struct rp_watch door, connection;
    struct rp_address address;
    struct rp_span answer; /* empty: it closes */
    bool waits;            /* with its answer */
    char asked[16];
    ssize_t n;
};

static void answer(const struct fake *fake)
{
    int fd = fake->connection.fd;

    if (fake->answer.n == 0)
        MUST(shutdown(fd, SHUT_RDWR) == 0);
    else
        MUST(write(fd, fake->answer.p, fake->answer.n) == (ssize_t)fake->answer.n);
}

static void take_question(void *self, uint32_t events)
{
    struct fake *fake = self;

    (void)events;
    fake->n = read(fake->connection.fd, fake->asked, sizeof(fake->asked));
    rp_loop_forget(fake->loop, &fake->connection);
    if (!fake->waits)
        answer(fake);
}

static void take_connection(void *self, uint32_t events)
{
    struct fake *fake = self;
    int fd = accept4(fake->door.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    (void)events;
    MUST(fd >= 0);
    fake->connection =
        (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = take_question, .self = fake};
    MUST(!rp_failed(rp_loop_watch(fake->loop, &fake->connection, NULL)));
}

static void open_fake(struct fake *fake, struct rp_loop *loop, struct rp_span says)
{
    const struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    *fake = (struct fake){.loop = loop, .connection = {.fd = -1}, .answer = says};
    MUST(fd >= 0 && bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0 && listen(fd, 1) == 0);
    fake->address.n = sizeof(fake->address.sa);
    MUST(getsockname(fd, (struct sockaddr *)&fake->address.sa, &fake->address.n) == 0);
    fake->door =
        (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = take_connection, .self = fake};
    MUST(!rp_failed(rp_loop_watch(loop, &fake->door, NULL)));
}

static void close_watch(struct rp_loop *loop, struct rp_watch *watch)
{
    if (watch->fd < 0)
        return;
    rp_loop_forget(loop, watch);
    (void)close(watch->fd);
}

static void close_fake(struct fake *fake)
{
    close_watch(fake->loop, &fake->connection);
    close_watch(fake->loop, &fake->door);
}

/* --- a knock --------------------------------------------------------------------- */

static int told; /* how often: it is PostgreSQL's */

static void is_told(void *self)
{
    (void)self;
    told++;
}

static void stop(void *self)
{
    rp_loop_stop(self);
}

static void run_for(struct rp_loop *loop, int ms)
{
    struct rp_timer end = {.due = stop, .self = loop};

    rp_timer_set(loop, &end, ms);
    MUST(!rp_failed(rp_loop_run(loop, NULL)));
}

/* Without the silence before it. */
static void begin(struct rp_loop *loop, const struct fake *fake, struct rp_knock *knock)
{
    told = 0;
    rp_knock_start(knock, loop, &fake->address, is_told, NULL);
    OK(knock->timer.set, "first there is silence");
    rp_timer_set(loop, &knock->timer, 0);
}

static void run_to_end(struct rp_loop *loop, const struct rp_knock *knock)
{
    for (int i = 0; i < SOON_MS && knock->loop != NULL; i++)
        run_for(loop, 1);
    OK(knock->loop == NULL, "the knock comes to its end");
}

static int count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    while (dir != NULL && readdir(dir) != NULL)
        count++;
    if (dir != NULL)
        (void)closedir(dir);
    return count;
}

/* --- tests ------------------------------------------------------------------------- */

static void test_answer(struct rp_loop *loop, struct rp_span says, int wanted, const char *name)
{
    struct rp_knock knock = {0};
    struct fake fake;
    int before = count_descriptors();

    open_fake(&fake, loop, says);
    begin(loop, &fake, &knock);
    run_to_end(loop, &knock);
    IS_INT(told, wanted, name);
    OK(fake.n == 8 && memcmp(fake.asked, "\0\0\0\x08\x04\xd2\x16\x2f", 8) == 0,
       "  which was asked for TLS, and nothing else");
    close_fake(&fake);
    IS_INT(count_descriptors(), before, "  nothing is left open");
}

static void test_nobody(struct rp_loop *loop)
{
    struct rp_knock knock = {0};
    struct fake fake;
    int before = count_descriptors();

    open_fake(&fake, loop, RP_SPAN(""));
    close_fake(&fake);
    begin(loop, &fake, &knock);
    run_to_end(loop, &knock);
    IS_INT(told, 0, "nobody takes the connection");
    IS_INT(count_descriptors(), before, "  nothing is left open");
}

static void test_stop(struct rp_loop *loop)
{
    struct rp_knock knock = {0};
    struct fake fake;
    int before = count_descriptors();

    rp_knock_stop(&knock);
    open_fake(&fake, loop, RP_SPAN("S"));
    fake.waits = true;
    begin(loop, &fake, &knock);
    rp_knock_stop(&knock);
    OK(knock.loop == NULL && loop->timers == NULL, "one that is stopped in the silence");
    begin(loop, &fake, &knock);
    for (int i = 0; i < SOON_MS && fake.n == 0; i++)
        run_for(loop, 1);
    rp_knock_stop(&knock);
    answer(&fake);
    run_for(loop, NOTHING_MS);
    IS_INT(told, 0, "one that is stopped before the answer");
    close_fake(&fake);
    IS_INT(count_descriptors(), before, "  nothing is left open");
}

int main(void)
{
    struct rp_loop loop;
    struct rp_error err = {0};

    (void)signal(SIGPIPE, SIG_IGN);
    WORKS(rp_loop_init(&loop, &err), err, "a loop");
    test_answer(&loop, RP_SPAN("S"), 1, "PostgreSQL with TLS");
    test_answer(&loop, RP_SPAN("N"), 1, "PostgreSQL without");
    test_answer(&loop, RP_SPAN("S\0\0\0\n8.0.39"), 0, "MySQL, late, with a greeting of 83 bytes");
    test_answer(&loop, RP_SPAN("?"), 0, "something else");
    test_answer(&loop, RP_SPAN(""), 0, "one that closes");
    test_nobody(&loop);
    test_stop(&loop);
    rp_loop_release(&loop);
    return tap_done();
}
