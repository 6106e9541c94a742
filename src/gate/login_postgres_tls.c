/* PostgreSQL's login, the request for TLS and its answer, for which nobody vouches. */
#include "login_postgres.h"

/* MySQL's server speaks first: three bytes of length, a number, then its version 10 or an error. */
static bool is_mysql(struct rp_span bytes)
{
    enum { SHORT = 5 };

    if (bytes.n < SHORT || bytes.p[0] == '\0' ||
        !rp_span_eq((struct rp_span){bytes.p + 1, 3}, RP_SPAN("\0\0\0")))
        return false;
    return bytes.p[4] == '\n' || bytes.p[4] == '\xff';
}

/* An error in place of an answer: a message, or in the old form a text and a NUL. */
static enum rp_login_next take_early_error(struct rp_gate_login *login)
{
    struct rp_span bytes = rp_buf_span(&login->upstream_in);
    struct rp_postgres_message message;
    size_t used = 0;

    if (rp_failed(rp_postgres_take(bytes, RP_POSTGRES_MESSAGE_MAX, &message, &used, NULL))) {
        struct rp_span text = rp_span_skip(bytes, 1);
        rp_gate_login_quote(login, rp_span_first(text, rp_span_find(text, '\0')), login->seen.text,
                            sizeof(login->seen.text));
        return rp_postgres_failed(login, RP_SEEN_NOTHING);
    }
    return used == 0 ? RP_LOGIN_UPSTREAM : rp_postgres_failed_error(login, message.body);
}

/* The one byte that answers our request for TLS. */
enum rp_login_next rp_postgres_take_answer(struct rp_gate_login *login)
{
    struct rp_span bytes = rp_buf_span(&login->upstream_in);
    const char *stranger = rp_gate_login_stranger(bytes); /* "SSH-" begins with the 'S' of a yes */

    if (bytes.n == 0)
        return RP_LOGIN_UPSTREAM;
    if (is_mysql(bytes))
        return rp_postgres_failed(login, RP_SEEN_OTHER_PROTOCOL);
    if (stranger != NULL)
        return rp_postgres_not_protocol(login, stranger);
    switch (bytes.p[0]) {
    case 'S':
        if (bytes.n > 1)
            return rp_postgres_failed(login, RP_SEEN_EARLY_BYTES);
        rp_buf_clear(&login->upstream_in);
        login->postgres.step = RP_POSTGRES_VERIFIED;
        return RP_LOGIN_TLS;
    case 'N':
        return rp_postgres_failed(login, RP_SEEN_NO_TLS);
    case 'E':
        return take_early_error(login);
    default:
        return rp_postgres_not_protocol(login,
                                        "it answers the request for TLS with something else");
    }
}

enum rp_login_next rp_postgres_ask_for_tls(struct rp_gate_login *login)
{
    rp_postgres_add_ssl_request(&login->upstream_out);
    login->postgres.step = RP_POSTGRES_ASKED;
    return rp_postgres_take_answer(login);
}
