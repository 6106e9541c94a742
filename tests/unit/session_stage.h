/*
 * The stage of gate_session.c and gate_steps.c: a server with TLS, the parent and the gate in one
 * loop, and clients that a test plays itself.
 */
#ifndef SESSION_STAGE_H
#define SESSION_STAGE_H

#include "gate/session.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "gate/session_state.h"
#include "made_tls.h"
#include "tap.h"

#define ENDPOINT "db.cluster-abc.eu-central-1.rds.amazonaws.com"

enum { SOON_MS = 20000, CONNECTIONS = 8 }; /* generous: a loaded machine must not fail a test */

/* --- the server ----------------------------------------------------------------- */

/* What it does with a connection. */
enum deed {
    LETS_IN,
    REFUSES,  /* the token */
    STARTS,   /* is not ready yet */
    HAS_NONE, /* no such database */
    CLOSES,   /* at once */
    OFFERS_NO_TLS,
    STALLS,     /* after TLS */
    ASKS_SCRAM, /* for another authentication than a token */
    ASKS_NOTHING,
    ONLY_READS, /* where a writer should be */
};

struct connection {
    struct rp_watch watch;
    struct tls_server tls;
    bool secure;
    enum deed deed;
    char in[4096];
    size_t n;
    char token[64];
    bool cancels; /* it brought a cancel request */
    bool is_closed;
};

static struct made root, own;
static struct rp_server server;
static struct rp_watch door;
static char door_path[64];
static struct connection connections[CONNECTIONS];
static size_t connection_count;
static const enum deed *script; /* for each connection; the last one counts for all others */
static size_t script_length;
static struct rp_span greeting; /* MySQL's, which the server says first; empty: PostgreSQL's none */
static bool tls_first;

static void close_connection(struct connection *connection)
{
    if (connection->is_closed)
        return;
    connection->is_closed = true;
    rp_loop_forget(&server.loop, &connection->watch);
    tls_server_release(&connection->tls);
}

static void answer(struct connection *connection, const char *bytes, size_t n)
{
    MUST(SSL_write(connection->tls.ssl, bytes, (int)n) == (int)n);
    tls_server_give(&connection->tls);
}

static void answer_error(struct connection *connection, const char *sqlstate, const char *text)
{
    RP_BUF_AUTO struct rp_buf out = {.max = 4096};

    rp_postgres_add_error(&out, sqlstate, rp_span(text), RP_SPAN(""), RP_SPAN(""));
    answer(connection, out.data, out.len);
    close_connection(connection);
}

static const char ask_password[] = "R\0\0\0\10\0\0\0\3";
static const char ask_scram[] = "R\0\0\0\27\0\0\0\12SCRAM-SHA-256\0\0";
static const char welcome[] = "R\0\0\0\10\0\0\0\0"
                              "K\0\0\0\14\0\0\0\7abcd"
                              "Z\0\0\0\5I";

static const char welcome_to_read[] = "R\0\0\0\10\0\0\0\0"
                                      "S\0\0\0\26in_hot_standby\0on\0"
                                      "Z\0\0\0\5I";

/* The first message over TLS: a startup message, or a cancel request. */
static void take_opening(struct connection *connection)
{
    struct rp_postgres_opening opening;
    struct rp_span in = {connection->in, connection->n};
    struct rp_error err = {0};
    size_t used = 0;

    if (rp_failed(rp_postgres_take_opening(in, &opening, &used, &err)) || used == 0)
        return;
    connection->n = 0;
    if (opening.kind == RP_POSTGRES_CANCEL_REQUEST) {
        connection->cancels = opening.pid == 7 && rp_span_is(opening.key, "abcd");
        close_connection(connection);
    } else if (connection->deed == STARTS) {
        answer_error(connection, "57P03", "the database system is starting up");
    } else if (connection->deed == HAS_NONE) {
        answer_error(connection, "3D000", "database \"x\" does not exist");
    } else if (connection->deed == ASKS_SCRAM) {
        answer(connection, ask_scram, sizeof(ask_scram) - 1);
    } else if (connection->deed == ASKS_NOTHING) {
        answer(connection, welcome, sizeof(welcome) - 1);
        connection->secure = true;
    } else if (connection->deed != STALLS) {
        answer(connection, ask_password, sizeof(ask_password) - 1);
        connection->secure = true;
    }
}

