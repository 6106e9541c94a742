/* What the logins of both protocols share: their memory, and a server's text without the token. */
#include "login.h"

#include <string.h>

/* A run of the token's secret part that is as long as this is taken out of a text. */
enum { TOKEN_RUN_MIN = 12 };

void rp_gate_login_init(struct rp_gate_login *login, const struct rp_gate_order *order)
{
    *login = (struct rp_gate_login){
        .protocol = order->engine == RP_ENGINE_MYSQL ? &rp_login_mysql : &rp_login_postgres,
        .order = order,
    };
    rp_buf_init(&login->client_in, RP_LOGIN_BUFFER_MAX);
    rp_buf_init(&login->client_out, RP_LOGIN_BUFFER_MAX);
    rp_buf_init(&login->upstream_in, RP_LOGIN_BUFFER_MAX);
    rp_buf_init(&login->upstream_out, RP_LOGIN_BUFFER_MAX);
    rp_buf_init(&login->cancel_key, RP_POSTGRES_KEY_MAX);
    rp_buf_init(&login->mysql.response, RP_MYSQL_PACKET_MAX);
    rp_buf_init(&login->mysql.welcome, RP_MYSQL_PACKET_MAX);
    rp_buf_init(&login->postgres.startup, RP_POSTGRES_FIRST_MAX);
    rp_buf_init(&login->postgres.held, RP_POSTGRES_HELD_MAX);
    rp_buf_init(&login->postgres.key, RP_POSTGRES_KEY_MAX);
}

void rp_gate_login_release(struct rp_gate_login *login)
{
    rp_buf_release(&login->client_in);
    rp_buf_release(&login->client_out);
    rp_buf_release(&login->upstream_in);
    rp_buf_release(&login->upstream_out);
    rp_buf_release(&login->cancel_key);
    rp_buf_release(&login->mysql.response);
    rp_buf_release(&login->mysql.welcome);
    rp_buf_release(&login->postgres.startup);
    rp_buf_release(&login->postgres.held);
    rp_buf_release(&login->postgres.key);
    rp_secret_release(&login->token);
}

/* What nobody may see of a token: all behind its host, action and user; of another form, all. */
static struct rp_span secret_part(const struct rp_secret *token)
{
    static const char head[] = "X-Amz-Algorithm=";
    struct rp_span all = rp_secret_reveal(token);
    const char *at = all.n == 0 ? NULL : memmem(all.p, all.n, head, strlen(head));

    return at == NULL ? all : rp_span_skip(all, (size_t)(at - all.p) + strlen(head));
}

/* How many bytes at the head of `text` stand in `secret`, too, in one run; 0 where it is short. */
static size_t run_at(struct rp_span secret, struct rp_span text)
{
    size_t n = TOKEN_RUN_MIN;

    if (text.n < n || secret.n < n || memmem(secret.p, secret.n, text.p, n) == NULL)
        return 0;
    while (n < text.n && memmem(secret.p, secret.n, text.p, n + 1) != NULL)
        n++;
    return n;
}

void rp_gate_login_quote(const struct rp_gate_login *login, struct rp_span text, char *out,
                         size_t size)
{
    const struct rp_span mark = RP_SPAN("[token]");
    struct rp_span secret = secret_part(&login->token);
    size_t used = 0;

    while (text.n > 0) {
        size_t run = run_at(secret, text);
        struct rp_span piece = run > 0 ? mark : rp_span_first(text, 1);
        if (used + piece.n >= size)
            break;
        memcpy(out + used, piece.p, piece.n);
        used += piece.n;
        text = rp_span_skip(text, run > 0 ? run : 1);
    }
    out[used] = '\0';
}

const char *rp_gate_login_stranger(struct rp_span bytes)
{
    static const struct {
        const char *first;
        const char *what;
    } known[] = {
        {"SSH-", "it speaks SSH"},
        {"HTTP/", "it speaks HTTP"},
        {"\x15\x03", "it wants TLS before all else"},
        {"220 ", "it speaks FTP or SMTP"},
        {"-ERR", "it speaks Redis's protocol, or POP3"},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (rp_span_starts(bytes, known[i].first))
            return known[i].what;
    return NULL;
}
