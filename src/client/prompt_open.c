/*
 * Opening the session again, in a thread of its own: a server that is silent is waited
 * for until Ctrl-C, and then left to the thread.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "prompt_session.h"

/* Whoever leaves it last discards it: the thread with the session, or the prompt. */
struct opening {
    const struct rp_client_order *order;
    int done; /* eventfd(2) */
    atomic_bool left;

    /* The thread's, until it has ended. */
    rp_status status;
    struct rp_database *database;
    struct rp_error err;
};

static void discard(struct opening *opening)
{
    rp_database_close(opening->database);
    if (opening->done >= 0)
        (void)close(opening->done);
    free(opening);
}

static void *open_session(void *self)
{
    const uint64_t one = 1;
    struct opening *opening = self;

    opening->status = rp_database_open(opening->order, &opening->database, &opening->err);
    ssize_t n = write(opening->done, &one, sizeof(one));
    (void)n; /* it is the first */
    if (atomic_exchange(&opening->left, true))
        discard(opening);
    return NULL;
}

static rp_status start(struct opening *opening, pthread_t *out, struct rp_error *err)
{
    sigset_t all;
    sigset_t before;

    opening->done = eventfd(0, EFD_CLOEXEC);
    if (opening->done < 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot wait for a login");
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    errno = pthread_create(out, NULL, open_session, opening);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (errno != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot start a thread");
    return RP_OK;
}

/* False: Ctrl-C came first. */
static bool wait_for(const struct opening *opening)
{
    struct pollfd done = {.fd = opening->done, .events = POLLIN};
    sigset_t interrupt;
    sigset_t before;

    (void)sigemptyset(&interrupt);
    (void)sigaddset(&interrupt, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &interrupt, &before);
    int n = ppoll(&done, 1, NULL, &before);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return n > 0;
}

static rp_status take_session(struct opening *opening, pthread_t thread, struct rp_database **out,
                              struct rp_error *err)
{
    bool came = wait_for(opening);

    if (!came && !atomic_exchange(&opening->left, true)) {
        (void)pthread_detach(thread);
        return rp_fail(err, RP_KIND_INTERRUPTED, "not connected again: interrupted");
    }
    (void)pthread_join(thread, NULL);
    rp_status status = opening->status;
    if (rp_failed(status))
        *err = opening->err;
    else
        *out = opening->database;
    opening->database = NULL;
    discard(opening);
    return status;
}

static rp_status open_or_leave(const struct rp_client_order *order, struct rp_database **out,
                               struct rp_error *err)
{
    struct opening *opening = calloc(1, sizeof(*opening));
    pthread_t thread;

    if (opening == NULL)
        return rp_fail_memory(err);
    opening->order = order;
    if (rp_failed(start(opening, &thread, err))) {
        discard(opening);
        return RP_FAILED;
    }
    return take_session(opening, thread, out, err);
}

rp_status rp_prompt_open_again(struct rp_prompt *prompt, struct rp_error *err)
{
    struct rp_script *script = prompt->script;
    struct rp_database *database = NULL;
    char text[512];

    RP_TRY(open_or_leave(script->order, &database, err));
    rp_database_close(script->database);
    script->database = database;
    prompt->lost = false;
    (void)snprintf(text, sizeof(text),
                   "connected again to %s: the transaction and the settings of the session before "
                   "are gone",
                   script->order->host);
    rp_prompt_say(text);
    return RP_OK;
}
