/*
 * Resolving: getaddrinfo in a thread for each lookup, whose answer is put into a
 * mailbox. Loop and threads share the mailbox and nothing else; who leaves it
 * last frees it, be it a thread that comes back long after the resolver is gone.
 */
#include "resolve.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>

enum {
    LOOKUPS_MAX = 8,         /* threads at a time, those left behind included */
    STACK_SIZE = 512 * 1024, /* what modules of NSS may want */
    PORT_SIZE = 6
};

struct mailbox {
    pthread_mutex_t lock; /* of all that follows */
    unsigned holders;     /* the resolver, and each thread */
    bool closed;          /* the resolver is gone */
    int bell;             /* an eventfd that rings when something is put in */
    struct job *finished;
};

/* A lookup: of its thread until it is in the mailbox, and of the loop from then on. */
struct job {
    struct mailbox *box;
    char host[RP_HOST_MAX + 1];
    char port[PORT_SIZE];
    int failure;
    struct rp_addresses addresses;
    struct job *next;
};

struct rp_resolver {
    struct rp_loop *loop;
    const char *host;
    char port[PORT_SIZE];
    struct mailbox *box;
    struct rp_watch bell;
    struct job *current;        /* the lookup that all who wait have part in, or NULL */
    struct rp_timer soon;       /* set: the answer is here already, as follows */
    int failure;                /* it can be that no lookup could be started, or ... */
    struct rp_addresses number; /* ... that the host is an address; count 0 where it is a name */
    struct rp_lookup *waiting;  /* first come first */
    struct rp_lookup *answered; /* those of them that have not heard yet what was found */
};

/* --- threads ----------------------------------------------------------------- */

static struct mailbox *mailbox_new(void)
{
    struct mailbox *box = calloc(1, sizeof(*box));

    if (box == NULL)
        return NULL;
    box->holders = 1;
    box->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (box->bell < 0 || pthread_mutex_init(&box->lock, NULL) != 0) {
        if (box->bell >= 0)
            (void)close(box->bell);
        free(box);
        return NULL;
    }
    return box;
}

static void free_jobs(struct job *job)
{
    while (job != NULL) {
        struct job *next = job->next;
        free(job);
        job = next;
    }
}

/* Unlocks the box, which the caller has locked, and has done with. */
static void leave(struct mailbox *box)
{
    bool last = --box->holders == 0;

    (void)pthread_mutex_unlock(&box->lock);
    if (!last)
        return;
    (void)pthread_mutex_destroy(&box->lock);
    (void)close(box->bell);
    free(box);
}

static void *run(void *self)
{
    struct job *job = self;
    struct mailbox *box = job->box;

    job->failure = rp_addresses_find(job->host, job->port, 0, &job->addresses);
    (void)pthread_mutex_lock(&box->lock);
    if (box->closed) {
        free(job);
    } else {
        job->next = box->finished;
        box->finished = job;
        (void)eventfd_write(box->bell, 1);
    }
    leave(box);
    return NULL;
}

/* Starts a thread that nobody waits for, and that no signal reaches. */
static bool start_thread(struct job *job)
{
    pthread_attr_t how;
    pthread_t thread;
    sigset_t all, before;

    if (pthread_attr_init(&how) != 0)
        return false;
    (void)pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&how, STACK_SIZE);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&thread, &how, run, job) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&how);
    return started;
}

/* Starts a lookup; false where too many hang, or the system has no room for one more. */
static bool start_lookup(struct rp_resolver *resolver)
{
    struct mailbox *box = resolver->box;
    struct job *job = calloc(1, sizeof(*job));

    if (job == NULL)
        return false;
    job->box = box;
    (void)snprintf(job->host, sizeof(job->host), "%s", resolver->host);
    memcpy(job->port, resolver->port, sizeof(job->port));
    (void)pthread_mutex_lock(&box->lock);
    bool started = box->holders <= LOOKUPS_MAX && start_thread(job);
    if (started)
        box->holders++;
    (void)pthread_mutex_unlock(&box->lock);
    if (!started)
        free(job);
    resolver->current = started ? job : NULL;
    return started;
}

/* --- those who ask ----------------------------------------------------------- */

static void append(struct rp_lookup **list, struct rp_lookup *lookup)
{
    while (*list != NULL)
        list = &(*list)->next;
    lookup->next = NULL;
    *list = lookup;
}

