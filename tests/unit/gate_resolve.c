/*
 * Resolving: who shares an answer, who is forgotten, what hangs. The program has
 * a getaddrinfo of its own, whose answers the tests hold back as they like.
 */
#include "gate/resolve.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <sys/un.h>

#include "tap.h"

typedef int get_fn(const char *host, const char *port, const struct addrinfo *how,
                   struct addrinfo **out);

/* What getaddrinfo has been asked, and how it is to answer. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int calls;    /* for names */
    int hanging;  /* that have not come back */
    bool held;    /* they do not come back */
    int failure;  /* what they come back with */
    int flags;    /* of the last one */
    bool signals; /* one of its threads could be interrupted by a signal */
} net = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

/* libc's own, for addresses. */
static int get_real(const char *host, const char *port, const struct addrinfo *how,
                    struct addrinfo **out)
{
    union {
        void *symbol;
        get_fn *call;
    } real = {.symbol = dlsym(RTLD_NEXT, "getaddrinfo")};
    struct addrinfo numeric = *how;

    numeric.ai_flags |= AI_NUMERICHOST;
    return real.call(host, port, &numeric, out);
}

/* One address behind the other, as libc lists them. */
static int get_list(const char *const *hosts, const char *port, const struct addrinfo *how,
                    struct addrinfo **out)
{
    for (; *hosts != NULL; hosts++) {
        if (get_real(*hosts, port, how, out) != 0)
            return EAI_FAIL;
        out = &(*out)->ai_next;
    }
    return 0;
}

int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict req, struct addrinfo **restrict pai)
{
    static const char *const hosts[] = {"2001:db8::1", "192.0.2.1", "192.0.2.1", "192.0.2.2", NULL};
    sigset_t blocked;

    if ((req->ai_flags & AI_NUMERICHOST) != 0)
        return get_real(name, service, req, pai);
    (void)pthread_mutex_lock(&net.lock);
    net.calls++;
    net.hanging++;
    net.flags = req->ai_flags;
    if (pthread_sigmask(SIG_SETMASK, NULL, &blocked) != 0 || sigismember(&blocked, SIGTERM) != 1)
        net.signals = true;
    while (net.held)
        (void)pthread_cond_wait(&net.changed, &net.lock);
    int failure = net.failure;
    net.hanging--;
    (void)pthread_mutex_unlock(&net.lock);
    return failure != 0 ? failure : get_list(hosts, service, req, pai);
}

static void hold(bool held, int failure)
{
    (void)pthread_mutex_lock(&net.lock);
    net.held = held;
    net.failure = failure;
    (void)pthread_cond_broadcast(&net.changed);
    (void)pthread_mutex_unlock(&net.lock);
}

static int call_count(void)
{
    (void)pthread_mutex_lock(&net.lock);
    int calls = net.calls;
    (void)pthread_mutex_unlock(&net.lock);
    return calls;
}

/* Waits until so many lookups have reached the resolver of libc: threads start when they like. */
static void await_calls(int count)
{
    while (call_count() < count)
        (void)usleep(1000);
}

/* --- who asks ---------------------------------------------------------------- */

struct asker {
    struct rp_loop *loop;
    struct rp_resolver *resolver;
    struct rp_lookup lookup;
    int answers;
    int failure;
    struct rp_addresses addresses;
    struct asker *forgets; /* another one, when its own answer comes */
    bool again;            /* it asks once more then */
    bool stops;            /* the loop */
};

static void on_answer(void *self, int failure, const struct rp_addresses *addresses)
{
    struct asker *asker = self;

    asker->answers++;
    asker->failure = failure;
    asker->addresses = *addresses;
    if (asker->forgets != NULL)
        rp_resolver_forget(asker->resolver, &asker->forgets->lookup);
    if (asker->again) {
        asker->again = false;
        rp_resolver_ask(asker->resolver, &asker->lookup);
    } else if (asker->stops) {
        rp_loop_stop(asker->loop);
    }
}

