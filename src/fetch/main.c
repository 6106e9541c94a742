/*
 * rdspass-fetch: the program that talks to networks so that rdspass need not. It
 * performs the HTTP exchanges that come over its standard input, one after
 * another, answers over its standard output, and ends when the input does.
 */

#include "exchange.h"
#include "memory.h"
#include "rdspass/base/file.h"
#include "rdspass/base/process.h"
#include "rdspass/ipc/fetch.h"

static const char core[] = "rdspass"; /* who is at the other end */

/* Our own part of the confinement; rdspass has done the rest before it started us. */
static void confine(void)
{
    rp_process_confine("rdspass-fetch");
    (void)close_range(STDERR_FILENO + 1, ~0U, 0);
}

static int refuse_to_run(void)
{
    struct rp_error ignored;

    rp_ignore(rp_write_all(STDERR_FILENO,
                           RP_SPAN("rdspass-fetch: this is a helper of rdspass, which starts it "
                                   "when it needs it\n"),
                           "to standard error", &ignored));
    return 2;
}

/* Says in a message what was wrong; the core turns it into its error. */
static int refuse(const char *why)
{
    RP_JSON_AUTO struct rp_json *header = rp_fetch_format_refusal(why);
    struct rp_span none = {0};

    rp_ignore(rp_message_write(STDOUT_FILENO, core, header, none, NULL));
    return 1;
}

/* One request and its answer. False where there is no other end any more. */
static bool serve(struct rp_exchanger *exchanger, const struct rp_http_request *request,
                  struct rp_error *err)
{
    RP_HTTP_RESPONSE_AUTO struct rp_http_response response = {0};
    RP_JSON_AUTO struct rp_json *header = NULL;

    if (!rp_exchange(exchanger, request, STDIN_FILENO, &response))
        return false;
    return !rp_failed(rp_fetch_format_response(&response, &header, err)) &&
           !rp_failed(
               rp_message_write(STDOUT_FILENO, core, header, rp_buf_span(&response.body), err));
}

/* Serves until the input ends. */
static int serve_all(struct rp_exchanger *exchanger)
{
    for (bool first = true;; first = false) {
        RP_MESSAGE_AUTO struct rp_message message = {0};
        struct rp_http_request request;
        struct rp_error err = {0};
        bool ended = false;

        if (rp_failed(rp_message_read(STDIN_FILENO, core, -1, &message, &ended, &err)))
            return refuse(err.msg);
        if (ended)
            return first ? refuse_to_run() : 0;
        if (rp_failed(rp_fetch_parse_request(&message, &request, &err)))
            return refuse(err.msg);
        if (!serve(exchanger, &request, &err))
            return err.msg[0] == '\0' ? 0 : 1;
    }
}

int main(int argc, char *argv[])
{
    struct rp_exchanger exchanger = {0};

    (void)argv;
    confine();
    if (argc > 1 || isatty(STDIN_FILENO))
        return refuse_to_run();
    int code = rp_fetch_curl_init() && rp_exchanger_init(&exchanger)
                   ? serve_all(&exchanger)
                   : refuse("libcurl cannot be initialized");
    rp_exchanger_release(&exchanger);
    curl_global_cleanup();
    return code;
}
