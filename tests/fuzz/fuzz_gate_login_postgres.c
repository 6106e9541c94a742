/*
 * PostgreSQL's login with both ends made up: a script says which side speaks
 * next, and what, and when the connection to the server is lost. The token goes
 * to a server that is verified and has asked for it, and nowhere else.
 *
 * The first byte chooses the order. Then, again and again: a byte whose two low
 * bits are CLIENT, SERVER or LOST, and whose others are how many bytes follow.
 */
#include "gate/login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CLIENT = 0, SERVER = 1, LOST = 2, SAID_MAX = 1 << 20 };

#define SECRET "SECRETSECRET"
#define TOKEN "h:5432/?Action=connect&DBUser=u&X-Amz-Algorithm=" SECRET

struct play {
    struct rp_gate_order order;
    struct rp_gate_login login;
    struct rp_buf client;   /* all that the client has said */
    struct rp_buf server;   /* all that the server has said */
    struct rp_buf verified; /* what it has said since TLS, in this attempt */
    bool secure;
    bool failed; /* this attempt */
    bool over;
};

static void expect(bool good)
{
    if (!good)
        abort();
}

static bool has(const struct rp_buf *bytes, struct rp_span part)
{
    return bytes->len > 0 && memmem(bytes->data, bytes->len, part.p, part.n) != NULL;
}

static void give_token(struct play *play)
{
    expect(!rp_failed(rp_secret_set(&play->login.token, RP_SPAN(TOKEN), NULL)));
}

/* Takes what goes out, and looks for what must not be there. */
static void take_out(struct play *play)
{
    struct rp_gate_login *login = &play->login;
    bool asked = play->secure && has(&play->verified, RP_SPAN("R\0\0\0\x08\0\0\0\x03"));

    if (!has(&play->client, RP_SPAN(SECRET)) && !has(&play->server, RP_SPAN(SECRET)))
        expect(!has(&login->client_out, RP_SPAN(SECRET)));
    if (!has(&play->client, RP_SPAN(SECRET)) && !asked)
        expect(!has(&login->upstream_out, RP_SPAN(SECRET)));
    if (!play->secure)
        expect(login->upstream_out.len == 0 || login->upstream_out.len == 8);
    if (!play->over)
        rp_buf_clear(&login->client_out);
    rp_buf_clear(&login->upstream_out);
}

static void check_failure(struct play *play)
{
    struct rp_gate_login *login = &play->login;
    struct rp_error why = {.kind = RP_KIND_LOGIN, .msg = "no"};
    struct rp_postgres_message message;
    size_t used = 0;

    expect(login->seen.stage == (play->secure ? RP_STAGE_LOGIN : RP_STAGE_GREETING));
    expect(memmem(login->seen.text, sizeof(login->seen.text), SECRET, strlen(SECRET)) == NULL);
    expect(memmem(login->seen.asked, sizeof(login->seen.asked), SECRET, strlen(SECRET)) == NULL);
    login->protocol->refuse(login, &why, &login->seen);
    expect(!rp_failed(rp_postgres_take(rp_buf_span(&login->client_out), SAID_MAX, &message, &used,
                                       NULL)) &&
           used == login->client_out.len && message.type == 'E');
    rp_buf_clear(&login->client_out);
    play->failed = true;
}

/* Lets it go on, and does at once what can be done at once. */
static void advance(struct play *play)
{
    struct rp_gate_login *login = &play->login;
    enum rp_login_next next;

    do {
        next = login->protocol->advance(login);
        play->over =
            next == RP_LOGIN_ENTERED || next == RP_LOGIN_REFUSED || next == RP_LOGIN_CANCEL;
        take_out(play);
        if (next == RP_LOGIN_TLS)
            expect(!play->secure && login->upstream_in.len == 0);
        if (next == RP_LOGIN_TLS ||
            (next == RP_LOGIN_DIAL && rp_endpoint_is_dsql(&play->order.endpoint)))
            play->secure = true;
    } while (next == RP_LOGIN_DIAL || next == RP_LOGIN_TLS || next == RP_LOGIN_TOKEN);
    if (next == RP_LOGIN_FAILED)
        check_failure(play);
    if (next == RP_LOGIN_ENTERED)
        expect(play->secure && has(&login->client_out, RP_SPAN("R\0\0\0\x08\0\0\0\0")));
    if (next == RP_LOGIN_UPSTREAM || next == RP_LOGIN_ENTERED)
        expect(login->user[0] != '\0' &&
               (play->order.user[0] == '\0' || strcmp(login->user, play->order.user) == 0));
}

static void lose(struct play *play)
{
    if (play->login.user[0] == '\0')
        return; /* nothing has been dialled */
    play->login.protocol->restart(&play->login);
    give_token(play);
    rp_buf_clear(&play->verified);
    play->secure = false;
    play->failed = false;
}

static void step(struct play *play, unsigned what, struct rp_span bytes)
{
    if (what == CLIENT) {
        rp_buf_add(&play->client, bytes);
        rp_buf_add(&play->login.client_in, bytes);
    } else if (what == SERVER && play->login.user[0] != '\0' && !play->failed) {
        rp_buf_add(&play->server, bytes);
        if (play->secure)
            rp_buf_add(&play->verified, bytes);
        rp_buf_add(&play->login.upstream_in, bytes);
    } else {
        lose(play);
    }
    if (!play->failed)
        advance(play);
}

static void set_order(struct rp_gate_order *order, unsigned choice)
{
    *order = (struct rp_gate_order){.engine = RP_ENGINE_POSTGRES, .port = 5432};
    order->endpoint.kind = (choice & 1) != 0 ? RP_ENDPOINT_DSQL : RP_ENDPOINT_CLUSTER;
    if ((choice & 2) != 0)
        memcpy(order->user, "bob", sizeof("bob"));
    order->wait = (choice & 4) != 0 ? 10 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span rest = {(const char *)data, size};
    struct play play = {
        .client = {.max = SAID_MAX}, .server = {.max = SAID_MAX}, .verified = {.max = SAID_MAX}};

    if (size == 0 || size > RP_LOGIN_BUFFER_MAX)
        return 0;
    set_order(&play.order, data[0]);
    rp_gate_login_init(&play.login, &play.order);
    give_token(&play); /* before its time, to see that it waits */
    rest = rp_span_skip(rest, 1);
    while (rest.n > 0 && !play.over) {
        uint8_t head = (uint8_t)rest.p[0];
        struct rp_span bytes = rp_span_first(rp_span_skip(rest, 1), head >> 2);
        rest = rp_span_skip(rest, 1 + bytes.n);
        step(&play, head & 3, bytes);
    }
    rp_buf_release(&play.client);
    rp_buf_release(&play.server);
    rp_buf_release(&play.verified);
    rp_gate_login_release(&play.login);
    return 0;
}