static void ask(struct rp_loop *loop, struct rp_resolver *resolver, struct asker *asker)
{
    *asker = (struct asker){.loop = loop, .resolver = resolver, .stops = true};
    asker->lookup = (struct rp_lookup){.done = on_answer, .self = asker};
    rp_resolver_ask(resolver, &asker->lookup);
    OK(asker->lookup.waiting && asker->answers == 0, "asked; no answer from within");
}

static struct rp_resolver *open_resolver(struct rp_loop *loop, const char *host)
{
    struct rp_resolver *resolver = NULL;
    struct rp_error err = {0};

    WORKS(rp_resolver_new(loop, host, 3306, &resolver, &err), err, host);
    return resolver;
}

static void run(struct rp_loop *loop)
{
    struct rp_error err = {0};
    WORKS(rp_loop_run(loop, &err), err, "the loop runs");
}

static void is_address(const struct rp_addresses *addresses, size_t at, const char *want)
{
    char text[RP_ADDRESS_TEXT_SIZE] = "";

    if (at < addresses->count)
        rp_address_text(&addresses->list[at], text);
    IS_STR(text, want, want);
}

static void test_numbers(struct rp_loop *loop)
{
    static const char *const hosts[][2] = {
        {"127.0.0.1", "127.0.0.1:3306"}, {"::1", "[::1]:3306"}, {"192.0.2.7", "192.0.2.7:3306"}};
    int before = call_count();

    for (size_t i = 0; i < 3; i++) {
        struct rp_resolver *resolver = open_resolver(loop, hosts[i][0]);
        struct asker asker;
        ask(loop, resolver, &asker);
        run(loop);
        OK(asker.answers == 1 && asker.failure == 0 && asker.addresses.count == 1, "one address");
        is_address(&asker.addresses, 0, hosts[i][1]);
        OK(!asker.lookup.waiting, "waits no more");
        rp_resolver_free(resolver);
    }
    IS_INT(call_count() - before, 0, "addresses are not looked up");
}

static void test_names(struct rp_loop *loop)
{
    struct rp_resolver *resolver = open_resolver(loop, "db.example");
    struct asker asker;

    hold(false, 0);
    ask(loop, resolver, &asker);
    run(loop);
    OK(asker.answers == 1 && asker.failure == 0, "an answer");
    IS_INT(asker.addresses.count, 3, "each address once");
    is_address(&asker.addresses, 0, "[2001:db8::1]:3306");
    is_address(&asker.addresses, 1, "192.0.2.1:3306");
    is_address(&asker.addresses, 2, "192.0.2.2:3306");
    IS_INT(net.flags & AI_ADDRCONFIG, 0, "whatever addresses we have ourselves");
    OK(!net.signals, "no signal reaches the thread");

    hold(false, EAI_NONAME);
    ask(loop, resolver, &asker);
    run(loop);
    OK(asker.answers == 1 && asker.failure == EAI_NONAME, "asked again: a failure");
    hold(false, 0);
    rp_resolver_free(resolver);
}

static void test_shared(struct rp_loop *loop)
{
    struct rp_resolver *resolver = open_resolver(loop, "db.example");
    struct asker askers[4];
    int before = call_count();

    hold(true, 0);
    for (size_t i = 0; i < 4; i++) {
        ask(loop, resolver, &askers[i]);
        askers[i].stops = i == 3;
    }
    rp_resolver_forget(resolver, &askers[1].lookup);
    rp_resolver_forget(resolver, &askers[1].lookup);
    askers[0].forgets = &askers[2];
    hold(false, 0);
    run(loop);
    OK(askers[0].answers == 1 && askers[3].answers == 1, "two hear of it");
    IS_INT(askers[1].answers, 0, "one who was forgotten before does not");
    IS_INT(askers[2].answers, 0, "one whom the first forgets does not either");
    IS_INT(call_count() - before, 1, "one lookup for all");

    ask(loop, resolver, &askers[0]);
    askers[0].again = true;
    run(loop);
    IS_INT(askers[0].answers, 2, "who asks again from within is answered again");
    IS_INT(call_count() - before, 3, "by another lookup");
    rp_resolver_free(resolver);
}

