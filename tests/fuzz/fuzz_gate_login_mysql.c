/*
 * MySQL's login with both ends held by arbitrary bytes. The first byte says what
 * is ordered; then come steps of a byte each, some with a length and bytes. The
 * session around the login is a good one: it dials, does TLS and gets tokens
 * when it is told to.
 *
 * Whatever they say: the token leaves after TLS and a request for it, and to the
 * server; before TLS nothing leaves but the request for TLS; nobody enters
 * without TLS; what is told of a failure does not show the token.
 */
#include "gate/login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum step { FROM_CLIENT, FROM_SERVER, RESTART, REFUSE, STEPS };
enum { SSL_REQUEST_SIZE = 36 };

#define SECRET "0123456789abcdefghijklmnopqrstuvwxyzABCDEF"

static const char token[] = "db.example:3306/?Action=connect&X-Amz-Algorithm=" SECRET;

struct talk {
    struct rp_gate_login login;
    enum rp_login_next next;
    struct rp_buf heard; /* from the server, since it was dialled */
    size_t clear;        /* how much went to it before TLS */
    bool secure;
};

static void demand(bool good)
{
    if (!good)
        abort();
}

static bool holds(struct rp_span text, const char *word)
{
    return text.n > 0 && memmem(text.p, text.n, word, strlen(word)) != NULL;
}

/* Checks what goes out, as it is flushed. */
static void flush(struct talk *talk)
{
    struct rp_span up = rp_buf_span(&talk->login.upstream_out);

    demand(!holds(rp_buf_span(&talk->login.client_out), SECRET));
    if (holds(up, SECRET))
        demand(talk->secure && talk->login.asked_token &&
               holds(rp_buf_span(&talk->heard), "mysql_clear_password"));
    if (!talk->secure)
        talk->clear += up.n;
    demand(talk->clear <= SSL_REQUEST_SIZE);
    rp_buf_clear(&talk->login.client_out);
    rp_buf_clear(&talk->login.upstream_out);
}

static void check_end(const struct talk *talk)
{
    if (talk->next == RP_LOGIN_ENTERED)
        demand(talk->secure);
    demand(!holds(rp_span(talk->login.seen.text), SECRET) &&
           !holds(rp_span(talk->login.seen.asked), SECRET));
    demand(talk->next != RP_LOGIN_CANCEL);
}

/* Advances as long as we can give what it waits for. */
static void go_on(struct talk *talk)
{
    struct rp_gate_login *login = &talk->login;
    bool more = true;

    while (more) {
        talk->next = login->protocol->advance(login);
        more = false;
        if (talk->next == RP_LOGIN_TLS) {
            flush(talk);
            demand(login->upstream_in.len == 0 && talk->clear == SSL_REQUEST_SIZE);
            talk->secure = true;
            more = true;
        } else if (talk->next == RP_LOGIN_TOKEN) {
            demand(talk->secure && login->asked_token && login->user[0] != '\0');
            more = !rp_failed(rp_secret_set(&login->token, rp_span(token), NULL));
        } else if (talk->next == RP_LOGIN_DIAL) {
            more = true;
        }
        flush(talk);
    }
    check_end(talk);
}

static bool is_over(const struct talk *talk)
{
    return talk->next == RP_LOGIN_ENTERED || talk->next == RP_LOGIN_REFUSED;
}

static void restart(struct talk *talk)
{
    talk->login.protocol->restart(&talk->login);
    demand(rp_secret_is_empty(&talk->login.token) && !talk->login.asked_token);
    talk->secure = false;
    talk->clear = 0;
    rp_buf_clear(&talk->heard);
    go_on(talk);
}

/* Takes a length and so many bytes. */
static struct rp_span take_bytes(struct rp_span *rest)
{
    size_t n = rest->n == 0 ? 0 : (uint8_t)rest->p[0];
    struct rp_span bytes = rp_span_first(rp_span_skip(*rest, 1), n);

    *rest = rp_span_skip(*rest, 1 + n);
    return bytes;
}

static void do_step(struct talk *talk, enum step step, struct rp_span *rest)
{
    const struct rp_error why = {.kind = RP_KIND_NETWORK, .msg = "the end"};
    struct rp_span bytes;

    switch (step) {
    case FROM_CLIENT:
        rp_buf_add(&talk->login.client_in, take_bytes(rest));
        go_on(talk);
        break;
    case FROM_SERVER:
        bytes = take_bytes(rest);
        rp_buf_add(&talk->login.upstream_in, bytes);
        rp_buf_add(&talk->heard, bytes);
        go_on(talk);
        break;
    case RESTART:
        restart(talk);
        break;
    case REFUSE:
    case STEPS:
        talk->login.protocol->refuse(&talk->login, &why, &talk->login.seen);
        flush(talk);
        talk->next = RP_LOGIN_REFUSED;
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span rest = {(const char *)data, size};
    struct rp_gate_order order = {.engine = RP_ENGINE_MYSQL, .port = 3306};
    struct talk talk = {.heard = {.max = RP_LOGIN_BUFFER_MAX}};

    /* What a server says in its OK is passed on: it shall not make up the token. */
    if (size == 0 || size > RP_LOGIN_BUFFER_MAX / 2 || holds(rest, "0123456789ab"))
        return 0;
    if ((data[0] & 1) != 0)
        memcpy(order.user, "app_user", sizeof("app_user"));
    if ((data[0] & 2) != 0)
        order.wait = 60;
    order.endpoint.kind = RP_ENDPOINT_CLUSTER;
    rp_gate_login_init(&talk.login, &order);
    rest = rp_span_skip(rest, 1);
    go_on(&talk);
    while (rest.n > 0 && !is_over(&talk)) {
        enum step step = (enum step)((uint8_t)rest.p[0] % STEPS);
        rest = rp_span_skip(rest, 1);
        do_step(&talk, step, &rest);
    }
    rp_gate_login_release(&talk.login);
    rp_buf_release(&talk.heard);
    return 0;
}
