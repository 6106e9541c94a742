/* Doors: private, our own user's, closed again, and patient when descriptors run out. */
#include "gate/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "gate/session.h"
#include "tap.h"

enum { MANY_TURNS = 10000 };

/* A gate without an upstream: the clients say nothing, so none is needed. */
struct scene {
    struct rp_server server;
    struct rp_listener listener;
    char directory[64];
    uint16_t tcp;
};

static void set_up(struct scene *scene, int tcp)
{
    struct rp_error err = {0};

    *scene = (struct scene){.directory = "/tmp/rdspass-door-XXXXXX"};
    scene->server.order = (struct rp_gate_order){
        .engine = RP_ENGINE_POSTGRES, .port = 5432, .connect_timeout = 10, .tcp = tcp};
    scene->listener = (struct rp_listener){.unix_door = {.fd = -1}, .tcp_door = {.fd = -1}};
    WORKS(rp_loop_init(&scene->server.loop, &err), err, "loop");
    OK(mkdtemp(scene->directory) != NULL, "a private directory");
    (void)snprintf(scene->server.order.directory, sizeof(scene->server.order.directory), "%s",
                   scene->directory);
}

static void open_doors(struct scene *scene)
{
    struct rp_error err = {0};

    WORKS(rp_listener_open(&scene->listener, &scene->server, &scene->tcp, &err), err, "open");
}

static void tear_down(struct scene *scene)
{
    rp_listener_release(&scene->listener);
    rp_sessions_end(&scene->server);
    rp_loop_release(&scene->server.loop);
    (void)rmdir(scene->directory);
}

static void stop(void *self)
{
    rp_loop_stop(self);
}

static void turn(struct scene *scene)
{
    struct rp_timer end = {.due = stop, .self = &scene->server.loop};

    rp_timer_set(&scene->server.loop, &end, 0);
    rp_ignore(rp_loop_run(&scene->server.loop, NULL));
    rp_timer_clear(&scene->server.loop, &end);
}

/* Waits for so many sessions, and tells how many there are. */
static size_t sessions(struct scene *scene, size_t want)
{
    for (int i = 0; i < MANY_TURNS && scene->server.session_count != want; i++) {
        turn(scene);
        (void)usleep(1000);
    }
    return scene->server.session_count;
}