/* The token; or what a client says after its login, which comes back. */
static void take_message(struct connection *connection)
{
    struct rp_postgres_message message;
    struct rp_span in = {connection->in, connection->n};
    struct rp_error err = {0};
    size_t used = 0;

    if (rp_failed(rp_postgres_take(in, 2048, &message, &used, &err)) || used == 0)
        return;
    connection->n = 0;
    if (message.type != 'p') {
        answer(connection, message.whole.p, message.whole.n);
        return;
    }
    (void)snprintf(connection->token, sizeof(connection->token), "%s", message.body.p);
    if (connection->deed == REFUSES)
        answer_error(connection, "28000", "PAM authentication failed for user \"anna\"");
    else if (connection->deed == ONLY_READS)
        answer(connection, welcome_to_read, sizeof(welcome_to_read) - 1);
    else
        answer(connection, welcome, sizeof(welcome) - 1);
}

/* PostgreSQL's is answered; MySQL's has four bytes of head and 32 of its own. */
static void take_request_for_tls(struct connection *connection)
{
    bool mysql = greeting.n > 0;
    bool tls = connection->deed != OFFERS_NO_TLS;
    ssize_t want = mysql ? 36 : 8;

    if (read(connection->watch.fd, connection->in, (size_t)want) == want &&
        (mysql || write(connection->watch.fd, tls ? "S" : "N", 1) == 1))
        tls_server_start(&connection->tls);
    else
        close_connection(connection);
}

static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_n,
                           const unsigned char *in, unsigned in_n, void *self)
{
    (void)ssl;
    (void)in_n;
    (void)self;
    *out = in + 1;
    *out_n = in[0];
    return SSL_TLSEXT_ERR_OK;
}

