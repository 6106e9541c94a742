/*
 * Parsing one profile file: the grammar is codec/ini's, the meaning of names is
 * here (AWS SDKs and Tools Reference Guide, "Shared config and credentials
 * files"; where tools differ: docs/credentials.md).
 *
 * The text is cut into strings where it lies, so that there is one copy of the
 * keys in it, which is wiped with the buffer.
 */
#include "profile_text.h"

#include "rdspass/codec/ini.h"

enum { FIRST_CAPACITY = 64, WARNINGS_MAX = 10 };

/* No property is being read: it was bad, or its section is not kept. */
#define NO_ITEM SIZE_MAX

struct parser {
    const struct rp_context *ctx;
    const char *selected;
    enum rp_profile_file which;
    struct rp_profile_text *file;
    bool kept;     /* the section is one that is kept */
    bool relevant; /* and it is of the selected profile */
    size_t item;   /* index of the property that continues */
    size_t end;    /* offset of the NUL behind its value */
    bool comments; /* some value has comment lines in it */
    unsigned warnings;
    rp_status status;
    struct rp_error *err;
};

/* What both section and property names may be made of. */
static bool is_identifier(struct rp_span name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!rp_is_alpha(name.p[i]) && !rp_is_digit(name.p[i]) &&
            rp_span_find(RP_SPAN("_-./@:%+"), name.p[i]) == sizeof("_-./@:%+") - 1)
            return false;
    return name.n > 0;
}

/* A name in quotes, as the AWS CLI writes one with blanks in it: cuts them off. */
static bool unquote(struct rp_span *name)
{
    if (name->n < 3 || (name->p[0] != '"' && name->p[0] != '\'') ||
        name->p[name->n - 1] != name->p[0])
        return false;
    struct rp_span inner = rp_span_first(rp_span_skip(*name, 1), name->n - 2);
    if (rp_span_find(inner, name->p[0]) != inner.n || rp_span_find(inner, '\\') != inner.n)
        return false;
    *name = inner;
    return true;
}

enum rp_section_type rp_section_classify(enum rp_profile_file which, struct rp_span raw,
                                         struct rp_span *out_name)
{
    size_t end = 0;

    *out_name = raw;
    if (which == RP_FILE_CREDENTIALS)
        return is_identifier(raw) ? RP_SECTION_PROFILE : RP_SECTION_OTHER;
    if (rp_span_is(raw, "default"))
        return RP_SECTION_BARE_DEFAULT;
    while (end < raw.n && raw.p[end] != ' ' && raw.p[end] != '\t')
        end++;
    struct rp_span word = rp_span_first(raw, end);
    struct rp_span name = rp_span_trim(rp_span_skip(raw, end));
    enum rp_section_type type = rp_span_is(word, "profile")       ? RP_SECTION_PROFILE
                                : rp_span_is(word, "sso-session") ? RP_SECTION_SSO_SESSION
                                : rp_span_is(word, "services")    ? RP_SECTION_SERVICES
                                                                  : RP_SECTION_OTHER;
    if (type == RP_SECTION_OTHER || (!unquote(&name) && !is_identifier(name)))
        return RP_SECTION_OTHER;
    *out_name = name;
    return type;
}

/* A new item at the end of the list, or NULL without memory. */
static struct rp_profile_item *add_item(struct rp_profile_text *file)
{
    if (file->count == file->capacity) {
        size_t capacity = file->capacity == 0 ? FIRST_CAPACITY : 2 * file->capacity;
        struct rp_profile_item *items = calloc(capacity, sizeof(*items));
        if (items == NULL)
            return NULL;
        if (file->count > 0)
            memcpy(items, file->items, file->count * sizeof(*items));
        free(file->items);
        file->items = items;
        file->capacity = capacity;
    }
    return &file->items[file->count++];
}

static size_t offset_of(const struct parser *parser, struct rp_span span)
{
    return (size_t)(span.p - parser->file->text.data);
}

/* Makes a string of a span of the text, where it lies. */
static char *terminate(const struct parser *parser, struct rp_span span)
{
    char *string = parser->file->text.data + offset_of(parser, span);
    string[span.n] = '\0';
    return string;
}

static void report(struct parser *parser, const struct rp_ini_event *event, const char *problem)
{
    const char *path = rp_buf_str(&parser->file->path);
    bool warn = parser->selected == NULL || parser->relevant || !event->in_section;

    if (warn && parser->warnings < WARNINGS_MAX) {
        parser->warnings++;
        rp_warn(parser->ctx, "%s:%u: the line %s", path, event->line, problem);
    } else {
        rp_trace(parser->ctx, "%s:%u: the line %s", path, event->line, problem);
    }
}

