/*
 * A PostgreSQL server without a database, for thousands of sessions: it speaks
 * TLS, asks for a password and takes any, and answers each query with nothing.
 *
 *     stub CERTIFICATE KEY [N]     prints the port of loopback it listens on
 *
 * To the first N it says that it only reads, as the writer of yesterday does.
 * It ends when its standard input does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum state { WANTS_TLS, HANDSHAKE, WANTS_STARTUP, WANTS_PASSWORD, SERVES };
enum { MESSAGE_MAX = 70000 };

struct session {
    int fd;
    enum state state;
    SSL *tls;
    unsigned char *in; /* held while a message is incomplete */
    size_t n;
};

static int loop;
static int still_reads; /* for so many logins */
static SSL_CTX *context;

static void end(struct session *session)
{
    SSL_free(session->tls);
    close(session->fd);
    free(session->in);
    free(session);
}

/* Small answers: the socket takes them whole. */
static int answer(struct session *session, const void *bytes, size_t n)
{
    return SSL_write(session->tls, bytes, (int)n) == (int)n;
}

#define ANSWER(session, text) answer(session, text, sizeof(text) - 1)

static uint32_t number(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* One message, if it is whole: how long it was, 0 for more, -1 for the end. */
static long message(struct session *session)
{
    size_t head = session->state == WANTS_STARTUP ? 0 : 1;

    if (session->n < head + 4)
        return 0;
    size_t size = head + number(session->in + head);
    if (size < head + 4 || size > MESSAGE_MAX)
        return -1;
    if (session->n < size)
        return 0;
    if (session->state == WANTS_STARTUP) {
        session->state = WANTS_PASSWORD;
        return ANSWER(session, "R\0\0\0\10\0\0\0\3") ? (long)size : -1;
    }
    if (session->state == WANTS_PASSWORD) {
        session->state = SERVES;
        if (!ANSWER(session, "R\0\0\0\10\0\0\0\0"))
            return -1;
        if (still_reads > 0 ? still_reads-- : 0)
            return ANSWER(session, "S\0\0\0\26in_hot_standby\0on\0Z\0\0\0\5I") ? (long)size : -1;
        return ANSWER(session, "S\0\0\0\27in_hot_standby\0off\0"
                               "K\0\0\0\14\0\0\0\1\0\0\0\2Z\0\0\0\5I")
                   ? (long)size
                   : -1;
    }
    if (session->in[0] != 'Q')
        return -1;
    return ANSWER(session, "I\0\0\0\4Z\0\0\0\5I") ? (long)size : -1;
}

static int receive(struct session *session)
{
    unsigned char piece[4096];

    for (;;) {
        int n = SSL_read(session->tls, piece, sizeof(piece));
        if (n <= 0)
            return SSL_get_error(session->tls, n) == SSL_ERROR_WANT_READ;
        session->in = realloc(session->in, session->n + (size_t)n);
        if (session->in == NULL)
            err(1, "realloc");
        memcpy(session->in + session->n, piece, (size_t)n);
        session->n += (size_t)n;
        long used;
        while ((used = message(session)) > 0) {
            session->n -= (size_t)used;
            memmove(session->in, session->in + used, session->n);
        }
        if (used < 0 || session->n > MESSAGE_MAX)
            return 0;
        if (session->n == 0) {
            free(session->in);
            session->in = NULL;
        }
    }
}

/* Whether it goes on. */
static int go_on(struct session *session)
{
    unsigned char request[8];

    switch (session->state) {
    case WANTS_TLS:
        if (recv(session->fd, request, sizeof(request), 0) != sizeof(request) ||
            number(request + 4) != 80877103 || send(session->fd, "S", 1, MSG_NOSIGNAL) != 1)
            return 0;
        session->tls = SSL_new(context);
        if (session->tls == NULL || SSL_set_fd(session->tls, session->fd) != 1)
            errx(1, "no TLS");
        session->state = HANDSHAKE;
        return 1;
    case HANDSHAKE: {
        int done = SSL_accept(session->tls);
        if (done != 1)
            return SSL_get_error(session->tls, done) == SSL_ERROR_WANT_READ;
        session->state = WANTS_STARTUP;
        return receive(session);
    }
    case WANTS_STARTUP:
    case WANTS_PASSWORD:
    case SERVES:
        break;
    }
    return receive(session);
}

static void take(int door)
{
    int fd;

    while ((fd = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct session *session = calloc(1, sizeof(*session));
        if (session == NULL)
            err(1, "calloc");
        session->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = session};
        if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) != 0)
            err(1, "epoll_ctl");
    }
    if (errno != EAGAIN && errno != ECONNABORTED)
        err(1, "accept");
}

static int listen_on_loopback(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(address);
    int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    if (door < 0 || bind(door, (struct sockaddr *)&address, n) != 0 || listen(door, 4096) != 0 ||
        getsockname(door, (struct sockaddr *)&address, &n) != 0)
        err(1, "cannot listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return door;
}

static void watch(int fd, void *what)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};

    if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) != 0)
        err(1, "epoll_ctl");
}

int main(int argc, char **argv)
{
    static char door_mark, input_mark;
    struct rlimit files;

    if (argc != 3 && argc != 4)
        errx(2, "usage: stub CERTIFICATE KEY [N]");
    still_reads = argc == 4 ? atoi(argv[3]) : 0;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    context = SSL_CTX_new(TLS_server_method());
    if (context == NULL || SSL_CTX_use_certificate_chain_file(context, argv[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, argv[2], SSL_FILETYPE_PEM) != 1)
        errx(1, "cannot use certificate and key");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    loop = epoll_create1(EPOLL_CLOEXEC);
    int door = listen_on_loopback();
    watch(door, &door_mark);
    watch(STDIN_FILENO, &input_mark);
    for (;;) {
        struct epoll_event events[256];
        int n = epoll_wait(loop, events, 256, -1);
        for (int i = 0; i < n; i++) {
            void *what = events[i].data.ptr;
            if (what == &input_mark)
                return 0;
            if (what == &door_mark)
                take(door);
            else if (!go_on(what))
                end(what);
        }
    }
}
