/*
 * Aliases: the questions, the answers of real servers and of hostile ones, whom
 * to ask, and when asking ends.
 */
#include "gate/names.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "tap.h"

#define HOST "db.example.com"

enum { ID = 0x1234 };

/* --- messages ---------------------------------------------------------------------- */

static void test_question(void)
{
    char bytes[RP_NAMES_QUESTION_MAX];
    char longest[RP_HOST_MAX + 2] = "";

    size_t n = rp_names_question(ID, HOST, bytes);
    OK(rp_span_eq((struct rp_span){bytes, n},
                  RP_SPAN("\x12\x34\x01\0\0\1\0\0\0\0\0\0\2db\7example\3com\0\0\1\0\1")),
       "a question for an address, recursion wanted");
    for (size_t i = 0; i < RP_HOST_MAX; i++)
        longest[i] = i % 64 == 63 ? '.' : 'a';
    IS_INT(rp_names_question(ID, longest, bytes), RP_NAMES_QUESTION_MAX, "the longest name");
    longest[RP_HOST_MAX] = 'a';
    IS_INT(rp_names_question(ID, longest, bytes), 0, "one that is too long");
    IS_INT(rp_names_question(ID, "", bytes), 0, "none");
    IS_INT(rp_names_question(ID, "a..b", bytes), 0, "an empty label");
    longest[63] = 'a';
    longest[64] = '\0';
    IS_INT(rp_names_question(ID, longest, bytes), 0, "a label that is too long");
}

/* Head and question of an answer for HOST. */
#define HEAD(flags, records)                                                                       \
    "\x12\x34" flags "\0\1\0" records "\0\0\0\0\2db\7example\3com\0\0\1\0\1"
#define FINE "\x81\x80"
#define NO_NAME "\x81\x83"
/* Records: the name of the question is at 12, its "com" at 23. */
#define CNAME(owner, length, target) owner "\0\5\0\1\0\0\0\x05\0" length target
#define A "\0\1\0\1\0\0\0\x05\0\4\x0a\0\0\1"

/* What bytes give: "a b c", "declined", "foreign". */
static const char *reading(struct rp_span bytes)
{
    static char text[RP_NAMES_MAX * (RP_HOST_MAX + 1)];
    struct rp_names names;

    text[0] = '\0';
    switch (rp_names_read(bytes, ID, HOST, &names)) {
    case RP_NAMES_DECLINED:
        return "declined";
    case RP_NAMES_FOREIGN:
        return "foreign";
    case RP_NAMES_ANSWERED:
        break;
    }
    for (size_t i = 0; i < names.count; i++)
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i == 0 ? "" : " ",
                       names.list[i]);
    return text;
}

#define READS(bytes, want, name) IS_STR(reading(RP_SPAN(bytes)), want, name)

static void test_answers(void)
{
    /* As systemd-resolved and dnsmasq send them: the chain in order, then the address. */
    READS(HEAD(FINE, "\3") CNAME("\xc0\x0c", "\5", "\2go\xc0\x0f")
              CNAME("\xc0\x2c", "\x0d",
                    "\x07"
                    "cluster\3aws\0") "\xc0\x3d" A,
          "go.example.com cluster.aws", "a chain of two");
    READS(HEAD(FINE, "\1") "\xc0\x0c" A, "", "an address alone");
    READS(HEAD(FINE, "\0"), "", "nothing");
    READS(HEAD(NO_NAME, "\1") CNAME("\xc0\x0c", "\3", "\1x\0"), "x", "an alias of nothing");
    READS(HEAD(FINE, "\2") CNAME("\1y\0", "\3", "\1z\0") CNAME("\xc0\x0c", "\3", "\1Y\0"), "y z",
          "out of order, in capital letters");
    READS(HEAD(FINE, "\2") CNAME("\1q\0", "\3", "\1z\0") CNAME("\xc0\x0c", "\3", "\1y\0"), "y",
          "one that is beside the chain");
    READS("\x12\x34" FINE
          "\0\1\0\1\0\0\0\0\2DB\7Example\3com\0\0\1\0\1" CNAME("\xc0\x0c", "\3", "\1y\0"),
          "y", "a question in other letters");
    READS("\x12\x34\x83\x80\0\1\0\1\0\0\0\0\2db\7example\3com\0\0\1\0\1" CNAME("\xc0\x0c", "\3",
                                                                               "\1y\0"),
          "y", "one that was cut where a record ends");
    READS(HEAD("\x81\x82", "\0"), "declined", "a server that fails");
    READS(HEAD("\x81\x85", "\0"), "declined", "one that refuses");
}

