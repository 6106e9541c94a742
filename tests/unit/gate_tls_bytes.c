/*
 * TLS, byte by byte: servers that break off or stall, protocols that are none,
 * and what passes when all is well.
 */
#include <errno.h>
#include <openssl/err.h>
#include <signal.h>

#include "tap.h"
#include "tls_pair.h"

enum { BULK = 1 << 20 };

static struct rp_tls_context *context;
static struct made good; /* what a right server has */

/* --- servers that break the handshake -------------------------------------------- */

/* It closes after so many bytes, for every number of them, or every few. */
static void test_closes_anywhere(int version, size_t step)
{
    bool cut = true;
    size_t wrong = 0;
    size_t n = 0;

    for (; cut; n += step) {
        struct pair pair;
        open_pair(&pair, &good, NULL);
        MUST(SSL_CTX_set_max_proto_version(pair.server.context, version) == 1);
        pair.server.left = n;
        shake_hands(&pair, context, false);
        cut = pair.server.cut;
        enum rp_seen seen = cut ? RP_SEEN_CLOSED : RP_SEEN_NOTHING;
        if (pair.result != (cut ? RP_TLS_CLOSED : RP_TLS_DONE) || pair.seen.seen != seen)
            wrong++;
        close_pair(&pair);
    }
    IS_INT(wrong, 0, "closed early: closed; else done");
    OK(n > 500, "up to %zu bytes", n);
}

static void test_stalls(void)
{
    struct pair pair;
    struct rp_error err = {0};

    open_pair(&pair, &good, NULL);
    tls_server_start(&pair.server);
    WORKS(rp_tls_start(context, pair.fd, PAIR_HOST, false, &pair.tls, &err), err, "starts");
    for (int i = 0; i < 3; i++)
        IS_INT(rp_tls_handshake(&pair.tls, &pair.seen), RP_TLS_WANTS_READ, "silent: waits");
    tls_server_take(&pair.server);
    (void)SSL_do_handshake(pair.server.ssl);
    pair.server.left = 100;
    char *bytes = NULL;
    MUST(BIO_get_mem_data(SSL_get_wbio(pair.server.ssl), &bytes) > 100);
    MUST(write(pair.server.fd, bytes, 100) == 100);
    for (int i = 0; i < 3; i++)
        IS_INT(rp_tls_handshake(&pair.tls, &pair.seen), RP_TLS_WANTS_READ, "silent then: waits");
    close_pair(&pair);
}

/* Sends these bytes and nothing else. */
static struct pair answer_with(struct rp_span bytes)
{
    struct pair pair;
    struct rp_error err = {0};

