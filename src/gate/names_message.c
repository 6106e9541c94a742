/*
 * DNS messages (RFC 1035): a question for addresses, and the aliases among the
 * records of its answer. An alias comes with every question but the one for
 * itself (RFC 1034, 3.6.2), and a resolver sends all of the chain.
 */
#include <arpa/nameser.h>
#include <resolv.h>

#include "names.h"

enum {
    HEAD_SIZE = 12,
    LABEL_MAX = 63,
    RECORDS_MAX = 64,
    IS_ANSWER = 0x8000,
    OPCODE = 0x7800,
    WANTS_RECURSION = 0x0100,
    RCODE = 0x000f,
};

/* --- the question ------------------------------------------------------------------ */

static void put16(char *out, unsigned value)
{
    out[0] = (char)(value >> 8);
    out[1] = (char)value;
}

size_t rp_names_question(uint16_t id, const char *host, char out[RP_NAMES_QUESTION_MAX])
{
    struct rp_span rest = rp_span(host);
    struct rp_span label;
    size_t n = HEAD_SIZE;

    if (rest.n == 0 || rest.n > RP_HOST_MAX)
        return 0;
    memset(out, 0, HEAD_SIZE);
    put16(out, id);
    put16(out + 2, WANTS_RECURSION);
    put16(out + 4, 1);
    while (rp_span_split(&rest, '.', &label)) {
        if (label.n == 0 || label.n > LABEL_MAX)
            return 0;
        out[n++] = (char)label.n;
        memcpy(out + n, label.p, label.n);
        n += label.n;
    }
    out[n++] = '\0';
    put16(out + n, ns_t_a);
    put16(out + n + 2, ns_c_in);
    return n + 4;
}

/* --- reading ------------------------------------------------------------------------ */

struct reader {
    const unsigned char *start, *at, *end;
};

static bool get16(struct reader *reader, unsigned *out)
{
    if (reader->end - reader->at < 2)
        return false;
    *out = (unsigned)reader->at[0] << 8 | reader->at[1];
    reader->at += 2;
    return true;
}

static bool skip(struct reader *reader, size_t n)
{
    if ((size_t)(reader->end - reader->at) < n)
        return false;
    reader->at += n;
    return true;
}

static bool is_host(struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!rp_is_alpha(text.p[i]) && !rp_is_digit(text.p[i]) && text.p[i] != '-' &&
            text.p[i] != '_' && text.p[i] != '.')
            return false;
    return text.n > 0 && text.n <= RP_HOST_MAX;
}

/* A name in lower case; empty where it can be no host's. */
static bool get_name(struct reader *reader, char out[static RP_HOST_MAX + 1])
{
    char text[NS_MAXDNAME];
    int n = dn_expand(reader->start, reader->end, reader->at, text, sizeof(text));
    size_t i = 0;

    if (n < 0)
        return false;
    reader->at += n;
    if (is_host(rp_span(text)))
        for (; text[i] != '\0'; i++)
            out[i] = rp_lower(text[i]);
    out[i] = '\0';
    return true;
}

/* --- the chain ------------------------------------------------------------------------ */

/* The aliases of an answer, in the order in which they come. */
struct links {
    struct {
        char from[RP_HOST_MAX + 1], to[RP_HOST_MAX + 1];
    } list[RP_NAMES_MAX];
    size_t count;
};

static bool get_record(struct reader *reader, struct links *links)
{
    char from[RP_HOST_MAX + 1];
    char to[RP_HOST_MAX + 1];
    unsigned type, class, length;

    if (!get_name(reader, from) || !get16(reader, &type) || !get16(reader, &class) ||
        !skip(reader, 4) || !get16(reader, &length) || (size_t)(reader->end - reader->at) < length)
        return false;
    const unsigned char *end = reader->at + length;
    if (type != ns_t_cname || class != ns_c_in)
        return skip(reader, length);
    if (!get_name(reader, to) || reader->at != end)
        return false;
    if (from[0] == '\0' || to[0] == '\0' || links->count == RP_NAMES_MAX)
        return true;
    memcpy(links->list[links->count].from, from, sizeof(from));
    memcpy(links->list[links->count++].to, to, sizeof(to));
    return true;
}

static const char *find_target(const struct links *links, const char *name)
{
    for (size_t i = 0; i < links->count; i++)
        if (strcmp(links->list[i].from, name) == 0)
            return links->list[i].to;
    return NULL;
}

static bool has(const struct rp_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->list[i], name) == 0)
            return true;
    return false;
}

/* From one to the next, as far as they lead; a loop ends where it closes. */
static void follow(const struct links *links, const char *host, struct rp_names *out)
{
    const char *next = find_target(links, host);

    while (next != NULL && strcmp(next, host) != 0 && !has(out, next) &&
           out->count < RP_NAMES_MAX) {
        memcpy(out->list[out->count++], next, strlen(next) + 1);
        next = find_target(links, next);
    }
}

/* --- the answer ----------------------------------------------------------------------- */

/* Whether it is an answer to our question; gives how it turned out, and the number of records. */
static bool get_head(struct reader *reader, uint16_t id, const char *host, unsigned *out_code,
                     unsigned *out_records)
{
    unsigned its_id, flags, questions, type, class;
    char name[RP_HOST_MAX + 1];

    if (!get16(reader, &its_id) || !get16(reader, &flags) || !get16(reader, &questions) ||
        !get16(reader, out_records) || !skip(reader, 4) || its_id != id ||
        (flags & (IS_ANSWER | OPCODE)) != IS_ANSWER || questions != 1 || !get_name(reader, name) ||
        !get16(reader, &type) || !get16(reader, &class))
        return false;
    *out_code = flags & RCODE;
    return rp_span_is_nocase(rp_span(name), host) && type == ns_t_a && class == ns_c_in;
}

enum rp_names_answer rp_names_read(struct rp_span bytes, uint16_t id, const char *host,
                                   struct rp_names *out)
{
    const unsigned char *start = (const unsigned char *)bytes.p;
    struct reader reader = {start, start, start + bytes.n};
    struct links links = {.count = 0};
    unsigned code, records;

    out->count = 0;
    if (!get_head(&reader, id, host, &code, &records) || records > RECORDS_MAX)
        return RP_NAMES_FOREIGN;
    if (code != ns_r_noerror && code != ns_r_nxdomain)
        return RP_NAMES_DECLINED;
    for (unsigned i = 0; i < records; i++)
        if (!get_record(&reader, &links))
            return RP_NAMES_FOREIGN;
    char from[RP_HOST_MAX + 1];
    struct reader question = {start, start + HEAD_SIZE, reader.end};
    if (get_name(&question, from)) /* the host in lower case */
        follow(&links, from, out);
    return RP_NAMES_ANSWERED;
}
