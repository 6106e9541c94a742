/*
 * A stand-in for rdspass-gate that does what RP_TEST_FAKE says: dies, lies, does
 * not go, or opens doors that lead nowhere. A program, since a helper cannot be a
 * script.
 */
#include <signal.h>

#include "rdspass/ipc/gate.h"

/* Sends a message and frees its header. */
static int say(struct rp_json *json, struct rp_span body)
{
    RP_JSON_AUTO struct rp_json *header = json;
    return rp_failed(rp_message_write(STDIN_FILENO, "rdspass", header, body, NULL)) ? 7 : 0;
}

static int say_text(const char *text)
{
    return write(STDIN_FILENO, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : 7;
}

static int fail(void)
{
    struct rp_error why = {0};

    rp_ignore(rp_fail(&why, RP_KIND_CONFIG, "the roots are none"));
    rp_hint(&why, "others, please");
    return say(rp_gate_format_failure(&why), RP_SPAN("")) + 1;
}

/* Says "opened" with the number of roots' bytes as port, asks for a token, and waits for the end.
 */
static int open_doors(const struct rp_message *request)
{
    RP_MESSAGE_AUTO struct rp_message next = {0};
    struct rp_gate_order order;
    bool ended = false;

    if (rp_failed(rp_gate_parse_open(request, &order, NULL)))
        return 6;
    if (say(rp_gate_format_opened((uint16_t)(request->body.len % 65521)), RP_SPAN("")) != 0 ||
        say(rp_gate_format_sign(order.user, false), RP_SPAN("")) != 0)
        return 7;
    while (!ended)
        if (rp_failed(rp_message_read(STDIN_FILENO, "rdspass", -1, &next, &ended, NULL)))
            return 8;
    return 0;
}

static int serve(struct rp_span how, const struct rp_message *request)
{
    static const struct rp_gate_facts facts = {.tls = "TLSv1.3"};

    if (rp_span_is(how, "killed"))
        return raise(SIGKILL);
    if (rp_span_is(how, "killed-halfway"))
        return say_text("{\"rdspass\":") + raise(SIGKILL);
    if (rp_span_is(how, "exit-later"))
        return 9;
    if (rp_span_is(how, "garbage"))
        return say_text("hello\n") + 1;
    if (rp_span_is(how, "wrong"))
        return say(rp_gate_format_entered(&facts), RP_SPAN(""));
    if (rp_span_is(how, "malformed"))
        return say(rp_gate_format_entered(&facts), RP_SPAN("a body"));
    if (rp_span_is(how, "failure"))
        return fail();
    if (rp_span_is(how, "certificates"))
        return say(rp_gate_format_certificates(), rp_buf_span(&request->body));
    if (rp_span_is(how, "stays") || rp_span_is(how, "stays-for-ever")) {
        if (rp_span_is(how, "stays-for-ever"))
            (void)signal(SIGTERM, SIG_IGN);
        (void)say(rp_gate_format_opened(1), RP_SPAN(""));
        return pause();
    }
    return open_doors(request);
}

int main(void)
{
    RP_MESSAGE_AUTO struct rp_message request = {0};
    struct rp_span how = {0};
    bool ended = false;

    for (char **e = environ; *e != NULL; e++)
        if (rp_span_starts(rp_span(*e), "RP_TEST_FAKE="))
            how = rp_span_skip(rp_span(*e), strlen("RP_TEST_FAKE="));
    if (rp_span_is(how, "exit"))
        return 9;
    if (rp_span_is(how, "version")) /* judged by its first line: the rest is not read */
        return say_text("{\"rdspass\":\"9.9.9\",\"type\":\"failure\",\"why\":\"x\"}\n") + 1;
    if (rp_failed(rp_message_read(STDIN_FILENO, "rdspass", -1, &request, &ended, NULL)))
        return 8;
    return ended ? 0 : serve(how, &request);
}
