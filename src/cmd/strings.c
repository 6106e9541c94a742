/* Lists of strings: one text with NULs, and pointers into it when it is complete. */
#include "strings.h"

void rp_strings_init(struct rp_strings *strings)
{
    *strings = (struct rp_strings){0};
    rp_buf_init(&strings->text, RP_STRINGS_MAX);
}

void rp_strings_release(struct rp_strings *strings)
{
    rp_buf_release(&strings->text);
    free(strings->list);
    strings->list = NULL;
}

void rp_strings_add(struct rp_strings *strings, const char *string)
{
    rp_buf_add_str(&strings->text, string);
    rp_strings_end(strings);
}

void rp_strings_end(struct rp_strings *strings)
{
    rp_buf_add_char(&strings->text, '\0');
    strings->count++;
}

rp_status rp_strings_list(struct rp_strings *strings, const char *const **out, struct rp_error *err)
{
    struct rp_span rest = rp_buf_span(&strings->text);

    RP_TRY(rp_buf_check(&strings->text, RP_KIND_USAGE, "the client's command line", err));
    free(strings->list);
    strings->list = calloc(strings->count + 1, sizeof(strings->list[0]));
    if (strings->list == NULL)
        return rp_fail_memory(err);
    for (size_t i = 0; i < strings->count; i++) {
        strings->list[i] = rest.p;
        rest = rp_span_skip(rest, rp_span_find(rest, '\0') + 1);
    }
    *out = strings->list;
    return RP_OK;
}