static void test_hostile_answers(void)
{
    READS("", "foreign", "nothing");
    READS("\x12\x34\x81\x80\0\1\0\0\0\0\0", "foreign", "half a head");
    READS("\x12\x35" FINE "\0\1\0\0\0\0\0\0\2db\7example\3com\0\0\1\0\1", "foreign",
          "another number");
    READS("\x12\x34\x01\0\0\1\0\0\0\0\0\0\2db\7example\3com\0\0\1\0\1", "foreign",
          "a question itself");
    READS("\x12\x34\x91\x80\0\1\0\0\0\0\0\0\2db\7example\3com\0\0\1\0\1", "foreign",
          "another kind of message");
    READS("\x12\x34" FINE "\0\1\0\0\0\0\0\0\2dc\7example\3com\0\0\1\0\1", "foreign",
          "another name");
    READS("\x12\x34" FINE "\0\1\0\0\0\0\0\0\2db\7example\3com\0\0\x1c\0\1", "foreign",
          "another type");
    READS("\x12\x34" FINE "\0\0\0\0\0\0\0\0", "foreign", "no question");
    READS(HEAD(FINE, "\1"), "foreign", "a record that is not there");
    READS(HEAD(FINE, "\x41") "\xc0\x0c" A, "foreign", "too many records");
    READS(HEAD(FINE, "\1") CNAME("\xc0\x0c", "\5", "\1y\0"), "foreign", "too long a record");
    READS(HEAD(FINE, "\1") CNAME("\xc0\x0c", "\2", "\1y\0"), "foreign", "too short a record");
    READS(HEAD(FINE, "\1") CNAME("\xc0\x0c", "\2", "\xc0\x2c"), "foreign",
          "a name that points at itself");
    READS(HEAD(FINE, "\1") CNAME("\xc0\x0c", "\2", "\xc0\xff"), "foreign",
          "a name that points behind the end");
    READS(HEAD(FINE, "\1") CNAME("\xc0\x0c", "\2", "\xc0\x0c"), "", "an alias of itself");
    READS(HEAD(FINE, "\2") CNAME("\xc0\x0c", "\3", "\1y\0") CNAME("\1y\0", "\2", "\xc0\x0c"), "y",
          "a loop");
    READS(HEAD(FINE, "\3") CNAME("\xc0\x0c", "\3", "\1y\0") CNAME("\1y\0", "\3", "\1z\0")
              CNAME("\1z\0", "\3", "\1y\0"),
          "y z", "a loop that does not come back to the question");
    READS(HEAD(FINE, "\1") CNAME("\xc0\x0c", "\4", "\2\x1b[\0"), "", "an escape sequence");
    READS(HEAD(FINE, "\1") CNAME("\xc0\x0c", "\4", "\2a.\0"), "", "a dot in a label");
    READS(HEAD(FINE, "\1") CNAME("\xc0\x0c", "\1", "\0"), "", "the root");
}

/* More than eight links: the first of them. */
static void test_long_chain(void)
{
    RP_BUF_AUTO struct rp_buf bytes = {.max = 4096};
    char link[] = CNAME("\1a\0", "\3", "\1b\0");

    rp_buf_add(&bytes, RP_SPAN(HEAD(FINE, "\x0b") CNAME("\xc0\x0c", "\3", "\1a\0")));
    for (int i = 0; i < 10; i++) {
        rp_buf_add(&bytes, (struct rp_span){link, sizeof(link) - 1});
        link[1]++;
        link[sizeof(link) - 3]++;
    }
    IS_STR(reading(rp_buf_span(&bytes)), "a b c d e f g h", "eight names");
}

/* --- whom to ask ----------------------------------------------------------------------- */

static void servers_are(const char *text, const char *want, const char *name)
{
    RP_BUF_AUTO struct rp_buf got = {.max = 1024};
    struct rp_addresses servers;

    rp_names_read_servers(rp_span(text), &servers);
    for (size_t i = 0; i < servers.count; i++) {
        char address[RP_ADDRESS_TEXT_SIZE];
        rp_address_text(&servers.list[i], address);
        rp_buf_addf(&got, "%s%s", i == 0 ? "" : " ", address);
    }
    IS_STR(rp_buf_str(&got), want, name);
}

static void test_servers(void)
{
    servers_are("# c\nsearch a.example\nnameserver 10.0.0.2\n\tnameserver\t::1  \n"
                "nameserver db.example\noptions edns0\nnameserver 10.0.0.3\r\n"
                "nameserver 10.0.0.4\n",
                "10.0.0.2:53 [::1]:53 10.0.0.3:53", "three of a file");
    servers_are("", "127.0.0.1:53", "none");
    servers_are("nameserver\nnameservers 10.0.0.1\nnameserver 10.0.0\x01", "127.0.0.1:53",
                "none that is one");
}

/* --- asking ------------------------------------------------------------------------------ */

/* A server: what it does with each question, the last deed for all others. */
enum deed { ANSWERS, DECLINES, IS_SILENT, LIES_FIRST };

