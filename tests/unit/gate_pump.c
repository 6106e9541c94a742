/*
 * The pump: bytes arrive unchanged and in order, whoever is slow, and each side
 * has what the other said before it ended. The server is a socket in clear here;
 * tests/integration has it over TLS.
 */
#include "gate/pump.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>

#include "tap.h"

enum { BIG = 5 * 1024 * 1024, MANY_TURNS = 200000 };

/* A client and a server, with a pump between them. */
struct scene {
    struct rp_server server;
    struct rp_watch client;
    struct rp_upstream upstream;
    struct rp_pump pump;
    int client_end;
    int server_end;
    int done;
};

/* As its owner does: nothing comes from the pump any more. */
static void on_done(void *self)
{
    struct scene *scene = self;

    scene->done++;
    rp_pump_release(&scene->pump);
    rp_loop_forget(&scene->server.loop, &scene->client);
    rp_loop_forget(&scene->server.loop, &scene->upstream.watch);
}

static void open_pair(struct scene *scene, struct rp_watch *watch, int *out_end)
{
    int fds[2] = {-1, -1};
    struct rp_error err = {0};

    OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0, "socketpair");
    *watch = (struct rp_watch){.fd = fds[0]};
    *out_end = fds[1];
    WORKS(rp_loop_watch(&scene->server.loop, watch, &err), err, "watched");
}

static void set_up(struct scene *scene, struct rp_span to_client, struct rp_span to_server)
{
    struct rp_error err = {0};

    *scene = (struct scene){.server = {.loop = {.epoll = -1}}};
    WORKS(rp_loop_init(&scene->server.loop, &err), err, "loop");
    open_pair(scene, &scene->client, &scene->client_end);
    open_pair(scene, &scene->upstream.watch, &scene->server_end);
    scene->upstream.server = &scene->server;
    scene->upstream.fd = scene->upstream.watch.fd;
    WORKS(rp_pump_start(&scene->pump, &scene->server, &scene->client, &scene->upstream, to_client,
                        to_server, on_done, scene, &err),
          err, "started");
}

static void tear_down(struct scene *scene)
{
    rp_pump_release(&scene->pump);
    rp_loop_forget(&scene->server.loop, &scene->client);
    rp_loop_forget(&scene->server.loop, &scene->upstream.watch);
    (void)close(scene->client.fd);
    (void)close(scene->upstream.fd);
    if (scene->client_end >= 0)
        (void)close(scene->client_end);
    if (scene->server_end >= 0)
        (void)close(scene->server_end);
    rp_loop_release(&scene->server.loop);
}

static void stop(void *self)
{
    rp_loop_stop(self);
}

/* Runs what there is to do now. */
static void turn(struct scene *scene)
{
    struct rp_timer end = {.due = stop, .self = &scene->server.loop};

    rp_timer_set(&scene->server.loop, &end, 0);
    rp_ignore(rp_loop_run(&scene->server.loop, NULL));
    rp_timer_clear(&scene->server.loop, &end);
}

