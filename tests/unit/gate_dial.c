/* Dialling: which address is taken, which errno is told, and that nothing is left open. */
#include "gate/dial.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/un.h>

#include "tap.h"

enum { BEFORE_STAGGER_MS = 1, NO_SUCH_FAMILY = 9999 };

static struct rp_dial dial; /* one at a time */

/* How a dial came out. */
struct call {
    struct rp_loop *loop;
    int calls;
    int fd;
    int sys;
    char address[RP_ADDRESS_TEXT_SIZE];
};

static void on_done(void *self, int fd, const struct rp_address *address, int sys)
{
    struct call *call = self;

    call->calls++;
    call->fd = fd;
    call->sys = sys;
    if (address != NULL)
        rp_address_text(address, call->address);
    rp_loop_stop(call->loop);
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

/* Dials and gives what came out; whatever happened, only `fd` is left open. */
static struct call run(struct rp_loop *loop, const struct rp_addresses *addresses)
{
    struct call call = {.loop = loop, .fd = -1};
    struct rp_error err = {0};
    int before = count_descriptors();

    rp_dial_start(&dial, loop, addresses, on_done, &call);
    IS_INT(call.calls, 0, "not from within");
    WORKS(rp_loop_run(loop, &err), err, "the loop runs");
    IS_INT(call.calls, 1, "done, once");
    IS_INT(count_descriptors() - before, call.fd >= 0, "nothing else is open");
    rp_dial_stop(&dial);
    OK(loop->timers == NULL, "no timer is set");
    return call;
}

/* --- addresses --------------------------------------------------------------- */

static void add_v4(struct rp_addresses *list, const char *host, uint16_t port)
{
    struct rp_address *address = &list->list[list->count++];
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(port)};

    if (inet_pton(AF_INET, host, &sa.sin_addr) != 1)
        abort();
    memcpy(&address->sa, &sa, sizeof(sa));
    address->n = sizeof(sa);
}

static void add_v6(struct rp_addresses *list, const char *host, uint16_t port)
{
    struct rp_address *address = &list->list[list->count++];
    struct sockaddr_in6 sa = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    if (inet_pton(AF_INET6, host, &sa.sin6_addr) != 1)
        abort();
    memcpy(&address->sa, &sa, sizeof(sa));
    address->n = sizeof(sa);
}

/* One that fails at once: the kernel knows no such family. */
static void add_impossible(struct rp_addresses *list)
{
    struct rp_address *address = &list->list[list->count++];

    address->sa.ss_family = NO_SUCH_FAMILY;
    address->n = sizeof(address->sa);
}

static void add_unix(struct rp_addresses *list, const char *path)
{
    struct rp_address *address = &list->list[list->count++];
    struct sockaddr_un sa = {.sun_family = AF_UNIX};

    (void)snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
    memcpy(&address->sa, &sa, sizeof(sa));
    address->n = sizeof(sa);
}

/* A listener on loopback; bound alone, it refuses. */
static int open_port(uint16_t *out_port, bool listens)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof(sa);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(fd, (struct sockaddr *)&sa, n) != 0 || (listens && listen(fd, 8) != 0) ||
        getsockname(fd, (struct sockaddr *)&sa, &n) != 0)
        abort();
    *out_port = ntohs(sa.sin_port);
    return fd;
}

static bool option_is(int fd, int level, int name, int want)
{
    int value = -1;
    socklen_t n = sizeof(value);

    return getsockopt(fd, level, name, &value, &n) == 0 && value == want;
}

/* --- tests ------------------------------------------------------------------- */