static struct {
    struct rp_loop loop;
    struct rp_watch watch;
    struct rp_addresses list;
    enum deed deeds[2];
    int questions;
    int calls;
    struct rp_names names;
} world;

static void take_question(void *self, uint32_t events)
{
    static const char record[] = CNAME("\xc0\x0c", "\3", "\1y\0");
    char bytes[512];
    struct rp_address from = {.n = sizeof(from.sa)};
    enum deed deed = world.deeds[world.questions++ == 0 ? 0 : 1];

    (void)self;
    (void)events;
    ssize_t n = recvfrom(world.watch.fd, bytes, sizeof(bytes) - sizeof(record), 0,
                         (struct sockaddr *)&from.sa, &from.n);
    if (n < 12 || deed == IS_SILENT)
        return;
    bytes[2] = '\x81';
    bytes[3] = deed == DECLINES ? '\x82' : '\x80';
    bytes[7] = 1;
    memcpy(bytes + n, record, sizeof(record));
    size_t size = (size_t)n + sizeof(record) - 1;
    if (deed == LIES_FIRST) {
        bytes[0] ^= 1;
        (void)sendto(world.watch.fd, bytes, size, 0, (struct sockaddr *)&from.sa, from.n);
        bytes[0] ^= 1;
    }
    (void)sendto(world.watch.fd, bytes, size, 0, (struct sockaddr *)&from.sa, from.n);
}

static void open_world(void)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct rp_address *address = &world.list.list[0];
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    address->n = sizeof(address->sa);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0 ||
        getsockname(fd, (struct sockaddr *)&address->sa, &address->n) != 0 ||
        rp_failed(rp_loop_init(&world.loop, NULL)))
        abort();
    world.list.count = 1;
    world.watch = (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = take_question};
    if (rp_failed(rp_loop_watch(&world.loop, &world.watch, NULL)))
        abort();
}

static void on_names(void *self, const struct rp_names *names)
{
    (void)self;
    world.calls++;
    world.names = *names;
    rp_loop_stop(&world.loop);
}

/* Asks and waits; the first name, or "". */
static const char *ask(const char *host, enum deed first, enum deed then)
{
    static struct rp_names_query query;

    world.deeds[0] = first;
    world.deeds[1] = then;
    world.questions = world.calls = 0;
    rp_names_ask(&query, &world.loop, host, &world.list, on_names, NULL);
    IS_INT(world.calls, 0, "not from within");
    rp_ignore(rp_loop_run(&world.loop, NULL));
    OK(world.calls == 1 && query.loop == NULL && query.watch.fd < 0 && world.loop.timers == NULL,
       "once, and nothing is left");
    return world.names.count == 0 ? "" : world.names.list[0];
}

static void test_asking(void)
{
    struct rp_names_query query = {0};
    struct rp_address *server = &world.list.list[0];

    IS_STR(ask(HOST, ANSWERS, ANSWERS), "y", "an answer");
    IS_INT(world.questions, 1, "to one question");
    IS_STR(ask(HOST, LIES_FIRST, IS_SILENT), "y", "an answer behind one that is none");
    IS_STR(ask(HOST, DECLINES, ANSWERS), "y", "an answer to a second question");
    IS_STR(ask(HOST, IS_SILENT, ANSWERS), "y", "also where the first is not answered");
    IS_STR(ask(HOST, DECLINES, DECLINES), "", "no answer");
    IS_INT(world.questions, 2, "to two questions");
    IS_STR(ask("10.0.0.1", ANSWERS, ANSWERS), "", "an address");
    IS_STR(ask("::1", ANSWERS, ANSWERS), "", "another one");
    IS_STR(ask("a..b", ANSWERS, ANSWERS), "", "no name");
    IS_INT(world.questions, 0, "is not asked for");

    rp_names_forget(&query);
    world.calls = 0;
    rp_names_ask(&query, &world.loop, HOST, &world.list, on_names, NULL);
    rp_names_forget(&query);
    OK(world.loop.timers == NULL && world.calls == 0, "one that is forgotten");

    /* Two others, of which the first has nobody: the second is asked at once. */
    world.list.list[1] = *server;
    ((struct sockaddr_in *)&server->sa)->sin_port = htons(1);
    world.list.count = 2;
    IS_STR(ask(HOST, ANSWERS, ANSWERS), "y", "another server");
    world.list.count = 0;
    IS_STR(ask(HOST, ANSWERS, ANSWERS), "", "no server");
}

int main(void)
{
    open_world();
    test_question();
    test_answers();
    test_hostile_answers();
    test_long_chain();
    test_servers();
    test_asking();
    rp_loop_forget(&world.loop, &world.watch);
    (void)close(world.watch.fd);
    rp_loop_release(&world.loop);
    return tap_done();
}
