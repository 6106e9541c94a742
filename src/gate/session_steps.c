/* What is told of a login's conversation, where the parent wants to know. */
#include "session_state.h"
#include "tell.h"

static bool speaks_mysql(const struct rp_session *session)
{
    return session->server->order.engine == RP_ENGINE_MYSQL;
}

/*
 * The server has answered rightly: with a greeting, to which the client is to
 * answer next, or with 'S', so that TLS is next. DSQL makes TLS before all else.
 */
static void tell_greeting(struct rp_session *session)
{
    struct rp_session_login *login = session->login;
    bool connected = session->upstream.fd >= 0;

    if (login->greeted || !connected || session->upstream.secure)
        return;
    login->greeted = true;
    if (speaks_mysql(session))
        rp_tell_greeting(&session->upstream, "mysql", login->talk.mysql.upstream.version);
    else
        rp_tell_greeting(&session->upstream, "postgres", NULL);
}

static void tell_token_asked(const struct rp_session *session)
{
    rp_tell_authentication(&session->upstream,
                           speaks_mysql(session) ? "mysql_clear_password" : "clear-text password",
                           true);
}

void rp_session_tell(struct rp_session *session)
{
    const struct rp_session_login *login = session->login;

    if (session->server->order.purpose == RP_GATE_SERVE)
        return;
    switch (login->next) {
    case RP_LOGIN_CLIENT:
    case RP_LOGIN_TLS:
        tell_greeting(session);
        break;
    case RP_LOGIN_TOKEN:
        tell_token_asked(session);
        break;
    case RP_LOGIN_FAILED:
        if (login->talk.seen.seen == RP_SEEN_ASKS_OTHER)
            rp_tell_authentication(&session->upstream, login->talk.seen.asked, false);
        break;
    case RP_LOGIN_ENTERED:
        if (!login->talk.asked_token)
            rp_tell_authentication(&session->upstream, NULL, false);
        break;
    case RP_LOGIN_DIAL:
    case RP_LOGIN_UPSTREAM:
    case RP_LOGIN_REFUSED:
    case RP_LOGIN_CANCEL:
        break;
    }
}
