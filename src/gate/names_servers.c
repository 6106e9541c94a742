/* Whom to ask about names: the lines of resolv.conf that libc reads as well. */
#include <netdb.h>

#include "names.h"
#include "rdspass/base/file.h"

enum { FILE_MAX = 64 * 1024, HOST_SIZE = 64 };

static void add_server(struct rp_span host, const char *port, struct rp_addresses *list)
{
    struct rp_addresses found = {0};
    char text[HOST_SIZE];

    if (host.n >= sizeof(text) || list->count == RP_NAMES_SERVERS_MAX)
        return;
    (void)snprintf(text, sizeof(text), "%.*s", RP_SPAN_ARGS(host));
    if (rp_addresses_find(text, port, AI_NUMERICHOST, &found) == 0)
        list->list[list->count++] = found.list[0];
}

/* The first word of a line, which is cut off. */
static struct rp_span take_word(struct rp_span *line)
{
    size_t n = 0;

    *line = rp_span_trim(*line);
    while (n < line->n && line->p[n] != ' ' && line->p[n] != '\t')
        n++;
    struct rp_span word = rp_span_first(*line, n);
    *line = rp_span_skip(*line, n);
    return word;
}

void rp_names_read_servers(struct rp_span text, struct rp_addresses *out)
{
    struct rp_span line;

    out->count = 0;
    while (rp_span_split(&text, '\n', &line))
        if (rp_span_is(take_word(&line), "nameserver"))
            add_server(take_word(&line), "53", out);
    if (out->count == 0)
        add_server(RP_SPAN("127.0.0.1"), "53", out);
}

/* The server of a test: "127.0.0.1:PORT". */
static bool find_test_server(struct rp_addresses *out)
{
#ifdef RP_TEST_BUILD
    const struct rp_context ctx = {.env = rp_env_process()};
    struct rp_span port = rp_span(rp_env_get(&ctx, "RP_TEST_DNS"));
    struct rp_span host;

    out->count = 0;
    if (port.n > 0 && rp_span_split(&port, ':', &host) && port.p != NULL)
        add_server(host, port.p, out);
    return out->count > 0;
#else
    (void)out;
    return false;
#endif
}

void rp_names_find_servers(struct rp_addresses *out)
{
    RP_BUF_AUTO struct rp_buf text = {.max = FILE_MAX};
    bool found;

    if (find_test_server(out))
        return;
    rp_ignore(rp_file_read("/etc/resolv.conf", RP_KIND_CONFIG, &text, &found, NULL));
    rp_names_read_servers(rp_buf_span(&text), out);
}