static void test_connects(struct rp_loop *loop)
{
    struct rp_addresses list = {0};
    char want[64];
    uint16_t port;
    int listener = open_port(&port, true);

    add_v4(&list, "127.0.0.1", port);
    struct call call = run(loop, &list);
    OK(call.fd >= 0 && call.sys == 0, "connected");
    (void)snprintf(want, sizeof(want), "127.0.0.1:%u", (unsigned)port);
    IS_STR(call.address, want, "the address that answered");
    OK((fcntl(call.fd, F_GETFL) & O_NONBLOCK) != 0 && (fcntl(call.fd, F_GETFD) & FD_CLOEXEC) != 0,
       "non-blocking, closed on exec");
    OK(option_is(call.fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
           option_is(call.fd, SOL_SOCKET, SO_KEEPALIVE, 1) &&
           option_is(call.fd, IPPROTO_TCP, TCP_KEEPIDLE, 60) &&
           option_is(call.fd, IPPROTO_TCP, TCP_KEEPINTVL, 10) &&
           option_is(call.fd, IPPROTO_TCP, TCP_KEEPCNT, 6),
       "without delay, kept alive");
    OK(send(call.fd, "x", 1, MSG_NOSIGNAL) == 1, "it can be written to");
    (void)close(call.fd);
    (void)close(listener);
}

static void test_fails(struct rp_loop *loop)
{
    struct rp_addresses list = {0};
    uint16_t port;
    int bound = open_port(&port, false);

    add_v4(&list, "127.0.0.1", port);
    struct call call = run(loop, &list);
    OK(call.fd == -1 && call.sys == ECONNREFUSED && call.address[0] == '\0', "refused");
    add_v4(&list, "127.0.0.2", port);
    call = run(loop, &list);
    OK(call.fd == -1 && call.sys == ECONNREFUSED, "all of them refused");

    list.count = 0;
    add_impossible(&list);
    call = run(loop, &list);
    OK(call.fd == -1 && call.sys == EAFNOSUPPORT, "one that cannot be dialled");
    add_v4(&list, "127.0.0.1", port);
    call = run(loop, &list);
    IS_INT(call.sys, ECONNREFUSED, "of two failures, the one that is not for want of a route");
    (void)close(bound);
}

/* A dead address costs nothing, whatever its place. */
static void test_next_one(struct rp_loop *loop)
{
    uint16_t port, dead;
    int listener = open_port(&port, true);
    int bound = open_port(&dead, false);
    struct rp_addresses list = {0};

    add_v4(&list, "127.0.0.1", dead);
    add_impossible(&list);
    add_v6(&list, "::1", dead);
    add_v4(&list, "127.0.0.1", port);
    struct call call = run(loop, &list);
    OK(call.fd >= 0 && call.sys == 0, "the fourth answers");
    (void)close(call.fd);
    (void)close(bound);
    (void)close(listener);
}

/*
 * A listener whose queue is full does not answer: the kernel drops what knocks.
 * Gives how many connections filled it.
 */
static size_t fill(uint16_t port, int *fds, size_t max)
{
    struct sockaddr_in sa = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    size_t count = 0;

    while (count < max) {
        fds[count] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(fds[count++], (struct sockaddr *)&sa, sizeof(sa));
    }
    return count;
}

static int open_silent_port(uint16_t *out_port, int *fds, size_t max)
{
    int listener = open_port(out_port, false);

    if (listen(listener, 0) != 0)
        abort();
    (void)fill(*out_port, fds, max);
    return listener;
}

static void stop(void *self)
{
    rp_loop_stop(self);
}

static void test_stagger(struct rp_loop *loop)
{
    int fds[4];
    uint16_t silent, port;
    int listener = open_port(&port, true);
    int deaf = open_silent_port(&silent, fds, 4);
    struct rp_addresses list = {0};

    add_v4(&list, "127.0.0.1", silent);
    add_v4(&list, "127.0.0.1", port);
    struct call call = run(loop, &list);
    OK(call.fd >= 0 && call.sys == 0, "the second is tried beside one that is silent");
    (void)close(call.fd);

    /* Stopped while one is under way and the next waits for its turn. */
    struct rp_timer soon = {.due = stop, .self = loop};
    struct rp_error err = {0};
    int before = count_descriptors();
    call.calls = 0;
    rp_dial_start(&dial, loop, &list, on_done, &call);
    rp_timer_set(loop, &soon, BEFORE_STAGGER_MS);
    WORKS(rp_loop_run(loop, &err), err, "a moment");
    rp_dial_stop(&dial);
    rp_dial_stop(&dial);
    IS_INT(count_descriptors() - before, 0, "stopped: nothing is open");
    OK(call.calls == 0 && loop->timers == NULL, "and done does not come");

    for (size_t i = 0; i < 4; i++)
        (void)close(fds[i]);
    (void)close(deaf);
    (void)close(listener);
}

/* Families take turns, as given otherwise. */
static void test_order(struct rp_loop *loop)
{
    static const char *const want[] = {"[::1]:1",     "127.0.0.1:5", "[::1]:2",
                                       "127.0.0.1:6", "[::1]:3",     "[::1]:4"};
    struct rp_addresses list = {0};
    struct call call = {.loop = loop};

    for (uint16_t port = 1; port <= 4; port++)
        add_v6(&list, "::1", port);
    add_v4(&list, "127.0.0.1", 5);
    add_v4(&list, "127.0.0.1", 6);
    rp_dial_start(&dial, loop, &list, on_done, &call);
    IS_INT(dial.addresses.count, 6, "all of them");
    for (size_t i = 0; i < 6; i++) {
        char text[RP_ADDRESS_TEXT_SIZE];
        rp_address_text(&dial.addresses.list[i], text);
        IS_STR(text, want[i], want[i]);
    }
    rp_dial_stop(&dial);
    rp_dial_stop(&(struct rp_dial){0});
}

static void free_place(void *self)
{
    int *listener = self;
    int fd = accept4(*listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
        abort();
    (void)close(fd);
}

static void test_unix(struct rp_loop *loop)
{
    char dir[] = "/tmp/rdspass-dial-XXXXXX";
    char path[64];
    struct rp_addresses list = {0};

    if (mkdtemp(dir) == NULL)
        abort();
    (void)snprintf(path, sizeof(path), "%s/socket", dir);
    add_unix(&list, path);
    struct call call = run(loop, &list);
    OK(call.fd == -1 && call.sys == ENOENT, "no such socket");

    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct rp_address *address = &list.list[0];
    OK(bind(listener, (const struct sockaddr *)&address->sa, address->n) == 0, "bound");
    call = run(loop, &list);
    OK(call.fd == -1 && call.sys == ECONNREFUSED, "nobody listens");
    OK(listen(listener, 0) == 0, "listens");
    call = run(loop, &list);
    OK(call.fd >= 0 && call.sys == 0, "connected");
    IS_STR(call.address, path, "the path");

    /* The queue is full now: the next waits until there is a place. */
    struct rp_timer soon = {.due = free_place, .self = &listener};
    rp_timer_set(loop, &soon, BEFORE_STAGGER_MS);
    struct call second = run(loop, &list);
    OK(second.fd >= 0 && second.sys == 0, "connected when there is a place again");
    (void)close(second.fd);
    (void)close(call.fd);
    (void)close(listener);
    (void)unlink(path);
    (void)rmdir(dir);
}

static void test_no_descriptors(struct rp_loop *loop)
{
    struct rp_addresses list = {0};
    struct rlimit before, none;
    struct call call = {.loop = loop};
    struct rp_error err = {0};

    add_v4(&list, "127.0.0.1", 1);
    OK(getrlimit(RLIMIT_NOFILE, &before) == 0, "limit");
    none = (struct rlimit){.rlim_cur = 3, .rlim_max = before.rlim_max};
    OK(setrlimit(RLIMIT_NOFILE, &none) == 0, "no more descriptors");
    rp_dial_start(&dial, loop, &list, on_done, &call);
    WORKS(rp_loop_run(loop, &err), err, "the loop runs");
    (void)setrlimit(RLIMIT_NOFILE, &before);
    OK(call.fd == -1 && call.sys == EMFILE, "it is told");
}

int main(void)
{
    struct rp_loop loop;
    struct rp_error err = {0};

    WORKS(rp_loop_init(&loop, &err), err, "a loop");
    test_connects(&loop);
    test_fails(&loop);
    test_next_one(&loop);
    test_stagger(&loop);
    test_order(&loop);
    test_unix(&loop);
    test_no_descriptors(&loop);
    rp_loop_release(&loop);
    return tap_done();
}