static bool take_out(struct rp_lookup **list, struct rp_lookup *lookup)
{
    while (*list != NULL && *list != lookup)
        list = &(*list)->next;
    if (*list == NULL)
        return false;
    *list = lookup->next;
    return true;
}

/* Tells all who wait. Each may then ask again, forget others of them, or be freed. */
static void answer(struct rp_resolver *resolver, int failure, const struct rp_addresses *addresses)
{
    resolver->answered = resolver->waiting;
    resolver->waiting = NULL;
    while (resolver->answered != NULL) {
        struct rp_lookup *lookup = resolver->answered;
        resolver->answered = lookup->next;
        lookup->waiting = false;
        lookup->done(lookup->self, failure, addresses);
    }
}

static void answer_soon(void *self)
{
    struct rp_resolver *resolver = self;
    answer(resolver, resolver->failure, &resolver->number);
}

/* Empties the mailbox; what nobody waits for any more is dropped. */
static void on_bell(void *self, uint32_t events)
{
    struct rp_resolver *resolver = self;
    struct mailbox *box = resolver->box;
    struct job *wanted = NULL;
    eventfd_t rings;

    (void)events;
    (void)eventfd_read(box->bell, &rings);
    (void)pthread_mutex_lock(&box->lock);
    struct job *finished = box->finished;
    box->finished = NULL;
    (void)pthread_mutex_unlock(&box->lock);
    for (struct job *job = finished; job != NULL; job = job->next)
        if (job == resolver->current)
            wanted = job;
    if (wanted != NULL) {
        resolver->current = NULL;
        answer(resolver, wanted->failure, &wanted->addresses);
    }
    free_jobs(finished);
}

void rp_resolver_ask(struct rp_resolver *resolver, struct rp_lookup *lookup)
{
    lookup->waiting = true;
    append(&resolver->waiting, lookup);
    if (resolver->current != NULL || resolver->soon.set)
        return;
    if (resolver->number.count == 0 && start_lookup(resolver))
        return;
    resolver->failure = resolver->number.count == 0 ? EAI_AGAIN : 0;
    rp_timer_set(resolver->loop, &resolver->soon, 0);
}

void rp_resolver_forget(struct rp_resolver *resolver, struct rp_lookup *lookup)
{
    if (!lookup->waiting)
        return;
    lookup->waiting = false;
    if (!take_out(&resolver->waiting, lookup))
        (void)take_out(&resolver->answered, lookup);
    if (resolver->waiting == NULL)
        resolver->current = NULL; /* its thread is left behind */
}

/* --- the resolver ------------------------------------------------------------ */

rp_status rp_resolver_new(struct rp_loop *loop, const char *host, uint16_t port,
                          struct rp_resolver **out, struct rp_error *err)
{
    struct rp_resolver *resolver = calloc(1, sizeof(*resolver));

    if (resolver == NULL)
        return rp_fail_memory(err);
    resolver->box = mailbox_new();
    if (resolver->box == NULL) {
        free(resolver);
        return rp_fail(err, RP_KIND_INTERNAL, "cannot look up names: no memory or descriptors");
    }
    resolver->loop = loop;
    resolver->host = host;
    (void)snprintf(resolver->port, sizeof(resolver->port), "%u", (unsigned)port);
    resolver->soon = (struct rp_timer){.due = answer_soon, .self = resolver};
    resolver->bell = (struct rp_watch){
        .fd = resolver->box->bell, .events = EPOLLIN, .ready = on_bell, .self = resolver};
    if (rp_failed(rp_loop_watch(loop, &resolver->bell, err))) {
        rp_resolver_free(resolver);
        return RP_FAILED;
    }
    (void)rp_addresses_find(host, resolver->port, AI_NUMERICHOST, &resolver->number);
    *out = resolver;
    return RP_OK;
}

void rp_resolver_free(struct rp_resolver *resolver)
{
    if (resolver == NULL)
        return;
    struct mailbox *box = resolver->box;
    rp_timer_clear(resolver->loop, &resolver->soon);
    rp_loop_forget(resolver->loop, &resolver->bell);
    (void)pthread_mutex_lock(&box->lock);
    box->closed = true;
    free_jobs(box->finished);
    box->finished = NULL;
    leave(box);
    free(resolver);
}
