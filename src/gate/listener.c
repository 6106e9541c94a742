/* Doors: opening them where nobody else can, letting our own user in, and closing them. */
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "peer.h"
#include "rdspass/base/file.h"
#include "session.h"

enum {
    BACKLOG = 4096,
    AT_ONCE = 32, /* let in before others have their turn */
    PAUSE_MS = 100,
};

static void open_doors(struct rp_listener *listener, uint32_t events)
{
    if (listener->unix_door.fd >= 0)
        rp_loop_change(&listener->server->loop, &listener->unix_door, events);
    if (listener->tcp_door.fd >= 0)
        rp_loop_change(&listener->server->loop, &listener->tcp_door, events);
}

static void pause_is_over(void *self)
{
    open_doors(self, EPOLLIN);
}

/* Without descriptors the doors would be ready for ever, and nobody could be let in. */
static void rest(struct rp_listener *listener)
{
    rp_timer_set(&listener->server->loop, &listener->pause, PAUSE_MS);
    open_doors(listener, 0);
}

/*
 * The next at the door; -1 where nobody is, where that one is gone already, or
 * where there is no room for more.
 */
static int let_in(struct rp_listener *listener, const struct rp_watch *door)
{
    int fd = accept4(door->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
        rest(listener);
    return fd;
}

static void unix_ready(void *self, uint32_t events)
{
    struct rp_listener *listener = self;

    (void)events;
    for (int i = 0; i < AT_ONCE; i++) {
        int fd = let_in(listener, &listener->unix_door);
        if (fd < 0)
            return;
        if (rp_peer_is_us_unix(fd))
            rp_session_start(listener->server, fd);
        else
            (void)close(fd);
    }
}

static void tcp_ready(void *self, uint32_t events)
{
    struct rp_listener *listener = self;
    const int on = 1;

    (void)events;
    for (int i = 0; i < AT_ONCE; i++) {
        int fd = let_in(listener, &listener->tcp_door);
        if (fd < 0)
            return;
        if (rp_peer_is_us_tcp(fd)) {
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            rp_session_start(listener->server, fd);
        } else {
            (void)close(fd);
        }
    }
}

/* The directory must be such that nobody else gets to the socket. */
static rp_status check_directory(const char *path, struct rp_error *err)
{
    struct stat st;
    RP_FD_AUTO int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) != 0)
        return rp_fail_errno(err, RP_KIND_CONFIG, "cannot use the directory %s", path);
    if (st.st_uid != geteuid() || (st.st_mode & (mode_t)~S_IFMT) != S_IRWXU)
        return rp_fail(err, RP_KIND_CONFIG,
                       "refusing the directory %s: it is not private (0700, and ours)", path);
    return RP_OK;
}

/* Watches a door; the descriptor is the watch's, also where this fails. */
static rp_status watch(struct rp_listener *listener, struct rp_watch *door, int fd,
                       void (*ready)(void *self, uint32_t events), struct rp_error *err)
{
    *door = (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = ready, .self = listener};
    return rp_loop_watch(&listener->server->loop, door, err);
}

static rp_status open_unix(struct rp_listener *listener, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf path = {.max = RP_SOCKET_PATH_MAX};
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    rp_gate_add_socket_path(&listener->server->order, &path);
    RP_TRY(rp_buf_check(&path, RP_KIND_CONFIG, "the path of the socket", err));
    memcpy(address.sun_path, rp_buf_str(&path), path.len);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot make a socket");
    mode_t before = umask(S_IRWXG | S_IRWXO | S_IXUSR);
    int bound = bind(fd, (const struct sockaddr *)&address, sizeof(address));
    (void)umask(before);
    if (bound == 0)
        memcpy(listener->socket, rp_buf_str(&path), path.len + 1);
    if (bound != 0 || listen(fd, BACKLOG) != 0) {
        rp_status status =
            rp_fail_errno(err, RP_KIND_CONFIG, "cannot listen on %s", rp_buf_str(&path));
        (void)close(fd);
        return status;
    }
    return watch(listener, &listener->unix_door, fd, unix_ready, err);
}

/* On 127.0.0.1 alone. *out_port is the one that the kernel chose where none is asked for. */
static int listen_on_loopback(uint16_t port, uint16_t *out_port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof(address);
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, (const struct sockaddr *)&address, n) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &n) != 0) {
        int sys = errno;
        (void)close(fd);
        errno = sys;
        return -1;
    }
    *out_port = ntohs(address.sin_port);
    return fd;
}

/* Whether those who come by TCP can be told from us. */
static rp_status check_users(struct rp_error *err)
{
    if (geteuid() == rp_peer_overflow_uid())
        return rp_fail(err, RP_KIND_CONFIG,
                       "cannot open a port: uid %u is that of all users unknown here, so nobody "
                       "could be told from us",
                       (unsigned)geteuid());
    if (!rp_peer_tcp_is_told())
        return rp_fail(err, RP_KIND_CONFIG,
                       "cannot open a port: the kernel does not tell whose a connection is "
                       "(sock_diag), so nobody could be let in");
    return RP_OK;
}

static rp_status open_tcp(struct rp_listener *listener, uint16_t *out_port, struct rp_error *err)
{
    uint16_t port = (uint16_t)listener->server->order.tcp;

    RP_TRY(check_users(err));
    int fd = listen_on_loopback(port, out_port);
    if (fd < 0) {
        rp_status status = rp_fail_errno(err, RP_KIND_CONFIG, "cannot listen on 127.0.0.1, port %u",
                                         (unsigned)port);
        rp_hint(err, "--tcp alone takes a port that is free");
        return status;
    }
    return watch(listener, &listener->tcp_door, fd, tcp_ready, err);
}

rp_status rp_listener_open(struct rp_listener *listener, struct rp_server *server,
                           uint16_t *out_tcp, struct rp_error *err)
{
    uint16_t tcp = 0;

    listener->server = server;
    RP_TRY(check_directory(server->order.directory, err));
    listener->has_directory = true;
    listener->pause = (struct rp_timer){.due = pause_is_over, .self = listener};
    RP_TRY(open_unix(listener, err));
    if (server->order.tcp != RP_GATE_NO_TCP)
        RP_TRY(open_tcp(listener, &tcp, err));
    *out_tcp = tcp;
    return RP_OK;
}

static void close_door(struct rp_listener *listener, struct rp_watch *door)
{
    if (door->fd < 0)
        return;
    rp_loop_forget(&listener->server->loop, door);
    (void)close(door->fd);
    door->fd = -1;
}

void rp_listener_release(struct rp_listener *listener)
{
    const struct rp_server *server = listener->server;

    if (server == NULL)
        return; /* it was never opened */
    close_door(listener, &listener->unix_door);
    close_door(listener, &listener->tcp_door);
    rp_timer_clear(&listener->server->loop, &listener->pause);
    if (listener->socket[0] != '\0')
        (void)unlink(listener->socket);
    if (listener->has_directory)
        (void)rmdir(server->order.directory);
    *listener = (struct rp_listener){.unix_door = {.fd = -1}, .tcp_door = {.fd = -1}};
}
