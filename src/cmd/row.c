/* Forms: what files, environment and tokens say must not steer a terminal. */
#include "row.h"

#include <stdarg.h>

enum { TEXT_SIZE = 400 };

void rp_add_row(struct rp_buf *out, const char *name, const char *fmt, ...)
{
    char raw[TEXT_SIZE];
    char text[TEXT_SIZE];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(raw, sizeof(raw), fmt, args);
    va_end(args);
    rp_escape_text(text, sizeof(text), n < 0 ? "" : raw);
    rp_buf_addf(out, "%-*s %s\n", RP_ROW_NAME_WIDTH, name, text);
}

void rp_add_hops(const struct rp_credentials *credentials, struct rp_json *in)
{
    struct rp_json *hops = rp_json_add_array(in, "hops");

    for (size_t i = 0; i < credentials->hop_count; i++) {
        struct rp_json *hop = rp_json_add_element(hops);
        rp_json_add_text(hop, "source", credentials->hops[i].source);
        rp_json_add_text(hop, "what", credentials->hops[i].what);
        rp_json_add_bool(hop, "cached", credentials->hops[i].cached);
    }
}

void rp_add_findings(const struct rp_token_findings *findings, struct rp_json *in)
{
    struct rp_json *list = rp_json_add_array(in, "findings");

    for (size_t i = 0; i < findings->count; i++) {
        const struct rp_token_finding *finding = &findings->list[i];
        struct rp_json *element = rp_json_add_element(list);
        rp_json_add_text(element, "id", finding->id);
        rp_json_add_bool(element, "refused", finding->refused);
        rp_json_add_text(element, "text", finding->text);
        rp_json_add_text(element, "hint", finding->hint[0] == '\0' ? NULL : finding->hint);
    }
}