static bool begin_section(struct parser *parser, const struct rp_ini_event *event)
{
    struct rp_span name;
    enum rp_section_type type = rp_section_classify(parser->which, event->name, &name);
    struct rp_profile_item *item = add_item(parser->file);

    if (item == NULL)
        return false;
    *item = (struct rp_profile_item){
        .text = terminate(parser, name), .type = type, .line = event->line};
    if (type == RP_SECTION_PROFILE && parser->which == RP_FILE_CONFIG &&
        rp_span_is(name, "default"))
        parser->file->prefixed_default = true;
    bool profile = type == RP_SECTION_PROFILE || type == RP_SECTION_BARE_DEFAULT;
    parser->kept = type != RP_SECTION_OTHER;
    parser->relevant = profile && parser->selected != NULL && rp_span_is(name, parser->selected);
    parser->item = NO_ITEM;
    if (!parser->kept)
        rp_trace(parser->ctx, "%s:%u: section [%s] is not a profile",
                 rp_buf_str(&parser->file->path), event->line, item->text);
    return true;
}

static bool add_property(struct parser *parser, const struct rp_ini_event *event)
{
    parser->item = NO_ITEM;
    if (!parser->kept)
        return true;
    if (!is_identifier(event->name)) {
        report(parser, event, "has a name that is none of a property");
        return true;
    }
    struct rp_profile_item *item = add_item(parser->file);
    if (item == NULL)
        return false;
    char *key = terminate(parser, event->name);
    for (char *c = key; *c != '\0'; c++)
        *c = rp_lower(*c);
    *item = (struct rp_profile_item){
        .key = key, .text = terminate(parser, event->value), .line = event->line};
    parser->item = parser->file->count - 1;
    parser->end = offset_of(parser, event->value) + event->value.n;
    return true;
}

/*
 * Moves the line up to the value that it continues. There is room: a newline and
 * a blank at least stood between them.
 */
static void continue_value(struct parser *parser, const struct rp_ini_event *event)
{
    char *text = parser->file->text.data;

    if (parser->item == NO_ITEM)
        return;
    if (event->text.p[0] == '#' || event->text.p[0] == ';')
        parser->comments = true;
    text[parser->end] = '\n';
    memmove(text + parser->end + 1, event->text.p, event->text.n);
    parser->end += 1 + event->text.n;
    text[parser->end] = '\0';
}

static bool take_event(void *self, const struct rp_ini_event *event)
{
    struct parser *parser = self;
    bool good = true;

    switch (event->kind) {
    case RP_INI_SECTION:
        good = begin_section(parser, event);
        break;
    case RP_INI_PROPERTY:
        good = add_property(parser, event);
        break;
    case RP_INI_CONTINUATION:
    case RP_INI_SUBPROPERTY:
        continue_value(parser, event);
        break;
    case RP_INI_BAD:
        report(parser, event, event->problem);
        break;
    }
    if (!good)
        parser->status = rp_fail_memory(parser->err);
    return good;
}

static bool is_comment_line(const char *line)
{
    return line[0] == '#' || line[0] == ';';
}

/* A copy of the value without its comment lines; NULL in *out where it has none. */
static rp_status without_comment_lines(const char *value, char **out, struct rp_error *err)
{
    const char *line = strchr(value, '\n');
    bool any = false;

    for (const char *c = line; c != NULL; c = strchr(c + 1, '\n'))
        any = any || is_comment_line(c + 1);
    if (!any)
        return RP_OK;
    char *copy = calloc(1, strlen(value) + 1);
    if (copy == NULL)
        return rp_fail_memory(err);
    size_t used = (size_t)(line - value);
    memcpy(copy, value, used);
    while (line != NULL) {
        const char *next = strchr(line + 1, '\n');
        size_t n = next == NULL ? strlen(line) : (size_t)(next - line);
        if (!is_comment_line(line + 1)) {
            memcpy(copy + used, line, n); /* NOLINT(bugprone-not-null-terminated-result): calloc */
            used += n;
        }
        line = next;
    }
    *out = copy;
    return RP_OK;
}

rp_status rp_profile_text_parse(const struct rp_context *ctx, const char *selected,
                                enum rp_profile_file which, struct rp_profile_text *file,
                                struct rp_error *err)
{
    struct parser parser = {.ctx = ctx,
                            .selected = selected,
                            .which = which,
                            .file = file,
                            .item = NO_ITEM,
                            .err = err};

    if (!rp_ini_is_text(rp_buf_span(&file->text)))
        return rp_fail(err, RP_KIND_CONFIG, "%s is not text", rp_buf_str(&file->path));
    if (!rp_ini_read(rp_buf_span(&file->text), take_event, &parser))
        return parser.status;
    for (size_t i = 0; parser.comments && i < file->count; i++)
        if (file->items[i].key != NULL)
            RP_TRY(without_comment_lines(file->items[i].text, &file->items[i].plain, err));
    return RP_OK;
}

void rp_profile_text_release(struct rp_profile_text *file)
{
    for (size_t i = 0; i < file->count; i++) {
        if (file->items[i].plain != NULL) {
            explicit_bzero(file->items[i].plain, strlen(file->items[i].plain));
            free(file->items[i].plain);
        }
    }
    free(file->items);
    file->items = NULL;
    file->count = file->capacity = 0;
    file->prefixed_default = false;
    rp_buf_release(&file->text);
}