static void serve(void *self, uint32_t events)
{
    struct connection *connection = self;
    char *room = connection->in + connection->n;
    size_t size = sizeof(connection->in) - connection->n;
    int n;

    (void)events;
    if (connection->tls.ssl == NULL) {
        take_request_for_tls(connection);
        return;
    }
    char byte;
    bool ended = recv(connection->watch.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    tls_server_step(&connection->tls);
    while (!connection->is_closed && (n = SSL_read(connection->tls.ssl, room, (int)size)) > 0) {
        connection->n += (size_t)n;
        if (connection->secure)
            take_message(connection);
        else
            take_opening(connection);
        room = connection->in + connection->n;
        size = sizeof(connection->in) - connection->n;
    }
    if (ended)
        close_connection(connection);
}

static void take_connection(void *self, uint32_t events)
{
    (void)self;
    (void)events;
    int fd = accept4(door.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    MUST(fd >= 0 && connection_count < CONNECTIONS);
    size_t i = connection_count++;
    struct connection *connection = &connections[i];
    *connection = (struct connection){.deed = script[i < script_length ? i : script_length - 1]};
    connection->tls = tls_server(fd, &own, NULL);
    connection->watch =
        (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = serve, .self = connection};
    MUST(!rp_failed(rp_loop_watch(&server.loop, &connection->watch, NULL)));
    if (greeting.n > 0)
        MUST(write(fd, greeting.p, greeting.n) == (ssize_t)greeting.n);
    if (tls_first) {
        SSL_CTX_set_alpn_select_cb(connection->tls.context, select_protocol, NULL);
        tls_server_start(&connection->tls);
    }
    if (connection->deed == CLOSES)
        close_connection(connection);
}

static void open_server(void)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    (void)snprintf(door_path, sizeof(door_path), "/tmp/rdspass-session-%d", (int)getpid());
    (void)snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", door_path);
    MUST(fd >= 0 && bind(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0 && listen(fd, 8) == 0);
    door = (struct rp_watch){.fd = fd, .events = EPOLLIN, .ready = take_connection};
    MUST(!rp_failed(rp_loop_watch(&server.loop, &door, NULL)));
}

/* --- the parent ----------------------------------------------------------------- */

static struct rp_channel parent;
static struct rp_watch parent_watch;
static char heard[256];                           /* "sign; sign again; failure; entered; tls; " */
static struct rp_json *seen[RP_GATE_STEP__COUNT]; /* what the last step of each kind had seen */
static int tokens;
static bool denies, denies_again;
static struct rp_error told; /* the last failure that it was told */

static void deny(const char *why)
{
    struct rp_error failure = {0};

    rp_ignore(rp_fail(&failure, RP_KIND_CREDENTIALS, "%s", why));
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_failure(&failure);
    MUST(!rp_failed(rp_channel_send(&parent, header, RP_SPAN(""), NULL)));
}

static void give_token(void)
{
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_token();
    char token[32];

    (void)snprintf(token, sizeof(token), "token-%d", ++tokens);
    MUST(!rp_failed(rp_channel_send(&parent, header, rp_span(token), NULL)));
}

static void hear(const char *what)
{
    size_t n = strlen(heard);
    (void)snprintf(heard + n, sizeof(heard) - n, "%s; ", what);
}

static void take_step(const struct rp_message *message)
{
    static const char *const names[] = {"names", "address", "surveyed",      "greeting",
                                        "tls",   "asked",   "attempt failed"};
    struct rp_gate_step step = {0};

    MUST(!rp_failed(rp_gate_parse_step(message, &step, NULL)));
    hear(names[step.type]);
    rp_json_free(&seen[step.type]);
    seen[step.type] = step.seen;
}

static void take_request(const struct rp_message *message)
{
    char user[RP_USER_MAX + 1];
    enum rp_gate_message type;
    bool again = false;

    MUST(!rp_failed(rp_gate_message_type(message, &type, NULL)));
    if (type == RP_GATE_STEP) {
        take_step(message);
    } else if (type == RP_GATE_ENTERED) {
        hear("entered");
    } else if (type == RP_GATE_FAILURE) {
        hear("failure");
        MUST(!rp_failed(rp_gate_parse_failure(message, &told, NULL)));
    } else {
        MUST(!rp_failed(rp_gate_parse_sign(message, user, &again, NULL)));
        hear(again ? "sign again" : "sign");
        if (denies || (again && denies_again))
            deny("no keys here");
        else
            give_token();
    }
}

static void parent_ready(void *self, uint32_t events)
{
    enum rp_channel_state state = RP_CHANNEL_MESSAGE;

    (void)self;
    (void)events;
    for (;;) {
        RP_MESSAGE_AUTO struct rp_message message = {0};
        MUST(!rp_failed(rp_channel_receive(&parent, &message, &state, NULL)));
        if (state != RP_CHANNEL_MESSAGE)
            return;
        take_request(&message);
    }
}

/* --- the gate ------------------------------------------------------------------- */

static void set_up(const enum deed *deeds, size_t count, uint32_t wait)
{
    RP_BUF_AUTO struct rp_buf roots = {.max = 65536};
    struct rp_channel channel;
    struct rp_error err = {0};
    int fds[2];

    script = deeds;
    script_length = count;
    connection_count = 0;
    heard[0] = '\0';
    tokens = 0;
    denies = denies_again = false;
    told = (struct rp_error){0};
    server = (struct rp_server){.order = {.engine = RP_ENGINE_POSTGRES,
                                          .port = 5432,
                                          .user = "anna",
                                          .region = "eu-central-1",
                                          .connect_timeout = 60,
                                          .wait = wait}};
    MUST(!rp_failed(rp_endpoint_parse(RP_SPAN(ENDPOINT), &server.order.endpoint, NULL)));
    MUST(!rp_failed(rp_loop_init(&server.loop, NULL)));
    open_server();
    server.order.via.is_set = true;
    (void)snprintf(server.order.via.socket, sizeof(server.order.via.socket), "%s", door_path);
    made_add_der(&root, &roots);
    WORKS(rp_tls_context_new(rp_buf_span(&roots), false, &server.tls, &err), err, "roots");
    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0);
    rp_channel_init(&channel, fds[0], "rdspass");
    rp_channel_init(&parent, fds[1], "the gate");
    WORKS(rp_signer_init(&server.signer, &server.loop, &channel, &err), err, "signer");
    parent_watch = (struct rp_watch){.fd = fds[1], .events = EPOLLIN, .ready = parent_ready};
    MUST(!rp_failed(rp_loop_watch(&server.loop, &parent_watch, NULL)));
}

static void tear_down(void)
{
    rp_sessions_end(&server);
    OK(server.sessions == NULL && server.session_count == 0 && server.in_use == 0,
       "no session is left");
    for (size_t i = 0; i < connection_count; i++)
        close_connection(&connections[i]);
    rp_loop_forget(&server.loop, &door);
    (void)close(door.fd);
    (void)unlink(door_path);
    rp_loop_forget(&server.loop, &parent_watch);
    rp_channel_release(&parent);
    rp_signer_release(&server.signer);
    for (int i = 0; i < RP_GATE_STEP__COUNT; i++)
        rp_json_free(&seen[i]);
    rp_tls_context_free(server.tls);
    rp_loop_release(&server.loop);
}

static void stop(void *self)
{
    *(bool *)self = true;
    rp_loop_stop(&server.loop);
}

static void turn(int ms)
{
    bool over = false;
    struct rp_timer end = {.due = stop, .self = &over};

    rp_timer_set(&server.loop, &end, ms);
    rp_ignore(rp_loop_run(&server.loop, NULL));
    rp_timer_clear(&server.loop, &end);
}

/* --- clients --------------------------------------------------------------------- */

static int new_client(void)
{
    int fds[2];

    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0);
    rp_session_start(&server, fds[0]);
    return fds[1];
}

