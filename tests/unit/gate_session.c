/*
 * Sessions: which attempts a login makes, with which tokens, and how it ends for
 * the client, the server and the parent. All of them live in one loop; the
 * server speaks as much of PostgreSQL over TLS as a login needs.
 */
#include <poll.h>
#include <sys/socket.h>

#include "session_stage.h"

#define DEEDS(...)                                                                                 \
    (const enum deed[]){__VA_ARGS__}, sizeof((enum deed[]){__VA_ARGS__}) / sizeof(enum deed)

static int entering = -1; /* the gate's end of a client */
static bool told_by_then;

/* Notes whether the parent had been told when the client was. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): those are reserved */
ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
    struct pollfd wait = {.fd = parent.fd, .events = POLLIN};

    if (fd == entering) {
        told_by_then = strstr(heard, "entered") != NULL || poll(&wait, 1, 0) == 1;
        entering = -1;
    }
    return sendto(fd, bytes, n, flags, NULL, 0);
}

static void test_enters(void)
{
    RP_BUF_AUTO struct rp_buf query = {.max = 64};

    set_up(DEEDS(LETS_IN), 0);
    int client = client_logs_in();
    entering = server.sessions->client.fd;
    IS_STR(comes(client), "R K Z ", "the client is let in");
    OK(told_by_then, "the parent knows first: the client may leave at once");
    IS_STR(connections[0].token, "token-1", "with the token");
    turn(0);
    IS_STR(heard, "sign; entered; ", "the parent is asked, and told");
    OK(server.in_use == 1 && server.sessions->login == NULL, "in use; the login is forgotten");
    OK(server.pinned.sa.ss_family == AF_UNIX, "its address is kept");
    rp_postgres_add_message(&query, 'Q', RP_SPAN("x\0"));
    say(client, &query);
    char bytes[16] = "";
    for (int i = 0; i < SOON_MS && recv(client, bytes, sizeof(bytes), MSG_DONTWAIT) < 0; i++)
        turn(1);
    IS_STR(bytes, "Q", "bytes go both ways");
    (void)close(client);
    OK(settles(0, 1) && server.in_use == 0, "and it leaves");
    OK(sees_end(&connections[0]), "the server sees it");
    tear_down();
}

/* A server that is gone, and a session that does not know it yet. */
static void test_lost_address(void)
{
    struct sockaddr_un nobody = {.sun_family = AF_UNIX, .sun_path = "/nobody/listens/here"};

    set_up(DEEDS(LETS_IN), 0);
    int first = client_logs_in();
    IS_STR(comes(first), "R K Z ", "a session is in use");
    memcpy(&server.pinned.sa, &nobody, sizeof(nobody));
    int second = client_logs_in();
    IS_STR(comes(second), "E08001 | ", "its address does not answer: a login fails");
    int third = client_logs_in();
    IS_STR(comes(third), "R K Z ", "the next one goes where the name leads now");
    OK(!server.pinned_lost && memcmp(&server.pinned.sa, &nobody, sizeof(nobody)) != 0,
       "and those behind it follow");
    (void)close(first);
    (void)close(second);
    (void)close(third);
    OK(settles(0, 2), "all leave");
    tear_down();
}

/* A writer that has become a reader, and kept a session. */
static void test_former_writer(void)
{
    set_up(DEEDS(LETS_IN, ONLY_READS, LETS_IN), 60);
    int first = client_logs_in();
    IS_STR(comes(first), "R K Z ", "a session is in use");
    int second = client_logs_in();
    IS_STR(comes(second), "R K Z ", "another waits until there is a writer");
    OK(!server.sessions->upstream.pinned && connection_count == 3,
       "which it has found where the name leads now");
    (void)close(first);
    (void)close(second);
    OK(settles(0, 3), "all leave");
    tear_down();
}

