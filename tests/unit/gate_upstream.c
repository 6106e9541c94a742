/*
 * Upstreams: the way from a name to a verified server, where it can end, and
 * where it stands meanwhile. The servers live in the same loop.
 */
#include "gate/upstream.h"

#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/un.h>

#include "made_tls.h"
#include "tap.h"

#define AURORA "db.cluster-abc.eu-central-1.rds.amazonaws.com"
#define DSQL "abcdefghijklmnopqrstuvwxyz.dsql.eu-central-1.on.aws"

/* For names there is no answer; addresses are not asked for here. */
int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict req, struct addrinfo **restrict pai)
{
    (void)name;
    (void)service;
    (void)req;
    (void)pai;
    return EAI_NONAME;
}

/* --- a server ------------------------------------------------------------------ */

/* Takes a connection at a time. It greets, and then speaks TLS. */
struct fake {
    struct rp_loop *loop;
    struct rp_watch listener, connection;
    struct rp_address address;
    const struct made *own;
    const char *greeting;
    bool closes;  /* as soon as it has a connection, or has greeted */
    bool ignores; /* what it is sent */
    struct tls_server tls;
};

static int select_first(SSL *ssl, const unsigned char **out, unsigned char *out_n,
                        const unsigned char *in, unsigned in_n, void *self)
{
    (void)ssl;
    (void)in_n;
    (void)self;
    *out = in + 1;
    *out_n = in[0];
    return SSL_TLSEXT_ERR_OK;
}

