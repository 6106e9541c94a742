/* A login to PostgreSQL of which a test plays both ends. */
#ifndef POSTGRES_STAGE_H
#define POSTGRES_STAGE_H

#include "gate/login.h"
#include "tap.h"

#define TOKEN "db.abc.eu-west-1.rds.amazonaws.com:5432/?Action=connect&X-Amz-Algorithm=0123456789ab"
#define SSL_REQUEST "\0\0\0\x08\x04\xd2\x16\x2f"
#define GSS_REQUEST "\0\0\0\x08\x04\xd2\x16\x30"
#define BOB "user\0bob\0database\0shop\0"
#define LET_IN "R\0\0\0\x08\0\0\0\0"
#define ASKS "R\0\0\0\x08\0\0\0\x03"
#define KEY "K\0\0\0\x0c\0\0\x30\x39key\xff"
#define UTC "S\0\0\0\x11TimeZone\0UTC\0"
#define NOTICE "N\0\0\0\x06M\0"
#define READY "Z\0\0\0\x05I"

/* An endpoint, and a client and a server to be played. */
struct stage {
    struct rp_gate_order order;
    struct rp_gate_login login;
};

static inline void set_up(struct stage *stage)
{
    stage->order = (struct rp_gate_order){.engine = RP_ENGINE_POSTGRES, .port = 5432};
    stage->order.endpoint.kind = RP_ENDPOINT_CLUSTER;
    rp_gate_login_init(&stage->login, &stage->order);
}

static inline void tear_down(struct stage *stage)
{
    rp_gate_login_release(&stage->login);
}

static inline void set_name(char *out, const char *name)
{
    memcpy(out, name, strlen(name) + 1);
}

static inline enum rp_login_next advance(struct stage *stage)
{
    return stage->login.protocol->advance(&stage->login);
}

/* Has one side say something. */
static inline enum rp_login_next client_says(struct stage *stage, struct rp_span bytes)
{
    rp_buf_add(&stage->login.client_in, bytes);
    return advance(stage);
}

static inline enum rp_login_next server_says(struct stage *stage, struct rp_span bytes)
{
    rp_buf_add(&stage->login.upstream_in, bytes);
    return advance(stage);
}

static inline enum rp_login_next client_starts(struct stage *stage, uint32_t version,
                                               struct rp_span parameters)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_POSTGRES_FIRST_MAX};
    uint32_t n = (uint32_t)parameters.n + 9;

    for (int i = 0; i < 8; i++)
        rp_buf_add_char(&body, (char)(i < 4 ? n >> (24 - 8 * i) : version >> (56 - 8 * i)));
    rp_buf_add(&body, parameters);
    rp_buf_add_char(&body, '\0');
    return client_says(stage, rp_buf_span(&body));
}

/* Looks at what is to go out on one side, and takes it. */
static inline void goes_out(struct rp_buf *out, struct rp_span want, const char *name)
{
    OK(rp_span_eq(rp_buf_span(out), want), "%s", name);
    if (!rp_span_eq(rp_buf_span(out), want))
        (void)printf("# %zu bytes, not %zu\n", out->len, want.n);
    rp_buf_clear(out);
}

static inline void to_client(struct stage *stage, struct rp_span want, const char *name)
{
    goes_out(&stage->login.client_out, want, name);
}

static inline void to_server(struct stage *stage, struct rp_span want, const char *name)
{
    goes_out(&stage->login.upstream_out, want, name);
}

/* The client is to get this error. */
static inline void client_gets_error(struct stage *stage, const char *sqlstate, const char *part)
{
    struct rp_postgres_message message = {0};
    struct rp_postgres_error error = {0};
    struct rp_span bytes = rp_buf_span(&stage->login.client_out);
    size_t used = 0;

    if (bytes.n > 0 && bytes.p[0] == 'N')
        bytes = rp_span_skip(bytes, 1);
    OK(!rp_failed(rp_postgres_take(bytes, 9999, &message, &used, NULL)) && used == bytes.n &&
           message.type == 'E' && !rp_failed(rp_postgres_parse_error(message.body, &error, NULL)),
       "an error and nothing else");
    IS_STR(error.sqlstate, sqlstate, "its SQLSTATE");
    OK(error.message.n > 0 && memmem(error.message.p, error.message.n, part, strlen(part)) != NULL,
       "its text has: %s", part);
    OK(rp_span_is(error.severity, "FATAL"), "it is fatal");
}

/* Up to where TLS is complete and the startup is out, for bob at shop; nothing is left to go out.
 */
static inline void log_in_to_tls(struct stage *stage, uint32_t version)
{
    OK(client_starts(stage, version, RP_SPAN(BOB)) == RP_LOGIN_DIAL &&
           advance(stage) == RP_LOGIN_UPSTREAM && server_says(stage, RP_SPAN("S")) == RP_LOGIN_TLS,
       "up to TLS");
    to_server(stage, RP_SPAN(SSL_REQUEST), "TLS was asked for");
    IS_INT(advance(stage), RP_LOGIN_UPSTREAM, "TLS is complete");
}

static inline void start(struct stage *stage, const char *name)
{
    OK(true, "%s", name);
    set_up(stage);
    log_in_to_tls(stage, RP_POSTGRES_3_0);
    to_server(stage, RP_SPAN("\0\0\0\x20\0\x03\0\0" BOB "\0"), "and then the startup message");
}

static inline void give_token(struct stage *stage)
{
    OK(!rp_failed(rp_secret_set(&stage->login.token, RP_SPAN(TOKEN), NULL)), "a token");
}

/* Nothing of the token may be where it must not. */
static inline void no_token_in(const struct rp_buf *bytes, const char *name)
{
    OK(bytes->len == 0 || memmem(bytes->data, bytes->len, "0123456789ab", 12) == NULL,
       "no token goes to %s", name);
}

#endif
