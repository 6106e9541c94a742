/* What both logins share: buffers with their limits, texts of a server without the token. */
#include "gate/login.h"
#include "tap.h"

#define HOST "db.abc.eu-west-1.rds.amazonaws.com:3306"
#define SIGNATURE "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
#define TAIL "AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261122&X-Amz-Signature=" SIGNATURE
#define TOKEN HOST "/?Action=connect&DBUser=alice.of.wonderland&X-Amz-Algorithm=" TAIL

static void test_init(void)
{
    struct rp_gate_order order = {.engine = RP_ENGINE_MYSQL};
    struct rp_gate_login login;

    rp_gate_login_init(&login, &order);
    OK(login.protocol == &rp_login_mysql && login.order == &order, "MySQL's protocol");
    IS_INT(login.client_in.max, RP_LOGIN_BUFFER_MAX, "the client's bytes have a limit");
    IS_INT(login.upstream_in.max, RP_LOGIN_BUFFER_MAX, "so have the server's");
    rp_gate_login_release(&login);
    order.engine = RP_ENGINE_POSTGRES;
    rp_gate_login_init(&login, &order);
    OK(login.protocol == &rp_login_postgres, "PostgreSQL's protocol");
    rp_buf_add_str(&login.client_out, "x");
    OK(!rp_failed(rp_secret_set(&login.token, RP_SPAN("t"), NULL)), "a token");
    rp_gate_login_release(&login);
    OK(login.client_out.data == NULL && rp_secret_is_empty(&login.token), "released");
    rp_gate_login_release(&login);
}

/* A server's text as it is shown, with `token` (NULL: none yet) and room for `size` bytes. */
static void quoted(const char *token, struct rp_span text, size_t size, const char *want)
{
    struct rp_gate_order order = {.engine = RP_ENGINE_MYSQL};
    struct rp_gate_login login;
    char out[RP_SEEN_TEXT_MAX + 1];

    rp_gate_login_init(&login, &order);
    OK(!rp_failed(rp_secret_set(&login.token, rp_span(token), NULL)), "a token");
    rp_gate_login_quote(&login, text, out, size);
    IS_STR(out, want, want);
    rp_gate_login_release(&login);
}

static void test_quote(void)
{
    enum { SIZE = RP_SEEN_TEXT_MAX + 1 };

    quoted(NULL, RP_SPAN("Access denied"), SIZE, "Access denied");
    quoted(NULL, RP_SPAN(""), SIZE, "");
    quoted(TOKEN, RP_SPAN("Access denied for 'alice.of.wonderland'@'" HOST "'"), SIZE,
           "Access denied for 'alice.of.wonderland'@'" HOST "'");
    quoted(TOKEN, RP_SPAN("bad token <" TOKEN ">"), SIZE,
           "bad token <" HOST
           "/?Action=connect&DBUser=alice.of.wonderland&X-Amz-Algorithm=[token]>");
    quoted(TOKEN, RP_SPAN("it ends in 3c4b5a697887"), SIZE, "it ends in [token]");
    quoted(TOKEN, RP_SPAN("it ends in 3c4b5a69788"), SIZE, "it ends in 3c4b5a69788");
    quoted(TOKEN, RP_SPAN(SIGNATURE " and " SIGNATURE), SIZE, "[token] and [token]");
    quoted(TOKEN, RP_SPAN(SIGNATURE SIGNATURE "."), SIZE, "[token][token].");
    quoted("a token of another form", RP_SPAN("'token of another' is none"), SIZE,
           "'[token]' is none");
    quoted("short", RP_SPAN("short"), SIZE, "short");
}

static void test_quote_cut(void)
{
    quoted(TOKEN, RP_SPAN("Access denied"), 7, "Access");
    quoted(TOKEN, RP_SPAN("Access denied"), 1, "");
    quoted(TOKEN, RP_SPAN("see " SIGNATURE), 12, "see [token]");
    quoted(TOKEN, RP_SPAN("see " SIGNATURE), 11, "see ");
}

int main(void)
{
    test_init();
    test_quote();
    test_quote_cut();
    return tap_done();
}