static int connect_unix(const struct scene *scene)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", scene->listener.socket);
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static int connect_tcp(const struct scene *scene, const char *text)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(scene->tcp)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (inet_pton(AF_INET, text, &address.sin_addr) == 1 &&
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static void test_unix(void)
{
    struct scene scene;
    struct stat st = {0};
    char socket[128];

    set_up(&scene, RP_GATE_NO_TCP);
    mode_t before = umask(0);
    open_doors(&scene);
    IS_INT(umask(before), 0, "the umask is as it was");
    IS_INT(scene.tcp, 0, "no port");
    OK(stat(scene.listener.socket, &st) == 0 && S_ISSOCK(st.st_mode), "a socket");
    IS_INT(st.st_mode & 07777, 0600, "for its owner alone");
    int client = connect_unix(&scene);
    OK(client >= 0, "a client");
    IS_INT(sessions(&scene, 1), 1, "is let in");
    (void)close(client);
    IS_INT(sessions(&scene, 0), 0, "and leaves");
    (void)snprintf(socket, sizeof(socket), "%s", scene.listener.socket);
    rp_listener_release(&scene.listener);
    OK(stat(socket, &st) != 0 && errno == ENOENT, "the socket is removed");
    OK(stat(scene.directory, &st) != 0 && errno == ENOENT, "with its directory");
    tear_down(&scene);
}

static void test_tcp(void)
{
    struct scene scene;

    set_up(&scene, 0);
    open_doors(&scene);
    OK(scene.tcp != 0, "a port of the kernel's choice");
    int client = connect_tcp(&scene, "127.0.0.1");
    OK(client >= 0, "a client");
    IS_INT(sessions(&scene, 1), 1, "is let in");
    int other = connect_tcp(&scene, "127.0.0.2");
    OK(other < 0, "not at another address");
    int gone = connect_tcp(&scene, "127.0.0.1");
    OK(write(gone, "x", 1) == 1 && close(gone) == 0, "one who writes and closes at once");
    for (int i = 0; i < 4; i++)
        turn(&scene);
    IS_INT(scene.server.session_count, 1, "is not");
    (void)close(client);
    tear_down(&scene);
}

static void test_taken_port(void)
{
    struct scene first;
    struct scene second;
    struct rp_error err = {0};
    uint16_t port = 7;

    set_up(&first, 0);
    open_doors(&first);
    set_up(&second, first.tcp);
    FAILS(rp_listener_open(&second.listener, &second.server, &port, &err), RP_KIND_CONFIG, err,
          "a port that is taken");
    IS_INT(err.sys, EADDRINUSE, "it says so");
    IS_INT(port, 7, "nothing is given");
    tear_down(&second);
    OK(access(second.directory, F_OK) != 0, "nothing is left behind");
    tear_down(&first);
}

/* A directory that must be refused, and must still be there afterwards. */
static void refused(struct scene *scene, const char *path, const char *name)
{
    struct rp_error err = {0};
    uint16_t port = 0;
    struct stat st;

    (void)snprintf(scene->server.order.directory, sizeof(scene->server.order.directory), "%s",
                   path);
    FAILS(rp_listener_open(&scene->listener, &scene->server, &port, &err), RP_KIND_CONFIG, err,
          name);
    rp_listener_release(&scene->listener);
    OK(stat(scene->directory, &st) == 0, "it stays");
}

static void test_directories(void)
{
    struct scene scene;
    char link[80];

    set_up(&scene, RP_GATE_NO_TCP);
    OK(chmod(scene.directory, 0755) == 0, "open to others");
    refused(&scene, scene.directory, "a directory that others can enter");
    OK(chmod(scene.directory, 01700) == 0, "sticky");
    refused(&scene, scene.directory, "a directory with other bits");
    OK(chmod(scene.directory, 0700) == 0, "private");
    (void)snprintf(link, sizeof(link), "%s-link", scene.directory);
    OK(symlink(scene.directory, link) == 0, "a link");
    refused(&scene, link, "a link to a private directory");
    (void)unlink(link);
    refused(&scene, "/nowhere/at/all", "no directory");
    if (geteuid() == 0) {
        OK(chown(scene.directory, 1, 1) == 0, "somebody else's");
        refused(&scene, scene.directory, "a directory of another user");
    } else {
        tap_skip("only root can give a directory away");
    }
    tear_down(&scene);
}

/* Clients that cannot be let in wait, without keeping the loop busy, until there is room. */
static void test_no_descriptors(void)
{
    struct scene scene;
    struct rlimit before;

#ifdef RP_UNDER_VALGRIND
    tap_skip("valgrind itself takes a client in, and drops it, where no descriptor is left");
    return;
#endif
    set_up(&scene, RP_GATE_NO_TCP);
    open_doors(&scene);
    int first = connect_unix(&scene);
    IS_INT(sessions(&scene, 1), 1, "one is in");
    int second = connect_unix(&scene);
    OK(getrlimit(RLIMIT_NOFILE, &before) == 0, "the limit");
    int lowest = fcntl(first, F_DUPFD_CLOEXEC, 0);
    (void)close(lowest);
    const struct rlimit none = {.rlim_cur = (rlim_t)lowest, .rlim_max = before.rlim_max};
    OK(second >= 0 && setrlimit(RLIMIT_NOFILE, &none) == 0, "no descriptor is left");
    turn(&scene);
    IS_INT(scene.server.session_count, 1, "the second waits");
    OK(scene.listener.pause.set && scene.listener.unix_door.events == 0, "the doors rest");
    OK(setrlimit(RLIMIT_NOFILE, &before) == 0, "there is room again");
    IS_INT(sessions(&scene, 2), 2, "the second is let in");
    (void)close(first);
    IS_INT(sessions(&scene, 1), 1, "and the first can leave");
    (void)close(second);
    tear_down(&scene);
}

int main(void)
{
    test_unix();
    test_tcp();
    test_taken_port();
    test_directories();
    test_no_descriptors();
    return tap_done();
}