static void test_refused_token(void)
{
    set_up(DEEDS(REFUSES), 0);
    denies_again = true;
    int client = client_logs_in();
    IS_STR(comes(client), "E28000 | ", "a token is refused, and there is no better one");
    IS_STR(heard, "sign; sign again; failure; ", "which is asked for once");
    IS_INT(told.kind, RP_KIND_LOGIN, "the server's refusal stands");
    (void)close(client);
    OK(settles(0, 1), "one attempt");
    tear_down();

    set_up(DEEDS(REFUSES, LETS_IN), 0);
    client = client_logs_in();
    IS_STR(comes(client), "R K Z ", "another token is let in");
    IS_STR(connections[1].token, "token-2", "the one of the new credentials");
    turn(0);
    IS_STR(heard, "sign; sign again; entered; ", "which is not asked for twice");
    (void)close(client);
    OK(settles(0, 2), "two attempts");
    tear_down();

    set_up(DEEDS(REFUSES), 0);
    client = client_logs_in();
    IS_STR(comes(client), "E28000 | ", "the other token is refused as well");
    IS_STR(heard, "sign; sign again; failure; ", "that is all");
    (void)close(client);
    OK(settles(0, 2), "two attempts");
    tear_down();
}

static void test_wait(void)
{
    set_up(DEEDS(CLOSES, STARTS, REFUSES, REFUSES, LETS_IN), 60);
    denies_again = true;
    int client = client_logs_in();
    IS_STR(comes(client), "R K Z ", "the client is let in, in the end");
    turn(0);
    IS_STR(heard, "sign; sign again; sign; sign; entered; ",
           "a token for each that asks, other credentials once");
    IS_STR(connections[4].token, "token-3", "the last token");
    (void)close(client);
    OK(settles(0, 5), "five attempts");
    tear_down();

    set_up(DEEDS(STARTS), 0);
    client = client_logs_in();
    IS_STR(comes(client), "E57P03 | ", "without --wait the first failure counts");
    IS_STR(heard, "failure; ", "and no token was asked for");
    (void)close(client);
    OK(settles(0, 1), "one attempt");
    tear_down();

    set_up(DEEDS(STARTS, CLOSES), 1);
    client = client_logs_in();
    const char *got = comes(client);
    OK(got[0] == 'E' && strcmp(got, "E57P03 | ") != 0, "when time is over, the last cause is told");
    OK(connection_count >= 2 && connection_count <= 5, "after attempts with growing pauses");
    (void)close(client);
    tear_down();
}

/* Waiting mends nothing here. */
static void test_no_use(void)
{
    set_up(DEEDS(OFFERS_NO_TLS), 60);
    int client = client_logs_in();
    const char *got = comes(client);
    OK(got[0] == 'E', "no TLS");
    IS_INT(told.kind, RP_KIND_TLS, "of the kind TLS");
    IS_STR(heard, "failure; ", "no token was asked for");
    (void)close(client);
    OK(settles(0, 1), "one attempt");
    tear_down();

    set_up(DEEDS(HAS_NONE), 60);
    client = client_logs_in();
    IS_STR(comes(client), "E3D000 | ", "no such database");
    (void)close(client);
    OK(settles(0, 1), "one attempt");
    tear_down();

    set_up(DEEDS(LETS_IN), 60);
    denies = true;
    client = client_logs_in();
    got = comes(client);
    OK(got[0] == 'E', "no token");
    IS_STR(heard, "sign; failure; ", "asked for once");
    OK(strstr(told.msg, "no keys here") != NULL, "the parent's words");
    OK(connections[0].token[0] == '\0', "nothing was sent");
    (void)close(client);
    OK(settles(0, 1), "one attempt");
    tear_down();
}

static void test_stalls(void)
{
    set_up(DEEDS(STALLS), 0);
    server.order.connect_timeout = 1;
    int client = client_logs_in();
    const char *got = comes(client);
    OK(got[0] == 'E', "a server that stalls");
    IS_INT(told.kind, RP_KIND_NETWORK, "is one that is not reached");
    (void)close(client);
    OK(settles(0, 1), "one attempt");
    tear_down();

    set_up(DEEDS(STALLS), 0);
    client = client_logs_in();
    OK(settles(1, 1), "under way");
    (void)close(client);
    OK(settles(0, 1), "who leaves meanwhile is not waited for");
    IS_STR(heard, "", "nobody is told");
    OK(sees_end(&connections[0]), "the server sees it");
    tear_down();

    set_up(DEEDS(STARTS), 3600);
    client = client_logs_in();
    OK(settles(1, 2), "between two attempts");
    (void)close(client);
    OK(settles(0, connection_count), "here, too");
    tear_down();
}

