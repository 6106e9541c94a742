/* Causes: the words for what was seen. */
#include <string.h>

#include "causes_line.h"

/* The server's text; said before it is verified, it may be anybody's. */
static void says(struct rp_cause_line *line)
{
    if (line->seen->text[0] == '\0')
        return;
    rp_cause_add(line, line->seen->stage == RP_STAGE_CLIENT ? "; the message: \""
                       : line->seen->stage >= RP_STAGE_LOGIN
                           ? "; the server says: \""
                           : "; said before TLS, so nobody vouches for it: \"");
    rp_cause_add_cut(line, line->seen->text, RP_CAUSE_TEXT_SHOWN);
    rp_cause_add(line, "\"");
}

/* An error of ours, or a finding, whole. */
static void said(struct rp_cause_line *line)
{
    rp_cause_add(line, line->seen->text[0] == '\0' ? "no more is known" : line->seen->text);
}

/* How far the clocks are apart, whichever is ahead. */
static void ahead(struct rp_cause_line *line)
{
    int64_t ahead = line->seen->ahead;
    uint64_t seconds = ahead < 0 ? -(uint64_t)ahead : (uint64_t)ahead;
    bool long_ago = seconds >= 120;

    rp_cause_add_number(line, (long)(long_ago ? seconds / 60 : seconds));
    rp_cause_add(line, long_ago ? " minutes" : " seconds");
}

/* What is wrong with the bytes that came, in our own words. */
static void wrong(struct rp_cause_line *line)
{
    if (line->seen->text[0] == '\0')
        return;
    rp_cause_add(line, ": ");
    rp_cause_add_cut(line, line->seen->text, RP_CAUSE_TEXT_SHOWN);
}

/* " (10.0.0.1:3306, ...)", or nothing where none is known. */
static void addresses(struct rp_cause_line *line)
{
    if (line->seen->addresses[0] == '\0')
        return;
    rp_cause_add(line, " (");
    rp_cause_add(line, line->seen->addresses);
    rp_cause_add(line, ")");
}

static void error_text(struct rp_cause_line *line)
{
    rp_cause_add(line, line->seen->sys == 0 ? "nothing more is known" : strerror(line->seen->sys));
}

static void resolver(struct rp_cause_line *line)
{
    rp_cause_add_number(line, line->seen->resolver);
}

static void tls(struct rp_cause_line *line)
{
    rp_cause_add(line, line->seen->tls[0] == '\0' ? "OpenSSL says no more" : line->seen->tls);
}

static void asked(struct rp_cause_line *line)
{
    rp_cause_add_cut(line, line->seen->asked[0] == '\0' ? "something else" : line->seen->asked,
                     RP_CAUSE_NAME_SHOWN);
}

/* The error's number, as the engine has it: "1045", "28000". */
static void code(struct rp_cause_line *line)
{
    if (line->seen->mysql_code != 0)
        rp_cause_add_number(line, line->seen->mysql_code);
    else
        rp_cause_add(line,
                     line->seen->sqlstate[0] == '\0' ? "without a code" : line->seen->sqlstate);
}

static void issuer(struct rp_cause_line *line)
{
    const char *name = line->seen->certificate.issuer;
    rp_cause_add_cut(line, name[0] == '\0' ? "nobody that it names" : name, RP_CAUSE_NAME_SHOWN);
}

static void names(struct rp_cause_line *line)
{
    const char *list = line->seen->certificate.names;
    rp_cause_add_cut(line, list[0] == '\0' ? "none" : list, RP_CAUSE_TEXT_SHOWN);
}

static void dates(struct rp_cause_line *line)
{
    const struct rp_certificate_seen *certificate = &line->seen->certificate;

    if (certificate->not_before[0] == '\0') {
        rp_cause_add(line, "nobody knows when");
        return;
    }
    rp_cause_add(line, certificate->not_before);
    rp_cause_add(line, " to ");
    rp_cause_add(line, certificate->not_after);
}

static void not_before(struct rp_cause_line *line)
{
    rp_cause_add(line, line->seen->certificate.not_before);
}

static void not_after(struct rp_cause_line *line)
{
    rp_cause_add(line, line->seen->certificate.not_after);
}

const struct rp_cause_word rp_cause_words_seen[] = {
    {"says", says},           {"said", said},
    {"ahead", ahead},         {"wrong", wrong},
    {"addresses", addresses}, {"errno", error_text},
    {"resolver", resolver},   {"tls", tls},
    {"asked", asked},         {"code", code},
    {"issuer", issuer},       {"names", names},
    {"dates", dates},         {"not-before", not_before},
    {"not-after", not_after}, {NULL, NULL},
};
