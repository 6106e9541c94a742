/* Peers: our own user's living sockets, and nobody else's. */
#include "gate/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "tap.h"

enum { SOON_MS = 20000 }; /* generous: a loaded machine must not fail a test */

/* What a child does once it has become somebody. */
enum deed { STAYS, WRITES_AND_CLOSES };

/* A door to test at. */
struct door {
    int fd;
    struct sockaddr_storage address;
    socklen_t n;
};

static struct door open_tcp(void)
{
    struct door door = {.n = sizeof(struct sockaddr_in)};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};

    memcpy(&door.address, &address, sizeof(address));
    door.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    OK(bind(door.fd, (struct sockaddr *)&door.address, door.n) == 0 && listen(door.fd, 8) == 0 &&
           getsockname(door.fd, (struct sockaddr *)&door.address, &door.n) == 0,
       "a port of loopback");
    return door;
}

static struct door open_unix(const char *path)
{
    struct door door = {.n = sizeof(struct sockaddr_un)};
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    memcpy(&door.address, &address, sizeof(address));
    door.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    OK(bind(door.fd, (struct sockaddr *)&door.address, door.n) == 0 && listen(door.fd, 8) == 0 &&
           chmod(path, 0666) == 0,
       "a socket for all");
    return door;
}

static int knock(const struct door *door)
{
    int fd = socket(door->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)&door->address, door->n) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static int let_in(const struct door *door)
{
    struct pollfd wait = {.fd = door->fd, .events = POLLIN};

    return poll(&wait, 1, SOON_MS) == 1 ? accept4(door->fd, NULL, NULL, SOCK_CLOEXEC) : -1;
}

static void test_own(void)
{
    struct door door = open_tcp();
    int fds[2] = {-1, -1};

    OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0, "socketpair");
    OK(rp_peer_is_us_unix(fds[0]), "our own unix socket");
    OK(!rp_peer_is_us_tcp(fds[0]), "which is no TCP connection");
    int client = knock(&door);
    int server = let_in(&door);
    OK(client >= 0 && server >= 0, "a connection");
    OK(rp_peer_is_us_tcp(server), "our own TCP socket");
    OK(rp_peer_tcp_is_told(), "which the kernel tells");
    OK(rp_peer_is_us_tcp(client), "seen from the other end, too");
    OK(!rp_peer_is_us_tcp(door.fd), "a door is no peer");
    (void)close(fds[0]);
    (void)close(fds[1]);
    (void)close(client);
    (void)close(server);
    (void)close(door.fd);
}

/* Java's sockets are of IPv6, also to an address of IPv4. */
static void test_mapped(void)
{
    struct door door = open_tcp();
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&door.address;
    struct sockaddr_in6 mapped = {.sin6_family = AF_INET6, .sin6_port = v4->sin_port};
    int client = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    OK(inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr) == 1, "mapped address");
    if (client < 0 || connect(client, (struct sockaddr *)&mapped, sizeof(mapped)) != 0) {
        tap_skip("no IPv6 here");
    } else {
        int server = let_in(&door);
        OK(rp_peer_is_us_tcp(server), "our own socket of IPv6");
        (void)close(server);
    }
    if (client >= 0)
        (void)close(client);
    (void)close(door.fd);
}

/* What it wrote would still be read; but nobody can tell any more whose it was. */
static void test_closed(void)
{
    struct door door = open_tcp();
    int client = knock(&door);
    char byte = 0;

    OK(write(client, "x", 1) == 1, "written");
    (void)close(client);
    int server = let_in(&door);
    OK(read(server, &byte, 1) == 1 && byte == 'x', "and read");
    OK(!rp_peer_is_us_tcp(server), "but closed: nobody's");
    (void)close(server);
    (void)close(door.fd);
}

/* Lets a child of another user knock, and tells whether it is taken for us; -1: it did not come. */
static int is_taken_for_us(const struct door *door, uid_t uid, enum deed deed)
{
    pid_t child = fork();

    if (child == 0) {
        if (setgid((gid_t)uid) != 0 || setuid(uid) != 0)
            _exit(1);
        int fd = knock(door);
        if (fd < 0 || write(fd, "x", 1) != 1)
            _exit(1);
        if (deed == WRITES_AND_CLOSES)
            (void)close(fd);
        (void)pause();
        _exit(0);
    }
    int server = let_in(door);
    char byte = 0;
    int taken = -1;
    /* A byte says that it is there; after the end of file it is gone. */
    if (server >= 0 && read(server, &byte, 1) == 1 &&
        (deed == STAYS || read(server, &byte, 1) == 0))
        taken = door->address.ss_family == AF_UNIX ? rp_peer_is_us_unix(server)
                                                   : rp_peer_is_us_tcp(server);
    if (server >= 0)
        (void)close(server);
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    return taken;
}

static void test_others(void)
{
    static const uid_t others[] = {1, 65533};
    char directory[] = "/tmp/rdspass-peer-XXXXXX";
    char path[64];

    if (geteuid() != 0) {
        tap_skip("only root can become somebody else");
        return;
    }
    OK(mkdtemp(directory) != NULL && chmod(directory, 0755) == 0, "a directory for all");
    (void)snprintf(path, sizeof(path), "%s/door", directory);
    struct door local = open_unix(path);
    struct door tcp = open_tcp();
    IS_INT(is_taken_for_us(&local, 0, STAYS), 1, "root, by unix socket");
    IS_INT(is_taken_for_us(&tcp, 0, STAYS), 1, "root, by TCP");
    for (size_t i = 0; i < 2; i++) {
        IS_INT(is_taken_for_us(&local, others[i], STAYS), 0, "another user, by unix socket");
        IS_INT(is_taken_for_us(&tcp, others[i], STAYS), 0, "another user, by TCP");
        IS_INT(is_taken_for_us(&tcp, others[i], WRITES_AND_CLOSES), 0,
               "one who writes and closes, by TCP");
    }
    (void)close(local.fd);
    (void)close(tcp.fd);
    (void)unlink(path);
    (void)rmdir(directory);
}

/* Whoever is the user that stands for all unknown ones cannot tell others from himself. */
static void test_overflow(void)
{
    uid_t overflow = rp_peer_overflow_uid();
    int status = -1;

    OK(overflow != 0, "the overflow uid");
    if (geteuid() != 0) {
        tap_skip("only root can become somebody else");
        return;
    }
    struct door door = open_tcp();
    pid_t child = fork();
    if (child == 0) {
        if (setuid(overflow) != 0)
            _exit(2);
        int client = knock(&door);
        int server = let_in(&door);
        _exit(client < 0 || server < 0 ? 2 : rp_peer_is_us_tcp(server));
    }
    OK(waitpid(child, &status, 0) == child && WIFEXITED(status), "a child");
    IS_INT(WEXITSTATUS(status), 0, "the overflow user is not even himself");
    (void)close(door.fd);
}

int main(void)
{
    test_own();
    test_mapped();
    test_closed();
    test_others();
    test_overflow();
    return tap_done();
}