    open_pair(&pair, &good, NULL);
    MUST(!rp_failed(rp_tls_start(context, pair.fd, PAIR_HOST, false, &pair.tls, &err)));
    MUST(write(pair.server.fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    pair.result = rp_tls_handshake(&pair.tls, &pair.seen);
    return pair;
}

static void test_other_answers(void)
{
    /* A ServerHello of TLS 1.1, which was not offered. */
    static const char old[] = "\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02"
                              "0123456789abcdef0123456789abcdef\x00\xc0\x13\x00";
    struct pair pair = answer_with(RP_SPAN("HTTP/1.1 400 Bad Request\r\n\r\n"));

    OK(pair.result == RP_TLS_FAILED && pair.seen.verify == 0, "HTTP");
    IS_STR(pair.seen.tls, "wrong version number", "HTTP: why");
    close_pair(&pair);
    pair = answer_with(RP_SPAN("\x17\x00\x00\x01\xff\x10\x04Too many connections"));
    IS_STR(pair.seen.tls, "wrong version number", "MySQL's error packet: why");
    close_pair(&pair);
    pair = answer_with((struct rp_span){old, sizeof(old) - 1});
    IS_INT(pair.result, RP_TLS_FAILED, "TLS 1.1 all the same");
    IS_STR(pair.seen.tls, "unsupported protocol", "TLS 1.1 all the same: why");
    close_pair(&pair);
    pair = answer_with(RP_SPAN("\x15\x03\x03\x00\x02\x02\x70"));
    IS_STR(pair.seen.tls, "tlsv1 unrecognized name", "an alert: its name");
    OK(pair.result == RP_TLS_FAILED && pair.seen.seen == RP_SEEN_NOTHING, "an alert");
    close_pair(&pair);

    open_pair(&pair, &good, NULL);
    MUST(SSL_CTX_set_max_proto_version(pair.server.context, TLS1_1_VERSION) == 1);
    shake_hands(&pair, context, false);
    OK(pair.result == RP_TLS_FAILED && pair.seen.verify == 0, "a server that ends at TLS 1.1");
    OK(strstr(pair.seen.tls, "protocol version") != NULL, "why: %s", pair.seen.tls);
    close_pair(&pair);

    /* It reset the connection; unread bytes make the kernel say so. */
    struct rp_error err = {0};
    open_pair(&pair, &good, NULL);
    WORKS(rp_tls_start(context, pair.fd, PAIR_HOST, false, &pair.tls, &err), err, "starts");
    IS_INT(rp_tls_handshake(&pair.tls, &pair.seen), RP_TLS_WANTS_READ, "waits");
    tls_server_release(&pair.server);
    IS_INT(rp_tls_handshake(&pair.tls, &pair.seen), RP_TLS_FAILED, "reset");
    OK(pair.seen.seen == RP_SEEN_CLOSED && pair.seen.sys == ECONNRESET, "closed, by a reset");
    close_pair(&pair);
}

/* --- names of protocol and server -------------------------------------------------- */

static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_n,
                           const unsigned char *in, unsigned in_n, void *self)
{
    (void)ssl;
    MUST(in_n == 11 && memcmp(in, "\x0apostgresql", 11) == 0);
    if (*(int *)self != SSL_TLSEXT_ERR_OK)
        return *(int *)self;
    *out = in + 1;
    *out_n = 10;
    return SSL_TLSEXT_ERR_OK;
}

static void test_protocol_name(void)
{
    static const struct {
        int answer;
        enum rp_tls_result result;
        const char *tls;
    } cases[] = {
        {SSL_TLSEXT_ERR_OK, RP_TLS_DONE, ""},
        {SSL_TLSEXT_ERR_NOACK, RP_TLS_FAILED, "no application protocol is agreed on (ALPN)"},
        {SSL_TLSEXT_ERR_ALERT_FATAL, RP_TLS_FAILED, "tlsv1 alert no application protocol"},
    };
    struct pair pair;

    for (size_t i = 0; i < 3; i++) {
        int answer = cases[i].answer;
        open_pair(&pair, &good, NULL);
        SSL_CTX_set_alpn_select_cb(pair.server.context, select_protocol, &answer);
        shake_hands(&pair, context, true);
        IS_INT(pair.result, cases[i].result, "TLS first");
        IS_STR(pair.seen.tls, cases[i].tls, "TLS first: why");
        close_pair(&pair);
    }
    int answer = SSL_TLSEXT_ERR_ALERT_FATAL;
    open_pair(&pair, &good, NULL);
    SSL_CTX_set_alpn_select_cb(pair.server.context, select_protocol, &answer);
    shake_hands(&pair, context, false);
    IS_INT(pair.result, RP_TLS_DONE, "TLS second: no protocol is named");
    IS_STR(SSL_get_servername(pair.server.ssl, TLSEXT_NAMETYPE_host_name), PAIR_HOST, "SNI");
    close_pair(&pair);
}

/* --- bytes ------------------------------------------------------------------- */

static void open_good(struct pair *pair, int version)
{
    open_pair(pair, &good, NULL);
    MUST(SSL_CTX_set_max_proto_version(pair->server.context, version) == 1);
    shake_hands(pair, context, false);
    MUST(pair->result == RP_TLS_DONE);
}

static void test_reads(int version)
{
    struct pair pair;
    char bytes[400];
    size_t n = 0;

    open_good(&pair, version);
    OK(!rp_tls_has_pending(&pair.tls), "nothing waits");
    IS_INT(rp_tls_read(&pair.tls, bytes, sizeof(bytes), &n), RP_TLS_WANTS_READ, "nothing to read");
    for (int i = 0; i < 3; i++)
        MUST(SSL_write(pair.server.ssl, "0123456789", 10) == 10);
    tls_server_give(&pair.server);
    OK(rp_tls_read(&pair.tls, bytes, 4, &n) == RP_TLS_DONE && n == 4, "a part");
    OK(rp_tls_has_pending(&pair.tls), "the rest waits inside");
    size_t total = n;
    while (rp_tls_read(&pair.tls, bytes, sizeof(bytes), &n) == RP_TLS_DONE)
        total += n;
    IS_INT(total, 30, "all of it");
    OK(!rp_tls_has_pending(&pair.tls), "nothing is left");

    /* Half a record is nothing yet. */
    char *out = NULL;
    MUST(SSL_write(pair.server.ssl, "0123456789", 10) == 10);
    pair.server.left = (size_t)BIO_get_mem_data(SSL_get_wbio(pair.server.ssl), &out) - 5;
    MUST(write(pair.server.fd, out, pair.server.left) == (ssize_t)pair.server.left);
    IS_INT(rp_tls_read(&pair.tls, bytes, sizeof(bytes), &n), RP_TLS_WANTS_READ, "half a record");
    OK(!rp_tls_has_pending(&pair.tls), "half a record does not wait");
    MUST(write(pair.server.fd, out + pair.server.left, 5) == 5);
    OK(rp_tls_read(&pair.tls, bytes, sizeof(bytes), &n) == RP_TLS_DONE && n == 10,
       "its other half");
    close_pair(&pair);
}

/* More than the sockets hold, in both directions; the source moves about in memory. */
static void test_bulk(int version)
{
    struct pair pair;
    char *sent = malloc(BULK);
    char *moved[2] = {malloc(BULK), malloc(BULK)}; /* the source, here and there in turn */
    char *got = calloc(1, BULK);
    size_t at = 0;
    size_t come = 0;
    int waits = 0;

    MUST(sent != NULL && moved[0] != NULL && moved[1] != NULL && got != NULL);
    for (size_t i = 0; i < BULK; i++)
        sent[i] = (char)(i * 7 + i / 251);
    open_good(&pair, version);
    for (unsigned turn = 0; come < BULK; turn++) {
        size_t n = 0;
        memcpy(moved[turn % 2], sent + at, BULK - at);
        enum rp_tls_result result = rp_tls_write(&pair.tls, moved[turn % 2], BULK - at, &n);
        MUST(result == RP_TLS_DONE || result == RP_TLS_WANTS_WRITE);
        at += n;
        if (n > 0)
            continue;
        waits += at < BULK;
        tls_server_take(&pair.server);
        while (SSL_read_ex(pair.server.ssl, got + come, BULK - come, &n) == 1)
            come += n;
    }
    OK(at == BULK && memcmp(sent, got, BULK) == 0, "all is sent, in order");
    OK(waits > 1, "though the socket was full");

    memset(got, 0, BULK);
    MUST(SSL_write(pair.server.ssl, sent, BULK) == BULK);
    for (come = 0; come < BULK;) {
        size_t n = 0;
        tls_server_give(&pair.server);
        while (rp_tls_read(&pair.tls, got + come, BULK - come, &n) == RP_TLS_DONE)
            come += n;
    }
    OK(memcmp(sent, got, BULK) == 0, "all is read, in order");
    size_t n = 1;
    OK(rp_tls_write(&pair.tls, sent, 0, &n) == RP_TLS_DONE && n == 0, "nothing is written at once");
    close_pair(&pair);
    free(sent);
    free(moved[0]);
    free(moved[1]);
    free(got);
}

static void test_new_keys(void)
{
    struct pair pair;
    char bytes[16];
    size_t n = 0;

    open_good(&pair, TLS1_3_VERSION);
    MUST(SSL_key_update(pair.server.ssl, SSL_KEY_UPDATE_REQUESTED) == 1);
    MUST(SSL_write(pair.server.ssl, "new", 3) == 3);
    tls_server_give(&pair.server);
    OK(rp_tls_read(&pair.tls, bytes, sizeof(bytes), &n) == RP_TLS_DONE && n == 3, "new keys");
    OK(rp_tls_write(&pair.tls, "ours", 4, &n) == RP_TLS_DONE && n == 4, "ours as well");
    tls_server_take(&pair.server);
    IS_INT(SSL_read(pair.server.ssl, bytes, sizeof(bytes)), 4, "it is understood");
    close_pair(&pair);

    open_good(&pair, TLS1_2_VERSION);
    MUST(SSL_renegotiate(pair.server.ssl) == 1);
    tls_server_step(&pair.server);
    IS_INT(rp_tls_read(&pair.tls, bytes, sizeof(bytes), &n), RP_TLS_WANTS_READ, "no bytes for us");
    tls_server_take(&pair.server);
    OK(SSL_read(pair.server.ssl, bytes, sizeof(bytes)) <= 0 &&
           ERR_GET_REASON(ERR_peek_error()) == SSL_R_NO_RENEGOTIATION,
       "a second handshake is refused");
    close_pair(&pair);
}

static void test_ends(void)
{
    static const char forged[] = "\x17\x03\x03\x00\x20"
                                 "0123456789abcdef0123456789abcdef";
    struct pair pair;
    char bytes[16];
    size_t n = 0;

    open_good(&pair, TLS1_3_VERSION);
    (void)SSL_shutdown(pair.server.ssl);
    tls_server_give(&pair.server);
    IS_INT(rp_tls_read(&pair.tls, bytes, sizeof(bytes), &n), RP_TLS_CLOSED, "close_notify");
    OK(rp_tls_write(&pair.tls, "x", 1, &n) == RP_TLS_DONE, "the other way is still open");
    rp_tls_release(&pair.tls);
    tls_server_take(&pair.server);
    IS_INT(SSL_read(pair.server.ssl, bytes, sizeof(bytes)), 1, "what was written");
    (void)SSL_read(pair.server.ssl, bytes, sizeof(bytes));
    OK((SSL_get_shutdown(pair.server.ssl) & SSL_RECEIVED_SHUTDOWN) != 0, "release says goodbye");
    close_pair(&pair);

    open_good(&pair, TLS1_3_VERSION);
    tls_server_release(&pair.server);
    IS_INT(rp_tls_read(&pair.tls, bytes, sizeof(bytes), &n), RP_TLS_CLOSED, "an end without it");
    OK(rp_tls_write(&pair.tls, "x", 1, &n) == RP_TLS_FAILED, "and nothing can be written");
    close_pair(&pair);

    open_good(&pair, TLS1_2_VERSION);
    MUST(write(pair.server.fd, forged, sizeof(forged) - 1) == (ssize_t)sizeof(forged) - 1);
    errno = EBUSY;
    IS_INT(rp_tls_read(&pair.tls, bytes, sizeof(bytes), &n), RP_TLS_FAILED, "a forged record");
    IS_INT(errno, 0, "for which the system has no words");
    close_pair(&pair);
}

int main(void)
{
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    const struct recipe authority = {.cn = "Root", .ca = true};
    const struct recipe server = {.cn = "x", .names = "DNS:" PAIR_HOST};
    RP_BUF_AUTO struct rp_buf der = {.max = 65536};
    struct rp_error err = {0};

    (void)signal(SIGPIPE, SIG_IGN);
    struct made root = made_certificate(&authority, NULL);
    good = made_certificate(&server, &root);
    made_add_der(&root, &der);
    WORKS(rp_tls_context_new(rp_buf_span(&der), false, &context, &err), err, "a context");
    for (size_t v = 0; v < 2; v++) {
        test_reads(versions[v]);
        test_bulk(versions[v]);
    }
    test_closes_anywhere(TLS1_3_VERSION, 1);
    test_closes_anywhere(TLS1_2_VERSION, 5);
    test_stalls();
    test_other_answers();
    test_protocol_name();
    test_new_keys();
    test_ends();
    rp_tls_context_free(context);
    made_release(&root);
    made_release(&good);
    return tap_done();
}