/* What has come to an end, as far as `text` is long; the end of the file reads as "|". */
static const char *comes(struct scene *scene, int fd)
{
    static char text[256];
    size_t at = 0;

    for (int i = 0; i < 4; i++)
        turn(scene);
    while (at < sizeof(text) - 1) {
        ssize_t n = recv(fd, text + at, sizeof(text) - 1 - at, MSG_DONTWAIT);
        if (n == 0)
            text[at++] = '|';
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    text[at] = '\0';
    return text;
}

static void say(int fd, const char *text)
{
    OK(write(fd, text, strlen(text)) == (ssize_t)strlen(text), "said");
}

static void test_both_ways(void)
{
    struct scene scene;

    set_up(&scene, RP_SPAN("greeting;"), RP_SPAN("first query;"));
    say(scene.client_end, "second query;");
    say(scene.server_end, "rows;");
    IS_STR(comes(&scene, scene.client_end), "greeting;rows;", "what was left comes first");
    IS_STR(comes(&scene, scene.server_end), "first query;second query;", "here too");
    OK(scene.pump.to_client.bytes == NULL && scene.pump.to_upstream.bytes == NULL,
       "an idle pump holds nothing");
    IS_INT(scene.client.events, EPOLLIN, "the client is read");
    IS_INT(scene.upstream.watch.events, EPOLLIN, "the server is read");
    OK(scene.done == 0, "not over");
    tear_down(&scene);
}

/* --- much at once ---------------------------------------------------------------- */

/* One way of a stream: a byte follows from its place. */
struct flow {
    int from, to;
    size_t written, read;
    bool wrong;
};

static char byte_at(size_t at)
{
    return (char)(at * 7 + at / 251);
}

static void write_some(struct flow *flow, size_t at_most)
{
    static char bytes[65536];
    size_t n = 0;

    while (n < sizeof(bytes) && n < at_most && flow->written + n < BIG) {
        bytes[n] = byte_at(flow->written + n);
        n++;
    }
    ssize_t done = send(flow->from, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (done > 0)
        flow->written += (size_t)done;
}

static void read_some(struct flow *flow, size_t at_most)
{
    static char bytes[65536];
    ssize_t n =
        recv(flow->to, bytes, at_most < sizeof(bytes) ? at_most : sizeof(bytes), MSG_DONTWAIT);

    for (ssize_t i = 0; i < n; i++)
        if (bytes[i] != byte_at(flow->read++))
            flow->wrong = true;
}

static void test_much(void)
{
    struct scene scene;

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    struct flow down = {.from = scene.server_end, .to = scene.client_end};
    struct flow up = {.from = scene.client_end, .to = scene.server_end};
    for (int i = 0; i < MANY_TURNS && (down.read < BIG || up.read < BIG); i++) {
        write_some(&down, 65536);
        write_some(&up, 50000);
        turn(&scene);
        read_some(&down, 30011);
        read_some(&up, 65536);
    }
    OK(down.read == BIG && !down.wrong, "megabytes to the client, unchanged");
    OK(up.read == BIG && !up.wrong, "and to the server, at the same time");
    OK(scene.done == 0, "not over");
    tear_down(&scene);
}

static void test_slow(void)
{
    struct scene scene;

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    struct flow down = {.from = scene.server_end, .to = scene.client_end};
    size_t before = SIZE_MAX;
    for (int i = 0; i < MANY_TURNS && before != down.written; i++) {
        before = down.written;
        write_some(&down, 65536);
        turn(&scene);
    }
    OK(down.written < BIG, "who does not read stops who writes");
    OK(scene.pump.to_client.n > 0 && scene.pump.to_client.n <= RP_PUMP_PIECE,
       "at most one piece is held");
    IS_INT(scene.client.events, EPOLLIN | EPOLLOUT, "the client may go on speaking");
    IS_INT(scene.upstream.watch.events & EPOLLIN, 0, "the server is not read");
    say(scene.client_end, "cancel");
    IS_STR(comes(&scene, scene.server_end), "cancel", "the other way goes on");
    for (int i = 0; i < MANY_TURNS && down.read < BIG; i++) {
        write_some(&down, 65536);
        turn(&scene);
        read_some(&down, 65536);
    }
    OK(down.read == BIG && !down.wrong, "then all of it arrives");
    OK(scene.pump.to_client.bytes == NULL, "and nothing is held");
    tear_down(&scene);
}

/* --- ends ------------------------------------------------------------------------ */

static void test_client_ends(void)
{
    struct scene scene;

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    say(scene.client_end, "bye");
    (void)close(scene.client_end);
    scene.client_end = -1;
    IS_STR(comes(&scene, scene.server_end), "bye", "its last words arrive");
    IS_INT(scene.done, 1, "then it is over, once");
    OK(scene.pump.client_ended, "for the client");
    tear_down(&scene);

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    (void)shutdown(scene.client_end, SHUT_WR);
    turn(&scene);
    IS_INT(scene.done, 1, "half an end is one, too");
    tear_down(&scene);
}

static void test_server_ends(void)
{
    struct scene scene;

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    say(scene.server_end, "shutting down");
    (void)close(scene.server_end);
    scene.server_end = -1;
    IS_STR(comes(&scene, scene.client_end), "shutting down", "its last words arrive");
    IS_INT(scene.done, 1, "then it is over, once");
    OK(!scene.pump.client_ended, "for the server");
    tear_down(&scene);
}

/* Fills the way to the client, which does not read; what the server wrote. */
static size_t fill(struct scene *scene, struct flow *down)
{
    size_t before = SIZE_MAX;

    *down = (struct flow){.from = scene->server_end, .to = scene->client_end};
    while (before != down->written) {
        before = down->written;
        write_some(down, 65536);
        turn(scene);
    }
    return down->written;
}

static void test_server_ends_while_client_is_slow(void)
{
    struct scene scene;
    struct flow down;

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    size_t all = fill(&scene, &down);
    (void)close(scene.server_end);
    scene.server_end = -1;
    turn(&scene);
    turn(&scene);
    OK(scene.done == 0, "not over while there is something to deliver");
    for (int i = 0; i < MANY_TURNS && scene.done == 0; i++) {
        read_some(&down, 65536);
        turn(&scene);
    }
    for (size_t before = SIZE_MAX; before != down.read;) {
        before = down.read;
        read_some(&down, 65536);
    }
    OK(down.read == all && !down.wrong, "all that the server wrote arrives");
    IS_INT(scene.done, 1, "then it is over");
    tear_down(&scene);
}

/* What has hung up must not keep the loop busy while the other side is waited for. */
static void test_hung_up(void)
{
    struct scene scene;
    struct flow up;

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    up = (struct flow){.from = scene.client_end, .to = scene.server_end};
    for (size_t before = SIZE_MAX; before != up.written;) {
        before = up.written;
        write_some(&up, 65536);
        turn(&scene);
    }
    (void)close(scene.client_end);
    scene.client_end = -1;
    turn(&scene);
    turn(&scene);
    struct epoll_event event;
    IS_INT(epoll_wait(scene.server.loop.epoll, &event, 1, 0), 0, "quiet");
    for (int i = 0; i < MANY_TURNS && scene.done == 0; i++) {
        read_some(&up, 65536);
        turn(&scene);
    }
    for (size_t before = SIZE_MAX; before != up.read;) {
        before = up.read;
        read_some(&up, 65536);
    }
    OK(up.read == up.written && !up.wrong, "all that the client wrote before it went arrives");
    IS_INT(scene.done, 1, "then it is over");
    tear_down(&scene);
}

/* A server that refuses what it is sent has often said why. */
static void test_deaf_server(void)
{
    struct scene scene;

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    say(scene.server_end, "too much");
    (void)shutdown(scene.server_end, SHUT_RD);
    say(scene.client_end, "more");
    IS_STR(comes(&scene, scene.client_end), "too much", "its words arrive");
    OK(scene.done == 0 && scene.pump.upstream_deaf, "it may say more");
    say(scene.server_end, "; the end");
    (void)close(scene.server_end);
    scene.server_end = -1;
    IS_STR(comes(&scene, scene.client_end), "; the end", "until it ends");
    IS_INT(scene.done, 1, "then it is over");
    tear_down(&scene);

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    (void)shutdown(scene.server_end, SHUT_RD);
    say(scene.client_end, "more");
    turn(&scene);
    turn(&scene);
    OK(scene.pump.upstream_deaf && scene.done == 0, "deaf");
    (void)close(scene.client_end);
    scene.client_end = -1;
    turn(&scene);
    turn(&scene);
    IS_INT(scene.done, 1, "a client that goes then ends it");
    tear_down(&scene);
}

static void test_client_takes_nothing(void)
{
    struct scene scene;

    set_up(&scene, RP_SPAN(""), RP_SPAN(""));
    (void)shutdown(scene.client_end, SHUT_RD);
    say(scene.server_end, "rows");
    turn(&scene);
    turn(&scene);
    IS_INT(scene.done, 1, "over: nobody reads");
    tear_down(&scene);
}

int main(void)
{
    test_both_ways();
    test_much();
    test_slow();
    test_client_ends();
    test_server_ends();
    test_server_ends_while_client_is_slow();
    test_hung_up();
    test_deaf_server();
    test_client_takes_nothing();
    return tap_done();
}