/* Lookups that nobody waits for are left behind, eight at most; then there is one answer at once.
 */
static void test_hanging(struct rp_loop *loop)
{
    struct rp_resolver *resolver = open_resolver(loop, "db.example");
    struct asker asker;
    int before = call_count();

    hold(true, 0);
    for (int i = 0; i < 8; i++) {
        ask(loop, resolver, &asker);
        rp_resolver_forget(resolver, &asker.lookup);
    }
    await_calls(before + 8);
    ask(loop, resolver, &asker);
    run(loop);
    OK(asker.answers == 1 && asker.failure == EAI_AGAIN, "the ninth: no room");

    /* They come back one after the other; nobody gets their answers, and there is room again. */
    hold(false, EAI_FAIL);
    while (asker.failure == EAI_AGAIN) {
        rp_resolver_ask(resolver, &asker.lookup);
        if (rp_failed(rp_loop_run(loop, NULL)))
            abort();
    }
    IS_INT(asker.failure, EAI_FAIL, "room for a lookup, and its answer");
    IS_INT(call_count() - before, 9, "looked up, as the ninth");
    hold(false, 0);
    ask(loop, resolver, &asker);
    run(loop);
    IS_INT(asker.failure, 0, "and then again");
    rp_resolver_free(resolver);
}

/* An answer that comes when the resolver is gone, or while it goes, harms nobody. */
static void test_late(struct rp_loop *loop)
{
    struct asker asker;

    hold(true, 0);
    for (int i = 0; i < 20; i++) {
        struct rp_resolver *resolver = open_resolver(loop, "db.example");
        ask(loop, resolver, &asker);
        rp_resolver_forget(resolver, &asker.lookup);
        if (i >= 10)
            hold(false, 0);
        rp_resolver_free(resolver);
        if (i >= 10)
            hold(true, 0);
        IS_INT(asker.answers, 0, "no answer");
    }
    hold(false, 0);
    rp_resolver_free(NULL);
}

/* Waits until every thread is back, so that sanitizers see what they leave. */
static void wait_for_threads(void)
{
    bool busy = true;

    while (busy) {
        (void)usleep(1000);
        (void)pthread_mutex_lock(&net.lock);
        busy = net.hanging > 0;
        (void)pthread_mutex_unlock(&net.lock);
    }
}

static void test_text(void)
{
    struct rp_address address = {.n = sizeof(struct sockaddr_un)};
    struct sockaddr_un *sa = (struct sockaddr_un *)&address.sa;
    char text[RP_ADDRESS_TEXT_SIZE];

    sa->sun_family = AF_UNIX;
    (void)snprintf(sa->sun_path, sizeof(sa->sun_path), "/run/tunnel.sock");
    rp_address_text(&address, text);
    IS_STR(text, "/run/tunnel.sock", "a socket's path");
    memset(sa->sun_path, 'x', sizeof(sa->sun_path));
    rp_address_text(&address, text);
    IS_INT(strlen(text), RP_SOCKET_PATH_MAX, "the longest path");
    address.sa.ss_family = AF_UNSPEC;
    rp_address_text(&address, text);
    IS_STR(text, "", "no address");
}

int main(void)
{
    struct rp_loop loop;
    struct rp_error err = {0};

    WORKS(rp_loop_init(&loop, &err), err, "a loop");
    test_numbers(&loop);
    test_names(&loop);
    test_shared(&loop);
    test_hanging(&loop);
    test_late(&loop);
    test_text();
    wait_for_threads();
    rp_loop_release(&loop);
    return tap_done();
}
