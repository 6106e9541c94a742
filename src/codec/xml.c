/*
 * XML: one pass over the text, which keeps of each element its name, its text and
 * the element around it.
 */
#include "rdspass/codec/xml.h"

#include "xml_scan.h"

#define NOTHING SIZE_MAX /* around the root */

/* Name and text begin at these places of `texts` and end in a NUL. */
struct element {
    size_t name;
    size_t text;
    size_t parent;
    bool has_elements; /* the text is then none, and not ended either */
};

struct rp_xml {
    struct rp_buf texts;
    struct element elements[RP_XML_ELEMENTS_MAX];
    size_t count;
};

struct parser {
    struct rp_xml_scan scan;
    struct rp_xml *xml;
    size_t inside; /* the element whose content comes */
    size_t depth;
};

static void end_element(struct parser *parser)
{
    rp_buf_add_char(&parser->xml->texts, '\0');
    parser->inside = parser->xml->elements[parser->inside].parent;
    parser->depth--;
}

/* A tag that begins an element, and perhaps ends it as well; its '<' has been taken. */
static const char *parse_start(struct parser *parser)
{
    struct rp_xml *xml = parser->xml;
    struct rp_span name;
    bool empty;

    if (!rp_xml_take_name(&parser->scan, &name))
        return parser->scan.rest.n == 0 ? rp_xml_cut_short
                                        : "it holds something else than elements and text";
    if (xml->count == RP_XML_ELEMENTS_MAX)
        return "it has too many elements";
    if (parser->depth == RP_XML_DEPTH_MAX)
        return "it is nested too deeply";
    const char *problem = rp_xml_take_tag(&parser->scan, &empty);
    if (problem != NULL)
        return problem;
    if (parser->inside != NOTHING)
        xml->elements[parser->inside].has_elements = true;
    struct element *element = &xml->elements[xml->count];
    *element = (struct element){.name = xml->texts.len, .parent = parser->inside};
    rp_buf_add(&xml->texts, name);
    rp_buf_add_char(&xml->texts, '\0');
    element->text = xml->texts.len;
    parser->inside = xml->count++;
    parser->depth++;
    if (empty)
        end_element(parser);
    return NULL;
}

/* A tag that ends an element; its "</" has been taken. */
static const char *parse_end(struct parser *parser)
{
    const struct element *element = &parser->xml->elements[parser->inside];
    struct rp_span name;

    if (!rp_xml_take_name(&parser->scan, &name) ||
        !rp_span_is(name, parser->xml->texts.data + element->name))
        return parser->scan.rest.n == 0 ? rp_xml_cut_short
                                        : "a tag ends another element than the open one";
    (void)rp_xml_take_space(&parser->scan);
    if (!rp_xml_take(&parser->scan, ">"))
        return parser->scan.rest.n == 0 ? rp_xml_cut_short : "a tag is malformed";
    end_element(parser);
    return NULL;
}

/* Text up to the next tag, with ends of lines as the standard wants them: LF. */
static const char *parse_text(struct parser *parser)
{
    struct rp_buf *out = &parser->xml->texts;
    const char *problem = NULL;

    while (problem == NULL && parser->scan.rest.n > 0 && parser->scan.rest.p[0] != '<') {
        if (rp_span_starts(parser->scan.rest, "]]>"))
            return "a text holds ]]>";
        if (rp_xml_take(&parser->scan, "&")) {
            problem = rp_xml_take_reference(&parser->scan, out);
        } else if (rp_xml_take(&parser->scan, "\r\n") || rp_xml_take(&parser->scan, "\r")) {
            rp_buf_add_char(out, '\n');
        } else {
            rp_buf_add_char(out, parser->scan.rest.p[0]);
            parser->scan.rest = rp_span_skip(parser->scan.rest, 1);
        }
    }
    return problem;
}

static const char *parse_document(struct parser *parser)
{
    const char *problem = rp_xml_take_declaration(&parser->scan);

    (void)rp_xml_take_space(&parser->scan);
    if (problem == NULL && !rp_span_starts(parser->scan.rest, "<"))
        problem = parser->scan.rest.n == 0 ? rp_xml_cut_short : "it does not begin with an element";
    if (problem == NULL && rp_xml_take(&parser->scan, "<"))
        problem = parse_start(parser);
    while (problem == NULL && parser->depth > 0 && parser->xml->texts.state == RP_BUF_FINE) {
        problem = parse_text(parser);
        if (problem != NULL)
            break;
        if (rp_xml_take(&parser->scan, "</"))
            problem = parse_end(parser);
        else
            problem = rp_xml_take(&parser->scan, "<") ? parse_start(parser) : rp_xml_cut_short;
    }
    (void)rp_xml_take_space(&parser->scan);
    return problem == NULL && parser->scan.rest.n > 0 ? "something follows the root" : problem;
}

rp_status rp_xml_parse(struct rp_span text, enum rp_kind kind, const char *what,
                       struct rp_xml **out, struct rp_error *err)
{
    RP_XML_AUTO struct rp_xml *xml = calloc(1, sizeof(*xml));

    if (xml == NULL)
        return rp_fail_memory(err);
    /* What is kept of an element, its NULs included, is shorter than its tag. */
    rp_buf_init(&xml->texts, text.n);
    struct parser parser = {.scan.rest = text, .xml = xml, .inside = NOTHING};
    const char *problem = rp_xml_check_characters(text);
    if (problem == NULL)
        problem = parse_document(&parser);
    RP_TRY(rp_buf_check(&xml->texts, RP_KIND_INTERNAL, what, err));
    if (problem != NULL)
        return rp_fail(err, kind, "%s is not valid XML: %s", what, problem);
    *out = xml;
    xml = NULL;
    return RP_OK;
}

void rp_xml_free(struct rp_xml **xml)
{
    if (*xml == NULL)
        return;
    rp_buf_release(&(*xml)->texts);
    free(*xml);
    *xml = NULL;
}

/* The one element of that name directly inside of `parent`; NOTHING where there is no such one. */
static size_t find(const struct rp_xml *xml, size_t parent, struct rp_span name)
{
    size_t found = NOTHING;

    for (size_t i = 0; i < xml->count; i++) {
        const struct element *element = &xml->elements[i];
        if (element->parent != parent || !rp_span_is(name, xml->texts.data + element->name))
            continue;
        if (found != NOTHING)
            return NOTHING;
        found = i;
    }
    return found;
}

const char *rp_xml_text(const struct rp_xml *xml, const char *path)
{
    struct rp_span rest = rp_span(path);
    struct rp_span name;
    size_t at = NOTHING;

    if (xml == NULL)
        return NULL;
    while (rp_span_split(&rest, '/', &name)) {
        at = find(xml, at, name);
        if (at == NOTHING)
            return NULL;
    }
    return xml->elements[at].has_elements ? NULL : xml->texts.data + xml->elements[at].text;
}
