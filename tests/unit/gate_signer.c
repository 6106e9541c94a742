/* The signer: one question at a time, each answered to the one who asked. */
#include "gate/signer.h"

#include <sys/socket.h>

#include "tap.h"

enum { SOON_MS = 20000 }; /* generous: a loaded machine must not fail a test */

/* One who asks, and what came of it. */
struct asker {
    struct rp_token_wish wish;
    int tokens;
    int failures;
    char text[RP_ERROR_TEXT_MAX]; /* the token, or why there is none */
    struct rp_signer *signer;
    struct asker *then; /* asks when this one is answered */
};

/* Both ends. */
struct scene {
    struct rp_loop loop;
    struct rp_signer signer;
    int parent;
};

static void on_answer(void *self, struct rp_secret *token, const struct rp_error *failure)
{
    struct asker *asker = self;

    if (token != NULL) {
        struct rp_span bytes = rp_secret_reveal(token);
        asker->tokens++;
        (void)snprintf(asker->text, sizeof(asker->text), "%.*s", RP_SPAN_ARGS(bytes));
    }
    if (failure != NULL) {
        asker->failures++;
        (void)snprintf(asker->text, sizeof(asker->text), "%s", failure->msg);
    }
    if (asker->then != NULL)
        rp_signer_ask(asker->signer, &asker->then->wish);
}

static void set_up(struct scene *scene)
{
    struct rp_error err = {0};
    struct rp_channel channel;
    int fds[2] = {-1, -1};

    OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0, "socketpair");
    *scene = (struct scene){.parent = fds[1]};
    WORKS(rp_loop_init(&scene->loop, &err), err, "loop");
    rp_channel_init(&channel, fds[0], "rdspass");
    WORKS(rp_signer_init(&scene->signer, &scene->loop, &channel, &err), err, "signer");
    IS_INT(channel.fd, -1, "the channel is the signer's");
}

static void tear_down(struct scene *scene)
{
    rp_signer_release(&scene->signer);
    rp_loop_release(&scene->loop);
    if (scene->parent >= 0)
        (void)close(scene->parent);
}

static struct asker asks(struct scene *scene, const char *user, bool again)
{
    struct asker asker = {.signer = &scene->signer};

    (void)snprintf(asker.wish.user, sizeof(asker.wish.user), "%s", user);
    asker.wish.again = again;
    asker.wish.done = on_answer;
    return asker;
}

/* A wish knows where it lies. */
static void ask(struct asker *asker)
{
    asker->wish.self = asker;
    rp_signer_ask(asker->signer, &asker->wish);
}

static void stop(void *self)
{
    rp_loop_stop(self);
}

/* Runs what there is to do now. False where the signer has stopped the loop. */
static bool turn(struct scene *scene)
{
    struct rp_timer end = {.due = stop, .self = &scene->loop};
    struct rp_error err = {0};

    rp_timer_set(&scene->loop, &end, 0);
    WORKS(rp_loop_run(&scene->loop, &err), err, "a turn");
    bool goes_on = !end.set;
    rp_timer_clear(&scene->loop, &end);
    return goes_on;
}

/* What the parent is asked for next: "sign USER", "sign USER again", "entered", ... */
static const char *heard(struct scene *scene)
{
    static char text[RP_ERROR_TEXT_MAX + 64];
    RP_MESSAGE_AUTO struct rp_message message = {0};
    char user[RP_USER_MAX + 1] = "";
    struct rp_error failure = {0};
    struct rp_error err = {0};
    enum rp_gate_message type;
    bool again = false;
    bool ended = false;

    if (rp_failed(rp_message_read(scene->parent, "gate", SOON_MS, &message, &ended, &err)) ||
        ended || rp_failed(rp_gate_message_type(&message, &type, &err)))
        return "nothing";
    if (type == RP_GATE_ENTERED)
        return "entered";
    if (type == RP_GATE_FAILURE && !rp_failed(rp_gate_parse_failure(&message, &failure, &err)))
        (void)snprintf(text, sizeof(text), "failure %d %s", (int)failure.kind, failure.msg);
    else if (!rp_failed(rp_gate_parse_sign(&message, user, &again, &err)))
        (void)snprintf(text, sizeof(text), "sign %s%s", user, again ? " again" : "");
    else
        return "something else";
    return text;
}