static void say(int fd, const struct rp_buf *bytes)
{
    OK(write(fd, bytes->data, bytes->len) == (ssize_t)bytes->len, "the client speaks");
}

static int client_logs_in(void)
{
    RP_BUF_AUTO struct rp_buf startup = {.max = 1024};
    int fd = new_client();

    rp_postgres_add_startup(&startup, RP_POSTGRES_3_0, RP_SPAN("anna"), RP_SPAN("x"), RP_SPAN(""));
    say(fd, &startup);
    return fd;
}

/* Reads until the client may speak ('Z') or the session is over; how much came. */
static size_t read_all(int fd, char *bytes, size_t size, bool *out_ended)
{
    size_t n = 0;

    *out_ended = false;
    for (int i = 0; i < SOON_MS && !*out_ended && (n < 6 || bytes[n - 6] != 'Z'); i++) {
        turn(1);
        ssize_t got = recv(fd, bytes + n, size - n, MSG_DONTWAIT);
        n += got > 0 ? (size_t)got : 0;
        *out_ended = got == 0;
    }
    return n;
}

/* What comes to a client: "R K Z ", "E57P03 | "; a bar is the end. */
static const char *comes(int fd)
{
    static char text[128];
    char bytes[4096];
    bool ended;
    struct rp_span rest = {bytes, read_all(fd, bytes, sizeof(bytes), &ended)};
    struct rp_postgres_message message;
    struct rp_postgres_error error;
    size_t used = 0;

    text[0] = '\0';
    while (!rp_failed(rp_postgres_take(rest, 4096, &message, &used, NULL)) && used > 0) {
        size_t n = strlen(text);
        bool is_error =
            message.type == 'E' && !rp_failed(rp_postgres_parse_error(message.body, &error, NULL));
        (void)snprintf(text + n, sizeof(text) - n, "%c%s ", message.type,
                       is_error ? error.sqlstate : "");
        rest = rp_span_skip(rest, used);
    }
    if (ended)
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "| ");
    return text;
}

/* Goes on until so many sessions are left, and so many connections have been made. */
static bool settles(size_t sessions, size_t made)
{
    for (int i = 0; i < SOON_MS; i++) {
        turn(1);
        if (server.session_count == sessions && connection_count == made)
            return true;
    }
    return false;
}

/* Whether the server sees the end of a connection, soon. */
static bool sees_end(const struct connection *connection)
{
    for (int i = 0; i < SOON_MS && !connection->is_closed; i++)
        turn(1);
    return connection->is_closed;
}

#endif