/* Shakes hands, and then sends back what it gets. */
static void serve(void *self, uint32_t events)
{
    struct fake *fake = self;
    char bytes[64];
    int n;

    (void)events;
    tls_server_take(&fake->tls);
    if (SSL_do_handshake(fake->tls.ssl) == 1)
        while ((n = SSL_read(fake->tls.ssl, bytes, sizeof(bytes))) > 0)
            MUST(SSL_write(fake->tls.ssl, bytes, n) == n);
    tls_server_give(&fake->tls);
    if (recv(fake->connection.fd, bytes, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        rp_loop_forget(fake->loop, &fake->connection);
}

static void drop_connection(struct fake *fake)
{
    rp_loop_forget(fake->loop, &fake->connection);
    if (fake->tls.ssl != NULL)
        tls_server_release(&fake->tls);
}

static void take_connection(void *self, uint32_t events)
{
    struct fake *fake = self;
    int fd = accept4(fake->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct rp_error err = {0};

    (void)events;
    MUST(fd >= 0);
    if (fake->greeting != NULL)
        MUST(write(fd, fake->greeting, strlen(fake->greeting)) == (ssize_t)strlen(fake->greeting));
    if (fake->closes) {
        (void)close(fd);
        return;
    }
    drop_connection(fake);
    fake->tls = tls_server(fd, fake->own, NULL);
    SSL_CTX_set_alpn_select_cb(fake->tls.context, select_first, NULL);
    tls_server_start(&fake->tls);
    fake->connection = (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = serve, .self = fake};
    if (!fake->ignores)
        MUST(!rp_failed(rp_loop_watch(fake->loop, &fake->connection, &err)));
}

static void listen_at(struct fake *fake, const struct sockaddr *sa, socklen_t n)
{
    struct rp_error err = {0};
    int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    MUST(fd >= 0 && bind(fd, sa, n) == 0 && listen(fd, 8) == 0);
    fake->address.n = sizeof(fake->address.sa);
    MUST(getsockname(fd, (struct sockaddr *)&fake->address.sa, &fake->address.n) == 0);
    fake->listener =
        (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = take_connection, .self = fake};
    MUST(!rp_failed(rp_loop_watch(fake->loop, &fake->listener, &err)));
}

static void listen_on_loopback(struct fake *fake)
{
    const struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    listen_at(fake, (const struct sockaddr *)&sa, sizeof(sa));
}

static void close_fake(struct fake *fake)
{
    drop_connection(fake);
    rp_loop_forget(fake->loop, &fake->listener);
    (void)close(fake->listener.fd);
}

/* --- the world ----------------------------------------------------------------- */

static struct made root, aurora, dsql, wrong;
static struct rp_server server;
static struct rp_upstream upstream = {.fd = -1}; /* one at a time */

/* What came of it. */
static struct {
    int count;
    bool good;
    struct rp_observation seen;
} call;

static void on_done(void *self, const struct rp_observation *seen)
{
    (void)self;
    call.count++;
    call.good = seen == NULL;
    if (seen != NULL)
        call.seen = *seen;
    rp_loop_stop(&server.loop);
}

static void set_endpoint(const char *host)
{
    struct rp_error err = {0};
    MUST(!rp_failed(rp_endpoint_parse(rp_span(host), &server.order.endpoint, &err)));
}

static void run(void)
{
    struct rp_error err = {0};
    MUST(!rp_failed(rp_loop_run(&server.loop, &err)));
}

static void stop(void *self)
{
    rp_loop_stop(self);
}

/* Runs what there is to do now, once. */
static void turn(void)
{
    struct rp_timer now = {.due = stop, .self = &server.loop};

    rp_timer_set(&server.loop, &now, 0);
    run();
    rp_timer_clear(&server.loop, &now);
}

static enum rp_stage where(void)
{
    struct rp_observation seen = {0};

    rp_upstream_where(&upstream, &seen);
    return seen.stage;
}

/* Connects to the fake and waits for what comes of it. */
static bool connect_to(const struct rp_address *address)
{
    call.count = 0;
    rp_upstream_connect(&upstream, &server, address, on_done, NULL);
    MUST(call.count == 0);
    run();
    MUST(call.count == 1);
    return call.good;
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

static bool is_closed(void)
{
    return upstream.fd == -1 && upstream.tls.ssl == NULL && !upstream.watch.watched &&
           !upstream.secure && !upstream.securing && server.loop.timers == NULL;
}

/* Waits until a read gives something. */
static enum rp_tls_result read_some(char *bytes, size_t size)
{
    enum rp_tls_result result;
    size_t n = 0;

    while ((result = rp_upstream_read(&upstream, bytes, size - 1, &n)) == RP_TLS_WANTS_READ)
        turn();
    bytes[n] = '\0';
    return result;
}

/* --- tests ------------------------------------------------------------------- */

static void test_all_the_way(void)
{
    struct fake fake = {.loop = &server.loop, .own = &aurora, .greeting = "hello"};
    struct rp_observation seen = {.verify = 7};
    char bytes[64], address[RP_ADDRESS_TEXT_SIZE];
    size_t n = 0;

    rp_upstream_close(&upstream);
    listen_on_loopback(&fake);
    set_endpoint(AURORA);
    OK(connect_to(&fake.address), "connected");
    OK(upstream.watch.watched && upstream.watch.events == 0, "watched, for nothing yet");
    rp_upstream_where(&upstream, &seen);
    rp_address_text(&fake.address, address);
    OK(seen.stage == RP_STAGE_GREETING && seen.verify == 7, "the greeting is next");
    IS_STR(seen.addresses, address, "at this address");
    OK(read_some(bytes, sizeof(bytes)) == RP_TLS_DONE, "it greets");
    IS_STR(bytes, "hello", "in clear");

    rp_upstream_secure(&upstream);
    rp_upstream_secure(&upstream);
    IS_INT(where(), RP_STAGE_TLS, "TLS is next");
    OK(!upstream.secure && call.count == 1, "not from within");
    run();
    OK(call.count == 2 && call.good && upstream.secure, "verified");
    IS_INT(where(), RP_STAGE_LOGIN, "the login is next");
    IS_INT(upstream.watch.events, 0, "watched, for nothing yet");
    OK(rp_upstream_write(&upstream, "over TLS", 8, &n) == RP_TLS_DONE && n == 8, "a write");
    OK(read_some(bytes, sizeof(bytes)) == RP_TLS_DONE, "a read");
    IS_STR(bytes, "over TLS", "what was written");
    rp_upstream_close(&upstream);
    OK(is_closed(), "closed");
    rp_upstream_close(&upstream);
    close_fake(&fake);
}

static void test_direct(void)
{
    struct fake fake = {.loop = &server.loop, .own = &dsql};

    listen_on_loopback(&fake);
    set_endpoint(DSQL);
    OK(connect_to(&fake.address) && upstream.secure, "TLS first: done when it is verified");
    rp_upstream_close(&upstream);
    close_fake(&fake);

    fake = (struct fake){.loop = &server.loop, .own = &dsql, .greeting = "hello"};
    listen_on_loopback(&fake);
    OK(!connect_to(&fake.address), "one that greets");
    OK(call.seen.stage == RP_STAGE_TLS && call.seen.seen == RP_SEEN_NOTHING, "speaks no TLS");
    close_fake(&fake);
    set_endpoint(AURORA);
}

/* A secure that fails: what was seen of it. */
static struct rp_observation fail_tls(struct fake fake, const char *name)
{
    char address[RP_ADDRESS_TEXT_SIZE];

    fake.loop = &server.loop;
    listen_on_loopback(&fake);
    OK(connect_to(&fake.address), "%s: connected", name);
    /* What it does first is there before TLS begins. */
    struct pollfd first = {.fd = upstream.fd, .events = POLLIN};
    while ((fake.greeting != NULL || fake.closes) && poll(&first, 1, 0) == 0)
        turn();
    rp_upstream_secure(&upstream);
    run();
    OK(call.count == 2 && !call.good, "%s: fails", name);
    OK(is_closed(), "%s: closed", name);
    IS_INT(call.seen.stage, RP_STAGE_TLS, name);
    rp_address_text(&fake.address, address);
    IS_STR(call.seen.addresses, address, name);
    close_fake(&fake);
    return call.seen;
}

static void test_tls_fails(void)
{
    struct rp_observation seen = fail_tls((struct fake){.own = &wrong}, "wrong name");

    IS_INT(seen.verify, X509_V_ERR_HOSTNAME_MISMATCH, "wrong name: seen");
    IS_STR(seen.certificate.names, "other.example", "wrong name: which");
    seen = fail_tls((struct fake){.own = &aurora, .greeting = "early"}, "early bytes");
    IS_INT(seen.seen, RP_SEEN_EARLY_BYTES, "early bytes: seen");
    seen = fail_tls((struct fake){.closes = true}, "a server that goes");
    IS_INT(seen.seen, RP_SEEN_CLOSED, "a server that goes: seen");
}

static void test_not_connected(void)
{
    struct fake fake = {.loop = &server.loop, .own = &aurora};
    char address[RP_ADDRESS_TEXT_SIZE];
    struct rp_error err = {0};

    listen_on_loopback(&fake);
    close_fake(&fake);
    OK(!connect_to(&fake.address) && is_closed(), "nobody listens");
    OK(call.seen.stage == RP_STAGE_DIAL && call.seen.sys == ECONNREFUSED, "refused");
    rp_address_text(&fake.address, address);
    IS_STR(call.seen.addresses, address, "which address");

    WORKS(rp_resolver_new(&server.loop, AURORA, 3306, &server.resolver, &err), err, "a resolver");
    OK(!connect_to(NULL) && is_closed(), "no such name");
    OK(call.seen.stage == RP_STAGE_RESOLVE && call.seen.resolver == EAI_NONAME, "not resolved");
    IS_STR(call.seen.addresses, "", "no address");

    rp_upstream_connect(&upstream, &server, NULL, on_done, NULL);
    IS_INT(where(), RP_STAGE_RESOLVE, "it is being resolved");
    rp_upstream_close(&upstream);
    OK(!upstream.lookup.waiting && is_closed(), "closed meanwhile");
    rp_resolver_free(server.resolver);
    server.resolver = NULL;
}

/* The address is the one given, else the pinned one, else the socket. */
static void test_addresses(void)
{
    struct fake fake = {.loop = &server.loop, .own = &aurora};
    char dir[] = "/tmp/rdspass-upstream-XXXXXX";
    struct sockaddr_un sa = {.sun_family = AF_UNIX};

    listen_on_loopback(&fake);
    server.in_use = 1;
    server.pinned = fake.address;
    OK(connect_to(NULL), "the pinned address");
    OK(upstream.address.n == fake.address.n &&
           memcmp(&upstream.address.sa, &fake.address.sa, fake.address.n) == 0,
       "it is told");
    rp_upstream_close(&upstream);
    close_fake(&fake);

    server.pinned_lost = true;
    MUST(mkdtemp(dir) != NULL);
    (void)snprintf(server.order.via.socket, sizeof(server.order.via.socket), "%s/s", dir);
    (void)snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/s", dir);
    fake = (struct fake){.loop = &server.loop, .own = &aurora};
    listen_at(&fake, (const struct sockaddr *)&sa, sizeof(sa));
    OK(connect_to(NULL), "a socket, where the pinned address is lost");
    rp_upstream_close(&upstream);
    server.in_use = 0;
    server.pinned_lost = false;
    OK(connect_to(NULL), "and where none is pinned");
    rp_upstream_secure(&upstream);
    run();
    OK(call.good && upstream.secure, "verified through it");
    rp_upstream_close(&upstream);
    close_fake(&fake);
    (void)unlink(sa.sun_path);
    (void)rmdir(dir);
    server.order.via.socket[0] = '\0';
}

/* Closed by its owner at whatever stage: done does not come. */
static void test_closed_meanwhile(void)
{
    struct fake fake = {.loop = &server.loop, .own = &aurora, .ignores = true};

    listen_on_loopback(&fake);
    rp_upstream_connect(&upstream, &server, &fake.address, on_done, NULL);
    call.count = 0;
    IS_INT(where(), RP_STAGE_DIAL, "it is being dialled");
    rp_upstream_close(&upstream);
    OK(is_closed(), "closed while dialling");
    turn();
    IS_INT(call.count, 0, "and not a word");

    (void)connect_to(&fake.address);
    rp_upstream_secure(&upstream);
    rp_upstream_close(&upstream);
    OK(is_closed(), "closed before the handshake");
    turn();

    (void)connect_to(&fake.address);
    rp_upstream_secure(&upstream);
    while (upstream.tls.ssl == NULL)
        turn();
    IS_INT(where(), RP_STAGE_TLS, "the server does not answer");
    rp_upstream_close(&upstream);
    OK(is_closed() && call.count == 1, "closed in the handshake");
    turn();
    close_fake(&fake);
}

int main(void)
{
    const struct recipe recipes[] = {{.cn = "Root", .ca = true},
                                     {.cn = "a", .names = "DNS:" AURORA},
                                     {.cn = "d", .names = "DNS:" DSQL},
                                     {.cn = "w", .names = "DNS:other.example"}};
    RP_BUF_AUTO struct rp_buf der = {.max = 65536};
    struct rp_error err = {0};

    (void)signal(SIGPIPE, SIG_IGN);
    root = made_certificate(&recipes[0], NULL);
    aurora = made_certificate(&recipes[1], &root);
    dsql = made_certificate(&recipes[2], &root);
    wrong = made_certificate(&recipes[3], &root);
    made_add_der(&root, &der);
    WORKS(rp_tls_context_new(rp_buf_span(&der), false, &server.tls, &err), err, "a context");
    WORKS(rp_loop_init(&server.loop, &err), err, "a loop");
    int before = count_descriptors();
    test_all_the_way();
    test_direct();
    test_tls_fails();
    test_not_connected();
    test_addresses();
    test_closed_meanwhile();
    IS_INT(count_descriptors() - before, 0, "no descriptor is left");
    rp_loop_release(&server.loop);
    rp_tls_context_free(server.tls);
    made_release(&root);
    made_release(&aurora);
    made_release(&dsql);
    made_release(&wrong);
    return tap_done();
}
