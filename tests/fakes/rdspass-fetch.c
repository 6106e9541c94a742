/*
 * A stand-in for rdspass-fetch that does what RP_TEST_FAKE says: dies, lies, or
 * tells how it was started. A program, since a helper cannot be a script.
 */
#include <dirent.h>
#include <signal.h>

#include "rdspass/ipc/fetch.h"

enum { REPORT_MAX = 65536 };

/* argv, environment and descriptors, a line each. */
static void report(char *const argv[], struct rp_buf *out)
{
    for (char *const *a = argv; *a != NULL; a++) {
        rp_buf_add_str(out, "arg ");
        rp_buf_add_str(out, *a);
        rp_buf_add_char(out, '\n');
    }
    for (char **e = environ; *e != NULL; e++) {
        rp_buf_add_str(out, "env ");
        rp_buf_add_str(out, *e);
        rp_buf_add_char(out, '\n');
    }
    DIR *fds = opendir("/proc/self/fd");
    for (const struct dirent *d; fds != NULL && (d = readdir(fds)) != NULL;)
        if (d->d_name[0] != '.' && !rp_span_is(rp_span(d->d_name), "0") &&
            !rp_span_is(rp_span(d->d_name), "1") && !rp_span_is(rp_span(d->d_name), "2"))
            rp_buf_addf(out, "fd %s\n", d->d_name);
    if (fds != NULL)
        (void)closedir(fds);
}

static int answer(struct rp_span body)
{
    RP_JSON_AUTO struct rp_json *header = NULL;
    struct rp_http_response response = {.status = 200};

    if (rp_failed(rp_fetch_format_response(&response, &header, NULL)))
        return 1;
    return rp_failed(rp_message_write(STDOUT_FILENO, "rdspass", header, body, NULL)) ? 1 : 0;
}

static int say(const char *text)
{
    return write(STDOUT_FILENO, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : 1;
}

int main(int argc, char *argv[])
{
    RP_MESSAGE_AUTO struct rp_message request = {0};
    RP_BUF_AUTO struct rp_buf told = {.max = REPORT_MAX};
    struct rp_span how = {0};
    bool ended = false;

    for (char **e = environ; argc > 0 && *e != NULL; e++)
        if (rp_span_starts(rp_span(*e), "RP_TEST_FAKE="))
            how = rp_span_skip(rp_span(*e), strlen("RP_TEST_FAKE="));
    if (rp_span_is(how, "exit"))
        return 9;
    if (rp_failed(rp_message_read(STDIN_FILENO, "rdspass", -1, &request, &ended, NULL)))
        return 8;
    if (rp_span_is(how, "killed"))
        return raise(SIGKILL);
    if (rp_span_is(how, "killed-halfway"))
        return say("{\"rdspass\":") + raise(SIGKILL);
    if (rp_span_is(how, "garbage"))
        return say("hello\n");
    if (rp_span_is(how, "version"))
        return say("{\"rdspass\":\"9.9.9\",\"type\":\"refusal\",\"why\":\"x\"}\n");
    if (rp_span_is(how, "hang")) {
        (void)signal(SIGTERM, SIG_IGN);
        return pause();
    }
    if (rp_span_is(how, "long"))
        return answer(RP_SPAN("more than was asked for"));
    report(argv, &told);
    return answer(rp_buf_span(&told));
}
