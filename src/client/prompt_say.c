/* What the prompt says to a person: messages, errors, and where in a statement they are. */
#include <inttypes.h>

#include "prompt_session.h"
#include "rdspass/base/file.h"
#include "rdspass/base/utf8.h"
#include "width.h"

enum { SAID_MAX = 1024 * 1024, USUAL_WIDTH = 80 };

void rp_prompt_say(const char *text)
{
    RP_BUF_AUTO struct rp_buf line = {.max = SAID_MAX};

    rp_visible_add(&line, rp_span(text), true);
    rp_buf_add_char(&line, '\n');
    rp_ignore(rp_write_all(STDERR_FILENO, rp_buf_span(&line), "to standard error", NULL));
}

void rp_prompt_say_error(const struct rp_error *err)
{
    char hint[RP_ERROR_TEXT_MAX + sizeof("hint: ")];

    rp_prompt_say(err->msg);
    if (err->hint[0] == '\0')
        return;
    (void)snprintf(hint, sizeof(hint), "hint: %s", err->hint);
    rp_prompt_say(hint);
}

/* The first character, or byte, of a text that is not empty. */
static size_t character(struct rp_span text)
{
    uint32_t code;
    size_t n = rp_utf8_next(text, &code);

    return n == 0 ? 1 : n;
}

/* The line of a text that has the character at `position`, from 1, and what stands before that. */
static uint64_t find_line(struct rp_span text, uint64_t position, struct rp_span *out_line,
                          struct rp_span *out_before)
{
    struct rp_span rest = text;
    struct rp_span line = text;
    uint64_t number = 1;

    for (; position > 1 && rest.n > 0; position--) {
        bool ends = rest.p[0] == '\n';
        rest = rp_span_skip(rest, character(rest));
        if (!ends)
            continue;
        line = rest;
        number++;
    }
    *out_before = rp_span_first(line, line.n - rest.n);
    *out_line = rp_span_first(line, rp_span_find(line, '\n'));
    return number;
}

/* As many of the characters at the end, or at the beginning, as are so wide together. */
static struct rp_span end_of_width(struct rp_span text, size_t width)
{
    while (rp_width(text) > width)
        text = rp_span_skip(text, character(text));
    return text;
}

static struct rp_span beginning_of_width(struct rp_span text, size_t width)
{
    struct rp_span rest = text;

    for (size_t used = 0; rest.n > 0; rest = rp_span_skip(rest, character(rest))) {
        used += rp_width(rp_span_first(rest, character(rest)));
        if (used > width)
            break;
    }
    return rp_span_first(text, text.n - rest.n);
}

void rp_prompt_say_place(struct rp_span sql, uint64_t position, size_t width)
{
    RP_BUF_AUTO struct rp_buf text = {.max = SAID_MAX};
    RP_BUF_AUTO struct rp_buf mark = {.max = SAID_MAX};
    struct rp_span line;
    struct rp_span before;
    size_t room = (width == 0 ? USUAL_WIDTH : width) / 2;
    uint64_t number = find_line(sql, position, &line, &before);
    struct rp_span after = rp_span_skip(line, before.n);

    room -= room > sizeof("LINE 12: ...") ? sizeof("LINE 12: ...") : 0;
    struct rp_span shown = end_of_width(before, room);
    rp_buf_addf(&text, "LINE %" PRIu64 ": %s", number, shown.n < before.n ? "..." : "");
    rp_visible_add(&text, shown, false);
    size_t at = rp_width(rp_buf_span(&text));
    shown = beginning_of_width(after, room);
    rp_visible_add(&text, shown, false);
    rp_buf_add_str(&text, shown.n < after.n ? "..." : "");
    while (at-- > 0)
        rp_buf_add_char(&mark, ' ');
    rp_buf_add_char(&mark, '^');
    rp_prompt_say(rp_buf_str(&text));
    rp_prompt_say(rp_buf_str(&mark));
}