/* A client that takes nothing does not keep its session; one that says nothing keeps none busy. */
static void test_clients(void)
{
    set_up(DEEDS(STARTS), 0);
    int client = client_logs_in();
    OK(settles(0, 1), "refused, not read, and gone after a while");
    IS_STR(comes(client), "E57P03 | ", "it can still be read");
    (void)close(client);
    int silent = new_client();
    turn(0);
    IS_INT(server.session_count, 1, "a silent one");
    IS_INT(server.sessions->phase, RP_PHASE_CLIENT, "is waited for");
    OK(server.sessions->timer.set && connection_count == 1, "not for ever, and without a server");
    (void)close(silent);
    OK(settles(0, 1), "until it leaves");
    tear_down();
}

static void cancel(uint32_t pid, const char *key, bool leaves, size_t made)
{
    RP_BUF_AUTO struct rp_buf request = {.max = 64};
    int client = new_client();

    rp_postgres_add_cancel_request(&request, pid, rp_span(key));
    say(client, &request);
    if (leaves)
        (void)close(client);
    OK(settles(1, made), "a cancel request");
    if (!leaves) {
        IS_STR(comes(client), "| ", "its end tells that it has been seen");
        (void)close(client);
    }
}

static void test_cancel(void)
{
    set_up(DEEDS(LETS_IN), 0);
    int client = client_logs_in();
    IS_STR(comes(client), "R K Z ", "a session");
    cancel(7, "abcd", false, 2);
    OK(connections[1].cancels && connections[1].token[0] == '\0', "goes to the server");
    cancel(7, "abcd", true, 3);
    OK(connections[2].cancels, "also of one who does not wait");
    cancel(7, "abce", false, 3);
    cancel(8, "abcd", false, 3);
    OK(!connections[0].is_closed, "one with another key does not");
    (void)close(client);
    OK(settles(0, 3), "the session ends");
    tear_down();
}

/* The gate waits for MySQL to greet, and PostgreSQL for a question: somebody must begin. */
static void test_other_engine(void)
{
    set_up(DEEDS(LETS_IN), 0);
    server.order.engine = RP_ENGINE_MYSQL;
    int client = new_client();
    OK(settles(1, 1), "a server that says nothing");
    rp_timer_set(&server.loop, &server.sessions->login->knock.timer, 0);
    OK(settles(1, 2), "is asked, by another connection");
    for (int i = 0; i < SOON_MS && told.kind == RP_KIND_NONE; i++)
        turn(1);
    OK(strstr(told.msg, "speaks PostgreSQL's protocol, not MySQL's") != NULL,
       "and known by its answer, before its time is over");
    IS_STR(heard, "failure; ", "it gets no token");
    (void)close(client);
    OK(settles(0, 2), "the client leaves");
    client = new_client();
    OK(settles(1, 3), "another client");
    OK(server.sessions->login->knock.loop == NULL, "the question is not asked again");
    (void)close(client);
    tear_down();
}

static void test_late_greeting(void)
{
    static const char head[] = "\x4a\0\0\0\n8.0";

    set_up(DEEDS(LETS_IN), 0);
    server.order.engine = RP_ENGINE_MYSQL;
    int client = new_client();
    OK(settles(1, 1), "a server that says nothing");
    OK(server.sessions->login->knock.timer.set, "is to be asked");
    OK(write(connections[0].watch.fd, head, sizeof(head) - 1) == sizeof(head) - 1, "it begins");
    for (int i = 0; i < SOON_MS && server.sessions->login->knock.loop != NULL; i++)
        turn(1);
    OK(server.sessions->login->knock.loop == NULL, "and is not asked any more");
    (void)close(client);
    OK(settles(0, 1), "the client leaves");
    tear_down();
}

int main(void)
{
    const struct recipe authority = {.cn = "root", .ca = true};
    const struct recipe leaf = {.cn = "db", .names = "DNS:" ENDPOINT};

    (void)signal(SIGPIPE, SIG_IGN);
    root = made_certificate(&authority, NULL);
    own = made_certificate(&leaf, &root);
    test_enters();
    test_lost_address();
    test_former_writer();
    test_refused_token();
    test_wait();
    test_no_use();
    test_stalls();
    test_clients();
    test_cancel();
    test_other_engine();
    test_late_greeting();
    made_release(&own);
    made_release(&root);
    return tap_done();
}
