/*
 * Causes from hostile observations: whatever a server says and whatever names a
 * person has, there is a cause, and its words and its advice are lines that a
 * terminal can take; a shell sees in a command as many words as were meant.
 */
#include "rdspass/base/utf8.h"
#include "rdspass/codec/json.h"
#include "rdspass/codec/shlex.h"
#include "rdspass/rds/causes.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Cuts bytes off the input into a text; a NUL ends it, as a parser would. */
static void take_text(const uint8_t **data, size_t *left, char *out, size_t size)
{
    size_t n = *left < size - 1 ? *left : size - 1;

    memcpy(out, *data, n);
    out[n] = '\0';
    n = strlen(out) < n ? strlen(out) + 1 : n;
    *data += n;
    *left -= n;
}

static void check_line(const char *text)
{
    if (!rp_utf8_valid(rp_span(text)) || rp_utf8_has_control(rp_span(text)) ||
        strlen(text) >= RP_ERROR_TEXT_MAX)
        abort();
}

enum { ADVICE_MAX = 16384, PIECES_MAX = 60 };

static bool is_right(enum rp_advice_kind kind, struct rp_span piece)
{
    RP_BUF_AUTO struct rp_buf words = {.max = ADVICE_MAX};
    RP_JSON_AUTO struct rp_json *json = NULL;
    struct rp_error err = {0};
    size_t count;

    if (kind == RP_ADVICE_POLICY)
        return !rp_failed(rp_json_parse(piece, RP_KIND_CONFIG, "it", &json, &err));
    return kind != RP_ADVICE_SHELL || rp_shlex_split(piece, &words, &count) == NULL;
}

static void check_advice(const struct rp_cause *cause, const struct rp_cause_target *target)
{
    RP_BUF_AUTO struct rp_buf why = {.max = ADVICE_MAX};
    enum rp_advice_kind kind = RP_ADVICE_TEXT;

    rp_cause_explain(cause, target, &why);
    if (why.len == 0 || rp_utf8_has_control(rp_buf_span(&why)))
        abort();
    for (size_t i = 0;; i++) {
        RP_BUF_AUTO struct rp_buf piece = {.max = ADVICE_MAX};
        struct rp_span line;

        if (!rp_cause_advise(cause, target, i, &kind, &piece))
            return;
        struct rp_span rest = rp_buf_span(&piece);
        if (i == PIECES_MAX || piece.state != RP_BUF_FINE || !is_right(kind, rest))
            abort();
        while (rp_span_split(&rest, '\n', &line))
            if (!rp_utf8_valid(line) || rp_utf8_has_control(line))
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const hosts[] = {
        "demo.cluster-c0ffee123456.eu-central-1.rds.amazonaws.com",
        "one.c0ffee123456.eu-central-1.rds.amazonaws.com",
        "px.proxy-c0ffee123456.eu-central-1.rds.amazonaws.com",
        "abcdefghijklmnopqrstuvwxyz.dsql.eu-central-1.on.aws",
    };
    struct rp_observation seen = {0};
    struct rp_endpoint endpoint;
    struct rp_error err = {0};
    char user[256], database[256], via[64], identity[256], account[64], profile[64];

    if (size < 8 || rp_failed(rp_endpoint_parse(rp_span(hosts[data[0] % 4]), &endpoint, &err)))
        return 0;
    seen.stage = (enum rp_stage)(data[1] % RP_STAGE__COUNT);
    seen.seen = (enum rp_seen)(data[2] % RP_SEEN__COUNT);
    seen.sys = data[3] & 0x7f;
    seen.verify = data[4];
    seen.mysql_code = (uint16_t)(data[5] << 8 | data[6]);
    seen.no_token = (data[7] & 1) != 0;
    seen.resolver = -((data[7] >> 1) & 0xf);
    seen.ahead = (int64_t)((uint64_t)data[5] << 56 | data[6]);
    if (seen.stage == RP_STAGE_TARGET || seen.stage == RP_STAGE_IDENTITY)
        seen.failed = (enum rp_kind)(data[3] % RP_KIND__COUNT);
    enum rp_engine engine = (data[7] & 0x80) != 0 ? RP_ENGINE_MYSQL : RP_ENGINE_POSTGRES;
    data += 8;
    size -= 8;
    take_text(&data, &size, seen.sqlstate, sizeof(seen.sqlstate));
    take_text(&data, &size, via, sizeof(via));
    take_text(&data, &size, seen.text, sizeof(seen.text));
    take_text(&data, &size, user, sizeof(user));
    take_text(&data, &size, database, sizeof(database));
    take_text(&data, &size, seen.asked, sizeof(seen.asked));
    take_text(&data, &size, seen.addresses, sizeof(seen.addresses));
    take_text(&data, &size, seen.tls, sizeof(seen.tls));
    take_text(&data, &size, seen.certificate.issuer, sizeof(seen.certificate.issuer));
    take_text(&data, &size, seen.certificate.names, sizeof(seen.certificate.names));

    take_text(&data, &size, identity, sizeof(identity));
    take_text(&data, &size, account, sizeof(account));
    take_text(&data, &size, profile, sizeof(profile));
    take_text(&data, &size, seen.finding, sizeof(seen.finding));

    struct rp_cause_target target = {
        .endpoint = &endpoint,
        .port = 3306,
        .user = user,
        .database = database,
        .via = via,
        .region = "eu-central-1",
        .engine = engine,
        .identity = identity,
        .account = account,
        .profile = profile,
    };
    const struct rp_cause *cause = rp_cause_find(&seen, &target, &err);
    if (cause == NULL || err.kind != (seen.failed != RP_KIND_NONE ? seen.failed : cause->kind) ||
        err.msg[0] == '\0')
        abort();
    check_line(err.msg);
    check_line(err.hint);
    check_advice(cause, &target);
    rp_cause_read(seen.text, &seen, &target.engine);
    rp_cause_read_user(seen.text, user, sizeof(user));
    (void)rp_cause_read_endpoint(seen.text, &endpoint);
    check_advice(rp_cause_find(&seen, &target, &err), &target);
    check_line(err.msg);
    return 0;
}