static bool is_quiet(struct scene *scene)
{
    char byte;
    return recv(scene->parent, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

static void give(struct scene *scene, const char *token)
{
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_token();
    struct rp_error err = {0};

    WORKS(rp_message_write(scene->parent, "gate", header, rp_span(token), &err), err, "an answer");
}

static void deny(struct scene *scene, const char *why)
{
    struct rp_error failure = {.kind = RP_KIND_CREDENTIALS};
    struct rp_error err = {0};
    struct rp_span none = {0};

    (void)snprintf(failure.msg, sizeof(failure.msg), "%s", why);
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_failure(&failure);
    WORKS(rp_message_write(scene->parent, "gate", header, none, &err), err, "a denial");
}

static void test_answers(void)
{
    struct scene scene;

    set_up(&scene);
    struct asker anna = asks(&scene, "anna", false);
    struct asker bert = asks(&scene, "b\xc3\xa9rt \"x\"", true);
    ask(&anna);
    ask(&bert);
    IS_STR(heard(&scene), "sign anna", "the first is asked for");
    OK(is_quiet(&scene), "the second is not yet");
    give(&scene, "token-1");
    OK(anna.tokens == 0, "nothing happens outside the loop");
    OK(turn(&scene), "goes on");
    IS_STR(anna.text, "token-1", "the first has its token");
    OK(!anna.wish.waiting && bert.wish.waiting && bert.tokens == 0, "the second waits");
    IS_STR(heard(&scene), "sign b\xc3\xa9rt \"x\" again", "and is asked for now");
    deny(&scene, "no credentials left");
    OK(turn(&scene), "goes on");
    OK(bert.failures == 1 && bert.tokens == 0, "one failure");
    IS_STR(bert.text, "no credentials left", "with its words");
    OK(is_quiet(&scene), "nothing more is asked for");
    tear_down(&scene);
}

static void test_from_within(void)
{
    struct scene scene;

    set_up(&scene);
    struct asker anna = asks(&scene, "anna", false);
    struct asker carl = asks(&scene, "carl", false);
    anna.then = &carl;
    carl.wish.self = &carl;
    ask(&anna);
    IS_STR(heard(&scene), "sign anna", "asked for");
    give(&scene, "a");
    OK(turn(&scene), "goes on");
    IS_STR(heard(&scene), "sign carl", "who asks when answered is heard");
    give(&scene, "c");
    OK(turn(&scene) && carl.tokens == 1, "and answered");
    tear_down(&scene);
}

static void test_forgotten(void)
{
    struct scene scene;

    set_up(&scene);
    struct asker anna = asks(&scene, "anna", false);
    struct asker bert = asks(&scene, "bert", false);
    struct asker carl = asks(&scene, "carl", false);
    ask(&anna);
    ask(&bert);
    ask(&carl);
    rp_signer_forget(&scene.signer, &bert.wish);
    rp_signer_forget(&scene.signer, &anna.wish);
    rp_signer_forget(&scene.signer, &anna.wish);
    IS_STR(heard(&scene), "sign anna", "asked for before it was forgotten");
    OK(is_quiet(&scene), "the next one waits for that answer");
    give(&scene, "for-anna");
    OK(turn(&scene), "goes on");
    OK(anna.tokens + bert.tokens + carl.tokens == 0, "which nobody gets");
    IS_STR(heard(&scene), "sign carl", "the one in between is never asked for");
    give(&scene, "for-carl");
    OK(turn(&scene) && anna.tokens + bert.tokens == 0, "goes on");
    IS_STR(carl.text, "for-carl", "the last has its own");
    ask(&anna);
    IS_STR(heard(&scene), "sign anna", "who was forgotten may ask anew");
    tear_down(&scene);
}

static const struct rp_gate_facts facts = {.address = "10.0.0.1:5432", .tls = "TLSv1.3"};

static void test_reports(void)
{
    struct scene scene;
    struct rp_error failure = {.kind = RP_KIND_TLS, .msg = "expired"};

    set_up(&scene);
    rp_signer_report_entered(&scene.signer, &facts);
    IS_STR(heard(&scene), "entered", "a login");
    rp_signer_report_failure(&scene.signer, &failure);
    char want[64];
    (void)snprintf(want, sizeof(want), "failure %d expired", (int)RP_KIND_TLS);
    IS_STR(heard(&scene), want, "a failure");
    tear_down(&scene);
}

/* All that ends a gate. */
static void test_end(void)
{
    struct scene scene;

    set_up(&scene);
    struct asker anna = asks(&scene, "anna", false);
    ask(&anna);
    (void)close(scene.parent);
    scene.parent = -1;
    OK(!turn(&scene) && anna.tokens + anna.failures == 0, "the parent has gone");
    tear_down(&scene);

    set_up(&scene);
    give(&scene, "unasked");
    OK(!turn(&scene), "a token that was not asked for");
    tear_down(&scene);

    set_up(&scene);
    anna = asks(&scene, "anna", false);
    ask(&anna);
    give(&scene, "");
    OK(!turn(&scene) && anna.tokens == 0, "an empty token");
    tear_down(&scene);

    set_up(&scene);
    ask(&anna);
    OK(write(scene.parent, "hello\n", 6) == 6, "nonsense");
    OK(!turn(&scene), "ends it");
    tear_down(&scene);
}

/* A parent that does not read for a while loses nothing. */
static void test_slow_parent(void)
{
    enum { MANY = 20000 };
    struct scene scene;
    struct rp_error failure = {.kind = RP_KIND_NETWORK, .msg = "x"};
    int reports = 0;

    set_up(&scene);
    for (int i = 0; i < MANY; i++)
        if (i % 2 == 0)
            rp_signer_report_failure(&scene.signer, &failure);
        else
            rp_signer_report_entered(&scene.signer, &facts);
    OK((scene.signer.watch.events & EPOLLOUT) != 0, "more than the socket holds");
    RP_BUF_AUTO struct rp_buf in = {.max = 16 * 1024 * 1024};
    for (int turns = 0; reports < MANY && turns < 10 * MANY; turns++) {
        char *room = rp_buf_room(&in, 65536);
        ssize_t n = room == NULL ? -1 : recv(scene.parent, room, 65536, MSG_DONTWAIT);
        if (n > 0)
            rp_buf_added(&in, (size_t)n);
        else if (!turn(&scene))
            break;
        for (size_t at = rp_span_find(rp_buf_span(&in), '\n'); at < in.len;
             at = rp_span_find(rp_buf_span(&in), '\n')) {
            rp_buf_drop(&in, at + 1);
            reports++;
        }
    }
    IS_INT(reports, MANY, "all of them arrive");
    OK((scene.signer.watch.events & EPOLLOUT) == 0, "and nothing is left to write");
    tear_down(&scene);
}

int main(void)
{
    test_answers();
    test_from_within();
    test_forgotten();
    test_reports();
    test_end();
    test_slow_parent();
    return tap_done();
}
