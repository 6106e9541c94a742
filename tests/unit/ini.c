/* The INI reader: every event of a text, written out one per line. */
#include "rdspass/codec/ini.h"

#include "rdspass/base/buf.h"
#include "tap.h"

struct dump {
    struct rp_buf out;
    unsigned stop_at; /* the event to stop at; 0: none */
    unsigned count;
};

static bool dump_event(void *self, const struct rp_ini_event *event)
{
    static const char letters[] = {'S', 'P', 'C', 'N', 'B'};
    struct dump *dump = self;

    rp_buf_addf(&dump->out, "%u%c", event->line, letters[event->kind]);
    if (event->kind != RP_INI_CONTINUATION && event->kind != RP_INI_BAD) {
        rp_buf_add_str(&dump->out, "(");
        rp_buf_add(&dump->out, event->name);
        rp_buf_add_str(&dump->out, ")");
    }
    if (event->kind == RP_INI_PROPERTY || event->kind == RP_INI_SUBPROPERTY) {
        rp_buf_add_str(&dump->out, "=(");
        rp_buf_add(&dump->out, event->value);
        rp_buf_add_str(&dump->out, ")");
    }
    if (event->kind == RP_INI_CONTINUATION)
        rp_buf_add(&dump->out, event->text);
    if (event->kind == RP_INI_BAD)
        rp_buf_addf(&dump->out, " %s%s", event->problem, event->in_section ? "" : " (nowhere)");
    rp_buf_add_str(&dump->out, "|");
    return ++dump->count != dump->stop_at;
}

static void reads(const char *text, const char *want, const char *name)
{
    struct dump dump = {.out.max = 4096};

    OK(rp_ini_read(rp_span(text), dump_event, &dump), "%s: read to the end", name);
    IS_STR(rp_buf_str(&dump.out), want, name);
    rp_buf_release(&dump.out);
}

static void grammar(void)
{
    reads("", "", "nothing");
    reads("\n \t\n\r\n# c\n; c\n", "", "blank lines and comments");
    reads("[a]\nx=1\ny = 2 \t\n", "1S(a)|2P(x)=(1)|3P(y)=(2)|", "sections and properties");
    reads("\xef\xbb\xbf[a]\r\nx = 1\r\n", "1S(a)|2P(x)=(1)|", "byte order mark, CRLF");
    reads("[ \ta b\t ] # c\n[c]; d\n[e]#f", "1S(a b)|2S(c)|3S(e)|", "section names, comments");
    reads("[a]\nx = 1 # c\ny = 1#2;3\nz = # c\nw =;d",
          "1S(a)|2P(x)=(1)|3P(y)=(1#2;3)|4P(z)=()|5P(w)=(;d)|",
          "comments need a blank before them");
    reads("[a]\nx = b=c", "1S(a)|2P(x)=(b=c)|", "the first '=' divides");
    reads("[a]\nb:c = d", "1S(a)|2P(b:c)=(d)|", "':' is no separator");
}

static void indentation(void)
{
    reads("[a]\nx = 1\n  2 # c\n\n\t3\ny = 4", "1S(a)|2P(x)=(1)|3C2 # c|5C3|6P(y)=(4)|",
          "continuations");
    reads("[a]\nx = 1\n# c\n 2\n", "1S(a)|2P(x)=(1)|4C2|", "a comment at the margin ends nothing");
    reads("[a]\nx = 1\n # c\n", "1S(a)|2P(x)=(1)|3C# c|", "an indented one belongs to the value");
    reads("[a]\n  x = 1\n  y = 2\n    3\n z = 4", "1S(a)|2P(x)=(1)|3P(y)=(2)|4C3|5P(z)=(4)|",
          "properties that are indented");
    reads("[a]\n # c\n  x = 1\n  # c\n", "1S(a)|3P(x)=(1)|", "comments indented as they are");
    reads("[a]\nx =\n y = 1 # c\n\n z=\n # c\n  w = 2\nv = 3",
          "1S(a)|2P(x)=()|3N(y)=(1)|5N(z)=()|7N(w)=(2)|8P(v)=(3)|", "sub-properties");
    reads(" [a]\n x = 1", "1S(a)|2P(x)=(1)|", "a section may be indented");
    reads("[a]\nx = 1\n [b]", "1S(a)|2P(x)=(1)|3C[b]|", "but not below a value");
}

static void bad_lines(void)
{
    reads("x = 1\n 2\n[a]", "1B stands before any section (nowhere)|3S(a)|", "before any section");
    reads("[a]\nx\n y = 1\nz = 2", "1S(a)|2B has no '='|4P(z)=(2)|", "without '='");
    reads("[a]\n= 1\n 2", "1S(a)|2B has no name before the '='|", "without a name");
    reads("[a]\n continued", "1S(a)|2B has no '='|", "a continuation of nothing");
    reads("[a]\nx = 1\n[a]\n 2", "1S(a)|2P(x)=(1)|3S(a)|4B has no '='|",
          "a section ends the value before it");
    reads("[a]\nx =\n y\n = 1\n z = 2",
          "1S(a)|2P(x)=()|3B has no '='|4B has no name before the '='|5N(z)=(2)|",
          "bad sub-properties");
    reads("[a]\n[b\nx = 1\n 2\ny\n[c]\nz = 3",
          "1S(a)|2B begins a section that no ']' ends (nowhere)|6S(c)|7P(z)=(3)|",
          "what follows a bad header is in no section");
    reads("[a] b\nx = 1", "1S(a)|1B has text behind the ']', which is ignored|2P(x)=(1)|",
          "text behind a header");
}

static void stopping(void)
{
    struct dump dump = {.out.max = 4096, .stop_at = 2};

    OK(!rp_ini_read(RP_SPAN("[a]\nx = 1\ny = 2"), dump_event, &dump), "stopped: says so");
    IS_STR(rp_buf_str(&dump.out), "1S(a)|2P(x)=(1)|", "stopped: nothing more");
    rp_buf_release(&dump.out);
    OK(rp_ini_is_text(RP_SPAN("[a]\n\xff")), "text");
    OK(!rp_ini_is_text(RP_SPAN("[a]\0")), "not text");
    OK(rp_ini_is_text((struct rp_span){NULL, 0}), "nothing is text");
}

int main(void)
{
    grammar();
    indentation();
    bad_lines();
    stopping();
    return tap_done();
}
